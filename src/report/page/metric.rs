//! The dictionary: a list of all metrics, and a page for each with definition, basis, sources, owner and figures.

use super::{PageKind, page};
use crate::diag::Finding;
use crate::plan::{Better, Definition, Id, Importance, Level, Metric, Scope, SeriesSpec, Target, Words};
use crate::report::block::{Wanted, drawn, member_table, period_table};
use crate::report::context::{Context, causes_path, metric_path, person_path, source_path};
use crate::report::draw::{self, ALL_COMPARISONS, Delta, OverTime};
use crate::report::limit;
use crate::report::shortcode::prose;
use crate::report::{Arg, Block, Cell, Page, TableColumn, TableSpec, Text};
use crate::time::Grain;
use crate::unit::Unit;
use std::collections::BTreeMap;

/// Weeks of the chart and the table.
const WEEKS: u32 = 26;
/// Periods of the chart with limits: a year of weeks and one more.
const LIMIT_PERIODS: u32 = 53;
/// Rows of the table of weeks.
const TABLE_WEEKS: u32 = 13;
/// Months of the chart: one more than a year, so that the first and the last are the same month.
const MONTHS: u32 = 13;

pub(super) struct Metrics;

impl PageKind for Metrics {
    fn name(&self) -> &'static str {
        "metric"
    }

    fn tops(&self) -> &'static [&'static str] {
        &["metrics"]
    }

    fn pages(&self, context: &Context<'_>, found: &mut Vec<Finding>) -> Vec<Page> {
        if context.plan.metrics.is_empty() && context.plan.broken.is_empty() {
            return Vec::new();
        }
        let each = context.plan.metrics.values().take_while(|_| !(context.stopped)());
        let each = each.map(|metric| of(context, metric, found));
        std::iter::once(index(context)).chain(each).collect()
    }

    fn page(&self, context: &Context<'_>, path: &str, found: &mut Vec<Finding>) -> Option<Page> {
        let plan = context.plan;
        if path == "metrics" {
            return (!plan.metrics.is_empty() || !plan.broken.is_empty()).then(|| index(context));
        }
        let metric = plan.metrics.values().find(|metric| metric_path(&metric.id) == path)?;
        Some(of(context, metric, found))
    }
}

/// Groups of the list, most important first.
const GROUPS: &[(Option<Importance>, &str)] = &[
    (Some(Importance::Core), "importance-core"),
    (Some(Importance::Survival), "importance-survival"),
    (Some(Importance::Guardrail), "importance-guardrail"),
    (None, "importance-other"),
    (Some(Importance::Advanced), "importance-advanced"),
];

fn index(context: &Context<'_>) -> Page {
    let mut made = page("metrics", "metrics", Text::key("nav-metrics"), &[("", Text::key("nav-home"))]);
    for (importance, key) in GROUPS {
        let metrics: Vec<&Metric> =
            context.plan.metrics.values().filter(|metric| metric.importance == *importance).collect();
        if metrics.is_empty() {
            continue;
        }
        made.blocks.push(Block::Heading(Text::key(key)));
        made.blocks.push(Block::Table(list(context, key, &metrics)));
    }
    made.blocks.extend(super::broken::list(context).map(Block::Table));
    made
}

fn list(context: &Context<'_>, id: &str, metrics: &[&Metric]) -> TableSpec {
    let head = |key, numeric| TableColumn { title: Text::key(key), numeric, link: None };
    let row = |metric: &&Metric| {
        let grain = context.card_grain().max(metric.grain);
        let period = context.last_complete(grain);
        let figure =
            period.map(|period| draw::figure(context, metric, &Scope::company(), period, Delta::Shown));
        let owner = metric.owner.as_ref().map_or(Cell::Empty, |owner| person_cell(context, owner));
        vec![
            Cell::Link(metric_path(&metric.id), context.metric_name(&metric.id)),
            figure.unwrap_or(Cell::Empty),
            Cell::Text(Text::key(better_key(metric.better))),
            owner,
            Cell::Code(metric.formula.to_string()),
        ]
    };
    TableSpec {
        id: id.to_owned(),
        title: None,
        columns: vec![
            head("table-metric", false),
            head("table-value", true),
            head("table-better", false),
            head("card-owner", false),
            head("table-formula", false),
        ],
        rows: metrics.iter().map(row).collect(),
        total: false,
    }
}

