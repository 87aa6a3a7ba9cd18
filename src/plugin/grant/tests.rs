//! Grants against wishes: what is left over, what is refused and on whose side.

use super::*;
use crate::inputs::Memory;
use crate::plan;
use crate::plan::plugin::Plugin;

const HEAD: &str =
    "site: {title: T, languages: [en], currency: JPY}\nplugins:\n  amz:\n    file: plugins/amz.wasm\n";

/// The plugin of a block below `amz:`.
fn plugin(block: &str) -> Plugin {
    let text = format!("{HEAD}{block}");
    let read = plan::load(&Memory::of([("kpress.yaml", text.as_bytes())]));
    let found: Vec<&str> = read.found.iter().map(|one| one.message.as_str()).collect();
    read.value.plugins.values().next().cloned().unwrap_or_else(|| panic!("{block}: {found:?}"))
}

fn host(grant: &str, origin: &str, methods: &[&str], paths: &[&str]) -> WantedHost {
    let all = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
    let (grant, origin) = (grant.to_owned(), origin.to_owned());
    WantedHost { grant, origin, methods: all(methods), paths: all(paths), reason: "reports".to_owned() }
}

fn secret(name: &str, used_on: &str, captured: bool) -> WantedSecret {
    let (name, used_on) = (name.to_owned(), vec![used_on.to_owned()]);
    WantedSecret { name, used_on, captured, reason: String::new() }
}

fn wishes() -> Wishes {
    Wishes {
        hosts: vec![
            host("api", "https://fe.amz.test", &["GET", "POST"], &["/reports/**", "/queries/**"]),
            host("api", "https://na.amz.test", &["GET", "POST"], &["/reports/**"]),
            host("lwa", "https://lwa.test", &["POST"], &["/token"]),
            host("documents", "https://*.s3.test.com", &["GET"], &["/**"]),
            host("documents", "*", &["GET"], &["/**"]),
        ],
        secrets: vec![secret("refresh", "lwa", false), secret("token", "api", true)],
        folders: vec![WantedFolder { grant: "inbox".to_owned(), reason: "files by hand".to_owned() }],
    }
}

