//! From two figures that differ down to rows: the days on which they differ, and the rows on both sides with their files and
//! lines. Some stand on the page, all of them in the table beside it.

use super::data::{head, plain};
use crate::assess::reconcile::{Pair, Reconciled};
use crate::measure::trace::Row;
use crate::plan::{Id, Words};
use crate::report::context::Context;
use crate::report::{Arg, Block, Cell, Rows, Side, TableColumn, TableSpec, Text};
use crate::time::Date;
use crate::unit::{Decimal, Quantity, Unit};
use std::collections::BTreeSet;

/// Rows of one side on the page.
const SHOWN: usize = 12;

/// What one pair is made of; nothing if nobody read its rows, or they are not for this reader.
pub(super) fn pair(context: &Context<'_>, one: &Reconciled<'_>, pair: &Pair) -> Vec<Block> {
    let key = (one.check.id.clone(), pair.scope.clone(), pair.period);
    let Some(sides) = context.provenance.behind.get(&key) else { return Vec::new() };
    let metrics: Vec<&Id> = one.check.metrics().collect();
    let unit = context.plan.metrics.get(&one.check.left).map_or(Unit::Count, |metric| metric.unit.clone());
    let drill = Drill { context, one, pair, metrics: &metrics, sides, unit };
    drill.days().into_iter().chain(drill.rows()).collect()
}

struct Drill<'a> {
    context: &'a Context<'a>,
    one: &'a Reconciled<'a>,
    pair: &'a Pair,
    metrics: &'a [&'a Id],
    sides: &'a [Side],
    unit: Unit,
}

impl Drill<'_> {
    fn id(&self, what: &str) -> String {
        let period = self.context.plan.site.calendar.id(self.pair.period);
        let members: Vec<&str> = self.pair.scope.members().map(|(_, member)| &**member).collect();
        let whose = if members.is_empty() { "company".to_owned() } else { members.join("-") };
        crate::report::context::slug(&format!("{what}-{}-{whose}-{period}", self.one.check.id))
    }

    fn title(&self, key: &'static str) -> Text {
        let whose = self.context.scope_name(&self.pair.scope);
        Text::Key(key, vec![("whose", Arg::Said(Box::new(whose))), ("period", Arg::Period(self.pair.period))])
    }

    /// The days on which both sides differ, where both have days.
    fn days(&self) -> Option<Block> {
        let [left, right] = self.sides else { return None };
        let days: BTreeSet<Date> = left.days.keys().chain(right.days.keys()).copied().collect();
        let is_day = self.pair.period.start == self.pair.period.end;
        if is_day || left.days.is_empty() || right.days.is_empty() {
            return None;
        }
        let number = |side: &Side, day: &Date| {
            side.days
                .get(day)
                .map_or(Cell::Empty, |sum| Cell::Number(Quantity::Exact(*sum), self.unit.clone()))
        };
        let row = |day: &Date| {
            let gap = Cell::Gap(Quantity::Exact(self.gap(*day)), self.unit.clone());
            vec![Cell::Date(*day), number(left, day), number(right, day), gap]
        };
        let named =
            |metric: &Id| TableColumn { title: self.context.metric_name(metric), numeric: true, link: None };
        Some(Block::Fold(TableSpec {
            id: self.id("days"),
            title: Some(self.title("reconcile-days")),
            columns: vec![
                head("reconcile-day", false),
                named(self.metrics[0]),
                named(self.metrics[1]),
                head("reconcile-gap", true),
            ],
            rows: days.iter().map(row).collect(),
            total: false,
        }))
    }

    /// How far both sides are apart on a day.
    fn gap(&self, day: Date) -> Decimal {
        let of = |side: Option<&Side>| side.and_then(|side| side.days.get(&day).copied()).unwrap_or_default();
        of(self.sides.first()) - of(self.sides.get(1))
    }

    /// Rows of the day furthest apart first, then of the next.
    fn rows(&self) -> Option<Block> {
        let mut shown = Vec::new();
        let (mut all, mut more) = (Vec::new(), 0);
        for (metric, side) in self.metrics.iter().zip(self.sides) {
            let mut order: Vec<&Row> = side.rows.iter().collect();
            order.sort_by_key(|row| std::cmp::Reverse(row.day.map(|day| self.gap(day).abs())));
            shown.extend(order.iter().take(SHOWN).map(|row| self.row(metric, row)));
            more += side.all.saturating_sub(SHOWN) as u64;
            all.extend(side.rows.iter().map(|row| self.line(metric, row)));
        }
        (!shown.is_empty()).then(|| {
            let table = TableSpec {
                id: self.id("rows"),
                title: Some(self.title("reconcile-rows")),
                columns: vec![
                    head("reconcile-day", false),
                    head("reconcile-figure", false),
                    head("reconcile-row", false),
                    head("reconcile-cells", false),
                    head("reconcile-adds", true),
                    head("reconcile-place", false),
                ],
                rows: shown,
                total: false,
            };
            Block::Rows(Box::new(Rows { table, more, all }))
        })
    }

    fn row(&self, metric: &Id, row: &Row) -> Vec<Cell> {
        let named = |cells: &[(Id, String)]| match cells.is_empty() {
            true => Cell::Empty,
            false => plain(&said(cells, " · ")),
        };
        let adds = row.adds.map(|adds| Cell::Number(Quantity::Exact(adds), self.unit.clone()));
        vec![
            row.day.map_or(Cell::Empty, Cell::Date),
            Cell::Text(self.context.metric_name(metric)),
            named(&row.keys),
            // What is zero in the row says nothing about a gap.
            named(&row.cells.iter().filter(|(_, cell)| cell != "0").cloned().collect::<Vec<_>>()),
            adds.unwrap_or(Cell::Empty),
            Cell::Code(place(row)),
        ]
    }

    fn line(&self, metric: &Id, row: &Row) -> [String; 11] {
        let members: Vec<String> = self.pair.scope.members().map(|(_, member)| member.to_string()).collect();
        [
            self.one.check.id.to_string(),
            members.join(" "),
            self.context.plan.site.calendar.id(self.pair.period),
            metric.to_string(),
            row.source.to_string(),
            row.file.to_string(),
            if row.line == 0 { String::new() } else { row.line.to_string() },
            row.day.map(|day| day.to_string()).unwrap_or_default(),
            said(&row.keys, "; "),
            said(&row.cells, "; "),
            row.adds.map(|adds| adds.normalize().to_string()).unwrap_or_default(),
        ]
    }
}

/// `sku A-1 · asin B0…`
fn said(cells: &[(Id, String)], between: &str) -> String {
    cells.iter().map(|(name, cell)| format!("{name} {cell}")).collect::<Vec<_>>().join(between)
}

/// File and line; what is no text has no lines.
fn place(row: &Row) -> String {
    if row.line == 0 { row.file.to_string() } else { format!("{}:{}", row.file, row.line) }
}

/// Stores of which one side of a check knows nothing.
pub(super) fn one_sided(context: &Context<'_>, one: &Reconciled<'_>) -> Option<Block> {
    let names: Vec<Words> = one
        .one_sided
        .iter()
        .flat_map(|scope| scope.members())
        .map(|(level, member)| context.member_name(level, member))
        .collect();
    let text = match (one.one_sided.is_empty(), names.is_empty()) {
        (true, _) => return None,
        (false, true) => Text::key("reconcile-no-side"),
        (false, false) => {
            Text::Key("reconcile-one-sided", vec![("who", Arg::Words(Words::joined(&names, ", ")))])
        }
    };
    Some(Block::Notice { tone: "info", text, details: Vec::new() })
}
