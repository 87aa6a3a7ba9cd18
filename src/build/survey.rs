//! Everything from the files to the standings: what `check`, `values` and `explain` need, and the first half of a build.

use super::kept::{self, Measured};
use super::{Ready, Runner, Stage, Store, Watch, guess, register, series, stop};
use crate::assess::{self, Judged};
use crate::diag::{Checked, Family, Finding, Level, Place, Rule};
use crate::inputs::git::{NoGit, Repository, Within};
use crate::inputs::{Bytes, Hash, Inputs, Listing, ProjectPath, Record, Recorded, Stamp, Unreadable};
use crate::measure::{self, Facts};
use crate::plan::review::REGISTER;
use crate::plan::{self, AsOf, Demand, Plan};
use crate::report::{self, Report};
use crate::site::Failed;
use crate::snapshot::{self, Lock, Snapshot};
use crate::time::Date;
use std::collections::BTreeMap;

/// Rules of this module.
pub(super) static RULES: &[&Rule] = &[&LOCK_UNREADABLE];

/// A lock file that is damaged.
pub static LOCK_UNREADABLE: Rule = Rule {
    name: "lock-unreadable",
    level: Level::Error,
    family: Family::Config,
    about: "a `kpress.lock` that cannot be read",
    why: "without it nobody would notice that the columns of a data file or the bytes of a plugin changed",
    example: "a merge conflict left `<<<<<<<` in kpress.lock; resolve it, or run `kpress data accept` and `kpress plugin lock`",
};

/// Name of the lock in a workspace.
pub const LOCK: &str = "kpress.lock";
/// A lock of ten thousand columns and a thousand plugins is far below this.
const LOCK_BYTES: u64 = 4 << 20;

/// A workspace, read and measured.
#[derive(Debug)]
pub struct Survey {
    /// What people wrote.
    pub plan: Plan,
    /// What was recorded.
    pub snapshot: Snapshot,
    /// What the numbers are.
    pub facts: Facts,
    /// How targets stand.
    pub judged: Vec<Judged>,
    /// What widgets of plugins made of it.
    pub drawn: report::widget::Drawn,
    /// Everything found so far.
    pub found: Vec<Finding>,
    /// The data files it stands on.
    pub read: BTreeMap<ProjectPath, Recorded>,
    /// Whether tables were read for it.
    pub origin: Origin,
    /// How the definitions came to be; empty until somebody asks for it ([`super::past::tell`]).
    pub past: report::history::Past,
    /// The rows behind what disagrees; empty until then, too.
    pub behind: report::Behind,
}

impl Survey {
    /// Where its figures come from.
    pub(super) fn provenance(&self) -> report::Provenance {
        let provenance = report::Provenance::of(&self.snapshot, &self.found);
        report::Provenance { behind: self.behind.clone(), ..provenance }
    }
}

/// Where figures come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// From the tables. The snapshot has its rows.
    Read,
    /// They were measured before, from the same. The snapshot has no rows, and no table was touched.
    Recalled,
    /// Most were measured before, from the same; the tables that the others stand on were read. The snapshot has no rows.
    Extended,
}

/// Reads and measures a workspace. `wish` adds to what the pages need.
///
/// # Errors
/// [`Failed::Interrupted`] if somebody asked to stop.
pub fn survey(
    inputs: &dyn Inputs,
    store: &Store,
    as_of: Option<Date>,
    wish: impl Fn(&Plan, &mut Demand),
    watch: &dyn Watch,
) -> Result<Survey, Failed> {
    let inputs = &Interruptible { inner: inputs, watch };
    let mut found = Vec::new();
    watch.begin(Stage::Plan);
    let mut plan = plan::load_with(inputs, store.definitions()).into_value(&mut found);
    found.extend(plan::rules::levels::unknown(&plan, &super::rules()));
    // Every time: what no source reads is in no key of what was measured before.
    found.extend(snapshot::unread(&plan, inputs));
    if let Some(day) = as_of {
        plan.site.as_of = AsOf::On(day);
    }
    let lock = lock(inputs, &mut found);
    stop(watch)?;
    let ready = match store.plugins() {
        Some(plugins) if !plan.plugins.is_empty() => {
            plugins.ready(&mut plan, &lock, inputs, store, &mut found)
        }
        _ => Ready::nobody(),
    };
    plan.take_out(&ready.failed);
    stop(watch)?;
    let overlaid = register::over(&mut plan, inputs);
    let inputs: &dyn Inputs = &overlaid;
    // Without definitions the metrics come from the columns, so the tables are needed.
    let kept = !plan.guess_metrics;
    let key = kept.then(|| kept::key(&plan, &lock, inputs, store, &ready.identity));
    if let Some(key) = &key {
        match known(plan, key, &wish, (inputs, &lock, store), watch)? {
            Before::Known(known) => {
                let Known { plan, measured, told, origin } = *known;
                return Ok(judge(plan, measured, told, found, origin, (&*ready.host, watch)));
            }
            Before::Nothing(given) => plan = *given,
        }
    }
    watch.begin(Stage::Snapshot);
    let (data, begun) = (Record::of(inputs), store.tick());
    let Checked { value: snapshot, found: mut taken } = snapshot::take(&plan, &data, &lock, store);
    stop(watch)?;
    watch.begin(Stage::Measure);
    guess::complete(&mut plan, &snapshot);
    let ahead = measure::ahead(&plan, &snapshot).into_value(&mut taken);
    let mut dates = Vec::new();
    series::date(&mut plan, &ahead, &mut dates);
    let mut demand = demanded(&plan, snapshot.as_of);
    let usual = demand.clone();
    wish(&plan, &mut demand);
    let Checked { value: facts, found: told } =
        measure::measure_with(&plan, &demand, &snapshot, &*ready.host);
    stop(watch)?;
    let measured = Measured { snapshot, ahead, facts, taken, told, read: data.seen(), begun };
    let (mut measured, mut origin) = (measured, Origin::Read);
    if let Some(key) = key.filter(|_| demand == usual) {
        kept::keep(&measured, &usual, store, &key);
        if store.recent().is_some() {
            measured = kept::hold(measured, &usual, &plan, store, &key);
            origin = Origin::Extended;
        }
    }
    plan.take_out(&measured.facts.failed);
    Ok(judge(plan, measured, dates, found, origin, (&*ready.host, watch)))
}

