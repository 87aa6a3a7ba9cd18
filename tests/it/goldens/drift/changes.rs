//! What happens to downloads, each as a change of a golden file. A change that does not apply to a file says so with `None`.

use super::sheet::{Sheet, Written, encoded};
use super::workbook::workbook;
use super::{Seeded, Seen};

/// What must come out.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Expect {
    /// The rows of the golden file, and nothing worse than a note.
    Same,
    /// The same, or less with a finding that says so.
    Told,
    /// As `Told`, for numbers and days; texts may be spoilt.
    TextMayDiffer,
    /// Rows stand twice where a report may repeat rows: they count, with a note or an error.
    More,
}

type Files = Vec<(String, Vec<u8>)>;

pub(super) struct Change {
    pub name: &'static str,
    pub expect: fn(&Sheet) -> Expect,
    pub make: fn(&Sheet, &Seen, &mut Seeded) -> Option<Files>,
}

fn same(_: &Sheet) -> Expect {
    Expect::Same
}

fn told(_: &Sheet) -> Expect {
    Expect::Told
}

fn text_may_differ(_: &Sheet) -> Expect {
    Expect::TextMayDiffer
}

/// Reports in which a row that stands twice was pasted twice.
fn once(sheet: &Sheet) -> Expect {
    const REPEATING: &[&str] = &["settlement", "transactions-jp", "ledger-detail", "journal", "deals"];
    if REPEATING.iter().any(|name| sheet.preset.ends_with(name)) { Expect::More } else { Expect::Same }
}

fn one(bytes: Vec<u8>) -> Option<Files> {
    Some(vec![("data/a.csv".to_owned(), bytes)])
}

fn with(sheet: &Sheet, edit: impl FnOnce(&mut Sheet)) -> Option<Files> {
    let mut sheet = sheet.clone();
    edit(&mut sheet);
    one(sheet.bytes())
}

