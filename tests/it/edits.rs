//! The preview takes over what it knows from the edition before. After every kind of edit its site is nevertheless the one
//! that a build makes which remembers nothing, byte for byte; also the pages that it lays out first.

use crate::diffs::repo::Repo;
use crate::folder::Temp;
use kpress::build::draft::{Draft, draft, first};
use kpress::build::{OnError, OnFailedPlugin, Options, Stage, Store, Watch, pages, survey, tell};
use kpress::inputs::{Disk, Inputs, Memory, ProjectPath};
use kpress::render::studio::Studio;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::{Arc, Mutex};

/// What is done to a file.
enum Edit {
    /// It says this instead of that.
    Says(&'static str, &'static str),
    /// It is this, whether it was there or not.
    Is(&'static str),
    /// It goes.
    Goes,
}
use Edit::{Goes, Is, Says};

const ABOUT: &str = "content/about.md";
pub(crate) const TARGETS: &str = "targets/2025.yaml";
const METRICS: &str = "metrics/sales.yaml";

/// One of every kind; what a broken file leaves behind is mended by the next.
const EDITS: &[(&str, &str, Edit)] = &[
    ("a value", TARGETS, Says("15_000_000 ", "15_500_000 ")),
    ("a part of it", TARGETS, Says("5_500_000}", "5_600_000}")),
    ("a stretch", TARGETS, Says("\"16_000_000\"", "\"17_000_000\"")),
    ("months", TARGETS, Says("[1.0, 1, 1.1]", "[1.0, 1.2, 1.1]")),
    ("a red line", TARGETS, Says("red: 4.0%", "red: 4.1%")),
    ("a status", TARGETS, Says("value: 5_600_000}", "value: 5_600_000, status: paused}")),
    ("and back", TARGETS, Says(", status: paused", "")),
    ("a comment that moves lines", TARGETS, Says("targets:\n", "# moved\ntargets:\n")),
    (
        "a target of a new period",
        TARGETS,
        Says("red: 4.1%}", "red: 4.1%}\n  - {id: w50, metric: orders, period: 2025-W50, value: 400}"),
    ),
    ("a target less", TARGETS, Says("\n  - {id: w50, metric: orders, period: 2025-W50, value: 400}", "")),
    ("weights of days", "calendar/shop.yaml", Says("sat: 1.20", "sat: 1.40")),
    ("a formula over rows", METRICS, Says("value: sum(orders)", "value: sum(orders) * 2")),
    ("the same once more", METRICS, Says("sum(orders) * 2", "sum(orders) * 3")),
    ("a formula over metrics", METRICS, Says("value: orders / visits", "value: orders / (visits + orders)")),
    ("another part of it", METRICS, Says("value: orders / (visits + orders)", "value: orders / sales")),
    ("and back", METRICS, Says("value: orders / sales", "value: orders / visits")),
    ("a unit", METRICS, Says("value: sum(visits)\n    unit: count", "value: sum(visits)\n    unit: JPY")),
    ("a name", METRICS, Says("en: Orders", "en: Purchases")),
    (
        "a metric more",
        METRICS,
        Says("metrics:\n", "metrics:\n  basket: {value: sales / orders, unit: JPY, better: higher}\n"),
    ),
    (
        "another of its parts",
        METRICS,
        Says("basket: {value: sales / orders", "basket: {value: sales / visits"),
    ),
    ("a filter", METRICS, Says("value: sum(visits)\n", "value: sum(visits)\n    where: store = 'main'\n")),
    ("no filter", METRICS, Says("    where: store = 'main'\n", "")),
    ("limits", METRICS, Says("basket: {", "basket: {limits: {grain: week}, ")),
    (
        "a metric less",
        METRICS,
        Says("  basket: {limits: {grain: week}, value: sales / visits, unit: JPY, better: higher}\n", ""),
    ),
    ("a text", ABOUT, Says("Founded in 1987.", "Founded in 1988.")),
    ("a text with a figure that stays", ABOUT, Says("So far", "Up to now")),
    ("another figure", ABOUT, Says("metric(\"sales\")", "metric(\"orders\", scope=\"store:main\")")),
    ("a figure nobody knows", ABOUT, Says("metric(\"orders\"", "metric(\"ordres\"")),
    ("a text while something is said about it", ABOUT, Says("1988", "1989")),
    ("a figure that is known", ABOUT, Says("metric(\"ordres\"", "metric(\"orders\"")),
    ("a title", ABOUT, Says("title: About us", "title: About the shop")),
    ("a place in the navigation", ABOUT, Says("title: About the shop", "title: About the shop\norder: 3")),
    ("a heading instead of a title", ABOUT, Is("# The shop\n\nFounded long ago.\n")),
    ("another heading", ABOUT, Says("# The shop", "# Our shop")),
    ("only text below it", ABOUT, Says("long ago", "a long time ago")),
    ("a text in another language", "content/about.ja.md", Is("# 店\n\n本文。\n")),
    ("its text", "content/about.ja.md", Says("本文", "別の本文")),
    ("an article more", "content/more.md", Is("# More\n\n[About](about.md)\n")),
    ("an article less", "content/about.ja.md", Goes),
    ("a dashboard", "dashboards/overview.yaml", Says("last: 13", "last: 9")),
    (
        "a dashboard of days",
        "dashboards/overview.yaml",
        Says(
            "  - {block: card, metric: orders",
            "  - {block: line, series: [{metric: visits}], grain: day, last: 9}\n  - {block: card, metric: orders",
        ),
    ),
    (
        "a dashboard more",
        "dashboards/more.yaml",
        Is("title: More\nblocks:\n  - {block: card, metric: visits}\n"),
    ),
    ("people", "people.yaml", Is("people:\n  mei: {name: Mei, role: lead}\n")),
    ("an owner", TARGETS, Says("value: 15_500_000 ", "owner: mei\n    value: 15_500_000 ")),
    (
        "an annotation",
        "annotations/2025.yaml",
        Is("annotations:\n  - {date: 2025-12-05, kind: event, text: The fair}\n"),
    ),
    ("a row of data", "data/sales.csv", Says("2025-10-01,main,875,35,75613", "2025-10-01,main,875,36,75613")),
    ("a formula after it", METRICS, Says("sum(orders) * 3", "sum(orders)")),
    (
        "a file of data more",
        "data/more.csv",
        Is("date,store,visits,orders,sales\n2026-01-01,main,900,30,70000\n2026-01-01,station,400,10,20000\n"),
    ),
    ("a file of data less", "data/more.csv", Goes),
    ("a title of the site", "kpress.yaml", Says("en: Corner shop", "en: Shop at the corner")),
    ("a language less", "kpress.yaml", Says("[en, ja, zh]", "[en, ja]")),
    ("a broken file", TARGETS, Says("targets:\n", "targets: [\n")),
    ("another while it is broken", ABOUT, Says("a long time ago", "in 1987")),
    ("mended", TARGETS, Says("targets: [\n", "targets:\n")),
    ("a template", "themes/default/templates/page.html", Is("{% extends \"base.html\" %}")),
    ("no template", "themes/default/templates/page.html", Goes),
    ("everything of a kind goes", TARGETS, Goes),
];

pub(crate) struct Quiet;

impl Watch for Quiet {
    fn begin(&self, _stage: Stage) {}

