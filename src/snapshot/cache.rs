//! Files that were read once need not be parsed again: the columns of each are kept under the hash of its bytes and of
//! everything that decides how it is read. What comes out is the same with and without.

use super::FileRecord;
use super::file::{Context, Decoded, Part};
use super::packed::{number, pack, read_number, unpack};
use super::rules::RULES;
use super::table::{Column, Frame};
use crate::diag::{Finding, Level, Place};
use crate::inputs::Hash;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Raised whenever the same file would be read differently, so that nothing old is taken for new.
const VERSION: &str = "kpress snapshot 9";

/// Where read files are kept. An entry that is lost or damaged costs time, nothing else.
pub trait Cache: Sync {
    /// What was put under a key.
    fn get(&self, key: &Hash) -> Option<Vec<u8>>;
    /// Keeps bytes under a key.
    fn put(&self, key: &Hash, bytes: &[u8]);
}

/// Keeps nothing.
pub struct NoCache;

impl Cache for NoCache {
    fn get(&self, _key: &Hash) -> Option<Vec<u8>> {
        None
    }

    fn put(&self, _key: &Hash, _bytes: &[u8]) {}
}

/// What decides how the files of a source are read.
pub(super) fn reading(context: &Context<'_>) -> Hash {
    let source = context.source;
    let used: Vec<String> =
        source.tables.iter().map(|table| context.used.declared(&source.id, &table.name)).collect();
    let zone = |store: &crate::plan::Store| store.zone.as_ref().map(|(name, _)| name.clone());
    let stores = context.plan.stores.values();
    let stores: Vec<_> =
        stores.map(|store| (&store.id, zone(store), store.currency, &store.marketplace)).collect();
    let site = &context.plan.site;
    let reading = format!(
        "{:?}",
        (
            &source.tables,
            &source.format,
            &source.period,
            &source.store,
            &source.keep,
            source.currency,
            source.float,
            &source.quarantine,
            used,
            stores
        )
    );
    let calendar = format!("{:?} {}", site.calendar, site.zone_name);
    Hash::of_parts([
        VERSION.as_bytes(),
        env!("CARGO_PKG_VERSION").as_bytes(),
        reading.as_bytes(),
        calendar.as_bytes(),
    ])
}

/// The key of a file with these bytes, as it is read.
pub(super) fn key(reading: &Hash, path: &str, bytes: &Hash) -> Hash {
    Hash::of_parts([reading.to_string().as_bytes(), path.as_bytes(), bytes.to_string().as_bytes()])
}

/// A read file as bytes. `None` if it cannot be kept.
pub(super) fn store(decoded: &Decoded) -> Option<Vec<u8>> {
    let parts = decoded.parts.iter().map(|part| {
        let names: Vec<&str> = part.frame.columns.keys().map(|name| &**name).collect();
        json!({
            "table": part.table, "header": part.header, "rows": part.frame.rows, "columns": names,
            "ordered": part.order.is_some(),
        })
    });
    let parts: Vec<Value> = parts.collect();
    let found: Vec<Value> = decoded.found.iter().map(finding).collect();
    let record = serde_json::to_value(&decoded.record).ok()?;
    let head = json!({"record": record, "found": found, "parts": parts}).to_string();
    let mut out = Vec::new();
    number(head.len(), &mut out);
    out.extend(head.as_bytes());
    for part in &decoded.parts {
        part.frame.columns.values().for_each(|column| pack(column, &mut out));
        if let Some(order) = &part.order {
            pack(&Column::Number { scale: 0, rows: order.clone() }, &mut out);
        }
    }
    Some(out)
}

/// A read file from bytes. `None` if they are not what was kept.
pub(super) fn load(mut bytes: &[u8], hash: Hash) -> Option<Decoded> {
    let length = read_number(&mut bytes)?;
    let (head, mut bodies) = bytes.split_at_checked(length)?;
    let head: Value = serde_json::from_slice(head).ok()?;
    let parts =
        head["parts"].as_array()?.iter().map(|about| part(about, &mut bodies)).collect::<Option<_>>()?;
    let found = head["found"].as_array()?.iter().map(read_finding).collect::<Option<_>>()?;
    Some(Decoded { parts, record: read_record(&head["record"], hash)?, found })
}