pub(super) static CHANGES: &[Change] = &[
    Change { name: "UTF-8", expect: same, make: |sheet, _, _| with(sheet, |s| s.written = Written::Utf8) },
    Change {
        name: "byte order mark",
        expect: same,
        make: |sheet, _, _| with(sheet, |s| s.written = Written::Marked),
    },
    Change {
        name: "cp932",
        expect: same,
        make: |sheet, _, _| sheet.fits_cp932().then(|| with(sheet, |s| s.written = Written::Cp932))?,
    },
    Change {
        name: "UTF-16LE",
        expect: same,
        make: |sheet, _, _| with(sheet, |s| s.written = Written::Utf16Little),
    },
    Change {
        name: "UTF-16BE",
        expect: same,
        make: |sheet, _, _| with(sheet, |s| s.written = Written::Utf16Big),
    },
    Change {
        name: "UTF-16 without a mark",
        expect: told,
        make: |sheet, _, _| one(encoded(&sheet.text(), Written::Utf16Little).split_off(2)),
    },
    Change { name: "LF", expect: same, make: |sheet, _, _| with(sheet, |s| s.line_end = "\n") },
    Change {
        name: "line ends of both kinds",
        expect: same,
        make: |sheet, _, seeded| {
            let text = sheet.text();
            let mixed = text
                .split_inclusive("\r\n")
                .map(|line| if seeded.below(2) == 0 { line.replace("\r\n", "\n") } else { line.to_owned() });
            one(encoded(&mixed.collect::<String>(), sheet.written))
        },
    },
    Change {
        name: "no last line end",
        expect: same,
        make: |sheet, _, _| with(sheet, |s| s.last_line_end = false),
    },
    Change {
        name: "blank lines below",
        expect: same,
        make: |sheet, _, _| {
            let blank = sheet.delimiter.to_string().repeat(sheet.header.len() - 1);
            with(sheet, |s| s.below = vec![String::new(), blank, "  ".to_owned(), String::new()])
        },
    },
    Change {
        name: "all cells in quotes",
        expect: same,
        make: |sheet, _, _| sheet.quotes.then(|| with(sheet, |s| s.all_quoted = true))?,
    },
    Change {
        name: "columns in another order",
        expect: same,
        make: |sheet, _, seeded| with(sheet, |s| shuffled(s, seeded)),
    },
    Change {
        name: "columns nobody knows",
        expect: same,
        make: |sheet, _, seeded| {
            with(sheet, |s| {
                for label in ["新しい指標（試験）", "New metric %"] {
                    let at = seeded.below(s.header.len() + 1);
                    s.header.insert(at, label.to_owned());
                    s.rows.iter_mut().for_each(|row| row.insert(at.min(row.len()), "7".to_owned()));
                }
            })
        },
    },
    Change {
        name: "rows in another order",
        expect: same,
        make: |sheet, _, seeded| {
            // A deal of several rows is filled down.
            let is_free = !sheet.preset.ends_with("deals");
            is_free.then(|| with(sheet, |s| seeded.shuffle(&mut s.rows[sheet.first()..])))?
        },
    },
    Change {
        name: "labels in other widths",
        expect: same,
        make: |sheet, _, seeded| labels(sheet, seeded, wide),
    },
    Change {
        name: "labels with other spaces",
        expect: same,
        make: |sheet, _, seeded| labels(sheet, seeded, spaced),
    },
    Change {
        name: "labels with other dashes",
        expect: same,
        make: |sheet, _, seeded| labels(sheet, seeded, dashed),
    },
    Change {
        name: "labels in capitals",
        expect: same,
        make: |sheet, _, seeded| labels(sheet, seeded, |label, _| label.to_uppercase()),
    },
    Change {
        name: "lines above the table",
        expect: same,
        make: |sheet, _, _| {
            with(sheet, |s| {
                let above = ["レポート期間：2026/05/01 - 2026/05/31", "", "作成者, 担当"];
                s.above.splice(0..0, above.map(str::to_owned));
            })
        },
    },
    Change {
        name: "a row of totals",
        expect: same,
        make: |sheet, golden, seeded| with(sheet, |s| totals(s, golden, seeded)),
    },
    Change {
        name: "the file twice",
        expect: same,
        make: |sheet, _, _| {
            Some(vec![("data/a.csv".to_owned(), sheet.bytes()), ("data/b.csv".to_owned(), sheet.bytes())])
        },
    },
    Change { name: "some days again in a second file", expect: once_by_day, make: again },
    Change {
        name: "rows twice",
        expect: once,
        make: |sheet, _, seeded| {
            with(sheet, |s| {
                for _ in 0..2 {
                    let row = s.first() + seeded.below(s.rows.len() - s.first());
                    s.rows.insert(row, s.rows[row].clone());
                }
            })
        },
    },
    Change { name: "numbers written otherwise", expect: same, make: numbers },
    Change {
        name: "days written otherwise",
        expect: same,
        make: |sheet, golden, seeded| days(sheet, golden, seeded, YEAR_FIRST),
    },
    Change {
        name: "days with the month first",
        expect: told,
        make: |sheet, golden, seeded| days(sheet, golden, seeded, &["%m/%d/%Y"]),
    },
    Change {
        name: "a workbook",
        expect: same,
        make: |sheet, golden, _| workbook(sheet, golden).and_then(one),
    },
    Change {
        name: "a column is gone",
        expect: told,
        make: |sheet, golden, seeded| {
            let at = seeded.below(sheet.header.len());
            // A column that no formula uses may be absent; then its cells are, and nothing needs to be told.
            golden.required(&sheet.header[at]).then(|| {
                with(sheet, |s| {
                    s.header.remove(at);
                    s.rows.iter_mut().filter(|row| at < row.len()).for_each(|row| drop(row.remove(at)));
                })
            })?
        },
    },
    Change {
        name: "a label is renamed",
        expect: told,
        make: |sheet, golden, seeded| {
            let at = seeded.below(sheet.header.len());
            golden.required(&sheet.header[at]).then(|| with(sheet, |s| s.header[at] = "改名".to_owned()))?
        },
    },
    Change {
        name: "cut within a row",
        expect: told,
        make: |sheet, _, seeded| {
            let row = sheet.first() + seeded.below(sheet.rows.len() - sheet.first());
            let cells = 1 + seeded.below(sheet.header.len() - 1);
            // Where all cells before the cut are empty, nothing of the row is left.
            let is_left = sheet.rows[row].iter().take(cells).any(|cell| !cell.is_empty());
            is_left.then(|| {
                with(sheet, |s| {
                    s.rows.truncate(row + 1);
                    s.rows[row].truncate(cells);
                    s.last_line_end = false;
                    s.below.clear();
                })
            })?
        },
    },
    Change {
        name: "cut at any byte",
        expect: text_may_differ,
        make: |sheet, _, seeded| {
            let mut bytes = sheet.bytes();
            let text = sheet.text();
            // A cut behind the last cell that counts cannot be seen: the row is whole but for a text.
            let header = text.find(sheet.line_end).unwrap_or(0);
            let end = text.len() - text.lines().last().map_or(0, str::len) - 4;
            bytes.truncate((header + seeded.below(end.saturating_sub(header))).min(bytes.len()));
            let cut = String::from_utf8_lossy(&bytes).lines().last().unwrap_or("").to_owned();
            // Within the last cell, digits may be lost; a note says that the line end is.
            let within = cut.matches(sheet.delimiter).count() + 1 < sheet.header.len();
            within.then(|| one(bytes))?
        },
    },
    Change {
        name: "a damaged byte",
        expect: text_may_differ,
        make: |sheet, _, seeded| {
            let mut bytes = sheet.bytes();
            let at = seeded.below(bytes.len());
            bytes[at] = 0xff;
            one(bytes)
        },
    },
    Change {
        name: "damaged numbers",
        expect: told,
        make: |sheet, golden, seeded| cells(sheet, golden, seeded, |cell| format!("{cell}a.4")),
    },
    Change { name: "thousands without quotes", expect: told, make: bare },
    Change {
        name: "shares without their sign",
        expect: told,
        make: |sheet, golden, _| {
            with(sheet, |s| {
                for at in (0..s.header.len()).filter(|at| golden.is_number(&sheet.header[*at])) {
                    let cells = s.rows.iter_mut().filter_map(|row| row.get_mut(at));
                    cells.for_each(|cell| *cell = cell.trim_end_matches('%').to_owned());
                }
            })
        },
    },
    Change {
        name: "no header",
        expect: told,
        make: |sheet, _, _| {
            with(sheet, |s| {
                let first = s.rows.remove(0);
                s.header = first;
            })
        },
    },
    Change { name: "semicolons", expect: told, make: |sheet, _, _| with(sheet, |s| s.delimiter = ';') },
    Change {
        name: "a web page",
        expect: told,
        make: |_, _, _| one(b"<!DOCTYPE html><html>sign in</html>".to_vec()),
    },
    Change {
        name: "a line end within a cell",
        expect: text_may_differ,
        make: |sheet, _, seeded| {
            let text_of = |row: &Vec<String>| {
                row.iter().position(|cell| cell.chars().count() > 6 && !cell.contains(['/', '-', '%', '.']))
            };
            let row = sheet.first() + seeded.below(sheet.rows.len() - sheet.first());
            let at = text_of(&sheet.rows[row])?;
            let first = sheet.rows[row][at].chars().next().map_or(0, char::len_utf8);
            (!sheet.quotes).then(|| with(sheet, |s| s.rows[row][at].insert(first, '\n')))?
        },
    },
];

