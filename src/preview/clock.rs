//! Which stages ran, and how long each took: shown to people, never part of a figure.

use crate::build::{Stage, Watch};
use serde_json::{Value, json};
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// Watches one build.
pub(super) struct Clock<'a> {
    stopped: &'a (dyn Fn() -> bool + Send + Sync),
    begun: Mutex<Vec<(Stage, String, Instant)>>,
}

/// What ran.
#[derive(Clone, Default)]
pub(super) struct Ran(Vec<(Stage, String, Duration)>);

impl<'a> Clock<'a> {
    /// Begins to watch; `stopped` tells whether the preview is to end.
    pub(super) fn start(stopped: &'a (dyn Fn() -> bool + Send + Sync)) -> Clock<'a> {
        Clock { stopped, begun: Mutex::default() }
    }

    /// Ends the last stage.
    pub(super) fn end(self) -> Ran {
        let begun = self.begun.into_inner().expect("no stage panics while it holds the lock");
        let ends = begun.iter().skip(1).map(|(.., at)| *at).chain([now()]).collect::<Vec<_>>();
        let took = |((stage, about, at), end): ((Stage, String, Instant), Instant)| (stage, about, end - at);
        Ran(begun.into_iter().zip(ends).map(took).collect())
    }
}

#[expect(clippy::disallowed_methods, reason = "time is measured here and shown to people only")]
pub(super) fn now() -> Instant {
    Instant::now()
}

impl Watch for Clock<'_> {
    fn begin(&self, stage: Stage) {
        let mut begun = self.begun.lock().expect("no stage panics while it holds the lock");
        begun.push((stage, String::new(), now()));
    }

    fn about(&self, what: &str) {
        if let Some((_, about, _)) =
            self.begun.lock().expect("no stage panics while it holds the lock").last_mut()
        {
            what.clone_into(about);
        }
    }

    fn stopped(&self) -> bool {
        (self.stopped)()
    }
}

impl Ran {
    /// What ran before, and then this.
    pub(super) fn after(self, before: Ran) -> Ran {
        Ran(before.0.into_iter().chain(self.0).collect())
    }

    /// Name, milliseconds, and what alone it was about.
    pub(super) fn stages(&self) -> Vec<Value> {
        let one = |(stage, about, took): &(Stage, String, Duration)| json!({ "name": stage.name(), "ms": tenths(*took), "about": about });
        self.0.iter().map(one).collect()
    }

    /// All of them, in milliseconds.
    pub(super) fn total(&self) -> f64 {
        tenths(self.0.iter().map(|(.., took)| *took).sum())
    }

    /// `plan 3.1 ms, assess 4.0 ms`.
    pub(super) fn line(&self) -> String {
        let one =
            |(stage, _, took): &(Stage, String, Duration)| format!("{} {} ms", stage.name(), tenths(*took));
        self.0.iter().map(one).collect::<Vec<_>>().join(", ")
    }
}

/// Milliseconds to a tenth.
fn tenths(took: Duration) -> f64 {
    (took.as_secs_f64() * 10_000.0).round() / 10.0
}
