//! The calendars that come with the program are made from tables of dates, so that a date has one source.
//! `UPDATE=1 cargo test generated` writes them anew.

use crate::generated::same;
use std::collections::BTreeMap;
use std::fmt::Write;

/// The last year whose equinoxes the Cabinet Office had announced when the table was made.
const ANNOUNCED: &str = "2027";

/// Names of holidays in Chinese, by the Japanese one.
const CHINESE: &[(&str, &str)] = &[
    ("元日", "元旦"),
    ("成人の日", "成人节"),
    ("建国記念の日", "建国纪念日"),
    ("天皇誕生日", "天皇诞生日"),
    ("春分の日", "春分日"),
    ("昭和の日", "昭和日"),
    ("憲法記念日", "宪法纪念日"),
    ("みどりの日", "绿之日"),
    ("こどもの日", "儿童节"),
    ("海の日", "海之日"),
    ("山の日", "山之日"),
    ("敬老の日", "敬老日"),
    ("秋分の日", "秋分日"),
    ("体育の日", "体育日"),
    ("スポーツの日", "运动日"),
    ("文化の日", "文化日"),
    ("勤労感謝の日", "勤劳感谢日"),
    ("振替休日", "补假"),
    ("国民の休日", "国民休日"),
    ("天皇の即位の日", "天皇即位日"),
    ("即位礼正殿の儀が行われる日", "即位礼正殿之仪"),
];

