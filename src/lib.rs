//! kpress presses a KPI site from plain files.
#![allow(missing_docs)]
pub mod diag;
pub mod inputs;
pub mod plan;
pub mod time;
pub mod unit;
pub mod assess;
pub mod measure;
pub mod report;
pub mod snapshot;
