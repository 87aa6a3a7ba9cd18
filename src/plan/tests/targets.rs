//! Targets as they are written: every key, what a split makes of it, and what is refused.

use super::*;
use crate::time::Date;
use crate::unit::Lang;

const SALES: &str = "{id: g, metric: gmv, period: FY2025, value: 1_000_001";

fn day(text: &str) -> Date {
    text.parse().expect("a date")
}

/// The targets of one file, which has to be without findings but notes.
fn targets(text: &str) -> Vec<Target> {
    let read = workspace(&[("targets/a.yaml", text)]);
    assert_eq!(seen(&read.found), Vec::<String>::new(), "{text}");
    read.value.targets
}

/// One finding of a file with one target; `target` is what follows the usual head.
fn refused(more: &str, expected: &str) {
    let text = format!("targets:\n  - {SALES}, {more}}}\n");
    let found = workspace(&[("targets/a.yaml", &text)]).found;
    let found: Vec<String> = seen(&found);
    assert!(found.len() == 1 && found[0].contains(expected), "{more}: {found:?}");
}

fn stated(promise: Promise) -> Decimal {
    match promise.stated() {
        Some(TargetValue::Of(value)) => value,
        other => panic!("a number, not {other:?}"),
    }
}

#[test]
fn every_key_of_a_target_is_read() {
    let all = targets(
        "targets:
  - id: g
    metric: gmv
    period: FY2025
    value: 1_000_001
    stretch: 1_100_000
    red: 900_000
    owner: ceo
    status: {state: paused, reason: moving house, date: 2025-06-01}
    phase: {months: [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2], days: jp-amazon, rounding: cumulative}
    revisions:
      - {date: 2025-09-10, value: 900_000, stretch: 1_000_000, reason: jp2 delayed, by: ceo}
      - {date: 2025-12-01, red: 800_000, reason: late}
    resources: [a desk, {kind: budget, text: ads, amount: 400k JPY, granted: 50%}, {kind: tool, granted: true}]
    buffer: 5%
    baseline: 2024-10
    derive: [{metric: spend, times: acos, assume: 20%}, {metric: gmv, from: spend, divide_by: acos}]
    tags: [growth]
    cadence: week
    checkpoints: [2025-12-31, 2025-09-30]
    forecast: {method: recent, interval: 90%, window: 14, near: 98%}
    weight: [{value: 60%}, {date: 2025-10-01, value: 40%}]
    ack: {by: li.na, date: 2025-04-02}
    probability: 70%
    smart: {A: \"twice as fast twice\"}
    note: because
",
    );
    let g = &all[0];
    assert_eq!((g.status.kind, g.status.date), (StatusKind::Paused, Some(day("2025-06-01"))));
    assert_eq!(g.phase.days.as_deref(), Some("jp-amazon"));
    assert_eq!(g.phase.rounding, Rounding::Cumulative);
    assert!(matches!(&g.phase.months, Months::Weights(weights) if weights.len() == 12));
    assert_eq!(stated(g.revisions[1].value), Decimal::from(900_000), "what a revision leaves out stays");
    assert_eq!((g.revisions[0].stretch, g.revisions[1].stretch), (Some(Decimal::from(1_000_000)), None));
    assert_eq!(g.resources[1].granted, Some(Decimal::new(5, 1)));
    assert_eq!((g.resources[2].text.in_lang(Lang::En), g.resources[2].granted), ("tool", Some(Decimal::ONE)));
    assert_eq!(g.buffer, Decimal::new(5, 2));
    let october = crate::time::parse_period("2024-10", &Calendar::default()).expect("a month");
    assert_eq!(g.baseline, Some(Baseline::Period(october)));
    assert_eq!((g.derive[0].times, g.derive[0].assume), (true, Some(Decimal::new(2, 1))));
    assert_eq!((g.derive[1].times, g.derive[1].from.as_deref()), (false, Some("spend")));
    assert_eq!(g.checkpoints, [day("2025-09-30"), day("2025-12-31")]);
    assert_eq!((g.forecast.method, g.forecast.window), (ForecastMethod::Recent, 14));
    assert_eq!(g.weight, [(None, Decimal::new(6, 1)), (Some(day("2025-10-01")), Decimal::new(4, 1))]);
    assert_eq!((&*g.acks[0].by, g.probability), ("li.na", Some(Decimal::new(7, 1))));
    assert_eq!(g.smart.keys().copied().collect::<String>(), "A");
}

#[test]
fn levels_glide_grow_and_stand_explicit() {
    let all = targets(
        "targets:
  - {metric: acos, period: 2025-Q4, value: 22%, glide: {from: 26%, curve: steps}}
  - {metric: acos, scope: {store: jp1}, period: 2025-Q4, value: 22%, phase: {explicit: {2025-11: 25%, 2025-10: 24%}}}
  - {id: more, metric: gmv, period: 2025-02, value: {growth: 5%, baseline: 2024-02}, phase: jp}
  - {id: sum, metric: gmv, scope: {store: jp1}, period: 2025-03, value: {growth: 5%, of: total, baseline: 2024-Q4}}
",
    );
    assert_eq!(all[0].glide, Some(Glide { from: Decimal::new(26, 2), curve: Curve::Steps }));
    assert_eq!(all[1].phase.explicit.len(), 2);
    assert!(all[1].phase.explicit[0].0.start < all[1].phase.explicit[1].0.start, "in order");
    assert!(matches!(all[2].value, Promise::Growth(Growth { daily_average: true, .. })));
    assert!(matches!(all[3].value, Promise::Growth(Growth { daily_average: false, .. })));
    assert_eq!(all[2].phase.days.as_deref(), Some("jp"));
}

#[test]
fn what_cannot_be_meant_is_refused() {
    refused("between: [1, 2]", "`value` and `between` say two different things");
    refused("status: pausd", "`status` cannot be `pausd`");
    refused("status: paused", "status-without-reason");
    refused("phase: {months: [1, 2]}", "2 weights for the 12 months of the target");
    refused("phase: {months: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]}", "add up to nothing");
    refused("phase: {months: [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1]}", "less than nothing");
    refused("phase: {months: {2026-04: 5}}", "`2026-04` does not lie in the period of the target");
    refused("phase: {months: {2025-W40: 5}}", "`2025-W40` is no month");
    refused("phase: {months: {2025-04: 5%}}", "unit-mismatch");
    refused("phase: {explicit: {2025-04: 5, 2025-W15: 6}}", "have days in common");
    refused("phase: {anchor: year, months: {2025-04: 5}}", "says something else");
    refused(
        "revisions: [{date: 2025-05-02, value: {growth: -120%, baseline: 2024}, reason: x}]",
        "leaves nothing",
    );
    refused("phase: jp-amazn", "there is no calendar `jp-amazn`");
    refused("glide: {curve: linear}", "missing-key");
    refused("revisions: [{date: 2026-04-01, value: 1, reason: x}]", "outside the period");
    refused("revisions: [{date: 2025-03-31, value: 1, reason: x}]", "outside the period");
    refused(
        "revisions: [{date: 2025-05-02, value: 1, reason: x}, {date: 2025-05-02, value: 2, reason: x}]",
        "revisions-out-of-order",
    );
    refused("revisions: [{date: 2025-05-02, value: 1}]", "revision-without-reason");
    refused("revisions: [{date: 2025-05-02, reason: x}]", "a revision changes nothing");
    refused("revisions: [{date: 2025-13-02, value: 1, reason: x}]", "is not a date");
    refused(
        "revisions: [{date: 2025-05-02, on: 2025-05-02, value: 1, reason: x}]",
        "`on` is no key of a revision",
    );
    refused("buffer: 5 JPY", "is no share");
    refused("probability: 170%", "is not between 0 and 100 %");
    refused("forecast: {interval: 100%}", "an interval holds more than none");
    refused("forecast: {window: 1}", "an interval holds more than none");
    refused("checkpoints: 2026-09-30", "outside the period");
    refused("weight: [{date: 2025-10-01, value: 1}, {value: 2}]", "revisions-out-of-order");
    refused("derive: [{metric: spend}]", "divides by one metric, or multiplies with one");
    refused("derive: [{metric: spend, divide_by: acos, assume: 0%}]", "nothing can be divided by 0");
    refused("smart: {X: because}", "`X` is no key of `smart`");
    refused("resources: [{granted: true}]", "does not say what it is");
    refused("ack: {by: nobody, date: 2025-04-01}", "there is no person `nobody`");
}

#[test]
fn growth_needs_a_past() {
    for (baseline, fine) in [("2024", true), ("FY2025", false), ("2025-04", false), ("2025-03", true)] {
        let text = format!(
            "targets: [{{metric: gmv, period: FY2025, value: {{growth: 5%, baseline: {baseline}}}}}]\n"
        );
        let found = seen(&workspace(&[("targets/a.yaml", &text)]).found);
        assert_eq!(found.is_empty(), fine, "{baseline}: {found:?}");
    }
}

#[test]
fn revisions_are_shared_out_like_the_value() {
    let text = format!(
        "targets:
  - {SALES}, stretch: 1_100_000, red: 900_001, owner: ceo, phase: {{months: {{2025-04: 100_001}}}}, revisions: [{{date: 2025-09-10, value: 999_999, reason: less}}], split: {{by: store, share: {{jp1: 0.5, jp2: 0.5}}, owners: {{jp1: li.na}}, then: {{by: category, share: {{jp1: {{a: 2, b: 1}}, jp2: {{a: 1}}}}}}}}}}
"
    );
    // Shares of 2 and 1 are no whole, on purpose: they say so.
    let read = workspace(&[("targets/a.yaml", &text)]);
    let warned: Vec<String> = seen(&read.found);
    assert_eq!(warned.len(), 1, "{warned:?}");
    let all = read.value.targets;
    let ids: Vec<&str> = all.iter().map(|target| &*target.id).collect();
    assert_eq!(ids, ["g", "g/jp1", "g/jp1/a", "g/jp1/b", "g/jp2", "g/jp2/a"]);
    let of = |id: &str| all.iter().find(|target| &*target.id == id).expect("a target");
    for (parent, children) in [("g", ["g/jp1", "g/jp2"]), ("g/jp1", ["g/jp1/a", "g/jp1/b"])] {
        let sum = |value: fn(&Target) -> Decimal| children.iter().map(|id| value(of(id))).sum::<Decimal>();
        assert_eq!(sum(|t| stated(t.value)), stated(of(parent).value), "{parent}");
        assert_eq!(sum(|t| stated(t.revisions[0].value)), stated(of(parent).revisions[0].value), "{parent}");
        assert_eq!(sum(|t| t.stretch.unwrap_or_default()), of(parent).stretch.unwrap_or_default());
        let april = |t: &Target| match &t.phase.months {
            Months::Amounts(months) => months[0].1,
            other => panic!("{other:?}"),
        };
        assert_eq!(sum(april), april(of(parent)), "{parent}");
    }
    assert_eq!(of("g/jp1").owner.as_deref(), Some("li.na"));
    assert_eq!(of("g/jp1/a").owner.as_deref(), Some("li.na"), "whoever owns the whole owns its parts");
    assert_eq!(of("g/jp1/b").parent.as_deref(), Some("g/jp1"));
    assert_eq!(of("g/jp1/b").scope.to_string(), "category:b,store:jp1");
}

