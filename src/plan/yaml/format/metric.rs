//! `metrics/*.yaml`: what is measured and how.

use super::people::entries;
use super::source::{BASIS, basis};
use super::{GRAINS, Reader, cause, grain, ids, place_of, plugged, whole, words, words_or};
use crate::diag::{Checked, Finding, Place};
use crate::plan::formula::{self, Aggregate, RowExpr, Value};
use crate::plan::load::Draft;
use crate::plan::rules::columns::each_column;
use crate::plan::windows::window;
use crate::plan::yaml::File;
use crate::plan::yaml::check::UNFIT_VALUE;
use crate::plan::yaml::shape::{self, Kind, Known, Shape, later, optional, required};
use crate::plan::yaml::tree::{Key, Node};
use crate::plan::{
    Better, CompareIn, Conversion, Definition, FxMode, Id, Importance, Lookup, Measured, Metric, OverTime,
    Source, Stage, TableRef, Words,
};
use crate::time::Grain;
use crate::unit::{Basis, Currency, Unit};
use std::collections::BTreeMap;
use std::sync::Arc;

const TEXT: Kind = Kind::Of(&shape::TEXT);

/// `metrics/*.yaml`.
pub static FILE: Shape = Shape {
    name: "a file of metrics",
    about: "What is measured.",
    fields: &[optional("metrics", Kind::Items(&METRIC), "Metrics, by name.")],
};

static METRIC: Shape = Shape {
    name: "a metric",
    about: "One definition with one meaning everywhere.",
    fields: &[
        optional("name", Kind::Words, "Name to show."),
        optional("description", Kind::Words, "What it says, in a sentence or two."),
        optional(
            "source",
            Kind::Many(&Kind::Ref(Known::Table)),
            "Whose rows it is made of; several are a union of rows.",
        ),
        optional(
            "value",
            Kind::Of(&shape::FORMULA),
            "Aggregates over a source, or arithmetic over metrics. Required, unless a plugin computes it.",
        ),
        optional("where", Kind::Of(&shape::FORMULA), "Which rows count."),
        optional(
            "lookup",
            Kind::Map(&Kind::Object(&LOOKUP)),
            "Rows looked up elsewhere, by the name in the formula.",
        ),
        optional(
            "dated_by",
            TEXT,
            "The date of a row comes from this column of a lookup: `o.purchase_date`.",
        ),
        optional("unit", Kind::Of(&shape::UNIT), "What it is measured in."),
        optional("better", Kind::Enum(&["higher", "lower", "range", "neutral"]), "Which way is good."),
        optional("tax", Kind::Enum(crate::unit::Tax::NAMES), "Whether consumption tax is inside."),
        optional("basis", Kind::Object(&BASIS), "Tax and attribution its amounts stand on."),
        optional("owner", Kind::Ref(Known::Person), "Who answers for it."),
        optional("level", Kind::Enum(&["survival", "core", "guardrail", "advanced"]), "How important it is."),
        optional("adopt_from", Kind::Enum(Stage::NAMES), "From which stage of the company on it counts."),
        optional("grain", Kind::Enum(GRAINS), "Shortest period it has a value for; a day if absent."),
        optional(
            "over_time",
            Kind::Enum(&["sum", "mean", "min", "max", "first", "last", "rows"]),
            "How day values become a period value.",
        ),
        optional(
            "settles",
            Kind::Of(&shape::DAYS),
            "For so many days the newest figures still move, beyond what their sources say: they are provisional.",
        ),
        optional(
            "not_additive_over",
            Kind::Many(&Kind::Ref(Known::Level)),
            "Levels it does not add up over.",
        ),
        optional(
            "fx",
            Kind::Enum(&["daily_mid", "month_avg", "month_end"]),
            "Which rate converts foreign amounts.",
        ),
        optional("causes", cause::CAUSES, "Why it moves: `sessions * unit_session_pct * asp`."),
        optional("levers", cause::LEVERS, "What can be done about each cause, and who does it."),
        optional("decimals", Kind::Of(&shape::COUNT), "Decimals to show."),
        optional(
            "reciprocal_of",
            Kind::Ref(Known::Metric),
            "It says the same as this one, upside down: one alert is enough.",
        ),
        optional("tags", Kind::Many(&TEXT), "Free labels."),
        optional("aliases", Kind::Many(&TEXT), "Ids it had before: comparisons and history follow it."),
        optional(
            "limits",
            super::limits::LIMITS,
            "Process limits: a preset, `off`, or what differs from a preset.",
        ),
        optional("reviewed", Kind::Of(&shape::DATE), "When the definition was last looked at."),
        optional("recalibrate", Kind::Of(&shape::DAYS), "After how long it is looked at again: `90d`."),
        optional("contributors", Kind::Many(&Kind::Ref(Known::Person)), "Who helps the owner."),
        later("external", "Only a vendor can compute it."),
        optional("alerts", Kind::Entries(&[&super::alert::ALERT]), "What is to be told of it."),
        optional(
            "compare_in",
            Kind::Enum(CompareIn::NAMES),
            "How its changes are told; as suits the unit if absent: shares in basis points, amounts in percent.",
        ),
        optional(
            "align",
            super::deck::ALIGN,
            "How its last year is laid beside this one; as the site if absent.",
        ),
        later("tax_convert", "Conversion between tax bases."),
        optional("changes", Kind::Many(&Kind::Object(&CHANGE)), "What changed in the definition, and why."),
        optional("plugin", TEXT, "The plugin that computes it, or `plugin/metric` where it has several."),
        optional(
            "inputs",
            Kind::OneOf(&[Kind::List(&Kind::Ref(Known::Metric)), Kind::Map(&TEXT)]),
            "What the plugin is given: metrics in its order, or with `source:` its names for columns.",
        ),
        optional("config", Kind::Map(&Kind::Any), "What the plugin is told besides."),
    ],
};

