//! 运营日报, the note of a day: sales, advertising, stock, account health and products with the fields sellers fill in by hand
//! elsewhere, then what was done and what is left for tomorrow. A figure nobody measures is a dash.

use super::page;
use crate::diag::Finding;
use crate::measure::{Facts, Point};
use crate::plan::review::{PRODUCTS, Review};
use crate::plan::{Id, Metric, Scope, Words};
use crate::report::context::{Context, about, daily_path, metric_path};
use crate::report::draw::{self, Delta};
use crate::report::page::PageKind;
use crate::report::review::{head, owner, title};
use crate::report::{Arg, Block, Cell, Page, TableColumn, TableSpec, Text};
use crate::time::{Grain, Period, plus_days};
use crate::unit::Quantity;

pub(in crate::report::page) struct Daily;

/// A field of the note: the metrics of the dictionary that can fill it, the first one there counts.
type Field = (&'static str, &'static [&'static str]);

const SALES: &[Field] = &[
    ("daily-gmv", &["gmv"]),
    ("daily-orders", &["orders", "orders_placed"]),
    ("daily-aov", &["aov"]),
    ("daily-units", &["units"]),
    ("daily-bsr", &["bsr"]),
];
const ADS: &[Field] = &[
    ("daily-spend", &["ad_spend"]),
    ("daily-ad-sales", &["ad_sales"]),
    ("daily-acos", &["acos"]),
    ("daily-cpc", &["cpc"]),
    ("daily-ctr", &["ctr"]),
    ("daily-cvr", &["ad_cvr"]),
    ("daily-budget", &["budget_use", "out_of_budget_pct"]),
];
const STOCK: &[Field] = &[
    ("daily-sellable", &["inv_units", "inv_sellable"]),
    ("daily-inbound", &["inbound_units", "inv_inbound"]),
    ("daily-aged", &["aged_inv_share", "aged_units"]),
    ("daily-cover", &["days_of_cover", "inv_days"]),
    ("daily-stockout", &["stockout_rate"]),
];
const HEALTH: &[Field] =
    &[("daily-odr", &["odr"]), ("daily-vtr", &["vtr"]), ("daily-late", &["late_ship_rate"])];
/// Of each product.
const PRODUCT: &[Field] = &[
    ("daily-units", &["units", "order_units"]),
    ("daily-sales", &["gmv", "order_sales"]),
    ("daily-spend", &["ad_spend"]),
    ("daily-organic", &["organic_share"]),
    ("daily-offer", &["buy_box_pct"]),
    ("daily-reviews", &["reviews_new"]),
];
/// More products than this are not read in the evening: those that sold most.
const PRODUCTS_SHOWN: usize = 20;

impl PageKind for Daily {
    fn name(&self) -> &'static str {
        "daily"
    }

    fn tops(&self) -> &'static [&'static str] {
        &["daily"]
    }

    fn pages(&self, context: &Context<'_>, found: &mut Vec<Finding>) -> Vec<Page> {
        let Some(as_of) = context.as_of() else { return Vec::new() };
        let notes = context.plan.reviews.values().filter(|one| one.is_daily() && one.period.end <= as_of);
        let mut notes: Vec<&Review> = notes.collect();
        notes.sort_by(|a, b| (b.period.end, &a.id).cmp(&(a.period.end, &b.id)));
        if notes.is_empty() {
            return Vec::new();
        }
        let each: Vec<Page> = notes.iter().map(|note| of(context, note, found)).collect();
        std::iter::once(index(context, &notes)).chain(each).collect()
    }
}

fn index(context: &Context<'_>, notes: &[&Review]) -> Page {
    let mut made = page("daily", "daily-notes", Text::key("nav-daily"), &[("", Text::key("nav-home"))]);
    let text =
        |words: Option<&Words>| words.map_or(Cell::Empty, |words| Cell::Text(Text::Words(words.clone())));
    let row = |note: &&Review| {
        let gmv = context.plan.metrics.get("gmv");
        let sales = gmv.map(|gmv| draw::figure(context, gmv, &note.scope, note.period, Delta::Shown));
        vec![
            Cell::Link(daily_path(&note.id), title(context, note)),
            sales.unwrap_or(Cell::Empty),
            text(note.issues.first()),
            text(note.tomorrow.first()),
        ]
    };
    made.blocks.push(Block::Table(TableSpec {
        id: "daily".to_owned(),
        title: None,
        columns: vec![
            head("chart-slot", false),
            head("daily-gmv", true),
            head("daily-issues", false),
            head("daily-tomorrow", false),
        ],
        rows: notes.iter().map(row).collect(),
        total: false,
    }));
    made
}

