//! One run of a plugin: a store of its own, metered call by call, that is thrown away with the first thing that goes
//! wrong. What it may use is said before each call; what it used is known after.

use super::engine::Engine;
use super::failure::{Account, Failure, Moment, PLUGIN_CANCELLED, PLUGIN_TIMEOUT, of_error};
use super::limiter::Limiter;
use super::limits::{FUEL_RUN_MAX, HOST_CALL_FUEL, LOG_LINE_BYTES, LOG_LINES_MAX, Limits, THREAD_STACK};
use crate::diag::printable;
use crate::plan::plugin::PluginKind;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};
use wasmtime::{Store, StoreContextMut, UpdateDeadline};

/// What every store of a plugin holds; that of a source holds more.
#[derive(Debug)]
pub struct State {
    /// Keeps memories and tables below their limit.
    pub limiter: Limiter,
    /// What it logged last, oldest first.
    pub log: Vec<Arc<str>>,
    /// Lines of the call under way; what is beyond the limit is dropped.
    lines: usize,
    /// Calls of the plugin to the host.
    pub host_calls: u64,
}

impl State {
    /// Of a plugin that may hold so much.
    pub fn new(limits: &Limits) -> State {
        State { limiter: Limiter::new(limits.memory), log: Vec::new(), lines: 0, host_calls: 0 }
    }
}

/// The data of a store that a plugin runs in.
pub trait Hosted: Send + 'static {
    /// What every store holds.
    fn state(&mut self) -> &mut State;
    /// The same, to look at.
    fn seen(&self) -> &State;
}

impl Hosted for State {
    fn state(&mut self) -> &mut State {
        self
    }

    fn seen(&self) -> &State {
        self
    }
}

/// Which plugin runs, as what.
#[derive(Clone, Debug)]
pub struct Who {
    /// Key under `plugins:`.
    pub plugin: Arc<str>,
    /// The component's sha256.
    pub hash: Arc<str>,
    /// What it is asked to be.
    pub kind: PluginKind,
}

/// Tells a run to end: nobody waits for its result any more.
#[derive(Clone)]
pub struct Cancel(Arc<dyn Fn() -> bool + Send + Sync>);

impl Cancel {
    /// Asked every few milliseconds while a plugin computes.
    pub fn when(asked: impl Fn() -> bool + Send + Sync + 'static) -> Cancel {
        Cancel(Arc::new(asked))
    }

    /// Somebody waits for every result.
    pub fn never() -> Cancel {
        Cancel::when(|| false)
    }

    /// Whether the run is to end.
    pub fn is_cancelled(&self) -> bool {
        (self.0)()
    }
}

impl std::fmt::Debug for Cancel {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Cancel({})", self.is_cancelled())
    }
}

/// When a run has to be over. The clock decides whether there is a result, never which.
#[derive(Debug)]
pub struct Clock {
    started: Instant,
    /// Of the call under way, in milliseconds from the start.
    call_ends: AtomicU64,
    /// Of the whole run.
    run_ends: AtomicU64,
    cancel: Cancel,
}

impl Clock {
    fn now(&self) -> u64 {
        millis(self.started.elapsed())
    }

    /// Time spent waiting for a server is not the plugin's.
    pub fn extend(&self, by: Duration) {
        self.call_ends.fetch_add(millis(by), Ordering::Relaxed);
        self.run_ends.fetch_add(millis(by), Ordering::Relaxed);
    }

    fn ends(&self) -> u64 {
        self.call_ends.load(Ordering::Relaxed).min(self.run_ends.load(Ordering::Relaxed))
    }

    fn is_over(&self) -> bool {
        self.cancel.is_cancelled() || self.now() > self.ends()
    }
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

/// What one call may use.
#[derive(Clone, Copy, Debug)]
pub struct Call {
    /// Its name in the interface.
    pub name: &'static str,
    /// Instructions.
    pub fuel: u64,
    /// Bytes that it may hand over.
    pub bytes: u64,
    /// Rows handed over before it.
    pub row: Option<u64>,
}

/// A run. It ends with the first failure.
pub struct Run<T: Hosted> {
    store: Store<T>,
    who: Who,
    limits: Limits,
    fuelled: bool,
    clock: Arc<Clock>,
    used: u64,
    allowed: u64,
    failed: Option<Failure>,
}

impl<T: Hosted> std::fmt::Debug for Run<T> {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Run").field("who", &self.who).field("used", &self.used).finish_non_exhaustive()
    }
}

impl<T: Hosted> Run<T> {
    /// A store within these limits.
    #[expect(clippy::disallowed_methods, reason = "a run may take only so long")]
    pub fn new(engine: &Engine, who: Who, limits: Limits, cancel: &Cancel, data: T) -> Run<T> {
        let mut store = Store::new(engine.wasmtime(), data);
        store.limiter(|data| &mut data.state().limiter);
        let clock = Arc::new(Clock {
            started: Instant::now(),
            call_ends: AtomicU64::new(0),
            run_ends: AtomicU64::new(millis(limits.wall_run)),
            cancel: cancel.clone(),
        });
        if engine.switches().epoch {
            let watched = Arc::clone(&clock);
            store.set_epoch_deadline(1);
            store.epoch_deadline_callback(move |_| {
                Ok(if watched.is_over() { UpdateDeadline::Interrupt } else { UpdateDeadline::Continue(1) })
            });
        }
        let fuelled = engine.switches().fuel;
        Run { store, who, limits, fuelled, clock, used: 0, allowed: 0, failed: None }
    }

    /// How far it may go.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// When it has to be over.
    pub fn clock(&self) -> Arc<Clock> {
        Arc::clone(&self.clock)
    }

    /// The data of the store.
    pub fn data(&mut self) -> &mut T {
        self.store.data_mut()
    }

