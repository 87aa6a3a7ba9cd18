//! Figures, changes and standings as templates see them: texts, a tone, and why there is nothing to see.
//! An arrow says which way a value moved; colour alone says whether that is good, and only where it may be judged.

use super::strings::Strings;
use crate::assess::{Change, ChangeKind, Standing};
use crate::measure::{Point, State};
use crate::plan::Better;
use crate::unit::{Decimal, Digits, Lang, Quantity, Style, Unit, change, quantity};
use fluent_bundle::FluentArgs;
use minijinja::{Value, context};

/// Decimals as a metric fixes them.
pub(super) fn digits(decimals: Option<u32>) -> Digits {
    decimals.map_or(Digits::Auto, Digits::Exactly)
}

/// A value for tables to sort by: plain digits, empty where there is none.
fn sort_key(value: Option<Quantity>) -> String {
    value.and_then(Quantity::as_decimal).map_or_else(String::new, |value| value.normalize().to_string())
}

/// A figure with its state. `style` decides between 1,234 万円 and every digit.
pub(super) fn figure(
    point: &Point,
    unit: &Unit,
    decimals: Option<u32>,
    style: Style,
    lang: Lang,
    strings: &Strings,
) -> Value {
    let shown = point.value.and_then(|value| quantity(value, unit, lang, style, digits(decimals)));
    let full = point.value.and_then(|value| quantity(value, unit, lang, Style::Full, digits(decimals)));
    let state = if point.value.is_some() && shown.is_none() { State::Undefined } else { point.state };
    let word = strings.key(state_key(state));
    let title = match &full {
        Some(full) if state == State::Complete => full.to_string(),
        Some(full) => format!("{full} · {word}"),
        None => word.clone(),
    };
    context! {
        missing => shown.is_none(),
        before => shown.as_ref().map_or("", |s| s.before.as_str()),
        digits => shown.as_ref().map_or("–", |s| s.digits.as_str()),
        after => shown.as_ref().map_or("", |s| s.after.as_str()),
        title => title,
        state => state.name(),
        word => if state == State::Complete { String::new() } else { word },
        coverage => if shown.is_some() { coverage(point, strings) } else { String::new() },
        sort => sort_key(point.value),
    }
}

/// A figure that stands for itself: a target, a number of rows.
pub(super) fn plain(value: Quantity, unit: &Unit, decimals: Option<u32>, style: Style, lang: Lang) -> Value {
    let shown = quantity(value, unit, lang, style, digits(decimals));
    context! {
        missing => shown.is_none(),
        before => shown.as_ref().map_or("", |s| s.before.as_str()),
        digits => shown.as_ref().map_or("–", |s| s.digits.as_str()),
        after => shown.as_ref().map_or("", |s| s.after.as_str()),
        title => quantity(value, unit, lang, Style::Full, digits(decimals)).map_or_else(String::new, |s| s.to_string()),
        state => "complete",
        word => "",
        coverage => "",
        sort => sort_key(Some(value)),
    }
}

/// `6/7` beside a partial value, `25/30` beside a running one (periods.md §4.1).
fn coverage(point: &Point, strings: &Strings) -> String {
    let of = match point.state {
        State::Partial => point.days.expected,
        State::Running => point.period.days(),
        _ => return String::new(),
    };
    let mut args = FluentArgs::new();
    args.set("observed", point.days.observed);
    args.set("expected", of);
    strings.get("days-of", Some(&args)).unwrap_or_default()
}

/// The string of a state, by its name in `report.json`.
pub(super) fn state_named(name: &str) -> Option<&'static str> {
    use State::{Complete, Future, Missing, NoData, OtherGrain, Partial, Provisional, Running, Undefined};
    let all = [Complete, Provisional, Partial, Running, Missing, NoData, Undefined, Future, OtherGrain];
    all.into_iter().find(|state| state.name() == name).map(state_key)
}

fn state_key(state: State) -> &'static str {
    match state {
        State::Complete => "state-complete",
        State::Provisional => "state-provisional",
        State::Partial => "state-partial",
        State::Running => "state-running",
        State::Missing => "state-missing",
        State::NoData => "state-no-data",
        State::Undefined => "state-undefined",
        State::Future => "state-future",
        State::OtherGrain => "state-other-grain",
    }
}

