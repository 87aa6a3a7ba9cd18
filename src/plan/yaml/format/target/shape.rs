//! What a file of targets may say: every key of a target with what it takes. The manual and the schema come from here.

use crate::plan::yaml::format::GRAINS;
use crate::plan::yaml::shape::{self, Field, Kind, Known, Shape, optional, required};

const AMOUNT: Kind = Kind::Amount;
const TWO: Kind = Kind::List(&AMOUNT);
const TEXT: Kind = Kind::Of(&shape::TEXT);
const DATE: Kind = Kind::Of(&shape::DATE);
const PERIOD: Kind = Kind::Of(&shape::PERIOD);
const VALUE: Kind = Kind::OneOf(&[AMOUNT, Kind::Object(&GROWTH)]);
const RED: Kind = Kind::OneOf(&[AMOUNT, TWO]);
const STATUS: Kind = Kind::OneOf(&[Kind::Enum(STATES), Kind::Object(&STATUS_MAP)]);
const WEIGHT: Kind = Kind::OneOf(&[AMOUNT, Kind::List(&Kind::Object(&WEIGHT_FROM))]);
const RESOURCES: Kind = Kind::Many(&Kind::OneOf(&[TEXT, Kind::Object(&RESOURCE)]));

/// Words for the status.
pub(super) const STATES: &[&str] = &["active", "paused", "disputed", "achieved", "dropped"];

/// `targets/*.yaml`.
pub static FILE: Shape = Shape {
    name: "a file of targets",
    about: "What is promised.",
    fields: &[optional("targets", Kind::Entries(&[&TARGET]), "Targets.")],
};

/// One target, template or split.
pub(super) static TARGET: Shape = Shape {
    name: "a target",
    about: "A value for a metric, a scope and a period.",
    fields: &[
        optional("id", Kind::Of(&shape::IDENT), "Its name; made from metric, period and scope if absent."),
        required("metric", Kind::Ref(Known::Metric), "The metric."),
        optional("scope", Kind::Scope, "For whom; the company if absent."),
        optional("period", PERIOD, "When."),
        optional("value", VALUE, "How much; or `between:`."),
        optional("between", TWO, "Between which two values, both included."),
        optional("stretch", AMOUNT, "More than asked."),
        optional("red", RED, "Beyond this it is off target; for a range both ends."),
        optional("owner", Kind::Ref(Known::Person), "Who answers for it."),
        optional("parent", TEXT, "The target this one is a part of."),
        optional(
            "status",
            STATUS,
            "Whether it is pursued; active if absent. Paused, disputed and dropped ones are shown and not judged.",
        ),
        optional(
            "phase",
            PHASE,
            "How it is spread over months and days; a calendar by name is `days:` alone.",
        ),
        optional("glide", Kind::Object(&GLIDE), "A path towards the value, for metrics that do not add up."),
        optional(
            "revisions",
            Kind::List(&Kind::Object(&REVISION)),
            "Later values; the first one is kept and shown.",
        ),
        optional("resources", RESOURCES, "What stands behind it."),
        optional("split", Kind::Object(&SPLIT), "Shares it out over the members of a level."),
        optional("for_each", Kind::Ref(Known::Level), "One target for each member of this level."),
        optional("overrides", Kind::Map(&Kind::Object(&OVERRIDE)), "What differs for a member."),
        optional(
            "series",
            Kind::Object(&SERIES),
            "Targets day by day from a source, with their own dates; no `value:`, and no `period:` either unless only a part of them counts.",
        ),
        optional("buffer", AMOUNT, "By which share its parts may promise more than it: `5%`."),
        optional(
            "baseline",
            Kind::OneOf(&[TEXT, Kind::Object(&BASELINE)]),
            "Where it started: an amount, or a period in which it was measured.",
        ),
        optional(
            "derive",
            Kind::List(&Kind::Object(&DERIVE)),
            "What follows from it, planned backwards step by step.",
        ),
        optional("contributes", TEXT, "How it serves its parent, where that is another metric."),
        optional("tags", Kind::Many(&TEXT), "Strategies it belongs to."),
        optional("cadence", Kind::Enum(GRAINS), "How often it is looked at."),
        optional("checkpoints", Kind::Many(&DATE), "Days on which it is looked at besides."),
        optional("forecast", Kind::Object(&FORECAST), "How it is forecast."),
        optional("weight", WEIGHT, "Importance among its siblings, or a list of it with dates."),
        optional("ack", Kind::Many(&Kind::Object(&ACK)), "Who saw and accepted it, and when."),
        optional("sign", Kind::Many(&Kind::Ref(Known::Person)), "Who has to accept it."),
        optional("probability", AMOUNT, "How sure its authors are, up to `100%`."),
        optional(
            "smart",
            Kind::Object(&SMART),
            "Letters of SMART its authors answer themselves, each with a sentence.",
        ),
        optional("note", Kind::Words, "Why."),
    ],
};

