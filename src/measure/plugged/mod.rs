//! Metrics that a plugin computes: the port that whoever runs plugins implements, and what is handed through it.
//! Native code can stand behind the port as well as a component; the figures that come back are joined like any other.

mod join;
mod pack;
pub mod port;
pub mod run;
pub mod table;
#[cfg(test)]
mod tests;

pub(super) use join::{Input, Joined};

use crate::diag::Rule;

/// Rules that running a metric of a plugin raises itself; others are those of whoever stands behind the port.
pub static RULES: &[&Rule] = &[
    &run::PLUGIN_NOT_RUN,
    &run::PLUGIN_INPUT_MISSING,
    &run::PLUGIN_OUTPUT_INVALID,
    &run::PLUGIN_OUTPUT_TOO_LARGE,
];
