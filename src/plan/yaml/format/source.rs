//! `sources:` in `kpress.yaml` and the presets of packs: both speak one language, and a preset is what a source says
//! before the user's own lines.

use super::table::{self, DUPLICATES, TABLE};
use super::{Item, Reader, flag, ids, place_of};
use crate::diag::{Finding, Place};
use crate::inputs::{PATH_REFUSED, ProjectPath};
use crate::plan::packs;
use crate::plan::yaml::check::{MISSING_KEY, UNFIT_VALUE};
use crate::plan::yaml::shape::{self, Kind, Known, Shape, later, optional};
use crate::plan::yaml::tree::{Content, Key, Node};
use crate::plan::yaml::{self, File};
use crate::plan::{
    Absent, Fetched, FileFormat, Id, PeriodOf, Quarantine, Quoting, Source, StoreOf, TableSpec,
};
use crate::time::{Period, Zone, parse_period};
use crate::unit::{Attribution, Basis, Currency, Decimal, Tax};
use std::collections::BTreeMap;
use std::sync::Arc;

const TEXT: Kind = Kind::Of(&shape::TEXT);
const FLAG: Kind = Kind::Of(&shape::BOOL);

/// A source, and a preset.
pub static SOURCE: Shape = Shape {
    name: "a source",
    about: "A set of files of one layout.",
    fields: &[
        optional("preset", TEXT, "The report it is, from a pack: `amazon/sales-traffic`."),
        optional("files", TEXT, "Which files, as a glob below the workspace: `data/sales/**/*.csv`."),
        optional(
            "store",
            Kind::OneOf(&[Kind::Ref(Known::Store), Kind::Object(&STORE)]),
            "How a row's store is known.",
        ),
        optional(
            "tables",
            Kind::Map(&Kind::Object(&TABLE)),
            "Its tables; the first is meant where none is named.",
        ),
        optional("date", TEXT, "The column with the day of a row."),
        optional("columns", Kind::Map(&table::COLUMNS), "Known columns, by canonical name."),
        optional("open", FLAG, "Whether columns that are not declared are taken, too."),
        optional("header", TEXT, "A cell that only the header line holds."),
        optional("json_path", Kind::Many(&TEXT), "In JSON: the keys that lead to the rows."),
        optional("summary_row", FLAG, "The first data row holds totals."),
        optional("totals", Kind::Object(&table::TOTALS), "What the row with totals says of the other rows."),
        optional("skip", Kind::Map(&Kind::Many(&TEXT)), "Column → values of rows that are left out."),
        optional("duplicates", DUPLICATES, "What is done with rows of one key."),
        optional("order", TEXT, "The column that puts the rows of one day in order, for `first` and `last`."),
        optional("fill_down", Kind::Many(&TEXT), "Empty cells of these columns take the value above."),
        optional("once", FLAG, table::ONCE),
        optional("unique", Kind::Many(&TEXT), table::UNIQUE),
        optional("key", Kind::Many(&TEXT), "Columns by which rows are looked up."),
        optional("valid_from", TEXT, "The column of the day from which a row is valid."),
        optional("dimension", Kind::Many(&TEXT), "Columns that are scopes."),
        optional("scopes", Kind::Map(&TEXT), "Scopes looked up elsewhere: `{category: products.category}`."),
        optional(
            "absent",
            Kind::Enum(&["zero", "missing"]),
            "What no row means: for a segment on a day that has rows, and for a day inside a file.",
        ),
        optional("provisional", DAYS, "How many of the newest days still move: `14d`."),
        optional("basis", Kind::Object(&BASIS), "Tax and attribution of its amounts."),
        optional("currency", Kind::Of(&shape::CURRENCY), "Currency of amounts that name none."),
        optional(
            "instead_of",
            Kind::Ref(Known::Source),
            "The source of the same figures by another way: both over one store and day would count twice.",
        ),
        optional("optional", FLAG, "Left out of `as_of: latest_complete`."),
        optional("float", FLAG, "Numbers stay binary floats; metrics on them are approximate."),
        optional("format", Kind::Object(&FORMAT), "How the bytes become cells."),
        optional("sheet", TEXT, "Sheet of a workbook; the first that is not hidden if absent."),
        optional(
            "period",
            Kind::OneOf(&[Kind::Of(&shape::PERIOD), Kind::Object(&PERIOD)]),
            "Period of files without dates; where rows have dates, the days the file is about.",
        ),
        optional(
            "fetched",
            Kind::Object(&FETCHED),
            "Where a path names the day the file was fetched: later files win.",
        ),
        optional("keep", Kind::Many(&TEXT), "Personal columns kept on purpose."),
        optional("about", Kind::Words, "What the report is."),
        later("engine", "A database instead of files."),
        later("table", "Its table."),
        optional(
            "plugin",
            TEXT,
            "The plugin that fetches it with `kpress data pull`, or `plugin/source` where it has several.",
        ),
        optional("config", Kind::Map(&Kind::Any), "What that plugin is told."),
        optional(
            "stores",
            Kind::Many(&Kind::Ref(Known::Store)),
            "The stores it is fetched for, each into a folder of its own: `data/SOURCE/STORE/`.",
        ),
        optional(
            "since",
            Kind::Of(&shape::DATE),
            "The first day that is ever fetched; as far back as the plugin goes if absent.",
        ),
        optional(
            "refetch",
            DAYS,
            "How many days before the last fetched one are fetched again; `provisional` if absent.",
        ),
        optional("max_age", DAYS, "More days between the newest rows and the as-of date are too many: `3d`."),
        optional("rows", Kind::Object(&ROWS), "How many rows a file has."),
        optional(
            "file_names",
            Kind::Many(&TEXT),
            "Parts of file names by which `kpress data inspect` tells reports with the same columns apart.",
        ),
        optional(
            "without",
            Kind::Map(&TEXT),
            "Of a preset: what it does not declare, such as `tax` or `provisional`, and why.",
        ),
        optional("quarantine", Kind::Object(&QUARANTINE), "How many rows of a file may be set aside."),
        optional(
            "invariants",
            Kind::List(&Kind::Object(&table::INVARIANT)),
            "What must hold in every row; a row that breaks it is set aside.",
        ),
        optional("by_position", FLAG, table::BY_POSITION),
        optional("refuse", Kind::Many(&TEXT), table::REFUSE),
        later("scale", "Decimals of float columns."),
    ],
};

