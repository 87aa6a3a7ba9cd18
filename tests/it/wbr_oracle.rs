//! Decks of wbr-app against a naive reckoning: every way to add up, functions, filters, growth and plan columns, over
//! fiscal years, week endings, ways to write dates, missing days, rows after the week, week 53 and 29 February.

use crate::folder::Temp;
use jiff::ToSpan;
use jiff::civil::Date;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::process::Command;

/// A question: the last day of the week, the month that ends the fiscal year, its axis, and how a file writes days.
struct Case {
    week_ending: Date,
    fiscal_end: i8,
    months: &'static str,
    written: &'static str,
    /// A day has no row if its number in the history is a multiple of this.
    drops: i32,
    /// Days of history before the week.
    history: i32,
}

const FISCAL: &str = "fiscal_year";
const TRAILING: &str = "trailing_twelve_months";

const fn case(
    (year, month, day): (i16, i8, i8),
    fiscal_end: i8,
    months: &'static str,
    written: &'static str,
    (drops, history): (i32, i32),
) -> Case {
    Case { week_ending: Date::constant(year, month, day), fiscal_end, months, written, drops, history }
}

const CASES: &[Case] = &[
    case((2024, 2, 29), 2, FISCAL, "%Y-%m-%d", (11, 900)),
    case((2024, 3, 2), 1, TRAILING, "%m/%d/%Y", (7, 900)),
    case((2021, 1, 2), 3, FISCAL, "%d-%b-%Y", (13, 800)),
    case((2026, 1, 4), 12, TRAILING, "\"%a, %d-%b-%Y\"", (1000, 900)),
    case((2025, 6, 30), 6, FISCAL, "%Y-%m-%d", (5, 900)),
    case((2025, 3, 1), 2, TRAILING, "%m/%d/%y", (9, 430)),
    case((2025, 11, 28), 11, TRAILING, "%Y-%m-%d", (3, 200)),
];

/// What the columns of a row hold; the plan is 10 on every day.
struct Row {
    visits: i64,
    net: i64,
    japan: bool,
}

type Rows = BTreeMap<Date, Row>;

/// The history of a case, with months of rows after its week.
fn history(case: &Case) -> Rows {
    let first = case.week_ending - case.history.days();
    let row = |number: i32| {
        let mixed = i64::from(number).wrapping_mul(2_654_435_761).rem_euclid(1009);
        // Every ninth week sells nothing at all.
        let visits = if number / 7 % 9 == 4 { 0 } else { 100 + mixed % 400 };
        let row = Row { visits, net: mixed % 101 - 50, japan: mixed % 3 == 0 };
        (number % case.drops != 1).then(|| (first + number.days(), row))
    };
    (0..case.history + 500).filter_map(row).collect()
}

const AGGREGATES: [(&str, &str); 7] = [
    ("visits", "sum"),
    ("vmean", "mean"),
    ("vmin", "min"),
    ("vmax", "max"),
    ("vfirst", "first"),
    ("vlast", "last"),
    ("vmedian", "median"),
];
const FUNCTIONS: [(&str, &str, [&str; 3]); 6] = [
    ("total", "sum", ["visits", "net", "jp"]),
    ("gap", "difference", ["visits", "net", "jp"]),
    ("prod", "product", ["vmax", "net", "vlast"]),
    ("third", "divide", ["net", "visits", "vmax"]),
    ("ofgap", "divide", ["gap", "vmean", "vmax"]),
    ("gapgap", "difference", ["ofgap", "third", "gap"]),
];
const WEEKS_TABLE: &str = "6_WeeksTable";
const MONTHS_TABLE: &str = "12_MonthsTable";
const GROWTH: [&str; 3] = ["visitsWOW", "visitsMOM", "visitsYOY"];

