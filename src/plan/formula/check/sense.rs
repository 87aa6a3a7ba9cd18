//! What the values of a formula mean: their unit, the tax in them, the attribution window behind them.
//! Amounts are added, divided and compared only where they stand on the same ground.

use super::{Verdict, formula_place, order, place_of};
use crate::diag::{Family, Finding, Level, Rule};
use crate::plan::amount::UNIT_MISMATCH;
use crate::plan::formula::{Aggregate, Arithmetic, Op};
use crate::plan::windows::window;
use crate::plan::{Definition, FxMode, Id, Measured, Metric, Source};
use crate::unit::{Attribution, Currency, Tax, Unit};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// Unlike bases in one figure.
pub(super) static BASIS_MIXED: Rule = Rule {
    name: "basis-mixed",
    level: Level::Error,
    family: Family::Config,
    about: "finds a ratio, sum or comparison over unlike tax bases, currencies or attribution windows",
    why: "advertising cost without tax over sales with tax is ten percent too good, and nobody sees it",
    example: "tacos: ad_spend (exclusive) / gmv (inclusive)      →  use a metric on the same basis",
};

/// A basis nobody declared.
pub(super) static BASIS_UNDECLARED: Rule = Rule {
    name: "basis-undeclared",
    level: Level::Warning,
    family: Family::Config,
    about: "finds a ratio, sum or comparison of amounts of which one does not say whether tax is in it",
    why: "such a figure may be ten percent wrong; a dash stands in its place until the basis is written down",
    example: "ads: {preset: amazon/ads-sp-console, …}      →  ads: {…, basis: {tax: exclusive}}",
};

/// Unlike exchange rates in one figure.
pub(super) static EXCHANGE_RATE_MIXED: Rule = Rule {
    name: "exchange-rate-mixed",
    level: Level::Error,
    family: Family::Config,
    about: "finds amounts converted by unlike exchange modes or tables of rates in one figure",
    why: "part of the difference would be the difference of the rates, not of the business",
    example: "cogs: {…, fx: month_avg}, freight: {…, fx: daily_mid}      →  one mode on both",
};

/// The unit of a value, as far as it matters for arithmetic.
#[derive(Clone, Debug, PartialEq)]
enum Meaning {
    /// Nothing is known: a column, or a metric that is broken.
    Unknown,
    /// A written number; takes the unit of what it is added to.
    Number,
    /// A unit that is no money.
    Named(Unit),
    /// A number without dimension that was multiplied or divided.
    Free,
    /// Money to a power other than 0.
    Money(Currency, i32),
}

/// The ground an amount of money stands on.
#[derive(Clone, Debug, PartialEq)]
struct Ground {
    tax: Tax,
    sources: BTreeSet<Id>,
    /// How foreign amounts were converted, and by which rates.
    rates: Option<(FxMode, Id)>,
    /// The metric it came in with, for messages.
    metric: Id,
}

/// A value of a formula.
#[derive(Clone, Debug, PartialEq)]
struct Sense {
    meaning: Meaning,
    ground: Option<Ground>,
    attribution: Option<(Attribution, Id)>,
}

impl Sense {
    fn of(meaning: Meaning) -> Sense {
        Sense { meaning, ground: None, attribution: None }
    }
}

pub(super) fn check(metrics: &BTreeMap<Id, Metric>, sources: &BTreeMap<Id, Source>, verdict: &mut Verdict) {
    let mut senses: BTreeMap<Id, Sense> = BTreeMap::new();
    for id in order(metrics) {
        let metric = &metrics[&id];
        let found = match &metric.definition {
            // What a plugin makes of its inputs is its own: the declared unit holds.
            _ if metric.is_plugged() => Sense::of(Meaning::Unknown),
            Definition::Source(measured) => measured_sense(metric, measured, sources, verdict),
            Definition::Derived(formula) => {
                let mut weigh = Weigh { metric, sources, verdict: &mut *verdict };
                let leaf = |used: &super::super::MetricUse| {
                    senses.get(&used.metric).cloned().unwrap_or(Sense::of(Meaning::Unknown))
                };
                let sense = weigh.value(formula, &leaf);
                weigh.fits(&sense);
                sense
            }
        };
        senses.insert(id, declared(metric, found, verdict));
    }
}

