//! What targets ask that do not add up over days (rates, stock, ranks): a level, a path towards it, or explicit levels.
//! Before a revision the levels stay as they were (numbers.md §5.3).

use super::LevelPlan;
use super::resolve::Resolved;
use crate::plan::{Curve, Target, TargetValue};
use crate::time::{Date, Grain, Period, days_between, plus_days};
use crate::unit::{Decimal, rounded};

/// Decimals of a level on a path; the last one is the value itself.
const FINE: u32 = 10;

/// Levels from days on.
type Levels = Vec<(Date, Decimal)>;

/// The levels of a target; `None` for a range, and while its value is not known.
pub(super) fn level_plan(target: &Target, values: &Resolved) -> Option<LevelPlan> {
    let amount = |value: TargetValue| match value {
        TargetValue::Of(value) => Some(value),
        TargetValue::Between(..) => None,
    };
    let first = amount(values.original?)?;
    let original = first_levels(target, first);
    let mut from = original.clone();
    for step in &values.revisions {
        let before = at(&from, plus_days(step.date, -1));
        from.retain(|(date, _)| *date < step.date);
        let rest = Period::range(step.date, target.period.end);
        match (&target.glide, before) {
            (Some(glide), Some(before)) => from.extend(path(rest, before, amount(step.value)?, glide.curve)),
            _ => from.push((step.date, amount(step.value)?)),
        }
    }
    Some(LevelPlan { period: target.period, from: joined(from), original: joined(original) })
}

fn first_levels(target: &Target, value: Decimal) -> Levels {
    if let Some(glide) = &target.glide {
        return path(target.period, glide.from, value, glide.curve);
    }
    let (mut levels, end) = (vec![(target.period.start, value)], target.period.end);
    for (part, level) in &target.phase.explicit {
        let start = part.start.max(target.period.start);
        levels.retain(|(date, _)| *date < start);
        levels.push((start, *level));
        if part.end < end {
            levels.push((plus_days(part.end, 1), value));
        }
    }
    levels
}

/// From a level on the eve of the period to that of its last day.
fn path(period: Period, from: Decimal, to: Decimal, curve: Curve) -> Levels {
    let starts: Vec<Date> = match curve {
        Curve::Linear => period.each_day().collect(),
        Curve::Steps => {
            let months = crate::time::Calendar::default().periods(Grain::Month, period.start, period.end);
            months.into_iter().map(|month| month.start.max(period.start)).collect()
        }
    };
    let count = Decimal::from(starts.len());
    let level = |(place, date): (usize, Date)| {
        let done = Decimal::from(place + 1);
        if done == count { (date, to) } else { (date, rounded(from + (to - from) * done / count, FINE)) }
    };
    starts.into_iter().enumerate().map(level).collect()
}

/// Days next to each other with the same level become one stretch.
fn joined(mut levels: Levels) -> Levels {
    levels.dedup_by(|later, earlier| later.1 == earlier.1);
    levels
}

fn at(levels: &Levels, day: Date) -> Option<Decimal> {
    levels.iter().rfind(|(from, _)| *from <= day).map(|(_, level)| *level)
}

impl LevelPlan {
    /// The mean level over the days of `period` that lie in the target's own; `None` if there are none. What holds on all
    /// of them is returned as it is.
    pub fn mean(&self, period: Period) -> Option<Decimal> {
        let (first, last) = (period.start.max(self.period.start), period.end.min(self.period.end));
        if first > last {
            return None;
        }
        let ends = self.from.iter().skip(1).map(|(from, _)| plus_days(*from, -1)).chain([self.period.end]);
        let mut sum = Decimal::ZERO;
        for ((from, level), end) in self.from.iter().zip(ends) {
            let (from, end) = ((*from).max(first), end.min(last));
            if (from, end) == (first, last) {
                return Some(*level);
            }
            if from <= end {
                sum += *level * Decimal::from(days_between(from, end) + 1);
            }
        }
        Some(rounded(sum / Decimal::from(days_between(first, last) + 1), FINE))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::{Glide, Promise, Scope};

    fn day(text: &str) -> Date {
        text.parse().expect("a date")
    }

    fn number(text: &str) -> Decimal {
        text.parse().expect("a decimal")
    }

    fn target(value: &str, period: (&str, &str)) -> Target {
        let period = Period::range(day(period.0), day(period.1));
        let promise = Promise::Value(TargetValue::Of(number(value)));
        let place = crate::diag::Place::file("targets/a.yaml");
        Target::plain("t".into(), "acos".into(), Scope::company(), period, promise, place)
    }

    fn levels(target: &Target, revisions: &[(&str, &str)]) -> LevelPlan {
        let step = |(date, value): &(&str, &str)| super::super::resolve::Step {
            date: day(date),
            value: TargetValue::Of(number(value)),
        };
        let values = Resolved {
            original: target.value.stated(),
            revisions: revisions.iter().map(step).collect(),
            ..Resolved::default()
        };
        level_plan(target, &values).expect("a plain value")
    }

    fn shown(levels: &[(Date, Decimal)]) -> Vec<String> {
        levels.iter().map(|(from, level)| format!("{from} {}", level.normalize())).collect()
    }

    #[test]
    fn a_level_holds_all_the_time_and_revisions_from_their_day() {
        let plan = levels(&target("0.22", ("2026-10-01", "2026-12-31")), &[("2026-11-10", "0.24")]);
        assert_eq!(shown(&plan.from), ["2026-10-01 0.22", "2026-11-10 0.24"]);
        assert_eq!(shown(&plan.original), ["2026-10-01 0.22"]);
        assert_eq!(plan.at(day("2026-11-09")), Some(number("0.22")));
        assert_eq!(plan.at(day("2027-01-01")), None);
    }

    #[test]
    fn a_path_ends_on_the_value() {
        let mut glide = target("0.22", ("2026-10-01", "2026-12-31"));
        glide.glide = Some(Glide { from: number("0.28"), curve: Curve::Steps });
        let steps = levels(&glide, &[]);
        assert_eq!(shown(&steps.from), ["2026-10-01 0.26", "2026-11-01 0.24", "2026-12-01 0.22"]);
        let month = Period::range(day("2026-11-01"), day("2026-11-30"));
        assert_eq!(steps.mean(month), Some(number("0.24")));
        // 31 days of 0.26, 30 of 0.24, 31 of 0.22.
        assert_eq!(steps.mean(glide.period), Some(number("0.24")));
        glide.period = Period::range(day("2026-10-01"), day("2026-10-04"));
        glide.glide = Some(Glide { from: number("0.30"), curve: Curve::Linear });
        let line = levels(&glide, &[("2026-10-03", "0.24")]);
        assert_eq!(
            shown(&line.original),
            ["2026-10-01 0.28", "2026-10-02 0.26", "2026-10-03 0.24", "2026-10-04 0.22"]
        );
        assert_eq!(
            shown(&line.from),
            ["2026-10-01 0.28", "2026-10-02 0.26", "2026-10-03 0.25", "2026-10-04 0.24"]
        );
    }

    #[test]
    fn explicit_parts_stand_between_days_of_the_value() {
        let mut ranks = target("50", ("2026-10-01", "2026-12-31"));
        let november = Period::range(day("2026-11-01"), day("2026-11-30"));
        ranks.phase.explicit = vec![(november, number("40"))];
        assert_eq!(shown(&levels(&ranks, &[]).from), ["2026-10-01 50", "2026-11-01 40", "2026-12-01 50"]);
    }
}
