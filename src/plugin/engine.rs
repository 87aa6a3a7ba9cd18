//! What compiles and meters plugins: one set of switches for all of them, so that the same component computes the same
//! figures, and runs out of fuel at the same row, on every machine.

use std::num::NonZeroUsize;
use std::sync::OnceLock;
use std::thread;

use super::limits::{EPOCH_TICK, WASM_STACK};

/// What the lock calls it. Fuel is exact for one version of wasmtime, and so are artefacts.
pub const ENGINE: &str = "wasmtime-48.0";

/// A crash shows so many functions.
const BACKTRACE_FRAMES: NonZeroUsize = NonZeroUsize::new(20).expect("twenty is not zero");

/// What is metered. Everything, but for measuring what metering costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Switches {
    /// Instructions are counted.
    pub fuel: bool,
    /// The clock is looked at.
    pub epoch: bool,
    /// All NaN are one NaN.
    pub nan: bool,
}

impl Switches {
    /// As every plugin of a workspace runs.
    pub const ALL: Switches = Switches { fuel: true, epoch: true, nan: true };
}

/// Compiles components and runs what it compiled. Cheap to clone; all clones are one engine.
#[derive(Clone)]
pub struct Engine {
    inner: wasmtime::Engine,
    switches: Switches,
}

impl Engine {
    /// The engine of this process. There is one: types of two engines must never meet (RUSTSEC-2026-0222).
    pub fn shared() -> &'static Engine {
        static SHARED: OnceLock<Engine> = OnceLock::new();
        SHARED.get_or_init(|| Engine::with(Switches::ALL))
    }

    /// An engine of its own, for measuring what the switches cost.
    pub fn with(switches: Switches) -> Engine {
        let inner = wasmtime::Engine::new(&config(switches))
            .expect("the switches fit each other and this machine; a test builds them");
        if switches.epoch {
            tick(&inner);
        }
        Engine { inner, switches }
    }

    /// The engine itself.
    pub fn wasmtime(&self) -> &wasmtime::Engine {
        &self.inner
    }

    /// What it meters.
    pub fn switches(&self) -> Switches {
        self.switches
    }
}

impl std::fmt::Debug for Engine {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Engine")
            .field("version", &ENGINE)
            .field("switches", &self.switches)
            .finish_non_exhaustive()
    }
}

/// The switches of plugins.md §12. Whoever compiles and whoever runs must have the same.
fn config(switches: Switches) -> wasmtime::Config {
    let mut config = wasmtime::Config::new();
    config
        .wasm_component_model(true)
        // No tables for what the component model calls async: nothing of it is granted.
        .concurrency_support(false)
        .consume_fuel(switches.fuel)
        .epoch_interruption(switches.epoch)
        .cranelift_nan_canonicalization(switches.nan)
        .wasm_simd(true)
        .wasm_relaxed_simd(false)
        .wasm_memory64(false)
        .wasm_tail_call(false)
        .wasm_custom_page_sizes(false)
        .wasm_wide_arithmetic(false)
        .max_wasm_stack(WASM_STACK)
        .wasm_backtrace_max_frames(Some(BACKTRACE_FRAMES));
    // Threads and exceptions have no switch: the features that would bring them are not built in.
    // Multi-memory stays on: a component with an inner adapter would stop the process.
    config
}

/// Moves the epoch on, on a thread that nothing else can hold up, for as long as the engine lives.
fn tick(engine: &wasmtime::Engine) {
    let engine = engine.weak();
    let beat = move || {
        while let Some(engine) = engine.upgrade() {
            engine.increment_epoch();
            drop(engine);
            thread::sleep(EPOCH_TICK);
        }
    };
    let started = thread::Builder::new().name("plugin-clock".to_owned()).spawn(beat);
    started.expect("the system gives a process its first few threads");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lock_names_the_version_that_is_linked() {
        // The same switches for whoever compiles and whoever runs, whichever are measured.
        for (fuel, epoch, nan) in [(true, true, true), (false, false, false), (true, false, true)] {
            let engine = Engine::with(Switches { fuel, epoch, nan });
            assert_eq!(engine.switches().fuel, fuel);
        }
        let own = include_str!("../../Cargo.lock");
        let version = own.split("name = \"wasmtime\"\nversion = \"").nth(1).expect("wasmtime is linked");
        let track: Vec<&str> = version.split('.').take(2).collect();
        assert_eq!(ENGINE, format!("wasmtime-{}", track.join(".")));
    }
}
