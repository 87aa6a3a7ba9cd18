//! Blocks of a review deck in `report.json`: the drawn figures with their states, the box line and the tables.

use super::{Desk, maybe};
use crate::assess::Change;
use crate::measure::Point;
use crate::report::deck::{Head, PeriodCell, PeriodTable, ReviewPart, SixRole, SixSeries};
use crate::report::{Cell, Text};
use serde_json::{Value, json};

impl Desk {
    pub(super) fn review(&self, part: &ReviewPart) -> Value {
        let chart = part.chart.as_ref().map(|chart| {
            json!({
                "weeks": chart.weeks.iter().map(|period| self.calendar.id(*period)).collect::<Vec<_>>(),
                "months": chart.months.iter().map(|period| self.calendar.id(*period)).collect::<Vec<_>>(),
                "axes": if chart.two_axes { 2 } else { 1 },
                "series": chart.series.iter().map(|series| self.six_series(series)).collect::<Vec<_>>(),
            })
        });
        let note = |note: &crate::report::deck::Happened| json!({ "date": note.day.to_string(), "kind": note.kind, "text": self.text(&note.text) });
        let below = |(label, cells): &(Text, Vec<Cell>)| json!({ "label": self.text(label), "values": cells.iter().map(|cell| self.cell(cell)).collect::<Vec<_>>() });
        json!({
            "block": "review",
            "number": part.number,
            "title": self.text(&part.title),
            "chart": chart,
            "tables": part.tables.iter().map(|table| self.period_table(table)).collect::<Vec<_>>(),
            "notes": part.notes.iter().map(note).collect::<Vec<_>>(),
            "below": part.below.iter().map(below).collect::<Vec<_>>(),
            "embed": part.embed.as_ref().map(|embed| embed.source.clone()),
        })
    }

    fn six_series(&self, series: &SixSeries) -> Value {
        let role = match series.role {
            SixRole::Current(_) => "actual",
            SixRole::Prior(_) => "previous_year",
            SixRole::Target => "target",
        };
        let point = |point: &Point| json!({ "value": maybe(point.value), "state": point.state.name(), "days": [point.days.observed, point.days.expected] });
        json!({
            "name": self.text(&series.name),
            "role": role,
            "unit": series.unit.to_string(),
            "weeks": series.weeks.iter().map(point).collect::<Vec<_>>(),
            "months": series.months.iter().map(point).collect::<Vec<_>>(),
        })
    }

    fn period_table(&self, table: &PeriodTable) -> Value {
        let head = |head: &Head| match head {
            Head::Text(text) => self.text(text),
            Head::Period(period) => self.calendar.id(*period).into(),
        };
        let cell = |cell: &PeriodCell| match cell {
            PeriodCell::Empty => Value::Null,
            PeriodCell::Value { point, .. } => {
                json!({ "value": maybe(point.value), "state": point.state.name() })
            }
            PeriodCell::Gap(gap, _) => json!({ "gap": gap.as_f64() }),
            PeriodCell::Change { change, .. } => match change {
                Change::By { amount, kind, state } => {
                    json!({ "change": amount.as_f64(), "in": kind.name(), "state": state.name() })
                }
                Change::NotMeaningful { difference } => {
                    json!({ "change": null, "state": "n/m", "difference": difference.as_f64() })
                }
                Change::NotAvailable => json!({ "change": null, "state": "n/a" }),
            },
        };
        let rows = table.rows.iter().map(|row| json!({ "name": self.text(&row.name), "cells": row.cells.iter().map(cell).collect::<Vec<_>>() }));
        json!({
            "kind": table.kind,
            "columns": table.heads.iter().map(head).collect::<Vec<_>>(),
            "rows": rows.collect::<Vec<_>>(),
        })
    }
}
