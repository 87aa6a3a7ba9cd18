//! Traps that no golden file holds, each as small as it can be.

use super::*;

/// The rows of a CSV with columns of the user's own.
fn csv(source: &str, text: &str) -> Checked<Snapshot> {
    let source = if source.is_empty() { String::new() } else { format!(", {source}") };
    read(&format!("files: \"data/*\"{source}"), &[("data/x.csv", text.as_bytes())])
}

fn frame(source: &str, text: &str) -> Frame {
    only(csv(source, text).value).frame
}

fn cells(frame: &Frame, name: &str) -> Vec<String> {
    (0..frame.rows).map(|row| cell(frame, name, row)).collect()
}

#[test]
fn line_ends_inside_cells() {
    let found = frame("date: date", "date,note,n\r\n2026-01-01,\"a\nb, \"\"c\"\"\",1\r\n2026-01-02,d,2");
    assert_eq!(cells(&found, "note"), ["a\nb, \"c\"", "d"]);
    assert_eq!(sum(&found, "n"), "3");
}

#[test]
fn numbers_of_other_countries_and_hands() {
    let european = "format: {group: \".\", decimal: \",\", delimiter: tab}, date: d, columns: {n: {kind: number}}, open: true";
    assert_eq!(sum(&frame(european, "d\tn\n2026-01-01\t1.234,56 €\n2026-01-02\t-0,06\n"), "n"), "1234.5");
    let signs = "d,n\n2026-01-01,\u{2212}5\n2026-01-02,(7)\n2026-01-03,\u{ff0d}1\n";
    assert_eq!(sum(&frame("date: d", signs), "n"), "-13");
}

#[test]
fn trailing_spaces_of_the_english_console() {
    let text = "Date,Impressions,Clicks,Spend,7 Day Total Sales ,Total Advertising Cost of Sales (ACOS) \n2026-05-01,10,2,100,400,25%\n";
    let found = frame("preset: amazon/ads-sp-console", text);
    assert_eq!((cell(&found, "sales_7d", 0), cell(&found, "acos", 0)), ("400".to_owned(), "0.25".to_owned()));
}

#[test]
fn damaged_titles_and_ids() {
    let checked = csv(
        "date: d, columns: {jan: {kind: ident}, title: {kind: text}}, open: true",
        "d,jan,title\n2026-01-01,4.57349E+12,??? 350ml\n2026-01-02,4573491234567,x\n",
    );
    let told = rules(&checked.found);
    assert!(told.contains(&"spreadsheet-damage") && told.contains(&"lost-characters"), "{told:?}");
    assert_eq!(cells(&only(checked.value).frame, "jan"), ["-", "4573491234567"]);
}

#[test]
fn a_bad_cell_is_missing_and_named() {
    let checked = csv(
        "date: d, columns: {n: {kind: number}}, open: true",
        "d,n\n2026-01-01,5\n2026-01-02,284.36a\n2026-01-03,\n",
    );
    let finding =
        checked.found.iter().find(|finding| finding.rule.name == "number-unreadable").expect("a finding");
    assert_eq!((finding.place.line, finding.place.cell.clone()), (3, Some((2, "n".into()))));
    assert!(
        checked
            .found
            .iter()
            .any(|finding| finding.rule.name == "number-unreadable" && finding.level == Level::Error),
        "1 of 3 is above 1 %"
    );
    assert_eq!(cells(&only(checked.value).frame, "n"), ["5", "-", "-"]);
}

#[test]
fn slash_dates_are_decided_by_a_value_above_twelve() {
    assert_eq!(
        cells(&frame("date: d", "d,n\n1/2/2026,1\n1/13/2026,2\n"), "date"),
        ["2026-01-02", "2026-01-13"]
    );
    let checked = csv("date: d", "d,n\n1/2/2026,1\n1/3/2026,2\n");
    assert!(rules(&checked.found).contains(&"date-order-undeclared"), "{:#?}", checked.found);
    let declared = "date: d, columns: {d: {kind: date, form: \"%d/%m/%Y\"}}, open: true";
    assert_eq!(cells(&frame(declared, "d,n\n1/2/2026,1\n"), "date"), ["2026-02-01"]);
}

