//! Links to pages that are not there for these readers become plain words, so that nothing leads to what they may not see.

use super::{Block, Card, Cell, Page, TableSpec};
use std::collections::BTreeSet;

/// Mends the links of all pages.
pub(super) fn links(pages: &mut [Page]) {
    let there: BTreeSet<String> = pages.iter().map(|page| page.path.clone()).collect();
    let leads = |path: &str| there.contains(path.split(['#', '?']).next().unwrap_or(path));
    for page in pages {
        page.crumbs.retain(|(path, _)| leads(path));
        for block in &mut page.blocks {
            mend(block, &leads);
        }
        // Nothing stands below a heading or in a list that lost everything.
        page.blocks.retain(|block| !matches!(block, Block::Links(links) if links.is_empty()));
    }
}

fn mend(block: &mut Block, leads: &dyn Fn(&str) -> bool) {
    match block {
        Block::Cards(cards) => cards.iter_mut().for_each(|card| of_card(card, leads)),
        Block::Table(table) | Block::Fold(table) => of_table(table, leads),
        Block::Rows(rows) => of_table(&mut rows.table, leads),
        Block::Facts(facts) => {
            facts.iter_mut().flat_map(|(_, cells)| cells).for_each(|one| cell(one, leads));
        }
        Block::Links(links) => links.retain(|(path, _, _)| leads(path)),
        Block::Score(head) => head.link = head.link.take().filter(|path| leads(path)),
        Block::Heading(_)
        | Block::Chart(_)
        | Block::Prose(_)
        | Block::Notice { .. }
        | Block::Callout { .. }
        | Block::Signatures(_)
        | Block::Story(_)
        | Block::Lead(_)
        | Block::Tree(_)
        | Block::Plan(_)
        | Block::Smart(_)
        | Block::Review(_) => {}
    }
}

fn of_card(card: &mut Card, leads: &dyn Fn(&str) -> bool) {
    card.link = card.link.take().filter(|path| leads(path));
    card.running = card.running.take().filter(|running| leads(&running.link));
}

fn of_table(table: &mut TableSpec, leads: &dyn Fn(&str) -> bool) {
    for column in &mut table.columns {
        column.link = column.link.take().filter(|path| leads(path));
    }
    table.rows.iter_mut().flatten().for_each(|one| cell(one, leads));
}

fn cell(cell: &mut Cell, leads: &dyn Fn(&str) -> bool) {
    if let Cell::Link(path, text) = cell
        && !leads(path)
    {
        *cell = Cell::Text(text.clone());
    }
}
