//! The page of a group: stores of several countries, each in its own currency, beside the sum in the currency of the site
//! with the rates it was converted by. A rate that is not there is a dash, with the line to write.

use super::{PageKind, page};
use crate::diag::Finding;
use crate::measure::Point;
use crate::plan::group::{Grouped, Part, currency_of, grouped, is_group};
use crate::plan::{Conversion, FxMode, Id, Scope, SeriesSpec, Store, Words};
use crate::report::context::{Context, metric_path, source_path, store_path};
use crate::report::draw::{self, Delta, OverTime};
use crate::report::{Arg, Block, Cell, Page, TableColumn, TableSpec, Text};
use crate::time::{Grain, Period};
use crate::unit::{Quantity, Unit};
use std::collections::BTreeMap;

/// Months of the charts.
const MONTHS: u32 = 13;
/// Decimals of a rate.
const RATE: u32 = 4;

pub(super) struct Group;

impl PageKind for Group {
    fn name(&self) -> &'static str {
        "group"
    }

    fn tops(&self) -> &'static [&'static str] {
        &["group"]
    }

    fn pages(&self, context: &Context<'_>, _found: &mut Vec<Finding>) -> Vec<Page> {
        if !is_group(context.plan) {
            return Vec::new();
        }
        let mut made = page("group", "group", Text::key("nav-group"), &[("", Text::key("nav-home"))]);
        made.blocks.push(Block::Table(countries(context)));
        let all = grouped(context.plan);
        if all.is_empty() {
            made.blocks.push(notice("info", Text::key("group-nothing")));
        }
        for one in &all {
            made.blocks.extend(of_metric(context, one));
        }
        vec![made]
    }
}

fn head(key: &'static str, numeric: bool) -> TableColumn {
    TableColumn { title: Text::key(key), numeric, link: None }
}

fn plain(text: &str) -> Cell {
    Cell::Text(Text::Words(Words::same(text)))
}

fn notice(tone: &'static str, text: Text) -> Block {
    Block::Notice { tone, text, details: Vec::new() }
}

/// Marketplaces of Amazon by their id, with the country.
const COUNTRIES: &[(&str, &str)] = &[
    ("A1VC38T7YXB528", "JP"),
    ("ATVPDKIKX0DER", "US"),
    ("A2EUQ1WTGCTBG2", "CA"),
    ("A1AM78C64UM0Y8", "MX"),
    ("A2Q3Y263D00KWC", "BR"),
    ("A1F83G8C2ARO7P", "UK"),
    ("A1PA6795UKMFR9", "DE"),
    ("A13V1IB3VIYZZH", "FR"),
    ("APJ6JRA9NG5V4", "IT"),
    ("A1RKKUPIHCS9HS", "ES"),
    ("A1805IZSGTT6HS", "NL"),
    ("A2NODRKZP88ZB9", "SE"),
    ("A1C3SOZRARQ6R3", "PL"),
    ("A39IBJ37TRP1C6", "AU"),
    ("A19VAU5U5O7RUS", "SG"),
    ("A21TJRUUN4KGV", "IN"),
    ("A2VIGQ35RCS4UG", "AE"),
    ("A17E79C6D8DWNP", "SA"),
];

/// The country of a store, where its marketplace is known; else what was written.
fn country(store: &Store) -> Cell {
    match &store.marketplace {
        None => Cell::Empty,
        Some(id) => plain(COUNTRIES.iter().find(|(known, _)| *known == &**id).map_or(id, |(_, code)| code)),
    }
}

fn name(context: &Context<'_>, store: &Id) -> Cell {
    Cell::Link(store_path(store), Text::Words(context.member_name("store", store)))
}

/// Every store with its country, currency, zone and tax.
fn countries(context: &Context<'_>) -> TableSpec {
    let plan = context.plan;
    let row = |store: &Store| {
        let tax =
            store.tax.as_deref().map(|tax| if tax == "exempt" { "group-exempt" } else { "group-taxable" });
        vec![
            country(store),
            name(context, &store.id),
            plain(currency_of(plan, store).code()),
            plain(store.zone.as_ref().map_or(&plan.site.zone_name, |(name, _)| name)),
            tax.map_or(Cell::Empty, |tax| Cell::Text(Text::key(tax))),
        ]
    };
    TableSpec {
        id: "countries".to_owned(),
        title: None,
        columns: vec![
            head("group-country", false),
            head("level-store", false),
            head("group-currency", false),
            head("group-zone", false),
            head("group-tax", false),
        ],
        rows: plan.stores.values().map(row).collect(),
        total: false,
    }
}

