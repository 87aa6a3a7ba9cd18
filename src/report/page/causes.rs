//! Why figures moved: a list of the metrics whose causes are written down, and a page for each: the sentence, the waterfall,
//! the parts with who can act, whose change it was, and the same for each store.

use super::{PageKind, page};
use crate::assess::cause::{Explained, closes};
use crate::diag::Finding;
use crate::plan::{Causes, Metric, Scope};
use crate::report::cause;
use crate::report::context::{Context, causes_path, metric_path};
use crate::report::{Arg, Block, Cell, Page, TableColumn, TableSpec, Text};
use crate::time::Period;

pub(super) struct WhyPages;

impl PageKind for WhyPages {
    fn name(&self) -> &'static str {
        "causes"
    }

    fn tops(&self) -> &'static [&'static str] {
        &["causes"]
    }

    fn pages(&self, context: &Context<'_>, found: &mut Vec<Finding>) -> Vec<Page> {
        found.extend(closes(context.known()));
        let written: Vec<(&Metric, &Causes)> = written(context).collect();
        if written.is_empty() || context.as_of().is_none() {
            return Vec::new();
        }
        let each = written.iter().map(|(metric, causes)| of(context, metric, causes));
        std::iter::once(index(context, &written)).chain(each).collect()
    }
}

/// Metrics whose causes somebody wrote down.
fn written<'a>(context: &Context<'a>) -> impl Iterator<Item = (&'a Metric, &'a Causes)> {
    let plan = context.plan;
    let all = plan.metrics.values().filter_map(|metric| Some((metric, metric.causes.as_deref()?)));
    all.filter(|(metric, _)| !plan.dashed.contains(&metric.id))
}

fn index(context: &Context<'_>, written: &[(&Metric, &Causes)]) -> Page {
    let mut made = page("causes", "causes", Text::key("nav-causes"), &[("", Text::key("nav-home"))]);
    let head = |key, numeric| TableColumn { title: Text::key(key), numeric, link: None };
    let row = |(metric, causes): &(&Metric, &Causes)| {
        let company = Scope::company();
        let told = cause::period_of(context, metric, causes, &company);
        let signal = told.and_then(|(signal, _)| signal);
        let first = signal
            .and_then(|period| cause::stories(context, metric, causes, &company, period).into_iter().next());
        let text = match (&first, told) {
            (Some(one), _) => cause::story(context, metric, one).text,
            (None, Some(_)) => Text::key("causes-quiet"),
            (None, None) => Text::key("causes-no-data"),
        };
        vec![
            Cell::Link(causes_path(&metric.id), context.metric_name(&metric.id)),
            Cell::Code(causes.formula.to_string()),
            signal.map_or(Cell::Empty, Cell::Period),
            Cell::Text(text),
        ]
    };
    made.blocks.push(Block::Table(TableSpec {
        id: "causes".to_owned(),
        title: None,
        columns: vec![
            head("table-metric", false),
            head("causes-identity", false),
            head("causes-last", false),
            head("causes-sentence", false),
        ],
        rows: written.iter().map(row).collect(),
        total: false,
    }));
    made
}

fn of(context: &Context<'_>, metric: &Metric, causes: &Causes) -> Page {
    let above = [("", Text::key("nav-home")), ("causes", Text::key("nav-causes"))];
    let mut made = page(causes_path(&metric.id), "causes", context.metric_name(&metric.id), &above);
    let company = Scope::company();
    made.blocks.push(Block::Facts(vec![
        (
            Text::key("table-metric"),
            vec![Cell::Link(metric_path(&metric.id), context.metric_name(&metric.id))],
        ),
        (Text::key("causes-identity"), vec![Cell::Code(causes.formula.to_string())]),
        (Text::key("causes-method"), vec![Cell::Text(Text::key(method_key(causes)))]),
    ]));
    match cause::period_of(context, metric, causes, &company) {
        Some((signal, newest)) => {
            if signal != Some(newest) {
                made.blocks.push(heading("causes-newest", newest));
                let now = cause::stories(context, metric, causes, &company, newest);
                made.blocks.extend(now.iter().map(|one| told(context, metric, one)));
            }
            if let Some(signal) = signal {
                let key = if signal == newest { "causes-newest" } else { "causes-last-signal" };
                made.blocks.push(heading(key, signal));
                let all = cause::stories(context, metric, causes, &company, signal);
                made.blocks.extend(
                    all.iter()
                        .enumerate()
                        .flat_map(|(at, one)| cause::whole(context, &format!("c{}", at + 1), metric, one)),
                );
            }
        }
        None => made.blocks.push(notice("causes-no-data")),
    }
    if let Some(period) = context.known().newest(&metric.id, &company, causes.grain) {
        made.blocks.extend(cause::funnel(context, causes, period));
    }
    made.blocks.extend(cause::break_even(context, metric, causes));
    made.blocks.extend(stores(context, metric, causes));
    made
}

fn told(context: &Context<'_>, metric: &Metric, one: &Explained) -> Block {
    Block::Story(Box::new(cause::story(context, metric, one)))
}

fn heading(key: &'static str, period: Period) -> Block {
    Block::Heading(Text::Key(key, vec![("period", Arg::Period(period))]))
}

fn notice(key: &'static str) -> Block {
    Block::Notice { tone: "info", text: Text::key(key), details: Vec::new() }
}

fn method_key(causes: &Causes) -> &'static str {
    use crate::plan::{Identity, Method};
    match (&causes.identity, causes.method) {
        (None, _) => "causes-method-items",
        (Some(Identity::Sum(_)), _) => "causes-method-sum",
        (_, Method::Auto | Method::Lmdi) => "causes-method-lmdi",
        (_, Method::Shapley) => "causes-method-shapley",
        (_, Method::Sequential) => "causes-method-sequential",
    }
}

/// The last signal of each store, in short: a calm company may hide a store that fell.
fn stores(context: &Context<'_>, metric: &Metric, causes: &Causes) -> Vec<Block> {
    let mut blocks = Vec::new();
    for store in context.stores() {
        let scope = Scope::of("store", &store);
        let Some((Some(signal), _)) = cause::period_of(context, metric, causes, &scope) else { continue };
        let all = cause::stories(context, metric, causes, &scope, signal);
        let Some(first) = all.first().filter(|one| one.verdict.deserves_causes()) else { continue };
        let name = Text::Words(context.member_name("store", &store));
        blocks.push(Block::Heading(name));
        blocks.push(told(context, metric, first));
        let id = format!("{}-waterfall", crate::report::context::slug(&store));
        blocks.extend(cause::waterfall(context, &id, metric, first).map(Block::Chart));
    }
    if !blocks.is_empty() {
        blocks.insert(0, Block::Heading(Text::key("causes-stores")));
    }
    blocks
}
