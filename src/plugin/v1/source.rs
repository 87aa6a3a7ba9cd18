//! A source of the first interface behind the port of pulls: one instance is one page. Its imports are the doors, which are
//! lent to the store for that page and taken back when it ends, however it ends.

use super::wit::exports::kpress::plugin::source as wire;
use super::wit::kpress::plugin::types::{self, PluginError};
use super::{convert, metric::World, pure};
use crate::measure::plugged::port::Field;
use crate::plan::failure::Failure;
use crate::plan::plugin::PluginKind;
use crate::plugin::engine::Engine;
use crate::plugin::limits::{FUEL_DESCRIBE, Limits};
use crate::plugin::load::Loaded;
use crate::plugin::load::scan::PLUGIN_IMPORT_REFUSED;
use crate::plugin::pull::doors::Doors;
use crate::plugin::pull::port::{Asked, Batch, Column, Ended, Page, Said, SourceInfo, SourcePort, TableInfo};
use crate::plugin::run::{Call, Cancel, Hosted, Run, State, Who, charge, on_own_thread};
use std::sync::Arc;
use std::time::Instant;
use wasmtime::StoreContextMut;
use wasmtime::component::{InstancePre, Linker};

/// Sources of one component.
pub struct Sources {
    engine: Engine,
    loaded: Loaded,
    limits: Limits,
    pre: InstancePre<Lent>,
    cancel: Cancel,
}

impl std::fmt::Debug for Sources {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Sources").field("loaded", &self.loaded).finish_non_exhaustive()
    }
}

/// The data of a store: what every store has, and the doors.
pub(super) struct Lent {
    state: State,
    doors: Option<Doors>,
    clock: Option<Arc<crate::plugin::run::Clock>>,
}

impl Hosted for Lent {
    fn state(&mut self) -> &mut State {
        &mut self.state
    }

    fn seen(&self) -> &State {
        &self.state
    }
}

impl Lent {
    /// What goes through a door, whose time is not the plugin's.
    #[expect(clippy::disallowed_methods, reason = "time at a door is not the time of the plugin")]
    pub(super) fn through<R>(&mut self, work: impl FnOnce(&mut Doors) -> R) -> wasmtime::Result<R> {
        let began = Instant::now();
        let doors = self.doors.as_mut().ok_or_else(|| wasmtime::Error::msg("the doors are closed"))?;
        let result = work(doors);
        if let Some(clock) = &self.clock {
            clock.extend(began.elapsed());
        }
        Ok(result)
    }
}

impl Sources {
    /// Links a component that was loaded and approved.
    ///
    /// # Errors
    /// It imports something else.
    pub fn of(engine: &Engine, loaded: Loaded, limits: Limits, cancel: &Cancel) -> Result<Sources, Failure> {
        let linked = linker(engine).and_then(|linker| linker.instantiate_pre(&loaded.component));
        let pre = linked.map_err(|error| {
            let why = crate::plugin::failure::said(&format!("{error:#}"));
            let message = format!("plugin `{}` cannot be linked: {why}", loaded.name);
            Failure::new(&PLUGIN_IMPORT_REFUSED, message, "build it against the interface of this kpress")
        })?;
        Ok(Sources { engine: engine.clone(), loaded, limits, pre, cancel: cancel.clone() })
    }

    fn page(&self, asked: &Asked<'_>, doors: Doors) -> (Result<Page, Ended>, Doors) {
        let lent = Lent { state: State::new(&self.limits), doors: Some(doors), clock: None };
        let who = Who {
            plugin: self.loaded.name.clone(),
            hash: self.loaded.sha256.clone(),
            kind: PluginKind::Source,
        };
        let mut run = Run::new(&self.engine, who, self.limits.clone(), &self.cancel, lent);
        let clock = run.clock();
        run.data().clock = Some(clock);
        let ended = self.ask(asked, &mut run);
        let state_log: Vec<String> = run.data().state.log.iter().map(ToString::to_string).collect();
        let mut doors = run.data().doors.take().expect("only this function takes them back");
        for line in state_log {
            let masked = doors.vault.mask_text(&line);
            doors.lines.push(masked);
        }
        (ended, doors)
    }

