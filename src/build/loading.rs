//! The plugins of this process: what is approved is loaded, on as many threads as there are cores, and run by one host.

use super::Store;
use super::plugins::{Plugins, Ready};
use crate::diag::Finding;
use crate::inputs::Inputs;
use crate::parallel;
use crate::plan::Plan;
use crate::plan::failure::Failure;
use crate::plan::plugin::{Plugin, PluginKind};
use crate::plugin::approval::Mode;
use crate::plugin::approved;
use crate::plugin::engine::Engine;
use crate::plugin::host::Host;
use crate::plugin::limits::Limits;
use crate::plugin::load::Loader;
use crate::plugin::load::cache::{Cache, Homes};
use crate::plugin::load::compile::Compiler;
use crate::plugin::run::Cancel;
use crate::snapshot::Lock;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// How plugins are loaded and run.
pub struct Loading {
    program: PathBuf,
    homes: Homes,
    mode: Mode,
    watch: Arc<dyn Fn() -> bool + Send + Sync>,
    compiling: Box<dyn Fn(&str) + Send + Sync>,
}

impl std::fmt::Debug for Loading {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Loading")
            .field("program", &self.program)
            .field("mode", &self.mode)
            .finish_non_exhaustive()
    }
}

impl Loading {
    /// Components are compiled by this program and kept in these folders.
    pub fn new(program: &Path, homes: Homes, mode: Mode) -> Loading {
        Loading {
            program: program.to_owned(),
            homes,
            mode,
            watch: Arc::new(|| false),
            compiling: Box::new(|_| ()),
        }
    }

    /// Ends as soon as somebody asks for it.
    #[must_use]
    pub fn until(self, stopped: impl Fn() -> bool + Send + Sync + 'static) -> Loading {
        Loading { watch: Arc::new(stopped), ..self }
    }

    /// Says which plugin is compiled: it takes seconds.
    #[must_use]
    pub fn telling(self, compiling: impl Fn(&str) + Send + Sync + 'static) -> Loading {
        Loading { compiling: Box::new(compiling), ..self }
    }
}

impl Plugins for Loading {
    fn ready<'a>(
        &'a self,
        plan: &mut Plan,
        lock: &Lock,
        inputs: &dyn Inputs,
        store: &'a Store,
        found: &mut Vec<Finding>,
    ) -> Ready<'a> {
        let engine = Engine::shared();
        let stop = || (self.watch)();
        let loader = Loader {
            engine,
            compiler: Compiler::of(&self.program),
            cache: Cache::open(&self.homes),
            stop: &stop,
            compiling: &*self.compiling,
        };
        let asked = Arc::clone(&self.watch);
        let mut host = Host::new(engine, &Cancel::when(move || asked()), Some(store));
        let plugins: Vec<&Plugin> = plan.plugins.values().collect();
        let loaded = parallel::each(&plugins, |plugin| {
            let mut said = Limits::of(PluginKind::Metric, &plugin.limits).found;
            if !said.is_empty() {
                return (None, said);
            }
            let approved = approved::one(plan, plugin, lock, inputs, (&loader, self.mode), &mut said);
            (approved, said)
        });
        let mut identity = String::new();
        for (plugin, (approved, said)) in plugins.iter().zip(loaded) {
            let loaded = match approved {
                Some(approved) => {
                    let _ = write!(identity, "{} {} ", plugin.id, approved.loaded.sha256);
                    Ok(approved.loaded)
                }
                None => Err(why(plugin, &said)),
            };
            found.extend(said);
            host.take(&plugin.id, loaded, &plugin.limits);
        }
        let failed = host.wire(plan, found);
        Ready { host: Box::new(host), identity, failed }
    }
}

/// Why a plugin may not run: the first error that was found of it.
fn why(plugin: &Plugin, said: &[Finding]) -> Failure {
    let first = said.iter().find(|finding| finding.level == crate::diag::Level::Error);
    match first {
        Some(finding) => {
            Failure::new(finding.rule, finding.message.as_str(), finding.hint.clone().unwrap_or_default())
        }
        None => {
            let message = format!("plugin `{}` was not loaded", plugin.id);
            Failure::new(&crate::measure::plugged::run::PLUGIN_NOT_RUN, message, "")
        }
    }
}
