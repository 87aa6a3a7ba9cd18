//! What must hold for any split, written as people write it: on every day, and so over every cut of time, the parts of a
//! calendar add up to the whole; a change moves its own branch only. Every seed makes another workspace.

use super::properties::{Dice, cuts};
use super::{Course, DayPlan, Judged, assess};
use crate::inputs::Memory;
use crate::measure::Facts;
use crate::plan::shares::Weights;
use crate::plan::{Plan, Target, load};
use crate::time::{Calendar, Date, Grain, Period, Retail, Weekday, YearEnd, parse_period, plus_days};
use crate::unit::Decimal;
use std::fmt::Write;

const SEEDS: u64 = 120;

/// A workspace in pieces, so that one of them can be changed.
struct Written {
    site: String,
    stores: String,
    calendar: String,
    /// Members with their shares.
    shares: Vec<(String, u64)>,
    period: Period,
    head: String,
    /// How each store is shared out further.
    then: String,
    /// Written in the place of a part, or beside the tree.
    more: String,
}

impl Written {
    fn roll(dice: &mut Dice) -> Written {
        let start = plus_days(Date::constant(2024, 1, 1), small(dice, 400));
        let period = Period::range(start, plus_days(start, 30 + small(dice, 420)));
        let stores: Vec<String> = (1..=1 + dice.below(4)).map(|at| format!("s{at}")).collect();
        let mut of_stores = String::from("stores:\n");
        let mut then = String::new();
        for store in &stores {
            let own = if dice.once_in(4) { "calendar: other" } else { "" };
            writeln!(of_stores, "  {store}: {{{own}}}").expect("a string");
            let members: Vec<String> = (1..=1 + dice.below(4)).map(|at| format!("p-{store}-{at}")).collect();
            let mut shares = Vec::new();
            for member in &members {
                shares.push(format!("{member}: {}", 1 + dice.below(9)));
            }
            if !members.is_empty() {
                then +=
                    &format!("{}{store}: {{{}}}", if then.is_empty() { "" } else { ", " }, shares.join(", "));
            }
        }
        let mut weight = |least: u64| format!("{}.{:02}", dice.below(3) + least, dice.below(100));
        let days =
            ["mon", "tue", "wed", "thu", "fri", "sat", "sun"].map(|day| format!("{day}: {}", weight(0)));
        let event = plus_days(period.start, small(dice, 20));
        let limited = if dice.once_in(3) { ", stores: [s1]" } else { "" };
        let calendar = format!(
            "days: {{{}, sun: 1}}\nevents: [{{id: sale, from: {event}, to: {}, weight: {}{limited}}}]\n",
            days[..6].join(", "),
            plus_days(event, small(dice, 9)),
            1 + dice.below(4)
        );
        // Every third year is one of whole weeks.
        let (years, cut) = if dice.once_in(3) { (WEEKS, whole_weeks()) } else { ("", Calendar::default()) };
        let site = format!(
            "site: {{title: T, languages: [en], currency: JPY, calendar: random{years}}}\nsources: {{s: {{files: data/*.csv, date: date, dimension: [category], basis: {{tax: inclusive}}}}}}\n"
        );
        let head = head(dice, cut, period);
        Written {
            site,
            stores: of_stores,
            calendar,
            shares: stores.into_iter().map(|store| (store, 1 + dice.below(50))).collect(),
            period,
            head,
            then,
            more: String::new(),
        }
    }

