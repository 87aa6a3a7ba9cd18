//! Who may see what. Everything that asks "may these readers see this figure, this person, this text" asks [`Eyes`]; nothing
//! else decides it (docs/decisions/019-audiences.md).

use super::scorecard::{self, Reward};
use super::{Definition, Id, Level, Metric, Plan, Scope, Words};
use crate::diag::Place;
use std::collections::{BTreeMap, BTreeSet};

/// Readers who get a tree of their own.
#[derive(Clone, Debug, PartialEq)]
pub struct Audience {
    /// Its name: the folder of its tree.
    pub id: Id,
    /// Name to show.
    pub name: Words,
    /// What it sees.
    pub sees: Sees,
    /// What stands on every page of it; empty: nothing.
    pub banner: Words,
    /// Where it is written.
    pub place: Place,
}

/// What readers see.
#[derive(Clone, Debug, PartialEq)]
pub enum Sees {
    /// Everything but articles for others.
    All,
    /// Figures of these metrics in these scopes.
    Figures(Box<Figures>),
    /// What a person answers for, and the people that person leads.
    Owner(Id),
}

/// A cut through the figures.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Figures {
    /// Which metrics; `None`: all.
    pub metrics: Option<Picked>,
    /// Where; `None`: everywhere but people and teams.
    pub scopes: Option<Within>,
    /// Whose names, pages and scorecards.
    pub people: Vec<Id>,
}

/// Metrics by name or label.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Picked {
    /// By name.
    pub ids: Vec<Id>,
    /// Those with one of these labels.
    pub tags: Vec<Id>,
    /// Never these.
    pub except: Vec<Id>,
}

/// Members with everything below them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Within {
    /// The total of the company, without its parts.
    pub company: bool,
    /// Members by level.
    pub of: BTreeMap<Level, Vec<Id>>,
}

impl Within {
    fn holds(&self, scope: &Scope) -> bool {
        let inside = |(level, member): (&Level, &Id)| {
            self.of.get(level).is_some_and(|members| members.contains(member))
        };
        scope.is_company() && self.company || scope.members().any(inside)
    }
}

/// Metrics in scopes.
#[derive(Clone, Debug)]
struct Grant {
    metrics: BTreeSet<Id>,
    /// `None`: everywhere.
    scopes: Option<Within>,
}

/// What the readers of one audience may see.
#[derive(Clone, Debug)]
pub struct Eyes {
    /// The audience.
    pub audience: Audience,
    grants: Vec<Grant>,
    single: BTreeSet<(Id, Scope)>,
    people: BTreeSet<Id>,
    teams: BTreeSet<Id>,
    /// Figures kept back though they are granted: they would give away one that is not.
    kept_back: BTreeSet<(Id, Scope)>,
}

impl Eyes {
    /// The eyes of an audience of a plan.
    pub fn of(plan: &Plan, audience: &Audience) -> Eyes {
        let mut eyes = Eyes {
            audience: audience.clone(),
            grants: Vec::new(),
            single: BTreeSet::new(),
            people: BTreeSet::new(),
            teams: BTreeSet::new(),
            kept_back: BTreeSet::new(),
        };
        match &audience.sees {
            Sees::All => {}
            Sees::Figures(figures) => {
                eyes.people.extend(figures.people.iter().cloned());
                let picked = |metric: &&Metric| figures.metrics.as_ref().is_none_or(|by| by.holds(metric));
                let metrics = plan.metrics.values().filter(picked).map(|metric| metric.id.clone());
                eyes.grants.push(Grant { metrics: metrics.collect(), scopes: figures.scopes.clone() });
            }
            Sees::Owner(person) => eyes.own(plan, person),
        }
        // The sum of a team is no secret where everybody in it may be seen.
        let of_team = |team: &Id| plan.people.values().filter(|one| one.team.as_ref() == Some(team)).count();
        for team in plan.teams.keys() {
            let seen = eyes.people.iter().filter_map(|id| plan.people.get(id));
            let seen = seen.filter(|one| one.team.as_ref() == Some(team)).count();
            if seen > 0 && seen == of_team(team) {
                eyes.teams.insert(team.clone());
            }
        }
        eyes
    }

    /// A person sees the own figures, and those of the people of a team the person leads.
    fn own(&mut self, plan: &Plan, person: &Id) {
        self.people.insert(person.clone());
        for team in plan.teams.values().filter(|team| team.lead.as_ref() == Some(person)) {
            let of_team = plan.people.values().filter(|one| one.team.as_ref() == Some(&team.id));
            self.people.extend(of_team.map(|one| one.id.clone()));
        }
        let owns = |owner: &Option<Id>| owner.as_ref().is_some_and(|owner| self.people.contains(owner));
        let owned = plan.metrics.values().filter(|metric| owns(&metric.owner));
        let owned = Grant { metrics: owned.map(|metric| metric.id.clone()).collect(), scopes: None };
        let mut promised = BTreeSet::new();
        for target in plan.targets.iter().filter(|target| owns(&target.owner)) {
            promised.insert((target.metric.clone(), target.scope.clone()));
        }
        for objective in plan.objectives.values().filter(|one| owns(&one.owner)) {
            let keys = objective.key_results.iter();
            promised.extend(keys.map(|key| (key.metric.clone(), key.scope.clone())));
        }
        let mut covered = Within::default();
        let mut scored = BTreeSet::new();
        for (card, one) in scorecard::assigned(plan) {
            if !self.people.contains(&one.id) {
                continue;
            }
            for (metric, scope) in asked(card) {
                scored.insert(metric.clone());
                // What pays somebody may be looked at by that person, wherever it is measured.
                for scope in scorecard::scopes(plan, one, metric, scope) {
                    if scope.member("person").is_none_or(|whose| *whose == one.id) {
                        promised.insert((metric.clone(), scope));
                    }
                }
            }
        }
        for one in self.people.iter().filter_map(|id| plan.people.get(id)) {
            covered.of.entry("person".into()).or_default().push(one.id.clone());
            for (level, members) in one.covers.iter().filter(|(level, _)| &***level != "source") {
                covered.of.entry(level.clone()).or_default().extend(members.iter().cloned());
            }
        }
        scored.extend(promised.iter().map(|(metric, _)| metric.clone()));
        self.grants = vec![owned, Grant { metrics: scored, scopes: Some(covered) }];
        self.single = promised;
    }