fn config(case: &Case) -> String {
    let month = Date::constant(2000, case.fiscal_end, 1).strftime("%b").to_string().to_uppercase();
    let mut text = format!(
        "setup: {{week_ending: {}, title: T, fiscal_year_end_month: {month}, x_axis_monthly_display: {}}}\nmetrics:\n",
        case.week_ending.strftime("%d-%b-%Y").to_string().to_uppercase(),
        case.months
    );
    let mut line = |line: String| text.push_str(&line);
    for (name, aggregate) in AGGREGATES {
        line(format!("  {name}: {{column: Visits, aggf: {aggregate}}}\n"));
    }
    line("  net: {column: Net, aggf: sum}\n  plan: {column: Plan, aggf: sum}\n".to_owned());
    line("  jp: {filter: {base_column: Visits, query: \"Country == 'JP'\"}, aggf: sum}\n".to_owned());
    for (name, function, operands) in FUNCTIONS {
        let operands = operands.map(|name| format!("{{metric: {{name: {name}}}}}")).join(", ");
        let method = if function == "divide" { "metric_comparison_method: bps, " } else { "" };
        line(format!("  {name}: {{{method}function: {{{function}: [{operands}]}}}}\n"));
    }
    line("deck:\n".to_owned());
    let names = AGGREGATES.map(|(name, _)| name).into_iter().chain(["net", "jp"]);
    for name in names.chain(FUNCTIONS.map(|(name, ..)| name)).chain(GROWTH) {
        let plan = if name == "visits" { ", plan: {line_style: target}" } else { "" };
        line(format!("  - block: {{ui_type: 6_12Graph, title: {name}, metrics: {{{name}: {{}}{plan}}}}}\n"));
    }
    let rows = AGGREGATES.map(|(name, _)| name).into_iter().chain(FUNCTIONS.map(|(name, ..)| name));
    let rows: Vec<String> =
        rows.chain(GROWTH).map(|name| format!("{{row: {{header: {name}, metric: {name}}}}}")).collect();
    for table in [WEEKS_TABLE, MONTHS_TABLE] {
        line(format!("  - block: {{ui_type: {table}, title: {table}, rows: [{}]}}\n", rows.join(", ")));
    }
    text
}

fn table(case: &Case, rows: &Rows) -> String {
    let mut text = "Date,Visits,Net,Plan,Country\n".to_owned();
    for (day, row) in rows {
        let country = if row.japan { "JP" } else { "US" };
        let day = day.strftime(case.written);
        writeln!(text, "{day},{},{},10,{country}", row.visits, row.net).expect("a text grows");
    }
    text
}

/// The value of a metric over some days, by hand; nothing where no day has a row or a divisor is zero.
fn value(rows: &Rows, name: &str, (from, to): (Date, Date)) -> Option<f64> {
    if let Some((_, function, operands)) = FUNCTIONS.iter().find(|(own, ..)| *own == name) {
        let parts: Vec<f64> =
            operands.iter().map(|part| value(rows, part, (from, to))).collect::<Option<_>>()?;
        let (first, rest) = parts.split_first()?;
        let whole = rest.iter().try_fold(*first, |sum, part| match *function {
            "sum" => Some(sum + part),
            "difference" => Some(sum - part),
            "product" => Some(sum * part),
            _ => (*part != 0.0).then(|| sum / part),
        });
        return whole;
    }
    let days: Vec<&Row> = rows.range(from..=to).map(|(_, row)| row).collect();
    let visits = || days.iter().map(|row| row.visits as f64);
    days.first()?;
    match name {
        "visits" => Some(visits().sum()),
        "vmean" => Some(visits().sum::<f64>() / days.len() as f64),
        "vmin" => visits().reduce(f64::min),
        "vmax" => visits().reduce(f64::max),
        "vfirst" => visits().next(),
        "vlast" => visits().next_back(),
        "vmedian" => {
            let mut sorted: Vec<f64> = visits().collect();
            sorted.sort_by(f64::total_cmp);
            let middle = sorted.len() / 2;
            let pair = [sorted[middle], sorted[middle.saturating_sub(1)]];
            Some(if sorted.len() % 2 == 1 { pair[0] } else { f64::midpoint(pair[0], pair[1]) })
        }
        "net" => Some(days.iter().map(|row| row.net as f64).sum()),
        "jp" => Some(days.iter().filter(|row| row.japan).map(|row| row.visits as f64).sum()),
        "plan" => Some(10.0 * days.len() as f64),
        other => panic!("no metric `{other}`"),
    }
}

fn change(name: &str, now: Option<f64>, base: Option<f64>) -> Option<f64> {
    let (now, base) = (now?, base?);
    let is_ratio = FUNCTIONS.iter().any(|(own, function, _)| *own == name && *function == "divide");
    if is_ratio { Some(now - base) } else { (base > 0.0).then(|| now / base - 1.0) }
}

