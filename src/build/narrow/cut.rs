//! A plan cut to what the readers of an audience may see. What is made of something hidden goes with it; what only names
//! somebody hidden loses the name.

use super::mute::{says, with_something_below};
use crate::measure::Facts;
use crate::plan::audience::{Eyes, asked, parts};
use crate::plan::formula::{Arithmetic, Condition, Derived, MetricUse};
use crate::plan::review::{Entry, Review};
use crate::plan::shortcode::shortcodes;
use crate::plan::{
    Alert, AlertTest, BlockSpec, Causes, Cut, Dashboard, Definition, Id, Identity, Metric, Origin, Plan,
    ReviewKind, Scope, SeriesSpec, Target, Whose, Words, scorecard,
};
use std::collections::{BTreeMap, BTreeSet};

/// Who did something, where the readers may not see who.
pub(super) const SOMEBODY: &str = "–";
/// A part of a formula that has no name for the readers; no metric has this one.
const SOMETHING: &str = "–";
/// Children of a target fewer than this give each other away.
const GROUP: usize = 3;

/// Cuts.
pub(super) fn cut(whole: &Plan, facts: &Facts, eyes: &Eyes) -> Plan {
    let mut plan = whole.clone();
    plan.articles.retain(|_, article| eyes.text(&article.audience));
    let is_part = !eyes.see_all();
    let withheld = eyes.kept_back().clone();
    plan.cut = Some(Box::new(Cut { audience: eyes.audience.clone(), is_part, withheld, targets: 0 }));
    if is_part {
        let mut cutting = Cutting { whole, facts, eyes, plan };
        cutting.people();
        cutting.metrics();
        cutting.targets();
        cutting.aims();
        cutting.told();
        cutting.pages();
        cutting.rest();
        return cutting.plan;
    }
    plan
}

struct Cutting<'a> {
    whole: &'a Plan,
    facts: &'a Facts,
    eyes: &'a Eyes,
    plan: Plan,
}

