//! The diagnosis: how far the team is in each area and why, where to begin, and what to do next. Made of the answers in
//! `diagnosis.yaml` and of what the workspace shows beside them.

use super::{PageKind, page};
use crate::assess::diagnosis::{
    self, Area, Because, Check, Judgement, Line, Maturity, POINTS, Read, SCORED_TEAM, Told, last_month,
};
use crate::diag::Finding;
use crate::measure::State;
use crate::plan::diagnosis::{Diagnosis, Lifetime, Pain};
use crate::plan::{Id, Plan, Stage, Words};
use crate::report::context::{Context, metric_path};
use crate::report::{
    Arg, Axis, Block, Cell, ChartSeries, ChartSpec, Page, SeriesRole, TableColumn, TableSpec, Text,
};
use crate::time::Date;
use crate::unit::{Quantity, Unit};

/// Where the page stands.
const PATH: &str = "diagnosis";
/// The pack for sellers on Amazon in Japan.
const PACK: &str = "amazon-jp";

pub(super) struct DiagnosisPage;

impl PageKind for DiagnosisPage {
    fn name(&self) -> &'static str {
        "diagnosis"
    }

    fn tops(&self) -> &'static [&'static str] {
        &[PATH]
    }

    fn pages(&self, context: &Context<'_>, _found: &mut Vec<Finding>) -> Vec<Page> {
        let Some((said, as_of)) = context.plan.diagnosis.as_ref().zip(context.as_of()) else {
            return Vec::new();
        };
        let told = diagnosis::maturity(context.plan, said, (context.facts, &read(context)), as_of);
        let above = [("", Text::key("nav-home"))];
        let mut made = page(PATH, "diagnosis", Text::key("nav-diagnosis"), &above);
        made.blocks.push(Block::Facts(result(&told)));
        made.blocks.extend(advice(context.plan, said, told.stage));
        made.blocks.push(Block::Heading(Text::key("diagnosis-next")));
        made.blocks.push(Block::Table(steps(context, &told)));
        made.blocks.extend(pains(context, said));
        made.blocks.push(Block::Heading(Text::key("diagnosis-areas")));
        made.blocks.push(Block::Chart(bars(&told.areas)));
        for judged in &told.areas {
            made.blocks.push(Block::Heading(heading(judged)));
            made.blocks.push(Block::Table(checks(context, judged)));
        }
        made.blocks.push(Block::Heading(Text::key("diagnosis-answers")));
        made.blocks.push(Block::Table(answers(context, said, as_of)));
        vec![made]
    }
}

fn head(key: &'static str, numeric: bool) -> TableColumn {
    TableColumn { title: Text::key(key), numeric, link: None }
}

fn key(key: &'static str) -> Cell {
    Cell::Text(Text::key(key))
}

fn plain(text: &str) -> Cell {
    Cell::Text(Text::Words(Words::same(text)))
}

fn count(all: usize) -> Cell {
    Cell::Number(Quantity::from(i64::try_from(all).unwrap_or(i64::MAX)), Unit::Count)
}

fn number(value: u32) -> Quantity {
    Quantity::from(i64::from(value))
}

/// Which sources have rows, and up to which day.
fn read(context: &Context<'_>) -> Read {
    let has_rows = |id: &&Id| {
        context.provenance.files.get(*id).is_some_and(|files| files.iter().any(|file| file.rows > 0))
    };
    let with_rows = context.plan.sources.keys().filter(has_rows).cloned().collect();
    Read { with_rows, newest: context.provenance.fresh() }
}

fn result(told: &Maturity) -> Vec<(Text, Vec<Cell>)> {
    let of_hundred = |score| Text::Key("diagnosis-of-hundred", vec![("score", Arg::Count(u64::from(score)))]);
    let judged = told.areas.iter().flat_map(|area| &area.lines).filter(|line| line.reached.is_some()).count();
    let all = told.areas.iter().map(|area| area.lines.len()).sum::<usize>();
    let because = match told.because {
        Because::SmallTeam(team) => {
            Text::Key("diagnosis-small-team", vec![("count", Arg::Count(team.into()))])
        }
        Because::FewOrders(orders) => {
            Text::Key("diagnosis-few-orders", vec![("count", Arg::Count(orders.into()))])
        }
        Because::Growing => Text::key("diagnosis-growing"),
        Because::Standing => Text::key("diagnosis-standing"),
    };
    let checked = vec![("part", Arg::Count(judged as u64)), ("whole", Arg::Count(all as u64))];
    vec![
        (
            Text::key("diagnosis-maturity"),
            vec![told.score.map_or(Cell::Empty, |score| Cell::Text(of_hundred(score)))],
        ),
        (Text::key("diagnosis-stage"), vec![Cell::Text(stage(told.stage))]),
        (Text::key("diagnosis-why"), vec![Cell::Text(because)]),
        (Text::key("diagnosis-judged"), vec![Cell::Text(Text::Key("diagnosis-part", checked))]),
    ]
}

