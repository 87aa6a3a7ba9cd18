//! The way from the first step to the last (impressions, clicks, orders, sales) with the rates between, who answers for each,
//! and the line at which a rate earns nothing any more.

use super::metric_words;
use crate::plan::formula::{Arithmetic, Op, When};
use crate::plan::{Better, Causes, Definition, Id, Metric, Scope, SeriesSpec, Words};
use crate::report::context::{Context, metric_path, person_path, store_path};
use crate::report::draw::{self, Delta, OverTime};
use crate::report::page::compare::margin;
use crate::report::{Arg, Block, Cell, TableColumn, TableSpec, Text};
use crate::time::Period;
use crate::unit::Unit;

/// More stores than this do not stand side by side on paper.
const BESIDE: usize = 4;
/// Weeks of the line.
const LAST: u32 = 26;

fn head(key: &'static str, numeric: bool) -> TableColumn {
    TableColumn { title: Text::key(key), numeric, link: None }
}

/// Every step with its figure and its change, the rate that leads to the next one between them; for the company and, where
/// they are few, for each store.
pub(in crate::report) fn funnel(context: &Context<'_>, causes: &Causes, period: Period) -> Option<Block> {
    let steps: Vec<&Metric> = causes.funnel.iter().filter_map(|id| context.plan.metrics.get(id)).collect();
    if steps.len() < 2 {
        return None;
    }
    let company = Scope::company();
    let stores = context.stores();
    let stores = if stores.len() > BESIDE { &[] } else { &stores[..] };
    let scopes: Vec<Scope> =
        std::iter::once(company).chain(stores.iter().map(|store| Scope::of("store", store))).collect();
    let mut rows = Vec::new();
    for (at, step) in steps.iter().enumerate() {
        rows.push(row(context, causes, step, "", &scopes, period));
        let Some(next) = steps.get(at + 1) else { continue };
        rows.push(match rate_of(context, next, step) {
            Some(rate) => row(context, causes, rate, "└ ", &scopes, period),
            None => between(context, (step, next), &scopes, period),
        });
    }
    let start = [head("causes-funnel-step", false), head("card-owner", false), head("scope-company", true)];
    let mut columns = Vec::from(start);
    columns.extend(stores.iter().map(|store| TableColumn {
        title: Text::Words(context.member_name("store", store)),
        numeric: true,
        link: Some(store_path(store)),
    }));
    columns.push(head("causes-lever", false));
    let title = Text::Key("causes-funnel", vec![("period", Arg::Period(period))]);
    Some(Block::Table(TableSpec { id: "funnel".to_owned(), title: Some(title), columns, rows, total: false }))
}

fn row(
    context: &Context<'_>,
    causes: &Causes,
    metric: &Metric,
    mark: &str,
    scopes: &[Scope],
    period: Period,
) -> Vec<Cell> {
    let name = Words::joined(&[Words::same(mark), metric_words(context, &metric.id)], "");
    let lever = causes.levers.get(&metric.id);
    let owner = lever.and_then(|lever| lever.owner.as_ref()).or(metric.owner.as_ref());
    let owner = owner.map(|owner| Cell::Link(person_path(owner), Text::Words(context.person_name(owner))));
    let sop = lever.and_then(|lever| context.plan.articles.get(lever.sop.as_ref()?));
    let sop = sop.map(|page| Cell::Link(page.id.to_string(), Text::Words(page.title.clone())));
    let name = Cell::Link(metric_path(&metric.id), Text::Words(name));
    let mut cells = vec![name, owner.unwrap_or(Cell::Empty)];
    cells.extend(scopes.iter().map(|scope| draw::figure(context, metric, scope, period, Delta::Shown)));
    cells.push(sop.unwrap_or(Cell::Empty));
    cells
}

/// The metric that is one step over the other, if somebody defined it.
fn rate_of<'c>(context: &Context<'c>, above: &Metric, below: &Metric) -> Option<&'c Metric> {
    let is = |part: &Arithmetic<crate::plan::formula::MetricUse>, id: &Id| matches!(part, Arithmetic::Leaf(used) if used.when == When::Same && used.metric == *id);
    context.plan.metrics.values().find(|metric| match &metric.definition {
        Definition::Derived(Arithmetic::Binary(Op::Divide, over, under)) => {
            is(over, &above.id) && is(under, &below.id)
        }
        _ => false,
    })
}

