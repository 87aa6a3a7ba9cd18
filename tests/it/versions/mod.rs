//! Published versions: what holds after every fault, damage that is found, and the commands as a user runs them.

mod again;
pub(crate) mod audiences;
mod commands;
mod deploy;
mod faults;
mod hosts;
mod kit;
mod random;
mod restated;
mod sealed;
mod sleeps;
mod table;
mod views;
