//! Blocks of a review deck: six weeks and twelve months, tables of periods, headings, pictures and cards.

use super::{Reader, flag, ids, scope, whole, words};
use crate::diag::Finding;
use crate::plan::yaml::check::MISSING_KEY;
use crate::plan::yaml::shape::{self, Form, Kind, Known, Shape, optional, required};
use crate::plan::yaml::tree::Node;
use crate::plan::{Drawn, GrowthOver, Id, Partial, Review, ReviewBlock, ReviewKind, RowSpec, What, Words};
use crate::time::{Align, Grain, Months};
use crate::unit::Pattern;

/// Names of the blocks read here.
pub const BLOCKS: &[&str] =
    &["six-twelve", "six-weeks-table", "twelve-months-table", "metric-table", "heading", "embed"];

/// Their descriptions.
pub static SHAPES: &[&Shape] = &[&SIX_TWELVE, &WEEKS_TABLE, &MONTHS_TABLE, &METRIC_TABLE, &HEADING, &EMBED];

/// How figures are written.
pub static PATTERN: Form = Form {
    name: "a form of figures",
    accepted: "`##`, an optional `.1` to `.3` for decimals, and `KK`, `MM`, `BB`, `%` or `bps`: `\"##.1KK\"`",
    fits: |text, _, _| Pattern::parse(text).is_some(),
    json: &["string"],
    pattern: "^##(\\.[0-3])?(KK|MM|BB|%|bps)?$",
};

/// Keys a deck and its blocks share.
pub const MONTHS: Kind = Kind::Enum(Months::NAMES);
/// How last year is laid beside this one.
pub const ALIGN: Kind = Kind::Enum(Align::NAMES);
/// What happens where days are missing on one side.
pub const PARTIAL: Kind = Kind::Enum(Partial::NAMES);

const ABOUT_MONTHS: &str =
    "Which twelve months: those that are over, or those of the fiscal year; as the deck if absent.";
const ABOUT_ALIGN: &str = "How last year is laid beside this one; as the deck if absent.";
const ABOUT_PARTIAL: &str =
    "What a comparison does where days are missing on one side; as the deck if absent.";
const ABOUT_ID: &str = "Its name in files, if not that of the metric or target.";
const ABOUT_OWNER: &str = "Who explains it; the owner of the metric if absent.";
const ABOUT_FORMAT: &str = "How its figures are written: `\"##.1KK\"`; by the unit if absent.";

static SIX_TWELVE: Shape = Shape {
    name: "a 6–12 chart",
    about: "Six weeks and twelve months side by side, this year over last, with the box line below.",
    fields: &[
        required("block", Kind::Enum(&["six-twelve"]), "Kind of block."),
        optional("title", Kind::Words, "Heading; the name of the metric if absent."),
        optional("metric", Kind::Ref(Known::Metric), "A single series; or `series:`."),
        optional("series", SERIES_LIST, "Up to three: two metrics and a target."),
        optional(
            "axes",
            Kind::Enum(&["1", "2"]),
            "One axis for weeks and months or two; by their size if absent.",
        ),
        optional(
            "zero",
            Kind::Of(&shape::BOOL),
            "Whether the axis starts at zero; by the figures if absent.",
        ),
        optional("months", MONTHS, ABOUT_MONTHS),
        optional("align", ALIGN, ABOUT_ALIGN),
        optional("compare_partial", PARTIAL, ABOUT_PARTIAL),
        optional("format", Kind::Of(&PATTERN), ABOUT_FORMAT),
        optional("owner", Kind::Ref(Known::Person), ABOUT_OWNER),
        optional("scope", Kind::Scope, "Scope, if not the page's."),
    ],
};

const SERIES_LIST: Kind = Kind::List(&Kind::OneOf(&[Kind::Object(&SERIES), Kind::Ref(Known::Metric)]));

static SERIES: Shape = Shape {
    name: "a series of a deck",
    about: "A metric, how it grows, or what is asked of it.",
    fields: &[
        optional("metric", Kind::Ref(Known::Metric), "A metric."),
        optional("growth", Kind::Enum(GrowthOver::NAMES), "How it grows, in place of its figures."),
        optional("target", Kind::Ref(Known::Target), "A target by id, or the targets of a metric."),
        optional("variance", Kind::Ref(Known::Target), "Actual minus this target."),
        optional("variance_percent", Kind::Ref(Known::Target), "Actual minus this target, over the target."),
        optional("attainment", Kind::Ref(Known::Target), "Actual over this target."),
        optional("id", Kind::Of(&shape::IDENT), ABOUT_ID),
        optional("label", Kind::Words, "Its name in the legend; that of the metric if absent."),
        optional("prior", Kind::Of(&shape::BOOL), "Whether the year before is drawn; for metrics if absent."),
        optional("format", Kind::Of(&PATTERN), ABOUT_FORMAT),
    ],
};

