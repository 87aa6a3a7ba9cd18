//! `scorecards/*.yaml`: how the work of a person or of everybody of a role is scored. One card a file; something wrong
//! in it costs that card only.

mod read;

use super::{GRAINS, Item, Reader, date, grain, words, words_or};
use crate::diag::Finding;
use crate::plan::Id;
use crate::plan::scorecard::{Scorecard, SignOff, Whom};
use crate::plan::yaml::File;
use crate::plan::yaml::check::{MISSING_KEY, UNFIT_VALUE};
use crate::plan::yaml::shape::{self, Field, Kind, Known, Shape, optional, required};
use crate::plan::yaml::tree::Node;
use crate::unit::Unit;
use std::collections::BTreeMap;

const AMOUNT: Kind = Kind::Amount;
const TWO: Kind = Kind::List(&AMOUNT);
const SCOPE: Kind = Kind::OneOf(&[Kind::Enum(&["company"]), Kind::Scope]);
const DATED_WEIGHT: Kind = Kind::Object(&DATED);
const DATED_WEIGHTS: Kind = Kind::List(&DATED_WEIGHT);
const WEIGHT: Kind = Kind::OneOf(&[AMOUNT, DATED_WEIGHTS]);
const ONE_ITEM: Kind = Kind::Object(&ITEM);
const ALL_ITEMS: Kind = Kind::List(&ONE_ITEM);
const ONE_GROUP: Kind = Kind::Object(&GROUP);
const ALL_GROUPS: Kind = Kind::List(&ONE_GROUP);
const CARRIED: Kind = Kind::Object(&CARRY);
const WITHOUT: Kind = Kind::OneOf(&[Kind::Enum(&["exclude", "zero"]), CARRIED]);
const ONE_VETO: Kind = Kind::Object(&VETO);
const VETOES: Kind = Kind::Many(&ONE_VETO);
const ONE_BAND: Kind = Kind::Object(&BAND);
const ALL_BANDS: Kind = Kind::List(&ONE_BAND);
const ONE_DEDUCTION: Kind = Kind::Object(&DEDUCTION);
const ALL_DEDUCTIONS: Kind = Kind::List(&ONE_DEDUCTION);

const TITLE: Field = optional("title", Kind::Words, "Name to show; the metric's if absent.");
const WEIGHED: Field = optional(
    "weight",
    WEIGHT,
    "How much it counts among its siblings: `40%`, or `[{value: 40%}, {from: 2026-01-01, value: 30%}]`.",
);
const WHERE: Field =
    optional("scope", SCOPE, "For whom: `{store: jp1}` or `company`; what the person answers for if absent.");
const ITEMS: Field = optional("items", ALL_ITEMS, "What is scored.");
const GROUPS: Field = optional("groups", ALL_GROUPS, "Headings that share a weight among their items.");
const MISSING: Field = optional(
    "missing",
    WITHOUT,
    "What becomes of an item without a value: it is left out (`exclude`), counts as `zero`, or keeps its last score.",
);
const VETO_KEY: Field = optional("veto", VETOES, "Gates that hold the coefficient down.");
const BANDS: Field = optional("bands", ALL_BANDS, "What coefficient a score earns.");
const BONUS: Field = optional("bonus", AMOUNT, "Paid at coefficient 1; or `commission:`.");
const COMMISSION_KEY: Field =
    optional("commission", Kind::Object(&COMMISSION), "A share of a metric by marginal tiers; or `bonus:`.");
const DEDUCTIONS: Field =
    optional("deductions", ALL_DEDUCTIONS, "What is taken off for each whole step beyond a limit.");
const SCALE: Field = optional(
    "scale",
    Kind::Enum(&["1", "10", "100"]),
    "Full points as `steps` and `state` are written; 1 if absent.",
);

/// `scorecards/*.yaml`.
pub static FILE: Shape = Shape {
    name: "a scorecard",
    about: "How a person, or everybody of a role, is scored, and what the score is worth.",
    fields: &[
        TITLE,
        optional("about", Kind::Words, "What the card is for."),
        optional("role", Kind::Of(&shape::IDENT), "One card for each person of this role; or `person:`."),
        optional("person", Kind::Ref(Known::Person), "Whose card it is; it stands in place of the role's."),
        required("period", Kind::Enum(GRAINS), "How long a period is."),
        optional(
            "from",
            Kind::Of(&shape::DATE),
            "First day it holds for; the first period with a score if absent.",
        ),
        ITEMS,
        GROUPS,
        SCALE,
        MISSING,
        VETO_KEY,
        BANDS,
        BONUS,
        COMMISSION_KEY,
        DEDUCTIONS,
        optional(
            "versions",
            Kind::List(&Kind::Object(&VERSION)),
            "Later rules. A period keeps those it began under; what a version does not name stays as it was.",
        ),
        optional("ack", Kind::List(&Kind::Object(&ACK)), "Who signed which period."),
    ],
};