#[test]
fn parts_of_growth_wait_for_the_past() {
    let all = targets(
        "targets: [{id: g, metric: gmv, period: FY2025, value: {growth: 5%, baseline: 2024}, split: {by: store, share: {jp1: 0.6, jp2: 0.4}}}]\n",
    );
    assert_eq!(all[1].value, Promise::Part);
    let total = Decimal::from(101);
    let parts: Vec<Decimal> = all[1..].iter().filter_map(|target| target.origin.part(total, 0)).collect();
    assert_eq!(parts, [Decimal::from(61), Decimal::from(40)]);
}

#[test]
fn a_written_target_takes_the_place_of_a_part_and_of_its_parts() {
    let head = format!(
        "targets:\n  - {SALES}, split: {{by: store, share: {{jp1: 0.5, jp2: 0.5}}, REST then: {{by: person, share: {{jp1: {{li.na: 1}}, jp2: {{ceo: 1}}}}}}}}}}\n  - {{metric: gmv, scope: {{store: jp1}}, period: FY2025, value: 700_000}}\n"
    );
    let read = workspace(&[("targets/a.yaml", &head.replace("REST", ""))]).value.targets;
    let shown = |targets: &[Target]| -> Vec<String> {
        targets.iter().map(|target| format!("{} {}", target.id, stated(target.value))).collect()
    };
    assert_eq!(
        shown(&read),
        [
            "g 1000001",
            "g/jp2 500000",
            "g/jp2/ceo 500000",
            "gmv-FY2025-jp1 700000",
            "gmv-FY2025-jp1/li.na 700000"
        ]
    );
    assert_eq!(read[3].parent.as_deref(), Some("g"));
    assert_eq!(read[4].owner.as_deref(), Some("li.na"), "a person owns what is theirs");
    let rescaled = workspace(&[("targets/a.yaml", &head.replace("REST", "rest: rescale,"))]);
    assert_eq!(seen(&rescaled.found), Vec::<String>::new(), "the parts add up");
    assert_eq!(shown(&rescaled.value.targets)[1], "g/jp2 300001");
    let too_much = head.replace("REST", "rest: rescale,").replace("700_000", "1_700_000");
    let found = seen(&workspace(&[("targets/a.yaml", &too_much)]).found);
    assert!(found.iter().any(|told| told.contains("cannot be shared out")), "{found:?}");
}

