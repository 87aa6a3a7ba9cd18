//! Lines for the person who writes or looks into a plugin; at most 64 of 1 KiB per call, the rest is dropped.

use crate::bindings::base::kpress::plugin::types::Severity;

/// Something that went wrong.
pub fn error(message: &str) {
    send(Severity::Error, message);
}

/// Something odd.
pub fn warning(message: &str) {
    send(Severity::Warning, message);
}

/// Something to know.
pub fn info(message: &str) {
    send(Severity::Info, message);
}

#[cfg(target_family = "wasm")]
fn send(level: Severity, message: &str) {
    crate::bindings::base::kpress::plugin::log::log(level, message);
}

/// Outside a component, in a plugin's own tests, lines go to standard error.
#[cfg(not(target_family = "wasm"))]
fn send(level: Severity, message: &str) {
    eprintln!("{level:?}: {message}");
}
