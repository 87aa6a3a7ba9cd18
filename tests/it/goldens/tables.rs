//! Workbooks and Parquet files give what their CSV twin gives, and name what is wrong in them (`tests/data/tables`).

use super::*;

/// The columns of the advertising twins.
const ADS: &str = "date: day, header: 日付, open: false, columns: {day: {aliases: [日付], kind: date}, \
    shop: {aliases: [ストア], kind: text}, cost: {aliases: [広告費], kind: number}, \
    rate: {aliases: [クリック率], kind: percent, scale: sign}, sales: {aliases: [売上], kind: number}, \
    campaign: {aliases: [キャンペーンID], kind: ident}, title: {aliases: [商品名], kind: text}}";

fn table_file(name: &str) -> Vec<u8> {
    let path = format!("{}/tests/data/tables/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read(&path).unwrap_or_else(|why| panic!("{path}: {why}"))
}

fn take_file(source: &str, name: &str) -> Checked<Snapshot> {
    take_bytes(source, name, &table_file(name))
}

fn take_bytes(source: &str, name: &str, bytes: &[u8]) -> Checked<Snapshot> {
    read(&format!("files: \"data/*\", {source}"), &[(&format!("data/{name}"), bytes)])
}

/// Findings, each as `rule place: message`.
fn told(found: &[Finding]) -> Vec<String> {
    let line = |one: &Finding| format!("{} {}: {}", one.rule.name, one.place, one.message);
    found.iter().map(line).collect()
}

/// Every column with its cells.
fn all(frame: &Frame) -> Vec<String> {
    let column = |name: &std::sync::Arc<str>| {
        let cells: Vec<String> = (0..frame.rows).map(|row| cell(frame, name, row)).collect();
        format!("{name}: {}", cells.join("|"))
    };
    frame.columns.keys().map(column).collect()
}

#[test]
fn workbook_and_parquet_say_what_the_csv_says() {
    let [csv, book, parquet] = ["ads.csv", "ads.xlsx", "ads.parquet"].map(|name| take_file(ADS, name));
    assert_eq!(told(&csv.found), Vec::<String>::new());
    assert_eq!(told(&book.found), Vec::<String>::new());
    assert_eq!(told(&parquet.found), Vec::<String>::new());
    assert_eq!(book.value.files["s"][0].encoding, "xlsx, sheet `広告`");
    // Digits of full width are digits; the column of numbers of the Parquet file could not hold them.
    let expected = |written: &str| {
        [
            "campaign: 254927681919372|012345678901234|254927681919373|254927681919374|-",
            &format!("cost: 1200|0|980|{written}|77"),
            "date: 2026-02-28|2026-03-01|2026-03-01|2026-03-02|2026-03-03",
            "day: 2026-02-28|2026-03-01|2026-03-01|2026-03-02|2026-03-03",
            "rate: 0.0557|0.0000|0.0040|0.1200|1.0000",
            "sales: 12800.50|0.00|10000.00|-450.00|3300.25",
            "shop: jp1|jp2|jp1|jp1|jp2",
            "title: 緑茶 50g|=A1+B1|マグ <赤> & 白|フライパン|-",
        ]
        .map(ToOwned::to_owned)
    };
    for (checked, written) in [(csv, "123"), (book, "123"), (parquet, "-")] {
        assert_eq!(all(&only(checked.value).frame), expected(written));
    }
}

#[test]
fn a_sheet_is_chosen_by_name_hidden_or_not() {
    let day = |sheet: &str| {
        cell(&only(take_file(&format!("{ADS}, sheet: {sheet}"), "ads.xlsx").value).frame, "cost", 0)
    };
    assert_eq!((day("翌月"), day("下書き")), ("5".to_owned(), "999999".to_owned()));
    let wrong = take_file(&format!("{ADS}, sheet: 翌々月"), "ads.xlsx").found;
    assert_eq!(
        told(&wrong),
        ["file-unreadable data/ads.xlsx: the workbook cannot be read: it has no sheet `翌々月`"]
    );
    assert!(wrong[0].hint.as_ref().is_some_and(|hint| hint.contains("`翌月`")), "{:?}", wrong[0].hint);
}

#[test]
fn faults_of_spreadsheets_are_named_with_sheet_row_and_column() {
    let source = "date: date, columns: {date: {kind: date}, sku: {kind: ident}, units: {kind: number}, note: {kind: text}}";
    let checked = take_file(source, "faults.xlsx");
    let cells: Vec<String> = told(&checked.found).into_iter().filter(|line| line.contains("(row")).collect();
    assert_eq!(
        cells,
        [
            "date-unreadable data/faults.xlsx:7 (row 6, column `Stock & more!date`): `May 8th` is no date in the form of its column",
            "spreadsheet-damage data/faults.xlsx:5 (row 4, column `Stock & more!sku`): `1.2345678901234568E+18` was rounded by a spreadsheet; its digits are gone",
            "number-unreadable data/faults.xlsx:3 (row 2, column `Stock & more!units`): `#N/A` is no number",
            "number-unreadable data/faults.xlsx:4 (row 3, column `Stock & more!units`): `=VLOOKUP(B4,$F$1:$G$9,2,FALSE)` is no number",
            "number-unreadable data/faults.xlsx:8 (row 7, column `Stock & more!units`): `12a` is no number",
            "spreadsheet-damage data/faults.xlsx:6 (row 5, column `Stock & more!note`): `#REF!` is what a spreadsheet writes where a formula failed",
        ]
    );
    let stray = "column-unknown data/faults.xlsx:9: the column F of the sheet `Stock & more` has no label and is left out";
    assert!(told(&checked.found).iter().any(|line| line == stray));
    let frame = only(checked.value).frame;
    assert_eq!(sum(&frame, "units"), (2 + 5 + 6 + 9).to_string());
}

#[test]
fn days_since_1904_and_a_cell_far_away() {
    let frame = |name: &str| {
        let checked = take_file("date: date", name);
        assert!(checked.found.iter().all(|one| one.level == Level::Note), "{:?}", told(&checked.found));
        all(&only(checked.value).frame)
    };
    assert_eq!(frame("since-1904.xlsx"), ["date: 2026-05-01|2026-05-02", "n: 1|2"]);
    assert_eq!(frame("far.xlsx"), ["date: 2026-05-01", "n: 1"]);
}

#[test]
fn types_of_parquet() {
    let checked = take_file("date: at", "odd.parquet");
    assert_eq!(
        told(&checked.found),
        [
            "number-unreadable data/odd.parquet (row 2, column `cost`): `NaN` is no number",
            "number-unreadable data/odd.parquet (row 3, column `cost`): `inf` is no number",
            "number-unreadable data/odd.parquet (column `cost`): 2 of 3 cells of the column `cost` cannot be used",
            "date-unreadable data/odd.parquet: 1 rows have no date and belong to no day",
            "column-unknown data/odd.parquet (column `raw`): the column `raw` holds bytes, and is left out",
            "column-unknown data/odd.parquet (column `tags`): the column `tags` holds lists, and is left out",
            "column-unknown data/odd.parquet (column `took`): the column `took` holds times of day or spans of time, and is left out",
            "column-unknown data/odd.parquet (column `who`): the column `who` holds structures, and is left out",
        ]
    );
    assert_eq!(
        all(&only(checked.value).frame),
        [
            // 23:30 in London is the next day in Tokyo.
            "at: -|2026-05-01|2026-05-02",
            "cost: -|-|1.5",
            "date: -|2026-05-01|2026-05-02",
            "empty: -|-|-",
            "large: -|18446744073709551615|9223372036854775808",
            "local: -|2026-05-02|2026-05-01",
            "ok: -|false|true",
            "short: -|2.5|0.1",
            "small: -|127|-128",
        ]
    );
}

#[test]
fn h36_archives_that_unpack_without_end() {
    for name in ["bomb.xlsx", "bomb-untrue.xlsx"] {
        let found = take_file("date: date", name).found;
        assert!(
            told(&found)[0].starts_with(&format!("data-limit data/{name}: a workbook of ")),
            "{:?}",
            told(&found)
        );
        assert_eq!(kpress::diag::exit_code(&found), 13);
    }
    let found = take_file("date: date", "bomb.parquet").found;
    assert!(
        told(&found)[0].starts_with("data-limit data/bomb.parquet: 150000000 rows"),
        "{:?}",
        told(&found)
    );
}

#[test]
fn files_that_are_something_else() {
    let of = |name: &str, bytes: &[u8]| told(&take_bytes("date: date", name, bytes).found).remove(0);
    assert_eq!(
        of("archive.xlsx", &table_file("archive.xlsx")),
        "file-unreadable data/archive.xlsx: the workbook cannot be read: the file is a zip archive of other files"
    );
    assert_eq!(
        of("old.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 and so on"),
        "file-unreadable data/old.xls: the file is an old workbook (xls), or one locked by a password"
    );
    assert_eq!(
        of("report.csv", b"\n<!DOCTYPE html><html><title>Sign in</title>"),
        "file-unreadable data/report.csv: the file is a web page, perhaps that of a login"
    );
}

/// A file with one byte changed, or cut short, gives findings or figures, and never ends the program. In a Parquet file
/// the bytes of the footer are changed: what stands in its pages is unpacked by polars, which trusts it.
#[test]
fn damaged_workbooks_and_parquet_files_are_survived() {
    for name in ["faults.xlsx", "odd.parquet"] {
        let whole = table_file(name);
        let footer = whole.len() - 8;
        let length = u32::from_le_bytes(whole[footer..footer + 4].try_into().expect("four bytes"));
        let first = if name.ends_with("parquet") { footer - length as usize } else { 0 };
        for at in (first..whole.len()).step_by(11) {
            let mut bytes = whole.clone();
            bytes[at] ^= 0x55;
            let checked = take_bytes("date: date", name, &bytes);
            assert!(!checked.found.is_empty(), "{name} at {at}: nothing is said");
        }
        for end in (0..whole.len()).step_by(97) {
            assert!(!take_bytes("date: date", name, &whole[..end]).found.is_empty(), "{name} cut at {end}");
        }
    }
}
