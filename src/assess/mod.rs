//! How we stand: facts against targets, the period before and the year before. Sees no table.

mod compare;
mod course;
mod standing;

pub use compare::{Change, ChangeKind, compare};
pub use course::{Course, DayPlan, Forecast, InForce, LevelPlan, Pace, Rollup};
pub use standing::{Judged, Standing, assess, judge};