    fn plan(&self) -> Plan {
        let shares: Vec<String> =
            self.shares.iter().map(|(store, share)| format!("{store}: {share}")).collect();
        let then = match self.then.is_empty() {
            true => String::new(),
            false => format!(", then: {{by: category, share: {{{}}}}}", self.then),
        };
        let targets = format!(
            "targets:\n  - {{id: whole, metric: gmv, owner: boss, {}, split: {{by: store, share: {{{}}}{then}}}}}\n{}",
            self.head,
            shares.join(", "),
            self.more
        );
        let files = [
            ("kpress.yaml", self.site.as_str()),
            (
                "metrics/a.yaml",
                "metrics:\n  gmv: {source: s, value: sum(sales), unit: JPY, better: higher}\n  units: {source: s, value: sum(units), unit: count, better: higher}\n",
            ),
            ("calendar/random.yaml", &self.calendar),
            ("calendar/other.yaml", "days: {mon: 3, tue: 1, wed: 1, thu: 1, fri: 2, sat: 1, sun: 0.5}\n"),
            ("stores.yaml", &self.stores),
            ("people.yaml", "people: {boss: {name: Boss}}\n"),
            ("targets/a.yaml", &targets),
        ];
        let read = load(&Memory::of(files.map(|(name, text)| (name, text.as_bytes()))));
        let errors: Vec<_> = read.found.iter().filter(|one| one.level == crate::diag::Level::Error).collect();
        assert!(errors.is_empty(), "{errors:#?}\n{targets}");
        read.value
    }
}

/// `site.fiscal_year` of years of whole weeks.
const WEEKS: &str = ", fiscal_year: {pattern: 4-4-5, ends: {weekday: saturday, nearest: 01-31}}";

fn whole_weeks() -> Calendar {
    let ends = YearEnd::Nearest(1, 31);
    let retail = Retail { pattern: [4, 4, 5], weekday: Weekday::Saturday, ends };
    Calendar { retail: Some(retail), fiscal_starts: 2, ..Calendar::default() }
}

fn small(dice: &mut Dice, limit: u64) -> i32 {
    i32::try_from(dice.below(limit)).expect("small")
}

/// Period, value, phase and revisions of the whole.
fn head(dice: &mut Dice, calendar: Calendar, period: Period) -> String {
    let size = 1 << (4 + dice.below(34));
    let mut head = format!("period: {}..{}, value: {}", period.start, period.end, dice.below(size));
    let months = calendar.periods(Grain::Month, period.start, period.end).len();
    let mut phase = Vec::new();
    if dice.once_in(2) {
        let weights: Vec<String> = (0..months).map(|_| (1 + dice.below(9)).to_string()).collect();
        phase.push(format!("months: [{}]", weights.join(", ")));
    }
    if dice.once_in(3) {
        phase.push("rounding: cumulative".to_owned());
    }
    if !phase.is_empty() {
        head += &format!(", phase: {{{}}}", phase.join(", "));
    }
    let mut dates: Vec<Date> = (0..dice.below(4))
        .map(|_| plus_days(period.start, 1 + small(dice, u64::from(period.days()) - 9)))
        .collect();
    dates.sort();
    dates.dedup();
    let revisions: Vec<String> = dates
        .iter()
        .map(|date| format!("{{date: {date}, value: {}, reason: better}}", dice.below(size * 2)))
        .collect();
    if !revisions.is_empty() {
        head += &format!(", revisions: [{}]", revisions.join(", "));
    }
    head
}

fn judged(plan: &Plan) -> Vec<Judged> {
    let checked = assess(plan, &Facts::default(), Some(Date::constant(2030, 1, 1)));
    checked.value
}

fn days(judged: &Judged) -> &DayPlan {
    match judged.course.as_deref() {
        Some(Course::Sum(plan)) => plan,
        other => panic!("{} has no plan of days: {other:?}", judged.target),
    }
}

fn weights(plan: &Plan, target: &Target) -> Weights {
    let season = plan.season_of(target).expect("the site has one");
    let all: Vec<Decimal> = target.period.each_day().map(|day| season.weight(day, &target.scope)).collect();
    Weights::of(&all).expect("two decimals")
}

