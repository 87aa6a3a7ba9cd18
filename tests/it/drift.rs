//! Reports in another language than the formulas', of another kind than their folder, with days the other way round, cut by
//! warehouse, or with columns that came, went and moved: the figure is right, or a finding says what to do.

use crate::folder::Temp;
use crate::strange::{month, said, workspace};

const LEDGER: &str = "preset: amazon/ledger-summary, files: \"data/*.txt\", store: jp1";
const BALANCE: &str = "{value: sum(ending_balance), where: \"disposition = 'SELLABLE'\", over_time: last}";

/// A workspace over the ledger, with a metric `m` of these lines.
fn ledger(metric: &str, rows: &str) -> Temp {
    let temp = workspace(LEDGER, "count(*)", &[("data/a.txt", rows)]);
    let lines = metric.trim_start_matches('{').trim_end_matches('}');
    temp.write("metrics/m.yaml", format!("metrics:\n  m: {{source: s, {lines}, unit: count}}\n"));
    temp
}

/// A ledger of these rows: day, product, disposition, place, opening and closing balance.
fn rows(all: &[(&str, &str, &str, &str, i32, i32)]) -> String {
    let header = "Date\tFNSKU\tASIN\tMSKU\tTitle\tDisposition\tStarting Warehouse Balance\tEnding Warehouse Balance\tLocation\n";
    let row = |(day, sku, state, place, from, to): &(&str, &str, &str, &str, i32, i32)| {
        format!("{day}\tX{sku}\tB0{sku}\t{sku}\tT\t{state}\t{from}\t{to}\t{place}\n")
    };
    header.to_owned() + &all.iter().map(row).collect::<String>()
}

#[test]
fn dispositions_are_read_in_the_language_of_the_account() {
    for state in ["SELLABLE", "Sellable", "販売可能", "可售"] {
        let text = rows(&[("03/30/2027", "A", state, "JP", 5, 5), ("03/31/2027", "A", state, "JP", 5, 4)]);
        let temp = ledger(BALANCE, &text);
        assert_eq!(month(&temp, "2027-03"), "4", "{state}");
        assert!(!said(&temp, &["check"]).contains("value-unknown"), "{state}");
    }
}

#[test]
fn a_disposition_nobody_knows_is_told_and_can_be_named() {
    let text = rows(&[
        ("03/30/2027", "A", "SELLABLE", "JP", 5, 5),
        ("03/31/2027", "A", "販売OK", "JP", 5, 4),
        ("03/31/2027", "B", "販売OK", "JP", 1, 1),
    ]);
    let temp = ledger(BALANCE, &text);
    let checked = said(&temp, &["check"]);
    assert!(
        checked.contains(
            "warning[value-unknown]: `販売OK` is an unknown value of `disposition` of `s`, in 2 rows: no figure of one of its values counts them"
        ),
        "{checked}"
    );
    assert!(checked.contains("data/a.txt:3"), "{checked}");
    assert!(checked.contains("columns: {disposition: {words: {SELLABLE: [\"販売OK\"]}}}"), "{checked}");
    let head = temp.read("kpress.yaml");
    let named =
        head.replace("store: jp1}", "store: jp1, columns: {disposition: {words: {SELLABLE: [販売OK]}}}}");
    temp.write("kpress.yaml", named);
    assert_eq!(month(&temp, "2027-03"), "5");
    assert!(!said(&temp, &["check"]).contains("value-unknown"));
}

#[test]
fn stock_that_is_gone_from_the_ledger_is_told() {
    let all = [
        ("03/30/2027", "A", "SELLABLE", "JP", 5, 5),
        ("03/30/2027", "B", "SELLABLE", "JP", 9, 7),
        ("03/30/2027", "C", "SELLABLE", "JP", 1, 0),
        ("03/31/2027", "A", "SELLABLE", "JP", 5, 4),
    ];
    let checked = said(&ledger(BALANCE, &rows(&all)), &["check"]);
    let told = "warning[balance-vanished]: `ending_balance` of `s` ends without reaching zero: XB B SELLABLE JP closed 2027-03-30 with 7 and has no row on 2027-03-31";
    // C was sold out: nothing is missing of it.
    assert!(checked.contains(told) && !checked.contains("XC"), "{checked}");
    let whole = [&all[..], &[("03/31/2027", "B", "SELLABLE", "JP", 7, 7)]].concat();
    assert!(!said(&ledger(BALANCE, &rows(&whole)), &["check"]).contains("balance-vanished"));
}

