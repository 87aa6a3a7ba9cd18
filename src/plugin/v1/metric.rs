//! A metric of the first interface behind the port of `measure`: one instance is one evaluation.

use super::wit::exports::kpress::plugin::metric;
use super::wit::kpress::plugin::types::{self, ColumnType as Ty};
use super::{convert, told};
use crate::inputs::Hash;
use crate::measure::plugged::port::{Batch, Buffers, ColumnType, Evaluation, Outcome};
use crate::plan::failure::Failure;
use crate::plugin::engine::Engine;
use crate::plugin::failure::{PLUGIN_OUTPUT_INVALID, said};
use crate::plugin::limits::{FUEL_DESCRIBE, Limits};
use crate::plugin::run::{Call, Cancel, Run, State, Who};
use crate::plugin::validate;
use wasmtime::Store;
use wasmtime::component::InstancePre;

/// What an evaluation is of.
#[derive(Clone, Debug)]
pub(crate) struct Asked<'a> {
    /// Which plugin.
    pub(crate) who: Who,
    /// Which of its metrics.
    pub(crate) id: &'a str,
    /// What it may know of the world.
    pub(crate) world: &'a World<'a>,
    /// How many groups.
    pub(crate) groups: u32,
}

/// What a run may know of the world, as the interface has it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct World<'a> {
    /// Days since 1970-01-01.
    pub(crate) as_of: i32,
    pub(crate) timezone: &'a str,
    pub(crate) locale: &'a str,
    pub(crate) currency: &'a str,
    pub(crate) seed: u64,
    pub(crate) params: &'a [(std::sync::Arc<str>, std::sync::Arc<str>)],
}

impl World<'_> {
    /// Calls with it as a value of the interface.
    pub(crate) fn with<R>(&self, work: impl FnOnce(types::RunContext<'_>) -> R) -> R {
        let params: Vec<types::Param<'_>> =
            self.params.iter().map(|(name, value)| types::Param { name, value }).collect();
        work(types::RunContext {
            as_of: self.as_of,
            timezone: self.timezone,
            locale: self.locale,
            currency: self.currency,
            seed: self.seed,
            params: &params,
        })
    }
}

/// One evaluation under way.
pub(crate) struct Evaluating {
    run: Run<State>,
    guest: metric::Guest,
    plugin: std::sync::Arc<str>,
    groups: u64,
    rows: u64,
    /// Of component, metric and parameters: a state fits no other.
    tag: Hash,
}

impl std::fmt::Debug for Evaluating {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Evaluating")
            .field("run", &self.run)
            .field("rows", &self.rows)
            .finish_non_exhaustive()
    }
}

impl Evaluating {
    /// A fresh instance that has begun.
    ///
    /// # Errors
    /// Why it has not.
    pub(crate) fn begin(
        engine: &Engine,
        pre: &InstancePre<State>,
        limits: Limits,
        cancel: &Cancel,
        asked: &Asked<'_>,
    ) -> Result<Evaluating, Failure> {
        let state = State::new(&limits);
        let mut run = Run::new(engine, asked.who.clone(), limits, cancel, state);
        let groups = u64::from(asked.groups);
        let bytes = run.limits().hostcall_bytes.of(groups);
        let instantiate = Call { name: "instantiate", fuel: FUEL_DESCRIBE, bytes, row: None };
        let guest = run.call(instantiate, |store| {
            let indices = metric::GuestIndices::new(pre)?;
            let instance = pre.instantiate(&mut *store)?;
            indices.load(&mut *store, &instance)
        })?;
        let params = asked.world.params.iter().flat_map(|(name, value)| [name.as_bytes(), value.as_bytes()]);
        let tag = Hash::of_parts([asked.who.hash.as_bytes(), asked.id.as_bytes()].into_iter().chain(params));
        let plugin = asked.who.plugin.clone();
        let mut evaluating = Evaluating { run, guest, plugin, groups, rows: 0, tag };
        let call = evaluating.for_groups("begin");
        evaluating.ask(call, |guest, store| {
            asked.world.with(|context| guest.call_begin(store, asked.id, context, asked.groups))
        })?;
        Ok(evaluating)
    }

    fn for_groups(&self, name: &'static str) -> Call {
        let limits = self.run.limits();
        let (fuel, bytes) = (limits.fuel_groups.of(self.groups), limits.hostcall_bytes.of(self.groups));
        Call { name, fuel, bytes, row: None }
    }