/// A change: its text, which way it went, and whether that is good.
pub(super) fn changed(change: &Change, unit: &Unit, better: Better, lang: Lang, strings: &Strings) -> Value {
    let (text, amount, judged, state) = match change {
        Change::By { amount, kind, state } => {
            (change_text(*amount, *kind, unit, lang), Some(*amount), state.is_judged(), *state)
        }
        Change::NotMeaningful { difference } => {
            let text = format!(
                "{} ({})",
                strings.key("change-not-meaningful"),
                signed(*difference, unit, Style::Compact, lang)
            );
            (text, None, false, State::Complete)
        }
        Change::NotAvailable => (strings.key("change-not-available"), None, false, State::Missing),
    };
    // What is printed as zero did not move.
    let moved = amount.filter(|amount| !amount.is_zero() && !text.starts_with('±'));
    let rising = moved.map(|amount| !amount.is_negative());
    let tone = match (rising.filter(|_| judged), better) {
        (Some(rising), Better::Higher) => good_or_bad(rising),
        (Some(rising), Better::Lower) => good_or_bad(!rising),
        _ => "neutral",
    };
    let way = match rising {
        Some(true) => "up",
        Some(false) => "down",
        None if amount.is_some() => "flat",
        None => "none",
    };
    let word =
        if state.is_judged() || amount.is_none() { String::new() } else { strings.key(state_key(state)) };
    context! {
        text => text,
        way => way,
        way_word => match way {
            "up" => strings.key("change-up"),
            "down" => strings.key("change-down"),
            _ => String::new(),
        },
        tone => tone,
        tone_word => match tone {
            "good" => strings.key("change-good"),
            "bad" => strings.key("change-bad"),
            _ => String::new(),
        },
        word => word,
    }
}

fn good_or_bad(good: bool) -> &'static str {
    if good { "good" } else { "bad" }
}

/// A change as text (periods.md §6.1): one decimal, scaled once, here.
fn change_text(amount: Quantity, kind: ChangeKind, unit: &Unit, lang: Lang) -> String {
    let hundredfold = || amount.as_decimal().and_then(|amount| amount.checked_mul(Decimal::ONE_HUNDRED));
    let shown = match kind {
        ChangeKind::Percent => hundredfold().map(|value| change(value, 1, "%", lang)),
        ChangeKind::Points => hundredfold().map(|value| change(value, 1, points(lang), lang)),
        ChangeKind::Bps => {
            let bps = amount.times(Quantity::from(10_000)).and_then(Quantity::as_decimal);
            bps.map(|value| change(value, 0, " bps", lang))
        }
        ChangeKind::Difference => Some(signed(amount, unit, Style::Compact, lang)),
    };
    shown.unwrap_or_else(|| "–".to_owned())
}

/// Percentage points.
fn points(lang: Lang) -> &'static str {
    match lang {
        Lang::Zh => " 个百分点",
        Lang::Ja => " pt",
        Lang::En => " pp",
    }
}

/// A difference in its unit, with its sign in front of everything: `+¥700`, `−0.20★`, `±0`.
pub(super) fn signed(value: Quantity, unit: &Unit, style: Style, lang: Lang) -> String {
    let size = if value.is_negative() { Quantity::ZERO.minus(value) } else { Some(value) };
    let shown = size.and_then(|size| quantity(size, unit, lang, style, Digits::Auto));
    let Some(shown) = shown else { return "–".to_owned() };
    let nothing = !shown.digits.contains(|c: char| c.is_ascii_digit() && c != '0');
    let sign = match (nothing, value.is_negative()) {
        (true, _) => "±",
        (false, true) => "−",
        (false, false) => "+",
    };
    format!("{sign}{shown}")
}

/// How far a figure is from another: points between percentages, else the unit.
pub(super) fn gap(value: Quantity, unit: &Unit, lang: Lang) -> Value {
    let text = match unit {
        Unit::Percent => change_text(value, ChangeKind::Points, unit, lang),
        _ => signed(value, unit, Style::Full, lang),
    };
    context! { kind => "gap", text => text, sort => sort_key(Some(value)) }
}

/// A standing: the name chooses shape and colour, the word says it.
pub(super) fn standing(standing: Standing, strings: &Strings) -> Value {
    context! { name => standing.name(), word => strings.key(standing_key(standing)) }
}

/// The string of a standing.
pub(super) fn standing_key(standing: Standing) -> &'static str {
    match standing {
        Standing::Exceed => "standing-exceed",
        Standing::On => "standing-on",
        Standing::Near => "standing-near",
        Standing::Off => "standing-off",
        Standing::NoData => "standing-no-data",
        Standing::Paused => "standing-paused",
        Standing::TooEarly => "standing-too-early",
    }
}

