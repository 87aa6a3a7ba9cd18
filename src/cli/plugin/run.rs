//! `kpress plugin run`: one evaluation on a table, with what it used. For whoever writes a plugin.

use super::place::{Site, with_loader};
use super::trial;
use crate::cli::stop::Stop;
use crate::cli::terminal::{Terminal, counted};
use crate::cli::{Trouble, send};
use crate::diag::{Checked, Finding, Place, exit_code, has_errors, printable, sort};
use crate::inputs::{Bytes, Disk, Hash, Inputs, Memory, ProjectPath, Stamp};
use crate::measure::plugged::port::{ColumnType, MetricInfo, MetricName, MetricPort, RunContext};
use crate::measure::plugged::run::{Evaluated, Groups, Run};
use crate::plan::failure::{Account, Failure, bytes as amount, grouped};
use crate::plan::plugin::Limit;
use crate::plan::{ColumnKind, DateForm, Id, Scope};
use crate::plugin::approval::{Mode, short};
use crate::plugin::approved;
use crate::plugin::engine::Engine;
use crate::plugin::failure::{PLUGIN_INPUT_MISSING, PLUGIN_NOT_DETERMINISTIC};
use crate::plugin::host::Host;
use crate::plugin::load::{Loaded, Loader, store};
use crate::plugin::run::Cancel;
use crate::snapshot::{Column, Frame, Numbers, sample};
use crate::time::{Date, Period, parse_date};
use crate::unit::Quantity;
use clap::{Args, ValueEnum};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

#[derive(Args, Debug)]
pub(crate) struct Arguments {
    /// The plugin as `kpress.yaml` names it, with `/METRIC` where it has several; or a `.wasm` file
    name: String,
    /// The metric, where a file has several
    #[arg(long, value_name = "ID", conflicts_with = "widget")]
    metric: Option<String>,
    /// The widget, where a file has several
    #[arg(long, value_name = "ID")]
    pub(super) widget: Option<String>,
    /// Rows: a CSV, JSON, Parquet or xlsx file whose columns are called like the inputs; without it there are none. A widget
    /// with several tables takes `NAME=FILE` for each. Rules read the definitions of the workspace instead
    #[arg(long, value_name = "FILE")]
    input: Vec<String>,
    /// One group for each value of this column; otherwise all rows are one
    #[arg(long, value_name = "COLUMN")]
    by: Option<String>,
    /// A parameter, as below `config:`
    #[arg(long = "param", value_name = "KEY=VALUE")]
    params: Vec<String>,
    /// Run twice in fresh instances; both must give the same
    #[arg(long)]
    verify_determinism: bool,
    /// Run again whenever the component or the rows change, until Ctrl-C
    #[arg(long)]
    watch: bool,
    /// How the result is told
    #[arg(long, value_enum, default_value_t = Form::Text)]
    format: Form,
}

