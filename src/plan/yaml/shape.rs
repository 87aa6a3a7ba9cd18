//! How a file of the workspace is described: fields with kinds. The checker, the decoders' findings and the JSON
//! Schema all come from these tables.

use crate::time::{Calendar, parse_date, parse_period};
use crate::unit::{Attribution, Currency, Lang, Unit};

/// A map with known keys.
#[derive(Debug)]
pub struct Shape {
    /// What it describes, for messages: `a metric`.
    pub name: &'static str,
    /// One sentence for the manual.
    pub about: &'static str,
    /// Its keys.
    pub fields: &'static [Field],
}

/// A key and what it takes.
#[derive(Debug)]
pub struct Field {
    /// The key.
    pub key: &'static str,
    /// What it takes.
    pub kind: Kind,
    /// Whether it must be there.
    pub need: Need,
    /// One sentence for the manual.
    pub about: &'static str,
}

/// Whether a key must be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// It must.
    Required,
    /// It may.
    Optional,
    /// The format knows it, this version does not act on it yet: a warning says so.
    Later,
    /// Like [`Need::Later`], of a key that keeps something from somebody: to ignore it would show what it hides, so it is
    /// an error.
    Guard,
}

/// What a value may be.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// A single value of some form.
    Of(&'static Form),
    /// An amount, read exactly by `plan::amount`.
    Amount,
    /// One of these words.
    Enum(&'static [&'static str]),
    /// The name of something defined elsewhere.
    Ref(Known),
    /// A text, or a map from language to text.
    Words,
    /// A map from level to member: `{store: jp1}`.
    Scope,
    /// A list.
    List(&'static Kind),
    /// A list, or one item without brackets.
    Many(&'static Kind),
    /// A map with keys the user chooses.
    Map(&'static Kind),
    /// A map with known keys.
    Object(&'static Shape),
    /// A map from ids to maps; each entry stands and falls on its own.
    Items(&'static Shape),
    /// A list of maps; each entry stands and falls on its own.
    Entries(&'static [&'static Shape]),
    /// Whatever fits first.
    OneOf(&'static [Kind]),
    /// Anything; for keys of later versions.
    Any,
}

/// What a name can refer to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Known {
    /// A key under `metrics:`.
    Metric,
    /// A key under `stores:`.
    Store,
    /// A key under `people:`.
    Person,
    /// A key under `teams:`.
    Team,
    /// A key under `sources:`.
    Source,
    /// A source, or `source.table`.
    Table,
    /// A level of scopes: `store`, `category` …
    Level,
    /// The id of a target, or a metric that has targets.
    Target,
    /// A file below `calendar/`, or a calendar that comes with the program.
    Season,
}

impl Known {
    /// What it is called in messages.
    pub fn word(self) -> &'static str {
        match self {
            Known::Metric => "metric",
            Known::Store => "store",
            Known::Person => "person",
            Known::Team => "team",
            Known::Source | Known::Table => "source",
            Known::Level => "level",
            Known::Target => "target",
            Known::Season => "calendar",
        }
    }
}

/// The form of a single value.
#[derive(Debug)]
pub struct Form {
    /// What it is called, with its article: `a date`.
    pub name: &'static str,
    /// What is accepted, for the hint.
    pub accepted: &'static str,
    /// Whether a value fits. The flag says that it stood in quotes.
    pub fits: fn(&str, bool, &Calendar) -> bool,
    /// Its type in JSON Schema.
    pub json: &'static [&'static str],
    /// Its pattern in JSON Schema; empty: none.
    pub pattern: &'static str,
}

/// Any text; numbers and `no` are texts, too.
pub static TEXT: Form = Form {
    name: "a text",
    accepted: "any text",
    fits: |_, _, _| true,
    json: &["string", "number", "boolean"],
    pattern: "",
};
/// A formula.
pub static FORMULA: Form = Form {
    name: "a formula",
    accepted: "a formula such as `sum(cost)` or `ad_spend / ad_sales`, in quotes if it holds a comma",
    fits: |text, _, _| !text.trim().is_empty(),
    json: &["string", "number"],
    pattern: "",
};
/// A name that becomes part of an address.
pub static IDENT: Form = Form {
    name: "a name",
    accepted: "letters, digits, `_`, `-` and `.`, at most 100",
    fits: |text, _, _| super::super::rules::names::fits(text).is_ok(),
    json: &["string"],
    pattern: "",
};
/// `true` or `false`.
pub static BOOL: Form = Form {
    name: "yes or no",
    accepted: "`true` or `false`",
    fits: |text, quoted, _| !quoted && matches!(text, "true" | "false"),
    json: &["boolean"],
    pattern: "",
};
/// A whole number.
pub static COUNT: Form = Form {
    name: "a whole number",
    accepted: "digits only, such as `26`",
    fits: |text, _, _| whole(text).is_some(),
    json: &["integer"],
    pattern: "",
};
/// A calendar day.
pub static DATE: Form = Form {
    name: "a date",
    accepted: "`2026-11-09`",
    fits: |text, _, _| parse_date(text).is_some(),
    json: &["string"],
    pattern: "^[0-9]{4}-[0-9]{2}-[0-9]{2}$",
};
/// A period.
pub static PERIOD: Form = Form {
    name: "a period",
    accepted: "`2026-11-09`, `2026-W46`, `2026-11`, `2026-Q4`, `2026-H2`, `2026`, `FY2026`, `FY2026-Q3`, `2026-04..2027-03`",
    fits: |text, _, calendar| parse_period(text, calendar).is_some(),
    json: &["string", "integer"],
    pattern: "",
};
/// A number of days.
pub static DAYS: Form = Form {
    name: "a number of days",
    accepted: "`14d`",
    fits: |text, _, _| days(text).is_some(),
    json: &["string"],
    pattern: "^[0-9]+d$",
};
/// Two days.
pub static RANGE: Form = Form {
    name: "a range of days",
    accepted: "`2026-11-20..2026-12-01`",
    fits: |text, _, calendar| text.contains("..") && parse_period(text, calendar).is_some(),
    json: &["string"],
    pattern: "",
};
/// A unit.
pub static UNIT: Form = Form {
    name: "a unit",
    accepted: "a currency such as `JPY`, or `percent`, `count`, `ratio`, `days`, `weeks`, `stars`, `rank`, `score`",
    fits: |text, _, _| Unit::parse(text).is_some(),
    json: &["string"],
    pattern: "",
};
/// A currency.
pub static CURRENCY: Form = Form {
    name: "a currency",
    accepted: "three capital letters such as `JPY`",
    fits: |text, _, _| Currency::parse(text).is_some(),
    json: &["string"],
    pattern: "^[A-Z]{3}$",
};
/// A language.
pub static LANG: Form = Form {
    name: "a language",
    accepted: "`zh`, `ja` or `en`",
    fits: |text, _, _| Lang::parse(text).is_some(),
    json: &["string"],
    pattern: "^(zh|ja|en)$",
};
/// An attribution window.
pub static ATTRIBUTION: Form = Form {
    name: "an attribution window",
    accepted: "`7d`, `14d` or `mixed`",
    fits: |text, _, _| Attribution::parse(text).is_some(),
    json: &["string"],
    pattern: "^([0-9]+d|mixed)$",
};
/// A time zone.
pub static ZONE: Form = Form {
    name: "a time zone",
    accepted: "an IANA name such as `Asia/Tokyo`",
    fits: |text, _, _| crate::time::Zone::named(text).is_some(),
    json: &["string"],
    pattern: "",
};
/// One character.
pub static CHARACTER: Form = Form {
    name: "a character",
    accepted: "one character in quotes, or `tab`",
    fits: |text, _, _| text == "tab" || text.chars().count() == 1,
    json: &["string"],
    pattern: "",
};

/// Reads a whole number as it stands: no sign, no leading zero, no full-width digits.
pub fn whole(text: &str) -> Option<u32> {
    let digits = text.bytes().all(|b| b.is_ascii_digit()) && !text.is_empty();
    (digits && (text == "0" || !text.starts_with('0'))).then(|| text.parse().ok()).flatten()
}

/// Reads `14d`, `14 days` or `14`.
pub fn days(text: &str) -> Option<u32> {
    let number = ["days", "day", "d"].iter().find_map(|unit| text.strip_suffix(unit)).unwrap_or(text);
    whole(number.trim_end())
}

/// A key that must be there.
pub const fn required(key: &'static str, kind: Kind, about: &'static str) -> Field {
    Field { key, kind, need: Need::Required, about }
}

/// A key that may be there.
pub const fn optional(key: &'static str, kind: Kind, about: &'static str) -> Field {
    Field { key, kind, need: Need::Optional, about }
}

/// A key of the format that is not built yet.
pub const fn later(key: &'static str, about: &'static str) -> Field {
    Field { key, kind: Kind::Any, need: Need::Later, about }
}

/// A key that keeps something from somebody and is not built yet.
pub const fn guard(key: &'static str, about: &'static str) -> Field {
    Field { key, kind: Kind::Any, need: Need::Guard, about }
}
