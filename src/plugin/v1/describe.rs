//! Asks a component what it is. It is instantiated where nothing but the log works, and gets no input, so its answer
//! depends on nothing but its bytes.

use super::convert;
use super::wit::exports::kpress::plugin::{metric, rule, source, widget};
use super::wit::kpress::plugin::{files, http, types};
use crate::plan::failure::{Account, Failure};
use crate::plan::plugin::PluginKind;
use crate::plugin::engine::Engine;
use crate::plugin::failure::{Moment, of_error};
use crate::plugin::limiter::Limiter;
use crate::plugin::limits::{
    FUEL_DESCRIBE, HOST_CALL_FUEL, LOG_LINE_BYTES, LOG_LINES_MAX, Limits, THREAD_STACK,
};
use crate::plugin::load::descriptor::Descriptor;
use crate::plugin::load::scan::{PLUGIN_API_UNKNOWN, SPOKEN};
use std::collections::BTreeSet;
use std::thread;
use std::time::{Duration, Instant};
use wasmtime::component::{Component, InstancePre, Linker, WasmStr};
use wasmtime::{Store, StoreContextMut, UpdateDeadline};

/// Time of describing; fuel decides first on any usable machine.
const WALL: Duration = Duration::from_secs(10);

struct State {
    limiter: Limiter,
    log: Vec<String>,
    calls: u64,
}

/// What a component says of itself, and what that cost.
///
/// # Errors
/// Why it says nothing.
pub(crate) fn describe(
    engine: &Engine,
    component: &Component,
    name: &str,
    hash: &str,
    kinds: &BTreeSet<PluginKind>,
) -> Result<(Descriptor, Account), Failure> {
    let pre = link(engine, component).map_err(|error| {
        Failure::new(
            &PLUGIN_API_UNKNOWN,
            format!("plugin `{name}` imports another interface than that of this kpress: {}", told(&error)),
            format!("build it against `kpress:plugin@{SPOKEN}`, which `kpress plugin new` brings"),
        )
    })?;
    let work = || Asked { engine, name, hash, pre: &pre }.all(kinds);
    // The overflow of its stack must never be ours.
    thread::scope(|scope| {
        let started = thread::Builder::new()
            .name("plugin".to_owned())
            .stack_size(THREAD_STACK)
            .spawn_scoped(scope, work)
            .expect("the system gives a process its first few threads");
        match started.join() {
            Ok(result) => result,
            Err(panic) => std::panic::resume_unwind(panic),
        }
    })
}

fn told(error: &wasmtime::Error) -> String {
    format!("{error:#}").lines().next().unwrap_or_default().to_owned()
}

/// The imports: the log works, everything else ends the run.
fn link(engine: &Engine, component: &Component) -> wasmtime::Result<InstancePre<State>> {
    let mut linker = Linker::<State>::new(engine.wasmtime());
    linker.instance("kpress:plugin/types@0.1.0")?;
    linker
        .instance("kpress:plugin/log@0.1.0")?
        .func_wrap("log", |store, words: (types::Severity, WasmStr)| log(store, &words.1))?;
    type Fetched = (Result<http::Response, http::HttpError>,);
    let absent =
        |what: &str| wasmtime::Error::msg(format!("`{what}` does not work while a plugin describes itself"));
    linker
        .instance("kpress:plugin/http@0.1.0")?
        .func_wrap("fetch", move |_, _: (http::Request,)| -> wasmtime::Result<Fetched> {
            Err(absent("http"))
        })?;
    type Listed = (Result<Vec<files::Entry>, files::FileError>,);
    type Read = (Result<Vec<u8>, files::FileError>,);
    let mut folder = linker.instance("kpress:plugin/files@0.1.0")?;
    folder.func_wrap("list-files", move |_, _: (String, String)| -> wasmtime::Result<Listed> {
        Err(absent("files"))
    })?;
    folder.func_wrap("read", move |_, _: (String, String, u64, u32)| -> wasmtime::Result<Read> {
        Err(absent("files"))
    })?;
    linker
        .instance("kpress:plugin/secrets@0.1.0")?
        .func_wrap("available", move |_, _: (String,)| -> wasmtime::Result<(bool,)> {
            Err(absent("secrets"))
        })?;
    linker.instantiate_pre(component)
}

