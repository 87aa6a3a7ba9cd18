//! Reconciliation: every figure that should agree with another, or be zero; both sides of each period, how far they are apart,
//! how far they may be, and the files and rows that differences come from.

use super::data::{count, head, plain};
use super::drill;
use super::{PageKind, page};
use crate::assess::reconcile::{Pair, Reconciled, Unjudged, Verdict, reconcile};
use crate::diag::Finding;
use crate::measure::Point;
use crate::plan::{Id, Metric, Scope, Source, StoreOf, Words};
use crate::report::context::{Context, about, metric_path, source_path};
use crate::report::{Arg, Block, Cell, Page, TableColumn, TableSpec, Text};
use crate::unit::{Quantity, Unit};
use std::collections::BTreeSet;

/// The newest periods stand open, whatever became of them: two months of three stores.
const NEWEST: usize = 6;
/// Of those that differ, more.
const DIFFERING: usize = 24;
/// The others are folded: three years of months of three stores. `kpress values` has what is older.
const FOLDED: usize = 108;
/// Who looks for a difference begins with the newest.
const EXPLAINED: usize = 6;

pub(in crate::report) const PATH: &str = "data/reconciliation";

pub(super) struct Reconciliation;

impl PageKind for Reconciliation {
    fn name(&self) -> &'static str {
        "reconciliation"
    }

    fn tops(&self) -> &'static [&'static str] {
        &["data"]
    }

    fn pages(&self, context: &Context<'_>, _found: &mut Vec<Finding>) -> Vec<Page> {
        if context.plan.reconciles.is_empty() {
            return Vec::new();
        }
        let above = [("", Text::key("nav-home")), ("data", Text::key("nav-data"))];
        let mut made = page(PATH, self.name(), Text::key("nav-reconciliation"), &above);
        made.provenance = true;
        let mut all = reconcile(context.plan, context.facts);
        // A figure that is not there, or not for this reader, is not shown beside another.
        all.retain(|one| one.check.metrics().all(|metric| context.plan.metrics.contains_key(metric)));
        made.blocks.push(Block::Notice {
            tone: "info",
            text: Text::key("reconcile-about"),
            details: Vec::new(),
        });
        made.blocks.push(Block::Table(overview(context, &all)));
        for one in &all {
            made.blocks.extend(section(context, one));
        }
        vec![made]
    }
}

/// One row per check.
fn overview(context: &Context<'_>, all: &[Reconciled<'_>]) -> TableSpec {
    let row = |one: &Reconciled<'_>| {
        let with = |verdict: Verdict| one.pairs.iter().filter(|pair| pair.verdict == verdict).count() as u64;
        let (agree, differ) = (with(Verdict::Agrees), with(Verdict::Differs));
        let said = match (agree + differ, differ) {
            (0, _) => Text::key("reconcile-nothing"),
            (_, 0) => Text::key("reconcile-agrees"),
            _ => Text::key("reconcile-differs"),
        };
        vec![
            Cell::Text(Text::Words(one.check.name.clone())),
            link(context, &one.check.left),
            one.check.right.as_ref().map_or(plain("0"), |right| link(context, right)),
            tolerance(context, one),
            count(agree + differ),
            count(differ),
            Cell::Text(said),
        ]
    };
    TableSpec {
        id: "checks".to_owned(),
        title: None,
        columns: vec![
            head("reconcile-check", false),
            head("reconcile-left", false),
            head("reconcile-right", false),
            head("reconcile-allowed", true),
            head("reconcile-pairs", true),
            head("reconcile-outside", true),
            head("reconcile-verdict", false),
        ],
        rows: all.iter().map(row).collect(),
        total: false,
    }
}

fn link(context: &Context<'_>, metric: &Id) -> Cell {
    Cell::Link(metric_path(metric), context.metric_name(metric))
}