static ROW: Shape = Shape {
    name: "a row of a deck",
    about: "A row of figures over periods; without figures a heading or, without a header, an empty row.",
    fields: &[
        optional("header", Kind::Words, "Its name; that of the metric if absent."),
        optional("metric", Kind::Ref(Known::Metric), "A metric."),
        optional("growth", Kind::Enum(GrowthOver::NAMES), "How it grows, in place of its figures."),
        optional("target", Kind::Ref(Known::Target), "A target by id, or the targets of a metric."),
        optional("variance", Kind::Ref(Known::Target), "Actual minus this target."),
        optional("variance_percent", Kind::Ref(Known::Target), "Actual minus this target, over the target."),
        optional("attainment", Kind::Ref(Known::Target), "Actual over this target."),
        optional("format", Kind::Of(&PATTERN), ABOUT_FORMAT),
        optional("id", Kind::Of(&shape::IDENT), ABOUT_ID),
        optional(
            "emphasis",
            Kind::Many(&Kind::Enum(&["strong", "italic"])),
            "How its name and figures are set.",
        ),
        optional("shade", Kind::Of(&shape::BOOL), "Whether it stands on a tinted ground."),
        optional("align", Kind::Enum(&["left", "center", "right"]), "How its name is set."),
    ],
};

const ROWS: Kind = Kind::List(&Kind::OneOf(&[Kind::Object(&ROW), Kind::Ref(Known::Metric)]));

static WEEKS_TABLE: Shape = Shape {
    name: "a table of six weeks",
    about: "Rows over six weeks, with quarter and year to date.",
    fields: &[
        required("block", Kind::Enum(&["six-weeks-table"]), "Kind of block."),
        optional("title", Kind::Words, "Heading."),
        required("rows", ROWS, "Metrics, their growth, targets and variances."),
        optional("align", ALIGN, ABOUT_ALIGN),
        optional("compare_partial", PARTIAL, ABOUT_PARTIAL),
        optional("format", Kind::Of(&PATTERN), ABOUT_FORMAT),
        optional("owner", Kind::Ref(Known::Person), ABOUT_OWNER),
        optional("scope", Kind::Scope, "Scope, if not the page's."),
    ],
};

static MONTHS_TABLE: Shape = Shape {
    name: "a table of twelve months",
    about: "Rows over twelve months.",
    fields: &[
        required("block", Kind::Enum(&["twelve-months-table"]), "Kind of block."),
        optional("title", Kind::Words, "Heading."),
        required("rows", ROWS, "Metrics, their growth, targets and variances."),
        optional("months", MONTHS, ABOUT_MONTHS),
        optional("align", ALIGN, ABOUT_ALIGN),
        optional("compare_partial", PARTIAL, ABOUT_PARTIAL),
        optional("format", Kind::Of(&PATTERN), ABOUT_FORMAT),
        optional("owner", Kind::Ref(Known::Person), ABOUT_OWNER),
        optional("scope", Kind::Scope, "Scope, if not the page's."),
    ],
};

static METRIC_TABLE: Shape = Shape {
    name: "a metric table",
    about: "Metrics with the nine figures of the box line, without a chart.",
    fields: &[
        required("block", Kind::Enum(&["metric-table"]), "Kind of block."),
        optional("title", Kind::Words, "Heading."),
        required("metrics", SERIES_LIST, "Metrics, each a row."),
        optional("align", ALIGN, ABOUT_ALIGN),
        optional("compare_partial", PARTIAL, ABOUT_PARTIAL),
        optional("owner", Kind::Ref(Known::Person), ABOUT_OWNER),
        optional("scope", Kind::Scope, "Scope, if not the page's."),
    ],
};

static HEADING: Shape = Shape {
    name: "a heading",
    about: "A heading between blocks; without a title a rule.",
    fields: &[
        required("block", Kind::Enum(&["heading"]), "Kind of block."),
        optional("title", Kind::Words, "The heading."),
    ],
};

static EMBED: Shape = Shape {
    name: "an embedded picture or card",
    about: "A picture of the site, or a card that leads to a page. Nothing is loaded from elsewhere.",
    fields: &[
        required("block", Kind::Enum(&["embed"]), "Kind of block."),
        required("source", Kind::Of(&shape::TEXT), "A page or picture of the site, or an address."),
        optional("title", Kind::Words, "What it is; the source if absent."),
        optional("name", Kind::Of(&shape::TEXT), "A short name."),
        optional("height", Kind::Of(&shape::COUNT), "Height in pixels."),
        optional("width", Kind::Of(&shape::COUNT), "Width in pixels."),
        optional("owner", Kind::Ref(Known::Person), ABOUT_OWNER),
    ],
};

/// The description for a block, by its name.
pub fn shape_of(name: &str) -> Option<&'static Shape> {
    SHAPES.iter().zip(BLOCKS).find(|(_, known)| **known == name).map(|(shape, _)| *shape)
}

/// How a deck cuts time, from the head of its file.
pub fn review(root: &Node, site: (Align, Partial)) -> Review {
    Review {
        deck: root.text_of("deck").and_then(|name| Grain::parse(name)),
        months: months(root).unwrap_or_default(),
        align: align(root).unwrap_or(site.0),
        partial: partial(root).unwrap_or(site.1),
        number_from: whole(root.get("number_from")).unwrap_or(1),
    }
}