impl Arguments {
    /// The files of rows, each with the name of its table where one is given.
    pub(super) fn inputs(&self) -> impl Iterator<Item = (Option<&str>, &Path)> {
        self.input.iter().map(|given| match given.split_once('=') {
            Some((name, file)) if !name.contains(['/', '.']) => (Some(name), Path::new(file)),
            _ => (None, Path::new(given.as_str())),
        })
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Form {
    /// For people
    Text,
    /// One JSON object
    Json,
}

/// The largest table that is tried.
const INPUT_BYTES: u64 = 1 << 30;
/// How often changed files are looked for.
const LOOK: Duration = Duration::from_millis(300);

/// Runs once, or again and again.
pub(super) fn run(
    arguments: &Arguments,
    option: Option<&Path>,
    terminal: &Terminal,
    stop: &Stop,
) -> Result<u8, Trouble> {
    loop {
        let before = stamps(arguments, option);
        let code = once(arguments, option, terminal, stop)?;
        if !arguments.watch {
            return Ok(code);
        }
        terminal.say("waiting for a change; Ctrl-C ends\n");
        while stamps(arguments, option) == before {
            if let Some(code) = stop.code() {
                return Ok(code);
            }
            std::thread::sleep(LOOK);
        }
    }
}

/// What tells whether a file that is watched changed.
fn stamps(arguments: &Arguments, option: Option<&Path>) -> Vec<Option<Stamp>> {
    let of = |path: &Path| {
        let (disk, own) = beside(path).ok()?;
        disk.stamp(&own)
    };
    let component = match file_of(&arguments.name) {
        Some(file) => Some(file.to_owned()),
        None => Site::open(option).ok().and_then(|site| {
            let (plugin, _) = arguments.name.split_once('/').unwrap_or((&arguments.name, ""));
            Some(site.workspace.place.join(&*site.plan.plugins.get(plugin)?.file))
        }),
    };
    let inputs = arguments.inputs().map(|(_, file)| of(file));
    std::iter::once(component.as_deref().and_then(of)).chain(inputs).collect()
}

fn file_of(name: &str) -> Option<&Path> {
    name.ends_with(".wasm").then(|| Path::new(name))
}

/// The folder of a file, and its name there.
fn beside(path: &Path) -> Result<(Disk, ProjectPath), Trouble> {
    let shown = printable(&path.to_string_lossy());
    let own = path.file_name().and_then(|name| name.to_str());
    let own = own.ok_or_else(|| Trouble::usage(format!("`{shown}` is no file")))?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let disk = Disk::open(folder)
        .map_err(|error| Trouble::usage(format!("cannot open the folder of `{shown}`: {error}")))?;
    let own = ProjectPath::parse(own).map_err(|why| Trouble::usage(format!("`{shown}`: {}", why.0)))?;
    Ok((disk, own))
}

/// A plugin that is to run.
pub(super) struct Subject {
    pub(super) loaded: Loaded,
    limits: Vec<Limit>,
    pub(super) name: MetricName,
    pub(super) context: RunContext,
    /// Findings show lines of its files.
    disk: Option<Disk>,
    place: Place,
}

fn once(
    arguments: &Arguments,
    option: Option<&Path>,
    terminal: &Terminal,
    stop: &Stop,
) -> Result<u8, Trouble> {
    let mut found = Vec::new();
    let subject = with_loader(terminal, stop, |loader| match file_of(&arguments.name) {
        Some(file) => of_file(arguments, file, loader, &mut found),
        None => of_site(arguments, option, loader, &mut found),
    })?;
    let Some(subject) = subject else { return Ok(told(&mut found, None, terminal)) };
    let stopped = stop.clone();
    let cancel = Cancel::when(move || stopped.code().is_some());
    let mut host = Host::new(Engine::shared(), &cancel, None);
    let plugin = subject.name.plugin.clone();
    host.take(&plugin, Ok(subject.loaded.clone()), &subject.limits);
    if let Some(trial) = trial::of(arguments, &subject) {
        match trial.run(&host, option)? {
            Ok(told) => {
                found.extend(told.found.iter().cloned());
                let text = match arguments.format {
                    Form::Text => format!("{}{}", told.text, spent(&told.account, told.rows)),
                    Form::Json => format!("{}\n", told.value()),
                };
                send(terminal, text.as_bytes())?;
            }
            Err(failure) => found.push(failure.finding(subject.place.clone())),
        }
        return Ok(told(&mut found, subject.disk.as_ref(), terminal));
    }
    let mut fail = |failure: Failure| found.push(failure.finding(subject.place.clone()));
    let info = match host.describe(&subject.name) {
        Ok(info) => info,
        Err(failure) => {
            fail(failure);
            return Ok(told(&mut found, subject.disk.as_ref(), terminal));
        }
    };
    let table = Table::read(arguments, &info)?;
    let trial = Trial { subject: &subject, info: &info, table: &table, groups: table.groups() };
    match trial.evaluate(&host, arguments.verify_determinism) {
        Ok(result) => {
            let text = match arguments.format {
                Form::Text => trial.text(&result),
                Form::Json => format!("{}\n", trial.value(&result)),
            };
            send(terminal, text.as_bytes())?;
        }
        Err(failure) if failure.rule.name == PLUGIN_INPUT_MISSING.name && failure.account.is_none() => {
            let names: Vec<String> = table.frame.columns.keys().map(|name| format!("`{name}`")).collect();
            let hint =
                format!("columns are to be called like the inputs; the table has {}", names.join(", "));
            fail(Failure { hint, ..failure });
        }
        Err(failure) => fail(failure),
    }
    found.extend(table.found.iter().cloned());
    Ok(told(&mut found, subject.disk.as_ref(), terminal))
}

fn told(found: &mut Vec<Finding>, disk: Option<&Disk>, terminal: &Terminal) -> u8 {
    sort(found);
    match disk {
        Some(disk) => terminal.findings(found, disk),
        None => terminal.findings(found, &Memory::default()),
    }
    if has_errors(found) {
        terminal.say(&format!("{}; no result\n", counted(found)));
    }
    exit_code(found)
}

/// A component by itself: nothing is granted, so nothing has to be approved.
fn of_file(
    arguments: &Arguments,
    file: &Path,
    loader: &Loader<'_>,
    found: &mut Vec<Finding>,
) -> Result<Option<Subject>, Trouble> {
    let (disk, own) = beside(file)?;
    let stem = file.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let place = Place::file(&printable(&file.to_string_lossy()));
    let mut notes = Vec::new();
    let stored = store::read(&stem, own.as_str(), &disk);
    let loaded = stored.and_then(|stored| loader.load(&stem, &stored, &mut notes));
    found.extend(notes.iter().map(|note| note.finding(place.clone())));
    let loaded = match loaded {
        Ok(loaded) => loaded,
        Err(failure) => {
            found.push(failure.finding(place));
            return Ok(None);
        }
    };
    let id = arguments.metric.as_deref().or(arguments.widget.as_deref());
    let name = MetricName { plugin: stem.as_str().into(), id: id.map(Arc::from) };
    let context = context(arguments, "UTC", "en", "JPY")?;
    Ok(Some(Subject { loaded, limits: Vec::new(), name, context, disk: None, place }))
}

/// A plugin of a workspace. One that reaches servers, secrets or files runs only if it is approved.
fn of_site(
    arguments: &Arguments,
    option: Option<&Path>,
    loader: &Loader<'_>,
    found: &mut Vec<Finding>,
) -> Result<Option<Subject>, Trouble> {
    let site = Site::open(option)?;
    let (plugin, id) = match arguments.name.split_once('/') {
        Some((plugin, id)) => (plugin, Some(id.to_owned())),
        None => (arguments.name.as_str(), arguments.metric.clone().or_else(|| arguments.widget.clone())),
    };
    let named = site.named(Some(plugin))?;
    let (_, plugin) = named.first().expect("one was asked for and found");
    found.extend(site.found.iter().cloned());
    let disk = &site.workspace.disk;
    let loaded = if plugin.grant.place.is_some() {
        approved::one(&site.plan, plugin, &site.lock, disk, (loader, Mode::Open), found).map(|one| one.loaded)
    } else {
        match store::read(&plugin.id, &plugin.file, disk) {
            Ok(stored) => approved::seen(&site.plan, plugin, &stored, loader, found).map(|seen| seen.loaded),
            Err(failure) => {
                found.push(failure.finding(plugin.file_at.clone()));
                None
            }
        }
    };
    let own = &site.plan.site;
    let locale = own.languages.first().map_or("en", |language| language.code());
    let currency = own.currency.to_string();
    let context = context(arguments, &own.zone_name, locale, &currency)?;
    let name = MetricName { plugin: plugin.id.clone(), id: id.as_deref().map(Arc::from) };
    let (limits, place) = (plugin.limits.clone(), plugin.place.clone());
    Ok(loaded.map(|loaded| Subject { loaded, limits, name, context, disk: Some(site.workspace.disk), place }))
}

/// The same on every machine and every day: there is no clock here either.
fn context(arguments: &Arguments, zone: &str, locale: &str, currency: &str) -> Result<RunContext, Trouble> {
    let mut params: BTreeMap<Arc<str>, Arc<str>> = BTreeMap::new();
    for param in &arguments.params {
        let (key, value) = param.split_once('=').ok_or_else(|| {
            Trouble::usage(format!("`--param {}` is no parameter", printable(param)))
                .hint("write `--param top=3`")
        })?;
        params.insert(key.into(), value.into());
    }
    Ok(RunContext {
        as_of: day(),
        timezone: zone.into(),
        locale: locale.into(),
        currency: currency.into(),
        params: params.into_iter().collect(),
    })
}

pub(super) fn day() -> Date {
    parse_date("2026-01-31").expect("a day as it is written")
}

/// The rows of a file, with columns of these kinds among them.
pub(super) fn rows_of(file: &Path, kinds: &BTreeMap<Id, ColumnKind>) -> Result<Checked<Frame>, Trouble> {
    let shown = printable(&file.to_string_lossy());
    let (disk, own) = beside(file)?;
    let bytes: Bytes = disk
        .read(&own, INPUT_BYTES)
        .map_err(|why| Trouble::usage(format!("cannot read `{shown}`: {why}")))?;
    sample(own.as_str(), &bytes, kinds)
        .map_err(|finding| Trouble::usage(format!("`{shown}` is no table: {}", finding.message)))
}

/// The rows, as columns.
struct Table {
    frame: Frame,
    found: Vec<Finding>,
    by: Option<Id>,
}

/// The level that groups of rows are members of.
const LEVEL: &str = "group";

impl Table {
    fn read(arguments: &Arguments, info: &MetricInfo) -> Result<Table, Trouble> {
        let by = arguments.by.as_deref().map(Id::from);
        let mut files = arguments.inputs();
        let (first, second) = (files.next(), files.next());
        if let Some((_, more)) = second {
            let told = format!("`--input {}` is one too many: a metric has one table", more.display());
            return Err(Trouble::usage(told).hint("several tables are for widgets: `--input NAME=FILE`"));
        }
        let Some((_, file)) = first else {
            return Ok(Table {
                frame: empty(info.inputs.iter().map(|field| (&*field.name, field.ty))),
                found: Vec::new(),
                by: None,
            });
        };
        let mut kinds: BTreeMap<Id, ColumnKind> =
            info.inputs.iter().map(|field| (Id::from(&*field.name), kind(field.ty))).collect();
        by.iter().for_each(|by| drop(kinds.insert(by.clone(), ColumnKind::Text)));
        let read = rows_of(file, &kinds)?;
        let shown = printable(&file.to_string_lossy());
        let table = Table { frame: read.value, found: read.found, by };
        if let Some(by) = &table.by
            && !table.frame.columns.contains_key(by)
        {
            let names: Vec<String> = table.frame.columns.keys().map(|name| format!("`{name}`")).collect();
            return Err(Trouble::usage(format!("`{shown}` has no column `{by}`"))
                .hint(format!("it has {}", names.join(", "))));
        }
        Ok(table)
    }

    /// The group of each row, and their names in order.
    fn groups(&self) -> (Vec<u32>, BTreeSet<Scope>) {
        let member = |row: usize| match &self.by {
            Some(by) => {
                let text = self.frame.columns.get(by).and_then(|column| column.text(row)).cloned();
                Scope::of(LEVEL, text.as_deref().unwrap_or(""))
            }
            None => Scope::company(),
        };
        let of: Vec<Scope> = (0..self.frame.rows).map(member).collect();
        let mut scopes: BTreeSet<Scope> = of.iter().cloned().collect();
        if scopes.is_empty() {
            scopes.insert(Scope::company());
        }
        let number: BTreeMap<&Scope, u32> = scopes.iter().zip(0..).collect();
        let ids = of.iter().map(|scope| number[scope]).collect();
        (ids, scopes)
    }
}

/// A table without rows that has the columns.
pub(super) fn empty<'f>(fields: impl Iterator<Item = (&'f str, ColumnType)>) -> Frame {
    let column = |ty| match ty {
        ColumnType::Date32 | ColumnType::TimestampMs => Column::Date(Vec::new()),
        ColumnType::Boolean => Column::Bool(Vec::new()),
        ColumnType::Utf8 | ColumnType::DictUtf8 => Column::constant(None, 0),
        ColumnType::Float64 | ColumnType::Int64 | ColumnType::Decimal64(_) => {
            Column::Number { scale: 0, rows: Numbers::default() }
        }
    };
    let columns = fields.map(|(name, ty)| (Id::from(name), column(ty)));
    Frame { columns: columns.collect(), ..Frame::default() }
}

