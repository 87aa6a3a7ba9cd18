//! Blocks of a review deck as templates see them.

use super::figure::{changed, figure, plain, signed};
use super::view::Desk;
use crate::assess::Change;
use crate::chart::{Scene, Width, six_class, six_twelve};
use crate::measure::{Point, State};
use crate::report::deck::{
    Head, PeriodCell, PeriodRow, PeriodTable, ReviewPart, SixRole, SixSeries, SixTwelve,
};
use crate::report::{Cell, Text};
use crate::time::day_label;
use crate::unit::{Pattern, Style, Unit};
use minijinja::{Value, context};

impl Desk<'_> {
    /// A block of a deck.
    pub(super) fn review(&self, part: &ReviewPart) -> Value {
        let title = self.say(&part.title);
        let note = |(place, note): (usize, &crate::report::deck::Happened)| {
            context! {
                number => place + 1,
                when => day_label(note.day, self.lang),
                kind => note.kind.clone(),
                text => self.say(&note.text),
            }
        };
        let embed = part.embed.as_ref().map(|embed| {
            let outside = embed.source.contains("://");
            let safe = !outside || embed.source.starts_with("https://") || embed.source.starts_with("http://");
            context! {
                href => if !safe { String::new() } else if outside || embed.picture { embed.source.clone() } else { self.href(embed.source.trim_start_matches('/')) },
                source => embed.source.clone(),
                outside => outside,
                picture => embed.picture,
                width => embed.size.0,
                height => embed.size.1,
            }
        });
        let below = |(label, cells): &(Text, Vec<Cell>)| {
            context! { label => self.say(label), cells => cells.iter().map(|cell| self.cell(cell)).collect::<Vec<_>>() }
        };
        context! {
            kind => "review",
            id => part.id.clone(),
            number => part.number,
            rule => title.is_empty(),
            section => part.number.is_none(),
            title => title,
            owner => part.owner.as_ref().map(|owner| owner.in_lang(self.lang)),
            chart => part.chart.as_ref().map(|chart| self.six_twelve(chart)),
            tables => part.tables.iter().map(|table| self.period_table(table)).collect::<Vec<_>>(),
            notes => part.notes.iter().enumerate().map(note).collect::<Vec<_>>(),
            below => part.below.iter().map(below).collect::<Vec<_>>(),
            embed => embed,
        }
    }

    fn six_twelve(&self, spec: &SixTwelve) -> Value {
        let say = |text: &Text| self.say(text);
        let scene = |width| Scene { lang: self.lang, calendar: &self.report.calendar, say: &say, width };
        let mut order: Vec<&SixSeries> = spec.series.iter().collect();
        order.sort_by_key(|series| match series.role {
            SixRole::Current(place) => (0, place),
            SixRole::Target => (1, 0),
            SixRole::Prior(place) => (2, place),
        });
        let legend = order.iter().map(|series| {
            context! {
                name => self.say(&series.name),
                class => six_class(series.role),
                form => match series.role {
                    SixRole::Current(0) => "circle",
                    SixRole::Current(_) => "square",
                    SixRole::Prior(_) => "line",
                    SixRole::Target => "triangle",
                },
            }
        });
        let open = |series: &&SixSeries| {
            series.weeks.iter().chain(&series.months).any(|point| {
                point.value.is_some()
                    && matches!(point.state, State::Partial | State::Running | State::Provisional)
            })
        };
        // The numbers behind the drawing: weeks, then months, newest first in each.
        let rows = |periods: &[crate::time::Period], points: fn(&SixSeries) -> &Vec<Point>| -> Vec<Value> {
            let row = |at: usize| {
                let cells = order.iter().map(|series| match points(series).get(at) {
                    Some(point) => self.period_cell(&PeriodCell::Value {
                        point: *point,
                        unit: series.unit.clone(),
                        pattern: series.pattern,
                        decimals: None,
                    }),
                    None => context! { kind => "empty" },
                });
                context! { name => self.report.calendar.label(periods[at], self.lang), cells => cells.collect::<Vec<_>>() }
            };
            (0..periods.len()).rev().map(row).collect()
        };
        let mut all = rows(&spec.weeks, |series| &series.weeks);
        all.extend(rows(&spec.months, |series| &series.months));
        context! {
            id => spec.id.clone(),
            wide => Value::from_safe_string(six_twelve(spec, &scene(Width::Wide))),
            narrow => Value::from_safe_string(six_twelve(spec, &scene(Width::Narrow))),
            legend => legend.collect::<Vec<_>>(),
            open => order.iter().any(|series| !matches!(series.role, SixRole::Prior(_)) && open(series)),
            rows => all,
        }
    }

    fn period_table(&self, table: &PeriodTable) -> Value {
        let head = |head: &Head| match head {
            Head::Text(text) => context! { text => self.say(text), title => "" },
            Head::Period(period) => context! {
                text => self.report.calendar.short_label(*period, self.lang),
                title => self.report.calendar.label(*period, self.lang),
            },
        };
        let row = |row: &PeriodRow| {
            context! {
                name => self.say(&row.name),
                small => row.small.as_ref().map(|small| self.say(small)),
                looks => row.looks.join(" "),
                heading => row.cells.is_empty(),
                cells => row.cells.iter().map(|cell| self.period_cell(cell)).collect::<Vec<_>>(),
            }
        };
        context! {
            id => table.id.clone(),
            caption => self.say(&table.caption),
            kind => table.kind,
            heads => table.heads.iter().map(head).collect::<Vec<_>>(),
            rows => table.rows.iter().map(row).collect::<Vec<_>>(),
        }
    }

    fn period_cell(&self, cell: &PeriodCell) -> Value {
        match cell {
            PeriodCell::Empty => context! { kind => "empty" },
            PeriodCell::Gap(gap, unit) => {
                context! { kind => "gap", text => match unit {
                    Unit::Percent => changed(&Change::By { amount: *gap, kind: crate::assess::ChangeKind::Bps, state: State::Complete }, unit, Default::default(), self.lang, self.strings).get_attr("text").map(|text| text.to_string()).unwrap_or_default(),
                    _ => signed(*gap, unit, Style::Compact, self.lang),
                } }
            }
            PeriodCell::Value { point, unit, pattern, decimals } => {
                self.period_value(point, unit, *pattern, *decimals)
            }
            PeriodCell::Change { change, unit, better, sides } => {
                let made = changed(change, unit, *better, self.lang, self.strings);
                context! { kind => "change", change => made, title => self.both(sides) }
            }
        }
    }

    fn period_value(
        &self,
        point: &Point,
        unit: &Unit,
        pattern: Option<Pattern>,
        decimals: Option<u32>,
    ) -> Value {
        let made = figure(point, unit, decimals, Style::Compact, self.lang, self.strings);
        let empty =
            matches!(point.state, State::NoData | State::Future | State::OtherGrain) && point.value.is_none();
        let written = pattern.zip(point.value).and_then(|(pattern, value)| pattern.show(value, self.lang));
        let full = point.value.map(|value| plain(value, unit, decimals, Style::Full, self.lang));
        context! {
            kind => if empty { "empty" } else { "value" },
            figure => made,
            written => written,
            full => full.and_then(|full| full.get_attr("title").ok()).map(|title| title.to_string()),
            when => self.span_of(point),
        }
    }

    /// Both windows of a comparison with their days, so that nobody has to guess what was compared.
    fn both(&self, (now, base): &(Point, Point)) -> String {
        if now.period == base.period {
            self.span_of(now)
        } else {
            format!("{} · {}", self.span_of(now), self.span_of(base))
        }
    }

    fn span_of(&self, point: &Point) -> String {
        let ends = (day_label(point.period.start, self.lang), day_label(point.period.end, self.lang));
        let whole = if point.state == State::Running { point.period.days() } else { point.days.expected };
        format!("{} – {} ({}/{whole})", ends.0, ends.1, point.days.observed)
    }
}
