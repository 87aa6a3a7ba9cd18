//! What is said of targets together: sums, stores in two parts or in none, parents, weights, resources, events; and
//! targets written as a table.

use super::*;

/// The findings of a workspace with these targets, by rule and message.
fn told(targets: &str, more: &[(&str, &str)]) -> Vec<String> {
    let text = format!("targets:\n{targets}");
    let files: Vec<(&str, &str)> =
        std::iter::once(("targets/a.yaml", text.as_str())).chain(more.iter().copied()).collect();
    let found = workspace(&files).found;
    let advice = ["no-owner", "metric-unused"];
    let found = found.iter().filter(|finding| !advice.contains(&finding.rule.name));
    found.map(|finding| format!("{}: {}", finding.rule.name, finding.message)).collect()
}

const WHOLE: &str = "  - {id: g, metric: gmv, period: 2025, value: 100";

#[test]
fn parts_are_the_whole_to_the_unit() {
    let parts = |first: u32, second: u32, more: &str| {
        told(
            &format!(
                "{WHOLE}{more}}}\n  - {{metric: gmv, scope: {{store: jp1}}, period: 2025, value: {first}, parent: g}}\n  - {{metric: gmv, scope: {{store: jp2}}, period: 2025, value: {second}, parent: g}}\n"
            ),
            &[],
        )
    };
    assert_eq!(parts(60, 40, ""), Vec::<String>::new());
    assert_eq!(
        parts(60, 39, ""),
        ["children-differ-from-parent: the parts of `g` by store add up to 99, not to 100"]
    );
    assert_eq!(
        parts(60, 41, ""),
        ["children-differ-from-parent: the parts of `g` by store add up to 101, not to 100"]
    );
    assert_eq!(parts(60, 45, ", buffer: 5%"), Vec::<String>::new(), "over-commitment that is allowed");
    assert_eq!(parts(60, 46, ", buffer: 5%").len(), 1);
    assert_eq!(parts(60, 39, ", buffer: 5%").len(), 1, "a buffer is for more, not for less");
    assert_eq!(
        parts(60, 40, ", revisions: [{date: 2025-07-01, value: 90, reason: less}]"),
        [
            "children-differ-from-parent: the parts of `g` by store add up to 100, not to 90 from 2025-07-01 on"
        ]
    );
}

#[test]
fn parts_of_time_are_the_whole_where_they_fill_it() {
    let halves = |second: &str| {
        told(
            &format!(
                "{WHOLE}}}\n  - {{metric: gmv, period: 2025-H1, value: 45, parent: g}}\n  - {{metric: gmv, period: {second}, value: 54, parent: g}}\n"
            ),
            &[],
        )
    };
    assert_eq!(
        halves("2025-H2"),
        ["children-differ-from-parent: the parts of `g` by time add up to 99, not to 100"]
    );
    assert_eq!(halves("2025-Q3"), Vec::<String>::new(), "what is not there cannot be added");
}

#[test]
fn a_store_is_in_one_part() {
    let people = "teams: {a: {}, b: {}}\npeople: {ceo: {}, x: {team: a, covers: {store: [jp1]}}, y: {team: b, covers: {store: [jp1, jp2]}}}\n";
    let split = |by: &str, share: &str| {
        told(&format!("{WHOLE}, split: {{by: {by}, share: {share}}}}}\n"), &[("people.yaml", people)])
    };
    let of_parts = |all: Vec<String>| -> Vec<String> {
        all.into_iter().filter(|one| one.starts_with("parts-")).collect()
    };
    assert_eq!(
        of_parts(split("team", "{a: 0.5, b: 0.5}")),
        ["parts-overlap: `g/a` and `g/b`, parts of `g` by team, both hold `jp1`"]
    );
    assert_eq!(
        of_parts(split("person", "{x: 1}")),
        ["parts-uncovered: no part of `g` by person holds `jp2`"]
    );
    assert_eq!(
        of_parts(split("store", "{jp1: 1}")),
        ["parts-uncovered: no part of `g` by store holds `jp2`"]
    );
    assert_eq!(
        of_parts(split("category", "{tea: 1}")),
        Vec::<String>::new(),
        "categories share their stores"
    );
    assert_eq!(of_parts(split("person", "{y: 1}")), Vec::<String>::new());
}

