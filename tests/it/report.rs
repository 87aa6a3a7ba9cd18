//! What each kind of page says, from files to `report.json`, on two shops whose numbers can be checked by hand.
//! `UPDATE=1` writes the expected pages anew; the review is the diff.

use kpress::inputs::Disk;
use kpress::measure::measure;
use kpress::report::{Provenance, Report, report, values, wire};
use kpress::snapshot::{Lock, NoCache, take};
use kpress::{assess, plan};
use std::path::{Path, PathBuf};

/// A page of each kind.
const PAGES: &[(&str, &str)] = &[
    ("home", ""),
    ("dashboard", "dashboards/week"),
    ("metrics", "metrics"),
    ("metric", "metrics/cost_rate"),
    ("causes", "causes/gmv"),
    ("alerts", "alerts"),
    ("stores", "stores"),
    ("store", "stores/b"),
    ("compare", "compare"),
    ("targets", "targets"),
    ("target", "targets/gmv-nov"),
    ("people", "people"),
    ("person", "people/ben"),
    ("scorecards", "scorecards"),
    ("scorecard", "people/ben/scorecard/2025-11"),
    ("article", "notes"),
    ("governance", "governance/raci"),
    ("diagnosis", "diagnosis"),
    ("data", "data"),
    ("source", "data/sales"),
];

fn case() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/report")
}

/// Every stage but the first and the last of a build, with what was found on the way.
fn pressed() -> (plan::Plan, kpress::measure::Facts, Report, Vec<String>) {
    let inputs = Disk::open(&case().join("in")).expect("the case is a folder");
    let mut found = Vec::new();
    let plan = plan::load(&inputs).into_value(&mut found);
    let snapshot = take(&plan, &inputs, &Lock::default(), &NoCache).into_value(&mut found);
    let facts = measure(&plan, &plan::demand::demand(&plan), &snapshot).into_value(&mut found);
    let judged = assess::assess(&plan, &facts, snapshot.as_of).value;
    let provenance = Provenance::of(&snapshot, &found);
    let report = report(&plan, &facts, &judged, &provenance).into_value(&mut found);
    let found = found.iter().map(|one| format!("{}: {}", one.rule.name, one.message)).collect();
    (plan, facts, report, found)
}

#[test]
fn every_kind_of_page_says_what_it_said() {
    let (_, _, report, _) = pressed();
    let mut kinds: Vec<&str> = report.pages.iter().map(|page| page.kind).collect();
    kinds.sort_unstable();
    kinds.dedup();
    let mut covered: Vec<&str> = PAGES.iter().map(|(kind, _)| *kind).collect();
    covered.sort_unstable();
    assert_eq!(kinds, covered, "a kind of page without a case");
    let update = std::env::var_os("UPDATE").is_some();
    let mut wrong = Vec::new();
    for (kind, path) in PAGES {
        let page = report.pages.iter().find(|page| page.path == *path);
        let page = page.unwrap_or_else(|| panic!("no page `{path}`"));
        assert_eq!(page.kind, *kind);
        let said = format!("{:#}\n", wire::page(&report, page));
        let file = case().join(format!("out/{kind}.json"));
        if update {
            std::fs::create_dir_all(case().join("out")).expect("a folder");
            std::fs::write(&file, &said).expect("a file");
        } else if std::fs::read_to_string(&file).unwrap_or_default() != said {
            wrong.push(format!("{kind}: differs from {}\n{said}", file.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn only_what_was_planted_is_found() {
    let (_, _, _, found) = pressed();
    let about_pages: Vec<&String> =
        found.iter().filter(|text| !text.starts_with("rows-after-as-of")).collect();
    assert_eq!(about_pages, ["shortcode-unknown: there is no store `c`"]);
}

#[test]
fn every_figure_stands_alone() {
    let (plan, facts, _, _) = pressed();
    let judged = assess::assess(&plan, &facts, None).value;
    let rows = values(&plan, &facts, &judged, &|_, _, _| true);
    let month = |metric: &str, start: &str| {
        let of = |row: &&kpress::report::Row<'_>| {
            &**row.metric == metric
                && row.scope.is_company()
                && row.grain == kpress::time::Grain::Month
                && row.point.period.start.to_string() == start
        };
        rows.iter().find(of).unwrap_or_else(|| panic!("no {metric} of {start}")).clone()
    };
    let float = |value: Option<kpress::unit::Quantity>| value.map(kpress::unit::Quantity::as_f64);
    // 30 days of 15; 450 of 500 wanted, above the red line of 430.
    let gmv = month("gmv", "2025-11-01");
    assert_eq!(float(gmv.point.value), Some(450.0));
    assert_eq!(gmv.target.map(|(value, _)| value.as_f64()), Some(500.0));
    assert_eq!((float(gmv.attainment), gmv.standing.map(assess::Standing::name)), (Some(0.9), Some("near")));
    assert_eq!((float(gmv.previous), gmv.previous_year.is_none()), (Some(465.0), true));
    // Profit of a month is held against its days of the year's; a rate of 4 / 15 is between 25 % and 30 %.
    let profit = month("profit", "2025-11-01");
    assert_eq!(profit.target.map(|(value, _)| value.as_f64()), Some(390.0));
    assert_eq!(profit.standing.map(assess::Standing::name), Some("off"));
    assert_eq!(month("cost_rate", "2025-11-01").standing.map(assess::Standing::name), Some("near"));
    // December is not over, whatever it says so far.
    let december = month("cost_rate", "2025-12-01");
    assert_eq!(december.standing.map(assess::Standing::name), Some("too-early"));
    assert_eq!(float(month("gmv", "2025-12-01").point.value), Some(150.0));
}
