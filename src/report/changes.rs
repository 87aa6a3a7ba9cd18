//! What changed since the version before: definitions first, since a figure may have moved because its formula did; then
//! targets, figures of closed periods that are told otherwise now, standings that turned, and pages.

use super::context::{Context, metric_path, target_path};
use super::page::page;
use super::record::{self, FigureSaid, MetricSaid, Record, Said, TargetSaid};
use super::restated;
use super::{Arg, Block, Cell, NavItem, Page, Provenance, Report, TableColumn, TableSpec, Text};
use crate::assess::spc::Watched;
use crate::assess::{Judged, Standing};
use crate::diag::Finding;
use crate::measure::Facts;
use crate::plan::{Plan, Scope, Words};
use crate::time::{Period, parse_period};
use crate::unit::{Decimal, Quantity, Unit};
use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;
use std::sync::Arc;

/// Its address.
pub const PAGE: &str = "changes";
/// More rows than this nobody reads; the rest is counted.
const ROWS: usize = 60;

/// Every standing, to be found by its name.
const STANDINGS: &[Standing] = &[
    Standing::Exceed,
    Standing::On,
    Standing::Near,
    Standing::Off,
    Standing::NoData,
    Standing::Paused,
    Standing::TooEarly,
];

/// The version before, and what it said.
#[derive(Clone, Debug)]
pub struct Before {
    /// Its name.
    pub version: String,
    /// The day it was made: `2026-05-20`.
    pub on: String,
    /// The files of data it was made from: path → hash.
    pub files: BTreeMap<String, String>,
    /// What it said.
    pub record: Record,
}

/// Adds the page to a report, and the way to it; pages that show a figure which was published as another one say so.
/// Gives what the version says now, for the next one.
pub fn add(
    report: &mut Report,
    (plan, facts, judged): (&Plan, &Facts, &[Judged]),
    (before, files): (Option<&Before>, &restated::Files),
    title: &dyn Fn(&Page) -> Said,
    found: &mut Vec<Finding>,
) -> Record {
    let provenance = Provenance::default();
    let context = Context::new(plan, facts, judged, &provenance, Watched::default());
    let mut made = page(PAGE, "changes", Text::key("nav-changes"), &[("", Text::key("nav-home"))]);
    let place = report.pages.partition_point(|other| *other.path < *made.path);
    if report.pages.get(place).is_some_and(|other| other.path == made.path) {
        found.push(super::address_taken(plan, &made));
        return Record::of(plan, facts, judged, &report.pages, title);
    }
    report.nav.push(NavItem { path: PAGE.to_owned(), title: Text::key("nav-changes"), children: Vec::new() });
    report.pages.insert(place, Arc::new(made.clone()));
    let mut now = Record::of(plan, facts, judged, &report.pages, title);
    if let Some(before) = before {
        now.restated = restated::notes(&context, before, &now, files);
        found.extend(restated::findings(&context, &now.restated, before));
        mark(&context, report, &now);
    }
    made.blocks = match before {
        None => vec![info(Text::key("changes-none-before"))],
        Some(before) => {
            Compared { context: &context, report, was: &before.record, now: &now }.blocks(&before.version)
        }
    };
    report.pages[place] = Arc::new(made);
    now
}

/// Pages that show a restated figure get its note.
fn mark(context: &Context<'_>, report: &mut Report, now: &Record) {
    if now.restated.is_empty() {
        return;
    }
    for page in report.pages.iter_mut().filter(|page| page.path != PAGE) {
        let mut marked = Page::clone(page);
        restated::mark(context, &mut marked, &now.restated);
        if marked.blocks.len() != page.blocks.len() {
            *page = Arc::new(marked);
        }
    }
}

fn info(text: Text) -> Block {
    Block::Notice { tone: "info", text, details: Vec::new() }
}

fn plain(text: &str) -> Cell {
    Cell::Text(Text::Words(Words::same(text)))
}