static VERSION: Shape = Shape {
    name: "a version of the rules",
    about: "Rules that hold from a day on.",
    fields: &[
        required("from", Kind::Of(&shape::DATE), "First day; a period that began earlier keeps its rules."),
        optional(
            "retroactive",
            Kind::Of(&shape::BOOL),
            "They hold for the period that contains `from`, too; the card says so.",
        ),
        optional("note", Kind::Words, "Why."),
        ITEMS,
        GROUPS,
        SCALE,
        MISSING,
        VETO_KEY,
        BANDS,
        BONUS,
        COMMISSION_KEY,
        DEDUCTIONS,
    ],
};

static GROUP: Shape = Shape {
    name: "a group of items",
    about: "Items under one heading; their weights are shares of its weight.",
    fields: &[
        required("title", Kind::Words, "Its heading."),
        WEIGHED,
        required("items", Kind::List(&Kind::Object(&ITEM)), "What is scored."),
    ],
};

static ITEM: Shape = Shape {
    name: "an item",
    about: "One line of a scorecard.",
    fields: &[
        optional("id", Kind::Of(&shape::IDENT), "Its name on the card; the metric's if absent."),
        TITLE,
        optional(
            "metric",
            Kind::Ref(Known::Metric),
            "What is measured; absent where somebody judges by hand.",
        ),
        WHERE,
        WEIGHED,
        required(
            "score",
            Kind::OneOf(&[
                Kind::Enum(&["target_red", "linear", "binary", "range", "state", "unscored"]),
                Kind::Object(&SCORE),
            ]),
            "How a value becomes points.",
        ),
        optional(
            "incentive",
            Kind::OneOf(&[Kind::Object(&NOTHING), Kind::Words]),
            "What it leads to: `bonus`, `commission` or the name of another rule, or `{none: why}`.",
        ),
        optional("given", Kind::List(&Kind::Object(&GIVEN)), "Judgements by hand, by a word of `state`."),
    ],
};

static SCORE: Shape = Shape {
    name: "a score function",
    about: "How a value becomes points; one of the keys.",
    fields: &[
        optional(
            "target_red",
            Kind::Object(&TARGET_RED),
            "6.67 of 10 at the target, 3.33 at the red line, straight between 0 and 10.",
        ),
        optional(
            "linear",
            Kind::Object(&LINEAR),
            "Nothing at `base`, 1 at the target; without a base the attainment.",
        ),
        optional("binary", Kind::Object(&BINARY), "All or nothing."),
        optional(
            "steps",
            Kind::List(&Kind::Object(&STEP)),
            "The points of the last step whose value is reached.",
        ),
        optional("range", Kind::Object(&RANGE), "Full within the range, nothing from the red ends on."),
        optional(
            "state",
            Kind::Map(&AMOUNT),
            "Points by word: `exceed`, `on`, `near`, `off`, or those of `given`.",
        ),
    ],
};

static TARGET_RED: Shape = Shape {
    name: "`target_red`",
    about: "Two values in place of those of the target.",
    fields: &[
        optional("target", AMOUNT, "In place of the target's value."),
        optional("red", AMOUNT, "In place of its red line."),
    ],
};

static LINEAR: Shape = Shape {
    name: "`linear`",
    about: "From nothing to the target on a straight line.",
    fields: &[
        optional("base", AMOUNT, "Where points begin."),
        optional("target", AMOUNT, "In place of the target's value."),
        optional("cap", AMOUNT, "No more than this; 1.2 if absent."),
        optional("floor", AMOUNT, "No less than this; 0 if absent."),
    ],
};

static BINARY: Shape = Shape {
    name: "`binary`",
    about: "All at the target, else nothing.",
    fields: &[optional("target", AMOUNT, "In place of the target's value.")],
};

static RANGE: Shape = Shape {
    name: "`range`",
    about: "Two ranges in place of those of the target.",
    fields: &[
        optional("between", TWO, "Full points within."),
        optional("red", TWO, "No points from these ends on."),
    ],
};

static STEP: Shape = Shape {
    name: "a step",
    about: "Points from a value on.",
    fields: &[required("from", AMOUNT, "From this value on."), required("score", AMOUNT, "So many points.")],
};

static DATED: Shape = Shape {
    name: "a dated weight",
    about: "A weight from a day on.",
    fields: &[
        optional("from", Kind::Of(&shape::DATE), "First day; from the beginning if absent."),
        required("value", AMOUNT, "The weight."),
    ],
};

static NOTHING: Shape = Shape {
    name: "an incentive",
    about: "Why an item leads to nothing.",
    fields: &[required("none", Kind::Words, "Why.")],
};

static GIVEN: Shape = Shape {
    name: "a judgement",
    about: "What somebody says of an item that nothing measures.",
    fields: &[
        required("person", Kind::Ref(Known::Person), "Of whom."),
        required("period", Kind::Of(&shape::PERIOD), "When."),
        required("state", Kind::Of(&shape::TEXT), "A word of `state`."),
        optional("by", Kind::Ref(Known::Person), "Who judged."),
    ],
};

