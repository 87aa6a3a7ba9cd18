//! `kpress data pull`: fetches what sources with a plugin have, and writes it below `data/`. The only command that touches
//! the network for data.

use super::plugin::place::{mode, with_loader};
use super::secrets::Secrets;
use super::stop::Stop;
use super::terminal::Terminal;
use super::{Trouble, workspace};
use crate::build;
use crate::diag::{Finding, did_you_mean, exit_code, has_errors, printable};
use crate::plan::plugin::PluginKind;
use crate::plan::pull::Pull;
use crate::plan::{self, AsOf, Id, Plan, Source};
use crate::plugin::approved::{self, Approved};
use crate::plugin::engine::Engine;
use crate::plugin::limits::Limits;
use crate::plugin::pull::doors::World;
use crate::plugin::pull::tape::{Player, Recorder};
use crate::plugin::pull::unit::Offline;
use crate::plugin::pull::{Outcome, Run, Sources, Unit, fetch, ready};
use crate::plugin::reach::exchange::Clock;
use crate::plugin::reach::tape::{NoTape, Tape};
use crate::plugin::reach::wire::{Network, SystemNames};
use crate::plugin::run::Cancel;
use crate::site::{Failed, Folder};
use crate::time::{Date, day_number, instant_day, numbered_day, parse_date, plus_days};
use clap::Args;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Where exchanges are recorded if nobody says where.
const EXCHANGES: &str = ".kpress/exchanges";

#[derive(Args, Debug)]
pub(crate) struct Arguments {
    /// Sources; all that a plugin fetches if none is named
    sources: Vec<String>,
    /// Send nothing: play the exchanges that were recorded below DIR
    #[arg(long, value_name = "DIR", num_args = 0..=1, require_equals = true, default_missing_value = EXCHANGES)]
    offline: Option<String>,
    /// Record exchanges below DIR, without secrets; documents as they come
    #[arg(long, value_name = "DIR", num_args = 0..=1, require_equals = true, default_missing_value = EXCHANGES, conflicts_with = "offline")]
    record: Option<String>,
    /// What is not approved in `kpress.lock` is for the pull request to approve; usual with CI=true
    #[arg(long)]
    locked: bool,
    /// The first day; the day after the last one fetched if absent, `refetch:` days before that
    #[arg(long, value_name = "DATE", value_parser = day)]
    since: Option<Date>,
    /// The last day; the as-of date of the site, or yesterday, if absent
    #[arg(long, value_name = "DATE", value_parser = day)]
    until: Option<Date>,
    /// Fetch also what was fetched up to that day
    #[arg(long)]
    again: bool,
    /// Print what was fetched as one JSON object
    #[arg(long)]
    json: bool,
}

fn day(text: &str) -> Result<Date, String> {
    parse_date(text).ok_or_else(|| "a date is written 2026-01-31".to_owned())
}

/// The clock of the machine.
struct SystemClock;

impl Clock for SystemClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "the door through which the clock comes in; no figure depends on it"
    )]
    fn now_ms(&self) -> i64 {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        i64::try_from(since.as_millis()).unwrap_or(0)
    }
}

/// Runs the verb.
pub(crate) fn run(
    arguments: &Arguments,
    option: Option<&Path>,
    terminal: &Terminal,
    stop: &Stop,
) -> Result<u8, Trouble> {
    let workspace = workspace::open(None, option)?;
    let mut found: Vec<Finding> = Vec::new();
    let plan = plan::load(&workspace.disk).into_value(&mut found);
    // What is wrong elsewhere is for `kpress check` to say.
    found.retain(|finding| matches!(&*finding.place.file, "kpress.yaml" | "stores.yaml"));
    let lock = build::lock(&workspace.disk, &mut found);
    let sources = chosen(&plan, &arguments.sources)?;
    let place = workspace.place.to_string_lossy().into_owned();
    let folder = Folder::open(&workspace.place).map_err(|error| Failed::of("open", &place, &error))?;
    let mut told = Vec::new();
    if !has_errors(&found) && !sources.is_empty() {
        let state = folder.make(".kpress/pull").map_err(|error| Failed::of("write", ".kpress", &error))?;
        let held = state.lock().map_err(|error| Failed::of("lock", ".kpress/pull", &error))?;
        if held.is_none() {
            return Err(Failed::Locked("another kpress pulls into this workspace".to_owned()).into());
        }
        let secrets = Secrets::of(&workspace.disk);
        if let Some(warning) = secrets.warning {
            terminal.say(&format!("warning: {warning}\n"));
        }
        let approved = approved(&plan, &sources, |plan| {
            with_loader(terminal, stop, |loader| {
                let mode = mode(arguments.locked);
                Ok(approved::all(plan, &lock, &workspace.disk, loader, mode).into_value(&mut found))
            })
        })?;
        let work = Work {
            arguments,
            plan: &plan,
            folder: &folder,
            place: &workspace.place,
            terminal,
            stop,
            secrets,
        };
        for source in sources {
            if stop.code().is_some() {
                break;
            }
            work.source(source, &approved, &mut found, &mut told)?;
        }
    }
    crate::diag::sort(&mut found);
    terminal.findings(&found, &workspace.disk);
    if arguments.json {
        super::send(terminal, format!("{}\n", json!({"pulled": told})).as_bytes())?;
    } else if told.is_empty() && found.is_empty() {
        terminal.say("no source is fetched by a plugin\n");
    }
    Ok(stop.code().unwrap_or_else(|| exit_code(&found)))
}