/// A store with its figures of one period.
struct Line<'a> {
    store: &'a Store,
    part: &'a Part<'a>,
    own: Option<&'a Point>,
    base: Option<&'a Point>,
}

fn of_metric(context: &Context<'_>, one: &Grouped<'_>) -> Vec<Block> {
    let grain = context.card_grain().max(one.metric.grain);
    let Some(period) = context.last_complete(grain) else { return Vec::new() };
    let mut lines = Vec::new();
    for store in context.plan.stores.values() {
        let scope = Scope::of("store", &store.id);
        let currency = currency_of(context.plan, store);
        let Some(part) = one.parts.iter().find(|part| part.currency == currency) else { continue };
        let own = part.own.and_then(|own| context.point(&own.id, &scope, period));
        lines.push(Line { store, part, own, base: context.point(&part.base.id, &scope, period) });
    }
    let title = Text::Key(
        "group-metric",
        vec![
            ("name", Arg::Said(Box::new(context.metric_name(&one.metric.id)))),
            ("period", Arg::Period(period)),
        ],
    );
    let mut blocks = vec![Block::Heading(title), Block::Table(table(context, one, &lines, period))];
    blocks.extend(missing(context, &lines, period));
    blocks.push(Block::Facts(rates(context, one)));
    let series = [SeriesSpec::Metric(one.metric.id.clone())];
    let wanted = OverTime {
        id: format!("group-{}", one.metric.id),
        kind: "line",
        title: context.metric_name(&one.metric.id),
        series: &series,
        scope: &Scope::company(),
        grain: Grain::Month.max(one.metric.grain),
        last: MONTHS,
    };
    blocks.extend(draw::over_time(context, &wanted).map(crate::report::block::drawn));
    blocks
}

impl Line<'_> {
    /// In the currency of the site. Days whose rate is not there are missing from the sum: it would be too small, so it is
    /// none.
    fn converted(&self) -> Option<Quantity> {
        let lacks = |own: &Point, base: &Point| base.days.observed < own.days.observed;
        let short = self.own.zip(self.base).is_some_and(|(own, base)| lacks(own, base));
        value(self.base).filter(|_| !short)
    }

    /// Whether there is a figure that could not be converted.
    fn lacks_rate(&self) -> bool {
        self.part.conversion.is_some() && value(self.own).is_some() && self.converted().is_none()
    }
}

fn value(point: Option<&Point>) -> Option<Quantity> {
    point.and_then(|point| point.value)
}

fn table(context: &Context<'_>, one: &Grouped<'_>, lines: &[Line<'_>], period: Period) -> TableSpec {
    let short = lines.iter().any(Line::lacks_rate);
    let whole = value(context.point(&one.metric.id, &Scope::company(), period)).filter(|_| !short);
    let shown = |metric: Option<&crate::plan::Metric>, store: &Store, delta| {
        let scope = Scope::of("store", &store.id);
        metric.map_or(Cell::Empty, |metric| draw::figure(context, metric, &scope, period, delta))
    };
    let row = |line: &Line<'_>| {
        // What the amounts come to, so that everybody can multiply it out.
        let converted = line.part.conversion.and_then(|_| line.converted()?.over(value(line.own)?));
        let share = line.converted().zip(whole).and_then(|(base, whole)| base.over(whole));
        let dash = |is_missing: bool| if is_missing { plain("–") } else { Cell::Empty };
        let base = match line.lacks_rate() {
            true => dash(true),
            false => shown(Some(line.part.base), line.store, Delta::Left),
        };
        vec![
            name(context, &line.store.id),
            shown(line.part.own, line.store, Delta::Left),
            converted.map_or(dash(line.lacks_rate()), |rate| Cell::Plain(rate, RATE)),
            base,
            share.map_or(dash(short), |share| Cell::Number(share, Unit::Percent)),
        ]
    };
    let mut rows: Vec<Vec<Cell>> = lines.iter().map(row).collect();
    rows.push(vec![
        Cell::Text(Text::key("table-total")),
        Cell::Empty,
        Cell::Empty,
        if short {
            plain("–")
        } else {
            draw::figure(context, one.metric, &Scope::company(), period, Delta::Shown)
        },
        Cell::Empty,
    ]);
    let base = context.plan.site.currency.code().to_owned();
    TableSpec {
        id: format!("group-table-{}", one.metric.id),
        title: None,
        columns: vec![
            head("level-store", false),
            head("group-own", true),
            head("group-rate", true),
            TableColumn {
                title: Text::Key("group-base", vec![("currency", Arg::Text(base))]),
                numeric: true,
                link: Some(metric_path(&one.metric.id)),
            },
            head("table-share", true),
        ],
        rows,
        total: true,
    }
}

