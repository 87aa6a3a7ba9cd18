//! What a review starts from: the figures of its period, their signals and what they came from, and the actions that are left
//! from before. Somebody writes the rest.

use super::context::{Context, ends};
use super::limit::rule_text;
use super::{Arg, Provenance, Text, cause};
use crate::assess::Judged;
use crate::assess::action::{Action, actions};
use crate::measure::Facts;
use crate::plan::review::{Review, in_order};
use crate::plan::{Id, Metric, Plan, Scope};
use crate::time::Period;
use crate::unit::{Quantity, Unit};

/// A review that nobody has written yet.
#[derive(Clone, Debug)]
pub struct Start {
    /// Metrics to comment on, with a line each: value, target, difference, period before, year before.
    pub figures: Vec<(Id, Text)>,
    /// Signals of the period.
    pub signals: Vec<Text>,
    /// What the changes that deserve it came from.
    pub causes: Vec<(Id, Text)>,
    /// Open actions of the same people, the most urgent first.
    pub open: Vec<Action>,
    /// Who was there last time.
    pub attendees: Vec<Id>,
    /// Who of the management stood behind it.
    pub sponsor: Option<Id>,
}

/// Gathers it.
pub fn start(
    (plan, facts, judged): (&Plan, &Facts, &[Judged]),
    provenance: &Provenance,
    (period, scope): (Period, &Scope),
) -> Start {
    let watched = crate::assess::spc::watch(plan, facts, provenance.as_of).value;
    let context = Context::new(plan, facts, judged, provenance, watched);
    let earlier: Vec<&Review> = in_order(plan.reviews.values())
        .into_iter()
        .filter(|review| review.scope == *scope && review.period.end < period.end)
        .collect();
    let row = earlier.iter().rev().find(|review| review.period.grain == period.grain);
    let metrics = metrics(&context, row.copied());
    let mut open = actions(plan, period.end).0;
    open.retain(|one| {
        one.is_open() && plan.reviews.get(&one.began).is_some_and(|began| began.scope == *scope)
    });
    open.sort_by_key(|one| (one.due.is_none(), one.due, one.id.clone()));
    Start {
        figures: metrics
            .iter()
            .filter_map(|metric| Some((metric.id.clone(), figure(&context, metric, scope, period)?)))
            .collect(),
        signals: metrics.iter().flat_map(|metric| signals(&context, metric, scope, period)).collect(),
        causes: metrics
            .iter()
            .filter_map(|metric| Some((metric.id.clone(), why(&context, metric, scope, period)?)))
            .collect(),
        open,
        attendees: row.map(|review| review.attendees.clone()).unwrap_or_default(),
        sponsor: row.and_then(|review| review.sponsor.clone()),
    }
}

/// The leading metrics, and those the review before commented on.
fn metrics<'a>(context: &Context<'a>, before: Option<&Review>) -> Vec<&'a Metric> {
    let mut all = context.leading_metrics();
    let named = before.map(Review::commented).unwrap_or_default();
    for metric in named.into_iter().filter_map(|id| context.plan.metrics.get(id)) {
        if all.iter().all(|known| known.id != metric.id) {
            all.push(metric);
        }
    }
    all
}

fn figure(context: &Context<'_>, metric: &Metric, scope: &Scope, period: Period) -> Option<Text> {
    let value = |period: Period| context.point(&metric.id, scope, period).and_then(|point| point.value);
    let said = |value| Arg::Figure(value, metric.unit.clone());
    let calendar = context.plan.site.calendar;
    let now = value(period)?;
    let mut text = Text::Key("start-value", vec![("value", said(now))]);
    let more = |text: Text, key, mut holes: Vec<(&'static str, Arg)>| {
        holes.push(("said", Arg::Said(Box::new(text))));
        Text::Key(key, holes)
    };
    if let Some(asked) = context.target_for(metric, scope, period) {
        let (low, high) = ends(asked.in_force.value);
        text = match (high, now.minus(low)) {
            (Some(high), _) => more(text, "start-range", vec![("low", said(low)), ("high", said(high))]),
            (None, Some(off)) => {
                let points = match metric.unit {
                    Unit::Percent => off.times(Quantity::from(100)),
                    _ => None,
                };
                let off = match points {
                    Some(points) => {
                        let holes = vec![("value", Arg::Number(points, 1))];
                        Arg::Said(Box::new(Text::Key("start-points", holes)))
                    }
                    None => said(off),
                };
                more(text, "start-target", vec![("target", said(low)), ("off", off)])
            }
            (None, None) => text,
        };
    }
    if let Some(before) = value(calendar.previous(period)) {
        text = more(text, "start-before", vec![("before", said(before))]);
    }
    if let Some(year) = value(calendar.previous_year(period)) {
        text = more(text, "start-year", vec![("year", said(year))]);
    }
    Some(text)
}

fn signals(context: &Context<'_>, metric: &Metric, scope: &Scope, period: Period) -> Vec<Text> {
    let whole = scope.members().next().is_none();
    let stores = if whole { context.stores() } else { Vec::new() };
    let scopes = std::iter::once(scope.clone()).chain(stores.iter().map(|store| Scope::of("store", store)));
    let mut all = Vec::new();
    for scope in scopes {
        let Some(watch) = context.watched.of(&metric.id, &scope) else { continue };
        for (at, one) in watch.control.periods.iter().enumerate() {
            let inside = period.start <= one.start && one.end <= period.end;
            let Some((rule, side)) = watch.control.flags[at].fired().next().filter(|_| inside) else {
                continue;
            };
            all.push(Text::Key(
                "start-signal",
                vec![
                    ("name", Arg::Said(Box::new(context.metric_name(&metric.id)))),
                    ("whose", Arg::Said(Box::new(context.scope_name(&scope)))),
                    ("period", Arg::Period(*one)),
                    ("rule", Arg::Said(Box::new(rule_text(rule, side)))),
                ],
            ));
        }
    }
    all
}

fn why(context: &Context<'_>, metric: &Metric, scope: &Scope, period: Period) -> Option<Text> {
    let causes = metric.causes.as_ref().filter(|one| Some(one.grain) == period.grain)?;
    let one = cause::stories(context, metric, causes, scope, period).into_iter().next()?;
    one.verdict.deserves_causes().then(|| cause::story(context, metric, &one).text)
}