pub(super) fn kind(ty: ColumnType) -> ColumnKind {
    match ty {
        ColumnType::Float64 | ColumnType::Int64 | ColumnType::Decimal64(_) => ColumnKind::Number,
        ColumnType::Boolean => ColumnKind::Bool,
        ColumnType::Date32 => ColumnKind::Date(DateForm::Plain),
        ColumnType::TimestampMs => ColumnKind::Instant(DateForm::Plain),
        ColumnType::Utf8 | ColumnType::DictUtf8 => ColumnKind::Text,
    }
}

/// One evaluation.
struct Trial<'a> {
    subject: &'a Subject,
    info: &'a MetricInfo,
    table: &'a Table,
    groups: (Vec<u32>, BTreeSet<Scope>),
}

impl Trial<'_> {
    fn evaluate(&self, host: &Host<'_>, twice: bool) -> Result<Evaluated, Failure> {
        let first = self.one(host)?;
        let differs = twice.then(|| Ok(differs(&self.subject.name.plugin, &first, &self.one(host)?)));
        match differs.transpose()?.flatten() {
            Some(failure) => Err(failure),
            None => Ok(first),
        }
    }

    fn one(&self, host: &Host<'_>) -> Result<Evaluated, Failure> {
        let columns: BTreeMap<Id, &Column> =
            self.table.frame.columns.iter().map(|(name, column)| (name.clone(), column)).collect();
        let rows: Vec<u32> = (0..).take(self.table.frame.rows).collect();
        let (ids, scopes) = &self.groups;
        let groups = Groups::of(scopes, &[Period::range(day(), day())].into());
        let metric = Id::from(&*self.info.id);
        Run {
            metric: &metric,
            name: &self.subject.name,
            info: self.info,
            context: &self.subject.context,
            columns: &columns,
            rows: &rows,
            group_ids: ids,
            groups: &groups,
        }
        .evaluate(host)
    }

    /// The value of each group, `None` where there is nothing to say.
    fn values<'r>(&'r self, result: &'r Evaluated) -> impl Iterator<Item = (String, Option<Quantity>)> + 'r {
        self.groups.1.iter().map(|scope| {
            let member = scope.member(LEVEL).map_or_else(|| "all".to_owned(), |member| member.to_string());
            let value = result.figures.get(scope).and_then(|periods| periods.values().next());
            (member, value.copied())
        })
    }

    fn text(&self, result: &Evaluated) -> String {
        let rows = self.table.frame.rows as u64;
        let mut out = format!(
            "{} of {} {}: {} in {}\n",
            self.info.id,
            self.subject.name.plugin,
            short(&self.subject.loaded.sha256),
            many(rows, "row"),
            many(self.groups.1.len() as u64, "group"),
        );
        let width = self.values(result).map(|(name, _)| name.chars().count()).max().unwrap_or(0).min(40);
        for (name, value) in self.values(result) {
            let value = value.map_or_else(|| "–".to_owned(), number);
            let _ = writeln!(out, "  {:<width$}  {value}", printable(&name));
        }
        if result.not_finite > 0 {
            let _ = writeln!(
                out,
                "  {} of these are nothing because they were no finite numbers",
                grouped(result.not_finite)
            );
        }
        if let Some(cost) = &result.account {
            out.push_str(&spent(cost, rows));
        }
        out
    }

    fn value(&self, result: &Evaluated) -> Value {
        let values: Map<String, Value> =
            self.values(result).map(|(name, value)| (name, value.map(number).into())).collect();
        let cost = result.account.as_ref().map(cost);
        json!({
            "plugin": &*self.subject.name.plugin,
            "metric": &*self.info.id,
            "sha256": &*self.subject.loaded.sha256,
            "rows": self.table.frame.rows,
            "values": values,
            "not_finite": result.not_finite,
            "cost": cost,
        })
    }
}