#[test]
fn a_target_hangs_where_it_belongs() {
    assert_eq!(
        told(
            &format!(
                "{WHOLE}}}\n  - {{id: s, metric: gmv, scope: {{store: jp1}}, period: 2025, value: 60}}\n"
            ),
            &[]
        ),
        ["orphan-target: `s` is no part of `g`, the target of `gmv` for the whole"]
    );
    assert_eq!(
        told(&format!("{WHOLE}}}\n  - {{id: h, metric: gmv, period: 2025, value: 120}}\n"), &[]),
        ["target-twice: `g` and `h` are both targets of `gmv` for company over the same days"]
    );
    assert_eq!(
        told(
            &format!(
                "{WHOLE}}}\n  - {{id: h, metric: gmv, period: 2025, value: 120, status: {{state: dropped, reason: too much}}}}\n"
            ),
            &[]
        ),
        Vec::<String>::new()
    );
    let child = |more: &str| {
        told(
            &format!("{WHOLE}}}\n  - {{id: a, metric: acos, period: 2025, value: 20%, parent: g{more}}}\n"),
            &[],
        )
    };
    assert_eq!(
        child(""),
        ["child-unrelated: `a` is a part of `g`, but `gmv` is not made of `acos` and has no such cause"]
    );
    assert_eq!(child(", contributes: cheaper visits"), Vec::<String>::new());
    let parts = "  - {id: a, metric: acos, period: 2025, value: 20%}\n  - {metric: gmv, period: 2025-Q1, value: 1, parent: a}\n";
    assert_eq!(told(parts, &[]), Vec::<String>::new(), "`acos` is made of `gmv`");
    let driven = "metrics:
  gmv: {source: sales, value: sum(amount), unit: JPY, better: higher, owner: ceo, causes: visits * per_visit}
  visits: {source: sales, value: sum(visits), better: higher}
  per_visit: {value: gmv / visits, unit: JPY, better: higher}
";
    let visits = format!("{WHOLE}}}\n  - {{metric: visits, period: 2025, value: 20, parent: g}}\n");
    let unrelated = |told: &String| told.starts_with("child-unrelated");
    assert!(!told(&visits, &[("metrics/a.yaml", driven)]).iter().any(unrelated), "a cause of `gmv`");
    let alone = driven.replace(", causes: visits * per_visit", "");
    assert!(told(&visits, &[("metrics/a.yaml", &alone)]).iter().any(unrelated), "nothing says so any more");
}

#[test]
fn weights_of_siblings_are_whole_on_every_day() {
    let siblings = |one: &str, other: &str| {
        told(
            &format!(
                "{WHOLE}}}\n  - {{metric: gmv, period: 2025-Q1, value: 1, parent: g, weight: {one}}}\n  - {{metric: gmv, period: 2025-Q2, value: 1, parent: g, weight: {other}}}\n"
            ),
            &[],
        )
    };
    assert_eq!(siblings("60%", "0.4"), Vec::<String>::new());
    assert_eq!(
        siblings("60%", "60%"),
        ["weights-not-whole: the weights of the parts of `g` add up to 120 %"]
    );
    assert_eq!(
        siblings("[{value: 60%}, {date: 2025-02-01, value: 50%}]", "40%"),
        ["weights-not-whole: the weights of the parts of `g` add up to 90 % from 2025-02-01 on"]
    );
}

