//! Causes: which part of a change came from what (numbers.md §4). Facts in memory go in, effects that add up come out;
//! a part that is not known leaves the whole unexplained, and a reason in its place.

mod between;
#[cfg(test)]
mod cases;
mod display;
mod drill;
mod explain;
mod product;
mod rate;
mod shapley;
mod surprise;
#[cfg(test)]
mod tests;
mod tree;
mod volume;

pub use between::{Base, Between, Known, Side, Verdict};
pub use display::{step, steps};
pub use drill::{ByVolume, Columns, Drilled, Presence, Rest, Row};
pub use explain::{CAUSES_DO_NOT_CLOSE, Explained, RULES, closes, explain, explain_against};
pub use product::{Factor, Part, lmdi_effect, log_mean, over_items, split};
pub use rate::{Effect as RateEffect, Member, split as rate_and_mix};
pub use shapley::{MOST as MOST_FACTORS, shapley};
pub use surprise::surprise;
pub use tree::{Cause, PartOf, Unsplit};
pub use volume::{Effects as VolumeEffects, Item, Sold, split as price_volume_mix};
