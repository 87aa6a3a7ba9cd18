//! A page per store: its leading figures, their course, and all its metrics; and the list of stores.

use super::{PageKind, page};
use crate::diag::Finding;
use crate::plan::{Id, Scope, SeriesSpec, Target, Words};
use crate::report::block::{Wanted, drawn, member_table, period_table};
use crate::report::cause;
use crate::report::context::{Context, causes_path, store_path};
use crate::report::draw::{self, ALL_COMPARISONS, Delta, OverTime};
use crate::report::{Block, Page, TableSpec, Text};
use crate::time::Grain;

/// Weeks of the charts.
const WEEKS: u32 = 26;
/// Months of the table.
const MONTHS: u32 = 13;

/// The column of a table of targets that says whose they are.
const SCOPE: usize = 1;

pub(super) struct Stores;

impl PageKind for Stores {
    fn name(&self) -> &'static str {
        "store"
    }

    fn tops(&self) -> &'static [&'static str] {
        &["stores"]
    }

    fn pages(&self, context: &Context<'_>, _found: &mut Vec<Finding>) -> Vec<Page> {
        let stores = context.stores();
        if stores.is_empty() || context.plan.metrics.is_empty() {
            return Vec::new();
        }
        std::iter::once(index(context)).chain(stores.iter().map(|store| of(context, store))).collect()
    }
}

fn leading(context: &Context<'_>) -> Vec<Id> {
    context.leading_metrics().iter().map(|metric| metric.id.clone()).collect()
}

fn index(context: &Context<'_>) -> Page {
    let mut made = page("stores", "stores", Text::key("nav-stores"), &[("", Text::key("nav-home"))]);
    let (columns, company, none) = (leading(context), Scope::company(), Words::default());
    let wanted = Wanted {
        id: "stores".to_owned(),
        title: &none,
        columns: &columns,
        scope: &company,
        grain: context.card_grain(),
        delta: Delta::Shown,
    };
    made.blocks.extend(member_table(context, &wanted, &"store".into(), true, None).map(Block::Table));
    made
}

fn of(context: &Context<'_>, store: &Id) -> Page {
    let above = [("", Text::key("nav-home")), ("stores", Text::key("nav-stores"))];
    let title = Text::Words(context.member_name("store", store));
    let mut made = page(store_path(store), "store", title, &above);
    let scope = Scope::of("store", store);
    let grain = context.card_grain();
    if let Some(period) = context.last_complete(grain) {
        made.blocks.push(Block::Heading(Text::Key(
            "home-period",
            vec![("period", crate::report::Arg::Period(period))],
        )));
    }
    let leading = leading(context);
    let cards = leading.iter().map(|id| draw::card(context, id, &scope, grain, ALL_COMPARISONS));
    made.blocks
        .push(Block::Cards(cards.filter(|card| card.point.is_some() || card.trouble.is_some()).collect()));
    let own = context.plan.targets.iter().filter(|target| target.scope == scope);
    let now: Vec<&Target> = own.filter(|target| super::target::running(context, target)).collect();
    let now = super::target::by_urgency(context, now);
    if let Some(mut table) = super::target::table(context, "targets", &now) {
        // Every row is of this store.
        table.columns.remove(SCOPE);
        table.rows.iter_mut().for_each(|row| drop(row.remove(SCOPE)));
        made.blocks.push(Block::Table(TableSpec { title: Some(Text::key("home-targets")), ..table }));
    }
    made.blocks.extend(why(context, &leading, &scope));
    for id in &leading {
        let series = [SeriesSpec::Metric(id.clone()), SeriesSpec::Target(id.clone())];
        let wanted = OverTime {
            id: format!("chart-{id}"),
            kind: "line",
            title: context.metric_name(id),
            series: &series,
            scope: &scope,
            grain: Grain::Week,
            last: WEEKS,
        };
        made.blocks.extend(draw::over_time(context, &wanted).map(drawn));
    }
    let none = Words::default();
    let all: Vec<Id> = context
        .plan
        .metrics
        .values()
        .filter(|metric| metric.importance.is_some())
        .map(|metric| metric.id.clone())
        .collect();
    let columns = if all.is_empty() { &leading } else { &all };
    let wanted =
        Wanted { id: "months".to_owned(), title: &none, columns, scope: &scope, grain, delta: Delta::Left };
    if let Some(table) = period_table(context, &wanted, MONTHS) {
        made.blocks.push(Block::Heading(Text::key("store-history")));
        made.blocks.push(Block::Table(table));
    }
    made
}

/// Why the leading figures of the store moved, where somebody wrote down what they are made of.
fn why(context: &Context<'_>, leading: &[Id], scope: &Scope) -> Vec<Block> {
    let metrics = leading.iter().filter_map(|id| context.plan.metrics.get(id));
    let told = metrics.filter(|metric| metric.causes.is_some()).filter_map(|metric| {
        let blocks = cause::brief(context, metric, scope, &format!("why-{}", metric.id));
        let link = (causes_path(&metric.id), context.metric_name(&metric.id), None);
        (!blocks.is_empty()).then(|| blocks.into_iter().chain([Block::Links(vec![link])]))
    });
    let mut blocks: Vec<Block> = told.flatten().collect();
    if !blocks.is_empty() {
        blocks.insert(0, Block::Heading(Text::key("nav-causes")));
    }
    blocks
}
