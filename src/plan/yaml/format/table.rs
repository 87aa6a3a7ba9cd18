//! Tables and columns of a source, as presets and users write them.

use super::{flag, ids};
use crate::plan::yaml::shape::{self, Kind, Shape, optional, required};
use crate::plan::yaml::tree::{Content, Node};
use crate::plan::{
    Across, ColumnKind, ColumnSpec, DateForm, Duplicates, Id, Invariant, PercentScale, TableSpec, Word,
};
use crate::unit::{Currency, Unit};
use std::sync::Arc;

/// Keys of a table. On a source they mean its first table.
pub static TABLE: Shape = Shape {
    name: "a table",
    about: "Rows of one layout in the files of a source.",
    fields: &[
        optional("date", TEXT, "The column with the day of a row."),
        optional("columns", Kind::Map(&COLUMNS), "Known columns."),
        optional("open", Kind::Of(&shape::BOOL), "Whether columns that are not declared are taken, too."),
        optional("header", TEXT, "A cell that only the header line holds."),
        optional("json_path", Kind::Many(&TEXT), "In JSON: the keys that lead to the rows."),
        optional("summary_row", Kind::Of(&shape::BOOL), "The first data row holds totals."),
        optional("totals", Kind::Object(&TOTALS), "What the row with totals says of the other rows."),
        optional("skip", Kind::Map(&Kind::Many(&TEXT)), "Column → values of rows that are left out."),
        optional("key", Kind::Many(&TEXT), "Columns that name a row."),
        optional("duplicates", DUPLICATES, "What is done with rows of one key."),
        optional("order", TEXT, "The column that puts the rows of one day in order, for `first` and `last`."),
        optional("fill_down", Kind::Many(&TEXT), "Empty cells of these columns take the value above."),
        optional("once", Kind::Of(&shape::BOOL), ONCE),
        optional("unique", Kind::Many(&TEXT), UNIQUE),
        optional("invariants", Kind::List(&Kind::Object(&INVARIANT)), "What must hold in every row."),
        optional("by_position", Kind::Of(&shape::BOOL), BY_POSITION),
        optional("refuse", Kind::Many(&TEXT), REFUSE),
    ],
};

/// What `once` says.
pub const ONCE: &str = "A row that stands in one file again, equal in every cell, counts once.";
/// What `words` says.
const WORDS: &str = "Values its cells have, alone or with what else they are called (`SELLABLE: [販売可能, 可售]`): a cell of the same letters, whatever its spaces and capitals, is read as one of them.";
/// What `by_position` says.
pub const BY_POSITION: &str = "A label nobody knows is the column that stands there.";
/// What `refuse` says.
pub const REFUSE: &str =
    "Columns that only another report has; a file with one of them is not used. `[]` takes such files.";
/// What `unique` says.
pub const UNIQUE: &str =
    "Columns by which the rows of one file differ; unlike rows with the same values are set aside.";

/// What must hold in a row.
pub static INVARIANT: Shape = Shape {
    name: "an invariant",
    about: "What must hold in every row: columns that add up to another, or the least and the greatest value of a column. A row that breaks it is set aside.",
    fields: &[
        optional("sum", Kind::Many(&TEXT), "Columns that add up …"),
        optional("is", TEXT, "… to this one."),
        optional("column", TEXT, "A column with bounds."),
        optional("least", Kind::Amount, "Its least value."),
        optional("most", Kind::Amount, "Its greatest value."),
    ],
};

/// A text.
const TEXT: Kind = Kind::Of(&shape::TEXT);

/// What stands under a column's name.
pub static COLUMNS: Kind = Kind::OneOf(&[TEXT, Kind::Object(&COLUMN)]);

/// What is done with rows of one key.
pub const DUPLICATES: Kind =
    Kind::OneOf(&[Kind::Enum(&["keep", "latest", "add", "span"]), Kind::Object(&DUPLICATES_BY)]);

/// What the row with totals says.
pub static TOTALS: Shape = Shape {
    name: "`totals`",
    about: "What the first row says of all others: a file whose rows do not add up to it was cut, or changed.",
    fields: &[
        required("total", TEXT, "The column with the total, in the first row."),
        required("of", TEXT, "The column whose other rows add up to it."),
    ],
};