/// What a run used, in words.
fn spent(cost: &Account, rows: u64) -> String {
    let each = cost.fuel.checked_div(rows).map(|each| format!(", {} a row", grouped(each)));
    let mut out = format!(
        "fuel {} of {}{} · peak memory {} · {}\n",
        grouped(cost.fuel),
        grouped(cost.fuel_allowed),
        each.unwrap_or_default(),
        amount(cost.peak_memory),
        many(cost.host_calls, "host call")
    );
    for line in &cost.log {
        let _ = writeln!(out, "log {}", printable(line));
    }
    out
}

pub(super) fn cost(cost: &Account) -> Value {
    json!({"fuel": cost.fuel, "fuel_allowed": cost.fuel_allowed, "peak_memory": cost.peak_memory,
        "host_calls": cost.host_calls, "log": cost.log.iter().map(|line| &**line).collect::<Vec<&str>>()})
}

/// A figure in full: exact ones to their last digit, floats in the fewest digits that are this float.
pub(super) fn number(value: Quantity) -> String {
    match value {
        Quantity::Approximate(value) => value.to_string(),
        exact => exact.as_decimal().map_or_else(|| exact.as_f64().to_string(), |value| value.to_string()),
    }
}

pub(super) fn many(count: u64, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{} {what}s", grouped(count)) }
}