#[test]
fn lost_renamed_and_added_columns() {
    let checked = csv(
        "preset: amazon/business-report-date",
        "日付,注文商品の売上額 - B2B,注文された商品点数,新しい列\n2026/01/01,1,2,3\n",
    );
    let missing = checked
        .found
        .iter()
        .find(|finding| finding.rule.name == "column-missing")
        .expect("sales are missing");
    assert!(missing.message.contains("ordered_sales"));
    assert!(rules(&checked.found).contains(&"column-unknown"));
}

#[test]
fn a_changed_header_waits_for_people() {
    let old = golden("BusinessReport-ByChild.with-sku.202607.csv");
    let source = "preset: amazon/business-report-asin, files: \"data/*.csv\", period: {from: path, pattern: \"data/{period}.csv\"}";
    let (plan, inputs) = workspace(source, &[("data/202607.csv", &old)]);
    let text = accept(&plan, &inputs, &Lock::default(), day("2026-08-01")).value;
    let lock = Lock::parse(&text).expect("what was printed");
    assert!(rules(&take(&plan, &inputs, &lock, &NoCache).found).iter().all(|rule| *rule != "header-changed"));
    let new = golden("BusinessReport-ByChild.no-sku.202608.csv");
    let (plan, inputs) = workspace(source, &[("data/202607.csv", &old), ("data/202608.csv", &new)]);
    let checked = take(&plan, &inputs, &lock, &NoCache);
    let changed: Vec<&Finding> =
        checked.found.iter().filter(|finding| finding.rule.name == "header-changed").collect();
    assert_eq!(changed.len(), 1);
    assert!(changed[0].message.ends_with("`SKU` removed") && &*changed[0].place.file == "data/202608.csv");
    let accepted =
        Lock::parse(&accept(&plan, &inputs, &lock, day("2026-09-01")).value).expect("what was printed");
    assert!(!rules(&take(&plan, &inputs, &accepted, &NoCache).found).contains(&"header-changed"));
}

#[test]
fn later_files_restate_the_days_they_cover() {
    let january: &[u8] = b"date,n\n2026-01-01,1\n2026-01-02,2\n";
    let again: &[u8] = b"date,n\n2026-01-02,5\n2026-01-03,3\n";
    let checked = read("files: \"data/*\", date: date", &[("data/1.csv", january), ("data/2.csv", again)]);
    assert_eq!(checked.value.files["s"][0].left_out.get("restated"), Some(&1));
    assert!(rules(&checked.found).contains(&"rows-restated"));
    assert_eq!(cells(&only(checked.value).frame, "n"), ["1", "5", "3"]);
    let whole = read("files: \"data/*\", date: date", &[("data/1.csv", january), ("data/2.csv", january)]);
    assert!(
        whole
            .found
            .iter()
            .any(|finding| finding.rule.name == "rows-restated" && finding.level == Level::Warning)
    );
}

#[test]
fn older_states_of_an_order_make_way() {
    let head = "amazon-order-id\tpurchase-date\tlast-updated-date\torder-status\tsku\tasin\titem-price\n";
    let row = |updated: &str, status: &str, price: &str| {
        format!("1\t2026-05-01T00:00:00Z\t2026-05-01T{updated}Z\t{status}\tS\tA\t{price}\n")
    };
    let first = format!("{head}{}", row("01:00:00", "Pending", ""));
    let second = format!("{head}{}{}", row("09:00:00", "Shipped", "500"), row("01:00:00", "Pending", ""));
    let found = read(
        "preset: amazon/orders, files: \"data/*\"",
        &[("data/1.txt", second.as_bytes()), ("data/2.txt", first.as_bytes())],
    );
    let table = only(found.value).frame;
    assert_eq!(
        (cells(&table, "order_status"), cells(&table, "item_price")),
        (vec!["Shipped".to_owned()], vec!["500".to_owned()])
    );
}

