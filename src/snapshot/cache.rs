//! Files that were read once need not be parsed again: each is kept as Parquet, under the hash of its bytes and of
//! everything that decides how it is read. What comes out is the same with and without.

use super::FileRecord;
use super::file::{Context, Decoded, Part};
use super::frame::decimal;
use super::rules::RULES;
use super::table::{Column, Frame};
use crate::diag::{Finding, Level, Place};
use crate::inputs::{Bytes, Hash};
use crate::time::{Date, plus_days};
use polars::prelude::{
    Column as Series, DataFrame, NamedFrom, ParquetCompression, ParquetReader, ParquetWriter, PlSmallStr,
    SerReader, Series as Values, StatisticsOptions,
};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::Cursor;
use std::sync::Arc;

/// Raised whenever the same file would be read differently, so that nothing old is taken for new.
const VERSION: &str = "kpress snapshot 3";

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

/// The key of a file as a source reads it.
pub(super) fn key(context: &Context<'_>, path: &str, bytes: &Bytes) -> Hash {
    let source = context.source;
    let used: Vec<String> =
        source.tables.iter().map(|table| context.used.declared(&source.id, &table.name)).collect();
    let stores: Vec<&str> = context.plan.stores.keys().map(|id| &**id).collect();
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
            used,
            stores
        )
    );
    let calendar = format!("{:?} {}", site.calendar, site.zone_name);
    Hash::of_parts([
        VERSION.as_bytes(),
        env!("CARGO_PKG_VERSION").as_bytes(),
        path.as_bytes(),
        reading.as_bytes(),
        calendar.as_bytes(),
        &Hash::of(bytes).to_string().into_bytes(),
    ])
}

/// A read file as bytes. `None` if it cannot be kept.
pub(super) fn store(decoded: &Decoded) -> Option<Vec<u8>> {
    let mut bodies = Vec::new();
    let mut parts = Vec::new();
    for part in &decoded.parts {
        let (columns, body) = packed(part)?;
        parts.push(json!({"table": part.table, "header": part.header, "rows": part.frame.rows, "columns": columns, "bytes": body.len()}));
        bodies.extend(body);
    }
    let found: Vec<Value> = decoded.found.iter().map(finding).collect();
    let record = serde_json::to_value(&decoded.record).ok()?;
    let head = json!({"record": record, "found": found, "parts": parts}).to_string();
    let mut out = (head.len() as u64).to_le_bytes().to_vec();
    out.extend(head.as_bytes());
    out.extend(bodies);
    Some(out)
}

/// A read file from bytes. `None` if they are not what was kept.
pub(super) fn load(bytes: &[u8], hash: Hash) -> Option<Decoded> {
    let (length, rest) = bytes.split_at_checked(8)?;
    let length = usize::try_from(u64::from_le_bytes(length.try_into().ok()?)).ok()?;
    let (head, mut rest) = rest.split_at_checked(length)?;
    let head: Value = serde_json::from_slice(head).ok()?;
    let mut parts = Vec::new();
    for part in head["parts"].as_array()? {
        let (body, after) = rest.split_at_checked(usize::try_from(part["bytes"].as_u64()?).ok()?)?;
        rest = after;
        parts.push(unpacked(part, body)?);
    }
    let found = head["found"].as_array()?.iter().map(read_finding).collect::<Option<_>>()?;
    Some(Decoded { parts, record: read_record(&head["record"], hash)?, found })
}

/// The description of each column, and all of them as Parquet.
fn packed(part: &Part) -> Option<(Vec<Value>, Vec<u8>)> {
    let mut columns = Vec::new();
    let mut series = Vec::new();
    let order = part.order.as_ref().map(|order| Column::Number { scale: 0, rows: order.clone() });
    let own = part.frame.columns.iter().map(|(name, column)| (&**name, column));
    for (at, (name, column)) in own.chain(order.as_ref().map(|column| ("", column))).enumerate() {
        let (kind, values) = series_of(&PlSmallStr::from(format!("c{at}")), column);
        let mut about = json!({"name": name, "kind": kind});
        match column {
            Column::Text { values, .. } => {
                about["values"] = json!(values.iter().map(|value| &**value).collect::<Vec<_>>())
            }
            Column::Number { scale, .. } => about["scale"] = json!(scale),
            _ => {}
        }
        columns.push(about);
        series.push(Series::from(values));
    }
    let mut frame = DataFrame::new(part.frame.rows, series).ok()?;
    let mut body = Vec::new();
    // Writing and reading fast matters more here than size: whole entries are read, and old ones are swept.
    ParquetWriter::new(&mut body)
        .with_compression(ParquetCompression::Uncompressed)
        .with_statistics(StatisticsOptions::empty())
        .finish(&mut frame)
        .ok()?;
    Some((columns, body))
}