fn keyed(key: &'static str) -> Cell {
    Cell::Text(Text::key(key))
}

/// Two records side by side.
struct Compared<'a> {
    context: &'a Context<'a>,
    report: &'a Report,
    was: &'a Record,
    now: &'a Record,
}

type Rows = Vec<Vec<Cell>>;

impl Compared<'_> {
    fn blocks(&self, version: &str) -> Vec<Block> {
        let against = Text::Key("changes-against", vec![("version", Arg::Text(version.to_owned()))]);
        let mut blocks = vec![info(against)];
        let what = &["changes-what", "changes-before", "changes-now"];
        let lists: [(&'static str, &'static str, &[&'static str], Rows); 5] = [
            ("changes-definitions", "table-metric", what, self.definitions()),
            ("changes-targets", "changes-target", what, self.targets()),
            (
                "changes-restated",
                "table-metric",
                &["table-scope", "table-period", "changes-before", "changes-now", "changes-because"],
                self.restated(),
            ),
            ("changes-standings", "changes-target", &["changes-before", "changes-now"], self.standings()),
            ("changes-pages", "changes-page", &["changes-what"], self.pages()),
        ];
        let mut nothing = true;
        for (heading, first, columns, rows) in lists {
            if rows.is_empty() {
                continue;
            }
            nothing = false;
            let more = rows.len().saturating_sub(ROWS);
            blocks.push(Block::Table(table(heading, first, columns, rows)));
            if more > 0 {
                let count = Arg::Count(u64::try_from(more).unwrap_or(u64::MAX));
                blocks.push(info(Text::Key("changes-more", vec![("count", count)])));
            }
        }
        if nothing {
            blocks.push(info(Text::key("changes-nothing")));
        }
        blocks
    }

    fn metric(&self, id: &str, said: &MetricSaid) -> Cell {
        match self.context.plan.metrics.contains_key(id) {
            true => Cell::Link(metric_path(id), self.context.metric_name(id)),
            false => Cell::Text(Text::Words(named(&said.name, id))),
        }
    }

    fn definitions(&self) -> Rows {
        let mut rows = Rows::new();
        for id in self.was.metrics.keys().chain(self.now.metrics.keys()).collect::<BTreeSet<_>>() {
            match (self.was.metrics.get(id), self.now.metrics.get(id)) {
                (None, Some(now)) => {
                    rows.push(vec![
                        self.metric(id, now),
                        keyed("changes-new"),
                        Cell::Empty,
                        Cell::Code(now.formula.clone()),
                    ]);
                }
                (Some(was), None) => {
                    let same = |(other, now): &(&String, &MetricSaid)| {
                        !self.was.metrics.contains_key(*other)
                            && now.formula == was.formula
                            && now.unit == was.unit
                    };
                    // One that came with the same formula and unit is the same under another name.
                    rows.push(match self.now.metrics.iter().find(same) {
                        Some((other, now)) => {
                            vec![
                                self.metric(other, now),
                                keyed("changes-renamed"),
                                Cell::Code(id.clone()),
                                Cell::Code(other.clone()),
                            ]
                        }
                        None => vec![
                            self.metric(id, was),
                            keyed("changes-gone"),
                            Cell::Code(was.formula.clone()),
                            Cell::Empty,
                        ],
                    });
                }
                (Some(was), Some(now)) => self.redefined(id, was, now, &mut rows),
                (None, None) => {}
            }
        }
        rows
    }

    fn redefined(&self, id: &str, was: &MetricSaid, now: &MetricSaid, rows: &mut Rows) {
        let mut row = |key, was: Cell, now: Cell| {
            rows.push(vec![self.metric(id, &self.now.metrics[id]), keyed(key), was, now])
        };
        let code = |text: &str| Cell::Code(text.to_owned());
        if was.formula != now.formula {
            row("changes-formula", code(&was.formula), code(&now.formula));
        }
        if was.unit != now.unit {
            row("fact-unit", code(&was.unit), code(&now.unit));
        }
        if was.better != now.better {
            row("table-better", code(&was.better), code(&now.better));
        }
        if was.owner != now.owner {
            row("changes-owner", self.person(was.owner.as_ref()), self.person(now.owner.as_ref()));
        }
        if was.basis != now.basis {
            row("changes-basis", code(&short(&was.basis)), code(&short(&now.basis)));
        }
    }

    fn person(&self, id: Option<&String>) -> Cell {
        id.map_or(Cell::Empty, |id| Cell::Text(Text::Words(self.context.person_name(id))))
    }

    fn target(&self, id: &str, said: &TargetSaid) -> Cell {
        let words = |metric: &str| {
            let name = self.now.metrics.get(metric).or(self.was.metrics.get(metric));
            name.map_or(Words::same(metric), |name| named(&name.name, metric))
        };
        let scope = Scope::parse(&said.scope).unwrap_or_default();
        let whose = match scope == Scope::company() {
            true => String::new(),
            false => format!(" · {}", said.scope),
        };
        let tail = Words::same(&format!(" · {}{whose}", said.period));
        let title = Text::Words(Words::joined(&[words(&said.metric), tail], ""));
        match self.context.plan.targets.iter().any(|target| *target.id == *id) {
            true => Cell::Link(target_path(id), title),
            false => Cell::Text(title),
        }
    }

    fn amount(&self, said: &TargetSaid) -> Cell {
        let unit = self.now.metrics.get(&said.metric).and_then(|metric| Unit::parse(&metric.unit));
        let number = |text: &str| Decimal::from_str(text).ok().map(Quantity::Exact);
        match (unit, said.value.split_once("..")) {
            (Some(unit), None) => {
                number(&said.value).map_or_else(|| plain(&said.value), |value| Cell::Number(value, unit))
            }
            (Some(unit), Some((low, high))) => match number(low).zip(number(high)) {
                Some((low, high)) => Cell::Range(low, high, unit),
                None => plain(&said.value),
            },
            (None, _) => plain(&said.value),
        }
    }

    fn targets(&self) -> Rows {
        let mut rows = Rows::new();
        for id in self.was.targets.keys().chain(self.now.targets.keys()).collect::<BTreeSet<_>>() {
            match (self.was.targets.get(id), self.now.targets.get(id)) {
                (None, Some(now)) => {
                    rows.push(vec![
                        self.target(id, now),
                        keyed("changes-new"),
                        Cell::Empty,
                        self.amount(now),
                    ]);
                }
                (Some(was), None) => {
                    rows.push(vec![
                        self.target(id, was),
                        keyed("changes-gone"),
                        self.amount(was),
                        Cell::Empty,
                    ]);
                }
                (Some(was), Some(now)) => {
                    let mut row = |key, was: Cell, then: Cell| {
                        rows.push(vec![self.target(id, now), keyed(key), was, then])
                    };
                    let code = |text: &str| Cell::Code(text.to_owned());
                    if was.value != now.value {
                        row("table-value", self.amount(was), self.amount(now));
                    }
                    if was.owner != now.owner {
                        row(
                            "changes-owner",
                            self.person(was.owner.as_ref()),
                            self.person(now.owner.as_ref()),
                        );
                    }
                    if was.status != now.status {
                        row("changes-status", code(&was.status), code(&now.status));
                    }
                    if was.period != now.period {
                        row("table-period", code(&was.period), code(&now.period));
                    }
                }
                (None, None) => {}
            }
        }
        rows
    }

    /// Figures of periods that were over, and that say something else now; the newest first.
    fn restated(&self) -> Rows {
        let over = |said: &FigureSaid| matches!(said.state.as_str(), "complete" | "provisional" | "partial");
        let mut changed: Vec<(Period, &str, &FigureSaid, Option<&FigureSaid>)> = Vec::new();
        for (key, was) in self.was.figures.iter().filter(|(_, was)| over(was) && was.value.is_some()) {
            let id = key.split('|').next().unwrap_or("");
            let Some(now) = self.now.figures.get(key).filter(|now| now.value != was.value) else { continue };
            let period =
                key.rsplit('|').next().and_then(|text| parse_period(text, &self.context.plan.site.calendar));
            if let Some(period) = period.filter(|_| self.context.plan.metrics.contains_key(id)) {
                changed.push((period, key, was, Some(now)));
            }
        }
        changed.sort_by(|a, b| b.0.end.cmp(&a.0.end).then(a.1.cmp(b.1)));
        changed.into_iter().map(|(period, key, was, now)| self.figure(period, key, was, now)).collect()
    }

    fn figure(&self, period: Period, key: &str, was: &FigureSaid, now: Option<&FigureSaid>) -> Vec<Cell> {
        let mut parts = key.split('|');
        let (id, scope) = (parts.next().unwrap_or(""), parts.next().unwrap_or(""));
        let unit = self.context.plan.metrics.get(id).map(|metric| metric.unit.clone());
        let cell = |value: Option<&String>| match (value.and_then(|text| Decimal::from_str(text).ok()), &unit)
        {
            (Some(value), Some(unit)) => Cell::Number(Quantity::Exact(value), unit.clone()),
            _ => plain("–"),
        };
        let redefined = self.was.metrics.get(id) != self.now.metrics.get(id);
        let because = match (redefined, was.state.as_str()) {
            (true, _) => "changes-because-definition",
            (false, "complete") => "changes-because-data",
            (false, _) => "changes-because-open",
        };
        vec![
            Cell::Link(metric_path(id), self.context.metric_name(id)),
            Cell::Text(self.context.scope_name(&Scope::parse(scope).unwrap_or_default())),
            Cell::Period(period),
            cell(was.value.as_ref()),
            cell(now.and_then(|now| now.value.as_ref())),
            keyed(because),
        ]
    }

    fn standings(&self) -> Rows {
        let standing = |name: &String| STANDINGS.iter().copied().find(|one| one.name() == name);
        let mut rows = Rows::new();
        for (id, now) in &self.now.targets {
            let Some(was) = self.was.targets.get(id).filter(|was| was.standing != now.standing) else {
                continue;
            };
            let cell =
                |said: &Option<String>| said.as_ref().and_then(standing).map_or(Cell::Empty, Cell::Standing);
            rows.push(vec![self.target(id, now), cell(&was.standing), cell(&now.standing)]);
        }
        rows
    }

    fn pages(&self) -> Rows {
        let mut rows = Rows::new();
        for page in self.report.pages.iter().filter(|page| !self.was.pages.contains_key(&page.path)) {
            rows.push(vec![Cell::Link(page.path.clone(), page.title.clone()), keyed("changes-new")]);
        }
        for (path, title) in self.was.pages.iter().filter(|(path, _)| !self.now.pages.contains_key(*path)) {
            rows.push(vec![Cell::Text(Text::Words(named(title, path))), keyed("changes-gone")]);
        }
        rows
    }
}

/// Words as they were kept, or the id.
fn named(said: &Said, id: &str) -> Words {
    let words = record::words(said);
    if words.is_empty() { Words::same(id) } else { words }
}

/// A basis as it is kept, without its braces.
fn short(basis: &str) -> String {
    basis.trim_start_matches("Basis").trim().trim_matches(['{', '}']).trim().to_lowercase()
}

fn table(heading: &'static str, first: &'static str, columns: &[&'static str], mut rows: Rows) -> TableSpec {
    rows.truncate(ROWS);
    let column = |key: &&'static str| {
        let numeric = matches!(*key, "changes-before" | "changes-now") && heading == "changes-restated";
        TableColumn { title: Text::key(key), numeric, link: None }
    };
    TableSpec {
        id: heading.to_owned(),
        title: Some(Text::key(heading)),
        columns: [first].iter().chain(columns).map(column).collect(),
        rows,
        total: false,
    }
}
