//! Audiences: what one may not see is in none of its bytes. Hostile cases 68, 69, 70.

use crate::folder::{Temp, tree};
use std::collections::BTreeMap;
use std::process::{Command, Output};

pub(crate) const CONFIG: &str = "\
site: {title: {en: Shop, zh: 店}, languages: [en, zh], timezone: Asia/Tokyo, currency: JPY}
sources:
  sales: {files: \"data/*.csv\", date: date, store: {from: column, column: store}, dimension: [sku], basis: {tax: inclusive}}
audiences:
  boss: {sees: all, name: {en: Management, zh: 管理层}}
  shops:
    sees: {metrics: {tags: [open]}, scopes: {store: [alpha, beta]}}
    banner: {en: For shop staff only, zh: 仅限店员}
  xander: {sees: {owner: xander}}
";

const METRICS: &str = "\
metrics:
  gmv: {name: {en: Turnover}, source: sales, value: sum(amount), unit: JPY, better: higher, level: core, tags: [open], owner: xander}
  spent: {name: {en: Spending}, source: sales, value: sum(cost), unit: JPY, better: lower, level: core, tags: [open]}
  pieces: {name: {en: Pieces}, source: sales, value: sum(units), unit: count, better: higher, tags: [open]}
  price: {name: {en: Price each}, value: gmv / pieces, unit: JPY, better: higher, tags: [open]}
  quokka_rate: {name: {en: Quokka margin}, value: gmv / spent, unit: percent, better: higher, level: core, owner: quux.person}
  hush: {name: {en: Numbered hush}, source: sales, value: sum(secret), unit: JPY, better: higher, owner: quux.person}
  open_hush: {name: {en: Hush openly}, value: gmv - hush, unit: JPY, better: higher, tags: [open]}
";

/// What stands in inputs that `shops` may not see.
pub(crate) const CANARIES: &[&str] = &[
    "quokka",
    "xylophone",
    "quux",
    "wombat",
    "narwhal",
    "numbat",
    "axolotl",
    "pangolin",
    "platypus",
    "tapir",
    "ocelot",
    "dugong",
    "kakapo",
    "987654321098765",
    "\"hush\"",
    "metrics/hush",
];

pub(crate) fn shop(config: &str) -> Temp {
    let temp = Temp::new("audiences");
    temp.write("kpress.yaml", config);
    temp.write("metrics/all.yaml", METRICS);
    temp.write(
        "stores.yaml",
        "stores:\n  alpha: {name: Alpha}\n  beta: {name: Beta}\n  wombat1: {name: Wombat Outlet}\n  wombat2: {name: Wombat Corner}\n",
    );
    temp.write(
        "people.yaml",
        "teams: {crew: {name: Crew}}\npeople:\n  xander: {name: Xander Hill, team: crew, covers: {store: [alpha]}}\n  quux.person: {name: Xylophone Quux, team: crew, covers: {store: [wombat1, wombat2]}}\n",
    );
    temp.write(
        "targets/all.yaml",
        "targets:\n  - {id: open-goal, metric: gmv, scope: {store: alpha}, period: 2026-11, value: 2_000, owner: xander}\n  - {id: numbat-goal, metric: quokka_rate, period: 2026-11, value: 50%, owner: quux.person}\n  - {id: numbat-shop, metric: gmv, scope: {store: wombat1}, period: 2026-11, value: 987_654, owner: quux.person}\n",
    );
    temp.write(
        "content/minutes.md",
        "---\ntitle: Narwhal minutes\naudience: boss\n---\nThe narwhal speaks.\n",
    );
    temp.write("content/help.md", "---\ntitle: Help for shops\n---\nOpen at nine.\n");
    temp.write(
        "content/figures.md",
        "---\ntitle: Kakapo figures\n---\nAll of it: {{ metric(\"gmv\", scope=\"store:wombat1\") }}\n",
    );
    temp.write(
        "reviews/2026-W45.md",
        "---\nperiod: 2026-W45\nattendees: [quux.person]\ndecisions: [{id: d1, text: The axolotl stays, by: quux.person}]\nactions: [{id: a1, title: Feed the axolotl quietly, owner: quux.person, due: 2026-11-30, metric: quokka_rate}]\n---\nThe axolotl slept.\n\n## quokka_rate\n\nIt was the axolotl.\n",
    );
    temp.write(
        "alerts/all.yaml",
        "alerts:\n  - {id: pangolin, title: Pangolin alarm rings, metric: quokka_rate, when: \"> 0%\", severity: high}\n",
    );
    temp.write(
        "annotations/2026.yaml",
        "annotations:\n  - {date: 2026-11-03, kind: event, scope: {store: wombat1}, text: Platypus festival week}\n",
    );
    temp.write(
        "calendar/own.yaml",
        "events:\n  - {id: dugong-days, name: Dugong days, from: 2026-11-05, to: 2026-11-06, weight: 2, stores: [wombat1]}\n",
    );
    temp.write(
        "dashboards/tapir.yaml",
        "title: Tapir control board\nblocks:\n  - {block: card, metric: quokka_rate}\n  - {block: text, markdown: the tapir}\n",
    );
    temp.write(
        "objectives/h2.yaml",
        "objectives:\n  - {id: ocelot, title: Ocelot objective title, period: 2026-Q4, owner: quux.person, key_results: [{id: k, metric: quokka_rate, baseline: 10%, target: 20%}]}\n",
    );
    temp.write("data/sales.csv", rows(5));
    temp
}

/// Five weeks of four shops; `more` moves what only the management sees.
fn rows(more: u32) -> String {
    let mut text = "date,store,sku,amount,cost,units,secret\n".to_owned();
    let days = (12..=31)
        .map(|day| format!("2026-10-{day:02}"))
        .chain((1..=15).map(|day| format!("2026-11-{day:02}")));
    for (number, day) in (1_u32..).zip(days) {
        for (place, store) in ["alpha", "beta", "wombat1", "wombat2"].into_iter().enumerate() {
            let sku = if place < 2 { "kettle" } else { "kakapo-lamp" };
            let own = if place < 2 { 0 } else { more };
            let amount = 100 * number + 7 * u32::try_from(place).expect("few shops") + own;
            let secret = if number == 9 { "987654321098765" } else { "3" };
            text += &format!("{day},{store},{sku},{amount},{},{number},{secret}\n", amount / 2);
        }
    }
    text
}

pub(super) fn kpress(temp: &Temp, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kpress"));
    command
        .current_dir(temp.path())
        .env("HOME", "/nonexistent")
        .env_remove("SOURCE_DATE_EPOCH")
        .env_remove("CI");
    command.args(arguments).output().expect("kpress starts")
}

/// Runs a command that must end with this code.
#[track_caller]
pub(crate) fn ends(temp: &Temp, arguments: &[&str], expected: i32) -> String {
    let output = kpress(temp, arguments);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code().unwrap_or(-1), expected, "{arguments:?}: {said}");
    said + &String::from_utf8_lossy(&output.stdout)
}

