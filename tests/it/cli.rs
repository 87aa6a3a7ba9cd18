//! The program as a user runs it: the same bytes everywhere, refusals, foreign files, signals.

use crate::folder::{Temp, tree};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

fn kpress(place: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kpress"));
    command.current_dir(place).env("HOME", "/nonexistent");
    command
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap_or(-1)
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// A workspace made by `kpress init`.
fn shop() -> Temp {
    let temp = Temp::new("cli");
    let output = kpress(temp.path()).args(["init", "shop"]).output().expect("kpress starts");
    assert_eq!(code(&output), 0, "{}", said(&output));
    temp
}

fn build(place: &Path, more: &[&str]) -> Output {
    kpress(place).arg("build").args(more).output().expect("kpress starts")
}

fn site(temp: &Temp) -> BTreeMap<String, Vec<u8>> {
    tree(&temp.path().join("shop/public"))
}

/// Without provenance: what may differ when files are cut differently.
fn figures(temp: &Temp) -> BTreeMap<String, Vec<u8>> {
    // How much was found is counted over the data files, too.
    let counts = ["/governance/index.html", "/governance/report.json", "/governance/rules/"];
    let provenance = |path: &str| {
        path.contains("/data/")
            || path == ".kpress-files"
            || path.contains("search")
            || counts.iter().any(|page| path.contains(page))
    };
    site(temp).into_iter().filter(|(path, _)| !provenance(path)).collect()
}

#[test]
fn the_same_workspace_gives_the_same_bytes_everywhere() {
    let first = shop();
    assert_eq!(code(&build(first.path(), &["shop"])), 0);
    let second = shop();
    let output = kpress(&second.path().join("shop"))
        .arg("build")
        .env("POLARS_MAX_THREADS", "1")
        .env("TZ", "America/Caracas")
        .env("LANG", "ja_JP.UTF-8")
        .output()
        .expect("kpress starts");
    assert_eq!(code(&output), 0, "{}", said(&output));
    assert!(site(&first) == site(&second));
    fs::remove_dir_all(second.path().join("shop/.kpress")).expect("the cache");
    let again = kpress(second.path())
        .args(["build", "shop"])
        .env("POLARS_MAX_THREADS", "8")
        .output()
        .expect("kpress starts");
    assert!(said(&again).contains("all files as before"), "{}", said(&again));
    assert!(site(&first) == site(&second));
}

#[test]
fn a_build_with_nothing_changed_runs_no_stage() {
    let temp = shop();
    build(temp.path(), &["shop"]);
    let again = said(&build(temp.path(), &["shop", "--timings"]));
    assert!(
        again.starts_with("memo") && again.contains("nothing changed") && !again.contains("snapshot"),
        "{again}"
    );
    temp.write("shop/metrics/more.yaml", "metrics:\n  doubled: {value: orders * 2, unit: count}\n");
    let changed = said(&build(temp.path(), &["shop", "--timings"]));
    assert!(changed.contains("snapshot") && changed.contains("built"), "{changed}");
    fs::remove_file(temp.path().join("shop/public/index.html")).expect("a page");
    build(temp.path(), &["shop"]);
    assert!(temp.path().join("shop/public/index.html").is_file(), "a page somebody removed comes back");
}

#[test]
fn shuffled_and_split_rows_change_no_figure() {
    let first = shop();
    build(first.path(), &["shop"]);
    let second = shop();
    let table = second.read("shop/data/sales.csv");
    let (head, rows) = table.split_once('\n').expect("a header");
    let mut rows: Vec<&str> = rows.lines().collect();
    rows.reverse();
    let (a, b) = rows.split_at(rows.len() / 2);
    fs::remove_file(second.path().join("shop/data/sales.csv")).expect("the table");
    second.write("shop/data/b.csv", format!("{head}\n{}\n", a.join("\n")));
    second.write("shop/data/a.csv", format!("{head}\n{}\n", b.join("\n")));
    build(second.path(), &["shop"]);
    let (first, second) = (figures(&first), figures(&second));
    let different: Vec<&String> = first.keys().filter(|path| first.get(*path) != second.get(*path)).collect();
    assert!(different.is_empty(), "{different:?}");
}

#[test]
fn rows_after_the_as_of_day_change_no_figure() {
    let first = shop();
    let day = ["shop", "--as-of", "2025-12-31"];
    assert_eq!(code(&build(first.path(), &day)), 0);
    let second = shop();
    let table = second.read("shop/data/sales.csv");
    let name = table.lines().nth(1).and_then(|row| row.split(',').nth(1)).expect("a store");
    second.write(
        "shop/data/sales.csv",
        format!("{table}2026-01-01,{name},9999,999,99999999\n2026-02-01,{name},1,1,1\n"),
    );
    assert_eq!(code(&build(second.path(), &day)), 0);
    let (without, with) = (figures(&first), figures(&second));
    assert!(!without.is_empty() && without.keys().eq(with.keys()));
    let different: Vec<&String> =
        without.keys().filter(|path| without.get(*path) != with.get(*path)).collect();
    assert!(different.is_empty(), "{different:?}");
    // They do count once the day is over.
    assert_eq!(code(&build(second.path(), &["shop", "--as-of", "2026-01-01"])), 0);
    assert!(figures(&second) != without);
}

#[test]
fn the_example_builds_without_an_error() {
    let temp = Temp::copy_of("example", &Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/amazon-jp"));
    let output = build(temp.path(), &[]);
    assert_eq!(code(&output), 0, "{}", said(&output));
    assert!(!said(&output).contains("error["), "{}", said(&output));
    assert!(temp.path().join("public/zh/index.html").is_file());
}

#[test]
fn alerts_say_what_happened_since_and_end_with_a_code_of_their_own() {
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/amazon-jp");
    let temp = Temp::copy_of("alerts", &example);
    let alerts = |more: &[&str]| kpress(temp.path()).arg("alerts").args(more).output().expect("kpress runs");
    let calm = alerts(&["--fail-on", "high"]);
    assert_eq!(code(&calm), 0, "{}", said(&calm));
    let told = alerts(&["--since", "2025-11-01", "--fail-on", "high", "--json"]);
    assert_eq!(code(&told), 50, "{}", said(&told));
    let json: serde_json::Value = serde_json::from_slice(&told.stdout).expect("JSON");
    let ids: Vec<&str> =
        json["alerts"].as_array().expect("a list").iter().filter_map(|one| one["id"].as_str()).collect();
    assert!(ids.contains(&"conversion-signal/jp2/2025-W45"), "{ids:?}");
    assert!(!ids.contains(&"sessions-signal/jp1/2025-W37"), "{ids:?}");
    assert_eq!(code(&alerts(&["--since", "2025-12-15", "--fail-on", "high"])), 0);
    // Somebody took it: cron is quiet again.
    let taken = "acknowledged: [{alert: conversion-signal/jp2/2025-W45, by: zhang.wei, date: 2025-11-11, note: lot withdrawn}]\n";
    temp.write("alerts/taken.yaml", taken);
    assert_eq!(code(&alerts(&["--since", "2025-11-01", "--fail-on", "high"])), 0);
    let digest = alerts(&["--since", "2025-11-01", "--format", "md", "--owner", "zhang.wei"]);
    let digest = String::from_utf8_lossy(&digest.stdout).into_owned();
    assert!(
        digest.starts_with("# 日本站 KPI") && digest.contains("conversion-signal/jp2/2025-W45"),
        "{digest}"
    );
    assert_eq!(code(&alerts(&["--owner", "nobody"])), 2);
}

#[test]
fn pages_of_others_stay_and_pages_no_longer_made_go() {
    let temp = shop();
    temp.write("shop/dashboards/extra.yaml", "title: Extra\nblocks:\n  - {block: card, metric: orders}\n");
    build(temp.path(), &["shop"]);
    let made = |temp: &Temp| site(temp).keys().any(|path| path.contains("extra"));
    assert!(made(&temp));
    temp.write("shop/public/CNAME", "kpi.example");
    fs::remove_file(temp.path().join("shop/dashboards/extra.yaml")).expect("a dashboard");
    build(temp.path(), &["shop"]);
    assert!(!made(&temp));
    assert_eq!(temp.read("shop/public/CNAME"), "kpi.example");
}

#[test]
fn places_that_are_no_output_are_refused() {
    let temp = shop();
    temp.write("full/thesis.doc", "ten years of work");
    let before = tree(temp.path());
    for out in ["/", ".", "shop", "full", "shop/data", "shop/.git/x", "shop/metrics/x"] {
        let output = build(temp.path(), &["shop", "--out", out]);
        assert_eq!(code(&output), 12, "{out}: {}", said(&output));
        assert!(said(&output).contains("hint:"), "{out}");
    }
    let mut after = tree(temp.path());
    after.retain(|path, _| !path.starts_with("shop/.kpress/"));
    assert!(after == before);
}

#[test]
fn with_an_error_the_old_site_stays() {
    let temp = shop();
    build(temp.path(), &["shop"]);
    let before = site(&temp);
    temp.write("shop/metrics/wrong.yaml", "metrics:\n  wrong: {value: orders / nothing, unit: percent}\n");
    let output = build(temp.path(), &["shop"]);
    assert_eq!(code(&output), 10, "{}", said(&output));
    assert!(said(&output).contains("metrics/wrong.yaml:2"), "{}", said(&output));
    assert!(site(&temp) == before);
    let going = build(temp.path(), &["shop", "--keep-going"]);
    assert_eq!(code(&going), 10);
    let after = site(&temp);
    assert!(after != before);
    // The metric has a page that says why, in every language, and the ways to it are there.
    for lang in
        ["en", "ja", "zh"].into_iter().filter(|lang| after.contains_key(&format!("{lang}/index.html")))
    {
        let page =
            |path: &str| String::from_utf8_lossy(&after[&format!("{lang}/{path}index.html")]).into_owned();
        assert!(
            page("metrics/wrong/").contains("there is no metric `nothing`"),
            "{}",
            page("metrics/wrong/")
        );
        assert!(page("metrics/wrong/").contains("metrics/wrong.yaml:2"));
        assert!(page("").contains("metrics/wrong/index.html\""));
        assert!(page("").contains("data/index.html\""));
    }
}

#[cfg(unix)]
#[test]
fn links_and_pipes_among_the_data_are_named_and_not_followed() {
    let temp = shop();
    temp.write("outside.csv", "date,store,visits,orders,sales\n2025-12-31,main,1,1,1\n");
    std::os::unix::fs::symlink(temp.path().join("outside.csv"), temp.path().join("shop/data/link.csv"))
        .expect("a link");
    let pipe = Command::new("mkfifo").arg(temp.path().join("shop/data/pipe.csv")).status().expect("mkfifo");
    assert!(pipe.success());
    let said = said(&build(temp.path(), &["shop"]));
    for name in ["data/link.csv", "data/pipe.csv"] {
        assert!(said.contains(&format!("path-refused]: `{name}` is not read")), "{said}");
    }
    assert!(!temp.path().join("shop/public").exists(), "nothing is written");
}

/// Hostile case 26.
#[cfg(unix)]
#[test]
fn odd_names_of_data_files_are_read_or_named() {
    let row = "date,store,visits,orders,sales\n2025-12-30,main,10,1,100\n";
    let deep = format!("{}deep.csv", "a/".repeat(40));
    let long = format!("{}.csv", "n".repeat(251));
    for (name, expected) in
        [("it's %2e one.csv", 0), (&*long, 0), ("line\nbreak.csv", 12), ("say \"x\".csv", 12), (&*deep, 12)]
    {
        let temp = shop();
        temp.write("shop/kpress.yaml", temp.read("shop/kpress.yaml").replace("data/*.csv", "data/**/*.csv"));
        temp.write(&format!("shop/data/{name}"), row);
        let output = build(temp.path(), &["shop"]);
        let (code, said) = (code(&output), said(&output));
        assert_eq!(code, expected, "{name:?}: {said}");
        if code == 0 {
            let pages = site(&temp);
            let files = pages.get("en/data/sales/report.json").expect("the page of the source");
            assert!(String::from_utf8_lossy(files).contains(name), "{name:?} is read and listed");
        } else {
            // A folder too deep is named itself, not what lies below.
            let shown = if name.starts_with("a/") { "a/a` is not read" } else { &name.replace('\n', "\\n") };
            assert!(said.contains("path-refused") && said.contains(shown), "{name:?}: {said}");
        }
    }
}

/// Hostile case 25.
#[cfg(unix)]
#[test]
fn a_link_in_a_theme_is_not_copied() {
    let temp = shop();
    temp.write("secret.css", "body{--secret-of-somebody:1}");
    fs::create_dir_all(temp.path().join("shop/themes/own/css")).expect("a theme");
    for place in ["shop/themes/own/css/page.css", "shop/themes/own/style.css", "shop/themes/own/logo.svg"] {
        std::os::unix::fs::symlink(temp.path().join("secret.css"), temp.path().join(place)).expect("a link");
    }
    build(temp.path(), &["shop"]);
    let copied = |bytes: &Vec<u8>| bytes.windows(18).any(|part| part == b"secret-of-somebody");
    assert!(!site(&temp).values().any(copied), "what a link leads to is nowhere in the site");
}

#[cfg(unix)]
#[test]
fn a_signal_leaves_the_old_site_whole() {
    let temp = shop();
    build(temp.path(), &["shop"]);
    let before = site(&temp);
    for (signal, expected) in [("INT", 130), ("TERM", 143)] {
        temp.write(
            "shop/metrics/more.yaml",
            format!("metrics:\n  x{expected}: {{value: orders * 2, unit: count}}\n"),
        );
        let child = kpress(temp.path()).args(["build", "shop"]).spawn().expect("kpress starts");
        std::thread::sleep(std::time::Duration::from_millis(30));
        Command::new("kill").args([format!("-{signal}"), child.id().to_string()]).status().expect("kill");
        let ended = child.wait_with_output().expect("it ends");
        match ended.status.code() {
            Some(0) => {}
            Some(code) => {
                assert_eq!(code, expected);
                assert!(site(&temp).keys().all(|path| !path.starts_with(".kpress-stage")));
                assert!(site(&temp) == before);
            }
            // The signal came before the program listened.
            None => assert!(site(&temp) == before),
        }
        fs::remove_file(temp.path().join("shop/metrics/more.yaml")).expect("removed");
        build(temp.path(), &["shop"]);
    }
}

/// One order of one visit, none of one visit: what is divided by one was divided all the same.
#[test]
fn a_quotient_keeps_both_parts_where_the_lower_one_is_one() {
    let temp = Temp::new("quotients");
    temp.write(
        "kpress.yaml",
        "site: {title: T, languages: [en], as_of: 2026-06-30}\nsources: {s: {files: data/a.csv, date: date, absent: zero}}\n",
    );
    temp.write("data/a.csv", "date,orders,visits\n2026-04-30,1,1\n2026-05-31,0,1\n2026-06-30,0,4\n");
    temp.write(
        "metrics/a.yaml",
        "metrics:\n  o: {source: s, value: sum(orders), unit: count, better: higher}\n  \
         v: {source: s, value: sum(visits), unit: count, better: higher}\n  \
         rate: {value: o / v, unit: percent, better: higher}\n",
    );
    let arguments = ["values", "--metric", "rate", "--grain", "month"];
    let output = kpress(temp.path()).args(arguments).output().expect("kpress starts");
    let lines = String::from_utf8_lossy(&output.stdout).into_owned();
    let parts: Vec<&str> =
        lines.lines().filter_map(|line| line.split("\"value\":").nth(1)?.split(",\"unit\"").next()).collect();
    let due = [
        "1,\"numerator\":\"1\",\"denominator\":\"1\"",
        "0,\"numerator\":\"0\",\"denominator\":\"1\"",
        "0,\"numerator\":\"0\",\"denominator\":\"4\"",
    ];
    assert_eq!(parts, due, "{lines}");
}

#[test]
fn figures_leave_as_json_csv_and_parquet() {
    let temp = shop();
    let values = |format: &str| {
        let arguments =
            ["values", "-C", "shop", "--metric", "conversion", "--grain", "month", "--format", format];
        kpress(temp.path()).args(arguments).output().expect("kpress starts").stdout
    };
    let lines = String::from_utf8(values("jsonl")).expect("text");
    let december = lines.lines().find(|line| line.contains("2025-12\"")).expect("December");
    assert!(december.contains("\"numerator\":\"2373\",\"denominator\":\"55767\""), "{december}");
    let csv = String::from_utf8(values("csv")).expect("text");
    assert!(
        csv.starts_with("metric,scope,grain,period,") && csv.contains("conversion,company,month,2025-12,"),
        "{csv}"
    );
    assert!(values("parquet").starts_with(b"PAR1"));
}

#[test]
fn figures_leave_with_their_target_and_what_they_are_compared_with() {
    let temp = shop();
    let targets = "targets:
  - {metric: sales, period: 2025-11, value: 4_500_000}
  - {metric: conversion, period: 2025-12, value: 4.3%, red: 4.0%}
  - {id: band, metric: conversion, period: 2025-11, between: [4%, 5%]}
";
    temp.write("shop/targets/2025.yaml", targets);
    let values = |metric: &str, more: &[&str]| {
        let arguments =
            ["values", "-C", "shop", "--metric", metric, "--scope", "company", "--grain", "month"];
        let output = kpress(temp.path()).args(arguments).args(more).output().expect("kpress starts");
        assert_eq!(code(&output), 0, "{}", said(&output));
        output.stdout
    };
    let text = |metric, more: &[&str]| String::from_utf8(values(metric, more)).expect("text");
    let lines = text("conversion", &["--with", "target,comparisons"]);
    let of = |month: &str| {
        let line =
            lines.lines().find(|line| line.contains(&format!("\"period\":\"{month}\""))).expect("a month");
        serde_json::from_str::<serde_json::Value>(line).expect("JSON")
    };
    // 2026 / 47820, 2216 / 51309, 2373 / 55767; 2373 / 55767 / 4.3 % = 0.98958…
    let (october, november, december) = (of("2025-10"), of("2025-11"), of("2025-12"));
    assert_eq!(
        (&october["target"], &october["standing"]),
        (&serde_json::Value::Null, &serde_json::Value::Null)
    );
    assert_eq!(november["target"], serde_json::json!([0.04, 0.05]));
    assert_eq!((&november["attainment"], &november["standing"]), (&1.into(), &"on".into()));
    assert_eq!((&december["target"], &december["standing"]), (&0.043.into(), &"near".into()));
    assert!((december["attainment"].as_f64().expect("a number") - 0.989_582_486).abs() < 1e-9);
    assert_eq!((&november["previous"], &december["previous"]), (&october["value"], &november["value"]));
    assert!(december["value"].is_number() && december["previous_year"].is_null());
    // Only what was asked for stands there.
    let plain = text("conversion", &["--with", "comparisons"]);
    assert!(plain.contains("\"previous\":") && !plain.contains("\"target\":"), "{plain}");
    assert!(!text("conversion", &[]).contains("previous"));

    let csv = text("conversion", &["--with", "target", "--with", "comparisons", "--format", "csv"]);
    let head = csv.lines().next().expect("a head");
    assert!(
        head.ends_with("days_expected,target,target_to,attainment,standing,expected,pace_index,required_per_day,forecast,forecast_low,forecast_high,probability,previous,previous_year"),
        "{head}"
    );
    let november = csv.lines().find(|line| line.contains(",2025-11,")).expect("November");
    assert!(november.ends_with(",30,30,0.04,0.05,1,on,,,,,,,,0.0423672103722291928063571727,"), "{november}");
    // Sales are not yet held against anything in December.
    let csv = text("sales", &["--with", "target", "--format", "csv"]);
    let december = csv.lines().find(|line| line.contains(",2025-12,")).expect("December");
    assert!(december.ends_with(",31,31,,,,,,,,,,,"), "{december}");

    temp.write("f.parquet", values("conversion", &["--with", "target,comparisons", "--format", "parquet"]));
    let output = kpress(temp.path()).args(["data", "inspect", "f.parquet"]).output().expect("kpress starts");
    let shown = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(
        shown.contains("days_expected, target, target_to, attainment, standing, expected, pace_index, required_per_day, forecast, forecast_low, \
             forecast_high, probability, previous, previous_year"),
        "{shown}"
    );
}

#[test]
fn figures_leave_with_their_limits_and_signals() {
    let temp = shop();
    let values = |more: &[&str]| {
        let output = kpress(temp.path())
            .args(["values", "-C", "shop", "--metric", "orders", "--grain", "day"])
            .args(more)
            .output();
        let output = output.expect("kpress starts");
        assert_eq!(code(&output), 0, "{}", said(&output));
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    let json: serde_json::Value =
        serde_json::from_str(&values(&["--with", "limits,signals", "--format", "json"])).expect("JSON");
    let all = json.as_array().expect("a list");
    let limits: Vec<&serde_json::Value> =
        all.iter().map(|one| &one["limits"]).filter(|one| !one.is_null()).collect();
    for one in &limits {
        let (low, center, high) = (one["lower"].as_f64(), one["center"].as_f64(), one["upper"].as_f64());
        assert!(low < center && center < high && one["segment"] == 1, "{one}");
    }
    assert!(all.iter().all(|one| one["signals"].is_array()));
    let csv = values(&["--with", "limits,signals", "--format", "csv"]);
    let head = csv.lines().next().expect("a head");
    assert!(head.ends_with("limit_center,limit_lower,limit_upper,limit_state,signals"), "{head}");
    let plain = values(&["--format", "csv"]);
    assert!(!plain.contains("limit_center"), "{plain}");
}

/// Hostile case 55: whoever reads stdout has seen enough, or was never there.
#[cfg(unix)]
#[test]
fn h55_a_closed_stdout_is_no_error_and_no_panic() {
    let temp = shop();
    build(temp.path(), &["shop"]);
    let commands: [&[&str]; 6] = [
        &["values", "-C", "shop", "--format", "csv"],
        &["values", "-C", "shop", "--format", "parquet"],
        &["explain", "-C", "shop", "sales"],
        &["check", "shop", "--format", "json"],
        &["schema"],
        &["completions", "bash"],
    ];
    for arguments in commands {
        let (reader, writer) = std::io::pipe().expect("a pipe");
        drop(reader);
        let output = kpress(temp.path())
            .args(arguments)
            .stdout(writer)
            .stderr(std::process::Stdio::piped())
            .spawn()
            .expect("kpress starts")
            .wait_with_output()
            .expect("it ends");
        assert_eq!(code(&output), 0, "{arguments:?}: {}", said(&output));
        assert!(!said(&output).contains("panicked"), "{}", said(&output));
    }
    let line = Command::new("sh")
        .args([
            "-c",
            "\"$0\" values -C shop | head -1; \"$0\" --help | head -1",
            env!("CARGO_BIN_EXE_kpress"),
        ])
        .current_dir(temp.path())
        .output()
        .expect("a shell");
    assert_eq!(said(&line), "");
    assert_eq!(String::from_utf8_lossy(&line.stdout).lines().count(), 2);
}