/// A person, with the way to the page where there is one.
fn person_cell(context: &Context<'_>, id: &Id) -> Cell {
    let name = Text::Words(context.person_name(id));
    if context.plan.people.contains_key(id) { Cell::Link(person_path(id), name) } else { Cell::Text(name) }
}

fn better_key(better: Better) -> &'static str {
    match better {
        Better::Higher => "better-higher",
        Better::Lower => "better-lower",
        Better::Range => "better-range",
        Better::Neutral => "better-neutral",
    }
}

fn of(context: &Context<'_>, metric: &Metric, found: &mut Vec<Finding>) -> Page {
    let above = [("", Text::key("nav-home")), ("metrics", Text::key("nav-metrics"))];
    let mut made = page(metric_path(&metric.id), "metric", context.metric_name(&metric.id), &above);
    let company = Scope::company();
    if !metric.description.is_empty() {
        made.blocks.push(Block::Prose(prose(context, &metric.description, &metric.place, &company, found)));
    }
    made.blocks.extend(super::article::about(context, &metric.id));
    made.blocks.extend(crate::report::doubt::said(context, std::iter::once(&metric.id), &company));
    let cards =
        [Grain::Week, Grain::Month, Grain::Quarter].into_iter().filter(|grain| *grain >= metric.grain);
    let mut row: Vec<_> = cards
        .map(|grain| {
            let mut card = draw::card(context, &metric.id, &company, grain, ALL_COMPARISONS);
            card.title = context.last_complete(grain).map_or(card.title, |period| {
                Text::Key("period-named", vec![("period", Arg::Period(period))])
            });
            card.link = None;
            card.scope = None;
            card
        })
        .filter(|card| card.point.is_some())
        .collect();
    row.truncate(3);
    // One series is under its limits: once is enough.
    row.iter_mut().skip(1).for_each(|card| card.control = None);
    if let Some(text) = context.dashed(&metric.id) {
        made.blocks.push(Block::Notice { tone: "warning", text, details: Vec::new() });
    } else if let Some(text) = context.withheld(&metric.id, &company) {
        made.blocks.push(Block::Notice { tone: "info", text, details: Vec::new() });
    }
    if !row.is_empty() {
        made.blocks.push(Block::Cards(row));
    }
    let under = limit::chart(context, metric, &company, LIMIT_PERIODS);
    let weekly = if under.is_none() { chart(context, metric, Grain::Week, WEEKS) } else { None };
    let monthly = chart(context, metric, Grain::Month, MONTHS);
    // Where neither has a figure, it is said once.
    let is_empty = |block: &Option<Block>| matches!(block, Some(Block::Notice { .. }));
    let monthly = if is_empty(&weekly) && is_empty(&monthly) { None } else { monthly };
    made.blocks.extend(weekly.into_iter().chain(under.map(Block::Chart)).chain(monthly));
    made.blocks.extend(limit::facts(context, metric, &company));
    let why = crate::report::cause::brief(context, metric, &company, "why-waterfall");
    if !why.is_empty() {
        made.blocks.push(Block::Heading(Text::key("nav-causes")));
        made.blocks.extend(why);
        if metric.causes.is_some() {
            let link = (causes_path(&metric.id), Text::key("causes-more"), None);
            made.blocks.push(Block::Links(vec![link]));
        }
    }
    made.blocks.push(Block::Heading(Text::key("metric-definition")));
    made.blocks.push(Block::Facts(definition(context, metric)));
    made.blocks.extend(crate::report::history::of_metric(context, metric));
    made.blocks.extend(stores(context, metric));
    made.blocks.extend(targets(context, metric));
    made.blocks.extend(weeks(context, metric));
    made
}

/// The series with the year before and the target; two charts of one metric never share an id.
fn chart(context: &Context<'_>, metric: &Metric, grain: Grain, last: u32) -> Option<Block> {
    if grain < metric.grain {
        return None;
    }
    let company = Scope::company();
    let (id, title) = match grain {
        Grain::Week => ("weeks-chart", "chart-weeks"),
        _ => ("months-chart", "chart-months"),
    };
    let series = [SeriesSpec::Metric(metric.id.clone()), SeriesSpec::Target(metric.id.clone())];
    let wanted = OverTime {
        id: id.to_owned(),
        kind: "line",
        title: Text::key(title),
        series: &series,
        scope: &company,
        grain,
        last,
    };
    let mut chart = draw::over_time(context, &wanted)?;
    if let crate::report::Axis::Time(_, periods) = &chart.axis {
        let prior = draw::prior(context, metric, &company, periods);
        let place = chart.series.len().min(1);
        chart.series.splice(place..place, prior);
    }
    Some(drawn(chart))
}

