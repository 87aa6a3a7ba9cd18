//! Whole sites in memory: what is written, that it is safe whatever the data says, and that it is the same every time.

use super::lint::{problems, tags};
use super::*;
use crate::assess::{Change, ChangeKind, Standing};
use crate::measure::{Days, Point, State};
use crate::plan::{Better, Id, Words};
use crate::report::*;
use crate::time::{Calendar, Grain};
use crate::unit::{Currency, Decimal, Quantity, Unit};
use std::collections::BTreeMap;

type Files = BTreeMap<String, Vec<u8>>;

fn yen() -> Unit {
    Unit::Money(Currency::parse("JPY").expect("a code"))
}

fn calendar() -> Calendar {
    Calendar { fiscal_starts: 4, ..Calendar::default() }
}

fn decimal(text: &str) -> Quantity {
    Quantity::Exact(text.parse().expect("a decimal"))
}

fn point(value: Option<Quantity>, state: State, month: &str) -> Point {
    let day = format!("{month}-01").parse().expect("a date");
    Point {
        period: calendar().period(Grain::Month, day),
        value,
        state,
        days: Days { observed: 25, expected: 30 },
    }
}

/// A wave that needs no random numbers: `base` ± `swing`.
fn wave(base: i64, swing: i64, slot: i64) -> i64 {
    base + (slot * 37 % 23 - 11) * swing / 11 + slot * swing / 13
}

fn weeks(count: usize) -> Vec<crate::time::Period> {
    let last = "2025-12-28".parse().expect("a date");
    let first = crate::time::plus_days(last, -7 * i32::try_from(count).expect("few") + 1);
    calendar().periods(Grain::Week, first, last)
}

fn series(name: Words, role: SeriesRole, unit: Unit, values: Vec<Option<Quantity>>) -> ChartSeries {
    let mut states = vec![State::Complete; values.len()];
    if let (SeriesRole::Actual(_), Some(last)) = (role, states.last_mut()) {
        *last = State::Running;
    }
    ChartSeries { name: Text::Words(name), about: None, role, unit, bars: false, values, states }
}

fn chart(kind: &'static str, id: &str, title: &Words) -> ChartSpec {
    let slots = 26_i64;
    let values = |base: i64, swing: i64, gap: i64| -> Vec<Option<Quantity>> {
        (0..slots).map(|slot| (slot != gap).then(|| Quantity::from(wave(base, swing, slot)))).collect()
    };
    let mut sales =
        series(three("売上", "销售额", "Sales"), SeriesRole::Actual(0), yen(), values(2_400_000, 380_000, 9));
    sales.bars = true;
    let prior =
        series(three("前年", "去年", "Last year"), SeriesRole::Prior, yen(), values(2_000_000, 300_000, 40));
    let goal = series(
        three("目標", "目标", "Target"),
        SeriesRole::Target,
        yen(),
        vec![Some(Quantity::from(2_500_000)); 26],
    );
    let rate = (0..slots).map(|slot| Some(Quantity::Exact(Decimal::new(wave(2300, 300, slot), 4)))).collect();
    let rate = series(Words::same("ACoS"), SeriesRole::Actual(1), Unit::Percent, rate);
    let marks = vec![
        Mark {
            slots: (12, 13),
            kind: "event".to_owned(),
            text: three("ブラックフライデー", "黑色星期五", "Black Friday"),
        },
        Mark { slots: (20, 20), kind: "change".to_owned(), text: title.clone() },
    ];
    let combo = kind == "combo";
    ChartSpec {
        id: id.to_owned(),
        kind,
        title: Text::Words(title.clone()),
        axis: Axis::Time(Grain::Week, weeks(26)),
        series: match (kind, combo) {
            (_, true) => vec![sales, rate],
            ("bar", _) => vec![sales, goal],
            _ => vec![sales, prior, goal],
        },
        marks: if kind == "line" { marks } else { Vec::new() },
        bands: vec![decimal("1500000"), decimal("2500000"), decimal("3200000")],
    }
}

fn stores(id: &str, kind: &'static str, name: &Words) -> ChartSpec {
    let axis = Axis::Members(vec![
        Text::Words(name.clone()),
        Text::Words(Words::same("JP2")),
        Text::Words(Words::same("JP3")),
    ]);
    let values = vec![Some(decimal("5432100")), Some(decimal("2100000")), None];
    let goal = vec![Some(decimal("5000000")), Some(decimal("2600000")), None];
    let mut chart = chart(kind, id, &three("店舗別売上", "各店销售额", "Sales by store"));
    chart.series = vec![
        series(three("売上", "销售额", "Sales"), SeriesRole::Actual(0), yen(), values),
        series(three("目標", "目标", "Target"), SeriesRole::Target, yen(), goal),
    ];
    ChartSpec {
        axis,
        marks: Vec::new(),
        bands: if kind == "bullet" { chart.bands.clone() } else { Vec::new() },
        ..chart
    }
}

