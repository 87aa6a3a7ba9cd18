//! The blocks of a page as templates see them. Only two things enter as finished HTML: drawings made by `chart`, and
//! Markdown that has been filtered; everything else is text, and templates escape it.

use super::figure::{changed, figure, gap, plain, standing};
use super::json::for_html;
use super::link::{article, href};
use super::markdown::{self, Inserted};
use super::strings::Strings;
use crate::assess::spc::{Assurance, Variation};
use crate::chart::{ChartKind, Scene, Width, chart_kind, names_at_ends, series_class, sparkline};
use crate::diag::Finding;
use crate::measure::State;
use crate::report::{
    Arg, Axis, Block, Card, CardControl, CardTarget, Cell, ChartSeries, ChartSpec, DayStrip, Part, Prose,
    Report, SeriesRole, TableSpec, Text,
};
use crate::time::{Date, Period, day_label};
use crate::unit::{Digits, Lang, Quantity, Style, Unit, quantity};
use fluent_bundle::FluentArgs;
use minijinja::{Environment, Value, context};
use std::collections::BTreeMap;

/// Everything a block needs to know about where it stands.
pub(super) struct Desk<'a> {
    pub(super) report: &'a Report,
    pub(super) lang: Lang,
    pub(super) strings: &'a Strings,
    pub(super) env: &'a Environment<'a>,
    /// Path of the page.
    pub(super) page: &'a str,
}

/// All blocks of a page. Charts that follow each other share a row.
pub(super) fn blocks(desk: &Desk<'_>, blocks: &[Block], found: &mut Vec<Finding>) -> Vec<Value> {
    let mut all = Vec::new();
    let mut charts: Vec<Value> = Vec::new();
    // Names of cards are headings of the third level: without one of the second above them, a level would be skipped.
    let mut headed = false;
    let mut ids = BTreeMap::new();
    for block in blocks {
        if let Block::Chart(spec) = block {
            charts.push(desk.chart(spec));
            continue;
        }
        flush(&mut charts, &mut all);
        let made = match block {
            Block::Cards(cards) => desk.cards(cards, headed, &mut ids),
            other => desk.block(other, found),
        };
        headed |= match block {
            Block::Heading(_) | Block::Cards(_) | Block::Review(_) => true,
            Block::Table(table) => table.title.is_some(),
            Block::Prose(_) => made.get_attr("html").is_ok_and(|html| html.to_string().contains("<h2")),
            _ => false,
        };
        all.push(made);
    }
    flush(&mut charts, &mut all);
    all
}

fn flush(charts: &mut Vec<Value>, all: &mut Vec<Value>) {
    if !charts.is_empty() {
        let charts = std::mem::take(charts);
        all.push(context! { kind => "charts", charts => charts });
    }
}