    fn stopped(&self) -> bool {
        false
    }
}

/// Notes the stages, and the metrics that alone were measured.
#[derive(Default)]
struct Noting(Mutex<Vec<String>>);

impl Watch for Noting {
    fn begin(&self, stage: Stage) {
        self.0.lock().expect("a note").push(stage.name().to_owned());
    }

    fn about(&self, what: &str) {
        self.0.lock().expect("a note").push(what.to_owned());
    }

    fn stopped(&self) -> bool {
        false
    }
}

pub(crate) fn shop() -> BTreeMap<String, Vec<u8>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = crate::folder::tree(&root.join("content/packs/small/start"));
    let read = |name: &str| {
        std::fs::read(root.join("tests/preview/targets").join(name)).expect("a file of the suite")
    };
    files.insert(TARGETS.to_owned(), read("2025.yaml"));
    files.insert("calendar/shop.yaml".to_owned(), read("shop.yaml"));
    let site = String::from_utf8(files["kpress.yaml"].clone()).expect("text");
    files.insert(
        "kpress.yaml".to_owned(),
        site.replace("currency: JPY", "currency: JPY\n  calendar: shop").into_bytes(),
    );
    let about = "---\ntitle: About us\n---\nFounded in 1987.\n\nSo far {{ metric(\"sales\") }}.\n";
    files.insert(ABOUT.to_owned(), about.into());
    files
}

