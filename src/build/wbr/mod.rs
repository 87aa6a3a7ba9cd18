//! A deck in the YAML dialect of `working-backwards/wbr-app` becomes a workspace (periods.md §10): the same numbers, and a
//! finding for everything that is not carried over. Nothing of the input is run, and nothing is fetched.

mod data;
mod deck;
mod found;
mod metric;
mod name;
mod query;
mod setup;
mod units;
mod write;

pub(super) use found::RULES;

use crate::diag::{Checked, Finding, did_you_mean};
use crate::inputs::{Inputs, ProjectPath};
use crate::plan::yaml;
use crate::plan::yaml::tree::Node;
use std::collections::{BTreeMap, BTreeSet};

/// Files of a workspace, by path.
pub type Files = Vec<(String, Vec<u8>)>;

/// A table given on the command line: its name and its bytes.
pub type Table = (String, Vec<u8>);

/// The workspace for a configuration below a folder. With a table of its own the configuration's sources are not read.
/// `None` if the configuration cannot be read at all.
pub fn convert(inputs: &dyn Inputs, config: &ProjectPath, table: Option<Table>) -> Checked<Option<Files>> {
    let mut found = Vec::new();
    let Some(file) = yaml::open(inputs, config, &mut found) else { return Checked { value: None, found } };
    let root = &file.root;
    keys(
        root,
        "the configuration",
        &["setup", "metrics", "deck", "annotations", "data_sources", "db_config_url"],
        &mut found,
    );
    let setup = setup::read(root, config, &mut found);
    let tables = data::read(root, inputs, table, &mut found);
    let mut metrics = metric::read(root, &tables, &mut found);
    let names: BTreeSet<&str> = metrics.iter().map(|metric| &*metric.name).collect();
    let deck = deck::read(root, &names, &mut found);
    let targets = deck::targets(&deck, &mut metrics, &mut found);
    let notes = data::annotations(root, inputs, &metrics, &mut found);
    let Some(setup) = setup else { return Checked { value: None, found } };
    let written = write::files(&write::Parts { setup, tables, metrics, deck, targets, notes });
    crate::diag::sort(&mut found);
    Checked { value: Some(written), found }
}

/// Findings for keys that the dialect does not know; what tools leave behind is passed over.
fn keys(node: &Node, what: &str, known: &[&str], found: &mut Vec<Finding>) {
    for (key, _) in node.entries() {
        let name = &*key.text;
        if known.contains(&name) || name == "__line__" {
            continue;
        }
        let told = format!("`{name}` is no key of {what}; it is ignored");
        let finding = Finding::new(&found::UNKNOWN_KEY, key.place.clone(), told);
        found.push(
            finding.hint(
                did_you_mean(name, known.iter().copied())
                    .unwrap_or_else(|| format!("known here: `{}`", known.join("`, `"))),
            ),
        );
    }
}

/// Ids by original name.
type Ids = BTreeMap<String, String>;
