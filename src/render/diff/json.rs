//! The comparison for programs: values as digits, nothing rounded.

use crate::diff::{AlertSaid, Changed, Diff, Figures, FoundSaid, Gap, Note, Only, Shown};
use crate::report::record::TargetSaid;
use crate::unit::Decimal;
use serde_json::{Value, json as object};

/// One JSON object, ended by a line feed.
pub fn json(diff: &Diff) -> String {
    let whole = object!({
        "format": "kpress-diff/1",
        "base": diff.base,
        "head": diff.head,
        "different": !diff.is_empty(),
        "notes": diff.notes.iter().map(|one| note(*one)).collect::<Vec<_>>(),
        "definitions": diff.definitions.iter().map(definition).collect::<Vec<_>>(),
        "targets": diff.targets.iter().map(|one| of_target(&one.id, &one.target, &[
            ("unit", one.unit.clone().into()), ("was", one.was.clone().into()), ("now", one.now.clone().into()),
        ])).collect::<Vec<_>>(),
        "standings": diff.standings.iter().map(|one| of_target(&one.id, &one.target, &[
            ("was", one.was.name().into()), ("now", one.now.name().into()),
        ])).collect::<Vec<_>>(),
        "gaps": diff.gaps.iter().map(|one| of_target(&one.id, &one.target, &[
            ("unit", one.unit.clone().into()), ("was", gap(one.was.as_ref())), ("now", gap(one.now.as_ref())),
        ])).collect::<Vec<_>>(),
        "figures": diff.figures.iter().map(figures).collect::<Vec<_>>(),
        "alerts": diff.alerts.iter().map(alert).collect::<Vec<_>>(),
        "findings": diff.found.iter().map(found).collect::<Vec<_>>(),
    });
    format!("{whole:#}\n")
}

fn note(note: Note) -> &'static str {
    match note {
        Note::OtherCalendar => "other-calendar",
        Note::Published => "published",
        Note::Shallow => "shallow",
    }
}

fn side(only: Only) -> &'static str {
    match only {
        Only::Base => "base",
        Only::Head => "head",
    }
}

fn definition(one: &Changed) -> Value {
    let keys = one.keys.iter().map(|key| object!({"key": key.key, "was": key.was, "now": key.now}));
    object!({
        "about": one.about.name(),
        "id": one.id,
        "was_id": one.was_id,
        "how": one.how.name(),
        "file": &*one.file,
        "line": one.line,
        "keys": keys.collect::<Vec<_>>(),
    })
}

fn of_target(id: &str, said: &TargetSaid, more: &[(&str, Value)]) -> Value {
    let mut value =
        object!({"target": id, "metric": said.metric, "scope": said.scope, "period": said.period});
    for (key, one) in more {
        value[*key] = one.clone();
    }
    value
}

/// `null` without a gap; a gap that is no amount has the amount `null`.
fn gap(gap: Option<&Gap>) -> Value {
    gap.map_or(Value::Null, |gap| object!({"amount": gap.amount}))
}

fn figures(one: &Figures) -> Value {
    let spans = one.spans.iter().map(|span| {
        object!({
            "period": span.id,
            "was": figure(&span.was),
            "now": figure(&span.now),
            "difference": span.difference.map(digits),
        })
    });
    object!({
        "metric": one.metric,
        "scope": one.scope,
        "grain": one.grain.name(),
        "unit": one.unit.as_ref().map(ToString::to_string),
        "compared": one.compared,
        "periods": spans.collect::<Vec<_>>(),
    })
}

fn digits(value: Decimal) -> String {
    value.normalize().to_string()
}

fn figure(shown: &Shown) -> Value {
    match shown {
        Shown::Value(value, unit) => {
            object!({"value": digits(*value), "unit": unit.as_ref().map(ToString::to_string)})
        }
        Shown::NotDefined => object!({"why": "not-defined"}),
        Shown::Broken(why) => object!({"why": "broken", "message": why}),
        Shown::NoBasis => object!({"why": "no-basis"}),
        Shown::NotAsked => object!({"why": "not-asked"}),
        Shown::State(state) => object!({"why": state}),
    }
}

fn alert((one, only): &(AlertSaid, Only)) -> Value {
    object!({"id": one.id, "severity": one.severity.name(), "period": one.period, "only": side(*only)})
}

fn found((one, only): &(FoundSaid, Only)) -> Value {
    object!({"rule": one.rule, "level": one.level, "place": one.place, "message": one.message, "only": side(*only)})
}
