//! Review decks as a reader gets them: windows, missing days, later rows, grains, alignments, and one page per store.

use crate::folder::Temp;
use serde_json::Value;
use std::fs;
use std::path::Path;
use std::process::Command;

fn run(place: &Path, arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_kpress"))
        .current_dir(place)
        .env("HOME", "/nonexistent")
        .args(arguments)
        .output()
        .expect("kpress starts");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {said}");
    String::from_utf8(output.stdout).expect("figures are UTF-8")
}

/// A workspace of three definitions and one table.
fn workspace(site: &str, metrics: &str, deck: &str, rows: &str) -> Temp {
    let temp = Temp::new("decks");
    let write = |name: &str, text: &str| {
        let path = temp.path().join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    };
    let head = format!(
        "site: {{title: T, languages: [en], {site}}}\nsources: {{s: {{files: \"data/*.csv\", date: date, dimension: [store]}}}}\n"
    );
    write("kpress.yaml", &head);
    write("metrics/m.yaml", &format!("metrics:\n{metrics}"));
    write("dashboards/weekly.yaml", deck);
    write("data/s.csv", rows);
    temp
}

fn deck(temp: &Temp, more: &[&str]) -> Value {
    let arguments: Vec<&str> =
        ["values", "--deck", "weekly", "--format", "json"].into_iter().chain(more.iter().copied()).collect();
    serde_json::from_str(&run(temp.path(), &arguments)).expect("JSON")
}

/// Rows `date,amount` from one day to another.
fn rows(from: &str, to: &str, amount: impl Fn(jiff::civil::Date) -> Option<String>) -> String {
    let day = |text: &str| text.parse::<jiff::civil::Date>().expect("a date");
    let (mut at, to) = (day(from), day(to));
    let mut text = "date,amount\n".to_owned();
    while at <= to {
        if let Some(amount) = amount(at) {
            text.push_str(&format!("{at},{amount}\n"));
        }
        at = at.tomorrow().expect("a day");
    }
    text
}

const SUM: &str = "  a: {source: s, value: sum(amount), limits: off}\n";
const PLAIN: &str = "deck: week\nblocks: [{block: six-twelve, metric: a}]\n";

fn near(found: &Value, wanted: f64) {
    let found = found.as_f64().unwrap_or_else(|| panic!("no number for {wanted}"));
    assert!((found - wanted).abs() < 5e-6, "{found} for {wanted}");
}

#[test]
fn rows_after_the_reviewed_week_have_no_say() {
    // As of a Wednesday; the week ended on Sunday the 15th.
    let site = "week: {starts: monday}, as_of: 2026-11-18";
    let fiscal = "deck: week\nmonths: fiscal_year\nblocks: [{block: six-twelve, metric: a}]\n";
    let one = |_: jiff::civil::Date| Some("1".to_owned());
    let short = deck(&workspace(site, SUM, fiscal, &rows("2025-01-01", "2026-11-15", one)), &[]);
    let long = deck(
        &workspace(
            site,
            SUM,
            fiscal,
            &rows("2025-01-01", "2026-11-18", |day| {
                Some(if day > jiff::civil::date(2026, 11, 15) { "1000" } else { "1" }.to_owned())
            }),
        ),
        &[],
    );
    assert_eq!(short, long);
    let series = &long["blocks"][0]["series"][0];
    assert_eq!((long["as_of"].as_str(), &series["months"][10]), (Some("2026-11-15"), &Value::from(15)));
    assert_eq!(series["states"]["months"][10], "running");
    assert_eq!(series["states"]["months"][11], "future");
}

