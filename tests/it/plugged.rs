//! A component at work, as a user sees it: its figures beside those of formulas, what it costs when it fails, and that
//! nothing of it runs which nobody approved.

use crate::folder::Temp;
use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Output};

const HEAD: &str = "\
site: {title: Shop, languages: [en, zh, ja], timezone: Asia/Tokyo, currency: JPY, as_of: 2026-01-11}
sources: {sales: {files: data/*.csv, columns: {date: {}, store: {}, sku: {}, amount: {}}}}
";

const METRICS: &str = "\
metrics:
  gmv: {source: sales, value: sum(amount), unit: JPY}
  top2: {plugin: concentration/largest, source: sales, inputs: {value: amount}, where: sku <> 'S0', config: {top: 2}, unit: JPY}
  share2: {value: top2 / gmv, unit: percent}
  hhi: {plugin: concentration/index, source: sales, inputs: {value: amount}}
  evenness: {plugin: concentration/index, inputs: [gmv]}
";

const BOARD: &str = "\
title: Board
blocks:
  - {block: card, metric: top2, grain: week}
  - {block: table, by: store, grain: week, columns: [gmv, top2, share2, hhi, evenness]}
";

struct Shop(Temp);

impl Shop {
    fn new(name: &str, plugin: &str, amount: impl Fn(i64, i64, i64) -> String) -> Shop {
        let shop = Temp::new(name);
        shop.write("kpress.yaml", format!("{HEAD}plugins: {{concentration: {plugin}}}\n"));
        shop.write("metrics/a.yaml", METRICS);
        shop.write("dashboards/board.yaml", BOARD);
        let mut rows = "date,store,sku,amount\n".to_owned();
        for (day, store, sku) in rows_of_shop() {
            let amount = amount(day, store, sku);
            rows.push_str(&format!("2026-01-{day:02},jp{store},S{sku},{amount}\n"));
        }
        shop.write("data/sales.csv", rows);
        let component = Path::new(env!("CARGO_MANIFEST_DIR")).join("plugins/dist/concentration.wasm");
        shop.write("plugins/concentration.wasm", std::fs::read(component).expect("a committed component"));
        Shop(shop)
    }

    fn approved(name: &str, plugin: &str, amount: impl Fn(i64, i64, i64) -> String) -> Shop {
        let shop = Shop::new(name, plugin, amount);
        let output = shop.kpress(&["plugin", "approve", "concentration"]);
        assert!(output.status.success(), "{}", text(&output.stderr));
        shop
    }

    fn kpress(&self, arguments: &[&str]) -> Output {
        let place = self.0.path();
        Command::new(env!("CARGO_BIN_EXE_kpress"))
            .args(arguments)
            .current_dir(place)
            .env_remove("CI")
            .env("HOME", place)
            .env("XDG_CACHE_HOME", place.join(".home/cache"))
            .env("XDG_STATE_HOME", place.join(".home/state"))
            .output()
            .expect("kpress runs")
    }

    /// The figures of a metric, by scope and period, as they are printed.
    fn figures(&self, metric: &str, grain: &str) -> BTreeMap<(String, String), String> {
        let output = self.kpress(&["values", "--metric", metric, "--grain", grain, "--format", "csv"]);
        assert!(output.status.success(), "{}", text(&output.stderr));
        let lines = text(&output.stdout);
        let cells = lines.lines().skip(1).map(|line| line.split(',').map(str::to_owned).collect::<Vec<_>>());
        cells.map(|cells| ((cells[1].clone(), cells[3].clone()), cells[6].clone())).collect()
    }

    /// Exit code, and what was said.
    fn build(&self, arguments: &[&str]) -> (Option<i32>, String) {
        let output = self.kpress(&[&["build"], arguments].concat());
        (output.status.code(), text(&output.stderr))
    }

    fn page(&self, name: &str) -> String {
        self.0.read(&format!("public/{name}"))
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn rows_of_shop() -> impl Iterator<Item = (i64, i64, i64)> {
    (1..=11).flat_map(|day| (1..=2).flat_map(move |store| (0..4).map(move |sku| (day, store, sku))))
}

fn amount(day: i64, store: i64, sku: i64) -> i64 {
    // The largest value of a week stands in its middle, and not in the first store.
    (sku + 1) * 100 + (day * 37) % 50 + store * 5
}

fn plain(day: i64, store: i64, sku: i64) -> String {
    amount(day, store, sku).to_string()
}

const PLUGIN: &str = "{file: plugins/concentration.wasm}";

#[test]
fn figures_of_a_component_are_those_of_a_native_computation() {
    let shop = Shop::approved("plugged-figures", PLUGIN, plain);
    let output = shop.kpress(&["check"]);
    assert_eq!((output.status.code(), text(&output.stderr).as_str()), (Some(0), "nothing found\n"));

    let of_week = |days: std::ops::RangeInclusive<i64>, store: Option<i64>| {
        rows_of_shop()
            .filter(move |(day, own, _)| days.contains(day) && store.is_none_or(|store| store == *own))
            .collect::<Vec<_>>()
    };
    let (largest, index, even) =
        (shop.figures("top2", "week"), shop.figures("hhi", "week"), shop.figures("evenness", "week"));
    for (scope, store) in [("company", None), ("store:jp1", Some(1)), ("store:jp2", Some(2))] {
        for (week, days) in [("2026-W01", 1..=4), ("2026-W02", 5..=11)] {
            let key = (scope.to_owned(), week.to_owned());
            let rows = of_week(days.clone(), store);
            let mut values: Vec<i64> = rows
                .iter()
                .filter(|row| row.2 != 0)
                .map(|(day, store, sku)| amount(*day, *store, *sku))
                .collect();
            values.sort_unstable();
            let top: i64 = values.iter().rev().take(2).sum();
            assert_eq!(largest[&key], top.to_string(), "{key:?}");
            // Sums in the order of the rows: day, store, then the other columns.
            let herfindahl = |values: &[f64]| {
                let (sum, squares) = values
                    .iter()
                    .fold((0.0, 0.0), |(sum, squares), value| (sum + value, squares + value * value));
                squares / (sum * sum)
            };
            let all: Vec<f64> =
                rows.iter().map(|(day, store, sku)| amount(*day, *store, *sku) as f64).collect();
            let told: f64 = index[&key].parse().expect("a number");
            assert!((told - herfindahl(&all)).abs() < 1e-15, "{key:?} {told}");
            let by_day: Vec<f64> = days
                .map(|day| {
                    rows.iter().filter(|row| row.0 == day).map(|row| amount(row.0, row.1, row.2) as f64).sum()
                })
                .collect();
            let told: f64 = even[&key].parse().expect("a number");
            assert!((told - herfindahl(&by_day)).abs() < 1e-15, "{key:?} {told}");
        }
    }
    // A metric made of that of a plugin is computed from it like from any other.
    let (gmv, share) = (shop.figures("gmv", "week"), shop.figures("share2", "week"));
    let key = ("company".to_owned(), "2026-W02".to_owned());
    let number = |text: &str| text.parse::<f64>().expect("a number");
    assert!((number(&share[&key]) - number(&largest[&key]) / number(&gmv[&key])).abs() < 1e-15);

    let (code, said) = shop.build(&[]);
    assert_eq!(code, Some(0), "{said}");
    let top: i64 = largest[&key].parse().expect("a whole number");
    let shown = if top < 1_000 { top.to_string() } else { format!("{},{:03}", top / 1_000, top % 1_000) };
    for page in ["en/dashboards/board/index.html", "zh/dashboards/board/index.html"] {
        assert!(shop.page(page).contains(&shown), "{page} lacks {shown}");
    }
    assert!(shop.page("en/metrics/top2/index.html").contains("concentration/largest(value: amount)"));
}

#[test]
fn a_figure_is_computed_once_and_anew_when_its_rows_change() {
    let shop = Shop::approved("plugged-memo", PLUGIN, plain);
    let timings = |said: &str| said.contains("measure");
    let first = shop.build(&["--timings"]);
    assert!(first.0 == Some(0) && timings(&first.1), "{}", first.1);
    // A target is no part of a figure.
    shop.0.write(
        "targets/a.yaml",
        "targets:\n  - {id: t, metric: top2, period: 2026-W02, value: 900 JPY, owner: nobody}\n",
    );
    shop.0.write("people.yaml", "people: {nobody: {name: Nobody}}\n");
    let before = shop.figures("top2", "week");
    let rows = shop.0.read("data/sales.csv");
    shop.0.write("data/sales.csv", rows.replace("2026-01-08,jp2,S3,", "2026-01-08,jp2,S3,9"));
    let after = shop.figures("top2", "week");
    let key = |scope: &str| (scope.to_owned(), "2026-W02".to_owned());
    assert_eq!(before[&key("store:jp1")], after[&key("store:jp1")]);
    assert_ne!(before[&key("store:jp2")], after[&key("store:jp2")]);
}

/// What is said, from the first finding of a rule to the empty line behind it.
fn finding(said: &str, rule: &str) -> String {
    let start = said.find(&format!("[{rule}]")).unwrap_or_else(|| panic!("no {rule} in:\n{said}"));
    let start = said[..start].rfind('\n').map_or(0, |at| at + 1);
    said[start..].split("\n\n").next().unwrap_or_default().to_owned()
}

#[test]
fn what_nobody_approved_is_a_dash_that_says_so() {
    let shop = Shop::new("plugged-unapproved", PLUGIN, plain);
    let (code, said) = shop.build(&[]);
    assert_eq!(code, Some(10), "{said}");
    assert_eq!(
        said.matches("[plugin-not-locked]").count(),
        1,
        "told once, where the plugin is named:\n{said}"
    );
    assert!(said.ends_with("1 error; nothing written\n"), "{said}");
    // Approval is not what `--allow-failed-plugins` is about.
    assert_eq!(shop.build(&["--allow-failed-plugins"]).0, Some(10));

    let (code, said) = shop.build(&["--keep-going"]);
    assert_eq!(code, Some(10), "{said}");
    for (page, text) in [
        ("en/dashboards/board/index.html", "Plugin failed: plugin-not-locked (concentration)"),
        ("zh/dashboards/board/index.html", "插件运行失败：plugin-not-locked（concentration）"),
        ("ja/metrics/top2/index.html", "プラグインが失敗しました：plugin-not-locked（concentration）"),
    ] {
        assert!(shop.page(page).contains(text), "{page} lacks {text}");
    }
    assert!(shop.page("en/metrics/gmv/index.html").contains("JPY"), "other metrics have their figures");
}

#[test]
fn a_plugin_that_fails_keeps_the_old_site_unless_it_may_fail() {
    let shop = Shop::approved("plugged-fails", PLUGIN, plain);
    assert_eq!(shop.build(&[]).0, Some(0));
    // The plugin counts in hundredths; the sum of a hundred such amounts does not fit its 64 bits.
    let mut rows = "date,store,sku,amount\n".to_owned();
    for sku in 1..=100 {
        rows.push_str(&format!("2026-01-07,jp1,S{sku},950000000000{sku:03}\n"));
    }
    let before = shop.page("en/dashboards/board/index.html");
    shop.0.write("data/sales.csv", rows);
    let metrics = METRICS.replace("{top: 2}", "{top: 100}");
    shop.0.write(
        "metrics/a.yaml",
        metrics.replace("  evenness: {plugin: concentration/index, inputs: [gmv]}\n", ""),
    );
    shop.0.write("dashboards/board.yaml", BOARD.replace(", evenness", ""));
    let (code, said) = shop.build(&[]);
    assert_eq!(code, Some(11), "{said}");
    let told = finding(&said, "plugin-data-rejected");
    assert!(
        told.starts_with(
            "error[plugin-data-rejected]: plugin `concentration` refuses the data: the sum is too large\n"
        ),
        "{told}"
    );
    assert!(told.contains("= note: concentration b764b8e5 · metric · fuel "), "{told}");
    assert_eq!(shop.page("en/dashboards/board/index.html"), before, "the old site stays");

    let (code, said) = shop.build(&["--allow-failed-plugins"]);
    assert_eq!(code, Some(0), "{said}");
    assert!(finding(&said, "plugin-data-rejected").starts_with("warning"), "{said}");
    let after = shop.page("en/dashboards/board/index.html");
    assert!(after.contains("Plugin failed: plugin-data-rejected (concentration)"));
    assert!(after.contains("95,000"), "the rest of the page is there");
}

#[test]
fn limits_and_parameters_are_told_at_their_line() {
    for (name, plugin, code, expected) in [
        (
            "plugged-fuel",
            "{file: plugins/concentration.wasm, limits: {fuel: 1000}}",
            11,
            "error[plugin-out-of-fuel]: plugin `concentration` used up its fuel in `begin`\n",
        ),
        (
            "plugged-memory",
            "{file: plugins/concentration.wasm, limits: {memory: 64KiB}}",
            11,
            "error[plugin-out-of-memory]: plugin `concentration` ran out of memory (64 KiB) in `instantiate`\n",
        ),
        (
            "plugged-cap",
            "{file: plugins/concentration.wasm, limits: {memory: 4GiB}}",
            10,
            "error[plugin-grant-invalid]: `memory` is 4 GiB, and no plugin gets more than 2 GiB\n",
        ),
    ] {
        let shop = Shop::new(name, plugin, plain);
        shop.kpress(&["plugin", "approve", "concentration"]);
        let (exit, said) = shop.build(&[]);
        let rule = expected.split(['[', ']']).nth(1).unwrap_or_default();
        assert!(finding(&said, rule).starts_with(expected.trim_end_matches(' ')), "{said}");
        assert_eq!(exit, Some(code), "{said}");
    }
    let shop = Shop::approved("plugged-params", PLUGIN, plain);
    shop.0.write("metrics/a.yaml", METRICS.replace("{top: 2}", "{top: many}"));
    let output = shop.kpress(&["check"]);
    let said = text(&output.stderr);
    assert_eq!(output.status.code(), Some(10), "{said}");
    let told = finding(&said, "plugin-params-invalid");
    assert!(
        told.starts_with("error[plugin-params-invalid]: `top2`: `top` does not fit plugin `concentration/largest`: \"many\" is not of type \"integer\"\n"),
        "{told}"
    );
    assert!(told.contains("metrics/a.yaml:3:115"), "{told}");
}

/// One row of the plan of the example.
struct Planned {
    date: String,
    store: String,
    stock: Option<i64>,
    ahead: Option<(String, i64)>,
}

#[test]
fn days_of_stock_in_the_example_are_those_of_a_walk_through_its_plan() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/stock-plan");
    for name in ["forward-cover", "ranking", "owners"] {
        let own =
            std::fs::read(folder.join(format!("plugins/{name}.wasm"))).expect("a plugin of the example");
        let dist = folder.join(format!("../../plugins/dist/{name}.wasm"));
        assert!(
            own == std::fs::read(dist).expect("a committed component"),
            "copy plugins/dist/{name}.wasm and approve it"
        );
    }
    let shop = Shop(Temp::copy_of("plugged-stock", &folder));
    let (code, said) = shop.build(&["--locked"]);
    assert_eq!(code, Some(0), "{said}");

    let mut rows: Vec<Planned> = Vec::new();
    for file in std::fs::read_dir(folder.join("data/plan")).expect("a folder").flatten() {
        for line in std::fs::read_to_string(file.path()).expect("a file").lines().skip(1) {
            let cells: Vec<&str> = line.split(',').collect();
            let ahead = cells[5].parse().ok().map(|units| (cells[4].to_owned(), units));
            let (date, store) = (cells[0].to_owned(), cells[1].to_owned());
            rows.push(Planned { date, store, stock: cells[3].parse().ok(), ahead });
        }
    }
    let figures = shop.figures("forward_cover", "month");
    for (scope, store) in [("company", None), ("store:jp1", Some("jp1")), ("store:jp2", Some("jp2"))] {
        for month in ["2025-10", "2025-11", "2025-12"] {
            let here = || {
                rows.iter()
                    .filter(|row| row.date.starts_with(month) && store.is_none_or(|store| store == row.store))
            };
            let mut left: i64 = here().filter_map(|row| row.stock).sum();
            let mut days: BTreeMap<&str, i64> = BTreeMap::new();
            for (day, units) in here().filter_map(|row| row.ahead.as_ref()) {
                *days.entry(day).or_default() += units;
            }
            let mut tenths = 0;
            for planned in days.values() {
                if *planned > left {
                    tenths += left * 10 / planned;
                    left = -1;
                    break;
                }
                left -= planned;
                tenths += 10;
            }
            assert_eq!(left, -1, "the plan of the example is long enough");
            let told: f64 = figures[&(scope.to_owned(), month.to_owned())].parse().expect("a number");
            assert!(
                (told * 10.0 - tenths as f64).abs() < 1e-9,
                "{scope} {month}: {told} and {tenths} tenths"
            );
        }
    }
    let page = shop.page("en/dashboards/stock/index.html");
    assert!(page.contains("22.1"), "the last month of the company");
    assert!(page.contains("make up <strong>"), "the sentence of the widget");

    // The rule of the third plugin: a target that nobody owns is an error, at its line.
    let targets = shop.0.read("targets/2025.yaml").replace(", owner: li.na", "");
    shop.0.write("targets/2025.yaml", targets);
    let output = shop.kpress(&["check"]);
    let said = text(&output.stderr);
    assert!(said.contains("owners/needs-owner") && said.contains(" --> targets/2025.yaml:3:10"), "{said}");
    assert_eq!(output.status.code(), Some(10), "{said}");
}

#[test]
fn rules_of_a_plugin_point_at_lines_and_are_as_grave_as_the_site_says() {
    let shop = Shop::new("plugged-rules", "{file: plugins/concentration.wasm}", plain);
    let component = Path::new(env!("CARGO_MANIFEST_DIR")).join("plugins/dist/owners.wasm");
    shop.0.write("plugins/owners.wasm", std::fs::read(component).expect("a committed component"));
    let head = |rules: &str| {
        format!("{HEAD}plugins: {{concentration: {PLUGIN}, owners: {{file: plugins/owners.wasm}}}}\n{rules}")
    };
    shop.0.write("kpress.yaml", head(""));
    shop.0.write(
        "targets/a.yaml",
        "targets:\n  - {id: january, metric: gmv, period: 2026-01, value: 20000 JPY}\n",
    );
    assert!(shop.kpress(&["plugin", "lock"]).status.success());
    for (rules, code, expected) in [
        (
            "",
            0,
            "warning[plugin-rule]: owners/needs-owner: the target `january` has no owner\n --> targets/a.yaml:2:10\n",
        ),
        (
            "rules: {owners/needs-owner: error}\n",
            10,
            "error[plugin-rule]: owners/needs-owner: the target `january` has no owner\n --> targets/a.yaml:2:10\n",
        ),
        ("rules: {owners/needs-owner: off}\n", 0, ""),
        (
            "rules: {owners/need-owner: off}\n",
            10,
            "error[unknown-rule]: plugin `owners` has no rule `need-owner`\n --> kpress.yaml:4:9\n",
        ),
    ] {
        shop.0.write("kpress.yaml", head(rules));
        let output = shop.kpress(&["check"]);
        let said = text(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{rules}{said}");
        assert!(said.contains(expected), "{rules}{said}");
        assert_eq!(
            said.contains("[plugin-rule]"),
            expected.contains("[plugin-rule]") || rules.contains("need-owner"),
            "{said}"
        );
    }
}