/// Every file below a folder, and its name, in small letters.
fn bytes(temp: &Temp, folder: &str) -> BTreeMap<String, String> {
    let files = tree(&temp.path().join(folder)).into_iter();
    files
        .map(|(path, bytes)| {
            let text = format!("{path}\n{}", String::from_utf8_lossy(&bytes)).to_lowercase();
            (path.to_string(), text)
        })
        .collect()
}

#[test]
fn nothing_hidden_is_in_any_byte_of_a_tree() {
    let temp = shop(CONFIG);
    ends(&temp, &["check"], 0);
    ends(&temp, &["publish"], 0);
    ends(&temp, &["build", "--audience", "shops"], 0);
    for folder in [".kpress/web/shops", "public/shops"] {
        let files = bytes(&temp, folder);
        assert!(files.len() > 20, "{folder}: {}", files.len());
        for (path, text) in &files {
            for canary in CANARIES {
                assert!(!text.contains(canary), "{folder}/{path} holds {canary}");
            }
        }
        let all: String = files.values().map(String::as_str).collect();
        for seen in ["alpha", "beta", "turnover", "price each", "help for shops", "for shop staff only"] {
            assert!(all.contains(seen), "{folder} lacks {seen}");
        }
    }
    // The same words are there for those who may read them.
    let all: String = bytes(&temp, ".kpress/web/boss").into_values().collect();
    for canary in CANARIES.iter().filter(|canary| !canary.contains("hush") && !canary.starts_with('9')) {
        assert!(all.contains(canary), "boss lacks {canary}");
    }
    // A person sees the own metric everywhere, and nobody else.
    let own: String = bytes(&temp, ".kpress/web/xander").into_values().collect();
    assert!(own.contains("xander hill") && own.contains("turnover"));
    for canary in ["xylophone", "quux", "quokka", "narwhal", "axolotl", "tapir"] {
        assert!(!own.contains(canary), "xander reads {canary}");
    }
}

