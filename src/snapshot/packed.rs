//! Columns as bytes and back, one cell after the other: each is a byte that says whether it is there, and its value with
//! the lowest byte first. Numbers take as few bytes as the largest of their column needs, and no byte beside.

use super::numbers::Numbers;
use super::table::Column;
use crate::time::Date;
use std::sync::Arc;

/// Puts a column behind what is there.
pub(super) fn pack(column: &Column, out: &mut Vec<u8>) {
    match column {
        Column::Text { values, rows } => {
            out.push(b't');
            number(values.len(), out);
            for value in values.iter() {
                number(value.len(), out);
                out.extend(value.as_bytes());
            }
            cells(rows.iter().copied(), u32::to_le_bytes, out);
        }
        Column::Number { scale, rows } => match width(rows) {
            Some(width) => {
                out.push(b'n');
                out.extend(scale.to_le_bytes());
                out.push(width);
                narrow(rows, usize::from(width), out);
            }
            None => {
                out.push(b'N');
                out.extend(scale.to_le_bytes());
                cells(rows.iter(), i128::to_le_bytes, out);
            }
        },
        Column::Float(rows) => {
            out.push(b'f');
            cells(rows.iter().copied(), f64::to_le_bytes, out);
        }
        Column::Date(rows) => {
            out.push(b'd');
            cells(rows.iter().copied(), day_bytes, out);
        }
        Column::Bool(rows) => {
            out.push(b'b');
            cells(rows.iter().copied(), |yes| [u8::from(yes)], out);
        }
    }
}

/// Takes a column of so many rows off the front. `None` if the bytes are not what [`pack`] made.
pub(super) fn unpack(from: &mut &[u8], rows: usize) -> Option<Column> {
    let [kind] = bytes(from)?;
    Some(match kind {
        b't' => {
            let count = read_number(from)?;
            let values = (0..count).map(|_| text(from)).collect::<Option<Vec<Arc<str>>>>()?;
            let known = |id: [u8; 4]| Some(u32::from_le_bytes(id)).filter(|id| (*id as usize) < count);
            Column::Text { values: Arc::new(values), rows: read_cells(from, rows, known)? }
        }
        b'n' => {
            let scale = u32::from_le_bytes(bytes(from)?);
            let [width] = bytes(from)?;
            Column::Number { scale, rows: read_narrow(from, rows, usize::from(width))? }
        }
        b'N' => {
            let scale = u32::from_le_bytes(bytes(from)?);
            Column::Number { scale, rows: read_cells(from, rows, |cell| Some(i128::from_le_bytes(cell)))? }
        }
        b'f' => Column::Float(read_cells(from, rows, |cell| Some(f64::from_le_bytes(cell)))?),
        b'd' => Column::Date(read_cells(from, rows, day)?),
        b'b' => Column::Bool(read_cells(from, rows, |[yes]| Some(yes != 0))?),
        _ => return None,
    })
}

/// Bytes that are enough for every number of a column and one more, the lowest, which stands for none.
fn width(rows: &Numbers) -> Option<u8> {
    let largest = match rows.small() {
        Some(rows) => {
            let most = |(low, high): (i64, i64), units: &i64| match *units {
                Numbers::MISSING => (low, high),
                units => (low.min(units), high.max(units)),
            };
            let (low, high) = rows.iter().fold((0, 0), most);
            u128::from(low.unsigned_abs().max(high.unsigned_abs()))
        }
        None => rows.iter().flatten().map(i128::unsigned_abs).max().unwrap_or(0),
    };
    WIDTHS.into_iter().find(|width| largest < lowest(usize::from(*width)).unsigned_abs())
}

/// Nearly all numbers are small, and half as many bytes are read twice as fast.
const WIDTHS: [u8; 4] = [1, 2, 4, 8];

/// The lowest number of so many bytes.
fn lowest(width: usize) -> i128 {
    -(1 << (8 * width - 1))
}

fn narrow(rows: &Numbers, width: usize, out: &mut Vec<u8>) {
    out.reserve(rows.len() * width);
    match (rows.small(), width) {
        (Some(rows), 1) => {
            out.extend(rows.iter().map(|cell| beside(*cell, i64::from(i8::MIN)).to_le_bytes()[0]))
        }
        (Some(rows), 2) => {
            let bytes = |cell: &i64| {
                let [low, high, ..] = beside(*cell, i64::from(i16::MIN)).to_le_bytes();
                [low, high]
            };
            out.extend(rows.iter().flat_map(bytes));
        }
        _ => {
            for cell in rows.iter() {
                out.extend_from_slice(&cell.unwrap_or(lowest(width)).to_le_bytes()[..width]);
            }
        }
    }
}

/// A cell of a column kept in 64 bits each, with another number in the place of none.
fn beside(cell: i64, none: i64) -> i64 {
    if cell == Numbers::MISSING { none } else { cell }
}

fn read_narrow(from: &mut &[u8], rows: usize, width: usize) -> Option<Numbers> {
    WIDTHS.into_iter().find(|known| usize::from(*known) == width)?;
    let (cells, rest) = from.split_at_checked(rows.checked_mul(width)?)?;
    *from = rest;
    let cell = |cell: &[u8]| {
        let sign = if cell.last().is_some_and(|high| *high >= 0x80) { 0xff } else { 0 };
        let mut bytes = [sign; 16];
        bytes[..width].copy_from_slice(cell);
        Some(i128::from_le_bytes(bytes)).filter(|units| *units != lowest(width))
    };
    Some(cells.chunks_exact(width).map(cell).collect())
}