fn inputs(files: &BTreeMap<String, Vec<u8>>) -> Memory {
    Memory::of(files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())))
}

pub(crate) fn options() -> Options {
    Options {
        as_of: Some("2025-12-20".parse().expect("a day")),
        on_error: OnError::KeepGoing,
        audience: None,
        on_failed_plugin: OnFailedPlugin::Error,
        maker: "test".to_owned(),
    }
}

pub(crate) fn path(name: &str) -> ProjectPath {
    ProjectPath::parse(name).expect("a path")
}

/// The files of one page, and what is made of all pages: files are a function of the report and the theme, which are
/// compared whole.
fn files_of(draft: &Draft, page: &str) -> BTreeMap<String, Arc<[u8]>> {
    let studio = Studio::of(Arc::clone(&draft.report), Arc::clone(&draft.base.theme));
    let html = draft.report.languages.iter().map(|lang| Studio::file_of(*lang, page));
    let data = html.clone().map(|file| file.replace("index.html", "report.json"));
    let shared = draft.report.languages.iter().map(|lang| format!("{}/search.js", lang.code()));
    let all = html.chain(data).chain(shared).chain(["index.html".to_owned()]);
    all.filter_map(|file| Some((file.clone(), studio.file(&file)?.bytes))).collect()
}

fn said(draft: &Draft) -> Vec<String> {
    draft.found.iter().map(|one| format!("{} {} {}", one.place, one.rule.name, one.message)).collect()
}

fn apply(files: &mut BTreeMap<String, Vec<u8>>, (what, file, edit): &(&str, &str, Edit)) {
    match edit {
        Says(from, to) => {
            let text = String::from_utf8(files[*file].clone()).expect("text");
            assert!(text.contains(from), "{what}: `{from}` stands in {file}");
            files.insert((*file).to_owned(), text.replacen(from, to, 1).into_bytes());
        }
        Is(text) => drop(files.insert((*file).to_owned(), text.as_bytes().to_vec())),
        Goes => drop(files.remove(*file)),
    }
}

#[test]
fn after_any_edit_the_site_is_as_if_built_anew() {
    let temp = Temp::new("edits");
    let (store, options) = (Store::open(temp.path(), "test").remembering(), options());
    let mut files = shop();
    let mut known = draft(&inputs(&files), &store, &options, &Quiet).expect("nobody stops it");
    assert!(known.found.iter().all(|one| one.level != kpress::diag::Level::Error), "{:?}", said(&known));
    let looked_at =
        ["", "targets", "targets/year", "metrics/orders", "about", "dashboards/overview", "stores/main"];
    for (number, edit) in EDITS.iter().enumerate() {
        let what = edit.0;
        apply(&mut files, edit);
        let now = inputs(&files);
        let anew = draft(&now, &Store::none(), &options, &Quiet).expect("nobody stops it");
        let changed = [path(edit.1)];
        let around = (&now as &dyn Inputs, &store);
        // One after the other is looked at, sometimes two at once.
        let pages: BTreeSet<&str> = [number, number / 2].map(|at| looked_at[at % looked_at.len()]).into();
        let pages: Vec<&str> = pages.into_iter().collect();
        let begun = match known.retold(around, &changed, &Quiet) {
            Some(draft) => draft,
            None => first(&known, &pages, around, &options, &Quiet).expect("nobody stops it"),
        };
        for page in begun.only.iter().flatten() {
            let of = |draft: &Draft| draft.report.pages.iter().find(|one| one.path == *page).cloned();
            assert_eq!(of(&begun), of(&anew), "{what}: {page} comes first");
        }
        known = match begun.only {
            Some(_) => begun.whole(around, &options, &Quiet).expect("nobody stops it"),
            None => begun,
        };
        assert_eq!(said(&known), said(&anew), "{what}");
        let (is, must) = (&known.report, &anew.report);
        let paths =
            |draft: &Draft| draft.report.pages.iter().map(|page| page.path.clone()).collect::<Vec<_>>();
        assert_eq!(paths(&known), paths(&anew), "{what}");
        for (is, must) in is.pages.iter().zip(&must.pages) {
            assert_eq!(is, must, "{what}");
        }
        let around =
            |of: &kpress::report::Report| (of.title.clone(), of.languages.clone(), of.as_of, of.nav.clone());
        assert_eq!((around(is), is.calendar), (around(must), must.calendar), "{what}");
        assert_eq!(known.base.theme.overrides, anew.base.theme.overrides, "{what}");
        let page = pages[0];
        assert!(files_of(&known, page) == files_of(&anew, page), "{what}: the files of {page}");
    }
}