    fn ask(&self, asked: &Asked<'_>, run: &mut Run<Lent>) -> Result<Page, Ended> {
        let broke = |failure: Failure| Ended::Broke(Box::new(failure));
        let bytes = self.limits.hostcall_bytes.of(0);
        let instantiate = Call { name: "instantiate", fuel: FUEL_DESCRIBE, bytes, row: None };
        let guest = run
            .call(instantiate, |store| {
                let indices = wire::GuestIndices::new(&self.pre)?;
                let instance = self.pre.instantiate(&mut *store)?;
                indices.load(&mut *store, &instance)
            })
            .map_err(broke)?;
        let context = asked.context;
        let world = World {
            as_of: crate::time::day_number(context.as_of),
            timezone: &context.timezone,
            locale: &context.locale,
            currency: &context.currency,
            seed: crate::plugin::host::seed(&self.loaded.name, asked.id, &context.params),
            params: &context.params,
        };
        let call = Call { name: "next-page", fuel: self.limits.fuel_rows.of(0), bytes, row: None };
        let answer = run
            .call(call, |store| {
                world.with(|context| {
                    guest.call_next_page(store, asked.id, context, asked.since, asked.until, asked.cursor)
                })
            })
            .map_err(broke)?;
        answer.map(page).map_err(|error| Ended::Said(said(error)))
    }
}

impl SourcePort for Sources {
    fn describe(&self) -> Result<Vec<SourceInfo>, Failure> {
        Ok(self.loaded.descriptor.sources.iter().map(info).collect())
    }

    fn next_page(&self, asked: &Asked<'_>, doors: Doors) -> (Result<Page, Ended>, Doors) {
        on_own_thread(|| self.page(asked, doors)).unwrap_or_else(|failure| {
            // Without a thread there is nothing to go on with: the doors went with it.
            panic!("{}", failure.message)
        })
    }
}

/// What a source says of itself, as pulls know it.
fn info(source: &crate::plugin::load::descriptor::Source) -> SourceInfo {
    let field = |field: &crate::plugin::load::descriptor::Field| Field {
        name: field.name.as_str().into(),
        ty: field.ty,
        nullable: field.nullable,
    };
    let table = |table: &crate::plugin::load::descriptor::Table| TableInfo {
        name: table.name.clone(),
        fields: table.fields.iter().map(field).collect(),
        primary_key: table.primary_key.clone(),
    };
    SourceInfo {
        id: source.id.clone(),
        title: source.title.clone(),
        tables: source.tables.iter().map(table).collect(),
        params_schema: source.params_schema.clone(),
        hosts: source.wishes.hosts.clone(),
        secrets: source.wishes.secrets.clone(),
        folders: source.wishes.folders.clone(),
    }
}

fn page(page: wire::Page) -> Page {
    let column = |column: types::ColumnResult| Column {
        name: column.name,
        ty: convert::ty(column.ty),
        values: column.values,
        offsets: column.offsets,
        dict: column.dict.map(|dict| (dict.offsets, dict.bytes)),
        validity: column.validity,
    };
    let batch = |batch: wire::NamedBatch| Batch {
        table: batch.table,
        rows: batch.data.rows,
        columns: batch.data.columns.into_iter().map(column).collect(),
    };
    Page {
        batches: page.batches.into_iter().map(batch).collect(),
        cursor: page.cursor,
        done: page.done,
        rows_dropped: page.rows_dropped,
    }
}

fn said(error: PluginError) -> Said {
    match error {
        PluginError::InvalidParams(problems) => {
            Said::InvalidParams(problems.into_iter().map(|one| (one.name, one.message)).collect())
        }
        PluginError::MissingInput(text) => Said::MissingInput(text),
        PluginError::BadData(text) => Said::BadData(text),
        PluginError::Unsupported(text) => Said::Unsupported(text),
        PluginError::CapabilityDenied(text) => Said::CapabilityDenied(text),
        PluginError::RetryLater(seconds) => Said::RetryLater(seconds),
        PluginError::Failed(text) => Said::Failed(text),
    }
}

/// What a source is linked with: the types and the log, and the doors.
fn linker(engine: &Engine) -> wasmtime::Result<Linker<Lent>> {
    let mut linker = Linker::new(engine.wasmtime());
    pure::base(&mut linker)?;
    super::doors::link(&mut linker)?;
    Ok(linker)
}

/// One call to the host, charged before anything is done.
pub(super) fn charged<R>(
    mut store: StoreContextMut<'_, Lent>,
    bytes: usize,
    work: impl FnOnce(&mut Doors) -> R,
) -> wasmtime::Result<R> {
    charge(&mut store, bytes as u64)?;
    store.data_mut().through(work)
}
