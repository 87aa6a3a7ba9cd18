//! The output folder under faults: every change to the disk fails or stops once, and the site is old or new, never both.
//! Hostile cases 24, 42, 44, 45 as far as `build` goes; the folder is real, the faults are planted by a probe.

use crate::folder::{Temp, tree};
use crate::planted::{Fault, Planted};
use kpress::site::{Around, Failed, Output, Probe};
use std::fs;
use std::io;
use std::path::Path;
use std::sync::Arc;

fn build(workspace: &Path, files: &[(&str, &str)], probe: Option<Arc<dyn Probe>>) -> Result<(), Failed> {
    let around = Around { workspace, home: None };
    let mut output = Output::open_watched(&workspace.join("public"), &around, probe)?;
    for (path, text) in files {
        output.take(path, text.as_bytes());
    }
    output.commit().map(drop)
}

const OLD: &[(&str, &str)] =
    &[("index.html", "old"), ("same.css", "same"), ("gone/deep/page.html", "gone"), ("zh/a.html", "old a")];
const NEW: &[(&str, &str)] =
    &[("index.html", "new"), ("same.css", "same"), ("zh/a.html", "new a"), ("ja/b/c.html", "new c")];

/// A workspace with the old site and something of somebody else's in it.
fn with_old_site() -> Temp {
    let temp = Temp::new("faults");
    build(temp.path(), OLD, None).expect("the old site");
    temp.write("public/CNAME", "kpi.example");
    temp.write("public/zh/.htaccess", "Require all granted");
    temp
}

fn shown(temp: &Temp) -> Vec<(String, String)> {
    let files = tree(&temp.path().join("public")).into_iter();
    files.map(|(path, bytes)| (path, String::from_utf8_lossy(&bytes).into_owned())).collect()
}

#[test]
fn an_operation_that_fails_leaves_the_old_site_and_nothing_else() {
    let (old, new) = both();
    for (kind, code) in [
        (io::ErrorKind::StorageFull, 30),
        (io::ErrorKind::QuotaExceeded, 30),
        (io::ErrorKind::PermissionDenied, 31),
        (io::ErrorKind::Other, 31),
    ] {
        for at in 0.. {
            let temp = with_old_site();
            let probe = Planted::at(at, Fault::Once(kind));
            let result = build(temp.path(), NEW, Some(probe.clone()));
            let after = shown(&temp);
            match result {
                Err(failed) => {
                    assert_eq!(failed.exit_code(), code, "operation {at}");
                    assert_eq!(after, old, "operation {at}, {kind:?}");
                }
                // What failed was the sweeping up after the new site stood, or a way round was found.
                Ok(()) => assert_eq!(site_of(&after), new, "operation {at}, {kind:?}"),
            }
            build(temp.path(), NEW, None).expect("it works once the disk does");
            assert_eq!(shown(&temp), new, "operation {at}, {kind:?}");
            if probe.seen() <= at {
                assert!(at > 10, "the probe saw only {at} operations");
                break;
            }
        }
    }
}

#[test]
fn a_machine_that_stops_leaves_the_old_or_the_new_site_after_the_next_run() {
    let (old, new) = both();
    let mut ended_old = 0;
    let mut ended_new = 0;
    for at in 0.. {
        let temp = with_old_site();
        let probe = Planted::at(at, Fault::Stop);
        let _ = build(temp.path(), NEW, Some(probe.clone()));
        // The next run opens the folder, and does nothing more.
        drop(
            Output::open(&temp.path().join("public"), &Around { workspace: temp.path(), home: None })
                .expect("it recovers"),
        );
        let after = shown(&temp);
        assert!(after == old || after == new, "stopped at operation {at}: {after:#?}");
        ended_old += usize::from(after == old);
        ended_new += usize::from(after == new);
        if probe.seen() <= at {
            break;
        }
    }
    assert!(ended_old > 5 && ended_new > 5, "{ended_old} old, {ended_new} new");
}

#[test]
fn a_first_build_that_fails_leaves_no_folder() {
    for at in 0.. {
        let temp = Temp::new("faults-first");
        let probe = Planted::at(at, Fault::Once(io::ErrorKind::StorageFull));
        if build(temp.path(), NEW, Some(probe.clone())).is_err() {
            assert!(!temp.path().join("public").exists(), "operation {at}");
        }
        if probe.seen() <= at {
            break;
        }
    }
}

/// Files of a site by name, with what they hold.
type Shown = Vec<(String, String)>;

/// The old and the new site, foreign files included.
fn both() -> (Shown, Shown) {
    let temp = with_old_site();
    let old = shown(&temp);
    build(temp.path(), NEW, None).expect("the new site");
    (old, shown(&temp))
}

