//! How we stand: facts against targets, the period before and the year before. Sees no table.

pub mod action;
pub mod alert;
mod attain;
mod branch;
pub mod cause;
mod compare;
mod course;
pub mod deck;
pub mod diagnosis;
mod forecast;
mod found;
mod history;
mod judge;
mod launch;
mod learn;
mod level;
mod lookup;
mod normal;
mod objective;
mod pace;
pub mod peers;
mod phase;
mod plans;
#[cfg(test)]
mod properties;
pub mod reconcile;
mod resolve;
pub mod score;
mod series;
mod smart;
pub mod spc;
#[cfg(test)]
mod splits;
mod standing;
#[cfg(test)]
mod tests;
mod to_date;
mod tree;
mod weigh;

pub use attain::{Bounds, attainment};
pub use compare::{Change, ChangeKind, compare, compare_in};
pub use course::{
    Course, DayPlan, Derived, Forecast, Grown, Improvement, InForce, Letter, LevelPlan, NoPace, Pace,
    Plausible, Rollup, Verdict,
};
pub use found::RULES;
pub use judge::assess;
pub use launch::{GateState, LaunchFigure, LaunchState, PhaseState, Timing, launches};
pub use learn::{Learned, LearnedWeight, Seasons, seasons};
pub use lookup::{Asked, Targets};
pub use objective::{KeyProgress, Progress, objectives};
pub use score::{Scored, scores};
pub use standing::{Judged, Standing};
