//! Who sees what: every audience for those who see everything, for all others what they see themselves.

use super::{Part, counted, head, number, plain};
use crate::plan::Words;
use crate::plan::audience::{Audience, Eyes, Figures, Sees, Within};
use crate::report::context::Context;
use crate::report::{Arg, Block, Cell, TableSpec, Text};

pub(super) fn part(context: &Context<'_>) -> Option<Part> {
    let cut = context.plan.cut.as_ref();
    let own = cut.filter(|cut| cut.is_part).map(|cut| std::slice::from_ref(&cut.audience));
    let shown = own.or(context.plan.audiences.as_deref()).filter(|all| !all.is_empty())?;
    let mut blocks = vec![Block::Table(TableSpec {
        id: "audiences".to_owned(),
        title: None,
        columns: vec![
            head("audience-name", false),
            head("nav-metrics", true),
            head("audience-scopes", false),
            head("nav-people", false),
        ],
        rows: shown.iter().map(|audience| row(context, audience)).collect(),
        total: false,
    })];
    // For everybody: that nothing can be worked out is said where it is kept back, too.
    blocks.extend(cut.filter(|cut| !cut.withheld.is_empty() || cut.targets > 0).map(|cut| {
        let count = Arg::Count((cut.withheld.len() + cut.targets) as u64);
        Block::Notice {
            tone: "info",
            text: Text::Key("audience-count-withheld", vec![("count", count)]),
            details: Vec::new(),
        }
    }));
    Some(Part {
        name: "audiences",
        title: "governance-audiences",
        line: counted("governance-audience-count", shown.len()),
        about: "governance-audiences-about",
        blocks,
        provenance: false,
    })
}

fn row(context: &Context<'_>, audience: &Audience) -> Vec<Cell> {
    let eyes = Eyes::of(context.plan, audience);
    let metrics = context.plan.metrics.keys().filter(|id| eyes.metric(id)).count();
    let all = || Cell::Text(Text::key("audience-all"));
    let (scopes, people) = match &audience.sees {
        Sees::All => (all(), all()),
        Sees::Figures(figures) => (scopes(context, figures), names(context, &figures.people)),
        Sees::Owner(person) => {
            let name = Arg::Words(context.person_name(person));
            let led = context.plan.people.keys().filter(|id| eyes.person(id)).cloned().collect::<Vec<_>>();
            (Cell::Text(Text::Key("audience-owner", vec![("name", name)])), names(context, &led))
        }
    };
    let metrics = match context.plan.is_part() {
        true => number(context.plan.metrics.len()),
        false => number(metrics),
    };
    vec![Cell::Text(Text::Words(audience.name.clone())), metrics, scopes, people]
}

fn scopes(context: &Context<'_>, figures: &Figures) -> Cell {
    let Some(Within { company, of }) = &figures.scopes else {
        return Cell::Text(Text::key("audience-everywhere"));
    };
    let members = of.iter().flat_map(|(level, members)| members.iter().map(move |member| (level, member)));
    let named: Vec<Words> = members.map(|(level, member)| context.member_name(level, member)).collect();
    match (company, named.as_slice()) {
        (true, []) => Cell::Text(Text::key("scope-company")),
        (false, []) => Cell::Empty,
        (false, named) => Cell::Text(Text::Words(Words::joined(named, " · "))),
        (true, named) => {
            let names = Arg::Words(Words::joined(named, " · "));
            Cell::Text(Text::Key("audience-company-and", vec![("names", names)]))
        }
    }
}

fn names(context: &Context<'_>, people: &[crate::plan::Id]) -> Cell {
    let names: Vec<Words> = people.iter().map(|id| context.person_name(id)).collect();
    match names.as_slice() {
        [] => plain("–"),
        names => Cell::Text(Text::Words(Words::joined(names, " · "))),
    }
}
