//! A site that is built into memory, in two steps: first the pages somebody looks at, then all of them. Both are laid out
//! by the same functions from the same figures, so the first step only comes earlier. The files are made one at a time.
//! What an audience that sees a part is shown is laid out at once.

pub use super::narrow::Part;
use super::past::{self, Now};
use super::survey::laid_out;
use super::{Options, Stage, Store, Survey, Watch, narrow, rules, stop, survey};
use crate::assess::Judged;
use crate::diag::{self, Checked, Finding};
use crate::inputs::{Inputs, ProjectPath, Record, Recorded};
use crate::measure::Facts;
use crate::plan::audience::Audience;
use crate::plan::yaml::format::article;
use crate::plan::{Id, Plan, shortcode};
use crate::render::Theme;
use crate::report::history::Past;
use crate::report::widget::Drawn;
use crate::report::{self, Behind, Provenance, Report};
use crate::site::Failed;
use crate::snapshot::Snapshot;
use crate::time::Date;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A site before its files are made.
pub struct Draft {
    /// What it is laid out from.
    pub base: Base,
    /// What the pages say.
    pub report: Arc<Report>,
    /// Everything found so far, in the levels that the workspace gives.
    pub found: Vec<Finding>,
    /// The pages that are laid out anew; the others are as they were before. `None`: all.
    pub only: Option<Vec<String>>,
    /// How the definitions came to be; while not all pages are laid out, as it was before.
    past: Arc<Checked<Past>>,
    /// What was found while pages were laid out; while not all are, as it was before.
    laid: Arc<Vec<Finding>>,
}

/// What pages are laid out from.
#[derive(Clone)]
pub struct Base {
    /// What people wrote.
    pub plan: Arc<Plan>,
    /// What the numbers are, and how targets stand.
    pub stand: Arc<Stand>,
    /// How pages look.
    pub theme: Arc<Theme>,
    /// Every file that it stands on.
    pub read: Arc<BTreeMap<ProjectPath, Recorded>>,
    theme_found: Vec<Finding>,
    said: Arc<rules::Said>,
    part: Option<Arc<Part>>,
}

/// Everything between what people wrote and the pages.
pub struct Stand {
    /// What the numbers are.
    pub facts: Facts,
    /// How targets stand.
    pub judged: Vec<Judged>,
    snapshot: Snapshot,
    drawn: Drawn,
    found: Vec<Finding>,
    behind: Behind,
}

/// Reads, measures and lays out a workspace.
///
/// # Errors
/// [`Failed::Interrupted`] if somebody asked to stop.
pub fn draft(
    inputs: &dyn Inputs,
    store: &Store,
    options: &Options,
    watch: &dyn Watch,
) -> Result<Draft, Failed> {
    base(inputs, store, options, watch)?.whole(&Past::default(), (inputs, store), options, watch)
}

/// The same, of which only the pages at `paths` are laid out anew, as long as all of them are pages still. What was found on
/// the others stands as it was until [`Draft::whole`] has done the rest.
///
/// # Errors
/// [`Failed::Interrupted`] if somebody asked to stop.
pub fn first(
    before: &Draft,
    paths: &[&str],
    (inputs, store): (&dyn Inputs, &Store),
    options: &Options,
    watch: &dyn Watch,
) -> Result<Draft, Failed> {
    let base = base(inputs, store, options, watch)?;
    if let Some(draft) = base.some(before, paths, options, watch) {
        return Ok(draft);
    }
    base.whole(&before.past.value, (inputs, store), options, watch)
}

fn base(inputs: &dyn Inputs, store: &Store, options: &Options, watch: &dyn Watch) -> Result<Base, Failed> {
    let record = Record::of(inputs);
    let mut surveyed = survey(&record, store, options.as_of, |_, _| {}, watch)?;
    surveyed.read.iter().for_each(|(path, read)| record.note(path, read));
    let part = narrow::shown(&mut surveyed, options.audience.as_deref(), watch).map(Arc::new);
    stop(watch)?;
    let Survey { plan, judged, facts, snapshot, drawn, mut found, .. } = surveyed;
    let Checked { value: theme, found: theme_found } = Theme::of(&record);
    let said = Arc::new(rules::Said::of(&plan, snapshot.as_of));
    let files = (&snapshot.files, snapshot.as_of);
    let behind =
        super::behind::behind((&plan, &facts), files, (&record, store), watch)?.into_value(&mut found);
    let stand = Stand { facts, judged, snapshot, drawn, found, behind };
    let (plan, stand) = (Arc::new(plan), Arc::new(stand));
    let read = Arc::new(record.into_seen());
    Ok(Base { plan, stand, theme: Arc::new(theme), read, theme_found, said, part })
}

