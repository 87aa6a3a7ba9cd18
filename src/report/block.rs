//! The blocks people write in dashboards, filled with figures.

use super::context::{Context, about, ends, metric_path, store_path};
use super::draw::{self, Delta, OverTime};
use super::shortcode::prose;
use super::{Arg, Axis, Block, Cell, ChartSeries, ChartSpec, SeriesRole, TableColumn, TableSpec, Text};
use crate::diag::Finding;
use crate::measure::State;
use crate::plan::{BlockSpec, ChartSort, Dashboard, Id, Level, Metric, Scope, SeriesSpec, TableBy, Words};
use crate::time::{Grain, Period};
use std::cmp::Ordering;

/// Blocks in their order; cards that follow one another share a row.
pub(super) fn blocks(
    context: &Context<'_>,
    dashboard: &Dashboard,
    scope: &Scope,
    found: &mut Vec<Finding>,
) -> Vec<Block> {
    let mut blocks: Vec<Block> = doubted(context, dashboard, scope);
    let mut parts = super::deck::parts(context, dashboard, scope);
    blocks.extend(parts.first.take());
    for (at, spec) in dashboard.blocks.iter().enumerate() {
        if let BlockSpec::Review(_) = spec {
            blocks.extend(parts.by_place.remove(&at));
            continue;
        }
        blocks.extend(missing(context, spec));
        if let BlockSpec::Causes { metric, scope: own, compare, members, .. } = spec {
            let scope = inner(scope, own.as_ref());
            let id = format!("causes-{}", at + 1);
            blocks.extend(super::cause::block(context, metric, &scope, (compare, *members), &id));
            continue;
        }
        if let BlockSpec::Widget(_) = spec {
            blocks.extend(context.drawn.of(&dashboard.id, scope, at));
            continue;
        }
        match (block(context, spec, scope, at, found), blocks.last_mut()) {
            (Some(Block::Cards(more)), Some(Block::Cards(row))) => row.extend(more),
            (Some(block), _) => blocks.push(block),
            (None, _) => {}
        }
    }
    blocks
}

/// What fails that concerns figures of the page.
fn doubted(context: &Context<'_>, dashboard: &Dashboard, scope: &Scope) -> Vec<Block> {
    let shown = dashboard.blocks.iter().flat_map(|spec| match spec {
        BlockSpec::Card { metric, .. } => vec![metric],
        other => asked(other),
    });
    super::doubt::said(context, shown, scope)
}

/// The metrics of a block, cards aside: those say of themselves what is wrong.
fn asked(spec: &BlockSpec) -> Vec<&Id> {
    match spec {
        BlockSpec::Chart { series, .. } => series
            .iter()
            .filter_map(|series| match series {
                SeriesSpec::Metric(id) => Some(id),
                SeriesSpec::Target(_) => None,
            })
            .collect(),
        BlockSpec::Table { columns, .. } => columns.iter().collect(),
        BlockSpec::Causes { metric, .. } => vec![metric],
        BlockSpec::Widget(widget) => widget.metrics().collect(),
        BlockSpec::Card { .. } | BlockSpec::Review(_) | BlockSpec::Text { .. } => Vec::new(),
    }
}

/// Says which metrics of a chart or table cannot be shown, with the way to the page that says why; a card says so
/// itself.
fn missing(context: &Context<'_>, spec: &BlockSpec) -> Vec<Block> {
    let asked = asked(spec);
    let notice = |tone, key, details| Block::Notice { tone, text: Text::key(key), details };
    let dashed: Vec<String> =
        asked.iter().filter(|id| context.plan.dashed.contains(**id)).map(ToString::to_string).collect();
    let (broken, unknown): (Vec<&Id>, Vec<&Id>) = asked
        .into_iter()
        .filter(|id| !context.plan.metrics.contains_key(*id))
        .partition(|id| context.plan.broken.contains_key(*id));
    let mut said = Vec::new();
    if !dashed.is_empty() {
        said.push(notice("warning", "notice-basis", dashed));
    }
    if !(broken.is_empty() && unknown.is_empty()) {
        said.push(notice("error", "notice-broken", unknown.iter().map(ToString::to_string).collect()));
    }
    if !broken.is_empty() {
        let link = |id: &Id| (metric_path(id), context.metric_name(id), Some(draw::trouble(context, id)));
        said.push(Block::Links(broken.into_iter().map(link).collect()));
    }
    said
}

