//! What people wrote into reviews, targets, blocks of pages and events, and what names something hidden, is left out with what it
//! stands on. A review is a record of what was said; nobody can write it anew for each of its readers. Everything else that
//! names something hidden is found by the scan, and its author is asked.

use super::leak::Hidden;
use crate::plan::review::{Entry, Review};
use crate::plan::{BlockSpec, Id, Plan, ReviewKind, Target, Words};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Leaves it out.
pub(super) fn mute(plan: &mut Plan, hidden: &Hidden) {
    let names = |words: &Words| hidden.is_in(words);
    plan.annotations.retain(|note| !names(&note.text));
    plan.targets.iter_mut().for_each(|target| mute_target(target, hidden));
    // An action is one thing in all reviews that speak of it.
    let named = plan.reviews.values().flat_map(|review| &review.actions);
    let muted: BTreeSet<Id> =
        named.filter(|entry| is_named(entry, hidden)).map(|entry| entry.id.clone()).collect();
    plan.reviews.retain(|_, review| {
        review.actions.retain(|entry| !muted.contains(&entry.id));
        keep_unnamed(review, hidden)
    });
    plan.dashboards.retain(|_, page| {
        page.blocks.retain(|block| !is_block(block, hidden));
        page.blocks = with_something_below(std::mem::take(&mut page.blocks));
        !names(&page.title) && page.blocks.iter().any(says)
    });
    let there: BTreeSet<Id> = plan.dashboards.keys().cloned().collect();
    for review in plan.reviews.values_mut() {
        review.deck = review.deck.take().filter(|deck| there.contains(deck));
    }
}

/// What somebody wrote beside the figures of a target.
fn mute_target(target: &mut Target, hidden: &Hidden) {
    let unnamed = |text: &Arc<str>| !hidden.is_in_text(text);
    let unnamed_in_all = |words: &Words| !hidden.is_in(words);
    target.resources.retain(|resource| unnamed_in_all(&resource.text));
    target.smart.retain(|_, text| unnamed(text));
    target.note = target.note.take().filter(unnamed_in_all);
    for text in [&mut target.contributes, &mut target.status.reason] {
        *text = text.take().filter(unnamed);
    }
    for revision in &mut target.revisions {
        revision.reason = revision.reason.take().filter(unnamed_in_all);
    }
}

fn is_named(entry: &Entry, hidden: &Hidden) -> bool {
    hidden.is_in(&entry.title)
        || hidden.is_in(&entry.evidence)
        || hidden.is_in(&entry.reason)
        || hidden.is_in_text(&entry.expected_text)
}

/// Whether something is left of a review.
fn keep_unnamed(review: &mut Review, hidden: &Hidden) -> bool {
    for sections in review.text.values_mut() {
        sections.retain(|section| !hidden.is_in_text(&section.text));
    }
    review.text.retain(|_, sections| !sections.is_empty());
    review.decisions.retain(|one| !hidden.is_in(&one.text));
    !(review.text.is_empty() && review.decisions.is_empty() && review.actions.is_empty())
}

fn is_block(block: &BlockSpec, hidden: &Hidden) -> bool {
    match block {
        BlockSpec::Chart { title, .. } | BlockSpec::Table { title, .. } => hidden.is_in(title),
        BlockSpec::Text { markdown, .. } => hidden.is_in(markdown),
        BlockSpec::Review(block) => {
            let labels = match &block.kind {
                ReviewKind::SixTwelve { series, .. } | ReviewKind::Metrics(series) => series.iter().collect(),
                ReviewKind::Weeks(rows) | ReviewKind::Months(rows) => {
                    rows.iter().filter_map(|row| row.drawn.as_ref()).collect()
                }
                ReviewKind::Section | ReviewKind::Embed { .. } => Vec::new(),
            };
            hidden.is_in(&block.title) || labels.iter().any(|one| hidden.is_in(&one.label))
        }
        BlockSpec::Card { .. } | BlockSpec::Causes { .. } | BlockSpec::Widget(_) => false,
    }
}

fn is_heading(block: &BlockSpec) -> bool {
    matches!(block, BlockSpec::Review(block) if matches!(block.kind, ReviewKind::Section))
}

/// Whether a block shows a figure.
pub(super) fn says(block: &BlockSpec) -> bool {
    !is_heading(block) && !matches!(block, BlockSpec::Text { .. })
}

/// Without headings that have nothing below them.
pub(super) fn with_something_below(blocks: Vec<BlockSpec>) -> Vec<BlockSpec> {
    let mut kept: Vec<BlockSpec> = Vec::new();
    for block in blocks {
        if is_heading(&block) && kept.last().is_some_and(is_heading) {
            kept.pop();
        }
        kept.push(block);
    }
    if kept.last().is_some_and(is_heading) {
        kept.pop();
    }
    kept
}
