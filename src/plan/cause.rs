//! Why a metric moves, as people wrote it: the identity that explains its change, how far it is looked into, and what can be
//! done about each part.

use super::formula::check::has_level;
use super::formula::{Arithmetic, Derived, MetricUse, Op, When};
use super::{Definition, Id, Level, Metric, Plan, Words};
use crate::diag::Place;
use crate::time::Grain;
use crate::unit::{Decimal, Quantity};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What stands under `causes:` and `levers:` of a metric.
#[derive(Clone, Debug)]
pub struct Causes {
    /// What the metric equals; `None` where only its items are told apart.
    pub identity: Option<Identity>,
    /// The identity as written.
    pub formula: Arc<str>,
    /// Where it stands.
    pub formula_at: Place,
    /// How a product is split.
    pub method: Method,
    /// How far both sides may differ, as a part of the metric.
    pub tolerance: f64,
    /// Levels whose members are told apart.
    pub drill: Vec<Drill>,
    /// Which of them comes first.
    pub first: First,
    /// Members with less than this on both sides are told together with the rest.
    pub min_volume: f64,
    /// Price, volume and mix over the members of a level.
    pub volume: Option<Volume>,
    /// Compared with what, in this order.
    pub against: Vec<Against>,
    /// How long the periods are; a week, or the metric's own grain if that is longer.
    pub grain: Grain,
    /// Steps from the first to the last, each a metric: impressions, clicks, orders, sales. What lies between two steps is
    /// their quotient.
    pub funnel: Vec<Id>,
    /// The figure at which nothing is earned any more, in the same unit.
    pub break_even: Option<Id>,
    /// What can be done about each part, by its metric.
    pub levers: BTreeMap<Id, Lever>,
    /// Where it is written.
    pub place: Place,
    /// The identity is the metric's own formula; nobody wrote `causes:`.
    pub implied: bool,
}

/// A level to look into.
#[derive(Clone, Debug, PartialEq)]
pub struct Drill {
    /// The level.
    pub by: Level,
    /// A metric that stands for this one where its own source does not know the level: sales of the order report for
    /// those of the business report.
    pub of: Option<Id>,
}

/// In which order levels are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum First {
    /// As they are written.
    #[default]
    Written,
    /// The level whose members' shares moved most comes first.
    Surprise,
}

impl First {
    /// Names, in the order of the manual.
    pub const NAMES: &[&str] = &["written", "surprise"];

    /// Reads a name.
    pub fn parse(name: &str) -> Option<First> {
        match name {
            "written" => Some(First::Written),
            "surprise" => Some(First::Surprise),
            _ => None,
        }
    }
}

/// An amount as price times units, item by item.
#[derive(Clone, Debug, PartialEq)]
pub struct Volume {
    /// The items.
    pub by: Level,
    /// How many units.
    pub units: Id,
}

/// What can be done about a part.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Lever {
    /// What the part is called in a sentence: traffic, conversion, price.
    pub name: Words,
    /// Who can do it; else the owner of the part's metric.
    pub owner: Option<Id>,
    /// Page with what to do: the address of an article.
    pub sop: Option<Id>,
    /// Where that is written.
    pub place: Place,
}

/// A figure as a sum or a product of others.
#[derive(Clone, Debug, PartialEq)]
pub enum Identity {
    /// A metric.
    Metric(Id),
    /// A number.
    Number(Decimal),
    /// Added up, those with `true` taken off.
    Sum(Vec<(Identity, bool)>),
    /// Multiplied, those with `true` below the line.
    Product(Vec<(Identity, bool)>),
}

/// How a product is split.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Method {
    /// LMDI where every factor is positive (or the one zero has a rule), else Shapley.
    #[default]
    Auto,
    /// LMDI or nothing.
    Lmdi,
    /// Shapley.
    Shapley,
    /// One after the other in the order written: for explanation only, as another order gives other parts.
    Sequential,
}