#[test]
fn a_name_in_a_text_is_found_and_nothing_is_published() {
    let temp = shop(CONFIG);
    ends(&temp, &["publish"], 0);
    let before = tree(&temp.path().join(".kpress/web"));
    temp.write("content/help.md", "---\ntitle: Help for shops\n---\nAsk [her](../people/quux.person/).\n");
    let said = ends(&temp, &["publish"], 40);
    let told = "`en/help/index.html` of `shops` holds a person `quux.person`, which it may not see";
    assert!(said.contains(told) && said.contains("audience-leak"), "{said}");
    assert_eq!(tree(&temp.path().join(".kpress/web")), before, "nothing was published");
    // Neither is it let pass, nor built in spite of errors.
    temp.write("kpress.yaml", format!("{CONFIG}rules: {{audience-leak: off}}\n"));
    ends(&temp, &["build", "--audience", "shops", "--keep-going"], 40);
    assert!(!temp.path().join("public/shops").exists());
    ends(&temp, &["check"], 40);
}

#[test]
fn hidden_words_are_found_wherever_they_are_wrapped() {
    // `cXV1eC5wZXJzb24…` is base64 of a sentence with the name.
    for (text, found) in [
        ("Nobody &#88;ylophone &#81;uux knows.", "Xylophone Quux"),
        ("`SGVyIG5hbWUgaXMgWHlsb3Bob25lIFF1dXgu`", "Xylophone Quux"),
        ("Sold 987,654,321,098,765 on one day.", "987654321098765"),
        ("Meet at the Wombat Outlet.", "Wombat Outlet"),
        ("See the Narwhal minutes.", "Narwhal minutes"),
    ] {
        let temp = shop(CONFIG);
        temp.write("content/help.md", format!("---\ntitle: Help for shops\n---\n{text}\n"));
        let said = ends(&temp, &["publish"], 40);
        assert!(said.contains(found) && said.contains("help/index.html"), "{text}: {said}");
    }
}

#[test]
fn a_total_that_gives_a_part_away_is_withheld() {
    let with = |scopes: &str| {
        let cut = "scopes: {store: [alpha, beta]}";
        let temp = shop(&CONFIG.replace(cut, scopes));
        ends(&temp, &["build", "--audience", "shops"], 0);
        temp
    };
    let company = |temp: &Temp| temp.read("public/shops/en/metrics/gmv/report.json").contains("\"value\"");
    let told = "Withheld: with the parts that are shown, this total would give away one that is not.";
    // Two shops are hidden: the total says nothing of either.
    let temp = with("scopes: {company: true, store: [alpha, beta]}");
    assert!(company(&temp) && !temp.read("public/shops/en/metrics/gmv/index.html").contains(told));
    // One is: it would be the rest.
    let temp = with("scopes: {company: true, store: [alpha, beta, wombat2]}");
    let page = temp.read("public/shops/en/metrics/gmv/index.html");
    assert!(page.contains(told), "{page}");
    let governance = temp.read("public/shops/en/governance/audiences/index.html");
    assert!(governance.contains("withheld"), "{governance}");
    // What is made of one hidden metric gives it away as well, in every scope: it has a page, and no figure.
    let page = temp.read("public/shops/en/metrics/open_hush/report.json");
    assert!(!page.contains("\"value\""), "{page}");
}