fn definition(context: &Context<'_>, metric: &Metric) -> Vec<(Text, Vec<Cell>)> {
    let link = |id: &Id| Cell::Link(metric_path(id), context.metric_name(id));
    let mut rows = vec![(Text::key("fact-id"), vec![Cell::Code(metric.id.to_string())])];
    if !metric.formula.is_empty() {
        rows.push((Text::key("table-formula"), vec![Cell::Code(metric.formula.to_string())]));
    }
    if let Definition::Derived(formula) = &metric.definition {
        let mut parts: Vec<Id> = Vec::new();
        formula.leaves(&mut |leaf| parts.push(leaf.metric.clone()));
        parts.sort();
        parts.dedup();
        // Of a metric whose parts are not for these readers no part is named.
        let named = parts.iter().all(|part| context.plan.metrics.contains_key(part));
        if named || !context.plan.is_part() {
            rows.push((Text::key("fact-parts"), parts.iter().map(link).collect()));
        }
    }
    rows.push((Text::key("fact-unit"), vec![unit(&metric.unit)]));
    rows.push((Text::key("table-better"), vec![Cell::Text(Text::key(better_key(metric.better)))]));
    rows.extend(tax_key(metric).map(|key| (Text::key("fact-tax"), vec![Cell::Text(Text::key(key))])));
    let windows = attribution(context, metric);
    if !windows.is_empty() {
        rows.push((Text::key("fact-attribution"), windows));
    }
    let sources = context.sources_of(metric);
    rows.push((
        Text::key("fact-sources"),
        sources.iter().map(|id| Cell::Link(source_path(id), Text::Words(Words::same(id)))).collect(),
    ));
    if let Some(owner) = &metric.owner {
        rows.push((Text::key("card-owner"), vec![person_cell(context, owner)]));
    }
    let used = context.used_by(&metric.id);
    if !used.is_empty() {
        rows.push((Text::key("fact-used-by"), used.iter().map(link).collect()));
    }
    let boards = super::dashboard::with(context, &metric.id);
    if !boards.is_empty() {
        let link = |(path, title)| Cell::Link(path, title);
        rows.push((Text::key("fact-dashboards"), boards.into_iter().map(link).collect()));
    }
    if !context.plan.is_part() {
        rows.push((Text::key("fact-place"), vec![Cell::Code(metric.place.to_string())]));
    }
    rows
}

/// How long after a click a sale counts; where sums of several windows are in the figure, which source has which. Sources
/// without any rows so far have no part in it.
fn attribution(context: &Context<'_>, metric: &Metric) -> Vec<Cell> {
    use crate::unit::Attribution;
    let all = context.plan.windows(&metric.id);
    let with_rows = |id: &&Id| context.provenance.days.contains_key(*id);
    let some = all.keys().any(|id| context.provenance.days.contains_key(id));
    let mut sources: BTreeMap<Attribution, Vec<String>> = BTreeMap::new();
    for id in all.keys().filter(|id| !some || with_rows(id)) {
        sources.entry(all[id]).or_default().push(id.to_string());
    }
    let alone = sources.len() == 1;
    let cell = |(window, sources): (&Attribution, &Vec<String>)| {
        let Attribution::Days(days) = window else { return Cell::Text(Text::key("attribution-mixed")) };
        let days = ("days", Arg::Count(u64::from(*days)));
        Cell::Text(match alone {
            true => Text::Key("attribution-days", vec![days]),
            false => Text::Key("attribution-of", vec![days, ("sources", Arg::Text(sources.join(", ")))]),
        })
    };
    let mixed = (!alone && !sources.is_empty()).then(|| Cell::Text(Text::key("attribution-mixed")));
    mixed.into_iter().chain(sources.iter().map(cell)).collect()
}

