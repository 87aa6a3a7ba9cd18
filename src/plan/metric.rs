//! What is measured, and on what basis.

use super::formula::{Derived, RowExpr, Value};
use super::{Id, Level, Words};
use crate::diag::Place;
use crate::time::{Align, Grain};
use crate::unit::{Basis, Unit};
use std::sync::Arc;

/// A metric: one definition with one meaning everywhere.
#[derive(Clone, Debug)]
pub struct Metric {
    /// Key under `metrics:`.
    pub id: Id,
    /// Name to show.
    pub name: Words,
    /// What it says, in a sentence or two.
    pub description: Words,
    /// How it is computed; where a plugin does that, what it stands on.
    pub definition: Definition,
    /// The plugin that computes it.
    pub plugged: Option<Box<super::Plugged>>,
    /// The formula as written.
    pub formula: Arc<str>,
    /// Where the formula stands; a name in it is found by [`super::formula::locate`].
    pub formula_at: Place,
    /// What it is measured in.
    pub unit: Unit,
    /// Which way is good.
    pub better: Better,
    /// Whether `better:` is written; without it a target is judged as where neither way is good.
    pub says_better: bool,
    /// Tax and attribution its amounts stand on.
    pub basis: Basis,
    /// Who answers for it.
    pub owner: Option<Id>,
    /// How important it is.
    pub importance: Option<Importance>,
    /// From which stage of the company on it counts; from the first if absent.
    pub adopt_from: Option<Stage>,
    /// Shortest period it has a value for.
    pub grain: Grain,
    /// How changes of it are told, if not as suits the unit.
    pub compare_in: Option<CompareIn>,
    /// How its last year is laid beside this one, if not as the site says.
    pub align: Option<Align>,
    /// Decimals to show, if not those of the unit.
    pub decimals: Option<u32>,
    /// Why it moves, and what can be done about it; `None` where nobody said.
    pub causes: Option<Arc<super::Causes>>,
    /// Free labels.
    pub tags: Vec<Id>,
    /// It says the same as this one, upside down: one alert is enough.
    pub reciprocal_of: Option<Id>,
    /// Process limits; `None`: they are switched off.
    pub limits: Option<super::Limits>,
    /// Where it is defined.
    pub place: Place,
}

/// How a metric is computed.
#[derive(Clone, Debug)]
pub enum Definition {
    /// From the rows of a source.
    Source(Box<Measured>),
    /// From other metrics: parts are aggregated first, then combined.
    Derived(Derived),
}

/// A metric over the rows of one table, or of several with the same columns.
#[derive(Clone, Debug)]
pub struct Measured {
    /// The tables whose rows are taken; several are a union of rows.
    pub tables: Vec<TableRef>,
    /// Aggregates and the arithmetic between them.
    pub value: Value,
    /// Which rows count.
    pub filter: Option<RowExpr>,
    /// Rows looked up elsewhere, by their name in the formula.
    pub lookups: Vec<Lookup>,
    /// The date of a row comes from this column of a lookup.
    pub dated_by: Option<(Id, Id)>,
    /// How day values become a period value.
    pub over_time: OverTime,
    /// For so many days a period may still move, beyond what its sources say: orders that can still come back.
    pub settles: Option<u32>,
    /// Levels it does not add up over (sessions over ASINs).
    pub not_additive_over: Vec<Level>,
    /// Foreign amounts are converted to the unit's currency by this table of rates.
    pub convert: Option<Conversion>,
}

/// Conversion of a money column in another currency.
#[derive(Clone, Debug, PartialEq)]
pub struct Conversion {
    /// Source with the rates: columns `currency`, `rate` and a date.
    pub rates: Id,
    /// Currency of the column.
    pub from: crate::unit::Currency,
    /// Which rate: of the day, the mean of the month, the last of the month.
    pub mode: FxMode,
}

/// Which rate converts an amount (numbers.md N5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FxMode {
    /// The rate of the day.
    DailyMid,
    /// The mean of the month's rates.
    MonthAvg,
    /// The last rate of the month.
    MonthEnd,
}

/// A table of a source.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TableRef {
    /// The source.
    pub source: Id,
    /// The table in it.
    pub table: Id,
}

/// Many to one, by equal keys; the only join.
#[derive(Clone, Debug, PartialEq)]
pub struct Lookup {
    /// Its name in the formula: `c` in `c.cost`.
    pub alias: Id,
    /// Where it is looked up.
    pub table: TableRef,
    /// Own column → column there.
    pub by: Vec<(Id, Id)>,
    /// Own column with the day the looked-up row must be valid on.
    pub date: Option<Id>,
}

/// How a change is told (periods.md §6.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CompareIn {
    /// By how many percent.
    Percent,
    /// By how many hundredths of a percent: rates.
    Bps,
    /// By how many points of percent: rates.
    Points,
    /// By how much, in the unit.
    Difference,
}

impl CompareIn {
    /// As they are written in YAML.
    pub const NAMES: &[&str] = &["percent", "bps", "points", "difference"];

    /// Reads a name.
    pub fn parse(name: &str) -> Option<CompareIn> {
        let all = [CompareIn::Percent, CompareIn::Bps, CompareIn::Points, CompareIn::Difference];
        CompareIn::NAMES.iter().zip(all).find(|(known, _)| **known == name).map(|(_, one)| one)
    }
}

/// Which way is good.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Better {
    /// More is better.
    Higher,
    /// Less is better.
    Lower,
    /// Neither too much nor too little.
    Range,
    /// Neither.
    #[default]
    Neutral,
}

/// How far a company is (`site.stage`), and from when on a metric is one of its own (`adopt_from`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// It has to survive.
    Startup,
    /// It grows.
    Growth,
    /// It has what it needs.
    Mature,
}

impl Stage {
    /// As they are written in YAML, first to last.
    pub const NAMES: &[&str] = &["startup", "growth", "mature"];

    /// Reads a name.
    pub fn parse(name: &str) -> Option<Stage> {
        let all = [Stage::Startup, Stage::Growth, Stage::Mature];
        Stage::NAMES.iter().position(|known| *known == name).map(|place| all[place])
    }

    /// As it is written in YAML.
    pub fn name(self) -> &'static str {
        Stage::NAMES[self as usize]
    }
}

/// How important a metric is (`level:` in YAML).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Importance {
    /// What a small seller watches first.
    Survival,
    /// The three to five that count.
    Core,
    /// What must not get worse meanwhile.
    Guardrail,
    /// For those who know the rest.
    Advanced,
}

/// How day values become a period value (periods.md §3.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OverTime {
    /// Added up.
    Sum,
    /// Mean of the day values.
    Mean,
    /// Least.
    Min,
    /// Greatest.
    Max,
    /// Of the first day observed.
    First,
    /// Of the last day observed.
    Last,
    /// Computed again over all rows.
    Rows,
}

impl Metric {
    /// Whether a company of a stage is offered it: adopted by then, and not for later stages only.
    pub fn is_offered(&self, stage: Option<Stage>) -> bool {
        let Some(stage) = stage else { return true };
        let early = stage == Stage::Startup && self.importance == Some(Importance::Advanced);
        !early && self.adopt_from.is_none_or(|from| from <= stage)
    }
}
