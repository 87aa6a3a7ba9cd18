//! Blocks of a deck, and which of its metrics are targets of others.

use super::found::{LEFT_OUT, TARGET_AS_METRIC, UNFIT, UNKNOWN_KEY};
use super::keys;
use super::metric::{Function, Metric, Value};
use super::name::fresh;
use super::setup::{months, unfit};
use crate::diag::{Finding, did_you_mean};
use crate::plan::yaml::tree::{Content, Node};
use crate::unit::{Pattern, Scale};
use std::collections::{BTreeMap, BTreeSet};

/// A block of the deck.
pub(super) struct Block {
    pub(super) title: Option<String>,
    pub(super) months: Option<&'static str>,
    pub(super) format: Option<Pattern>,
    pub(super) kind: Kind,
}

/// What a block is.
pub(super) enum Kind {
    SixTwelve { series: Vec<Shown>, axes: Option<String> },
    Weeks(Vec<Row>),
    Months(Vec<Row>),
    Section,
    Embed { source: String, height: Option<String>, width: Option<String> },
}

/// A metric on a chart or in a row.
#[derive(Clone)]
pub(super) struct Shown {
    /// Its original name, without growth.
    pub(super) metric: String,
    /// `wow`, `mom` or `yoy`.
    pub(super) growth: Option<&'static str>,
    /// Drawn as a target.
    pub(super) target: bool,
    pub(super) label: Option<String>,
    pub(super) prior: Option<String>,
    /// Where it stands among the lines.
    order: usize,
}

/// A row of a table.
pub(super) struct Row {
    pub(super) header: String,
    pub(super) shown: Option<Shown>,
    pub(super) format: Option<Pattern>,
    /// Keys of the row besides, as they are written.
    pub(super) set: Vec<String>,
}

/// A target: the metric it is drawn for.
pub(super) struct Targets {
    /// Id by target and metric.
    pub(super) ids: BTreeMap<(String, String), String>,
}

/// Reads the blocks.
pub(super) fn read(root: &Node, names: &BTreeSet<&str>, found: &mut Vec<Finding>) -> Vec<Block> {
    let Some(given) = root.get("deck") else {
        unfit(
            found,
            &root.place,
            "`deck` is missing".to_owned(),
            "add `deck: [{block: {ui_type: 6_12Graph, …}}]`",
        );
        return Vec::new();
    };
    let mut blocks = Vec::new();
    for item in given.items() {
        let Some(block) = item.get("block") else {
            keys(item, "an entry of the deck", &["block"], found);
            unfit(
                found,
                &item.place,
                "an entry of the deck has no `block`".to_owned(),
                "write `- block: {ui_type: …}`",
            );
            continue;
        };
        keys(item, "an entry of the deck", &["block"], found);
        blocks.extend(self::block(block, names, found));
    }
    blocks
}

fn block(node: &Node, names: &BTreeSet<&str>, found: &mut Vec<Finding>) -> Option<Block> {
    let text = |key: &str| node.text_of(key).map(ToString::to_string);
    let given = node.text_of("ui_type").map_or("", |text| &**text);
    let (known, kind): (&[&str], Kind) = match given {
        "6_12Graph" => (
            &[
                "ui_type",
                "title",
                "y_scaling",
                "x_axis_monthly_display",
                "axes",
                "metrics",
                "comment_scaling",
                "comment",
                "tooltip",
            ],
            Kind::SixTwelve { series: series(node, names, found), axes: axes(node, found) },
        ),
        "6_WeeksTable" => (
            &["ui_type", "title", "rows", "comment_scaling", "comment", "y_scaling"],
            Kind::Weeks(rows(node, names, found)),
        ),
        "12_MonthsTable" => (
            &[
                "ui_type",
                "title",
                "rows",
                "x_axis_monthly_display",
                "comment_scaling",
                "comment",
                "y_scaling",
            ],
            Kind::Months(rows(node, names, found)),
        ),
        "section" => (&["ui_type", "title", "comment"], Kind::Section),
        "embedded_content" => {
            let Some(source) = text("source") else {
                unfit(found, &node.place, "`embedded_content` has no `source`".to_owned(), "add its address");
                return None;
            };
            let pixels = |key: &str| text(key).map(|text| text.trim_end_matches("px").trim().to_owned());
            let whole = |key: &str| pixels(key).filter(|text| text.parse::<u32>().is_ok());
            (
                &["ui_type", "title", "source", "name", "height", "width", "comment"],
                Kind::Embed { source, height: whole("height"), width: whole("width") },
            )
        }
        other => {
            let place = node.get("ui_type").map_or(&node.place, |node| &node.place);
            let told = if other.is_empty() {
                "a block has no `ui_type`".to_owned()
            } else {
                format!("there is no block `{other}`")
            };
            let all = ["6_12Graph", "6_WeeksTable", "12_MonthsTable", "section", "embedded_content"];
            let hint = did_you_mean(other, all);
            unfit(found, place, told, &hint.unwrap_or_else(|| format!("known here: `{}`", all.join("`, `"))));
            return None;
        }
    };
    keys(node, "this block", known, found);
    let title = text("title").filter(|title| !title.trim().is_empty()).or_else(|| text("name"));
    Some(Block { title, months: months(node, found), format: scaling(node, found), kind })
}