static CHANGE: Shape = Shape {
    name: "a change",
    about: "Why a definition was changed.",
    fields: &[
        required("date", Kind::Of(&shape::DATE), "When."),
        required("reason", Kind::Words, "Why."),
        optional("by", Kind::Ref(Known::Person), "Who decided it."),
    ],
};

static LOOKUP: Shape = Shape {
    name: "a lookup",
    about: "Many to one, by equal keys; the only join.",
    fields: &[
        required("in", Kind::Ref(Known::Table), "Where it is looked up."),
        required("by", Kind::Map(&TEXT), "Own column → column there."),
        optional("date", TEXT, "Own column with the day the looked-up row must be valid on."),
    ],
};

/// Reads a file of metrics; those that cannot be understood are noted as broken.
pub(in crate::plan) fn read(
    reader: &mut Reader,
    file: &File,
    sources: &BTreeMap<Id, Source>,
    draft: &mut Draft,
) {
    reader.file(file, &FILE);
    for (key, node) in entries(file, "metrics") {
        let plugins = &draft.plugins;
        let read = |reader: &mut Reader, node: &Node| match node.get("plugin") {
            Some(named) => plugged::metric(reader, key, node, named, (plugins, sources)),
            None => metric(reader, key, node, sources),
        };
        match reader.item(file, node, &METRIC, read) {
            Ok(item) => {
                if node.get("unit").is_none() {
                    draft.unitless.insert(key.text.clone());
                }
                draft.metrics.push(item);
            }
            Err(why) => {
                draft.broken.insert(key.text.clone(), why);
            }
        }
    }
}

fn metric(reader: &mut Reader, key: &Key, node: &Node, sources: &BTreeMap<Id, Source>) -> Option<Metric> {
    plugged::needs_value(reader, node)?;
    let unit = node.text_of("unit").and_then(|unit| Unit::parse(unit));
    let tables = tables(node.get("source"), sources);
    let definition = if tables.is_empty() {
        derived(reader, node)?
    } else {
        measured(reader, node, tables, &unit, sources)?
    };
    let formula = Formula { text: node.text_of("value")?.clone(), at: place_of(node, "value") };
    described(reader, key, node, definition, formula, sources)
}

/// What stands behind a metric, as written.
pub(super) struct Formula {
    pub(super) text: Arc<str>,
    pub(super) at: Place,
}