static GROWTH: Shape = Shape {
    name: "a growth",
    about: "More than was measured in a past period.",
    fields: &[
        required("growth", AMOUNT, "By which share: `5%`."),
        optional(
            "of",
            Kind::Enum(&["daily_average", "total"]),
            "What grows: the average of a day with data (if absent), or the total.",
        ),
        required("baseline", PERIOD, "The past period."),
    ],
};

static STATUS_MAP: Shape = Shape {
    name: "a status",
    about: "Whether a target is pursued, since when and why.",
    fields: &[
        required("state", Kind::Enum(STATES), "Which."),
        optional("reason", TEXT, "Why."),
        optional("date", DATE, "Since when."),
    ],
};

const PHASE: Kind = Kind::OneOf(&[Kind::Ref(Known::Season), Kind::Object(&PHASE_MAP)]);

static PHASE_MAP: Shape = Shape {
    name: "a phasing",
    about: "How a target is spread over months and days, in whole steps of its smallest unit that add up to it.",
    fields: &[
        optional(
            "months",
            Kind::OneOf(&[Kind::List(&AMOUNT), Kind::Map(&AMOUNT)]),
            "Weights of its months in order, or amounts of some of them; the others share what is left.",
        ),
        optional("days", Kind::Ref(Known::Season), "Calendar with the weights of days."),
        optional(
            "anchor",
            Kind::Enum(&["month", "year"]),
            "`month`: first to months, then to days; `year`: straight to days, as without `months`.",
        ),
        optional(
            "rounding",
            Kind::Enum(&["largest_remainder", "cumulative"]),
            "How fractions of the smallest unit are shared out; both keep the sum.",
        ),
        optional(
            "explicit",
            Kind::Map(&AMOUNT),
            "Values of parts of the period, for metrics that do not add up.",
        ),
        optional("at", Kind::Enum(&["end_of_period"]), "A stock is judged by its last day."),
    ],
};

static GLIDE: Shape = Shape {
    name: "a glide",
    about: "A path from one value to the target's.",
    fields: &[
        required("from", AMOUNT, "The value on the eve of the period."),
        optional(
            "curve",
            Kind::Enum(&["linear", "steps"]),
            "The same step each day, or at the start of each month.",
        ),
    ],
};

static REVISION: Shape = Shape {
    name: "a revision",
    about: "A later value for the whole period. Days before its date keep what they had.",
    fields: &[
        required("date", DATE, "First day it holds for."),
        optional("value", VALUE, "How much for the whole period; unchanged if absent."),
        optional("between", TWO, "The same for a range."),
        optional("stretch", AMOUNT, "Stretch from then on."),
        optional("red", RED, "Red line from then on."),
        optional("reason", Kind::Words, "Why."),
        optional("by", Kind::Ref(Known::Person), "Who decided."),
    ],
};

static RESOURCE: Shape = Shape {
    name: "a resource",
    about: "What stands behind a target.",
    fields: &[
        optional("kind", Kind::Of(&shape::IDENT), "`budget`, `tool`, `people` …"),
        optional("text", Kind::Words, "What, in words."),
        optional("amount", TEXT, "How much was asked."),
        optional("granted", TEXT, "`true`, `false`, or the share of it that was granted: `50%`."),
    ],
};

static BASELINE: Shape = Shape {
    name: "a baseline",
    about: "The period whose value is the start; the long form, for years that look like numbers.",
    fields: &[required("period", PERIOD, "The period.")],
};

static DERIVE: Shape = Shape {
    name: "a step of planning backwards",
    about: "Sales by price are units, units by conversion are sessions, sales times ad share are the ad budget.",
    fields: &[
        required("metric", Kind::Ref(Known::Metric), "The metric worked out."),
        optional("from", Kind::Ref(Known::Metric), "From which step; the one before if absent."),
        optional("divide_by", Kind::Ref(Known::Metric), "The metric it is divided by; or `times`."),
        optional("times", Kind::Ref(Known::Metric), "The metric it is multiplied with; or `divide_by`."),
        optional("assume", AMOUNT, "What that metric will be; what was measured if absent."),
    ],
};

