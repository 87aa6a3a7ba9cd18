//! The example workspace gives the figures that were read from its files without kpress. Every figure of every store
//! and period in `expected.json` is compared, and how complete each of them is.

use kpress::assess::{Scored, assess, scores};
use kpress::diag::{Finding, Level};
use kpress::inputs::{Disk, Inputs, ProjectPath};
use kpress::measure::{Facts, Point, measure};
use kpress::plan::{Plan, Scope, demand};
use kpress::snapshot::{Lock, NoCache, take};
use kpress::time::{Period, parse_period};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

/// Figures of `expected.json` that the example calls otherwise.
const RENAMED: [(&str, &str); 7] = [
    ("platform_fees", "amazon_fees"),
    ("returned", "returned_units"),
    ("returned_defective", "defect_returns"),
    ("shipped", "units_shipped"),
    ("shipped_mean", "units_shipped_per_day"),
    ("stock_last", "inv_units"),
    ("stock_mean", "inv_units_avg"),
];

/// Figures that the example has no metric for: steps on the way, and the bank's side of the transactions.
const WITHOUT_METRIC: [&str; 5] =
    ["cogs_cny", "sku_days", "sku_days_empty", "transactions_total", "transfers"];

/// What was measured of the example; once for all tests.
struct Example {
    plan: Plan,
    facts: Facts,
    found: Vec<Finding>,
    scores: Vec<Scored>,
    expected: Value,
}

static EXAMPLE: LazyLock<Example> = LazyLock::new(|| {
    let folder = folder();
    let inputs = Disk::open(&folder).expect("the example is there");
    let plan = kpress::plan::load(&inputs);
    let snapshot = take(&plan.value, &inputs, &Lock::default(), &NoCache);
    let facts = measure(&plan.value, &demand::demand(&plan.value), &snapshot.value);
    let expected = ProjectPath::parse("expected.json").expect("a path");
    let expected = inputs.read(&expected, 1 << 22).expect("expected.json");
    let judged = assess(&plan.value, &facts.value, snapshot.value.as_of);
    Example {
        found: [plan.found, snapshot.found, facts.found].concat(),
        scores: scores(&plan.value, &facts.value, &judged.value, snapshot.value.as_of),
        plan: plan.value,
        facts: facts.value,
        expected: serde_json::from_slice(&expected).expect("expected.json is JSON"),
    }
});

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/amazon-jp")
}

impl Example {
    fn period(&self, name: &str) -> Period {
        let name = name.split(" to ").next().unwrap_or(name);
        parse_period(name, &self.plan.site.calendar).unwrap_or_else(|| panic!("`{name}` is no period"))
    }

    fn at(&self, metric: &str, scope: &str, period: &str) -> Option<Point> {
        let scope = if scope == "company" { Scope::company() } else { Scope::of("store", scope) };
        self.facts.at(metric, &scope, self.period(period)).copied()
    }
}

fn metric(figure: &str) -> &str {
    RENAMED.iter().find(|(name, _)| *name == figure).map_or(figure, |(_, metric)| metric)
}

fn object(value: &Value) -> &serde_json::Map<String, Value> {
    value.as_object().expect("an object")
}

/// `expected.json` has six decimals; a mean rate has twelve.
fn is_near(point: &Point, expected: &Value) -> bool {
    let expected = expected.as_f64().expect("a number");
    point.value.is_some_and(|value| (value.as_f64() - expected).abs() <= 5e-7 + expected.abs() * 1e-13)
}

/// The example asks for these by the month and longer.
fn is_too_fine(figure: &str, period: &str) -> bool {
    period.contains("-W") && ["cm2", "cm2_margin", "storage_fees"].contains(&figure)
}