/// How last year is laid beside this one, where something says so.
pub fn align(node: &Node) -> Option<Align> {
    Align::parse(node.text_of("align")?)
}

/// What happens where days are missing on one side, where something says so.
pub fn partial(node: &Node) -> Option<Partial> {
    Partial::parse(node.text_of("compare_partial")?)
}

fn months(node: &Node) -> Option<Months> {
    Months::parse(node.text_of("months")?)
}

/// Reads a block that fits its description.
pub fn read(reader: &mut Reader, node: &Node, name: &str) -> Option<ReviewBlock> {
    let mut title = words(node.get("title"));
    let kind = match name {
        "six-twelve" => ReviewKind::SixTwelve {
            series: chart(reader, node)?,
            axes: whole(node.get("axes")),
            zero: node.get("zero").map(|zero| flag(Some(zero))),
        },
        "six-weeks-table" => ReviewKind::Weeks(rows(reader, node)?),
        "twelve-months-table" => ReviewKind::Months(rows(reader, node)?),
        "metric-table" => ReviewKind::Metrics(list(reader, node, "metrics")?),
        "heading" => ReviewKind::Section,
        _ => {
            if title.is_empty() {
                title = words(node.get("name"));
            }
            ReviewKind::Embed {
                source: node.text_of("source")?.clone(),
                height: whole(node.get("height")),
                width: whole(node.get("width")),
            }
        }
    };
    Some(ReviewBlock {
        kind,
        title,
        owner: node.text_of("owner").cloned(),
        scope: scope(node.get("scope")),
        months: months(node),
        // The alignment of a row's name is another key of another shape.
        align: align(node),
        partial: partial(node),
        format: format(node),
        place: node.place.clone(),
    })
}

fn format(node: &Node) -> Option<Pattern> {
    Pattern::parse(node.text_of("format")?)
}

fn chart(reader: &mut Reader, node: &Node) -> Option<Vec<Drawn>> {
    let alone = node.text_of("metric").map(|metric| plain(metric, node));
    let mut all: Vec<Drawn> = alone.into_iter().collect();
    all.extend(list(reader, node, "series")?);
    if all.is_empty() {
        let told = Finding::new(&MISSING_KEY, node.place.clone(), "a 6–12 chart needs `series` or `metric`");
        reader.found.push(told.hint("add `series: [{metric: gmv}, {target: gmv-2026}]`"));
        return None;
    }
    Some(all)
}

fn plain(metric: &Id, node: &Node) -> Drawn {
    Drawn {
        what: What::Metric(metric.clone()),
        id: None,
        growth: None,
        label: Words::default(),
        prior: None,
        format: None,
        place: node.place.clone(),
    }
}

fn list(reader: &mut Reader, node: &Node, key: &str) -> Option<Vec<Drawn>> {
    let mut all = Vec::new();
    for item in node.get(key).map(Node::items).unwrap_or_default() {
        let Some(drawn) = drawn(item) else {
            let told = "a series needs `metric`, `target`, `variance`, `variance_percent` or `attainment`";
            let finding = Finding::new(&MISSING_KEY, item.place.clone(), told);
            reader.found.push(finding.hint("write `{metric: gmv}` or `{target: gmv-2026}`"));
            return None;
        };
        all.push(drawn);
    }
    Some(all)
}

fn drawn(node: &Node) -> Option<Drawn> {
    if let Some(metric) = node.text() {
        return Some(plain(metric, node));
    }
    let named = |key: &str| node.text_of(key).cloned();
    let what = None
        .or_else(|| named("metric").map(What::Metric))
        .or_else(|| named("target").map(What::Target))
        .or_else(|| named("variance").map(What::Variance))
        .or_else(|| named("variance_percent").map(What::VariancePercent))
        .or_else(|| named("attainment").map(What::Attainment))?;
    Some(Drawn {
        what,
        id: node.text_of("id").cloned(),
        growth: node.text_of("growth").and_then(|name| GrowthOver::parse(name)),
        label: words(node.get("label")),
        prior: node.get("prior").map(|prior| flag(Some(prior))),
        format: format(node),
        place: node.place.clone(),
    })
}

fn rows(reader: &mut Reader, node: &Node) -> Option<Vec<RowSpec>> {
    let all = node.get("rows").map(Node::items).unwrap_or_default();
    if all.is_empty() {
        let told = Finding::new(&MISSING_KEY, node.place.clone(), "a table of periods needs `rows`");
        reader.found.push(told.hint("add `rows: [{header: Sales, metric: gmv}]`"));
        return None;
    }
    let row = |item: &Node| {
        let emphasis = ids(item.get("emphasis"));
        let set = |name: &str| emphasis.iter().any(|known| &**known == name);
        RowSpec {
            header: words(item.get("header")),
            drawn: drawn(item),
            strong: set("strong"),
            italic: set("italic"),
            shade: flag(item.get("shade")),
            align: item.text_of("align").cloned(),
        }
    };
    Some(all.iter().map(row).collect())
}