static DUPLICATES_BY: Shape = Shape {
    name: "`duplicates`",
    about: "What is done with rows of one key.",
    fields: &[
        optional("latest", TEXT, "The row with the greatest value of this column counts."),
        optional("file", TEXT, "Whole files with the same value in this column count once."),
    ],
};

/// A column.
pub static COLUMN: Shape = Shape {
    name: "a column",
    about: "A column of a table, under its canonical name.",
    fields: &[
        optional("column", TEXT, "Its label in the file."),
        optional("aliases", Kind::Many(&TEXT), "Labels it goes by, in all languages."),
        optional("kind", KINDS, "What its cells hold; seen from the cells if absent."),
        optional(
            "scale",
            Kind::Enum(&["sign", "hundred", "one"]),
            "How a share is written: `5.57%`, `5.57` or `0.0557`.",
        ),
        optional("form", TEXT, "How dates are written: `rfc3339`, `range`, or as strftime writes them."),
        optional("unit", Kind::Of(&shape::UNIT), "What its numbers are measured in."),
        optional("required", Kind::Of(&shape::BOOL), "A file without it is an error."),
        optional(
            "optional",
            Kind::Of(&shape::BOOL),
            "Some layouts of the report lack it: its cells are missing there.",
        ),
        optional("personal", Kind::Of(&shape::BOOL), "Personal data: dropped unless the source keeps it."),
        optional(
            "same_as",
            Kind::Many(&TEXT),
            "It has the cells of the first of these columns that is in the file.",
        ),
        optional("value", TEXT, "What every row holds where the file has no such column: `SP`."),
        optional(
            "attributed",
            Kind::Of(&shape::BOOL),
            "`false`: its figures do not depend on the attribution window, as clicks and cost.",
        ),
        optional("words", Kind::OneOf(&[Kind::Many(&TEXT), Kind::Map(&Kind::Many(&TEXT))]), WORDS),
        optional(
            "closed",
            Kind::Of(&shape::BOOL),
            "No other values than `words` are known: others are told.",
        ),
        optional("carried", Kind::Object(&CARRIED), "It is worked out: what the row before said."),
        optional("balance", Kind::Object(&BALANCE), "It is worked out: how far rows are from balancing."),
        optional("total", Kind::Object(&TOTAL), "It is worked out: what rows of one kind add up to."),
    ],
};

static CARRIED: Shape = Shape {
    name: "`carried`",
    about: "What a column says in the row before, of those with the same cells in `by` and of the same store. Missing where the row before is not there: on the first day, and after days without a file.",
    fields: &[
        required("of", TEXT, "The column."),
        required("by", Kind::Many(&TEXT), "What rows that follow each other have in common."),
    ],
};

static BALANCE: Shape = Shape {
    name: "`balance`",
    about: "What two columns differ by over the rows of one day and store with the same cells in `by`. The first of them has the difference and the others zero, so that sums are right.",
    fields: &[
        required("of", TEXT, "The column that is added up."),
        required("against", TEXT, "The column that is taken away."),
        required("by", Kind::Many(&TEXT), "What rows that belong together have in common."),
    ],
};

static TOTAL: Shape = Shape {
    name: "`total`",
    about: "What a column adds up to over the rows of one day and store with the same cells in `by`. The first of them has the sum and the others none, so that each counts once: stock of a product over all warehouses.",
    fields: &[
        required("of", TEXT, "The column."),
        required("by", Kind::Many(&TEXT), "What rows that belong together have in common."),
    ],
};

/// Kinds of cells; `kind: {percent: hundred}` and `kind: {date: "%Y/%m/%d"}` say the form along with the kind.
const KINDS: Kind = Kind::OneOf(&[Kind::Enum(KIND_NAMES), Kind::Object(&KIND_WITH_FORM)]);
const KIND_NAMES: &[&str] = &["text", "ident", "number", "percent", "date", "instant", "bool", "guess"];

static KIND_WITH_FORM: Shape = Shape {
    name: "`kind`",
    about: "What cells hold, and how it is written.",
    fields: &[
        optional("percent", Kind::Enum(&["sign", "hundred", "one"]), "A share."),
        optional("date", TEXT, "A calendar day."),
        optional("instant", TEXT, "A point in time."),
    ],
};