fn series_of(name: &PlSmallStr, column: &Column) -> (&'static str, Values) {
    let name = name.clone();
    match column {
        Column::Text { rows, .. } => ("text", Values::new(name, rows)),
        Column::Number { rows, .. } => {
            let small: Option<Vec<Option<i64>>> =
                rows.iter().map(|cell| cell.map(i64::try_from).transpose().ok()).collect();
            match small {
                Some(small) => ("small", Values::new(name, small)),
                None => (
                    "large",
                    Values::new(
                        name,
                        rows.iter().map(|cell| cell.map(|units| decimal(units, 0))).collect::<Vec<_>>(),
                    ),
                ),
            }
        }
        Column::Float(rows) => ("float", Values::new(name, rows)),
        Column::Date(rows) => {
            ("date", Values::new(name, rows.iter().map(|day| day.map(since_epoch)).collect::<Vec<_>>()))
        }
        Column::Bool(rows) => ("bool", Values::new(name, rows)),
    }
}

fn epoch() -> Date {
    Date::new(1970, 1, 1).expect("a date")
}

fn since_epoch(day: Date) -> i32 {
    epoch().until(day).map_or(0, |span| span.get_days())
}

fn unpacked(about: &Value, body: &[u8]) -> Option<Part> {
    let frame = ParquetReader::new(Cursor::new(body)).finish().ok()?;
    let rows = usize::try_from(about["rows"].as_u64()?).ok()?;
    let mut columns = BTreeMap::new();
    let mut order = None;
    for (at, about) in about["columns"].as_array()?.iter().enumerate() {
        let column = column_of(about, &frame, &format!("c{at}"))?;
        match (about["name"].as_str()?, column) {
            ("", Column::Number { rows, .. }) => order = Some(rows),
            (name, column) => {
                columns.insert(Arc::from(name), column);
            }
        }
    }
    let header = about["header"]
        .as_array()?
        .iter()
        .map(|label| label.as_str().map(str::to_owned))
        .collect::<Option<_>>()?;
    let table = usize::try_from(about["table"].as_u64()?).ok()?;
    Some(Part { table, frame: Frame { rows, columns }, order, header })
}

fn column_of(about: &Value, frame: &DataFrame, name: &str) -> Option<Column> {
    let series = frame.column(name).ok()?.as_materialized_series().clone();
    let scale = || u32::try_from(about["scale"].as_u64()?).ok();
    Some(match about["kind"].as_str()? {
        "text" => {
            let values = about["values"]
                .as_array()?
                .iter()
                .map(|value| value.as_str().map(Arc::from))
                .collect::<Option<_>>()?;
            Column::Text { values: Arc::new(values), rows: series.u32().ok()?.iter().collect() }
        }
        "small" => Column::Number {
            scale: scale()?,
            rows: series.i64().ok()?.iter().map(|cell| cell.map(i128::from)).collect(),
        },
        "large" => {
            let cells = series.str().ok()?.iter().map(|cell| cell.map(str::parse).transpose());
            Column::Number { scale: scale()?, rows: cells.collect::<Result<_, _>>().ok()? }
        }
        "float" => Column::Float(series.f64().ok()?.iter().collect()),
        "date" => Column::Date(
            series.i32().ok()?.iter().map(|cell| cell.map(|days| plus_days(epoch(), days))).collect(),
        ),
        "bool" => Column::Bool(series.bool().ok()?.iter().collect()),
        _ => return None,
    })
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

fn read_record(value: &Value, sha256: Hash) -> Option<FileRecord> {
    let text = |key: &str| value[key].as_str().map(str::to_owned);
    let day = |at: usize| value["days"][at].as_str().and_then(crate::time::parse_date);
    let counts =
        value["left_out"].as_object()?.iter().map(|(reason, count)| Some((reason.clone(), count.as_u64()?)));
    let labels = |key: &str| -> Option<Vec<String>> {
        value[key].as_array()?.iter().map(|label| label.as_str().map(str::to_owned)).collect()
    };
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
        encoding: text("encoding")?,
        days: day(0).zip(day(1)),
        dropped: labels("dropped")?,
        ignored: labels("ignored")?,
        columns: columns.collect::<Option<_>>()?,
    })
}
