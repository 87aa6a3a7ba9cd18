//! `limits:` of a metric: a preset, and what differs from it.

use super::{Reader, date, flag, grain, place_of, whole, words};
use crate::diag::Finding;
use crate::plan::limits::{CHARTS, MEDIAN_FACTORS};
use crate::plan::yaml::check::{MISSING_KEY, UNFIT_VALUE};
use crate::plan::yaml::shape::{self, Kind, Shape, optional, required};
use crate::plan::yaml::tree::{Content, Node};
use crate::plan::{
    Average, ControlChart, Deseason, Gap, LimitBaseline, Limits, Near, NearLine, Preset, Rebase, SeasonPart,
    Trended, amount,
};
use crate::time::Grain;
use crate::unit::{Quantity, Unit};

/// What stands under `limits:`.
pub static LIMITS: Kind =
    Kind::OneOf(&[Kind::Enum(&["wheeler", "nhs", "nelson", "off"]), Kind::Object(&SHAPE)]);

const NUMBER_OR_OFF: Kind = Kind::OneOf(&[Kind::Enum(&["off"]), Kind::Of(&shape::COUNT)]);
const ON_OR_OFF: Kind = Kind::OneOf(&[Kind::Enum(&["on", "off"]), Kind::Of(&shape::BOOL)]);

static SHAPE: Shape = Shape {
    name: "`limits`",
    about: "Process limits: what the metric does by itself, so that a signal can be told from noise.",
    fields: &[
        optional("preset", Kind::Enum(Preset::NAMES), "Set of rules; wheeler if absent."),
        optional("chart", Kind::Enum(CHARTS), "How limits follow from the values; xmr if absent."),
        optional("grain", Kind::Enum(super::GRAINS), "How finely; a week if absent."),
        optional(
            "baseline",
            Kind::OneOf(&[Kind::Enum(&["all"]), Kind::Object(&BASELINE)]),
            "Which points limits are made of; all of a segment if absent.",
        ),
        optional(
            "lock_after",
            Kind::Of(&shape::COUNT),
            "Limits stay as they are at the first so many points.",
        ),
        optional("screen_mr", Kind::Of(&shape::BOOL), "Great moving ranges are left out, once."),
        optional(
            "rules",
            Kind::Object(&RULES),
            "When a point is a signal; what is not named is as in the preset.",
        ),
        optional("deseason", Kind::Object(&DESEASON), "A season to take out before judging."),
        optional(
            "trended",
            Kind::OneOf(&[Kind::Enum(&["reduced"]), Kind::Of(&shape::BOOL)]),
            "The centre follows a straight line; `reduced`: its slope is taken out of the moving range.",
        ),
        optional("gap", Kind::Enum(&["break", "bridge"]), "What a missing period does; break if absent."),
        optional("min", Kind::Amount, "No value can be lower: there is no low signal at it."),
        optional("max", Kind::Amount, "No value can be higher."),
        optional("rebase", Kind::List(&Kind::Object(&REBASE)), "Where limits begin anew, and why."),
        optional("firm_at", Kind::Of(&shape::COUNT), "From so many points on limits are firm; 12 if absent."),
        optional(
            "coarse_below",
            Kind::Of(&shape::COUNT),
            "Fewer possible values of the moving range are told as coarse; 4 if absent.",
        ),
    ],
};

static BASELINE: Shape = Shape {
    name: "`baseline`",
    about: "Which points limits are made of.",
    fields: &[
        optional("first", Kind::Of(&shape::COUNT), "The first so many of each segment; or `from` and `to`."),
        optional("from", Kind::Of(&shape::DATE), "First day."),
        optional("to", Kind::Of(&shape::DATE), "Last day."),
    ],
};

static RULES: Shape = Shape {
    name: "`rules` of limits",
    about: "When a point is a signal.",
    fields: &[
        optional("outside", ON_OR_OFF, "Beyond a limit."),
        optional("mr_outside", ON_OR_OFF, "A step from the point before beyond the limit of steps."),
        optional("run", NUMBER_OR_OFF, "So many in a row on one side of the centre."),
        optional(
            "near",
            Kind::Any,
            "So many of so many beyond a line: `[3, 4, quarter]`, `[2, 3, two_sigma]`, `[4, 5, one_sigma]`; several in a list, or `off`.",
        ),
        optional(
            "strict",
            Kind::Of(&shape::BOOL),
            "`near` leaves out points beyond the limit and wants its window on one side.",
        ),
        optional("mark", Kind::Enum(&["members", "all"]), "What `near` marks; members if absent."),
        optional("trend", NUMBER_OR_OFF, "So many in a row rising or falling."),
        optional("anhoej", ON_OR_OFF, "Runs too long or crossings too few for the number of points."),
    ],
};