#[test]
fn parts_of_one_calendar_add_up_to_the_whole_over_every_cut() {
    let (mut by_day, mut by_month) = (0, 0);
    for seed in 0..SEEDS {
        let mut dice = Dice(seed);
        let plan = Written::roll(&mut dice).plan();
        let all = judged(&plan);
        for (whole, one) in plan.targets.iter().zip(&all) {
            let parts: Vec<usize> =
                (0..all.len()).filter(|at| plan.targets[*at].parent.as_ref() == Some(&whole.id)).collect();
            if parts.is_empty() {
                continue;
            }
            let alike = parts.iter().all(|at| weights(&plan, &plan.targets[*at]) == weights(&plan, whole));
            let by_months = whole.phase.months != crate::plan::Months::None;
            for cut in cuts(&mut dice, plan.site.calendar, whole.period).into_iter().enumerate() {
                // Calendars that differ share out the months alike where the whole is spread over months, else all of it.
                let cut = match (alike, by_months, cut) {
                    (true, _, (_, cut)) => cut,
                    (false, true, (2 | 3, cut)) => cut,
                    _ => vec![whole.period],
                };
                for part in cut {
                    let sum = |of: fn(&DayPlan, Period) -> Option<Decimal>| -> Decimal {
                        parts.iter().filter_map(|at| of(days(&all[*at]), part)).sum()
                    };
                    let place = format!("seed {seed}, {}, {part:?}", whole.id);
                    assert_eq!(Some(sum(DayPlan::sum)), days(one).sum(part), "{place}");
                    assert_eq!(
                        Some(sum(DayPlan::original_sum)),
                        days(one).original_sum(part),
                        "{place}, first"
                    );
                    by_day += u32::from(alike);
                    by_month += u32::from(!alike && by_months);
                }
            }
            let months = one.rollup.as_ref().map(|rollup| rollup.months.len());
            assert!(!alike || months == Some(0), "seed {seed}, {}: {months:?}", whole.id);
        }
    }
    assert!(by_day > 20_000 && by_month > 500, "{by_day} and {by_month} cuts were compared");
}

#[test]
fn days_of_a_part_are_its_share_of_the_whole_to_a_step_or_two() {
    for seed in 0..SEEDS {
        let mut written = Written::roll(&mut Dice(seed));
        written.head = written.head.split(", revisions").next().unwrap_or_default().to_owned();
        let plan = written.plan();
        let all = judged(&plan);
        let amount = |plan: &DayPlan| plan.sum(plan.period).expect("all days");
        for (part, one) in plan.targets.iter().zip(&all) {
            let whole = all.iter().find(|whole| part.parent.as_ref() == Some(&whole.target));
            let Some(whole) = whole.map(days).filter(|whole| !amount(whole).is_zero()) else { continue };
            let written = plan.targets.iter().find(|target| part.parent.as_ref() == Some(&target.id));
            if weights(&plan, part) != weights(&plan, written.expect("it is a part")) {
                continue;
            }
            for day in part.period.each_day() {
                let day = Period::range(day, day);
                let (own, theirs) = (days(one).sum(day).expect("a day"), whole.sum(day).expect("a day"));
                let exact = theirs * amount(days(one)) / amount(whole);
                assert!(
                    own >= Decimal::ZERO && (own - exact).abs() <= Decimal::TWO,
                    "seed {seed}, {}: {own} {exact}",
                    one.target
                );
            }
        }
    }
}

/// Whether a target lies in the branch of another one, itself included.
fn within(plan: &Plan, target: &Target, branch: &str) -> bool {
    let above = |one: &&Target| plan.targets.iter().find(|other| one.parent.as_ref() == Some(&other.id));
    std::iter::successors(Some(target), above).any(|one| &*one.id == branch)
}

/// Targets of both plans whose days or amounts differ.
fn moved(before: &Plan, after: &Plan) -> Vec<String> {
    let was = judged(before);
    let is = judged(after);
    let same = |one: &Judged| {
        was.iter().any(|other| {
            other.target == one.target && other.course == one.course && other.in_force == one.in_force
        })
    };
    is.iter().filter(|one| !same(one)).map(|one| one.target.to_string()).collect()
}

