//! Alerts as people read them: one line each, with a sentence that says what was heard and where to look.

use super::context::{Context, metric_path};
use super::limit::rule_text;
use super::{Arg, Cell, TableColumn, TableSpec, Text};
use crate::assess::alert::{AlertState, Heard, Raised};
use crate::plan::{Alert, AlertTest, Id, Severity, Words};
use crate::time::{Date, Period};
use crate::unit::{Quantity, Unit};
use std::sync::Arc;

/// An alert that was raised, in words.
#[derive(Clone, Debug)]
pub struct AlertLine {
    /// Its address: `sessions-signal/jp1/2025-W37`.
    pub id: Arc<str>,
    /// What it is about.
    pub title: Text,
    /// For whom.
    pub whose: Text,
    /// What was heard when it was raised.
    pub about: Text,
    /// The same for the last period at which it held.
    pub now: Text,
    /// What it came from, where that is known.
    pub why: Option<super::cause::Story>,
    /// How urgent.
    pub severity: Severity,
    /// Where it stands.
    pub state: AlertState,
    /// First period of those that raised it.
    pub since: Period,
    /// The period that raised it.
    pub opened: Period,
    /// The last period at which it held.
    pub last: Period,
    /// The period at which it was over.
    pub resolved: Option<Period>,
    /// Who is told.
    pub owner: Option<(Id, Words)>,
    /// By this day somebody should have taken it.
    pub due: Option<Date>,
    /// Nobody took it by then.
    pub is_overdue: bool,
    /// Who took it, when, and what is done.
    pub taken: Option<(Words, Date, Words)>,
    /// The page to look at.
    pub link: String,
    /// What to do: a page of the site.
    pub sop: Option<String>,
}

/// All alerts in words, the newest first.
pub(super) fn lines(context: &Context<'_>, raised: &[Raised]) -> Vec<AlertLine> {
    raised.iter().filter_map(|one| line(context, one)).collect()
}

fn line(context: &Context<'_>, raised: &Raised) -> Option<AlertLine> {
    let alert = context.plan.alerts.iter().find(|alert| alert.id == raised.alert)?;
    let taken = raised.acknowledged.as_ref();
    Some(AlertLine {
        id: raised.id.clone(),
        title: title(context, alert),
        whose: context.scope_name(&raised.scope),
        about: sentence(context, alert, &raised.heard),
        now: sentence(context, alert, &raised.now),
        why: super::cause::of_alert(context, alert, &raised.scope, raised.since),
        severity: raised.severity,
        state: raised.state(),
        since: raised.since,
        opened: raised.opened,
        last: raised.last,
        resolved: raised.resolved,
        owner: raised.owner.as_ref().map(|owner| (owner.clone(), context.person_name(owner))),
        due: raised.due,
        is_overdue: context.as_of().is_some_and(|as_of| raised.is_overdue(as_of)),
        taken: taken.map(|one| (context.person_name(&one.by), one.date, one.note.clone())),
        link: match (&alert.metric, &alert.test) {
            (Some(metric), _) => metric_path(metric),
            (None, AlertTest::Gate { .. }) => "launch".to_owned(),
            (None, AlertTest::Stale { source, .. }) => super::context::source_path(source),
            (None, _) => "alerts".to_owned(),
        },
        sop: alert.sop.as_ref().map(|sop| article(sop)),
    })
}

/// The page of an article by its file.
fn article(file: &str) -> String {
    let file = file.strip_prefix("content/").unwrap_or(file);
    let stem = file.strip_suffix(".md").unwrap_or(file);
    match stem.rsplit_once('.') {
        Some((bare, "zh" | "ja" | "en")) => bare.to_owned(),
        _ => stem.to_owned(),
    }
}

fn title(context: &Context<'_>, alert: &Alert) -> Text {
    match (&alert.title, &alert.metric, &alert.test) {
        (title, ..) if !title.is_empty() => Text::Words(title.clone()),
        (_, Some(metric), _) => context.metric_name(metric),
        (_, None, AlertTest::Stale { source, .. }) => {
            Text::Key("alert-stale-title", vec![("source", Arg::Text(source.to_string()))])
        }
        _ => Text::Words(Words::same(&alert.id)),
    }
}