/// Somebody who may open two trees knows what either shows: the whole minus the parts is the rest.
#[test]
fn what_two_audiences_know_together_is_told() {
    const RULE: &str = "audiences-add-up";
    let with = |north: &str, south: &str| {
        let temp = shop(CONFIG);
        let audiences = format!(
            "audiences:\n  boss: {{sees: all}}\n  north: {{sees: {{metrics: [pieces], {north}}}}}\n  south: {{sees: {{metrics: [pieces], {south}}}}}\n"
        );
        let head = CONFIG.split("audiences:").next().expect("the head").to_owned();
        temp.write("kpress.yaml", head + &audiences);
        for file in ["content/minutes.md", "content/figures.md", "content/help.md", "reviews/2026-W45.md"] {
            std::fs::remove_file(temp.path().join(file)).expect("it is there");
        }
        let said = ends(&temp, &["check"], 0);
        assert_eq!(said.contains(RULE), said.contains("together can work out"), "{said}");
        (temp, said)
    };
    // Of four shops `north` shows the sum and two, `south` a third: the fourth is in neither tree.
    let whole = "scopes: {company: true, store: [alpha, beta]}";
    let (temp, said) = with(whole, "scopes: {store: [wombat1]}");
    let told = "readers of `north` and `south` together can work out what neither may see: `pieces` of `store:wombat2`";
    assert!(said.contains(told) && said.contains("kpress.yaml"), "{said}");
    let said = ends(&temp, &["publish"], 0);
    assert!(said.contains(told), "{said}");
    ends(&temp, &["check", "--deny", "warnings"], 10);
    // Two unknown shops stay unknown; so does a total that is only the sum of what is seen.
    assert!(!with(whole, "scopes: {store: [alpha]}").1.contains(RULE));
    assert!(!with("scopes: {store: [alpha, beta]}", "scopes: {store: [wombat1, wombat2]}").1.contains(RULE));
    // One of them sees the fourth: nothing is kept from both.
    assert!(!with(whole, "scopes: {store: [wombat1, wombat2]}").1.contains(RULE));
    // Nobody is asked what an audience that sees everything knows.
    assert!(!with(whole, "scopes: {store: [alpha, beta]}").1.contains(RULE));
}

/// Of four shops one audience sees the sum and one shop, two others a shop each: no two of them know the fourth.
#[test]
fn what_three_audiences_know_together_is_told() {
    let temp = shop(CONFIG);
    let one = |name: &str, scopes: &str| {
        format!("  {name}: {{sees: {{metrics: [pieces], scopes: {{{scopes}}}}}}}\n")
    };
    let with = |all: &[String]| {
        let head = CONFIG.split("audiences:").next().expect("the head").to_owned();
        temp.write("kpress.yaml", head + "audiences:\n  boss: {sees: all}\n" + &all.concat());
        ends(&temp, &["check"], 0)
    };
    for file in ["content/minutes.md", "content/figures.md", "content/help.md", "reviews/2026-W45.md"] {
        std::fs::remove_file(temp.path().join(file)).expect("it is there");
    }
    let (north, south) = (one("north", "company: true, store: [alpha]"), one("south", "store: [beta]"));
    let west = one("west", "store: [wombat1]");
    let said = with(&[north.clone(), south.clone(), west.clone()]);
    let told = "readers of `north`, `south` and `west` together can work out what none of them may see: `pieces` of `store:wombat2`";
    assert!(said.contains(told), "{said}");
    // Two of them leave two shops unknown.
    assert!(!with(&[north.clone(), south.clone()]).contains("together can work out"));
    // That a fourth audience sees the shop helps none of the three; the four together lack nothing.
    let said = with(&[north, south, west, one("east", "store: [wombat2]")]);
    assert!(said.contains(told) && !said.contains("`north`, `south`, `west` and `east`"), "{said}");
}

