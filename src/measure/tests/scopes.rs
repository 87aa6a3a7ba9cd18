//! Whom a number is for: people and teams, marketplaces, categories from another table, several tables as one, and
//! levels over which a metric must not be added.

use super::hold;

const SOURCES: &str = "}
sources:
  sales: {files: sales/*.csv, date: date, store: {from: column, column: shop}, dimension: [sku], basis: {tax: inclusive}, scopes: {category: products.category}}
  more: {files: more/*.csv, date: date, store: {from: column, column: shop}, basis: {tax: inclusive}}
  products: {files: products/*.csv, key: [sku], dimension: [category]}
";
const SALES: &str = "date,shop,sku,x
2026-03-01,jp1,a,1
2026-03-01,jp1,b,2
2026-03-01,jp2,a,4
2026-03-02,jp1,a,8
2026-03-02,us1,c,16
";
const STORES: &str = "stores: {jp1: {marketplace: JP}, jp2: {marketplace: JP}, us1: {marketplace: US}}\n";
const PEOPLE: &str = "teams: {ops: {}}
people:
  li: {team: ops, covers: {store: [jp1]}}
  wu: {team: ops, covers: {store: [jp2]}, from: 2026-03-02}
  xu: {covers: {category: [pots]}}
";
const PRODUCTS: &str = "sku,category\na,pots\nb,pans\n";

fn files<'a>() -> [(&'a str, &'a str); 5] {
    [
        ("sales/a.csv", SALES),
        ("stores.yaml", STORES),
        ("people.yaml", PEOPLE),
        ("products/a.csv", PRODUCTS),
        ("more/a.csv", "date,shop,x\n2026-03-01,jp3,32\n2026-03-02,jp3,64\n"),
    ]
}

#[test]
fn people_teams_marketplaces_and_categories_get_their_rows() {
    hold(
        "2026-03-02",
        SOURCES,
        "  gmv: {source: sales, value: sum(x), unit: JPY}\n",
        &files(),
        &[
            ("gmv", "person:li", "2026-03-01", "3 complete 1/1"),
            ("gmv", "person:li", "2026-03-02", "8 complete 1/1"),
            ("gmv", "team:ops", "2026-03-01", "3 complete 1/1"),
            ("gmv", "person:xu", "2026-03-01", "5 complete 1/1"),
            ("gmv", "marketplace:JP", "2026-03-01", "7 complete 1/1"),
            ("gmv", "marketplace:US", "2026-03-02", "16 complete 1/1"),
            ("gmv", "category:pots", "2026-03-01", "5 complete 1/1"),
            ("gmv", "store:jp1,category:pans", "2026-03-01", "2 complete 1/1"),
            ("gmv", "store:jp1,category:pans", "2026-03-02", "0 complete 1/1"),
            ("gmv", "company", "2026-03-02", "24 complete 1/1"),
        ],
    );
}

#[test]
fn tables_of_one_metric_are_one_set_of_rows() {
    hold(
        "2026-03-02",
        SOURCES,
        "  all: {source: [sales, more], value: sum(x), unit: JPY}\n  shops: {source: [sales, more], value: count(distinct shop), unit: count}\n",
        &files(),
        &[
            ("all", "company", "2026-03-01", "39 complete 1/1"),
            ("all", "store:jp3", "2026-03-02", "64 complete 1/1"),
            ("all", "store:jp1", "2026-03-02", "8 complete 1/1"),
        ],
    );
}

#[test]
fn what_does_not_add_over_a_level_is_refused_where_it_would_be_added() {
    let metrics = "  visits: {source: sales, value: sum(x), unit: count, not_additive_over: [sku]}\n";
    let found = hold(
        "2026-03-02",
        SOURCES,
        metrics,
        &files(),
        &[
            ("visits", "sku:a", "2026-03-01", "5 complete 1/1"),
            ("visits", "store:jp1,sku:a", "2026-03-02", "8 complete 1/1"),
            ("visits", "company", "2026-03-01", "- undefined 0/0"),
            ("visits", "store:jp1", "2026-03-01", "- undefined 0/0"),
        ],
    );
    assert!(
        found.iter().any(|said| said.starts_with("not-additive: `visits` does not add over `sku`")),
        "{found:?}"
    );
}

#[test]
fn a_store_whose_file_did_not_come_makes_the_company_partial() {
    let sources = "}
sources:
  sales: {files: sales/**/*.csv, date: date, store: {from: path, pattern: \"sales/{store}/\"}, basis: {tax: inclusive}}
";
    hold(
        "2026-03-03",
        sources,
        "  gmv: {source: sales, value: sum(x), unit: JPY}\n",
        &[
            ("sales/jp1/a.csv", "date,x\n2026-03-01,1\n2026-03-02,2\n2026-03-03,3\n"),
            ("sales/jp2/a.csv", "date,x\n2026-03-02,5\n"),
        ],
        &[
            // jp2 had not begun.
            ("gmv", "company", "2026-03-01", "1 complete 1/1"),
            ("gmv", "company", "2026-03-02", "7 complete 1/1"),
            ("gmv", "company", "2026-03-03", "3 partial 0/1"),
            ("gmv", "store:jp1", "2026-03-03", "3 complete 1/1"),
            ("gmv", "store:jp2", "2026-03-03", "- missing 0/1"),
        ],
    );
}

#[test]
fn functions_of_rows_and_of_metrics() {
    let sources = "}\nsources:\n  sales: {files: sales/*.csv, date: date}\n";
    let metrics = "  kinds: {source: sales, value: \"count(distinct case when kind like 'a%' then upper(kind) end)\", unit: count}
  span: {source: sales, value: \"sum(least(x, y) + abs(y) + round(z))\", unit: count}
  month_part: {source: sales, value: sum(month(date) * 100 + day(date)), unit: count}
  filled: {source: sales, value: \"sum(coalesce(y, 0))\", unit: count}
  x: {source: sales, value: sum(x), unit: count}
  named: {source: sales, value: sum(x), where: \"lower(substring(kind, 1, 2)) = 'ab' or kind is null\", unit: count}
  either: {value: \"coalesce(span, x)\", unit: count}
  capped: {value: \"case when x > 10 then 10 else x end\", unit: count}
  skipped: {source: sales, value: \"coalesce(sum(x), sum(y)) + sum(z)\", unit: count}
  chosen: {source: sales, value: \"case when sum(x) > 9 then sum(x) else sum(y) end + sum(z)\", unit: count}
  none: {value: \"x / nullif(x, 3)\", unit: ratio}
";
    hold(
        "2026-03-03",
        sources,
        metrics,
        &[(
            "sales/a.csv",
            "date,kind,x,y,z\n2026-03-01,ab,3,-5,0.5\n2026-03-01,AB,7,2,-0.5\n2026-03-02,abc,3,,1.4\n2026-03-03,,4,1,2\n",
        )],
        &[
            ("kinds", "company", "2026-03-01", "1 complete 1/1"),
            // least(3, -5) + 5 + 1 and least(7, 2) + 2 - 1: halves are rounded away from zero.
            ("span", "company", "2026-03-01", "4 complete 1/1"),
            ("span", "company", "2026-03-02", "- missing 0/1"),
            ("month_part", "company", "2026-03-01", "602 complete 1/1"),
            ("filled", "company", "2026-03-02", "0 complete 1/1"),
            ("named", "company", "2026-03-01", "10 complete 1/1"),
            ("named", "company", "2026-03-03", "4 complete 1/1"),
            ("either", "company", "2026-03-01", "4 complete 1/1"),
            ("either", "company", "2026-03-02", "3 partial 1/1"),
            ("capped", "company", "2026-03-02", "3 complete 1/1"),
            ("capped", "company", "2026-03", "10 running 3/3"),
            // 3 + 1.4, not 3 + nothing: what is not needed shifts nothing.
            ("skipped", "company", "2026-03-02", "4.4 complete 1/1"),
            // 10 + 0 and 1 + 2.
            ("chosen", "company", "2026-03-01", "10 complete 1/1"),
            ("chosen", "company", "2026-03-03", "3 complete 1/1"),
            ("none", "company", "2026-03-02", "- undefined 1/1"),
            ("none", "company", "2026-03-03", "1 complete 1/1"),
        ],
    );
}