impl Base {
    /// Up to which day data counts.
    pub fn as_of(&self) -> Option<Date> {
        self.stand.snapshot.as_of
    }

    fn provenance(&self, past: &Checked<Past>) -> Provenance {
        let found: Vec<Finding> = self.stand.found.iter().chain(&past.found).cloned().collect();
        let provenance = Provenance::of(&self.stand.snapshot, &found);
        Provenance { behind: self.stand.behind.clone(), ..provenance }
    }

    fn found(&self, past: &Checked<Past>, laid: &[Finding], options: &Options) -> Vec<Finding> {
        let survey = self.stand.found.iter().chain(&past.found).cloned().collect();
        let mut found = options.on_failed_plugin.levelled(survey);
        found.extend(laid.iter().chain(&self.theme_found).cloned());
        let mut found = rules::levelled(found, &self.said);
        diag::sort(&mut found);
        found
    }

    /// The pages at `paths` anew, beside the others as they were.
    fn some(&self, before: &Draft, paths: &[&str], options: &Options, watch: &dyn Watch) -> Option<Draft> {
        // The pages of a part are laid out together: what one of them links to may be for others.
        if self.part.is_some() {
            return None;
        }
        let (stand, past) = (&*self.stand, Arc::clone(&before.past));
        watch.begin(Stage::Report);
        let provenance = self.provenance(&past);
        let of = (&*self.plan, &stand.facts, &*stand.judged);
        let made = report::some_pages(of, &provenance, (&stand.drawn, &past.value), &before.report, paths)?;
        let news = made.found.into_iter().filter(|finding| !before.laid.contains(finding));
        let laid: Vec<Finding> = before.laid.iter().cloned().chain(news).collect();
        let found = self.found(&past, &laid, options);
        let only = paths.iter().map(|path| (*path).to_owned()).collect();
        Some(Draft {
            base: self.clone(),
            report: Arc::new(made.value),
            found,
            only: Some(only),
            past,
            laid: Arc::clone(&before.laid),
        })
    }

    fn whole(
        mut self,
        before: &Past,
        (inputs, store): (&dyn Inputs, &Store),
        options: &Options,
        watch: &dyn Watch,
    ) -> Result<Draft, Failed> {
        if let Some(part) = self.part.clone() {
            return Ok(self.of_part(&part, options));
        }
        let record = Record::of(inputs);
        let now = Now { plan: &self.plan, facts: &self.stand.facts, as_of: self.as_of() };
        let past = Arc::new(past::told(now, &before.history, (&record, store), watch)?);
        let provenance = self.provenance(&past);
        let of = (&*self.plan, &self.stand.facts, &*self.stand.judged);
        let around = (&self.stand.drawn, &past.value);
        let Checked { value: report, found: laid } = laid_out(of, &provenance, around, watch)?;
        let more: Vec<_> =
            record.into_seen().into_iter().filter(|(path, _)| !self.read.contains_key(path)).collect();
        if !more.is_empty() {
            Arc::make_mut(&mut self.read).extend(more);
        }
        let found = self.found(&past, &laid, options);
        let (report, laid) = (Arc::new(report), Arc::new(laid));
        Ok(Draft { base: self, report, found, only: None, past, laid })
    }

    /// What an audience that sees a part is shown; how the definitions came to be is not for it.
    fn of_part(self, part: &Part, options: &Options) -> Draft {
        let past = Arc::new(Checked { value: Past::default(), found: Vec::new() });
        let laid = Arc::new(part.found().to_vec());
        let found = self.found(&past, &laid, options);
        Draft { report: Arc::clone(part.report()), base: self, found, only: None, past, laid }
    }
}