fn stage(stage: Stage) -> Text {
    Text::key(match stage {
        Stage::Startup => "diagnosis-startup",
        Stage::Growth => "diagnosis-growth",
        Stage::Mature => "diagnosis-mature",
    })
}

fn notice(text: Text) -> Block {
    Block::Notice { tone: "info", text, details: Vec::new() }
}

/// What follows from the answers, whatever the score.
fn advice(plan: &Plan, said: &Diagnosis, stage: Stage) -> Vec<Block> {
    let mut all = Vec::new();
    if plan.site.stage != Some(stage) {
        let line = format!("stage: {}", stage.name());
        all.push(notice(Text::Key("diagnosis-write-stage", vec![("line", Arg::Text(line))])));
    }
    if let Some(team) = said.team_size.filter(|team| *team < SCORED_TEAM) {
        all.push(notice(Text::Key("diagnosis-no-scorecards", vec![("count", Arg::Count(team.into()))])));
    }
    if said.lifetime == Some(Lifetime::Long) {
        all.push(notice(Text::key("diagnosis-long-windows")));
    }
    if !plan.articles.values().any(|article| article.from_pack) {
        let line = format!("packs: [{PACK}]");
        all.push(notice(Text::Key("diagnosis-write-pack", vec![("line", Arg::Text(line))])));
    }
    all
}

/// The way to an article of the handbook, where there is one.
fn article(context: &Context<'_>, id: &str) -> Cell {
    match context.plan.articles.get(id) {
        Some(article) => Cell::Link(id.to_owned(), Text::Words(article.title.clone())),
        None => Cell::Empty,
    }
}

/// Without columns in which no row has anything: links to pages that are not there.
fn without_empty(mut table: TableSpec) -> TableSpec {
    let is_used =
        |at: &usize| table.rows.iter().any(|row| row.get(*at).is_some_and(|cell| *cell != Cell::Empty));
    let used: Vec<usize> = (0..table.columns.len()).filter(is_used).collect();
    table.columns = used.iter().map(|at| table.columns[*at].clone()).collect();
    for row in &mut table.rows {
        *row = used.iter().filter_map(|at| row.get(*at).cloned()).collect();
    }
    table
}

fn steps(context: &Context<'_>, told: &Maturity) -> TableSpec {
    let row = |(area, check): &(Area, Check)| {
        vec![key(step(*check)), key(area_name(*area)), article(context, handbook(*check))]
    };
    without_empty(TableSpec {
        id: "steps".to_owned(),
        title: None,
        columns: vec![
            head("diagnosis-step", false),
            head("diagnosis-area", false),
            head("nav-articles", false),
        ],
        rows: told.next.iter().map(row).collect(),
        total: false,
    })
}

/// What hurts, with the metric that shows it and the page that says what to do.
fn pains(context: &Context<'_>, said: &Diagnosis) -> Vec<Block> {
    let row = |pain: &Pain| {
        let metric = pain.metric();
        let shown = match context.plan.metrics.get(metric) {
            Some(metric) => Cell::Link(metric_path(&metric.id), context.metric_name(&metric.id)),
            None => Cell::Empty,
        };
        vec![key(pain_name(*pain)), shown, article(context, pain.article())]
    };
    if said.pains.is_empty() {
        return Vec::new();
    }
    let table = TableSpec {
        id: "pains".to_owned(),
        title: None,
        columns: vec![
            head("diagnosis-pain", false),
            head("table-metric", false),
            head("nav-articles", false),
        ],
        rows: said.pains.iter().map(row).collect(),
        total: false,
    };
    vec![Block::Heading(Text::key("diagnosis-pains")), Block::Table(without_empty(table))]
}

fn bars(areas: &[Judgement]) -> ChartSpec {
    let scores: Vec<Option<u32>> = areas.iter().map(Judgement::score).collect();
    let state = |score: &Option<u32>| if score.is_some() { State::Complete } else { State::NoData };
    ChartSpec {
        id: "maturity".to_owned(),
        kind: "bar",
        title: Text::key("diagnosis-maturity"),
        axis: Axis::Members(areas.iter().map(|one| Text::key(area_name(one.area))).collect()),
        series: vec![ChartSeries {
            name: Text::key("diagnosis-maturity"),
            about: None,
            role: SeriesRole::Actual(0),
            unit: Unit::Score,
            bars: true,
            values: scores.iter().map(|score| score.map(number)).collect(),
            states: scores.iter().map(state).collect(),
        }],
        marks: Vec::new(),
        bands: Vec::new(),
    }
}

