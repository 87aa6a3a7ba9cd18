//! July 2025 of the reference vectors (numbers.md §5.3–5.5) as a page, and a tree of three hundred targets.

use crate::assess::{Course, DayPlan, Forecast, Judged, Pace, Rollup, Standing, assess};
use crate::inputs::Memory;
use crate::measure::{Days, Facts, Point, Series, State};
use crate::plan::{Event, Plan, Scope, Season, Status, StatusKind, TargetValue, Words, load};
use crate::render::{Theme, render};
use crate::report::{Page, Provenance, Report, report, wire};
use crate::time::{Date, Grain, Period};
use crate::unit::{Decimal, Quantity};
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::Arc;

const SITE: &str = "
site: {title: Shop, languages: [en, ja, zh], currency: JPY}
sources:
  sales: {files: \"data/*.csv\", date: date, store: {from: column, column: store}, dimension: [category], basis: {tax: inclusive}}
";
const METRICS: &str = "
metrics:
  gmv: {name: {en: Sales, ja: 売上, zh: 销售额}, source: sales, value: sum(sales), unit: JPY, better: higher, level: core, owner: aki}
";
const JULY: &str = "
targets:
  - {id: july, metric: gmv, period: 2025-07, value: 10_416_667, stretch: 11_000_000, red: 9_500_000, owner: aki,
     resources: [{text: ad budget, kind: budget, amount: 400000 JPY, granted: 0.5}]}
  - {id: july-a, parent: july, metric: gmv, scope: {store: a}, period: 2025-07, value: 6_000_000, owner: bo}
  - {id: july-b, parent: july, metric: gmv, scope: {store: b}, period: 2025-07, value: 4_000_000, owner: aki}
";

const STORES: &str = "
stores:
  a: {name: Akiba}
  b: {name: Biwa}
  shop-0: {}
  shop-1: {}
  shop-2: {}
  shop-3: {}
  shop-4: {}
  shop-5: {}
  shop-6: {}
  shop-7: {}
  shop-8: {}
  shop-9: {}
  shop-10: {}
  shop-11: {}
";

fn day(text: &str) -> Date {
    text.parse().expect("a date")
}

fn whole(value: i64) -> Quantity {
    Quantity::Exact(Decimal::from(value))
}

fn plan(targets: &str) -> Plan {
    let files = [
        ("kpress.yaml", SITE),
        ("metrics/all.yaml", METRICS),
        ("targets/all.yaml", targets),
        ("stores.yaml", STORES),
        ("people.yaml", "people: {aki: {name: Aki}, bo: {name: Bo}}"),
    ];
    let checked = load(&Memory::of(files.map(|(name, text)| (name, text.as_bytes()))));
    // Parts that differ from the whole are what one of the pages is about.
    let grave = |one: &&crate::diag::Finding| {
        one.level == crate::diag::Level::Error && one.rule.name != "children-differ-from-parent"
    };
    let errors: Vec<_> =
        checked.found.iter().filter(grave).map(|one| (one.rule.name, &one.message)).collect();
    assert!(errors.is_empty(), "{errors:#?}");
    checked.value
}

/// Day targets of the vector, as running totals.
fn july_days() -> Vec<i64> {
    let text = include_str!("../../../tests/data/vectors/phasing_days_2025_07.csv");
    let rows = text.lines().skip(1);
    let mut before = vec![0];
    for row in rows {
        let amount: i64 = row.split(',').nth(4).expect("a target").parse().expect("whole yen");
        before.push(before.last().expect("there is one") + amount);
    }
    before
}

/// Prime Day, with its weight; the days themselves are the vector's.
fn july_season(place: crate::diag::Place) -> Season {
    let event = |id: &str, name: (&str, &str, &str), from: &str, to: &str, weight: i64| Event {
        id: id.into(),
        name: words(name),
        period: Period::range(day(from), day(to)),
        weight: Some(Decimal::new(weight, 1)),
        stores: Vec::new(),
        categories: Vec::new(),
        kind: "sale".into(),
        confidence: None,
        note: None,
        place: place.clone(),
    };
    let mut season = Season::even("jp".into(), place.clone());
    season.events = vec![
        event("early", ("Prime Day early", "先行セール", "会员日预热"), "2025-07-08", "2025-07-10", 15),
        event("prime", ("Prime Day", "プライムデー", "会员日"), "2025-07-11", "2025-07-14", 30),
    ];
    let marine =
        crate::plan::Holiday { name: words(("Marine Day", "海の日", "海之日")), computed: false };
    season.holidays.insert(day("2025-07-21"), marine);
    season.holiday_weight = Some(Decimal::new(11, 1));
    season
}

fn words((en, ja, zh): (&str, &str, &str)) -> Words {
    use crate::unit::Lang;
    let by_lang = [(Lang::En, en), (Lang::Ja, ja), (Lang::Zh, zh)];
    Words { any: None, by_lang: by_lang.map(|(lang, text)| (lang, text.into())).into() }
}

/// 6,100,000 by the 15th: the days before it as planned less a little, the 15th with the rest.
fn july_facts(plan: &Plan, before: &[i64]) -> Facts {
    let mut facts = Facts::default();
    facts.members.insert("store".into(), vec!["a".into(), "b".into()]);
    let calendar = plan.site.calendar;
    let point = |period: Period, value: i64, state| Point {
        period,
        value: Some(whole(value)),
        state,
        days: Days { observed: period.days(), expected: period.days() },
    };
    let days = calendar.periods(Grain::Day, day("2025-07-01"), day("2025-07-15"));
    let mut sold = 0;
    let mut points = Vec::new();
    for (at, period) in days.iter().enumerate() {
        let asked = before[at + 1] - before[at];
        let value = if at < 14 { asked * 95 / 100 } else { 6_100_000 - sold };
        sold += value;
        points.push(point(*period, value, State::Complete));
    }
    let company = Scope::company();
    facts.series.insert(("gmv".into(), company.clone(), Grain::Day), Series { points });
    let month = calendar.period(Grain::Month, day("2025-07-01"));
    let running =
        Point { days: Days { observed: 15, expected: 15 }, ..point(month, 6_100_000, State::Running) };
    facts.series.insert(("gmv".into(), company, Grain::Month), Series { points: vec![running] });
    facts
}

/// The figures of the vector.
fn july_pace() -> Pace {
    let exact = |text: &str| Quantity::Exact(text.parse().expect("a decimal"));
    Pace {
        as_of: day("2025-07-15"),
        days: (15, 31),
        actual: whole(6_100_000),
        expected: whole(6_337_067),
        expected_linear: exact("5040322.741935"),
        index: whole(6_100_000).over(whole(6_337_067)),
        index_linear: whole(6_100_000).over(exact("5040322.741935")),
        gap: whole(-237_067),
        days_ahead: Some(-1.0010),
        left: Some((whole(4_316_667), whole(4_079_600))),
        required_per_day: whole(4_316_667).over(whole(16)),
        required_uplift: whole(4_316_667).over(whole(4_079_600)),
        rescaled: vec![Decimal::from(269_791); 16],
        allowed_rest: None,
    }
}

fn july() -> (Plan, Facts, Vec<Judged>) {
    let mut plan = plan(JULY);
    plan.site.season = Some("jp".into());
    let place = plan.targets[0].place.clone();
    plan.seasons.insert("jp".into(), july_season(place));
    let before = july_days();
    let facts = july_facts(&plan, &before);
    let as_of = Some(day("2025-07-15"));
    let mut judged = assess(&plan, &facts, as_of).value;
    let steps: Arc<[i64]> = before.into();
    let period = plan.targets[0].period;
    let days = DayPlan { period, decimals: 0, before: Arc::clone(&steps), original: steps };
    let first = &mut judged[0];
    first.course = Some(Arc::new(Course::Sum(days)));
    first.pace = Some(july_pace());
    first.no_pace = None;
    first.attainment = whole(6_100_000).over(whole(10_416_667));
    first.standing = Standing::Near;
    first.forecast = Some(Forecast {
        value: 10_026_983.89,
        attainment: Some(0.9626),
        interval: Some((9_480_000.0, 10_570_000.0)),
        probability: Some(0.18),
        methods: [Some(12_606_666.67), Some(10_026_983.89), None],
    });
    first.rollup = Some(Rollup {
        children: vec!["july-a".into(), "july-b".into()],
        sum: Some(whole(10_000_000)),
        gap: Some(whole(416_667)),
        differs: true,
        ..Rollup::default()
    });
    (plan, facts, judged)
}

fn laid_out((plan, facts, judged): &(Plan, Facts, Vec<Judged>), as_of: &str) -> Report {
    let provenance = Provenance { as_of: Some(day(as_of)), ..Provenance::default() };
    report(plan, facts, judged, &provenance).value
}

fn said(report: &Report, path: &str) -> Value {
    let page: &Page = report.pages.iter().find(|page| page.path == path).unwrap_or_else(|| panic!("{path}"));
    wire::page(report, page)
}

fn block<'v>(page: &'v Value, kind: &str) -> &'v Value {
    let blocks = page["blocks"].as_array().expect("blocks");
    blocks.iter().find(|block| block["block"] == kind).unwrap_or_else(|| panic!("no {kind} in {page:#}"))
}

