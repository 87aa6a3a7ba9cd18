//! What is found once it is known which periods a deck lays beside each other.

use crate::diag::{Family, Finding, Level, Rule};
use crate::plan::Plan;
use crate::time::{Date, Grain, Slot};

/// Rules raised here.
pub static RULES: &[&Rule] = &[&EXTRA_WEEK];

/// Four weeks beside five.
static EXTRA_WEEK: Rule = Rule {
    name: "extra-week",
    level: Level::Note,
    family: Family::Config,
    about: "finds a deck that compares a period with that of a year before or after one of 53 weeks, which has a week more or less",
    why: "the last period of a year of 53 weeks has five weeks in place of four; growth against it is a quarter too small or too large",
    example: "fiscal_year: {pattern: 4-4-5, …}, FY2024-P12 with four weeks beside FY2023-P12 with five        # `align: weekday` lays 364 days earlier",
};

/// Decks on which a period stands beside one of another length.
pub fn extra_weeks(plan: &Plan, as_of: Date) -> Vec<Finding> {
    let calendar = &plan.site.calendar;
    if calendar.retail.is_none() {
        return Vec::new();
    }
    let mut found = Vec::new();
    for page in plan.dashboards.values().filter(|page| page.review.deck.is_some()) {
        let last = page.review.last(calendar, as_of);
        let review = calendar.review(last, page.review.months, page.review.align);
        let unlike = |slot: &&Slot| {
            // A period that still runs is compared with as many days.
            slot.period.end <= last && slot.period.days() != slot.base.days()
        };
        let Some(slot) = review.months.iter().chain(&review.to_date).find(unlike) else { continue };
        let period = calendar.period(Grain::Month, slot.period.end);
        let told = format!(
            "in the deck `{}`, {} has {} weeks and the period it is compared with {}",
            page.id,
            calendar.id(period),
            slot.period.days() / 7,
            slot.base.days() / 7
        );
        found.push(
            Finding::new(&EXTRA_WEEK, page.place.clone(), told)
                .hint("read its growth with that in mind, or lay weeks on weeks with `align: weekday`"),
        );
    }
    found
}
