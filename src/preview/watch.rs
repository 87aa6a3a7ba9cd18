//! Tells where something happened in a workspace, in batches: a save is many events, and a checkout thousands.

use crate::inputs::ProjectPath;
use notify::event::{AccessKind, AccessMode, ModifyKind, RenameMode};
use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// After the last event of a save, so long nothing more comes of it.
const CALM: Duration = Duration::from_millis(8);
/// The same after whoever wrote closed the file, or gave it its name.
const CALM_AT_END: Duration = Duration::from_millis(4);
/// The same when more happens than one save: whoever writes many files may be held up in between.
const CALM_OF_SEVERAL: Duration = Duration::from_millis(60);
/// More events than this are more than one save.
const SEVERAL: usize = 8;
/// The same when a storm of events is under way: a checkout, a copy of a folder.
const CALM_OF_STORM: Duration = Duration::from_millis(250);
/// More events than this at once are a storm.
const STORM: usize = 64;
/// More paths than this are not looked at one by one.
const PATHS: usize = 2000;
/// Where the system does not tell what happens, this often everything is looked at.
const LOOK: Duration = Duration::from_secs(2);

/// Where something happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Batch {
    /// At these paths.
    Paths(Vec<ProjectPath>),
    /// Nobody knows where.
    Anywhere,
}

/// One thing that happened.
#[derive(Clone, Debug)]
pub(super) enum Happened {
    /// At these places of the machine.
    At(Vec<PathBuf>),
    /// At these places somebody has ended writing.
    Ended(Vec<PathBuf>),
    /// The system lost count.
    Somewhere,
    /// A page asks something.
    Asked,
}

/// Says that something happened.
pub(super) struct Wake {
    events: Mutex<Sender<Happened>>,
    stir: Arc<AtomicBool>,
}

impl Wake {
    /// Says so. When nobody listens any more, the preview has ended.
    pub(super) fn send(&self, happened: Happened) {
        let _ = self.events.lock().expect("no sender panics while it holds the lock").send(happened);
        self.stir.store(true, Ordering::SeqCst);
    }
}

/// Watches a workspace.
pub(super) struct Watching {
    root: PathBuf,
    watcher: Option<RecommendedWatcher>,
    events: Receiver<Happened>,
    stir: Arc<AtomicBool>,
    watched: BTreeSet<PathBuf>,
}

impl Watching {
    /// Begins; the second half wakes whoever waits, for somebody who asks.
    pub(super) fn begin(root: &Path) -> (Watching, Wake) {
        let (send, events) = channel();
        let stir = Arc::new(AtomicBool::new(false));
        let wake = |send: Sender<Happened>| Wake { events: Mutex::new(send), stir: Arc::clone(&stir) };
        let (own, tell, place) = (wake(send.clone()), wake(send), root.to_owned());
        let watcher = notify::recommended_watcher(move |event: notify::Result<Event>| match event {
            Ok(event) if event.need_rescan() => tell.send(Happened::Somewhere),
            Ok(event) if matches!(event.kind, EventKind::Access(_)) && !is_end(event.kind) => {}
            // What no build reads disturbs nobody.
            Ok(event) if event.paths.iter().all(|at| within(&place, at).is_none()) => {}
            Ok(event) if is_end(event.kind) => tell.send(Happened::Ended(event.paths)),
            Ok(event) => tell.send(Happened::At(event.paths)),
            Err(_) => tell.send(Happened::Somewhere),
        });
        let watched = BTreeSet::new();
        let mut watching = Watching { root: root.to_owned(), watcher: watcher.ok(), events, stir, watched };
        watching.cover();
        (watching, own)
    }

    /// Tells whether something happens from now on, or whatever waits to be looked at.
    pub(super) fn stirring(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.stir)
    }

    /// Watches the folder itself, and all in it that a build may read; again after a folder came.
    fn cover(&mut self) {
        let folders = std::fs::read_dir(&self.root).into_iter().flatten().flatten().map(|entry| entry.path());
        let read = folders.filter(|place| place.is_dir() && within(&self.root, place).is_some());
        for place in std::iter::once(self.root.clone()).chain(read.collect::<Vec<_>>()) {
            let Some(watcher) = &mut self.watcher else { return };
            let mode =
                if place == self.root { RecursiveMode::NonRecursive } else { RecursiveMode::Recursive };
            if self.watched.contains(&place) {
                continue;
            }
            if watcher.watch(&place, mode).is_err() {
                // The system allows no more: look instead.
                self.watcher = None;
                return;
            }
            self.watched.insert(place);
        }
    }

    /// Whether the system tells what happens; otherwise everything is looked at every two seconds.
    pub(super) fn is_told(&self) -> bool {
        self.watcher.is_some()
    }

    /// The next batch, waiting as long as `patience`; `None` when nothing happened, or only what no build reads.
    pub(super) fn next(&mut self, patience: Duration) -> Option<Batch> {
        self.stir.store(false, Ordering::SeqCst);
        let patience = if self.is_told() { patience } else { patience.min(LOOK) };
        let first = match self.events.recv_timeout(patience) {
            Ok(first) => first,
            Err(RecvTimeoutError::Timeout) => return (!self.is_told()).then_some(Batch::Anywhere),
            Err(RecvTimeoutError::Disconnected) => return None,
        };
        let batch = gather(&self.root, first, &self.events);
        if batch == Some(Batch::Anywhere) {
            // A folder that was removed and made again is another one.
            self.watched.retain(|place| place.is_dir());
            self.cover();
        }
        batch
    }
}

