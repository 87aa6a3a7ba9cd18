//! Measuring, on tables a seller could add up by hand: files in memory, definitions as people write them.

mod money;
mod scopes;
mod spans;

use super::{Facts, State, measure};
use crate::diag::Finding;
use crate::inputs::Memory;
use crate::plan::{Demand, Plan, Scope, load};
use crate::snapshot::{Lock, NoCache, take};
use crate::time::{Grain, parse_period};
use std::collections::BTreeSet;

const SITE: &str = "site: {title: Shop, languages: [en], timezone: Asia/Tokyo, currency: JPY, as_of: ";
const SOURCES: &str = "}
sources:
  sales: {files: sales/*.csv, date: date, store: {from: column, column: shop}, dimension: [sku, kind], basis: {tax: inclusive}}
";

fn plan_and_facts(
    as_of: &str,
    sources: &str,
    metrics: &str,
    files: &[(&str, &str)],
    wanted: &[Wanted<'_>],
) -> (Plan, Facts, Vec<Finding>) {
    let head = format!("{SITE}{as_of}{sources}");
    let metrics = format!("metrics:\n{metrics}");
    let mut inputs = vec![("kpress.yaml", head.as_bytes()), ("metrics/a.yaml", metrics.as_bytes())];
    inputs.extend(files.iter().map(|(name, text)| (*name, text.as_bytes())));
    let inputs = Memory::of(inputs);
    let read = load(&inputs);
    // Pages that would add wrongly are refused with the plan; here it is measuring that must refuse.
    let is_grave =
        |found: &&Finding| found.level == crate::diag::Level::Error && found.rule.name != "not-additive";
    let errors: Vec<_> = read.found.iter().filter(is_grave).collect();
    assert!(errors.is_empty(), "{errors:?}");
    let plan = read.value;
    let snapshot = take(&plan, &inputs, &Lock::default(), &NoCache);
    let mut demand = Demand::default();
    for metric in plan.metrics.keys() {
        let need = demand.of(metric);
        need.grains = Grain::ALL.iter().copied().collect();
        need.levels = [vec![], vec!["store"], vec!["sku"], vec!["store", "sku"]]
            .into_iter()
            .map(|levels| levels.into_iter().map(Into::into).collect::<BTreeSet<_>>())
            .collect();
    }
    for (metric, scope, period, _) in wanted {
        let scope = Scope::parse(scope).expect("a scope");
        let period = parse_period(period, &plan.site.calendar).expect("a period");
        let need = demand.of(&(*metric).into());
        need.levels.insert(scope.levels().cloned().collect());
        if period.grain.is_none() {
            need.periods.insert((scope, period));
        }
    }
    let facts = measure(&plan, &demand, &snapshot.value);
    (plan, facts.value, facts.found)
}

/// Metric, scope, period, and what [`shown`] makes of it.
type Wanted<'a> = (&'a str, &'a str, &'a str, &'a str);

/// Holds what is measured to `wanted`; returns `rule: message` of what was found.
fn hold(
    as_of: &str,
    sources: &str,
    metrics: &str,
    files: &[(&str, &str)],
    wanted: &[Wanted<'_>],
) -> Vec<String> {
    let (plan, facts, found) = plan_and_facts(as_of, sources, metrics, files, wanted);
    let differing: Vec<String> = wanted
        .iter()
        .map(|(metric, scope, period, expected)| {
            (metric, scope, period, expected, shown(&plan, &facts, metric, scope, period))
        })
        .filter(|(.., expected, got)| *expected != got)
        .map(|(metric, scope, period, expected, got)| {
            format!("{metric} {scope} {period}: {got}, not {expected}")
        })
        .collect();
    assert!(differing.is_empty(), "{differing:#?} {found:#?}");
    found.iter().map(|finding| format!("{}: {}", finding.rule.name, finding.message)).collect()
}

/// `value state observed/expected`, the value to four decimals without trailing zeros.
fn shown(plan: &Plan, facts: &Facts, metric: &str, scope: &str, period: &str) -> String {
    let scope = Scope::parse(scope).expect("a scope");
    let period = parse_period(period, &plan.site.calendar).expect("a period");
    let Some(point) = facts.at(metric, &scope, period) else { return "nothing".to_owned() };
    let value = point.value.and_then(|value| value.as_decimal());
    let value = value.map_or("-".to_owned(), |value| value.round_dp(4).normalize().to_string());
    format!("{value} {} {}/{}", point.state.name(), point.days.observed, point.days.expected)
}

fn check(as_of: &str, metrics: &str, rows: &str, wanted: &[Wanted<'_>]) {
    let rows = format!("date,shop,sku,kind,x,y\n{rows}");
    hold(as_of, SOURCES, metrics, &[("sales/a.csv", &rows)], wanted);
}

#[test]
fn sums_by_day_week_month_and_year_for_company_and_stores() {
    check(
        "2026-03-02",
        "  gmv: {source: sales, value: sum(x), unit: JPY}\n",
        "2026-02-27,jp1,a,k,100,1\n2026-02-28,jp1,a,k,200,1\n2026-02-28,jp2,b,k,50,1\n2026-03-01,jp1,a,k,1,1\n2026-03-02,jp1,a,k,7,1\n",
        &[
            ("gmv", "company", "2026-02-28", "250 complete 1/1"),
            ("gmv", "store:jp2", "2026-02-28", "50 complete 1/1"),
            ("gmv", "store:jp2", "2026-03-01", "0 complete 1/1"),
            ("gmv", "company", "2026-W09", "351 partial 3/7"),
            ("gmv", "company", "2026-03", "8 running 2/2"),
            ("gmv", "company", "2026-02", "350 partial 2/28"),
            ("gmv", "company", "2026-Q1", "358 running 4/61"),
            ("gmv", "store:jp1,sku:a", "2026", "308 running 4/61"),
        ],
    );
}

#[test]
fn days_become_periods_as_the_reference_says() {
    // periods.md §3.1: a day with 10, 20, 30 and a day with one row 40.
    check(
        "2026-11-10",
        "  mean: {source: sales, value: avg(x), unit: count}
  rows: {source: sales, value: avg(x), over_time: rows, unit: count}
  total: {source: sales, value: sum(x), unit: count}
  orders: {source: sales, value: count(distinct kind), unit: count}
  middle: {source: sales, value: median(x), unit: count}
  stock: {source: sales, value: sum(x), over_time: last, unit: count}
  flow: {source: sales, value: sum(x), over_time: mean, unit: count}
  least: {source: sales, value: min(x), unit: count}
  weighted: {source: sales, value: sum(x * y) / sum(y), unit: count}
",
        "2026-11-09,jp1,a,k,10,1\n2026-11-09,jp1,a,k,20,1\n2026-11-09,jp1,b,m,30,2\n2026-11-10,jp1,a,k,40,4\n",
        &[
            ("mean", "company", "2026-W46", "30 running 2/2"),
            ("rows", "company", "2026-W46", "25 running 2/2"),
            ("total", "company", "2026-W46", "100 running 2/2"),
            ("orders", "company", "2026-W46", "2 running 2/2"),
            ("middle", "company", "2026-W46", "25 running 2/2"),
            ("stock", "company", "2026-W46", "40 running 2/2"),
            ("flow", "company", "2026-W46", "50 running 2/2"),
            ("least", "company", "2026-W46", "10 running 2/2"),
            ("weighted", "company", "2026-W46", "31.25 running 2/2"),
            ("mean", "sku:b", "2026-11-10", "- missing 0/1"),
            ("total", "sku:b", "2026-11-10", "0 complete 1/1"),
        ],
    );
}

#[test]
fn five_situations_have_five_answers() {
    // periods.md §4.2: a zero, a blank cell, no row, no row for the segment, nothing in a whole period.
    check(
        "2026-11-22",
        "  gmv: {source: sales, value: sum(x), unit: JPY}
  k_only: {source: sales, value: sum(x), where: \"kind = 'k'\", unit: JPY}
",
        "2026-11-02,jp1,a,k,0,1\n2026-11-03,jp1,a,k,,1\n2026-11-05,jp1,a,m,5,1\n2026-11-06,jp1,b,k,6,1\n2026-11-07,jp1,b,k,6,1\n2026-11-08,jp1,b,k,6,1\n2026-11-16,jp1,a,k,1,1\n",
        &[
            ("gmv", "company", "2026-11-02", "0 complete 1/1"),
            ("gmv", "company", "2026-11-03", "- missing 0/1"),
            ("gmv", "company", "2026-11-04", "- missing 0/1"),
            ("k_only", "company", "2026-11-05", "0 complete 1/1"),
            ("gmv", "company", "2026-W45", "23 partial 5/7"),
            ("gmv", "company", "2026-W46", "- missing 0/7"),
            ("gmv", "company", "2026-W47", "1 partial 1/7"),
            ("gmv", "company", "2026-10-26", "nothing"),
        ],
    );
}

#[test]
fn a_count_of_rows_without_a_value_is_zero() {
    // No order of a day is of the kind that is counted: none were, and the day is whole.
    check(
        "2026-11-10",
        "  m: {source: sales, value: \"count(distinct case when kind = 'm' then sku end)\", unit: count}
  share: {source: sales, value: \"count(distinct case when kind = 'm' then sku end) / count(distinct sku)\", unit: percent}
  least: {source: sales, value: \"min(case when kind = 'm' then x end)\", unit: count}
",
        "2026-11-02,jp1,a,k,1,1\n2026-11-03,jp1,a,m,1,1\n2026-11-09,jp1,a,k,1,1\n",
        &[
            ("m", "company", "2026-11-02", "0 complete 1/1"),
            ("m", "company", "2026-11-02..2026-11-03", "1 complete 2/2"),
            ("share", "company", "2026-11-02..2026-11-03", "1 complete 2/2"),
            ("share", "company", "2026-11-09", "0 complete 1/1"),
            ("least", "company", "2026-11-02", "- no-data 0/1"),
        ],
    );
}

#[test]
fn ratios_are_ratios_of_sums_and_nothing_is_divided_by_zero() {
    check(
        "2026-11-10",
        "  orders: {source: sales, value: sum(x), unit: count}
  visits: {source: sales, value: sum(y), unit: count}
  rate: {value: orders / visits, unit: percent}
  growth: {value: \"orders - prev(orders, '1 day')\", unit: count}
  two_days: {value: \"rolling(orders, '2 days')\", unit: count}
",
        "2026-11-09,jp1,a,k,50,1000\n2026-11-09,jp2,a,k,9,100\n2026-11-10,jp1,a,k,3,0\n",
        &[
            ("rate", "company", "2026-11-09", "0.0536 complete 1/1"),
            ("rate", "company", "2026-11-10", "- undefined 1/1"),
            ("rate", "store:jp2", "2026-11-10", "- undefined 1/1"),
            ("growth", "company", "2026-11-10", "-56 complete 1/1"),
            ("growth", "company", "2026-11-09", "- no-data 0/1"),
            ("two_days", "company", "2026-11-10", "62 complete 2/2"),
        ],
    );
}

#[test]
fn order_and_splitting_of_rows_do_not_matter() {
    let metrics = "  gmv: {source: sales, value: sum(x), unit: JPY}\n  items: {source: sales, value: count(distinct sku), unit: count}\n";
    let of = |rows: &str| {
        let rows = format!("date,shop,sku,kind,x,y\n{rows}");
        plan_and_facts("2026-11-10", SOURCES, metrics, &[("sales/a.csv", &rows)], &[]).1
    };
    let straight = of("2026-11-09,jp1,a,k,0.1,1\n2026-11-09,jp2,b,k,0.2,1\n2026-11-10,jp1,c,k,10,1\n");
    assert_eq!(
        straight,
        of(
            "2026-11-10,jp1,c,k,4,1\n2026-11-09,jp2,b,k,0.2,1\n2026-11-10,jp1,c,k,6,1\n2026-11-09,jp1,a,k,0.1,1\n"
        )
    );
    assert!(
        straight
            .series
            .values()
            .flat_map(|series| &series.points)
            .any(|point| point.state == State::Complete)
    );
}