fn of(context: &Context<'_>, note: &Review, found: &mut Vec<Finding>) -> Page {
    let above = [("", Text::key("nav-home")), ("daily", Text::key("nav-daily"))];
    let mut made = page(daily_path(&note.id), "daily", title(context, note), &above);
    for (key, fields) in [
        ("daily-of-sales", SALES),
        ("daily-of-ads", ADS),
        ("daily-of-stock", STOCK),
        ("daily-of-health", HEALTH),
    ] {
        made.blocks.push(Block::Table(module(context, note, key, fields)));
    }
    made.blocks.push(Block::Table(restock(context, note)));
    made.blocks.push(Block::Table(products(context, note)));
    made.blocks.push(Block::Table(log(context, note)));
    made.blocks.push(Block::Facts(vec![
        (Text::key("daily-issues"), lines(&note.issues)),
        (Text::key("daily-tomorrow"), lines(&note.tomorrow)),
    ]));
    for sections in note.text.values().next().into_iter().flatten() {
        let texts = note
            .text
            .iter()
            .filter_map(|(lang, all)| {
                let at = note.text.values().next()?.iter().position(|one| std::ptr::eq(one, sections))?;
                all.get(at).map(|one| (*lang, (&*one.text, &one.place)))
            })
            .collect();
        made.blocks.push(Block::Prose(crate::report::shortcode::of_texts(
            context,
            &texts,
            &note.scope,
            found,
        )));
    }
    made
}

fn dash() -> Cell {
    Cell::Text(Text::Words(Words::same("—")))
}

fn lines(all: &[Words]) -> Vec<Cell> {
    if all.is_empty() {
        return vec![dash()];
    }
    all.iter().map(|words| Cell::Text(Text::Words(words.clone()))).collect()
}

/// The metric that fills a field.
fn filling<'a>(context: &Context<'a>, field: Field) -> Option<&'a Metric> {
    field.1.iter().find_map(|id| context.plan.metrics.get(*id))
}

/// The fields of a module: the day, the day before, and the mean of the seven days before.
fn module(context: &Context<'_>, note: &Review, key: &'static str, fields: &[Field]) -> TableSpec {
    let row = |field: &Field| {
        let Some(metric) = filling(context, *field) else {
            return vec![Cell::Text(Text::key(field.0)), dash(), dash(), dash()];
        };
        let calendar = context.plan.site.calendar;
        let shown = |cell: Cell| if matches!(cell, Cell::Empty) { dash() } else { cell };
        let mean = mean(context, metric, &note.scope, note.period);
        vec![
            Cell::Link(metric_path(&metric.id), Text::key(field.0)),
            shown(draw::figure(context, metric, &note.scope, note.period, Delta::Shown)),
            shown(draw::figure(context, metric, &note.scope, calendar.previous(note.period), Delta::Left)),
            mean.map_or_else(dash, |mean| Cell::Number(mean, metric.unit.clone())),
        ]
    };
    TableSpec {
        id: key.to_owned(),
        title: Some(Text::key(key)),
        columns: vec![
            head("daily-field", false),
            head("daily-day", true),
            head("daily-before", true),
            head("daily-mean", true),
        ],
        rows: fields.iter().map(row).collect(),
        total: false,
    }
}

/// The mean of the seven days before: of a rate over their sums, of anything else over the days. `None` where one of them is
/// not known.
fn mean(context: &Context<'_>, metric: &Metric, scope: &Scope, day: Period) -> Option<Quantity> {
    let calendar = context.plan.site.calendar;
    let week: Option<Vec<Quantity>> = (1..=7)
        .map(|back| {
            let on = calendar.period(Grain::Day, plus_days(day.start, -back));
            context.point(&metric.id, scope, on)?.value
        })
        .collect();
    let week = week?;
    let parts = |pick: fn(crate::unit::Ratio) -> crate::unit::Decimal| {
        week.iter().try_fold(Quantity::ZERO, |sum, one| match one {
            Quantity::Ratio(ratio) => sum.plus(Quantity::Exact(pick(*ratio))),
            _ => None,
        })
    };
    match parts(|ratio| ratio.numerator()).zip(parts(|ratio| ratio.denominator())) {
        Some((above, below)) => above.over(below),
        None => week.into_iter().try_fold(Quantity::ZERO, Quantity::plus)?.over(Quantity::from(7)),
    }
}

/// Open alerts on stock at the end of the day: what to order again.
fn restock(context: &Context<'_>, note: &Review) -> TableSpec {
    let links: Vec<String> = STOCK.iter().flat_map(|field| field.1).map(|id| metric_path(id)).collect();
    let rows: Vec<Vec<Cell>> = context
        .alerts
        .iter()
        .filter(|line| line.opened.end <= note.period.end)
        .filter(|line| line.resolved.is_none_or(|over| over.end > note.period.end))
        .filter(|line| links.contains(&line.link))
        .map(|line| {
            vec![
                Cell::Link(line.link.clone(), line.title.clone()),
                Cell::Text(line.whose.clone()),
                Cell::Text(line.about.clone()),
            ]
        })
        .collect();
    let rows = if rows.is_empty() { vec![vec![dash(), dash(), dash()]] } else { rows };
    TableSpec {
        id: "daily-restock".to_owned(),
        title: Some(Text::key("daily-restock")),
        columns: vec![head("table-metric", false), head("table-scope", false), head("alert-heard", false)],
        rows,
        total: false,
    }
}