#[test]
fn five_kinds_of_nothing_are_told_apart() {
    let site = "week: {starts: monday}, as_of: 2026-11-15";
    let table = rows("2026-10-19", "2026-11-15", |day| match day.to_string().as_str() {
        "2026-10-27" => Some(String::new()),  // a blank cell
        "2026-10-28" => Some("0".to_owned()), // a real zero
        day if ("2026-11-02"..="2026-11-08").contains(&day) => None, // a week without rows
        "2026-11-10" => None,                 // a day without a row
        _ => Some("10".to_owned()),
    });
    let deck = deck(&workspace(site, SUM, PLAIN, &table), &[]);
    let series = &deck["blocks"][0]["series"][0];
    let seen: Vec<(Option<i64>, &str)> = (0..6)
        .map(|at| (series["weeks"][at].as_i64(), series["states"]["weeks"][at].as_str().expect("a state")))
        .collect();
    assert_eq!(
        seen,
        [
            (None, "no-data"),
            (None, "no-data"),
            (Some(70), "complete"),
            (Some(50), "partial"),
            (None, "missing"),
            (Some(60), "partial")
        ]
    );
    assert_eq!(series["days"]["weeks"][3], serde_json::json!([6, 7]));
    assert_eq!(series["box_states"]["wow"], "n/a");
    assert_eq!(series["box_states"]["yoy"], "n/a");
    assert!(series["box"]["wow"].is_null());
}

#[test]
fn nothing_is_a_percentage_of_nothing() {
    let site = "week: {starts: monday}, as_of: 2026-11-15";
    let last = jiff::civil::date(2026, 11, 9);
    let table =
        rows("2025-01-01", "2026-11-15", |day| Some(if day >= last { "100" } else { "0" }.to_owned()));
    let deck = deck(&workspace(site, SUM, PLAIN, &table), &[]);
    let series = &deck["blocks"][0]["series"][0];
    assert_eq!((&series["box"]["wow"], &series["box_states"]["wow"]), (&Value::Null, &Value::from("n/m")));
    assert_eq!(series["box_differences"]["wow"], 700);
}

#[test]
fn weekdays_are_laid_on_weekdays() {
    // 100 on weekdays, 250 on weekends, no growth (periods.md §5.4).
    let site = "week: {starts: monday}, as_of: 2025-11-16";
    let table = rows("2024-01-01", "2025-11-16", |day| {
        Some(if day.weekday().to_monday_zero_offset() >= 5 { "250" } else { "100" }.to_owned())
    });
    let by = |align: &str| {
        let written = format!("deck: week\nalign: {align}\nblocks: [{{block: six-twelve, metric: a}}]\n");
        deck(&workspace(site, SUM, &written, &table), &[])["blocks"][0]["series"][0]["box"]["mtd_yoy"].clone()
    };
    near(&by("date"), 2500.0 / 2350.0 - 1.0);
    near(&by("weekday"), 0.0);
}

/// A sale that moved by eight days: its week is compared with the week it lay in, at the same weekday, and what holds it moves
/// along; a week without it keeps its 364 days.
#[test]
fn a_sale_is_laid_on_the_sale_of_the_year_before() {
    let day = |text: &str| text.parse::<jiff::civil::Date>().expect("a day");
    let table = rows("2024-01-01", "2025-07-20", |on| {
        let sold = (day("2024-07-16")..=day("2024-07-17")).contains(&on)
            || (day("2025-07-08")..=day("2025-07-11")).contains(&on);
        Some(if sold { "500" } else { "100" }.to_owned())
    });
    let site = "week: {starts: monday}, as_of: 2025-07-20, calendar: sale";
    let deck_by = |align: &str| {
        let written = format!("deck: week\nalign: {align}\nblocks: [{{block: six-twelve, metric: a}}]\n");
        let temp = workspace(site, SUM, &written, &table);
        fs::create_dir_all(temp.path().join("calendar")).expect("a folder");
        fs::write(
            temp.path().join("calendar/sale.yaml"),
            "events:\n  - {id: prime, name: Prime, weight: 5, from: 2024-07-16, to: 2024-07-17}\n  - {id: prime, name: Prime, weight: 5, from: 2025-07-08, to: 2025-07-11}\n",
        )
        .expect("a calendar");
        deck(&temp, &[])["blocks"][0]["series"][0].clone()
    };
    let (plain, moved) = (deck_by("date"), deck_by("event"));
    // Weeks 24 to 29: the sale of 2025 lies in week 28 (7–13 July), that of 2024 in week 29 of that year.
    assert_eq!(plain["weeks"], serde_json::json!([700, 700, 700, 700, 2300, 700]));
    assert_eq!(plain["weeks_previous_year"], serde_json::json!([700, 700, 700, 700, 700, 1500]));
    assert_eq!(moved["weeks_previous_year"], serde_json::json!([700, 700, 700, 700, 1500, 1500]));
    // Month to date, 1–20 July (3,600), against 9–28 July 2024, moved along with the sale: 2,800.
    near(&moved["box"]["mtd_yoy"], 3600.0 / 2800.0 - 1.0);
}