/// Puts what a node says about a table over what is known of it.
pub fn merge(table: &mut TableSpec, node: &Node, snake: bool) {
    let text = |key: &str| node.text_of(key).cloned();
    table.date = text("date").or_else(|| table.date.take());
    table.order = text("order").or_else(|| table.order.take());
    table.header = text("header").or_else(|| table.header.take());
    if let Some(open) = node.get("open") {
        table.open = flag(Some(open));
    }
    if let Some(summary) = node.get("summary_row") {
        table.summary_row = flag(Some(summary));
    }
    if let Some(totals) = node.get("totals") {
        table.totals = totals.text_of("total").cloned().zip(totals.text_of("of").cloned());
    }
    if let Some(once) = node.get("once") {
        table.once = flag(Some(once));
    }
    if let Some(given) = node.get("by_position") {
        table.by_position = flag(Some(given));
    }
    if let Some(all) = node.get("invariants") {
        table.invariants = all.items().iter().filter_map(invariant).collect();
    }
    for (key, list) in [
        ("json_path", &mut table.json_path),
        ("key", &mut table.key),
        ("fill_down", &mut table.fill_down),
        ("unique", &mut table.unique),
        ("refuse", &mut table.refuse),
    ] {
        if let Some(given) = node.get(key) {
            *list = ids(Some(given));
        }
    }
    for (column, values) in node.get("skip").map(Node::entries).unwrap_or_default() {
        table.skip.insert(column.text.clone(), ids(Some(values)));
    }
    if let Some(given) = node.get("duplicates") {
        table.duplicates = duplicates(given);
    }
    for (name, spec) in node.get("columns").map(Node::entries).unwrap_or_default() {
        match table.columns.iter_mut().find(|column| column.name == name.text) {
            Some(column) => refine(column, spec),
            None => {
                let mut column = blank(&name.text, snake);
                refine(&mut column, spec);
                table.columns.push(column);
            }
        }
    }
}

/// A column nothing is known of but its name. It goes by its own name; `guess` says its kind is seen from the cells.
pub fn blank(name: &Id, guess: bool) -> ColumnSpec {
    let kind = if guess { ColumnKind::Guess } else { ColumnKind::Text };
    ColumnSpec {
        name: name.clone(),
        aliases: vec![name.clone()],
        kind,
        currency: None,
        required: false,
        optional: false,
        personal: false,
        same_as: Vec::new(),
        value: None,
        attributed: true,
        words: Vec::new(),
        closed: false,
        across: None,
    }
}

fn refine(column: &mut ColumnSpec, node: &Node) {
    let mut more = ids(node.get("aliases"));
    more.extend(node.text_of("column").cloned());
    if let Content::Scalar { text, .. } = &node.content {
        more.push(text.clone());
    }
    for alias in more {
        if !column.aliases.contains(&alias) {
            column.aliases.push(alias);
        }
    }
    if let Some(kind) = kind(node) {
        column.kind = kind;
    } else if let Some(form) = node.text_of("form") {
        // How dates of a column that is known are written.
        column.kind = match &column.kind {
            ColumnKind::Date(_) => ColumnKind::Date(date_form(Some(form.clone()))),
            ColumnKind::Instant(_) => ColumnKind::Instant(date_form(Some(form.clone()))),
            other => other.clone(),
        };
    } else if let (ColumnKind::Percent(_), Some(given)) = (&column.kind, node.text_of("scale")) {
        column.kind = ColumnKind::Percent(scale(Some(given)));
    }
    if let Some(Unit::Money(currency)) = node.text_of("unit").and_then(|unit| Unit::parse(unit)) {
        column.currency = Some(currency);
        if column.kind == ColumnKind::Guess {
            column.kind = ColumnKind::Number;
        }
    }
    if let Some(given) = node.get("same_as") {
        column.same_as = ids(Some(given));
    }
    column.value = node.text_of("value").cloned().or_else(|| column.value.take());
    if let Some(given) = node.get("attributed") {
        column.attributed = flag(Some(given));
    }
    if let Some(given) = node.get("words") {
        words(column, given);
    }
    column.closed |= flag(node.get("closed"));
    if let Some(across) = across(node) {
        column.across = Some(across);
        column.kind = ColumnKind::Number;
        // No file has it.
        column.optional = true;
    }
    column.required |= flag(node.get("required"));
    column.optional |= flag(node.get("optional"));
    column.personal |= flag(node.get("personal"));
}

