//! Writes kpress plugins in Rust. A plugin implements one trait per kind ([`metric::Metric`], [`source::Source`],
//! [`widget::Widget`], [`rule::Rules`]) and names its types in the macro of that kind; the rest of this crate reads and
//! makes columns, parameters and errors.
//!
//! ```ignore
//! use kpress_plugin::metric::{Groups, Info, Metric};
//! use kpress_plugin::{Batch, Column, Context, Error, column, decimal_field};
//!
//! /// The largest value of each group.
//! struct Largest(Vec<Option<i64>>);
//!
//! impl Metric for Largest {
//!     fn info() -> Info {
//!         Info::new("largest", "Largest value").unit("JPY").input(decimal_field("value", 2).nullable())
//!     }
//!     fn begin(_: &Context, groups: usize) -> Result<Self, Error> {
//!         Ok(Largest(vec![None; groups]))
//!     }
//!     fn update(&mut self, rows: Batch<'_>, groups: Groups<'_>) -> Result<(), Error> {
//!         for (value, group) in rows.decimals("value")?.iter().zip(groups.iter()) {
//!             self.0[group] = self.0[group].max(value);
//!         }
//!         Ok(())
//!     }
//!     fn finish(self) -> Result<Column, Error> {
//!         Ok(column::decimals("value", 2, self.0))
//!     }
//! }
//! kpress_plugin::export_metrics!(Largest);
//! ```
//!
//! A plugin sees no clock, no random source, no environment: what it needs to know about the run is in [`Context`].
//! A panic ends the evaluation; its text reaches the reader through the log.

pub mod batch;
pub mod bindings;
pub mod column;
mod context;
mod error;
mod field;
#[cfg(feature = "source")]
pub mod http;
pub mod log;
#[cfg(feature = "metric")]
pub mod metric;
#[cfg(feature = "rule")]
pub mod rule;
#[cfg(feature = "source")]
pub mod source;
pub mod sum;
#[cfg(feature = "widget")]
pub mod widget;

pub use batch::{Batch, Decimals, Fixed, Flags, Texts};
pub use bindings::base::kpress::plugin::types::{Column, ColumnType, Field};
pub use context::{Context, Problems};
pub use error::Error;
pub use field::{bool_field, date_field, decimal_field, float_field, int_field, text_field, timestamp_field};

/// What the macros need; not for plugins to name.
#[doc(hidden)]
pub mod internal {
    pub use crate::bindings::base::kpress::plugin::types::{Batch, Column, RunContext};

    /// Sends the text of a panic to the log before the evaluation ends: a trap alone says nothing.
    pub fn tell_panics() {
        use std::sync::Once;
        static ONCE: Once = Once::new();
        ONCE.call_once(|| std::panic::set_hook(Box::new(|info| crate::log::error(&info.to_string()))));
    }
}