#[test]
fn a_sale_meets_itself_a_year_earlier() {
    // 100 a day, 1,000 on the three days of a sale: in October this year, in September the year before. No growth.
    let site = "week: {starts: monday}, as_of: 2025-10-19, calendar: own";
    let is_sale = |day: jiff::civil::Date| match day.year() {
        2025 => day.month() == 10 && (14..=16).contains(&day.day()),
        _ => day.month() == 9 && (24..=26).contains(&day.day()),
    };
    let table =
        rows("2024-01-01", "2025-10-19", |day| Some(if is_sale(day) { "1000" } else { "100" }.to_owned()));
    let by = |align: &str| {
        let written = format!("deck: week\nalign: {align}\nblocks: [{{block: six-twelve, metric: a}}]\n");
        let temp = workspace(site, SUM, &written, &table);
        let sales = "  - {id: fair, from: 2024-09-24, to: 2024-09-26, weight: 5}\n  - {id: fair, from: 2025-10-14, to: 2025-10-16, weight: 5}\n";
        fs::create_dir_all(temp.path().join("calendar")).expect("a folder");
        fs::write(temp.path().join("calendar/own.yaml"), format!("events:\n{sales}")).expect("a file");
        deck(&temp, &[])["blocks"][0]["series"][0].clone()
    };
    let (dates, event) = (by("date"), by("event"));
    // The week of the sale against a week without, and against the week of the sale.
    near(&dates["box"]["yoy"], 3400.0 / 700.0 - 1.0);
    near(&event["box"]["yoy"], 0.0);
    // 1 to 19 October begin thirteen days before the sale: 11 to 29 September of the year before.
    near(&dates["box"]["mtd_yoy"], 4600.0 / 1900.0 - 1.0);
    near(&event["box"]["mtd_yoy"], 0.0);
    // A week without a sale stays where it is.
    assert_eq!(dates["weeks_previous_year"][4], event["weeks_previous_year"][4]);
}

#[test]
fn like_for_like_leaves_out_days_that_one_side_lacks() {
    let temp = Temp::new("decks-like");
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/wbr/scenario_2");
    let text = |name: &str| data.join(name).to_string_lossy().into_owned();
    run(temp.path(), &["init", "site", "--from-wbr", &text("config.yaml"), &text("original.csv")]);
    let place = temp.path().join("site");
    let file = place.join("dashboards/weekly.yaml");
    let mtd = |rule: &str| {
        let written = fs::read_to_string(&file).expect("the deck");
        let head: String = written
            .lines()
            .filter(|line| !line.starts_with("compare_partial"))
            .map(|line| format!("{line}\n"))
            .collect();
        fs::write(&file, format!("compare_partial: {rule}\n{head}")).expect("the deck");
        let told = run(&place, &["values", "--deck", "weekly", "--format", "json"]);
        let deck: Value = serde_json::from_str(&told).expect("JSON");
        deck["blocks"][0]["series"][0]["box"]["mtd_yoy"].clone()
    };
    near(&mtd("as-is"), 1.43236);
    near(&mtd("like-for-like"), 0.42302);
    assert!(mtd("hide").is_null());
}

