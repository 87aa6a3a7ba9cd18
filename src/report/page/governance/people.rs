//! The organisation by teams, and what each person carries.

use super::{Part, counted, head, number, person, plain};
use crate::plan::{Id, Importance, Person};
use crate::report::context::Context;
use crate::report::page::target::running;
use crate::report::{Block, Cell, TableSpec, Text};

/// Teams with who leads them and who is in them.
pub(super) fn organisation(context: &Context<'_>) -> Option<Part> {
    let plan = context.plan;
    if plan.people.is_empty() {
        return None;
    }
    let mut blocks = Vec::new();
    for team in plan.teams.values() {
        let members: Vec<&Person> =
            plan.people.values().filter(|person| person.team.as_ref() == Some(&team.id)).collect();
        blocks.push(Block::Heading(Text::Words(context.person_name(&team.id))));
        if let Some(lead) = &team.lead {
            blocks.push(Block::Facts(vec![(Text::key("organisation-lead"), vec![person(context, lead)])]));
        }
        blocks.extend(members_table(context, &team.id, &members));
    }
    let known = |person: &&Person| person.team.as_ref().is_some_and(|team| plan.teams.contains_key(team));
    let alone: Vec<&Person> = plan.people.values().filter(|person| !known(person)).collect();
    if !alone.is_empty() && !plan.teams.is_empty() {
        blocks.push(Block::Heading(Text::key("organisation-alone")));
    }
    blocks.extend(members_table(context, "nobody", &alone));
    Some(Part {
        name: "organisation",
        title: "governance-organisation",
        line: counted("governance-people", plan.people.len()),
        about: "governance-organisation-about",
        blocks,
        provenance: false,
    })
}

fn members_table(context: &Context<'_>, id: &str, members: &[&Person]) -> Option<Block> {
    let row = |one: &&Person| {
        let covers = one.covers.iter().map(|(level, members)| format!("{level}: {}", members.join(", ")));
        let covers = covers.collect::<Vec<_>>().join(" · ");
        vec![
            person(context, &one.id),
            one.role.as_ref().map_or(Cell::Empty, |role| plain(role)),
            if covers.is_empty() { Cell::Empty } else { plain(&covers) },
            one.from.map_or(Cell::Empty, Cell::Date),
        ]
    };
    (!members.is_empty()).then(|| {
        Block::Table(TableSpec {
            id: format!("members-{}", crate::report::context::slug(id)),
            title: None,
            columns: vec![
                head("table-person", false),
                head("organisation-role", false),
                head("table-covers", false),
                head("organisation-from", false),
            ],
            rows: members.iter().map(row).collect(),
            total: false,
        })
    })
}

/// What a person carries.
struct Load {
    id: Id,
    accountable: usize,
    core: usize,
    targets: usize,
    actions: usize,
    helps: usize,
}

impl Load {
    fn of(context: &Context<'_>, id: &Id) -> Load {
        let plan = context.plan;
        let own = || plan.metrics.values().filter(|metric| metric.owner.as_ref() == Some(id));
        let targets = plan.targets.iter().filter(|target| target.owner.as_ref() == Some(id));
        let open = |action: &&crate::assess::action::Action| {
            action.owner.as_ref() == Some(id) && action.status == crate::plan::review::ActionStatus::Open
        };
        Load {
            id: id.clone(),
            accountable: own().count(),
            core: own().filter(|metric| metric.importance == Some(Importance::Core)).count(),
            targets: targets.filter(|target| running(context, target)).count(),
            actions: context.actions.iter().filter(open).count(),
            helps: plan.care.values().filter(|care| care.contributors.contains(id)).count(),
        }
    }

    fn all(&self) -> usize {
        self.accountable + self.targets + self.actions + self.helps
    }
}

/// Everybody with what they carry, the most first; what nobody carries is told above.
pub(super) fn owners(context: &Context<'_>) -> Option<Part> {
    if context.plan.people.is_empty() {
        return None;
    }
    let mut loads: Vec<Load> = context.plan.people.keys().map(|id| Load::of(context, id)).collect();
    loads.sort_by(|a, b| b.all().cmp(&a.all()).then_with(|| a.id.cmp(&b.id)));
    let row = |load: &Load| {
        vec![
            person(context, &load.id),
            number(load.accountable),
            number(load.core),
            number(load.targets),
            number(load.actions),
            number(load.helps),
            number(load.all()),
        ]
    };
    let orphans: Vec<String> = context
        .plan
        .metrics
        .values()
        .filter(|metric| metric.owner.is_none())
        .map(|metric| metric.id.to_string())
        .collect();
    let mut blocks = Vec::new();
    if !orphans.is_empty() {
        let text = counted("governance-without-owner", orphans.len());
        blocks.push(Block::Notice { tone: "warning", text, details: vec![orphans.join(", ")] });
    }
    blocks.push(Block::Table(TableSpec {
        id: "owners".to_owned(),
        title: None,
        columns: vec![
            head("table-person", false),
            head("owners-metrics", true),
            head("owners-core", true),
            head("owners-targets", true),
            head("owners-actions", true),
            head("owners-helps", true),
            head("owners-all", true),
        ],
        rows: loads.iter().map(row).collect(),
        total: false,
    }));
    Some(Part {
        name: "owners",
        title: "governance-owners",
        line: counted("governance-carried", loads.iter().map(Load::all).sum()),
        about: "governance-owners-about",
        blocks,
        provenance: false,
    })
}
