//! Random walks of edits, as somebody types them: several kinds at once, some that break a file, some before the rest of the
//! pages of the edit before is laid out. After each the preview's pages are those of a build that remembers nothing.

use crate::edits::{Quiet, TARGETS, options, path, shop};
use crate::folder::Temp;
use kpress::build::Store;
use kpress::build::draft::{Draft, draft, first};
use kpress::inputs::{Inputs, Memory, ProjectPath};
use std::collections::{BTreeMap, BTreeSet};

/// Steps of each walk. One takes two builds; `EDITS=1000` walks further.
const STEPS: usize = 40;

/// Numbers that look random and are the same everywhere (Knuth's linear congruence).
struct Dice(u64);

impl Dice {
    fn below(&mut self, count: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from((self.0 >> 33) % count as u64).expect("small")
    }
}

/// A target as the walk moves it.
#[derive(Clone)]
struct Aim {
    value: usize,
    stretch: Option<usize>,
    red: Option<usize>,
    is_child: bool,
    status: usize,
    revised: Option<usize>,
    owner: Option<&'static str>,
    lines_above: usize,
    note: usize,
}

/// What the files say; each walk begins alike.
struct Desk {
    aims: Vec<Aim>,
    split: bool,
    series_of_more: usize,
    formulas: [usize; 3],
    weight: usize,
    text: usize,
    title: usize,
    site: usize,
    people: bool,
    broken: [bool; 3],
}

impl Desk {
    fn new() -> Desk {
        let aim = |value, is_child| Aim {
            value,
            stretch: None,
            red: None,
            is_child,
            status: 0,
            revised: None,
            owner: None,
            lines_above: 0,
            note: 0,
        };
        Desk {
            aims: vec![aim(9_000_000, false), aim(5_000_000, true), aim(4_000_000, true), aim(700, false)],
            split: false,
            series_of_more: 0,
            formulas: [1, 1, 1],
            weight: 20,
            text: 0,
            title: 0,
            site: 0,
            people: false,
            broken: [false; 3],
        }
    }

    /// Changes one thing; gives the file it stands in.
    fn step(&mut self, dice: &mut Dice) -> &'static str {
        let kinds = ["value"; 5].into_iter().chain(["stretch", "red", "status", "revised", "owner", "lines"]);
        let kinds = kinds.chain(["note", "child", "more", "split", "formula", "formula", "weight", "text"]);
        let kinds: Vec<&str> = kinds.chain(["text", "title", "people", "broken", "broken"]).collect();
        let at = dice.below(self.aims.len());
        let aim = &mut self.aims[at];
        let maybe = |dice: &mut Dice, some: usize| (dice.below(2) == 0).then_some(some);
        match kinds[dice.below(kinds.len())] {
            "value" => aim.value = aim.value / 2 + dice.below(aim.value + 1),
            "stretch" => aim.stretch = maybe(dice, aim.value + aim.value / 10),
            "red" => aim.red = maybe(dice, aim.value - aim.value / 10),
            "status" => aim.status = dice.below(4),
            "revised" => aim.revised = maybe(dice, aim.value + 100),
            "owner" => aim.owner = [None, Some("mei"), Some("ken"), Some("nobody")][dice.below(4)],
            "lines" => aim.lines_above = dice.below(3),
            "note" => aim.note = dice.below(5),
            "child" => aim.is_child = !aim.is_child && at > 0,
            "more" => self.series_of_more = dice.below(4),
            "split" => self.split = !self.split,
            "formula" => {
                self.formulas[dice.below(3)] = 1 + dice.below(3);
                return "metrics/sales.yaml";
            }
            "weight" => {
                self.weight = dice.below(90);
                return "calendar/shop.yaml";
            }
            "text" => {
                self.text += 1;
                return "content/about.md";
            }
            "title" => {
                let is_of_site = dice.below(2) == 0;
                *(if is_of_site { &mut self.site } else { &mut self.title }) += 1;
                return if is_of_site { "kpress.yaml" } else { "content/about.md" };
            }
            "people" => {
                self.people = !self.people;
                return "people.yaml";
            }
            _ => {
                let file = dice.below(3);
                self.broken[file] = !self.broken[file];
                return [TARGETS, "metrics/sales.yaml", "content/about.md"][file];
            }
        }
        TARGETS
    }

    fn targets(&self) -> String {
        let mut text = String::from(if self.broken[0] { "targets: [\n" } else { "targets:\n" });
        let whose = [
            "sales, period: 2025-Q4",
            "sales, scope: {store: main}, period: 2025-Q4",
            "sales, scope: {store: station}, period: 2025-Q4",
            "orders, period: 2025-12",
        ];
        for (at, aim) in self.aims.iter().enumerate() {
            text += &"# a line\n".repeat(aim.lines_above);
            text += &format!("  - {{id: t{at}, metric: {}, value: {}", whose[at], aim.value);
            let mut say = |key: &str, value: Option<String>| {
                text += &value.map(|value| format!(", {key}: {value}")).unwrap_or_default();
            };
            say("stretch", aim.stretch.map(|some| some.to_string()));
            say("red", aim.red.map(|some| some.to_string()));
            say("parent", aim.is_child.then(|| "t0".to_owned()));
            say("owner", aim.owner.map(str::to_owned));
            say("note", (aim.note > 0).then(|| format!("\"note {}\"", aim.note)));
            let status = ["active", "paused", "dropped", "achieved"][aim.status];
            say("status", (aim.status > 0).then(|| status.to_owned()));
            let revised = |value| format!("[{{date: 2025-12-10, value: {value}, reason: more}}]");
            say("revisions", aim.revised.map(revised));
            if self.split && at == 3 {
                text += ", split: {by: store, share: {main: 0.6, station: 0.4}}";
            }
            text += "}\n";
        }
        for week in 0..self.series_of_more {
            text += &format!("  - {{metric: visits, period: 2025-W{}, value: {}}}\n", 48 + week, 9000 + week);
        }
        text
    }

    fn files(&self) -> BTreeMap<String, Vec<u8>> {
        let mut files = shop();
        let mut swap = |file: &str, pairs: &[(&str, String)]| {
            let mut text = String::from_utf8(files[file].clone()).expect("text");
            for (from, to) in pairs {
                assert!(text.contains(from), "`{from}` stands in {file}");
                text = text.replacen(from, to, 1);
            }
            files.insert(file.to_owned(), text.into_bytes());
        };
        let [sales, orders, visits] = self.formulas;
        let metrics = if self.broken[1] { "metrics: {\n" } else { "metrics:\n" };
        swap(
            "metrics/sales.yaml",
            &[
                ("metrics:\n", metrics.to_owned()),
                ("sum(sales)", format!("sum(sales) * {sales}")),
                ("sum(orders)", format!("sum(orders) * {orders}")),
                ("orders / visits", format!("orders / (visits * {visits})")),
            ],
        );
        swap("calendar/shop.yaml", &[("sat: 1.20", format!("sat: 1.{:02}", self.weight))]);
        swap("kpress.yaml", &[("en: Corner shop", format!("en: Corner shop {}", self.site))]);
        files.insert(TARGETS.to_owned(), self.targets().into_bytes());
        let broken = if self.broken[2] { "{{ metric(\"nothing\") }}" } else { "" };
        let about = format!("---\ntitle: About {}\n---\nText {}. {broken}\n", self.title, self.text);
        files.insert("content/about.md".to_owned(), about.into_bytes());
        if self.people {
            let people = "people:\n  mei: {name: Mei, role: lead}\n  ken: {name: Ken, role: lead}\n";
            files.insert("people.yaml".to_owned(), people.into());
        }
        files
    }
}

