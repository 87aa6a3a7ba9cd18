//! Home: the leading figures with target and trend, the stores beside one another, and how fresh the data is.

use super::{PageKind, page};
use crate::assess::action::Action;
use crate::assess::spc::Variation;
use crate::diag::{Finding, Level};
use crate::plan::{Id, Scope, Stage, Words};
use crate::report::block::{Wanted, member_table, period_table};
use crate::report::context::{Context, dashboard_path, source_path};
use crate::report::draw::{self, ALL_COMPARISONS, Delta};
use crate::report::{Arg, Block, Cell, Page, TableColumn, TableSpec, Text};
use crate::report::{limit, review};
use crate::time::{Date, Grain, days_between};
use crate::unit::{Quantity, Unit};

/// Weeks of the table below the cards.
const WEEKS: u32 = 7;
/// Errors named on the first page; the data page has more.
const LISTED: usize = 12;

pub(super) struct Home;

impl PageKind for Home {
    fn name(&self) -> &'static str {
        "home"
    }

    fn tops(&self) -> &'static [&'static str] {
        &[""]
    }

    fn pages(&self, context: &Context<'_>, _found: &mut Vec<Finding>) -> Vec<Page> {
        let mut home = page("", self.name(), Text::Words(context.plan.site.title.clone()), &[]);
        let trouble = trouble(context);
        let failed = context.provenance.found.iter().any(|finding| finding.level == Level::Error);
        if failed {
            home.blocks.extend(trouble.iter().cloned());
        }
        home.blocks.extend(context.plan.site.stage.map(|stage| {
            let key = match stage {
                Stage::Startup => "stage-startup",
                Stage::Growth => "stage-growth",
                Stage::Mature => "stage-mature",
            };
            Block::Notice { tone: "info", text: Text::key(key), details: Vec::new() }
        }));
        home.blocks.extend(first(context));
        let leading: Vec<Id> = context.leading_metrics().iter().map(|metric| metric.id.clone()).collect();
        let grain = context.card_grain();
        let company = Scope::company();
        if let Some(period) = context.last_complete(grain) {
            home.blocks.push(Block::Heading(Text::Key("home-period", vec![("period", Arg::Period(period))])));
        }
        let broken = draw::broken(context).map(|(id, _)| id);
        let cards =
            leading.iter().chain(broken).map(|id| draw::card(context, id, &company, grain, ALL_COMPARISONS));
        // A company that is not for these readers has no cards; their stores stand below.
        let not_shown = Some(Text::key("audience-not-shown"));
        home.blocks.push(Block::Cards(cards.filter(|card| card.trouble != not_shown).collect()));
        home.blocks.extend(overdue(context));
        home.blocks.extend(signals(context));
        home.blocks.extend(targets(context));
        let none = Words::default();
        let wanted = |id: &str, grain, columns| Wanted {
            id: id.to_owned(),
            title: &none,
            columns,
            scope: &company,
            grain,
            delta: Delta::Shown,
        };
        if !context.stores().is_empty() {
            home.blocks.push(Block::Heading(Text::key("home-stores")));
            home.blocks.extend(
                member_table(context, &wanted("stores", grain, &leading), &"store".into(), true, None)
                    .map(Block::Table),
            );
        }
        // What is known by the month only would be a column without a cell.
        let is_weekly =
            |id: &&Id| context.plan.metrics.get(*id).is_some_and(|metric| metric.grain <= Grain::Week);
        let weekly: Vec<Id> = leading.iter().filter(is_weekly).cloned().collect();
        if let Some(table) = period_table(context, &wanted("weeks", Grain::Week, &weekly), WEEKS) {
            home.blocks.push(Block::Heading(Text::key("home-weeks")));
            home.blocks.push(Block::Table(table));
        }
        let links: Vec<_> = super::in_order(context)
            .into_iter()
            .filter(|dashboard| dashboard.for_each.is_none())
            .map(|dashboard| {
                (dashboard_path(&dashboard.id, None), super::titled(&dashboard.title, &dashboard.id), None)
            })
            .collect();
        home.blocks.extend(freshness(context));
        if !failed {
            home.blocks.extend(trouble);
        }
        if !links.is_empty() {
            home.blocks.push(Block::Heading(Text::key("nav-dashboards")));
            home.blocks.push(Block::Links(links));
        }
        vec![home]
    }
}

/// What somebody has to look at this morning, before any figure: actions whose day has passed and new signals that concern,
/// the first few by name. The tables stand below the cards.
fn first(context: &Context<'_>) -> Option<Block> {
    /// Names beyond these are read in the table.
    const NAMED: usize = 3;
    let names = |all: &[Words]| match all.len() {
        more if more > NAMED => {
            Text::Words(Words::joined(&[&all[..NAMED], &[Words::same("…")]].concat(), " · "))
        }
        _ => Text::Words(Words::joined(all, " · ")),
    };
    let mut links = Vec::new();
    let late: Vec<Words> = late(context).iter().map(|one| one.title.clone()).collect();
    if !late.is_empty() {
        let title = Text::Key("home-overdue", vec![("count", Arg::Count(late.len() as u64))]);
        links.push(("actions".to_owned(), title, Some(names(&late))));
    }
    let signals = limit::new_signals(context);
    let concern = signals.iter().filter(|signal| matches!(signal.variation, Variation::Concern(_)));
    let concern: Vec<Words> = concern.map(|signal| called(context, &signal.metric, &signal.scope)).collect();
    if !concern.is_empty() {
        let title = Text::Key("home-concern", vec![("count", Arg::Count(concern.len() as u64))]);
        links.push(("alerts".to_owned(), title, Some(names(&concern))));
    }
    (!links.is_empty()).then_some(Block::Links(links))
}

