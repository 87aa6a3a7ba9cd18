//! `kpress.yaml`: title, languages, time, sources, and how strict the checks are.

use super::{words, words_or};
use crate::plan::yaml::File;
use crate::plan::yaml::shape::{self, Form, Kind, Known, Shape, optional, required};
use crate::plan::yaml::tree::Node;
use crate::plan::{AsOf, Comparing, Site, Stage, Words};
use crate::time::{
    Calendar, Grain, LONG_YEARS, NamedBy, Numbering, Retail, Weekday, YearEnd, Zone, parse_date,
};
use crate::unit::{Currency, Lang};

/// `kpress.yaml`.
pub static FILE: Shape = Shape {
    name: "kpress.yaml",
    about: "The workspace: title, languages, calendar, sources.",
    fields: &[
        optional("site", Kind::Object(&SITE), "Title, languages, time."),
        optional("packs", Kind::Many(&Kind::Enum(crate::plan::packs::NAMES)), "Bundles of presets."),
        optional("sources", Kind::Items(&super::source::SOURCE), "Where data comes from."),
        optional(
            "rules",
            Kind::Map(&SEVERITY),
            "How grave a rule's findings are: error, warning, note or off; or a map of its options, such as `{core: 3..5}`, with `level:` beside them.",
        ),
        optional(
            "suppress",
            Kind::List(&Kind::Object(&crate::plan::rules::suppress::SUPPRESS)),
            "Findings that stand for a while, each with its reason and its last day.",
        ),
        optional(
            "strategy_changes",
            Kind::Many(&Kind::Object(&STRATEGY)),
            "When the business went another way: every definition has to be looked at again.",
        ),
        optional(
            "reconcile",
            Kind::Entries(&[&super::reconcile::RECONCILE]),
            "Figures that must agree with each other, or be zero.",
        ),
        optional("compare", Kind::Object(&COMPARE), "How stores are compared with each other."),
        optional(
            "audiences",
            Kind::Items(&super::audience::AUDIENCE),
            "Who sees what, by name; each gets a tree of its own.",
        ),
        optional("publish", Kind::Items(&super::deploy::DEPLOY), "Where versions are copied to, by name."),
        optional(
            "plugins",
            Kind::Items(&super::plugin::PLUGIN),
            "WebAssembly components that fetch, compute, show or check, by name.",
        ),
        optional("plugin_host", Kind::Object(&super::plugin::HOST), "What holds for all plugins."),
    ],
};

static SEVERITY: Kind =
    Kind::OneOf(&[Kind::Enum(&["error", "warning", "note", "off"]), Kind::Map(&Kind::Any)]);

static STRATEGY: Shape = Shape {
    name: "a change of strategy",
    about: "The business goes another way.",
    fields: &[
        required("date", Kind::Of(&shape::DATE), "When."),
        optional("from", Kind::Of(&shape::TEXT), "Which way it went."),
        required("to", Kind::Of(&shape::TEXT), "Which way it goes."),
        optional("reason", Kind::Of(&shape::TEXT), "Why."),
    ],
};

static SITE: Shape = Shape {
    name: "`site`",
    about: "Title, languages, time.",
    fields: &[
        optional("title", Kind::Words, "Name of the site."),
        optional(
            "languages",
            Kind::Many(&Kind::Of(&shape::LANG)),
            "Languages; the first is the default. All three if absent.",
        ),
        optional("timezone", Kind::Of(&shape::ZONE), "Whose days are meant; UTC if absent."),
        optional("currency", Kind::Of(&shape::CURRENCY), "Currency of totals; JPY if absent."),
        optional("week", Kind::Object(&WEEK), "How weeks are cut."),
        optional("fiscal_year", Kind::Object(&FISCAL_YEAR), "How years are cut."),
        optional(
            "as_of",
            Kind::OneOf(&[Kind::Enum(&["latest_complete"]), Kind::Of(&shape::DATE)]),
            "Up to which day data counts.",
        ),
        optional(
            "history",
            Kind::Enum(&["git"]),
            "Definition history comes from the repository around the workspace; needed only where the workspace is not its root.",
        ),
        optional(
            "stage",
            Kind::Enum(Stage::NAMES),
            "How far the company is: which metrics are offered to it.",
        ),
        optional("align", super::deck::ALIGN, "How last year is laid beside this one; by date if absent."),
        optional(
            "compare_partial",
            super::deck::PARTIAL,
            "What a comparison does where days are missing on one side; `as-is` if absent.",
        ),
        optional("calendar", Kind::Ref(Known::Season), "Calendar of day weights for targets that name none."),
    ],
};

