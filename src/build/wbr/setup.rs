//! The head of a deck: the last day of its week, its own week number, title and fiscal year.

use super::found::{DATABASE_SOURCE, UNFIT, WEEK_NUMBER};
use super::keys;
use crate::diag::{Finding, Place};
use crate::inputs::ProjectPath;
use crate::plan::yaml::tree::Node;
use crate::time::{Calendar, Date, plus_days};

/// What the head says.
#[derive(Clone, Debug)]
pub(super) struct Setup {
    pub(super) last: Date,
    /// An own number of the week that ends on the last day.
    pub(super) number: Option<i8>,
    pub(super) title: String,
    /// First month of the fiscal year, 1 to 12.
    pub(super) fiscal_starts: i8,
    pub(super) number_from: Option<String>,
    pub(super) months: Option<&'static str>,
}

const MONTHS: [&str; 12] = [
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

/// The name of a month, 1 to 12.
pub(super) fn month_name(month: i8) -> &'static str {
    usize::try_from(month - 1).ok().and_then(|at| MONTHS.get(at)).expect("a month is 1 to 12")
}

/// A month by its name or the first three letters of it.
fn month(text: &str) -> Option<i8> {
    let text = text.trim().to_lowercase();
    let fits =
        |name: &&str| **name == text || (text.len() >= 3 && name.starts_with(&text) && text.len() == 3);
    i8::try_from(MONTHS.iter().position(fits)? + 1).ok()
}

/// A day: `25-SEP-2021`, `2021-09-25`, `9/25/2021` with the month first.
pub(super) fn day(text: &str) -> Option<Date> {
    let text = text.trim();
    // A day may carry its weekday before it or a time behind it.
    let text = text.split_once(", ").map_or(text, |(_, rest)| rest);
    let text = text.split(['T', ' ']).next().unwrap_or(text);
    if let Some(day) = crate::time::parse_date(text) {
        return Some(day);
    }
    let parts: Vec<&str> = text.split(['-', '/']).collect();
    let [one, two, year] = parts.as_slice() else { return None };
    let year: i16 = match year.len() {
        2 => year.parse::<i16>().ok().map(|year| if year <= 68 { 2000 + year } else { 1900 + year })?,
        4 => year.parse().ok()?,
        _ => return None,
    };
    match month(two) {
        Some(month) => Date::new(year, month, one.parse().ok()?).ok(),
        None => Date::new(year, one.parse().ok()?, two.parse().ok()?).ok(),
    }
}

pub(super) fn unfit(found: &mut Vec<Finding>, place: &Place, told: String, hint: &str) {
    found.push(Finding::new(&UNFIT, place.clone(), told).hint(hint));
}

/// Which twelve months, by the words of the dialect.
pub(super) fn months(node: &Node, found: &mut Vec<Finding>) -> Option<&'static str> {
    let given = node.get("x_axis_monthly_display")?;
    match given.text().map(|text| &**text) {
        Some("trailing_twelve_months") => Some("trailing"),
        Some("fiscal_year") => Some("fiscal_year"),
        _ => {
            let told = "`x_axis_monthly_display` is `trailing_twelve_months` or `fiscal_year`".to_owned();
            unfit(found, &given.place, told, "the twelve months that are over are shown instead");
            None
        }
    }
}

/// A database that is named and not asked.
pub(super) fn database(node: &Node, found: &mut Vec<Finding>) {
    if let Some(given) = node.get("db_config_url") {
        let told = "the connections of `db_config_url` are not read";
        let finding = Finding::new(&DATABASE_SOURCE, given.place.clone(), told);
        found.push(finding.hint("export the figures as CSV, or declare an `engine` under `sources:`"));
    }
}

