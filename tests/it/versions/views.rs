//! What people see of each other, and what they could work out: persons, leads, teams, parts of targets, sums over the same
//! rows, plugins, and files within files. Hostile cases 68 and 69.

use super::audiences::{ends, kpress};
use crate::folder::{Temp, tree};
use std::collections::BTreeSet;
use std::io::Write;

const CONFIG: &str = "\
site: {title: Shop, languages: [en], timezone: Asia/Tokyo, currency: JPY}
sources:
  sales: {files: \"data/*.csv\", date: date, store: {from: column, column: store}, basis: {tax: inclusive}}
audiences:
  boss: {sees: all}
  lead: {sees: {owner: ada.lead}}
  member: {sees: {owner: mia.one}}
";
const METRICS: &str = "\
metrics:
  gmv: {name: Turnover, source: sales, value: sum(amount), unit: JPY, better: higher, level: core}
";
const PEOPLE: &str = "\
teams:
  crew: {name: The crew, lead: ada.lead}
  rivals: {name: Quokka squad, lead: quentin.r}
people:
  ada.lead: {name: Ada Lead, team: crew}
  mia.one: {name: Mia One, team: crew, role: seller, covers: {store: [alpha]}}
  noa.two: {name: Noa Two, team: crew, role: seller, covers: {store: [beta]}}
  quentin.r: {name: Quentin Rival, team: rivals, role: seller, covers: {store: [wombat1]}}
  roy.r: {name: Xylo Roy, team: rivals, role: seller, covers: {store: [wombat2]}}
";
const CARD: &str = "\
role: seller
period: month
items: [{metric: gmv, weight: 100%, score: {linear: {base: 0, cap: 1.2, floor: 0}}}]
bands: [{min: 100, k: 1.1}, {min: 0, k: 0.5}]
";

/// Sales of a store on a day: numbers so long that none is met by accident.
fn amount(store: usize, day: u32) -> u64 {
    let seed = (u64::from(day) * 7919 + store as u64 * 104_729) * 2_654_435_761 % 899_999_981;
    100_000_000 + seed
}

const STORES: [&str; 4] = ["alpha", "beta", "wombat1", "wombat2"];

fn shop(name: &str, config: &str) -> Temp {
    let temp = Temp::new(name);
    temp.write("kpress.yaml", config);
    temp.write("metrics/all.yaml", METRICS);
    temp.write("people.yaml", PEOPLE);
    let names = ["Alpha", "Beta", "Wombat Outlet", "Wombat Corner"];
    let stores: String =
        STORES.iter().zip(names).map(|(id, name)| format!("  {id}: {{name: {name}}}\n")).collect();
    temp.write("stores.yaml", format!("stores:\n{stores}"));
    let mut rows = "date,store,amount,kind\n".to_owned();
    for day in 1..=30 {
        for (place, store) in STORES.iter().enumerate() {
            let kind = if day % 3 == 0 { "back" } else { "sold" };
            rows += &format!("2026-11-{day:02},{store},{},{kind}\n", amount(place, day));
        }
    }
    temp.write("data/sales.csv", rows);
    temp
}

/// Everything in a tree, with the names of its files, in small letters.
fn said(temp: &Temp, folder: &str) -> String {
    let files = tree(&temp.path().join(folder));
    assert!(files.len() > 10, "{folder}");
    let text = |(path, bytes): (String, Vec<u8>)| format!("{path}\n{}\n", String::from_utf8_lossy(&bytes));
    files.into_iter().map(text).collect::<String>().to_lowercase()
}

/// Every whole number of a text that is long enough to be one of these sums.
fn numbers(text: &str) -> BTreeSet<i128> {
    let words = text.split(|sign: char| !(sign.is_ascii_digit() || sign == ',' || sign == '.'));
    let whole = words.filter_map(|word| {
        let word = word.trim_matches([',', '.']);
        let word = word.strip_suffix(".00").unwrap_or(word);
        let digits: String = word.chars().filter(char::is_ascii_digit).collect();
        (!word.contains('.') && (9..=14).contains(&digits.len())).then(|| digits.parse().ok())?
    });
    whole.collect()
}

fn sum(stores: &[usize], days: impl Iterator<Item = u32>) -> i128 {
    days.flat_map(|day| stores.iter().map(move |store| i128::from(amount(*store, day)))).sum()
}

/// That a sum is no number of a text, nor what two of them come to.
fn is_not_told(text: &str, secret: i128, what: &str) {
    let all = numbers(text);
    assert!(all.len() > 20, "{what}: {}", all.len());
    for number in &all {
        assert_ne!(*number, secret, "{what} is told");
        assert!(!all.contains(&(secret - number)), "{what} is {number} and {}", secret - number);
        assert!(!all.contains(&(secret + number)), "{what} is {} less {number}", secret + number);
    }
}

#[test]
fn a_member_sees_the_own_card_and_a_lead_those_of_the_team() {
    let temp = shop("views-owner", CONFIG);
    temp.write("scorecards/sellers.yaml", CARD);
    temp.write(
        "targets/all.yaml",
        "targets:\n  - {for_each: person, metric: gmv, period: 2026-11, value: 9_000_000_000}\n",
    );
    ends(&temp, &["publish"], 0);
    let (lead, member) = (said(&temp, ".kpress/web/lead"), said(&temp, ".kpress/web/member"));
    for other in ["quentin", "xylo", "quokka", "wombat"] {
        assert!(!lead.contains(other) && !member.contains(other), "{other} is told");
    }
    assert!(member.contains("mia one") && !member.contains("noa"), "a member does not see the others");
    assert!(lead.contains("mia one") && lead.contains("noa two"), "a lead sees the team");
    let page = |audience: &str, person: &str| {
        let place =
            format!(".kpress/web/{audience}/v/2026-w49.1/en/people/{person}/scorecard/2026-11/index.html");
        std::fs::read_to_string(temp.path().join(place)).ok()
    };
    assert!(page("member", "mia.one").is_some_and(|page| page.contains("Turnover")), "the own card");
    assert!(page("member", "noa.two").is_none());
    assert!(page("lead", "mia.one").is_some() && page("lead", "noa.two").is_some());
    assert!(page("lead", "quentin.r").is_none());
    // What the hidden ones sold is neither told nor to be worked out by either.
    for store in [2, 3] {
        is_not_told(&lead, sum(&[store], 1..=30), "a rival's month");
    }
    is_not_told(&member, sum(&[1], 1..=30), "the colleague's month");
}

#[test]
fn a_team_that_is_hidden_is_not_the_company_less_the_one_that_is_seen() {
    let audiences = "  crew: {sees: {metrics: {ids: [gmv]}, scopes: {company: true, store: [alpha, beta], team: [crew]}, people: [ada.lead, mia.one, noa.two]}}\n";
    let temp = shop("views-team", &format!("{CONFIG}{audiences}"));
    temp.write(
        "dashboards/teams.yaml",
        "title: Teams side by side\nblocks:\n  - {block: card, metric: gmv}\n  - {block: table, by: team, columns: [gmv], total: true, grain: month}\n  - {block: table, by: store, columns: [gmv], total: true, grain: week}\n  - {block: line, series: [{metric: gmv}], by: store, grain: day, last: 30}\n",
    );
    ends(&temp, &["publish"], 0);
    // One figure is told otherwise, so that there is a page of what changed.
    let data =
        temp.read("data/sales.csv").replace(&amount(0, 9).to_string(), &(amount(0, 9) + 1000).to_string());
    temp.write("data/sales.csv", data);
    ends(&temp, &["publish"], 0);
    let text = said(&temp, ".kpress/web/crew");
    assert!(text.contains("restated") && text.contains("the crew"));
    let november = || 1..=30;
    is_not_told(&text, sum(&[2, 3], november()), "the other team's month");
    is_not_told(&text, sum(&[2, 3], 23..=29), "the other team's week");
    is_not_told(&text, sum(&[2, 3], 30..=30), "the other team's day");
    // The boss has it.
    let all = numbers(&said(&temp, ".kpress/web/boss"));
    assert!(all.contains(&sum(&[2, 3], november())));
}

#[test]
fn a_target_is_withheld_where_one_part_of_it_is_hidden() {
    let audiences = "  most: {sees: {scopes: {company: true, store: [alpha, beta, wombat2]}}}\n";
    let temp = shop("views-targets", &format!("{CONFIG}{audiences}"));
    temp.write(
        "targets/all.yaml",
        "targets:\n  - {id: whole, metric: gmv, period: 2026-11, value: 71_234_567_891, split: {by: store, share: {alpha: 0.2371, beta: 0.2517, wombat1: 0.3119, wombat2: 0.1993}}}\n",
    );
    ends(&temp, &["publish"], 0);
    let text = said(&temp, ".kpress/web/most");
    assert!(!text.contains("71234567891") && !text.contains("71,234,567,891"), "the whole is told");
    // 31.19 % of it, to the yen; of no two plans of the others to a day (a thirtieth of theirs each) the sum or the difference.
    is_not_told(&text, 22_218_061_725, "the hidden part");
    assert!(text.contains("targets/whole-alpha") && !text.contains("targets/whole-wombat1"));
    assert!(text.contains("withheld"));
}

#[test]
fn sums_over_the_same_rows_do_not_give_a_part_away() {
    let audiences = "  shops: {sees: {metrics: {ids: [gmv, sold]}}}\n";
    let temp = shop("views-rows", &format!("{CONFIG}{audiences}"));
    let more = "  sold: {name: Sold, source: sales, value: sum(amount), where: \"kind = 'sold'\", unit: JPY, better: higher}\n  back: {name: Quokka returns, source: sales, value: sum(amount), where: \"kind = 'back'\", unit: JPY, better: lower}\n";
    temp.write("metrics/all.yaml", format!("{METRICS}{more}"));
    ends(&temp, &["publish"], 0);
    let text = said(&temp, ".kpress/web/shops");
    assert!(text.contains("sold") && !text.contains("quokka") && text.contains("withheld"));
    is_not_told(&text, sum(&[0, 1, 2, 3], (1..=30).filter(|day| day % 3 == 0)), "what came back");
    is_not_told(&text, sum(&[0], (1..=30).filter(|day| day % 3 == 0)), "what came back to a store");
}

/// A plugin saw everything, so nothing of what it makes is shown to who sees a part.
#[test]
fn what_a_plugin_makes_is_not_for_who_sees_a_part() {
    let audiences = "  shops: {sees: {scopes: {store: [alpha, beta]}}}\n";
    let wasm = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("plugins/dist/ranking.wasm");
    let plugin = "plugins: {ranking: {file: plugins/ranking.wasm, limits: {fuel: 100000000}}}\n";
    let temp = shop("views-widget", &format!("{CONFIG}{audiences}{plugin}"));
    temp.write("plugins/ranking.wasm", std::fs::read(wasm).expect("a committed component"));
    temp.write(
        "dashboards/board.yaml",
        "title: Board\nblocks:\n  - {block: card, metric: gmv, scope: {store: alpha}}\n  - {widget: ranking, by: store, grain: month, inputs: {rows: gmv}, config: {top: 3}}\n",
    );
    let output = kpress(&temp, &["plugin", "approve", "ranking"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    ends(&temp, &["publish"], 0);
    assert!(said(&temp, ".kpress/web/boss").contains("of all."), "the widget says something");
    let text = said(&temp, ".kpress/web/shops");
    assert!(text.contains("board") && !text.contains("of all.") && !text.contains("wombat"));
    is_not_told(&text, sum(&[2], 1..=30), "a hidden store's month");
}

/// A theme may bring a file of any kind; what is packed in it is looked at, too.
#[test]
fn names_within_packed_files_are_found() {
    let told = b"for Quentin Rival only".as_slice();
    let mut zipped = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    zipped.write_all(told).expect("into memory");
    let zipped = zipped.finish().expect("into memory");
    let mut deflated = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
    deflated.write_all(told).expect("into memory");
    let deflated = deflated.finish().expect("into memory");
    let chunk = |kind: &[u8], body: &[u8]| {
        let length = u32::try_from(body.len()).expect("a small picture").to_be_bytes();
        [&length, kind, body, &[0; 4]].concat()
    };
    let picture = |chunk: Vec<u8>| [b"\x89PNG\r\n\x1a\n".as_slice(), &chunk].concat();
    let packed = picture(chunk(b"zTXt", &[b"Author\0\0".as_slice(), &deflated].concat()));
    let plain = picture(chunk(b"tEXt", &[b"Author\0".as_slice(), told].concat()));
    for (kind, bytes) in [("gzip", zipped), ("zTXt", packed), ("tEXt", plain)] {
        let temp = shop("views-packed", CONFIG);
        temp.write("themes/ours/img/icon.svg", &bytes);
        let said = ends(&temp, &["publish"], 40);
        assert!(
            said.contains("holds a person `Quentin Rival`") && said.contains("a/icon."),
            "{kind}: {said}"
        );
        assert!(!temp.path().join(".kpress/web/lead/v").join("2026-w49.1").exists());
    }
}
