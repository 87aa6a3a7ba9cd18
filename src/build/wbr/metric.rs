//! Metrics of a deck: columns with an aggregate, filters, and functions over other metrics.

use super::data::Tables;
use super::found::{LEFT_OUT, UNFIT, UNSUPPORTED_QUERY};
use super::name::ids;
use super::query::translate;
use super::setup::unfit;
use super::{Ids, keys};
use crate::diag::{Finding, Place, did_you_mean};
use crate::plan::formula::name as in_formula;
use crate::plan::yaml::tree::Node;
use crate::time::Grain;
use std::collections::{BTreeMap, BTreeSet};

/// A metric as it will be written.
#[derive(Clone, Debug)]
pub(super) struct Metric {
    pub(super) name: String,
    pub(super) id: String,
    pub(super) value: Value,
    /// `bps` or `percent`, as the deck says; the latter also where it says nothing.
    pub(super) bps: bool,
    /// Drawn as a share of hundred somewhere.
    pub(super) share: bool,
    /// It is only drawn as a target, or told as the distance to one.
    pub(super) hidden: bool,
    pub(super) place: Place,
}

/// What a metric is made of.
#[derive(Clone, Debug)]
pub(super) enum Value {
    /// Of rows.
    Rows(OfRows),
    /// Of other metrics.
    Function(Function),
}

/// An aggregate of a column.
#[derive(Clone, Debug)]
pub(super) struct OfRows {
    /// Id of the source.
    pub(super) source: String,
    /// Name of the aggregate in the dialect.
    pub(super) aggregate: &'static Aggregate,
    /// The column, as it stands in a formula.
    pub(super) column: String,
    /// Which rows.
    pub(super) filter: Option<String>,
    pub(super) grain: Grain,
}

/// Arithmetic over metrics.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Function {
    /// A metric, by its original name.
    Leaf(String),
    /// Operands joined by one sign.
    Of(char, Vec<Function>),
}

/// An aggregate of the dialect.
#[derive(Debug)]
pub(super) struct Aggregate {
    name: &'static str,
    /// Before and after the column.
    pub(super) around: (&'static str, &'static str),
    /// How days become a period.
    pub(super) over_time: &'static str,
}

static AGGREGATES: &[Aggregate] = &[
    Aggregate { name: "sum", around: ("sum(", ")"), over_time: "sum" },
    Aggregate { name: "mean", around: ("avg(", ")"), over_time: "mean" },
    Aggregate { name: "min", around: ("min(", ")"), over_time: "min" },
    Aggregate { name: "max", around: ("max(", ")"), over_time: "max" },
    Aggregate { name: "first", around: ("first(", ")"), over_time: "first" },
    Aggregate { name: "last", around: ("last(", ")"), over_time: "last" },
    Aggregate { name: "median", around: ("median(", ")"), over_time: "rows" },
    Aggregate { name: "nunique", around: ("count(distinct ", ")"), over_time: "rows" },
    Aggregate { name: "count", around: ("count(", ")"), over_time: "sum" },
];

/// Reads all metrics that can be carried over.
pub(super) fn read(root: &Node, tables: &Tables, found: &mut Vec<Finding>) -> Vec<Metric> {
    let Some(given) = root.get("metrics") else {
        unfit(found, &root.place, "`metrics` is missing".to_owned(), "a deck needs metrics to show");
        return Vec::new();
    };
    let entries: Vec<_> = given.entries().iter().filter(|(key, _)| &*key.text != "__line__").collect();
    let ids = ids(entries.iter().map(|(key, _)| &*key.text));
    let names: BTreeSet<&str> = entries.iter().map(|(key, _)| &*key.text).collect();
    let mut metrics: Vec<Metric> = Vec::new();
    for (key, node) in &entries {
        let known =
            ["column", "aggf", "filter", "function", "metric_comparison_method", "comment", "description"];
        keys(node, "a metric", &known, found);
        let Some(value) = value(&key.text, node, tables, &names, found) else { continue };
        metrics.push(Metric {
            name: key.text.to_string(),
            id: ids[&*key.text].clone(),
            value,
            bps: bps(node, found),
            share: false,
            hidden: false,
            place: key.place.clone(),
        });
    }
    without_broken(&mut metrics, found);
    metrics
}

/// The ids of metrics by their original names.
pub(super) fn by_name(metrics: &[Metric]) -> Ids {
    metrics.iter().map(|metric| (metric.name.clone(), metric.id.clone())).collect()
}