/// The sources that are named, or all that a plugin fetches.
fn chosen<'p>(plan: &'p Plan, names: &[String]) -> Result<Vec<&'p Source>, Trouble> {
    let pulled = || plan.sources.values().filter(|source| source.pull.is_some());
    if names.is_empty() {
        return Ok(pulled().collect());
    }
    let one = |name: &String| match plan.sources.get(&**name) {
        Some(source) if source.pull.is_some() => Ok(source),
        Some(_) => Err(Trouble::usage(format!("the files of `{name}` come by hand"))
            .hint("a source with `plugin:` is fetched")),
        None => {
            let hint = did_you_mean(name, pulled().map(|source| &*source.id));
            let trouble = Trouble::usage(format!("there is no source `{}`", printable(name)));
            Err(hint.into_iter().fold(trouble, Trouble::hint))
        }
    };
    names.iter().map(one).collect()
}

/// The plugins of these sources that may run; no other is looked at.
fn approved(
    plan: &Plan,
    sources: &[&Source],
    load: impl FnOnce(&Plan) -> Result<BTreeMap<Id, Approved>, Trouble>,
) -> Result<BTreeMap<Id, Approved>, Trouble> {
    let mut plan = plan.clone();
    let used: Vec<&Id> =
        sources.iter().filter_map(|source| source.pull.as_ref()).map(|pull| &pull.plugin).collect();
    plan.plugins.retain(|name, _| used.contains(&name));
    load(&plan)
}

struct Work<'a> {
    arguments: &'a Arguments,
    plan: &'a Plan,
    folder: &'a Folder,
    place: &'a Path,
    terminal: &'a Terminal,
    stop: &'a Stop,
    secrets: Secrets,
}