/// The sense others see: the unit is the declared one; the basis the declared one, else what was found.
fn declared(metric: &Metric, found: Sense, verdict: &mut Verdict) -> Sense {
    let broken = verdict.broken.contains_key(&metric.id);
    let meaning = match metric.unit {
        _ if broken => Meaning::Unknown,
        Unit::Money(currency) => Meaning::Money(currency, 1),
        ref unit => Meaning::Named(unit.clone()),
    };
    let tax = metric.basis.tax;
    let mut ground = found.ground.filter(|_| matches!(meaning, Meaning::Money(..)));
    if let Some(ground) = &mut ground {
        let derived = matches!(metric.definition, Definition::Derived(_));
        let contradicts = derived && !matches!(tax, Tax::Unknown | Tax::Mixed);
        if contradicts && ground.tax != Tax::Unknown && ground.tax != tax {
            let message = format!(
                "`{}` is declared tax {tax}, but it is made of amounts that are tax {}",
                metric.id, ground.tax
            );
            let finding = Finding::new(&BASIS_MIXED, formula_place(metric), message)
                .hint("the basis of such a metric follows from its parts: leave `basis:` out");
            verdict.say(&metric.id, finding);
        }
        if tax != Tax::Unknown && !(derived && ground.tax == Tax::Unknown) {
            ground.tax = tax;
        }
        ground.metric = metric.id.clone();
    }
    let attribution = metric.basis.attribution.or(found.attribution.map(|(window, _)| window));
    Sense { meaning, ground, attribution: attribution.map(|window| (window, metric.id.clone())) }
}

/// A metric over rows: only counts have a unit of their own; the basis comes from its sources.
fn measured_sense(
    metric: &Metric,
    measured: &Measured,
    sources: &BTreeMap<Id, Source>,
    verdict: &mut Verdict,
) -> Sense {
    let mut weigh = Weigh { metric, sources, verdict };
    let sense = weigh.value(&measured.value, &|leaf: &super::super::AggregateOf| {
        Sense::of(match leaf.aggregate {
            Aggregate::Count | Aggregate::CountDistinct => Meaning::Named(Unit::Count),
            _ => Meaning::Unknown,
        })
    });
    weigh.fits(&sense);
    let used: BTreeSet<&Id> = measured.tables.iter().map(|table| &table.source).collect();
    let used: Vec<&Source> = used.into_iter().filter_map(|id| sources.get(id)).collect();
    let tax = weigh.tax_of_rows(&used);
    let attribution = weigh.window_of_rows(&used, measured);
    let sources = used.iter().map(|source| source.id.clone()).collect();
    let rates = measured.convert.as_ref().map(|convert| (convert.mode, convert.rates.clone()));
    let ground = matches!(metric.unit, Unit::Money(_)).then(|| Ground {
        tax,
        sources,
        rates,
        metric: metric.id.clone(),
    });
    Sense {
        meaning: sense.meaning,
        ground,
        attribution: attribution.map(|window| (window, metric.id.clone())),
    }
}

/// Weighs the values of one metric's formula against each other.
struct Weigh<'v> {
    metric: &'v Metric,
    sources: &'v BTreeMap<Id, Source>,
    verdict: &'v mut Verdict,
}