/// A metric with the members it is looked at for; without more where it is the company.
fn called(context: &Context<'_>, metric: &Id, scope: &Scope) -> Words {
    let metric = match context.metric_name(metric) {
        Text::Words(words) => words,
        Text::Key(..) => Words::same(metric),
    };
    let members = scope.members().map(|(level, member)| context.member_name(level, member));
    let names: Vec<Words> = members.chain([metric]).collect();
    Words::joined(&names, " ")
}

/// Actions whose day has passed, the oldest first.
fn late<'c>(context: &'c Context<'_>) -> Vec<&'c Action> {
    let Some(as_of) = context.as_of() else { return Vec::new() };
    review::by_urgency(context.actions.iter().filter(|one| one.is_overdue(as_of)))
}

/// What is more than routine variation since the newest point, those that concern first.
fn signals(context: &Context<'_>) -> Vec<Block> {
    /// More rows than this are not read in the morning.
    const MOST: usize = 8;
    let all = limit::new_signals(context);
    let concern = all.iter().filter(|signal| matches!(signal.variation, Variation::Concern(_))).count();
    let shown = &all[..concern.min(MOST)];
    let mut blocks = vec![Block::Heading(Text::key("home-signals"))];
    match limit::table(context, "signals", shown) {
        Some(table) => blocks.push(Block::Table(table)),
        None if context.watched.by.is_empty() => return Vec::new(),
        None => {}
    }
    blocks.push(Block::Links(vec![(
        "alerts".to_owned(),
        Text::key("home-signals-more"),
        Some(limit::by_chance(context, all.len())),
    )]));
    blocks
}

/// The same as a table.
fn overdue(context: &Context<'_>) -> Vec<Block> {
    /// More rows than this are not read in the morning.
    const MOST: usize = 8;
    let Some(as_of) = context.as_of() else { return Vec::new() };
    let all = late(context);
    let first = &all[..all.len().min(MOST)];
    let Some(table) = review::open_table(context, "overdue", None, first, as_of) else { return Vec::new() };
    vec![
        Block::Heading(Text::Key("home-overdue", vec![("count", Arg::Count(all.len() as u64))])),
        Block::Table(table),
        Block::Links(vec![("actions".to_owned(), Text::key("home-actions-more"), None)]),
    ]
}

/// The targets that run now, those off pace first; with what is left out on a page of its own.
fn targets(context: &Context<'_>) -> Vec<Block> {
    /// More rows than this are not read in the morning.
    const MOST: usize = 10;
    let all = context.plan.targets.iter().filter(|target| super::target::running(context, target)).collect();
    let all = super::target::by_urgency(context, all);
    let first: Vec<_> = all.iter().copied().take(MOST).collect();
    let Some(table) = super::target::table(context, "targets", &first) else { return Vec::new() };
    vec![
        Block::Heading(Text::key("home-targets")),
        super::target::summary(context, &all),
        Block::Table(table),
        Block::Links(vec![("targets".to_owned(), Text::key("home-targets-more"), None)]),
    ]
}

/// Up to which day each source has data, how long ago that was at the as-of date, and from when on it still moves.
fn freshness(context: &Context<'_>) -> Option<Block> {
    let as_of = context.as_of()?;
    let head = |key, numeric| TableColumn { title: Text::key(key), numeric, link: None };
    let row = |(source, (_, last)): (&Id, &(Date, Date))| {
        let age = Quantity::from(i64::from(days_between(*last, as_of)));
        let moves = context.provenance.provisional_from.get(source).filter(|day| **day <= as_of);
        vec![
            Cell::Link(source_path(source), Text::Words(Words::same(source))),
            Cell::Date(*last),
            Cell::Number(age, Unit::Days),
            moves.map_or(Cell::Empty, |day| Cell::Date(*day)),
        ]
    };
    let rows: Vec<_> = context.provenance.days.iter().map(row).collect();
    (!rows.is_empty()).then(|| {
        Block::Table(TableSpec {
            id: "freshness".to_owned(),
            title: Some(Text::key("home-freshness")),
            columns: vec![
                head("data-source", false),
                head("data-last", false),
                head("data-age", true),
                head("data-provisional-from", false),
            ],
            rows,
            total: false,
        })
    })
}

/// A site built in spite of errors says so on its first page, with the way to everything that was found. How often it
/// warns depends on how files are cut, and stands on the data page alone where there is no error.
fn trouble(context: &Context<'_>) -> Vec<Block> {
    let of = |level| context.provenance.found.iter().filter(move |finding| finding.level == level);
    let count = |level| Arg::Count(of(level).count() as u64);
    let all = |about| Block::Links(vec![("data".to_owned(), Text::key("notice-all"), Some(about))]);
    if of(Level::Error).next().is_none() {
        let warned = of(Level::Warning).next().is_some();
        return warned.then(|| all(Text::key("notice-warned"))).into_iter().collect();
    }
    let details = of(Level::Error).map(|finding| format!("{}: {}", finding.place, finding.message));
    vec![
        Block::Notice {
            tone: "error",
            text: Text::Key("notice-errors", vec![("count", count(Level::Error))]),
            details: details.take(LISTED).collect(),
        },
        all(Text::Key(
            "notice-counts",
            vec![("errors", count(Level::Error)), ("warnings", count(Level::Warning))],
        )),
    ]
}