fn axes(node: &Node, found: &mut Vec<Finding>) -> Option<String> {
    let given = node.get("axes")?;
    let known = given.text().filter(|text| matches!(&***text, "1" | "2"));
    if known.is_none() {
        unfit(
            found,
            &given.place,
            "`axes` is `1` or `2`".to_owned(),
            "it follows from the figures if absent",
        );
    }
    known.map(ToString::to_string)
}

fn scaling(node: &Node, found: &mut Vec<Finding>) -> Option<Pattern> {
    let given = node.get("y_scaling")?;
    let read = given.text().and_then(|text| Pattern::parse(text));
    if read.is_none() {
        let finding = Finding::new(
            &UNKNOWN_KEY,
            given.place.clone(),
            "`y_scaling` is not understood; figures follow their unit",
        );
        found.push(finding.hint("write `##`, an optional `.1` to `.3`, and `KK`, `MM`, `BB`, `%` or `bps`"));
    }
    read
}

/// The metric of a name: one of exactly that name, else the growth of one.
fn named(name: &str, names: &BTreeSet<&str>) -> Option<(String, Option<&'static str>)> {
    if names.contains(name) {
        return Some((name.to_owned(), None));
    }
    [("WOW", "wow"), ("MOM", "mom"), ("YOY", "yoy")].into_iter().find_map(|(end, growth)| {
        let base = name.strip_suffix(end)?;
        names.contains(base).then(|| (base.to_owned(), Some(growth)))
    })
}

fn unknown_metric(name: &str, node: &Node, names: &BTreeSet<&str>, found: &mut Vec<Finding>) {
    let hint = did_you_mean(name, names.iter().copied());
    let told = format!("there is no metric `{name}`");
    found.push(Finding::new(&UNFIT, node.place.clone(), told).hint(hint.unwrap_or_default()));
}

fn series(node: &Node, names: &BTreeSet<&str>, found: &mut Vec<Finding>) -> Vec<Shown> {
    let mut all = Vec::new();
    for (key, node) in node.get("metrics").map(Node::entries).unwrap_or_default() {
        if &*key.text == "__line__" {
            continue;
        }
        keys(
            node,
            "a metric of a chart",
            &["line_style", "graph_prior_year_flag", "legend_name", "comment", "description"],
            found,
        );
        let Some((metric, growth)) = named(&key.text, names) else {
            let at = Node { content: Content::Null, place: key.place.clone() };
            unknown_metric(&key.text, &at, names, found);
            continue;
        };
        let styles = ["primary", "secondary", "tertiary", "quaternary", "quinary", "target"];
        let style = node.text_of("line_style").map_or("primary", |text| &**text);
        let order = styles.iter().position(|known| *known == style);
        if order.is_none() {
            let place = node.get("line_style").map_or(&node.place, |node| &node.place);
            let told = format!("there is no line style `{style}`");
            unfit(found, place, told, &format!("known here: `{}`", styles.join("`, `")));
        }
        let prior = node.get("graph_prior_year_flag").and_then(|given| {
            let flag =
                given.text().map(|text| text.to_lowercase()).filter(|text| text == "true" || text == "false");
            if flag.is_none() {
                unfit(
                    found,
                    &given.place,
                    "`graph_prior_year_flag` is `true` or `false`".to_owned(),
                    "it is true if absent",
                );
            }
            flag
        });
        all.push(Shown {
            metric,
            growth,
            target: style == "target" && growth.is_none(),
            label: node.text_of("legend_name").map(ToString::to_string),
            prior,
            order: order.unwrap_or(0),
        });
    }
    // Lines in the order of their styles, targets last.
    all.sort_by_key(|shown| shown.order);
    all
}