#[cfg(test)]
mod tests {
    use super::super::assets::Theme;
    use super::*;
    use crate::measure::Days;
    use crate::time::{Calendar, Grain};
    use crate::unit::Currency;

    fn strings(lang: Lang) -> Strings {
        Strings::of(&Theme::built_in(), lang, Calendar::default(), &mut Vec::new())
    }

    fn part(value: &Value, name: &str) -> String {
        value.get_attr(name).expect("an attribute").to_string()
    }

    fn by(amount: &str, kind: ChangeKind, state: State) -> Change {
        Change::By { amount: Quantity::Exact(amount.parse().expect("a decimal")), kind, state }
    }

    #[test]
    fn the_arrow_is_movement_and_the_colour_is_goodness() {
        let show = |change: &Change, better| {
            let value = changed(change, &Unit::Percent, better, Lang::En, &strings(Lang::En));
            [part(&value, "text"), part(&value, "way"), part(&value, "tone")]
        };
        let fell = by("-0.021", ChangeKind::Points, State::Complete);
        assert_eq!(show(&fell, Better::Lower), ["−2.1 pp", "down", "good"]);
        assert_eq!(show(&fell, Better::Higher), ["−2.1 pp", "down", "bad"]);
        assert_eq!(show(&fell, Better::Range), ["−2.1 pp", "down", "neutral"]);
        // A running value takes no colour (periods.md §4.5).
        assert_eq!(show(&by("-0.021", ChangeKind::Points, State::Running), Better::Lower)[2], "neutral");
        // What is printed as zero has no arrow and no colour.
        assert_eq!(
            show(&by("0.0001", ChangeKind::Points, State::Complete), Better::Higher),
            ["±0.0 pp", "flat", "neutral"]
        );
    }

    #[test]
    fn changes_of_nothing_are_said_and_not_invented() {
        let yen = Unit::Money(Currency::parse("JPY").expect("a code"));
        let show = |change: &Change| {
            part(&changed(change, &yen, Better::Higher, Lang::En, &strings(Lang::En)), "text")
        };
        assert_eq!(show(&Change::NotMeaningful { difference: Quantity::from(700) }), "n/m (+¥700)");
        assert_eq!(show(&Change::NotMeaningful { difference: Quantity::ZERO }), "n/m (±¥0)");
        assert_eq!(show(&Change::NotMeaningful { difference: Quantity::from(-100) }), "n/m (−¥100)");
        assert_eq!(show(&Change::NotAvailable), "n/a");
        assert_eq!(show(&by("-1.25", ChangeKind::Percent, State::Complete)), "−125.0%");
    }

    #[test]
    fn a_gap_between_percentages_is_in_points() {
        let yen = Unit::Money(Currency::parse("JPY").expect("a code"));
        let show = |value: &str, unit: &Unit, lang| {
            part(&gap(Quantity::Exact(value.parse().expect("a decimal")), unit, lang), "text")
        };
        assert_eq!(show("-0.0213", &Unit::Percent, Lang::En), "−2.1 pp");
        assert_eq!(show("0.0213", &Unit::Percent, Lang::Zh), "+2.1 个百分点");
        assert_eq!(show("0", &Unit::Percent, Lang::Ja), "±0.0 pt");
        // Every digit: it stands in a table beside amounts with all of theirs.
        assert_eq!(show("-1234567", &yen, Lang::En), "−¥1,234,567");
        assert_eq!(show("0", &yen, Lang::En), "±¥0");
    }

    #[test]
    fn a_missing_value_is_a_dash_with_a_reason() {
        let day = "2026-11-25".parse().expect("a date");
        let period = Calendar::default().period(Grain::Month, day);
        let point = |value, state, observed, expected| Point {
            period,
            value,
            state,
            days: Days { observed, expected },
        };
        let show = |point: &Point| {
            let value = figure(point, &Unit::Count, None, Style::Full, Lang::En, &strings(Lang::En));
            [part(&value, "digits"), part(&value, "coverage"), part(&value, "sort")]
        };
        assert_eq!(show(&point(None, State::Missing, 0, 30)), ["–", "", ""]);
        assert_eq!(show(&point(Some(Quantity::ZERO), State::Complete, 30, 30)), ["0", "", "0"]);
        assert_eq!(
            show(&point(Some(Quantity::from(1234)), State::Partial, 6, 7)),
            ["1,234", "6/7 d", "1234"]
        );
        assert_eq!(show(&point(Some(Quantity::from(5)), State::Running, 25, 25)), ["5", "25/30 d", "5"]);
    }
}
