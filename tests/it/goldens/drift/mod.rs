//! Every golden file, changed as downloads change: other encodings, line ends, columns, labels, ways of writing numbers and days,
//! rows that stand twice, files that were cut. What comes out has the values of the golden file; or it lacks some, and a
//! finding says so with the file and the way out. Never another number, never a panic.

use super::*;
use changes::{CHANGES, Change, Expect};
use sheet::Sheet;
use std::panic::{AssertUnwindSafe, catch_unwind};

mod changes;
mod documents;
mod sheet;
mod workbook;

/// A golden file and the preset it is read by.
struct Case {
    preset: &'static str,
    /// More of the source, after a comma.
    more: &'static str,
    /// Below `tests/data`.
    file: &'static str,
}

const fn case(preset: &'static str, more: &'static str, file: &'static str) -> Case {
    Case { preset, more, file }
}

/// Delimited text: every preset that is read from it.
const TEXTS: &[Case] = &[
    case("amazon/business-report-date", "", "amazon-jp/BusinessReport-ByDate.cp932.csv"),
    case(
        "amazon/business-report-asin",
        ", period: 2026-07",
        "amazon-jp/BusinessReport-ByChild.with-sku.202607.csv",
    ),
    case("amazon/business-report-asin", ", period: 2026-07", "amazon-jp/BusinessReport-ByChild.zh.csv"),
    case("amazon/orders", "", "amazon-jp/AllOrders.cp932.txt"),
    case("amazon/settlement", "", "amazon-jp/SettlementV2.txt"),
    case("amazon/transactions-jp", "", "amazon-jp/2026MayMonthlyTransaction.csv"),
    case("amazon/ads-sp-console", "", "amazon-jp/SponsoredProducts-AdvertisedProduct.ja.csv"),
    case("amazon/ads-sp-console", "", "amazon-jp/ads-console-guarded.csv"),
    case("amazon/ads-sb-console", "", "pack/sb-console.ja.csv"),
    case("amazon/ads-sd-console", "", "pack/sd-console.en.csv"),
    case("amazon/ads-budget", "", "pack/shop/data/ads_budget/jp1/2026-05.csv"),
    case("amazon/fba-inventory", ", period: 2026-05-31", "amazon-jp/FBA_MYI_UNSUPPRESSED.cp932.txt"),
    case("amazon/ledger-summary", "", "amazon-jp/LedgerSummary.daily.txt"),
    case("amazon/ledger-detail", "", "pack/ledger-detail.txt"),
    case("amazon/inventory-planning", "", "pack/planning.txt"),
    case("amazon/reserved-inventory", ", period: 2026-05-31", "pack/reserved.cp932.txt"),
    case("amazon/returns", "", "amazon-jp/FBA_CustomerReturns.txt"),
    case("amazon/feedback", "", "amazon-jp/SellerFeedback.ja.cp932.txt"),
    case("amazon/sales-rank", "", "pack/sales-rank.csv"),
    case("erp/cost", "", "amazon-jp/erp-cost.csv"),
    case("moneyforward/journal", "", "amazon-jp/mf-journal.cp932.csv"),
    case("freee/deals", "", "amazon-jp/freee-deals.csv"),
    case("yayoi/journal", "", "pack/yayoi.cp932.csv"),
    case("own/tracker", "", "pack/tracker.csv"),
    case("own/cash", "", "pack/cash.zh.csv"),
    case("own/fx", "", "pack/fx.ja.csv"),
    case("own/ipi", "", "pack/ipi.ja.csv"),
    case("own/headcount", "", "pack/shop/data/headcount/2026.csv"),
    case("own/overhead", "", "pack/shop/data/overhead/2026-05.csv"),
    case("own/ads-invoices", "", "pack/shop/data/ads_invoices/2026-05.csv"),
];

/// Numbers of a generator that every machine has: SplitMix64 (Steele, Lea and Flood, 2014).
struct Seeded(u64);

impl Seeded {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `end`.
    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % end.max(1) as u64).expect("below a usize")
    }

    fn one<'t, T>(&mut self, all: &'t [T]) -> &'t T {
        &all[self.below(all.len())]
    }

    fn shuffle<T>(&mut self, all: &mut [T]) {
        (1..all.len()).rev().for_each(|at| all.swap(at, self.below(at + 1)));
    }
}