/// Whether an event says that somebody has ended writing a file. Not every system tells.
fn is_end(kind: EventKind) -> bool {
    matches!(
        kind,
        EventKind::Access(AccessKind::Close(AccessMode::Write))
            | EventKind::Modify(ModifyKind::Name(RenameMode::To | RenameMode::Both))
    )
}

/// Everything that happens until it is calm again. Waits longer the more there is: ten thousand events are one batch.
fn gather(root: &Path, first: Happened, events: &Receiver<Happened>) -> Option<Batch> {
    let (mut paths, mut count, mut anywhere) = (BTreeSet::new(), 0, false);
    let mut next = Some(first);
    while let Some(happened) = next {
        let is_end = matches!(happened, Happened::Ended(_));
        match happened {
            Happened::At(places) | Happened::Ended(places) => {
                count += 1;
                paths.extend(places.iter().filter_map(|place| within(root, place)));
                // A folder with a new name: what is in it has another path, and nobody tells.
                anywhere |= places.iter().any(|place| place.is_dir() && within(root, place).is_some());
            }
            Happened::Somewhere => anywhere = true,
            // Nobody who asks waits for calm.
            Happened::Asked if count == 0 && !anywhere => return None,
            Happened::Asked => {}
        }
        let calm = if is_end && count <= SEVERAL {
            CALM_AT_END
        } else if count <= SEVERAL {
            CALM
        } else if count <= STORM {
            CALM_OF_SEVERAL
        } else {
            CALM_OF_STORM
        };
        next = events.recv_timeout(calm).ok();
    }
    if anywhere || paths.len() > PATHS {
        return Some(Batch::Anywhere);
    }
    (!paths.is_empty()).then(|| Batch::Paths(paths.into_iter().collect()))
}

/// The path in the workspace, unless no build reads it: what is hidden, the output, what editors put beside a file.
fn within(root: &Path, place: &Path) -> Option<ProjectPath> {
    let below = place.strip_prefix(root).ok()?.to_str()?.replace('\\', "/");
    let is_output = below == "public" || below.starts_with("public/");
    if below.is_empty() || is_output || below.split('/').any(is_aside) {
        return None;
    }
    ProjectPath::parse(&below).ok()
}

/// Names of files that editors keep for themselves: swap files, copies, locks, the probe of Vim.
fn is_aside(name: &str) -> bool {
    const ENDINGS: &[&str] = &["~", ".swp", ".swx", ".swo", ".tmp", ".bak", ".orig", ".part", ".crdownload"];
    name.starts_with(['.', '#'])
        || name == "4913"
        || ENDINGS.iter().any(|ending| name.ends_with(ending))
        || name.contains("___jb_")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn batch(names: &[&str]) -> Option<Batch> {
        let (send, events) = channel();
        for name in names {
            send.send(Happened::At(vec![Path::new("/none/w").join(name)])).expect("heard");
        }
        let first = events.recv().expect("one at least");
        gather(Path::new("/none/w"), first, &events)
    }

    fn paths(names: &[&str]) -> Option<Batch> {
        Some(Batch::Paths(names.iter().map(|name| ProjectPath::parse(name).expect("a path")).collect()))
    }

    // Hostile case 82.
    #[test]
    fn ten_thousand_events_are_one_batch() {
        let names: Vec<String> = (0..10_000).map(|n| format!("targets/{}.yaml", n % 7)).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let files: Vec<String> = (0..7).map(|n| format!("targets/{n}.yaml")).collect();
        assert_eq!(batch(&names), paths(&files.iter().map(String::as_str).collect::<Vec<_>>()));
    }

    #[test]
    fn what_editors_put_beside_a_file_is_no_change() {
        assert_eq!(
            batch(&[".a.yaml.swp", "4913", "a.yaml~", "#a.yaml#", ".git/index", "public/x.html"]),
            None
        );
        assert_eq!(batch(&["a.yaml.tmp", "a.yaml"]), paths(&["a.yaml"]));
        assert_eq!(batch(&["../elsewhere"]), None);
    }
}
