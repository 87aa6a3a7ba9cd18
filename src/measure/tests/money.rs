//! Costs that are looked up, and amounts that are converted: which cost of which day, which rate of which mode, and
//! what is said where one of them is not known.

use super::hold;

const SOURCES: &str = "}
sources:
  sales: {files: sales/*.csv, date: date, store: {from: column, column: shop}, dimension: [sku], basis: {tax: exclusive}}
  costs: {files: costs/*.csv, key: [sku], valid_from: since, columns: {sku: {}, since: {}, cost: {unit: CNY}}}
  fx: {files: fx/*.csv, key: [currency], valid_from: date}
  daily: {files: daily/*.csv, date: date, key: [currency]}
";
const SALES: &str = "date,shop,sku,units
2026-02-27,jp1,a,2
2026-03-02,jp1,a,1
2026-03-30,jp1,a,3
2026-03-30,jp1,b,4
2026-03-31,jp2,a,5
";
const COSTS: &str = "sku,since,cost\na,2026-01-01,10\na,2026-03-30,12.5\nb,2026-03-31,7\n";
const RATES: &str = "date,currency,rate
2026-02-02,CNY,20
2026-02-20,CNY,22
2026-03-02,CNY,21
2026-03-16,CNY,22
2026-03-30,CNY,24
2026-03-30,USD,150
";

fn files<'a>() -> [(&'a str, &'a str); 3] {
    [("sales/a.csv", SALES), ("costs/a.csv", COSTS), ("fx/a.csv", RATES)]
}

#[test]
fn the_cost_of_the_day_counts_and_an_unknown_one_is_said() {
    let metric = "  cost: {source: sales, lookup: {c: {in: costs, by: {sku: sku}, date: date}}, value: sum(units * c.cost), unit: CNY}
  filled: {source: sales, lookup: {c: {in: costs, by: {sku: sku}, date: date}}, value: \"sum(units * coalesce(c.cost, 1))\", unit: CNY}
";
    let found = hold(
        "2026-03-31",
        SOURCES,
        metric,
        &files(),
        &[
            ("cost", "company", "2026-02-27", "20 complete 1/1"),
            ("cost", "company", "2026-03-02", "10 complete 1/1"),
            // 3 × 12.5; the four of `b` have no cost yet on that day.
            ("cost", "company", "2026-03-30", "37.5 partial 0/1"),
            ("cost", "sku:b", "2026-03-30", "- missing 0/1"),
            ("cost", "company", "2026-03-31", "62.5 complete 1/1"),
            ("filled", "company", "2026-03-30", "41.5 complete 1/1"),
        ],
    );
    let unknown: Vec<_> = found.iter().filter(|said| said.starts_with("cost-unknown")).collect();
    assert_eq!(unknown, ["cost-unknown: `cost` finds no `cost` in `costs` for `b`, 1 rows"]);
}

#[test]
fn amounts_are_converted_by_the_mean_the_day_or_the_last_of_the_month() {
    let cost = "source: sales, lookup: {c: {in: costs, by: {sku: sku}, date: date}}, where: \"sku = 'a'\", value: sum(units * c.cost), unit: JPY";
    let metrics = format!(
        "  mean: {{{cost}, fx: month_avg}}\n  day: {{{cost}, fx: daily_mid}}\n  end: {{{cost}, fx: month_end}}\n"
    );
    hold(
        "2026-03-31",
        SOURCES,
        &metrics,
        &files(),
        &[
            // February 20 CNY; the mean of its rates is 21, the last is 22, the one in force on the 27th too.
            ("mean", "company", "2026-02-27", "420 complete 1/1"),
            ("day", "company", "2026-02-27", "440 complete 1/1"),
            ("end", "company", "2026-02-27", "440 complete 1/1"),
            // March: (21 + 22 + 24) / 3 = 22.3333…; 10 + 37.5 + 62.5 CNY.
            ("mean", "company", "2026-03-02", "223.3333 complete 1/1"),
            ("mean", "company", "2026-03", "2456.6667 partial 3/31"),
            ("day", "company", "2026-03-02", "210 complete 1/1"),
            ("day", "store:jp2", "2026-03-31", "1500 complete 1/1"),
            ("end", "company", "2026-03-02", "240 complete 1/1"),
            ("end", "company", "2026-03", "2640 partial 3/31"),
        ],
    );
}

#[test]
fn a_month_without_a_rate_is_missing_and_said() {
    let metrics = "  fee: {source: fees, value: sum(fee), unit: JPY, fx: month_avg}\n";
    let sources = format!(
        "{SOURCES}  fees: {{files: fees/*.csv, date: date, columns: {{fee: {{unit: CNY}}}}, basis: {{tax: exclusive}}}}\n"
    );
    let found = hold(
        "2026-04-02",
        &sources,
        metrics,
        &[("fees/a.csv", "date,fee\n2026-03-31,3\n2026-04-01,5\n2026-04-02,5\n"), ("fx/a.csv", RATES)],
        &[
            ("fee", "company", "2026-03-31", "67 complete 1/1"),
            ("fee", "company", "2026-04-01", "- missing 0/1"),
            ("fee", "company", "2026-04", "- missing 0/2"),
        ],
    );
    assert_eq!(
        found,
        ["rate-missing: `fee` needs a rate on 2026-04-01 that `fx` does not hold (2 days in all)"]
    );
}

#[test]
fn rates_by_day_do_not_last_and_two_costs_are_no_cost() {
    let sources = SOURCES
        .replace("  fx:", "  other:")
        .replace("  daily:", "  fx:")
        .replace("key: [sku], valid_from: since", "key: [sku]");
    let metrics = "  cost: {source: sales, lookup: {c: {in: costs, by: {sku: sku}}}, value: sum(units * c.cost), unit: JPY, fx: daily_mid}\n";
    let found = hold(
        "2026-03-31",
        &sources,
        metrics,
        &[("sales/a.csv", SALES), ("costs/a.csv", COSTS), ("daily/a.csv", RATES)],
        &[
            ("cost", "company", "2026-03-02", "- no-data 0/1"),
            ("cost", "sku:b", "2026-03-30", "672 complete 1/1"),
            ("cost", "sku:a", "2026-03-30", "- no-data 0/1"),
        ],
    );
    assert!(
        found.iter().any(|said| said.starts_with("lookup-ambiguous: `costs` has several rows for `a`")),
        "{found:?}"
    );
}

#[test]
fn rows_are_dated_by_what_is_looked_up() {
    let sources = "}
sources:
  returns: {files: returns/*.csv, date: date, store: {from: column, column: shop}}
  orders: {files: orders/*.csv, date: date, key: [id]}
";
    let metrics = "  cohort: {source: returns, lookup: {o: {in: orders, by: {id: id}}}, dated_by: o.date, value: sum(units), unit: count}\n";
    hold(
        "2026-03-04",
        sources,
        metrics,
        &[
            (
                "returns/a.csv",
                "date,shop,id,units\n2026-03-03,jp1,1,2\n2026-03-04,jp1,2,1\n2026-03-04,jp2,1,1\n",
            ),
            ("orders/a.csv", "date,id\n2026-03-01,1\n2026-03-02,2\n2026-03-03,3\n2026-03-04,4\n"),
        ],
        &[
            ("cohort", "company", "2026-03-01", "3 complete 1/1"),
            ("cohort", "store:jp2", "2026-03-01", "1 complete 1/1"),
            ("cohort", "company", "2026-03-02", "1 complete 1/1"),
            ("cohort", "company", "2026-03-03", "0 complete 1/1"),
        ],
    );
}

#[test]
fn a_sum_too_long_is_missing_and_said() {
    let sources = "}\nsources:\n  sales: {files: sales/*.csv, date: date}\n";
    let big = "999999999999999";
    let rows = format!("date,x\n2026-03-01,{big}\n2026-03-02,3\n");
    let found = hold(
        "2026-03-02",
        sources,
        "  cube: {source: sales, value: sum(x * x * x), unit: count}\n",
        &[("sales/a.csv", &rows)],
        &[
            ("cube", "company", "2026-03-01", "- no-data 0/1"),
            ("cube", "company", "2026-03-02", "27 complete 1/1"),
        ],
    );
    assert!(found.iter().any(|said| said.starts_with("number-overflow: `cube`")), "{found:?}");
}
