//! `kpress data pull`: runs the plugins of sources and writes what they bring as files below `data/`, each once, whatever
//! happens on the way. Nothing here runs in a build.

pub mod commit;
pub mod doors;
pub mod port;
mod private;
pub mod ready;
pub mod rows;
pub mod said;
pub mod stage;
pub mod state;
pub mod tape;
pub mod unit;

pub use crate::plugin::v1::source::Sources;
pub use unit::{Outcome, Run, Unit, fetch};

use crate::diag::Rule;

/// Rules of this module.
pub static RULES: &[&Rule] = &[
    &said::PLUGIN_NO_PROGRESS,
    &said::PLUGIN_DENIED,
    &said::PLUGIN_HTTP_FAILED,
    &ready::PLUGIN_SECRET_UNSET,
];
