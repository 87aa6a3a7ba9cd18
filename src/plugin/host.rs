//! Runs the plugins of a workspace: what was loaded and approved, each within its limits, behind the ports of those who
//! ask for figures. A plugin that may not run is a failure of its own, told to whoever asks for it.

use super::engine::{ENGINE, Engine};
use super::failure::{Failure, said};
use super::limits::Limits;
use super::load::Loaded;
use super::load::descriptor;
use super::memo;
use super::run::{Cancel, State, Who, on_own_thread};
use super::v1::metric::{Asked, Evaluating, World};
use super::v1::pure;
use crate::inputs::Hash;
use crate::measure::plugged::port::{
    Evaluation, Field, MetricInfo, MetricName, MetricPort, Outcome, RunContext,
};
use crate::plan::plugin::{Limit, PluginKind};
use crate::plan::rules::known::UNKNOWN_NAME;
use crate::snapshot::Cache;
use crate::time::{Date, days_between, parse_date};
use std::collections::BTreeMap;
use std::sync::Arc;
use wasmtime::component::{InstancePre, Linker};

/// Plugins that may run, and why others may not.
pub struct Host<'k> {
    pub(super) engine: Engine,
    linker: Linker<State>,
    guests: BTreeMap<Arc<str>, Result<Guest, Failure>>,
    pub(super) cancel: Cancel,
    /// Results that were computed before, if there is a place for them.
    kept: Option<&'k dyn Cache>,
}

/// A plugin that may run.
pub(super) struct Guest {
    pub(super) loaded: Loaded,
    pub(super) limits: Vec<Limit>,
    pub(super) pre: InstancePre<State>,
}

impl std::fmt::Debug for Host<'_> {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Host").field("plugins", &self.guests.keys()).finish_non_exhaustive()
    }
}

impl<'k> Host<'k> {
    /// A host without plugins.
    pub fn new(engine: &Engine, cancel: &Cancel, kept: Option<&'k dyn Cache>) -> Host<'k> {
        let linker = pure::linker(engine).expect("each name is linked once");
        Host { engine: engine.clone(), linker, guests: BTreeMap::new(), cancel: cancel.clone(), kept }
    }

    /// Takes a plugin in: loaded and approved, or why not.
    pub fn take(&mut self, name: &str, loaded: Result<Loaded, Failure>, limits: &[Limit]) {
        let guest = loaded.and_then(|loaded| {
            let pre = self.linker.instantiate_pre(&loaded.component).map_err(|error| {
                let message = format!("plugin `{name}` cannot be linked: {}", said(&format!("{error:#}")));
                Failure::new(
                    &super::load::scan::PLUGIN_IMPORT_REFUSED,
                    message,
                    "build it against the interface of this kpress",
                )
            })?;
            Ok(Guest { loaded, limits: limits.to_vec(), pre })
        });
        self.guests.insert(name.into(), guest);
    }

    /// What a plugin was loaded as.
    ///
    /// # Errors
    /// Why it may not run.
    pub fn loaded(&self, name: &str) -> Result<&Loaded, Failure> {
        self.guest(name).map(|guest| &guest.loaded)
    }

    pub(super) fn kept(&self) -> Option<&dyn Cache> {
        self.kept
    }

    pub(super) fn guest(&self, name: &str) -> Result<&Guest, Failure> {
        match self.guests.get(name) {
            Some(Ok(guest)) => Ok(guest),
            Some(Err(failure)) => Err(failure.clone()),
            None => Err(Failure::new(&UNKNOWN_NAME, format!("there is no plugin `{name}`"), "")),
        }
    }

    pub(super) fn metric(&self, name: &MetricName) -> Result<(&Guest, &descriptor::Metric), Failure> {
        let guest = self.guest(&name.plugin)?;
        let metrics = &guest.loaded.descriptor.metrics;
        let found = match &name.id {
            Some(id) => metrics.iter().find(|metric| *metric.id == **id),
            None => metrics.first().filter(|_| metrics.len() == 1),
        };
        found.map(|metric| (guest, metric)).ok_or_else(|| unknown(name, metrics))
    }
}

/// A metric that a plugin does not have, or one of several without its name.
fn unknown(name: &MetricName, metrics: &[descriptor::Metric]) -> Failure {
    let plugin = &name.plugin;
    let all: Vec<String> = metrics.iter().map(|metric| format!("`{plugin}/{}`", metric.id)).collect();
    let message = match &name.id {
        _ if metrics.is_empty() => format!("plugin `{plugin}` computes no metric"),
        Some(id) => format!("plugin `{plugin}` has no metric `{id}`"),
        None => format!("plugin `{plugin}` computes {} metrics, and none is named", metrics.len()),
    };
    let hint = if all.is_empty() { String::new() } else { format!("it has {}", all.join(", ")) };
    Failure::new(&UNKNOWN_NAME, message, hint)
}

impl MetricPort for Host<'_> {
    fn describe(&self, metric: &MetricName) -> Result<MetricInfo, Failure> {
        let (_, found) = self.metric(metric)?;
        let field = |field: &descriptor::Field| Field {
            name: field.name.as_str().into(),
            ty: field.ty,
            nullable: field.nullable,
        };
        Ok(MetricInfo {
            id: found.id.as_str().into(),
            title: found.title.as_str().into(),
            unit: found.unit.as_str().into(),
            inputs: found.inputs.iter().map(field).collect(),
            params_schema: found.params_schema.as_str().into(),
            mergeable: found.mergeable,
        })
    }