/// An event of the tables: its id here, its kind, its names.
type Named = (&'static str, &'static str, [&'static str; 3]);

const EVENTS: &[(&str, Named)] = &[
    ("prime_day", ("prime-day", "sale", ["Prime 会员日", "プライムデー", "Prime Day"])),
    ("prime_kanshasai", ("prime-thanks", "sale", ["Prime 感恩祭", "プライム感謝祭", "Prime Big Deal Days"])),
    ("black_friday", ("black-friday", "sale", ["黑色星期五", "ブラックフライデー", "Black Friday"])),
    (
        "rakuten_super_sale",
        ("rakuten-super-sale", "sale", ["乐天超级特卖", "楽天スーパーSALE", "Rakuten Super SALE"]),
    ),
    ("golden_week", ("golden-week", "season", ["黄金周", "ゴールデンウィーク", "Golden Week"])),
    ("obon", ("obon", "season", ["盂兰盆节", "お盆", "Obon"])),
    ("year_end_new_year", ("year-end", "season", ["年末年初", "年末年始", "Year end and New Year"])),
    ("silver_week", ("silver-week", "season", ["白银周", "シルバーウィーク", "Silver Week"])),
    ("mothers_day", ("mothers-day", "season", ["母亲节", "母の日", "Mother's Day"])),
    ("fathers_day", ("fathers-day", "season", ["父亲节", "父の日", "Father's Day"])),
];

/// Rows of a table as cells. Quotes may hold commas.
fn rows(text: &str) -> Vec<Vec<String>> {
    let mut all = Vec::new();
    for line in text.lines().skip(1) {
        let (mut cells, mut quoted) = (vec![String::new()], false);
        for c in line.chars() {
            match c {
                '"' => quoted = !quoted,
                ',' if !quoted => cells.push(String::new()),
                c => cells.last_mut().expect("one cell at least").push(c),
            }
        }
        all.push(cells);
    }
    all
}

fn named(event: &str) -> &'static Named {
    &EVENTS.iter().find(|(name, _)| *name == event).expect("an event with a name").1
}

fn head(out: &mut String, what: &str) {
    writeln!(
        out,
        "# {what}\n# Made from tests/data/calendars by `UPDATE=1 cargo test generated`; see NOTICE."
    )
    .expect("text");
}

#[test]
fn holidays_of_japan_are_generated() {
    let mut out = String::new();
    head(&mut out, "Public holidays of Japan. `computed`: depends on an equinox that was not announced yet.");
    out.push_str("holidays:\n");
    let mut equinox_before = false;
    for row in rows(include_str!("../data/calendars/jp_holidays_2018_2031.csv")) {
        let [day, _, ja, en] = row.as_slice() else { panic!("four cells: {row:?}") };
        let zh = CHINESE.iter().find(|(name, _)| name == ja).expect("a name in Chinese").1;
        let equinox = ja == "春分の日" || ja == "秋分の日";
        // A substitute of an equinox moves with it, and the day between two holidays of September exists by it.
        let moves = equinox || (equinox_before && ja == "振替休日") || ja == "国民の休日";
        let computed = if moves && &day[..4] > ANNOUNCED { ", computed: true" } else { "" };
        let en = if en.contains('\'') { format!("\"{en}\"") } else { en.clone() };
        writeln!(out, "  {day}: {{zh: {zh}, ja: {ja}, en: {en}{computed}}}").expect("text");
        equinox_before = equinox;
    }
    same("content/calendars/holidays-jp.yaml", &out);
}

/// A line of an event.
fn line(out: &mut String, id: &str, [from, to]: [&str; 2], kind: &str, names: [&str; 3], confidence: &str) {
    let [zh, ja, en] = names;
    let confidence =
        if confidence.is_empty() { String::new() } else { format!(", confidence: {confidence}") };
    writeln!(
        out,
        "  - {{id: {id}, from: {from}, to: {to}, kind: {kind}, name: {{zh: {zh}, ja: {ja}, en: \"{en}\"}}{confidence}}}"
    )
    .expect("text");
}

#[test]
fn seasons_of_japan_are_generated() {
    let mut out = String::new();
    head(&mut out, "Seasons of Japan that follow from its holidays.");
    let mut kinds: BTreeMap<String, (String, String)> = BTreeMap::new();
    for row in rows(include_str!("../data/calendars/jp_derived_seasons_2023_2030.csv")) {
        let [event, _, from, to, rule, days, _] = row.as_slice() else { panic!("seven cells: {row:?}") };
        let days: u32 = days.parse().expect("a number of days");
        // Amazon's own days are in `amazon-jp`; a block of three days in September is no week.
        if event == "black_friday_us" || (event == "silver_week" && days < 5) {
            continue;
        }
        let (id, kind, names) = *named(event);
        let (rule_of, lines) = kinds.entry(event.clone()).or_default();
        rule_of.clone_from(rule);
        line(lines, id, [from, to], kind, names, "");
    }
    out.push_str("events:\n");
    for (rule, lines) in kinds.values() {
        write!(out, "  # {}\n{lines}", rule.trim_start_matches("rule: ")).expect("text");
    }
    same("content/calendars/jp-seasons.yaml", &out);
}

#[test]
fn sale_events_are_generated() {
    let mut lists: BTreeMap<&str, String> = BTreeMap::new();
    for (list, what) in [
        ("amazon-jp", "Sale events of Amazon.co.jp, as they were reported."),
        ("rakuten", "Sale events of Rakuten Ichiba, as they were reported."),
    ] {
        let out = lists.entry(list).or_default();
        head(out, what);
        out.push_str("events:\n");
    }
    for row in rows(include_str!("../data/calendars/amazon_jp_events.csv")) {
        let [event, from, to, early, note, source, confidence] = row.as_slice() else {
            panic!("seven cells: {row:?}")
        };
        let list = if event.starts_with("rakuten") { "rakuten" } else { "amazon-jp" };
        let out = lists.get_mut(list).expect("one of the two");
        let (id, kind, names) = *named(event);
        let note = if note.is_empty() { String::new() } else { format!("; {note}") };
        writeln!(out, "  # {source}{note}").expect("text");
        // Where nobody confirmed the last day, only the first is sure.
        let (to, confidence) = if to.is_empty() { (from, "low") } else { (to, confidence.as_str()) };
        if !early.is_empty() {
            let eve: kpress::time::Date = from.parse().expect("a date");
            let eve = kpress::time::plus_days(eve, -1).to_string();
            let [zh, ja, en] = names;
            let early_names =
                [format!("{zh}先行促销"), format!("{ja}先行セール"), format!("{en} early deals")];
            let names = [&*early_names[0], &*early_names[1], &*early_names[2]];
            line(out, &format!("{id}-early"), [early, &eve], kind, names, confidence);
        }
        line(out, id, [from, to], kind, names, confidence);
    }
    for (list, out) in &lists {
        same(&format!("content/calendars/{list}.yaml"), out);
    }
}
