//! `causes:` and `levers:` of a metric: why it moves, and what can be done about it.

use super::{Reader, grain, ids, place_of, words};
use crate::diag::Finding;
use crate::plan::cause::{self, Against, Causes, Drill, First, Lever, Method, TOLERANCE, Volume};
use crate::plan::formula;
use crate::plan::yaml::check::UNFIT_VALUE;
use crate::plan::yaml::shape::{self, Kind, Known, Shape, optional, required};
use crate::plan::yaml::tree::Node;
use crate::plan::{Id, amount};
use crate::time::Grain;
use crate::unit::Quantity;
use std::collections::BTreeMap;

/// What stands under `causes:`.
pub static CAUSES: Kind = Kind::OneOf(&[Kind::Object(&SHAPE), Kind::Of(&shape::FORMULA)]);

static SHAPE: Shape = Shape {
    name: "`causes`",
    about: "Why the metric moves: what it equals, and whose parts are told apart.",
    fields: &[
        optional(
            "identity",
            Kind::Of(&shape::FORMULA),
            "What it equals: sums and products of metrics; its own formula if absent.",
        ),
        optional("method", Kind::Enum(Method::NAMES), "How a product is split; auto if absent."),
        optional(
            "tolerance",
            Kind::Amount,
            "How far both sides may differ, as a part of the metric: `0.5%`; nothing if absent.",
        ),
        optional(
            "drill",
            Kind::Many(&Kind::OneOf(&[Kind::Object(&DRILL), Kind::Ref(Known::Level)])),
            "Levels whose members are told apart; store if absent.",
        ),
        optional(
            "first",
            Kind::Enum(First::NAMES),
            "Which level comes first: as written, or the one whose members' shares moved most (Jensen–Shannon divergence).",
        ),
        optional(
            "min_volume",
            Kind::Amount,
            "Members with less than this on both sides are told together; of a rate, its denominator counts.",
        ),
        optional("volume", Kind::Object(&VOLUME), "Price, volume and mix over the items of a level."),
        optional(
            "funnel",
            Kind::Many(&Kind::Ref(Known::Metric)),
            "Steps from the first to the last: `[impressions, clicks, ad_orders, ad_sales]`; rates lie between them.",
        ),
        optional(
            "break_even",
            Kind::Ref(Known::Metric),
            "The figure at which nothing is earned any more, in the same unit: a line beside the metric.",
        ),
        optional("compare", Kind::Many(&Kind::Enum(Against::NAMES)), "Compared with what; all if absent."),
        optional("grain", Kind::Enum(super::GRAINS), "How long the periods are; a week if absent."),
    ],
};

static DRILL: Shape = Shape {
    name: "a drill",
    about: "A level to look into.",
    fields: &[
        required("by", Kind::Ref(Known::Level), "The level."),
        optional(
            "of",
            Kind::Ref(Known::Metric),
            "A metric that stands for this one where its own source does not know the level.",
        ),
    ],
};

static VOLUME: Shape = Shape {
    name: "`volume`",
    about: "An amount as price times units, item by item, with new and lost items on their own.",
    fields: &[
        required("by", Kind::Ref(Known::Level), "The items: `sku`."),
        required("units", Kind::Ref(Known::Metric), "How many units."),
    ],
};

/// What stands under `levers:`, by metric.
pub static LEVERS: Kind = Kind::Map(&Kind::Object(&LEVER));

static LEVER: Shape = Shape {
    name: "a lever",
    about: "What can be done about a part, and who does it.",
    fields: &[
        optional("name", Kind::Words, "What the part is called in a sentence; the metric's name if absent."),
        optional("owner", Kind::Ref(Known::Person), "Who can do it; the metric's owner if absent."),
        optional("sop", Kind::Of(&shape::TEXT), "What to do: a file below `content/`."),
    ],
};