#[test]
fn rows_after_as_of_are_cut_and_counted() {
    let head = "site: {title: T, languages: [en], timezone: Asia/Tokyo, currency: JPY, as_of: 2026-01-02}\nsources:\n  s: {files: \"data/*\", date: date}\n";
    let inputs = Memory::of([
        ("kpress.yaml", head.as_bytes()),
        ("data/x.csv", b"date,n\n2026-01-01,1\n2026-01-02,2\n2026-01-03,3\n".as_slice()),
    ]);
    let plan = kpress::plan::load(&inputs).value;
    let checked = take(&plan, &inputs, &Lock::default(), &NoCache);
    assert!(rules(&checked.found).contains(&"rows-after-as-of"));
    assert_eq!(checked.value.files["s"][0].left_out.get("after as-of"), Some(&1));
    assert_eq!(checked.value.as_of, Some(day("2026-01-02")));
    assert_eq!(only(checked.value).frame.rows, 2);
}

#[test]
fn latest_complete_is_the_last_day_all_daily_sources_have() {
    let head = "site: {title: T, languages: [en], timezone: Asia/Tokyo, currency: JPY}\nsources:\n  a: {files: \"a/*\", date: date, store: {from: path, pattern: \"a/{store}.csv\"}}\n  b: {files: \"b/*\", date: date}\n  c: {files: \"c/*\", date: date, optional: true}\n";
    let metrics = "metrics:\n  x: {source: a, value: sum(n), unit: count}\n  y: {source: b, value: sum(n), unit: count}\n  z: {source: c, value: sum(n), unit: count}\n";
    let text = |days: &[u32]| {
        days.iter().fold("date,n\n".to_owned(), |text, day| text + &format!("2026-01-{day:02},1\n"))
    };
    let (jp1, jp2, b, c) = (text(&[1, 2, 3, 4]), text(&[1, 4]), text(&[1, 2, 3]), text(&[1]));
    let inputs = Memory::of([
        ("kpress.yaml", head.as_bytes()),
        ("metrics/m.yaml", metrics.as_bytes()),
        ("a/jp1.csv", jp1.as_bytes()),
        ("a/jp2.csv", jp2.as_bytes()),
        ("b/b.csv", b.as_bytes()),
        ("c/c.csv", c.as_bytes()),
    ]);
    let plan = kpress::plan::load(&inputs).value;
    let checked = take(&plan, &inputs, &Lock::default(), &NoCache);
    assert_eq!(checked.value.as_of, Some(day("2026-01-03")));
    let missing: Vec<&str> = checked
        .found
        .iter()
        .filter(|finding| finding.rule.name == "day-missing")
        .map(|finding| finding.message.as_str())
        .collect();
    assert_eq!(missing, ["`a.rows` has no rows for the store `jp2` on 2026-01-02 to 2026-01-03"]);
    let reference = TableRef { source: "a".into(), table: "rows".into() };
    assert_eq!(checked.value.tables[&reference].days["jp2"], [day("2026-01-01")]);
}

#[test]
fn visits_that_are_not_loaded_are_missing() {
    let checked = csv(
        "preset: amazon/business-report-date",
        "日付,注文商品の売上額,注文された商品点数,セッション数 - 合計,ページビュー - 合計\n2026/01/01,￥100,2,0,0\n2026/01/02,￥0,0,0,0\n",
    );
    assert!(rules(&checked.found).contains(&"traffic-not-loaded"));
    assert_eq!(cells(&only(checked.value).frame, "sessions"), ["-", "0"]);
}

#[test]
fn a_range_serves_no_daily_metric() {
    let head = "site: {title: T, languages: [en], timezone: Asia/Tokyo, currency: JPY}\nsources:\n  s: {preset: amazon/ads-sp-console, files: \"data/*\"}\n";
    let metrics = "metrics:\n  spend: {source: s, value: sum(cost), unit: JPY}\n";
    let inputs = Memory::of([
        ("kpress.yaml", head.as_bytes()),
        ("metrics/m.yaml", metrics.as_bytes()),
        ("data/x.csv", &golden("ads-console-guarded.csv")),
    ]);
    let plan = kpress::plan::load(&inputs).value;
    let checked = take(&plan, &inputs, &Lock::default(), &NoCache);
    assert!(rules(&checked.found).contains(&"grain-too-coarse"), "{:#?}", checked.found);
    assert_eq!(cells(&only(checked.value).frame, "date"), ["-"]);
}