/// What is said of a plugin that does not give the same answer twice. Nothing that a component can reach differs between
/// two runs, so this tells of a fault of the host, too.
fn differs(plugin: &str, first: &Evaluated, second: &Evaluated) -> Option<Failure> {
    let (one, other) = (digest(first), digest(second));
    let message = || {
        let (one, other) = (one.to_string(), other.to_string());
        format!(
            "plugin `{plugin}` gives another result the second time: {} and {}",
            short(&one),
            short(&other)
        )
    };
    let hint =
        "look for memory that is read before it is written, and for an order that depends on addresses";
    (one != other).then(|| Failure {
        account: first.account.clone().map(Box::new),
        ..Failure::new(&PLUGIN_NOT_DETERMINISTIC, message(), hint)
    })
}

fn digest(result: &Evaluated) -> Hash {
    Hash::of(format!("{:?} {}", result.figures, result.not_finite).as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_33_another_answer_is_told_with_both() {
        let answer = |value: i64| {
            let figures = BTreeMap::from([(Period::range(day(), day()), Quantity::from(value))]);
            Evaluated { figures: [(Scope::company(), figures)].into(), not_finite: 0, account: None }
        };
        assert!(differs("tacos", &answer(7), &answer(7)).is_none());
        let failure = differs("tacos", &answer(7), &answer(8)).expect("7 is not 8");
        assert_eq!(failure.rule.name, "plugin-not-deterministic");
        let (seven, eight) = (digest(&answer(7)).to_string(), digest(&answer(8)).to_string());
        assert_eq!(
            failure.message,
            format!(
                "plugin `tacos` gives another result the second time: {} and {}",
                short(&seven),
                short(&eight)
            )
        );
    }
}