fn three(ja: &str, zh: &str, en: &str) -> Words {
    let by_lang = [(Lang::Ja, ja.into()), (Lang::Zh, zh.into()), (Lang::En, en.into())];
    Words { any: None, by_lang: BTreeMap::from(by_lang) }
}

fn card(title: Words, unit: Unit, value: &str, better: Better, standing: Standing) -> Card {
    let trend = (0..13).map(|slot| {
        point(
            Some(Quantity::from(wave(100, 30, slot))),
            if slot == 12 { State::Running } else { State::Complete },
            "2025-12",
        )
    });
    let by = |amount: &str, state| Change::By { amount: decimal(amount), kind: ChangeKind::of(&unit), state };
    Card {
        metric: Id::from("acos"),
        of: crate::plan::Scope::company(),
        previous: None,
        previous_year: None,
        title: Text::Words(title),
        scope: None,
        decimals: None,
        point: Some(point(Some(decimal(value)), State::Running, "2025-12")),
        changes: vec![
            (Text::Words(three("前月比", "环比", "vs. Nov")), by("0.042", State::Complete)),
            (Text::Words(three("前年比", "同比", "vs. Dec 2024")), by("-0.113", State::Complete)),
        ],
        target: Some(CardTarget {
            value: (decimal(value), None),
            standing,
            attainment: Some(decimal("0.986")),
            period: calendar().period(Grain::Quarter, "2025-12-01".parse().expect("a date")),
        }),
        settled: Some(Settled {
            point: point(Some(decimal(value)), State::Complete, "2025-11"),
            target: Some(CardTarget {
                value: (decimal(value), None),
                standing,
                attainment: Some(decimal("0.97")),
                period: calendar().period(Grain::Month, "2025-11-01".parse().expect("a date")),
            }),
        }),
        running: None,
        control: None,
        trend: trend.collect(),
        better,
        owner: Some(three("李娜", "李娜", "Li Na")),
        link: Some("metrics/acos".to_owned()),
        trouble: None,
        unit,
    }
}

fn table(name: &Words) -> TableSpec {
    let text = |words: Words| Text::Words(words);
    let column = |title: Words, numeric| TableColumn { title: text(title), numeric, link: None };
    let figure = |value: &str, unit: Unit, state| Cell::Figure {
        about: Default::default(),
        point: point((!value.is_empty()).then(|| decimal(value)), state, "2025-12"),
        change: Some((
            Change::By { amount: decimal("0.031"), kind: ChangeKind::of(&unit), state },
            Better::Higher,
        )),
        unit,
        decimals: None,
    };
    let row = |store: Words, sales: &str, acos: &str, standing| {
        vec![
            Cell::Link("stores/jp1".to_owned(), text(store)),
            figure(sales, yen(), State::Complete),
            figure(acos, Unit::Percent, State::Partial),
            Cell::Standing(standing),
            Cell::Date("2025-12-28".parse().expect("a date")),
        ]
    };
    TableSpec {
        id: "stores".to_owned(),
        title: Some(text(three("店舗比較", "店铺对比", "Stores"))),
        columns: vec![
            column(three("店舗", "店铺", "Store"), false),
            column(three("売上", "销售额", "Sales"), true),
            column(Words::same("ACoS"), true),
            column(three("達成", "达成", "Standing"), false),
            column(three("最新データ", "最新数据", "Newest data"), false),
        ],
        rows: vec![
            row(name.clone(), "5432100", "0.2231", Standing::On),
            row(Words::same("JP2"), "2100000", "0.3120", Standing::Off),
            row(Words::same("JP3"), "", "", Standing::NoData),
            row(three("合計", "合计", "Total"), "7532100", "0.2479", Standing::Near),
        ],
        total: true,
    }
}

