//! How we stand: facts against targets, the period before and the year before. Sees no table.

mod compare;
mod course;
mod launch;
mod objective;
pub mod score;
mod standing;

pub use compare::{Change, ChangeKind, compare};
pub use course::{
    Course, DayPlan, Derived, Forecast, Grown, Improvement, InForce, Letter, LevelPlan, NoPace, Pace,
    Plausible, Rollup, Verdict,
};
pub use launch::{GateState, LaunchFigure, LaunchState, PhaseState, Timing, launches};
pub use objective::{KeyProgress, Progress, objectives};
pub use score::{Scored, scores};
pub use standing::{Judged, Standing, assess, judge};
