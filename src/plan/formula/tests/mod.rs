//! The formula language by example: what is read, as which tree, and what is refused, where and why.

mod hostile;

use super::{parse_derived, parse_filter, parse_source};
use crate::diag::{Checked, Place};
use std::fmt::Display;

/// Where the formulas of these tests stand: line 3 from column 10 on, without quotes.
fn place(text: &str) -> Place {
    Place::at(&"metrics/a.yaml".into(), 3, 10, u32::try_from(text.chars().count()).expect("short"))
}

fn shown<T: Display>(read: Checked<Option<T>>) -> String {
    match read.value {
        Some(tree) => {
            assert!(read.found.is_empty(), "a tree and findings: {:?}", read.found);
            tree.to_string()
        }
        None => {
            assert!(!read.found.is_empty(), "neither a tree nor a finding");
            let one = |finding: &crate::diag::Finding| {
                let (column, width) = (finding.place.column, finding.place.width);
                let hint = finding.hint.as_deref().map(|hint| format!(" → {hint}")).unwrap_or_default();
                format!("{} {column}+{width}: {}{hint}", finding.rule.name, finding.message)
            };
            read.found.iter().map(one).collect::<Vec<_>>().join("\n")
        }
    }
}

fn source(text: &str, expected: &str) {
    assert_eq!(shown(parse_source(text, &place(text), &["c".into(), "orders".into()])), expected, "{text}");
}

fn filter(text: &str, expected: &str) {
    assert_eq!(shown(parse_filter(text, &place(text), &["c".into()])), expected, "{text}");
}

fn derived(text: &str, expected: &str) {
    assert_eq!(shown(parse_derived(text, &place(text))), expected, "{text}");
}

#[test]
fn aggregates() {
    source("sum(cost)", "sum(cost)");
    source("SUM(cost)", "sum(cost)");
    source("count(*)", "count(*)");
    source("count(asin)", "count(asin)");
    source("count(distinct amazon_order_id)", "count(distinct amazon_order_id)");
    source("avg(price)", "avg(price)");
    source("min(rank) ", "min(rank)");
    source("max(rank)", "max(rank)");
    source("median(rank)", "median(rank)");
    source("first(available)", "first(available)");
    source("last(available)", "last(available)");
    source("sum(\"Defects/Million\")", "sum(\"Defects/Million\")");
    source("sum(注文商品の売上額)", "sum(注文商品の売上額)");
    source("sum(date)", "sum(date)");
    source("sum(order)", "sum(order)");
    source("sum(value)", "sum(value)");
}

#[test]
fn arithmetic_between_aggregates() {
    source("sum(a) + sum(b) * 2", "(sum(a) + (sum(b) * 2))");
    source("(sum(a) + sum(b)) / count(*)", "((sum(a) + sum(b)) / count(*))");
    source("sum(a) - sum(b) - sum(c)", "((sum(a) - sum(b)) - sum(c))");
    source("sum(a) / sum(b) / sum(c)", "((sum(a) / sum(b)) / sum(c))");
    source("-sum(a)", "(-sum(a))");
    source("1 - sum(a) / sum(b)", "(1 - (sum(a) / sum(b)))");
    source("0.100000000000000000001 * sum(a)", "(0.100000000000000000001 * sum(a))");
    source("coalesce(sum(a), 0)", "coalesce(sum(a), 0)");
    source("sum(a) / nullif(sum(b), 0)", "(sum(a) / nullif(sum(b), 0))");
    source("greatest(sum(a), -sum(a))", "greatest(sum(a), (-sum(a)))");
    source(
        "case when sum(b) > 0 then sum(a) / sum(b) end",
        "case when sum(b) > 0 then (sum(a) / sum(b)) end",
    );
    source("case sum(b) when 0 then 1 else 2 end", "case when sum(b) = 0 then 1 else 2 end");
    source("case when sum(b) > 0 then 1 else null end", "case when sum(b) > 0 then 1 end");
}