/// The quotient of two steps that nobody gave a name.
fn between(
    context: &Context<'_>,
    (step, next): (&Metric, &Metric),
    scopes: &[Scope],
    period: Period,
) -> Vec<Cell> {
    let unit = match (&step.unit, &next.unit) {
        (Unit::Count, Unit::Count) => Unit::Percent,
        (_, money @ Unit::Money(_)) => money.clone(),
        _ => Unit::Factor,
    };
    let names = [metric_words(context, &next.id), metric_words(context, &step.id)];
    let name = Words::joined(&[Words::same("└ "), Words::joined(&names, " ÷ ")], "");
    let figure = |scope: &Scope| {
        let value = |metric: &Metric| context.point(&metric.id, scope, period).and_then(|point| point.value);
        let rate = value(next).zip(value(step)).and_then(|(over, under)| over.over(under));
        rate.map_or(Cell::Empty, |rate| Cell::Number(rate, unit.clone()))
    };
    let mut cells = vec![Cell::Text(Text::Words(name)), Cell::Empty];
    cells.extend(scopes.iter().map(figure));
    cells.push(Cell::Empty);
    cells
}

/// The metric beside the figure at which nothing is earned, over time, and for each store how far it is away and what the
/// last yen brought.
pub(in crate::report) fn break_even(context: &Context<'_>, metric: &Metric, causes: &Causes) -> Vec<Block> {
    let Some(line) = causes.break_even.as_ref().and_then(|id| context.plan.metrics.get(id)) else {
        return Vec::new();
    };
    let company = Scope::company();
    let series = [
        SeriesSpec::Metric(metric.id.clone()),
        SeriesSpec::Metric(line.id.clone()),
        SeriesSpec::Target(metric.id.clone()),
    ];
    let names = || {
        vec![
            ("name", Arg::Words(metric_words(context, &metric.id))),
            ("line", Arg::Words(metric_words(context, &line.id))),
        ]
    };
    let wanted = OverTime {
        id: "break-even".to_owned(),
        kind: "line",
        title: Text::Key("causes-break-even", names()),
        series: &series,
        scope: &company,
        grain: causes.grain.max(line.grain),
        last: LAST,
    };
    let mut blocks: Vec<Block> = draw::over_time(context, &wanted).map(Block::Chart).into_iter().collect();
    blocks.extend(distances(context, metric, line, causes));
    blocks
}

fn distances(context: &Context<'_>, metric: &Metric, line: &Metric, causes: &Causes) -> Option<Block> {
    let company = Scope::company();
    // The newest period in which both are known: a rate whose figures still move is held against nothing.
    let known = |period: &Period| {
        [metric, line].iter().all(|one| {
            let point = context.point(&one.id, &company, *period);
            point.is_some_and(|point| point.state.is_judged() && point.value.is_some())
        })
    };
    let recent = context.recent(causes.grain.max(line.grain), LAST);
    let period = recent.into_iter().rev().find(known)?;
    let stores = context.stores();
    let members = stores.iter().map(|store| {
        let name = Cell::Link(store_path(store), Text::Words(context.member_name("store", store)));
        (name, Scope::of("store", store))
    });
    let row = |(name, scope): (Cell, Scope)| {
        let value = |one: &Metric| {
            let point = context.point(&one.id, &scope, period)?;
            point.value.filter(|_| point.state.is_judged())
        };
        let room = value(metric).zip(value(line)).and_then(|(now, at)| match metric.better {
            Better::Lower => at.minus(now),
            _ => now.minus(at),
        });
        // Where one side rose and the other fell, the quotient is below nothing and says nothing.
        let last = margin(context, metric, &scope, period).filter(|last| !last.is_negative());
        let number = |value| Cell::Number(value, metric.unit.clone());
        vec![
            name,
            draw::figure(context, metric, &scope, period, Delta::Left),
            draw::figure(context, line, &scope, period, Delta::Left),
            room.map_or(Cell::Empty, |room| Cell::Gap(room, metric.unit.clone())),
            last.map_or(Cell::Empty, number),
        ]
    };
    let whole = (Cell::Text(Text::key("scope-company")), company.clone());
    let column = |metric: &Metric| TableColumn {
        title: context.metric_name(&metric.id),
        numeric: true,
        link: Some(metric_path(&metric.id)),
    };
    Some(Block::Table(TableSpec {
        id: "break-even-stores".to_owned(),
        title: Some(Text::Key("period-named", vec![("period", Arg::Period(period))])),
        columns: vec![
            head("level-store", false),
            column(metric),
            column(line),
            head("causes-room", true),
            TableColumn {
                title: Text::Key("compare-marginal", vec![("period", Arg::Period(period))]),
                numeric: true,
                link: None,
            },
        ],
        rows: members.chain([whole]).map(row).collect(),
        total: true,
    }))
}
