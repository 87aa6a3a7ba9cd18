//! Labels of files and columns of a table: by all letters of the label, never by position, never by a part of it.

use super::rules::{COLUMN_AMBIGUOUS, COLUMN_MISSING, COLUMN_UNKNOWN, DUPLICATE_COLUMN};
use crate::diag::{Finding, Place, nearest};
use crate::plan::{ColumnKind, ColumnSpec, Id, TableSpec};
use std::collections::{BTreeMap, BTreeSet};
use unicode_normalization::UnicodeNormalization;

/// A label as it is compared: widths and kinds of spaces do not count. Values of cells are never folded.
pub(super) fn folded(label: &str) -> String {
    let wide: String = label.nfkc().collect();
    wide.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Only the letters, digits and signs of a label: reports change spaces, dashes, brackets and capitals between years. Signs that
/// mean something (`%`, `#`) stay, and so does the long vowel `ー`.
fn letters(label: &str) -> String {
    const MARKS: &[char] = &[
        '-', '_', '–', '—', '‐', '−', '(', ')', '[', ']', '【', '】', '〔', '〕', ':', '·', '・', '.', ',',
        '、', '/', '\'', '"',
    ];
    let plain = folded(label).to_lowercase();
    plain.chars().filter(|letter| !letter.is_whitespace() && !MARKS.contains(letter)).collect()
}

/// Whether two labels have the same letters.
pub(super) fn is_same(label: &str, other: &str) -> bool {
    letters(label) == letters(other)
}

/// The snake_case name of a label: `amazon-order-id` becomes `amazon_order_id`.
pub(super) fn snake(label: &str) -> String {
    let mut out = String::new();
    for letter in folded(label).chars() {
        match letter {
            _ if letter.is_alphanumeric() => out.extend(letter.to_lowercase()),
            _ if out.ends_with('_') || out.is_empty() => {}
            _ => out.push('_'),
        }
    }
    while out.ends_with('_') {
        out.pop();
    }
    out
}

/// A column of a file, and what it is.
#[derive(Clone, Debug)]
pub(super) struct Taken {
    /// Its place in the file.
    pub at: usize,
    /// Canonical name.
    pub name: Id,
    /// What its cells hold.
    pub kind: ColumnKind,
}

/// Which columns of a file are taken.
#[derive(Clone, Debug, Default)]
pub(super) struct Choice {
    /// In the order of the file.
    pub taken: Vec<Taken>,
    /// Labels of personal columns that are left out.
    pub personal: Vec<String>,
    /// Labels of the other columns that are left out: unknown ones, and those that stand twice.
    pub ignored: Vec<String>,
}

/// How many labels of a header a table knows.
pub(super) fn matches(header: &[String], table: &TableSpec) -> usize {
    let (known, letters_of) = (known(table), by_letters(table));
    let is_known = |label: &&String| {
        known.contains_key(&folded(label))
            || by_name(table, label).is_some()
            || letters_of.contains_key(&letters(label))
    };
    header.iter().filter(is_known).count()
}

/// Columns by the letters of their labels; labels of two columns with the same letters tell neither.
fn by_letters(table: &TableSpec) -> BTreeMap<String, &ColumnSpec> {
    let mut found: BTreeMap<String, Option<&ColumnSpec>> = BTreeMap::new();
    for column in &table.columns {
        for label in std::iter::once(&column.name).chain(&column.aliases) {
            let known = found.entry(letters(label)).or_insert(Some(column));
            if known.is_some_and(|other| other.name != column.name) {
                *known = None;
            }
        }
    }
    found
        .into_iter()
        .filter_map(|(label, column)| Some((label, column?)))
        .filter(|(label, _)| !label.is_empty())
        .collect()
}

fn known(table: &TableSpec) -> BTreeMap<String, &ColumnSpec> {
    let labels = table.columns.iter().flat_map(|column| {
        let own = std::iter::once(&column.name).chain(&column.aliases);
        own.map(move |label| (folded(label), column))
    });
    labels.collect()
}

/// Flat files write `amazon-order-id` for `amazon_order_id`: the same words with other marks between them.
fn by_name<'a>(table: &'a TableSpec, label: &str) -> Option<&'a ColumnSpec> {
    let name = snake(label);
    table.columns.iter().find(|column| *column.name == *name)
}

