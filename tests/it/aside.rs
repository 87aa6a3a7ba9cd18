//! Rows that cannot be used are set aside, with file, line and reason; what is too much refuses the file.

use crate::folder::Temp;
use std::process::Command;

/// What `check` says by these rules of one source over one file.
fn found(source: &str, file: &str, rules: &[&str]) -> Vec<String> {
    let temp = Temp::new("aside");
    let head = "site: {title: Shop, languages: [en], currency: JPY, as_of: 2026-06-30}\nsources:\n";
    temp.write("kpress.yaml", &format!("{head}  s: {{files: \"data/*.csv\", date: date, {source}}}\n"));
    temp.write(
        "metrics/m.yaml",
        "metrics:\n  sales: {source: s, value: sum(sales), unit: count, owner: me}\n",
    );
    temp.write("data/a.csv", file);
    let mut command = Command::new(env!("CARGO_BIN_EXE_kpress"));
    let output = command.arg("check").current_dir(temp.path()).output().expect("kpress starts");
    let said =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    let lines: Vec<&str> = said.lines().collect();
    let is_one = |line: &str| rules.iter().any(|rule| line.contains(&format!("[{rule}]")));
    let told = lines.windows(2).filter(|pair| is_one(pair[0]));
    told.map(|pair| format!("{}{}", pair[0], pair[1].trim().trim_start_matches("-->"))).collect()
}

const COLUMNS: &str =
    "columns: {date: {kind: date, required: true}, sku: {kind: ident}, sales: {kind: number}}";

#[test]
fn a_row_that_cannot_be_used_is_named_by_line_and_reason() {
    let rows = "date,sku,sales\n2026-06-01,A,1\nsoon,B,2\n2026-06-02,C,3\n2026-06-03,D,4\n";
    let source = format!("{COLUMNS}, quarantine: {{share: 30%}}");
    assert_eq!(
        found(&source, rows, &["row-set-aside", "quarantine-limit"]),
        ["warning[row-set-aside]: row 2 is not used: `date` cannot be read data/a.csv:3"]
    );
    let bounds = format!(
        "{COLUMNS}, invariants: [{{column: sales, least: 0, most: 100}}], quarantine: {{share: 50%}}"
    );
    let rows = "date,sku,sales\n2026-06-01,A,1\n2026-06-01,B,-2\n2026-06-01,C,101\n2026-06-02,D,100\n";
    let told = found(&bounds, rows, &["row-set-aside", "quarantine-limit"]);
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(told[0].contains("row 2") && told[0].ends_with("data/a.csv:3"), "{told:?}");
    assert!(told[1].contains("row 3") && told[1].ends_with("data/a.csv:4"), "{told:?}");
}

#[test]
fn a_file_of_too_many_such_rows_is_refused() {
    let rows = "date,sku,sales\nsoon,A,1\nlater,B,2\n2026-06-02,C,3\n";
    let told = found(COLUMNS, rows, &["quarantine-limit"]);
    assert_eq!(told, ["error[quarantine-limit]: 2 of 3 rows cannot be used: the file is refused data/a.csv"]);
}

#[test]
fn a_file_that_was_cut_is_told_from_one_without_a_last_line_end() {
    let cut = found(COLUMNS, "date,sku,sales\n2026-06-01,A,1\n2026-06-02,B", &["file-cut"]);
    assert_eq!(cut.len(), 1, "{cut:?}");
    assert!(cut[0].starts_with("error[file-cut]") && cut[0].ends_with("data/a.csv:3"), "{cut:?}");
    let whole = found(COLUMNS, "date,sku,sales\n2026-06-01,A,1\n2026-06-02,B,2", &["file-cut"]);
    assert!(whole.len() == 1 && whole[0].starts_with("note[file-cut]"), "{whole:?}");
    assert_eq!(found(COLUMNS, "date,sku,sales\n2026-06-01,A,1\n", &["file-cut"]), Vec::<String>::new());
}

#[test]
fn rows_that_stand_there_again_are_told_and_count_as_declared() {
    let rows = "date,sku,sales\n2026-06-01,A,1\n2026-06-01,A,1\n2026-06-02,B,2\n";
    let told = found(COLUMNS, rows, &["equal-rows"]);
    assert!(told.len() == 1 && told[0].contains("1 rows are equal in every cell"), "{told:?}");
    let told = found(&format!("{COLUMNS}, once: true"), rows, &["equal-rows"]);
    assert!(told.len() == 1 && told[0].contains("each counts once"), "{told:?}");
}

#[test]
fn rows_of_totals_are_left_out() {
    let rows = "date,sku,sales\n2026-06-01,A,1\n2026-06-02,B,2\n合計,,3\n";
    let told = found(COLUMNS, rows, &["totals-left-out", "row-set-aside"]);
    assert_eq!(
        told,
        ["note[totals-left-out]: 1 rows of totals are no rows of data and were left out data/a.csv:4"]
    );
}
