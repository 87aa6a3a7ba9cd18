//! Every preset of the pack says how shares are written, whether tax is in its amounts, in which zone its days are, how fine they
//! are, what names a row, how long it moves, what tells of buyers and what it is held against; or why it says nothing.
//! `UPDATE=1` writes the page of the manual anew.

use crate::generated::same;
use kpress::inputs::Memory;
use kpress::plan::aspects::{ASPECTS, declared, said};
use kpress::plan::packs::PRESETS;
use kpress::plan::{ColumnKind, Source};
use std::collections::BTreeMap;
use std::fmt::Write;

/// Aspects that a preset declares and explains as well: the one does not hold for all of its columns.
const BOTH: [(&str, &str); 2] = [("amazon/ads-sb-api", "scale"), ("lingxing/ads", "scale")];

/// A source of each preset, by the name of the preset; of two names of one file the first.
fn presets() -> BTreeMap<&'static str, Source> {
    let mut files = std::collections::BTreeSet::new();
    let own = PRESETS.iter().filter(|preset| files.insert(preset.path));
    let lines: BTreeMap<String, &str> =
        own.enumerate().map(|(number, preset)| (format!("s{number}"), preset.name)).collect();
    let mut head = String::from("site: {title: T, languages: [en], currency: JPY}\nsources:\n");
    for (id, name) in &lines {
        let files = if *name == "own/actions" { "" } else { ", files: \"data/*\"" };
        writeln!(head, "  {id}: {{preset: {name}{files}}}").expect("text takes all");
    }
    let plan = kpress::plan::load(&Memory::of([("kpress.yaml", head.as_bytes())])).value;
    lines.into_iter().map(|(id, name)| (name, plan.sources[&*id].clone())).collect()
}

#[test]
fn nothing_is_left_unsaid() {
    let presets = presets();
    assert!(presets.len() > 45, "{}", presets.len());
    for (name, source) in &presets {
        for aspect in ASPECTS {
            let reason = source.without.get(aspect);
            assert!(said(source, aspect).is_some(), "{name} says nothing of {aspect}");
            if declared(source, aspect).is_some() {
                let explained = BOTH.contains(&(*name, aspect));
                assert_eq!(reason.is_some(), explained, "{name} declares its {aspect}, and says why not");
            }
        }
        let odd = source.without.keys().find(|aspect| !ASPECTS.contains(&&***aspect));
        assert!(odd.is_none(), "{name} explains {odd:?}, which nobody asks for");
    }
}

/// A share that is read as a plain number is a hundred times too large or too small as soon as something is computed with it.
#[test]
fn every_share_declares_its_scale() {
    let shares = ["_rate", "_share", "_pct", "_percent", "ctr", "acos"];
    let not_shares = ["mid_rate", "sell_through_rate"];
    for (name, source) in presets() {
        for column in source.tables.iter().flat_map(|table| &table.columns) {
            let looks = shares.iter().any(|end| column.name.ends_with(end));
            if looks && column.kind == ColumnKind::Number && !not_shares.contains(&&*column.name) {
                assert!(source.without.contains_key("scale"), "{name}: {} is a plain number", column.name);
            }
        }
    }
    for preset in PRESETS {
        assert!(!preset.text.contains("kind: percent"), "{}: a share without its scale", preset.name);
    }
}

#[test]
fn presets_page() {
    let mut out = String::from(
        "---\ntitle: Presets\n---\n\n\
         What kpress knows of each report: how shares are written, whether tax is in its amounts, in which zone its days are, how fine\n\
         they are, what names a row, how many of the newest days still move, which columns with data of buyers are dropped, and what a\n\
         file is held against when it is read. Where a preset declares nothing, the reason stands there. A line of your own in\n\
         `kpress.yaml` overrides any of it.\n",
    );
    let titles = ["Shares", "Tax", "Zone", "Grain", "Key", "Provisional", "Buyers", "Checks"];
    let texts: BTreeMap<&str, &str> = PRESETS.iter().map(|preset| (preset.name, preset.text)).collect();
    for (name, source) in presets() {
        let about = texts[name].lines().find_map(|line| line.strip_prefix("about: ")?.split_once("en: \""));
        let about = about.and_then(|(_, rest)| rest.split_once('"')).map_or("", |(about, _)| about);
        write!(out, "\n## {name}\n\n{about}.\n\n| | |\n|---|---|\n").expect("text takes all");
        for (title, aspect) in titles.iter().zip(ASPECTS) {
            let said = said(&source, aspect).unwrap_or_default().replace('|', "\\|");
            writeln!(out, "| {title} | {said} |").expect("text takes all");
        }
    }
    same("content/guide/content/presets.en.md", &out);
}