/// For each dash the line to write: a rate that is not there, or a metric in the own currency.
fn missing(context: &Context<'_>, lines: &[Line<'_>], period: Period) -> Vec<Block> {
    let mut said: BTreeMap<String, Block> = BTreeMap::new();
    for line in lines {
        let Some(conversion) = line.part.conversion else { continue };
        let code = line.part.currency.code();
        match line.part.own {
            None => {
                let base = line.part.base;
                let id = format!("{}_{}", base.id, code.to_lowercase());
                let sources = sources_of(base).join(", ");
                let write =
                    format!("{id}: {{source: [{sources}], value: \"{}\", unit: {code}}}", base.formula);
                let text = Text::Key("group-no-own", vec![("line", Arg::Text(write.clone()))]);
                said.entry(write).or_insert_with(|| notice("info", text));
            }
            Some(_) if line.lacks_rate() => {
                let write = format!("{},{code},", period.start);
                let holes = vec![
                    ("currency", Arg::Text(code.to_owned())),
                    ("period", Arg::Period(period)),
                    ("line", Arg::Text(write.clone())),
                    ("file", Arg::Text(files(context, conversion))),
                ];
                said.entry(write).or_insert_with(|| notice("warning", Text::Key("group-no-rate", holes)));
            }
            Some(_) => {}
        }
    }
    said.into_values().collect()
}

fn sources_of(metric: &crate::plan::Metric) -> Vec<&str> {
    match &metric.definition {
        crate::plan::Definition::Source(measured) => {
            measured.tables.iter().map(|table| &*table.source).collect()
        }
        crate::plan::Definition::Derived(_) => Vec::new(),
    }
}

fn files(context: &Context<'_>, conversion: &Conversion) -> String {
    context.plan.sources.get(&conversion.rates).map_or_else(String::new, |source| source.files.to_string())
}

/// Which rates a figure stands on: the mode, the source, and the days it holds.
fn rates(context: &Context<'_>, one: &Grouped<'_>) -> Vec<(Text, Vec<Cell>)> {
    let mut all: Vec<&Conversion> = Vec::new();
    for conversion in one.parts.iter().filter_map(|part| part.conversion) {
        if !all.iter().any(|known| (known.mode, &known.rates) == (conversion.mode, &conversion.rates)) {
            all.push(conversion);
        }
    }
    let mut facts = Vec::new();
    for conversion in all {
        let mode = match conversion.mode {
            FxMode::DailyMid => "group-daily",
            FxMode::MonthAvg => "group-month-avg",
            FxMode::MonthEnd => "group-month-end",
        };
        let id = &conversion.rates;
        let days = context.provenance.files.get(id).map_or(&[][..], |files| files).iter();
        let newest = days.filter_map(|file| file.days).map(|(_, last)| last).max();
        facts.push((Text::key("group-rates"), vec![Cell::Text(Text::key(mode))]));
        facts.push((
            Text::key("group-rate-source"),
            vec![Cell::Link(source_path(id), Text::Words(Words::same(id)))],
        ));
        facts.push((Text::key("group-rate-newest"), vec![newest.map_or(Cell::Empty, Cell::Date)]));
    }
    facts
}