impl Cutting<'_> {
    fn known(&self, person: Option<Id>) -> Option<Id> {
        person.filter(|person| self.eyes.person(person))
    }

    /// Whether figures of a level are for these readers at all.
    fn member(&self, level: &str, member: &str) -> bool {
        match level {
            "person" => self.eyes.person(member),
            "team" => self.eyes.team(self.whole, member),
            _ => self.eyes.scope(&Scope::of(level, member)),
        }
    }

    fn people(&mut self) {
        let (eyes, whole) = (self.eyes, self.whole);
        let mut plan = std::mem::replace(&mut self.plan, Plan::bare(whole.site.clone()));
        plan.people.retain(|id, _| eyes.person(id));
        plan.teams.retain(|id, _| eyes.team(whole, id));
        plan.teams
            .values_mut()
            .for_each(|team| team.lead = team.lead.take().filter(|lead| eyes.person(lead)));
        plan.stores.retain(|id, _| self.member("store", id));
        for person in plan.people.values_mut() {
            for (level, members) in &mut person.covers {
                members.retain(|member| self.member(level, member));
            }
            person.covers.retain(|level, members| &**level != "source" && !members.is_empty());
        }
        self.plan = plan;
    }

    /// A metric that is granted, and has a figure that is, or none at all yet.
    fn is_shown(&self, id: &Id) -> bool {
        let mut own = self.facts.series.keys().filter(|(known, ..)| known == id).peekable();
        self.eyes.metric(id)
            && (own.peek().is_none() || own.any(|(_, scope, _)| self.eyes.granted(id, scope)))
    }

    fn metrics(&mut self) {
        let shown: BTreeSet<Id> = self.whole.metrics.keys().filter(|id| self.is_shown(id)).cloned().collect();
        let mut metrics = std::mem::take(&mut self.plan.metrics);
        metrics.retain(|id, _| shown.contains(id));
        for metric in metrics.values_mut() {
            metric.owner = self.known(metric.owner.take());
            metric.reciprocal_of = metric.reciprocal_of.take().filter(|other| shown.contains(other));
            metric.causes =
                metric.causes.take().and_then(|causes| self.causes(&causes, &shown).map(Into::into));
            redact(metric, &shown);
        }
        self.plan.metrics = metrics;
        let site = &mut self.plan.site;
        site.compare.metrics.retain(|id| shown.contains(id));
        site.compare.per = site.compare.per.take().filter(|id| shown.contains(id));
        self.plan.dashed.retain(|id| shown.contains(id));
        self.plan.care.retain(|id, _| shown.contains(id));
        let eyes = self.eyes;
        for care in self.plan.care.values_mut() {
            care.contributors.retain(|person| eyes.person(person));
            care.changes
                .iter_mut()
                .for_each(|change| change.by = change.by.take().filter(|by| eyes.person(by)));
        }
    }

    /// Why a metric moves, if every part of it may be named.
    fn causes(&self, causes: &Causes, shown: &BTreeSet<Id>) -> Option<Causes> {
        let mut named: Vec<&Id> = Vec::new();
        causes.identity.iter().for_each(|identity| names(identity, &mut named));
        named.extend(causes.funnel.iter().chain(&causes.break_even).chain(causes.levers.keys()));
        if !named.into_iter().all(|id| shown.contains(id)) {
            return None;
        }
        let mut causes = causes.clone();
        // Members beside a rest are parts beside a whole: only who sees everywhere sees them.
        if !self.eyes.see_everywhere() {
            causes.drill.clear();
            causes.volume = None;
        }
        causes.drill.retain(|drill| drill.of.as_ref().is_none_or(|of| shown.contains(of)));
        causes.volume = causes.volume.filter(|volume| shown.contains(&volume.units));
        for lever in causes.levers.values_mut() {
            lever.owner = self.known(lever.owner.take());
            lever.sop = lever.sop.take().filter(|sop| self.plan.articles.contains_key(sop));
        }
        Some(causes)
    }

    fn targets(&mut self) {
        let shown = |target: &Target| {
            self.plan.metrics.contains_key(&target.metric) && self.eyes.figure(&target.metric, &target.scope)
        };
        let mut there: BTreeSet<Id> = self
            .whole
            .targets
            .iter()
            .filter(|target| shown(target))
            .map(|target| target.id.clone())
            .collect();
        let first = there.len();
        // A whole and all of its parts but one give that one away.
        loop {
            let mut parts: BTreeMap<&Id, (usize, usize)> = BTreeMap::new();
            for target in &self.whole.targets {
                let Some(parent) = target.parent.as_ref() else { continue };
                let (hidden, all) = parts.entry(parent).or_default();
                (*hidden, *all) = (*hidden + usize::from(!there.contains(&target.id)), *all + 1);
            }
            let gives_away = |(hidden, all): (usize, usize)| hidden == 1 || hidden > 0 && all < GROUP;
            let gone: Vec<Id> = parts
                .into_iter()
                .filter(|(parent, count)| there.contains(*parent) && gives_away(*count))
                .map(|(parent, _)| parent.clone())
                .collect();
            if gone.is_empty() {
                break;
            }
            for id in gone {
                there.remove(&id);
            }
        }
        let mut targets = std::mem::take(&mut self.plan.targets);
        targets.retain(|target| there.contains(&target.id));
        if let Some(cut) = &mut self.plan.cut {
            cut.targets = first - there.len();
        }
        for target in &mut targets {
            self.target(target, &there);
        }
        let series: BTreeSet<&Id> = targets.iter().filter_map(|target| target.series.as_ref()).collect();
        self.plan.series.retain(|id, _| series.contains(id));
        self.plan.targets = targets;
    }

    fn target(&self, target: &mut Target, there: &BTreeSet<Id>) {
        target.owner = self.known(target.owner.take());
        target.parent = target.parent.take().filter(|parent| there.contains(parent));
        target.acks.retain(|ack| self.eyes.person(&ack.by));
        target.signers.retain(|person| self.eyes.person(person));
        target.revisions.iter_mut().for_each(|one| one.by = one.by.take().filter(|by| self.eyes.person(by)));
        // Shares and members of a split stand for its other parts.
        if !matches!(target.origin, Origin::Written) {
            target.origin = Origin::Written;
        }
        let shown = |id: &Id| self.plan.metrics.contains_key(id);
        if !target.derive.iter().all(|step| shown(&step.metric) && shown(&step.per)) {
            target.derive.clear();
        }
    }

    /// Objectives, launches and scorecards: whole or not at all.
    fn aims(&mut self) {
        let eyes = self.eyes;
        let known = |person: &mut Option<Id>| *person = person.take().filter(|one| eyes.person(one));
        self.plan.objectives.retain(|_, objective| {
            objective.key_results.iter().all(|key| eyes.figure(&key.metric, &key.scope))
        });
        let there: BTreeSet<Id> = self.plan.objectives.keys().cloned().collect();
        for objective in self.plan.objectives.values_mut() {
            known(&mut objective.owner);
            objective.parent = objective.parent.take().filter(|parent| there.contains(parent));
            objective.key_results.iter_mut().for_each(|key| known(&mut key.owner));
            objective.initiatives.iter_mut().for_each(|one| known(&mut one.owner));
        }
        self.plan.launches.retain(|_, launch| {
            eyes.scope(&launch.scope) && launch.metrics().iter().all(|id| eyes.figure(id, &launch.scope))
        });
        self.plan.launches.values_mut().for_each(|launch| known(&mut launch.owner));
        let seen: BTreeSet<Id> = scorecard::assigned(self.whole)
            .into_iter()
            .filter(|(_, person)| eyes.person(&person.id))
            .map(|(card, _)| card.id.clone())
            .collect();
        let metrics = &self.plan.metrics;
        self.plan.scorecards.retain(|id, card| {
            seen.contains(id) && asked(card).iter().all(|(metric, _)| metrics.contains_key(*metric))
        });
        for card in self.plan.scorecards.values_mut() {
            card.signed.retain(|sign| sign.person.as_ref().is_none_or(|person| eyes.person(person)));
            card.signed
                .iter_mut()
                .filter(|sign| !eyes.person(&sign.by))
                .for_each(|sign| sign.by = SOMEBODY.into());
            for item in card.versions.iter_mut().flat_map(|rules| &mut rules.items) {
                item.given.retain(|given| eyes.person(&given.person));
                item.given.iter_mut().for_each(|given| known(&mut given.by));
            }
        }
    }

    /// Alerts, reviews, events.
    fn told(&mut self) {
        let mut alerts = std::mem::take(&mut self.plan.alerts);
        alerts.retain(|alert| self.alert(alert));
        let there: BTreeSet<Id> = alerts.iter().map(|alert| alert.id.clone()).collect();
        for alert in &mut alerts {
            alert.owner = self.known(alert.owner.take());
            alert.unless.retain(|other| there.contains(other));
            alert.min_volume.retain(|(metric, _)| self.plan.metrics.contains_key(metric));
            let article = |sop: &std::sync::Arc<str>| {
                let bare = sop.strip_prefix("content/").unwrap_or(sop);
                let (id, _) = crate::plan::yaml::format::article::address(bare);
                self.plan.articles.contains_key(&id)
            };
            alert.sop = alert.sop.take().filter(article);
        }
        self.plan.alerts = alerts;
        let reviews = std::mem::take(&mut self.plan.reviews);
        self.plan.reviews =
            reviews.into_iter().filter_map(|(id, one)| Some((id, self.review(one)?))).collect();
        let (eyes, metrics) = (self.eyes, &self.plan.metrics);
        self.plan.annotations.retain_mut(|note| {
            let named = !note.metrics.is_empty();
            note.metrics.retain(|metric| metrics.contains_key(metric));
            (note.scope.is_company() || eyes.scope(&note.scope)) && !(named && note.metrics.is_empty())
        });
        let stores: BTreeSet<Id> = self.plan.stores.keys().cloned().collect();
        let listed = !self.whole.stores.is_empty();
        for season in self.plan.seasons.values_mut() {
            season.events.retain_mut(|event| {
                let (named, of) = (!event.stores.is_empty(), !event.categories.is_empty());
                event.stores.retain(|store| {
                    if listed { stores.contains(store) } else { eyes.scope(&Scope::of("store", store)) }
                });
                event
                    .categories
                    .retain(|one| eyes.see_everywhere() || eyes.scope(&Scope::of("category", one)));
                !(named && event.stores.is_empty() || of && event.categories.is_empty())
            });
            season.learn = season.learn.take().filter(|learn| eyes.figure(&learn.metric, &learn.scope));
        }
    }

    fn alert(&self, alert: &Alert) -> bool {
        let Some(metric) = &alert.metric else { return false };
        let other = match &alert.test {
            AlertTest::Reconcile { other, .. } => self.plan.metrics.contains_key(other),
            AlertTest::Stale { .. } | AlertTest::Gate { .. } | AlertTest::Composite { .. } => false,
            _ => true,
        };
        let whose = match &alert.whose {
            Whose::Scope(scope) => self.eyes.figure(metric, scope),
            Whose::Each(_) => true,
        };
        other && whose && self.plan.metrics.contains_key(metric)
    }

    /// Of a review comments on figures that are shown, and what is asked of people who are: nothing that is free text.
    fn review(&self, mut review: Review) -> Option<Review> {
        let eyes = self.eyes;
        if !eyes.scope(&review.scope) {
            return None;
        }
        let target = |id: &Id| self.plan.targets.iter().any(|target| target.id == *id);
        let shown = |id: &Id| self.plan.metrics.contains_key(id) || target(id);
        for sections in review.text.values_mut() {
            sections.retain(|one| {
                let of = one.metric.as_ref().is_some_and(|metric| eyes.figure(metric, &review.scope));
                of && self.is_readable(&one.text, &review.scope)
            });
        }
        review.text.retain(|_, sections| !sections.is_empty());
        review.decisions.retain(|one| !one.changes.is_empty() && one.changes.iter().all(shown));
        review.decisions.iter_mut().for_each(|one| one.by = self.known(one.by.take()));
        review.actions.retain(|entry| self.entry(entry, &review.scope));
        review.attendees.retain(|one| eyes.person(one));
        review.absent.retain(|one| eyes.person(one));
        review.sponsor = self.known(review.sponsor.take());
        (review.log, review.issues, review.tomorrow) = (Vec::new(), Vec::new(), Vec::new());
        // A title of its own is free text, too; without one the review is called by its period.
        review.title = Words::default();
        review.deck = review.deck.take().filter(|deck| self.whole.dashboards.contains_key(deck));
        let says = !(review.text.is_empty() && review.decisions.is_empty() && review.actions.is_empty());
        (says && !review.is_daily()).then_some(review)
    }

    fn entry(&self, entry: &Entry, of: &Scope) -> bool {
        let scope = entry.scope.as_ref().unwrap_or(of);
        let about = entry.metric.as_ref().is_none_or(|metric| self.eyes.figure(metric, scope));
        entry.owner.as_ref().is_some_and(|owner| self.eyes.person(owner)) && about
    }

    /// Dashboards and articles.
    fn pages(&mut self) {
        let dashboards = std::mem::take(&mut self.plan.dashboards);
        let kept = dashboards.into_iter().filter_map(|(id, page)| Some((id, self.dashboard(page)?)));
        self.plan.dashboards = kept.collect();
        let articles = std::mem::take(&mut self.plan.articles);
        let company = Scope::company();
        self.plan.articles = articles
            .into_iter()
            // A handbook names every metric there is.
            .filter(|(_, article)| !article.from_pack)
            .filter(|(_, article)| article.body.values().all(|(text, _)| self.is_readable(text, &company)))
            .collect();
        for review in self.plan.reviews.values_mut() {
            review.deck = review.deck.take().filter(|deck| self.plan.dashboards.contains_key(deck));
        }
    }

    /// Whether a text shows only figures that may be seen.
    fn is_readable(&self, text: &str, page: &Scope) -> bool {
        shortcodes(text).iter().all(|code| {
            let scope = code.args.get("scope").map_or_else(|| Some(page.clone()), |text| Scope::parse(text));
            scope.is_some_and(|scope| self.eyes.figure(&code.metric, &scope))
        })
    }

    fn dashboard(&self, mut page: Dashboard) -> Option<Dashboard> {
        let each = page.for_each.clone();
        if each.is_none() && !self.eyes.scope(&page.scope) {
            return None;
        }
        let base = page.scope.clone();
        page.blocks =
            page.blocks.into_iter().filter_map(|block| self.block(block, &base, each.is_some())).collect();
        page.blocks = with_something_below(std::mem::take(&mut page.blocks));
        page.blocks.iter().any(says).then_some(page)
    }

    /// A block with what of it may be seen. On a page for each member the figures of the page's own scope are asked for
    /// there: of a member that is hidden there is no page.
    fn block(&self, mut block: BlockSpec, page: &Scope, each: bool) -> Option<BlockSpec> {
        let shown = |metric: &Id, own: &Option<Scope>| {
            let scope = own.as_ref().unwrap_or(page);
            self.plan.metrics.contains_key(metric)
                && (each && own.is_none() || self.eyes.granted(metric, scope))
        };
        let of_target = |name: &Id| {
            self.plan.metrics.contains_key(name) || self.plan.targets.iter().any(|target| target.id == *name)
        };
        let keeps = match &mut block {
            BlockSpec::Card { metric, scope, .. } => shown(metric, scope),
            BlockSpec::Causes { metric, scope, members, .. } => {
                *members = *members && self.eyes.see_everywhere();
                let told = self.plan.metrics.get(metric).is_some_and(|metric| metric.causes.is_some());
                told && shown(metric, scope)
            }
            BlockSpec::Chart { series, by, scope, .. } => {
                let by_member = by.is_some();
                series.retain(|one| match one {
                    SeriesSpec::Metric(id) if by_member => self.plan.metrics.contains_key(id),
                    SeriesSpec::Metric(id) => shown(id, scope),
                    SeriesSpec::Target(id) => of_target(id),
                });
                series.iter().any(|one| matches!(one, SeriesSpec::Metric(_)))
            }
            BlockSpec::Table { columns, sort, .. } => {
                columns.retain(|id| self.plan.metrics.contains_key(id));
                *sort = sort.take().filter(|sort| self.plan.metrics.contains_key(&sort.by));
                !columns.is_empty()
            }
            BlockSpec::Review(block) => {
                block.owner = self.known(block.owner.take());
                let own = block.scope.clone();
                self.review_block(&mut block.kind, &|name| {
                    // A box of a deck has no place to say why a figure is withheld: it would be a row of dashes.
                    let scope = own.as_ref().unwrap_or(page);
                    let seen = || each && own.is_none() || self.eyes.figure(name, scope);
                    let metric = self.plan.metrics.contains_key(name);
                    if metric { shown(name, &own) && seen() } else { of_target(name) }
                })
            }
            // A plugin saw everything.
            BlockSpec::Widget(_) => false,
            BlockSpec::Text { markdown, .. } => {
                let texts = markdown.any.iter().chain(markdown.by_lang.values());
                texts.into_iter().all(|text| self.is_readable(text, page))
            }
        };
        keeps.then_some(block)
    }

    fn review_block(&self, kind: &mut ReviewKind, shown: &dyn Fn(&Id) -> bool) -> bool {
        match kind {
            ReviewKind::SixTwelve { series, .. } | ReviewKind::Metrics(series) => {
                series.retain(|one| shown(one.what.name()));
                !series.is_empty()
            }
            ReviewKind::Weeks(rows) | ReviewKind::Months(rows) => {
                rows.retain(|row| row.drawn.as_ref().is_none_or(|one| shown(one.what.name())));
                rows.iter().any(|row| row.drawn.is_some())
            }
            ReviewKind::Section => true,
            // A picture shows what it shows.
            ReviewKind::Embed { .. } => false,
        }
    }

    /// What is of the workspace and its authors, not of its readers.
    fn rest(&mut self) {
        let plan = &mut self.plan;
        let used: BTreeSet<Id> = self
            .whole
            .sources
            .keys()
            .filter(|id| plan.metrics.values().any(|metric| stands_on(metric, id)))
            .cloned()
            .collect();
        plan.sources.retain(|id, _| used.contains(id));
        plan.plugins.clear();
        plan.deploys.clear();
        plan.broken.clear();
        plan.failed.clear();
        plan.strategy.clear();
        plan.lost_actions.clear();
        plan.acknowledged.clear();
        plan.levels.clear();
        plan.suppressions.clear();
        plan.audiences = None;
    }
}