fn log(mut store: StoreContextMut<'_, State>, words: &WasmStr) -> wasmtime::Result<()> {
    let left = store.get_fuel()?;
    let cost = HOST_CALL_FUEL.min(left);
    store.set_fuel(left - cost)?;
    store.data_mut().calls += 1;
    if store.data().log.len() < LOG_LINES_MAX {
        let line = words.to_str(&store)?;
        let end =
            (0..=LOG_LINE_BYTES.min(line.len())).rev().find(|&at| line.is_char_boundary(at)).unwrap_or(0);
        let line = crate::diag::printable(&line[..end]);
        store.data_mut().log.push(line);
    }
    Ok(())
}

struct Asked<'a> {
    engine: &'a Engine,
    name: &'a str,
    hash: &'a str,
    pre: &'a InstancePre<State>,
}

impl Asked<'_> {
    fn all(&self, kinds: &BTreeSet<PluginKind>) -> Result<(Descriptor, Account), Failure> {
        let mut told = Descriptor::default();
        let mut all = Account { plugin: self.name.into(), hash: self.hash.into(), ..Account::default() };
        for &kind in kinds {
            let one = self.one(kind, &mut told)?;
            all.fuel += one.fuel;
            all.fuel_allowed += one.fuel_allowed;
            all.peak_memory = all.peak_memory.max(one.peak_memory);
            all.host_calls += one.host_calls;
            all.log.extend(one.log);
        }
        Ok((told, all))
    }

    /// One export, in an instance of its own.
    #[expect(clippy::disallowed_methods, reason = "describing may take only so long")]
    fn one(&self, kind: PluginKind, told: &mut Descriptor) -> Result<Account, Failure> {
        let limits = Limits::usual(kind);
        let state = State { limiter: Limiter::new(limits.memory), log: Vec::new(), calls: 0 };
        let mut store = Store::new(self.engine.wasmtime(), state);
        store.limiter(|state| &mut state.limiter);
        let bytes = usize::try_from(limits.hostcall_bytes.of(0)).unwrap_or(usize::MAX);
        store.set_hostcall_fuel(bytes);
        if self.engine.switches().fuel {
            store.set_fuel(FUEL_DESCRIBE).expect("fuel is counted");
        }
        let end = Instant::now() + WALL;
        store.set_epoch_deadline(1);
        store.epoch_deadline_callback(move |_| {
            Ok(if Instant::now() > end { UpdateDeadline::Interrupt } else { UpdateDeadline::Continue(1) })
        });
        let result = self.ask(&mut store, kind, told);
        let account = self.account(&store, kind);
        result.map(|()| account.clone()).map_err(|error| {
            let state = store.data();
            of_error(
                &error,
                Moment {
                    plugin: self.name,
                    call: "describe",
                    row: None,
                    cancelled: false,
                    refused_memory: state.limiter.has_refused(),
                    memory: limits.memory,
                    account,
                },
            )
        })
    }

    fn account(&self, store: &Store<State>, kind: PluginKind) -> Account {
        let state = store.data();
        Account {
            plugin: self.name.into(),
            hash: self.hash.into(),
            kind: Some(kind),
            fuel: FUEL_DESCRIBE.saturating_sub(store.get_fuel().unwrap_or(FUEL_DESCRIBE)),
            fuel_allowed: FUEL_DESCRIBE,
            peak_memory: state.limiter.peak(),
            host_calls: state.calls,
            log: state.log.iter().map(|line| line.as_str().into()).collect(),
        }
    }

    fn ask(&self, store: &mut Store<State>, kind: PluginKind, told: &mut Descriptor) -> wasmtime::Result<()> {
        let pre = self.pre;
        match kind {
            PluginKind::Metric => {
                let indices = metric::GuestIndices::new(pre)?;
                let instance = pre.instantiate(&mut *store)?;
                let given = indices.load(&mut *store, &instance)?.call_describe(&mut *store)?;
                told.metrics = given.into_iter().map(convert::metric).collect();
            }
            PluginKind::Source => {
                let indices = source::GuestIndices::new(pre)?;
                let instance = pre.instantiate(&mut *store)?;
                let given = indices.load(&mut *store, &instance)?.call_describe(&mut *store)?;
                told.sources = given.into_iter().map(convert::source).collect();
            }
            PluginKind::Widget => {
                let indices = widget::GuestIndices::new(pre)?;
                let instance = pre.instantiate(&mut *store)?;
                let given = indices.load(&mut *store, &instance)?.call_describe(&mut *store)?;
                told.widgets = given.into_iter().map(convert::widget).collect();
            }
            PluginKind::Rule => {
                let indices = rule::GuestIndices::new(pre)?;
                let instance = pre.instantiate(&mut *store)?;
                let given = indices.load(&mut *store, &instance)?.call_describe(&mut *store)?;
                told.rules = given.into_iter().map(convert::rule).collect();
            }
        }
        Ok(())
    }
}