#[test]
fn what_is_written_in_the_place_of_a_part_moves_its_own_branch_only() {
    for seed in 0..SEEDS {
        let mut dice = Dice(seed);
        let mut written = Written::roll(&mut dice);
        let before = written.plan();
        let (store, _) = written.shares[dice.below(written.shares.len() as u64) as usize].clone();
        written.more = format!(
            "  - {{id: mine, metric: gmv, owner: boss, scope: {{store: {store}}}, period: {}..{}, value: {}}}\n",
            written.period.start,
            written.period.end,
            dice.below(1 << 20)
        );
        // The written part is checked against the whole, which is not what is looked at here.
        written.site += "rules: {children-differ-from-parent: warning}\n";
        let after = written.plan();
        for id in moved(&before, &after) {
            let target = after.targets.iter().find(|target| *target.id == *id).expect("it was judged");
            assert!(within(&after, target, "mine"), "seed {seed}: {id} moved with what stands for {store}");
        }
    }
}

#[test]
fn another_share_moves_no_other_tree_and_nothing_above() {
    for seed in 0..SEEDS {
        let mut dice = Dice(seed);
        let mut written = Written::roll(&mut dice);
        let (from, to) = (written.period.start, written.period.end);
        let shares: Vec<String> =
            written.shares.iter().map(|(store, _)| format!("{store}: {}", 1 + dice.below(9))).collect();
        written.more = format!(
            "  - {{id: beside, metric: units, owner: boss, period: {from}..{to}, value: 1000, split: {{by: store, share: {{{}}}}}}}\n",
            shares.join(", ")
        );
        let before = written.plan();
        let at = dice.below(written.shares.len() as u64) as usize;
        written.shares[at].1 += 1 + dice.below(20);
        let after = written.plan();
        for id in moved(&before, &after) {
            assert!(id.starts_with("whole/"), "seed {seed}: {id} moved with a share of whole");
        }
    }
}

/// A year of 4-4-5: its periods, quarters and weeks are sums of its days, and `months` weighs its twelve periods.
#[test]
fn a_year_of_whole_weeks_is_spread_over_its_twelve_periods() {
    let site = format!(
        "site: {{title: T, languages: [en], currency: JPY{WEEKS}}}\nsources: {{s: {{files: data/*.csv, date: date, basis: {{tax: inclusive}}}}}}\n"
    );
    let spread = |phase: &str| {
        let targets = format!(
            "targets: [{{id: t, metric: gmv, owner: boss, period: FY2026, value: 3_640_000{phase}}}]\n"
        );
        let files = [
            ("kpress.yaml", site.as_str()),
            ("metrics/a.yaml", "metrics: {gmv: {source: s, value: sum(sales), unit: JPY, better: higher}}\n"),
            ("people.yaml", "people: {boss: {name: Boss}}\n"),
            ("targets/a.yaml", &targets),
        ];
        let read = load(&Memory::of(files.map(|(name, text)| (name, text.as_bytes()))));
        let errors: Vec<_> = read.found.iter().filter(|one| one.level == crate::diag::Level::Error).collect();
        assert!(errors.is_empty(), "{errors:#?}");
        let calendar = read.value.site.calendar;
        assert_eq!(calendar, whole_weeks());
        let plan = judged(&read.value).remove(0);
        let plan = days(&plan).clone();
        move |name: &str| {
            let part = parse_period(name, &calendar).unwrap_or_else(|| panic!("`{name}` is no period"));
            plan.sum(part).map(|sum| sum.normalize().to_string()).unwrap_or_default()
        }
    };
    // 52 weeks of 70,000 each.
    let even = spread("");
    let parts = ["FY2026", "FY2026-Q1", "FY2026-P01", "FY2026-P02", "FY2026-P03"].map(&even);
    assert_eq!(parts, ["3640000", "910000", "280000", "280000", "350000"]);
    // A period of five weeks weighs as much as it says, not as long as it is.
    let weighed = spread(", phase: {months: [1, 1, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1]}");
    let parts = ["FY2026-P01", "FY2026-P02", "FY2026-P03", "FY2026-Q1", "FY2026"].map(&weighed);
    assert_eq!(parts, ["280000", "280000", "560000", "1120000", "3640000"]);
    let week = plus_days(parse_period("FY2026-P03", &whole_weeks()).expect("a period").start, 6);
    assert_eq!(weighed(&format!("{}..{week}", plus_days(week, -6))), "112000", "a fifth of the period");
}
