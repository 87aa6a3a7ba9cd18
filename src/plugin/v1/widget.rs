//! A widget of the first interface: tables in, blocks out, in one call of one instance.

use super::metric::{World, column};
use super::told;
use super::wit::exports::kpress::plugin::widget;
use super::wit::kpress::plugin::types;
use crate::measure::plugged::port::Batch;
use crate::plan::failure::Failure;
use crate::plugin::engine::Engine;
use crate::plugin::limits::{FUEL_DESCRIBE, Limits};
use crate::plugin::run::{Call, Cancel, Run, State, Who};
use wasmtime::component::InstancePre;

/// A block, as the plugin says it.
#[derive(Clone, Debug)]
pub(crate) enum Said {
    Heading(String),
    Markdown(String),
    /// Heads with whether they stand right, rows, a caption.
    Table(Vec<(String, bool)>, Vec<Vec<String>>, Option<String>),
    /// Options as JSON, words for those who do not see it.
    Chart(String, String),
    /// `info`, `warning` or `error`; title; Markdown.
    Callout(&'static str, String, String),
}

/// Asks for the blocks of a widget. The run is handed back for what else may be wrong with the answer.
///
/// # Errors
/// Why there is no answer.
#[expect(clippy::too_many_arguments, reason = "everything that one run is made of")]
pub(crate) fn render(
    engine: &Engine,
    pre: &InstancePre<State>,
    limits: Limits,
    cancel: &Cancel,
    who: &Who,
    world: &World<'_>,
    id: &str,
    data: &[Batch<'_>],
) -> Result<(Vec<Said>, Run<State>), Failure> {
    let state = State::new(&limits);
    let (fuel, bytes) = (limits.fuel_groups.of(0), limits.hostcall_bytes.of(0));
    let mut run = Run::new(engine, who.clone(), limits, cancel, state);
    let guest = run.call(Call { name: "instantiate", fuel: FUEL_DESCRIBE, bytes, row: None }, |store| {
        let indices = widget::GuestIndices::new(pre)?;
        let instance = pre.instantiate(&mut *store)?;
        indices.load(&mut *store, &instance)
    })?;
    let columns: Vec<Vec<types::ColumnParam<'_>>> =
        data.iter().map(|batch| batch.columns.iter().map(column).collect()).collect();
    let batches: Vec<types::BatchParam<'_>> = data
        .iter()
        .zip(&columns)
        .map(|(batch, columns)| types::BatchParam { rows: batch.rows, columns })
        .collect();
    let answer = run.call(Call { name: "render", fuel, bytes, row: None }, |store| {
        world.with(|context| guest.call_render(store, id, context, &batches))
    })?;
    match answer {
        Ok(blocks) => Ok((blocks.into_iter().map(said).collect(), run)),
        Err(error) => {
            let failure = told::failure(&who.plugin, error);
            Err(run.fail(failure))
        }
    }
}

fn said(block: widget::Block) -> Said {
    match block {
        widget::Block::Heading(text) => Said::Heading(text),
        widget::Block::Markdown(text) => Said::Markdown(text),
        widget::Block::Table(table) => {
            let head = |column: widget::TableColumn| (column.header, column.align == widget::Align::Right);
            Said::Table(table.columns.into_iter().map(head).collect(), table.rows, table.caption)
        }
        widget::Block::Chart(chart) => Said::Chart(chart.option_json, chart.alt_text),
        widget::Block::Callout(callout) => {
            let tone = match callout.tone {
                widget::Tone::Good | widget::Tone::Neutral => "info",
                widget::Tone::Watch => "warning",
                widget::Tone::Bad => "error",
            };
            Said::Callout(tone, callout.title, callout.markdown)
        }
    }
}