const WHOLE: &str = "    grant:
      http: {api: {}, lwa: {}, documents: {}}
      secrets: {refresh: {env: REFRESH}, token: {captured: true}}
      files: {inbox: {folder: data/inbox, glob: \"*.tsv\"}}
";

#[test]
fn a_key_left_out_means_what_the_plugin_asks_for() {
    let all = weigh(&plugin(WHOLE), &wishes());
    assert_eq!((all.found.len(), all.not_granted.len()), (0, 0), "{:?}", all.found);
    let api = &all.effective.http["api"];
    assert_eq!(api.origin.to_string(), "https://fe.amz.test");
    assert_eq!((api.methods().count(), &api.site.paths), (2, &api.plugin.paths));
    assert!(all.effective.http["documents"].origin.is_pattern());
    assert_eq!(all.effective.secrets["refresh"].only, ["lwa".to_owned()].into());
    let canonical =
        "{\"files\":{\"inbox\":{\"folder\":\"data/inbox\",\"glob\":\"*.tsv\"}},\"http\":{\"api\":";
    assert!(all.effective.canonical().starts_with(canonical), "{}", all.effective.canonical());
    assert_eq!(all.effective.sha256().len(), 64);
}

#[test]
fn each_side_narrows_the_other() {
    let narrow = plugin(
        "    grant:
      http:
        api: {origin: \"https://na.amz.test\", methods: [GET, PUT], paths: [\"/reports/2021/**\"]}
        lwa: {origin: \"http://127.0.0.1:8080\"}
        documents: {origin: \"https://other.test\"}
      secrets: {refresh: {env: REFRESH, only: [lwa]}}
    limits: {http_bytes: 200MiB}
",
    );
    let weighed = weigh(&narrow, &wishes());
    assert_eq!(weighed.found.len(), 0, "{:?}", weighed.found);
    let api = &weighed.effective.http["api"];
    assert_eq!(api.methods().map(|method| method.name()).collect::<Vec<_>>(), ["GET"]);
    assert_eq!(weighed.effective.http["lwa"].origin.to_string(), "http://127.0.0.1:8080");
    assert_eq!(weighed.effective.http["documents"].origin.to_string(), "https://other.test");
    assert_eq!(weighed.not_granted, ["POST https://na.amz.test", "folder inbox", "secret token"]);
    assert_eq!(weighed.effective.limits[&LimitName::HttpBytes], 200 << 20);
    let other = weigh(&plugin(WHOLE), &wishes()).effective;
    assert_ne!(weighed.effective.sha256(), other.sha256());
}

#[test]
fn nothing_is_granted_without_a_grant() {
    let none = weigh(&plugin(""), &wishes());
    assert!(none.effective.http.is_empty() && none.effective.secrets.is_empty() && none.found.is_empty());
    assert_eq!(
        none.not_granted,
        [
            "folder inbox",
            "https://*.s3.test.com",
            "https://fe.amz.test",
            "https://lwa.test",
            "secret refresh",
            "secret token"
        ]
    );
}

#[test]
fn short_forms_grant_what_is_asked_for_at_an_origin() {
    let wishes = Wishes { secrets: vec![secret("REFRESH", "lwa", false)], ..wishes() };
    let short = plugin("    grant: {http: [\"https://lwa.test\"], secrets: [REFRESH]}\n");
    let weighed = weigh(&short, &wishes);
    assert_eq!(weighed.found.len(), 0, "{:?}", weighed.found);
    // What asks for any server does not get one that something else names.
    assert_eq!(weighed.effective.http.keys().collect::<Vec<_>>(), ["lwa"]);
    assert_eq!(weighed.effective.secrets["REFRESH"].from, SecretFrom::Env("REFRESH".into()));
}

#[test]
fn what_comes_to_nothing_is_told_with_the_side_that_lacks_it() {
    let cases = [
        ("http: {apy: {}}", "the plugin asks for no server `apy`; did you mean `api`?"),
        (
            "http: {api: {origin: \"https://evil.test\"}}",
            "`https://evil.test` is not what the plugin asks for as `api`; it asks for `https://fe.amz.test` or `https://na.amz.test`",
        ),
        (
            "http: {api: {origin: \"http://fe.amz.test\"}}",
            "`http://fe.amz.test` must begin with `https://`; plain http is for loopback addresses; \
             write `https://host`, `https://host:port` or `https://*.two.labels`",
        ),
        ("http: {lwa: {methods: [GET]}}", "of `lwa`, no method is left over; the plugin asks for POST"),
        (
            "http: {api: {paths: [\"/orders/**\"]}}",
            "of `api`, no path is left over by `/orders/**`; the plugin asks for /reports/**, /queries/**",
        ),
        (
            "http: {api: {paths: [\"reports\"]}}",
            "`reports` is no pattern of paths; a path begins with `/`; `*` stands for a part of a name, `**` for any folders",
        ),
        (
            "http: [\"https://else.test\", \"https://lwa.test\", \"https://other.test\"]",
            "the plugin asks for nothing at `https://other.test`; it asks for `*`, `https://*.s3.test.com`, \
             `https://fe.amz.test`, `https://lwa.test`, `https://na.amz.test`",
        ),
        (
            "{http: {lwa: {}}, secrets: {refresh: {captured: true}}}",
            "the secret `refresh` comes from the site, not out of a response; write `refresh: {env: NAME}`",
        ),
        (
            "{http: {api: {}}, secrets: {token: {env: TOKEN}}}",
            "the secret `token` comes out of a response, not from the site; write `token: {captured: true}`",
        ),
        (
            "{http: {api: {}}, secrets: {refresh: {env: R, only: [api]}}}",
            "the plugin does not send the secret `refresh` to `api`; it sends it to lwa",
        ),
        (
            "{http: {api: {}}, secrets: {refresh: {env: R}}}",
            "the secret `refresh` can be sent nowhere: no server it is for is granted; grant lwa below `http:`",
        ),
        (
            "secrets: {password: {env: R}}",
            "the plugin asks for no secret `password`; known here: `refresh`, `token`",
        ),
        ("files: {outbox: {folder: data/x}}", "the plugin asks for no folder `outbox`; known here: `inbox`"),
    ];
    for (grant, expected) in cases {
        let braces = if grant.starts_with('{') { grant.to_owned() } else { format!("{{{grant}}}") };
        let found = weigh(&plugin(&format!("    grant: {braces}\n")), &wishes()).found;
        let told: Vec<String> = found
            .iter()
            .map(|one| format!("{}; {}", one.message, one.hint.clone().unwrap_or_default()))
            .collect();
        assert_eq!(told, [expected], "{grant}");
        assert!(found.iter().all(|one| one.rule.name == "plugin-grant-invalid"));
    }
}

#[test]
fn the_block_to_copy_grants_all_of_it() {
    let block = wishes().block();
    let indented: String = block.lines().map(|line| format!("    {line}\n")).collect();
    let weighed = weigh(&plugin(&indented), &wishes());
    assert_eq!((weighed.found.len(), weighed.not_granted.len()), (0, 0), "{block}");
    assert_eq!(Wishes::default().block(), "");
}