/// Reads the head. `None` without a last day.
pub(super) fn read(root: &Node, config: &ProjectPath, found: &mut Vec<Finding>) -> Option<Setup> {
    database(root, found);
    let Some(setup) = root.get("setup") else {
        let told = "`setup` with `week_ending` is missing".to_owned();
        unfit(found, &root.place, told, "add `setup: {week_ending: 25-SEP-2021}`");
        return None;
    };
    let known = [
        "week_ending",
        "week_number",
        "title",
        "fiscal_year_end_month",
        "block_starting_number",
        "tooltip",
        "x_axis_monthly_display",
        "db_config_url",
    ];
    keys(setup, "`setup`", &known, found);
    database(setup, found);
    let Some(last) = setup.text_of("week_ending").and_then(|text| day(text)) else {
        let place = setup.get("week_ending").map_or(&setup.place, |node| &node.place);
        let told = "`week_ending` is missing or no day".to_owned();
        unfit(found, place, told, "write the last day of the week: `25-SEP-2021` or `2021-09-25`");
        return None;
    };
    let fiscal = setup.get("fiscal_year_end_month").and_then(|given| {
        let ends = given.text().and_then(|text| month(text));
        if ends.is_none() {
            let told = "`fiscal_year_end_month` is no month".to_owned();
            unfit(found, &given.place, told, "write `DEC` or `December`; the calendar year is taken instead");
        }
        ends
    });
    let from = setup.get("block_starting_number").and_then(|given| {
        let number = given.text().filter(|text| text.parse::<u32>().is_ok());
        if number.is_none() {
            unfit(found, &given.place, "`block_starting_number` is no whole number".to_owned(), "write `1`");
        }
        number.map(ToString::to_string)
    });
    Some(Setup {
        last,
        number: number(setup, last, found),
        title: setup.text_of("title").map_or_else(|| stem(config), ToString::to_string),
        fiscal_starts: fiscal.unwrap_or(12) % 12 + 1,
        number_from: from,
        months: months(setup, found),
    })
}

/// The week number of the deck, where it is another than follows from the day.
fn number(setup: &Node, last: Date, found: &mut Vec<Finding>) -> Option<i8> {
    let given = setup.get("week_number")?;
    let derived = Calendar::iso_week(last).1;
    match given.text().and_then(|text| text.parse::<i8>().ok()).filter(|number| (1..=53).contains(number)) {
        Some(number) if number == derived => None,
        Some(number) => {
            let told = format!("the week that ends on {last} is week {derived} of its year, not {number}");
            let finding = Finding::new(&WEEK_NUMBER, given.place.clone(), told);
            found.push(
                finding.hint(
                    "its numbers are kept; remove `week.number` in `kpress.yaml` for those of ISO 8601",
                ),
            );
            Some(number)
        }
        None => {
            let told = "`week_number` is no number from 1 to 53".to_owned();
            unfit(found, &given.place, told, "leave it out: it follows from `week_ending`");
            None
        }
    }
}

fn stem(config: &ProjectPath) -> String {
    config.name().split('.').next().unwrap_or("Review").to_owned()
}

/// The first day of the weeks that end on the last day's weekday.
pub(super) fn week_starts(last: Date) -> &'static str {
    const DAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    let first = plus_days(last, 1).weekday().to_monday_zero_offset();
    usize::try_from(first).ok().and_then(|at| DAYS.get(at)).expect("a weekday is one of seven")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_read_in_every_form_of_the_dialect() {
        for text in ["25-SEP-2021", "25-sep-2021", "2021-09-25", "9/25/2021", "9/25/21", "Sat, 25-Sep-2021"] {
            assert_eq!(day(text).map(|day| day.to_string()).as_deref(), Some("2021-09-25"), "{text}");
        }
        for text in ["", "25-XYZ-2021", "2021", "31-FEB-2021"] {
            assert_eq!(day(text), None, "{text}");
        }
        assert_eq!(["DEC", "december", "Mar", "may"].map(month), [Some(12), Some(12), Some(3), Some(5)]);
        assert_eq!(month("ma"), None);
    }
}