fn block(
    context: &Context<'_>,
    spec: &BlockSpec,
    page: &Scope,
    at: usize,
    found: &mut Vec<Finding>,
) -> Option<Block> {
    match spec {
        BlockSpec::Card { metric, scope, compare, grain, .. } => {
            let scope = inner(page, scope.as_ref());
            Some(Block::Cards(vec![draw::card(context, metric, &scope, *grain, compare)]))
        }
        BlockSpec::Chart { kind, title, series, by, scope, grain, last, .. } => {
            let scope = inner(page, scope.as_ref());
            let kind = known_kind(kind);
            let title = if title.is_empty() { names(context, series) } else { Text::Words(title.clone()) };
            let id = format!("chart-{}", at + 1);
            let chart = match by {
                Some(level) => by_member(context, &id, kind, title, (series, level, &scope), (*grain, *last)),
                None if kind == "control" => {
                    let wanted =
                        OverTime { id, kind, title, series, scope: &scope, grain: *grain, last: *last };
                    super::limit::block(context, &wanted)
                }
                None if kind == "bullet" => bullet(context, &id, title, series, &scope, *grain),
                None => draw::over_time(
                    context,
                    &OverTime { id, kind, title, series, scope: &scope, grain: *grain, last: *last },
                ),
            };
            chart.map(drawn)
        }
        BlockSpec::Table { title, by, columns, total, delta, sort, scope, grain, .. } => {
            let scope = inner(page, scope.as_ref());
            let delta = if *delta { Delta::Shown } else { Delta::Left };
            let wanted = Wanted {
                id: format!("table-{}", at + 1),
                title,
                columns,
                scope: &scope,
                grain: *grain,
                delta,
            };
            match by {
                TableBy::Members(level) => member_table(context, &wanted, level, *total, sort.as_ref()),
                TableBy::Periods(count) => period_table(context, &wanted, *count),
            }
            .map(Block::Table)
        }
        // Several blocks, made above.
        BlockSpec::Causes { .. } | BlockSpec::Review(_) | BlockSpec::Widget(_) => None,
        BlockSpec::Text { markdown, place } => {
            Some(Block::Prose(prose(context, markdown, place, page, found)))
        }
    }
}

/// Axes without a single figure look like figures of nothing: the chart says in words that there are none yet.
pub(super) fn drawn(chart: ChartSpec) -> Block {
    let mut values = chart.series.iter().flat_map(|series| &series.values);
    match values.any(Option::is_some) {
        true => Block::Chart(chart),
        false => {
            let named = vec![("chart", Arg::Said(Box::new(chart.title)))];
            Block::Notice { tone: "info", text: Text::Key("chart-empty", named), details: Vec::new() }
        }
    }
}

/// The block's own scope, else the page's.
fn inner(page: &Scope, own: Option<&Scope>) -> Scope {
    own.unwrap_or(page).clone()
}

/// The registry's name of a kind; the plan has refused all others.
fn known_kind(kind: &str) -> &'static str {
    ["line", "control", "multiples", "bar", "combo", "sparkline", "bullet"]
        .into_iter()
        .find(|known| *known == kind)
        .unwrap_or("line")
}

/// The name of the first metric stands above a chart that has no title.
fn names(context: &Context<'_>, series: &[SeriesSpec]) -> Text {
    let metric = series.iter().find_map(|spec| match spec {
        SeriesSpec::Metric(id) => Some(id),
        SeriesSpec::Target(_) => None,
    });
    metric.map_or_else(|| Text::Words(Words::default()), |id| context.metric_name(id))
}

/// One line or panel per member, or one bar per member for the last complete period.
fn by_member(
    context: &Context<'_>,
    id: &str,
    kind: &'static str,
    title: Text,
    (series, level, scope): (&[SeriesSpec], &Level, &Scope),
    (grain, last): (Grain, u32),
) -> Option<ChartSpec> {
    let metric = series.iter().find_map(|spec| match spec {
        SeriesSpec::Metric(id) => context.plan.metrics.get(id),
        SeriesSpec::Target(_) => None,
    })?;
    let grain = grain.max(metric.grain);
    let members = context.members(level);
    if kind == "bar" {
        let period = context.last_complete(grain)?;
        let name = |member: &Id| Text::Words(context.member_name(level, member));
        let points: Vec<_> = members
            .iter()
            .map(|member| context.point(&metric.id, &scope.within(level, member), period))
            .collect();
        let values = ChartSeries {
            name: context.metric_name(&metric.id),
            about: Some(about(&metric.id, scope)),
            role: SeriesRole::Actual(0),
            unit: metric.unit.clone(),
            bars: true,
            values: points.iter().map(|point| point.and_then(|point| point.value)).collect(),
            states: points.iter().map(|point| point.map_or(State::NoData, |point| point.state)).collect(),
        };
        let axis = Axis::Members(members.iter().map(name).collect());
        return Some(ChartSpec {
            id: id.into(),
            kind,
            title: over(title, period),
            axis,
            series: vec![values],
            marks: Vec::new(),
            bands: Vec::new(),
        });
    }
    let member = |member: &Id| (context.member_name(level, member), scope.within(level, member));
    let members: Vec<(Words, Scope)> = members.iter().map(member).collect();
    draw::per_member(context, (id, kind, title), (metric, series), &members, scope, (grain, last))
}