    fn identity(&self, metric: &MetricName) -> Option<Hash> {
        self.kept?;
        let (guest, found) = self.metric(metric).ok()?;
        let parts = [guest.loaded.sha256.as_bytes(), found.id.as_bytes(), ENGINE.as_bytes()];
        Some(Hash::of_parts(parts))
    }

    fn recall(&self, digest: &Hash) -> Option<Outcome> {
        memo::unpack(&self.kept?.get(digest)?)
    }

    fn keep(&self, digest: &Hash, outcome: &Outcome) {
        if let Some(kept) = self.kept {
            kept.put(digest, &memo::pack(outcome));
        }
    }

    fn begin<'a>(
        &'a self,
        metric: &MetricName,
        context: &RunContext,
        groups: u32,
    ) -> Result<Box<dyn Evaluation + 'a>, Failure> {
        let (guest, found) = self.metric(metric)?;
        let limits = Limits::of(PluginKind::Metric, &guest.limits).value;
        let hash = guest.loaded.sha256.clone();
        let who = Who { plugin: metric.plugin.clone(), hash, kind: PluginKind::Metric };
        let world = World {
            as_of: day_number(context.as_of),
            timezone: &context.timezone,
            locale: &context.locale,
            currency: &context.currency,
            seed: seed(&metric.plugin, &found.id, &context.params),
            params: &context.params,
        };
        let asked = Asked { who, id: &found.id, world: &world, groups };
        Ok(Box::new(Evaluating::begin(&self.engine, &guest.pre, limits, &self.cancel, &asked)?))
    }

    fn within(&self, work: &mut (dyn FnMut() + Send)) -> Result<(), Failure> {
        on_own_thread(work)
    }
}

/// Days since 1970-01-01.
pub(super) fn day_number(day: Date) -> i32 {
    let epoch = parse_date("1970-01-01").expect("a day as it is written");
    let days = |from, to| i32::try_from(days_between(from, to)).expect("dates lie within 20,000 years");
    if day >= epoch { days(epoch, day) } else { -days(day, epoch) }
}

/// A number that is the same wherever the same is asked: the first eight bytes of the hash of plugin, metric and
/// parameters (plugins.md §10).
pub fn seed(plugin: &str, id: &str, params: &[(Arc<str>, Arc<str>)]) -> u64 {
    let params: BTreeMap<&str, &str> = params.iter().map(|(name, value)| (&**name, &**value)).collect();
    let params = serde_json::to_string(&params).expect("texts are JSON");
    let hash = Hash::of(format!("{plugin}{id}{params}").as_bytes());
    let first: [u8; 8] = hash.bytes()[..8].try_into().expect("a hash has 32 bytes");
    u64::from_be_bytes(first)
}
