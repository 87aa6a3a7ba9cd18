//! kpress presses a KPI site from plain files: definitions and targets (YAML), articles (Markdown) and data snapshots
//! go in, a static site comes out. This page is the map of the code; each module's own page says the rest.
//!
//! ```text
//!  inputs ─▶ plan ─▶ snapshot ─▶ measure ─▶ assess ─▶ report ─▶ render ─▶ site
//!  (files)   (what we  (what was   (what the  (how we    (what to   (bytes)   (a folder
//!            promise)  recorded)   numbers    stand)     show)        ▲        on disk)
//!                                  are)                          chart┘
//!  build ties the stages · preview and cli stand on build
//! ```
//!
//! A module imports only from those above it in this list; `tests/it/tidy.rs` holds the list, the one door of each heavy
//! crate, and the sizes of files.
//!
//! | module | what it knows |
//! |---|---|
//! | `parallel` | work on many things at once, results in order |
//! | [`diag`] | findings with places; printing for people, as JSON, as GitHub annotations |
//! | [`unit`] | money, counts, ratios, bases; numbers in each language |
//! | [`time`] | days, weeks, months, quarters, fiscal years, and their names |
//! | [`inputs`] | the only way files come in |
//! | [`plan`] | what people wrote: `plan::yaml` reads it, `plan::formula` and `plan::rules` check it, `plan::demand` says what is to be measured |
//! | [`snapshot`] | data files, decoded and checked; one importer per kind of file |
//! | [`measure`] | rows become facts: a value per metric, scope and period |
//! | [`assess`] | facts against targets and against other periods |
//! | [`report`] | what each page says, without HTML and without a language chosen |
//! | [`diff`] | two states of a workspace: what is written differently, and what it does to the numbers |
//! | [`chart`] | a chart as static SVG and as options for the interactive one |
//! | [`render`] | report and theme become files |
//! | [`site`] | the output folder, whole or not at all; the only way files go out |
//! | [`versions`] | published versions: the version store, its log, the published tree |
//! | [`deploy`] | copying versions to a host, and looking whether they arrived |
//! | `plugin` | WebAssembly plugins: what they may do, and running them; with the feature `plugins` |
//! | [`build`] | ties the stages, remembers what did not change |
//! | `preview` | a live site on loopback: watches, builds again what changed, tells the open pages; with the feature `preview` |
//! | [`cli`] | arguments, progress, exit codes; one file per verb |
//!
//! **What holds everywhere.** A stage is a function of what it is given: no clock, no environment, no globals. It returns
//! [`diag::Checked`]: a value and everything found wrong. Missing is never zero, down to the page. Sums are exact, a ratio
//! divides once. The same inputs give the same bytes.
//!
//! **Where to add things.** One file, one line in a registry, one case: a chart kind in `chart`, an importer in
//! `snapshot::import`, a page kind in `report::page`, a rule beside the code that raises it.

pub mod assess;
pub mod build;
pub mod chart;
pub mod cli;
pub mod deploy;
pub mod diag;
pub mod diff;
pub mod inputs;
pub mod measure;
mod parallel;
pub mod plan;
#[cfg(feature = "plugins")]
pub mod plugin;
#[cfg(feature = "preview")]
pub mod preview;
pub mod render;
pub mod report;
pub mod site;
pub mod snapshot;
pub mod time;
pub mod unit;
pub mod versions;
