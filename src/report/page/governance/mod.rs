//! `/governance/`: who answers for what, what changed, what has to be looked at again, what is signed, and which rules
//! found something. Each page is there if it has something to say.

mod audiences;
mod calibration;
mod changes;
mod people;
mod raci;
mod rules;
mod signed;
mod sources;

use super::{PageKind, page};
use crate::diag::Finding;
use crate::plan::Id;
use crate::report::context::{Context, person_path};
use crate::report::{Arg, Block, Cell, Page, TableColumn, Text};
use crate::unit::{Quantity, Unit};

/// Address of the page above them.
const TOP: &str = "governance";

pub(super) struct Governance;

impl PageKind for Governance {
    fn name(&self) -> &'static str {
        "governance"
    }

    fn tops(&self) -> &'static [&'static str] {
        &["governance"]
    }

    fn pages(&self, context: &Context<'_>, _found: &mut Vec<Finding>) -> Vec<Page> {
        // Who answers for what, and what was changed and found, is said of everything.
        let whole = || {
            [
                rules::part(context),
                raci::part(context),
                people::organisation(context),
                people::owners(context),
                signed::part(context),
                changes::part(context),
                calibration::part(context),
                sources::part(context),
            ]
        };
        let mut parts: Vec<Part> = match context.plan.is_part() {
            true => Vec::new(),
            false => whole().into_iter().flatten().collect(),
        };
        parts.extend(audiences::part(context));
        if context.plan.metrics.is_empty() {
            return Vec::new();
        }
        let link = |part: &Part| (part.path(), Text::key(part.title), Some(part.line.clone()));
        let mut top = page(TOP, "governance", Text::key("nav-governance"), &[("", Text::key("nav-home"))]);
        top.blocks.push(Block::Links(parts.iter().map(link).collect()));
        // How many findings there are is counted over the data as well.
        top.provenance = true;
        std::iter::once(top).chain(parts.into_iter().map(Part::page)).collect()
    }
}

/// A page of this chapter.
struct Part {
    /// Its address below the chapter.
    name: &'static str,
    /// Key of its title.
    title: &'static str,
    /// What it comes to, in a line.
    line: Text,
    /// What it is for, in a sentence.
    about: &'static str,
    blocks: Vec<Block>,
    /// Whether it says something of data files.
    provenance: bool,
}

impl Part {
    fn path(&self) -> String {
        format!("{TOP}/{}", self.name)
    }

    fn page(self) -> Page {
        let above = [("", Text::key("nav-home")), (TOP, Text::key("nav-governance"))];
        let mut made = page(self.path(), "governance", Text::key(self.title), &above);
        made.blocks.push(Block::Notice { tone: "info", text: Text::key(self.about), details: Vec::new() });
        made.blocks.extend(self.blocks);
        made.provenance = self.provenance;
        made
    }
}

/// So many of something.
fn counted(key: &'static str, count: usize) -> Text {
    Text::Key(key, vec![("count", Arg::Count(count as u64))])
}

fn head(key: &'static str, numeric: bool) -> TableColumn {
    TableColumn { title: Text::key(key), numeric, link: None }
}

fn number(count: usize) -> Cell {
    Cell::Number(Quantity::from(i64::try_from(count).unwrap_or(i64::MAX)), Unit::Count)
}

fn plain(text: &str) -> Cell {
    Cell::Text(Text::Words(crate::plan::Words::same(text)))
}

/// A person, with the way to the page where there is one.
fn person(context: &Context<'_>, id: &Id) -> Cell {
    let name = Text::Words(context.person_name(id));
    if context.plan.people.contains_key(id) { Cell::Link(person_path(id), name) } else { Cell::Text(name) }
}

/// Several people in one cell.
fn people<'i>(context: &Context<'_>, ids: impl IntoIterator<Item = &'i Id>) -> Cell {
    let ids: Vec<&Id> = ids.into_iter().collect();
    match ids.as_slice() {
        [] => Cell::Empty,
        [one] => person(context, one),
        many => {
            if many.iter().all(|id| context.plan.people.contains_key(*id)) {
                let link = |id: &&Id| (person_path(id), Text::Words(context.person_name(id)));
                return Cell::Links(many.iter().map(link).collect());
            }
            let names: Vec<_> = many.iter().map(|id| context.person_name(id)).collect();
            Cell::Text(Text::Words(crate::plan::Words::joined(&names, " · ")))
        }
    }
}