#[test]
fn a_monthly_figure_has_no_weeks_and_counts_in_its_month() {
    let site = "week: {starts: monday}, as_of: 2026-11-15";
    let metrics = "  a: {source: s, value: sum(amount), grain: month, over_time: sum, limits: off}\n";
    let table = rows("2025-01-01", "2026-11-15", |day| (day.day() == 5).then(|| day.month().to_string()));
    let written = "deck: week\nmonths: fiscal_year\nblocks: [{block: six-twelve, metric: a}]\n";
    let deck = deck(&workspace(site, metrics, written, &table), &[]);
    let series = &deck["blocks"][0]["series"][0];
    assert_eq!(series["states"]["weeks"][5], "other-grain");
    assert_eq!(
        (&series["months"][9], &series["states"]["months"][9]),
        (&Value::from(10), &Value::from("complete"))
    );
    assert_eq!(
        (&series["months"][10], &series["states"]["months"][10]),
        (&Value::from(11), &Value::from("running"))
    );
    assert_eq!(series["box"]["mtd"], 11);
    near(&series["box"]["mtd_yoy"], 0.0);
}

#[test]
fn years_of_whole_weeks_name_their_periods() {
    let site = "week: {starts: sunday}, fiscal_year: {pattern: 4-5-4, ends: {weekday: saturday, nearest: 01-31}}, as_of: 2025-02-01";
    let table = rows("2022-01-30", "2025-02-01", |_| Some("1".to_owned()));
    let written = "deck: week\nmonths: fiscal_year\nblocks: [{block: six-twelve, metric: a}]\n";
    let deck = deck(&workspace(site, SUM, written, &table), &[]);
    let series = &deck["blocks"][0]["series"][0];
    assert_eq!(
        (&series["labels"]["months"][0], &series["labels"]["months"][11]),
        (&Value::from("P1"), &Value::from("P12"))
    );
    // The year before had 53 weeks, the last period of it five.
    assert_eq!(
        (&series["months"][11], &series["months_previous_year"][11]),
        (&Value::from(28), &Value::from(35))
    );
    assert_eq!(series["box"]["ytd"], 364);
    let temp = workspace(site, SUM, written, &table);
    assert!(
        found(&temp).contains("note[extra-week]: in the deck `weekly`, FY2024-P12 has 4 weeks"),
        "{}",
        found(&temp)
    );
    fs::write(temp.path().join("dashboards/weekly.yaml"), format!("align: weekday\n{written}"))
        .expect("a file");
    assert!(!found(&temp).contains("extra-week"), "{}", found(&temp));
}

/// What `kpress check` says.
fn found(temp: &Temp) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_kpress"))
        .current_dir(temp.path())
        .env("HOME", "/nonexistent")
        .arg("check")
        .output()
        .expect("kpress starts");
    String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned()
}

/// Every day counts one, so that each figure to date is the number of its days; the dates are found by looking at them.
#[test]
fn to_date_counts_its_days_for_every_fiscal_year_end() {
    let table = rows("2018-01-01", "2026-12-31", |_| Some("1".to_owned()));
    for ends in 1..=12_i8 {
        let start = [
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
            "january",
        ][usize::try_from(ends - 1).expect("a month")];
        let site = format!("week: {{starts: sunday}}, fiscal_year: {{starts: {start}}}, as_of: 2026-12-31");
        let temp = workspace(&site, SUM, PLAIN, &table);
        for text in ["2020-02-29", "2021-01-02", "2022-12-10", "2024-12-28", "2026-10-31"] {
            let last: jiff::civil::Date = text.parse().expect("a date");
            let deck = deck(&temp, &["--as-of", text]);
            let first_of = |months: &dyn Fn(i8) -> bool| {
                let (mut at, mut days) = (last, 1);
                while !(at.day() == 1 && months((at.month() - ends - 1).rem_euclid(12))) {
                    at = at.yesterday().expect("a day");
                    days += 1;
                }
                days
            };
            let told = &deck["blocks"][0]["series"][0]["box"];
            let days = [first_of(&|_| true), first_of(&|into| into % 3 == 0), first_of(&|into| into == 0)];
            for (name, days) in ["mtd", "qtd", "ytd"].into_iter().zip(days) {
                assert_eq!(told[name], days, "{name} of {text}, years end with month {ends}");
            }
        }
    }
}