impl Desk<'_> {
    pub(super) fn say(&self, text: &Text) -> String {
        self.strings.say(text)
    }

    pub(super) fn href(&self, page: &str) -> String {
        href(self.page, self.lang, page)
    }

    fn block(&self, block: &Block, found: &mut Vec<Finding>) -> Value {
        match block {
            Block::Heading(text) => context! { kind => "heading", text => self.say(text) },
            Block::Cards(cards) => self.cards(cards, false, &mut BTreeMap::new()),
            Block::Chart(spec) => context! { kind => "charts", charts => [self.chart(spec)] },
            Block::Table(spec) => context! { kind => "table", table => self.table(spec) },
            Block::Fold(spec) => {
                let title = spec.title.as_ref().map(|title| self.say(title));
                let open = TableSpec { title: None, ..spec.clone() };
                context! { kind => "fold", title, table => self.table(&open), more => "" }
            }
            Block::Rows(rows) => {
                let title = rows.table.title.as_ref().map(|title| self.say(title));
                let open = TableSpec { title: None, ..rows.table.clone() };
                let more = Text::Key("rows-more", vec![("count", Arg::Count(rows.more))]);
                let more = if rows.more > 0 { self.say(&more) } else { String::new() };
                context! { kind => "fold", title, table => self.table(&open), more }
            }
            Block::Prose(prose) => self.prose(prose, found),
            Block::Facts(facts) => {
                let row = |(label, cells): &(Text, Vec<Cell>)| {
                    context! { label => self.say(label), cells => cells.iter().map(|c| self.cell(c)).collect::<Vec<_>>() }
                };
                context! { kind => "facts", facts => facts.iter().map(row).collect::<Vec<_>>() }
            }
            Block::Notice { tone, text, details } => {
                context! { kind => "notice", tone => *tone, text => self.say(text), details => details.clone() }
            }
            Block::Callout { tone, title, body } => {
                context! { kind => "callout", tone => *tone, title => self.say(title), body => self.prose(body, found) }
            }
            Block::Score(head) => self.score(head),
            Block::Signatures(all) => self.signatures(all),
            Block::Links(links) => {
                let link = |(path, title, about): &(String, Text, Option<Text>)| {
                    context! { href => self.href(path), title => self.say(title), about => about.as_ref().map(|t| self.say(t)) }
                };
                context! { kind => "links", links => links.iter().map(link).collect::<Vec<_>>() }
            }
            Block::Story(story) => context! {
                kind => "story",
                verdict => story.verdict,
                word => self.strings.key(match story.verdict {
                    "signal" => "causes-verdict-signal",
                    "off-target" => "causes-verdict-off-target",
                    "noise" => "causes-verdict-noise",
                    _ => "causes-verdict-no-limits",
                }),
                against => self.say(&story.against),
                from => plain(story.sides.0, &story.unit, story.decimals, Style::Compact, self.lang),
                to => plain(story.sides.1, &story.unit, story.decimals, Style::Compact, self.lang),
                text => self.say(&story.text),
                more => story.more.iter().map(|text| self.say(text)).collect::<Vec<_>>(),
            },
            Block::Lead(lead) => self.lead(lead),
            Block::Tree(tree) => self.tree(tree),
            Block::Plan(plan) => self.plan(plan),
            Block::Smart(letters) => self.smart(letters),
            Block::Review(part) => self.review(part),
        }
    }

    /// Cards side by side; below a heading for screen readers where the page shows none above them.
    /// A metric shown again, for another period or scope, has a number after its id.
    fn cards(&self, cards: &[Card], headed: bool, ids: &mut BTreeMap<String, usize>) -> Value {
        let cards = cards.iter().map(|card| {
            let times = ids.entry(format!("m-{}", card.metric)).or_default();
            *times += 1;
            let again = if *times > 1 { format!("-{times}") } else { String::new() };
            self.card(card, format!("m-{}{again}", card.metric))
        });
        context! { kind => "cards", lead => !headed, cards => cards.collect::<Vec<_>>() }
    }

    fn card(&self, card: &Card, id: String) -> Value {
        let point = card.point.as_ref();
        let trend: Vec<(Option<Quantity>, State)> =
            card.trend.iter().map(|point| (point.value, point.state)).collect();
        let change = |(label, change): &(Text, crate::assess::Change)| {
            context! {
                label => self.say(label),
                change => changed(change, &card.unit, card.better, self.lang, self.strings),
            }
        };
        let state = point.map(|point| point.state).filter(|state| !state.is_judged());
        let settled = card.settled.as_ref().map(|settled| {
            context! {
                period => self.report.calendar.label(settled.point.period, self.lang),
                figure => figure(&settled.point, &card.unit, card.decimals, Style::Compact, self.lang, self.strings),
                target => settled.target.as_ref().map(|target| self.target(card, target)),
            }
        });
        context! {
            id => id,
            title => self.say(&card.title),
            scope => card.scope.as_ref().map(|scope| self.say(scope)),
            figure => point.map(|p| figure(p, &card.unit, card.decimals, Style::Compact, self.lang, self.strings)),
            period => point.map(|point| self.report.calendar.label(point.period, self.lang)),
            state => state.map(|state| self.word(state)),
            changes => card.changes.iter().map(change).collect::<Vec<_>>(),
            target => card.target.as_ref().map(|target| self.target(card, target)),
            settled => settled,
            running => card.running.as_ref().map(|running| self.running(card, running)),
            control => card.control.as_ref().map(|control| self.control(control)),
            spark => Value::from_safe_string(sparkline(&trend)),
            owner => card.owner.as_ref().map(|owner| owner.in_lang(self.lang)),
            href => card.link.as_ref().map(|link| self.href(link)),
            trouble => card.trouble.as_ref().map(|trouble| self.say(trouble)),
        }
    }

    fn control(&self, control: &CardControl) -> Value {
        let (variation, key) = match control.variation {
            Variation::Common => ("common", "variation-common"),
            Variation::Improvement(side) => {
                (if side > 0 { "good up" } else { "good down" }, "variation-improvement")
            }
            Variation::Concern(side) => (if side > 0 { "bad up" } else { "bad down" }, "variation-concern"),
            Variation::Neutral(side) => {
                (if side > 0 { "plain up" } else { "plain down" }, "variation-neutral")
            }
        };
        let assurance = match control.assurance {
            Assurance::ConsistentPass => Some(("pass", "assurance-pass")),
            Assurance::ConsistentFail => Some(("fail", "assurance-fail")),
            Assurance::HitOrMiss => Some(("miss", "assurance-miss")),
            Assurance::None => None,
        };
        context! {
            class => variation,
            word => self.strings.get(key, None),
            period => self.report.calendar.label(control.period, self.lang),
            assurance => assurance.map(|(class, key)| context! { class => class, word => self.strings.get(key, None) }),
        }
    }

    fn target(&self, card: &Card, target: &CardTarget) -> Value {
        let quantity = |value: Quantity| plain(value, &card.unit, card.decimals, Style::Compact, self.lang);
        context! {
            value => quantity(target.value.0),
            upper => target.value.1.map(quantity),
            standing => standing(target.standing, self.strings),
            attainment => target.attainment.map(|a| plain(a, &Unit::Percent, Some(0), Style::Compact, self.lang)),
            bar => target.attainment.map(bar_width),
            period => self.report.calendar.label(target.period, self.lang),
        }
    }

    /// Reads a cell for a template.
    pub(super) fn cell(&self, cell: &Cell) -> Value {
        match cell {
            Cell::Empty => context! { kind => "empty" },
            Cell::Text(text) => context! { kind => "text", text => self.say(text) },
            Cell::Link(path, text) => {
                context! { kind => "link", href => self.href(path), text => self.say(text) }
            }
            Cell::Links(all) => {
                let one = |(path, text): &(String, Text)| context! { href => self.href(path), text => self.say(text) };
                context! { kind => "links", all => all.iter().map(one).collect::<Vec<_>>() }
            }
            Cell::Code(code) => context! { kind => "code", text => code },
            Cell::Named(text, code) => context! { kind => "named", text => self.say(text), code => code },
            Cell::Figure { point, unit, decimals, change, .. } => context! {
                kind => "figure",
                figure => figure(point, unit, *decimals, Style::Full, self.lang, self.strings),
                change => change.as_ref().map(|(change, better)| changed(change, unit, *better, self.lang, self.strings)),
            },
            Cell::Number(value, unit) => {
                // Days between two dates, and most targets in days, are whole.
                let whole = value.as_f64().fract().abs() < f64::EPSILON;
                let decimals = (*unit == Unit::Days && whole).then_some(0);
                context! { kind => "figure", figure => plain(*value, unit, decimals, Style::Full, self.lang), change => () }
            }
            Cell::Brief(value, unit) => {
                context! { kind => "figure", figure => plain(*value, unit, None, Style::Compact, self.lang), change => () }
            }
            Cell::Gap(value, unit) => gap(*value, unit, self.lang),
            Cell::Range(low, high, unit) => {
                context! { kind => "text", text => self.ends((*low, Some(*high)), unit) }
            }
            Cell::Plain(value, decimals) => {
                context! { kind => "number", text => super::goal::bare(*value, *decimals, self.lang), sort => bare_key(*value) }
            }
            Cell::Revised { now, was, unit } => {
                context! { kind => "revised", text => self.ends(*now, unit), was => self.ends(*was, unit), sort => bare_key(now.0) }
            }
            Cell::Product(factors) => self.product(factors),
            Cell::Standing(one) => context! { kind => "standing", standing => standing(*one, self.strings) },
            Cell::Date(day) => {
                context! { kind => "date", iso => day.to_string(), text => day_label(*day, self.lang) }
            }
            Cell::Days(strip) => self.days(strip),
            Cell::Period(period) => context! {
                kind => "date",
                iso => period.start.to_string(),
                text => self.report.calendar.label(*period, self.lang),
            },
        }
    }

    /// A month as a strip of days; what it shows is said as well.
    fn days(&self, strip: &DayStrip) -> Value {
        let count = |wanted| strip.days.iter().filter(|day| **day == Some(wanted)).count();
        let (there, lacking) = (count(true), count(false));
        let mut args = FluentArgs::new();
        args.set("observed", there);
        args.set("expected", there + lacking);
        args.set("days", listed(&strip.days));
        let key = if lacking == 0 { "days-covered" } else { "days-lacking" };
        let class = |day: &Option<bool>| day.map_or("", |there| if there { "yes" } else { "no" });
        context! {
            kind => "days",
            title => self.strings.get(key, Some(&args)),
            lacking => lacking,
            there => there,
            days => strip.days.iter().map(class).collect::<Vec<_>>(),
        }
    }

    /// A target in words: a value, or from one end to the other.
    fn ends(&self, (low, high): (Quantity, Option<Quantity>), unit: &Unit) -> String {
        let end = |value: Quantity| {
            let shown = quantity(value, unit, self.lang, Style::Full, Digits::Auto);
            shown.map_or_else(|| "–".to_owned(), |shown| shown.to_string())
        };
        high.map_or_else(|| end(low), |high| format!("{} – {}", end(low), end(high)))
    }

    fn table(&self, table: &TableSpec) -> Value {
        // Changes have a column of their own under the same head, so that numbers stand in line.
        let changes = |place: usize| {
            let cell = |row: &Vec<Cell>| matches!(row.get(place), Some(Cell::Figure { change: Some(_), .. }));
            place > 0 && table.rows.iter().any(cell)
        };
        let column = |(place, column): (usize, &crate::report::TableColumn)| {
            context! {
                title => self.say(&column.title),
                changes => changes(place),
                numeric => column.numeric,
                href => column.link.as_ref().map(|link| self.href(link)),
            }
        };
        let rows = table.rows.iter().map(|row| row.iter().map(|cell| self.cell(cell)).collect::<Vec<_>>());
        context! {
            id => table.id.clone(),
            title => table.title.as_ref().map(|title| self.say(title)),
            columns => table.columns.iter().enumerate().map(column).collect::<Vec<_>>(),
            rows => rows.collect::<Vec<_>>(),
            total => table.total,
            wordy => self.is_wordy(table),
        }
    }

    /// Whether a table is read rather than compared: mostly words, some of them sentences. On a telephone its rows stand as
    /// lists, since sentences in columns of six letters are read by nobody.
    fn is_wordy(&self, table: &TableSpec) -> bool {
        /// Letters that fill a line of a column there; signs of Chinese and Japanese are twice as wide.
        const LINE: usize = 28;
        let numbers = table.columns.iter().filter(|column| column.numeric).count();
        let width = |c: char| if c.is_ascii() { 1 } else { 2 };
        let is_long = |cell: &Cell| match cell {
            Cell::Text(text) | Cell::Named(text, _) | Cell::Link(_, text) => {
                self.say(text).chars().map(width).sum::<usize>() > LINE
            }
            _ => false,
        };
        let few = table.columns.len() > 3 && numbers * 3 <= table.columns.len();
        few && table.rows.iter().flatten().any(is_long)
    }

    /// A chart: drawn for wide and for narrow screens, its legend, its events, its table, and the interactive option.
    pub(super) fn chart(&self, spec: &ChartSpec) -> Value {
        let say = |text: &Text| self.say(text);
        let scene = |width| Scene { lang: self.lang, calendar: &self.report.calendar, say: &say, width };
        let kind = chart_kind(spec.kind).unwrap_or_else(|| chart_kind("line").expect("lines are registered"));
        let wide = scene(Width::Wide);
        let first = spec.series.first().map(|series| series.unit.clone());
        let legend = |series: &ChartSeries| {
            context! {
                name => self.say(&series.name),
                class => series_class(series.role),
                form => if spec.kind == "waterfall" { "bar" } else if is_signal(series.role) { "mark" } else if is_level(series.role) { "level" } else if is_bar(spec, series) { "bar" } else { "line" },
                pale => spec.kind == "combo" && spec.series.iter().any(|other| !other.bars),
                right => first.as_ref().is_some_and(|unit| *unit != series.unit),
            }
        };
        let all: Vec<Value> = spec.series.iter().map(legend).collect();
        // Panels carry their names; what is left to explain is the level of the target.
        let target = spec.series.iter().find(|series| series.role == SeriesRole::Target);
        let key = if spec.kind == "multiples" {
            let target =
                target.map(|series| ChartSeries { name: Text::key("series-target"), ..series.clone() });
            target.iter().map(legend).collect()
        } else {
            all.clone()
        };
        let marks = spec.marks.iter().enumerate().map(|(place, mark)| {
            context! {
                number => place + 1,
                text => mark.text.in_lang(self.lang),
                when => self.edge(spec, mark.slots.0, |period| period.start),
                until => (mark.slots.1 != mark.slots.0 || self.is_range(spec, mark.slots.0))
                    .then(|| self.edge(spec, mark.slots.1, |period| period.end)),
            }
        });
        context! {
            id => spec.id.clone(),
            chart_kind => spec.kind,
            title => self.say(&spec.title),
            wide => Value::from_safe_string(kind.svg(spec, &wide)),
            narrow => Value::from_safe_string(kind.svg(spec, &scene(Width::Narrow))),
            ends => names_at_ends(spec, &wide),
            legend => all,
            key => key,
            open => spec.series.iter().any(has_open),
            marks => marks.collect::<Vec<_>>(),
            rows => self.chart_rows(spec),
            option => self.option(kind, spec, &wide),
        }
    }

    fn option(&self, kind: &dyn ChartKind, spec: &ChartSpec, scene: &Scene<'_>) -> Value {
        let mut option = kind.option(spec, scene);
        let Some(members) = option.as_object_mut() else { return Value::from(()) };
        members.insert("lang".to_owned(), self.lang.code().into());
        Value::from_safe_string(for_html(&option))
    }

    /// A slot where something begins or ends: of one without a grain the day, else its name.
    fn edge(&self, spec: &ChartSpec, slot: usize, day: fn(&Period) -> Date) -> String {
        match &spec.axis {
            Axis::Time(_, periods) if self.is_range(spec, slot) => {
                periods.get(slot).map_or_else(String::new, |period| day_label(day(period), self.lang))
            }
            _ => self.slot(spec, slot),
        }
    }

    /// Whether a slot is some days that no grain names.
    fn is_range(&self, spec: &ChartSpec, slot: usize) -> bool {
        matches!(&spec.axis, Axis::Time(_, periods) if periods.get(slot).is_some_and(|one| one.grain.is_none() && one.start != one.end))
    }

    fn slot(&self, spec: &ChartSpec, slot: usize) -> String {
        match &spec.axis {
            Axis::Time(_, periods) => {
                periods.get(slot).map_or_else(String::new, |p| self.report.calendar.label(*p, self.lang))
            }
            Axis::Members(members) => members.get(slot).map_or_else(String::new, |member| self.say(member)),
            Axis::Tree(branches) => branches.get(slot).map_or_else(String::new, |one| self.say(&one.name)),
        }
    }

    /// The numbers behind a chart: one row per slot, the newest first on a time axis.
    fn chart_rows(&self, spec: &ChartSpec) -> Vec<Value> {
        let (count, by_time) = match &spec.axis {
            Axis::Time(_, periods) => (periods.len(), true),
            Axis::Members(members) => (members.len(), false),
            Axis::Tree(branches) => (branches.len(), false),
        };
        let row = |slot: usize| {
            let cells = spec.series.iter().map(|series| {
                let state = series.states.get(slot).copied().unwrap_or(State::Complete);
                match series.values.get(slot).copied().flatten() {
                    Some(value) => {
                        let word = if state == State::Complete { String::new() } else { self.word(state) };
                        context! { figure => plain(value, &series.unit, None, Style::Full, self.lang), word => word }
                    }
                    None => context! { figure => (), word => self.word(state) },
                }
            });
            context! { name => self.slot(spec, slot), cells => cells.collect::<Vec<_>>() }
        };
        if by_time { (0..count).rev().map(row).collect() } else { (0..count).map(row).collect() }
    }

    fn word(&self, state: State) -> String {
        self.strings.key(&format!("state-{}", state.name()))
    }

    fn prose(&self, prose: &Prose, found: &mut Vec<Finding>) -> Value {
        let parts: Vec<Inserted> = prose.parts.iter().map(|part| self.part(part, found)).collect();
        let lead = |link: &str| self.article(link);
        let html = match (prose.markdown.get(&self.lang), &prose.fallback) {
            (Some(text), _) => {
                markdown::to_html(text, prose.places.get(&self.lang), &parts, &prose.anchors, &lead, found)
            }
            (None, Some(fallback)) => markdown::plain(fallback),
            // Better a text in another language than none; it says which.
            (None, None) => match prose.markdown.iter().next() {
                Some((lang, text)) => {
                    let html = markdown::to_html(
                        text,
                        prose.places.get(lang),
                        &parts,
                        &prose.anchors,
                        &lead,
                        &mut Vec::new(),
                    );
                    return context! { kind => "prose", html => Value::from_safe_string(html), lang => lang.code() };
                }
                None => String::new(),
            },
        };
        context! { kind => "prose", html => Value::from_safe_string(html), lang => () }
    }

    /// The address of the article whose file a link names; `None` if there is none.
    fn article(&self, link: &str) -> Option<String> {
        let meant = article(self.page, link)?;
        let path = meant.split('#').next().unwrap_or(&meant);
        let known = self.report.pages.iter().any(|page| page.kind == "article" && page.path == path);
        known.then(|| href(self.page, self.lang, &meant))
    }

    fn part(&self, part: &Part, found: &mut Vec<Finding>) -> Inserted {
        let (template, value) = match part {
            Part::Literal(text) => return Inserted::Literal(text.clone()),
            Part::Figure(cell) => (super::PART_CELL, self.cell(cell)),
            Part::Chart(spec) => (super::PART_CHART, self.chart(spec)),
        };
        let made =
            self.env.get_template(template).and_then(|template| template.render(context! { part => value }));
        match (made, part) {
            (Ok(html), Part::Figure(_)) => Inserted::Inline(html),
            (Ok(html), _) => Inserted::Block(html),
            (Err(error), _) => {
                found.push(super::template_error(&error, &|name| name.to_owned()));
                Inserted::Literal(String::new())
            }
        }
    }
}