#[test]
fn one_empty_warehouse_is_no_stock_out() {
    const RATE: &str = "{value: \"sum(case when sku_balance = 0 then 1 else 0 end) / count(sku_balance)\", where: \"disposition = 'SELLABLE'\"}";
    let text = rows(&[
        ("03/31/2027", "A", "SELLABLE", "NRT1", 0, 0),
        ("03/31/2027", "A", "SELLABLE", "KIX2", 9, 9),
        ("03/31/2027", "B", "SELLABLE", "NRT1", 0, 0),
        ("03/31/2027", "B", "SELLABLE", "KIX2", 1, 0),
        ("03/31/2027", "B", "DEFECTIVE", "KIX2", 3, 3),
    ]);
    // Of two products one had nothing to sell.
    assert_eq!(month(&ledger(RATE, &text), "2027-03"), "0.5");
}

#[test]
fn days_the_other_way_round_are_told_and_days_with_the_year_in_front_are_read() {
    let at = |days: &[&str]| {
        let all: Vec<_> = days.iter().map(|day| (*day, "A", "SELLABLE", "JP", 5, 5)).collect();
        rows(&all)
    };
    // The first three days of March, day first: as the preset reads them, one in January, February and March each.
    let temp = ledger(BALANCE, &at(&["01/03/2027", "02/03/2027", "03/03/2027"]));
    let checked = said(&temp, &["check"]);
    assert!(
        checked.contains("error[date-order-undeclared]: the days of the column `Date` would be 2027-01-03 to 2027-03-03, 3 days in all; day first they are 2027-03-01 to 2027-03-03"),
        "{checked}"
    );
    let head = temp.read("kpress.yaml");
    temp.write(
        "kpress.yaml",
        head.replace("store: jp1}", "store: jp1, columns: {date: {form: \"%d/%m/%Y\"}}}"),
    );
    assert_eq!(month(&temp, "2027-03"), "5");
    assert!(!said(&temp, &["check"]).contains("date-order"), "it is declared");
    // A file of each day cannot tell; together they can.
    let temp = ledger(BALANCE, &at(&["01/03/2027"]));
    temp.write("data/b.txt", at(&["02/03/2027"]));
    assert!(
        said(&temp, &["check"]).contains("the days of the files of `s` fall on the same day of 2 months")
    );
    let temp = ledger(BALANCE, &at(&["03/01/2027", "03/02/2027"]));
    assert!(!said(&temp, &["check"]).contains("date-order"));
    for form in ["2027-03-01", "2027/3/1", "2027年3月1日"] {
        assert_eq!(month(&ledger(BALANCE, &at(&[form])), "2027-03"), "5", "{form}");
    }
}

const ADS: &str = "preset: amazon/ads-sp-console, files: \"data/*.{csv,xlsx}\", store: jp1";

#[test]
fn search_terms_do_not_take_the_place_of_the_report_of_their_days() {
    let products = "日付,宣伝SKU,インプレッション,クリック,広告費\n2027/03/01,A,1000,10,500\n";
    let terms =
        "日付,カスタマーの検索キーワード,インプレッション,クリック,広告費\n2027/03/01,bottle,40,10,500\n";
    let temp = workspace(ADS, "sum(impressions)", &[("data/a.csv", products), ("data/b.csv", terms)]);
    let checked = said(&temp, &["check"]);
    assert!(
        checked.contains("error[another-report]: this file is another report: it has the column `カスタマーの検索キーワード` (`search_term`)"),
        "{checked}"
    );
    assert!(checked.contains("data/b.csv"), "{checked}");
    std::fs::remove_file(temp.path().join("data/b.csv")).expect("the other report");
    assert_eq!(month(&temp, "2027-03"), "1000");
    // A source of its own takes it.
    temp.write("data/a.csv", terms);
    temp.write("kpress.yaml", temp.read("kpress.yaml").replace("store: jp1}", "store: jp1, refuse: []}"));
    assert_eq!(month(&temp, "2027-03"), "40");
}