/// Whether a column of this label is dropped because it holds data of buyers.
pub(super) fn is_private(label: &str, table: &TableSpec, keep: &[Id]) -> bool {
    let declared = known(table)
        .get(&folded(label))
        .copied()
        .or_else(|| by_name(table, label))
        .or_else(|| by_letters(table).get(&letters(label)).copied());
    let name = declared.map_or_else(|| snake(label).into(), |column| column.name.clone());
    let personal = declared.is_some_and(|column| column.personal) || super::personal::is_personal(label);
    personal && !keep.contains(&name)
}

/// The label of a header that stands for a column.
pub(super) fn held<'h>(header: &'h [String], table: &TableSpec, name: &str) -> Option<&'h str> {
    let column = table.columns.iter().find(|column| &*column.name == name)?;
    let is_its = |label: &&String| {
        *snake(label) == *column.name || column.aliases.iter().any(|alias| is_same(alias, label))
    };
    header.iter().find(is_its).map(String::as_str)
}

/// Chooses the columns of a header. `used` are the columns that formulas need, as they name them.
pub(super) fn choose(
    place: &Place,
    header: &[String],
    table: &TableSpec,
    used: &BTreeSet<Id>,
    keep: &[Id],
    found: &mut Vec<Finding>,
) -> Choice {
    let mut owners = owners(place, header, table, found);
    if table.by_position {
        placed(place, header, table, &mut owners, found);
    }
    let mut choice = Choice::default();
    let mut names = BTreeSet::new();
    let mut unknown: Vec<String> = Vec::new();
    for (at, label) in header.iter().enumerate() {
        let declared = owners.get(&at).copied();
        let name = declared.map_or_else(|| own_name(label, table, used), |column| column.name.clone());
        let personal = declared.is_some_and(|column| column.personal) || super::personal::is_personal(label);
        if personal && !keep.contains(&name) {
            choice.personal.push(folded(label));
        } else if declared.is_none() && !(table.open || table.columns.is_empty()) {
            unknown.push(folded(label));
            choice.ignored.push(folded(label));
        } else if !names.insert(name.clone()) {
            let message = format!("the column `{}` stands twice; the first is read", folded(label));
            let twice = Finding::new(&DUPLICATE_COLUMN, place.clone(), message);
            found.push(twice.hint("rename or remove the other one if it is the one meant"));
            choice.ignored.push(folded(label));
        } else {
            choice.taken.push(Taken {
                at,
                name,
                kind: declared.map_or(ColumnKind::Guess, |column| column.kind.clone()),
            });
        }
    }
    tell_unknown(place, &unknown, found);
    for column in table.columns.iter().filter(|column| !column.same_as.is_empty()) {
        let taken = |name: &Id| choice.taken.iter().find(|taken| taken.name == *name);
        let first = column.same_as.iter().find_map(taken).map(|taken| taken.at);
        if let Some(at) = first.filter(|_| names.insert(column.name.clone())) {
            choice.taken.push(Taken { at, name: column.name.clone(), kind: column.kind.clone() });
        }
    }
    missing(place, header, table, used, &names, &choice.personal, found);
    choice
}

/// Columns nobody knows: a few one by one, many in one note. The interfaces of Amazon add keys by the dozen.
fn tell_unknown(place: &Place, labels: &[String], found: &mut Vec<Finding>) {
    /// So many are told each for itself.
    const FEW: usize = 8;
    let mut tell = |message: String| {
        let unknown = Finding::new(&COLUMN_UNKNOWN, place.clone(), message);
        found.push(unknown.hint("give it a name under `columns:` to use it"));
    };
    if labels.len() <= FEW {
        labels.iter().for_each(|label| tell(format!("the column `{label}` is not known and is left out")));
        return;
    }
    let first: Vec<String> = labels.iter().take(FEW).map(|label| format!("`{label}`")).collect();
    let more = labels.len() - FEW;
    tell(format!(
        "{} columns are not known and are left out: {} and {more} more",
        labels.len(),
        first.join(", ")
    ));
}