/// Forms that begin with the year, or name the month.
const YEAR_FIRST: &[&str] =
    &["%Y-%m-%d", "%Y/%-m/%-d", "%Y%m%d", "%Y年%-m月%-d日", "%Y.%m.%d", "%b %-d, %Y", "%d-%b-%Y"];

impl Seen {
    /// Whether a file must have a column, because it is read and named.
    fn required(&self, label: &str) -> bool {
        const NEEDED: &[&str] = &[
            "date",
            "purchase_date",
            "posted_date",
            "posted_date_time",
            "snapshot_date",
            "return_date",
            "amount",
            "total",
            "ordered_sales",
            "units",
            "impressions",
            "clicks",
            "cost",
            "ending_balance",
            "available",
            "afn_fulfillable_quantity",
            "quantity",
        ];
        self.name(label).is_some_and(|name| NEEDED.contains(&name)) && self.labels.len() > 3
    }

    /// The column a label is.
    fn name(&self, label: &str) -> Option<&str> {
        self.labels.iter().find(|(known, _)| super::is_label(known, label)).map(|(_, name)| &**name)
    }

    fn is_number(&self, label: &str) -> bool {
        self.name(label).is_some_and(|name| self.numbers.iter().any(|number| number == name))
    }
}

fn once_by_day(sheet: &Sheet) -> Expect {
    match once(sheet) {
        // A day comes whole, so it counts once.
        Expect::More if !sheet.preset.ends_with("fx") && !sheet.preset.ends_with("settlement") => {
            Expect::Same
        }
        other => other,
    }
}

