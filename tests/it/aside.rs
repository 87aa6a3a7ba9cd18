//! Rows that cannot be used are set aside, with file, line and reason; what is too much refuses the file.

use crate::folder::Temp;
use std::process::Command;

/// What `check` says by these rules of one source over one file.
fn found(source: &str, file: &str, rules: &[&str]) -> Vec<String> {
    let temp = Temp::new("aside");
    let head = "site: {title: Shop, languages: [en], currency: JPY, as_of: 2026-06-30}\nsources:\n";
    temp.write("kpress.yaml", format!("{head}  s: {{files: \"data/*.csv\", date: date, {source}}}\n"));
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
    // Most programs write the last row whole and no line end; a cell shorter than all above is worth a look.
    let whole = found(COLUMNS, "date,sku,sales\n2026-06-01,A,1\n2026-06-02,B,2", &["file-cut"]);
    assert_eq!(whole, Vec::<String>::new());
    let short = found(COLUMNS, "date,sku,sales\n2026-06-01,A,1980\n2026-06-02,B,19", &["file-cut"]);
    assert!(short.len() == 1 && short[0].starts_with("note[file-cut]"), "{short:?}");
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

/// A shop with rows that cannot be used: a bad day, a sum that does not hold, two that contradict each other, a row with a cell too
/// many; with data of buyers that a formula is allowed to read.
fn shop() -> Temp {
    let temp = Temp::new("aside-page");
    temp.write(
        "kpress.yaml",
        "site: {title: Shop, languages: [zh, ja, en], currency: JPY, as_of: 2026-06-30}
sources:
  orders:
    files: \"data/*.csv\"
    date: date
    keep: [buyer_email]
    quarantine: {share: 60%}
    unique: [date, sku]
    invariants: [{sum: [goods, tax], is: total}]
    columns:
      date: {kind: date, required: true}
      sku: {kind: ident}
      goods: {kind: number}
      tax: {kind: number}
      total: {kind: number}
      buyer_email: {aliases: [buyer-email], kind: text}
audiences:
  boss: {sees: all, name: Boss}
  staff: {sees: {metrics: {tags: [open]}}, name: Staff}
",
    );
    temp.write(
        "metrics/m.yaml",
        "metrics:
  sales: {source: orders, value: sum(total), unit: JPY, better: higher, owner: me, tags: [open]}
  buyers: {source: orders, value: count(distinct buyer_email), unit: count, better: higher, owner: me}
",
    );
    temp.write("people.yaml", "people: {me: {name: Me, role: lead}}\n");
    temp.write(
        "data/june.csv",
        "date,sku,goods,tax,total,buyer-email
2026-06-01,A,100,10,110,anna@example.com
soon,B,100,10,110,bert@example.com
2026-06-02,=C,100,10,120,carl@example.com
2026-06-03,D,100,10,110,dora@example.com
2026-06-03,D,200,20,220,emil@example.com
2026-06-04,E,E,100,10,110,fritz@example.com
2026-06-05,F,100,10,110,gina@example.com
2026-06-06,G,100,10,110,hans@example.com
2026-06-07,H,100,10,110,ida@example.com
",
    );
    temp.write("data/may.csv", "date,sku,goods,tax,total,buyer-email\nlate,A,1,0,1,x@example.com\nlater,B,1,0,1,y@example.com\n2026-05-02,C,1,0,1,z@example.com\n");
    temp
}

fn kpress(temp: &Temp, arguments: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kpress"));
    let output = command.args(arguments).current_dir(temp.path()).output().expect("kpress starts");
    String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned()
}

#[test]
fn a_page_and_a_table_list_what_is_not_used_and_why() {
    let temp = shop();
    let said = kpress(&temp, &["build", "--audience", "boss", "--keep-going"]);
    let root = "public/boss";
    let source = temp.read(&format!("{root}/en/data/orders/index.html"));
    assert!(source.contains("data/orders/set-aside/index.html"), "{said}\n{source}");
    let sheet = temp.read(&format!("{root}/en/data/orders/set-aside/rows.csv"));
    let lines: Vec<&str> = sheet.lines().collect();
    assert_eq!(
        lines,
        [
            "file,table,line,row,rule,about,store,day,date,sku,goods,tax,total,buyer-email",
            "data/june.csv,rows,3,2,unreadable,date,,,soon,B,100,10,110,•••",
            "data/june.csv,rows,4,3,invariant,goods + tax = total,,2026-06-02,2026-06-02,\"'=C\",100,10,120,•••",
            "data/june.csv,rows,5,4,conflict,\"date, sku\",,2026-06-03,2026-06-03,D,100,10,110,•••",
            "data/june.csv,rows,6,5,conflict,\"date, sku\",,2026-06-03,2026-06-03,D,200,20,220,•••",
            "data/june.csv,rows,7,6,cells,7 / 6,,,•••,•••,•••,•••,•••,•••",
            "data/may.csv,rows,2,1,unreadable,date,,,late,A,1,0,1,•••",
            "data/may.csv,rows,3,2,unreadable,date,,,later,B,1,0,1,•••",
        ]
    );
    for (language, words) in [
        ("en", ["this does not hold: goods + tax = total", "do not count: too many rows", "Rule broken"]),
        ("ja", ["成り立たない：goods + tax = total", "ファイルごと除外", "反するルール"]),
        ("zh", ["不成立：goods + tax = total", "整个文件被拒绝", "违反的规则"]),
    ] {
        let page = temp.read(&format!("{root}/{language}/data/orders/set-aside/index.html"));
        for word in words.into_iter().chain(["data/june.csv:4", "rows.csv"]) {
            assert!(page.contains(word), "{language}: {word}");
        }
        assert!(temp.read(&format!("{root}/{language}/data/orders/set-aside/rows.csv")) == sheet);
    }
    let all = crate::folder::tree(&temp.path().join(root));
    for (path, bytes) in &all {
        assert!(!String::from_utf8_lossy(bytes).contains("example.com"), "{path} names a buyer");
    }
}

#[test]
fn who_sees_a_part_sees_no_rows() {
    let temp = shop();
    kpress(&temp, &["build", "--audience", "staff", "--keep-going"]);
    let all = crate::folder::tree(&temp.path().join("public/staff"));
    assert!(all.keys().any(|path| path.ends_with("metrics/sales/index.html")), "{:?}", all.keys());
    assert!(!all.keys().any(|path| path.contains("set-aside") || path.ends_with("rows.csv")));
    for (path, bytes) in &all {
        let text = String::from_utf8_lossy(bytes);
        assert!(!text.contains("june.csv") && !text.contains("example.com"), "{path}");
    }
}

#[test]
fn a_source_without_such_rows_has_no_page_of_them() {
    let temp = shop();
    temp.write(
        "data/june.csv",
        "date,sku,goods,tax,total,buyer-email\n2026-06-01,A,100,10,110,a@example.com\n",
    );
    temp.write(
        "data/may.csv",
        "date,sku,goods,tax,total,buyer-email\n2026-05-01,A,100,10,110,a@example.com\n",
    );
    kpress(&temp, &["build", "--audience", "boss"]);
    let all = crate::folder::tree(&temp.path().join("public/boss"));
    assert!(all.contains_key("en/data/orders/index.html"), "{:?}", all.keys());
    assert!(!all.keys().any(|path| path.contains("set-aside")));
}