static STORE: Shape = Shape {
    name: "`store`",
    about: "How a row's store is known.",
    fields: &[
        optional("from", Kind::Enum(&["path", "column"]), "From the path of the file, or from a column."),
        optional("pattern", TEXT, "The path with `{store}` in the place of the store."),
        optional("column", TEXT, "The column."),
    ],
};

/// How many rows a file has.
static ROWS: Shape = Shape {
    name: "`rows`",
    about: "How many rows a file has; one with fewer or more was cut, or is another report.",
    fields: &[
        optional("least", Kind::Of(&shape::COUNT), "Fewer are too few."),
        optional("most", Kind::Of(&shape::COUNT), "More are too many."),
    ],
};

/// How many rows may be set aside.
static QUARANTINE: Shape = Shape {
    name: "`quarantine`",
    about: "How many rows of a file may be set aside because they cannot be used; with more the file is refused.",
    fields: &[
        optional("most", Kind::Of(&shape::COUNT), "So many rows; 1,000 if absent."),
        optional("share", TEXT, "Such a part of its rows, `1%` if absent. One row alone is never too many."),
    ],
};

static PERIOD: Shape = Shape {
    name: "`period`",
    about: "Period of files without dates.",
    fields: &[
        optional("from", Kind::Enum(&["path", "rows"]), "From the path of the file, or from the rows."),
        optional("pattern", TEXT, "The path with `{period}` in the place of the period."),
    ],
};

static FETCHED: Shape = Shape {
    name: "`fetched`",
    about: "Where a path names the day the file was fetched.",
    fields: &[
        optional("pattern", TEXT, "The path with `{fetched}` in the place of the day."),
        optional(
            "form",
            TEXT,
            "How the day is written; `2026-07-26` or `20260726` if absent, else as strftime writes it.",
        ),
    ],
};

/// Tax and attribution, on a source or a metric.
pub static BASIS: Shape = Shape {
    name: "`basis`",
    about: "What amounts stand on.",
    fields: &[
        optional("tax", Kind::Enum(Tax::NAMES), "Whether consumption tax is inside."),
        optional("attribution", Kind::Of(&shape::ATTRIBUTION), "How long after a click a sale counts: `7d`."),
    ],
};

