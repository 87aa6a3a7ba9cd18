//! Reports as strangers bring them: under other endings, in other currencies, downloaded twice, saved by a spreadsheet, with a
//! year or a digit mistyped. The figure is right, or a finding says what to do; never another figure without a word.

use crate::folder::Temp;
use std::process::Command;

/// What a command says of a workspace: data and findings.
pub(crate) fn said(temp: &Temp, arguments: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kpress"));
    let output = command.args(arguments).current_dir(temp.path()).output().expect("kpress starts");
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

/// A workspace of one source and a metric `m` over it, with these files.
pub(crate) fn workspace(source: &str, value: &str, files: &[(&str, &str)]) -> Temp {
    let temp = Temp::new("strange");
    let head = "site: {title: Shop, languages: [en], currency: JPY, timezone: Asia/Tokyo}\npacks: [amazon-jp]\nsources:\n";
    temp.write("kpress.yaml", format!("{head}  s: {{{source}}}\n"));
    temp.write("metrics/m.yaml", format!("metrics:\n  m: {{source: s, value: {value}, unit: count}}\n"));
    files.iter().for_each(|(path, text)| temp.write(path, text));
    temp
}

/// The figure of a month, as it is printed.
pub(crate) fn month(temp: &Temp, month: &str) -> String {
    let lines = said(temp, &["values", "--metric", "m", "--grain", "month", "--scope", "company"]);
    let line = lines.lines().find(|line| line.contains(&format!("\"period\":\"{month}\"")));
    let value = line.and_then(|line| line.split_once("\"value\":")).map(|(_, rest)| rest);
    value
        .and_then(|rest| rest.split_once(','))
        .map_or_else(|| format!("none: {lines}"), |(value, _)| value.to_owned())
}

const REPORT: &str = "preset: amazon/business-report-date, files: \"data/*.{csv,xlsx}\", store: jp1";

/// A business report in yen of these days of March 2027: (day, sales).
fn report(days: &[(u32, &str)]) -> String {
    let rows = days.iter().map(|(day, sales)| format!("2027/03/{day:02},\"{sales}\",5,5,100,50\r\n"));
    let header =
        "日付,注文商品の売上額,注文された商品点数,注文品目総数,ページビュー - 合計,セッション数 - 合計\r\n";
    header.to_owned() + &rows.collect::<String>()
}

#[test]
fn an_ending_counts_whatever_its_capitals_and_one_that_is_not_read_is_told() {
    let text = report(&[(1, "￥1,000")]);
    let temp = workspace(REPORT, "sum(ordered_sales)", &[("data/BR.CSV", &text)]);
    assert_eq!(month(&temp, "2027-03"), "1000");
    temp.write("data/BR-2.txt", report(&[(2, "￥2,000")]));
    temp.write("data/README.txt", "notes");
    temp.write("data/other/x.xls", "x");
    let checked = said(&temp, &["check"]);
    let told: Vec<&str> = checked.lines().filter(|line| line.contains("[file-not-read]")).collect();
    assert_eq!(
        told,
        [
            "warning[file-not-read]: no source reads `BR-2.txt` in `data/`",
            "warning[file-not-read]: no source reads `x.xls` in `data/other/`",
        ],
        "{checked}"
    );
}

#[test]
fn of_two_downloads_the_copy_is_the_later_one() {
    let (first, second) = (report(&[(1, "￥1,000"), (2, "￥500")]), report(&[(1, "￥1,200"), (2, "￥500")]));
    let temp = workspace(
        REPORT,
        "sum(ordered_sales)",
        &[("data/2027-03.csv", &first), ("data/2027-03 (1).csv", &second)],
    );
    assert_eq!(month(&temp, "2027-03"), "1700");
    let checked = said(&temp, &["check"]);
    assert!(checked.contains("2 of `data/2027-03.csv`"), "{checked}");
    temp.write("data/2027-03 (10).csv", report(&[(1, "￥1,500"), (2, "￥500")]));
    assert_eq!(month(&temp, "2027-03"), "2000");
}

const ORDERS: &str = "preset: amazon/orders, files: \"data/*.txt\", store: jp1";
const ORDER: &str = "amazon-order-id\tpurchase-date\tlast-updated-date\torder-status\tsku\tasin\tquantity\tcurrency\titem-price\n";

fn orders(currencies: &[&str]) -> String {
    let rows = currencies.iter().enumerate().map(|(at, currency)| {
        format!("503-{at}\t2027-03-01T01:00:00+00:00\t2027-03-01T02:00:00+00:00\tShipped\tA\tB0\t1\t{currency}\t100\n")
    });
    ORDER.to_owned() + &rows.collect::<String>()
}

#[test]
fn dollars_are_not_added_to_yen() {
    let temp = workspace(ORDERS, "sum(item_price)", &[("data/a.txt", &orders(&["USD", "", "usd"]))]);
    temp.write("stores.yaml", "stores:\n  jp1: {name: Shop, currency: JPY}\n");
    let checked = said(&temp, &["check"]);
    assert!(
        checked.contains(
            "error[marketplace-differs]: the amounts of this file are in USD, but `s` counts in JPY; the file is not used"
        ),
        "{checked}"
    );
    let mixed: Vec<&str> = (0..40).map(|at| if at == 7 { "USD" } else { "JPY" }).collect();
    temp.write("data/a.txt", orders(&mixed));
    let checked = said(&temp, &["check"]);
    assert!(checked.contains("row 8 is not used: it is of USD, and the source is not"), "{checked}");
    temp.write("data/a.txt", orders(&["JPY", "", "jpy"]));
    assert_eq!(month(&temp, "2027-03"), "300");
    assert!(!said(&temp, &["check"]).contains("USD"));
}

#[test]
fn reports_with_tabs_are_read_as_csv_and_in_quotes_too() {
    let plain = orders(&["JPY", "JPY", "JPY"]);
    let comma = plain.replace('\t', ",");
    let quoted: String = plain
        .lines()
        .map(|line| {
            line.split('\t').map(|cell| format!("\"{cell}\"")).collect::<Vec<_>>().join("\t") + "\r\n"
        })
        .collect();
    for text in [&plain, &comma, &quoted] {
        let temp = workspace(ORDERS, "sum(item_price)", &[("data/a.txt", text)]);
        assert_eq!(month(&temp, "2027-03"), "300", "{text}");
    }
}

#[test]
fn a_year_far_from_all_others_does_not_move_the_pages_there() {
    let days: Vec<(u32, &str)> = (1..=28).map(|day| (day, "￥1,000")).collect();
    let text = report(&days).replace("2027/03/10", "2062/03/10");
    let temp = workspace(REPORT, "sum(ordered_sales)", &[("data/a.csv", &text)]);
    let checked = said(&temp, &["check"]);
    assert!(
        checked
            .contains("row 10 is not used: its day, 2062-03-10, is years away from all others of the file"),
        "{checked}"
    );
    assert!(checked.contains("data/a.csv:11"), "{checked}");
    assert!(!said(&temp, &["values", "--metric", "m"]).contains("2062-03-10\""), "nothing is of 2062");
    assert_eq!(month(&temp, "2027-03"), "27000");
}

#[test]
fn a_day_of_many_digits_is_told_with_its_file() {
    let days: Vec<(u32, &str)> =
        (1..=28).map(|day| (day, if day == 9 { "￥1,000,000,000,000" } else { "￥1,000" })).collect();
    let temp = workspace(REPORT, "sum(ordered_sales)", &[("data/a.csv", &report(&days))]);
    let checked = said(&temp, &["check"]);
    let told = "warning[value-implausible]: `ordered_sales` of `s` comes to 1000000000000 on 2027-03-09, 1000000000 times its median day";
    assert!(checked.contains(told), "{checked}");
    let days: Vec<(u32, &str)> =
        (1..=28).map(|day| (day, if day == 9 { "￥9,000" } else { "￥1,000" })).collect();
    temp.write("data/a.csv", report(&days));
    assert!(!said(&temp, &["check"]).contains("value-implausible"), "a sale day is a sale day");
}

#[test]
fn lines_that_end_in_a_return_alone_are_lines() {
    let text = report(&[(1, "￥1,000"), (2, "￥2,000")]).replace("\r\n", "\r");
    let temp = workspace(REPORT, "sum(ordered_sales)", &[("data/a.csv", &text)]);
    assert_eq!(month(&temp, "2027-03"), "3000");
}

#[test]
fn a_header_without_rows_and_an_empty_file_are_told() {
    let temp = workspace(REPORT, "sum(ordered_sales)", &[("data/a.csv", &report(&[(1, "￥1,000")]))]);
    temp.write("data/b.csv", report(&[]));
    let checked = said(&temp, &["check"]);
    assert!(
        checked.contains("warning[row-count]: this file of `s` has 0 rows; it has only a header"),
        "{checked}"
    );
    temp.write("data/b.csv", "");
    assert!(said(&temp, &["check"]).contains("error[header-not-found]: the file is empty"));
}

#[test]
fn totals_are_told_however_they_are_spread() {
    for label in ["合　計", "汇总", "計", "合計："] {
        let text =
            report(&[(1, "￥1,000"), (2, "￥2,000")]) + &format!("{label},\"￥3,000\",10,10,200,100\r\n");
        let temp = workspace(REPORT, "sum(ordered_sales)", &[("data/a.csv", &text)]);
        assert_eq!(month(&temp, "2027-03"), "3000", "{label}");
    }
}

#[test]
fn kinds_are_known_however_they_are_spaced() {
    const SOURCE: &str = "preset: amazon/transactions-jp, files: \"data/*.csv\", store: jp1";
    let header = "日付/時間,決済番号,トランザクションの種類,その他,合計\r\n";
    for kind in ["FBA 在庫関連の手数料", "FBA\u{a0}在庫関連の手数料", "ＦＢＡ在庫関連の手数料"]
    {
        let rows = format!(
            "2027/03/02 10:00:00 JST,1,{kind},-500,-500\r\n2027/03/03 10:00:00 JST,1,振込み\u{a0},-900,-900\r\n"
        );
        let text = header.to_owned() + &rows;
        let value = "\"sum(case when type = 'FBA 在庫関連の手数料' then other else 0 end)\"";
        let temp = workspace(SOURCE, value, &[("data/a.csv", &text)]);
        assert_eq!(month(&temp, "2027-03"), "-500", "{kind}");
        let temp = workspace(SOURCE, "sum(total)", &[("data/a.csv", &text)]);
        assert_eq!(
            month(&temp, "2027-03"),
            "-500",
            "a transfer is no profit, whatever stands behind its name"
        );
    }
}

#[test]
fn a_report_of_another_marketplace_is_not_counted() {
    let text = orders(&["", "", ""])
        .replace("\tsku\t", "\tsales-channel\tsku\t")
        .replace("\tA\t", "\tAmazon.com\tA\t");
    let temp = workspace(ORDERS, "sum(quantity)", &[("data/a.txt", &text)]);
    temp.write("stores.yaml", "stores:\n  jp1: {name: Shop, marketplace: A1VC38T7YXB528}\n");
    let checked = said(&temp, &["check"]);
    assert!(
        checked.contains("the rows of this file are of Amazon.com, but its store is on amazon.co.jp"),
        "{checked}"
    );
    temp.write("data/a.txt", text.replace("Amazon.com", "Amazon.co.jp"));
    assert_eq!(month(&temp, "2027-03"), "3");
}

#[test]
fn a_shop_without_business_buyers_builds() {
    let temp = Temp::new("strange-b2b");
    let init = said(&temp, &["init", "--pack", "amazon-jp", "shop"]);
    assert!(init.contains("next: kpress build shop"), "{init}");
    std::fs::remove_dir_all(temp.path().join("shop/data")).expect("the samples");
    let columns = "日付,注文商品の売上額,注文された商品点数,注文品目総数,ページビュー - 合計,セッション数 - 合計,おすすめ出品（おすすめ商品）の獲得率,ユニットセッション率\r\n";
    let row = |day: u32| format!("2027/03/{day:02},\"￥1,000\",5,5,100,50,97.00%,10.00%\r\n");
    let text: String = columns.to_owned() + &(1..=28).map(row).collect::<String>();
    temp.write("shop/data/sales_traffic/jp1/a.csv", text);
    let built = said(&temp, &["build", "shop"]);
    assert!(built.ends_with("→ shop/public/\n"), "{built}");
    let page = temp.read("shop/public/en/dashboards/sales/index.html");
    assert!(page.contains("28,000"), "the sum of 28 days of 1,000");
}