/// Compared with what.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Against {
    /// The period before.
    Previous,
    /// The same period a year earlier.
    PreviousYear,
    /// The period that held the same sale event a year earlier; only where the event has moved.
    Event,
    /// The mean of the stretch under the limits in force.
    Baseline,
    /// What was promised.
    Target,
}

impl Drill {
    /// A level by the metric itself.
    pub fn by(level: &str) -> Drill {
        Drill { by: level.into(), of: None }
    }
}

impl Method {
    /// Names, in the order of the manual.
    pub const NAMES: &[&str] = &["auto", "lmdi", "shapley", "sequential"];

    /// As it stands in YAML and in `report.json`.
    pub fn name(self) -> &'static str {
        match self {
            Method::Auto => "auto",
            Method::Lmdi => "lmdi",
            Method::Shapley => "shapley",
            Method::Sequential => "sequential",
        }
    }

    /// Reads a name.
    pub fn parse(name: &str) -> Option<Method> {
        let all = [Method::Auto, Method::Lmdi, Method::Shapley, Method::Sequential];
        all.into_iter().find(|method| method.name() == name)
    }
}

impl Against {
    /// Names, in the order of the manual.
    pub const NAMES: &[&str] = &["previous", "previous_year", "event", "baseline", "target"];

    /// All of them, in the order pages show them.
    pub const ALL: &[Against] =
        &[Against::Previous, Against::PreviousYear, Against::Event, Against::Baseline, Against::Target];

    /// As it stands in YAML and in `report.json`.
    pub fn name(self) -> &'static str {
        match self {
            Against::Previous => "previous",
            Against::PreviousYear => "previous_year",
            Against::Event => "event",
            Against::Baseline => "baseline",
            Against::Target => "target",
        }
    }

    /// Reads a name.
    pub fn parse(name: &str) -> Option<Against> {
        Against::ALL.iter().copied().find(|one| one.name() == name)
    }
}

/// Both sides of an identity over exact figures agree to the last digits of a binary float, or they are not equal.
pub const TOLERANCE: f64 = 1e-9;

impl Causes {
    /// What a metric over metrics says by its own formula, where that is a sum or a product.
    pub fn implied(metric: &Metric) -> Option<Causes> {
        let Definition::Derived(formula) = &metric.definition else { return None };
        let identity = identity(formula).ok().filter(|identity| !matches!(identity, Identity::Metric(_)))?;
        Some(Causes {
            identity: Some(identity),
            formula: metric.formula.clone(),
            formula_at: metric.formula_at.clone(),
            method: Method::Auto,
            tolerance: TOLERANCE,
            drill: vec![Drill::by("store")],
            first: First::Written,
            min_volume: 0.0,
            volume: None,
            against: Against::ALL.to_vec(),
            grain: metric.grain.max(Grain::Week),
            funnel: Vec::new(),
            break_even: None,
            levers: BTreeMap::new(),
            place: metric.place.clone(),
            implied: true,
        })
    }

    /// Metrics of the identity, of the split into price and volume, of the funnel, and those that stand for the metric; each
    /// once, sorted.
    pub fn metrics(&self) -> BTreeSet<&Id> {
        let mut all = BTreeSet::new();
        if let Some(identity) = &self.identity {
            identity.metrics(&mut all);
        }
        all.extend(self.volume.iter().map(|volume| &volume.units));
        all.extend(self.drill.iter().filter_map(|drill| drill.of.as_ref()));
        all.extend(self.funnel.iter().chain(&self.break_even));
        all
    }
}

