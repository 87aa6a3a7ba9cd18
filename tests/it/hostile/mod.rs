//! The hostile cases of plugins (plugins.md §18), by their numbers: each is a component that means harm, and the exact words
//! that kpress answers with. After each the host goes on, and the next plugin works.

mod abi;
mod cpu;
pub(crate) mod guest;
mod kinds;
mod loading;
mod memory;
mod people;
mod running;
pub(crate) mod table;

use crate::folder::Temp;
use guest::Guest;
use kpress::inputs::Bytes;
use kpress::plan::failure::Failure;
use kpress::plugin::engine::Engine;
use kpress::plugin::load::compile::Compiler;
use kpress::plugin::load::store::Stored;
use kpress::plugin::load::{Loaded, Loader};
use std::path::Path;

/// The program that compiles.
pub(crate) fn program() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_kpress"))
}

/// Calls `work` with a loader that keeps nothing.
pub(crate) fn with_loader<T>(work: impl FnOnce(&Loader<'_>) -> T) -> T {
    work(&Loader {
        engine: Engine::shared(),
        compiler: Compiler::of(program()),
        cache: None,
        stop: &|| false,
        compiling: &|_| {},
    })
}

/// Loads a component as the plugin `evil`.
pub(crate) fn load(wasm: &[u8]) -> Result<Loaded, Failure> {
    let stored = Stored::of(Bytes::from(wasm));
    with_loader(|loader| loader.load("evil", &stored, &mut Vec::new()))
}

/// The rule and the words of a refusal.
pub(crate) fn told(failure: &Failure) -> String {
    format!("{}: {}", failure.rule.name, failure.message)
}

/// Loading ends with these words, and a good plugin loads after it.
pub(crate) fn refused(case: &str, wasm: &[u8], expected: &str) {
    match load(wasm) {
        Ok(loaded) => panic!("case {case}: it was loaded as {loaded:?}"),
        Err(failure) => assert_eq!(told(&failure), expected, "case {case}"),
    }
    goes_on(case);
}

/// A guest whose describing ends with these words.
pub(crate) fn describes(case: &str, guest: &Guest, expected: &str) {
    refused(case, &guest.component(), expected);
}

/// The next plugin works.
pub(crate) fn goes_on(case: &str) {
    let good = load(&Guest::default().component());
    let ids: Vec<String> = match &good {
        Ok(loaded) => loaded.descriptor.metrics.iter().map(|metric| metric.id.clone()).collect(),
        Err(failure) => panic!("after case {case}: {}", told(failure)),
    };
    assert_eq!(ids, ["evil"], "after case {case}");
}

/// A folder of the test.
pub(crate) fn folder(name: &str) -> Temp {
    Temp::new(&format!("hostile-{name}"))
}