    /// What all calls so far used.
    pub fn account(&self) -> Account {
        self.account_of(self.used, self.allowed)
    }

    fn account_of(&self, fuel: u64, fuel_allowed: u64) -> Account {
        let state = self.store.data().seen();
        Account {
            plugin: self.who.plugin.clone(),
            hash: self.who.hash.clone(),
            kind: Some(self.who.kind),
            fuel,
            fuel_allowed,
            peak_memory: state.limiter.peak(),
            host_calls: state.host_calls,
            log: state.log.clone(),
        }
    }

    /// One call into the plugin.
    ///
    /// # Errors
    /// What went wrong, with what this call used. After that nothing is called any more.
    pub fn call<R>(
        &mut self,
        call: Call,
        work: impl FnOnce(&mut Store<T>) -> wasmtime::Result<R>,
    ) -> Result<R, Failure> {
        if let Some(failure) = &self.failed {
            return Err(failure.clone());
        }
        self.may_begin(call)?;
        let fuel = call.fuel.min(FUEL_RUN_MAX - self.used);
        let now = self.clock.now();
        self.clock.call_ends.store(now.saturating_add(millis(self.limits.wall_call)), Ordering::Relaxed);
        self.store.data_mut().state().lines = 0;
        self.store.set_hostcall_fuel(usize::try_from(call.bytes).unwrap_or(usize::MAX));
        if self.fuelled {
            self.store.set_fuel(fuel).expect("the engine counts fuel");
        }
        let result = work(&mut self.store);
        let left = if self.fuelled { self.store.get_fuel().expect("the engine counts fuel") } else { fuel };
        let used = fuel.saturating_sub(left);
        self.used += used;
        self.allowed = self.allowed.saturating_add(fuel);
        result.map_err(|error| {
            let moment = Moment {
                plugin: &self.who.plugin,
                call: call.name,
                row: call.row,
                cancelled: self.clock.cancel.is_cancelled(),
                refused_memory: self.store.data().seen().limiter.has_refused(),
                memory: self.limits.memory,
                account: self.account_of(used, fuel),
            };
            let failure = of_error(&error, moment);
            self.failed = Some(failure.clone());
            failure
        })
    }

    /// Remembers a failure that the plugin told itself, so that it is not asked again, and says what was used.
    pub fn fail(&mut self, failure: Failure) -> Failure {
        let failure = Failure { account: Some(Box::new(self.account())), ..failure };
        self.failed = Some(failure.clone());
        failure
    }

    /// Whether there is time left, and anybody who waits.
    fn may_begin(&mut self, call: Call) -> Result<(), Failure> {
        let (rule, happened) = if self.clock.cancel.is_cancelled() {
            (&PLUGIN_CANCELLED, "was stopped")
        } else if self.clock.now() > self.clock.run_ends.load(Ordering::Relaxed) {
            (&PLUGIN_TIMEOUT, "took too long")
        } else {
            return Ok(());
        };
        let message = format!("plugin `{}` {happened} before `{}`", self.who.plugin, call.name);
        Err(self.fail(Failure::new(rule, message, "")))
    }
}

/// Charges a call to the host: in fuel, so that spam ends at the same place on every machine.
///
/// # Errors
/// The fuel is used up.
pub fn charge<T: Hosted>(store: &mut StoreContextMut<'_, T>, bytes: u64) -> wasmtime::Result<()> {
    store.data_mut().state().host_calls += 1;
    // An engine that does not count says so; then nothing is charged.
    let Ok(left) = store.get_fuel() else { return Ok(()) };
    let cost = HOST_CALL_FUEL.saturating_add(bytes);
    match left.checked_sub(cost) {
        Some(left) => store.set_fuel(left),
        None => {
            store.set_fuel(0)?;
            Err(wasmtime::Trap::OutOfFuel.into())
        }
    }
}

/// Takes a line of the log. What is beyond the limits is dropped: a log, not a channel.
pub fn log<T: Hosted>(store: &mut StoreContextMut<'_, T>, level: &str, line: &str) {
    let state = store.data_mut().state();
    if state.lines == LOG_LINES_MAX {
        return;
    }
    state.lines += 1;
    if state.log.len() == LOG_LINES_MAX {
        state.log.remove(0);
    }
    let end = (0..=line.len().min(LOG_LINE_BYTES)).rev().find(|at| line.is_char_boundary(*at)).unwrap_or(0);
    state.log.push(format!("{level}: {}", printable(&line[..end])).into());
}

/// Does work on a thread of its own whose stack a component cannot use up, and waits for it.
///
/// # Errors
/// The system gives no thread.
pub fn on_own_thread<R: Send>(work: impl FnOnce() -> R + Send) -> Result<R, Failure> {
    thread::scope(|scope| {
        let thread = thread::Builder::new().name("plugin".to_owned()).stack_size(THREAD_STACK);
        let running = thread.spawn_scoped(scope, work).map_err(|error| {
            Failure::new(&PLUGIN_TIMEOUT, format!("there is no thread to run a plugin on: {error}"), "")
        })?;
        Ok(running.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_on_a_thread_of_its_own_has_room() {
        fn deep(levels: usize) -> usize {
            let room = std::hint::black_box([0_u8; 4096]);
            if levels == 0 { room.len() } else { deep(levels - 1) + room[0] as usize }
        }
        // A test has a stack of 2 MiB; this takes about 4.
        assert_eq!(on_own_thread(|| deep(1_000)).ok(), Some(4096));
    }

    #[test]
    fn amounts_of_time() {
        assert_eq!((millis(Duration::from_secs(3)), millis(Duration::MAX)), (3_000, u64::MAX));
        assert!(!Cancel::never().is_cancelled());
    }
}