#[test]
fn figures_of_all_stores_and_periods_are_those_of_the_files() {
    let example = &*EXAMPLE;
    let (mut compared, mut wrong) = (0, Vec::new());
    for (period, scopes) in object(&example.expected["figures"]) {
        for (scope, figures) in object(scopes) {
            for (figure, expected) in object(figures) {
                if WITHOUT_METRIC.contains(&figure.as_str()) {
                    continue;
                }
                compared += 1;
                let point = example.at(metric(figure), scope, period);
                let right = match is_too_fine(figure, period) {
                    true => point.is_none_or(|point| point.value.is_none()),
                    false => point.is_some_and(|point| is_near(&point, expected)),
                };
                if !right {
                    wrong.push(format!("{figure} {scope} {period}: {point:?} is not {expected}"));
                }
            }
        }
    }
    assert!(compared > 7000, "{compared}");
    assert!(wrong.is_empty(), "{} of {compared} differ:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn orders_count_once_however_often_they_were_downloaded() {
    let example = &*EXAMPLE;
    for (period, stores) in object(&example.expected["orders"]) {
        let mut company = 0;
        for (store, totals) in object(stores) {
            for (metric, figure) in [("orders", "orders"), ("order_sales", "item_price")] {
                let point = example.at(metric, store, period).expect("measured");
                assert!(is_near(&point, &totals[figure]), "{metric} {store} {period}: {point:?}");
            }
            company += totals["orders"].as_u64().expect("a count");
        }
        let point = example.at("orders", "company", period).expect("measured");
        assert!(is_near(&point, &Value::from(company)), "{period}: {point:?} is not {company}");
    }
}

/// `state observed/expected` of a figure.
fn standing(metric: &str, scope: &str, period: &str) -> String {
    let point = EXAMPLE.at(metric, scope, period).expect("measured");
    format!("{} {}/{}", point.state.name(), point.days.observed, point.days.expected)
}

#[test]
fn figures_say_how_complete_they_are() {
    assert_eq!(standing("gmv", "company", "2025-11"), "complete 30/30");
    assert_eq!(standing("gmv", "company", "FY2024"), "complete 365/365");
    assert_eq!(standing("gmv", "jp3", "FY2025"), "running 275/275");
    assert_eq!(standing("inv_days", "jp2", "FY2025-Q2"), "complete 92/92");
    assert_eq!(standing("acos", "company", "2025-12"), "provisional 31/31");
    // Transactions begin with October 2024.
    assert_eq!(standing("net_sales", "company", "FY2024"), "partial 182/365");
    assert_eq!(standing("storage_fees", "company", "FY2024"), "partial 6/12");
    assert_eq!(standing("cogs", "company", "2025-11"), "complete 30/30");
}

#[test]
fn a_product_without_cost_makes_costs_and_profit_partial_and_nothing_else() {
    for metric in ["cogs", "gross_margin", "cm1", "cm2", "cm2_margin"] {
        for scope in ["company", "jp1"] {
            assert_eq!(standing(metric, scope, "2025-12"), "partial 5/31", "{metric} {scope}");
        }
        assert_eq!(standing(metric, "jp2", "2025-12"), "provisional 31/31", "{metric}");
    }
    assert_eq!(standing("net_sales", "jp1", "2025-12"), "provisional 31/31");
    let unknown = object(&EXAMPLE.expected["cost_unknown"][0]);
    let sku = unknown["sku"].as_str().expect("a SKU");
    let said = EXAMPLE.found.iter().filter(|finding| finding.rule.name == "cost-unknown");
    let said: Vec<&str> = said.map(|finding| finding.message.as_str()).collect();
    assert_eq!(said.len(), 2, "{said:?}");
    assert!(said.iter().all(|message| message.contains(&format!("for `{sku}`, "))), "{said:?}");
}

#[test]
fn nothing_is_wrong_with_the_example() {
    let grave = EXAMPLE.found.iter().filter(|finding| finding.level == Level::Error);
    let grave: Vec<&str> = grave.map(|finding| finding.message.as_str()).collect();
    assert!(grave.is_empty(), "{grave:#?}");
}

#[test]
fn scorecards_are_what_was_worked_out_by_hand() {
    let expected = object(&EXAMPLE.expected["scorecards"]);
    assert_eq!(expected.len(), 6);
    let near = |got: f64, expected: &Value, what: &str| {
        let expected = expected.as_f64().expect("a number");
        assert!((got - expected).abs() <= 1e-6, "{what}: {got} instead of {expected}");
    };
    for (name, card) in expected {
        let (person, period) = name.split_once(' ').expect("a person and a period");
        let period = EXAMPLE.period(period);
        let one = EXAMPLE
            .scores
            .iter()
            .find(|one| &*one.person == person && one.period == period)
            .unwrap_or_else(|| panic!("no card of {name}"));
        let float = |value: kpress::unit::Decimal| kpress::unit::Quantity::Exact(value).as_f64();
        for (item, points) in object(&card["points"]) {
            let found = one.items.iter().find(|found| *found.id == **item).and_then(|found| found.score);
            near(float(found.expect("a score")) * 100.0, points, &format!("{name}: {item}"));
        }
        let scored = one.items.iter().filter(|item| item.part.is_some()).count();
        assert_eq!(scored, object(&card["points"]).len(), "{name}: every item that counts");
        near(float(one.score.expect("a score")) * 100.0, &card["score"], name);
        near(float(one.coefficient.expect("a coefficient")), &card["coefficient"], name);
        near(float(one.pay.as_ref().expect("money").net), &card["paid"], name);
        let parts: kpress::unit::Decimal = one.items.iter().filter_map(|item| item.part).sum();
        assert_eq!(Some(parts), one.score, "{name}: what is weighted adds up");
    }
}

/// Every alert of the pack over the thirty months, as the example and the pack stand.
#[test]
fn the_planted_incidents_are_the_only_alerts_of_high_severity() {
    let Example { plan, facts, .. } = &*EXAMPLE;
    let as_of = "2025-12-31".parse().expect("a date");
    let checked = kpress::assess::alert::alerts(plan, facts, &BTreeMap::new(), Some(as_of));
    assert!(checked.found.is_empty(), "{:?}", checked.found);
    let of = |severity: &str| {
        let all = checked.value.iter().filter(|one| one.severity.name() == severity);
        let mut ids: Vec<&str> = all.map(|one| &*one.id).collect();
        ids.sort_unstable();
        ids
    };
    assert_eq!(
        of("high"),
        ["conversion-signal/jp2/2025-W45", "sessions-signal/jp1/2025-W37", "stockout-lasting/jp3/2025-W30"]
    );
    assert_eq!(of("low"), [""; 0]);
    // Chance alone would raise about four on the side that concerns: half of 0.0027 of some three thousand points.
    assert_eq!(of("medium").len(), 9, "{:?}", of("medium"));
    // A month earlier the last one was not known, and the others had the same names.
    let before = kpress::assess::alert::alerts(
        plan,
        facts,
        &BTreeMap::new(),
        Some("2025-10-31".parse().expect("a date")),
    );
    let high = before.value.iter().filter(|one| one.severity.name() == "high").map(|one| &*one.id);
    assert_eq!(high.collect::<Vec<_>>(), ["sessions-signal/jp1/2025-W37", "stockout-lasting/jp3/2025-W30"]);
}

/// The lines of each metric in the files below a folder, by key, as they are written.
fn written(folder: &Path) -> BTreeMap<String, BTreeMap<String, String>> {
    let mut metrics: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
    for file in std::fs::read_dir(folder).expect("a folder of metrics").flatten() {
        let text = std::fs::read_to_string(file.path()).expect("a file of metrics");
        let (mut metric, mut key) = (String::new(), String::new());
        for line in text.lines().filter(|line| !line.trim_start().starts_with('#')) {
            let depth = line.len() - line.trim_start().len();
            let (name, value) = line.trim().split_once(':').unwrap_or((line.trim(), ""));
            match depth {
                2 => name.clone_into(&mut metric),
                4 => {
                    name.clone_into(&mut key);
                    let keys = metrics.entry(metric.clone()).or_default();
                    keys.insert(key.clone(), value.trim().to_owned());
                }
                6.. => {
                    let keys = metrics.get_mut(&metric).expect("a metric above");
                    let value = keys.get_mut(&key).expect("a key above");
                    value.push_str(line.trim());
                }
                _ => {}
            }
        }
    }
    metrics
}

/// A metric the pack offers is called, described and computed as there. Which sources it is measured on, who owns it and what
/// explains it are the company's own.
#[test]
fn metrics_of_the_pack_are_defined_as_there() {
    const DEFINING: [&str; 12] = [
        "name",
        "description",
        "value",
        "where",
        "lookup",
        "over_time",
        "fx",
        "grain",
        "unit",
        "better",
        "decimals",
        "tax",
    ];
    let own = written(&folder().join("metrics"));
    let pack = Path::new(env!("CARGO_MANIFEST_DIR")).join("content/packs/amazon-jp/start/metrics");
    let pack = written(&pack);
    // Advertising is shown with tax here: the line that the pack tells to write in that case.
    let shared = own.iter().filter(|(id, _)| pack.contains_key(*id) && *id != "ad_spend_ex");
    let (mut compared, mut unlike) = (0, Vec::new());
    for (id, keys) in shared {
        compared += 1;
        let differs = |key: &&str| keys.get(*key) != pack[id].get(*key);
        unlike.extend(DEFINING.into_iter().filter(differs).map(|key| format!("{id}: {key}")));
    }
    assert!(compared > 55, "{compared}");
    assert!(unlike.is_empty(), "{unlike:#?}");
    let alone: Vec<&String> = own.keys().filter(|id| !pack.contains_key(*id)).collect();
    assert_eq!(alone, ["order_sales_ex_tax", "order_units"]);
    // What the pack writes about procedures and metrics stands nowhere else.
    assert!(!folder().join("content/sop").exists() && !folder().join("content/handbook/acos.en.md").exists());
}