fn article(name: &Words) -> Prose {
    let text = |lang| {
        format!(
            "## Bids\n\n{} rose: \u{e000}0\u{e001}.\n\n\u{e000}1\u{e001}\n\n> quote\n\n- one\n- two\n\n|a|b|\n|-|-|\n|1|2|\n\n\u{e000}2\u{e001} `code`\n",
            name.in_lang(lang)
        )
    };
    let figure = Cell::Figure {
        about: Default::default(),
        point: point(Some(decimal("0.2231")), State::Complete, "2025-12"),
        unit: Unit::Percent,
        decimals: None,
        change: None,
    };
    Prose {
        markdown: BTreeMap::from([(Lang::Zh, text(Lang::Zh)), (Lang::En, text(Lang::En))]),
        parts: vec![
            Part::Figure(figure),
            Part::Chart(Box::new(chart("line", "in-text", name))),
            Part::Literal("{{ 7*7 }}{% include \"/etc/passwd\" %}".to_owned()),
        ],
        ..Prose::default()
    }
}

fn blocks(name: &Words) -> Vec<Block> {
    let words = |words: &Words| Text::Words(words.clone());
    let mut broken = card(name.clone(), Unit::Count, "1", Better::Neutral, Standing::NoData);
    broken.trouble = Some(Text::Words(Words::same("targets/2026.yaml:14:13: no column `cost` in `ads`")));
    broken.target = None;
    broken.changes.clear();
    vec![
        Block::Notice {
            tone: "warning",
            text: words(name),
            details: vec![name.in_lang(Lang::En).to_owned()],
        },
        Block::Cards(vec![
            card(name.clone(), yen(), "12345678", Better::Higher, Standing::On),
            card(Words::same("ACoS"), Unit::Percent, "0.2231", Better::Lower, Standing::Near),
            card(
                three("在庫日数", "库存天数", "Days of cover"),
                Unit::Days,
                "47.3",
                Better::Range,
                Standing::Exceed,
            ),
            card(three("注文", "订单", "Orders"), Unit::Count, "3821", Better::Higher, Standing::Off),
            card(three("評価", "评分", "Rating"), Unit::Stars, "4.31", Better::Higher, Standing::TooEarly),
            broken,
        ]),
        Block::Heading(Text::Words(three("推移", "走势", "Movement"))),
        Block::Chart(chart("line", "sales", &three("週次売上", "每周销售额", "Sales per week"))),
        Block::Chart(chart("combo", "combo", name)),
        Block::Chart(chart("bar", "bars", &three("週次売上", "每周销售额", "Sales per week"))),
        Block::Chart(stores("by-store", "bar", name)),
        Block::Table(table(name)),
        Block::Chart(stores("bullets", "bullet", name)),
        Block::Facts(vec![
            (
                Text::Words(three("計算式", "公式", "Formula")),
                vec![Cell::Code("ad_spend / ad_sales".to_owned())],
            ),
            (
                Text::Words(three("責任者", "责任人", "Owner")),
                vec![Cell::Text(words(name)), Cell::Standing(Standing::On)],
            ),
        ]),
        Block::Prose(article(name)),
        Block::Links(vec![("metrics/acos".to_owned(), words(name), Some(words(name)))]),
    ]
}

/// Charts that are hard to draw: several stores day by day, a loss, a single value, a small multiple.
fn hard_charts(name: &Words) -> Vec<Block> {
    let days = calendar().periods(
        Grain::Day,
        "2025-11-20".parse().expect("a date"),
        "2025-12-28".parse().expect("a date"),
    );
    let months = calendar().periods(
        Grain::Month,
        "2025-01-01".parse().expect("a date"),
        "2025-12-28".parse().expect("a date"),
    );
    let count = i64::try_from(days.len()).expect("few");
    let store = |place: u8| {
        let base = 90 - 17 * i64::from(place);
        let values =
            (0..count).map(|slot| Some(Quantity::from(wave(base, 9, slot + i64::from(place) * 5)))).collect();
        series(Words::same(&format!("JP{}", place + 1)), SeriesRole::Actual(place), Unit::Count, values)
    };
    let with = |kind, id: &str, title: &Words, axis, series| ChartSpec {
        axis,
        series,
        marks: Vec::new(),
        ..chart(kind, id, title)
    };
    let profit = (0..12).map(|slot| Some(Quantity::from(wave(90_000, 260_000, slot)))).collect();
    let profit = series(three("利益", "利润", "Profit"), SeriesRole::Actual(0), yen(), profit);
    let mut lonely = vec![None; 12];
    lonely[7] = Some(decimal("4.2"));
    let lonely = series(three("評価", "评分", "Rating"), SeriesRole::Actual(0), Unit::Stars, lonely);
    let monthly = || Axis::Time(Grain::Month, months.clone());
    vec![
        Block::Chart(with(
            "line",
            "stores-daily",
            &three("店舗別・日次", "各店每日", "Stores, day by day"),
            Axis::Time(Grain::Day, days.clone()),
            (0..4).map(store).collect(),
        )),
        Block::Chart(with("bar", "profit", &three("利益", "利润", "Profit"), monthly(), vec![profit])),
        Block::Chart(with("line", "lonely", name, monthly(), vec![lonely])),
        Block::Chart(chart("sparkline", "small", name)),
    ]
}

