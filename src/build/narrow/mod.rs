//! A survey cut to what one audience may see, before any page exists. Figures are measured and judged once, over
//! everything; here they are left out or left as they are, never worked out again, so that a figure is the same for
//! everybody who sees it.

mod cut;
pub(super) mod leak;
mod mute;
mod needles;
mod pooled;
mod search;
#[cfg(feature = "preview")]
mod shown;
mod small;

pub(super) use leak::Hidden;
#[cfg(feature = "preview")]
pub use shown::Part;
#[cfg(feature = "preview")]
pub(super) use shown::shown;

use super::Survey;
use crate::assess::score::Scored;
use crate::assess::{Judged, alert::Raised};
use crate::diag::{Checked, Family, Finding, Level, Place, Rule, did_you_mean};
use crate::measure::Facts;
use crate::plan::audience::{Audience, Eyes, Sees};
use crate::plan::yaml::check::UNFIT_VALUE;
use crate::plan::{AlertTest, Id, Plan, Scope, Words, scorecard};
use crate::render::{self, Layout, Sink, Theme};
use crate::report::record::Record;
use crate::report::{self, Provenance, Report, Whole, widget::Drawn};
use needles::Cut;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Rules of this module.
pub(super) static RULES: &[&Rule] = &[&leak::AUDIENCE_LEAK, &pooled::AUDIENCES_ADD_UP];

/// What one audience is told.
pub(super) struct Narrow {
    /// Whose it is.
    pub(super) eyes: Eyes,
    /// What is defined for them.
    pub(super) plan: Plan,
    /// Their figures.
    pub(super) facts: Facts,
    /// How their targets stand.
    pub(super) judged: Vec<Judged>,
    /// What their pages say.
    pub(super) report: Report,
    /// What may stand in none of their files.
    pub(super) hidden: Hidden,
}

/// Everything that is worked out once for all audiences.
pub(super) struct Base<'a> {
    survey: &'a Survey,
    provenance: Provenance,
    whole: Whole,
    /// Texts of the program.
    common: Vec<u8>,
}