static FORMAT: Shape = Shape {
    name: "`format`",
    about: "How the bytes become cells.",
    fields: &[
        optional("encoding", TEXT, "A WHATWG label such as `shift_jis`; detected if absent."),
        optional("latin", FLAG, "cp1252 may be tried as the last guess."),
        optional("delimiter", Kind::Of(&shape::CHARACTER), "Between cells; detected if absent."),
        optional("quoting", Kind::Enum(&["minimal", "none"]), "Whether quotes protect delimiters."),
        optional("group", Kind::Of(&shape::CHARACTER), "Between groups of three digits; `,` if absent."),
        optional("decimal", Kind::Of(&shape::CHARACTER), "Decimal point; `.` if absent."),
        optional("sheet", TEXT, "Sheet of a workbook; the first that is not hidden if absent."),
        optional("timezone", Kind::Of(&shape::ZONE), "Zone of instants that carry none."),
    ],
};

const DAYS: Kind = Kind::OneOf(&[Kind::Of(&shape::COUNT), Kind::Of(&shape::DAYS)]);

/// Reads one source.
pub fn read(reader: &mut Reader, file: &File, key: &Key, node: &Node) -> Option<Item<Source>> {
    reader.item(file, node, &SOURCE, |reader, node| source(reader, key, node)).ok()
}

fn source(reader: &mut Reader, key: &Key, node: &Node) -> Option<Source> {
    let preset = match node.get("preset") {
        Some(name) => Some((name.text()?.clone(), preset(reader, name)?)),
        None => None,
    };
    // What kpress writes itself, the preset knows to find.
    let own = preset.as_ref().filter(|_| node.get("files").is_none());
    let files = match own.and_then(|(_, preset)| preset.text_of("files")) {
        Some(known) => known.clone(),
        None => files(reader, key, node)?,
    };
    let mut source = blank(key, files, place_of(node, "files"));
    if let Some((name, preset)) = preset {
        source.preset = Some(name);
        overlay(&mut source, &preset, reader, false);
    }
    overlay(&mut source, node, reader, true);
    if source.tables.is_empty() {
        source.tables.push(TableSpec { open: true, ..TableSpec::unknown("rows") });
    }
    source.pull = super::pulled::pull(reader, node, &source);
    super::pulled::names(&mut source);
    // What is fetched into a folder of its own is of one report, the one that was asked for.
    if source.pull.is_some() {
        source.tables.iter_mut().for_each(|table| table.refuse.clear());
    }
    note_lookups(reader, node, &source);
    Some(source)
}

/// The glob of a source, refused if it could lead out of the workspace.
fn files(reader: &mut Reader, key: &Key, node: &Node) -> Option<Arc<str>> {
    let Some(files) = node.get("files") else {
        if node.get("plugin").is_some() {
            return Some(super::pulled::files(&key.text));
        }
        if node.get("engine").is_none() {
            let told = Finding::new(&MISSING_KEY, node.place.clone(), "a source needs `files`");
            reader.found.push(told.hint("add `files: \"data/name/*.csv\"`"));
        }
        return None;
    };
    let text = files.text()?;
    // Wildcards are no characters of a path; anything else of the pattern must be.
    let plain: String = text.chars().map(|c| if "*?[]{}!".contains(c) { 'x' } else { c }).collect();
    match ProjectPath::parse(&plain) {
        Ok(_) => Some(text.clone()),
        Err(why) => {
            let told = format!("`{text}` is refused: {}", why.0);
            let hint = "files lie below the workspace: `data/name/*.csv`";
            reader.found.push(Finding::new(&PATH_REFUSED, files.place.clone(), told).hint(hint));
            None
        }
    }
}

/// The tree of a preset.
fn preset(reader: &mut Reader, name: &Node) -> Option<Node> {
    let text = name.text()?;
    let Some(preset) = packs::preset(text) else {
        let told = format!("there is no preset `{text}`");
        let finding = Finding::new(&UNFIT_VALUE, name.place.clone(), told);
        let near = crate::diag::nearest(text, packs::preset_names());
        let hint = near.map_or_else(
            || "`kpress data inspect FILE` names the preset of a file".to_owned(),
            |near| format!("did you mean `{near}`?"),
        );
        reader.found.push(finding.hint(hint));
        return None;
    };
    yaml::parse(&preset.path.into(), preset.text, &mut reader.found)
}

