//! Which targets have to be signed, by whom, and whether one was changed after somebody had signed it.

use super::{Part, counted, head, people, person};
use crate::plan::rules::governed::changed_since;
use crate::plan::{Id, Target};
use crate::report::context::{Context, target_path};
use crate::report::{Arg, Block, Cell, TableSpec, Text};

pub(super) fn part(context: &Context<'_>) -> Option<Part> {
    let concerned: Vec<&Target> = context
        .plan
        .targets
        .iter()
        .filter(|target| !target.signers.is_empty() || !target.acks.is_empty())
        .collect();
    if concerned.is_empty() {
        return None;
    }
    let open = concerned.iter().filter(|target| !missing(target).is_empty()).count();
    Some(Part {
        name: "sign-off",
        title: "governance-signed",
        line: counted("governance-unsigned", open),
        about: "governance-signed-about",
        blocks: vec![Block::Table(TableSpec {
            id: "signed".to_owned(),
            title: None,
            columns: vec![
                head("table-target", false),
                head("table-period", false),
                head("card-owner", false),
                head("signed-by", false),
                head("signed-missing", false),
                head("signed-state", false),
            ],
            rows: concerned.iter().map(|target| row(context, target)).collect(),
            total: false,
        })],
        provenance: false,
    })
}

/// Who has to sign a target and has not.
fn missing(target: &Target) -> Vec<&Id> {
    target.signers.iter().filter(|who| !target.acks.iter().any(|ack| ack.by == **who)).collect()
}

fn row(context: &Context<'_>, target: &Target) -> Vec<Cell> {
    let nothing = crate::plan::history::History::default();
    let history = context.past.map_or(&nothing, |past| &past.history);
    let signed = target.acks.iter().map(|ack| {
        let name = context.person_name(&ack.by);
        Text::Key("signed-line", vec![("name", Arg::Words(name)), ("date", Arg::Date(ack.date))])
    });
    let signed = signed.reduce(|all, one| {
        let said = |text| Arg::Said(Box::new(text));
        Text::Key("signed-both", vec![("one", said(all)), ("other", said(one))])
    });
    let state = match changed_since(history, target) {
        Some(_) => "signed-changed",
        None if !missing(target).is_empty() => "signed-open",
        None => "signed-done",
    };
    vec![
        Cell::Link(target_path(&target.id), context.metric_name(&target.metric)),
        Cell::Period(target.period),
        target.owner.as_ref().map_or(Cell::Empty, |owner| person(context, owner)),
        signed.map_or(Cell::Empty, Cell::Text),
        people(context, missing(target)),
        Cell::Text(Text::key(state)),
    ]
}
