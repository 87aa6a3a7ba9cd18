//! The handbook of the Amazon Japan pack says the same things about every metric in three languages, its worked examples add
//! up, its links lead somewhere, and a site that names the pack has it.

use crate::folder::{Temp, tree};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

const LANGS: [&str; 3] = ["zh", "ja", "en"];

/// Headings of an article about a metric, of a procedure, and the words for who does something.
struct Words {
    metric: [&'static str; 5],
    procedure: [&'static str; 5],
    source: &'static str,
    roles: [&'static str; 6],
}

fn words(lang: &str) -> Words {
    match lang {
        "zh" => Words {
            metric: ["含义", "怎么算", "常见误读", "怎么办", "相关指标"],
            procedure: ["什么时候", "负责人", "步骤", "完成检查", "看哪个指标"],
            source: "来源：",
            roles: ["老板", "组长", "运营", "广告", "采购", "财务"],
        },
        "ja" => Words {
            metric: ["意味", "計算", "よくある誤解", "対応", "関連指標"],
            procedure: ["きっかけ", "担当", "手順", "確認", "効果を見る指標"],
            source: "データ：",
            roles: ["代表", "リーダー", "運営", "広告", "仕入", "経理"],
        },
        _ => Words {
            metric: ["What it means", "How it is computed", "Common misreadings", "What to do", "Related"],
            procedure: ["Trigger", "Owner", "Steps", "Check", "Metric that shows the effect"],
            source: "Source: ",
            roles: ["boss", "team lead", "operator", "advertising", "purchasing", "finance"],
        },
    }
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("content/packs/amazon-jp")
}

/// All texts, by name and language.
fn texts() -> BTreeMap<(String, String), String> {
    let named = |(path, bytes): (String, Vec<u8>)| {
        let stem = path.strip_suffix(".md").expect("articles are Markdown");
        let (name, lang) = stem.rsplit_once('.').expect("the language stands in the name");
        ((name.to_owned(), lang.to_owned()), String::from_utf8(bytes).expect("UTF-8"))
    };
    tree(&folder()).into_iter().filter(|(path, _)| path.starts_with("handbook")).map(named).collect()
}

fn names(texts: &BTreeMap<(String, String), String>) -> BTreeSet<&str> {
    texts.keys().map(|(name, _)| name.as_str()).collect()
}

fn metrics() -> Vec<String> {
    let list = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/handbook/metrics.txt");
    std::fs::read_to_string(list).expect("the list of ids").lines().map(str::to_owned).collect()
}

/// Heading and text of each part.
fn parts(text: &str) -> Vec<(&str, &str)> {
    text.split("\n## ").skip(1).filter_map(|part| part.split_once('\n')).collect()
}

fn numbered(text: &str) -> Vec<&str> {
    let is_step = |line: &&str| line.split_once(". ").is_some_and(|(n, _)| n.parse::<u32>().is_ok());
    text.lines().filter(is_step).collect()
}

#[test]
fn every_metric_is_explained_in_three_languages() {
    let (texts, metrics, mut wrong) = (texts(), metrics(), Vec::new());
    assert_eq!(metrics.len(), 82);
    for metric in &metrics {
        for lang in LANGS {
            let Some(text) = texts.get(&(format!("handbook/{metric}"), lang.to_owned())) else {
                wrong.push(format!("{metric}.{lang}: there is no article"));
                continue;
            };
            let (words, parts) = (words(lang), parts(text));
            let headings: Vec<&str> = parts.iter().map(|(heading, _)| *heading).collect();
            if headings != words.metric {
                wrong.push(format!("{metric}.{lang}: its parts are {headings:?}"));
                continue;
            }
            let [meaning, computed, misread, actions, related] = [0, 1, 2, 3, 4].map(|at| parts[at].1);
            let mut need = |holds: bool, what: &str| {
                if !holds {
                    wrong.push(format!("{metric}.{lang}: {what}"));
                }
            };
            need(text.starts_with("---\ntitle: "), "a title");
            need(meaning.trim().chars().count() >= 12, "a meaning");
            need(computed.contains("\n> "), "a formula");
            need(!sums(computed).is_empty(), "a worked example");
            need(computed.contains(words.source), "where it comes from");
            need(misread.lines().filter(|line| line.starts_with("- ")).count() >= 3, "three misreadings");
            let steps = numbered(actions);
            need(steps.len() >= 2, "what to do");
            let close = if lang == "en" { ')' } else { '）' };
            for step in steps {
                let who = step.trim_end_matches(['?', '.', '？', '。']);
                let said = who.ends_with(close) && words.roles.iter().any(|role| who.contains(role));
                need(said, &format!("who does it: {step}"));
            }
            need(related.contains("](") && !related.contains(&format!("({metric}.md)")), "related metrics");
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn procedures_say_when_who_how_and_what_shows_it() {
    let texts = texts();
    let procedures: Vec<_> =
        texts.iter().filter(|((name, _), _)| name.starts_with("handbook/sop/")).collect();
    assert!(procedures.len() >= 3 * 12, "{}", procedures.len());
    for ((name, lang), text) in procedures {
        let (words, parts) = (words(lang), parts(text));
        let headings: Vec<&str> = parts.iter().map(|(heading, _)| *heading).collect();
        assert_eq!(headings, words.procedure, "{name}.{lang}");
        let owner = parts[1].1.to_lowercase();
        assert!(words.roles.iter().any(|role| owner.contains(role)), "{name}.{lang}: {owner}");
        assert!(numbered(parts[2].1).len() >= 5, "{name}.{lang}: steps");
        assert!(parts[4].1.contains("](../"), "{name}.{lang}: a metric that shows the effect");
    }
}

/// `a ÷ b = c`: code that claims something about numbers.
fn sums(text: &str) -> Vec<&str> {
    let code = text.split('`').skip(1).step_by(2);
    code.filter(|code| code.contains(['=', '≈'])).collect()
}

/// Sums, products and brackets over numbers with groups of three and percent signs.
struct Reader<'a>(&'a str);

impl Reader<'_> {
    fn peek(&mut self) -> Option<char> {
        self.0 = self.0.trim_start();
        self.0.chars().next()
    }

    fn takes(&mut self, wanted: char) -> bool {
        let taken = self.peek() == Some(wanted);
        if taken {
            self.0 = &self.0[wanted.len_utf8()..];
        }
        taken
    }

    fn sum(&mut self) -> f64 {
        let mut value = self.product();
        loop {
            if self.takes('+') {
                value += self.product();
            } else if self.takes('−') {
                value -= self.product();
            } else {
                return value;
            }
        }
    }

    fn product(&mut self) -> f64 {
        let mut value = self.one();
        loop {
            if self.takes('×') {
                value *= self.one();
            } else if self.takes('÷') {
                value /= self.one();
            } else {
                return value;
            }
        }
    }

    fn one(&mut self) -> f64 {
        if self.takes('(') {
            let value = self.sum();
            assert!(self.takes(')'), "a bracket is open before `{}`", self.0);
            return value;
        }
        if self.takes('−') {
            return -self.one();
        }
        self.peek();
        let end =
            self.0.find(|c: char| !(c.is_ascii_digit() || c == '.' || c == ',')).unwrap_or(self.0.len());
        let (digits, rest) = self.0.split_at(end);
        let groups: Vec<&str> = digits.split('.').next().unwrap_or("").split(',').collect();
        assert!(groups.len() == 1 || groups[1..].iter().all(|group| group.len() == 3), "`{digits}`");
        self.0 = rest;
        let value: f64 =
            digits.replace(',', "").parse().unwrap_or_else(|_| panic!("no number at `{digits}{rest}`"));
        if self.takes('%') { value / 100.0 } else { value }
    }
}

/// What an expression comes to; all of it must be read.
fn value(expression: &str) -> f64 {
    let mut reader = Reader(expression);
    let value = reader.sum();
    assert_eq!(reader.peek(), None, "`{expression}` is not read to its end");
    value
}

/// Half of the last digit that is printed.
fn half_digit(printed: &str) -> f64 {
    let decimals =
        printed.split_once('.').map_or(0, |(_, after)| after.chars().filter(char::is_ascii_digit).count());
    let percent = usize::from(printed.contains('%')) * 2;
    0.5 / 10f64.powi(i32::try_from(decimals + percent).expect("a few digits"))
}

fn holds(sum: &str) -> bool {
    let (left, right, allowed) = match sum.split_once('≈') {
        Some((left, right)) => (left, right, half_digit(right)),
        None => sum.split_once('=').map(|(left, right)| (left, right, 0.0)).expect("it was looked for"),
    };
    let (left, right) = (value(left), value(right));
    (left - right).abs() <= allowed + 1e-9 * right.abs().max(1.0)
}

#[test]
fn the_reader_of_sums_is_right_itself() {
    for right in [
        "1,000 ÷ (750 ÷ 30) = 40",
        "485 − 512 = −27",
        "(10% + 20%) × 2 = 60%",
        "2 − 1 − 1 = 0",
        "1 ÷ 3 ≈ 33.3%",
        "2 ÷ 3 ≈ 0.67",
    ] {
        assert!(holds(right), "{right}");
    }
    for wrong in ["1 + 1 = 3", "1 ÷ 3 = 33.3%", "1 ÷ 3 ≈ 33.4%", "2 − 1 − 1 = 2", "8 ÷ 4 × 2 = 1"] {
        assert!(!holds(wrong), "{wrong}");
    }
}

#[test]
fn worked_examples_add_up_and_are_the_same_in_all_languages() {
    let texts = texts();
    let (mut checked, mut wrong) = (0, Vec::new());
    for name in names(&texts) {
        let mut of_languages = Vec::new();
        for lang in LANGS {
            let mut sums = sums(&texts[&(name.to_owned(), lang.to_owned())]);
            checked += sums.len();
            wrong.extend(sums.iter().filter(|sum| !holds(sum)).map(|sum| format!("{name}.{lang}: {sum}")));
            sums.sort_unstable();
            of_languages.push(sums);
        }
        if of_languages.iter().any(|sums| *sums != of_languages[0]) {
            wrong.push(format!("{name}: {of_languages:?}"));
        }
    }
    assert!(checked >= 3 * 90, "{checked}");
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn every_link_resolves_and_every_article_is_reached_from_the_first() {
    let texts = texts();
    let all = names(&texts);
    for lang in LANGS {
        let (mut reached, mut next) = (BTreeSet::from(["handbook".to_owned()]), vec!["handbook".to_owned()]);
        while let Some(name) = next.pop() {
            let text = texts.get(&(name.clone(), lang.to_owned()));
            let text = text.unwrap_or_else(|| panic!("{name}.{lang} is linked and not there"));
            for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
                let mut segments: Vec<&str> = name.split('/').collect();
                segments.pop();
                let stem = link.strip_suffix(".md").unwrap_or_else(|| panic!("{name}.{lang}: {link}"));
                for segment in stem.split('/') {
                    match segment {
                        ".." => drop(segments.pop()),
                        segment => segments.push(segment),
                    }
                }
                let linked = segments.join("/");
                if reached.insert(linked.clone()) {
                    next.push(linked);
                }
            }
        }
        let reached: BTreeSet<&str> = reached.iter().map(String::as_str).collect();
        assert_eq!(all.difference(&reached).collect::<Vec<_>>(), Vec::<&&str>::new(), "{lang}");
    }
}

fn build(temp: &Temp) {
    let built = Command::new(env!("CARGO_BIN_EXE_kpress")).args(["build"]).current_dir(temp.path()).output();
    let built = built.expect("kpress starts");
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
}

#[test]
fn a_site_that_names_the_pack_has_its_handbook() {
    let temp = Temp::new("handbook");
    temp.write(
        "kpress.yaml",
        "site: {title: Shop, languages: [en, zh], currency: JPY}\npacks: [amazon-jp]\n\
         sources: {sales: {files: \"data/*.csv\", date: date}}\n",
    );
    temp.write("data/sales.csv", "date,orders\n2026-01-01,3\n2026-01-02,4\n");
    temp.write(
        "metrics/sales.yaml",
        "metrics:\n  orders: {name: Orders, source: sales, value: sum(orders), unit: count, better: higher, owner: me}\n  \
         ours: {name: Ours, value: orders * 2, unit: count, better: higher, owner: me}\n",
    );
    temp.write("people.yaml", "people: {me: {name: Me, role: lead}}\n");
    temp.write("content/handbook/acos.en.md", "---\ntitle: Our ACoS\n---\n\nOur own words.\n");
    build(&temp);
    let public = tree(&temp.path().join("public"));
    let texts = texts();
    for name in names(&texts) {
        for lang in ["en", "zh"] {
            let page = format!("{lang}/{name}/index.html");
            assert!(public.contains_key(&page), "{page}");
        }
    }
    assert!(!public.keys().any(|path| path.starts_with("ja/")), "only the languages of the site");
    let page = |path: &str| String::from_utf8(public[path].clone()).expect("UTF-8");
    let own = page("en/handbook/acos/index.html");
    assert!(
        own.contains("Our own words.") && !own.contains("went back to advertising"),
        "its own words stand"
    );
    let metric = page("en/metrics/orders/index.html");
    assert!(metric.contains("en/handbook/orders/index.html"), "from the metric to its article");
    assert!(!page("en/metrics/ours/index.html").contains("en/handbook/ours/"), "no article, no link");
    let article = page("zh/handbook/orders/index.html");
    assert!(article.contains("zh/metrics/orders/index.html"), "from the article to the metric");
    let ways = article.split("<nav class=\"ways\"").nth(1).and_then(|rest| rest.split("</nav>").next());
    let ways = ways.expect("the navigation");
    assert!(
        ways.contains("class=\"here\"><a href=\"../../../zh/handbook/index.html\""),
        "the handbook is found"
    );
    assert!(!ways.contains("zh/handbook/units/"), "not every article of it is in the navigation");
    for (path, bytes) in
        public.iter().filter(|(path, _)| path.contains("/handbook/") && path.ends_with(".html"))
    {
        let html = String::from_utf8_lossy(bytes);
        for link in html.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next()) {
            let Some(below) = link.strip_prefix("../") else { continue };
            let mut at: Vec<&str> = path.split('/').collect();
            at.truncate(at.len() - 2);
            for segment in below.split('#').next().unwrap_or("").split('/') {
                match segment {
                    ".." => drop(at.pop()),
                    segment => at.push(segment),
                }
            }
            assert!(public.contains_key(&at.join("/")), "{path}: {link}");
        }
    }
}