#[test]
fn what_cannot_be_cut_is_not_shared_out() {
    let check = |target: &str, expected: &str| {
        let found = seen(&workspace(&[("targets/a.yaml", &format!("targets: [{target}]\n"))]).found);
        assert!(found.iter().any(|told| told.contains(expected)), "{target}: {found:?}");
    };
    check(
        "{metric: acos, period: 2025-Q4, value: 22%, split: {by: store, share: {jp1: 1}}}",
        "cannot be shared out",
    );
    check(
        "{metric: gmv, period: 2025-Q4, between: [1, 2], split: {by: store, share: {jp1: 1}}}",
        "a range cannot",
    );
    check(
        "{metric: gmv, period: 2025-Q4, value: 1, split: {by: store, share: {jp1: -1, jp2: 2}}}",
        "less than nothing",
    );
    check(
        "{metric: gmv, period: 2025-Q4, value: 1, split: {by: store, share: {jp9: 1}}}",
        "there is no store `jp9`",
    );
    check(
        "{metric: gmv, period: 2025-Q4, value: 1, split: {by: store, share: {jp1: {a: 1}}}}",
        "belong below another split",
    );
}

#[test]
fn a_template_says_where_members_differ() {
    let text = "targets:
  - {for_each: store, metric: acos, period: 2025-Q4, value: 12%, red: 20%, overrides: {jp2: {value: 14%, red: 20%}, jp1: {between: [10%, 12%], note: luck}}}
";
    let read = workspace(&[("targets/a.yaml", text)]);
    assert_eq!(
        seen(&read.found),
        ["template-drift targets/a.yaml:2:87: `acos-FY2025-Q3` is not the same for `jp2` (value)"]
    );
    let drift = |at: usize| match &read.value.targets[at].origin {
        Origin::Template { drift, .. } => drift.clone(),
        other => panic!("{other:?}"),
    };
    assert_eq!((drift(0), drift(1)), (vec!["between"], vec!["value"]));
    assert_eq!(read.value.targets[0].note.as_ref().map(|note| note.in_lang(Lang::En)), Some("luck"));
    assert!(matches!(read.value.targets[0].value.stated(), Some(TargetValue::Between(..))));
}