#[test]
fn expressions_over_rows() {
    source("sum(quantity * c.cost)", "sum((quantity * c.cost))");
    source(
        "sum(case when status = 'Shipped' then quantity else 0 end)",
        "sum(case when (status = 'Shipped') then quantity else 0 end)",
    );
    source(
        "sum(case kind when 'a' then 1 when 'b' then 2 end)",
        "sum(case when (kind = 'a') then 1 when (kind = 'b') then 2 end)",
    );
    source("count(distinct concat(a, '/', b))", "count(distinct concat(a, '/', b))");
    source("count(distinct a || b)", "count(distinct concat(a, b))");
    source("sum(round(price * 1.1, 2))", "sum(round((price * 1.1), 2))");
    source("sum(coalesce(price, 0) - abs(fee))", "sum((coalesce(price, 0) - abs(fee)))");
    source("count(distinct substring(sku, 1, 3))", "count(distinct substring(sku, 1, 3))");
    source("count(distinct upper(trim(sku)))", "count(distinct upper(trim(sku)))");
    source("sum(least(a, b, c))", "sum(least(a, b, c))");
    source("max(length(title))", "max(length(title))");
    source("count(distinct extract(month from day))", "count(distinct month(day))");
}

#[test]
fn conditions_on_rows() {
    filter("order_status <> 'Cancelled'", "(order_status <> 'Cancelled')");
    filter("order_status != 'Cancelled'", "(order_status <> 'Cancelled')");
    filter("a = 1 and b = 2 or not c = 3", "(((a = 1) and (b = 2)) or (not (c = 3)))");
    filter("kind in ('a', 'b')", "(kind in ('a', 'b'))");
    filter("kind not in ('it''s')", "(kind not in ('it''s'))");
    filter("price between 1 and 5", "((price >= 1) and (price <= 5))");
    filter("price not between 1 and 5", "(not ((price >= 1) and (price <= 5)))");
    filter("sku like 'KT-%'", "(sku like 'KT-%')");
    filter("sku not like 'KT-%'", "(sku not like 'KT-%')");
    filter("sku is null", "(sku is null)");
    filter("sku is not null", "(sku is not null)");
    filter("purchase_date >= date '2026-01-31'", "(purchase_date >= date '2026-01-31')");
    filter("weekday(purchase_date) < 6", "(weekday(purchase_date) < 6)");
    filter("year(purchase_date) = 2026", "(year(purchase_date) = 2026)");
    filter("is_business_order", "is_business_order");
    filter("not is_business_order", "(not is_business_order)");
    filter("c.category = 'kitchen'", "(c.category = 'kitchen')");
}