/// Metrics of every aggregate over rows of two stores.
const ALL_AGGREGATES: &str = "  total: {source: s, value: sum(amount), limits: off}
  rows: {source: s, value: count(amount), limits: off}
  mean: {source: s, value: avg(amount), limits: off}
  middle: {source: s, value: median(amount), limits: off}
  low: {source: s, value: min(amount), limits: off}
  high: {source: s, value: max(amount), limits: off}
  kinds: {source: s, value: count(distinct amount), limits: off}
  share: {value: total / high, limits: off}
";

#[test]
fn rows_in_any_order_and_in_halves_give_the_same_bytes() {
    let written = "deck: week\nblocks:\n".to_owned()
        + &["total", "rows", "mean", "middle", "low", "high", "kinds", "share"]
            .map(|id| format!("  - {{block: six-twelve, metric: {id}}}\n"))
            .concat();
    let mut lines = Vec::new();
    for line in
        rows("2024-06-01", "2026-11-15", |day| Some((day.day_of_year() % 7 * 2).to_string())).lines().skip(1)
    {
        let (day, amount) = line.split_once(',').expect("two cells");
        lines.push(format!("{day},east,{amount}"));
        lines.push(format!("{day},west,1.5"));
    }
    let site = "week: {starts: monday}, as_of: 2026-11-15";
    let table = |lines: &[String]| format!("date,store,amount\n{}\n", lines.join("\n"));
    let temp = workspace(site, ALL_AGGREGATES, &written, &table(&lines));
    let values = ["values", "--deck", "weekly", "--format", "json"];
    let first = run(temp.path(), &values);
    // Places far apart become neighbours: 7,919 is prime and shares no factor with their number.
    let dealt: Vec<String> = (0..lines.len()).map(|at| lines[at * 7919 % lines.len()].clone()).collect();
    assert_ne!(dealt, lines);
    fs::write(temp.path().join("data/s.csv"), table(&dealt)).expect("a table");
    assert!(first == run(temp.path(), &values), "shuffled");
    // The same rows in two files, the later days first.
    let (one, other) = lines.split_at(lines.len() / 3);
    fs::write(temp.path().join("data/s.csv"), table(other)).expect("a table");
    fs::write(temp.path().join("data/t.csv"), table(one)).expect("a table");
    assert!(first == run(temp.path(), &values), "two files");
    // A sum does not know how its rows were cut.
    fs::remove_file(temp.path().join("data/t.csv")).expect("a file");
    let only = "deck: week\nblocks: [{block: six-twelve, metric: total}]\n";
    let temp = workspace(site, ALL_AGGREGATES, only, &table(&lines));
    let whole = run(temp.path(), &values);
    let halves: Vec<String> = lines
        .iter()
        .flat_map(|line| {
            let (head, amount) = line.rsplit_once(',').expect("cells");
            let half = amount.parse::<f64>().expect("a number") / 2.0;
            [format!("{head},{half}"), format!("{head},{half}")]
        })
        .collect();
    fs::write(temp.path().join("data/s.csv"), table(&halves)).expect("a table");
    assert!(whole == run(temp.path(), &values), "halves");
}

