//! From a file to a component that can be called, in six steps, each failing before the next sees a byte: read and compare
//! with the lock, look into it, compile it elsewhere, weigh what it needs, ask it what it is, check the answer.

mod artefact;
pub mod cache;
pub mod compile;
pub mod descriptor;
pub mod scan;
pub mod store;
#[cfg(test)]
mod tests;

use super::engine::Engine;
use super::failure::PLUGIN_TOO_COMPLEX;
use super::limits::{Limits, MEMORIES_MAX, TABLE_ELEMENTS_MAX, TABLES_MAX};
use super::v1;
use crate::diag::printable;
use crate::plan::failure::{Account, Failure, grouped};
use crate::plan::plugin::PluginKind;
use cache::Cache;
use compile::{Compiler, Stop};
use descriptor::Descriptor;
use scan::{Outline, PLUGIN_API_UNKNOWN, SPOKEN};
use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;
use store::Stored;
use wasmtime::component::Component;

/// Rules of loading.
pub static RULES: &[&crate::diag::Rule] = &[
    &scan::PLUGIN_NOT_A_COMPONENT,
    &scan::PLUGIN_IMPORT_REFUSED,
    &PLUGIN_API_UNKNOWN,
    &compile::PLUGIN_COMPILE_FAILED,
    &descriptor::PLUGIN_DESCRIPTOR_INVALID,
    &cache::PLUGIN_CACHE_DISCARDED,
];

/// A component that can be called. Whether it may be is another question: see `approval`.
#[derive(Clone)]
pub struct Loaded {
    /// Key under `plugins:`, or what its file is called.
    pub name: Arc<str>,
    /// Of its bytes, as 64 hexadecimal digits.
    pub sha256: Arc<str>,
    /// In bytes.
    pub size: u64,
    /// What can be instantiated.
    pub component: Component,
    /// Interfaces that it imports, sorted.
    pub imports: Vec<String>,
    /// Interfaces of a plugin that it exports, sorted.
    pub exports: Vec<String>,
    /// What it can be.
    pub kinds: BTreeSet<PluginKind>,
    /// What it says of itself.
    pub descriptor: Arc<Descriptor>,
    /// What saying so cost.
    pub described: Account,
}

impl fmt::Debug for Loaded {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Loaded")
            .field("name", &self.name)
            .field("sha256", &self.sha256)
            .field("exports", &self.exports)
            .finish_non_exhaustive()
    }
}

/// Turns components into something that can be called.
pub struct Loader<'a> {
    /// What compiles and meters.
    pub engine: &'a Engine,
    /// Where it is compiled.
    pub compiler: Compiler,
    /// What was compiled before, if there is a place for it.
    pub cache: Option<Cache>,
    /// Whether whoever waits has gone.
    pub stop: Stop<'a>,
    /// Told the name of each plugin that is compiled: it takes seconds.
    pub compiling: &'a (dyn Fn(&str) + Sync),
}

impl fmt::Debug for Loader<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Loader")
            .field("compiler", &self.compiler)
            .field("cache", &self.cache)
            .finish_non_exhaustive()
    }
}

impl Loader<'_> {
    /// Loads what was read. What is worth knowing and no error goes to `notes`.
    ///
    /// # Errors
    /// What each step refuses.
    pub fn load(&self, name: &str, stored: &Stored, notes: &mut Vec<Failure>) -> Result<Loaded, Failure> {
        let component = self.compiled(name, stored, notes)?;
        needs(name, &component)?;
        let ty = component.component_type();
        let names = |names: &mut dyn Iterator<Item = &str>| {
            let mut names: Vec<String> = names.map(str::to_owned).collect();
            names.sort();
            names
        };
        let imports = names(&mut ty.imports(component.engine()).map(|(name, _)| name));
        let all = names(&mut ty.exports(component.engine()).map(|(name, _)| name));
        let mut kinds = BTreeSet::new();
        let mut exports = Vec::new();
        for export in all {
            let Some(kind) = scan::kind_of(&export) else { continue };
            v1::fit::check(&component, &export, kind).map_err(|why| {
                Failure::new(
                    &PLUGIN_API_UNKNOWN,
                    format!("plugin `{name}`: its `{export}` {}", printable(&why)),
                    format!("this kpress speaks {SPOKEN}; build the plugin against the interface that `kpress plugin new` brings"),
                )
            })?;
            kinds.insert(kind);
            exports.push(export);
        }
        let (descriptor, described) =
            v1::describe::describe(self.engine, &component, name, &stored.sha256, &kinds)?;
        descriptor::check(name, &kinds, &descriptor)?;
        Ok(Loaded {
            name: name.into(),
            sha256: stored.sha256.as_str().into(),
            size: stored.size(),
            component,
            imports,
            exports,
            kinds,
            descriptor: Arc::new(descriptor),
            described,
        })
    }

    /// Looks into a component without compiling it.
    ///
    /// # Errors
    /// See [`scan::scan`].
    pub fn outline(&self, name: &str, stored: &Stored) -> Result<Outline, Failure> {
        scan::scan(name, &stored.bytes)
    }

    /// From the cache, where what lies there was looked into and compiled by the same kpress; else by a child.
    fn compiled(&self, name: &str, stored: &Stored, notes: &mut Vec<Failure>) -> Result<Component, Failure> {
        let entry = Cache::entry(&stored.sha256, self.engine);
        if let Some(cache) = &self.cache {
            match cache.get(&entry) {
                Ok(Some(artefact)) => {
                    if let Ok(component) = artefact.load(self.engine) {
                        return Ok(component);
                    }
                }
                Ok(None) => {}
                Err(discarded) => notes.push(discarded.told(name)),
            }
        }
        scan::scan(name, &stored.bytes)?;
        (self.compiling)(name);
        let artefact = self.compiler.compile(name, &stored.bytes, self.stop)?;
        let component = artefact.load(self.engine).map_err(|error| {
            let message = format!("plugin `{name}` cannot be compiled: {}", printable(&format!("{error:#}")));
            Failure::new(&compile::PLUGIN_COMPILE_FAILED, message, "")
        })?;
        if let Some(cache) = &self.cache {
            cache.put(&entry, &artefact);
        }
        Ok(component)
    }
}

/// Whether it can be instantiated within what any plugin gets.
fn needs(name: &str, component: &Component) -> Result<(), Failure> {
    let complex = |what: String| {
        let hint = "a component of this shape is not taken";
        Err(Failure::new(&PLUGIN_TOO_COMPLEX, format!("plugin `{name}` asks for too much: {what}"), hint))
    };
    let Some(needs) = component.resources_required() else {
        return complex("modules of others".to_owned());
    };
    let memory = Limits::usual(PluginKind::Source).memory;
    let pages = needs.max_initial_memory_size.unwrap_or(0);
    if pages.saturating_mul(64 << 10) > memory {
        return complex(format!("memory minimum size of {pages} pages exceeds memory limits"));
    }
    let elements = needs.max_initial_table_size.unwrap_or(0);
    if elements > TABLE_ELEMENTS_MAX as u64 {
        return complex(format!("table minimum size of {elements} elements exceeds table limits"));
    }
    let counts = [(needs.num_memories, MEMORIES_MAX, "memories"), (needs.num_tables, TABLES_MAX, "tables")];
    for (is, limit, what) in counts {
        if is as usize > limit {
            return complex(format!(
                "{} {what}, and no plugin gets more than {limit}",
                grouped(u64::from(is))
            ));
        }
    }
    Ok(())
}
