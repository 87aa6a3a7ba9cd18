//! How definitions came to be, on the pages of metrics, targets and calendars: who changed what, when and why, and what the
//! former definition says of the same data beside the one that replaced it.

use super::context::Context;
use super::{Arg, Axis, Block, Cell, ChartSeries, ChartSpec, SeriesRole, TableColumn, TableSpec, Text};
use crate::measure::State;
use crate::plan::changed::{How, KeyChange};
use crate::plan::history::{FIGURE_KEYS, History, Known, Told};
use crate::plan::rules::governed::ASKED_KEYS;
use crate::plan::written::About;
use crate::plan::{Id, Metric, Scope, Season, Target, Words};
use crate::time::{Calendar, Date, Grain, Period};
use crate::unit::{Decimal, Quantity, Unit};
use std::collections::BTreeMap;
use std::sync::Arc;

/// More of a value than this is not read in a cell; the repository has it all.
const SHOWN: usize = 240;

/// What is known of how definitions came to be.
#[derive(Clone, Debug, Default)]
pub struct Past {
    /// What each commit changed.
    pub history: History,
    /// What former definitions say of the data of now.
    pub restated: Restated,
}

/// Former definitions, measured.
pub type Restated = BTreeMap<Shadow, Former>;

/// Which former definition: the one before a change.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Shadow {
    /// Of what.
    pub about: About,
    /// Its id as it is today.
    pub id: Id,
    /// The change that ended it: the first digits of its commit.
    pub mark: Arc<str>,
}

/// What a former definition says.
#[derive(Clone, Debug, PartialEq)]
pub struct Former {
    /// Its unit.
    pub unit: Unit,
    /// Over these periods.
    pub periods: Vec<Period>,
    /// One value for each; `None` is a dash.
    pub values: Vec<Option<Quantity>>,
}

/// The last `count` periods of a grain, the one that holds `as_of` included.
pub fn recent_periods(calendar: &Calendar, as_of: Date, grain: Grain, count: u32) -> Vec<Period> {
    let back = |period: &Period| Some(calendar.previous(*period));
    let mut periods: Vec<Period> =
        std::iter::successors(Some(calendar.period(grain, as_of)), back).take(count as usize).collect();
    periods.reverse();
    periods
}

/// The periods over which a target is told: its days, weeks or months, as long as they can be read in a chart.
pub fn parts_of(calendar: &Calendar, whole: Period) -> Vec<Period> {
    /// A month has no more days.
    const DAYS: u32 = 31;
    /// A quarter and a few days.
    const WEEKS: u32 = 100;
    let grain = match whole.days() {
        days if days <= DAYS => Grain::Day,
        days if days <= WEEKS => Grain::Week,
        _ => Grain::Month,
    };
    let inside = |part: &Period| whole.start <= part.start && part.end <= whole.end;
    calendar.periods(grain, whole.start, whole.end).into_iter().filter(inside).collect()
}

/// The weights of the days of a period, added up; `None` if they have too many digits.
pub fn weight(season: &Season, period: Period) -> Option<Quantity> {
    let company = Scope::company();
    let all = period.each_day().map(|day| season.weight(day, &company));
    let sum = all.into_iter().try_fold(Decimal::ZERO, |sum, one| sum.checked_add(one))?;
    Some(Quantity::Exact(sum))
}

fn head(key: &'static str) -> TableColumn {
    TableColumn { title: Text::key(key), numeric: false, link: None }
}

fn words(text: &str) -> Text {
    Text::Words(Words::same(text))
}

/// The history of a metric.
pub(super) fn of_metric(context: &Context<'_>, metric: &Metric) -> Vec<Block> {
    let mut blocks: Vec<Block> = changes(context, About::Metric, &metric.id).into_iter().collect();
    blocks.extend(notes(context, metric));
    let now = |periods: &[Period]| {
        let point = |period: &Period| context.point(&metric.id, &Scope::company(), *period);
        let values = periods.iter().map(|period| point(period).and_then(|point| point.value)).collect();
        (metric.unit.clone(), values)
    };
    blocks.extend(charts(context, (About::Metric, &metric.id), FIGURE_KEYS, &now));
    headed(blocks)
}

/// The history of a target.
pub(super) fn of_target(context: &Context<'_>, target: &Target, unit: &Unit) -> Vec<Block> {
    let mut blocks: Vec<Block> = changes(context, About::Target, &target.id).into_iter().collect();
    let now = |periods: &[Period]| {
        let asked = |period: &Period| match context.asked_by(&target.id, *period)?.in_force.value {
            crate::plan::TargetValue::Of(value) => Some(Quantity::Exact(value)),
            crate::plan::TargetValue::Between(..) => None,
        };
        (unit.clone(), periods.iter().map(asked).collect())
    };
    blocks.extend(charts(context, (About::Target, &target.id), ASKED_KEYS, &now));
    headed(blocks)
}