/// Reads both keys; `None` is a finding, `Some(None)` means that neither is written.
pub(super) fn causes(reader: &mut Reader, node: &Node, grain_of: Grain) -> Option<Option<Causes>> {
    let (given, levers) = (node.get("causes"), node.get("levers"));
    if given.is_none() && levers.is_none() {
        return Some(None);
    }
    let at = given.unwrap_or(node);
    let written = given.filter(|given| given.text().is_some()).or_else(|| given?.get("identity"));
    // Without an identity the metric's own formula is meant; over rows there is none.
    let formula = written.or_else(|| node.get("value").filter(|_| node.get("source").is_none()));
    let identity = match formula {
        None => None,
        Some(formula) => {
            let parsed = formula::parse_derived(formula.text()?, &formula.place);
            let parsed = super::metric::taken(reader, parsed)?;
            match cause::identity(&parsed) {
                Ok(identity) => Some(identity),
                Err(_) if written.is_none() => None,
                Err(what) => {
                    let told = format!("an identity is a sum or a product of metrics; this one holds {what}");
                    let finding = Finding::new(&UNFIT_VALUE, formula.place.clone(), told);
                    reader.found.push(finding.hint("name the parts: `sessions * unit_session_pct * asp`"));
                    return None;
                }
            }
        }
    };
    let options = given.filter(|given| given.text().is_none());
    let option = |key: &str| options.and_then(|options| options.get(key));
    let volume = option("volume").and_then(|volume| {
        Some(Volume { by: volume.text_of("by")?.clone(), units: volume.text_of("units")?.clone() })
    });
    let against: Vec<Against> =
        ids(option("compare")).iter().filter_map(|name| Against::parse(name)).collect();
    let drill = option("drill").map_or_else(|| vec![Drill::by("store")], drills);
    Some(Some(Causes {
        identity,
        formula: formula.and_then(Node::text).cloned().unwrap_or_default(),
        formula_at: formula.map_or_else(|| at.place.clone(), |formula| formula.place.clone()),
        method: option("method").and_then(Node::text).and_then(|n| Method::parse(n)).unwrap_or_default(),
        tolerance: option("tolerance").and_then(number).map_or(TOLERANCE, f64::abs),
        drill,
        first: option("first").and_then(Node::text).and_then(|n| First::parse(n)).unwrap_or_default(),
        min_volume: option("min_volume").and_then(number).unwrap_or(0.0),
        volume,
        against: if against.is_empty() { Against::ALL.to_vec() } else { against },
        grain: grain(option("grain")).unwrap_or(Grain::Week).max(grain_of),
        funnel: ids(option("funnel")),
        break_even: option("break_even").and_then(Node::text).cloned(),
        levers: read_levers(levers),
        place: if given.is_some() { place_of(node, "causes") } else { place_of(node, "levers") },
        implied: false,
    }))
}

fn drills(node: &Node) -> Vec<Drill> {
    let drill = |item: &Node| match item.text() {
        Some(level) => Some(Drill::by(level)),
        None => Some(Drill { by: item.text_of("by")?.clone(), of: item.text_of("of").cloned() }),
    };
    node.one_or_many().iter().filter_map(drill).collect()
}

/// A percentage is a part of one; a currency says nothing about how much.
fn number(node: &Node) -> Option<f64> {
    let amount = amount::parse(node.text()?, &node.place).value?;
    Some(Quantity::Exact(amount.value).as_f64())
}

fn read_levers(levers: Option<&Node>) -> BTreeMap<Id, Lever> {
    let entries = levers.map(Node::entries).unwrap_or_default();
    let lever = |node: &Node| Lever {
        name: words(node.get("name")),
        owner: node.text_of("owner").cloned(),
        sop: node.text_of("sop").map(|file| article(file)),
        place: node.place.clone(),
    };
    entries.iter().map(|(key, node)| (key.text.clone(), lever(node))).collect()
}

/// `content/sop/bids.en.md` and `sop/bids` are one article.
fn article(file: &str) -> Id {
    let name = file.trim_start_matches("./");
    let name = name.strip_prefix("content/").unwrap_or(name);
    let name = name.strip_suffix(".md").unwrap_or(name);
    let language = name.rsplit_once('.').filter(|(_, code)| crate::unit::Lang::parse(code).is_some());
    language.map_or(name, |(name, _)| name).into()
}