#[test]
fn a_deck_is_told_what_a_meeting_could_not_read() {
    let metrics = "  a: {source: s, value: sum(amount), limits: off}
  b: {source: s, value: sum(amount), limits: off}
  c: {source: s, value: sum(amount), limits: off}
  m: {source: s, value: last(amount), grain: month, limits: off}
  result: {source: s, value: sum(amount), causes: a + b, limits: off}
";
    let written = "deck: week
blocks:
  - {block: six-twelve, metric: result}
  - {block: six-twelve, series: [{metric: a}, {metric: b}, {metric: c}]}
  - {block: six-twelve, series: [{metric: a}, {metric: a, growth: yoy}]}
  - {block: six-weeks-table, rows: [{metric: a, growth: wow}, {metric: a, growth: mom}, {metric: m, growth: wow}]}
  - {block: twelve-months-table, rows: [{metric: a, growth: mom}, {metric: a, growth: wow}]}
";
    let table = rows("2026-01-01", "2026-11-15", |_| Some("1".to_owned()));
    let temp = workspace("week: {starts: monday}, as_of: 2026-11-15", metrics, written, &table);
    fs::write(temp.path().join("people.yaml"), "people: {li: {name: Li}}\n").expect("a file");
    let told = found(&temp);
    for line in [
        "note[deck-order]: `result` stands before what it comes from: `a`, `b`",
        "warning[too-many-series]: `c` is one too many: the chart has 3 metrics",
        "warning[growth-at-other-grain]: month on month has no figures for weeks",
        "warning[growth-at-other-grain]: a monthly figure does not grow from week to week",
        "warning[growth-at-other-grain]: week on week has no figures for months",
    ] {
        assert_eq!(told.matches(line).count(), 1, "{line}: {told}");
    }
    assert_eq!(told.matches("nobody explains this block of the deck `weekly`").count(), 5, "{told}");
}

#[test]
fn a_deck_for_each_store_has_a_page_for_each() {
    let site = "week: {starts: monday}, as_of: 2026-11-15";
    let mut table = "date,store,amount\n".to_owned();
    for line in rows("2025-10-01", "2026-11-15", |_| Some("1".to_owned())).lines().skip(1) {
        let (day, _) = line.split_once(',').expect("two cells");
        table.push_str(&format!("{day},east,1\n{day},west,2\n"));
    }
    let written =
        "title: \"{name}\"\nfor_each: store\ndeck: week\nblocks: [{block: six-twelve, metric: a}]\n";
    let temp = workspace(site, SUM, written, &table);
    let all = deck(&temp, &[]);
    let weeks: Vec<(&str, &Value)> = all
        .as_array()
        .expect("a page for each")
        .iter()
        .map(|page| {
            (page["scope"]["store"].as_str().expect("a store"), &page["blocks"][0]["series"][0]["weeks"][5])
        })
        .collect();
    assert_eq!(weeks, [("east", &Value::from(7)), ("west", &Value::from(14))]);
    assert_eq!(deck(&temp, &["--scope", "store:west"])["blocks"][0]["series"][0]["weeks"][5], 14);
    run(temp.path(), &["build"]);
    let page =
        fs::read_to_string(temp.path().join("public/en/dashboards/weekly/west/index.html")).expect("a page");
    assert!(page.contains("<svg class=\"chart six wide\"") && page.contains("id=\"block-1\""));
    assert!(page.contains("href=\"figures.csv\" download"));
    let figures = fs::read_to_string(temp.path().join("public/en/dashboards/weekly/west/figures.csv"));
    let figures = figures.expect("a table beside the page");
    // Two a day, seven days; the month to date has fifteen, against none of the year before.
    for line in [
        "1,a,chart,a,\"wk 46, 2026\",2026-11-09,2026-11-15,14,value,complete,7,7,,",
        "1,a,box,a,MTD,2026-11-01,2026-11-15,30,value,complete,15,15,,",
        "1,a,box,a,WoW,2026-11-09,2026-11-15,0,percent,complete,7,7,2026-11-02,2026-11-08",
    ] {
        assert!(figures.lines().any(|found| found == line), "{line}: {figures}");
    }
    let mailed = run(temp.path(), &["export", "dashboards/weekly/west"]);
    assert!(
        mailed.contains("<style>") && !mailed.contains("<script") && !mailed.contains("<link"),
        "{}",
        mailed.len()
    );
}