/// Adds words, and further names of words that are known.
fn words(column: &mut ColumnSpec, given: &Node) {
    let named: Vec<(Arc<str>, Vec<Arc<str>>)> = match given.entries() {
        [] => ids(Some(given)).into_iter().map(|word| (word, Vec::new())).collect(),
        entries => entries.iter().map(|(word, others)| (word.text.clone(), ids(Some(others)))).collect(),
    };
    for (name, others) in named {
        match column.words.iter_mut().find(|word| word.name == name) {
            Some(word) => word.aliases.extend(others),
            None => column.words.push(Word { name, aliases: others }),
        }
    }
}

fn kind(node: &Node) -> Option<ColumnKind> {
    let given = node.get("kind")?;
    let (name, form) = match given.entries().first() {
        Some((key, form)) => (&key.text, form.text().cloned()),
        None => (given.text()?, None),
    };
    let form = form.or_else(|| node.text_of("form").or_else(|| node.text_of("scale")).cloned());
    Some(match &**name {
        "text" => ColumnKind::Text,
        "ident" => ColumnKind::Ident,
        "number" => ColumnKind::Number,
        "percent" => ColumnKind::Percent(scale(form.as_deref())),
        "date" => ColumnKind::Date(date_form(form)),
        "instant" => ColumnKind::Instant(date_form(form)),
        "bool" => ColumnKind::Bool,
        _ => ColumnKind::Guess,
    })
}

fn across(node: &Node) -> Option<Across> {
    if let Some(carried) = node.get("carried") {
        return Some(Across::Carried { of: carried.text_of("of")?.clone(), by: ids(carried.get("by")) });
    }
    if let Some(total) = node.get("total") {
        return Some(Across::Total { of: total.text_of("of")?.clone(), by: ids(total.get("by")) });
    }
    let balance = node.get("balance")?;
    let (of, against) = (balance.text_of("of")?.clone(), balance.text_of("against")?.clone());
    Some(Across::Balance { of, against, by: ids(balance.get("by")) })
}

fn scale(name: Option<&str>) -> PercentScale {
    match name {
        Some("hundred") => PercentScale::Hundred,
        Some("one") => PercentScale::One,
        _ => PercentScale::Sign,
    }
}

/// A form of dates by its name, or as strftime writes it.
pub(super) fn date_form(form: Option<Arc<str>>) -> DateForm {
    match form.as_deref() {
        None | Some("plain") => DateForm::Plain,
        Some("rfc3339") => DateForm::Rfc3339,
        Some("range") => DateForm::Range,
        Some(pattern) => DateForm::Pattern(pattern.into()),
    }
}

fn invariant(node: &Node) -> Option<Invariant> {
    if let Some(whole) = node.text_of("is") {
        return Some(Invariant::Sum { of: ids(node.get("sum")), whole: whole.clone() });
    }
    let bound = |key: &str| node.text_of(key).and_then(|text| text.replace('_', "").parse().ok());
    let column = node.text_of("column")?.clone();
    Some(Invariant::Bounds { column, least: bound("least"), most: bound("most") })
}

fn duplicates(node: &Node) -> Duplicates {
    match node.entries().first() {
        Some((key, column)) if &*key.text == "file" => {
            column.text().cloned().map_or(Duplicates::Keep, Duplicates::File)
        }
        Some((_, column)) => Duplicates::Latest(column.text().cloned()),
        None => match node.text().map(|text| &**text) {
            Some("latest") => Duplicates::Latest(None),
            Some("add") => Duplicates::Add,
            Some("span") => Duplicates::Span,
            _ => Duplicates::Keep,
        },
    }
}

/// Currency of a column, if it is money in one.
pub fn currency_of(table: &TableSpec, column: &str) -> Option<Currency> {
    table.columns.iter().find(|spec| &*spec.name == column).and_then(|spec| spec.currency)
}