    /// Whether nothing is kept from them but articles for others.
    pub fn see_all(&self) -> bool {
        self.audience.sees == Sees::All
    }

    /// Whether they see figures of every store, team and category alike.
    pub fn see_everywhere(&self) -> bool {
        self.see_all() || self.grants.iter().any(|grant| grant.scopes.is_none() && !grant.metrics.is_empty())
    }

    /// Whether a figure is granted to them, kept back or not.
    pub fn granted(&self, metric: &str, scope: &Scope) -> bool {
        if self.see_all() {
            return true;
        }
        let whose = |level: &str, known: &BTreeSet<Id>| {
            scope.member(level).is_none_or(|member| known.contains(member))
        };
        if !whose("person", &self.people) || !whose("team", &self.teams) {
            return false;
        }
        let holds = |grant: &Grant| {
            grant.metrics.contains(metric) && grant.scopes.as_ref().is_none_or(|within| within.holds(scope))
        };
        self.grants.iter().any(holds) || self.single.contains(&(metric.into(), scope.clone()))
    }

    /// Whether they may see a figure.
    pub fn figure(&self, metric: &str, scope: &Scope) -> bool {
        self.granted(metric, scope) && !self.kept_back.contains(&(metric.into(), scope.clone()))
    }

    /// Whether a metric is granted to them somewhere.
    pub fn metric(&self, metric: &str) -> bool {
        self.see_all()
            || self.grants.iter().any(|grant| grant.metrics.contains(metric))
            || self.single.iter().any(|(known, _)| &**known == metric)
    }

    /// Whether they may see any figure within a scope: it then has a name for them.
    pub fn scope(&self, scope: &Scope) -> bool {
        self.see_all()
            || self.grants.iter().any(|grant| grant.metrics.iter().any(|id| self.granted(id, scope)))
            || self.single.iter().any(|(_, known)| known == scope)
    }

    /// Whether they may see who somebody is.
    pub fn person(&self, person: &str) -> bool {
        self.see_all() || self.people.contains(person)
    }

    /// Whether they may see that a team exists: it is one of somebody they see.
    pub fn team(&self, plan: &Plan, team: &str) -> bool {
        let of = |id: &Id| plan.people.get(id).is_some_and(|one| one.team.as_deref() == Some(team));
        self.see_all() || self.people.iter().any(of)
    }

    /// Whether a text is for them: it names nobody, or them.
    pub fn text(&self, audience: &[Id]) -> bool {
        audience.is_empty() || audience.contains(&self.audience.id)
    }

    /// Keeps a figure back.
    pub fn keep_back(&mut self, metric: &Id, scope: &Scope) {
        self.kept_back.insert((metric.clone(), scope.clone()));
    }

    /// Figures kept back.
    pub fn kept_back(&self) -> &BTreeSet<(Id, Scope)> {
        &self.kept_back
    }
}

impl Picked {
    fn holds(&self, metric: &Metric) -> bool {
        let tagged = metric.tags.iter().any(|tag| self.tags.contains(tag));
        let any = self.ids.is_empty() && self.tags.is_empty();
        (any || tagged || self.ids.contains(&metric.id)) && !self.except.contains(&metric.id)
    }
}

/// Every metric a card stands on, with the scope it names.
pub fn asked(card: &scorecard::Scorecard) -> Vec<(&Id, Option<&Scope>)> {
    let mut all = Vec::new();
    for rules in &card.versions {
        let items = rules.items.iter().filter_map(|item| Some((item.metric.as_ref()?, item.scope.as_ref())));
        all.extend(items);
        all.extend(rules.vetoes.iter().map(|veto| (&veto.metric, veto.scope.as_ref())));
        all.extend(rules.deductions.iter().map(|one| (&one.metric, one.scope.as_ref())));
        if let Some(Reward::Commission(commission)) = &rules.reward {
            all.push((&commission.of, commission.scope.as_ref()));
        }
    }
    all
}

/// What a metric is made of, one step down; nothing where it stands on rows.
pub fn parts(metric: &Metric) -> Vec<&Id> {
    let mut parts = Vec::new();
    if let Definition::Derived(formula) = &metric.definition {
        formula.leaves(&mut |leaf| parts.push(&leaf.metric));
    }
    parts.sort();
    parts.dedup();
    parts
}
