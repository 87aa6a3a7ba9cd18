//! Two small workspaces beside each other, by hand.

use super::*;
use crate::inputs::Memory;
use crate::plan::written::written;
use crate::report::record::{FigureSaid, MetricSaid, Record};
use crate::time::Calendar;

/// A side with these definitions and with weekly figures of the company: `gmv 2026-W45 490`.
fn side(name: &str, files: &[(&str, &str)], figures: &[&str]) -> Side {
    let files = files.iter().map(|(name, text)| (*name, text.as_bytes()));
    let mut record = Record::default();
    for line in figures {
        let mut parts = line.split(' ');
        let (metric, period, value) = (parts.next(), parts.next(), parts.next());
        let (Some(metric), Some(period), Some(value)) = (metric, period, value) else { panic!("{line}") };
        let unit = MetricSaid { unit: "JPY".to_owned(), ..MetricSaid::default() };
        record.metrics.insert(metric.to_owned(), unit);
        let value = (value != "-").then(|| value.to_owned());
        let state = if value.is_some() { "complete" } else { "missing" }.to_owned();
        record.figures.insert(format!("{metric}|company|week|{period}"), FigureSaid { value, state });
    }
    let mut side = Side::published(name.to_owned(), record, Calendar::default());
    side.written = Some(written(&Memory::of(files)));
    side
}

const GMV: &[(&str, &str)] = &[("metrics/a.yaml", "metrics:\n  gmv: {value: sum(sales), unit: JPY}\n")];

fn told(diff: &Diff) -> Vec<String> {
    let span = |one: &Span| {
        let value =
            |shown: &Shown| shown.value().map_or_else(|| format!("{shown:?}"), |value| value.to_string());
        let by = one.difference.map_or_else(|| "-".to_owned(), |by| by.to_string());
        format!("{} {} {} {by}", one.id, value(&one.was), value(&one.now))
    };
    diff.figures.iter().flat_map(|one| one.spans.iter().map(span)).collect()
}

#[test]
fn figures_are_laid_beside_each_other() {
    let base = side("a", GMV, &["gmv 2026-W44 100", "gmv 2026-W45 490"]);
    let head = side("b", GMV, &["gmv 2026-W44 100", "gmv 2026-W45 500"]);
    assert_eq!(told(&compare(&base, &head)), ["2026-W45 490 500 10"]);
    assert!(compare(&base, &base).is_empty());
}

#[test]
fn the_whole_comes_before_its_parts() {
    let base = side("a", GMV, &["gmv 2026-W45 490"]);
    let mut head = side("b", GMV, &["gmv 2026-W45 500"]);
    for scope in ["campaign:x", "store:a", "campaign:x,store:a"] {
        let said = FigureSaid { value: Some("1".to_owned()), state: "complete".to_owned() };
        head.record.figures.insert(format!("gmv|{scope}|week|2026-W45"), said);
    }
    let order: Vec<String> = compare(&base, &head).figures.into_iter().map(|one| one.scope).collect();
    assert_eq!(order, ["company", "store:a", "campaign:x", "campaign:x,store:a"]);
}

#[test]
fn the_last_digit_of_a_quotient_is_no_change() {
    let base = side("a", GMV, &["gmv 2026-W45 0.3333333333333333333333333333"]);
    let head = side("b", GMV, &["gmv 2026-W45 0.3333333333333333333333333334"]);
    assert!(compare(&base, &head).figures.is_empty());
    let head = side("b", GMV, &["gmv 2026-W45 0.33333333"]);
    assert_eq!(compare(&base, &head).figures.len(), 1);
}

#[test]
fn what_is_not_known_is_a_dash_and_two_dashes_are_no_change() {
    let base = side("a", GMV, &["gmv 2026-W44 -", "gmv 2026-W45 -"]);
    let head = side("b", GMV, &["gmv 2026-W44 -", "gmv 2026-W45 7"]);
    assert_eq!(told(&compare(&base, &head)), ["2026-W45 State(\"missing\") 7 -"]);
    let none = side("b", &[], &[]);
    assert_eq!(told(&compare(&head, &none)), ["2026-W45 7 NotDefined -"]);
}

#[test]
fn only_the_last_thirteen_periods_count() {
    let weeks = |name: &str, value: u32| {
        let all: Vec<String> = (20..40).map(|week| format!("gmv 2026-W{week} {value}")).collect();
        side(name, GMV, &all.iter().map(String::as_str).collect::<Vec<_>>())
    };
    let (base, head) = (weeks("a", 1), weeks("b", 2));
    let diff = compare(&base, &head);
    assert_eq!((diff.figures[0].compared, diff.figures[0].spans.len()), (13, 13));
    assert_eq!(diff.figures[0].spans[0].id, "2026-W27");
}

#[test]
fn a_renamed_metric_keeps_its_past() {
    let alias = [("metrics/a.yaml", "metrics:\n  sales: {aliases: gmv, value: sum(sales) * 2, unit: JPY}\n")];
    let base = side("a", GMV, &["gmv 2026-W45 490"]);
    let head = side("b", &alias, &["sales 2026-W45 980"]);
    let diff = compare(&base, &head);
    let one = &diff.definitions[0];
    assert_eq!((diff.definitions.len(), one.how, one.was_id.as_deref()), (1, How::Renamed, Some("gmv")));
    assert_eq!(one.keys.iter().map(|key| key.key.as_str()).collect::<Vec<_>>(), ["value"]);
    assert_eq!(told(&diff), ["2026-W45 490 980 490"]);
}

#[test]
fn of_two_different_metrics_none_is_taken_for_the_other() {
    let other = [("metrics/a.yaml", "metrics:\n  sales: {value: sum(net), unit: JPY}\n")];
    let diff = compare(&side("a", GMV, &[]), &side("b", &other, &[]));
    assert_eq!(diff.definitions.iter().map(|one| one.how).collect::<Vec<_>>(), [How::Gone, How::New]);
}