#[test]
fn a_text_lays_out_its_own_page_and_a_formula_measures_what_hangs_on_it() {
    let temp = Temp::new("edits");
    let (store, options) = (Store::open(temp.path(), "test").remembering(), options());
    let mut files = shop();
    let known = draft(&inputs(&files), &store, &options, &Quiet).expect("nobody stops it");
    apply(&mut files, &("", ABOUT, Says("1987", "1988")));
    let now = inputs(&files);
    let retold = known.retold((&now, &store), &[path(ABOUT)], &Quiet).expect("only a text differs");
    assert!(retold.only.is_none(), "there is nothing left to do");
    let pairs = retold.report.pages.iter().zip(&known.report.pages);
    let others: Vec<&str> =
        pairs.filter(|(now, then)| !Arc::ptr_eq(now, then)).map(|(now, _)| &*now.path).collect();
    assert_eq!(others, ["about"]);
    apply(&mut files, &("", METRICS, Says("value: sum(orders)", "value: sum(orders) * 2")));
    let noted = Noting::default();
    let now = inputs(&files);
    first(&retold, &["metrics/orders"], (&now, &store), &options, &noted).expect("nobody stops it");
    let noted = noted.0.into_inner().expect("notes");
    // Sales hang together with neither.
    assert_eq!(noted, ["plan", "measure", "conversion, orders, visits", "assess", "report"]);
}

#[test]
fn history_is_told_as_by_a_build() {
    let repo = Repo::shop();
    repo.edit(METRICS, "value: orders / visits", "value: orders / (visits * 2)");
    repo.commit("visits are counted twice");
    let temp = Temp::new("edits");
    let (store, options) =
        (Store::open(temp.path(), "test").remembering(), Options { as_of: None, ..options() });
    let open = || Disk::open(repo.path()).expect("the workspace");
    let built = || {
        let (disk, none) = (open(), Store::none());
        let mut survey = survey(&disk, &none, options.as_of, |_, _| {}, &Quiet).expect("nobody stops it");
        tell(&mut survey, &disk, &none, &Quiet).expect("nobody stops it");
        pages(&survey, &Quiet).expect("nobody stops it").value
    };
    let mut known = draft(&open(), &store, &options, &Quiet).expect("nobody stops it");
    assert_eq!(known.report.pages, built().pages);
    let page = known.report.pages.iter().find(|page| page.path == "metrics/conversion").expect("a page");
    assert!(format!("{page:?}").contains("history-conversion"), "the history stands on its page");
    // What is not committed is told as well, and what commits changed is not lost over it.
    for (edit, from, to) in
        [("not committed", "visits * 2", "visits * 3"), ("once more", "visits * 3", "visits * 4")]
    {
        repo.edit(METRICS, from, to);
        let disk = open();
        let around = (&disk as &dyn Inputs, &store);
        let begun =
            first(&known, &["metrics/conversion"], around, &options, &Quiet).expect("nobody stops it");
        known = begun.whole(around, &options, &Quiet).expect("nobody stops it");
        assert_eq!(known.report.pages, built().pages, "{edit}");
    }
}
