//! What the meeting talks about: blocks with a new signal, a missed target, figures that are not whole, a changed definition
//! or something new. Everything else is in the deck and needs no minute; that there is nothing is a result, too.

use super::meeting::{Meeting, late};
use super::part::owner;
use crate::assess::Standing;
use crate::assess::deck::{Desk, Figures, Role};
use crate::measure::{Point, State};
use crate::plan::{
    Annotation, Better, BlockSpec, Dashboard, Metric, ReviewBlock, Scope, What, Words, metric_named,
    metrics_of_block,
};
use crate::report::context::Context;
use crate::report::{Arg, Block, Cell, TableColumn, TableSpec, Text};
use crate::time::{Grain, Period};
use crate::unit::{Quantity, Unit};

/// Where in the list it stands who answers for a block.
const OWNER: usize = 3;

/// The list at the top of a deck.
pub(super) fn exceptions(
    context: &Context<'_>,
    desk: &Desk<'_>,
    (dashboard, page): (&Dashboard, &Scope),
    meeting: &Meeting<'_>,
    parts: &[super::ReviewPart],
) -> Block {
    let mut rows: Vec<Vec<Cell>> = Vec::new();
    let reviews = dashboard.blocks.iter().filter_map(|block| match block {
        BlockSpec::Review(block) => Some(&**block),
        _ => None,
    });
    let grain = dashboard.review.deck.unwrap_or(Grain::Week);
    for (block, part) in reviews.zip(parts) {
        let scope = block.scope.as_ref().unwrap_or(page);
        let looking = Looking { context, desk, block, scope, meeting, grain };
        let reasons = looking.reasons();
        let Some(number) = part.number.filter(|_| !reasons.is_empty()) else { continue };
        let owner = owner(context, block).map_or(Cell::Empty, |owner| Cell::Text(Text::Words(owner)));
        let said = meeting.comment(&metrics_of_block(context.plan, block));
        let holes =
            vec![("number", Arg::Count(number.into())), ("title", Arg::Said(Box::new(part.title.clone())))];
        rows.push(vec![
            Cell::Text(Text::Key("deck-block", holes)),
            since(&reasons).map_or(Cell::Empty, |key| Cell::Text(Text::key(key))),
            Cell::Text(joined(reasons)),
            owner,
            said.map_or(Cell::Empty, |said| Cell::Text(Text::Words(said))),
        ]);
    }
    if rows.is_empty() {
        let text = Text::key("deck-no-exception");
        return Block::Notice { tone: "info", text, details: Vec::new() };
    }
    // Where nobody answers for anything that is shown, as on the pages of one person, dashes would say nothing.
    if rows.iter().any(|row| row[OWNER] != Cell::Empty) {
        for row in rows.iter_mut().filter(|row| row[OWNER] == Cell::Empty) {
            row[OWNER] = Cell::Text(Text::Words(Words::same("–")));
        }
    }
    let columns =
        ["deck-column-block", "deck-column-since", "deck-column-why", "deck-column-owner", "deck-comment"];
    let column = |key| TableColumn { title: Text::key(key), numeric: false, link: None };
    Block::Table(crate::report::review::filled(TableSpec {
        id: "exceptions".to_owned(),
        title: Some(Text::key("deck-exceptions")),
        columns: columns.into_iter().map(column).collect(),
        rows,
        total: false,
    }))
}

/// Why a block is talked about.
#[derive(Clone, Debug, PartialEq)]
struct Reason {
    text: Text,
    /// Whether it was no reason in the period before; `None` where that cannot be told.
    is_new: Option<bool>,
}

/// Whether a block is talked about for the first time, or was in the period before.
fn since(reasons: &[Reason]) -> Option<&'static str> {
    let known: Vec<bool> = reasons.iter().filter_map(|reason| reason.is_new).collect();
    match (known.is_empty(), known.contains(&true)) {
        (true, _) => None,
        (false, true) => Some("deck-since-new"),
        (false, false) => Some("deck-since-before"),
    }
}

/// Several reasons as one text.
fn joined(reasons: Vec<Reason>) -> Text {
    let and = |all: Text, next: Text| {
        let holes = vec![("one", Arg::Said(Box::new(all))), ("other", Arg::Said(Box::new(next)))];
        Text::Key("deck-and", holes)
    };
    reasons.into_iter().map(|reason| reason.text).reduce(and).expect("there is a reason")
}

/// One block under the eyes of a meeting.
struct Looking<'a> {
    context: &'a Context<'a>,
    desk: &'a Desk<'a>,
    block: &'a ReviewBlock,
    scope: &'a Scope,
    meeting: &'a Meeting<'a>,
    grain: Grain,
}

