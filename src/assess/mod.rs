//! How we stand: facts against targets, the period before and the year before. Sees no table.

mod compare;
mod standing;

pub use compare::{Change, ChangeKind, compare};
pub use standing::{Judged, Standing, assess, judge};