static CARRY: Shape = Shape {
    name: "`missing`",
    about: "The last score counts for some periods.",
    fields: &[required("carry", Kind::Of(&shape::COUNT), "For at most so many periods.")],
};

static VETO: Shape = Shape {
    name: "a gate",
    about: "While the condition holds, the coefficient is at most this.",
    fields: &[
        required("metric", Kind::Ref(Known::Metric), "What is looked at."),
        WHERE,
        required("when", Kind::Of(&shape::TEXT), "When it closes: `\">= 1%\"`."),
        required("cap_coefficient", AMOUNT, "The coefficient is at most this."),
    ],
};

static BAND: Shape = Shape {
    name: "a band",
    about: "Scores from its bound on, the bound included.",
    fields: &[
        required("min", AMOUNT, "From this score on; 100 is full."),
        required("k", AMOUNT, "The coefficient."),
        optional("name", Kind::Words, "What it is called."),
    ],
};

static COMMISSION: Shape = Shape {
    name: "`commission`",
    about: "A share of a metric; each rate counts for its own stretch only.",
    fields: &[
        required("of", Kind::Ref(Known::Metric), "The metric, an amount of money."),
        WHERE,
        required("tiers", Kind::List(&Kind::Object(&TIER)), "Rates, the first from 0."),
        optional(
            "coefficient",
            Kind::Of(&shape::BOOL),
            "Whether the coefficient of the score multiplies it.",
        ),
    ],
};

static TIER: Shape = Shape {
    name: "a tier",
    about: "A rate from an amount on.",
    fields: &[required("from", AMOUNT, "From this amount on."), required("rate", AMOUNT, "The rate.")],
};

static DEDUCTION: Shape = Shape {
    name: "a deduction",
    about: "What each whole step beyond a limit costs.",
    fields: &[
        required("metric", Kind::Ref(Known::Metric), "What is looked at."),
        WHERE,
        optional("above", AMOUNT, "Values above this are too high; or `below:`."),
        optional("below", AMOUNT, "Values below this are too low."),
        required("per", AMOUNT, "The size of a step: `1 pp` of a percentage."),
        required("cut", AMOUNT, "What a step costs: `5%` of the reward, or an amount."),
        optional("at_most", AMOUNT, "All steps together cost no more: `30%`."),
    ],
};

static ACK: Shape = Shape {
    name: "a signature",
    about: "Somebody saw a card and agrees.",
    fields: &[
        required("by", Kind::Ref(Known::Person), "Who."),
        required("period", Kind::Of(&shape::PERIOD), "Which period."),
        required("date", Kind::Of(&shape::DATE), "When."),
        optional("person", Kind::Ref(Known::Person), "On whose card; everybody's if absent."),
    ],
};

/// Reads a scorecard.
pub fn read(
    reader: &mut Reader,
    file: &File,
    id: &Id,
    units: &BTreeMap<Id, Unit>,
    all: &mut Vec<Item<Scorecard>>,
) {
    let read = |reader: &mut Reader, node: &Node| card(reader, node, id, units);
    all.extend(reader.item(file, &file.root, &FILE, read));
}

fn card(reader: &mut Reader, node: &Node, id: &Id, units: &BTreeMap<Id, Unit>) -> Option<Scorecard> {
    let whom = match (node.get("role"), node.get("person")) {
        (Some(role), None) => Whom::Role(role.text()?.clone()),
        (None, Some(person)) => Whom::Person(person.text()?.clone()),
        (Some(_), Some(person)) => {
            let told = Finding::new(
                &UNFIT_VALUE,
                person.place.clone(),
                "`role` and `person` say two different things",
            );
            reader.found.push(told.hint("keep one of the two"));
            return None;
        }
        (None, None) => {
            let told = Finding::new(&MISSING_KEY, node.place.clone(), "a scorecard needs `role` or `person`");
            reader.found.push(told.hint("add `role: advertising`, or `person: li.na`"));
            return None;
        }
    };
    let versions = read::versions(reader, node, units)?;
    let signed = node.get("ack").map(Node::items).unwrap_or_default().iter();
    Some(Scorecard {
        id: id.clone(),
        title: words_or(node.get("title"), id),
        about: words(node.get("about")),
        whom,
        period: grain(node.get("period"))?,
        from: date(node.get("from")),
        versions,
        signed: signed.filter_map(|node| sign_off(reader, node)).collect(),
        place: node.get("role").or_else(|| node.get("person")).unwrap_or(node).place.clone(),
    })
}

fn sign_off(reader: &Reader, node: &Node) -> Option<SignOff> {
    Some(SignOff {
        by: node.text_of("by")?.clone(),
        period: node.get("period").and_then(|period| reader.period(period))?,
        date: date(node.get("date"))?,
        person: node.text_of("person").cloned(),
    })
}