/// Everything that a metric says besides how it is computed.
pub(super) fn described(
    reader: &mut Reader,
    key: &Key,
    node: &Node,
    definition: Definition,
    formula: Formula,
    sources: &BTreeMap<Id, Source>,
) -> Option<Metric> {
    let unit = node.text_of("unit").and_then(|unit| Unit::parse(unit));
    // Over rows it counts; over metrics its unit follows from the parts, once all are known.
    let unit = unit.unwrap_or(Unit::Count);
    let under = match &definition {
        Definition::Source(measured) => shared_basis(measured, sources),
        Definition::Derived(_) => Basis::default(),
    };
    let limits = super::limits::limits(reader, node, &key.text, &unit)?;
    let causes = cause::causes(reader, node, grain(node.get("grain")).unwrap_or(Grain::Day))?;
    Some(Metric {
        limits,
        causes: causes.map(Into::into),
        reciprocal_of: node.text_of("reciprocal_of").cloned(),
        id: key.text.clone(),
        name: words_or(node.get("name"), &key.text),
        description: words(node.get("description")),
        definition,
        formula: formula.text,
        formula_at: formula.at,
        unit,
        better: better(node),
        says_better: node.get("better").is_some(),
        plugged: None,
        basis: basis(node, under),
        owner: node.text_of("owner").cloned(),
        importance: importance(node),
        adopt_from: node.text_of("adopt_from").and_then(|name| Stage::parse(name)),
        grain: grain(node.get("grain")).unwrap_or(Grain::Day),
        compare_in: node.text_of("compare_in").and_then(|name| CompareIn::parse(name)),
        align: super::deck::align(node),
        decimals: whole(node.get("decimals")),
        tags: ids(node.get("tags")),
        place: key.place.clone(),
    })
}

/// The metric behind a series of targets: an aggregate over a source, in the unit of the metric it is a target of.
pub(super) fn of_series(
    reader: &mut Reader,
    node: &Node,
    id: Id,
    unit: Option<Unit>,
    sources: &BTreeMap<Id, Source>,
) -> Option<Metric> {
    let definition = measured(reader, node, tables(node.get("source"), sources), &unit, sources)?;
    Some(Metric {
        limits: None,
        causes: None,
        reciprocal_of: None,
        name: Words::same(&id),
        description: Words::default(),
        definition,
        formula: node.text_of("value")?.clone(),
        formula_at: place_of(node, "value"),
        unit: unit.unwrap_or(Unit::Count),
        better: Better::Neutral,
        says_better: false,
        plugged: None,
        basis: Basis::default(),
        owner: None,
        importance: None,
        adopt_from: None,
        grain: Grain::Day,
        compare_in: None,
        align: None,
        decimals: None,
        tags: Vec::new(),
        place: node.place.clone(),
        id,
    })
}

fn better(node: &Node) -> Better {
    match node.text_of("better").map(|text| &**text) {
        Some("higher") => Better::Higher,
        Some("lower") => Better::Lower,
        Some("range") => Better::Range,
        _ => Better::Neutral,
    }
}

fn importance(node: &Node) -> Option<Importance> {
    Some(match &**node.text_of("level")? {
        "survival" => Importance::Survival,
        "core" => Importance::Core,
        "guardrail" => Importance::Guardrail,
        _ => Importance::Advanced,
    })
}

/// `sales_traffic.by_asin`; without a table the first of the source.
pub fn table(name: &str, sources: &BTreeMap<Id, Source>) -> TableRef {
    let (source, table) = name.split_once('.').map_or((name, None), |(source, table)| (source, Some(table)));
    let first =
        || sources.get(source).and_then(|source| source.tables.first()).map_or("rows", |table| &table.name);
    TableRef { source: source.into(), table: table.unwrap_or_else(first).into() }
}

fn tables(node: Option<&Node>, sources: &BTreeMap<Id, Source>) -> Vec<TableRef> {
    ids(node).iter().map(|name| table(name, sources)).collect()
}

/// For so many days after its end a period still moves.
fn settles(node: &Node) -> Option<u32> {
    shape::days(node.text_of("settles")?)
}

fn derived(reader: &mut Reader, node: &Node) -> Option<Definition> {
    for key in ["where", "lookup", "dated_by", "fx", "over_time", "settles"] {
        if let Some(given) = node.get(key) {
            let told = format!("`{key}` belongs to a metric over a source");
            let finding = Finding::new(&UNFIT_VALUE, given.place.clone(), told);
            reader.found.push(finding.hint("add `source:`, or set it on the metrics this one is made of"));
        }
    }
    let value = node.get("value")?;
    let parsed = formula::parse_derived(value.text()?, &value.place);
    taken(reader, parsed).map(Definition::Derived)
}

pub(super) fn taken<T>(reader: &mut Reader, checked: Checked<Option<T>>) -> Option<T> {
    checked.into_value(&mut reader.found)
}