/// `Data: 65 of 100`
fn heading(judged: &Judgement) -> Text {
    let area = Arg::Said(Box::new(Text::key(area_name(judged.area))));
    match judged.score() {
        Some(score) => {
            Text::Key("diagnosis-area-score", vec![("area", area), ("score", Arg::Count(score.into()))])
        }
        None => Text::Key("diagnosis-area-open", vec![("area", area)]),
    }
}

fn checks(context: &Context<'_>, judged: &Judgement) -> TableSpec {
    let row = |line: &Line| {
        let told = match line.check.told() {
            Told::Answered => "diagnosis-answered",
            Told::Seen => "diagnosis-seen",
        };
        let reached = line.reached.map_or(key("diagnosis-open"), |(part, whole)| {
            let holes = vec![("part", Arg::Count(part.into())), ("whole", Arg::Count(whole.into()))];
            Cell::Text(Text::Key("diagnosis-part", holes))
        });
        let points = line.points().map_or(Cell::Empty, |points| {
            let holes = vec![("part", Arg::Count(points.into())), ("whole", Arg::Count(POINTS.into()))];
            Cell::Text(Text::Key("diagnosis-part", holes))
        });
        let (name, _, article) = about(line.check);
        let known = context.plan.articles.contains_key(article);
        let name = if known { Cell::Link(article.to_owned(), Text::key(name)) } else { key(name) };
        vec![name, key(told), reached, points]
    };
    TableSpec {
        id: format!("area-{}", area_name(judged.area).trim_start_matches("diagnosis-area-")),
        title: None,
        columns: vec![
            head("diagnosis-check", false),
            head("diagnosis-told", false),
            head("diagnosis-reached", true),
            head("diagnosis-points", true),
        ],
        rows: judged.lines.iter().map(row).collect(),
        total: false,
    }
}

/// Every question with its answer, and what the data shows of the same.
fn answers(context: &Context<'_>, said: &Diagnosis, as_of: Date) -> TableSpec {
    let plan = context.plan;
    let money = Unit::Money(plan.site.currency);
    let whole =
        |value: Option<u32>| value.map_or(Cell::Empty, |value| Cell::Number(number(value), Unit::Count));
    let amount = |value: Option<crate::unit::Decimal>| {
        value.map_or(Cell::Empty, |value| Cell::Number(Quantity::Exact(value), money.clone()))
    };
    let name = |value: &Option<Id>| match value.as_deref() {
        None => Cell::Empty,
        Some("none") => key("diagnosis-none"),
        Some(name) => plain(name),
    };
    let month = |metric: &str| {
        let unit = plan.metrics.get(metric).map(|metric| metric.unit.clone());
        unit.zip(last_month(plan, context.facts, metric, as_of))
            .map_or(Cell::Empty, |(unit, value)| Cell::Number(value, unit))
    };
    let presets = |part: &str| {
        let is_one = |source: &&crate::plan::Source| {
            source.preset.as_ref().is_some_and(|preset| preset.contains(part))
                && context.provenance.files.get(&source.id).is_some_and(|files| !files.is_empty())
        };
        count(plan.sources.values().filter(is_one).count())
    };
    let list = |all: &[Id]| match all {
        [] => Cell::Empty,
        all => plain(&all.iter().map(|id| &**id).collect::<Vec<_>>().join(" · ")),
    };
    let first = context.provenance.days.values().map(|(first, _)| *first).min();
    // What was not answered, or is not known, is a dash.
    let said_or_dash = |cell: Cell| if cell == Cell::Empty { plain("–") } else { cell };
    let row = |name: &'static str, answer: Cell, shown: Cell| {
        vec![key(name), said_or_dash(answer), said_or_dash(shown)]
    };
    let categories = context.members(&"category".into()).len();
    let rows = vec![
        row("diagnosis-q-stores", whole(said.stores), count(context.stores().len())),
        row("diagnosis-q-categories", list(&said.categories), count(categories)),
        row("diagnosis-q-lifetime", said.lifetime.map_or(Cell::Empty, |one| key(lifetime(one))), Cell::Empty),
        row("diagnosis-q-team", whole(said.team_size), count(plan.people.len())),
        row("diagnosis-q-erp", name(&said.erp), presets("lingxing/")),
        row("diagnosis-q-ads", name(&said.ads_tool), presets("/ads-")),
        row(
            "diagnosis-q-metrics",
            said.existing_metrics.as_deref().map_or(Cell::Empty, list),
            count(plan.metrics.len()),
        ),
        row("diagnosis-q-gmv", amount(said.monthly_gmv), month("gmv")),
        row("diagnosis-q-orders", whole(said.monthly_orders), month("orders")),
        row("diagnosis-q-budget", amount(said.budget), month("ad_spend")),
        row(
            "diagnosis-q-start",
            said.start.map_or(Cell::Empty, Cell::Date),
            first.map_or(Cell::Empty, Cell::Date),
        ),
    ];
    TableSpec {
        id: "answers".to_owned(),
        title: None,
        columns: vec![
            head("diagnosis-question", false),
            head("diagnosis-answer", true),
            head("diagnosis-shown", true),
        ],
        rows,
        total: false,
    }
}