/// What was measured before, with what is measured besides.
struct Known {
    plan: Plan,
    measured: Measured,
    told: Vec<Finding>,
    origin: Origin,
}

/// What there is of a plan from before.
enum Before {
    /// All that it needs.
    Known(Box<Known>),
    /// Nothing that serves; the plan as it was given.
    Nothing(Box<Plan>),
}

/// A plan whose series have their dates, and what it needs.
struct Dated {
    plan: Plan,
    told: Vec<Finding>,
    usual: Demand,
    demand: Demand,
    /// As it was given, where dates changed it.
    given: Option<Plan>,
}

impl Dated {
    fn of(
        mut plan: Plan,
        (ahead, as_of): (&Facts, Option<Date>),
        wish: &impl Fn(&Plan, &mut Demand),
    ) -> Dated {
        // Only series take dates: without one the plan is not copied for nothing.
        let has_series = plan.targets.iter().any(|target| target.series.is_some());
        let given = has_series.then(|| plan.clone());
        let mut told = Vec::new();
        series::date(&mut plan, ahead, &mut told);
        let usual = demanded(&plan, as_of);
        let mut demand = usual.clone();
        wish(&plan, &mut demand);
        Dated { plan, told, usual, demand, given }
    }

    fn back(self) -> Plan {
        self.given.unwrap_or(self.plan)
    }

    fn with(self, measured: Measured, origin: Origin) -> Before {
        let Dated { plan, told, .. } = self;
        Before::Known(Box::new(Known { plan, measured, told, origin }))
    }
}

/// What was measured before, where that is what would be measured now or a part of it.
fn known(
    mut plan: Plan,
    key: &kept::Key,
    wish: &impl Fn(&Plan, &mut Demand),
    (inputs, lock, store): (&dyn Inputs, &Lock, &Store),
    watch: &dyn Watch,
) -> Result<Before, Failed> {
    if let Some((measured, before)) = kept::recall(inputs, store, key) {
        let dated = Dated::of(plan, (&measured.ahead, measured.snapshot.as_of), wish);
        if dated.demand == before {
            return Ok(dated.with(measured, Origin::Recalled));
        }
        let around = (inputs, lock, store);
        let extended = kept::extend(&measured, (&before, &dated.demand), &dated.plan, around, watch);
        stop(watch)?;
        if let Some(measured) = extended {
            if dated.demand == dated.usual {
                kept::keep(&measured, &dated.usual, store, key);
            }
            return Ok(dated.with(measured, Origin::Extended));
        }
        plan = dated.back();
    }
    // Where only formulas differ, the rows in memory are measured again.
    let Some(recent) = kept::redefined(inputs, store, key, &plan) else {
        return Ok(Before::Nothing(Box::new(plan)));
    };
    let dated = Dated::of(plan, (recent.ahead(), recent.as_of()), wish);
    let measured = match dated.demand == dated.usual {
        true => kept::redefine(recent, (key, &dated.demand), &dated.plan, store, watch),
        false => None,
    };
    stop(watch)?;
    Ok(match measured {
        Some(measured) => dated.with(measured, Origin::Extended),
        None => Before::Nothing(Box::new(dated.back())),
    })
}

/// What pages and decks need.
fn demanded(plan: &Plan, as_of: Option<Date>) -> Demand {
    let mut demand = plan::demand::demand(plan);
    if let Some(as_of) = as_of {
        plan::demand::reviews(plan, &mut demand, as_of);
    }
    demand
}

