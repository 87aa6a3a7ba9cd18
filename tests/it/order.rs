//! The order in which a file system lists files is nobody's business: read in reverse, a workspace gives the same.

use kpress::inputs::{Bytes, Disk, Inputs, Listing, ProjectPath, Stamp, Unreadable};
use kpress::measure::measure;
use kpress::plan::demand::demand;
use kpress::snapshot::{Lock, NoCache, take};
use std::path::Path;

/// Lists everything backwards.
struct Backwards(Disk);

impl Inputs for Backwards {
    fn list(&self, folder: &ProjectPath) -> Listing {
        let mut listing = self.0.list(folder);
        listing.files.reverse();
        listing
    }

    fn read(&self, path: &ProjectPath, limit: u64) -> Result<Bytes, Unreadable> {
        self.0.read(path, limit)
    }

    fn stamp(&self, path: &ProjectPath) -> Option<Stamp> {
        self.0.stamp(path)
    }
}

/// Every figure of the workspace, a line each, and every finding.
fn figures(inputs: &dyn Inputs) -> (String, Vec<String>) {
    let plan = kpress::plan::load(inputs);
    let snapshot = take(&plan.value, inputs, &Lock::default(), &NoCache);
    let facts = measure(&plan.value, &demand(&plan.value), &snapshot.value);
    let found = [plan.found, snapshot.found, facts.found].concat();
    let mut found: Vec<String> = found.iter().map(|one| format!("{:?} {}", one.place, one.message)).collect();
    found.sort();
    let lines = facts.value.series.iter().map(|(key, points)| format!("{key:?} {points:?}\n"));
    (lines.collect(), found)
}

#[test]
fn files_listed_in_reverse_give_the_same_figures() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("content/packs/amazon-jp/start");
    let open = || Disk::open(&folder).expect("the start is there");
    let (forwards, backwards) = (figures(&open()), figures(&Backwards(open())));
    assert!(forwards.0.contains("274720"), "the sales of December are among them");
    assert!(forwards.0 == backwards.0);
    assert_eq!(forwards.1, backwards.1);
}