impl Weigh<'_> {
    fn value<L>(&mut self, formula: &Arithmetic<L>, leaf: &impl Fn(&L) -> Sense) -> Sense {
        match formula {
            Arithmetic::Leaf(used) => leaf(used),
            Arithmetic::Number(_) => Sense::of(Meaning::Number),
            Arithmetic::Negative(inner) => self.value(inner, leaf),
            Arithmetic::Binary(op, a, b) => {
                let (a, b) = (self.value(a, leaf), self.value(b, leaf));
                match op {
                    Op::Multiply => self.product(a, b),
                    Op::Divide if a.meaning == Meaning::Number && b.meaning == Meaning::Number => a,
                    Op::Divide => self.product(a, inverse(b)),
                    _ => self.alike(a, b, "added"),
                }
            }
            Arithmetic::NullIf(a, b) => {
                let (a, b) = (self.value(a, leaf), self.value(b, leaf));
                self.alike(a.clone(), b, "compared");
                a
            }
            Arithmetic::Coalesce(items) | Arithmetic::Extreme(_, items) => {
                items.iter().fold(Sense::of(Meaning::Number), |all, item| {
                    let item = self.value(item, leaf);
                    self.alike(all, item, "compared")
                })
            }
            Arithmetic::Case(branches, rest) => {
                let mut all = Sense::of(Meaning::Number);
                for (condition, result) in branches {
                    let (a, b) = (self.value(&condition.left, leaf), self.value(&condition.right, leaf));
                    self.alike(a, b, "compared");
                    let result = self.value(result, leaf);
                    all = self.alike(all, result, "results of one `case`");
                }
                match rest {
                    Some(rest) => {
                        let rest = self.value(rest, leaf);
                        self.alike(all, rest, "results of one `case`")
                    }
                    None => all,
                }
            }
        }
    }

    /// `a + b`, and everything else that needs two values of one kind.
    fn alike(&mut self, a: Sense, b: Sense, how: &str) -> Sense {
        use Meaning::{Free, Money, Named, Number, Unknown};
        let meaning = match (&a.meaning, &b.meaning) {
            (Unknown, _) | (_, Unknown) => Unknown,
            (Number, other) | (other, Number) => other.clone(),
            (a, b) if a == b => a.clone(),
            (Named(Unit::Percent | Unit::Factor), Named(Unit::Percent | Unit::Factor)) => Free,
            (Free, Named(_)) | (Named(_), Free) => Free,
            (Money(one, 1), Money(other, 1)) => {
                self.currencies(*one, *other);
                Unknown
            }
            (one, other) => {
                self.unlike(one, other, how);
                Unknown
            }
        };
        self.join(meaning, a, b)
    }

    fn product(&mut self, a: Sense, b: Sense) -> Sense {
        use Meaning::{Free, Money, Named, Number, Unknown};
        let meaning = match (&a.meaning, &b.meaning) {
            (Unknown, _) | (_, Unknown) => Unknown,
            (Number, Number) => Number,
            (Number, Named(Unit::Count)) | (Named(Unit::Count), Number) => Named(Unit::Count),
            (Money(one, n), Money(other, m)) if one == other => {
                if n + m == 0 {
                    Free
                } else {
                    Money(*one, n + m)
                }
            }
            (Money(one, _), Money(other, _)) => {
                self.currencies(*one, *other);
                Unknown
            }
            (Money(currency, n), _) | (_, Money(currency, n)) => Money(*currency, *n),
            _ => Free,
        };
        self.join(meaning, a, b)
    }

    /// Both stand on one ground, or that is said.
    fn join(&mut self, meaning: Meaning, a: Sense, b: Sense) -> Sense {
        let ground = match (a.ground, b.ground) {
            (Some(a), Some(b)) => Some(self.one_ground(a, b)),
            (a, b) => a.or(b),
        };
        let attribution = match (a.attribution, b.attribution) {
            (Some(a), Some(b)) if a.0 != b.0 => Some((self.windows(&a, &b), a.1)),
            (a, b) => a.or(b),
        };
        let ground = ground.filter(|_| matches!(meaning, Meaning::Money(..) | Meaning::Unknown));
        Sense { meaning, ground, attribution }
    }

    fn one_ground(&mut self, a: Ground, b: Ground) -> Ground {
        let sources = a.sources.union(&b.sources).cloned().collect();
        let rates = self.one_rate(&a, &b);
        if self.metric.basis.tax == Tax::Mixed {
            return Ground { tax: Tax::Mixed, sources, rates, metric: a.metric };
        }
        match (a.tax, b.tax) {
            (Tax::Unknown, Tax::Unknown) if a.sources == b.sources => {}
            (Tax::Unknown, _) | (_, Tax::Unknown) => self.undeclared(&a, &b),
            (one, other) if one == other => {}
            (one, other) => {
                let message = format!(
                    "`{}` combines `{}` (tax {one}) with `{}` (tax {other})",
                    self.metric.id, a.metric, b.metric
                );
                let finding = Finding::new(&BASIS_MIXED, place_of(self.metric, &b.metric), message)
                    .hint("use a metric on the same basis on both sides")
                    .related(place_of(self.metric, &a.metric), format!("tax {one}"));
                self.say(finding);
            }
        }
        Ground { tax: a.tax, sources, rates, metric: a.metric }
    }

    /// Converted amounts were converted alike.
    fn one_rate(&mut self, a: &Ground, b: &Ground) -> Option<(FxMode, Id)> {
        if let (Some((one, of)), Some((other, from))) = (&a.rates, &b.rates)
            && (one, of) != (other, from)
        {
            let (one, other) = (mode_name(*one), mode_name(*other));
            let message = format!(
                "`{}` combines `{}` ({one} of `{of}`) with `{}` ({other} of `{from}`)",
                self.metric.id, a.metric, b.metric
            );
            let finding = Finding::new(&EXCHANGE_RATE_MIXED, place_of(self.metric, &b.metric), message)
                .hint("set one `fx` mode on both");
            self.say(finding);
        }
        a.rates.clone().or_else(|| b.rates.clone())
    }

    fn undeclared(&mut self, a: &Ground, b: &Ground) {
        if !self.verdict.dashed.insert(self.metric.id.clone()) {
            return;
        }
        let open: Vec<&Ground> = [a, b].into_iter().filter(|ground| ground.tax == Tax::Unknown).collect();
        let names: Vec<String> = open.iter().map(|ground| format!("`{}`", ground.metric)).collect();
        let of: BTreeSet<&Id> = open.iter().flat_map(|ground| &ground.sources).collect();
        let lines: Vec<String> = of.iter().map(|id| format!("`{id}`")).collect();
        let message = format!(
            "whether tax is in {} is not declared, so `{}` shows a dash",
            names.join(" and in "),
            self.metric.id
        );
        let hint = format!(
            "write `basis: {{tax: exclusive}}` or `basis: {{tax: inclusive}}` on source {}",
            lines.join(" and ")
        );
        let mut finding =
            Finding::new(&BASIS_UNDECLARED, place_of(self.metric, &open[0].metric), message).hint(hint);
        for source in of.iter().filter_map(|id| self.sources.get(*id)) {
            finding = finding.related(source.place.clone(), "its basis is not declared");
        }
        self.say(finding);
    }

    fn windows(&mut self, a: &(Attribution, Id), b: &(Attribution, Id)) -> Attribution {
        if self.metric.basis.attribution != Some(Attribution::Mixed) {
            let message = format!(
                "`{}` combines `{}` (attribution {}) with `{}` (attribution {})",
                self.metric.id, a.1, a.0, b.1, b.0
            );
            let finding = Finding::new(&BASIS_MIXED, place_of(self.metric, &b.1), message)
                .hint("use figures of one window, or write `basis: {attribution: mixed}` on the metric; its label says so")
                .related(place_of(self.metric, &a.1), format!("attribution {}", a.0));
            self.say(finding);
        }
        Attribution::Mixed
    }

    fn currencies(&mut self, one: Currency, other: Currency) {
        let message = format!("`{}` combines amounts in {one} and in {other}", self.metric.id);
        let finding = Finding::new(&BASIS_MIXED, formula_place(self.metric), message).hint(
            "give both one `unit:`; amounts in another currency are converted by a source `fx` with rates",
        );
        self.say(finding);
    }

    fn unlike(&mut self, one: &Meaning, other: &Meaning, how: &str) {
        let message = match how {
            "added" => format!("{one} and {other} cannot be added or subtracted"),
            "compared" => format!("{one} and {other} cannot be compared"),
            _ => format!("{one} and {other} are {how}"),
        };
        let finding = Finding::new(&UNIT_MISMATCH, formula_place(self.metric), message)
            .hint("both sides need one unit; a bare number takes the unit of the other side");
        self.say(finding);
    }

    /// Whether the formula gives the declared unit.
    fn fits(&mut self, sense: &Sense) {
        let fits = match (&sense.meaning, &self.metric.unit) {
            (Meaning::Unknown | Meaning::Number, _) => true,
            (Meaning::Named(Unit::Percent | Unit::Factor), Unit::Percent | Unit::Factor) => true,
            (Meaning::Named(found), unit) => found == unit,
            (Meaning::Free, unit) => !matches!(unit, Unit::Money(_)),
            (Meaning::Money(found, 1), Unit::Money(unit)) => found == unit,
            (Meaning::Money(_, power), Unit::Factor) => *power != 1,
            (Meaning::Money(..), _) => false,
        };
        if fits {
            return;
        }
        let (id, unit) = (&self.metric.id, &self.metric.unit);
        let hint = match &sense.meaning {
            Meaning::Free => "write `unit: percent` or `unit: ratio`, or correct the formula".to_owned(),
            Meaning::Money(currency, 1) => format!("write `unit: {currency}`, or correct the formula"),
            Meaning::Named(found) => format!("write `unit: {found}`, or correct the formula"),
            _ => "correct the formula".to_owned(),
        };
        let message = format!("`{id}` is measured in {unit}, but its formula gives {}", sense.meaning);
        self.say(Finding::new(&UNIT_MISMATCH, formula_place(self.metric), message).hint(hint));
    }

    /// The tax of the rows of several sources.
    fn tax_of_rows(&mut self, used: &[&Source]) -> Tax {
        if self.metric.basis.tax != Tax::Unknown {
            return self.metric.basis.tax;
        }
        let all: BTreeSet<Tax> = used.iter().map(|source| source.basis.tax).collect();
        if all.len() > 1 && matches!(self.metric.unit, Unit::Money(_)) {
            let message = format!(
                "`{}` adds amounts of sources with unlike tax: {}",
                self.metric.id,
                listed(used, |s| s.basis.tax)
            );
            let finding = Finding::new(&BASIS_MIXED, self.metric.place.clone(), message).hint(
                "make one metric per basis, or write `basis: {tax: mixed}` on the metric if that is meant",
            );
            self.say(finding);
        }
        if all.len() == 1 { all.first().copied().unwrap_or_default() } else { Tax::Unknown }
    }

    /// The attribution window of the rows of several sources.
    fn window_of_rows(&mut self, used: &[&Source], measured: &Measured) -> Option<Attribution> {
        let declared = self.metric.basis.attribution;
        let all: BTreeSet<Attribution> = used.iter().filter_map(|source| window(measured, source)).collect();
        if all.len() > 1 && declared != Some(Attribution::Mixed) {
            let told =
                listed(used, |s| s.basis.attribution.map_or_else(|| "none".to_owned(), |w| w.to_string()));
            let message = format!("`{}` adds figures of unlike attribution windows: {told}", self.metric.id);
            let finding = Finding::new(&BASIS_MIXED, self.metric.place.clone(), message).hint(
                "write `basis: {attribution: mixed}` on the metric if that is meant; its label says so",
            );
            self.say(finding);
            return Some(Attribution::Mixed);
        }
        declared.or(all.first().copied())
    }

    fn say(&mut self, finding: Finding) {
        self.verdict.say(&self.metric.id, finding);
    }
}