/// How targets stand on what was measured.
fn judge(
    plan: Plan,
    measured: Measured,
    dates: Vec<Finding>,
    mut found: Vec<Finding>,
    origin: Origin,
    (plugins, watch): (&dyn Runner, &dyn Watch),
) -> Survey {
    let Measured { snapshot, ahead, mut facts, taken, told, mut read, .. } = measured;
    // No file: what it is made of was read as part of the plan.
    read.retain(|path, _| path.as_str() != REGISTER);
    // Why a plugin may not run was told where it is named.
    let known: Vec<(&str, String)> =
        found.iter().map(|finding| (finding.rule.name, finding.message.clone())).collect();
    let news = |finding: &Finding| !known.contains(&(finding.rule.name, finding.message.clone()));
    let told: Vec<Finding> = told.into_iter().filter(news).collect();
    found.extend(taken.into_iter().chain(dates).chain(told));
    facts.series.extend(ahead.series);
    facts.periods.extend(ahead.periods);
    found.extend(plugins.check(&plan, snapshot.as_of));
    watch.begin(Stage::Assess);
    let judged = assess::assess(&plan, &facts, snapshot.as_of).into_value(&mut found);
    found.extend(assess::reconcile::found(&plan, &assess::reconcile::reconcile(&plan, &facts)));
    let provenance = report::Provenance::of(&snapshot, &found);
    let drawn = report::widget::draw(&plan, &facts, &judged, &provenance, plugins).into_value(&mut found);
    Survey {
        plan,
        snapshot,
        facts,
        judged,
        drawn,
        found,
        read,
        origin,
        past: report::history::Past::default(),
        behind: report::Behind::default(),
    }
}

/// The accepted layouts; without a lock file nothing was accepted yet.
pub fn lock(inputs: &dyn Inputs, found: &mut Vec<Finding>) -> Lock {
    let path = ProjectPath::parse(LOCK).expect("the name of the lock is a path");
    let problem = match inputs.read(&path, LOCK_BYTES) {
        Ok(bytes) => match std::str::from_utf8(&bytes).map_err(|_| 1).and_then(Lock::parse) {
            Ok(lock) => return lock,
            Err(line) => Finding::new(
                &LOCK_UNREADABLE,
                Place::at(&path.shared(), line, 1, 1),
                "this line of the lock cannot be read",
            ),
        },
        Err(Unreadable::Missing) => return Lock::default(),
        Err(why) => Finding::new(&LOCK_UNREADABLE, Place::file(LOCK), why.to_string()),
    };
    found.push(problem.hint(
        "resolve it by hand, or have `kpress data accept` and `kpress plugin lock` write it anew from the files as they are",
    ));
    Lock::default()
}

/// What the pages of a surveyed workspace say.
///
/// # Errors
/// [`Failed::Interrupted`] if somebody asked to stop.
pub fn pages(survey: &Survey, watch: &dyn Watch) -> Result<Checked<Report>, Failed> {
    let provenance = survey.provenance();
    let of = (&survey.plan, &survey.facts, &*survey.judged);
    laid_out(of, &provenance, (&survey.drawn, &survey.past), watch)
}

/// All pages, unless somebody asks to stop before the last one.
pub(super) fn laid_out(
    of: (&Plan, &Facts, &[Judged]),
    provenance: &report::Provenance,
    around: (&report::widget::Drawn, &report::history::Past),
    watch: &dyn Watch,
) -> Result<Checked<Report>, Failed> {
    watch.begin(Stage::Report);
    let report = report::report_until(of, provenance, around, &|| watch.stopped());
    stop(watch)?;
    Ok(report)
}

/// Reads nothing more once somebody asked to stop, so that a long stage ends soon; its result is then thrown away.
struct Interruptible<'a> {
    inner: &'a dyn Inputs,
    watch: &'a dyn Watch,
}

impl Inputs for Interruptible<'_> {
    fn list(&self, folder: &ProjectPath) -> Listing {
        self.inner.list(folder)
    }

    fn read(&self, path: &ProjectPath, limit: u64) -> Result<Bytes, Unreadable> {
        match self.watch.stopped() {
            true => Err(Unreadable::Failed("interrupted".to_owned())),
            false => self.inner.read(path, limit),
        }
    }

    fn read_hashed(&self, path: &ProjectPath, limit: u64) -> Result<(Bytes, Hash), Unreadable> {
        match self.watch.stopped() {
            true => Err(Unreadable::Failed("interrupted".to_owned())),
            false => self.inner.read_hashed(path, limit),
        }
    }

    fn stamp(&self, path: &ProjectPath) -> Option<Stamp> {
        self.inner.stamp(path)
    }

    fn repository(&self, within: Within) -> Result<Option<Repository>, NoGit> {
        self.inner.repository(within)
    }
}