/// The first day of the month so many months away.
fn month(of: Date, by: i16) -> Date {
    let months = 12 * of.year() + i16::from(of.month()) - 1 + by;
    let number = i8::try_from(months.rem_euclid(12) + 1).expect("a month");
    Date::constant(months.div_euclid(12), number, 1)
}

/// To the same date a year earlier, or from the end of a month to the end of that month.
fn year_before(day: Date) -> Date {
    let first = month(day, -12);
    let last = first.last_of_month().day();
    let is_last = day == day.last_of_month();
    Date::constant(first.year(), first.month(), if is_last { last } else { day.day().min(last) })
}

fn near(found: &Value, wanted: Option<f64>, what: &str) {
    match (found.as_f64(), wanted) {
        (None, None) => {}
        (Some(found), Some(wanted)) if (found - wanted).abs() <= 1e-9 * wanted.abs() + 1e-12 => {}
        _ => panic!("{what}: {found} for {wanted:?}"),
    }
}

/// The six weeks and twelve months of a case, each with its window of the year before.
type Slot = ((Date, Date), (Date, Date));

fn slots(case: &Case) -> (Vec<Slot>, Vec<Slot>) {
    let w = case.week_ending;
    let week = |back: i32| {
        let end = w - (7 * back).days();
        let earlier = end - 364.days();
        ((end - 6.days(), end), (earlier - 6.days(), earlier))
    };
    let first = match case.months {
        FISCAL => month(w, -i16::from((w.month() - case.fiscal_end - 1).rem_euclid(12))),
        _ => month(w, if w == w.last_of_month() { -11 } else { -12 }),
    };
    let months = (0..12).map(|at| {
        let (own, before) = (month(first, at), month(first, at - 12));
        ((own, own.last_of_month()), (before, before.last_of_month()))
    });
    ((0..6).rev().map(week).collect(), months.collect())
}

fn check(case: &Case) {
    let rows = history(case);
    let temp = Temp::new("wbr-oracle");
    fs::write(temp.path().join("config.yaml"), config(case)).expect("a file");
    fs::write(temp.path().join("data.csv"), table(case, &rows)).expect("a file");
    let run = |arguments: &[&str], place: &str| {
        let output = Command::new(env!("CARGO_BIN_EXE_kpress"))
            .current_dir(temp.path().join(place))
            .env("HOME", "/nonexistent")
            .args(arguments)
            .output()
            .expect("kpress starts");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("figures are UTF-8")
    };
    run(&["init", "site", "--from-wbr", "config.yaml", "data.csv"], "");
    let deck: Value = serde_json::from_str(&run(&["values", "--deck", "weekly", "--format", "json"], "site"))
        .expect("JSON");
    let known: Rows = rows.into_iter().collect();
    let measured: Rows = history(case).into_iter().filter(|(day, _)| *day <= case.week_ending).collect();
    for block in deck["blocks"].as_array().expect("blocks") {
        let name = block["title"].as_str().expect("a title");
        if [WEEKS_TABLE, MONTHS_TABLE].contains(&name) {
            check_table(case, &measured, name, block);
            continue;
        }
        let series = &block["series"][0];
        let what = format!("{} {name}", case.week_ending);
        match GROWTH.contains(&name) {
            true => check_growth(case, &measured, name, series),
            false => check_level(case, &measured, name, series, &what),
        }
        if name == "visits" {
            let (weeks, months) = slots(case);
            for (at, (own, _)) in weeks.iter().enumerate() {
                near(
                    &block["series"][1]["weeks"][at],
                    value(&known, "plan", *own),
                    &format!("{what} plan {at}"),
                );
            }
            // The plan is drawn to the end of the axis.
            for (at, (own, _)) in months.iter().enumerate().filter(|(_, (own, _))| own.0 > case.week_ending) {
                near(
                    &block["series"][1]["months"][at],
                    value(&known, "plan", *own),
                    &format!("{what} plan {at}"),
                );
            }
        }
    }
}