static COMPARE: Shape = Shape {
    name: "`compare`",
    about: "How stores are compared with each other.",
    fields: &[
        optional("metrics", Kind::Many(&Kind::Ref(Known::Metric)), "Which metrics; the core ones if absent."),
        optional(
            "min_volume",
            Kind::Of(&shape::COUNT),
            "A rate over less than this (visits, units, orders) is shown, but not ranked; 0 if absent.",
        ),
        optional(
            "normalise_by",
            Kind::Ref(Known::Metric),
            "Amounts are shown per unit of this metric as well: sessions, heads.",
        ),
    ],
};

static WEEK: Shape = Shape {
    name: "`week`",
    about: "How weeks are cut.",
    fields: &[
        optional("starts", Kind::Enum(WEEKDAYS), "First day of a week; monday if absent."),
        optional(
            "number",
            Kind::Object(&NUMBER),
            "Own week numbers, counted from one that is known; those of ISO 8601 if absent.",
        ),
    ],
};

static NUMBER: Shape = Shape {
    name: "`number`",
    about: "Own week numbers, counted from one that is known.",
    fields: &[
        required("week_ending", Kind::Of(&shape::DATE), "A day of the week that is known."),
        required("is", Kind::Of(&shape::COUNT), "Its number, 1 to 53."),
        optional(
            "years",
            Kind::Map(&Kind::Of(&shape::COUNT)),
            "Years of 53 weeks: `{2026: 53}`; all others have 52.",
        ),
    ],
};

static FISCAL_YEAR: Shape = Shape {
    name: "`fiscal_year`",
    about: "How years are cut.",
    fields: &[
        optional("starts", Kind::Enum(MONTHS), "First month of the fiscal year; january if absent."),
        optional(
            "named_by",
            Kind::Enum(&["start", "end"]),
            "Which calendar year names it; the one it begins in if absent.",
        ),
        optional(
            "pattern",
            Kind::Enum(&["4-4-5", "4-5-4", "5-4-4"]),
            "Years of whole weeks: how many each period of a quarter has. `ends` says where the year ends.",
        ),
        optional("ends", Kind::Object(&YEAR_END), "Where a year of whole weeks ends."),
    ],
};

static YEAR_END: Shape = Shape {
    name: "`ends`",
    about: "The day a year of whole weeks ends: a weekday, the nearest to a date or the last of a month.",
    fields: &[
        required("weekday", Kind::Enum(WEEKDAYS), "The weekday."),
        optional("nearest", Kind::Of(&MONTH_DAY), "The one nearest to this month and day: `01-31`."),
        optional("last_of", Kind::Enum(MONTHS), "The last one of this month."),
    ],
};

/// A day of every year.
static MONTH_DAY: Form = Form {
    name: "a month and day",
    accepted: "`01-31`",
    fits: |text, _, _| month_day(text).is_some(),
    json: &["string"],
    pattern: "^[0-9]{2}-[0-9]{2}$",
};

fn month_day(text: &str) -> Option<(i8, i8)> {
    let (month, day) = text.split_once('-')?;
    let two = |text: &str| (text.len() == 2).then(|| text.parse::<i8>().ok()).flatten();
    let (month, day) = (two(month)?, two(day)?);
    // A leap year: the 29th of February is a day of every fourth year.
    crate::time::Date::new(2024, month, day).ok().map(|_| (month, day))
}

