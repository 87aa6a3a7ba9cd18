//! Hostile definition files, numbered as in the list of cases every release must survive (A 1–17, B 18, 21, 22).

use super::{HEAD, METRICS, check, seen, workspace};
use crate::diag::{Finding, exit_code};
use crate::inputs::Memory;
use crate::plan::load;

/// Findings of a file of raw bytes, with the exit code.
fn raw(name: &str, bytes: &[u8]) -> (Vec<String>, u8) {
    let files = [("kpress.yaml", HEAD.as_bytes()), (name, bytes)];
    let found = load(&Memory::of(files)).found;
    (seen(&found), exit_code(&found))
}

fn one(name: &str, bytes: &[u8], exit: u8, expected: &str) {
    assert_eq!(raw(name, bytes), (vec![expected.to_owned()], exit));
}

/// The one finding of a file that must be refused, not read to its end: without the limits these would take hours.
fn refused(text: &str) -> Finding {
    let found =
        load(&Memory::of([("kpress.yaml", HEAD.as_bytes()), ("metrics/a.yaml", text.as_bytes())])).found;
    assert_eq!((found.len(), exit_code(&found)), (1, 10), "{:?}", seen(&found));
    found.into_iter().next().expect("one finding")
}

#[test]
fn h01_duplicate_key_names_both_lines() {
    let text = "metrics:\n  acos: {source: sales, value: sum(a)}\n  acos: {source: sales, value: sum(b)}\n";
    one(
        "metrics/a.yaml",
        text.as_bytes(),
        10,
        "duplicate-key metrics/a.yaml:3:3: `acos` stands twice, here and in line 2",
    );
    check(
        "metrics/b.yaml",
        "metrics:\n  GMV: {source: sales, value: sum(a)}\n",
        &["duplicate-id metrics/b.yaml:2:3: `GMV` is defined twice, here and in metrics/a.yaml:2:3"],
    );
    check(
        "stores.yaml",
        "stores:\n  jp1: {}\n  JP1: {}\n",
        &["duplicate-key stores.yaml:3:3: `JP1` stands twice, here and in line 2"],
    );
}

#[test]
fn h02_duplicate_member_in_a_map_of_values() {
    let text = "targets:\n  - metric: gmv\n    period: 2026\n    value: 10\n    split: {by: sku, share: {A-1: 1, A-2: 2, A-1: 3}}\n";
    check(
        "targets/a.yaml",
        text,
        &[
            "weights-not-whole targets/a.yaml:5:29: the shares add up to 300 %",
            "duplicate-key targets/a.yaml:5:46: `A-1` stands twice, here and in line 5",
        ],
    );
}

#[test]
fn h03_alias_bomb() {
    let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..9 {
        let before = vec![format!("*a{}", level - 1); 9].join(", ");
        text.push_str(&format!("a{level}: &a{level} [{before}]\n"));
    }
    assert_eq!(refused(&text).rule.name, "yaml-limit");
}

#[test]
fn h04_one_large_anchor_many_aliases() {
    let text = format!("a: &a {}\nb: [{}]\n", "x".repeat(900_000), vec!["*a"; 20_000].join(","));
    assert_eq!(refused(&text).rule.name, "yaml-limit");
}

#[test]
fn h05_a_hundred_thousand_brackets() {
    assert_eq!(refused(&"[".repeat(100_000)).rule.name, "yaml-limit");
    assert_eq!(refused(&"{a: ".repeat(100_000)).rule.name, "yaml-limit");
    assert_eq!(refused(&"- ".repeat(100_000)).rule.name, "yaml-limit");
}

#[test]
fn h06_an_alias_inside_what_it_repeats() {
    one(
        "metrics/a.yaml",
        b"a: &a [*a]\n",
        10,
        "yaml-limit metrics/a.yaml:1:8: the alias stands inside what it repeats",
    );
}

#[test]
fn h07_merge_key_bomb() {
    let mut text = "a0: &a0 {k: v}\n".to_owned();
    for level in 1..10 {
        let before = vec![format!("*a{}", level - 1); 8].join(", ");
        text.push_str(&format!("a{level}: &a{level}\n  <<: [{before}]\n  k{level}: v\n"));
    }
    assert_eq!(refused(&text).rule.name, "yaml-limit");
}

#[test]
fn h08_unknown_key_offers_the_nearest() {
    let text = "blocks:\n  - {block: line, series: [{taget: gmv}]}\n";
    let found = workspace(&[("dashboards/x.yaml", text)]).found;
    assert_eq!(seen(&found)[0], "unknown-key dashboards/x.yaml:2:29: `taget` is no key of a series");
    assert_eq!(found[0].hint.as_deref(), Some("did you mean `target`?"));
    assert_eq!(exit_code(&found), 10);
}