fn blank(key: &Key, files: Arc<str>, files_place: Place) -> Source {
    Source {
        id: key.text.clone(),
        preset: None,
        files,
        files_place,
        tables: Vec::new(),
        store: StoreOf::None,
        dimensions: Vec::new(),
        scopes: BTreeMap::new(),
        key: Vec::new(),
        valid_from: None,
        absent: None,
        provisional: 0,
        max_age: None,
        rows: (None, None),
        quarantine: Quarantine::default(),
        file_names: Vec::new(),
        without: BTreeMap::new(),
        basis: Basis::default(),
        currency: None,
        instead_of: None,
        optional: false,
        float: false,
        format: FileFormat::default(),
        period: PeriodOf::Rows,
        fetched: None,
        keep: Vec::new(),
        pull: None,
        place: key.place.clone(),
    }
}

/// Puts what a node says over what is known of a source.
fn overlay(source: &mut Source, node: &Node, reader: &Reader, users: bool) {
    overlay_tables(source, node, users);
    for (key, list) in
        [("dimension", &mut source.dimensions), ("key", &mut source.key), ("keep", &mut source.keep)]
    {
        if let Some(given) = node.get(key) {
            *list = ids(Some(given));
        }
    }
    for (level, at) in node.get("scopes").map(Node::entries).unwrap_or_default() {
        if let Some((other, column)) = at.text().and_then(|text| text.split_once('.')) {
            source.scopes.insert(level.text.clone(), (other.into(), column.into()));
        }
    }
    if let Some(given) = node.get("store") {
        source.store = store(given);
    }
    if let Some(given) = node.get("period") {
        source.period = period(given, reader);
    }
    if let Some(given) = node.get("fetched") {
        let form = table::date_form(given.text_of("form").cloned());
        source.fetched = given.text_of("pattern").cloned().map(|pattern| Fetched { pattern, form });
    }
    source.valid_from = node.text_of("valid_from").cloned().or_else(|| source.valid_from.take());
    source.absent = match node.text_of("absent").map(|text| &**text) {
        Some("zero") => Some(Absent::Zero),
        Some(_) => Some(Absent::Missing),
        None => source.absent,
    };
    if let Some(days) = node.text_of("provisional").and_then(|text| shape::days(text)) {
        source.provisional = days;
    }
    if let Some(days) = node.text_of("max_age").and_then(|text| shape::days(text)) {
        source.max_age = Some(days);
    }
    if let Some(rows) = node.get("rows") {
        source.rows = (super::whole(rows.get("least")), super::whole(rows.get("most")));
    }
    if let Some(given) = node.get("file_names") {
        source.file_names = ids(Some(given));
    }
    for (aspect, why) in node.get("without").map(Node::entries).unwrap_or_default() {
        source.without.extend(why.text().cloned().map(|why| (aspect.text.clone(), why)));
    }
    if let Some(limits) = node.get("quarantine") {
        let percent = |text: &Arc<str>| text.trim().strip_suffix('%')?.trim().parse::<Decimal>().ok();
        let share = limits.text_of("share").and_then(percent).map(|share| share / Decimal::ONE_HUNDRED);
        let known = std::mem::take(&mut source.quarantine);
        source.quarantine = Quarantine {
            most: super::whole(limits.get("most")).unwrap_or(known.most),
            share: share.unwrap_or(known.share),
        };
    }
    source.instead_of = node.text_of("instead_of").cloned().or_else(|| source.instead_of.take());
    source.basis = basis(node, source.basis);
    source.currency = node.text_of("currency").and_then(|code| Currency::parse(code)).or(source.currency);
    for (key, given) in [("optional", &mut source.optional), ("float", &mut source.float)] {
        if node.get(key).is_some() {
            *given = flag(node.get(key));
        }
    }
    overlay_format(&mut source.format, node);
}