#[test]
fn shuffled_rows_columns_and_files_change_nothing() {
    let straight = csv("date: date", "date,a,b\n2026-01-01,1,x\n2026-01-01,1,y\n2026-01-02,3,z\n");
    let shuffled = csv("date: date", "b,date,a\nz,2026-01-02,3\ny,2026-01-01,1\nx,2026-01-01,1\n");
    assert_eq!(only(straight.value).frame.columns, only(shuffled.value).frame.columns);
}

/// Keeps in memory, and counts what it gave.
#[derive(Default)]
struct Kept(Mutex<(BTreeMap<Hash, Vec<u8>>, usize)>);

impl Cache for Kept {
    fn get(&self, key: &Hash) -> Option<Vec<u8>> {
        let mut kept = self.0.lock().expect("one thread at a time");
        let found = kept.0.get(key).cloned();
        kept.1 += usize::from(found.is_some());
        found
    }

    fn put(&self, key: &Hash, bytes: &[u8]) {
        self.0.lock().expect("one thread at a time").0.insert(*key, bytes.to_vec());
    }
}

#[test]
fn with_and_without_cache_alike() {
    let orders = golden("AllOrders.cp932.txt");
    let bad =
        b"amazon-order-id\tpurchase-date\torder-status\titem-price\n1\t2026-05-01T00:00:00Z\tShipped\t12a\n";
    let (plan, inputs) = workspace(
        "preset: amazon/orders, files: \"data/*\"",
        &[("data/a.txt", &orders), ("data/b.txt", bad)],
    );
    let plain = take(&plan, &inputs, &Lock::default(), &NoCache);
    let cache = Kept::default();
    for used in [0, 2] {
        let kept = take(&plan, &inputs, &Lock::default(), &cache);
        assert_eq!(kept.found, plain.found);
        assert_eq!(kept.value.files, plain.value.files);
        for (reference, table) in &plain.value.tables {
            assert_eq!(table.frame.columns, kept.value.tables[reference].frame.columns);
        }
        assert_eq!(cache.0.lock().expect("idle").1, used);
    }
}

#[test]
fn personal_columns_stay_only_on_purpose() {
    let text = "amazon-order-id\tpurchase-date\torder-status\tship-state\tbuyer-email\n1\t2026-05-01T00:00:00Z\tShipped\t東京都\ta@b\n";
    let found = frame("preset: amazon/orders, keep: [ship_state]", text);
    assert_eq!(cells(&found, "ship_state"), ["東京都"]);
    assert!(!found.columns.keys().any(|name| name.contains("email")));
}