#[test]
fn a_series_brings_its_own_dates() {
    let read = |more: &str| {
        let head = HEAD.replace("sources:\n", "sources:\n  plan: {files: \"data/plan/*.csv\", date: date}\n");
        let text = format!(
            "targets:\n  - {{id: t, metric: gmv, series: {{source: plan, value: sum(amount)}}{more}}}\n"
        );
        workspace(&[("kpress.yaml", &head), ("targets/a.yaml", &text)])
    };
    let plan = read("");
    assert_eq!(seen(&plan.found), Vec::<String>::new());
    let target = &plan.value.targets[0];
    assert_eq!((target.value, target.period), (Promise::Series, Target::UNDATED));
    let series = &plan.value.series[target.series.as_ref().expect("a series")];
    assert_eq!((&*series.id, &series.unit), ("target/t", &plan.value.metrics["gmv"].unit));
    assert!(!plan.value.metrics.contains_key("target/t"), "no page of a metric");
    let demand = demand::of_series(&plan.value);
    assert_eq!(demand.needs.keys().map(|id| &**id).collect::<Vec<_>>(), ["target/t"]);
    let first = |more: &str| seen(&read(more).found).join("; ");
    assert!(first(", value: 5").contains("`series` brings its own amounts, and `value` says something else"));
    assert!(first(", split: {by: store, share: {jp1: 1}}").contains("`split` says something else"));
    assert!(read(", period: 2025-Q4").found.is_empty());
}
