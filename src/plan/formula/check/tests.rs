//! Names, circles, units, bases, owners and levels by example: metrics as people write them, and what is found.

use crate::diag::{Checked, Finding};
use crate::inputs::Memory;
use crate::plan::{Plan, load};

const HEAD: &str = "site: {title: Shop, languages: [en], timezone: Asia/Tokyo, currency: JPY}
sources:
  traffic:
    files: data/t/*.csv
    date: date
    dimension: [asin]
    basis: {tax: inclusive}
  ads:
    files: data/a/*.csv
    date: date
    basis: {tax: inclusive, attribution: 7d}
  ads_sb:
    files: data/b/*.csv
    date: date
    basis: {tax: inclusive, attribution: 14d}
  net:
    files: data/n/*.csv
    date: date
    basis: {tax: exclusive}
  open:
    files: data/o/*.csv
    date: date
  open2:
    files: data/p/*.csv
    date: date
  china:
    files: data/c/*.csv
    date: date
    currency: CNY
    basis: {tax: inclusive}
";

/// Metrics that are right; the tests add one or two.
const METRICS: &str = "metrics:
  gmv: {source: traffic, value: sum(sales), unit: JPY, better: higher, level: core, owner: ceo}
  sessions: {source: traffic, value: sum(sessions), unit: count}
  units: {source: traffic, value: sum(units), unit: count, better: higher}
  rank: {source: traffic, value: min(rank), unit: rank}
  ad_spend: {source: ads, value: sum(cost), unit: JPY}
  ad_sales: {source: ads, value: sum(sales_7d), unit: JPY}
  sb_sales: {source: ads_sb, value: sum(sales_14d), unit: JPY}
  clicks: {source: ads, value: sum(clicks), unit: count}
  net_sales: {source: net, value: sum(sales), unit: JPY}
  open_cost: {source: open, value: sum(cost), unit: JPY}
  open_sales: {source: open, value: sum(sales), unit: JPY}
  other_sales: {source: open2, value: sum(sales), unit: JPY}
  stock: {source: traffic, value: last(stock), unit: count}
  days: {source: traffic, value: avg(days), unit: days}
  cny: {source: china, value: sum(amount), unit: CNY}
  acos: {value: ad_spend / ad_sales, unit: percent}
  asp: {value: gmv / units, unit: JPY}
";

fn workspace(metrics: &str, more: &[(&str, &str)]) -> Checked<Plan> {
    let metrics = format!("{METRICS}{metrics}");
    let usual = [
        ("kpress.yaml", HEAD.as_bytes()),
        (
            "people.yaml",
            b"people: {ceo: {name: Boss, team: all}, li: {name: Li, team: all}}\nteams: {all: {name: All}}\n"
                .as_slice(),
        ),
        ("metrics/a.yaml", metrics.as_bytes()),
    ];
    load(&Memory::of(usual.into_iter().chain(more.iter().map(|(name, text)| (*name, text.as_bytes())))))
}

/// Everything but notes on metrics nobody uses yet.
fn seen(found: &[Finding]) -> Vec<String> {
    let shown = found.iter().filter(|finding| finding.rule.name != "metric-unused");
    shown.map(|finding| format!("{} {}: {}", finding.rule.name, finding.place, finding.message)).collect()
}

/// One more metric: `x: {…}`, on line 19.
fn check(metric: &str, expected: &[&str]) {
    assert_eq!(seen(&workspace(&format!("  {metric}\n"), &[]).found), expected, "{metric}");
}

fn fits(value: &str, unit: &str) {
    check(&format!("x: {{value: \"{value}\", unit: {unit}}}"), &[]);
}

fn wrong(value: &str, unit: &str, expected: &str) {
    check(&format!("x: {{value: \"{value}\", unit: {unit}}}"), &[expected]);
}

#[test]
fn units_that_fit() {
    // The identities of numbers.md §2.
    fits("ad_spend / clicks", "JPY");
    fits("ad_sales / ad_spend", "ratio");
    fits("1 / acos", "ratio");
    fits("ad_spend / gmv", "percent");
    fits("(gmv - ad_sales) / gmv", "percent");
    fits("units / sessions", "percent");
    fits("sessions * (units / sessions) * asp", "JPY");
    fits("gmv / asp", "count");
    fits("stock / (units / 30)", "days");
    fits("stock / units * 7", "days");
    fits("days / 7", "weeks");
    fits("365 / days", "ratio");
    fits("gmv / same_period_last_year(gmv) - 1", "percent");
    fits("gmv - prev(gmv, '1 week')", "JPY");
    fits("coalesce(ad_sales, 0) + gmv", "JPY");
    fits("case when sessions > 100 then units / sessions end", "percent");
    fits("greatest(gmv - ad_sales, 0)", "JPY");
    fits("gmv * 1.1", "JPY");
    fits("units * 2", "count");
    fits("acos * 100", "score");
    fits("1 - acos", "percent");
}

#[test]
fn units_that_do_not_fit() {
    wrong(
        "ad_spend / ad_sales",
        "JPY",
        "unit-mismatch metrics/a.yaml:19:14: `x` is measured in JPY, but its formula gives a ratio",
    );
    wrong(
        "ad_spend / clicks",
        "percent",
        "unit-mismatch metrics/a.yaml:19:14: `x` is measured in percent, but its formula gives JPY",
    );
    wrong(
        "gmv",
        "count",
        "unit-mismatch metrics/a.yaml:19:14: `x` is measured in count, but its formula gives JPY",
    );
    wrong(
        "units + sessions",
        "percent",
        "unit-mismatch metrics/a.yaml:19:14: `x` is measured in percent, but its formula gives a count",
    );
    wrong(
        "gmv + units",
        "JPY",
        "unit-mismatch metrics/a.yaml:19:14: JPY and a count cannot be added or subtracted",
    );
    wrong(
        "gmv - acos",
        "JPY",
        "unit-mismatch metrics/a.yaml:19:14: JPY and percent cannot be added or subtracted",
    );
    wrong(
        "days + rank",
        "days",
        "unit-mismatch metrics/a.yaml:19:14: days and rank cannot be added or subtracted",
    );
    wrong(
        "gmv * ad_spend",
        "JPY",
        "unit-mismatch metrics/a.yaml:19:14: `x` is measured in JPY, but its formula gives JPY to the power of 2",
    );
    wrong(
        "units / gmv",
        "percent",
        "unit-mismatch metrics/a.yaml:19:14: `x` is measured in percent, but its formula gives something per JPY",
    );
    wrong(
        "least(gmv, units)",
        "JPY",
        "unit-mismatch metrics/a.yaml:19:14: JPY and a count cannot be compared",
    );
    wrong(
        "case when gmv > units then 1 end",
        "count",
        "unit-mismatch metrics/a.yaml:19:14: JPY and a count cannot be compared",
    );
    wrong(
        "case when units > 1 then gmv else units end",
        "JPY",
        "unit-mismatch metrics/a.yaml:19:14: JPY and a count are results of one `case`",
    );
    check(
        "x: {source: traffic, value: count(*), unit: JPY}",
        &["unit-mismatch metrics/a.yaml:19:31: `x` is measured in JPY, but its formula gives a count"],
    );
    check(
        "x: {source: traffic, value: count(*) / count(a), unit: JPY}",
        &["unit-mismatch metrics/a.yaml:19:31: `x` is measured in JPY, but its formula gives a ratio"],
    );
    check("x: {source: traffic, value: count(*) / count(a), unit: percent}", &[]);
}

#[test]
fn bases_that_do_not_fit() {
    wrong(
        "ad_spend / net_sales",
        "percent",
        "basis-mixed metrics/a.yaml:19:26: `x` combines `ad_spend` (tax inclusive) with `net_sales` (tax exclusive)",
    );
    wrong(
        "gmv - net_sales",
        "JPY",
        "basis-mixed metrics/a.yaml:19:21: `x` combines `gmv` (tax inclusive) with `net_sales` (tax exclusive)",
    );
    wrong(
        "asp / net_sales",
        "percent",
        "basis-mixed metrics/a.yaml:19:21: `x` combines `asp` (tax inclusive) with `net_sales` (tax exclusive)",
    );
    wrong(
        "ad_sales + sb_sales",
        "JPY",
        "basis-mixed metrics/a.yaml:19:26: `x` combines `ad_sales` (attribution 7d) with `sb_sales` (attribution 14d)",
    );
    wrong("gmv + cny", "JPY", "basis-mixed metrics/a.yaml:19:14: `x` combines amounts in JPY and in CNY");
    wrong("gmv / cny", "ratio", "basis-mixed metrics/a.yaml:19:14: `x` combines amounts in JPY and in CNY");
    check("x: {value: ad_sales + sb_sales, unit: JPY, basis: {attribution: mixed}}", &[]);
    check("x: {value: gmv + net_sales, unit: JPY, basis: {tax: mixed}}", &[]);
    check(
        "x: {value: gmv / units, unit: JPY, basis: {tax: exclusive}}",
        &[
            "basis-mixed metrics/a.yaml:19:14: `x` is declared tax exclusive, but it is made of amounts that are tax inclusive",
        ],
    );
    check(
        "x: {source: [ads, ads_sb], value: sum(cost), unit: JPY}",
        &[
            "basis-mixed metrics/a.yaml:19:3: `x` adds figures of unlike attribution windows: `ads` 7d, `ads_sb` 14d",
        ],
    );
    check("x: {source: [ads, ads_sb], value: sum(cost), unit: JPY, basis: {attribution: mixed}}", &[]);
    check(
        "x: {source: [traffic, net], value: sum(sales), unit: JPY}",
        &[
            "basis-mixed metrics/a.yaml:19:3: `x` adds amounts of sources with unlike tax: `net` exclusive, `traffic` inclusive",
        ],
    );
    // A count has no tax.
    fits("gmv / units", "JPY");
    fits("net_sales / clicks", "JPY");
}

#[test]
fn an_undeclared_basis_costs_a_dash() {
    let dashed = |metric: &str| {
        let read = workspace(&format!("  {metric}\n"), &[]);
        (seen(&read.found), read.value.dashed.iter().map(ToString::to_string).collect::<Vec<_>>())
    };
    // Both sides from one source with one basis, known or not, divide freely.
    assert_eq!(dashed("x: {value: open_cost / open_sales, unit: percent}"), (vec![], vec![]));
    let one = "basis-undeclared metrics/a.yaml:19:14: whether tax is in `open_cost` is not declared, so `x` shows a dash";
    assert_eq!(
        dashed("x: {value: open_cost / gmv, unit: percent}"),
        (vec![one.to_owned()], vec!["x".to_owned()])
    );
    let both = "basis-undeclared metrics/a.yaml:19:14: whether tax is in `open_cost` and in `other_sales` is not declared, so `x` shows a dash";
    assert_eq!(
        dashed("x: {value: open_cost / other_sales, unit: percent}"),
        (vec![both.to_owned()], vec!["x".to_owned()])
    );
    // What is made of it shows a dash too, without being told again.
    let read = dashed(
        "x: {value: gmv - open_cost, unit: JPY}\n  y: {value: x / gmv, unit: percent}\n  z: {value: y * 2, unit: percent}",
    );
    assert_eq!(read.1, ["x", "y", "z"]);
    assert!(read.0.iter().all(|told| told.starts_with("basis-undeclared")), "{:?}", read.0);
    let read = workspace("  x: {value: open_cost / gmv, unit: percent}\n", &[]);
    let told = read.found.iter().find(|finding| finding.rule.name == "basis-undeclared");
    let hint = told.and_then(|finding| finding.hint.clone());
    assert_eq!(
        hint.as_deref(),
        Some("write `basis: {tax: exclusive}` or `basis: {tax: inclusive}` on source `open`")
    );
}

#[test]
fn unknown_names_and_circles() {
    check(
        "x: {value: ad_spend / ad_slaes, unit: percent}",
        &["unknown-metric metrics/a.yaml:19:25: there is no metric `ad_slaes`"],
    );
    check("x: {value: GMV, unit: JPY}", &["unknown-metric metrics/a.yaml:19:14: there is no metric `GMV`"]);
    check("x: {value: x + 1, unit: count}", &["cycle metrics/a.yaml:19:14: `x` is made of itself: x → x"]);
    check(
        "x: {value: 'prev(x, ''1 week'') + 1', unit: count}",
        &["cycle metrics/a.yaml:19:14: `x` is made of itself: x → x"],
    );
    let read = workspace(
        "  c: {value: a * 2, unit: count}\n  a: {value: b + 1, unit: count}\n  b: {value: c - 1, unit: count}\n  d: {value: a / b, unit: ratio}\n",
        &[],
    );
    assert_eq!(seen(&read.found), ["cycle metrics/a.yaml:20:14: `a` is made of itself: a → b → c → a"]);
    let circle = read.found.iter().find(|finding| finding.rule.name == "cycle").expect("one circle");
    let related: Vec<String> = circle.related.iter().map(|(at, what)| format!("{at} {what}")).collect();
    assert_eq!(related, ["metrics/a.yaml:21:14 `b` uses `c`", "metrics/a.yaml:19:14 `c` uses `a`"]);
    let broken: Vec<String> = read.value.broken.iter().map(|(id, why)| format!("{id}: {why}")).collect();
    assert_eq!(broken.len(), 4);
    assert_eq!(broken[3], "d: `d` is made of `a`, which cannot be computed");
    assert!(["a", "b", "c", "d"].iter().all(|id| !read.value.metrics.contains_key(*id)));
}

#[test]
fn operands_come_first() {
    let plan =
        workspace("  a: {value: z / units, unit: JPY}\n  z: {value: gmv - ad_spend, unit: JPY}\n", &[]).value;
    let order = super::order(&plan.metrics);
    assert_eq!(order.len(), plan.metrics.len());
    let at = |name: &str| order.iter().position(|id| &**id == name).expect("in the order");
    assert!(at("gmv") < at("z") && at("ad_spend") < at("z") && at("z") < at("a") && at("units") < at("a"));
}

#[test]
fn a_long_chain_of_metrics_needs_no_deep_stack() {
    let chain: String =
        (1..3000).map(|n| format!("  m{n}: {{value: m{} + 1, unit: count}}\n", n - 1)).collect();
    let plan = workspace(&format!("{chain}  m0: {{value: units, unit: count}}\n"), &[]).value;
    assert_eq!(super::order(&plan.metrics).len(), plan.metrics.len());
    let circle = workspace(&format!("{chain}  m0: {{value: m2999, unit: count}}\n"), &[]);
    let told = seen(&circle.found);
    let expected = "cycle metrics/a.yaml:3018:15: `m0` is made of itself: m0 → m2999 → m2998 → m2997 → m2996 → m2995 → … (2988 more) → m6 → m5 → m4 → m3 → m2 → m1 → m0";
    assert_eq!(told, [expected]);
}

#[test]
fn sums_over_levels_a_metric_does_not_add_up_over() {
    let visits = "  visits: {source: traffic, value: sum(visits), unit: count, not_additive_over: [asin]}\n  rate: {value: units / visits, unit: percent}\n";
    let page = |blocks: &str| {
        let text = format!("title: T\nblocks:\n{blocks}\n");
        seen(&workspace(visits, &[("dashboards/d.yaml", &text)]).found)
    };
    let none: &[&str] = &[];
    assert_eq!(page("  - {block: table, by: asin, columns: [visits, rate]}"), none);
    assert_eq!(
        page("  - {block: table, by: asin, columns: [visits], total: true}"),
        [
            "not-additive dashboards/d.yaml:3:5: `visits` does not add up over `asin`, but is asked for by company"
        ]
    );
    assert_eq!(
        page("  - {block: card, metric: rate}"),
        [
            "not-additive dashboards/d.yaml:3:5: `visits` (a part of `rate`) does not add up over `asin`, but is asked for by company"
        ]
    );
}

#[test]
fn one_owner_and_few_core_metrics() {
    let targets = "targets:
  - {metric: gmv, period: 2026, value: 100, owner: ceo}
  - {id: q, metric: gmv, period: 2026-Q1, value: 25, owner: li}
";
    assert_eq!(
        seen(&workspace("", &[("targets/a.yaml", targets)]).found),
        [
            "several-owners targets/a.yaml:3:10: `ceo` and `li` both answer for `gmv` of company at the same time"
        ]
    );
    let nobody = "targets: [{id: t, metric: units, period: 2026, value: 1}]";
    assert_eq!(
        seen(&workspace("", &[("targets/a.yaml", nobody)]).found),
        ["no-owner targets/a.yaml:1:16: nobody answers for the target `t`"]
    );
    check(
        "x: {value: gmv, unit: JPY, level: core}",
        &["no-owner metrics/a.yaml:19:3: nobody answers for `x`"],
    );
    let core = |owners: &[&str]| -> String {
        let one = |(n, owner): (usize, &&str)| {
            format!("  k{n}: {{value: gmv, unit: JPY, level: core, owner: {owner}}}\n")
        };
        owners.iter().enumerate().map(one).collect()
    };
    assert_eq!(seen(&workspace(&core(&["ceo"; 4]), &[]).found), Vec::<String>::new());
    assert_eq!(
        seen(&workspace(&core(&["ceo"; 5]), &[]).found),
        ["too-many-core-metrics metrics/a.yaml:23:3: `ceo` has 6 core metrics, more than 5"]
    );
    assert_eq!(
        seen(&workspace(&core(&["li"; 5]), &[]).found),
        ["too-many-core-metrics metrics/a.yaml:23:3: team `all` has 6 core metrics, more than 5"]
    );
}

#[test]
fn converted_amounts_are_converted_alike() {
    let rates =
        HEAD.replace("  china:", "  fx: {files: data/fx/*.csv, key: [currency], valid_from: date}\n  china:");
    let read = |mode: &str| {
        let metrics = format!(
            "  a: {{source: china, value: sum(amount), unit: JPY, fx: month_avg}}\n  b: {{source: china, value: sum(fee), unit: JPY, fx: {mode}}}\n  x: {{value: a - b, unit: JPY}}\n"
        );
        seen(&workspace(&metrics, &[("kpress.yaml", &rates)]).found)
    };
    assert_eq!(read("month_avg"), Vec::<String>::new());
    assert_eq!(
        read("daily_mid"),
        [
            "exchange-rate-mixed metrics/a.yaml:21:18: `x` combines `a` (month_avg of `fx`) with `b` (daily_mid of `fx`)"
        ]
    );
}

#[test]
fn a_metric_is_as_coarse_as_its_parts() {
    let plan = workspace(
        "  heads: {source: traffic, value: sum(heads), unit: count, grain: month}\n  per_head: {value: gmv / heads, unit: JPY}\n  twice: {value: per_head * 2, unit: JPY}\n",
        &[],
    );
    let grain = |id: &str| plan.value.metrics[id].grain.name();
    assert_eq!([grain("gmv"), grain("per_head"), grain("twice")], ["day", "month", "month"]);
}

#[test]
fn a_stage_has_few_core_metrics_and_none_that_are_too_early() {
    let told = |stage: &str, core: usize| {
        let head = HEAD.replace("currency: JPY", &format!("currency: JPY, stage: {stage}"));
        let one = |n: usize| {
            format!("  k{n}: {{value: gmv, unit: JPY, level: core, owner: ceo, better: higher}}\n")
        };
        let core: String = (0..core.saturating_sub(1)).map(one).collect();
        let late = "  ltv: {value: gmv, unit: JPY, level: advanced}\n  later: {value: gmv, unit: JPY, level: core, owner: li, adopt_from: mature}\n";
        let page = "title: T\nblocks: [{block: card, metric: ltv}, {block: card, metric: later}]\n";
        let more = format!("{core}{late}");
        let all = workspace(&more, &[("kpress.yaml", &head), ("dashboards/d.yaml", page)]).found;
        let of = |finding: &Finding| {
            matches!(
                finding.rule.name,
                "too-few-core-metrics" | "too-many-core-metrics" | "metric-above-stage"
            )
        };
        all.iter().filter(|one| of(one)).map(|one| one.message.clone()).collect::<Vec<_>>()
    };
    let early = |what: &str, stage: &str| {
        format!("`{what}` is shown, though the stage `{stage}` is too early for it")
    };
    let both = [early("ltv", "startup"), early("later", "startup")];
    assert_eq!(
        told("startup", 2),
        [&["the stage `startup` has 2 core metrics, fewer than 3".to_owned()][..], &both].concat()
    );
    assert_eq!(told("startup", 3), both);
    assert_eq!(told("growth", 5), [early("later", "growth")]);
    let many =
        ["`ceo` has 6 core metrics, more than 5", "the stage `growth` has 6 core metrics, more than 5"];
    assert_eq!(told("growth", 6), [many[0].to_owned(), many[1].to_owned(), early("later", "growth")]);
    // Then the one that waited counts.
    assert_eq!(told("mature", 2), Vec::<String>::new());
}