/// A site in three languages with every kind of block, where `name` stands wherever data can stand.
pub(super) fn site(name: &Words) -> Report {
    let words = |words: &Words| Text::Words(words.clone());
    let page = |path: &str, blocks: Vec<Block>| Page {
        path: path.to_owned(),
        kind: "dashboard",
        title: words(name),
        crumbs: if path.is_empty() { Vec::new() } else { vec![(String::new(), words(name))] },
        blocks,
        provenance: false,
        sheet: None,
    };
    let child = NavItem {
        path: "metrics/acos".to_owned(),
        title: Text::Words(Words::same("ACoS")),
        children: Vec::new(),
    };
    Report {
        title: three("日本サイト KPI", "日本站 KPI", "Japan KPIs"),
        languages: vec![Lang::Zh, Lang::Ja, Lang::En],
        banner: Words::default(),
        as_of: Some("2025-12-28".parse().expect("a date")),
        calendar: calendar(),
        alerts: Vec::new(),
        nav: vec![
            NavItem {
                path: String::new(),
                title: Text::Words(three("ホーム", "首页", "Home")),
                children: Vec::new(),
            },
            NavItem {
                path: "metrics".to_owned(),
                title: Text::Words(three("指標", "指标", "Metrics")),
                children: vec![child],
            },
            NavItem { path: "stores".to_owned(), title: words(name), children: Vec::new() },
        ],
        pages: [
            page("", blocks(name)),
            page("metrics", hard_charts(name)),
            page("metrics/acos", blocks(name)),
            page("stores/jp 1", Vec::new()),
        ]
        .map(Arc::new)
        .into(),
    }
}

fn rendered(report: &Report, theme: &Theme) -> (Files, Vec<Finding>) {
    let mut files = Files::new();
    let found = render(report, theme, &mut files).found;
    (files, found)
}

fn pages(files: &Files) -> impl Iterator<Item = (&str, &str)> {
    let html = files.iter().filter(|(path, _)| path.ends_with(".html"));
    html.map(|(path, bytes)| (path.as_str(), std::str::from_utf8(bytes).expect("pages are UTF-8")))
}

#[test]
fn every_page_stands_in_every_language_and_its_links_lead_to_files() {
    let (files, found) = rendered(&site(&three("売上", "销售额", "Sales")), &Theme::built_in());
    assert!(found.is_empty(), "{found:?}");
    for lang in ["zh", "ja", "en"] {
        for page in ["", "metrics/", "metrics/acos/", "stores/jp 1/"] {
            assert!(files.contains_key(&format!("{lang}/{page}index.html")), "{lang}/{page}");
        }
    }
    // `stores` and `stores/jp1` are linked by the fixture, but have no page in it.
    let lacking = ["stores/index.html", "stores/jp1/index.html"];
    for (path, html) in pages(&files) {
        for tag in tags(html) {
            let Some(address) =
                tag.get("href").or(tag.get("src")).filter(|address| !address.starts_with('#'))
            else {
                continue;
            };
            let mut folder: Vec<&str> = path.split('/').collect();
            folder.pop();
            for segment in address.split('#').next().unwrap_or_default().split('/') {
                if segment == ".." {
                    assert!(folder.pop().is_some(), "{address} on {path} climbs out of the site");
                } else {
                    folder.push(segment);
                }
            }
            let target = folder.join("/").replace("%20", " ");
            assert!(
                files.contains_key(&target) || lacking.iter().any(|l| target.ends_with(l)),
                "{address} on {path}"
            );
        }
    }
}

#[test]
fn no_level_of_headings_is_skipped() {
    let (files, _) = rendered(&site(&Words::same("a")), &Theme::built_in());
    for (path, html) in pages(&files).filter(|(path, _)| *path != "index.html") {
        let mut last = 0;
        for rest in html.split("<h").skip(1) {
            let Some(level) = rest.chars().next().and_then(|c| c.to_digit(10)) else { continue };
            assert!(level <= last + 1, "level {level} after {last} on {path}");
            last = level;
        }
        assert_eq!(html.matches("<h1").count(), 1, "{path}");
    }
}

