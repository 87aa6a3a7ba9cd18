//! The imports of a plugin that runs in a build: the log. Servers, files and secrets are there by name, for a component
//! that is a source as well, and end the run; nothing that reaches outside is linked.

use super::wit::kpress::plugin::types::Severity;
use crate::plugin::engine::Engine;
use crate::plugin::run::{Hosted, State, charge, log};
use wasmtime::StoreContextMut;
use wasmtime::component::{Linker, LinkerInstance, WasmStr};

/// The functions that only a source may call.
const ABSENT: &[(&str, &[&str])] = &[
    ("kpress:plugin/http@0.1.0", &["fetch"]),
    ("kpress:plugin/files@0.1.0", &["list-files", "read"]),
    ("kpress:plugin/secrets@0.1.0", &["available"]),
];

/// What a metric, a widget or a rule is linked with.
///
/// # Errors
/// Never for the names above; the engine's own otherwise.
pub(crate) fn linker(engine: &Engine) -> wasmtime::Result<Linker<State>> {
    let mut linker = Linker::new(engine.wasmtime());
    base(&mut linker)?;
    for (interface, functions) in ABSENT {
        let mut instance: LinkerInstance<'_, State> = linker.instance(interface)?;
        for function in *functions {
            let what = format!("`{function}` of `{interface}` is not there in a build");
            instance.func_new(function, move |_, _, _, _| Err(wasmtime::Error::msg(what.clone())))?;
        }
    }
    Ok(linker)
}

/// What every plugin is linked with: the types, and the log.
///
/// # Errors
/// They are linked already.
pub(crate) fn base<T: Hosted>(linker: &mut Linker<T>) -> wasmtime::Result<()> {
    linker.instance("kpress:plugin/types@0.1.0")?;
    let mut instance = linker.instance("kpress:plugin/log@0.1.0")?;
    instance.func_wrap("log", |mut store: StoreContextMut<'_, T>, (level, line): (Severity, WasmStr)| {
        let line = line.to_str(&store)?.into_owned();
        charge(&mut store, line.len() as u64)?;
        let level = match level {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Info => "info",
        };
        log(&mut store, level, &line);
        Ok(())
    })
}