#[test]
fn money_that_moved_to_the_bank_is_no_sale() {
    const SOURCE: &str = "preset: amazon/transactions-jp, files: \"data/*.csv\", store: jp1";
    for kind in ["振込み", "振込", "送金", "Transfer", "振り込み"] {
        let text = format!(
            "日付/時間,決済番号,トランザクションの種類,その他,合計\r\n2027/03/02 10:00:00 JST,1,注文,0,2500\r\n2027/03/03 10:00:00 JST,1,{kind},-2000,-2000\r\n"
        );
        let temp = workspace(SOURCE, "sum(total)", &[("data/a.csv", &text)]);
        assert_eq!(month(&temp, "2027-03"), "2500", "{kind}");
    }
}

#[test]
fn columns_of_checks_are_columns_of_their_reports() {
    const SOURCE: &str = "preset: amazon/transactions-jp, files: \"data/*.csv\", store: jp1";
    let temp = workspace(SOURCE, "sum(other)", &[]);
    let head = temp.read("kpress.yaml");
    temp.write("kpress.yaml", head + "reconcile:\n  - {id: c, left: m, categories: [type, descripton]}\n");
    let checked = said(&temp, &["check"]);
    assert!(
        checked.contains(
            "error[unknown-column]: `s` has no column `descripton`, by which `c` tells kinds apart"
        ),
        "{checked}"
    );
    assert!(checked.contains("did you mean `description`?"), "{checked}");
}

#[test]
fn a_dash_in_place_of_a_product_is_none() {
    let source = "preset: lingxing/ads, files: \"data/*.csv\", store: jp1";
    let text = "日期,MSKU,曝光量,点击,花费-本币\n2027-03-01,--,10,1,50\n2027-03-01,A,10,1,50\n";
    let temp = workspace(source, "count(distinct sku)", &[("data/a.csv", text)]);
    assert_eq!(month(&temp, "2027-03"), "1");
}

#[test]
fn two_parts_of_one_report_are_told() {
    let head = "日付,キャンペーン名,インプレッション,クリック,広告費\n";
    let of = |name: &str, cost: u32| format!("{head}2027/03/01,{name},1000,10,{cost}\n");
    let files = [("data/a.csv", &*of("red", 500)), ("data/b.csv", &*of("blue", 300))];
    let temp = workspace(ADS, "sum(cost)", &files);
    let checked = said(&temp, &["check"]);
    assert!(
        checked.contains(
            "warning[rows-restated]: `data/b.csv` holds the same days and no `campaign` of this file"
        ),
        "{checked}"
    );
    // A second download of the same campaigns counts once, and nothing is to be asked.
    temp.write("data/b.csv", format!("{}2027/03/01,blue,9,1,70\n", of("red", 520)));
    assert_eq!(month(&temp, "2027-03"), "590");
    assert!(!said(&temp, &["check"]).contains("no `campaign`"));
}

#[test]
fn the_day_of_a_download_is_no_period() {
    const SOURCE: &str = "preset: amazon/business-report-asin, files: \"data/*.csv\", store: jp1, period: {from: path, pattern: \"data/{period}*\"}";
    let text = "（子）ASIN,注文された商品点数,注文商品の売上額\nB0SYN00001,5,\"￥1,000\"\n";
    let temp = workspace(SOURCE, "sum(units)", &[("data/BusinessReport-4-20-27.csv", text)]);
    temp.write(
        "metrics/m.yaml",
        "metrics:\n  m: {source: s, value: sum(units), unit: count, grain: month}\n",
    );
    let checked = said(&temp, &["check"]);
    assert!(
        checked.contains("error[period-undeclared]: the path names no period at `{period}` of `data/{period}*`; the file is not used"),
        "{checked}"
    );
    assert!(checked.contains("rename the file to the days its rows are about, `2026-07.csv`"), "{checked}");
    std::fs::rename(
        temp.path().join("data/BusinessReport-4-20-27.csv"),
        temp.path().join("data/2027-03.csv"),
    )
    .expect("the file gets its name");
    assert_eq!(month(&temp, "2027-03"), "5");
}