static DESEASON: Shape = Shape {
    name: "`deseason`",
    about: "A season to take out before judging.",
    fields: &[
        optional("period", Kind::Enum(&["week", "year"]), "What repeats; it follows from `by` if absent."),
        required("by", Kind::Enum(&["weekday", "month", "quarter"]), "Parts that differ from each other."),
        optional("min_cycles", Kind::Of(&shape::COUNT), "Whole cycles needed; 2 if absent, and never fewer."),
    ],
};

static REBASE: Shape = Shape {
    name: "a rebase",
    about: "A new beginning of the limits.",
    fields: &[
        required("date", Kind::Of(&shape::DATE), "The period with this day is the first of the new segment."),
        required("reason", Kind::Words, "Why the process is another one now."),
        optional("change", Kind::Of(&shape::TEXT), "The change it belongs to: a pull request, a ticket."),
    ],
};

/// Reads what stands under `limits:`. `Some(None)` switches them off; the outer `None` is a finding.
pub(super) fn limits(reader: &mut Reader, node: &Node, metric: &str, unit: &Unit) -> Option<Option<Limits>> {
    let Some(given) = node.get("limits") else { return Some(Some(Limits::default())) };
    if let Some(word) = given.text() {
        let preset = Preset::parse(word).map(Preset::limits);
        return Some(preset.map(|limits| Limits { place: Some(given.place.clone()), ..limits }));
    }
    let preset = given.text_of("preset").and_then(|name| Preset::parse(name)).unwrap_or(Preset::Wheeler);
    let mut limits = Limits { place: Some(given.place.clone()), ..preset.limits() };
    chart(&mut limits, given.text_of("chart").map_or("xmr", |name| name));
    limits.grain = grain(given.get("grain"));
    limits.baseline = baseline(reader, given)?;
    limits.lock_after = whole(given.get("lock_after"));
    if given.get("screen_mr").is_some() {
        limits.screen = flag(given.get("screen_mr"));
    }
    if let Some(written) = given.get("rules") {
        rules(reader, written, &mut limits)?;
    }
    limits.trended = match given.text_of("trended").map(|text| &**text) {
        Some("true") => Trended::Line,
        Some("reduced") => Trended::Reduced,
        _ => Trended::No,
    };
    if given.text_of("gap").is_some_and(|word| &**word == "bridge") {
        limits.gap = Gap::Bridge;
    }
    limits.min = bound(reader, given, "min", metric, unit)?;
    limits.max = bound(reader, given, "max", metric, unit)?;
    limits.firm_at = whole(given.get("firm_at")).unwrap_or(limits.firm_at);
    limits.coarse_below = whole(given.get("coarse_below")).unwrap_or(limits.coarse_below);
    for entry in given.get("rebase").map(Node::items).unwrap_or_default() {
        limits.rebase.push(Rebase {
            on: date(entry.get("date"))?,
            reason: words(entry.get("reason")),
            change: entry.text_of("change").cloned(),
        });
    }
    limits.rebase.sort_by_key(|rebase| rebase.on);
    limits.deseason = deseason(given);
    fits(reader, given, &limits)?;
    Some(Some(limits))
}

fn chart(limits: &mut Limits, name: &str) {
    limits.chart = match name {
        "p" => ControlChart::P,
        "pprime" => ControlChart::PPrime,
        "u" => ControlChart::U,
        "uprime" => ControlChart::UPrime,
        "g" => ControlChart::G,
        "t" => ControlChart::T,
        "run" => ControlChart::Run,
        _ => ControlChart::Xmr,
    };
    if name == "median_xmr" {
        (limits.center, limits.spread) = (Average::Median, Average::Median);
        limits.factors = MEDIAN_FACTORS;
    }
}

fn baseline(reader: &mut Reader, node: &Node) -> Option<LimitBaseline> {
    let Some(given) = node.get("baseline").filter(|given| given.text().is_none()) else {
        return Some(LimitBaseline::All);
    };
    let days = date(given.get("from")).zip(date(given.get("to")));
    match (whole(given.get("first")), days) {
        (Some(first), None) => Some(LimitBaseline::First(first)),
        (None, Some((from, to))) if from <= to => Some(LimitBaseline::Days(from, to)),
        _ => {
            let told = "a baseline has either `first` or both `from` and a later `to`";
            let finding = Finding::new(&MISSING_KEY, given.place.clone(), told);
            reader.found.push(finding.hint("write `{first: 20}` or `{from: 2026-01-05, to: 2026-06-28}`"));
            None
        }
    }
}

