//! Progress on a terminal, and the times of the stages. In a pipe nothing is shown.

use super::stop::Stop;
use super::terminal::Terminal;
use crate::build::{Stage, Watch};
use indicatif::{ProgressBar, ProgressStyle};
use std::fmt::Write;
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// Watches a build for one command.
pub(crate) struct Progress<'a> {
    stop: &'a Stop,
    bar: Option<ProgressBar>,
    begun: Mutex<Vec<(Stage, String, Instant)>>,
}

impl<'a> Progress<'a> {
    /// Begins to watch.
    pub(crate) fn new(terminal: &Terminal, stop: &'a Stop) -> Progress<'a> {
        let bar = terminal.watched.then(|| {
            let style = ProgressStyle::with_template("{spinner} {msg}").expect("the template is a constant");
            let bar = ProgressBar::new_spinner().with_style(style);
            bar.enable_steady_tick(Duration::from_millis(100));
            bar
        });
        Progress { stop, bar, begun: Mutex::default() }
    }

    /// Takes the progress line away.
    pub(crate) fn clear(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }

    /// The stages that ran, in order, with the milliseconds each took.
    #[expect(clippy::disallowed_methods, reason = "time is measured here and shown to people only")]
    pub(crate) fn timings(&self) -> String {
        let begun = self.begun.lock().expect("no stage panics while it holds the lock");
        let ends = begun.iter().skip(1).map(|(.., at)| *at).chain([Instant::now()]);
        let mut text = String::new();
        for ((stage, what, at), end) in begun.iter().zip(ends) {
            let took = end.duration_since(*at).as_secs_f64() * 1000.0;
            // Writing to a `String` cannot fail.
            let _ = writeln!(text, "{:<10}{took:>9.1} ms{what}", stage.name());
        }
        text
    }
}

impl Watch for Progress<'_> {
    #[expect(clippy::disallowed_methods, reason = "time is measured here and shown to people only")]
    fn begin(&self, stage: Stage) {
        self.begun.lock().expect("no stage panics while it holds the lock").push((
            stage,
            String::new(),
            Instant::now(),
        ));
        if let Some(bar) = &self.bar {
            bar.set_message(stage.doing());
        }
    }

    fn about(&self, what: &str) {
        if let Some((_, about, _)) =
            self.begun.lock().expect("no stage panics while it holds the lock").last_mut()
        {
            *about = format!("  only {what}");
        }
    }

    fn stopped(&self) -> bool {
        self.stop.code().is_some()
    }
}
