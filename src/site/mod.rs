//! What goes out: the site on disk, whole or not at all, and every other file kpress writes.
//! Nothing is written but below a folder handle, no link is followed, and files of others are left alone.

mod change;
mod durable;
mod list;
mod output;
pub mod password;
mod refuse;
pub mod seal;
pub mod write;

pub use change::Counts;
pub use durable::{Found, Lock, note, noted};
pub use list::LIST;
pub use output::{Output, Written, is_intact, stamps};
pub use refuse::{Around, OUTPUT_REFUSED};
pub use write::{Failed, Folder, Probe, Stands};

use crate::diag::Rule;

/// Rules raised about the output.
pub static RULES: &[&Rule] = &[&OUTPUT_REFUSED];