impl Identity {
    /// Adds the metrics it is made of.
    pub fn metrics<'a>(&'a self, all: &mut BTreeSet<&'a Id>) {
        match self {
            Identity::Metric(id) => {
                all.insert(id);
            }
            Identity::Number(_) => {}
            Identity::Sum(parts) | Identity::Product(parts) => {
                parts.iter().for_each(|(part, _)| part.metrics(all));
            }
        }
    }

    /// Its value, where that of every metric is known and nothing is divided by zero.
    pub fn value(&self, of: &dyn Fn(&Id) -> Option<f64>) -> Option<f64> {
        let value = match self {
            Identity::Metric(id) => of(id)?,
            Identity::Number(number) => Quantity::Exact(*number).as_f64(),
            Identity::Sum(parts) => parts.iter().try_fold(0.0, |sum, (part, off)| {
                let value = part.value(of)?;
                Some(if *off { sum - value } else { sum + value })
            })?,
            Identity::Product(parts) => parts.iter().try_fold(1.0, |product, (part, below)| {
                let value = part.value(of)?;
                match below {
                    true if value.abs() <= 0.0 => None,
                    true => Some(product / value),
                    false => Some(product * value),
                }
            })?,
        };
        value.is_finite().then_some(value)
    }
}

/// A formula as sums and products; the error says what is neither.
pub(super) fn identity(formula: &Derived) -> Result<Identity, &'static str> {
    Ok(match formula {
        Arithmetic::Leaf(MetricUse { metric, when: When::Same }) => Identity::Metric(metric.clone()),
        Arithmetic::Leaf(_) => return Err("a figure of another period"),
        Arithmetic::Number(number) => Identity::Number(*number),
        Arithmetic::Negative(inner) => sum(vec![(identity(inner)?, true)]),
        Arithmetic::Binary(op, left, right) => {
            let (left, right) = (identity(left)?, identity(right)?);
            match op {
                Op::Add => sum(vec![(left, false), (right, false)]),
                Op::Subtract => sum(vec![(left, false), (right, true)]),
                Op::Multiply => product(vec![(left, false), (right, false)]),
                Op::Divide => product(vec![(left, false), (right, true)]),
                _ => return Err("a comparison"),
            }
        }
        Arithmetic::Coalesce(_) => return Err("`coalesce`"),
        Arithmetic::NullIf(..) => return Err("`nullif`"),
        Arithmetic::Extreme(..) => return Err("`least` or `greatest`"),
        Arithmetic::Case(..) => return Err("`case`"),
    })
}

/// A sum of sums is one sum.
fn sum(parts: Vec<(Identity, bool)>) -> Identity {
    let flat = |(part, off): (Identity, bool)| match part {
        Identity::Sum(inner) => inner.into_iter().map(|(part, inner)| (part, inner != off)).collect(),
        other => vec![(other, off)],
    };
    Identity::Sum(parts.into_iter().flat_map(flat).collect())
}

/// A product of products is one product.
fn product(parts: Vec<(Identity, bool)>) -> Identity {
    let flat = |(part, below): (Identity, bool)| match part {
        Identity::Product(inner) => inner.into_iter().map(|(part, inner)| (part, inner != below)).collect(),
        other => vec![(other, below)],
    };
    Identity::Product(parts.into_iter().flat_map(flat).collect())
}

/// Why a metric moves: what is written, else what its formula says.
pub fn causes_of(plan: &Plan, metric: &str) -> Option<Causes> {
    let metric = plan.metrics.get(metric)?;
    match &metric.causes {
        Some(causes) => Some((**causes).clone()),
        None => Causes::implied(metric),
    }
}

/// Whether every row a metric is made of belongs to a member of a level.
pub fn told_apart_by(plan: &Plan, metric: &Metric, level: &str) -> bool {
    let level: Level = level.into();
    let (mut open, mut seen) = (vec![&metric.id], BTreeSet::new());
    while let Some(id) = open.pop() {
        let Some(metric) = plan.metrics.get(id) else { return false };
        if !seen.insert(id) {
            continue;
        }
        match &metric.definition {
            Definition::Source(measured) => {
                let has = |table: &super::TableRef| has_level(plan, &table.source, &table.table, &level);
                if !measured.tables.iter().all(has) {
                    return false;
                }
            }
            Definition::Derived(formula) => formula.leaves(&mut |used| open.push(&used.metric)),
        }
    }
    true
}
