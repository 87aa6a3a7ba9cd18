//! Whole explanations over facts that can be checked by hand: members that add up down and across, rates by weight, and what
//! is not known.

use super::tests::{WORKED, close, rows};
use super::*;
use crate::measure::{Days, Facts, Point, Series, State};
use crate::plan::{Against, Method, Scope};
use crate::time::{Calendar, Grain};
use crate::unit::Quantity;
use std::collections::BTreeMap;

const SITE: &str = "site: {title: Shop, languages: [en], timezone: Asia/Tokyo, currency: JPY}
sources:
  s: {files: data/*.csv, date: date, store: {from: column, column: store}, basis: {tax: inclusive}}
";
const METRICS: &str = "metrics:
  gmv: {source: s, value: sum(sales), unit: JPY, better: higher, causes: sessions * usp * asp}
  sessions: {source: s, value: sum(sessions), unit: count}
  units: {source: s, value: sum(units), unit: count}
  spend: {source: s, value: sum(spend), unit: JPY}
  usp: {value: units / sessions, unit: percent}
  asp: {value: gmv / units, unit: JPY}
  acos: {value: spend / gmv, unit: percent, better: lower}
";

/// Figures of two weeks: metric, store (or the company), before and now.
fn facts(figures: &[(&str, &str, Quantity, Quantity)]) -> Facts {
    let weeks = Calendar::default().periods(
        Grain::Week,
        "2026-11-02".parse().expect("a date"),
        "2026-11-15".parse().expect("a date"),
    );
    let mut facts = Facts::default();
    for (metric, store, was, now) in figures {
        let scope = if store.is_empty() { Scope::company() } else { Scope::of("store", store) };
        let point = |(period, value): (&crate::time::Period, &Quantity)| Point {
            period: *period,
            value: Some(*value),
            state: State::Complete,
            days: Days { observed: 7, expected: 7 },
        };
        let points = weeks.iter().zip([was, now]).map(point).collect();
        facts.series.insert(((*metric).into(), scope, Grain::Week), Series { points });
    }
    facts.members.insert("store".into(), vec!["a".into(), "b".into()]);
    facts
}

fn explained(metric: &str, figures: &[(&str, &str, Quantity, Quantity)]) -> Explained {
    let files = [("kpress.yaml", SITE.as_bytes()), ("metrics/a.yaml", METRICS.as_bytes())];
    let plan = crate::plan::load(&crate::inputs::Memory::of(files)).value;
    let facts = facts(figures);
    let targets = crate::assess::Targets::new(&plan, &[]);
    let watched = crate::assess::spc::Watched::default();
    let known = Known { plan: &plan, facts: &facts, targets: &targets, watched: &watched };
    let causes = crate::plan::causes_of(&plan, metric).expect("an identity");
    let now = known.newest(metric, &Scope::company(), Grain::Week).expect("two weeks");
    explain(known, &plan.metrics[metric], &causes, &Scope::company(), now, Against::Previous)
        .expect("both sides")
}

fn ratio(num: i64, den: i64) -> Quantity {
    Quantity::from(num).over(Quantity::from(den)).expect("not divided by zero")
}

#[test]
fn members_add_up_down_and_across() {
    // The two stores of the vectors: sessions, units, sales.
    let sides = [
        ("a", (30_000, 2_700, 6_480_000), (24_000, 2_040, 5_100_000)),
        ("b", (10_000, 500, 1_400_000), (14_000, 630, 1_701_000)),
        ("", (40_000, 3_200, 7_880_000), (38_000, 2_670, 6_801_000)),
    ];
    let mut figures = Vec::new();
    for (store, was, now) in sides {
        let q = Quantity::from;
        figures.push(("gmv", store, q(was.2), q(now.2)));
        figures.push(("sessions", store, q(was.0), q(now.0)));
        figures.push(("usp", store, ratio(was.1, was.0), ratio(now.1, now.0)));
        figures.push(("asp", store, ratio(was.2, was.1), ratio(now.2, now.1)));
    }
    let one = explained("gmv", &figures);
    let (causes, method) = one.causes.as_ref().expect("it closes");
    assert_eq!(*method, Method::Lmdi);
    let [drilled] = &one.drilled[..] else { panic!("one level: {one:?}") };
    let rows: Vec<(&str, f64)> = drilled.rows.iter().map(|row| (&*row.member, row.effect)).collect();
    assert_eq!(format!("{rows:?}"), "[(\"a\", -1380000.0), (\"b\", 301000.0)]");
    // What each factor did in each store, as the vectors have it.
    let expected = rows_of_two_stores();
    for (row, store) in drilled.rows.iter().zip(["JP1", "JP2"]) {
        for (cell, factor) in row.cells.iter().zip(["sessions", "unit_session_pct", "asp"]) {
            close(*cell, &expected[&format!("{store}.{factor}")], factor);
        }
    }
    // The columns with what moved between the stores are the effects on the whole; that row adds up to nothing.
    let shift = drilled.shift.as_ref().expect("visits moved from dear to cheap");
    assert!(shift.iter().sum::<f64>().abs() < 1e-6, "{shift:?}");
    for (at, cause) in causes.iter().enumerate() {
        let column: f64 = drilled.rows.iter().map(|row| row.cells[at]).sum();
        assert!((column + shift[at] - cause.effect).abs() < 1e-6, "{cause:?}");
    }
    assert_eq!(drilled.rest, None);
    // Without limits nobody can say that it is more than noise.
    assert_eq!(one.verdict, Verdict::NoLimits);
}

fn rows_of_two_stores() -> BTreeMap<String, String> {
    let all = rows(WORKED, "gmv_two_store").into_iter();
    all.map(|row| (row["factor"].clone(), row["lmdi_additive"].clone())).collect()
}

#[test]
fn a_rate_is_told_by_own_rates_and_weight() {
    // Simpson: both fell, the whole rose.
    let figures = [
        ("acos", "a", ratio(80_000, 800_000), ratio(36_000, 400_000)),
        ("acos", "b", ratio(60_000, 200_000), ratio(168_000, 600_000)),
        ("acos", "", ratio(140_000, 1_000_000), ratio(204_000, 1_000_000)),
        ("spend", "", Quantity::from(140_000), Quantity::from(204_000)),
        ("gmv", "", Quantity::from(1_000_000), Quantity::from(1_000_000)),
    ];
    let one = explained("acos", &figures);
    let [drilled] = &one.drilled[..] else { panic!("one level: {one:?}") };
    assert_eq!(drilled.columns, Columns::RateAndMix);
    for (row, (member, rate, mix)) in
        drilled.rows.iter().zip([("b", "-0.008", "0.0472"), ("a", "-0.006", "0.0308")])
    {
        assert_eq!(&*row.member, member);
        close(row.cells[0], rate, member);
        close(row.cells[1], mix, member);
    }
    // Its own formula is an identity: all of it is spend, sales did not move.
    let (causes, _) = one.causes.as_ref().expect("a quotient");
    let effects: Vec<String> = causes.iter().map(|cause| format!("{:.3}", cause.effect)).collect();
    assert_eq!(effects, ["0.064", "-0.000"]);
}

#[test]
fn a_missing_part_leaves_the_change_untold() {
    let q = Quantity::from;
    let figures =
        [("gmv", "", q(100), q(80)), ("sessions", "", q(10), q(8)), ("usp", "", ratio(1, 2), ratio(1, 2))];
    let one = explained("gmv", &figures);
    assert_eq!(one.causes, Err(Unsplit::Missing("asp".into(), false)));
}