/// Changes what is written; `on` takes what the preset `wheeler` says.
fn rules(reader: &mut Reader, node: &Node, limits: &mut Limits) -> Option<()> {
    let rules = &mut limits.rules;
    let on = |key: &str| node.text_of(key).map(|text| matches!(&**text, "on" | "true"));
    rules.outside = on("outside").unwrap_or(rules.outside);
    rules.mr_outside = on("mr_outside").unwrap_or(rules.mr_outside);
    rules.anhoej = on("anhoej").unwrap_or(rules.anhoej);
    for (key, rule) in [("run", &mut rules.run), ("trend", &mut rules.trend)] {
        if node.get(key).is_some() {
            *rule = whole(node.get(key)).filter(|count| *count > 0);
        }
    }
    if let Some(given) = node.get("near") {
        rules.near = near(reader, given)?;
    }
    for one in &mut rules.near {
        if node.get("strict").is_some() {
            one.strict = flag(node.get("strict"));
        }
        one.mark_all = node.text_of("mark").is_some_and(|word| &**word == "all");
    }
    Some(())
}

fn near(reader: &mut Reader, node: &Node) -> Option<Vec<Near>> {
    if node.text().is_some_and(|word| matches!(&**word, "off" | "false")) {
        return Some(Vec::new());
    }
    let several = node.items().iter().any(|item| matches!(item.content, Content::Seq(_)));
    let all = if several { node.items() } else { std::slice::from_ref(node) };
    let one = |node: &Node| {
        let [points, window, line] = node.items() else { return None };
        let line = match &**line.text()? {
            "quarter" => NearLine::Quarter,
            "two_sigma" | "near" => NearLine::TwoSigma,
            "one_sigma" => NearLine::OneSigma,
            _ => return None,
        };
        let (points, window) = (whole(Some(points))?, whole(Some(window))?);
        let fits = points > 0 && points <= window;
        fits.then_some(Near { points, window, line, strict: false, mark_all: false })
    };
    let read: Option<Vec<Near>> = all.iter().map(one).collect();
    if read.is_none() {
        let finding =
            Finding::new(&UNFIT_VALUE, node.place.clone(), "`near` is no count of points beyond a line");
        reader.found.push(finding.hint(
            "write `[3, 4, quarter]`: 3 of 4 beyond the line `quarter`, `two_sigma` or `one_sigma`; several in a list, or `off`",
        ));
    }
    read
}

/// An amount in the metric's unit; the outer `None` is a finding.
fn bound(reader: &mut Reader, node: &Node, key: &str, metric: &str, unit: &Unit) -> Option<Option<f64>> {
    let Some(given) = node.get(key) else { return Some(None) };
    let read = amount::parse_for(given.text()?, &given.place, metric, unit, "its bound");
    let value = read.into_value(&mut reader.found)?;
    Some(Some(Quantity::Exact(value).as_f64()))
}

fn deseason(node: &Node) -> Option<Deseason> {
    let given = node.get("deseason")?;
    let by = match &**given.text_of("by")? {
        "weekday" => SeasonPart::Weekday,
        "quarter" => SeasonPart::Quarter,
        _ => SeasonPart::Month,
    };
    Some(Deseason { by, min_cycles: whole(given.get("min_cycles")).unwrap_or(2).max(2) })
}

/// What cannot go together.
fn fits(reader: &mut Reader, node: &Node, limits: &Limits) -> Option<()> {
    let individual = matches!(limits.chart, ControlChart::Xmr | ControlChart::Run);
    let period = node.get("deseason").and_then(|given| given.text_of("period"));
    let grain = limits.grain.unwrap_or(Grain::Week);
    let fine = match limits.deseason.map(|season| season.by) {
        Some(SeasonPart::Weekday) => grain == Grain::Day && period.is_none_or(|period| &**period == "week"),
        Some(SeasonPart::Month) => grain <= Grain::Month && period.is_none_or(|period| &**period == "year"),
        Some(SeasonPart::Quarter) => {
            grain <= Grain::Quarter && period.is_none_or(|period| &**period == "year")
        }
        None => true,
    };
    let (key, told, hint) = if limits.deseason.is_some() && !individual {
        (
            "deseason",
            "a season is taken out of single values only",
            "use `chart: xmr`, or leave `deseason` out",
        )
    } else if limits.trended != Trended::No && limits.chart != ControlChart::Xmr {
        (
            "trended",
            "only a chart of single values can follow a line",
            "use `chart: xmr`, or leave `trended` out",
        )
    } else if !fine {
        (
            "deseason",
            "the parts of the season do not fit its cycle or the grain",
            "weekdays repeat in a week and need `grain: day`; months and quarters repeat in a year",
        )
    } else if limits.firm_at < limits.possible_at {
        ("firm_at", "limits cannot be firm with fewer points than they need", "write 5 or more")
    } else if limits.lock_after.is_some_and(|lock| lock < limits.possible_at) {
        ("lock_after", "limits cannot be locked at fewer points than they need", "write 5 or more")
    } else {
        return Some(());
    };
    reader.found.push(Finding::new(&UNFIT_VALUE, place_of(node, key), told).hint(hint));
    None
}