fn lifetime(lifetime: Lifetime) -> &'static str {
    match lifetime {
        Lifetime::Short => "diagnosis-lifetime-short",
        Lifetime::Long => "diagnosis-lifetime-long",
    }
}

fn area_name(area: Area) -> &'static str {
    match area {
        Area::Data => "diagnosis-area-data",
        Area::Targets => "diagnosis-area-targets",
        Area::Cadence => "diagnosis-area-cadence",
        Area::Ownership => "diagnosis-area-ownership",
        Area::Incentives => "diagnosis-area-incentives",
    }
}

fn pain_name(pain: Pain) -> &'static str {
    match pain {
        Pain::Traffic => "diagnosis-pain-traffic",
        Pain::Conversion => "diagnosis-pain-conversion",
        Pain::Ads => "diagnosis-pain-ads",
        Pain::Stock => "diagnosis-pain-stock",
        Pain::Returns => "diagnosis-pain-returns",
        Pain::Ratings => "diagnosis-pain-ratings",
        Pain::Account => "diagnosis-pain-account",
        Pain::Profit => "diagnosis-pain-profit",
        Pain::Cash => "diagnosis-pain-cash",
        Pain::People => "diagnosis-pain-people",
        Pain::Data => "diagnosis-pain-data",
    }
}

fn step(check: Check) -> &'static str {
    about(check).1
}

fn handbook(check: Check) -> &'static str {
    about(check).2
}

/// Of each check: what it is called, what to do where it is weak, and the page of the handbook.
fn about(check: Check) -> (&'static str, &'static str, &'static str) {
    match check {
        Check::Figures => ("diagnosis-sources", "diagnosis-do-sources", "handbook"),
        Check::Fresh => ("diagnosis-fresh", "diagnosis-do-fresh", "handbook"),
        Check::Reconciled => ("diagnosis-reconciled", "diagnosis-do-reconciled", "handbook/sop/month-close"),
        Check::Tools => ("diagnosis-tools", "diagnosis-do-tools", "handbook/role/operator"),
        Check::CoreTargets => ("diagnosis-core", "diagnosis-do-core", "handbook/target_attainment"),
        Check::BrokenDown => ("diagnosis-broken", "diagnosis-do-broken", "handbook/role/team-lead"),
        Check::Resourced => ("diagnosis-resourced", "diagnosis-do-resourced", "handbook/role/boss"),
        Check::FewMetrics => ("diagnosis-few", "diagnosis-do-few", "handbook"),
        Check::Rhythm => ("diagnosis-rhythm", "diagnosis-do-rhythm", "handbook/sop/review-deck"),
        Check::Reviews => ("diagnosis-reviews", "diagnosis-do-reviews", "handbook/sop/review-deck"),
        Check::Closed => ("diagnosis-closed", "diagnosis-do-closed", "handbook/action_closure_rate"),
        Check::Looked => ("diagnosis-looked", "diagnosis-do-looked", "handbook/role/boss"),
        Check::Named => ("diagnosis-named", "diagnosis-do-named", "handbook/role/team-lead"),
        Check::MetricOwners => ("diagnosis-owners", "diagnosis-do-owners", "handbook/role/team-lead"),
        Check::TargetOwners => ("diagnosis-held", "diagnosis-do-held", "handbook/target_attainment"),
        Check::Listed => ("diagnosis-listed", "diagnosis-do-listed", "handbook/group/people"),
        Check::Linked => ("diagnosis-linked", "diagnosis-do-linked", "handbook/role/boss"),
        Check::Cards => ("diagnosis-cards", "diagnosis-do-cards", "handbook/role/team-lead"),
        Check::Consequence => ("diagnosis-led", "diagnosis-do-led", "handbook/role/boss"),
        Check::Signed => ("diagnosis-signed", "diagnosis-do-signed", "handbook/target_attainment"),
    }
}