fn rows(node: &Node, names: &BTreeSet<&str>, found: &mut Vec<Finding>) -> Vec<Row> {
    let mut all = Vec::new();
    for item in node.get("rows").map(Node::items).unwrap_or_default() {
        let Some(row) = item.get("row") else {
            unfit(
                found,
                &item.place,
                "an entry of `rows` has no `row`".to_owned(),
                "write `- row: {header: …}`",
            );
            continue;
        };
        keys(row, "a row", &["header", "metric", "y_scaling", "style", "comment"], found);
        let shown = match row.get("metric") {
            None => None,
            Some(metric) => {
                let name = metric.text().map_or("", |text| &**text);
                let Some((metric_name, growth)) = named(name, names) else {
                    unknown_metric(name, metric, names, found);
                    continue;
                };
                Some(Shown { metric: metric_name, growth, target: false, label: None, prior: None, order: 0 })
            }
        };
        all.push(Row {
            header: row.text_of("header").map(ToString::to_string).unwrap_or_default(),
            shown,
            format: scaling(row, found),
            set: row.get("style").map(|style| styled(style, found)).unwrap_or_default(),
        });
    }
    all
}

/// What is carried over of a style; its text never is.
fn styled(style: &Node, found: &mut Vec<Finding>) -> Vec<String> {
    let (mut emphasis, mut set) = (Vec::new(), Vec::new());
    let mut dropped = Vec::new();
    for part in style.text().map_or("", |text| &**text).split(';').filter(|part| !part.trim().is_empty()) {
        let (key, value) = part.split_once(':').unwrap_or((part, ""));
        match (key.trim().to_lowercase().as_str(), value.trim().to_lowercase().as_str()) {
            ("font-weight", "bold" | "bolder" | "700" | "800" | "900") => emphasis.push("strong"),
            ("font-style", "italic" | "oblique") => emphasis.push("italic"),
            ("text-align", side @ ("left" | "center" | "right")) => set.push(format!("align: {side}")),
            ("background-color" | "background", _) => set.push("shade: true".to_owned()),
            _ => dropped.push(key.trim().to_owned()),
        }
    }
    if !emphasis.is_empty() {
        set.push(format!("emphasis: [{}]", emphasis.join(", ")));
    }
    if !dropped.is_empty() {
        let told =
            format!("`{}` of a style has no counterpart", crate::diag::printable(&dropped.join("`, `")));
        found.push(Finding::new(&LEFT_OUT, style.place.clone(), told));
    }
    set
}

/// These metrics and all that they are computed from: what stays a metric needs its operands as metrics.
fn with_operands(metrics: &[Metric], mut open: Vec<String>) -> BTreeSet<String> {
    let mut kept = BTreeSet::new();
    while let Some(name) = open.pop() {
        if kept.insert(name.clone())
            && let Some(Metric { value: Value::Function(function), .. }) =
                metrics.iter().find(|metric| metric.name == name)
        {
            open.extend(function.leaves().into_iter().cloned());
        }
    }
    kept
}