#[test]
fn who_asks_for_more_gives_something() {
    let one = |more: &str| told(&format!("{WHOLE}, {more}}}\n"), &[]);
    assert_eq!(
        one("baseline: 90"),
        ["stretch-without-resources: `g` asks for 11.1 % more than its baseline and names no resources"]
    );
    assert_eq!(one("baseline: 95"), Vec::<String>::new());
    assert_eq!(one("baseline: 90, resources: a desk"), Vec::<String>::new());
    let strict = HEAD.to_owned() + "rules: {stretch-without-resources: {above: 3%, level: error}}\n";
    assert_eq!(told(&format!("{WHOLE}, baseline: 95}}\n"), &[("kpress.yaml", &strict)]).len(), 1);
    assert_eq!(
        told("  - {metric: acos, period: 2025, value: 20%, baseline: 25%}\n", &[]),
        [
            "stretch-without-resources: `acos-2025-01-01..2025-12-31` asks for 20 % more than its baseline and names no resources"
        ]
    );
    assert_eq!(
        told("  - {metric: acos, period: 2025, value: 30%, baseline: 25%}\n", &[]),
        Vec::<String>::new(),
        "lower is better"
    );
}

#[test]
fn what_has_no_effect_says_so() {
    let one = |target: &str| told(&format!("  - {target}\n"), &[]);
    assert_eq!(
        one("{metric: gmv, period: 2025, value: 1, glide: {from: 2}}"),
        ["phase-unfit: `glide` has no effect: `gmv` adds up over days"]
    );
    assert_eq!(
        one("{metric: acos, period: 2025-Q1, value: 20%, phase: {months: [1, 1, 1]}}"),
        ["phase-unfit: `phase.months` has no effect: `acos` does not add up over days"]
    );
    assert_eq!(
        one(
            "{id: g, metric: gmv, period: 2025-Q1, value: 10, phase: {months: {2025-01: 3, 2025-02: 3, 2025-03: 3}}}"
        ),
        ["months-differ-from-target: the months of `g` add up to 9, not to 10"]
    );
    assert_eq!(
        one("{id: g, metric: gmv, period: 2025-Q1, value: 10, phase: {months: {2025-01: 11}}}"),
        ["months-differ-from-target: some months of `g` already add up to 11, more than 10"]
    );
    let parts = "  - {metric: gmv, period: 2025, value: 100}\n  - {metric: spend, period: 2025, value: 20}\n";
    assert_eq!(
        told(&format!("{parts}  - {{id: a, metric: acos, period: 2025, value: 25%}}\n"), &[]),
        ["ratio-differs-from-parts: `a` is 25 %, but the targets of `spend` and `gmv` promise 20 %"]
    );
    assert_eq!(
        told(&format!("{parts}  - {{metric: acos, period: 2025, value: 20.4%}}\n"), &[]),
        Vec::<String>::new()
    );
}

#[test]
fn a_target_needs_a_good_side_or_a_word_that_there_is_none() {
    let metric = |better: &str| {
        let text = format!("metrics:\n  parcels: {{source: sales, value: sum(amount){better}}}\n");
        let two = "  - {metric: parcels, period: 2025-01, value: 1, stretch: 2}\n  - {metric: parcels, period: 2025-02, value: 1}\n";
        told(two, &[("metrics/b.yaml", &text)])
    };
    assert_eq!(
        metric(""),
        ["target-without-direction: `parcels` has a target and does not say which way is good"]
    );
    assert_eq!(
        metric(", better: neutral"),
        ["target-without-direction: `stretch` has no effect: neither way is good for `parcels`"]
    );
    assert_eq!(metric(", better: lower"), Vec::<String>::new());
}

#[test]
fn a_known_event_has_a_weight_or_a_reason() {
    let target = "  - {id: g, metric: gmv, period: 2025-07, value: 100, phase: mine}\n";
    let with = |calendar: &str, more: &[(&str, &str)]| {
        let files: Vec<(&str, &str)> =
            std::iter::once(("calendar/mine.yaml", calendar)).chain(more.iter().copied()).collect();
        told(target, &files)
    };
    let said = "event-not-weighted: `g` covers `prime-day-early` (2025-07-08..2025-07-10), `prime-day` (2025-07-11..2025-07-14), which `mine` gives no weight";
    assert_eq!(with("include: amazon-jp\n", &[]), [said]);
    assert_eq!(
        with("include: amazon-jp\nweights: {prime-day: 3, prime-day-early: 1.5}\n", &[]),
        Vec::<String>::new()
    );
    assert_eq!(with("include: amazon-jp\nlearn: {metric: gmv}\n", &[]), Vec::<String>::new());
    let note = "annotations: [{range: 2025-07-08..2025-07-14, kind: note, text: we do not take part}]\n";
    assert_eq!(with("include: amazon-jp\n", &[("annotations/a.yaml", note)]), Vec::<String>::new());
    assert_eq!(with("include: jp-seasons\n", &[]), Vec::<String>::new(), "nothing known in July");
    let named = told("  - {id: g, metric: gmv, period: 2025-07, value: 100, phase: jp-amazon}\n", &[]);
    assert_eq!(named.len(), 1, "the calendar of the program, too: {named:?}");
}