fn part(about: &Value, bodies: &mut &[u8]) -> Option<Part> {
    let rows = usize::try_from(about["rows"].as_u64()?).ok()?;
    let mut columns = BTreeMap::new();
    for name in texts(&about["columns"])? {
        columns.insert(Arc::from(name), unpack(bodies, rows)?);
    }
    let order = match about["ordered"].as_bool()? {
        true => match unpack(bodies, rows)? {
            Column::Number { rows, .. } => Some(rows),
            _ => return None,
        },
        false => None,
    };
    let table = usize::try_from(about["table"].as_u64()?).ok()?;
    let (frame, header) = (Frame { rows, columns }, texts(&about["header"])?);
    Some(Part { table, frame, order, header, lines: Vec::new() })
}

pub(super) fn texts(value: &Value) -> Option<Vec<String>> {
    value.as_array()?.iter().map(|text| text.as_str().map(str::to_owned)).collect()
}

fn finding(finding: &Finding) -> Value {
    let related: Vec<Value> = finding.related.iter().map(|(at, what)| json!([place(at), what])).collect();
    json!({
        "rule": finding.rule.name, "level": finding.level, "message": finding.message, "hint": finding.hint,
        "place": place(&finding.place), "related": related,
    })
}

fn place(place: &Place) -> Value {
    let cell = place.cell.as_ref().map(|(row, column)| json!([row, &**column]));
    json!([&*place.file, place.line, place.column, place.width, cell])
}

fn read_finding(value: &Value) -> Option<Finding> {
    let name = value["rule"].as_str()?;
    let rule = RULES.iter().find(|rule| rule.name == name)?;
    let mut finding = Finding::new(rule, read_place(&value["place"])?, value["message"].as_str()?);
    finding.level = match value["level"].as_str()? {
        "error" => Level::Error,
        "warning" => Level::Warning,
        _ => Level::Note,
    };
    finding.hint = value["hint"].as_str().map(str::to_owned);
    for related in value["related"].as_array()? {
        finding.related.push((read_place(&related[0])?, related[1].as_str()?.to_owned()));
    }
    Some(finding)
}

fn read_place(value: &Value) -> Option<Place> {
    let number = |at: usize| u32::try_from(value[at].as_u64()?).ok();
    let cell = match &value[4] {
        Value::Null => None,
        cell => Some((cell[0].as_u64()?, cell[1].as_str()?.into())),
    };
    Some(Place {
        file: value[0].as_str()?.into(),
        line: number(1)?,
        column: number(2)?,
        width: number(3)?,
        cell,
    })
}

pub(super) fn read_record(value: &Value, sha256: Hash) -> Option<FileRecord> {
    let text = |key: &str| value[key].as_str().map(str::to_owned);
    let (totals, sum) = (&value["totals"][0], &value["totals"][1]);
    let day = |at: usize| value["days"][at].as_str().and_then(crate::time::parse_date);
    let counts =
        value["left_out"].as_object()?.iter().map(|(reason, count)| Some((reason.clone(), count.as_u64()?)));
    let columns = value["columns"]
        .as_object()?
        .iter()
        .map(|(label, name)| Some((label.clone(), name.as_str()?.to_owned())));
    Some(FileRecord {
        path: text("path")?,
        sha256,
        bytes: value["bytes"].as_u64()?,
        rows: value["rows"].as_u64()?,
        left_out: counts.collect::<Option<_>>()?,
        totals: totals.as_str().map(str::to_owned).zip(sum.as_str().map(str::to_owned)),
        encoding: text("encoding")?,
        days: day(0).zip(day(1)),
        dropped: texts(&value["dropped"])?,
        ignored: texts(&value["ignored"])?,
        columns: columns.collect::<Option<_>>()?,
        aside: match value["aside"].as_array() {
            Some(aside) => aside.iter().map(super::aside::read).collect::<Option<_>>()?,
            None => Vec::new(),
        },
    })
}
