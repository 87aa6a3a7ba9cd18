//! `plugins:` and `plugin_host:`: what is read of them, and what is refused.

use super::{HEAD, seen, workspace};
use crate::plan::plugin::{HttpGrants, LimitName, Plugin, PluginKind, SecretFrom, SecretGrants};
use crate::plan::{Definition, Plan};

fn with(text: &str) -> (Plan, Vec<String>) {
    let text = format!("{HEAD}{text}");
    let read = workspace(&[("kpress.yaml", &text)]);
    let found = seen(&read.found);
    (read.value, found)
}

/// The one plugin of a block without findings.
fn plugin(text: &str) -> Plugin {
    let (plan, found) = with(text);
    assert_eq!(found, Vec::<String>::new(), "{text}");
    plan.plugins.into_values().next().expect("one plugin")
}

/// What is found in the lines below the head, which has three.
fn check(text: &str, expected: &str) {
    let (plan, found) = with(text);
    assert_eq!((found, plan.plugins.len()), (vec![expected.to_owned()], 0), "{text}");
}

#[test]
fn a_pure_plugin_needs_no_grant() {
    let tacos = plugin("plugins: {tacos: {file: plugins/tacos.wasm}}\n");
    assert_eq!(
        (&*tacos.file, tacos.grant.place.is_none(), tacos.limits.len()),
        ("plugins/tacos.wasm", true, 0)
    );
    assert!(tacos.may_be(PluginKind::Metric) && tacos.may_be(PluginKind::Source));
}

