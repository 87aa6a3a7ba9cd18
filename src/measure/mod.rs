//! What the numbers are: rows become values of metrics per scope and period.
//! Knows no targets; is given the demand and returns [`Facts`], small enough to keep in memory.

mod engine;
mod facts;
mod found;

pub use facts::{Days, Facts, Point, Series, State};
pub use found::RULES;