fn stands_on(metric: &Metric, source: &Id) -> bool {
    match &metric.definition {
        Definition::Source(measured) => measured.tables.iter().any(|table| table.source == *source),
        Definition::Derived(_) => false,
    }
}

fn names<'a>(identity: &'a Identity, all: &mut Vec<&'a Id>) {
    match identity {
        Identity::Metric(id) => all.push(id),
        Identity::Number(_) => {}
        Identity::Sum(parts) | Identity::Product(parts) => {
            parts.iter().for_each(|(part, _)| names(part, all));
        }
    }
}

/// Takes the formula from a metric that is made of hidden ones. What works out figures from it then finds none.
fn redact(metric: &mut Metric, shown: &BTreeSet<Id>) {
    if parts(metric).into_iter().all(|part| shown.contains(part)) {
        return;
    }
    metric.formula = "".into();
    if let Definition::Derived(formula) = &metric.definition {
        metric.definition = Definition::Derived(renamed(formula, shown));
    }
}

fn renamed(formula: &Derived, shown: &BTreeSet<Id>) -> Derived {
    let boxed = |inner: &Derived| Box::new(renamed(inner, shown));
    let all = |items: &[Derived]| items.iter().map(|item| renamed(item, shown)).collect();
    match formula {
        Arithmetic::Leaf(used) if !shown.contains(&used.metric) => {
            Arithmetic::Leaf(MetricUse { metric: SOMETHING.into(), when: used.when })
        }
        Arithmetic::Leaf(used) => Arithmetic::Leaf(used.clone()),
        Arithmetic::Number(number) => Arithmetic::Number(*number),
        Arithmetic::Negative(inner) => Arithmetic::Negative(boxed(inner)),
        Arithmetic::Binary(op, left, right) => Arithmetic::Binary(*op, boxed(left), boxed(right)),
        Arithmetic::Coalesce(items) => Arithmetic::Coalesce(all(items)),
        Arithmetic::NullIf(left, right) => Arithmetic::NullIf(boxed(left), boxed(right)),
        Arithmetic::Extreme(which, items) => Arithmetic::Extreme(*which, all(items)),
        Arithmetic::Case(branches, rest) => {
            let branch = |(when, then): &(Condition<MetricUse>, Derived)| {
                let (left, right) = (renamed(&when.left, shown), renamed(&when.right, shown));
                (Condition { op: when.op, left, right }, renamed(then, shown))
            };
            Arithmetic::Case(branches.iter().map(branch).collect(), rest.as_deref().map(boxed))
        }
    }
}