/// The company and one team in one tree, another team in the other: the third team is the rest.
#[test]
fn a_team_that_two_audiences_leave_over_is_told() {
    let temp = shop(CONFIG);
    temp.write(
        "stores.yaml",
        (1..=9)
            .map(|n| format!("  s{n}: {{name: Shop {n}}}\n"))
            .fold("stores:\n".to_owned(), |all, one| all + &one),
    );
    let person = |n: u32| {
        format!(
            "  p{n}: {{name: Person {n}, team: t{n}, covers: {{store: [s{}, s{}, s{}]}}}}\n",
            3 * n - 2,
            3 * n - 1,
            3 * n
        )
    };
    temp.write(
        "people.yaml",
        format!(
            "teams: {{t1: {{name: Team 1}}, t2: {{name: Team 2}}, t3: {{name: Team 3}}}}\npeople:\n{}{}{}",
            person(1),
            person(2),
            person(3)
        ),
    );
    let days = (1..=15).flat_map(|day| {
        (1..=9).map(move |store| format!("2026-11-{day:02},s{store},sku,{},{},{store},3\n", day * store, day))
    });
    temp.write(
        "data/sales.csv",
        days.fold("date,store,sku,amount,cost,units,secret\n".to_owned(), |all, row| all + &row),
    );
    temp.write("metrics/all.yaml", "metrics:\n  gmv: {name: {en: Turnover}, source: sales, value: sum(amount), unit: JPY, better: higher, level: core}\n");
    for folder in
        ["content", "reviews", "alerts", "annotations", "calendar", "dashboards", "objectives", "targets"]
    {
        std::fs::remove_dir_all(temp.path().join(folder)).expect("it is there");
    }
    let target = |n: u32| {
        format!(
            "  - {{id: team{n}, metric: gmv, scope: {{team: t{n}}}, period: 2026-11, value: 2_000, owner: p{n}}}\n"
        )
    };
    temp.write("targets/all.yaml", format!("targets:\n{}{}{}", target(1), target(2), target(3)));
    let head = CONFIG.split("audiences:").next().expect("the head");
    let with = |second: &str| {
        let audiences = format!(
            "audiences:\n  first: {{sees: {{scopes: {{company: true, team: [t1]}}, people: [p1]}}}}\n  second: {{sees: {{scopes: {{team: [{second}]}}, people: [p1, p2]}}}}\n"
        );
        temp.write("kpress.yaml", head.to_owned() + &audiences);
        ends(&temp, &["check"], 0)
    };
    let said = with("t2");
    assert!(said.contains("audiences-add-up") && said.contains("`gmv` of `team:t3`"), "{said}");
    let said = with("t1");
    assert!(!said.contains("audiences-add-up"), "two teams are unknown: {said}");
}

#[test]
fn a_figure_that_changed_unseen_changes_no_byte() {
    let temp = shop(CONFIG);
    ends(&temp, &["publish"], 0);
    temp.write("data/sales.csv", rows(11));
    ends(&temp, &["publish"], 0);
    let version = |audience: &str, number: u32| {
        let place = format!(".kpress/web/{audience}/v/2026-w46.{number}");
        let mut files = tree(&temp.path().join(place));
        // What says which version it is.
        files.retain(|path, _| {
            let path = path.to_string();
            !(path.ends_with("version.js")
                || path.ends_with("manifest.json")
                || path.ends_with("SHA256SUMS")
                || path.contains("/changes/"))
        });
        files
    };
    assert_eq!(version("shops", 1), version("shops", 2));
    assert_ne!(version("boss", 1), version("boss", 2));
    let page = temp.read(".kpress/web/shops/v/2026-w46.2/en/changes/index.html");
    assert!(page.contains("2026-w46.1") && !page.contains("Restated figures"), "{page}");
    assert!(temp.read(".kpress/web/boss/v/2026-w46.2/en/changes/index.html").contains("Restated figures"));
    assert!(temp.read(".kpress/web/boss/v/2026-w46.2/manifest.json").contains("sales.csv"));
    assert!(!temp.read(".kpress/web/shops/v/2026-w46.2/manifest.json").contains("sales.csv"));
}

#[test]
fn who_is_no_audience_is_named_and_sees_nothing() {
    let temp = shop(CONFIG);
    temp.write(
        "content/minutes.md",
        "---\ntitle: Narwhal minutes\naudience: bos\n---\nThe narwhal speaks.\n",
    );
    let said = ends(&temp, &["check"], 10);
    assert!(said.contains("there is no audience `bos`") && said.contains("did you mean `boss`?"), "{said}");
    ends(&temp, &["build", "--keep-going"], 10);
    let all: String = bytes(&temp, "public").into_values().collect();
    assert!(!all.contains("narwhal speaks"), "meant for few, shown to nobody");
    temp.write(
        "content/minutes.md",
        "---\ntitle: Narwhal minutes\naudience: boss\n---\nThe narwhal speaks.\n",
    );
    ends(&temp, &["build", "--audience", "shops", "--out", "one"], 0);
    assert!(temp.path().join("one/shops/en/index.html").is_file());
    assert!(!temp.path().join("one/boss").exists());
    let said = ends(&temp, &["build", "--audience", "shop", "--out", "two"], 10);
    assert!(said.contains("there is no audience `shop`"), "{said}");
    // Without `audiences:` nobody can be named, either.
    temp.write("kpress.yaml", CONFIG.split("audiences:").next().expect("the head"));
    let said = ends(&temp, &["check"], 10);
    assert!(said.contains("there is no audience `boss`"), "{said}");
}

