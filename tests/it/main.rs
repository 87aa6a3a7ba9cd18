//! The one test binary: cases, commands, goldens, and the rules of the house.

#![expect(
    clippy::disallowed_methods,
    reason = "tests make and read files of their own, and name the program they run"
)]

mod aside;
mod books;
mod calendars;
mod cases;
mod cli;
mod cohort;
mod console;
mod decks;
mod diagnosis;
mod dictionary;
mod diffs;
#[cfg(feature = "preview")]
mod drift;
mod edits;
mod example;
mod faults;
mod finance;
mod folder;
mod generated;
mod goldens;
mod group;
mod handbook;
mod history;
#[cfg(feature = "plugins")]
mod hostile;
mod incidents;
mod interface;
mod kept;
mod order;
mod planted;
#[cfg(feature = "plugins")]
mod plugged;
mod presets;
#[cfg(feature = "preview")]
mod preview;
mod pull;
mod reconciled;
mod report;
mod reviews;
mod rules;
#[cfg(feature = "preview")]
mod seen;
mod series;
mod settled;
mod since;
#[cfg(feature = "preview")]
mod stamps;
mod starts;
mod strange;
mod tidy;
mod versions;
#[cfg(feature = "preview")]
mod walk;
mod wbr;
mod wbr_oracle;
#[cfg(feature = "plugins")]
mod widgets;
