//! What a snapshot says of itself, without its rows, as bytes and back: all that is needed of it once its figures are
//! measured. What comes back is the same, or nothing.

use super::cache::{read_record, texts};
use super::{FileRecord, Frame, Snapshot, Table};
use crate::inputs::Hash;
use crate::plan::{Id, TableRef};
use crate::time::{Date, parse_date};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The outline of a snapshot.
pub fn pack(snapshot: &Snapshot) -> Vec<u8> {
    let files = snapshot.files.iter().map(|(source, files)| json!([&**source, files]));
    let tables = snapshot.tables.iter().map(|(name, table)| {
        let days = table.days.iter().map(|(store, days)| json!([&**store, days]));
        json!({
            "source": &*name.source, "table": &*name.table, "days": days.collect::<Vec<Value>>(),
            "provisional_from": table.provisional_from, "every_day": table.every_day, "needed": needed(table),
        })
    });
    let (files, tables): (Vec<Value>, Vec<Value>) = (files.collect(), tables.collect());
    json!({"as_of": snapshot.as_of, "files": files, "tables": tables}).to_string().into_bytes()
}

fn needed(table: &Table) -> Vec<&str> {
    table.needed.iter().map(|name| &**name).collect()
}

/// A snapshot without rows from its outline. `None` if the bytes are none.
pub fn unpack(bytes: &[u8]) -> Option<Snapshot> {
    let value: Value = serde_json::from_slice(bytes).ok()?;
    let mut snapshot = Snapshot { as_of: day_or_none(&value["as_of"])?, ..Snapshot::default() };
    for entry in value["files"].as_array()? {
        let records = entry[1].as_array()?.iter().map(record).collect::<Option<_>>()?;
        snapshot.files.insert(entry[0].as_str()?.into(), records);
    }
    for entry in value["tables"].as_array()? {
        let (name, table) = table(entry)?;
        snapshot.tables.insert(name, table);
    }
    Some(snapshot)
}

fn record(value: &Value) -> Option<FileRecord> {
    read_record(value, Hash::parse(value["sha256"].as_str()?)?)
}

fn table(value: &Value) -> Option<(TableRef, Table)> {
    let name = TableRef { source: value["source"].as_str()?.into(), table: value["table"].as_str()?.into() };
    let mut days: BTreeMap<Id, Vec<Date>> = BTreeMap::new();
    for entry in value["days"].as_array()? {
        let all = entry[1].as_array()?.iter().map(|day| parse_date(day.as_str()?)).collect::<Option<_>>()?;
        days.insert(entry[0].as_str()?.into(), all);
    }
    let table = Table {
        frame: Frame::default(),
        days,
        provisional_from: day_or_none(&value["provisional_from"])?,
        every_day: value["every_day"].as_bool()?,
        needed: texts(&value["needed"])?.into_iter().map(Into::into).collect(),
    };
    Some((name, table))
}

/// A day, or that there is none; `None` for anything else.
fn day_or_none(value: &Value) -> Option<Option<Date>> {
    match value {
        Value::Null => Some(None),
        day => Some(Some(parse_date(day.as_str()?)?)),
    }
}