#[test]
fn h09_characters_that_have_no_business_there() {
    one(
        "metrics/a.yaml",
        b"metrics:\n\tgmv: {}\n",
        10,
        "yaml-syntax metrics/a.yaml:2:2: a tab stands where YAML takes only spaces",
    );
    one(
        "metrics/a.yaml",
        b"metrics:\n  a\0b: {}\n",
        10,
        "control-character metrics/a.yaml:2:4: the file holds the control character U+0000",
    );
    one(
        "metrics/a.yaml",
        b"metrics:\n  \"a\\u0000b\": {}\n",
        10,
        "control-character metrics/a.yaml:2:3: a text holds the control character U+0000",
    );
    one(
        "metrics/a.yaml",
        b"metrics:\n  \"a\\u001bb\": {}\n",
        10,
        "control-character metrics/a.yaml:2:3: a text holds the control character U+001B",
    );
    let (found, exit) = raw("metrics/a.yaml", b"metrics:\n  \"a\\ud800\": {}\n");
    assert!(exit == 10 && found[0].starts_with("yaml-syntax metrics/a.yaml:2:"), "{found:?}");
    one(
        "metrics/a.yaml",
        b"\xff\xfem\0e\0",
        10,
        "not-utf8 metrics/a.yaml:1:1: the file is encoded in UTF-16",
    );
    one(
        "metrics/a.yaml",
        b"metrics:\n  a\xffb: {}\n",
        10,
        "not-utf8 metrics/a.yaml:2:4: the byte 0xFF is not UTF-8 (byte 13 of the file)",
    );
    let text = b"\xef\xbb\xbfmetrics:\n  gmv: {source: sales, value: sum(a), owner: nobody}\n";
    let (found, _) = raw("metrics/a.yaml", text);
    assert_eq!(found, ["unknown-name metrics/a.yaml:2:46: there is no person `nobody`"]);
}

#[test]
fn h10_values_that_can_be_read_in_two_ways() {
    for value in [
        "on",
        "off",
        "no",
        "yes",
        "0123",
        "1e3",
        "12:30",
        ".nan",
        ".inf",
        "１２３",
        "\"1,00\"",
        "-.inf",
        "0x10",
        "~1",
    ] {
        let text = format!("targets:\n  - {{metric: gmv, period: 2026, value: {value}}}\n");
        let found = workspace(&[("targets/a.yaml", &text)]).found;
        assert_eq!(found.len(), 1, "{value}: {:?}", seen(&found));
        assert_eq!(
            (found[0].rule.name, found[0].place.line, found[0].place.column),
            ("amount-unreadable", 2, 40),
            "{value}"
        );
        assert!(found[0].hint.as_deref().is_some_and(|hint| hint.contains("120_000_000")), "{value}");
        assert_eq!(exit_code(&found), 10);
    }
    for value in ["1_000", "120_000_000", "\"120,000,000\"", "0.5", "-3"] {
        let text = format!("targets:\n  - {{metric: gmv, period: 2026, value: {value}}}\n");
        check("targets/a.yaml", &text, &[]);
    }
    // Where a text is wanted, `no` is one.
    check("annotations/a.yaml", "annotations: [{date: 2026-01-01, text: no}]\n", &[]);
    check(
        "dashboards/x.yaml",
        "blocks: [{block: table, by: store, columns: gmv, total: on}]\n",
        &["unfit-value dashboards/x.yaml:1:57: `on` is not yes or no"],
    );
}

#[test]
fn h11_two_documents() {
    one(
        "metrics/a.yaml",
        b"metrics: {}\n---\nmetrics: {}\n",
        10,
        "several-documents metrics/a.yaml:2:1: a second document begins here",
    );
}

#[test]
fn h12_a_file_without_content() {
    for text in ["", "\n\n", "# only a comment\n"] {
        one(
            "metrics/a.yaml",
            text.as_bytes(),
            10,
            "empty-file metrics/a.yaml: no metrics in `metrics/a.yaml`",
        );
    }
}

#[test]
fn h13_tags() {
    for tag in ["!!python/object/apply:os.system", "!!float", "!own"] {
        let (found, exit) = raw("metrics/a.yaml", format!("metrics: {tag} x\n").as_bytes());
        assert!(
            exit == 10 && found.len() == 1 && found[0].starts_with("unknown-tag metrics/a.yaml:1:10"),
            "{found:?}"
        );
    }
}

#[test]
fn h14_five_mebibytes() {
    let text = "#".repeat(5 * 1024 * 1024);
    one(
        "metrics/a.yaml",
        text.as_bytes(),
        13,
        "file-too-large metrics/a.yaml: `metrics/a.yaml` cannot be read: 5242880 bytes, more than the 1048576 allowed",
    );
}

#[test]
fn h15_circles() {
    let text = "targets:
  - {id: a, metric: gmv, period: 2026, value: 1, parent: c}
  - {id: b, metric: gmv, period: 2026-01, value: 1, parent: a}
  - {id: c, metric: gmv, period: 2026-02, value: 1, parent: b}
";
    check(
        "targets/a.yaml",
        text,
        &["target-cycle targets/a.yaml:2:58: targets are parts of each other: `a` → `c` → `b` → `a`"],
    );
}