/// The days of a month that lack rows: `3, 9–11`.
fn listed(days: &[Option<bool>]) -> String {
    let lacks = |at: usize| days.get(at) == Some(&Some(false));
    let mut parts = Vec::new();
    let mut at = 0;
    while at < days.len() {
        let first = at;
        while lacks(at) {
            at += 1;
        }
        match at - first {
            0 => at += 1,
            1 => parts.push(at.to_string()),
            _ => parts.push(format!("{}–{at}", first + 1)),
        }
    }
    parts.join(", ")
}

/// Whether a series shows a value that is not final.
fn has_open(series: &ChartSeries) -> bool {
    // Limits of few points are dashed: that is said of them elsewhere.
    if matches!(series.role, SeriesRole::Center | SeriesRole::Limit) {
        return false;
    }
    let open = |state: &State| matches!(state, State::Partial | State::Running | State::Provisional);
    series.values.iter().zip(&series.states).any(|(value, state)| value.is_some() && open(state))
}

/// A number for tables to sort by.
fn bare_key(value: Quantity) -> String {
    value.as_decimal().map_or_else(String::new, |value| value.normalize().to_string())
}

/// Whether a series is promised or expected instead of measured: it has no points.
fn is_level(role: SeriesRole) -> bool {
    !matches!(role, SeriesRole::Actual(_) | SeriesRole::Prior)
}

/// Whether a series is marks on the line of another.
fn is_signal(role: SeriesRole) -> bool {
    matches!(role, SeriesRole::Signal | SeriesRole::SignalGood | SeriesRole::SignalBad)
}

/// Whether a series is drawn as bars.
fn is_bar(spec: &ChartSpec, series: &ChartSeries) -> bool {
    match spec.kind {
        "bar" | "bullet" | "waterfall" => true,
        "combo" => series.bars,
        _ => false,
    }
}

/// The length of an attainment bar, 0 to 100: full at 120 %, so that more than reached can be seen.
pub(super) fn bar_width(attainment: Quantity) -> u32 {
    let share = (attainment.as_f64() / 1.2 * 100.0).clamp(0.0, 100.0).round();
    // Between 0 and 100, and whole.
    (0..=100).find(|whole| f64::from(*whole) >= share).unwrap_or(100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_that_lack_rows_are_told_in_stretches() {
        let days = |text: &str| {
            let day = |c: char| (c != '-').then_some(c == '1');
            listed(&text.chars().map(day).collect::<Vec<_>>())
        };
        assert_eq!(days("0110001-0"), "1, 4–6, 9");
        assert_eq!(days("1111---"), "");
        assert_eq!(days("00"), "1–2");
    }
}