/// The history of a calendar.
pub(super) fn of_calendar(context: &Context<'_>, season: &Season) -> Vec<Block> {
    let mut blocks: Vec<Block> = changes(context, About::Calendar, &season.id).into_iter().collect();
    let now =
        |periods: &[Period]| (Unit::Days, periods.iter().map(|period| weight(season, *period)).collect());
    blocks.extend(charts(context, (About::Calendar, &season.id), &[], &now));
    headed(blocks)
}

fn headed(mut blocks: Vec<Block>) -> Vec<Block> {
    match blocks.first_mut() {
        None => return blocks,
        // Two headings, one right above the other, say the same thing twice.
        Some(Block::Table(table)) if table.id == NOTES => table.title = None,
        Some(_) => {}
    }
    std::iter::once(Block::Heading(Text::key("history-title"))).chain(blocks).collect()
}

fn told<'c>(context: &Context<'c>, about: About, id: &str) -> Vec<Told<'c>> {
    context.past.map(|past| past.history.of(about, id)).unwrap_or_default()
}

/// Who changed what, when and why: a row for each key.
fn changes(context: &Context<'_>, about: About, id: &str) -> Option<Block> {
    let rows: Vec<Vec<Cell>> = told(context, about, id).iter().flat_map(rows).collect();
    (!rows.is_empty()).then(|| {
        Block::Table(TableSpec {
            id: format!("history-{}", super::context::slug(id)),
            title: None,
            columns: vec![
                head("table-date"),
                head("history-who"),
                head("history-why"),
                head("history-what"),
                head("history-before"),
                head("history-after"),
                head("history-commit"),
            ],
            rows,
            total: false,
        })
    })
}

/// When, by whom and why: the first three cells of a row.
pub(super) fn whence(told: &Told<'_>) -> [Cell; 3] {
    match &told.step.commit {
        Some(commit) => {
            [Cell::Date(commit.day), Cell::Text(words(&commit.author)), Cell::Text(words(&commit.title))]
        }
        None => [Cell::Empty, Cell::Empty, Cell::Text(Text::key("history-open"))],
    }
}

/// The commit, as code.
pub(super) fn commit(told: &Told<'_>) -> Cell {
    told.step.commit.as_ref().map_or(Cell::Empty, |commit| Cell::Code(commit.short().to_owned()))
}

/// The word for what happened to a definition as a whole.
pub(super) fn how(how: How) -> Text {
    Text::key(match how {
        How::New => "history-new",
        How::Gone => "history-gone",
        How::Renamed => "history-renamed",
        How::Changed => "history-changed",
    })
}

fn rows(told: &Told<'_>) -> Vec<Vec<Cell>> {
    let row = |cells: [Cell; 3]| {
        let mut row = whence(told).to_vec();
        row.extend(cells);
        row.push(commit(told));
        row
    };
    let said = |lines: &[String]| if lines.is_empty() { Cell::Empty } else { written(&brief(lines)) };
    let keys =
        |change: &KeyChange| row([Cell::Code(change.key.clone()), said(&change.was), said(&change.now)]);
    let mut all = Vec::new();
    if told.changed.how != How::Changed {
        let id = |id: Option<&String>| id.map_or(Cell::Empty, |id| Cell::Code(id.clone()));
        let now = (told.changed.how != How::Gone).then_some(&told.changed.id);
        all.push(row([Cell::Text(how(told.changed.how)), id(told.changed.was_id.as_ref()), id(now)]));
    }
    // What a definition said when it was new, its page says, or a later change as what was before.
    if matches!(told.changed.how, How::Changed | How::Renamed) {
        // Notes on changes stand in a table of their own.
        all.extend(told.changed.keys.iter().filter(|change| change.key != "changes").map(keys));
    }
    all
}

/// What stands in a file: code where it is short, a text that can be broken into lines where it is not.
pub(super) fn written(text: &str) -> Cell {
    /// Code is never broken.
    const CODE: usize = 32;
    if text.chars().count() <= CODE { Cell::Code(text.to_owned()) } else { Cell::Text(words(text)) }
}

