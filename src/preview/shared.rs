//! What the builder and the server both know: the edition that stands, what was told last, and who looks at which page.

use super::ask::{Answer, Ask, No, Wish};
use super::edition::Edition;
use super::gate::Gate;
use super::ticket::Tickets;
use super::watch::{Happened, Wake};
use axum::http::StatusCode;
use serde_json::Value;
use std::collections::{BTreeMap, VecDeque};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use tokio::sync::{broadcast, oneshot, watch};

/// Messages that a page may fall behind; then it is told the last one.
const BEHIND: usize = 32;

/// Common knowledge.
pub(super) struct Shared {
    /// Who may ask.
    pub(super) gate: Gate,
    /// How open pages find back.
    pub(super) tickets: Mutex<Tickets>,
    edition: watch::Sender<Option<Arc<Edition>>>,
    news: broadcast::Sender<Arc<str>>,
    last: Mutex<Option<Arc<str>>>,
    open: Mutex<BTreeMap<String, usize>>,
    asks: Mutex<VecDeque<Ask>>,
    /// How many wait for a page that is not laid out yet.
    waiting: AtomicUsize,
    /// Wakes the builder, for a page that asks it something.
    wake: Wake,
    /// Whether targets and weights may be changed in the page.
    edits: bool,
}

impl Shared {
    /// Before the first edition.
    pub(super) fn new(gate: Gate, tickets: Tickets, wake: Wake, edits: bool) -> Shared {
        Shared {
            gate,
            tickets: Mutex::new(tickets),
            edition: watch::Sender::new(None),
            news: broadcast::Sender::new(BEHIND),
            last: Mutex::default(),
            open: Mutex::default(),
            asks: Mutex::default(),
            waiting: AtomicUsize::new(0),
            wake,
            edits,
        }
    }

    /// The edition that stands.
    pub(super) fn edition(&self) -> Option<Arc<Edition>> {
        self.edition.borrow().clone()
    }

    /// The edition that stands, once there is one.
    pub(super) async fn first(&self) -> Option<Arc<Edition>> {
        let mut editions = self.edition.subscribe();
        let some = editions.wait_for(Option::is_some).await.ok()?;
        some.clone()
    }

    /// The edition that stands, once a file of it is what it is to be.
    pub(super) async fn settled(&self, path: &str) -> Option<Arc<Edition>> {
        let _waits = Waits::at(&self.waiting);
        let mut editions = self.edition.subscribe();
        let some = editions.wait_for(|edition| edition.as_ref().is_some_and(|one| one.is_settled(path)));
        some.await.ok()?.clone()
    }

    /// Whether somebody waits for a page that is not laid out yet.
    pub(super) fn is_waited_for(&self) -> bool {
        self.waiting.load(Ordering::SeqCst) > 0
    }

    /// Whether targets and weights may be changed in the page.
    pub(super) fn may_edit(&self) -> bool {
        self.edits
    }

    /// Asks the builder.
    pub(super) async fn ask(&self, wish: Wish) -> Answer {
        let closed = || No::named(StatusCode::NOT_FOUND, "unknown");
        if !(self.edits || matches!(wish, Wish::Show(_))) {
            return Err(closed());
        }
        let (reply, answer) = oneshot::channel();
        self.lock(&self.asks).push_back(Ask { wish, reply });
        // A builder that has ended answers nothing.
        self.wake.send(Happened::Asked);
        answer.await.map_err(|_| closed())?
    }

    /// The next question.
    pub(super) fn asked(&self) -> Option<Ask> {
        self.lock(&self.asks).pop_front()
    }

    /// Puts an edition in the place of the last.
    pub(super) fn publish(&self, edition: Arc<Edition>) {
        self.edition.send_replace(Some(edition));
    }

    /// Tells every page; who comes later is told the same.
    pub(super) fn tell(&self, what: &Value) {
        let text: Arc<str> = what.to_string().into();
        *self.lock(&self.last) = Some(Arc::clone(&text));
        // Nobody may be looking.
        let _ = self.news.send(text);
    }

    /// Tells those who look now; it is no state.
    pub(super) fn mention(&self, what: &Value) {
        let _ = self.news.send(what.to_string().into());
    }

    /// What is told from now on, and what was told last.
    pub(super) fn follow(&self) -> (broadcast::Receiver<Arc<str>>, Option<Arc<str>>) {
        let news = self.news.subscribe();
        (news, self.last())
    }

    /// What was told last.
    pub(super) fn last(&self) -> Option<Arc<str>> {
        self.lock(&self.last).clone()
    }

    /// Somebody looks at a page, until the result is dropped.
    pub(super) fn look(self: &Arc<Shared>, page: &str) -> Look {
        *self.lock(&self.open).entry(page.to_owned()).or_default() += 1;
        Look { shared: Arc::clone(self), page: page.to_owned() }
    }

    /// The files of pages that somebody looks at.
    pub(super) fn looked_at(&self) -> Vec<String> {
        self.lock(&self.open).keys().cloned().collect()
    }

    fn lock<'a, T>(&self, of: &'a Mutex<T>) -> MutexGuard<'a, T> {
        of.lock().expect("nobody panics while holding the lock")
    }
}

/// Somebody who waits, until it is dropped.
struct Waits<'a>(&'a AtomicUsize);

impl Waits<'_> {
    fn at(count: &AtomicUsize) -> Waits<'_> {
        count.fetch_add(1, Ordering::SeqCst);
        Waits(count)
    }
}

impl Drop for Waits<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

/// A page that is open somewhere.
pub(super) struct Look {
    shared: Arc<Shared>,
    page: String,
}

impl Drop for Look {
    fn drop(&mut self) {
        let mut open = self.shared.lock(&self.shared.open);
        if let Some(count) = open.get_mut(&self.page) {
            *count -= 1;
            if *count == 0 {
                open.remove(&self.page);
            }
        }
    }
}