fn measured(
    reader: &mut Reader,
    node: &Node,
    tables: Vec<TableRef>,
    unit: &Option<Unit>,
    sources: &BTreeMap<Id, Source>,
) -> Option<Definition> {
    let lookups = lookups(node, sources);
    let aliases: Vec<Id> = lookups.iter().map(|lookup| lookup.alias.clone()).collect();
    let value = node.get("value")?;
    let parsed = formula::parse_source(value.text()?, &value.place, &aliases);
    let value = taken(reader, parsed);
    let filter = filter(reader, node, &aliases)?;
    let value = value?;
    let dated_by = dated_by(reader, node, &aliases)?;
    let over_time = over_time(node).unwrap_or_else(|| usual(&value));
    let not_additive_over = ids(node.get("not_additive_over"));
    let mut measured = Measured {
        tables,
        value,
        filter,
        lookups,
        dated_by,
        over_time,
        settles: settles(node),
        not_additive_over,
        convert: None,
    };
    measured.convert = conversion(reader, node, &measured, unit, sources)?;
    Some(Definition::Source(Box::new(measured)))
}

/// The rows of `source:` that count, for a value that somebody else computes of them.
pub(super) fn rows(
    reader: &mut Reader,
    node: &Node,
    value: Value,
    sources: &BTreeMap<Id, Source>,
) -> Option<Definition> {
    let tables = tables(node.get("source"), sources);
    let lookups = lookups(node, sources);
    let aliases: Vec<Id> = lookups.iter().map(|lookup| lookup.alias.clone()).collect();
    let filter = filter(reader, node, &aliases)?;
    let dated_by = dated_by(reader, node, &aliases)?;
    let (over_time, not_additive_over) = (OverTime::Rows, Vec::new());
    let measured = Measured {
        tables,
        value,
        filter,
        lookups,
        dated_by,
        over_time,
        settles: settles(node),
        not_additive_over,
        convert: None,
    };
    Some(Definition::Source(Box::new(measured)))
}

/// `where:`; the outer `None` is a finding.
fn filter(reader: &mut Reader, node: &Node, aliases: &[Id]) -> Option<Option<RowExpr>> {
    let Some(filter) = node.get("where") else { return Some(None) };
    let parsed = formula::parse_filter(filter.text()?, &filter.place, aliases);
    Some(Some(taken(reader, parsed)?))
}

fn lookups(node: &Node, sources: &BTreeMap<Id, Source>) -> Vec<Lookup> {
    let each = node.get("lookup").map(Node::entries).unwrap_or_default();
    let lookup = |(alias, body): &(Key, Node)| {
        let by = body.get("by").map(Node::entries).unwrap_or_default();
        Some(Lookup {
            alias: alias.text.clone(),
            table: table(body.text_of("in")?, sources),
            by: by
                .iter()
                .filter_map(|(own, there)| Some((own.text.clone(), there.text()?.clone())))
                .collect(),
            date: body.text_of("date").cloned(),
        })
    };
    each.iter().filter_map(lookup).collect()
}

/// `o.purchase_date`; the outer `None` is a finding.
fn dated_by(reader: &mut Reader, node: &Node, aliases: &[Id]) -> Option<Option<(Id, Id)>> {
    let Some(given) = node.get("dated_by") else { return Some(None) };
    let text = given.text()?;
    match text.split_once('.') {
        Some((alias, column)) if aliases.iter().any(|known| &**known == alias) => {
            Some(Some((alias.into(), column.into())))
        }
        _ => {
            let told = format!("`{text}` is no column of a lookup");
            let finding = Finding::new(&UNFIT_VALUE, given.place.clone(), told);
            reader.found.push(finding.hint("write `name.column` with a name under `lookup:`"));
            None
        }
    }
}

fn over_time(node: &Node) -> Option<OverTime> {
    Some(match &**node.text_of("over_time")? {
        "sum" => OverTime::Sum,
        "mean" => OverTime::Mean,
        "min" => OverTime::Min,
        "max" => OverTime::Max,
        "first" => OverTime::First,
        "last" => OverTime::Last,
        _ => OverTime::Rows,
    })
}

/// How day values of a formula become a period value unless it says so (periods.md §3.1).
fn usual(value: &Value) -> OverTime {
    let mut ways: Vec<OverTime> = Vec::new();
    value.leaves(&mut |leaf| {
        let way = match leaf.aggregate {
            Aggregate::Sum | Aggregate::Count => OverTime::Sum,
            Aggregate::Avg => OverTime::Mean,
            Aggregate::Min => OverTime::Min,
            Aggregate::Max => OverTime::Max,
            Aggregate::First => OverTime::First,
            Aggregate::Last => OverTime::Last,
            Aggregate::CountDistinct | Aggregate::Median => OverTime::Rows,
        };
        if !ways.contains(&way) {
            ways.push(way);
        }
    });
    match ways.as_slice() {
        [one] => *one,
        [] => OverTime::Sum,
        // Parts that go different ways can only be computed again.
        _ => OverTime::Rows,
    }
}

