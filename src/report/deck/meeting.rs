//! What a meeting has in hand beside the figures: what the review of the period says about a block, what is still to be done
//! about it, and data that came too late.

use crate::assess::action::{Action, Own, at_review};
use crate::plan::review::Review;
use crate::plan::{Dashboard, Id, ReviewBlock, Scope, Words, metrics_of_block};
use crate::report::context::Context;
use crate::report::review::{by_urgency, state};
use crate::report::{Arg, Cell, Text};
use crate::time::Date;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The meeting a deck is read in.
pub(super) struct Meeting<'a> {
    /// The review of its period, where somebody wrote it.
    review: Option<&'a Review>,
    /// Actions that are open then.
    actions: Vec<Action>,
    /// The day actions are looked at.
    on: Date,
    /// Whether the deck is that of now: targets that still run have a forecast.
    pub(super) is_now: bool,
}

impl<'a> Meeting<'a> {
    /// Of the deck as it stands now.
    pub(super) fn now(context: &Context<'a>, dashboard: &Dashboard, scope: &Scope, as_of: Date) -> Self {
        let last = dashboard.review.last(&context.plan.site.calendar, as_of);
        let of_it = |review: &&Review| {
            review.period.grain.is_some()
                && review.period.grain == dashboard.review.deck
                && review.period.end == last
                && review.scope == *scope
        };
        let review = context.plan.reviews.values().find(of_it);
        Meeting { review, actions: context.actions.clone(), on: as_of, is_now: true }
    }

    /// Of a review, on the day it was held.
    pub(super) fn held(context: &Context<'_>, review: &'a Review) -> Self {
        let actions = at_review(context.plan, review, Own::With);
        Meeting { review: Some(review), actions, on: review.date, is_now: false }
    }

    /// The first line of what the review says about the first metric of a block that it says something about.
    pub(super) fn comment(&self, metrics: &[&Id]) -> Option<Words> {
        let review = self.review?;
        metrics.iter().find_map(|metric| {
            let mut said = Words::default();
            for (lang, sections) in &review.text {
                let own = sections.iter().find(|section| section.metric.as_ref() == Some(*metric));
                if let Some(line) = own.and_then(|section| first_line(&section.text)) {
                    said.by_lang.insert(*lang, line);
                }
            }
            (!said.is_empty()).then_some(said)
        })
    }

    /// Comment, open actions and late data, as they stand below a chart.
    pub(super) fn below(
        &self,
        context: &Context<'_>,
        block: &ReviewBlock,
        scope: &Scope,
        last: Date,
    ) -> Vec<(Text, Vec<Cell>)> {
        let metrics = metrics_of_block(context.plan, block);
        let mut rows = Vec::new();
        if let Some(said) = self.comment(&metrics) {
            rows.push((Text::key("deck-comment"), vec![Cell::Text(Text::Words(said))]));
        }
        let about = |one: &&Action| {
            let metric = one.metric.as_ref().is_some_and(|metric| metrics.contains(&metric));
            // The company looks at the actions of all; a store at its own.
            metric && (scope.is_company() || one.scope == *scope)
        };
        let open = by_urgency(self.actions.iter().filter(about));
        if !open.is_empty() {
            let cells = open.into_iter().map(|one| Cell::Text(self.action(context, one))).collect();
            rows.push((Text::key("deck-actions"), cells));
        }
        let late = late(context, &metrics, last);
        if !late.is_empty() {
            rows.push((Text::key("deck-late"), late.into_iter().map(Cell::Text).collect()));
        }
        rows
    }

    fn action(&self, context: &Context<'_>, one: &Action) -> Text {
        let who = match &one.owner {
            Some(owner) => Text::Words(context.person_name(owner)),
            None => Text::key("action-nobody"),
        };
        let mut holes = vec![
            ("title", Arg::Words(one.title.clone())),
            ("who", Arg::Said(Box::new(who))),
            ("state", Arg::Said(Box::new(state(one, self.on)))),
        ];
        match one.due {
            Some(due) => {
                holes.push(("day", Arg::Date(due)));
                Text::Key("deck-action-due", holes)
            }
            None => Text::Key("deck-action", holes),
        }
    }
}

/// Sources of metrics that end before a day, with the last day they have.
pub(super) fn late(context: &Context<'_>, metrics: &[&Id], last: Date) -> Vec<Text> {
    let fresh = context.provenance.fresh();
    // Orders and returns may be none on the last days; only where a day without rows lacks something is it late.
    let tables = context.provenance.tables.iter();
    let daily: BTreeSet<&Id> =
        tables.filter(|(_, coverage)| coverage.every_day).map(|(name, _)| &name.source).collect();
    let mut late: BTreeMap<Id, Date> = BTreeMap::new();
    for metric in metrics.iter().filter_map(|id| context.plan.metrics.get(*id)) {
        for source in context.sources_of(metric).into_iter().filter(|source| daily.contains(source)) {
            if let Some(day) = fresh.get(&source).filter(|day| **day < last) {
                late.insert(source, *day);
            }
        }
    }
    let said = |(source, day): (Id, Date)| {
        Text::Key(
            "deck-late-source",
            vec![("source", Arg::Text(source.to_string())), ("day", Arg::Date(day))],
        )
    };
    late.into_iter().map(said).collect()
}

/// The first line of Markdown that is text, without its marks; nothing where a line has figures to be put in.
fn first_line(markdown: &str) -> Option<Arc<str>> {
    let plain = |line: &&str| {
        let line = line.trim();
        !line.is_empty() && !line.contains("{{") && !line.starts_with(['#', '|', '>', '!'])
    };
    let line = markdown.lines().find(plain)?.trim();
    let line: String =
        line.trim_start_matches(['-', ' ']).chars().filter(|c| !matches!(c, '*' | '`')).collect();
    (!line.is_empty()).then(|| line.into())
}

#[cfg(test)]
mod tests {
    use super::first_line;

    #[test]
    fn the_first_line_of_text_is_told_without_marks() {
        let line = |text: &str| first_line(text).map(|line| line.to_string());
        assert_eq!(line("\n**Down** by `10 %`.\nMore.").as_deref(), Some("Down by 10 %."));
        assert_eq!(line("{{ chart(\"gmv\") }}\n\n- lamps sold out\n").as_deref(), Some("lamps sold out"));
        assert_eq!(line("| a | b |\n"), None);
    }
}