/// Every file of a site.
fn site(report: &Report) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    let found = render(report, &Theme::built_in(), &mut files).found;
    assert!(found.is_empty(), "{found:#?}");
    files
}

fn text(files: &BTreeMap<String, Vec<u8>>, path: &str) -> String {
    String::from_utf8(files.get(path).unwrap_or_else(|| panic!("{path}")).clone()).expect("UTF-8")
}

#[test]
fn the_answer_stands_at_the_top_in_three_languages() {
    let files = site(&laid_out(&july(), "2025-07-15"));
    let answer = |lang: &str| {
        let html = text(&files, &format!("{lang}/targets/july/index.html"));
        let start = html.find("<p class=\"answer\">").expect("an answer");
        html[start..].split("</p>").next().unwrap_or_default().to_owned()
    };
    let en = answer("en");
    for part in [
        "¥6.10M of ¥10.4M",
        "58.6%",
        "¥6.34M",
        "pace 0.963",
        "behind by 1.0 days",
        "×1.058",
        "¥270K a day",
        "18%",
    ] {
        assert!(en.contains(part), "{part} is not in {en}");
    }
    let ja = answer("ja");
    for part in ["610万円", "ペース 0.963", "1.0 日の遅れ", "計画の 1.058 倍"] {
        assert!(ja.contains(part), "{part} is not in {ja}");
    }
    let zh = answer("zh");
    for part in ["610万日元", "进度 0.963", "落后 1.0 天", "计划的 1.058 倍"] {
        assert!(zh.contains(part), "{part} is not in {zh}");
    }
}