fn overlay_tables(source: &mut Source, node: &Node, users: bool) {
    let has_preset = source.preset.is_some();
    for (name, body) in node.get("tables").map(Node::entries).unwrap_or_default() {
        let at = source.tables.iter().position(|table| table.name == name.text);
        let at = at.unwrap_or_else(|| {
            source.tables.push(TableSpec::unknown(&name.text));
            source.tables.len() - 1
        });
        table::merge(&mut source.tables[at], body, users);
    }
    let keys = [
        "date",
        "columns",
        "open",
        "header",
        "json_path",
        "summary_row",
        "totals",
        "skip",
        "duplicates",
        "order",
        "fill_down",
        "once",
        "unique",
        "invariants",
        "by_position",
        "refuse",
    ];
    if keys.iter().all(|key| node.get(key).is_none()) {
        return;
    }
    if source.tables.is_empty() {
        // Without a preset, columns the user did not name are taken as they are.
        source.tables.push(TableSpec { open: users && !has_preset, ..TableSpec::unknown("rows") });
    }
    // `key:` of a source says how others look rows up, not how its own rows are told apart.
    let own_key = source.tables[0].key.clone();
    table::merge(&mut source.tables[0], node, users);
    source.tables[0].key = own_key;
}

fn store(node: &Node) -> StoreOf {
    if let Content::Scalar { text, .. } = &node.content {
        return StoreOf::Fixed(text.clone());
    }
    match (node.text_of("pattern"), node.text_of("column")) {
        (Some(pattern), _) => StoreOf::Path(pattern.clone()),
        (None, Some(column)) => StoreOf::Column(column.clone()),
        (None, None) => StoreOf::None,
    }
}

fn period(node: &Node, reader: &Reader) -> PeriodOf {
    let fixed: Option<Period> = node.text().and_then(|text| parse_period(text, &reader.calendar));
    match (fixed, node.text_of("pattern")) {
        (Some(period), _) => PeriodOf::Fixed(period),
        (None, Some(pattern)) => PeriodOf::Path(pattern.clone()),
        (None, None) => PeriodOf::Rows,
    }
}

/// The basis a node declares over another one.
pub fn basis(node: &Node, under: Basis) -> Basis {
    let given =
        |key: &str| node.get("basis").and_then(|basis| basis.text_of(key)).or_else(|| node.text_of(key));
    Basis {
        tax: given("tax").and_then(|tax| Tax::parse(tax)).unwrap_or(under.tax),
        attribution: given("attribution").and_then(|days| Attribution::parse(days)).or(under.attribution),
    }
}

fn overlay_format(format: &mut FileFormat, node: &Node) {
    format.sheet = node.text_of("sheet").cloned().or_else(|| format.sheet.take());
    let Some(node) = node.get("format") else { return };
    let character = |key: &str| {
        node.text_of(key).and_then(|text| if &**text == "tab" { Some('\t') } else { text.chars().next() })
    };
    format.encoding = node.text_of("encoding").cloned().or_else(|| format.encoding.take());
    format.sheet = node.text_of("sheet").cloned().or_else(|| format.sheet.take());
    format.latin |= flag(node.get("latin"));
    format.delimiter = character("delimiter").or(format.delimiter);
    format.group = character("group").or(format.group);
    format.decimal = character("decimal").or(format.decimal);
    match node.text_of("quoting").map(|text| &**text) {
        Some("none") => format.quoting = Quoting::None,
        Some(_) => format.quoting = Quoting::Minimal,
        None => {}
    }
    if let Some(zone) = node.text_of("timezone").and_then(|name| Zone::named(name)) {
        format.zone = Some(zone);
    }
}

/// Sources whose columns become scopes of this one must exist.
fn note_lookups(reader: &mut Reader, node: &Node, source: &Source) {
    let item = reader.current();
    for (level, at) in node.get("scopes").map(Node::entries).unwrap_or_default() {
        match source.scopes.get(&level.text) {
            Some((other, _)) => {
                let other: Id = other.clone();
                reader.note_name(Known::Source, &other, &at.place, item);
            }
            None => {
                let told = Finding::new(
                    &UNFIT_VALUE,
                    at.place.clone(),
                    "a scope is looked up in a column of another source",
                );
                reader.found.push(told.hint("write `source.column`, for example `products.category`"));
            }
        }
    }
}