const WEEKDAYS: &[&str] = &["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
const MONTHS: &[&str] = &[
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// The calendar of a site; needed before anything else is read.
pub fn calendar(file: Option<&File>) -> Calendar {
    let site = file.and_then(|file| file.root.get("site"));
    let inner = |outer: &str, key: &str| {
        site.and_then(|site| site.get(outer)).and_then(|node| node.text_of(key)).map(|t| &**t)
    };
    let position =
        |words: &[&str], word: Option<&str>| words.iter().position(|known| Some(*known) == word).unwrap_or(0);
    let weekday = |word: Option<&str>| {
        let place = i8::try_from(position(WEEKDAYS, word)).unwrap_or(0);
        Weekday::from_monday_zero_offset(place).unwrap_or(Weekday::Monday)
    };
    let plain = Calendar {
        week_starts: weekday(inner("week", "starts")),
        fiscal_starts: i8::try_from(position(MONTHS, inner("fiscal_year", "starts"))).unwrap_or(0) + 1,
        named_by: if inner("fiscal_year", "named_by") == Some("end") { NamedBy::End } else { NamedBy::Start },
        numbering: None,
        retail: None,
    };
    let part = |outer: &str, key: &str| site.and_then(|site| site.get(outer)).and_then(|node| node.get(key));
    let retail = part("fiscal_year", "ends").and_then(|ends| {
        let pattern = match inner("fiscal_year", "pattern")? {
            "4-4-5" => [4, 4, 5],
            "4-5-4" => [4, 5, 4],
            "5-4-4" => [5, 4, 4],
            _ => return None,
        };
        let nearest = ends.text_of("nearest").and_then(|text| month_day(text));
        let last_of =
            ends.text_of("last_of").and_then(|word| MONTHS.iter().position(|known| *known == &**word));
        let last_of = last_of.and_then(|place| i8::try_from(place + 1).ok()).map(YearEnd::LastOf);
        let at = nearest.map(|(month, day)| YearEnd::Nearest(month, day)).or(last_of)?;
        Some(Retail { pattern, weekday: weekday(ends.text_of("weekday").map(|word| &**word)), ends: at })
    });
    let numbering = part("week", "number").and_then(|own| numbering(&plain, own));
    let fiscal_starts = retail.map_or(plain.fiscal_starts, |retail: Retail| retail.ends.month() % 12 + 1);
    Calendar { numbering, retail, fiscal_starts, ..plain }
}

/// Own week numbers. An anchor that says what follows anyway is left out, so that derived numbers win.
fn numbering(calendar: &Calendar, own: &Node) -> Option<Numbering> {
    let week = calendar.period(Grain::Week, super::date(own.get("week_ending"))?);
    let is = i8::try_from(super::whole(own.get("is"))?).ok().filter(|number| (1..=53).contains(number))?;
    let mut long = [0; LONG_YEARS];
    let years = own.get("years").map(Node::entries).unwrap_or_default();
    let listed = years.iter().filter(|(_, weeks)| weeks.text().is_some_and(|weeks| &**weeks == "53"));
    for (place, (year, _)) in long.iter_mut().zip(listed) {
        *place = year.text.parse().unwrap_or(0);
    }
    let derived = years.is_empty() && Calendar::iso_week(week.end).1 == is;
    (!derived).then_some(Numbering { week_ending: week.end, is, long })
}

/// The head of the workspace; what is absent or wrong takes its default.
pub fn site(file: Option<&File>) -> Site {
    let empty =
        Node { content: crate::plan::yaml::tree::Content::Null, place: crate::diag::Place::default() };
    let node = file.and_then(|file| file.root.get("site")).unwrap_or(&empty);
    let title = words(node.get("title"));
    let mut languages: Vec<Lang> = Vec::new();
    for lang in super::ids(node.get("languages")).iter().filter_map(|code| Lang::parse(code)) {
        if !languages.contains(&lang) {
            languages.push(lang);
        }
    }
    if languages.is_empty() {
        languages = spoken(&title);
    }
    let zone_name = node.text_of("timezone").filter(|name| Zone::named(name).is_some()).cloned();
    let zone_name = zone_name.unwrap_or_else(|| "UTC".into());
    let none = Node { content: crate::plan::yaml::tree::Content::Null, place: crate::diag::Place::default() };
    let compare = file.and_then(|file| file.root.get("compare")).unwrap_or(&none);
    Site {
        compare: Comparing {
            metrics: super::ids(compare.get("metrics")),
            min_volume: super::whole(compare.get("min_volume")).unwrap_or(0),
            per: compare.text_of("normalise_by").cloned(),
        },
        align: super::deck::align(node).unwrap_or_default(),
        partial: super::deck::partial(node).unwrap_or_default(),
        history: node.text_of("history").is_some_and(|from| &**from == "git"),
        season: node.text_of("calendar").cloned(),
        stage: node.text_of("stage").and_then(|name| Stage::parse(name)),
        title: words_or(node.get("title"), "KPI"),
        languages,
        zone: Zone::named(&zone_name).unwrap_or_else(Zone::utc),
        zone_name,
        currency: node.text_of("currency").and_then(|code| Currency::parse(code)).unwrap_or_else(yen),
        calendar: calendar(file),
        as_of: node.text_of("as_of").and_then(|day| parse_date(day)).map_or(AsOf::LatestComplete, AsOf::On),
    }
}

/// The languages of a site that names none: those of its title, or all.
fn spoken(title: &Words) -> Vec<Lang> {
    let of_title: Vec<Lang> =
        Lang::ALL.iter().copied().filter(|lang| title.by_lang.contains_key(lang)).collect();
    if of_title.is_empty() { Lang::ALL.to_vec() } else { of_title }
}

fn yen() -> Currency {
    Currency::parse("JPY").expect("three capital letters")
}