#[test]
fn the_plan_goes_down_to_the_day_and_its_differences_add_up() {
    let report = laid_out(&july(), "2025-07-15");
    let page = said(&report, "targets/july");
    let plan = block(&page, "plan");
    assert_eq!(plan["total"]["target"], 10_416_667.0);
    assert_eq!(plan["total"]["difference_to_date"], -237_067.0);
    let days: Vec<Value> = plan["rows"]
        .as_array()
        .expect("weeks")
        .iter()
        .flat_map(|week| week["parts"].as_array().expect("days").clone())
        .collect();
    assert_eq!(days.len(), 31);
    assert_eq!((&days[10]["target"], &days[10]["weight"]), (&746_269.0.into(), &3.0.into()));
    let differences: f64 = days.iter().filter_map(|day| day["difference"].as_f64()).sum();
    assert!((differences + 237_067.0).abs() < 1e-6, "{differences}");
    // What is over has a figure, what is left has what it needs.
    assert!(days[14]["value"].is_number() && days[14]["required"].is_null());
    assert!(days[15]["value"].is_null() && days[15]["required"].is_number());
}

#[test]
fn the_chart_runs_from_nothing_to_the_target_and_the_forecast_from_today() {
    let report = laid_out(&july(), "2025-07-15");
    let page = said(&report, "targets/july");
    let chart = block(&page, "pace");
    let series = |role: &str| {
        let all = chart["series"].as_array().expect("series");
        all.iter().find(|one| one["role"] == role).unwrap_or_else(|| panic!("no {role}"))["values"].clone()
    };
    assert_eq!((&series("target")[14], &series("target")[30]), (&6_337_067.0.into(), &10_416_667.0.into()));
    assert_eq!((&series("actual")[14], &series("actual")[15]), (&6_100_000.0.into(), &Value::Null));
    assert_eq!((&series("forecast")[13], &series("forecast")[14]), (&Value::Null, &6_100_000.0.into()));
    let ends = ["low", "high"].map(|role| series(role)[30].as_f64().expect("an end").round().to_string());
    assert_eq!(ends, ["9480000", "10570000"]);
    // Nothing is uncertain today.
    assert_eq!(series("low")[14], series("high")[14]);
    assert_eq!(chart["marks"][1]["slots"], serde_json::json!([10, 13]));
}