fn cells<T, const N: usize>(
    rows: impl ExactSizeIterator<Item = Option<T>>,
    value: impl Fn(T) -> [u8; N],
    out: &mut Vec<u8>,
) {
    out.reserve(rows.len() * (N + 1));
    for cell in rows {
        out.push(u8::from(cell.is_some()));
        out.extend(cell.map_or([0; N], &value));
    }
}

fn read_cells<T, C: FromIterator<Option<T>>, const N: usize>(
    from: &mut &[u8],
    rows: usize,
    value: impl Fn([u8; N]) -> Option<T>,
) -> Option<C> {
    let (cells, rest) = from.split_at_checked(rows.checked_mul(N + 1)?)?;
    *from = rest;
    let cell = |cell: &[u8]| match cell.split_first()? {
        (0, _) => Some(None),
        (_, bytes) => value(bytes.try_into().ok()?).map(Some),
    };
    cells.chunks_exact(N + 1).map(cell).collect()
}

fn day_bytes(day: Date) -> [u8; 4] {
    let [low, high] = day.year().to_le_bytes();
    [low, high, day.month().to_le_bytes()[0], day.day().to_le_bytes()[0]]
}

fn day([low, high, month, day]: [u8; 4]) -> Option<Date> {
    Date::new(i16::from_le_bytes([low, high]), i8::from_le_bytes([month]), i8::from_le_bytes([day])).ok()
}

/// How many there are of something.
pub(super) fn number(count: usize, out: &mut Vec<u8>) {
    out.extend((count as u64).to_le_bytes());
}

/// What [`number`] wrote.
pub(super) fn read_number(from: &mut &[u8]) -> Option<usize> {
    usize::try_from(u64::from_le_bytes(bytes(from)?)).ok()
}

fn text(from: &mut &[u8]) -> Option<Arc<str>> {
    let length = read_number(from)?;
    let (text, rest) = from.split_at_checked(length)?;
    *from = rest;
    Some(std::str::from_utf8(text).ok()?.into())
}

fn bytes<const N: usize>(from: &mut &[u8]) -> Option<[u8; N]> {
    let (first, rest) = from.split_first_chunk::<N>()?;
    *from = rest;
    Some(*first)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns() -> Vec<Column> {
        let day = Date::new(2025, 12, 31).expect("a date");
        let texts = Arc::new(vec!["".into(), "赤".into(), "b,\n".into()]);
        vec![
            Column::Text { values: texts, rows: vec![Some(2), None, Some(0)] },
            Column::Number { scale: 2, rows: vec![Some(-1), None, Some(i128::from(i64::MIN))].into() },
            Column::Number { scale: 0, rows: vec![Some(i128::MAX), None, Some(-5)].into() },
            Column::Number { scale: 1, rows: vec![Some(127), None, Some(-127)].into() },
            Column::Number { scale: 1, rows: vec![Some(128), None, Some(-128)].into() },
            Column::Number { scale: 3, rows: vec![Some(-32_768), None, Some(0)].into() },
            Column::Number { scale: 0, rows: vec![Some(2_147_483_648), None, Some(1)].into() },
            Column::Number { scale: 0, rows: vec![Some(i128::MIN), Some(i128::from(i64::MAX)), None].into() },
            Column::Number { scale: 0, rows: vec![None, None, None].into() },
            Column::Float(vec![Some(-0.1), None, Some(f64::MAX)]),
            Column::Date(vec![Some(day), None, Some(Date::new(-1, 2, 3).expect("a date"))]),
            Column::Bool(vec![Some(true), None, Some(false)]),
        ]
    }

    #[test]
    fn every_kind_of_column_comes_back() {
        let mut out = Vec::new();
        columns().iter().for_each(|column| pack(column, &mut out));
        let mut rest = out.as_slice();
        for column in columns() {
            assert_eq!(unpack(&mut rest, 3), Some(column));
        }
        assert!(rest.is_empty());
    }

    #[test]
    fn damaged_bytes_are_no_column() {
        for column in columns() {
            let mut out = Vec::new();
            pack(&column, &mut out);
            for length in 0..out.len() {
                assert_eq!(unpack(&mut &out[..length], 3), None, "{column:?} cut to {length} bytes");
            }
        }
        // An id that no text has, a month that no year has, a kind that no column has.
        let beyond = [b"t".as_slice(), &[0; 8], &[1, 5, 0, 0, 0]].concat();
        assert_eq!(unpack(&mut beyond.as_slice(), 1), None);
        assert_eq!(unpack(&mut [b'd', 1, 1, 1, 13, 1].as_slice(), 1), None);
        assert_eq!(unpack(&mut [b'x'].as_slice(), 0), None);
        // Numbers of three bytes, and of none.
        for width in [3, 0] {
            assert_eq!(unpack(&mut [b'n', 0, 0, 0, 0, width, 1, 1, 1].as_slice(), 1), None);
        }
    }
}
