//! `/calendar/`: which days count more, and why: a picture of the year, weights of weekdays, events, holidays.

use super::{PageKind, page};
use crate::assess::{Learned, LearnedWeight};
use crate::diag::Finding;
use crate::measure::State;
use crate::plan::{Event, Holiday, Overlap, Scope, Season, Words};
use crate::report::context::Context;
use crate::report::page::target::season_of;
use crate::report::{
    Arg, Axis, Block, Cell, ChartSeries, ChartSpec, Page, SeriesRole, TableColumn, TableSpec, Text,
};
use crate::time::{Date, Grain, Period};
use crate::unit::{Quantity, Unit};

pub(super) struct Calendars;

impl PageKind for Calendars {
    fn name(&self) -> &'static str {
        "calendar"
    }

    fn tops(&self) -> &'static [&'static str] {
        &["calendar"]
    }

    fn pages(&self, context: &Context<'_>, _found: &mut Vec<Finding>) -> Vec<Page> {
        if context.plan.seasons.is_empty() {
            return Vec::new();
        }
        let mut made =
            page("calendar", self.name(), Text::key("nav-calendar"), &[("", Text::key("nav-home"))]);
        for season in context.seasons.in_force.values() {
            made.blocks.push(Block::Heading(Text::Words(Words::same(&season.id))));
            made.blocks.extend(one(context, season));
        }
        vec![made]
    }
}

fn one(context: &Context<'_>, season: &Season) -> Vec<Block> {
    let years = years(context);
    let mut blocks = vec![facts(context, season)];
    blocks.extend(years.iter().map(|year| Block::Chart(picture(season, *year))));
    let shown =
        |period: Period| years.iter().any(|year| period.start.year() <= *year && *year <= period.end.year());
    let events: Vec<&Event> = season.events.iter().filter(|event| shown(event.period)).collect();
    blocks.push(weekdays(season));
    blocks.extend(
        context.seasons.learned.get(&season.id).map(|learned| learned_table(context, season, learned)),
    );
    blocks.extend(events_table(context, season, &events));
    blocks.extend(holidays_table(season, &years));
    blocks.extend(crate::report::history::of_calendar(context, season));
    blocks
}

/// The year of the data and the one after it; without data that of the newest target.
fn years(context: &Context<'_>) -> Vec<i16> {
    let newest = || context.plan.targets.iter().map(|target| target.period.start).max();
    context.as_of().or_else(newest).map(|day| vec![day.year(), day.year() + 1]).unwrap_or_default()
}

fn facts(context: &Context<'_>, season: &Season) -> Block {
    let mut said = vec![match season.overlap {
        Overlap::Product => Text::key("calendar-product"),
        Overlap::Max => Text::key("calendar-max"),
    }];
    if let Some(weight) = season.holiday_weight {
        let args = vec![("weight", Arg::Number(Quantity::Exact(weight), 2))];
        said.push(Text::Key("calendar-holiday-weight", args));
    }
    if let Some(learn) = &season.learn {
        let metric = match context.metric_name(&learn.metric) {
            Text::Words(words) => Arg::Words(words),
            Text::Key(..) => Arg::Text(learn.metric.to_string()),
        };
        said.push(Text::Key("calendar-learned", vec![("metric", metric)]));
    }
    let follows =
        |target: &&crate::plan::Target| season_of(context, target).is_some_and(|used| used.id == season.id);
    let count = context.plan.targets.iter().filter(follows).count() as u64;
    said.push(Text::Key("calendar-used", vec![("count", Arg::Count(count))]));
    Block::Facts(vec![
        (Text::key("calendar-weight"), said.into_iter().map(Cell::Text).collect()),
        (Text::key("fact-place"), vec![Cell::Code(season.place.to_string())]),
    ])
}

/// Monday to Sunday.
const DAYS: [&str; 7] = ["day-mon", "day-tue", "day-wed", "day-thu", "day-fri", "day-sat", "day-sun"];

fn weekdays(season: &Season) -> Block {
    let weights = season.weekdays.iter().map(|weight| Cell::Plain(Quantity::Exact(*weight), 2));
    let name = Cell::Text(Text::key("calendar-weight"));
    Block::Table(TableSpec {
        id: format!("weekdays-{}", season.id),
        title: Some(Text::key("calendar-weekdays")),
        columns: std::iter::once(head("table-date", false)).chain(DAYS.map(|key| head(key, true))).collect(),
        rows: vec![std::iter::once(name).chain(weights).collect()],
        total: false,
    })
}

