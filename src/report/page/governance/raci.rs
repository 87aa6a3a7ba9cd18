//! Who is responsible, accountable, consulted and informed for each metric, from what the files say of owners, targets,
//! levers, contributors and teams.

use super::{Part, counted, head, people};
use crate::plan::{Id, Metric};
use crate::report::context::{Context, metric_path};
use crate::report::{Block, Cell, TableSpec};
use std::collections::BTreeSet;

/// The four letters of one metric.
pub(super) struct Letters {
    /// Who does it: whoever has a target or a lever of it; the owner where nobody has.
    pub responsible: BTreeSet<Id>,
    /// Who answers for it.
    pub accountable: Option<Id>,
    /// Who helps.
    pub consulted: BTreeSet<Id>,
    /// Who leads a team of those above.
    pub informed: BTreeSet<Id>,
}

pub(super) fn letters(context: &Context<'_>, metric: &Metric) -> Letters {
    let accountable = metric.owner.clone();
    let targets = context.plan.targets.iter().filter(|target| target.metric == metric.id);
    let levers = metric.causes.iter().flat_map(|causes| causes.levers.values());
    let acting = targets.filter_map(|target| target.owner.clone());
    let mut responsible: BTreeSet<Id> =
        acting.chain(levers.filter_map(|lever| lever.owner.clone())).collect();
    if responsible.is_empty() {
        responsible.extend(accountable.clone());
    }
    let care = context.plan.care.get(&metric.id);
    let consulted: BTreeSet<Id> =
        care.map(|care| care.contributors.iter().cloned().collect()).unwrap_or_default();
    let leads = |id: &Id| {
        let team = context.plan.people.get(id)?.team.as_ref()?;
        context.plan.teams.get(team)?.lead.clone()
    };
    let above = responsible.iter().chain(&accountable).chain(&consulted).filter_map(leads);
    let known =
        |id: &Id| responsible.contains(id) || accountable.as_ref() == Some(id) || consulted.contains(id);
    let informed = above.filter(|id| !known(id)).collect();
    Letters { responsible, accountable, consulted, informed }
}

pub(super) fn part(context: &Context<'_>) -> Option<Part> {
    if context.plan.people.is_empty() {
        return None;
    }
    let row = |metric: &Metric| {
        let letters = letters(context, metric);
        vec![
            Cell::Link(metric_path(&metric.id), context.metric_name(&metric.id)),
            people(context, &letters.responsible),
            people(context, &letters.accountable),
            people(context, &letters.consulted),
            people(context, &letters.informed),
        ]
    };
    let table = TableSpec {
        id: "raci".to_owned(),
        title: None,
        columns: vec![
            head("table-metric", false),
            head("raci-responsible", false),
            head("raci-accountable", false),
            head("raci-consulted", false),
            head("raci-informed", false),
        ],
        rows: context.plan.metrics.values().map(row).collect(),
        total: false,
    };
    let without = context.plan.metrics.values().filter(|metric| metric.owner.is_none()).count();
    Some(Part {
        name: "raci",
        title: "governance-raci",
        line: counted("governance-without-owner", without),
        about: "governance-raci-about",
        blocks: vec![Block::Table(table)],
        provenance: false,
    })
}