/// Tells targets from metrics: what is drawn as a target is a target of the first other metric on its chart. Metrics that
/// are nothing else are hidden, as are those that are the distance to a target and only shown.
pub(super) fn targets(deck: &[Block], metrics: &mut [Metric], found: &mut Vec<Finding>) -> Targets {
    let mut targets = Targets { ids: BTreeMap::new() };
    let mut taken = BTreeSet::new();
    let (mut used, mut shares) = (BTreeSet::new(), BTreeSet::new());
    for block in deck {
        let Kind::SixTwelve { series, .. } = &block.kind else { continue };
        let first =
            series.iter().find(|shown| !shown.target && shown.growth.is_none()).map(|shown| &shown.metric);
        for shown in series.iter().filter(|shown| shown.target) {
            let own = metrics.iter().find(|metric| metric.name == shown.metric);
            let (Some(first), Some(own)) = (first, own) else {
                used.insert(shown.metric.clone());
                continue;
            };
            let key = (shown.metric.clone(), first.clone());
            targets.ids.entry(key).or_insert_with(|| {
                let id = fresh(&own.id, &taken);
                taken.insert(id.clone());
                id
            });
        }
    }
    let drawn = |block: &Block| -> Vec<(Shown, Option<Pattern>)> {
        match &block.kind {
            Kind::SixTwelve { series, .. } => {
                series.iter().map(|shown| (shown.clone(), block.format)).collect()
            }
            Kind::Weeks(rows) | Kind::Months(rows) => rows
                .iter()
                .filter_map(|row| Some((row.shown.clone()?, row.format.or(block.format))))
                .collect(),
            Kind::Section | Kind::Embed { .. } => Vec::new(),
        }
    };
    let mut told = BTreeSet::new();
    for (shown, format) in deck.iter().flat_map(drawn) {
        if format.is_some_and(|format| matches!(format.scale, Scale::Percent | Scale::BasisPoints))
            && shown.growth.is_none()
        {
            shares.insert(shown.metric.clone());
        }
        let distance = metrics.iter().find(|metric| metric.name == shown.metric);
        let distance = distance.and_then(|metric| targets.distance(metric)).is_some();
        match shown.growth {
            None if distance => told.insert(shown.metric.clone()),
            // A line of a target, or a row of its own.
            None if targets.of(&shown.metric).is_some() => true,
            _ => used.insert(shown.metric.clone()),
        };
    }
    told.retain(|name| !used.contains(name));
    let open = metrics
        .iter()
        .filter(|metric| {
            !told.contains(&metric.name)
                && (targets.of(&metric.name).is_none() || used.contains(&metric.name))
        })
        .map(|metric| metric.name.clone())
        .collect();
    let kept = with_operands(metrics, open);
    for metric in metrics.iter_mut() {
        metric.hidden = !kept.contains(&metric.name);
        metric.share = shares.contains(&metric.name);
        if !metric.hidden && targets.of(&metric.name).is_some() {
            let told =
                format!("`{}` is a target on a chart and a metric elsewhere; both are kept", metric.name);
            found.push(Finding::new(&TARGET_AS_METRIC, metric.place.clone(), told));
        }
    }
    targets
}

impl Targets {
    /// The id of a target by its original name; of several, the first.
    pub(super) fn of(&self, name: &str) -> Option<&String> {
        self.ids.iter().find(|((target, _), _)| target == name).map(|(_, id)| id)
    }

    /// What a metric is to a target: its variance, variance in percent or attainment, with the id of the target.
    pub(super) fn distance(&self, metric: &Metric) -> Option<(&'static str, &String)> {
        let Value::Function(function) = &metric.value else { return None };
        let pair = |function: &Function, sign: char| match function {
            Function::Of(found, operands) if *found == sign => match operands.as_slice() {
                [Function::Leaf(actual), Function::Leaf(target)] => {
                    self.ids.get(&(target.clone(), actual.clone())).map(|id| (target.clone(), id))
                }
                _ => None,
            },
            _ => None,
        };
        if let Some((_, id)) = pair(function, '-') {
            return Some(("variance", id));
        }
        if let Some((_, id)) = pair(function, '/') {
            return Some(("attainment", id));
        }
        match function {
            Function::Of('/', operands) => match operands.as_slice() {
                [inner, Function::Leaf(whole)] => pair(inner, '-')
                    .filter(|(target, _)| target == whole)
                    .map(|(_, id)| ("variance_percent", id)),
                _ => None,
            },
            _ => None,
        }
    }
}