fn bytes_of(file: &str) -> Vec<u8> {
    let path = format!("{}/tests/data/{file}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read(&path).unwrap_or_else(|why| panic!("{path}: {why}"))
}

/// Rows as cells by column, numbers without zeros at the end, in one order; and what was found.
struct Seen {
    rows: Vec<BTreeMap<String, String>>,
    /// Columns that hold numbers.
    numbers: Vec<String>,
    /// Label in the file → column.
    labels: BTreeMap<String, String>,
    found: Vec<Finding>,
}

fn see(plan: &Plan, files: &[(String, Vec<u8>)]) -> Seen {
    let mut inputs = Memory::of(std::iter::empty::<(&str, &[u8])>());
    for (path, bytes) in files {
        inputs.put(ProjectPath::parse(path).expect("a path"), bytes.as_slice().into());
    }
    let checked = take(plan, &inputs, &Lock::default(), &NoCache);
    let labels = checked.value.files["s"].first().map(|file| file.columns.clone()).unwrap_or_default();
    let (mut rows, mut numbers) = (Vec::new(), Vec::new());
    // What is worked out across rows says something else where one of them is set aside.
    let tables = plan.sources.values().flat_map(|source| &source.tables);
    let across: Vec<&str> = tables
        .flat_map(|table| &table.columns)
        .filter(|column| column.across.is_some())
        .map(|column| &*column.name)
        .collect();
    for table in checked.value.tables.values() {
        let frame = &table.frame;
        let is_number = |column: &Column| matches!(column, Column::Number { .. });
        numbers.extend(
            frame.columns.iter().filter(|(_, column)| is_number(column)).map(|(name, _)| name.to_string()),
        );
        rows.extend((0..frame.rows).map(|row| {
            let names = frame.columns.keys().filter(|name| !across.contains(&&***name));
            let cells = names.map(|name| (name.to_string(), plain(cell(frame, name, row))));
            cells.filter(|(_, cell)| cell != "-").collect::<BTreeMap<String, String>>()
        }));
    }
    rows.sort();
    Seen { rows, numbers, labels, found: checked.found }
}

/// Whether a label of a record is that of a file: widths and spaces are folded in records.
fn is_label(known: &str, label: &str) -> bool {
    let half = |letter: char| match letter as u32 {
        0xff01..=0xff5e => char::from_u32(letter as u32 - 0xfee0).unwrap_or(letter),
        _ => letter,
    };
    let folded = |text: &str| {
        text.split_whitespace().collect::<Vec<_>>().join(" ").chars().map(half).collect::<String>()
    };
    folded(known) == folded(label)
}

fn plain(cell: String) -> String {
    let is_decimal =
        cell.contains('.') && cell.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.' || byte == b'-');
    if is_decimal { cell.trim_end_matches('0').trim_end_matches('.').to_owned() } else { cell }
}

/// Findings that are no news where a file was changed on purpose: days that no file has, and what a note tells.
fn told(seen: &Seen) -> Vec<String> {
    let is_grave = |one: &&Finding| one.level != Level::Note && one.rule.name != "day-missing";
    seen.found
        .iter()
        .filter(is_grave)
        .map(|one| format!("{} at {}: {}", one.rule.name, one.place, one.message))
        .collect()
}

/// What speaks against a reading. `numbers_only`: texts may differ.
fn against(golden: &Seen, seen: &Seen, expect: Expect) -> Option<String> {
    let grave = told(seen);
    match expect {
        Expect::Same if seen.rows != golden.rows => {
            return Some(format!("other rows: {:?}\n  told: {grave:#?}", first_unlike(golden, seen)));
        }
        Expect::Same if !grave.is_empty() && !grave.iter().all(|one| one.starts_with("rows-restated")) => {
            return Some(format!("the same rows, but: {grave:#?}"));
        }
        Expect::Same => return None,
        Expect::More => {
            let noted = seen
                .found
                .iter()
                .any(|one| ["equal-rows", "summary-mismatch", "lookup-ambiguous"].contains(&one.rule.name));
            return (seen.rows != golden.rows && !noted).then(|| "more rows, and nothing is told".to_owned());
        }
        Expect::Told | Expect::TextMayDiffer => {}
    }
    let mut left: Vec<&BTreeMap<String, String>> = golden.rows.iter().collect();
    let compared = |name: &String| expect == Expect::Told || golden.numbers.contains(name);
    for row in &seen.rows {
        let fits = |known: &&BTreeMap<String, String>| {
            row.iter().filter(|(name, _)| compared(name)).all(|(name, cell)| known.get(name) == Some(cell))
        };
        match left.iter().position(|known| *known == row).or_else(|| left.iter().position(fits)) {
            Some(at) => drop(left.swap_remove(at)),
            None => return Some(format!("a row that the report does not have: {row:?}\n  told: {grave:#?}")),
        }
    }
    let cells =
        |seen: &Seen| seen.rows.iter().flat_map(|row| row.keys()).filter(|name| compared(name)).count();
    if cells(seen) == cells(golden) && left.is_empty() {
        return None;
    }
    let says_all = |one: &Finding| !one.place.file.is_empty() && one.hint.is_some();
    let is_told = seen
        .found
        .iter()
        .any(|one| one.level != Level::Note && one.rule.name != "day-missing" && says_all(one));
    (!is_told).then(|| {
        format!(
            "{} of {} rows or cells are missing, and nothing says so: {grave:#?}",
            left.len(),
            golden.rows.len()
        )
    })
}

fn first_unlike(golden: &Seen, seen: &Seen) -> String {
    let at =
        (0..golden.rows.len().max(seen.rows.len())).find(|at| golden.rows.get(*at) != seen.rows.get(*at));
    let Some(at) = at else { return String::new() };
    let (known, row) = (golden.rows.get(at), seen.rows.get(at));
    let unlike = known.zip(row).map(|(known, row)| {
        let names: std::collections::BTreeSet<&String> = known.keys().chain(row.keys()).collect();
        let pairs = names.into_iter().filter(|name| known.get(*name) != row.get(*name));
        pairs
            .map(|name| format!("{name}: {:?} is {:?}", known.get(name), row.get(name)))
            .collect::<Vec<_>>()
            .join("; ")
    });
    format!("{} rows for {}; row {at}: {}", seen.rows.len(), golden.rows.len(), unlike.unwrap_or_default())
}

/// Tries one change of one file with one seed.
fn tried(plan: &Plan, (golden, sheet): (&Seen, &Sheet), change: &Change, seed: u64) -> Option<String> {
    let mut seeded = Seeded(seed);
    let files = (change.make)(sheet, golden, &mut seeded)?;
    let seen = catch_unwind(AssertUnwindSafe(|| see(plan, &files)));
    match seen {
        Ok(seen) => against(golden, &seen, (change.expect)(sheet)),
        Err(_) => Some("a panic".to_owned()),
    }
}

/// Seeds of every change; more can be tried with `KPRESS_DRIFT=50`.
const SEEDS: u64 = 2;

fn failures(cases: &[Case]) -> Vec<String> {
    let seeds = std::env::var("KPRESS_DRIFT").ok().and_then(|text| text.parse().ok()).unwrap_or(SEEDS);
    let mut failed = Vec::new();
    for case in cases {
        let (plan, _) = workspace(&format!("preset: {}, files: \"data/*\"{}", case.preset, case.more), &[]);
        let sheet = Sheet::of(case.preset, case.file, &bytes_of(case.file));
        let golden = see(&plan, &[("data/a.csv".to_owned(), sheet.bytes())]);
        let grave: Vec<String> = told(&golden);
        assert!(grave.is_empty() && !golden.rows.is_empty(), "{}: {grave:#?}", case.file);
        for change in CHANGES {
            for seed in 0..seeds {
                let why = tried(&plan, (&golden, &sheet), change, seed);
                failed.extend(why.map(|why| {
                    format!("{} of {} ({}), seed {seed}: {why}", change.name, case.file, case.preset)
                }));
            }
        }
    }
    failed
}

fn check(cases: &[Case]) {
    let failed = failures(cases);
    assert!(failed.is_empty(), "{} changes:\n{}", failed.len(), failed.join("\n"));
}

#[test]
fn reports_of_sales_and_orders() {
    check(&TEXTS[..4]);
}

#[test]
fn reports_of_payments() {
    check(&TEXTS[4..6]);
}

#[test]
fn reports_of_advertising() {
    check(&TEXTS[6..11]);
}

#[test]
fn reports_of_stock_and_returns() {
    check(&TEXTS[11..19]);
}

#[test]
fn tables_of_accounting_and_those_kept_by_hand() {
    check(&TEXTS[19..]);
}