#[test]
fn grants_are_read_in_their_long_form() {
    let plugin = plugin(
        "plugins:
  amazon-sp-api:
    file: plugins/amazon-sp-api.wasm
    use: [source]
    grant:
      http:
        spapi: {origin: \"https://sellingpartnerapi-fe.amazon.com\", methods: [GET, POST], paths: [\"/reports/2021-06-30/**\"]}
        documents: {origin: \"https://*.s3.us-west-2.amazonaws.com\"}
      secrets:
        client-secret: {env: LWA_CLIENT_SECRET, only: [spapi]}
        access-token: {captured: true}
      files: {inbox: {folder: data/inbox, glob: \"*.tsv\"}}
    limits: {http_bytes: 200MiB, wall: 300s}
plugin_host: {trusted_keys: [RWQf6LRC], isolation: thread}
",
    );
    assert!(plugin.may_be(PluginKind::Source) && !plugin.may_be(PluginKind::Metric));
    let HttpGrants::Named(http) = &plugin.grant.http else { panic!("by name") };
    let paths = http["spapi"].paths.as_ref().map(|paths| paths.len());
    assert_eq!((http.len(), paths, http["documents"].methods.is_none()), (2, Some(1), true));
    let SecretGrants::Named(secrets) = &plugin.grant.secrets else { panic!("by name") };
    assert_eq!(secrets["client-secret"].from, SecretFrom::Env("LWA_CLIENT_SECRET".into()));
    assert_eq!(secrets["access-token"].from, SecretFrom::Captured);
    assert_eq!(&*plugin.grant.files["inbox"].folder, "data/inbox");
    let limits: Vec<_> = plugin.limits.iter().map(|limit| (limit.name, limit.value)).collect();
    assert_eq!(limits, [(LimitName::HttpBytes, 209_715_200), (LimitName::Wall, 300_000)]);
}

#[test]
fn keys_that_are_trusted_are_read() {
    let (plan, found) = with("plugin_host: {trusted_keys: [RWQf6LRC]}\n");
    assert_eq!((found.len(), &*plan.plugin_host.trusted_keys[0].0), (0, "RWQf6LRC"));
}

#[test]
fn grants_are_read_in_their_short_form() {
    let plugin = plugin(
        "plugins: {p: {file: plugins/p.wasm, grant: {http: [\"https://a.example\"], secrets: [KEY]}}}\n",
    );
    let HttpGrants::Origins(origins) = &plugin.grant.http else { panic!("by origin") };
    let SecretGrants::Names(names) = &plugin.grant.secrets else { panic!("by variable") };
    assert_eq!((&*origins[0].0, &*names[0].0), ("https://a.example", "KEY"));
}

#[test]
fn what_is_wrong_costs_the_plugin_and_is_named_at_its_place() {
    for (text, expected) in [
        ("plugins: {p: {}}\n", "missing-key kpress.yaml:4:14: a plugin needs `file`"),
        (
            "plugins: {p: {file: ../p.wasm}}\n",
            "path-refused kpress.yaml:4:21: `../p.wasm` is refused: `..` leads elsewhere",
        ),
        (
            "plugins: {p: {file: data/p.wasm}}\n",
            "unfit-value kpress.yaml:4:21: `data/p.wasm` is no component below `plugins/`",
        ),
        (
            "plugins: {p: {file: plugins/p.wasm, use: [metrics]}}\n",
            "unfit-value kpress.yaml:4:43: `use` cannot be `metrics`",
        ),
        (
            "plugins: {p: {file: plugins/p.wasm, limits: {wall: 300}}}\n",
            "unfit-value kpress.yaml:4:52: `300` is no limit for `wall`",
        ),
        (
            "plugins: {p: {file: plugins/p.wasm, limits: {walls: 3s}}}\n",
            "unfit-value kpress.yaml:4:46: `walls` is no limit of a plugin",
        ),
        (
            "plugins: {p: {file: plugins/p.wasm, grant: {secrets: {k: {env: A, captured: true}}}}}\n",
            "unfit-value kpress.yaml:4:55: the secret `k` comes from more than one place",
        ),
        (
            "plugins: {p: {file: plugins/p.wasm, grant: {secrets: {k: {only: [a]}}}}}\n",
            "unfit-value kpress.yaml:4:55: the secret `k` comes from nowhere",
        ),
        // A value written down is never taken, and the message does not repeat it.
        (
            "plugins: {p: {file: plugins/p.wasm, grant: {secrets: {k: hunter2}}}}\n",
            "wrong-type kpress.yaml:4:58: a secret is a single value",
        ),
        (
            "plugins: {p: {file: plugins/p.wasm, grant: {files: {k: {folder: /etc}}}}}\n",
            "path-refused kpress.yaml:4:65: `/etc` is refused: paths are relative to the workspace",
        ),
    ] {
        check(text, expected);
    }
}

/// What is found in a metric, beside the plugins `tacos` and, for sources only, `pulls`.
fn metric(line: &str) -> (Plan, Vec<String>) {
    let head = format!(
        "{HEAD}plugins: {{tacos: {{file: plugins/tacos.wasm}}, pulls: {{file: plugins/pulls.wasm, use: [source]}}}}\n"
    );
    let metrics = format!("metrics:\n  {line}\n");
    let read = workspace(&[("kpress.yaml", &head), ("metrics/b.yaml", &metrics)]);
    let found = seen(&read.found);
    (read.value, found)
}

#[test]
fn a_metric_of_a_plugin_is_checked_and_costs_only_itself() {
    for (line, expected) in [
        (
            "x: {plugin: tacos/a, inputs: [spend], value: spend}",
            "unfit-value metrics/b.yaml:2:48: a metric has a formula or a plugin, not both".to_owned(),
        ),
        (
            "x: {plugin: tacos, inputs: {key: sku}}",
            "unfit-value metrics/b.yaml:2:30: columns are those of a source".to_owned(),
        ),
        (
            "x: {plugin: tacos, source: sales, inputs: [spend]}",
            "unfit-value metrics/b.yaml:2:45: of a source a plugin is given columns".to_owned(),
        ),
        (
            "x: {plugin: taco/a, inputs: [spend]}",
            "unknown-name metrics/b.yaml:2:15: there is no plugin `taco`".to_owned(),
        ),
        (
            "x: {plugin: pulls, inputs: [spend]}",
            "unfit-value metrics/b.yaml:2:15: plugin `pulls` may not be used for metrics".to_owned(),
        ),
    ] {
        let (plan, found) = metric(line);
        assert_eq!((found, plan.broken.contains_key("x")), (vec![expected], true), "{line}");
        assert!(plan.metrics.contains_key("gmv"), "{line}");
    }
}

#[test]
fn a_metric_of_a_plugin_says_what_it_stands_on() {
    let (plan, found) = metric(
        "x: {plugin: tacos/a, source: sales, inputs: {v: amount}, where: amount > 0, config: {b: x, a: 10}}",
    );
    assert_eq!(found, [""; 0]);
    let of_rows = &plan.metrics["x"];
    let plugged = of_rows.plugged.as_deref().expect("a metric of a plugin");
    let params: Vec<_> =
        plugged.params.iter().map(|param| (&*param.name, &*param.value, &*param.json)).collect();
    assert_eq!(params, [("a", "10", "10"), ("b", "x", "\"x\"")]);
    assert_eq!((&*of_rows.formula, plugged.says_unit), ("tacos/a(v: amount)", false));
    assert!(matches!(&of_rows.definition, Definition::Source(measured) if measured.filter.is_some()));

    let (plan, found) = metric("x: {plugin: tacos, inputs: [gmv], unit: percent}");
    assert_eq!(found, [""; 0]);
    let of_metrics = &plan.metrics["x"];
    assert_eq!(&*of_metrics.formula, "tacos(gmv)");
    assert!(matches!(of_metrics.definition, Definition::Derived(_)));
}

#[test]
fn a_metric_without_a_formula_still_needs_one() {
    let (_, found) = metric("x: {source: sales}");
    assert_eq!(found, ["missing-key metrics/b.yaml:2:6: a metric needs `value`"]);
    let (_, found) = metric("x: {source: sales, vlaue: sum(amount)}");
    assert_eq!(found, ["unknown-key metrics/b.yaml:2:22: `vlaue` is no key of a metric"]);
}