/// The last complete period against its target, with the red line and the stretch as bands.
fn bullet(
    context: &Context<'_>,
    id: &str,
    title: Text,
    series: &[SeriesSpec],
    scope: &Scope,
    grain: Grain,
) -> Option<ChartSpec> {
    let metric = series.iter().find_map(|spec| match spec {
        SeriesSpec::Metric(id) => context.plan.metrics.get(id),
        SeriesSpec::Target(id) => {
            let target = context.plan.targets.iter().find(|target| target.id == *id)?;
            context.plan.metrics.get(&target.metric)
        }
    })?;
    let named = series.iter().find_map(|spec| match spec {
        SeriesSpec::Target(id) => context.plan.targets.iter().find(|target| target.id == *id),
        SeriesSpec::Metric(_) => None,
    });
    let period =
        named.map(|target| target.period).or_else(|| context.last_complete(grain.max(metric.grain)))?;
    let scope = named.map_or(scope, |target| &target.scope);
    let asked = match named {
        Some(target) => context.asked_by(&target.id, period),
        None => context.target_for(metric, scope, period),
    };
    let mut all = vec![draw::actual(context, metric, scope, &[period], SeriesRole::Actual(0), true)];
    let mut bands = Vec::new();
    if let Some(now) = asked.map(|asked| asked.in_force) {
        let value = now.value;
        all.push(ChartSeries {
            name: Text::key("series-target"),
            about: Some(about(&metric.id, scope)),
            role: SeriesRole::Target,
            unit: metric.unit.clone(),
            bars: false,
            values: vec![Some(ends(value).0)],
            states: vec![State::Complete],
        });
        for (low, high) in now.red.map(ends).into_iter().chain([ends(value)]) {
            bands.extend(std::iter::once(low).chain(high));
        }
        bands.extend(now.stretch.map(crate::unit::Quantity::Exact));
        bands.sort_by(|a, b| a.compare(*b));
    }
    let grain = period.grain.unwrap_or(Grain::Day);
    Some(ChartSpec {
        id: id.into(),
        kind: "bullet",
        title,
        axis: Axis::Time(grain, vec![period]),
        series: all,
        marks: Vec::new(),
        bands,
    })
}

/// What a table shows.
pub(super) struct Wanted<'w> {
    /// Id on the page.
    pub id: String,
    /// Heading.
    pub title: &'w Words,
    /// Metrics.
    pub columns: &'w [Id],
    /// For whom.
    pub scope: &'w Scope,
    /// Length of periods.
    pub grain: Grain,
    /// Whether changes are shown.
    pub delta: Delta,
}

fn heading(words: &Words) -> Option<Text> {
    (!words.is_empty()).then(|| Text::Words(words.clone()))
}

fn heads(context: &Context<'_>, first: Text, metrics: &[&Metric]) -> Vec<TableColumn> {
    let name = TableColumn { title: first, numeric: false, link: None };
    let column = |metric: &&Metric| TableColumn {
        title: context.metric_name(&metric.id),
        numeric: true,
        link: Some(metric_path(&metric.id)),
    };
    std::iter::once(name).chain(metrics.iter().map(column)).collect()
}