    /// A call that may tell a failure of its own.
    fn ask<R>(
        &mut self,
        call: Call,
        work: impl FnOnce(&metric::Guest, &mut Store<State>) -> wasmtime::Result<Result<R, types::PluginError>>,
    ) -> Result<R, Failure> {
        let guest = &self.guest;
        match self.run.call(call, |store| work(guest, store))? {
            Ok(result) => Ok(result),
            Err(error) => {
                let failure = told::failure(&self.plugin, error);
                Err(self.run.fail(failure))
            }
        }
    }
}

impl Evaluation for Evaluating {
    fn update(&mut self, batch: &Batch<'_>, group_ids: &[u8]) -> Result<(), Failure> {
        let limits = self.run.limits();
        let (fuel, bytes) =
            (limits.fuel_rows.of(u64::from(batch.rows)), limits.hostcall_bytes.of(self.groups));
        let call = Call { name: "update", fuel, bytes, row: Some(self.rows) };
        self.rows += u64::from(batch.rows);
        let columns: Vec<types::ColumnParam<'_>> = batch.columns.iter().map(column).collect();
        let batch = types::BatchParam { rows: batch.rows, columns: &columns };
        self.ask(call, |guest, store| guest.call_update(store, batch, group_ids))
    }

    fn export_state(&mut self) -> Result<Vec<u8>, Failure> {
        let call = self.for_groups("export-state");
        let state = self.ask(call, |guest, store| guest.call_export_state(store))?;
        Ok([self.tag.bytes().as_slice(), &state].concat())
    }

    fn merge_state(&mut self, state: &[u8]) -> Result<(), Failure> {
        let Some(state) = state.strip_prefix(self.tag.bytes().as_slice()) else {
            let message = format!("plugin `{}` was handed the state of another metric", self.plugin);
            return Err(self.run.fail(Failure::new(&PLUGIN_OUTPUT_INVALID, message, "")));
        };
        let call = self.for_groups("merge-state");
        self.ask(call, |guest, store| guest.call_merge_state(store, state))
    }

    fn finish(mut self: Box<Self>) -> Result<Outcome, Failure> {
        let call = self.for_groups("finish");
        let given = self.ask(call, |guest, store| guest.call_finish(store))?;
        let dict = given.dict.as_ref().map(|dict| (dict.offsets.as_slice(), dict.bytes.as_slice()));
        let buffers = Buffers {
            name: &given.name,
            ty: convert::ty(given.ty),
            values: &given.values,
            offsets: &given.offsets,
            dict,
            validity: &given.validity,
        };
        let groups = usize::try_from(self.groups).expect("groups are counted in 32 bits");
        match validate::numbers(&buffers, groups) {
            Ok(numbers) => Ok(Outcome {
                values: numbers.values,
                not_finite: numbers.not_finite,
                account: Some(self.run.account()),
            }),
            Err(fault) => {
                let message = format!(
                    "plugin `{}` returned no result: column `{}` {fault}",
                    self.plugin,
                    said(&given.name)
                );
                let hint = "a metric returns one number for each group";
                Err(self.run.fail(Failure::new(&PLUGIN_OUTPUT_INVALID, message, hint)))
            }
        }
    }
}

/// A column of a batch, borrowed.
pub(crate) fn column<'a>(given: &'a Buffers<'a>) -> types::ColumnParam<'a> {
    types::ColumnParam {
        name: given.name,
        ty: ty(given.ty),
        values: given.values,
        offsets: given.offsets,
        dict: given.dict.map(|(offsets, bytes)| types::DictionaryParam { offsets, bytes }),
        validity: given.validity,
    }
}

fn ty(ty: ColumnType) -> Ty {
    match ty {
        ColumnType::Float64 => Ty::Float64,
        ColumnType::Int64 => Ty::Int64,
        ColumnType::Boolean => Ty::Boolean,
        ColumnType::Date32 => Ty::Date32,
        ColumnType::TimestampMs => Ty::TimestampMs,
        ColumnType::Utf8 => Ty::Utf8,
        ColumnType::DictUtf8 => Ty::DictUtf8,
        ColumnType::Decimal64(scale) => Ty::Decimal64(scale),
    }
}