#[test]
fn a_day_without_returns_inside_a_file_is_zero_a_day_in_no_file_is_missing() {
    let head = "site: {title: T, languages: [en], timezone: Asia/Tokyo, currency: JPY, as_of: 2026-03-31}\n\
        packs: [amazon-jp]\nsources:\n  s: {preset: amazon/returns, files: \"data/*/*\", \
        store: {from: path, pattern: \"data/{store}/\"}, period: {from: path, pattern: \"{period}.txt\"}}\n";
    let metrics = "metrics:\n  back: {source: s, value: sum(quantity), unit: count}\n";
    let stores = "stores:\n  jp1: {}\n  jp2: {}\n";
    let rows = |days: &[&str]| {
        let row = |day: &&str| format!("{day}T03:00:00+00:00\to\ts\ta\tf\tn\t1\tc\td\tr\ts\n");
        let header = "return-date\torder-id\tsku\tasin\tfnsku\tproduct-name\tquantity\tfulfillment-center-id\tdetailed-disposition\treason\tstatus\n";
        format!("{header}{}", days.iter().map(row).collect::<String>())
    };
    // jp1: January and March, February was never loaded; March ends with its newest row, of whichever store.
    let files = [
        ("data/jp1/2026-01.txt", rows(&["2026-01-10"])),
        ("data/jp1/2026-03.txt", rows(&["2026-03-05"])),
        ("data/jp2/2026-01.txt", rows(&[])),
        ("data/jp2/2026-02.txt", rows(&["2026-02-28"])),
        ("data/jp2/2026-03.txt", rows(&["2026-03-30"])),
    ];
    let mut inputs = Memory::of([
        ("kpress.yaml", head.as_bytes()),
        ("metrics/m.yaml", metrics.as_bytes()),
        ("stores.yaml", stores.as_bytes()),
    ]);
    for (path, text) in &files {
        inputs.put(ProjectPath::parse(path).expect("a path"), text.as_bytes().into());
    }
    let plan = kpress::plan::load(&inputs).value;
    let checked = take(&plan, &inputs, &Lock::default(), &NoCache);
    let gaps: Vec<&str> = checked
        .found
        .iter()
        .filter(|one| one.rule.name == "day-missing")
        .map(|one| one.message.as_str())
        .collect();
    assert_eq!(gaps, ["`s.rows` has no rows for the store `jp1` on 2026-02-01 to 2026-02-28"]);
    let table = only(checked.value);
    let known = |store: &str| {
        let days = &table.days[store];
        (days.first().map(ToString::to_string), days.last().map(ToString::to_string), days.len())
    };
    let edge = |day: &str| Some(day.to_owned());
    assert_eq!(known("jp1"), (edge("2026-01-01"), edge("2026-03-30"), 31 + 30));
    assert_eq!(known("jp2"), (edge("2026-01-01"), edge("2026-03-30"), 31 + 28 + 30));
    let without = head.replace("period: {from: path, pattern: \"{period}.txt\"}", "absent: missing");
    inputs.put(ProjectPath::parse("kpress.yaml").expect("a path"), without.as_bytes().into());
    let plan = kpress::plan::load(&inputs).value;
    let table = only(take(&plan, &inputs, &Lock::default(), &NoCache).value);
    assert_eq!((table.days["jp1"].len(), table.days["jp2"].len()), (2, 2));
}

#[test]
fn rows_with_days_of_their_own_keep_them_whatever_the_period_of_the_file() {
    let found = frame("date: d, period: 2026-07", "d,n\n2026-07-03,1\n2026-07-09,2\n");
    assert_eq!(cells(&found, "date"), ["2026-07-03", "2026-07-09"]);
}

#[test]
fn of_two_files_over_one_day_the_one_fetched_later_counts() {
    let files: [(&str, &[u8]); 2] = [
        ("data/BusinessReport-01-08-26.csv", "日付,注文商品の売上額\n2026/07/30,500\n".as_bytes()),
        ("data/BusinessReport-31-07-26.csv", "日付,注文商品の売上額\n2026/07/30,300\n".as_bytes()),
    ];
    let sales = |more: &str| {
        let checked = read(&format!("preset: amazon/business-report-date, files: \"data/*\"{more}"), &files);
        let after: Vec<String> = checked
            .found
            .iter()
            .filter(|one| one.rule.name == "rows-after-as-of")
            .map(|one| one.message.clone())
            .collect();
        (cells(&only(checked.value).frame, "ordered_sales"), after)
    };
    // By path the file of 31 July would be the later one.
    assert_eq!(sales(""), (vec!["500".to_owned()], vec![]));
    assert_eq!(sales(", fetched: {pattern: \"nothing/{fetched}\"}"), (vec!["300".to_owned()], vec![]));
}

#[test]
fn as_of_a_day_only_files_fetched_by_then_count() {
    let head = "site: {title: T, languages: [en], timezone: Asia/Tokyo, currency: JPY, as_of: 2026-07-31}\n\
        sources:\n  s: {files: \"data/**/*.csv\", date: date, fetched: {pattern: \"data/{fetched}/\"}}\n";
    let inputs = Memory::of([
        ("kpress.yaml", head.as_bytes()),
        ("data/2026-07-31/a.csv", b"date,n\n2026-07-30,3\n"),
        ("data/2026-08-02/a.csv", b"date,n\n2026-07-30,5\n"),
    ]);
    let plan = kpress::plan::load(&inputs).value;
    let checked = take(&plan, &inputs, &Lock::default(), &NoCache);
    assert!(
        checked
            .found
            .iter()
            .any(|one| one.message == "1 files of `s` were fetched after 2026-07-31 and were left out")
    );
    assert_eq!(cells(&only(checked.value).frame, "n"), ["3"]);
}