/// The word for the tax basis; `None` where no amount is measured, or a rate says nothing of its own.
fn tax_key(metric: &Metric) -> Option<&'static str> {
    use crate::unit::{Tax, Unit};
    Some(match (&metric.unit, metric.basis.tax) {
        (Unit::Money(_) | Unit::Percent | Unit::Factor, Tax::Inclusive) => "tax-inclusive",
        (Unit::Money(_) | Unit::Percent | Unit::Factor, Tax::Exclusive) => "tax-exclusive",
        (Unit::Money(_), Tax::Mixed) => "tax-mixed",
        (Unit::Money(_), Tax::Unknown) => "tax-unknown",
        _ => return None,
    })
}

/// The same figures for every store.
fn stores(context: &Context<'_>, metric: &Metric) -> Option<Block> {
    let level: Level = "store".into();
    let (columns, company) = ([metric.id.clone()], Scope::company());
    if context.members(&level).is_empty() {
        return None;
    }
    let title = Words::default();
    let wanted = Wanted {
        id: "stores".to_owned(),
        title: &title,
        columns: &columns,
        scope: &company,
        grain: context.card_grain(),
        delta: Delta::Shown,
    };
    let mut table = member_table(context, &wanted, &level, true, None)?;
    table.title = Some(Text::key("nav-stores"));
    Some(Block::Table(table))
}

/// What was promised, and where it stands. Of many targets those of the company that run now stand open, the others behind
/// the name of whom they are for.
fn targets(context: &Context<'_>, metric: &Metric) -> Vec<Block> {
    /// As many rows as are read at a glance.
    const FEW: usize = 12;
    let own: Vec<&Target> = context.plan.targets.iter().filter(|target| target.metric == metric.id).collect();
    let table = |id: &str, title: Text, targets: &[&Target]| {
        let table = super::target::table(context, id, targets)?;
        Some(TableSpec { title: Some(title), ..table })
    };
    if own.len() <= FEW {
        return table("targets", Text::key("nav-targets"), &own).map(Block::Table).into_iter().collect();
    }
    let first = |target: &&Target| target.scope.is_company() && super::target::running(context, target);
    let (open, folded): (Vec<&Target>, Vec<&Target>) = own.iter().copied().partition(|target| first(target));
    let mut blocks = vec![Block::Heading(Text::key("nav-targets"))];
    blocks.extend(super::target::table(context, "targets", &open).map(Block::Table));
    let mut groups: Vec<(&Scope, Vec<&Target>)> = Vec::new();
    for target in folded {
        match groups.iter_mut().find(|(scope, _)| **scope == target.scope) {
            Some((_, group)) => group.push(target),
            None => groups.push((&target.scope, vec![target])),
        }
    }
    for (at, (scope, group)) in groups.iter().enumerate() {
        let name = match context.scope_name(scope) {
            Text::Words(words) => Arg::Words(words),
            Text::Key(..) => Arg::Text(String::new()),
        };
        let count = ("count", Arg::Count(group.len() as u64));
        let title = match scope.is_company() {
            true => Text::Key("targets-of-company", vec![count]),
            false => Text::Key("targets-of", vec![("name", name), count]),
        };
        blocks.extend(table(&format!("targets-{at}"), title, group).map(Block::Fold));
    }
    blocks
}

fn weeks(context: &Context<'_>, metric: &Metric) -> Option<Block> {
    let (columns, company, title) = ([metric.id.clone()], Scope::company(), Words::default());
    let grain = Grain::Week.max(metric.grain);
    let wanted = Wanted {
        id: "weeks".to_owned(),
        title: &title,
        columns: &columns,
        scope: &company,
        grain,
        delta: Delta::Shown,
    };
    let mut table = period_table(context, &wanted, TABLE_WEEKS)?;
    table.title = Some(Text::key("metric-weeks"));
    Some(Block::Table(table))
}
/// What a metric is measured in, as people say it; money by its code.
fn unit(unit: &Unit) -> Cell {
    Cell::Text(match unit {
        Unit::Money(currency) => Text::Words(Words::same(&currency.to_string())),
        Unit::Percent => Text::key("unit-percent"),
        Unit::Count => Text::key("unit-count"),
        Unit::Factor => Text::key("unit-factor"),
        Unit::Days => Text::key("unit-days"),
        Unit::Weeks => Text::key("unit-weeks"),
        Unit::Stars => Text::key("unit-stars"),
        Unit::Rank => Text::key("unit-rank"),
        Unit::Score => Text::key("unit-score"),
    })
}