/// Rows are the members of a level, over the last complete period; the last row is the whole.
pub(super) fn member_table(
    context: &Context<'_>,
    wanted: &Wanted<'_>,
    level: &Level,
    total: bool,
    sort: Option<&ChartSort>,
) -> Option<TableSpec> {
    let metrics: Vec<&Metric> = wanted.columns.iter().filter_map(|id| context.plan.metrics.get(id)).collect();
    let row = |scope: &Scope, name: Cell| -> Option<Vec<Cell>> {
        let figures = metrics.iter().map(|metric| {
            let period = context.last_complete(wanted.grain.max(metric.grain));
            period.map_or(Cell::Empty, |period| draw::figure(context, metric, scope, period, wanted.delta))
        });
        Some(std::iter::once(name).chain(figures).collect())
    };
    let mut members = context.members(level);
    if let Some(sort) = sort {
        members.sort_by(|a, b| by_value(context, wanted, level, sort, a, b));
    }
    let mut rows: Vec<Vec<Cell>> = Vec::new();
    for member in &members {
        let name = Text::Words(context.member_name(level, member));
        let cell = if &**level == "store" { Cell::Link(store_path(member), name) } else { Cell::Text(name) };
        rows.extend(row(&wanted.scope.within(level, member), cell));
    }
    if total {
        // Where rows are left out they do not come to the whole: it is then called by its name.
        let name = match context.plan.is_part() {
            true => context.scope_name(wanted.scope),
            false => Text::key("table-total"),
        };
        rows.extend(row(wanted.scope, Cell::Text(name)));
    }
    let first = match &**level {
        "store" => Text::key("level-store"),
        "category" => Text::key("level-category"),
        "ad_type" => Text::key("level-ad-type"),
        "asin" => Text::Words(Words::same("ASIN")),
        "sku" => Text::Words(Words::same("SKU")),
        other => Text::Words(Words::same(other)),
    };
    let mut periods: Vec<Period> =
        metrics.iter().filter_map(|metric| context.last_complete(wanted.grain.max(metric.grain))).collect();
    periods.dedup();
    // Of which period the figures are stands in the head; metrics of longer periods have their own.
    let first = if let [period] = periods[..] { over(first, period) } else { first };
    let columns = heads(context, first, &metrics);
    Some(TableSpec { id: wanted.id.clone(), title: heading(wanted.title), columns, rows, total })
}

/// What something is called, and the period that its figures are of.
fn over(name: Text, period: Period) -> Text {
    Text::Key("name-of-period", vec![("name", Arg::Said(Box::new(name))), ("period", Arg::Period(period))])
}

/// Members without a value come last; equal values are ordered by name.
fn by_value(
    context: &Context<'_>,
    wanted: &Wanted<'_>,
    level: &Level,
    sort: &ChartSort,
    a: &Id,
    b: &Id,
) -> Ordering {
    let value = |member: &Id| {
        let metric = context.plan.metrics.get(&sort.by)?;
        let period = context.last_complete(wanted.grain.max(metric.grain))?;
        context.point(&metric.id, &wanted.scope.within(level, member), period)?.value
    };
    match (value(a), value(b)) {
        (Some(x), Some(y)) if sort.descending => y.compare(x).then_with(|| a.cmp(b)),
        (Some(x), Some(y)) => x.compare(y).then_with(|| a.cmp(b)),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => a.cmp(b),
    }
}

/// Rows are the last periods, newest first.
pub(super) fn period_table(context: &Context<'_>, wanted: &Wanted<'_>, count: u32) -> Option<TableSpec> {
    let metrics: Vec<&Metric> = wanted.columns.iter().filter_map(|id| context.plan.metrics.get(id)).collect();
    let mut periods: Vec<Period> = context.recent(wanted.grain, count);
    periods.reverse();
    let cell =
        |period: Period, metric: &Metric| draw::figure(context, metric, wanted.scope, period, wanted.delta);
    let mut rows: Vec<Vec<Cell>> = periods
        .iter()
        .map(|period| {
            std::iter::once(Cell::Period(*period))
                .chain(metrics.iter().map(|metric| cell(*period, metric)))
                .collect()
        })
        .collect();
    // Periods before the first figure say nothing.
    while rows.last().is_some_and(|row| row[1..].iter().all(is_blank)) {
        rows.pop();
    }
    let columns = heads(context, Text::key("table-period"), &metrics);
    (!rows.is_empty()).then(|| TableSpec {
        id: wanted.id.clone(),
        title: heading(wanted.title),
        columns,
        rows,
        total: false,
    })
}

fn is_blank(cell: &Cell) -> bool {
    match cell {
        Cell::Empty => true,
        Cell::Figure { point, .. } => point.value.is_none(),
        _ => false,
    }
}

impl Text {
    /// A string of the interface without arguments.
    pub fn key(key: &'static str) -> Text {
        Text::Key(key, Vec::new())
    }
}