impl Work<'_> {
    /// A source, store after store. One that fails does not keep the others from being fetched.
    fn source(
        &self,
        source: &Source,
        approved: &BTreeMap<Id, Approved>,
        found: &mut Vec<Finding>,
        told: &mut Vec<Value>,
    ) -> Result<(), Trouble> {
        let Some(pull) = &source.pull else { return Ok(()) };
        let Some(approved) = approved.get(&pull.plugin) else { return Ok(()) };
        let own = self.plan.plugins.get(&pull.plugin).map(|plugin| plugin.limits.as_slice());
        let limits = Limits::of(PluginKind::Source, own.unwrap_or_default()).into_value(found);
        let stop = self.stop.clone();
        let cancel = Cancel::when(move || stop.code().is_some());
        let port = match Sources::of(Engine::shared(), approved.loaded.clone(), limits.clone(), &cancel) {
            Ok(port) => port,
            Err(failure) => {
                found.push(failure.finding(pull.place.clone()));
                return Ok(());
            }
        };
        let info = match ready::source(&port, pull) {
            Ok(info) => info,
            Err(finding) => {
                found.push(*finding);
                return Ok(());
            }
        };
        let stores: Vec<_> = match pull.stores.as_slice() {
            [] => vec![None],
            stores => stores.iter().map(|id| self.plan.stores.get(id)).collect(),
        };
        for store in stores {
            if self.stop.code().is_some() {
                return Ok(());
            }
            let unit = Unit {
                site: &self.plan.site,
                source,
                pull,
                store,
                folder: Pull::folder(&source.id, store.map(|store| &*store.id)),
                sha256: &approved.loaded.sha256,
                info: &info,
            };
            self.unit(&unit, &port, &limits, approved, found, told)?;
        }
        Ok(())
    }

    fn unit(
        &self,
        unit: &Unit<'_>,
        port: &Sources,
        limits: &Limits,
        approved: &Approved,
        found: &mut Vec<Finding>,
        told: &mut Vec<Value>,
    ) -> Result<(), Trouble> {
        let effective = &approved.weighed.effective;
        let wrong = ready::config(unit);
        if !wrong.is_empty() {
            found.extend(wrong);
            return Ok(());
        }
        let offline = self.arguments.offline.is_some();
        let recorded = zeroize::Zeroizing::new("recorded value".to_owned());
        let value = |from: &plan::plugin::SecretFrom| {
            // What is played needs no secret.
            self.secrets.value(from).or_else(|| offline.then(|| recorded.clone()))
        };
        let vault = match ready::vault(unit, effective, &value) {
            Ok(vault) => vault,
            Err(unset) => {
                found.extend(unset);
                return Ok(());
            }
        };
        let say = |text: &str| self.terminal.say(&format!("{}\n", printable(text)));
        let run = Run {
            workspace: self.folder,
            port,
            reach: Arc::new(effective.http.clone()),
            folders: Arc::new(ready::folders(self.place, effective)),
            vault,
            tape: self.tape(unit)?,
            world: World {
                wire: if offline { Arc::new(Offline) } else { Arc::new(Network) },
                names: Arc::new(SystemNames),
                clock: Arc::new(SystemClock),
            },
            limits: limits.clone(),
            locale: self.plan.site.languages.first().map_or("en", |lang| lang.code()),
            window: (self.arguments.since.map(day_number), day_number(self.until())),
            again: self.arguments.again || self.arguments.since.is_some(),
            wait: &|time| self.wait(time),
            say: &say,
        };
        let outcome = fetch(unit, run)?;
        say(&line(unit, &outcome));
        told.push(value_of(unit, &outcome));
        found.extend(outcome.found);
        Ok(())
    }

    /// The last day to be fetched.
    fn until(&self) -> Date {
        let yesterday = || {
            let now = SystemClock.now_ms().div_euclid(1_000);
            plus_days(instant_day(now, &self.plan.site.zone).unwrap_or(Date::ZERO), -1)
        };
        match (self.arguments.until, self.plan.site.as_of) {
            (Some(day), _) => day,
            (None, AsOf::On(day)) => day,
            (None, _) => yesterday(),
        }
    }

    fn tape(&self, unit: &Unit<'_>) -> Result<Box<dyn Tape + Send>, Trouble> {
        let store = unit.store.map(|store| format!("@{}", store.id)).unwrap_or_default();
        let of = |folder: &str| -> Result<Folder, Failed> {
            let path = format!("{folder}/{}{store}", unit.source.id);
            crate::inputs::ProjectPath::parse(&path)
                .map_err(|why| Failed::Io(format!("`{folder}`: {}", why.0)))?;
            self.folder.make(&path).map_err(|error| Failed::of("open", &path, &error))
        };
        Ok(match (&self.arguments.offline, &self.arguments.record) {
            (Some(folder), _) => Box::new(Player::new(&of(folder)?)),
            (None, Some(folder)) => Box::new(Recorder::new(of(folder)?)),
            (None, None) => Box::new(NoTape),
        })
    }

    /// Waits, unless somebody wants to stop.
    #[expect(clippy::disallowed_methods, reason = "a server says how long to wait")]
    fn wait(&self, time: Duration) -> bool {
        let end = Instant::now() + time;
        // What is played again need not be waited for.
        while self.stop.code().is_none() && self.arguments.offline.is_none() && Instant::now() < end {
            std::thread::sleep(Duration::from_millis(50).min(end.saturating_duration_since(Instant::now())));
        }
        self.stop.code().is_none()
    }
}

/// What became of a unit, for people.
fn line(unit: &Unit<'_>, outcome: &Outcome) -> String {
    let days = |(since, until): &(Option<i32>, i32)| {
        let since = since.map(|since| numbered_day(since).to_string()).unwrap_or_default();
        format!("{since}..{}", numbered_day(*until))
    };
    let windows: Vec<String> = outcome.windows.iter().map(days).collect();
    let ended = match (outcome.stopped, outcome.found.is_empty(), windows.is_empty()) {
        (true, ..) => "stopped; what was fetched is kept",
        (_, false, _) => "not complete; what was fetched is kept",
        (_, _, true) => "nothing new",
        _ => "",
    };
    let counted = |count: u64, what: &str| (count > 0).then(|| format!("{count} {what}"));
    let files = if outcome.files.len() == 1 { "file" } else { "files" };
    let parts = [
        (!windows.is_empty()).then(|| windows.join(" and ")),
        counted(outcome.files.len() as u64, files),
        counted(outcome.requests.0, "requests"),
        counted(outcome.dropped, "rows that could not be used"),
        (!ended.is_empty()).then(|| ended.to_owned()),
    ];
    format!("{}: {}", unit.label(), parts.into_iter().flatten().collect::<Vec<_>>().join(", "))
}

fn value_of(unit: &Unit<'_>, outcome: &Outcome) -> Value {
    let day = |number: i32| numbered_day(number).to_string();
    let windows: Vec<Value> = outcome
        .windows
        .iter()
        .map(|(since, until)| json!({"since": since.map(day), "until": day(*until)}))
        .collect();
    let found: Vec<Value> =
        outcome.found.iter().map(|one| json!({"rule": one.rule.name, "message": one.message})).collect();
    let (requests, sent, received) = outcome.requests;
    json!({
        "source": &*unit.source.id,
        "store": unit.store.map(|store| &*store.id),
        "plugin": unit.name(),
        "windows": windows,
        "files": outcome.files,
        "rows": outcome.rows,
        "rows_dropped": outcome.dropped,
        "requests": {"count": requests, "sent": sent, "received": received},
        "complete": !outcome.stopped && outcome.found.is_empty(),
        "found": found,
    })
}