fn listed<T: fmt::Display>(used: &[&Source], of: impl Fn(&Source) -> T) -> String {
    used.iter().map(|source| format!("`{}` {}", source.id, of(source))).collect::<Vec<_>>().join(", ")
}

fn mode_name(mode: FxMode) -> &'static str {
    match mode {
        FxMode::DailyMid => "daily_mid",
        FxMode::MonthAvg => "month_avg",
        FxMode::MonthEnd => "month_end",
    }
}

fn inverse(sense: Sense) -> Sense {
    let meaning = match sense.meaning {
        Meaning::Money(currency, power) => Meaning::Money(currency, -power),
        // Counts per something are no counts: days of cover, units per order.
        Meaning::Named(_) | Meaning::Number => Meaning::Free,
        other => other,
    };
    Sense { meaning, ..sense }
}

impl fmt::Display for Meaning {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Meaning::Unknown | Meaning::Number => out.write_str("a number"),
            Meaning::Named(Unit::Count) => out.write_str("a count"),
            Meaning::Named(unit) => write!(out, "{unit}"),
            Meaning::Free => out.write_str("a ratio"),
            Meaning::Money(currency, 1) => write!(out, "{currency}"),
            Meaning::Money(currency, -1) => write!(out, "something per {currency}"),
            Meaning::Money(currency, power) => write!(out, "{currency} to the power of {power}"),
        }
    }
}