/// Publishing makes the tree of every audience; a build shows its author what one that sees everything sees.
#[test]
fn a_build_is_for_its_author() {
    let temp = shop(CONFIG);
    temp.write("content/staff.md", "---\ntitle: Vicuna for staff\naudience: shops\n---\nThe vicuna hums.\n");
    let said = ends(&temp, &["build"], 0);
    assert!(said.contains("in 2 languages for boss"), "{said}");
    let said = ends(&temp, &["build"], 0);
    assert!(said.contains("nothing changed") && said.contains("for boss"), "{said}");
    assert!(temp.path().join("public/en/index.html").is_file() && !temp.path().join("public/shops").exists());
    let all: String = bytes(&temp, "public").into_values().collect();
    assert!(all.contains("narwhal speaks") && all.contains("quokka") && !all.contains("vicuna"));
    temp.write("content/help.md", "---\ntitle: Help for shops\n---\nSee Vicuna for staff.\n");
    let said = ends(&temp, &["build"], 40);
    assert!(said.contains("of `boss` holds the title of an article `Vicuna for staff`"), "{said}");
    assert!(said.contains("it stands in `"), "{said}");
    // Where nobody sees everything, everybody's tree is made and no other.
    temp.write("content/help.md", "---\ntitle: Help for shops\n---\nOpen at nine.\n");
    let config = CONFIG.replace("  boss: {sees: all, name: {en: Management, zh: 管理层}}\n", "");
    temp.write("kpress.yaml", config);
    temp.write("content/minutes.md", "---\ntitle: Minutes\naudience: shops\n---\nHum.\n");
    ends(&temp, &["build"], 0);
    assert!(temp.path().join("public/shops/en/index.html").is_file());
    assert!(temp.path().join("public/xander/en/index.html").is_file());
    assert!(!temp.path().join("public/en").exists());
}

/// The files at the root name versions and aliases: those are looked through as well.
#[test]
fn names_of_versions_are_looked_at_too() {
    let temp = shop(CONFIG);
    let said = ends(&temp, &["publish", "--as", "for-quux.person"], 40);
    assert!(said.contains("versions.json` of `shops` holds a person `quux.person`"), "{said}");
    assert!(!temp.path().join(".kpress/web/shops/versions.json").exists());
    ends(&temp, &["publish"], 0);
    let said = ends(&temp, &["versions", "alias", "wombat1", "2026-w46.1"], 40);
    assert!(said.contains("of `shops` holds a store `wombat1`") && said.contains("hint"), "{said}");
    assert!(!temp.read(".kpress/web/shops/versions.json").contains("wombat1"));
    ends(&temp, &["versions", "alias", "good", "2026-w46.1"], 0);
    assert!(temp.read(".kpress/web/shops/versions.json").contains("good"));
}

#[test]
fn a_deploy_target_gets_its_audiences_only() {
    let host = Temp::new("audience-host");
    let place = host.path().display().to_string();
    let publish = format!(
        "{CONFIG}publish:\n  web: {{to: {{folder: \"{place}\"}}, audiences: [shops]}}\n  sent: {{to: {{zip: out.zip}}, audiences: [shops]}}\n"
    );
    let temp = shop(&publish);
    ends(&temp, &["publish"], 0);
    assert!(host.path().join("shops/current.json").is_file());
    assert!(!host.path().join("boss").exists() && !host.path().join("xander").exists());
    let zip = std::fs::read(temp.path().join("out.zip")).expect("an archive");
    let text = String::from_utf8_lossy(&zip);
    assert!(text.contains("shops/index.html") && !text.contains("boss/index.html"));
}
