//! Blocks of a dashboard: one description and one reader per kind.

use super::{GRAINS, Reader, deck, flag, grain, ids, scope, whole, widget, words};
use crate::diag::{Finding, did_you_mean};
use crate::plan::yaml::check::{MISSING_KEY, NOT_YET, UNFIT_VALUE};
use crate::plan::yaml::shape::{self, Kind, Known, Shape, later, optional, required};
use crate::plan::yaml::tree::Node;
use crate::plan::{Against, BlockSpec, ChartSort, Compare, SeriesSpec, TableBy};
use crate::time::Grain;

/// Charts of `block:`; the same names as in the registry of charts.
pub const CHARTS: &[&str] = &["line", "control", "multiples", "bar", "combo", "sparkline", "bullet"];

/// Blocks of later versions.
const LATER: &[&str] = &[
    "waterfall",
    "process",
    "heatmap",
    "calendar",
    "tree",
    "pareto",
    "pace",
    "actions",
    "alerts",
    "image",
    "rank",
    "scatter",
    "funnel",
];

/// Periods of a chart that says nothing: half a year of weeks.
const LAST: u32 = 26;

/// All kinds of blocks.
pub static SHAPES: &[&Shape] = &[
    &CARD,
    &CHART,
    &TABLE,
    &CAUSES,
    &TEXT,
    &widget::WIDGET,
    deck::SHAPES[0],
    deck::SHAPES[1],
    deck::SHAPES[2],
    deck::SHAPES[3],
    deck::SHAPES[4],
    deck::SHAPES[5],
];

static CARD: Shape = Shape {
    name: "a card",
    about: "One figure with its comparisons.",
    fields: &[
        required("block", Kind::Enum(&["card"]), "Kind of block."),
        required("metric", Kind::Ref(Known::Metric), "The metric."),
        optional("scope", Kind::Scope, "Scope, if not the page's."),
        optional("compare", Kind::Many(&Kind::Enum(COMPARE)), "Compared with what; all three if absent."),
        optional("grain", Kind::Enum(GRAINS), "Length of the period; a month if absent."),
    ],
};

const COMPARE: &[&str] = &["previous", "previous_year", "target"];

static CHART: Shape = Shape {
    name: "a chart",
    about: "Series over time, or members side by side.",
    fields: &[
        required("block", Kind::Enum(CHARTS), "Kind of chart."),
        optional("title", Kind::Words, "Heading; the names of the series if absent."),
        optional("metric", Kind::Ref(Known::Metric), "A single series; or `series:`."),
        optional(
            "series",
            Kind::List(&Kind::OneOf(&[Kind::Object(&SERIES), Kind::Ref(Known::Metric)])),
            "What is drawn.",
        ),
        optional("by", Kind::Ref(Known::Level), "One series per member of this level."),
        optional("scope", Kind::Scope, "Scope, if not the page's."),
        optional("grain", Kind::Enum(GRAINS), "How finely; weeks if absent."),
        optional("last", Kind::Of(&shape::COUNT), "How many periods; 26 if absent."),
        optional(
            "limits",
            Kind::Of(&shape::BOOL),
            "Process limits around the first metric; as `block: control`.",
        ),
        later("format", "Format of the axis."),
        later("owner", "Who explains it."),
    ],
};

static SERIES: Shape = Shape {
    name: "a series",
    about: "What a line or bar shows.",
    fields: &[
        optional("metric", Kind::Ref(Known::Metric), "A metric."),
        optional("target", Kind::Ref(Known::Target), "A target by id, or the targets of a metric."),
        later("label", "Its name in the legend."),
    ],
};

static TABLE: Shape = Shape {
    name: "a table",
    about: "Rows of members or periods, columns of metrics.",
    fields: &[
        required("block", Kind::Enum(&["table"]), "Kind of block."),
        optional("title", Kind::Words, "Heading."),
        required(
            "by",
            Kind::OneOf(&[Kind::Enum(&["period"]), Kind::Ref(Known::Level)]),
            "What the rows are: a level, or `period`.",
        ),
        required("columns", Kind::Many(&Kind::Ref(Known::Metric)), "Metrics."),
        optional("total", Kind::Of(&shape::BOOL), "Whether the last row is the whole."),
        optional("delta", Kind::Of(&shape::BOOL), "Whether each figure carries its change."),
        optional("sort", Kind::Object(&SORT), "Row order."),
        optional("scope", Kind::Scope, "Scope, if not the page's."),
        optional("grain", Kind::Enum(GRAINS), "Length of the period; a month if absent."),
        optional("last", Kind::Of(&shape::COUNT), "How many periods a table by period has; 12 if absent."),
    ],
};

static SORT: Shape = Shape {
    name: "`sort`",
    about: "Row order.",
    fields: &[
        required("by", Kind::Ref(Known::Metric), "By the values of this metric."),
        optional("order", Kind::Enum(&["ascending", "descending"]), "Greatest first if absent."),
    ],
};

static CAUSES: Shape = Shape {
    name: "causes",
    about: "Why a metric moved: the sentence, the waterfall and the table of parts.",
    fields: &[
        required("block", Kind::Enum(&["causes"]), "Kind of block."),
        required("metric", Kind::Ref(Known::Metric), "The metric."),
        optional("scope", Kind::Scope, "Scope, if not the page's."),
        optional(
            "compare",
            Kind::Many(&Kind::Enum(Against::NAMES)),
            "Compared with what; as the metric's `causes` say if absent.",
        ),
        optional("members", Kind::Of(&shape::BOOL), "Whether the members of each level follow."),
    ],
};

static TEXT: Shape = Shape {
    name: "a text block",
    about: "Markdown with shortcodes.",
    fields: &[
        required("block", Kind::Enum(&["text"]), "Kind of block."),
        required("markdown", Kind::Words, "The text."),
    ],
};