fn inputs(files: &BTreeMap<String, Vec<u8>>) -> Memory {
    Memory::of(files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())))
}

fn said(draft: &Draft) -> Vec<String> {
    draft.found.iter().map(|one| format!("{} {} {}", one.place, one.rule.name, one.message)).collect()
}

fn walk(seed: u64) {
    let steps = std::env::var("EDITS").ok().and_then(|text| text.parse().ok()).unwrap_or(STEPS);
    let temp = Temp::new("walk");
    let (store, options) = (Store::open(temp.path(), "test").remembering(), options());
    let (mut desk, mut dice) = (Desk::new(), Dice(seed));
    let mut known = draft(&inputs(&desk.files()), &store, &options, &Quiet).expect("nobody stops it");
    let pages = ["targets/t0", "targets/t3", "targets", "metrics/orders", "about", "", "dashboards/overview"];
    for step in 0..steps {
        let mut changed: BTreeSet<ProjectPath> = BTreeSet::new();
        for _ in 0..=dice.below(2) {
            changed.insert(path(desk.step(&mut dice)));
        }
        let changed: Vec<ProjectPath> = changed.into_iter().collect();
        let what = format!("walk {seed}, step {step}: {changed:?}");
        let now = inputs(&desk.files());
        let around = (&now as &dyn Inputs, &store);
        let anew = draft(&now, &Store::none(), &options, &Quiet).expect("nobody stops it");
        let looked_at: BTreeSet<&str> = [0, 1].map(|_| pages[dice.below(pages.len())]).into();
        let looked_at: Vec<&str> = looked_at.into_iter().collect();
        let begun = match known.retold(around, &changed, &Quiet) {
            Some(draft) => draft,
            None => first(&known, &looked_at, around, &options, &Quiet).expect("nobody stops it"),
        };
        let of = |draft: &Draft, path: &str| draft.report.pages.iter().find(|one| one.path == path).cloned();
        for page in begun.only.iter().flatten() {
            assert_eq!(of(&begun, page), of(&anew, page), "{what}: {page} comes first");
        }
        // Now and then the next edit comes before the rest.
        known = match begun.only {
            Some(_) if dice.below(3) > 0 => begun.whole(around, &options, &Quiet).expect("nobody stops it"),
            _ => begun,
        };
        if known.only.is_none() {
            assert_eq!(said(&known), said(&anew), "{what}");
            assert_eq!(known.report.pages, anew.report.pages, "{what}");
            assert_eq!(known.report.nav, anew.report.nav, "{what}");
        }
    }
}

#[test]
fn a_walk_of_edits_ends_where_a_build_begins() {
    [1, 2, 3].into_iter().for_each(walk);
}
