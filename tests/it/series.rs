//! Targets that are rows of a file: they come with their own dates and lie ahead of the figures.

use kpress::build::{Stage, Store, Watch, survey};
use kpress::inputs::Memory;
use kpress::plan::Scope;
use kpress::time::Grain;

/// Nobody watches and nobody stops it.
struct Quiet;

impl Watch for Quiet {
    fn begin(&self, _: Stage) {}

    fn stopped(&self) -> bool {
        false
    }
}

const HEAD: &str = "site: {title: Shop, languages: [en], timezone: Asia/Tokyo, currency: JPY}
sources:
  sales: {files: \"data/sales.csv\", date: date, basis: {tax: inclusive}}
  plan: {files: \"data/plan*.csv\", date: date, store: {from: column, column: shop}, basis: {tax: inclusive}}
";
const METRICS: &str = "metrics: {gmv: {source: sales, value: sum(amount), unit: JPY, level: core}}\n";
const TARGETS: &str = "targets: [{id: days, metric: gmv, series: {source: plan, value: sum(amount)}}]\n";

#[test]
fn days_after_the_as_of_date_count_for_a_series_and_for_no_figure() {
    let files = [
        ("kpress.yaml", HEAD),
        ("metrics/a.yaml", METRICS),
        ("targets/a.yaml", TARGETS),
        ("data/sales.csv", "date,amount\n2025-07-01,90\n2025-07-02,110\n"),
        (
            "data/plan.csv",
            "date,shop,amount\n2025-07-01,jp1,60\n2025-07-01,jp2,40\n2025-07-02,jp1,100\n2025-07-03,jp1,120\n2025-07-31,jp1,80\n",
        ),
    ];
    let inputs = Memory::of(files.map(|(name, text)| (name, text.as_bytes())));
    let read = survey(&inputs, &Store::none(), None, |_, _| {}, &Quiet).expect("nobody stops it");
    let target = &read.plan.targets[0];
    assert_eq!(
        (target.period.start.to_string(), target.period.end.to_string()),
        ("2025-07-01".into(), "2025-07-31".into())
    );
    assert_eq!(target.period.grain, Some(Grain::Month), "a range that is a month is that month");
    let name = target.series.as_ref().expect("a series");
    let of = |grain: Grain| -> Vec<(String, Option<f64>)> {
        let series = read.facts.series(name, &Scope::company(), grain).expect("measured");
        series
            .points
            .iter()
            .filter(|point| point.value.is_some())
            .map(|point| (point.period.start.to_string(), point.value.map(|value| value.as_f64())))
            .collect()
    };
    let days = [("2025-07-01", 100.0), ("2025-07-02", 100.0), ("2025-07-03", 120.0), ("2025-07-31", 80.0)];
    assert_eq!(of(Grain::Day), days.map(|(day, value)| (day.to_owned(), Some(value))));
    assert_eq!(of(Grain::Month), [("2025-07-01".to_owned(), Some(400.0))]);
    let gmv = read.facts.series("gmv", &Scope::company(), Grain::Day).expect("measured");
    assert_eq!(gmv.points.len(), 2, "figures end with the as-of date");
}

#[test]
fn a_series_without_a_row_is_said_and_no_target() {
    let files = [
        ("kpress.yaml", HEAD),
        ("metrics/a.yaml", METRICS),
        ("targets/a.yaml", TARGETS),
        ("data/sales.csv", "date,amount\n2025-07-01,90\n"),
        ("data/plan.csv", "date,shop,amount\n"),
    ];
    let inputs = Memory::of(files.map(|(name, text)| (name, text.as_bytes())));
    let read = survey(&inputs, &Store::none(), None, |_, _| {}, &Quiet).expect("nobody stops it");
    assert!(read.plan.targets.is_empty());
    assert!(read.found.iter().any(|finding| finding.rule.name == "series-empty"));
}
