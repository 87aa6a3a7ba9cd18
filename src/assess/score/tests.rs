//! Every vector of the score functions and of the worked appraisal, and what a card does with what is missing.

use super::*;
use crate::inputs::Memory;
use crate::measure::{Days, Series, State};
use crate::plan::scorecard::ScoreFn;
use crate::plan::{Better, load};
use crate::time::{Calendar, Grain};
use crate::unit::Quantity;

fn number(text: &str) -> Decimal {
    text.parse().unwrap_or_else(|_| panic!("`{text}` is no decimal"))
}

/// The lines of a vector file, without its head; no cell of these holds a quoted comma that matters.
fn vectors(text: &'static str) -> Vec<Vec<&'static str>> {
    text.lines().skip(1).map(|line| line.splitn(5, ',').collect()).collect()
}

fn near(got: Decimal, expected: Decimal, what: &str) {
    let slack = Decimal::new(1, 9) * expected.abs().max(Decimal::ONE);
    assert!((got - expected).abs() <= slack, "{what}: {got} instead of {expected}");
}

fn held(value: TargetValue, red: Option<TargetValue>) -> Held {
    Held { target: None, value, stretch: None, red, until: None }
}

#[test]
fn where_neither_way_is_good_points_are_lost_on_both_sides() {
    let held = held(TargetValue::Of(number("100")), Some(TargetValue::Of(number("70"))));
    let check = |score: &ScoreFn, all: &[(&str, &str)]| {
        for (value, expected) in all {
            let value = Some(Quantity::Exact(number(value)));
            let got = points(score, Better::Neutral, value, Some(&held), None).expect("points");
            near(got, number(expected), &format!("{score:?} of {value:?}"));
        }
    };
    let linear = ScoreFn::Linear { base: None, target: None, cap: number("1.2"), floor: Decimal::ZERO };
    check(&linear, &[("100", "1"), ("80", "0.8"), ("120", "0.8"), ("0", "0"), ("250", "0")]);
    let third = "0.3333333333333";
    let red = ScoreFn::TargetRed { target: None, red: None };
    check(&red, &[("100", "1"), ("70", third), ("130", third), ("145", "0"), ("10", "0")]);
    check(
        &ScoreFn::Binary { target: None },
        &[("95", "1"), ("105", "1"), ("94.9", "0"), ("105.1", "0"), ("100", "1")],
    );
}

#[test]
fn score_functions_agree_with_their_vectors() {
    let lines = vectors(include_str!("../../../tests/data/vectors/scoring_vectors.csv"));
    assert_eq!(lines.len(), 35);
    for line in lines {
        let value = Some(Quantity::Exact(number(line[1])));
        let (score, held, scale) = match line[0] {
            "target_red" => {
                let held = held(TargetValue::Of(number(line[2])), Some(TargetValue::Of(number(line[3]))));
                (ScoreFn::TargetRed { target: None, red: None }, held, Decimal::TEN)
            }
            "linear_achievement cap=1.2 floor=0" => {
                let (cap, floor, base) = (number("1.2"), Decimal::ZERO, Some(number(line[3])));
                (
                    ScoreFn::Linear { base, target: None, cap, floor },
                    held(TargetValue::Of(number(line[2])), None),
                    Decimal::ONE,
                )
            }
            "range lo=30 hi=60 redlo=20 redhi=90" => {
                let between = |low, high| TargetValue::Between(Decimal::from(low), Decimal::from(high));
                (
                    ScoreFn::Range { between: None, red: None },
                    held(between(30, 60), Some(between(20, 90))),
                    Decimal::TEN,
                )
            }
            other => panic!("`{other}` is no function"),
        };
        let got = points(&score, Better::Higher, value, Some(&held), None).expect("points");
        near(got * scale, number(line[4]), &line.join(","));
    }
}

#[test]
fn steps_count_from_their_own_bound_and_say_nothing_below_the_first() {
    let steps = ScoreFn::Steps(vec![
        (number("0"), number("0")),
        (number("4.0"), number("0.8")),
        (number("4.3"), number("1")),
    ]);
    let at = |value: &str| points(&steps, Better::Higher, Some(Quantity::Exact(number(value))), None, None);
    assert_eq!(at("4.3"), Some(number("1")));
    assert_eq!(at("4.2999"), Some(number("0.8")));
    assert_eq!(at("0"), Some(number("0")));
    assert_eq!(at("-1"), None);
}

#[test]
fn attainment_without_a_base_follows_the_direction() {
    let linear = ScoreFn::Linear { base: None, target: None, cap: number("1.2"), floor: Decimal::ZERO };
    let of = |better, target: &str, value: &str| {
        let held = held(TargetValue::Of(number(target)), None);
        points(&linear, better, Some(Quantity::Exact(number(value))), Some(&held), None)
    };
    assert_eq!(of(Better::Higher, "100", "80"), Some(number("0.8")));
    assert_eq!(of(Better::Lower, "20", "25"), Some(number("0.8")));
    // Nothing better is possible; and no share of nothing.
    assert_eq!(of(Better::Lower, "20", "0"), Some(number("1.2")));
    assert_eq!(of(Better::Higher, "0", "5"), None);
}

const SITE: &str = "site: {title: T, languages: [en], currency: JPY}
sources: {s: {files: data/*.csv, date: date, basis: {tax: exclusive}}}
";
const METRICS: &str = "metrics:
  gmv: {source: s, value: sum(gmv), unit: JPY, better: higher}
  margin: {source: s, value: avg(margin), unit: percent, better: higher, over_time: mean}
  acos: {source: s, value: avg(acos), unit: percent, better: lower, over_time: mean}
  days: {source: s, value: avg(days), unit: count, better: higher, over_time: mean}
  odr: {source: s, value: avg(odr), unit: percent, better: lower, over_time: mean}
  profit: {source: s, value: sum(profit), unit: CNY, better: higher}
";
const PEOPLE: &str = "people: {li: {name: Li, role: ads}}\n";
/// Targets that make the achievements of the worked appraisal 0.96, 1.05, 0.80 and 1.10.
const TARGETS: &str = "targets:
  - {metric: gmv, period: 2025-10, value: 100, owner: li}
  - {metric: margin, period: 2025-10, value: 20%, owner: li}
  - {metric: acos, period: 2025-10, value: 25%, owner: li}
  - {metric: days, period: 2025-10, value: 10, owner: li}
";
const ITEMS: &str = "items:
  - {metric: gmv, weight: 40%, score: linear, incentive: bonus}
  - {metric: margin, weight: 30%, score: linear, incentive: bonus}
  - {metric: acos, weight: 15%, score: {linear: {base: 35%}}, incentive: bonus}
  - {metric: days, weight: 15%, score: linear, incentive: bonus}
bands: [{min: 110, k: 1.3}, {min: 100, k: 1.1}, {min: 90, k: 1.0}, {min: 80, k: 0.8}, {min: 60, k: 0.5}, {min: 0, k: 0}]
";

/// A card of one person with its figures by month, `acos=27%` a figure of one month.
struct Fixture {
    plan: Plan,
    facts: Facts,
}

fn fixture(card: &str, targets: &str, figures: &[(&str, &str)]) -> Fixture {
    let files = [
        ("kpress.yaml", SITE),
        ("metrics/a.yaml", METRICS),
        ("people.yaml", PEOPLE),
        ("targets/a.yaml", targets),
        ("scorecards/ads.yaml", card),
    ];
    let read = load(&Memory::of(files.map(|(name, text)| (name, text.as_bytes()))));
    assert!(!crate::diag::has_errors(&read.found), "{:#?}", read.found);
    let calendar = Calendar::default();
    let mut facts = Facts::default();
    for (month, figures) in figures {
        let start = format!("{month}-01").parse().expect("a day");
        let period = calendar.period(Grain::Month, start);
        for figure in figures.split_whitespace() {
            let (metric, value) = figure.split_once('=').expect("metric=value");
            let (value, state) = match value.strip_suffix('~') {
                Some(value) => (value, State::Provisional),
                None => (value, State::Complete),
            };
            let point = Point {
                period,
                value: Some(Quantity::Exact(number(value))),
                state,
                days: Days { observed: 30, expected: 30 },
            };
            let series = facts.series.entry((metric.into(), Scope::company(), Grain::Month)).or_default();
            series.points.push(point);
            *series = Series { points: series.points.clone() };
        }
    }
    Fixture { plan: read.value, facts }
}

impl Fixture {
    fn scores(&self, as_of: &str) -> Vec<Scored> {
        let as_of = Some(as_of.parse().expect("a day"));
        let judged = crate::assess::assess(&self.plan, &self.facts, as_of).value;
        scores(&self.plan, &self.facts, &judged, as_of)
    }

    fn last(&self, as_of: &str) -> Scored {
        self.scores(as_of).pop().expect("a card")
    }
}

fn card(more: &str) -> String {
    format!("role: ads\nperiod: month\n{ITEMS}{more}")
}

const OCTOBER: &str = "gmv=96 margin=0.21 acos=0.27 days=11 odr=0.002 profit=180000";

#[test]
fn the_worked_appraisal_comes_out() {
    let expected = vectors(include_str!("../../../tests/data/vectors/appraisal_worked.csv"));
    let weighted = |name: &str| {
        let line = expected.iter().find(|line| line[0] == name).unwrap_or_else(|| panic!("no line `{name}`"));
        number(line[3])
    };
    let one = fixture(&card("bonus: 3000 CNY\n"), TARGETS, &[("2025-10", OCTOBER)]).last("2025-10-31");
    let parts: Vec<Decimal> = one.items.iter().map(|item| item.part.expect("a part")).collect();
    assert_eq!(
        parts,
        ["gmv_attainment", "net_margin", "acos", "inventory_days"].map(|name| weighted(name).normalize())
    );
    assert_eq!(one.score, Some(number("0.984")));
    assert_eq!(
        (one.verdict, one.coefficient, one.coverage),
        (Verdict::Final, Some(Decimal::ONE), Decimal::ONE)
    );
    assert_eq!(one.pay.expect("money").net, number("3000"));

    let without = OCTOBER.replace(" acos=0.27", "");
    for (missing, line) in
        [("exclude", "\"missing acos"), ("zero", "\"missing acos")].into_iter().zip(["1.0164705882", "0.864"])
    {
        let one = fixture(&card(&format!("missing: {}\n", missing.0)), TARGETS, &[("2025-10", &without)]);
        near(one.last("2025-10-31").score.expect("a score"), number(line), missing.0);
        assert_eq!(one.last("2025-10-31").coverage, number("0.85"));
    }
}

#[test]
fn commission_goes_by_marginal_tiers_and_loses_whole_points_only() {
    let more = "commission: {of: profit, tiers: [{from: 0, rate: 3%}, {from: 50000 CNY, rate: 5%}, {from: 150000 CNY, rate: 8%}]}
deductions: [{metric: acos, above: 22%, per: 1 pp, cut: 5%}]\n";
    let of = |acos: &str| {
        let figures = OCTOBER.replace("acos=0.27", &format!("acos={acos}"));
        fixture(&card(more), TARGETS, &[("2025-10", &figures)]).last("2025-10-31").pay.expect("money")
    };
    let pay = of("0.254");
    let Earned::Commission { tiers, sum, .. } = &pay.earned else { panic!("a commission") };
    let amounts: Vec<Decimal> = tiers.iter().map(|tier| tier.amount).collect();
    assert_eq!(amounts, ["1500", "5000", "2400"].map(number));
    assert_eq!((*sum, pay.gross, pay.net), (number("8900"), number("8900"), number("7565")));
    assert_eq!(pay.cuts[0].steps, Some(number("3")));
    // A whole number of points is that number; a hair less is one less.
    assert_eq!(of("0.25").cuts[0].steps, Some(number("3")));
    assert_eq!(of("0.24999").cuts[0].steps, Some(number("2")));
    assert_eq!(of("0.22").net, number("8900"));
}

#[test]
fn a_closed_gate_caps_the_coefficient() {
    let more = "bonus: 3000 CNY\nveto: {metric: odr, when: \">= 1%\", cap_coefficient: 0.5}\n";
    let of = |odr: &str| {
        let figures = OCTOBER.replace("odr=0.002", odr);
        fixture(&card(more), TARGETS, &[("2025-10", &figures)]).last("2025-10-31")
    };
    let closed = of("odr=0.01");
    assert_eq!((closed.coefficient, closed.pay.expect("money").net), (Some(number("0.5")), number("1500")));
    assert_eq!(of("odr=0.0099").coefficient, Some(Decimal::ONE));
    // Nobody looked: the coefficient stands, and is not final.
    let unknown = of("");
    assert_eq!((unknown.coefficient, unknown.verdict), (Some(Decimal::ONE), Verdict::Moving));
}

#[test]
fn a_score_of_exactly_a_bound_is_in_its_band() {
    // Thirds that add up to 0.9: three items of equal weight with 0.7, 0.9 and 1.1 of points by ratios.
    let items = "role: ads\nperiod: month\nitems:
  - {metric: gmv, weight: 1, score: linear, incentive: {none: test}}
  - {metric: margin, weight: 1, score: linear, incentive: {none: test}}
  - {metric: days, weight: 1, score: linear, incentive: {none: test}}
bands: [{min: 0, k: 0}, {min: 90, k: 1}]\n";
    let targets = "targets:
  - {metric: gmv, period: 2025-10, value: 30, owner: li}
  - {metric: margin, period: 2025-10, value: 30%, owner: li}
  - {metric: days, period: 2025-10, value: 30, owner: li}\n";
    let of = |gmv: &str| {
        let figures = format!("gmv={gmv} margin=0.26 days=35");
        fixture(items, targets, &[("2025-10", &figures)]).last("2025-10-31")
    };
    assert_eq!((of("20").score, of("20").band), (Some(number("0.9")), Some(1)));
    assert_eq!(of("19.999999999").band, Some(0));
}

#[test]
fn movement_adds_up_to_the_difference_exactly() {
    let months = [
        ("2025-08", "gmv=70 margin=0.17 acos=0.31 days=7"),
        ("2025-09", "gmv=83 margin=0.19 days=9"),
        ("2025-10", OCTOBER),
    ];
    let targets: String =
        months.iter().map(|(month, _)| TARGETS.replace("targets:\n", "").replace("2025-10", month)).collect();
    let all = fixture(&card(""), &format!("targets:\n{targets}"), &months).scores("2025-10-31");
    assert_eq!(all.len(), 3);
    for pair in all.windows(2) {
        let movement = pair[1].movement.as_ref().expect("movement");
        let sum: Decimal = movement.items.iter().map(Moved::total).sum();
        assert_eq!(sum, pair[1].score.expect("a score") - pair[0].score.expect("a score"));
        assert!(movement.items.windows(2).all(|pair| pair[0].total().abs() >= pair[1].total().abs()));
    }
    // Only weights moved where ACoS went missing: the others weigh more.
    let september = all[1].movement.as_ref().expect("movement");
    assert!(september.items.iter().any(|item| !item.by_weight.is_zero()));
}

#[test]
fn movement_of_steady_weights_is_weight_times_points() {
    let months = [("2025-09", "gmv=90 margin=0.2 acos=0.25 days=10"), ("2025-10", OCTOBER)];
    let targets: String =
        months.iter().map(|(month, _)| TARGETS.replace("targets:\n", "").replace("2025-10", month)).collect();
    let one = fixture(&card(""), &format!("targets:\n{targets}"), &months).last("2025-10-31");
    let movement = one.movement.expect("movement");
    let moved: Vec<(String, Decimal)> =
        movement.items.iter().map(|item| (item.id.to_string(), item.by_points.normalize())).collect();
    let expected = [("acos", "-0.03"), ("gmv", "0.024"), ("days", "0.015"), ("margin", "0.015")];
    assert_eq!(moved, expected.map(|(id, by)| (id.to_owned(), number(by))));
    assert!(movement.items.iter().all(|item| item.by_weight.is_zero()));
}

#[test]
fn a_missing_item_keeps_its_last_score_for_so_long_and_no_longer() {
    let months: Vec<(String, String)> = (7..=10)
        .map(|month| {
            let acos = if month == 7 { " acos=0.25" } else { "" };
            (format!("2025-{month:02}"), format!("gmv=100 margin=0.2 days=10{acos}"))
        })
        .collect();
    let figures: Vec<(&str, &str)> = months.iter().map(|(month, text)| (&**month, &**text)).collect();
    let targets: String =
        months.iter().map(|(month, _)| TARGETS.replace("targets:\n", "").replace("2025-10", month)).collect();
    let all = fixture(&card("missing: {carry: 2}\n"), &format!("targets:\n{targets}"), &figures)
        .scores("2025-10-31");
    let basis: Vec<&str> = all.iter().map(|one| one.items[2].basis.name()).collect();
    assert_eq!(basis, ["measured", "carried", "carried", "no-value"]);
    assert_eq!(all[1].coverage, number("0.85"));
}

#[test]
fn rules_are_those_the_period_began_under() {
    let more = |retroactive: &str| {
        format!(
            "versions:\n  - {{from: 2025-10-10, {retroactive}items: [{{metric: gmv, weight: 100%, score: linear, incentive: {{none: test}}}}]}}\n"
        )
    };
    let months = [("2025-10", OCTOBER), ("2025-11", OCTOBER)];
    let targets = TARGETS.to_owned() + &TARGETS.replace("targets:\n", "").replace("2025-10", "2025-11");
    let versions = |more: &str| {
        let all = fixture(&card(more), &targets, &months).scores("2025-11-30");
        all.iter().map(|one| (one.version, one.items.len())).collect::<Vec<_>>()
    };
    assert_eq!(versions(&more("")), [(0, 4), (1, 1)]);
    assert_eq!(versions(&more("retroactive: true, ")), [(1, 1), (1, 1)]);
}

#[test]
fn what_is_not_over_has_no_money_and_says_so() {
    let one =
        fixture(&card("bonus: 3000 CNY\n"), TARGETS, &[("2025-10", &OCTOBER.replace("days=11", "days=11~"))]);
    assert_eq!(one.last("2025-10-31").verdict, Verdict::Moving);
    assert!(one.last("2025-10-31").pay.is_some());
    let running = one.last("2025-10-20");
    assert_eq!((running.verdict, running.pay), (Verdict::Running, None));
}

#[test]
fn a_paused_target_is_not_scored() {
    let mut one = fixture(&card(""), TARGETS, &[("2025-10", OCTOBER)]);
    let acos = one.plan.targets.iter_mut().find(|target| &*target.metric == "acos").expect("a target");
    acos.status.kind = crate::plan::StatusKind::Paused;
    let scored = one.last("2025-10-31");
    assert_eq!((scored.items[2].basis, scored.items[2].score), (Basis::Paused, None));
    near(scored.score.expect("a score"), number("1.0164705882"), "reweighted");
}

#[test]
fn groups_share_their_weight_among_their_items() {
    let text = "role: ads\nperiod: month\ngroups:
  - {title: Money, weight: 60%, items: [{metric: gmv, weight: 3, score: linear, incentive: {none: t}}, {metric: margin, weight: 1, score: linear, incentive: {none: t}}]}
items: [{metric: days, weight: 40%, score: linear, incentive: {none: t}}]\n";
    let one = fixture(text, TARGETS, &[("2025-10", "gmv=50 margin=0.2 days=10")]).last("2025-10-31");
    assert_eq!(one.items[0].path, [number("0.6"), number("0.75")]);
    assert_eq!(
        one.items.iter().map(|item| item.weight.normalize()).collect::<Vec<_>>(),
        ["0.45", "0.15", "0.4"].map(number)
    );
    // 0.45 · 0.5 + 0.15 + 0.4
    assert_eq!(one.score, Some(number("0.775")));
    let without = fixture(text, TARGETS, &[("2025-10", "margin=0.2 days=5")]).last("2025-10-31");
    // Within its group the margin takes over the weight of the sales: 0.6 · 1 + 0.4 · 0.5
    assert_eq!(without.score, Some(number("0.8")));
}

#[test]
fn a_sum_of_a_running_period_is_held_against_what_was_asked_so_far_or_not_at_all() {
    let text = "role: ads\nperiod: month\nitems:
  - {metric: gmv, weight: 60%, score: linear, incentive: {none: t}}
  - {metric: profit, weight: 20%, score: {steps: [{from: 0 CNY, score: 0.5}]}, incentive: {none: t}}
  - {metric: margin, weight: 20%, score: linear, incentive: {none: t}}\n";
    let targets = TARGETS.replace("value: 100", "value: 310");
    let mut one = fixture(text, &targets, &[("2025-10", "gmv=100 profit=50 margin=0.2")]);
    for series in one.facts.series.values_mut() {
        series.points[0].state = State::Running;
    }
    let as_of = "2025-10-20".parse().expect("a day");
    let mut judged = crate::assess::assess(&one.plan, &one.facts, Some(as_of)).value;
    for judged in &mut judged {
        judged.course = None;
    }
    let scored =
        |judged: &[Judged]| scores(&one.plan, &one.facts, judged, Some(as_of)).pop().expect("a card");
    let without = scored(&judged);
    assert_eq!(
        without.items.iter().map(|item| item.basis.name()).collect::<Vec<_>>(),
        ["too-early", "too-early", "measured"]
    );
    assert_eq!((without.verdict, without.coverage), (Verdict::Running, number("0.2")));
    // Ten a day: 200 by the 20th, of which 100 are there.
    let period = one.plan.targets[0].period;
    let before: std::sync::Arc<[i64]> = (0..=31).map(|day| day * 10).collect();
    let plan = crate::assess::DayPlan { period, decimals: 0, before: before.clone(), original: before };
    judged[0].course = Some(std::sync::Arc::new(crate::assess::Course::Sum(plan)));
    let with = scored(&judged);
    assert_eq!(with.items[0].score, Some(number("0.5")));
    assert_eq!(with.items[0].held.as_ref().and_then(|held| held.until), Some(as_of));
    assert_eq!(with.pay, None);
}

#[test]
fn what_is_measured_follows_from_names_and_never_from_amounts() {
    let more = "veto: {metric: odr, when: \">= 1%\", cap_coefficient: 0.5}\nbonus: 3000 CNY\n";
    let demand = |card: &str, targets: &str| crate::plan::demand::demand(&fixture(card, targets, &[]).plan);
    let before = demand(&card(more), TARGETS);
    assert!(before.needs["odr"].grains.contains(&Grain::Month), "a gate is measured by the card's period");
    assert_eq!(demand(&card(more), &TARGETS.replace("value: 100", "value: 120")), before);
    assert_eq!(demand(&card(&more.replace("1%", "2%").replace("3000", "4000")), TARGETS), before);
    let by_store = card(more).replace("{metric: gmv,", "{metric: gmv, scope: {asin: x},");
    let after = demand(&by_store, TARGETS);
    assert!(
        after.needs["gmv"].levels.len() > before.needs["gmv"].levels.len(),
        "another scope is another need"
    );
}