fn shuffled(sheet: &mut Sheet, seeded: &mut Seeded) {
    let mut order: Vec<usize> = (0..sheet.header.len()).collect();
    seeded.shuffle(&mut order);
    let put = |row: &mut Vec<String>| {
        *row = order.iter().map(|at| row.get(*at).cloned().unwrap_or_default()).collect();
    };
    std::iter::once(&mut sheet.header).chain(&mut sheet.rows).for_each(put);
}

fn labels(sheet: &Sheet, seeded: &mut Seeded, edit: fn(&str, &mut Seeded) -> String) -> Option<Files> {
    with(sheet, |s| {
        s.written = Written::Utf8;
        s.header.iter_mut().for_each(|label| *label = edit(label, seeded));
    })
}

/// Letters and brackets of full width become those of half width, and the other way round.
fn wide(label: &str, seeded: &mut Seeded) -> String {
    let shift =
        |letter: char, by: i64| u32::try_from(i64::from(letter as u32) + by).ok().and_then(char::from_u32);
    label
        .chars()
        .map(|letter| match letter {
            _ if seeded.below(2) == 0 => letter,
            'A'..='Z' | 'a'..='z' | '0'..='9' | '(' | ')' | '/' => shift(letter, 0xfee0).unwrap_or(letter),
            '（' | '）' | '：' => shift(letter, -0xfee0).unwrap_or(letter),
            ' ' => '\u{a0}',
            other => other,
        })
        .collect()
}

fn spaced(label: &str, seeded: &mut Seeded) -> String {
    let doubled = label.replace(' ', if seeded.below(2) == 0 { "  " } else { "\u{3000}" });
    format!("{}{doubled}\u{a0} ", [" ", "", "\u{3000}"][seeded.below(3)])
}

fn dashed(label: &str, seeded: &mut Seeded) -> String {
    label.replace(" - ", [" – ", " — ", "－"][seeded.below(3)]).replace(" (", "（")
}

/// A row below the table: what it is, and the sums of its numbers.
fn totals(sheet: &mut Sheet, golden: &Seen, seeded: &mut Seeded) {
    let mut row = vec![String::new(); sheet.header.len()];
    for (at, label) in sheet.header.iter().enumerate() {
        if golden.is_number(label) {
            row[at] = "999".to_owned();
        }
    }
    row[0] = (*seeded.one(&["合計", "Total", "总计", "合計："])).to_owned();
    sheet.rows.push(row);
}

/// The rows of the later days come again in a file of their own, as a download of the last days does.
fn again(sheet: &Sheet, golden: &Seen, seeded: &mut Seeded) -> Option<Files> {
    const DAYS: &[&str] = &["date", "purchase_date", "posted_date", "return_date", "snapshot_date"];
    let at =
        sheet.header.iter().position(|label| golden.name(label).is_some_and(|name| DAYS.contains(&name)))?;
    // Times of another zone and parts of a deal do not split by the text of their day.
    if ["orders", "returns", "deals", "sales-rank", "settlement"]
        .iter()
        .any(|name| sheet.preset.ends_with(name))
    {
        return None;
    }
    let day = |row: &Vec<String>| row[at].chars().take(10).collect::<String>();
    let from = day(&sheet.rows[seeded.below(sheet.rows.len())]);
    let mut later = sheet.clone();
    later.rows.retain(|row| day(row) >= from);
    Some(vec![("data/a.csv".to_owned(), sheet.bytes()), ("data/b.csv".to_owned(), later.bytes())])
}

/// Digits with an optional sign and point.
fn is_plain(cell: &str) -> bool {
    let digits = cell.strip_prefix('-').unwrap_or(cell).replacen('.', "", 1);
    !digits.is_empty() && digits.len() < 12 && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// The cells of number columns, without yen sign and groups.
fn bared(cell: &str) -> Option<String> {
    let bare = cell.trim_start_matches(['￥', '¥']).replace(',', "");
    is_plain(&bare).then_some(bare)
}

fn grouped(whole: &str) -> String {
    let digits: Vec<char> = whole.chars().collect();
    let mut out = String::new();
    for (at, digit) in digits.iter().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(*digit);
    }
    out
}