/// How far both sides may be apart: a part, an amount, or nothing.
fn tolerance(context: &Context<'_>, one: &Reconciled<'_>) -> Cell {
    let unit = context.plan.metrics.get(&one.check.left).map_or(Unit::Count, |metric| metric.unit.clone());
    match (one.check.relative, one.check.absolute) {
        (Some(part), _) => Cell::Number(Quantity::Exact(part), Unit::Percent),
        (None, Some(amount)) => Cell::Number(Quantity::Exact(amount), unit),
        (None, None) => Cell::Number(Quantity::ZERO, unit),
    }
}

/// A check with its periods, and the files behind what differs.
fn section(context: &Context<'_>, one: &Reconciled<'_>) -> Vec<Block> {
    let mut blocks = vec![Block::Heading(Text::Words(one.check.name.clone()))];
    if !one.check.note.is_empty() {
        let text = Text::Words(one.check.note.clone());
        blocks.push(Block::Notice { tone: "info", text, details: Vec::new() });
    }
    blocks.extend(drill::one_sided(context, one));
    if one.pairs.is_empty() {
        if !one.one_sided.is_empty() {
            return blocks;
        }
        let text = Text::key("reconcile-no-data");
        blocks.push(Block::Notice { tone: "info", text, details: Vec::new() });
        return blocks;
    }
    let (open, folded) = parted(one);
    blocks.push(Block::Table(pairs(context, one, &open)));
    let differ = || one.pairs.iter().filter(|pair| pair.verdict == Verdict::Differs).take(EXPLAINED);
    blocks.extend(differ().flat_map(|pair| drill::pair(context, one, pair)));
    let rows: Vec<Vec<Cell>> = differ().flat_map(|pair| behind(context, one, pair)).collect();
    if !rows.is_empty() {
        blocks.push(Block::Fold(files(one, rows)));
    }
    if !folded.is_empty() {
        let title = Text::Key("reconcile-earlier", vec![("count", Arg::Count(folded.len() as u64))]);
        let id = format!("earlier-{}", one.check.id);
        blocks.push(Block::Fold(TableSpec { id, title: Some(title), ..pairs(context, one, &folded) }));
    }
    let listed = open.len() + folded.len();
    if listed < one.pairs.len() {
        let count = Arg::Count((one.pairs.len() - listed) as u64);
        let text = Text::Key("reconcile-rest", vec![("count", count)]);
        blocks.push(Block::Notice { tone: "info", text, details: Vec::new() });
    }
    blocks
}

/// What stands open, the newest periods and those that differ; and what is folded: who comes here looks for differences.
fn parted<'r>(one: &'r Reconciled<'_>) -> (Vec<&'r Pair>, Vec<&'r Pair>) {
    let mut differing = 0;
    let (open, mut folded): (Vec<_>, Vec<_>) = one.pairs.iter().enumerate().partition(|(at, pair)| {
        let differs = pair.verdict == Verdict::Differs;
        differing += usize::from(differs);
        *at < NEWEST || differs && differing <= DIFFERING
    });
    folded.truncate(FOLDED);
    let pairs = |all: Vec<(usize, &'r Pair)>| all.into_iter().map(|(_, pair)| pair).collect();
    (pairs(open), pairs(folded))
}