fn bps(node: &Node, found: &mut Vec<Finding>) -> bool {
    let Some(given) = node.get("metric_comparison_method") else { return false };
    match given.text().map(|text| text.trim().to_lowercase()).as_deref() {
        Some("bps") => true,
        Some("%" | "percent" | "") => false,
        _ => {
            let told = "`metric_comparison_method` is `bps` or `%`".to_owned();
            unfit(found, &given.place, told, "changes are told in percent");
            false
        }
    }
}

fn value(
    name: &str,
    node: &Node,
    tables: &Tables,
    names: &BTreeSet<&str>,
    found: &mut Vec<Finding>,
) -> Option<Value> {
    if let Some(given) = node.get("function") {
        return function(given, names, found).map(Value::Function);
    }
    let filter = node.get("filter");
    if let Some(filter) = filter {
        keys(filter, "`filter`", &["base_column", "query"], found);
    }
    let column = match filter {
        Some(filter) => filter.get("base_column").or(node.get("column")),
        None => node.get("column"),
    };
    let Some((place, column)) = column.and_then(|node| Some((&node.place, node.text()?))) else {
        let told = format!("`{name}` has neither `column`, `filter` nor `function`");
        unfit(found, &node.place, told, "add `column: X` and `aggf: sum`");
        return None;
    };
    let (source, plain) = match tables.column(column) {
        Ok(known) => known,
        Err(columns) => {
            let hint = did_you_mean(column, columns.iter().map(String::as_str));
            unfit(found, place, format!("the table has no column `{column}`"), &hint.unwrap_or_default());
            return None;
        }
    };
    let aggregate = aggregate(name, node, found)?;
    let filter = match filter.and_then(|filter| filter.get("query")) {
        Some(query) => Some(filtered(query, tables, found)?),
        None => None,
    };
    let grain = source.grain(&plain);
    if grain != Grain::Day {
        let told = format!("`{column}` has one value a {grain}; `{name}` is measured by {grain}");
        found.push(
            Finding::new(&LEFT_OUT, place.clone(), told)
                .hint("set `grain: day` on the metric if days are missing"),
        );
    }
    let column = in_formula(&plain);
    Some(Value::Rows(OfRows { source: source.id.clone(), aggregate, column, filter, grain }))
}

fn aggregate(name: &str, node: &Node, found: &mut Vec<Finding>) -> Option<&'static Aggregate> {
    let place = node.get("aggf").map_or(&node.place, |node| &node.place);
    let given = node.text_of("aggf").map_or("", |text| &**text);
    let aggregate = AGGREGATES.iter().find(|aggregate| aggregate.name == given);
    if aggregate.is_none() {
        let told = match given {
            "" => format!("`{name}` does not say how it is added up"),
            other => format!("there is no aggregate `{other}`"),
        };
        let names: Vec<&str> = AGGREGATES.iter().map(|aggregate| aggregate.name).collect();
        let hint = did_you_mean(given, names.iter().copied());
        unfit(found, place, told, &hint.unwrap_or_else(|| format!("known here: `{}`", names.join("`, `"))));
    }
    aggregate
}

fn filtered(query: &Node, tables: &Tables, found: &mut Vec<Finding>) -> Option<String> {
    let text = query.text()?;
    let column = |name: &str| {
        let plain = tables.column(name).map_or_else(|_| name.to_owned(), |(_, plain)| plain);
        in_formula(&plain)
    };
    match translate(text, &column) {
        Ok(filter) => Some(filter),
        Err(why) => {
            let told = format!("the filter `{text}` is not understood: {why}");
            let finding = Finding::new(&UNSUPPORTED_QUERY, query.place.clone(), told);
            found.push(finding.hint(
                "write comparisons with `==`, `!=`, `<`, `<=`, `>`, `>=` or `in [...]`, joined by `and`, `or`, `not`",
            ));
            None
        }
    }
}

fn function(node: &Node, names: &BTreeSet<&str>, found: &mut Vec<Finding>) -> Option<Function> {
    let known = ["sum", "difference", "product", "divide"];
    keys(node, "`function`", &known, found);
    let given = node.entries().iter().find(|(key, _)| known.contains(&&*key.text));
    let Some((key, operands)) = given else {
        unfit(
            found,
            &node.place,
            "`function` has no operation".to_owned(),
            "`sum`, `difference`, `product` or `divide`",
        );
        return None;
    };
    let sign = match &*key.text {
        "sum" => '+',
        "difference" => '-',
        "product" => '*',
        _ => '/',
    };
    let mut read = Vec::new();
    for item in operands.items() {
        read.push(operand(item, names, found)?);
    }
    if read.len() < 2 {
        unfit(
            found,
            &operands.place,
            format!("`{}` needs two operands or more", key.text),
            "add the second one",
        );
        return None;
    }
    Some(Function::Of(sign, read))
}

