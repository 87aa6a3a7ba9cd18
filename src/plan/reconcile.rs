//! Which figures must agree with each other, and how far apart they may be: two reports that tell of the same thing, or a
//! sum that must be zero.

use super::{Id, Words};
use crate::diag::{Level, Place};
use crate::time::Grain;
use crate::unit::{Decimal, Quantity};

/// Two figures that should agree, or one that should be zero.
#[derive(Clone, Debug, PartialEq)]
pub struct Reconcile {
    /// Its name, also in findings.
    pub id: Id,
    /// Name to show.
    pub name: Words,
    /// What is reconciled.
    pub left: Id,
    /// What it should agree with; `None`: it should be zero.
    pub right: Option<Id>,
    /// They may differ by this part of the greater one.
    pub relative: Option<Decimal>,
    /// They may differ by this much, in their unit.
    pub absolute: Option<Decimal>,
    /// Over which periods.
    pub grain: Grain,
    /// How grave it is if they do not agree.
    pub level: Level,
    /// Of what should be zero: the columns whose cells say of what kind a row is. What is not zero are amounts of kinds that
    /// nobody knows.
    pub categories: Vec<Id>,
    /// Metrics whose pages say that it fails.
    pub concerns: Vec<Id>,
    /// What a difference comes from, and what to do.
    pub note: Words,
    /// Where it is defined.
    pub place: Place,
}

impl Reconcile {
    /// The metrics it looks at.
    pub fn metrics(&self) -> impl Iterator<Item = &Id> {
        std::iter::once(&self.left).chain(&self.right)
    }

    /// How far these two may be apart: the wider of both tolerances; `None` if that cannot be said.
    pub fn allowed(&self, left: Quantity, right: Quantity) -> Option<Quantity> {
        let (left, right) = (size(left)?, size(right)?);
        let greater = if left.compare(right).is_lt() { right } else { left };
        let of_size = match self.relative {
            Some(part) => greater.times(Quantity::Exact(part))?,
            None => Quantity::ZERO,
        };
        let fixed = self.absolute.map_or(Quantity::ZERO, Quantity::Exact);
        Some(if of_size.compare(fixed).is_lt() { fixed } else { of_size })
    }
}

/// Without its sign.
fn size(value: Quantity) -> Option<Quantity> {
    if value.is_negative() { Quantity::ZERO.minus(value) } else { Some(value) }
}