#[test]
fn formulas_over_metrics() {
    derived("ad_spend / ad_sales", "(ad_spend / ad_sales)");
    derived("(gmv - ad_sales) / gmv", "((gmv - ad_sales) / gmv)");
    derived("cpc / (ad_cvr * ad_aov)", "(cpc / (ad_cvr * ad_aov))");
    derived("gmv / prev(gmv, '1 week') - 1", "((gmv / prev(gmv, '1 week')) - 1)");
    derived("rolling(gmv, '8 weeks')", "rolling(gmv, '8 weeks')");
    derived("rolling(gmv, '1 quarter')", "rolling(gmv, '1 quarter')");
    derived("gmv / same_period_last_year(gmv) - 1", "((gmv / same_period_last_year(gmv)) - 1)");
    derived("coalesce(ad_sales, 0)", "coalesce(ad_sales, 0)");
    derived(
        "case when gmv > 1000 then ad_spend / gmv else 0 end",
        "case when gmv > 1000 then (ad_spend / gmv) else 0 end",
    );
    derived("least(a, b)", "least(a, b)");
    derived("\"gmv-2026\" * 2", "(\"gmv-2026\" * 2)");
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table of cases, to be read in one go")]
fn what_is_not_of_the_language() {
    source(
        "sum(cast(cost as int))",
        "formula-not-allowed 19+4: a cast cannot be used in a formula → the kind of a column is declared on its source",
    );
    source(
        "sum(cost::int)",
        "formula-not-allowed 14+4: a cast cannot be used in a formula → the kind of a column is declared on its source",
    );
    source(
        "(select sum(cost) from ads)",
        "formula-not-allowed 11+25: a subquery cannot be used in a formula → use `lookup:` to bring in columns of another source",
    );
    source(
        "sum(cost) over (partition by day)",
        "formula-not-allowed 10+3: a window function (`over`) cannot be used in a formula → `rolling(metric, '8 weeks')` gives moving figures",
    );
    source(
        "sum(cost) filter (where day > 1)",
        "formula-not-allowed 10+3: `filter (where …)` cannot be used in a formula → write `where:` on the metric, or `sum(case when … then x end)`",
    );
    source(
        "exists (select 1)",
        "formula-not-allowed 18+8: a subquery cannot be used in a formula → use `lookup:` to bring in columns of another source",
    );
    source("summ(cost)", "unknown-function 10+4: there is no function `summ` here → did you mean `sum`?");
    source(
        "average(cost)",
        "unknown-function 10+7: there is no function `average` here → the mean is `avg(…)`",
    );
    source(
        "sum(sum(cost))",
        "aggregate-misplaced 14+3: the aggregate `sum` stands inside an aggregate or a condition on rows → rows become one value once; ratios of sums are written `sum(a) / sum(b)`",
    );
    source(
        "cost / sum(sales)",
        "aggregate-misplaced 10+4: `cost` stands outside of an aggregate → `cost` is a column, with a value in every row: write `sum(cost)`; a formula over metrics has no `source:`",
    );
    source(
        "sum(ceil(cost))",
        "formula-not-allowed 19+4: `ceil` and `floor` cannot be used in a formula → write `round(x, 0)`",
    );
    source(
        "round(sum(cost), 2)",
        "aggregate-misplaced 10+5: `round` works on rows, not on aggregates → figures are rounded when they are shown: `decimals:` on the metric",
    );
    source(
        "sum(cost) > 5",
        "formula-not-allowed 10+13: `>` gives no number → comparisons stand in `case when a > b then … end`; rows are chosen with `where:`",
    );
    source(
        "sum(cost) % 5",
        "formula-not-allowed 10+13: there is no operator `%` → a share is written as a plain number: `0.22`, not `22%`",
    );
    source(
        "sum(22%)",
        "formula-unreadable 17+1: expected an expression, found `)` → a share is written as a plain number: `0.22`, not `22%`",
    );
    source(
        "sum(cost",
        "formula-unreadable 17+1: expected `)`, but the formula ends → a `)` is missing; inside `{…}` of YAML a formula with a comma must stand in quotes",
    );
    source("sum(cost))", "formula-unreadable 19+1: the formula ends before `)` → one `)` too many");
    source(
        "sum(cost) sum(sales)",
        "formula-unreadable 20+3: the formula ends before `sum` → an operator is missing before it, or a name with spaces needs double quotes: `\"units ordered\"`",
    );
    source(
        "sum(cost),",
        "formula-unreadable 19+1: the formula ends before `,` → one metric has one formula; digits are not grouped in formulas",
    );
    source(
        "sum(cost) -- + sum(sales)",
        "formula-unreadable 20+15: a comment inside a formula → to subtract a negative number write `a - (-b)`; comments belong behind a `#` of YAML",
    );
    source("", "formula-unreadable 10+0: the formula is empty → write for example `sum(sales)`");
    source(
        "42",
        "aggregate-misplaced 10+2: a formula over a source needs an aggregate → write for example `sum(sales)` or `count(*)`",
    );
    source(
        "sum(1e3 * cost)",
        "formula-unreadable 14+3: `1e3` cannot be read as a number → write it with digits and at most one point: `1000`, `0.22`; up to 28 digits",
    );
    source(
        "sum(cost, sales)",
        "unknown-function 10+3: `sum` takes one argument, not 2 → see the list of functions in the manual",
    );
    source(
        "count(distinct a, b)",
        "unknown-function 10+5: `count(distinct …)` takes one argument → join several columns first: `count(distinct concat(a, '/', b))`",
    );
    source(
        "count(distinct *)",
        "unknown-function 10+5: `count(distinct …)` takes one argument → join several columns first: `count(distinct concat(a, '/', b))`",
    );
    source(
        "sum(*)",
        "unknown-function 10+3: `sum` takes neither `*` nor `distinct` → see the list of functions in the manual",
    );
    source(
        "sum(distinct cost)",
        "unknown-function 10+3: `sum` takes neither `*` nor `distinct` → see the list of functions in the manual",
    );
    source(
        "sum(cost > 5)",
        "aggregate-misplaced 10+3: `sum` needs numbers, not a condition → to count rows write `count(*)` with `where:`, or `sum(case when … then 1 else 0 end)`",
    );
    source(
        "sum('5')",
        "aggregate-misplaced 10+3: `sum` needs numbers, not a text → to count rows write `count(*)` with `where:`, or `sum(case when … then 1 else 0 end)`",
    );
    source("sum(x.cost)", "formula-not-allowed 14+1: there is no lookup `x` → did you mean `c`?");
    source(
        "sum(order.cost)",
        "formula-not-allowed 14+5: there is no lookup `order` → did you mean `orders`?",
    );
    source(
        "sum(a.b.c)",
        "formula-not-allowed 14+5: this part of SQL cannot be used in a formula → see the formula language in the manual",
    );
    source("sum(ads.*)", "formula-not-allowed 14+3: this argument cannot be used in a formula");
    source(
        "prev(gmv, '1 week')",
        "aggregate-misplaced 10+4: `prev` works on metrics, not on the rows of a source → define the metric first, then another one without `source:` that uses it",
    );
    source("sum(lower(5))", "formula-unreadable 20+1: `5` is a number, where a text is needed");
    source(
        "sum(coalesce(a))",
        "unknown-function 14+8: `coalesce` takes at least 2 arguments, not 1 → see the list of functions in the manual",
    );
    source(
        "summ(a) / averge(b)",
        "unknown-function 10+4: there is no function `summ` here → did you mean `sum`?\nunknown-function 20+6: there is no function `averge` here → known here: `avg`, `coalesce`, `count`, `first`, `greatest`, `last`, `least`, `max`, `median`, `min`, `nullif`, `sum`",
    );
    source(
        "sum('unclosed)",
        "formula-unreadable 14+1: unterminated string literal → every quote needs its partner",
    );
    source(
        "sum(a) + 'x'",
        "aggregate-misplaced 19+3: `'x'` is no number → between values only numbers can stand",
    );
    source("sum(round(a, b))", "unknown-function 23+1: `round` takes a whole number from 0 to 28 here");
    source(
        "sum(a) / null",
        "formula-not-allowed 19+4: `null` is no value to calculate with → leave the `else` out: without it there is no value",
    );
    source(
        "case when sum(a) > 0 and sum(b) > 0 then 1 end",
        "formula-not-allowed 20+25: this condition cannot be used between values → between values a condition is one comparison: `case when a > b then …`; nest a second `case`",
    );
    source(
        "sum(interval '1 day')",
        "formula-not-allowed 23+7: an interval cannot be used in a formula → spans are texts: `prev(gmv, '1 week')`",
    );
    source(
        "sum(case when a then b else 'x' end + 'y')",
        "formula-unreadable 14+31: `CASE WHEN a THEN b ELSE 'x' END` is a text, where a number is needed → numbers stand without quotes",
    );
    source(
        "sum(year('2026-01-01'))",
        "formula-unreadable 19+12: `'2026-01-01'` is a text, where a date is needed → a date is written `date '2026-01-31'`",
    );
    filter(
        "sum(cost) > 5",
        "aggregate-misplaced 10+3: the aggregate `sum` stands inside an aggregate or a condition on rows → rows become one value once; ratios of sums are written `sum(a) / sum(b)`",
    );
    filter("cost", "cost");
    filter(
        "cost + 1",
        "formula-unreadable 10+8: `where` needs a condition, not a number → write for example `order_status <> 'Cancelled'`",
    );
    filter(
        "a = null",
        "formula-not-allowed 10+8: a comparison with `null` → nothing is equal to null; write `x is null` or `x is not null`",
    );
    filter(
        "a in (select 1)",
        "formula-not-allowed 10+14: a subquery cannot be used in a formula → list the values: `x in ('a', 'b')`",
    );
    filter(
        "a ilike 'x'",
        "formula-not-allowed 10+11: this kind of match cannot be used in a formula → write `lower(x) like 'a%'`",
    );
    filter(
        "a like b",
        "formula-not-allowed 17+1: the pattern of `like` is a written text → write for example `sku like 'KT-%'`: `%` stands for any text, `_` for one character",
    );
    filter("a < 5 < 6", "formula-unreadable 18+1: `6` is a number, where a condition is needed");
    filter("a = 'x' and b", "((a = 'x') and b)");
    filter("a and 5", "formula-unreadable 16+1: `5` is a number, where a condition is needed");
    filter(
        "day = date '2026-02-30'",
        "formula-unreadable 21+12: '2026-02-30' is no date → write `date '2026-01-31'`",
    );
    filter(
        "price > '5' and 3 > '5'",
        "formula-unreadable 30+3: `'5'` is a text, where a number is needed → numbers stand without quotes",
    );
    derived(
        "sum(cost)",
        "aggregate-misplaced 10+3: the aggregate `sum` needs a source → with `source:` beside it the formula is one over rows; over metrics nothing is aggregated again",
    );
    derived(
        "ads.cost",
        "formula-not-allowed 10+8: `ads.cost` is no metric → a metric goes by its own name; a column of a source needs `source:` and an aggregate",
    );
    derived(
        "42",
        "aggregate-misplaced 10+2: the formula names no metric → name the metrics it is made of: `ad_spend / ad_sales`; a formula over columns needs `source:`",
    );
    derived(
        "prev(gmv)",
        "formula-unreadable 10+4: `prev` needs a span → write how far: `prev(gmv, '1 week')`",
    );
    derived(
        "prev(gmv, 1)",
        "formula-unreadable 20+1: `1` is no span of time → a span is a text: `'1 day'`, `'8 weeks'`, `'3 months'`, `'1 quarter'`, `'1 year'`",
    );
    derived(
        "prev(gmv, '1 fortnight')",
        "formula-unreadable 20+13: `'1 fortnight'` is no span of time → a span is a text: `'1 day'`, `'8 weeks'`, `'3 months'`, `'1 quarter'`, `'1 year'`",
    );
    derived(
        "prev(gmv, '0 weeks')",
        "formula-unreadable 20+9: `'0 weeks'` is no span of time → a span is a text: `'1 day'`, `'8 weeks'`, `'3 months'`, `'1 quarter'`, `'1 year'`",
    );
    derived(
        "prev(gmv / 2, '1 week')",
        "formula-not-allowed 15+7: `prev` takes the name of a metric → make the formula inside a metric of its own and name it here",
    );
    derived(
        "prev(prev(gmv, '1 week'), '1 week')",
        "formula-not-allowed 15+4: `prev` takes the name of a metric → make the formula inside a metric of its own and name it here",
    );
    derived(
        "rollling(gmv, '8 weeks')",
        "unknown-function 10+8: there is no function `rollling` here → did you mean `rolling`?",
    );
    derived(
        "lower(gmv)",
        "aggregate-misplaced 10+5: `lower` works on rows, not on metrics → over metrics there is arithmetic, coalesce, nullif, case, least, greatest, prev, rolling",
    );
    derived(
        "gmv > 5",
        "formula-not-allowed 10+7: `>` gives no number → comparisons stand in `case when a > b then … end`; rows are chosen with `where:`",
    );
    derived(
        "yoy(gmv)",
        "unknown-function 10+3: there is no function `yoy` here → write `metric / same_period_last_year(metric) - 1`",
    );
    derived(
        "gmv * 22%",
        "formula-unreadable 18+1: expected an expression, but the formula ends → a share is written as a plain number: `0.22`, not `22%`",
    );
    derived(
        "gmv ad_sales",
        "formula-unreadable 14+8: the formula ends before `ad_sales` → an operator is missing before it, or a name with spaces needs double quotes: `\"units ordered\"`",
    );
    derived(
        "gmv / / ad_sales",
        "formula-unreadable 16+1: expected an expression, found `/` → see the formula language in the manual; example: `sum(sales) / count(distinct order_id)`",
    );
    derived(
        "gmv; drop table x",
        "formula-unreadable 13+1: the formula ends before `;` → an operator is missing before it, or a name with spaces needs double quotes: `\"units ordered\"`",
    );
}