impl<'a> Base<'a> {
    /// Works it out. What is found was found by laying out the whole site, too.
    pub(super) fn of(survey: &'a Survey) -> Base<'a> {
        let provenance = survey.provenance();
        let whole = Whole::of(&survey.plan, &survey.facts, &survey.judged, &provenance).value;
        Base { survey, provenance, whole, common: needles::common() }
    }

    /// What an audience is told, and what is wrong with it that is not wrong with the whole.
    pub(super) fn narrow(&self, audience: &Audience) -> Checked<Narrow> {
        let survey = self.survey;
        let mut eyes = Eyes::of(&survey.plan, audience);
        small::close(&survey.plan, &survey.facts, &mut eyes);
        let mut plan = cut::cut(&survey.plan, &survey.facts, &eyes);
        let hidden = |plan: &Plan, facts: &Facts| {
            let whole = (&survey.plan, &survey.facts);
            Hidden::of(Cut { whole, seen: (plan, facts), eyes: &eyes }, &self.common)
        };
        if eyes.see_all() {
            let told = (&survey.drawn, &survey.past);
            let model = (&plan, &survey.facts, survey.judged.as_slice());
            let report = report::report_on(model, &self.provenance, told, self.whole.clone());
            let (facts, judged) = (survey.facts.clone(), survey.judged.clone());
            let hidden = hidden(&plan, &facts);
            let value = Narrow { eyes, facts, judged, report: report.value, plan, hidden };
            return Checked { value, found: Vec::new() };
        }
        let facts = facts(&survey.facts, &plan, &eyes);
        let hidden = hidden(&plan, &facts);
        mute::mute(&mut plan, &hidden);
        let judged = judged(&survey.judged, &plan, &eyes);
        let provenance = self.provenance(&plan);
        let whole = self.whole(&plan, &eyes);
        let told = (&Drawn::default(), &report::history::Past::default());
        let report = report::report_on((&plan, &facts, &judged), &provenance, told, whole);
        let known: BTreeSet<&str> = survey.found.iter().map(|finding| finding.message.as_str()).collect();
        let is_news =
            |finding: &Finding| finding.level == Level::Error && !known.contains(finding.message.as_str());
        let found = report.found.into_iter().filter(is_news).collect();
        Checked { value: Narrow { eyes, facts, judged, report: report.value, plan, hidden }, found }
    }

    /// What the readers of two audiences know together and neither may. `all` are the eyes of those that were narrowed.
    pub(super) fn pooled(&self, all: &[Eyes]) -> Vec<Finding> {
        pooled::pooled(&self.survey.plan, &self.survey.facts, all)
    }

    /// Days alone: files, rows and hashes are those of everybody's data.
    fn provenance(&self, plan: &Plan) -> Provenance {
        let mut cut = Provenance { as_of: self.provenance.as_of, ..Provenance::default() };
        let there = |id: &Id| plan.sources.contains_key(id);
        let days = self.provenance.days.iter().filter(|(id, _)| there(id));
        cut.days = days.map(|(id, days)| (id.clone(), *days)).collect();
        let moves = self.provenance.provisional_from.iter().filter(|(id, _)| there(id));
        cut.provisional_from = moves.map(|(id, day)| (id.clone(), *day)).collect();
        cut
    }

    fn whole(&self, plan: &Plan, eyes: &Eyes) -> Whole {
        let mut whole = self.whole.clone();
        whole.watched.by.retain(|(metric, scope), _| eyes.figure(metric, scope));
        whole.raised = whole.raised.into_iter().filter_map(|one| raised(one, plan, eyes)).collect();
        whole.scores = whole.scores.into_iter().filter_map(|one| self.scored(one, plan, eyes)).collect();
        for (id, season) in &plan.seasons {
            let learned = season.learn.is_some();
            if !learned {
                whole.seasons.learned.remove(id);
                whole.seasons.in_force.insert(id.clone(), season.clone());
            } else if let Some(in_force) = whole.seasons.in_force.get_mut(id) {
                in_force.events.retain_mut(|event| {
                    let own = season
                        .events
                        .iter()
                        .find(|one| one.place == event.place && one.period == event.period);
                    own.map(|own| {
                        (event.stores.clone_from(&own.stores), event.categories.clone_from(&own.categories))
                    })
                    .is_some()
                });
            }
        }
        whole
    }

    /// A score, if every figure it stands on may be seen.
    fn scored(&self, mut one: Scored, plan: &Plan, eyes: &Eyes) -> Option<Scored> {
        let card = plan.scorecards.get(&one.card).filter(|_| eyes.person(&one.person))?;
        let person = self.survey.plan.people.get(&one.person)?;
        let measured = |metric: &str, scope: &Scope| {
            self.survey.facts.series.keys().any(|(id, of, _)| **id == *metric && of == scope)
        };
        for (metric, written) in crate::plan::audience::asked(card) {
            let scopes = scorecard::scopes(&self.survey.plan, person, metric, written);
            if !scopes.iter().all(|scope| eyes.figure(metric, scope) || !measured(metric, scope)) {
                return None;
            }
        }
        let there = |target: &Id| plan.targets.iter().any(|known| known.id == *target);
        for item in &mut one.items {
            if let Some((_, by)) = &mut item.given {
                *by = by.take().filter(|by| eyes.person(by));
            }
            if let Some(held) = &mut item.held {
                held.target = held.target.take().filter(there);
            }
        }
        one.signed
            .iter_mut()
            .filter(|(by, _)| !eyes.person(by))
            .for_each(|(by, _)| *by = cut::SOMEBODY.into());
        Some(one)
    }
}

/// An alert that was raised, if its figures may be seen.
fn raised(mut one: Raised, plan: &Plan, eyes: &Eyes) -> Option<Raised> {
    let alert = plan.alerts.iter().find(|alert| alert.id == one.alert)?;
    let metric = alert.metric.as_ref().filter(|metric| eyes.figure(metric, &one.scope))?;
    if let AlertTest::Reconcile { other, .. } = &alert.test
        && !(eyes.figure(other, &one.scope) && eyes.figure(metric, &one.scope))
    {
        return None;
    }
    one.owner = one.owner.filter(|owner| eyes.person(owner));
    if let Some(taken) = one.acknowledged.as_mut().filter(|taken| !eyes.person(&taken.by)) {
        (taken.by, taken.note) = (cut::SOMEBODY.into(), Words::default());
    }
    Some(one)
}

fn facts(whole: &Facts, plan: &Plan, eyes: &Eyes) -> Facts {
    let mut facts = Facts::default();
    let series = |id: &Id| plan.series.contains_key(id);
    let seen = |id: &Id, scope: &Scope| series(id) || plan.metrics.contains_key(id) && eyes.figure(id, scope);
    for ((id, scope, grain), values) in whole.series.iter().filter(|((id, scope, _), _)| seen(id, scope)) {
        facts.series.insert((id.clone(), scope.clone(), *grain), values.clone());
    }
    for ((id, scope, period), point) in whole.periods.iter().filter(|((id, scope, _), _)| seen(id, scope)) {
        facts.periods.insert((id.clone(), scope.clone(), *period), *point);
    }
    // A member has a name where it has a figure.
    let mut named: BTreeMap<&str, BTreeSet<&Id>> = BTreeMap::new();
    for (id, scope, _) in facts.series.keys().filter(|(id, ..)| !series(id)) {
        debug_assert!(eyes.figure(id, scope));
        for (level, member) in scope.members() {
            named.entry(level).or_default().insert(member);
        }
    }
    for (level, members) in &whole.members {
        let there = |member: &&Id| named.get(&**level).is_some_and(|known| known.contains(*member));
        let kept: Vec<Id> = members.iter().filter(there).cloned().collect();
        facts.members.insert(level.clone(), kept);
    }
    for (day, then) in &whole.on {
        facts.on.insert(*day, self::facts(then, plan, eyes));
    }
    facts
}

fn judged(whole: &[Judged], plan: &Plan, eyes: &Eyes) -> Vec<Judged> {
    let there: BTreeSet<&Id> = plan.targets.iter().map(|target| &target.id).collect();
    let mut judged: Vec<Judged> = whole.iter().filter(|one| there.contains(&one.target)).cloned().collect();
    let shown = |id: &Id| plan.metrics.contains_key(id);
    for one in &mut judged {
        // What parts come to beside the whole tells what is missing.
        let all =
            one.rollup.as_ref().is_some_and(|rollup| rollup.children.iter().all(|id| there.contains(id)));
        if !(all && eyes.see_everywhere()) {
            one.rollup = None;
        }
        // What was left out of a target is no answer of its authors either.
        let kept = plan.targets.iter().find(|target| target.id == one.target);
        for letter in &mut one.smart {
            let is_kept =
                |own: &Arc<str>| kept.is_some_and(|target| target.smart.values().any(|text| text == own));
            letter.own = letter.own.take().filter(is_kept);
        }
        if !one.derived.iter().all(|step| shown(&step.metric) && shown(&step.per)) {
            one.derived.clear();
        }
    }
    judged
}

/// What an earlier version told these readers, without what is no longer for them: they are not told that it went.
pub(super) fn before(mut was: Record, whole: &Plan, pages: &[Arc<report::Page>], narrow: &Narrow) -> Record {
    if narrow.eyes.see_all() {
        return was;
    }
    let eyes = &narrow.eyes;
    let hidden = |id: &str| whole.metrics.contains_key(id) && !narrow.plan.metrics.contains_key(id);
    was.metrics.retain(|id, _| !hidden(id));
    for (id, metric) in &mut was.metrics {
        metric.owner = metric.owner.take().filter(|owner| eyes.person(owner));
        if narrow.plan.metrics.get(id.as_str()).is_some_and(|now| now.formula.is_empty()) {
            metric.formula = String::new();
        }
    }
    let shown = |metric: &str, scope: &str| {
        !hidden(metric) && Scope::parse(scope).is_some_and(|scope| eyes.figure(metric, &scope))
    };
    let there = |id: &str| narrow.plan.targets.iter().any(|target| *target.id == *id);
    let still = |id: &str| whole.targets.iter().any(|target| *target.id == *id);
    was.targets.retain(|id, target| there(id) || !still(id) && shown(&target.metric, &target.scope));
    was.targets.values_mut().for_each(|target| {
        target.owner = target.owner.take().filter(|owner| eyes.person(owner));
    });
    was.figures.retain(|key, _| {
        let mut parts = key.split('|');
        let (metric, scope) = (parts.next().unwrap_or(""), parts.next().unwrap_or(""));
        shown(metric, scope)
    });
    was.restated.retain(|key, _| was.figures.contains_key(key));
    // Where figures come from is not for who sees a part of them.
    was.restated.values_mut().for_each(|note| (note.source, note.fetched) = (None, None));
    let now: BTreeSet<&str> = narrow.report.pages.iter().map(|page| page.path.as_str()).collect();
    let all: BTreeSet<&str> = pages.iter().map(|page| page.path.as_str()).collect();
    was.pages.retain(|path, _| now.contains(path.as_str()) || !all.contains(path.as_str()));
    was
}

/// The audiences a build is for: all of the workspace, or the one that is asked for; `None` where everybody sees everything.
pub(super) fn chosen(plan: &Plan, only: Option<&str>, found: &mut Vec<Finding>) -> Option<Vec<Audience>> {
    let Some(name) = only else { return plan.audiences.clone() };
    let all = plan.audiences.as_deref().unwrap_or_default();
    let one: Vec<Audience> = all.iter().filter(|audience| *audience.id == *name).cloned().collect();
    if one.is_empty() {
        let finding =
            Finding::new(&UNFIT_VALUE, Place::file("kpress.yaml"), format!("there is no audience `{name}`"));
        let near = did_you_mean(name, all.iter().map(|audience| &*audience.id));
        found.push(finding.hint(near.unwrap_or_else(|| "name it under `audiences:`".to_owned())));
    }
    Some(one)
}

/// A build without an audience is for its author, who sees what the first audience that sees everything does: this leaves
/// the rest out, and gives what it was. `None` where everybody sees everything, or no audience does.
pub(super) fn author(survey: &mut Survey) -> Option<Hidden> {
    let mut all = survey.plan.audiences.iter().flatten();
    let audience = all.find(|audience| audience.sees == Sees::All)?;
    let eyes = Eyes::of(&survey.plan, audience);
    let plan = cut::cut(&survey.plan, &survey.facts, &eyes);
    let cut = Cut { whole: (&survey.plan, &survey.facts), seen: (&plan, &survey.facts), eyes: &eyes };
    let hidden = Hidden::of(cut, &needles::common());
    survey.plan = plan;
    Some(hidden)
}

/// Makes the files of an audience, and looks through each for what is hidden. One that holds it is not handed on.
pub(super) fn press(
    (report, hidden): (&Report, &Hidden),
    theme: &Theme,
    layout: Layout,
    sink: &mut dyn Sink,
) -> Vec<Finding> {
    let mut looking = Looking { hidden, sink, own: theme.overrides.is_empty(), found: Vec::new() };
    let rendered = match layout {
        Layout::Folder => render::render(report, theme, &mut looking),
        Layout::Versions => render::render_as(report, theme, layout, &mut looking),
    };
    rendered.found.into_iter().chain(looking.found).collect()
}

/// Looks through files that are written beside the pages.
pub(super) fn look(narrow: &Narrow, files: &[(String, Vec<u8>)]) -> Vec<Finding> {
    files.iter().filter_map(|(path, bytes)| narrow.hidden.find(path, bytes)).collect()
}

/// What a name gives away that all readers see, as that of a version; members that only data name are not known here.
pub(super) fn named(plan: &Plan, path: &str, name: &str) -> Vec<Finding> {
    let (common, facts) = (needles::common(), Facts::default());
    let find = |audience: &Audience| {
        let eyes = Eyes::of(plan, audience);
        let seen = cut::cut(plan, &facts, &eyes);
        let cut = Cut { whole: (plan, &facts), seen: (&seen, &facts), eyes: &eyes };
        Hidden::of(cut, &common).find(path, name.as_bytes())
    };
    plan.audiences.iter().flatten().filter_map(find).collect()
}

/// Whether something hidden was found: then nothing may be written, whatever else goes on in spite of errors.
pub(super) fn leaks(found: &[Finding]) -> bool {
    found.iter().any(|finding| finding.rule.family == Family::Leak)
}

struct Looking<'a> {
    hidden: &'a Hidden,
    sink: &'a mut dyn Sink,
    /// Styles and scripts are those of kpress as they are: nobody's names are in them.
    own: bool,
    found: Vec<Finding>,
}

impl Sink for Looking<'_> {
    fn file(&mut self, path: &str, bytes: &[u8]) {
        /// More files than this need not be named.
        const NAMED: usize = 20;
        if self.own && path.starts_with("a/") {
            return self.sink.file(path, bytes);
        }
        match self.hidden.find(path, bytes) {
            Some(finding) if self.found.len() < NAMED => self.found.push(finding),
            Some(_) => {}
            None => self.sink.file(path, bytes),
        }
    }
}
