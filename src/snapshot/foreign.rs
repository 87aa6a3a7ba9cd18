//! Reports that name the currency or the marketplace of their rows, against those the source counts. A report of another
//! marketplace looks the same, and its dollars would be added to yen.

use super::header::Choice;
use super::import::Grid;
use super::rules::MARKETPLACE_DIFFERS;
use crate::diag::{Finding, Place};
use crate::plan::{ColumnKind, Source, Store, TableSpec};

/// Columns that name the marketplace of a row.
const MARKETPLACES: &[&str] = &["sales_channel", "marketplace", "marketplace_name"];
/// What a marketplace calls itself in reports, by its id.
const NAMES: &[(&str, &str)] = &[("A1VC38T7YXB528", "amazon.co.jp")];

/// What a column of a file names.
#[derive(Clone, Copy, PartialEq, Eq)]
enum What {
    Currency,
    Marketplace,
}

/// Where a file names the currency and the marketplace of its rows, and which ones the source counts.
pub(super) struct Named {
    /// Column of the file, what it names, and what it should say.
    columns: Vec<(usize, What, String)>,
}

impl Named {
    /// `None` where the file names neither, or nothing is known of its store: a preset knows in which currency its report is
    /// mostly written, `stores.yaml` in which the shop counts. A currency that is a part of the key (rates of exchange, costs by
    /// currency) is no mistake.
    pub(super) fn of(
        source: &Source,
        table: &TableSpec,
        choice: &Choice,
        store: Option<&Store>,
    ) -> Option<Named> {
        let of_columns = || {
            let mut own = table.columns.iter().filter_map(|column| column.currency);
            let first = own.next()?;
            own.all(|other| other == first).then_some(first)
        };
        let of_store = store.and_then(|store| store.currency);
        let counted = of_store.filter(|own| source.currency.is_none_or(|currency| currency == *own));
        let currency = counted.or_else(of_columns).map(|currency| currency.code().to_owned());
        let id = store.and_then(|store| store.marketplace.as_deref());
        let marketplace = NAMES.iter().find(|(own, _)| Some(*own) == id).map(|(_, name)| (*name).to_owned());
        let is_key = |name: &str| source.key.iter().chain(&table.key).any(|key| &**key == name);
        let texts =
            choice.taken.iter().filter(|taken| taken.kind == ColumnKind::Text && !is_key(&taken.name));
        let named = texts.filter_map(|taken| {
            let is_currency = &*taken.name == "currency" || taken.name.ends_with("_currency");
            let is_marketplace = MARKETPLACES.contains(&&*taken.name);
            match (is_currency, is_marketplace) {
                (true, _) => Some((taken.at, What::Currency, currency.clone()?)),
                (_, true) => Some((taken.at, What::Marketplace, marketplace.clone()?)),
                _ => None,
            }
        });
        let columns: Vec<(usize, What, String)> = named.collect();
        (!columns.is_empty()).then_some(Named { columns })
    }

    /// What a row names in place of what it should, as it is written.
    pub(super) fn other<'g>(&self, grid: &'g Grid, row: usize) -> Option<&'g str> {
        self.columns.iter().find_map(|column| other_in(column, grid, row))
    }

    /// A file in which every row that names a currency or a marketplace names another one is of another marketplace.
    pub(super) fn refuse(&self, path: &str, grid: &Grid, source: &Source) -> Option<Finding> {
        let is_refused = |column: &&(usize, What, String)| {
            let is_own = |row: usize| grid.cell(row, column.0).trim().eq_ignore_ascii_case(&column.2);
            (0..grid.rows()).any(|row| other_in(column, grid, row).is_some()) && !(0..grid.rows()).any(is_own)
        };
        let column = self.columns.iter().find(is_refused)?;
        let other = (0..grid.rows()).find_map(|row| other_in(column, grid, row))?;
        let (own, id) = (&column.2, &source.id);
        let (message, hint) = match column.1 {
            What::Currency => (
                format!(
                    "the amounts of this file are in {other}, but `{id}` counts in {own}; the file is not used"
                ),
                format!("a source of its own with `currency: {other}`; or set `currency:` of `{id}`"),
            ),
            What::Marketplace => (
                format!(
                    "the rows of this file are of {other}, but its store is on {own}; the file is not used"
                ),
                format!(
                    "the folder of a store on {other}; or set `marketplace:` of this store in `stores.yaml`"
                ),
            ),
        };
        let finding = Finding::new(&MARKETPLACE_DIFFERS, Place::file(path), message);
        Some(finding.hint(format!("is it the report of another marketplace? Then it belongs into {hint}")))
    }
}

fn other_in<'g>((at, what, own): &(usize, What, String), grid: &'g Grid, row: usize) -> Option<&'g str> {
    let cell = grid.cell(row, *at).trim();
    let names_one = match what {
        // Anything else in such a column is no code.
        What::Currency => cell.len() == 3 && cell.bytes().all(|byte| byte.is_ascii_alphabetic()),
        // `Non-Amazon JP` is no marketplace.
        What::Marketplace => cell.get(..7).is_some_and(|head| head.eq_ignore_ascii_case("amazon.")),
    };
    (names_one && !cell.eq_ignore_ascii_case(own)).then_some(cell)
}