static FORECAST: Shape = Shape {
    name: "a forecast",
    about: "How a target is forecast.",
    fields: &[
        optional(
            "method",
            Kind::Enum(&["linear", "seasonal", "recent"]),
            "At the pace so far; at the share of the plan reached so far (if absent); at that of the last days.",
        ),
        optional("interval", AMOUNT, "Share of outcomes the interval shall hold; 80% if absent."),
        optional("window", Kind::Of(&shape::COUNT), "Days the recent speed is taken from; 28 if absent."),
        optional("near", AMOUNT, "From this share of the target on a forecast is near; 95% if absent."),
    ],
};

static WEIGHT_FROM: Shape = Shape {
    name: "a weight",
    about: "A weight that holds from a day on.",
    fields: &[
        optional("date", DATE, "First day it holds for; from the beginning if absent."),
        required("value", AMOUNT, "The weight."),
    ],
};

static ACK: Shape = Shape {
    name: "an acknowledgement",
    about: "Somebody saw and accepted the target.",
    fields: &[required("by", Kind::Ref(Known::Person), "Who."), required("date", DATE, "When.")],
};

static SMART: Shape = Shape {
    name: "`smart`",
    about: "Letters of SMART, each answered with a sentence.",
    fields: &[
        optional("S", TEXT, "Specific: what exactly."),
        optional("M", TEXT, "Measurable: how it is known."),
        optional("A", TEXT, "Attainable: why it can be done."),
        optional("R", TEXT, "Relevant: what it serves."),
        optional("T", TEXT, "Timed: until when and how often it is looked at."),
    ],
};

static SERIES: Shape = Shape {
    name: "a series",
    about: "Targets that come with their own dates, as a column of a source.",
    fields: &[
        required("source", Kind::Ref(Known::Table), "Where they lie."),
        required("value", Kind::Of(&shape::FORMULA), "An aggregate over its columns, such as `sum(orders)`."),
        optional("where", Kind::Of(&shape::FORMULA), "Which rows count."),
    ],
};

const SHARE: Kind = Kind::Map(&Kind::OneOf(&[AMOUNT, Kind::Map(&AMOUNT)]));
const REST: Kind = Kind::Enum(&["keep", "rescale"]);

/// Fields of a split, at each depth the same but for the last.
macro_rules! split {
    ($($then:expr)?) => {
        &[
            required("by", Kind::Ref(Known::Level), "The level."),
            required("share", SHARE, "Member → share; shares are relative to their sum. Below another split also by member of that."),
            optional(
                "scope",
                Kind::Enum(&["within", "member"]),
                "`within`: a part is for its member within the scope of the whole (if absent); `member`: for its member alone.",
            ),
            optional("owners", Kind::Map(&Kind::Ref(Known::Person)), "Member → who answers for its part."),
            optional("rest", REST, "Where a written target replaces a part: the others keep their shares (if absent), or share out what is left."),
            $(optional("then", Kind::Object($then), "Shares the parts out further."),)?
        ]
    };
}

static SPLIT: Shape = Shape {
    name: "a split",
    about: "Shares a target out over the members of a level; the parts add up exactly, and so do their revisions.",
    fields: split!(&THEN),
};

static THEN: Shape = Shape {
    name: "a split of parts",
    about: "Shares the parts of a split out further.",
    fields: split!(&LAST),
};

static LAST: Shape = Shape {
    name: "a split of parts of parts",
    about: "Shares the parts out once more; deeper trees are written as targets with `parent:`.",
    fields: split!(),
};

static OVERRIDE: Shape =
    Shape { name: "an override", about: "What differs for one member of a template.", fields: OVERRIDDEN };

/// Keys of a target that a member may have its own of.
pub(super) static OVERRIDDEN: &[Field] = &[
    optional("value", VALUE, "How much."),
    optional("between", TWO, "Between which two values."),
    optional("stretch", AMOUNT, "More than asked."),
    optional("red", RED, "Beyond this it is off target."),
    optional("owner", Kind::Ref(Known::Person), "Who answers for it."),
    optional("parent", TEXT, "The target it is a part of."),
    optional("status", STATUS, "Whether it is pursued."),
    optional("phase", PHASE, "How it is spread over months and days."),
    optional("glide", Kind::Object(&GLIDE), "A path towards the value."),
    optional("revisions", Kind::List(&Kind::Object(&REVISION)), "Later values."),
    optional("resources", RESOURCES, "What stands behind it."),
    optional("baseline", Kind::OneOf(&[TEXT, Kind::Object(&BASELINE)]), "Where it started."),
    optional("weight", WEIGHT, "Importance among its siblings."),
    optional("ack", Kind::Many(&Kind::Object(&ACK)), "Who accepted it."),
    optional("sign", Kind::Many(&Kind::Ref(Known::Person)), "Who has to accept it."),
    optional("probability", AMOUNT, "How sure its authors are."),
    optional("note", Kind::Words, "Why it differs; without it the difference is reported."),
];