const FEEDBACK: &str = "preset: amazon/feedback, files: \"data/*.txt\", store: jp1";
const RATINGS: &str =
    "26/05/01\t5\tよい\t\t503-1\ta@b\n26/05/02\t1\tだめ\t\t503-2\tc@d\n26/05/03\t4\tよい\t\t503-3\te@f\n";

#[test]
fn feedback_is_read_by_its_places_where_labels_are_not_known() {
    let sum = "sum(rating)";
    let known = format!("日付\t評価\tコメント\t回答\t注文番号\t評価者のEメール\n{RATINGS}");
    assert_eq!(month(&workspace(FEEDBACK, sum, &[("data/a.txt", &known)]), "2026-05"), "10");
    let other = format!("レビュー日\t星\tご意見\t返信\t注文ID\t連絡先\n{RATINGS}");
    let temp = workspace(FEEDBACK, sum, &[("data/a.txt", &other)]);
    assert_eq!(month(&temp, "2026-05"), "10");
    let checked = said(&temp, &["check"]);
    assert!(checked.contains("the column `星` is read as `rating`, by its place"), "{checked}");
    // The e-mail of the buyer is dropped under any label.
    assert!(
        checked.contains("`s` holds data of buyers, which was dropped: `ご意見`, `返信`, `連絡先`"),
        "{checked}"
    );
}

#[test]
fn a_rating_that_was_taken_back_is_gone() {
    let head = "日付\t評価\tコメント\t回答\t注文番号\t評価者のEメール\n";
    let temp = workspace(FEEDBACK, "count(rating)", &[("data/a.txt", &format!("{head}{RATINGS}"))]);
    assert_eq!(month(&temp, "2026-05"), "3");
    let later: String =
        RATINGS.lines().filter(|line| !line.contains("だめ")).map(|line| format!("{line}\n")).collect();
    temp.write("data/b.txt", format!("{head}{later}"));
    assert_eq!(month(&temp, "2026-05"), "2");
}

#[test]
fn the_month_in_front_is_no_year() {
    let head = "日付\t評価\tコメント\t回答\t注文番号\t評価者のEメール\n";
    let turned = RATINGS.replace("26/05/0", "05/0").replace("\t5\tよ", "/26\t5\tよ");
    let turned = turned.replace("05/02\t", "05/02/26\t").replace("05/03\t", "05/03/26\t");
    let checked = said(
        &workspace(FEEDBACK, "count(rating)", &[("data/a.txt", &format!("{head}{turned}"))]),
        &["check"],
    );
    assert!(
        checked.contains("error[date-order-undeclared]: the days of the column `日付` would be 2005-01-26 to 2005-03-26, 3 days in all; month first they are 2026-05-01 to 2026-05-03"),
        "{checked}"
    );
}

#[test]
fn an_account_in_several_countries_has_the_state_of_its_own() {
    const SOURCE: &str = "preset: amazon/account-health, files: \"data/*.json\", store: jp1, period: {from: path, pattern: \"data/{period}.json\"}";
    let one = |id: &str, rate: &str| {
        format!("{{\"marketplaceId\": \"{id}\", \"lateShipmentRate\": {{\"rate\": {rate}}}}}")
    };
    let text = format!(
        "{{\"performanceMetrics\": [{}, {}]}}",
        one("A1VC38T7YXB528", "0.01"),
        one("ATVPDKIKX0DER", "0.09")
    );
    let temp = workspace(SOURCE, "max(late_shipment)", &[("data/2026-05-31.json", &text)]);
    temp.write(
        "metrics/m.yaml",
        "metrics:\n  m: {source: s, value: max(late_shipment), over_time: last, unit: percent}\n",
    );
    temp.write("stores.yaml", "stores:\n  jp1: {name: Shop, marketplace: A1VC38T7YXB528}\n");
    assert_eq!(month(&temp, "2026-05"), "0.01");
}
