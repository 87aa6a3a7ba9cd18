//! One state of the site: its pages are made when somebody opens them, the others while nobody waits.
//! What is made of the same things as in the edition before is taken over.

use crate::build::draft::Draft;
use crate::diag::{Finding, has_errors};
use crate::inputs::Hash;
use crate::render::studio::{Made, Studio};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

/// A site in memory.
pub(super) struct Edition {
    /// Counts from 1.
    pub(super) number: u64,
    /// What it was made from, report and theme aside.
    pub(super) draft: Arc<Draft>,
    /// Makes its files.
    pub(super) studio: Arc<Studio>,
    /// Pages that say something else than in the edition before, by path below the language.
    pub(super) changed: Vec<String>,
    made: Mutex<BTreeMap<String, Leaf>>,
}

/// A file that was made.
#[derive(Clone)]
pub(super) struct Leaf {
    /// Its bytes, and what was found on the way.
    pub(super) made: Made,
    /// Its hash, by which a browser knows whether it has it.
    pub(super) tag: String,
    /// The page it belongs to.
    page: Option<Arc<str>>,
    /// Whether it is that page in a language, and not a file beside it.
    is_page: bool,
}

impl Edition {
    /// The edition after `before`. One that lays out the rest of the pages of `before` keeps its number.
    pub(super) fn next(before: Option<&Edition>, draft: Draft) -> Edition {
        let (report, theme) = (Arc::clone(&draft.report), Arc::clone(&draft.base.theme));
        let studio = Arc::new(match before {
            Some(before) => before.studio.with(report, theme),
            None => Studio::of(report, theme),
        });
        let same: BTreeSet<String> =
            before.map(|before| studio.unchanged(&before.studio)).unwrap_or_default();
        let all = studio.report().pages.iter().map(|page| page.path.clone());
        let mut changed: BTreeSet<String> = all.filter(|path| !same.contains(path)).collect();
        let begun = before.filter(|before| before.is_begun_by(&draft));
        changed.extend(begun.iter().flat_map(|before| before.changed.iter().cloned()));
        let mut made = BTreeMap::new();
        if let Some(before) = before {
            let known = before.made.lock().expect("no maker panics while it holds the lock");
            // What is the same has the same pages around it, so a file belongs to the page it belonged to.
            let stays = |leaf: &Leaf| leaf.page.as_ref().is_some_and(|page| same.contains(&**page));
            let those = known.iter().filter(|(_, leaf)| stays(leaf));
            made.extend(those.map(|(path, leaf)| (path.clone(), leaf.clone())));
        }
        let number = match (begun, before) {
            (Some(begun), _) => begun.number,
            (None, before) => before.map_or(1, |before| before.number + 1),
        };
        let changed = changed.into_iter().collect();
        Edition { number, draft: Arc::new(draft), studio, changed, made: Mutex::new(made) }
    }

    /// Whether a draft is of the same files, and lays out all pages where this one did only some.
    fn is_begun_by(&self, draft: &Draft) -> bool {
        self.draft.only.is_some()
            && draft.only.is_none()
            && Arc::ptr_eq(&self.draft.base.stand, &draft.base.stand)
            && Arc::ptr_eq(&self.draft.base.plan, &draft.base.plan)
    }

    /// Whether all pages are laid out.
    pub(super) fn is_whole(&self) -> bool {
        self.draft.only.is_none()
    }

    /// Whether a file is what it is to be: while not all pages are laid out, those that are, and what belongs to no page
    /// and is made of none.
    pub(super) fn is_settled(&self, path: &str) -> bool {
        let Some(only) = &self.draft.only else { return true };
        match self.studio.page_of(path) {
            Some(page) => only.iter().any(|known| known == page),
            None => self.studio.is_asset(path),
        }
    }

    /// The file at a path below the root; made now if nobody asked for it before.
    pub(super) fn file(&self, path: &str) -> Option<Leaf> {
        if let Some(leaf) = self.kept().get(path) {
            return Some(leaf.clone());
        }
        // Not under the lock: others may be served meanwhile.
        let mut made = self.studio.file(path)?;
        if let Some(part) = self.draft.part().filter(|_| !self.studio.is_asset(path)) {
            made.found.extend(part.leak(path, &made.bytes));
        }
        let leaf = Leaf {
            tag: Hash::of(&made.bytes).short(),
            made,
            page: self.studio.page_of(path).map(Into::into),
            is_page: self.studio.page_at(path).is_some(),
        };
        self.kept().insert(path.to_owned(), leaf.clone());
        Some(leaf)
    }

    /// The pages that were not made yet, in all languages.
    pub(super) fn missing(&self) -> Vec<String> {
        let made = self.kept();
        let languages = self.studio.report().languages.iter();
        languages.flat_map(|lang| self.studio.pages(*lang)).filter(|path| !made.contains_key(path)).collect()
    }

    /// How many pages were made, of how many, each language counted.
    pub(super) fn progress(&self) -> (usize, usize) {
        let report = self.studio.report();
        let made = self.kept().values().filter(|leaf| leaf.is_page).count();
        (made, report.pages.len() * report.languages.len())
    }

    /// Everything found, that of the pages made so far included.
    pub(super) fn found(&self) -> Vec<Finding> {
        let of_pages = self.kept().values().flat_map(|leaf| leaf.made.found.clone()).collect::<Vec<_>>();
        let of_theme = self.studio.found.iter().cloned();
        let mut found = self.draft.levelled(of_theme.chain(of_pages).collect());
        found.extend(self.draft.found.iter().cloned());
        crate::diag::sort(&mut found);
        found
    }

    /// Whether nothing is wrong with it, as far as is known.
    pub(super) fn is_sound(&self) -> bool {
        !has_errors(&self.found())
    }

    fn kept(&self) -> std::sync::MutexGuard<'_, BTreeMap<String, Leaf>> {
        self.made.lock().expect("no maker panics while it holds the lock")
    }
}