#[test]
fn the_language_switch_keeps_the_page() {
    let (files, _) = rendered(&site(&Words::same("a")), &Theme::built_in());
    let html = std::str::from_utf8(&files["ja/metrics/acos/index.html"]).expect("UTF-8");
    assert!(
        html.contains("<html lang=\"ja\"") && html.contains("href=\"../../../en/metrics/acos/index.html\"")
    );
    let root = std::str::from_utf8(&files["index.html"]).expect("UTF-8");
    assert!(root.contains("content=\"0; url=zh/index.html\"") && root.len() < 4096);
}

#[test]
fn hostile_names_are_inert_everywhere() {
    // Hostile cases 27, 28, 29, 30, 34.
    for hostile in [
        "<img src=x onerror=alert(1)>",
        "</script><script>alert(1)</script>",
        "<!--<script>",
        "</title></textarea></style><svg onload=alert(1)>",
        "\" onmouseover=\"alert(1)",
        "' autofocus onfocus='alert(1)",
        "a\u{2028}b\u{2029}",
        "#*#*#*#alert(1)#*#*#*#",
        "{{ 7*7 }}{% include \"/etc/passwd\" %}",
        "__proto__",
        "javascript:alert(1)",
    ] {
        let (files, found) = rendered(&site(&Words::same(hostile)), &Theme::built_in());
        assert!(found.iter().all(|one| one.level == Level::Warning), "{hostile}: {found:?}");
        let marked = found.iter().filter(|one| one.rule.name == "raw-code-marker").count();
        assert_eq!(marked, usize::from(hostile.contains("#*#*#*#")), "{hostile}");
        for (path, html) in pages(&files) {
            assert_eq!(problems(html), Vec::<String>::new(), "{hostile} in {path}");
            assert!(!html.contains("<img") && !html.contains(">49<"), "{hostile} in {path}");
            for tag in tags(html).iter().filter(|tag| tag.get("type") == Some("application/json")) {
                let option: serde_json::Value = serde_json::from_str(tag.raw).expect("options are JSON");
                assert_eq!(option.pointer("/option/tooltip/renderMode"), Some(&"richText".into()));
                assert!(!tag.raw.contains("\"formatter\""));
            }
        }
        for lang in ["zh", "ja", "en"] {
            let index = std::str::from_utf8(&files[&format!("{lang}/search.js")]).expect("UTF-8");
            assert!(!index.contains(['<', '\u{2028}', '\u{2029}']), "{index}");
        }
    }
}

#[test]
fn a_template_in_braces_is_printed_as_it_is() {
    let (files, _) = rendered(&site(&Words::same("{{ 7*7 }}")), &Theme::built_in());
    let html = std::str::from_utf8(&files["en/index.html"]).expect("UTF-8");
    assert!(html.contains("<h1>{{ 7*7 }}</h1>"));
    assert!(
        html.contains("{% include &quot;&#x2f;etc&#x2f;passwd&quot; %}")
            || html.contains("{% include \"/etc/passwd\" %}")
    );
}

#[test]
fn a_template_that_does_not_end_is_stopped_and_named() {
    // Hostile case 38.
    let broken = |template: &str| {
        let mut theme = Theme::built_in();
        theme.put("templates/page.html", "themes/ours/templates/page.html", template.as_bytes());
        let (files, found) = rendered(&site(&Words::same("a")), &theme);
        assert!(!files.contains_key("en/index.html"));
        let first = found.into_iter().find(|one| one.rule.name == "template-error").expect("a finding");
        (first.place.file.to_string(), first.place.line)
    };
    let ours = "themes/ours/templates/page.html".to_owned();
    let endless = "a\n{% for a in range(9999) %}\n{% for b in range(9999) %}{{ b }}{% endfor %}{% endfor %}";
    assert_eq!(broken(endless).0, ours);
    assert_eq!(broken("a\n{{ page.titel }}"), (ours.clone(), 2));
    assert_eq!(broken("a\n\n{{ page.title|safe }}"), (ours.clone(), 3));
    assert_eq!(broken("a\n{% for %}"), (ours, 2));
}

#[test]
fn a_template_of_the_site_that_breaks_the_policy_is_found() {
    let mut theme = Theme::built_in();
    theme.put(
        "templates/dashboard.html",
        "themes/ours/templates/dashboard.html",
        b"<p style=\"color:red\">{{ page.title }}</p>",
    );
    let (_, found) = rendered(&site(&Words::same("a")), &theme);
    assert!(found.iter().any(|one| one.rule.name == "page-unsafe" && one.message.contains("`style`")));
}

#[test]
fn the_same_report_gives_the_same_bytes() {
    let report = site(&three("売上", "销售额", "Sales"));
    assert_eq!(rendered(&report, &Theme::built_in()), rendered(&report, &Theme::built_in()));
}