fn numbers(sheet: &Sheet, golden: &Seen, seeded: &mut Seeded) -> Option<Files> {
    // The tables of costs and rates are in no single currency.
    let money = !["erp/cost", "own/fx"].contains(&sheet.preset.as_str());
    let first = sheet.first();
    with(sheet, |s| {
        s.written = Written::Utf8;
        for at in (0..s.header.len()).filter(|at| golden.is_number(&sheet.header[*at])) {
            for row in s.rows.iter_mut().skip(first).filter(|row| at < row.len()) {
                if let Some(bare) = bared(&row[at]) {
                    row[at] = restyled(&bare, money, seeded);
                }
            }
        }
    })
}

fn restyled(bare: &str, money: bool, seeded: &mut Seeded) -> String {
    let (negative, digits) = bare.strip_prefix('-').map_or((false, bare), |rest| (true, rest));
    let (whole, fraction) =
        digits.split_once('.').map_or((digits, None), |(whole, part)| (whole, Some(part)));
    let whole = if seeded.below(2) == 0 { grouped(whole) } else { whole.to_owned() };
    let amount = fraction.map_or(whole.clone(), |fraction| format!("{whole}.{fraction}"));
    let (before, after) = if money {
        *seeded.one(&[("￥", ""), ("¥", ""), ("", "円"), ("", ""), ("¥ ", "")])
    } else {
        ("", "")
    };
    match negative {
        false => format!("{before}{amount}{after}"),
        true => match seeded.below(5) {
            0 => format!("({before}{amount}{after})"),
            1 => format!("△{before}{amount}{after}"),
            2 => format!("\u{2212}{before}{amount}{after}"),
            3 => format!("－{before}{amount}{after}"),
            _ => format!("（{amount}）"),
        },
    }
}

fn days(sheet: &Sheet, golden: &Seen, seeded: &mut Seeded, forms: &[&str]) -> Option<Files> {
    // Where the preset declares one form, another is told.
    const PLAIN: &[&str] = &[
        "business-report-date",
        "console",
        "tracker",
        "cash",
        "ipi",
        "planning",
        "journal",
        "overhead",
        "ads-invoices",
        "ads-budget",
    ];
    if !PLAIN.iter().any(|name| sheet.preset.contains(name)) {
        return None;
    }
    let at = sheet
        .header
        .iter()
        .position(|label| golden.name(label).is_some_and(|name| name == "date" || name == "snapshot_date"))?;
    let form = *seeded.one(forms);
    let mut changed = sheet.clone();
    changed.written = Written::Utf8;
    for row in &mut changed.rows {
        let day: kpress::time::Date = row[at].replace('/', "-").parse().ok()?;
        row[at] = day.strftime(form).to_string();
    }
    one(changed.bytes())
}

fn cells(sheet: &Sheet, golden: &Seen, seeded: &mut Seeded, edit: fn(&str) -> String) -> Option<Files> {
    let columns: Vec<usize> =
        (0..sheet.header.len()).filter(|at| golden.is_number(&sheet.header[*at])).collect();
    let at = *columns.get(seeded.below(columns.len()))?;
    let row = sheet.first() + seeded.below(sheet.rows.len() - sheet.first());
    let cell = sheet.rows[row].get(at).filter(|cell| !cell.is_empty())?;
    let edited = edit(cell);
    with(sheet, |s| s.rows[row][at] = edited)
}

/// Groups of thousands without the quotes that kept them one cell.
fn bare(sheet: &Sheet, golden: &Seen, seeded: &mut Seeded) -> Option<Files> {
    let row = sheet.first() + seeded.below(sheet.rows.len() - sheet.first());
    let at = (0..sheet.header.len()).find(|at| {
        let cell = sheet.rows[row].get(*at).and_then(|cell| bared(cell));
        golden.is_number(&sheet.header[*at])
            && cell.is_some_and(|cell| cell.len() > 3 && !cell.contains(['.', '-']))
    })?;
    let grouped = grouped(&bared(&sheet.rows[row][at])?);
    let cells: Vec<String> = grouped.split(',').map(str::to_owned).collect();
    (sheet.delimiter == ',').then(|| with(sheet, |s| drop(s.rows[row].splice(at..=at, cells))))?
}