/// The name of a column that is not declared: as a formula writes it, else in snake_case.
fn own_name(label: &str, table: &TableSpec, used: &BTreeSet<Id>) -> Id {
    let plain = folded(label);
    let asked = used.contains(&*plain)
        || table.date.as_deref() == Some(&plain)
        || table.key.iter().any(|key| **key == *plain);
    let name = snake(label);
    if asked || name.is_empty() { plain.into() } else { name.into() }
}

/// Which declared column each label is. An exact label wins over equal words, and those over equal letters.
fn owners<'a>(
    place: &Place,
    header: &[String],
    table: &'a TableSpec,
    found: &mut Vec<Finding>,
) -> BTreeMap<usize, &'a ColumnSpec> {
    let (known, letters_of) = (known(table), by_letters(table));
    let mut owners: BTreeMap<usize, &ColumnSpec> = BTreeMap::new();
    let mut owned: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    let exact = |label: &String| known.get(&folded(label)).copied();
    let by_words = |label: &String| by_name(table, label);
    let loosely = |label: &String| letters_of.get(&letters(label)).copied();
    type Find<'f, 'a> = &'f dyn Fn(&String) -> Option<&'a ColumnSpec>;
    let passes: [Find<'_, 'a>; 3] = [&exact, &by_words, &loosely];
    for (pass, find) in passes.iter().enumerate() {
        for (at, label) in
            header.iter().enumerate().filter(|(at, _)| !owners.contains_key(at)).collect::<Vec<_>>()
        {
            let Some(column) = find(label) else { continue };
            match owned.get(&*column.name).copied() {
                None => {
                    owned.insert(&column.name, (at, pass));
                    owners.insert(at, column);
                }
                // A label with other marks than the exact one is a column of its own.
                Some((_, before)) if before < pass => {}
                Some((first, _)) if folded(&header[first]) == folded(label) => {
                    owners.insert(at, column);
                }
                Some((first, _)) => found.push(ambiguous(place, column, &header[first], label)),
            }
        }
    }
    owners
}

/// Labels that nobody knows, in the place of columns that seem to be absent: reports whose order is sure and whose labels are
/// not. Told, so that a column that is new does not slip in.
fn placed<'a>(
    place: &Place,
    header: &[String],
    table: &'a TableSpec,
    owners: &mut BTreeMap<usize, &'a ColumnSpec>,
    found: &mut Vec<Finding>,
) {
    if header.len() < table.columns.len() {
        return;
    }
    for (at, column) in table.columns.iter().enumerate() {
        let is_absent = owners.values().all(|own| own.name != column.name);
        if is_absent && !owners.contains_key(&at) {
            let message =
                format!("the column `{}` is read as `{}`, by its place", folded(&header[at]), column.name);
            let finding = Finding::new(&COLUMN_UNKNOWN, place.clone(), message);
            found.push(
                finding.hint("wrong? name the columns under `columns:` of the source, with their labels"),
            );
            owners.insert(at, column);
        }
    }
}

fn ambiguous(place: &Place, column: &ColumnSpec, first: &str, second: &str) -> Finding {
    let message =
        format!("`{}` and `{}` are both the column `{}`", folded(first), folded(second), column.name);
    Finding::new(&COLUMN_AMBIGUOUS, place.clone(), message).hint("remove the alias that is not meant")
}