impl Looking<'_> {
    fn reasons(&self) -> Vec<Reason> {
        let mut found: Vec<Reason> = Vec::new();
        let mut add = |reason: Reason| {
            if found.iter().all(|known| known.text != reason.text) {
                found.push(reason);
            }
        };
        let series: Vec<_> = self.block.drawn().into_iter().cloned().collect();
        let all = self.desk.chart(self.block, &series, self.scope);
        for one in all.iter().filter(|one| one.role == Role::Actual) {
            let Some(metric) = self.context.plan.metrics.get(&one.metric) else { continue };
            let Some((now, before)) = self.reviewed(one) else { continue };
            self.signal(metric, now.period).into_iter().for_each(&mut add);
            self.missed(metric, one, (&now, before.as_ref())).into_iter().for_each(&mut add);
            self.forecast(metric, one).into_iter().for_each(&mut add);
            incomplete(&now).into_iter().for_each(&mut add);
            self.happened(metric, now.period).into_iter().for_each(&mut add);
        }
        let metrics = metrics_of_block(self.context.plan, self.block);
        for text in late(self.context, &metrics, self.desk.last) {
            add(Reason { text, is_new: Some(true) });
        }
        found
    }

    /// The figure of the period that is reviewed, and the one before it.
    fn reviewed(&self, one: &Figures) -> Option<(Point, Option<Point>)> {
        let line = match self.grain {
            Grain::Month => &one.months,
            Grain::Quarter | Grain::Year => return one.to_date.get(1).map(|point| (*point, None)),
            Grain::Day | Grain::Week => &one.weeks,
        };
        let at = line.iter().rposition(|point| point.period.end <= self.desk.last)?;
        Some((line[at], at.checked_sub(1).map(|before| line[before])))
    }

    /// A signal of the limits in the period that is reviewed.
    fn signal(&self, metric: &Metric, period: Period) -> Option<Reason> {
        let control = &self.context.watched.of(&metric.id, self.scope)?.control;
        let inside = |at: &usize| {
            let one = control.periods[*at];
            period.start <= one.start && one.end <= period.end
        };
        let inside: Vec<usize> = (0..control.periods.len()).filter(inside).collect();
        let fired = |at: usize| control.flags.get(at).is_some_and(|flags| flags.fired().next().is_some());
        let was = inside.first()?.checked_sub(1).is_some_and(fired);
        inside
            .iter()
            .any(|at| fired(*at))
            .then(|| Reason { text: Text::key("deck-why-signal"), is_new: Some(!was) })
    }

    /// A target on the chart that the period, or the month to date, does not reach, by the direction of good.
    fn missed(&self, metric: &Metric, one: &Figures, (now, before): (&Point, Option<&Point>)) -> Vec<Reason> {
        if metric.better == Better::Neutral {
            return Vec::new();
        }
        let drawn = self.block.drawn().into_iter().find_map(|drawn| match &drawn.what {
            What::Target(name) if metric_named(self.context.plan, name) == Some(&metric.id) => Some(name),
            _ => None,
        });
        let Some(name) = drawn else { return Vec::new() };
        let below = |point: &Point| {
            let share = self.desk.share(metric, name, self.scope, point).filter(|_| point.state.is_judged());
            share.filter(|share| share.compare(Quantity::from(1)).is_lt())
        };
        let said = |share| Arg::Figure(share, Unit::Percent);
        let mut all = Vec::new();
        if let Some(share) = below(now) {
            let holes = vec![("share", said(share)), ("period", Arg::Period(now.period))];
            let text = match self.grain {
                Grain::Day | Grain::Week => Text::Key("deck-why-week", vec![("share", said(share))]),
                Grain::Month | Grain::Quarter | Grain::Year => Text::Key("deck-why-target", holes),
            };
            let was = before.map(|before| below(before).is_some());
            all.push(Reason { text, is_new: was.map(|was| !was) });
        }
        if self.grain <= Grain::Week
            && let Some(share) = one.to_date.first().and_then(below)
        {
            let text = Text::Key("deck-why-month", vec![("share", said(share))]);
            all.push(Reason { text, is_new: None });
        }
        all
    }

    /// The shortest target of the figure that still runs and that its forecast does not reach.
    fn forecast(&self, metric: &Metric, one: &Figures) -> Option<Reason> {
        if !self.meeting.is_now || one.reached.is_none() {
            return None;
        }
        let runs = self.context.plan.targets.iter().filter(|target| {
            target.metric == metric.id
                && target.scope == *self.scope
                && target.period.start <= self.desk.last
                && target.period.end > self.desk.last
        });
        let missed = runs.filter(|target| {
            let judged = self.context.judged(target).filter(|judged| judged.forecast.is_some());
            judged.is_some_and(|judged| matches!(judged.standing, Standing::Near | Standing::Off))
        });
        let target = missed.min_by_key(|target| (target.period.days(), target.id.clone()))?;
        let text = Text::Key("deck-why-forecast", vec![("period", Arg::Period(target.period))]);
        Some(Reason { text, is_new: None })
    }

    /// What happened in the period, from notes.
    fn happened(&self, metric: &Metric, period: Period) -> Vec<Reason> {
        let notes = self.context.plan.annotations.iter().filter(|note| {
            note.metrics.contains(&metric.id)
                && (note.scope.is_company() || note.scope == *self.scope)
                && period.contains(note.period.start)
        });
        let reason = |note: &Annotation| {
            let changed = matches!(&*note.kind, "change" | "rebase");
            let key = if changed { "deck-why-change" } else { "deck-why-new" };
            let text = Text::Key(key, vec![("text", Arg::Words(note.text.clone()))]);
            Reason { text, is_new: Some(true) }
        };
        notes.map(reason).collect()
    }
}

/// Days of the period that nobody observed.
fn incomplete(now: &Point) -> Option<Reason> {
    let text = match now.state {
        State::Missing => Text::key("deck-why-missing"),
        State::Partial => Text::Key(
            "deck-why-partial",
            vec![
                ("observed", Arg::Count(now.days.observed.into())),
                ("expected", Arg::Count(now.days.expected.into())),
            ],
        ),
        _ => return None,
    };
    Some(Reason { text, is_new: Some(true) })
}