impl Draft {
    /// The part that is shown; `None` where everything is.
    pub fn part(&self) -> Option<&Part> {
        self.base.part.as_deref()
    }

    /// For whom it is; `None` where everybody sees everything.
    pub fn audience(&self) -> Option<&str> {
        let author = self.base.plan.cut.as_ref().map(|cut| &*cut.audience.id);
        self.part().map(Part::audience).or(author)
    }

    /// The audiences of the workspace, as they are written.
    pub fn audiences(&self) -> &[Audience] {
        self.base.plan.audiences.as_deref().unwrap_or_default()
    }

    /// The same with every page laid out.
    ///
    /// # Errors
    /// [`Failed::Interrupted`] if somebody asked to stop.
    pub fn whole(
        &self,
        (inputs, store): (&dyn Inputs, &Store),
        options: &Options,
        watch: &dyn Watch,
    ) -> Result<Draft, Failed> {
        self.base.clone().whole(&self.past.value, (inputs, store), options, watch)
    }

    /// Findings of making pages, in the levels that the workspace gives.
    pub fn levelled(&self, found: Vec<Finding>) -> Vec<Finding> {
        rules::levelled(found, &self.base.said)
    }

    /// The same where only the running text of articles is another one: no figure hangs on it, and no page but their own
    /// shows it. `None` if anything else differs, or if there was or is something to be said about one of these files.
    pub fn retold(
        &self,
        (inputs, store): (&dyn Inputs, &Store),
        changed: &[ProjectPath],
        watch: &dyn Watch,
    ) -> Option<Draft> {
        if self.base.part.is_some() {
            return None;
        }
        let record = Record::of(inputs);
        let mut plan = Plan::clone(&self.base.plan);
        let mut paths = Vec::new();
        for path in changed {
            let name = path.shared();
            let is_clean = !self.found.iter().any(|finding| finding.place.file == name);
            paths.push(is_clean.then(|| retell(&mut plan, path, (&record, store)))??);
        }
        watch.begin(Stage::Report);
        let mut base = Base { plan: Arc::new(plan), ..self.base.clone() };
        Arc::make_mut(&mut base.read).extend(record.into_seen());
        let provenance = base.provenance(&self.past);
        let (stand, paths) = (&*base.stand, paths.iter().map(|id| &**id).collect::<Vec<&str>>());
        let of = (&*base.plan, &stand.facts, &*stand.judged);
        let around = (&stand.drawn, &self.past.value);
        let report = report::some_pages(of, &provenance, around, &self.report, &paths)?.value;
        let more =
            |only: &Vec<String>| only.iter().cloned().chain(paths.iter().map(|&id| id.into())).collect();
        Some(Draft {
            report: Arc::new(report),
            only: self.only.as_ref().map(more),
            found: self.found.clone(),
            past: Arc::clone(&self.past),
            laid: Arc::clone(&self.laid),
            base,
        })
    }
}

/// Puts the text of an article as it is now into a plan that has the one before; gives its id. `None` if more than that
/// changed.
fn retell(plan: &mut Plan, path: &ProjectPath, (inputs, store): (&dyn Inputs, &Store)) -> Option<Id> {
    let (id, lang) = article::address(path.as_str());
    let lang = lang.or_else(|| plan.site.languages.first().copied())?;
    let article = plan.articles.get_mut(&id)?;
    let (body, place) = article.body.get_mut(&lang)?;
    let (was, now) = store.definitions().again(inputs, path, plan.site.calendar)?;
    let is_this = *body == was.body && *place == was.place && place.file == path.shared();
    if !is_this || !was.is_headed_as(&now) || was.place != now.place || !shows_same(&was.body, &now.body) {
        return None;
    }
    *body = now.body;
    Some(id)
}

/// Whether two texts ask for the same figures in the same order, and for nothing that is not understood.
fn shows_same(was: &str, now: &str) -> bool {
    let (one, other) = (shortcode::shortcodes(was), shortcode::shortcodes(now));
    let all_known = |text: &str| text.matches("{{").count() == one.len();
    one == other && all_known(was) && all_known(now)
}