fn check_level(case: &Case, rows: &Rows, name: &str, series: &Value, what: &str) {
    let w = case.week_ending;
    let (weeks, months) = slots(case);
    for (key, slots) in [("weeks", &weeks), ("months", &months)] {
        for (at, (own, before)) in slots.iter().enumerate() {
            near(&series[key][at], value(rows, name, *own), &format!("{what} {key}[{at}]"));
            let earlier = format!("{key}_previous_year");
            near(&series[&earlier][at], value(rows, name, *before), &format!("{what} {earlier}[{at}]"));
        }
    }
    let total = |window| value(rows, name, window);
    let cell = |key: &str, wanted| near(&series["box"][key], wanted, &format!("{what} {key}"));
    cell("last_week", total(weeks[5].0));
    cell("wow", change(name, total(weeks[5].0), total(weeks[4].0)));
    cell("yoy", change(name, total(weeks[5].0), total(weeks[5].1)));
    let since_start = i16::from((w.month() - case.fiscal_end - 1).rem_euclid(12));
    for (key, back) in [("mtd", 0), ("qtd", since_start % 3), ("ytd", since_start)] {
        let (own, before) = ((month(w, -back), w), (month(w, -back - 12), year_before(w)));
        cell(key, total(own));
        cell(&format!("{key}_yoy"), change(name, total(own), total(before)));
    }
}

fn check_growth(case: &Case, rows: &Rows, name: &str, series: &Value) {
    let (weeks, months) = slots(case);
    check_growth_in(case, rows, name, series, (&weeks, &months));
}

fn check_growth_in(
    case: &Case,
    rows: &Rows,
    name: &str,
    series: &Value,
    (weeks, months): (&[Slot], &[Slot]),
) {
    let grown = |own, base| change("visits", value(rows, "visits", own), value(rows, "visits", base));
    for (at, (own, before)) in weeks.iter().enumerate() {
        let wanted = match name {
            "visitsWOW" => grown(*own, (own.0 - 7.days(), own.1 - 7.days())),
            "visitsYOY" => grown(*own, *before),
            _ => None,
        };
        near(&series["weeks"][at], wanted, &format!("{} {name} week {at}", case.week_ending));
    }
    // A running month is compared with as many days; here only those that are over.
    for (at, (own, before)) in months.iter().enumerate().filter(|(_, (own, _))| own.1 <= case.week_ending) {
        let last = month(own.0, -1);
        let wanted = match name {
            "visitsMOM" => grown(*own, (last, last.last_of_month())),
            "visitsYOY" => grown(*own, *before),
            _ => None,
        };
        near(&series["months"][at], wanted, &format!("{} {name} month {at}", case.week_ending));
    }
}

/// Tables hold what charts do, in the same periods; that of weeks has the quarter and the year so far.
fn check_table(case: &Case, rows: &Rows, table: &str, block: &Value) {
    let w = case.week_ending;
    let (weeks, months) = slots(case);
    let lines = block["rows"].as_array().expect("rows");
    assert_eq!(lines.len(), AGGREGATES.len() + FUNCTIONS.len() + GROWTH.len(), "{table}");
    for line in lines {
        let name = line["header"].as_str().expect("a header");
        let what = format!("{w} {table} {name}");
        if GROWTH.contains(&name) {
            let both = serde_json::json!({"weeks": line.get("weeks"), "months": line.get("months")});
            let of = |is_weeks: bool| {
                if is_weeks { (weeks.as_slice(), &[][..]) } else { (&[][..], months.as_slice()) }
            };
            check_growth_in(case, rows, name, &both, of(table == WEEKS_TABLE));
            continue;
        }
        if table == MONTHS_TABLE {
            for (at, (own, _)) in months.iter().enumerate() {
                near(&line["months"][at], value(rows, name, *own), &format!("{what} [{at}]"));
            }
            continue;
        }
        for (at, (own, _)) in weeks.iter().enumerate() {
            near(&line["weeks"][at], value(rows, name, *own), &format!("{what} [{at}]"));
        }
        let since_start = i16::from((w.month() - case.fiscal_end - 1).rem_euclid(12));
        for (key, back) in [("qtd", since_start % 3), ("ytd", since_start)] {
            near(&line[key], value(rows, name, (month(w, -back), w)), &format!("{what} {key}"));
        }
    }
}

#[test]
fn decks_agree_with_a_reckoning_by_hand() {
    CASES.iter().for_each(check);
}