#[test]
fn options_of_rules_are_read() {
    let with = |rules: &str| workspace(&[("kpress.yaml", &format!("{HEAD}rules: {rules}\n"))]);
    let read = with("{too-many-core-metrics: {core: 2..7}, target-implausible: {z: 2.5, level: note}}");
    assert_eq!(seen(&read.found), Vec::<String>::new());
    assert_eq!(read.value.options.core, (2, 7));
    assert_eq!(read.value.options.implausible_z, Decimal::new(25, 1));
    let first = |rules: &str| seen(&with(rules).found).join("; ");
    assert!(first("{too-many-core-metrics: {cor: 2..7}}").contains("has no option `cor`"));
    assert!(
        first("{too-many-core-metrics: {core: 7..2}}")
            .contains("`core` of `too-many-core-metrics` cannot be read")
    );
    assert!(first("{no-owner: {core: 2..7}}").contains("has no option `core`"));
    assert!(first("{no-owner: {level: loud}}").contains("no such level"));
}

#[test]
fn a_table_holds_targets_row_by_row() {
    let csv = "metric,scope,period,value,red,owner,id\r\ngmv,,2025-Q1,\"1,000,000\",,ceo,g\r\nacos,\"store:jp1,category:tea\",2025-Q1,22%,,ceo,\r\n";
    let read = workspace(&[("targets/t.csv", csv)]);
    assert_eq!(seen(&read.found), Vec::<String>::new());
    let shown: Vec<String> = read
        .value
        .targets
        .iter()
        .map(|target| format!("{} {} {:?}", target.id, target.scope, target.value.stated()))
        .collect();
    assert_eq!(shown[0], "g company Some(Of(1000000))");
    assert!(shown[1].starts_with("acos-FY2024-Q4-tea-jp1 category:tea,store:jp1 Some(Of(0.22"), "{shown:?}");
    let refused = |csv: &str, expected: &[&str]| check("targets/t.csv", csv, expected);
    refused(
        "metrik,period,value\ngmv,2025,1\n",
        &[
            "target-table targets/t.csv:1:1: the column `metric` is missing",
            "target-table targets/t.csv:1:1: there is no column `metrik`",
        ],
    );
    refused(
        "metric,period,value\ngmv,2025,1,000\n",
        &["target-table targets/t.csv:2:1: the row has 4 cells, the header 3"],
    );
    refused(
        "metric,period,value\ngmv,2025,\"1\n",
        &["target-table targets/t.csv:2:1: a quoted cell has no end"],
    );
    refused(
        "metric,period,value\ngmv,2025,on\n",
        &["amount-unreadable targets/t.csv:2:10: `on` is a switch, not an amount"],
    );
    refused(
        "metric,period,value\ngmw,2025,1\n",
        &["unknown-name targets/t.csv:2:1: there is no metric `gmw`"],
    );
    refused(
        "metric,period,value\ngmv,2025-Q5,1\n",
        &["unfit-value targets/t.csv:2:5: `2025-Q5` is not a period"],
    );
    refused(
        "metric,scope,period,value\ngmv,jp1,2025,1\n",
        &["unknown-name targets/t.csv:2:5: there is no level `jp1`"],
    );
    refused(
        "metric,period,between\ngmv,2025,60..30\n",
        &["bounds-crossed targets/t.csv:2:10: the range begins at 60 and ends at 30"],
    );
    refused(
        "metric,period,value,value\ngmv,2025,1,2\n",
        &["target-table targets/t.csv:1:21: the column `value` stands twice"],
    );
}