#[test]
fn parts_that_do_not_add_up_are_told_at_the_whole() {
    let report = laid_out(&july(), "2025-07-15");
    let page = said(&report, "targets");
    let root = &block(&page, "tree")["roots"][0];
    assert_eq!((&root["gap"]["parts"], &root["gap"]["left"]), (&10_000_000.0.into(), &416_667.0.into()));
    assert_eq!(
        (&root["pace_index"].as_f64().map(|x| (x * 1e4).round()), &root["standing"]),
        (&Some(9626.0), &"near".into())
    );
    assert_eq!(root["parts"].as_array().map(Vec::len), Some(2));
}

/// A company, its twelve stores, and the categories of each: 301 targets.
fn forest() -> (Plan, Facts, Vec<Judged>) {
    let mut targets =
        String::from("targets:\n  - {id: all, metric: gmv, period: 2025, value: 120_000_000, owner: aki}\n");
    for store in 0..12 {
        targets += &format!(
            "  - {{id: s{store}, parent: all, metric: gmv, scope: {{store: shop-{store}}}, period: 2025, value: 10_000_000, owner: bo}}\n"
        );
        for category in 0..24 {
            targets += &format!(
                "  - {{id: s{store}-{category}, parent: s{store}, metric: gmv, scope: {{store: shop-{store}, category: kind-{category}}}, period: 2025, value: {}}}\n",
                300_000 + 10_000 * category
            );
        }
    }
    let mut plan = plan(&targets);
    let facts = Facts::default();
    let mut judged = assess(&plan, &facts, Some(day("2025-07-15"))).value;
    let standings = [Standing::On, Standing::Near, Standing::Off, Standing::Exceed, Standing::TooEarly];
    for (at, one) in judged.iter_mut().enumerate() {
        let share = i64::try_from(at % 50).expect("small");
        one.standing = standings[at % standings.len()];
        one.attainment = whole(40 + share).over(whole(100));
        one.actual = Some(Point {
            period: plan.targets[at].period,
            value: match one.in_force.map(|now| now.value) {
                Some(TargetValue::Of(value)) => {
                    whole(40 + share).times(Quantity::Exact(value / Decimal::ONE_HUNDRED))
                }
                _ => None,
            },
            state: State::Running,
            days: Days { observed: 196, expected: 196 },
        });
    }
    plan.targets[3].status = Status {
        kind: StatusKind::Disputed,
        reason: Some("the store closes in autumn".into()),
        date: Some(day("2025-06-01")),
    };
    judged[3].standing = Standing::Paused;
    (plan, facts, judged)
}

#[test]
fn three_hundred_targets_are_one_page_of_bearable_weight() {
    /// Compressed with gzip, which this crate has no writer for at hand; of HTML like this it leaves less than a tenth.
    const MOST: usize = 600_000;
    let files = site(&laid_out(&forest(), "2025-07-15"));
    for lang in ["en", "ja", "zh"] {
        let html = text(&files, &format!("{lang}/targets/index.html"));
        assert_eq!(
            html.matches("<li data-standing=").count()
                + html.matches("<li class=\"hatched\" data-standing=").count(),
            301
        );
        assert!(html.contains("the store closes in autumn"));
        assert!(html.len() < MOST, "{lang}: {} bytes", html.len());
    }
}