fn operand(item: &Node, names: &BTreeSet<&str>, found: &mut Vec<Finding>) -> Option<Function> {
    keys(item, "an operand", &["metric", "column"], found);
    let Some(inner) = item.get("metric").or(item.get("column")) else {
        unfit(found, &item.place, "an operand names no metric".to_owned(), "write `metric: {name: X}`");
        return None;
    };
    keys(inner, "an operand", &["name", "function"], found);
    if let Some(nested) = inner.get("function") {
        return function(nested, names, found);
    }
    let name = inner.text_of("name").or(inner.text()).map_or("", |name| &**name);
    if names.contains(name) {
        return Some(Function::Leaf(name.to_owned()));
    }
    let hint = did_you_mean(name, names.iter().copied())
        .unwrap_or_else(|| "define it under `metrics:` with `column` and `aggf`".to_owned());
    unfit(found, &inner.place, format!("there is no metric `{name}`"), &hint);
    None
}

/// Leaves out metrics that are made of ones that could not be read, or that run in a circle.
fn without_broken(metrics: &mut Vec<Metric>, found: &mut Vec<Finding>) {
    loop {
        let known: BTreeSet<String> = metrics.iter().map(|metric| metric.name.clone()).collect();
        let broken = |metric: &Metric| match &metric.value {
            Value::Rows(_) => None,
            Value::Function(function) => {
                function.leaves().into_iter().find(|leaf| !known.contains(*leaf)).cloned()
            }
        };
        let lost = metrics.iter().position(|metric| broken(metric).is_some());
        let Some(at) = lost else { break };
        let metric = metrics.remove(at);
        let told = format!("`{}` is made of a metric that cannot be read", metric.name);
        found.push(Finding::new(&UNFIT, metric.place, told).hint("see the finding about that one"));
    }
    let uses: BTreeMap<String, Vec<String>> = metrics
        .iter()
        .map(|metric| match &metric.value {
            Value::Rows(_) => (metric.name.clone(), Vec::new()),
            Value::Function(function) => {
                (metric.name.clone(), function.leaves().into_iter().cloned().collect())
            }
        })
        .collect();
    metrics.retain(|metric| {
        let (mut open, mut seen) = (uses[&metric.name].clone(), BTreeSet::new());
        while let Some(name) = open.pop() {
            if name == metric.name {
                let told = format!("`{name}` is made of itself");
                found.push(Finding::new(&UNFIT, metric.place.clone(), told).hint("break the circle"));
                return false;
            }
            if seen.insert(name.clone()) {
                open.extend(uses.get(&name).cloned().unwrap_or_default());
            }
        }
        true
    });
}

impl Function {
    /// Names of the metrics in it.
    pub(super) fn leaves(&self) -> Vec<&String> {
        match self {
            Function::Leaf(name) => vec![name],
            Function::Of(_, operands) => operands.iter().flat_map(Function::leaves).collect(),
        }
    }

    /// As a formula; `leaf` writes a metric.
    pub(super) fn print(&self, leaf: &dyn Fn(&str) -> String) -> String {
        match self {
            Function::Leaf(name) => leaf(name),
            Function::Of(sign, operands) => {
                let inner = |operand: &Function| match operand {
                    Function::Leaf(_) => operand.print(leaf),
                    Function::Of(..) => format!("({})", operand.print(leaf)),
                };
                operands.iter().map(inner).collect::<Vec<_>>().join(&format!(" {sign} "))
            }
        }
    }

    /// Whether something is divided in it.
    pub(super) fn divides(&self) -> bool {
        match self {
            Function::Leaf(_) => false,
            Function::Of(sign, operands) => *sign == '/' || operands.iter().any(Function::divides),
        }
    }
}

impl OfRows {
    /// The aggregate as a formula, with its rows picked inside it.
    pub(super) fn inline(&self) -> String {
        let (before, after) = self.aggregate.around;
        match &self.filter {
            None => format!("{before}{}{after}", self.column),
            Some(filter) => format!("{before}case when {filter} then {} end{after}", self.column),
        }
    }
}