fn sentence(context: &Context<'_>, alert: &Alert, heard: &Heard) -> Text {
    let metric = alert.metric.as_ref().and_then(|metric| context.plan.metrics.get(metric));
    let unit = metric.map_or(Unit::Count, |metric| metric.unit.clone());
    let figure = |value: &Quantity| Arg::Figure(*value, unit.clone());
    let share = |value: &Quantity| Arg::Figure(*value, Unit::Percent);
    match (heard, &alert.test) {
        (Heard::Signal(value, center, rule, side), _) => Text::Key(
            "alert-signal",
            vec![
                ("value", figure(value)),
                ("rule", Arg::Said(Box::new(rule_text(*rule, *side)))),
                ("center", figure(center)),
            ],
        ),
        (Heard::Figure(value), AlertTest::Threshold(condition)) => Text::Key(
            "alert-threshold",
            vec![
                ("value", figure(value)),
                ("op", Arg::Text(condition.op.to_string())),
                ("limit", figure(&Quantity::Exact(condition.value))),
            ],
        ),
        (Heard::Share(value), AlertTest::Pace(_)) => Text::Key("alert-pace", vec![("share", share(value))]),
        (Heard::Share(value), _) => Text::Key("alert-attainment", vec![("share", share(value))]),
        (Heard::Against(value, other), AlertTest::Reconcile { other: name, .. }) => Text::Key(
            "alert-reconcile",
            vec![
                ("value", figure(value)),
                ("other", figure(other)),
                ("name", Arg::Said(Box::new(context.metric_name(name)))),
            ],
        ),
        (Heard::Against(value, before), _) => {
            Text::Key("alert-change", vec![("value", figure(value)), ("before", figure(before))])
        }
        (Heard::Days(days), AlertTest::Gate { .. }) => {
            Text::Key("alert-gate", vec![("days", Arg::Count(u64::from(*days)))])
        }
        (Heard::Days(days), _) => Text::Key("alert-stale", vec![("days", Arg::Count(u64::from(*days)))]),
        (Heard::Figure(_) | Heard::Nothing, _) => Text::key("alert-composite"),
    }
}

/// Words of a severity.
pub fn severity_text(severity: Severity) -> Text {
    Text::key(match severity {
        Severity::Low => "severity-low",
        Severity::Medium => "severity-medium",
        Severity::High => "severity-high",
    })
}

/// Words of where an alert stands.
pub fn state_text(line: &AlertLine) -> Text {
    match (line.state, &line.taken, line.resolved) {
        (AlertState::New, ..) if line.is_overdue => Text::key("alert-overdue"),
        (AlertState::New, ..) => Text::key("alert-new"),
        (AlertState::Acknowledged, Some((by, day, _)), _) => {
            Text::Key("alert-taken", vec![("by", Arg::Words(by.clone())), ("day", Arg::Date(*day))])
        }
        (AlertState::Acknowledged, None, _) => Text::key("alert-new"),
        (AlertState::Resolved, _, over) => match over {
            Some(over) => Text::Key("alert-resolved", vec![("period", Arg::Period(over))]),
            None => Text::key("alert-new"),
        },
    }
}

/// Which alerts a table shows: open ones say who is told and what to do, those that are over only what happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shown {
    /// With owner, name and what to do.
    Open,
    /// Without.
    Over,
}

/// Alerts as a table; `None` without any.
pub(super) fn table(id: &str, title: Option<Text>, lines: &[&AlertLine], shown: Shown) -> Option<TableSpec> {
    if lines.is_empty() {
        return None;
    }
    let open = shown == Shown::Open;
    let helped = open && lines.iter().any(|line| line.sop.is_some());
    let head = |key| TableColumn { title: Text::key(key), numeric: false, link: None };
    let row = |line: &&AlertLine| {
        let mut said = vec![
            Cell::Link(line.link.clone(), line.title.clone()),
            Cell::Text(line.whose.clone()),
            Cell::Text(severity_text(line.severity)),
            Cell::Text(line.about.clone()),
            Cell::Period(line.opened),
            Cell::Text(state_text(line)),
        ];
        if open {
            let owner = line.owner.as_ref();
            said.push(owner.map_or(Cell::Empty, |(_, name)| Cell::Text(Text::Words(name.clone()))));
            said.push(Cell::Code(line.id.to_string()));
        }
        if helped {
            let sop = line.sop.as_ref();
            said.push(sop.map_or(Cell::Empty, |page| Cell::Link(page.clone(), Text::key("alert-sop"))));
        }
        said
    };
    let keys = ["table-metric", "table-scope", "alert-severity", "alert-heard", "chart-slot", "alert-state"];
    let mut columns: Vec<TableColumn> = keys.into_iter().map(head).collect();
    if open {
        columns.extend(["card-owner", "alert-name"].map(head));
    }
    if helped {
        columns.push(head("alert-sop"));
    }
    Some(TableSpec { id: id.to_owned(), title, columns, rows: lines.iter().map(row).collect(), total: false })
}