/// A value on one line, cut where it is too long to be read in a cell.
pub(super) fn brief(lines: &[String]) -> String {
    let text = lines.join("; ");
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

/// The table of what people noted.
const NOTES: &str = "history-notes";

/// What people noted about changes of a metric.
fn notes(context: &Context<'_>, metric: &Metric) -> Option<Block> {
    let care = context.plan.care.get(&metric.id).filter(|care| !care.changes.is_empty())?;
    let row = |note: &crate::plan::care::ChangeNote| {
        let by = note.by.as_ref().map(|id| Cell::Text(Text::Words(context.person_name(id))));
        vec![Cell::Date(note.date), by.unwrap_or(Cell::Empty), Cell::Text(Text::Words(note.reason.clone()))]
    };
    Some(Block::Table(TableSpec {
        id: NOTES.to_owned(),
        title: Some(Text::key("history-notes")),
        columns: vec![head("table-date"), head("history-who"), head("history-why")],
        rows: care.changes.iter().map(row).collect(),
        total: false,
    }))
}

/// Values over some periods, with their unit.
type Now<'n> = &'n dyn Fn(&[Period]) -> (Unit, Vec<Option<Quantity>>);

/// Each former definition beside the one that replaced it, newest first. A change of nothing that counts has none.
fn charts(context: &Context<'_>, (about, id): (About, &Id), keys: &[&str], now: Now<'_>) -> Vec<Block> {
    let Some(past) = context.past else { return Vec::new() };
    let counts = |told: &Told<'_>| {
        matches!(told.changed.how, How::Changed | How::Renamed) && (keys.is_empty() || told.touches(keys))
    };
    let mut blocks = Vec::new();
    let mut newer: Option<&Former> = None;
    for told in past.history.of(about, id).into_iter().filter(counts) {
        let shadow = Shadow { about, id: id.clone(), mark: told.mark().into() };
        let Some(former) = past.restated.get(&shadow) else {
            // It was never looked at: too old. Or it makes no sense any more, with names that are gone.
            blocks.push(notice("history-not-restated", &told));
            break;
        };
        let (unit, values) = match newer {
            Some(newer) => (newer.unit.clone(), newer.values.clone()),
            None => now(&former.periods),
        };
        newer = Some(former);
        if unit != former.unit {
            blocks.push(notice("history-other-unit", &told));
        } else if values == former.values && values.iter().any(Option::is_some) {
            blocks.push(notice("history-same-values", &told));
        } else if former.values.iter().chain(&values).any(Option::is_some) {
            blocks.push(Block::Chart(chart(about, &told, former, values)));
        }
    }
    blocks
}

/// Which change is meant: its day, or that it is not committed yet.
fn when(key: (&'static str, &'static str), told: &Told<'_>) -> Text {
    match &told.step.commit {
        Some(commit) => Text::Key(key.0, vec![("date", Arg::Date(commit.day))]),
        None => Text::key(key.1),
    }
}

fn notice(key: &'static str, told: &Told<'_>) -> Block {
    let details =
        vec![told.step.commit.as_ref().map_or("…".to_owned(), |commit| {
            format!("{} {} {}", commit.day, commit.short(), commit.title)
        })];
    Block::Notice { tone: "info", text: Text::key(key), details }
}

fn chart(about: About, told: &Told<'_>, former: &Former, values: Vec<Option<Quantity>>) -> ChartSpec {
    let title = match about {
        About::Metric => when(("history-restated", "history-restated-open"), told),
        About::Target => when(("history-asked", "history-asked-open"), told),
        _ => when(("history-weights", "history-weights-open"), told),
    };
    let grain = former.periods.first().and_then(|period| period.grain).unwrap_or(Grain::Day);
    let series = |key, role, values: Vec<Option<Quantity>>| ChartSeries {
        name: Text::key(key),
        about: None,
        role,
        unit: former.unit.clone(),
        bars: false,
        states: values
            .iter()
            .map(|value| if value.is_some() { State::Complete } else { State::NoData })
            .collect(),
        values,
    };
    // A target looks like one, before and after; what was measured like a figure beside that of another time.
    let (role, former_role) = match about {
        About::Target => (SeriesRole::Target, SeriesRole::First),
        _ => (SeriesRole::Actual(0), SeriesRole::Prior),
    };
    ChartSpec {
        id: format!("restated-{}-{}", super::context::slug(&told.changed.id), told.mark()),
        kind: "line",
        title,
        axis: Axis::Time(grain, former.periods.clone()),
        series: vec![
            series("history-after", role, values),
            series("history-before", former_role, former.values.clone()),
        ],
        marks: Vec::new(),
        bands: Vec::new(),
    }
}

/// The word for what a piece of writing is about.
pub fn about_key(about: About) -> &'static str {
    match about {
        About::Metric => "diff-about-metric",
        About::Target => "diff-about-target",
        About::Calendar => "diff-about-calendar",
        About::Objective => "diff-about-objective",
        About::Launch => "diff-about-launch",
        About::Scorecard => "diff-about-scorecard",
        About::Alert => "diff-about-alert",
        About::Person => "diff-about-person",
        About::Team => "diff-about-team",
        About::Store => "diff-about-store",
        About::Source => "diff-about-source",
        About::Plugin => "diff-about-plugin",
        About::Lock => "diff-about-lock",
        About::Rule => "diff-about-rule",
        About::Site => "diff-about-site",
        About::Deploy => "diff-about-deploy",
        About::Annotation => "diff-about-annotation",
        About::Dashboard => "diff-about-dashboard",
        About::Review => "diff-about-review",
        About::Text => "diff-about-text",
    }
}

/// Why there is no history to tell, or what a reader of it has to know; `None` if nothing.
pub(super) fn known(context: &Context<'_>) -> Option<Block> {
    let notice = |tone, key, details| Some(Block::Notice { tone, text: Text::key(key), details });
    match context.past.map_or(&Known::NotAsked, |past| &past.history.known) {
        Known::NotAsked => None,
        Known::Nothing => notice("info", "history-nothing", Vec::new()),
        Known::Apart(_) => notice("info", "history-apart", Vec::new()),
        Known::Since { is_shallow: true, .. } => notice("warning", "history-shallow", Vec::new()),
        Known::Since { is_cut: true, .. } => notice("info", "history-cut", Vec::new()),
        Known::Since { .. } => None,
    }
}