/// What all sources of a metric declare alike.
fn shared_basis(measured: &Measured, sources: &BTreeMap<Id, Source>) -> Basis {
    // Clicks and cost know no window, whatever their source says of its sales.
    let basis = |source: &Source| Basis { attribution: window(measured, source), ..source.basis };
    let mut all = measured.tables.iter().filter_map(|table| sources.get(&table.source)).map(basis);
    let first = all.next().unwrap_or_default();
    all.fold(first, |so_far, next| Basis {
        tax: if so_far.tax == next.tax { so_far.tax } else { crate::unit::Tax::Unknown },
        attribution: if so_far.attribution == next.attribution { so_far.attribution } else { None },
    })
}

/// The conversion of amounts in another currency than the metric's; the outer `None` is a finding.
fn conversion(
    reader: &mut Reader,
    node: &Node,
    measured: &Measured,
    unit: &Option<Unit>,
    sources: &BTreeMap<Id, Source>,
) -> Option<Option<Conversion>> {
    let mut refuse = |key: &str, told: String, hint: &str| {
        reader.found.push(Finding::new(&UNFIT_VALUE, place_of(node, key), told).hint(hint));
        None
    };
    let mode = node.text_of("fx").map(|text| match &**text {
        "daily_mid" => FxMode::DailyMid,
        "month_end" => FxMode::MonthEnd,
        _ => FxMode::MonthAvg,
    });
    let foreign = match unit {
        Some(Unit::Money(own)) => foreign(measured, *own, sources),
        _ => Vec::new(),
    };
    match (foreign.as_slice(), mode) {
        ([], None) => Some(None),
        ([], Some(_)) => {
            let hint = "declare the currency of the column: `columns: {cost: {unit: CNY}}` on its source, and `unit: JPY` here";
            refuse(
                "fx",
                "`fx` has nothing to convert: no column of the formula is in another currency".to_owned(),
                hint,
            )
        }
        ([from], Some(mode)) => match rates(sources) {
            Some(rates) => Some(Some(Conversion { rates, from: *from, mode })),
            None => {
                let hint =
                    "add `fx: {files: \"data/fx/*.csv\", key: [currency], valid_from: date}` to `sources:`";
                refuse("fx", "there is no table of exchange rates".to_owned(), hint)
            }
        },
        // A whole source in another currency is judged with the bases.
        ([from], None) if whole_source(measured, *from, sources) => Some(None),
        ([from], None) => {
            let told = format!("the formula adds up amounts in {from}");
            refuse(
                "value",
                told,
                "say by which rate they are converted: `fx: month_avg`, `daily_mid` or `month_end`",
            )
        }
        ([one, other, ..], _) => {
            let told = format!("the formula holds amounts in {one} and in {other}");
            refuse("value", told, "make a metric for each currency and add the two up")
        }
    }
}

/// Whether one of the sources is in this currency throughout.
fn whole_source(measured: &Measured, currency: Currency, sources: &BTreeMap<Id, Source>) -> bool {
    let mut used = measured.tables.iter().filter_map(|table| sources.get(&table.source));
    used.any(|source| source.currency == Some(currency))
}

/// Currencies of the columns of a formula that are not the metric's own.
fn foreign(measured: &Measured, own: Currency, sources: &BTreeMap<Id, Source>) -> Vec<Currency> {
    let mut found = Vec::new();
    measured.value.leaves(&mut |leaf| {
        let Some(expr) = &leaf.of else { return };
        each_column(expr, &mut |alias, column| {
            let lookup =
                alias.and_then(|alias| measured.lookups.iter().find(|lookup| &lookup.alias == alias));
            let table = lookup.map_or(measured.tables.first(), |lookup| Some(&lookup.table));
            let currency = table.and_then(|table| currency(table, column, sources));
            found.extend(currency.filter(|currency| *currency != own && !found.contains(currency)));
        });
    });
    found
}

/// The table of rates: the source `fx`, or the only one with the key `currency`.
fn rates(sources: &BTreeMap<Id, Source>) -> Option<Id> {
    if sources.contains_key("fx") {
        return Some("fx".into());
    }
    let by_currency = |source: &&Source| matches!(source.key.as_slice(), [key] if &**key == "currency");
    sources.values().find(by_currency).map(|source| source.id.clone())
}

fn currency(table: &TableRef, column: &str, sources: &BTreeMap<Id, Source>) -> Option<Currency> {
    let source = sources.get(&table.source)?;
    let spec = source.tables.iter().find(|spec| spec.name == table.table)?;
    // A column that names no currency is in that of its source.
    super::table::currency_of(spec, column).or(source.currency)
}