/// What each product did: by SKU where its figures are known, else by ASIN.
fn products(context: &Context<'_>, note: &Review) -> TableSpec {
    let level = PRODUCTS
        .iter()
        .find(|level| PRODUCT.iter().any(|field| known_by(context, *field, note, level)))
        .copied()
        .unwrap_or(PRODUCTS[0]);
    let at = |metric: &Metric, member: &Id| -> Option<Point> {
        let facts: &Facts = context.facts;
        facts.at(&metric.id, &note.scope.within(level, member), note.period).copied()
    };
    let metrics: Vec<Option<&Metric>> =
        PRODUCT.iter().map(|field| product_metric(context, *field, note, level)).collect();
    let sales = |member: &Id| {
        let value = metrics.get(1).copied().flatten().and_then(|metric| at(metric, member)?.value);
        value.map_or(f64::NEG_INFINITY, Quantity::as_f64)
    };
    let mut members = context.members(&level.into());
    members.retain(|member| {
        metrics.iter().flatten().any(|metric| {
            at(metric, member).and_then(|point| point.value).is_some_and(|value| value.as_f64().abs() > 0.0)
        })
    });
    members.sort_by(|a, b| sales(b).total_cmp(&sales(a)).then_with(|| a.cmp(b)));
    let row = |member: &Id| {
        let mut cells = vec![Cell::Text(Text::Words(context.member_name(level, member)))];
        cells.extend(metrics.iter().map(|metric| {
            let Some(metric) = metric else { return dash() };
            at(metric, member).map_or_else(dash, |point| Cell::Figure {
                about: about(&metric.id, &note.scope.within(level, member)),
                point,
                unit: metric.unit.clone(),
                decimals: metric.decimals,
                change: None,
            })
        }));
        cells
    };
    let mut rows: Vec<Vec<Cell>> = members.iter().take(PRODUCTS_SHOWN).map(row).collect();
    if members.len() > PRODUCTS_SHOWN {
        let rest = Arg::Count((members.len() - PRODUCTS_SHOWN) as u64);
        let mut more = vec![Cell::Text(Text::Key("causes-rest", vec![("count", rest)]))];
        more.resize_with(PRODUCT.len() + 1, || Cell::Empty);
        rows.push(more);
    }
    let name = Text::Words(Words::same(if level == "sku" { "SKU" } else { "ASIN" }));
    let mut columns = vec![TableColumn { title: name, numeric: false, link: None }];
    columns.extend(PRODUCT.iter().map(|field| head(field.0, true)));
    if rows.is_empty() {
        rows.push((0..=PRODUCT.len()).map(|_| dash()).collect());
    }
    TableSpec {
        id: "daily-products".to_owned(),
        title: Some(Text::key("daily-of-products")),
        columns,
        rows,
        total: false,
    }
}

fn known_by(context: &Context<'_>, field: Field, note: &Review, level: &str) -> bool {
    product_metric(context, field, note, level).is_some()
}

/// The first metric of a field that is measured by product.
fn product_metric<'a>(context: &Context<'a>, field: Field, note: &Review, level: &str) -> Option<&'a Metric> {
    field.1.iter().find_map(|id| {
        let metric = context.plan.metrics.get(*id)?;
        let measured = context.members(&level.into()).iter().any(|member| {
            let scope = note.scope.within(level, member);
            context.facts.at(&metric.id, &scope, note.period).is_some_and(|point| point.value.is_some())
        });
        measured.then_some(metric)
    })
}

/// What was done, by whom, and what it shall bring.
fn log(context: &Context<'_>, note: &Review) -> TableSpec {
    let words = |text: &Words| if text.is_empty() { dash() } else { Cell::Text(Text::Words(text.clone())) };
    let row = |line: &crate::plan::review::LogLine| {
        let time =
            if line.time.is_empty() { dash() } else { Cell::Text(Text::Words(Words::same(&line.time))) };
        vec![
            time,
            words(&line.action),
            line.by.as_ref().map_or_else(dash, |by| owner(context, Some(by))),
            words(&line.expected),
        ]
    };
    let rows: Vec<Vec<Cell>> = note.log.iter().map(row).collect();
    TableSpec {
        id: "daily-log".to_owned(),
        title: Some(Text::key("daily-log")),
        columns: vec![
            head("daily-time", false),
            head("daily-action", false),
            head("daily-by", false),
            head("action-expected", false),
        ],
        rows: if rows.is_empty() { vec![vec![dash(), dash(), dash(), dash()]] } else { rows },
        total: false,
    }
}