fn missing(
    place: &Place,
    header: &[String],
    table: &TableSpec,
    used: &BTreeSet<Id>,
    names: &BTreeSet<Id>,
    personal: &[String],
    found: &mut Vec<Finding>,
) {
    let required = table.columns.iter().filter(|column| column.required).map(|column| &column.name);
    // A declared column of the key may be absent, as the SKU of some reports; one the user names may not.
    let declared = |name: &&Id| table.columns.iter().any(|column| column.name == **name);
    let key = table.key.iter().filter(|name| !declared(name));
    let needed: BTreeSet<&Id> = required.chain(used).chain(&table.date).chain(key).collect();
    for name in needed {
        let may_lack = |column: &ColumnSpec| column.optional || column.value.is_some();
        if table.columns.iter().any(|column| column.name == *name && may_lack(column)) {
            continue;
        }
        let dropped = personal.iter().any(|label| snake(label) == **name || *label == **name);
        if names.contains(name) || dropped {
            continue;
        }
        let of = |name: &Id| table.columns.iter().find(|column| column.name == *name);
        let labels = of(name).and_then(|column| column.same_as.iter().find_map(of).or(Some(column)));
        let own = labels.and_then(|column| column.aliases.iter().find(|alias| **alias != column.name));
        let sought = own.unwrap_or(name);
        let message = format!("the column `{name}` is not in the file{}", label_of(name, sought));
        let hint = match nearest(sought, header.iter().map(|label| label.trim())) {
            Some(label) => {
                format!("did you mean `{label}`? add it under `columns: {{{name}: {{aliases: […]}}}}`")
            }
            None => format!("the file has: {}", shown(header)),
        };
        found.push(Finding::new(&COLUMN_MISSING, place.clone(), message).hint(hint));
    }
}

fn label_of(name: &str, sought: &str) -> String {
    if name == sought { String::new() } else { format!(" (labelled `{sought}`)") }
}

/// The first labels of a header.
fn shown(header: &[String]) -> String {
    /// More labels make a hint nobody reads.
    const SHOWN: usize = 12;
    let labels: Vec<String> = header.iter().take(SHOWN).map(|label| format!("`{}`", label.trim())).collect();
    let more = if header.len() > SHOWN { ", …" } else { "" };
    format!("{}{more}", labels.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::snapshot::test::{column, table};

    fn check(labels: &[&str], used: &[&str], expected: &[&str], rules: &[&str]) {
        let spec = table(&[
            column("asin", &["（子）ASIN", "(Child) ASIN"], ColumnKind::Ident),
            column("sales", &["注文商品の売上額"], ColumnKind::Number),
        ]);
        let header: Vec<String> = labels.iter().map(|label| (*label).to_owned()).collect();
        let used = used.iter().map(|name| (*name).into()).collect();
        let mut found = Vec::new();
        let choice = choose(&Place::file("x.csv"), &header, &spec, &used, &[], &mut found);
        assert_eq!(choice.taken.iter().map(|taken| &*taken.name).collect::<Vec<_>>(), expected);
        assert_eq!(found.iter().map(|finding| finding.rule.name).collect::<Vec<_>>(), rules);
    }

    #[test]
    fn labels_match_exactly_after_folding() {
        check(&["(子)ASIN", " 注文商品の売上額 "], &["sales"], &["asin", "sales"], &[]);
        check(
            &["（子）ASIN", "注文商品の売上額 - B2B"],
            &["sales"],
            &["asin"],
            &["column-unknown", "column-missing"],
        );
        check(&["(Child) ASIN", "(子)ASIN"], &[], &["asin"], &["column-ambiguous", "column-unknown"]);
        check(&["注文商品の売上額", "注文商品の売上額"], &[], &["sales"], &["duplicate-column"]);
    }

    #[test]
    fn spaces_dashes_brackets_and_capitals_do_not_count() {
        check(&["(子) asin", "注文商品の 売上額"], &["sales"], &["asin", "sales"], &[]);
        check(&["（子）\u{a0}ASIN", "注文商品の売上額 %"], &[], &["asin"], &["column-unknown"]);
        check(&["(子)ASIN", "【子】ASIN"], &[], &["asin"], &["column-unknown"]);
        check(&["子 ASIN", "子-ASIN"], &[], &["asin"], &["column-ambiguous", "column-unknown"]);
    }

    #[test]
    fn names_of_labels() {
        assert_eq!(snake("amazon-order-id"), "amazon_order_id");
        assert_eq!(snake(" Warehouse Transfer In/Out "), "warehouse_transfer_in_out");
        assert_eq!(snake("金額(円)"), "金額_円");
    }
}
