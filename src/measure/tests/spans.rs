//! How time is cut: weeks that begin on Sunday, fiscal years, metrics by the week or the month, ranges of days, the
//! first and last of several, data that still moves.

use super::hold;

const SOURCES: &str = "}
sources:
  sales: {files: sales/*.csv, date: date, basis: {tax: inclusive}, provisional: 2d}
  stars: {files: stars/*.csv, date: date}
";

#[test]
fn weeks_from_sunday_and_years_from_april() {
    // 2026-03-29 is a Sunday.
    hold(
        "2026-04-04, week: {starts: sunday}, fiscal_year: {starts: april}",
        &SOURCES.replace(", provisional: 2d", ""),
        "  gmv: {source: sales, value: sum(x), unit: JPY}\n",
        &[(
            "sales/a.csv",
            "date,x\n2026-03-28,1\n2026-03-29,2\n2026-03-30,4\n2026-03-31,8\n2026-04-01,16\n2026-04-02,32\n2026-04-03,64\n2026-04-04,128\n",
        )],
        &[
            ("gmv", "company", "2026-03-28..2026-03-28", "1 complete 1/1"),
            ("gmv", "company", "2026-03-29..2026-04-04", "254 complete 7/7"),
            ("gmv", "company", "FY2025", "15 partial 4/365"),
            ("gmv", "company", "FY2026", "240 running 4/4"),
            ("gmv", "company", "FY2026-Q1", "240 running 4/4"),
            ("gmv", "company", "2026-03-30..2026-04-02", "60 complete 4/4"),
            ("gmv", "company", "2026-04-03..2026-04-06", "192 running 2/2"),
        ],
    );
}

#[test]
fn the_newest_days_are_provisional() {
    hold(
        "2026-03-04",
        SOURCES,
        "  gmv: {source: sales, value: sum(x), unit: JPY}\n  double: {value: gmv * 2, unit: JPY}\n",
        &[("sales/a.csv", "date,x\n2026-03-01,1\n2026-03-02,2\n2026-03-03,3\n2026-03-04,4\n")],
        &[
            ("gmv", "company", "2026-03-02", "2 complete 1/1"),
            ("gmv", "company", "2026-03-03", "3 provisional 1/1"),
            ("double", "company", "2026-03-04", "8 provisional 1/1"),
            ("gmv", "company", "2026-03", "10 running 4/4"),
        ],
    );
}

#[test]
fn a_metric_by_the_week_has_one_observation_per_week() {
    // Mondays 2026-03-02, 09, 16 and 23; nothing was noted on the 16th.
    hold(
        "2026-03-29",
        SOURCES,
        "  rating: {source: stars, value: sum(stars * n) / sum(n), over_time: last, grain: week, unit: stars}\n  heads: {source: stars, value: sum(n), over_time: last, grain: month, unit: count}\n",
        &[(
            "stars/a.csv",
            "date,stars,n\n2026-03-02,4,10\n2026-03-09,4,10\n2026-03-09,3,30\n2026-03-23,5,10\n",
        )],
        &[
            ("rating", "company", "2026-03-02", "- other-grain 0/0"),
            ("rating", "company", "2026-W10", "4 complete 1/1"),
            ("rating", "company", "2026-W11", "3.25 complete 1/1"),
            ("rating", "company", "2026-W12", "- missing 0/1"),
            ("rating", "company", "2026-W13", "5 complete 1/1"),
            ("heads", "company", "2026-W13", "- other-grain 0/0"),
        ],
    );
}

#[test]
fn first_last_and_two_values_of_one_day() {
    let found = hold(
        "2026-03-04",
        &SOURCES.replace(", provisional: 2d", ""),
        "  opening: {source: sales, value: first(x), over_time: first, unit: count}\n  closing: {source: sales, value: last(x), over_time: last, unit: count}\n",
        &[("sales/a.csv", "date,x\n2026-03-02,1\n2026-03-02,1\n2026-03-03,3\n2026-03-04,4\n2026-03-04,5\n")],
        &[
            ("opening", "company", "2026-03-02", "1 complete 1/1"),
            ("opening", "company", "2026-W10", "1 running 2/3"),
            ("closing", "company", "2026-03-03", "3 complete 1/1"),
            ("closing", "company", "2026-03-04", "- missing 0/1"),
        ],
    );
    let unclear: Vec<_> = found.iter().filter(|said| said.starts_with("ambiguous-order")).collect();
    assert_eq!(unclear.len(), 2, "{found:?}");
}

/// The column of the order decides within a day; a tie, and a row without a place, leave it open.
#[test]
fn first_and_last_by_the_order_column_of_the_source() {
    let rows = "date,at,x\n2026-03-02,18:30,7\n2026-03-02,09:05,5\n2026-03-02,12:00,9\n2026-03-03,10:00,3\n\
                2026-03-04,10:00,4\n2026-03-04,10:00,5\n2026-03-05,10:00,4\n2026-03-05,,5\n2026-03-06,10:00,6\n2026-03-06,10:00,6\n";
    let found = hold(
        "2026-03-06",
        &SOURCES.replace(", provisional: 2d", ", order: at"),
        "  opening: {source: sales, value: first(x), over_time: first, unit: count}\n  closing: {source: sales, value: last(x), over_time: last, unit: count}\n",
        &[("sales/a.csv", rows)],
        &[
            ("opening", "company", "2026-03-02", "5 complete 1/1"),
            ("closing", "company", "2026-03-02", "7 complete 1/1"),
            ("closing", "company", "2026-03-03", "3 complete 1/1"),
            ("closing", "company", "2026-03-04", "- missing 0/1"),
            ("closing", "company", "2026-03-05", "- missing 0/1"),
            ("closing", "company", "2026-03-06", "6 complete 1/1"),
        ],
    );
    let unclear: Vec<_> = found.iter().filter(|said| said.starts_with("ambiguous-order")).collect();
    assert_eq!(unclear.len(), 2, "{found:?}");
}

#[test]
fn the_year_before_is_364_days_back_for_weeks_and_a_month_for_months() {
    hold(
        "2026-03-31",
        &SOURCES.replace(", provisional: 2d", ""),
        "  gmv: {source: sales, value: sum(x), unit: JPY}\n  yoy: {value: gmv / same_period_last_year(gmv) - 1, unit: percent}\n",
        &[(
            "sales/a.csv",
            "date,x\n2025-03-24,10\n2025-03-30,10\n2025-03-31,100\n2026-03-23,5\n2026-03-29,20\n2026-03-31,90\n",
        )],
        &[
            // W13: 25 against 20; March: 115 against 120.
            ("yoy", "company", "2026-W13", "0.25 partial 2/7"),
            ("yoy", "company", "2026-03", "-0.0417 partial 3/31"),
        ],
    );
}