#[test]
fn h15_a_metric_of_itself() {
    let found =
        workspace(&[("metrics/b.yaml", "metrics:\n  a: {value: b + 1}\n  b: {value: a - 1}\n")]).found;
    let cycle: Vec<&Finding> = found.iter().filter(|finding| finding.rule.name == "cycle").collect();
    assert_eq!((cycle.len(), exit_code(&found)), (1, 10), "{:?}", seen(&found));
    assert!(cycle[0].message.contains("a → b → a"), "{}", cycle[0].message);
}

#[test]
fn h17_names_and_bounds() {
    check(
        "targets/a.yaml",
        "targets: [{metric: gmv, period: 2026, value: 1, owner: li.nia}]\n",
        &["unknown-name targets/a.yaml:1:56: there is no person `li.nia`"],
    );
    check(
        "targets/a.yaml",
        "targets: [{metric: gmw, period: 2026, value: 1}]\n",
        &["unknown-name targets/a.yaml:1:20: there is no metric `gmw`"],
    );
    check(
        "targets/a.yaml",
        "targets: [{metric: gmv, period: 2026-13, value: 1}]\n",
        &["unfit-value targets/a.yaml:1:33: `2026-13` is not a period"],
    );
    check(
        "targets/a.yaml",
        "targets: [{metric: gmv, period: 2026, between: [60, 30]}]\n",
        &["bounds-crossed targets/a.yaml:1:48: the range begins at 60 and ends at 30"],
    );
    check(
        "targets/a.yaml",
        "targets: [{metric: gmv, value: 1}]\n",
        &["target-without-period targets/a.yaml:1:11: a target needs a period"],
    );
    check(
        "targets/a.yaml",
        "targets: [{metric: gmv, period: 2026, value: 1, split: {by: store, share: {jp1: 60%, jp2: 30%}}}]\n",
        &["weights-not-whole targets/a.yaml:1:75: the shares add up to 90 %"],
    );
    check(
        "targets/a.yaml",
        "targets: [{metric: gmv, period: 2026, value: 1, scope: {stroe: jp1}}]\n",
        &["unknown-name targets/a.yaml:1:57: there is no level `stroe`"],
    );
    check(
        "targets/a.yaml",
        "targets: [{metric: gmv, period: 2026, value: 1, scope: {store: jp3}}]\n",
        &["unknown-name targets/a.yaml:1:64: there is no store `jp3`"],
    );
}

#[test]
fn h18_paths_that_lead_outside() {
    for path in [
        "../../etc/passwd",
        "/etc/passwd",
        "C:\\x",
        "\\\\srv\\x",
        "file:///etc/passwd",
        "~/x",
        "a/../../b",
        "../**/*.csv",
    ] {
        let head = format!("sources:\n  sales: {{files: '{path}'}}\n");
        let found =
            load(&Memory::of([("kpress.yaml", head.as_bytes()), ("metrics/a.yaml", METRICS.as_bytes())]))
                .found;
        let refused: Vec<&Finding> =
            found.iter().filter(|finding| finding.rule.name == "path-refused").collect();
        assert_eq!(refused.len(), 1, "{path}: {:?}", seen(&found));
        assert_eq!((refused[0].place.line, refused[0].place.column), (2, 18), "{path}");
        assert_eq!(refused[0].rule.family.exit_code(), 12);
    }
}

#[test]
fn h21_names_that_no_address_can_hold() {
    let long = "x".repeat(300);
    for name in ["../x", "a/b", "CON", "com¹", "x.", "x ", "", &long, "🎉", "a\u{202e}b", "か\u{3099}"] {
        let text = format!("stores:\n  \"{name}\": {{}}\n");
        let found = workspace(&[("stores.yaml", &text), ("people.yaml", "people: {ceo: {}}\n")]).found;
        assert_eq!(found.len(), 1, "{name}: {:?}", seen(&found));
        assert_eq!((found[0].rule.name, found[0].place.line), ("unfit-name", 2), "{name}");
    }
    let found =
        workspace(&[("dashboards/Weekly.yaml", "blocks: []\n"), ("dashboards/weekly.yaml", "blocks: []\n")])
            .found;
    assert_eq!(
        seen(&found),
        [
            "page-name-taken dashboards/weekly.yaml:1:1: `dashboards/Weekly.yaml` and `dashboards/weekly.yaml` would be one page, `weekly`"
        ]
    );
}

#[test]
fn h22_pages_at_addresses_of_the_site() {
    for (name, rule) in [
        ("manifest.json", "page-name-taken"),
        ("v", "page-name-taken"),
        ("a", "page-name-taken"),
        ("index.html", "page-name-taken"),
        (".htaccess", "unfit-name"),
    ] {
        let found = workspace(&[(&format!("dashboards/{name}.yaml"), "blocks: []\n")]).found;
        assert_eq!(
            (found.len(), found[0].rule.name, exit_code(&found)),
            (1, rule, 10),
            "{name}: {:?}",
            seen(&found)
        );
    }
}
