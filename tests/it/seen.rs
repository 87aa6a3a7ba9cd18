//! The preview as an audience that sees a part: page by page the bytes that a build makes for it, with nothing of the rest.

use crate::edits::{Quiet, path};
use crate::folder::Temp;
use crate::versions::audiences::{CANARIES, CONFIG, ends, shop};
use kpress::build::draft::{Draft, draft, first};
use kpress::build::{OnError, OnFailedPlugin, Options, Store};
use kpress::inputs::{Disk, Inputs};
use kpress::plan::edit::{Subject, entry};
use kpress::render::studio::Studio;
use std::collections::BTreeMap;
use std::sync::Arc;

fn options(audience: Option<&str>) -> Options {
    Options {
        as_of: None,
        on_error: OnError::KeepGoing,
        audience: audience.map(str::to_owned),
        on_failed_plugin: OnFailedPlugin::Error,
        maker: "test".to_owned(),
    }
}

fn drafted(temp: &Temp, audience: Option<&str>, store: &Store) -> Draft {
    let disk = Disk::open(temp.path()).expect("the workspace");
    draft(&disk, store, &options(audience), &Quiet).expect("nobody stops it")
}

fn studio(draft: &Draft) -> Studio {
    Studio::of(Arc::clone(&draft.report), Arc::clone(&draft.base.theme))
}

/// The files of pages of a tree that a command wrote: what a reader of it gets.
fn written(temp: &Temp, folder: &str) -> BTreeMap<String, Vec<u8>> {
    let tree = crate::folder::tree(&temp.path().join(folder));
    let is_of_page = |path: &String| ["en/", "zh/"].iter().any(|lang| path.starts_with(lang));
    tree.into_iter().filter(|(path, _)| is_of_page(path)).collect()
}

#[test]
fn a_part_is_shown_as_a_build_makes_it_and_as_it_is_published() {
    let temp = shop(CONFIG);
    let store = Store::open(temp.path(), "test").remembering();
    for audience in ["shops", "xander", "boss"] {
        let draft = drafted(&temp, Some(audience), &store);
        assert_eq!(draft.audience(), Some(audience));
        assert_eq!(draft.part().is_some(), audience != "boss", "{audience}");
        let studio = studio(&draft);
        ends(&temp, &["build", "--audience", audience], 0);
        let built = written(&temp, &format!("public/{audience}"));
        assert!(built.len() > 20, "{audience}: {} files", built.len());
        for (path, bytes) in &built {
            let made = studio.file(path).unwrap_or_else(|| panic!("{audience}: {path} is shown"));
            assert!(*made.bytes == **bytes, "{audience}: {path} is the same");
        }
        let pages = draft.report.languages.iter().flat_map(|lang| studio.pages(*lang));
        for page in pages {
            assert!(built.contains_key(&page), "{audience}: {page} is written");
        }
    }
    ends(&temp, &["publish"], 0);
    for audience in ["shops", "xander"] {
        let studio = studio(&drafted(&temp, Some(audience), &store));
        let tree = crate::folder::tree(&temp.path().join(format!(".kpress/web/{audience}/v")));
        let models = tree.iter().filter_map(|(path, bytes)| {
            let (_, below) = path.split_once('/')?;
            below.ends_with("/report.json").then_some((below, bytes))
        });
        let mut count = 0;
        for (path, bytes) in models {
            // Pages that tell of versions are not previewed.
            let Some(made) = studio.file(path) else { continue };
            assert!(*made.bytes == **bytes, "{audience}: the model {path} is the published one");
            count += 1;
        }
        assert!(count > 5, "{audience}: {count} models");
    }
}

#[test]
fn what_a_part_may_not_see_is_in_no_page_of_it_and_not_changed_there() {
    let temp = shop(CONFIG);
    let store = Store::open(temp.path(), "test").remembering();
    let draft = drafted(&temp, Some("shops"), &store);
    let studio = studio(&draft);
    let part = draft.part().expect("it sees a part");
    let files: Vec<String> = draft
        .report
        .languages
        .iter()
        .flat_map(|lang| studio.pages(*lang))
        .flat_map(|page| [page.replace("index.html", "report.json"), page])
        .chain(["en/search.js".to_owned()])
        .collect();
    for file in &files {
        let made = studio.file(file).unwrap_or_else(|| panic!("{file}"));
        let text = String::from_utf8_lossy(&made.bytes).to_lowercase();
        for canary in CANARIES {
            assert!(!text.contains(canary), "`{canary}` is in {file}");
        }
        assert_eq!(part.leak(file, &made.bytes), None, "{file}");
    }
    let home = studio.file("en/metrics/gmv/index.html").expect("a page of what it sees");
    assert!(String::from_utf8_lossy(&home.bytes).contains("Turnover"));
    // A page that held something hidden would be told.
    assert!(part.leak("en/x/index.html", b"<p>the quokka margin</p>").is_some());
    let target = |id: &str| Subject::Target(id.into());
    assert!(part.shows(&target("open-goal")));
    assert!(!part.shows(&target("numbat-goal")), "a hidden metric");
    assert!(!part.shows(&target("numbat-shop")), "a hidden store");
    assert!(!part.shows(&Subject::Alert("pangolin".into())));
    let disk = Disk::open(temp.path()).expect("the workspace");
    let lines = entry(&draft.base.plan, &disk, &target("open-goal")).expect("its lines");
    let may = |key: &str| part.may_change(&lines, &[key.to_owned()]);
    assert!(may("value") && may("stretch"));
    assert!(!may("owner"), "it would name somebody hidden");
}

#[test]
fn a_part_follows_what_is_changed() {
    let temp = shop(CONFIG);
    let store = Store::open(temp.path(), "test").remembering();
    let mut known = drafted(&temp, Some("shops"), &store);
    let edits = [
        ("a target it sees", "targets/all.yaml", "value: 2_000", "value: 3_000"),
        ("a target it does not see", "targets/all.yaml", "987_654", "987_655"),
        ("a text", "content/help.md", "Open at nine.", "Open at ten."),
        ("a formula", "metrics/all.yaml", "value: gmv / pieces", "value: gmv / pieces / 2"),
        ("its banner", "kpress.yaml", "For shop staff only", "For the staff"),
        ("what it sees", "kpress.yaml", "store: [alpha, beta]", "store: [alpha]"),
        ("what everybody sees", "kpress.yaml", "boss: {sees: all", "boss: {sees: {owner: xander}"),
    ];
    for (what, file, from, to) in edits {
        let text = temp.read(file);
        assert!(text.contains(from), "{what}: `{from}` stands in {file}");
        temp.write(file, text.replacen(from, to, 1));
        let disk = Disk::open(temp.path()).expect("the workspace");
        let around = (&disk as &dyn Inputs, &store);
        let options = options(Some("shops"));
        let now = match known.retold(around, &[path(file)], &Quiet) {
            Some(draft) => draft,
            None => first(&known, &["metrics/gmv"], around, &options, &Quiet).expect("nobody stops it"),
        };
        assert!(now.only.is_none(), "{what}: a part is laid out at once");
        let anew = drafted(&temp, Some("shops"), &Store::none());
        assert_eq!(now.report.pages, anew.report.pages, "{what}");
        assert_eq!(now.report.banner, anew.report.banner, "{what}");
        known = now;
    }
    // Where nobody sees everything, the first audience is shown.
    assert_eq!(drafted(&temp, None, &store).audience(), Some("boss"));
}
