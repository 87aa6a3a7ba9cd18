//! Plugins for every verb that shows figures: loaded by this very program, held against the lock, stopped by its signals.

use super::Trouble;
use super::stop::Stop;
use super::terminal::Terminal;
use crate::build::Store;

/// The store, with plugins that may run.
#[cfg(feature = "plugins")]
pub(crate) fn with(store: Store, terminal: &Terminal, stop: &Stop, locked: bool) -> Result<Store, Trouble> {
    use super::plugin::place::{homes, mode, program};
    let (asked, watched) = (stop.clone(), terminal.watched);
    let loading = crate::build::Loading::new(&program()?, homes(), mode(locked))
        .until(move || asked.code().is_some())
        .telling(move |name| compiling(name, watched));
    Ok(store.with_plugins(loading))
}

/// The store as it is: this kpress was built without plugins.
#[cfg(not(feature = "plugins"))]
pub(crate) fn with(store: Store, _: &Terminal, _: &Stop, _: bool) -> Result<Store, Trouble> {
    Ok(store)
}

/// A line for somebody who waits: compiling takes seconds.
#[cfg(feature = "plugins")]
#[expect(clippy::print_stderr, reason = "a line for a person at a terminal")]
fn compiling(name: &str, watched: bool) {
    if watched {
        eprintln!("compiling plugin `{}`", crate::diag::printable(name));
    }
}