/// The description for a block, by its `block:`.
pub fn shape_of(reader: &mut Reader, node: &Node) -> Option<&'static Shape> {
    if node.get("widget").is_some() {
        return Some(&widget::WIDGET);
    }
    let Some(kind) = node.get("block") else {
        let told = Finding::new(&MISSING_KEY, node.place.clone(), "a block needs `block`");
        reader.found.push(
            told.hint(format!("add `block: card`, `table`, `text`, or a chart: `{}`", CHARTS.join("`, `"))),
        );
        return None;
    };
    let name = kind.text().map_or("", |text| text);
    match name {
        "card" => Some(&CARD),
        "table" => Some(&TABLE),
        "causes" => Some(&CAUSES),
        "text" => Some(&TEXT),
        chart if CHARTS.contains(&chart) => Some(&CHART),
        review if deck::BLOCKS.contains(&review) => deck::shape_of(review),
        later if LATER.contains(&later) => {
            let told = format!("the block `{later}` is not built yet; it is ignored");
            reader.found.push(
                Finding::new(&NOT_YET, kind.place.clone(), told)
                    .hint("it may stay: a later version shows it"),
            );
            None
        }
        other => {
            let told = Finding::new(&UNFIT_VALUE, kind.place.clone(), format!("there is no block `{other}`"));
            let names = CHARTS.iter().copied().chain(["card", "table", "causes", "text"]);
            let names = names.chain(deck::BLOCKS.iter().copied());
            reader.found.push(told.hint(did_you_mean(other, names).unwrap_or_default()));
            None
        }
    }
}

/// Reads a block that fits its description.
pub fn read(reader: &mut Reader, node: &Node) -> Option<BlockSpec> {
    if let Some(named) = node.text_of("widget") {
        return Some(BlockSpec::Widget(Box::new(widget::read(node, named))));
    }
    let place = node.place.clone();
    let scope = scope(node.get("scope"));
    let title = words(node.get("title"));
    Some(match &**node.text_of("block")? {
        "card" => BlockSpec::Card {
            metric: node.text_of("metric")?.clone(),
            scope,
            compare: compare(node),
            grain: grain(node.get("grain")).unwrap_or(Grain::Month),
            place,
        },
        "table" => BlockSpec::Table {
            title,
            by: match &**node.text_of("by")? {
                "period" => TableBy::Periods(whole(node.get("last")).unwrap_or(12)),
                level => TableBy::Members(level.into()),
            },
            columns: ids(node.get("columns")),
            total: flag(node.get("total")),
            delta: flag(node.get("delta")),
            sort: sort(node),
            scope,
            grain: grain(node.get("grain")).unwrap_or(Grain::Month),
            place,
        },
        "causes" => BlockSpec::Causes {
            metric: node.text_of("metric")?.clone(),
            scope,
            compare: ids(node.get("compare")).iter().filter_map(|name| Against::parse(name)).collect(),
            members: flag(node.get("members")),
            place,
        },
        "text" => BlockSpec::Text { markdown: words(node.get("markdown")), place },
        "multiples" if node.get("by").is_none() => {
            let told = Finding::new(&MISSING_KEY, place, "small multiples need `by`");
            reader.found.push(told.hint("`by: store` draws one small chart per store"));
            return None;
        }
        review if deck::BLOCKS.contains(&review) => {
            BlockSpec::Review(Box::new(deck::read(reader, node, review)?))
        }
        kind => BlockSpec::Chart {
            kind: if kind == "line" && flag(node.get("limits")) { "control".into() } else { kind.into() },
            title,
            series: series(reader, node)?,
            by: node.text_of("by").cloned(),
            scope,
            grain: grain(node.get("grain")).unwrap_or(Grain::Week),
            last: whole(node.get("last")).unwrap_or(LAST),
            place,
        },
    })
}

fn compare(node: &Node) -> Vec<Compare> {
    let one = |name: &str| match name {
        "previous" => Compare::Previous,
        "previous_year" => Compare::PreviousYear,
        _ => Compare::Target,
    };
    match node.get("compare") {
        Some(given) => ids(Some(given)).iter().map(|name| one(name)).collect(),
        None => COMPARE.iter().map(|name| one(name)).collect(),
    }
}

fn sort(node: &Node) -> Option<ChartSort> {
    let sort = node.get("sort")?;
    let descending = sort.text_of("order").is_none_or(|order| &**order == "descending");
    Some(ChartSort { by: sort.text_of("by")?.clone(), descending })
}

fn series(reader: &mut Reader, node: &Node) -> Option<Vec<SeriesSpec>> {
    let mut all: Vec<SeriesSpec> =
        node.text_of("metric").cloned().map(SeriesSpec::Metric).into_iter().collect();
    for item in node.get("series").map(Node::items).unwrap_or_default() {
        match (item.text(), item.text_of("metric"), item.text_of("target")) {
            (Some(metric), ..) | (None, Some(metric), None) => all.push(SeriesSpec::Metric(metric.clone())),
            (None, None, Some(target)) => all.push(SeriesSpec::Target(target.clone())),
            _ => {
                let told =
                    Finding::new(&MISSING_KEY, item.place.clone(), "a series needs `metric` or `target`");
                reader.found.push(told.hint("write `{metric: gmv}` or `{target: gmv-2026}`"));
                return None;
            }
        }
    }
    if all.is_empty() {
        let told = Finding::new(&MISSING_KEY, node.place.clone(), "a chart needs `series` or `metric`");
        reader.found.push(told.hint("add `series: [{metric: gmv}]`"));
        return None;
    }
    Some(all)
}