/// What history says of each kind of day, on how many of them, and whether it counts or something written does.
fn learned_table(context: &Context<'_>, season: &Season, learned: &Learned) -> Block {
    let written = context.plan.seasons.get(&season.id);
    let row = |name: Cell, known: LearnedWeight, counts: bool| {
        let n = |count: u32| Cell::Plain(Quantity::from(i64::from(count)), 0);
        let how = if counts { "calendar-counts" } else { "calendar-written" };
        vec![
            name,
            Cell::Number(Quantity::Exact(known.weight), Unit::Factor),
            n(known.n),
            n(known.years),
            Cell::Text(Text::key(how)),
        ]
    };
    let mut rows = Vec::new();
    for (key, weight) in DAYS.iter().zip(learned.weekdays.into_iter().flatten()) {
        rows.push(row(Cell::Text(Text::key(key)), weight, !season.weekdays_written));
    }
    let counts = written.is_some_and(|written| written.holiday_weight.is_none());
    rows.extend(
        learned.holidays.map(|weight| row(Cell::Text(Text::key("calendar-holidays")), weight, counts)),
    );
    for (id, weight) in &learned.events {
        let own = |event: &&Event| event.id == *id;
        let name = season.events.iter().find(own).map_or_else(|| Words::same(id), |event| event.name.clone());
        let open = |event: &Event| event.weight.is_none() && event.note.is_none();
        let counts = written.is_some_and(|written| written.events.iter().filter(own).any(open));
        rows.push(row(Cell::Text(Text::Words(name)), *weight, counts));
    }
    if rows.is_empty() {
        let args = vec![("days", Arg::Count(learned.days.into()))];
        return Block::Facts(vec![(
            Text::key("calendar-learning"),
            vec![Cell::Text(Text::Key("calendar-too-short", args))],
        )]);
    }
    Block::Table(TableSpec {
        id: format!("learned-{}", season.id),
        title: Some(Text::Key("calendar-history", vec![("days", Arg::Count(learned.days.into()))])),
        columns: vec![
            head("calendar-event", false),
            head("calendar-weight", true),
            head("calendar-n", true),
            head("calendar-years", true),
            head("calendar-in-force", false),
        ],
        rows,
        total: false,
    })
}

/// A square for each day of a year. Events of single stores or categories are not in it.
fn picture(season: &Season, year: i16) -> ChartSpec {
    let day = |month, day| Date::new(year, month, day).expect("the ends of a year are days");
    let company = Scope::company();
    let whole = Period::range(day(1, 1), day(12, 31));
    let days: Vec<Period> =
        whole.each_day().map(|day| Period { start: day, end: day, grain: Some(Grain::Day) }).collect();
    let values: Vec<Option<Quantity>> =
        days.iter().map(|day| Some(Quantity::Exact(season.weight(day.start, &company)))).collect();
    ChartSpec {
        id: format!("year-{}-{year}", season.id),
        kind: "year",
        title: Text::Key("calendar-year", vec![("year", Arg::Text(year.to_string()))]),
        axis: Axis::Time(Grain::Day, days),
        series: vec![ChartSeries {
            name: Text::key("calendar-weight"),
            about: None,
            role: SeriesRole::Target,
            unit: Unit::Factor,
            bars: true,
            states: vec![State::Complete; values.len()],
            values,
        }],
        marks: Vec::new(),
        bands: Vec::new(),
    }
}

fn head(key: &'static str, numeric: bool) -> TableColumn {
    TableColumn { title: Text::key(key), numeric, link: None }
}

fn events_table(context: &Context<'_>, season: &Season, events: &[&Event]) -> Option<Block> {
    let words = |text: &str| Cell::Text(Text::Words(Words::same(text)));
    let whom = |event: &Event| {
        let stores = event.stores.iter().map(|id| context.member_name("store", id));
        let categories = event.categories.iter().map(|id| context.member_name("category", id));
        let names: Vec<Words> = stores.chain(categories).collect();
        match names.as_slice() {
            [] => Cell::Text(Text::key("calendar-everyone")),
            [only] => Cell::Text(Text::Words(only.clone())),
            // Ids are the same in every language; joined names of several are not.
            _ => words(
                &event.stores.iter().chain(&event.categories).map(|id| &**id).collect::<Vec<_>>().join(", "),
            ),
        }
    };
    let row = |event: &&Event| {
        vec![
            Cell::Text(Text::Words(event.name.clone())),
            Cell::Period(event.period),
            event.weight.map_or(Cell::Empty, |weight| Cell::Number(Quantity::Exact(weight), Unit::Factor)),
            whom(event),
            words(&event.kind),
            event.confidence.as_ref().map_or(Cell::Text(Text::key("calendar-announced")), |sure| words(sure)),
            event.note.as_ref().map_or(Cell::Empty, |note| words(note)),
        ]
    };
    let mut rows: Vec<_> = events.iter().map(row).collect();
    if events.iter().all(|event| event.note.is_none()) {
        rows.iter_mut().for_each(|row| row.truncate(6));
    }
    (!rows.is_empty()).then(|| {
        let columns = rows[0].len();
        Block::Table(TableSpec {
            id: format!("events-{}", season.id),
            title: Some(Text::key("calendar-events")),
            columns: [
                head("calendar-event", false),
                head("table-period", false),
                head("calendar-weight", true),
                head("calendar-for", false),
                head("calendar-kind", false),
                head("calendar-sure", false),
                head("target-note", false),
            ]
            .into_iter()
            .take(columns)
            .collect(),
            rows,
            total: false,
        })
    })
}

fn holidays_table(season: &Season, years: &[i16]) -> Option<Block> {
    let row = |(day, holiday): (&Date, &Holiday)| {
        let how = if holiday.computed { "calendar-computed" } else { "calendar-announced" };
        vec![Cell::Date(*day), Cell::Text(Text::Words(holiday.name.clone())), Cell::Text(Text::key(how))]
    };
    let shown = |(day, _): &(&Date, &Holiday)| years.contains(&day.year());
    let rows: Vec<_> = season.holidays.iter().filter(shown).map(row).collect();
    (!rows.is_empty()).then(|| {
        Block::Table(TableSpec {
            id: format!("holidays-{}", season.id),
            title: Some(Text::key("calendar-holidays")),
            columns: vec![
                head("table-date", false),
                head("calendar-event", false),
                head("calendar-sure", false),
            ],
            rows,
            total: false,
        })
    })
}
