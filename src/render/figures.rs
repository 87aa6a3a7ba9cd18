//! The figures of a deck as one table for spreadsheets, beside its page: unrounded, each with its state, its days and, for a
//! change, what it is compared with (periods.md §8).

use super::strings::Strings;
use crate::assess::Change;
use crate::measure::Point;
use crate::report::deck::{Head, PeriodCell, PeriodTable, ReviewPart, SixSeries};
use crate::report::{Block, Page, Rows, Sheet, Text};
use crate::snapshot::export::csv_cell;
use crate::time::{Calendar, Period};
use crate::unit::{Lang, Quantity};

/// The file beside the page.
pub(super) const NAME: &str = "figures.csv";
/// The file beside a page with rows of files.
pub(super) const ROWS: &str = "rows.csv";

/// The words that lead to rows set aside, to rows behind figures, and to figures of a deck.
const ASIDE: &str = "aside-csv";
const BEHIND: &str = "rows-csv";
const DECK: &str = "deck-csv";

/// The table beside a page, if it has one: its name, and the key of the words that lead to it.
pub(super) fn beside(page: &Page) -> Option<(&'static str, &'static str)> {
    if page.sheet.is_some() {
        return Some((ROWS, ASIDE));
    }
    page.blocks.iter().find_map(|block| match block {
        Block::Review(part) if part.has_figures() => Some((NAME, DECK)),
        Block::Rows(_) => Some((NAME, BEHIND)),
        _ => None,
    })
}

/// The rows of files that a page is about; no cell may become a formula.
fn set_aside(sheet: &Sheet) -> String {
    let line = |cells: &Vec<String>| {
        let cells: Vec<String> = cells.iter().map(|cell| csv_cell(cell)).collect();
        cells.join(",") + "\n"
    };
    std::iter::once(&sheet.heads).chain(&sheet.rows).map(line).collect()
}

const HEAD: &str = "block,title,table,row,column,from,to,value,told_as,state,days_observed,days_expected,compared_from,compared_to\n";

/// All charts and tables of a page, or the rows of data files behind it; `None` where it has neither.
pub(super) fn figures(page: &Page, strings: &Strings, (lang, calendar): (Lang, Calendar)) -> Option<String> {
    match beside(page)?.1 {
        ASIDE => return page.sheet.as_ref().map(set_aside),
        BEHIND => return Some(rows(page)),
        _ => {}
    }
    let mut out = HEAD.to_owned();
    for block in &page.blocks {
        if let Block::Review(part) = block {
            Writing { strings, lang, calendar, part, out: &mut out }.part();
        }
    }
    (out.len() > HEAD.len()).then_some(out)
}

/// Rows of data files, as they stand there.
fn rows(page: &Page) -> String {
    let mut out = format!("{}\n", Rows::HEAD.join(","));
    for block in &page.blocks {
        let Block::Rows(rows) = block else { continue };
        for row in &rows.all {
            // The amount is a number; everything else is text.
            let (adds, texts) = row.split_last().expect("a row has cells");
            let cells = texts.iter().map(|cell| csv_cell(cell)).chain([adds.clone()]);
            out.push_str(&cells.collect::<Vec<_>>().join(","));
            out.push('\n');
        }
    }
    out
}

/// Every digit a figure has.
fn digits(value: Quantity) -> String {
    match value {
        // A float has its own shortest form; through a decimal it would show digits it never had.
        Quantity::Approximate(float) => float.to_string(),
        exact => exact.as_decimal().map_or_else(String::new, |exact| exact.normalize().to_string()),
    }
}

struct Writing<'a> {
    strings: &'a Strings,
    lang: Lang,
    calendar: Calendar,
    part: &'a ReviewPart,
    out: &'a mut String,
}

impl Writing<'_> {
    fn part(&mut self) {
        if let Some(chart) = &self.part.chart {
            for series in &chart.series {
                self.series(series, &chart.weeks, &series.weeks);
                self.series(series, &chart.months, &series.months);
            }
        }
        for table in &self.part.tables {
            self.table(table);
        }
    }

    fn series(&mut self, series: &SixSeries, slots: &[Period], points: &[Point]) {
        let row = self.strings.say(&series.name);
        for (slot, point) in slots.iter().zip(points) {
            let column = self.calendar.label(*slot, self.lang);
            self.point(("chart", &row, &column), point);
        }
    }

    fn table(&mut self, table: &PeriodTable) {
        for row in &table.rows {
            let name = self.strings.say(&row.name);
            for (head, cell) in table.heads.iter().zip(&row.cells) {
                let column = match head {
                    Head::Text(text) => self.strings.say(text),
                    Head::Period(period) => self.calendar.label(*period, self.lang),
                };
                let place = (table.kind, name.as_str(), column.as_str());
                match cell {
                    PeriodCell::Empty => {}
                    PeriodCell::Value { point, .. } => self.point(place, point),
                    PeriodCell::Gap(gap, _) => {
                        self.line(place, None, &[&*digits(*gap), "gap", "", "", ""], None)
                    }
                    PeriodCell::Change { change, sides, .. } => self.change(place, change, sides),
                }
            }
        }
    }

    fn point(&mut self, place: (&str, &str, &str), point: &Point) {
        let value = point.value.map(digits).unwrap_or_default();
        let days = (point.days.observed.to_string(), point.days.expected.to_string());
        let cells = [&*value, "value", point.state.name(), &*days.0, &*days.1];
        self.line(place, Some(point.period), &cells, None);
    }

    fn change(&mut self, place: (&str, &str, &str), change: &Change, (now, base): &(Point, Point)) {
        let (value, told, state) = match change {
            Change::By { amount, kind, state } => (digits(*amount), kind.name(), state.name()),
            Change::NotMeaningful { difference } => (digits(*difference), "difference", "n/m"),
            Change::NotAvailable => (String::new(), "", "n/a"),
        };
        let days = (now.days.observed.to_string(), now.days.expected.to_string());
        let against = (base.period != now.period).then_some(base.period);
        self.line(place, Some(now.period), &[&*value, told, state, &*days.0, &*days.1], against);
    }

    /// A line: where it stands, its days, what it says, and what it is compared with.
    fn line(
        &mut self,
        (table, row, column): (&str, &str, &str),
        period: Option<Period>,
        cells: &[&str],
        against: Option<Period>,
    ) {
        let ends = |period: Option<Period>| {
            period.map_or((String::new(), String::new()), |one| (one.start.to_string(), one.end.to_string()))
        };
        let number = self.part.number.map_or_else(String::new, |number| number.to_string());
        let title: &Text = &self.part.title;
        let (title, own, base) = (csv_cell(&self.strings.say(title)), ends(period), ends(against));
        let (row, column) = (csv_cell(row), csv_cell(column));
        let mut all = vec![&*number, &*title, table, &*row, &*column, &*own.0, &*own.1];
        all.extend(cells);
        all.extend([&*base.0, &*base.1]);
        self.out.push_str(&all.join(","));
        self.out.push('\n');
    }
}