fn pairs(context: &Context<'_>, one: &Reconciled<'_>, shown: &[&Pair]) -> TableSpec {
    let unit = context.plan.metrics.get(&one.check.left).map_or(Unit::Count, |metric| metric.unit.clone());
    let side = |metric: &Id, scope: &Scope, point: Option<Point>| {
        let decimals = context.plan.metrics.get(metric).and_then(|metric| metric.decimals);
        point.filter(|point| point.value.is_some()).map_or(plain("–"), |point| Cell::Figure {
            about: about(metric, scope),
            point,
            unit: unit.clone(),
            decimals,
            change: None,
        })
    };
    let row = |pair: &Pair| {
        let right = match &one.check.right {
            Some(right) => side(right, &pair.scope, pair.right),
            None => Cell::Number(Quantity::ZERO, unit.clone()),
        };
        vec![
            Cell::Period(pair.period),
            Cell::Text(context.scope_name(&pair.scope)),
            side(&one.check.left, &pair.scope, pair.left),
            right,
            pair.gap.map_or(plain("–"), |gap| Cell::Gap(gap, unit.clone())),
            pair.allowed.map_or(plain("–"), |allowed| Cell::Number(allowed, unit.clone())),
            Cell::Text(said(pair.verdict)),
        ]
    };
    let named = |metric: &Id| TableColumn {
        title: context.metric_name(metric),
        numeric: true,
        link: Some(metric_path(metric)),
    };
    let right = one.check.right.as_ref().map_or(head("reconcile-zero", true), named);
    TableSpec {
        id: format!("pairs-{}", one.check.id),
        title: None,
        columns: vec![
            head("table-period", false),
            head("reconcile-whose", false),
            named(&one.check.left),
            right,
            head("reconcile-gap", true),
            head("reconcile-allowed", true),
            head("reconcile-verdict", false),
        ],
        rows: shown.iter().map(|pair| row(pair)).collect(),
        total: false,
    }
}

fn said(verdict: Verdict) -> Text {
    Text::key(match verdict {
        Verdict::Agrees => "reconcile-agrees",
        Verdict::Differs => "reconcile-differs",
        Verdict::Unjudged(Unjudged::Missing) => "reconcile-missing",
        Verdict::Unjudged(Unjudged::Open) => "reconcile-open",
        Verdict::Unjudged(Unjudged::Basis) => "reconcile-basis",
    })
}

/// The files of both sides that hold days of a pair: period, metric, source, file, rows.
fn behind(context: &Context<'_>, one: &Reconciled<'_>, pair: &Pair) -> Vec<Vec<Cell>> {
    let mut rows = Vec::new();
    for metric in one.check.metrics().filter_map(|id| context.plan.metrics.get(id)) {
        for (source, path, read) in files_of(context, metric, pair) {
            rows.push(vec![
                Cell::Period(pair.period),
                Cell::Text(context.metric_name(&metric.id)),
                Cell::Link(source_path(&source), Text::Words(Words::same(&source))),
                Cell::Code(path),
                count(read),
            ]);
        }
    }
    rows
}

fn files_of(context: &Context<'_>, metric: &Metric, pair: &Pair) -> BTreeSet<(Id, String, u64)> {
    let mut all = BTreeSet::new();
    let stores: Vec<&Id> =
        pair.scope.members().filter(|(level, _)| &***level == "store").map(|(_, store)| store).collect();
    for id in context.sources_of(metric) {
        let Some(source) = context.plan.sources.get(&id) else { continue };
        let files = context.provenance.files.get(&id).map_or(&[][..], |files| files);
        let meets = |days: Option<(crate::time::Date, crate::time::Date)>| {
            days.is_none_or(|(first, last)| first <= pair.period.end && last >= pair.period.start)
        };
        let own = files.iter().filter(|file| meets(file.days) && is_of(source, &file.path, &stores));
        all.extend(own.map(|file| (id.clone(), file.path.clone(), file.rows)));
    }
    all
}

/// Whether a file can hold rows of these stores: its path says so, or does not tell stores apart.
fn is_of(source: &Source, path: &str, stores: &[&Id]) -> bool {
    let StoreOf::Path(pattern) = &source.store else { return true };
    let Some((before, after)) = pattern.split_once("{store}") else { return true };
    let after = after.split('{').next().unwrap_or_default();
    stores.iter().all(|store| path.contains(&format!("{before}{store}{after}")))
}

fn files(one: &Reconciled<'_>, rows: Vec<Vec<Cell>>) -> TableSpec {
    TableSpec {
        id: format!("files-{}", one.check.id),
        title: Some(Text::key("reconcile-files")),
        columns: vec![
            head("table-period", false),
            head("reconcile-figure", false),
            head("data-source", false),
            head("data-file", false),
            head("data-rows", true),
        ],
        rows,
        total: false,
    }
}