/// Without what was left of a stage that could not be swept.
fn site_of(files: &[(String, String)]) -> Vec<(String, String)> {
    files.iter().filter(|(path, _)| !path.starts_with(".kpress-stage/")).cloned().collect()
}

#[test]
fn files_of_others_stay_and_unchanged_files_are_not_written() {
    let temp = with_old_site();
    let before =
        fs::metadata(temp.path().join("public/same.css")).and_then(|meta| meta.modified()).expect("a time");
    build(temp.path(), NEW, None).expect("the new site");
    assert_eq!(temp.read("public/CNAME"), "kpi.example");
    assert_eq!(temp.read("public/zh/.htaccess"), "Require all granted");
    assert!(!temp.path().join("public/gone").exists(), "pages no longer produced go, with their folders");
    let after =
        fs::metadata(temp.path().join("public/same.css")).and_then(|meta| meta.modified()).expect("a time");
    assert_eq!(before, after);
}

#[test]
fn a_page_somebody_changed_is_not_removed_as_ours() {
    let temp = with_old_site();
    temp.write("public/gone/deep/page.html", "edited by hand");
    build(temp.path(), NEW, None).expect("the new site");
    assert_eq!(temp.read("public/gone/deep/page.html"), "edited by hand");
}

fn refused(result: Result<(), Failed>) -> String {
    match result {
        Err(failed @ Failed::Refused(_)) => failed.to_string(),
        other => panic!("not refused: {other:?}"),
    }
}

#[cfg(unix)]
#[test]
fn links_planted_in_the_output_are_not_followed() {
    use std::os::unix::fs::symlink;
    let temp = with_old_site();
    temp.write("secret/a.html", "not ours");
    let public = temp.path().join("public");
    fs::remove_dir_all(public.join("zh")).expect("removed");
    symlink(temp.path().join("secret"), public.join("zh")).expect("a link");
    let before = tree(temp.path());
    refused(build(temp.path(), NEW, None));
    assert_eq!(tree(temp.path()), before);

    fs::remove_file(public.join("zh")).expect("removed");
    fs::create_dir(temp.path().join("elsewhere")).expect("a folder");
    symlink(temp.path().join("elsewhere"), public.join(".kpress-stage")).expect("a link");
    assert!(build(temp.path(), NEW, None).is_err());
    assert!(tree(&temp.path().join("elsewhere")).is_empty());
}

#[cfg(unix)]
#[test]
fn an_output_folder_that_is_a_link_is_refused() {
    let temp = Temp::new("faults-link");
    fs::create_dir(temp.path().join("elsewhere")).expect("a folder");
    std::os::unix::fs::symlink("elsewhere", temp.path().join("public")).expect("a link");
    refused(build(temp.path(), NEW, None));
    assert!(tree(&temp.path().join("elsewhere")).is_empty());
}

#[test]
fn a_folder_with_other_files_or_published_versions_is_refused() {
    let temp = Temp::new("faults-foreign");
    temp.write("public/thesis.doc", "ten years of work");
    assert!(refused(build(temp.path(), NEW, None)).contains("did not write"));
    assert_eq!(temp.read("public/thesis.doc"), "ten years of work");

    let temp = with_old_site();
    temp.write("public/current.json", "{}");
    temp.write("public/v/1/index.html", "published");
    assert!(refused(build(temp.path(), NEW, None)).contains("published"));
}

#[test]
fn a_file_of_somebody_else_in_the_place_of_a_page_is_refused() {
    let temp = with_old_site();
    temp.write("public/ja/b/c.html", "mine");
    let before = tree(temp.path());
    refused(build(temp.path(), NEW, None));
    assert_eq!(tree(temp.path()), before);
}

#[test]
fn two_pages_on_one_address_are_refused() {
    let temp = with_old_site();
    let before = tree(temp.path());
    refused(build(temp.path(), &[("a/index.html", "1"), ("A/index.html", "2")], None));
    refused(build(temp.path(), &[("../outside.html", "1")], None));
    refused(build(temp.path(), &[(".kpress-files", "1")], None));
    assert_eq!(tree(temp.path()), before);
}

#[test]
fn two_builds_at_once_do_not_mix() {
    let temp = with_old_site();
    let around = Around { workspace: temp.path(), home: None };
    let first = Output::open(&temp.path().join("public"), &around).expect("the first");
    match Output::open(&temp.path().join("public"), &around) {
        Err(failed @ Failed::Locked(_)) => assert_eq!(failed.exit_code(), 21),
        other => panic!("{other:?}"),
    }
    drop(first);
    build(temp.path(), NEW, None).expect("free again");
}
