//! Files whose stamps tell too little, in a process that builds again and again: the bytes of one that was written shortly
//! before are looked at until it has settled, then once more, and never again while it has this stamp.

use crate::edits::{Quiet, TARGETS, options, shop};
use crate::folder::Temp;
use kpress::build::Store;
use kpress::build::draft::{Draft, draft, first};
use kpress::inputs::{Bytes, Inputs, Listing, Memory, ProjectPath, Stamp, Unreadable};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

const DATA: &str = "data/sales.csv";

/// A workspace whose data file was written a moment ago and keeps its stamp whatever is in it, as on a disk with a coarse
/// clock. Counts how often it is read.
struct Young {
    files: Memory,
    stamp: Stamp,
    reads: AtomicUsize,
}

impl Young {
    fn of(files: &BTreeMap<String, Vec<u8>>) -> Young {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock that goes");
        let now = i128::try_from(now.as_nanos()).expect("within a few thousand years");
        let size = files[DATA].len() as u64;
        let stamp = Stamp { identity: (1, 1), size, times: (now, now) };
        Young { files: inputs(files), stamp, reads: AtomicUsize::new(0) }
    }

    /// The same file with the same stamp among other files.
    fn with(&self, files: &BTreeMap<String, Vec<u8>>) -> Young {
        Young { files: inputs(files), stamp: self.stamp.clone(), reads: AtomicUsize::new(0) }
    }

    fn reads(&self) -> usize {
        self.reads.load(Ordering::SeqCst)
    }
}

impl Inputs for Young {
    fn list(&self, folder: &ProjectPath) -> Listing {
        self.files.list(folder)
    }

    fn read(&self, path: &ProjectPath, limit: u64) -> Result<Bytes, Unreadable> {
        if path.as_str() == DATA {
            self.reads.fetch_add(1, Ordering::SeqCst);
        }
        self.files.read(path, limit)
    }

    fn stamp(&self, path: &ProjectPath) -> Option<Stamp> {
        (path.as_str() == DATA).then(|| self.stamp.clone())
    }
}

fn inputs(files: &BTreeMap<String, Vec<u8>>) -> Memory {
    Memory::of(files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())))
}

fn replace(files: &mut BTreeMap<String, Vec<u8>>, file: &str, from: &str, to: &str) {
    let text = String::from_utf8(files[file].clone()).expect("text");
    assert!(text.contains(from), "`{from}` stands in {file}");
    files.insert(file.to_owned(), text.replacen(from, to, 1).into_bytes());
}

fn again(before: &Draft, inputs: &Young, store: &Store) -> Draft {
    let around = (inputs as &dyn Inputs, store);
    let begun = first(before, &["metrics/sales"], around, &options(), &Quiet).expect("nobody stops it");
    begun.whole(around, &options(), &Quiet).expect("nobody stops it")
}

#[test]
fn a_young_file_is_read_until_it_has_settled_and_then_once() {
    let temp = Temp::new("stamps");
    let store = Store::open(temp.path(), "test").remembering();
    let mut files = shop();
    let (young, written) = (Young::of(&files), Instant::now());
    let known = draft(&young, &store, &options(), &Quiet).expect("nobody stops it");
    assert_eq!(young.reads(), 1, "it is measured");
    // Other bytes of the same size, within the tick of a coarse clock: the stamp stays.
    replace(&mut files, DATA, "2025-10-01,main,875,35,75613", "2025-10-01,main,875,35,95613");
    let other = young.with(&files);
    let seen = again(&known, &other, &store);
    let anew = draft(&other, &Store::none(), &options(), &Quiet).expect("nobody stops it");
    assert_ne!(known.report.pages, seen.report.pages, "it is seen");
    assert_eq!(seen.report.pages, anew.report.pages, "and measured again");
    std::thread::sleep(Duration::from_millis(2_100).saturating_sub(written.elapsed()));
    let mut last = seen;
    // On a slow machine it had settled before it was looked at for the last time.
    for (n, most) in [1, 0, 0].into_iter().enumerate() {
        replace(&mut files, TARGETS, &format!("1{}_000_000 ", n + 5), &format!("1{}_000_000 ", n + 6));
        let edited = young.with(&files);
        last = again(&last, &edited, &store);
        assert!(edited.reads() <= most, "{} reads in edit {n} after it has settled", edited.reads());
    }
    // A program that starts now does not measure again.
    let store = Store::open(temp.path(), "test").remembering();
    let edited = young.with(&files);
    let began = draft(&edited, &store, &options(), &Quiet).expect("nobody stops it");
    assert!(edited.reads() <= 1, "{}", edited.reads());
    assert_eq!(began.report.pages, last.report.pages);
}
