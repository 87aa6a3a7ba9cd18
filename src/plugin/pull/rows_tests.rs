//! Rows over the boundary: every form of a cell, and every lie with its message.

use super::*;
use crate::measure::plugged::port::Field;

fn field(name: &str, ty: ColumnType, nullable: bool) -> Field {
    Field { name: name.into(), ty, nullable }
}

fn table(fields: Vec<Field>, key: &[&str]) -> TableInfo {
    let primary_key = key.iter().map(|name| (*name).to_owned()).collect();
    TableInfo { name: "rates".to_owned(), fields, primary_key }
}

fn column(name: &str, ty: ColumnType, values: &[u8]) -> Column {
    let (name, values) = (name.to_owned(), values.to_vec());
    Column { name, ty, values, offsets: Vec::new(), dict: None, validity: Vec::new() }
}

fn words(texts: &[u32]) -> Vec<u8> {
    texts.iter().flat_map(|number| number.to_le_bytes()).collect()
}

fn lines(rows: u32, columns: Vec<Column>, fields: Vec<Field>) -> Result<String, String> {
    let info = table(fields, &[]);
    let batch = Batch { table: "rates".to_owned(), rows, columns };
    let read = read(&[batch], std::slice::from_ref(&info))?;
    Ok(read["rates"].iter().map(|row| line(row, &info)).collect())
}

#[test]
fn every_form_of_a_cell_is_written_as_it_is_read_again() {
    let eight = |number: i64| number.to_le_bytes().to_vec();
    let cases: Vec<(ColumnType, Vec<u8>, &str)> = vec![
        (ColumnType::Decimal64(2), eight(-1_205), "-12.05"),
        (ColumnType::Decimal64(0), eight(7), "7"),
        (ColumnType::Decimal64(3), eight(5), "0.005"),
        (ColumnType::Int64, eight(i64::MIN), "-9223372036854775808"),
        (ColumnType::Float64, 0.1_f64.to_le_bytes().to_vec(), "0.1"),
        (ColumnType::Float64, (-0.0_f64).to_le_bytes().to_vec(), "0.0"),
        (ColumnType::Float64, f64::NAN.to_le_bytes().to_vec(), "null"),
        (ColumnType::Float64, f64::INFINITY.to_le_bytes().to_vec(), "null"),
        (ColumnType::Boolean, vec![1], "true"),
        (ColumnType::Date32, 20_468_i32.to_le_bytes().to_vec(), "\"2026-01-15\""),
        (ColumnType::TimestampMs, eight(1_768_438_923_000), "\"2026-01-15T01:02:03Z\""),
    ];
    for (ty, values, expected) in cases {
        let told = lines(1, vec![column("x", ty, &values)], vec![field("x", ty, true)]);
        assert_eq!(told, Ok(format!("{{\"x\":{expected}}}\n")), "{ty:?}");
    }
    let mut text = column("x", ColumnType::Utf8, "日本a".as_bytes());
    text.offsets = words(&[0, 6, 6, 7]);
    text.validity = vec![0b101];
    let told = lines(3, vec![text], vec![field("x", ColumnType::Utf8, true)]);
    assert_eq!(told.as_deref(), Ok("{\"x\":\"日本\"}\n{\"x\":null}\n{\"x\":\"a\"}\n"));
    let mut coded = column("x", ColumnType::DictUtf8, &words(&[1, 0]));
    coded.dict = Some((words(&[0, 1, 3]), b"abc".to_vec()));
    let told = lines(2, vec![coded], vec![field("x", ColumnType::DictUtf8, false)]);
    assert_eq!(told.as_deref(), Ok("{\"x\":\"bc\"}\n{\"x\":\"a\"}\n"));
}

#[test]
fn lies_are_named_with_column_and_row() {
    let one = |column: Column, nullable| {
        let ty = column.ty;
        lines(2, vec![column], vec![field("x", ty, nullable)]).expect_err("a lie")
    };
    let text = |offsets: &[u32], bytes: &[u8]| Column {
        offsets: words(offsets),
        ..column("x", ColumnType::Utf8, bytes)
    };
    let valid = |bits: &[u8]| Column { validity: bits.to_vec(), ..column("x", ColumnType::Int64, &[0; 16]) };
    let cases = [
        (one(column("x", ColumnType::Int64, &[0; 9]), true), "9 bytes of cells where 16 are due"),
        (one(valid(&[0; 2]), true), "2 bytes of validity where 1 are due"),
        (one(valid(&[0b111]), true), "validity of rows that are not there"),
        (one(valid(&[0b01]), false), "row 2: a cell is missing and may not be"),
        (one(text(&[0, 1], b"a"), true), "8 bytes of offsets where 12 are due"),
        (one(text(&[1, 1, 1], b"a"), true), "offsets do not span the texts"),
        (one(text(&[0, 5, 1], b"a"), true), "text 1: offsets go back or too far"),
        (one(text(&[0, 1, 3], "日".as_bytes()), true), "text 1: it is no UTF-8"),
        (one(column("x", ColumnType::Decimal64(255), &[0; 16]), true), "row 1: 255 decimals"),
        (one(column("x", ColumnType::DictUtf8, &words(&[0, 9])), true), "it has no dictionary"),
        (
            one(column("x", ColumnType::Date32, &i32::MAX.to_le_bytes().repeat(2)), true),
            "row 1: 2147483647 is no day of a calendar",
        ),
    ];
    for (told, expected) in cases {
        assert_eq!(told, format!("table `rates`, column `x`: {expected}"));
    }
    let fields = || vec![field("x", ColumnType::Int64, true)];
    assert_eq!(
        lines(0, vec![column("y", ColumnType::Int64, &[])], fields()),
        Err("table `rates`, column `x` is not there".to_owned())
    );
    assert_eq!(
        lines(0, Vec::new(), fields()),
        Err("table `rates`, 0 columns where 1 are described".to_owned())
    );
    assert_eq!(
        lines(200_000, vec![column("x", ColumnType::Int64, &[])], fields()),
        Err("200000 rows, more than 100000".to_owned())
    );
    let other = Batch { table: "../x".to_owned(), rows: 0, columns: Vec::new() };
    assert_eq!(read(&[other], &[]), Err("it describes no table `../x`".to_owned()));
}

#[test]
fn rows_of_one_key_count_once_the_last_of_them() {
    let info =
        table(vec![field("day", ColumnType::Utf8, false), field("n", ColumnType::Int64, false)], &["day"]);
    let row = |day: &str, n: i64| vec![Value::from(day), Value::from(n)];
    let rows = vec![row("2026-01-02", 1), row("2026-01-01", 2), row("2026-01-02", 3)];
    let (kept, dropped) = sorted(rows, &info);
    assert_eq!((kept, dropped), (vec![row("2026-01-01", 2), row("2026-01-02", 3)], 1));
    let text: String = [row("a", -5), row("b", 10)].iter().map(|row| line(row, &info)).collect();
    assert_eq!(of_lines(&text, &info), Ok(vec![row("a", -5), row("b", 10)]));
    assert_eq!(of_lines("{}\nx", &info), Err(2));
}
