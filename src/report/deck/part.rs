//! One block of a deck: its figures become a chart, a box line and tables.

use super::marks::{events, flags};
use super::meeting::Meeting;
use super::{Embed, Head, PeriodCell, PeriodRow, PeriodTable, ReviewPart, SixRole, SixSeries, SixTwelve};
use crate::assess::Change;
use crate::assess::deck::{BoxCell, Desk, Figures, Role};
use crate::measure::Point;
use crate::plan::sums::{Along, Kind, kind};
use crate::plan::{
    BlockSpec, Dashboard, Drawn, GrowthOver, Id, Metric, ReviewBlock, ReviewKind, RowSpec, Scope, Words,
};
use crate::report::context::{Context, about};
use crate::report::{Arg, Text};
use crate::time::Period;
use crate::unit::{Pattern, Unit};

/// The numbers of the blocks of a deck; headings have none.
pub(super) fn numbered(dashboard: &Dashboard) -> Vec<Option<u32>> {
    let mut next = dashboard.review.number_from;
    let number = |block: &BlockSpec| {
        let BlockSpec::Review(block) = block else { return None };
        if matches!(block.kind, ReviewKind::Section) {
            return None;
        }
        next += 1;
        Some(next - 1)
    };
    dashboard.blocks.iter().map(number).collect()
}

/// A block, filled with figures.
pub(super) fn part(
    context: &Context<'_>,
    desk: &Desk<'_>,
    block: &ReviewBlock,
    page: &Scope,
    meeting: &Meeting<'_>,
    (at, number): (usize, Option<u32>),
) -> ReviewPart {
    let scope = block.scope.as_ref().unwrap_or(page);
    let id = format!("block-{}", number.map_or_else(|| format!("h{}", at + 1), |number| number.to_string()));
    let made = Making { context, desk, block, scope, id: id.clone() };
    let mut part = ReviewPart {
        id,
        number,
        title: Text::Words(block.title.clone()),
        owner: owner(context, block),
        chart: None,
        tables: Vec::new(),
        notes: Vec::new(),
        below: meeting.below(context, block, scope, desk.last),
        embed: None,
        shows: made.shows(),
    };
    match &block.kind {
        ReviewKind::SixTwelve { series, axes, zero } => made.six_twelve(&mut part, series, *axes, *zero),
        ReviewKind::Metrics(series) => part.tables.extend(made.box_line(&made.figures(series))),
        ReviewKind::Weeks(rows) => part.tables.extend(made.periods(rows, true)),
        ReviewKind::Months(rows) => part.tables.extend(made.periods(rows, false)),
        ReviewKind::Section => {}
        ReviewKind::Embed { source, height, width } => {
            let lower = source.to_lowercase();
            let picture = !source.contains("://")
                && [".png", ".jpg", ".jpeg", ".gif", ".webp", ".svg", ".avif"]
                    .iter()
                    .any(|end| lower.ends_with(end));
            if block.title.is_empty() {
                part.title = Text::Words(Words::same(source));
            }
            part.embed = Some(Embed { source: source.to_string(), picture, size: (*width, *height) });
        }
    }
    part
}

/// Who explains a block: whoever is named, else the owner of its first metric.
pub(super) fn owner(context: &Context<'_>, block: &ReviewBlock) -> Option<Words> {
    let of_metric = || {
        block.drawn().into_iter().find_map(|drawn| {
            let id = crate::plan::metric_named(context.plan, drawn.what.name())?;
            context.plan.metrics.get(id)?.owner.as_ref()
        })
    };
    block.owner.as_ref().or_else(of_metric).map(|owner| context.person_name(owner))
}

struct Making<'a> {
    context: &'a Context<'a>,
    desk: &'a Desk<'a>,
    block: &'a ReviewBlock,
    scope: &'a Scope,
    id: String,
}

impl Making<'_> {
    fn metric(&self, figures: &Figures) -> Option<&Metric> {
        self.context.plan.metrics.get(&figures.metric)
    }

    /// Series with what is written about them; those that cannot be measured are left out.
    fn figures<'d>(&self, series: &'d [Drawn]) -> Vec<(&'d Drawn, Figures)> {
        let known = series.iter().filter(|drawn| self.desk.figures(self.block, drawn, self.scope).is_some());
        known.zip(self.desk.chart(self.block, series, self.scope)).collect()
    }

    /// The figures of metrics that are drawn or stand in a table.
    fn shows(&self) -> Vec<(crate::report::About, Vec<Period>)> {
        let drawn = self.block.drawn().into_iter();
        let figures = drawn.filter_map(|drawn| self.desk.figures(self.block, drawn, self.scope));
        let periods = |one: &Figures| one.weeks.iter().chain(&one.months).map(|point| point.period).collect();
        figures
            .filter(|one| one.role == Role::Actual)
            .map(|one| (about(&one.metric, self.scope), periods(&one)))
            .collect()
    }

    /// The name in the legend, else what it is.
    fn name(&self, drawn: &Drawn, figures: &Figures) -> Text {
        if !drawn.label.is_empty() {
            return Text::Words(drawn.label.clone());
        }
        let metric = self.context.metric_name(&figures.metric);
        match figures.role {
            Role::Actual => metric,
            Role::Target => Text::key("series-target"),
            Role::Growth(over) => {
                let key = match over {
                    GrowthOver::Week => "deck-growth-week",
                    GrowthOver::Month => "deck-growth-month",
                    GrowthOver::Year => "deck-growth-year",
                };
                Text::Key(key, vec![("name", Arg::Said(Box::new(metric)))])
            }
            Role::Variance => Text::key(match figures.name.rsplit('_').next() {
                Some("percent") => "deck-variance-percent",
                Some("attainment") => "deck-attainment",
                _ => "deck-variance",
            }),
        }
    }

    fn six_twelve(&self, part: &mut ReviewPart, series: &[Drawn], axes: Option<u32>, zero: Option<bool>) {
        let figures = self.figures(series);
        if let Some((drawn, first)) = figures.first()
            && self.block.title.is_empty()
        {
            part.title = self.name(drawn, first);
        }
        let Some((_, first)) = figures.first() else { return };
        let review = first.review.clone();
        let (mut all, mut priors) = (Vec::new(), Vec::new());
        let mut metrics = 0_u8;
        for (drawn, one) in &figures {
            let role = if one.role == Role::Target { SixRole::Target } else { SixRole::Current(metrics) };
            let made = |name, role, weeks: &[Point], months: &[Point]| SixSeries {
                name,
                role,
                unit: one.unit.clone(),
                pattern: drawn.format.or(self.block.format).filter(|_| !matches!(one.role, Role::Growth(_))),
                weeks: weeks.to_vec(),
                months: months.to_vec(),
            };
            if one.role == Role::Actual && drawn.prior.unwrap_or(true) {
                let name = Text::key("series-previous-year");
                priors.push(made(name, SixRole::Prior(metrics), &one.weeks_prior, &one.months_prior));
            }
            all.push(made(self.name(drawn, one), role, &one.weeks, &one.months));
            metrics += u8::from(role != SixRole::Target);
        }
        let with_prior = !priors.is_empty();
        // The year before lies below this year, targets above both.
        priors.append(&mut all);
        priors.sort_by_key(|series| match series.role {
            SixRole::Prior(_) => 0,
            SixRole::Current(place) => 2 - place.min(1),
            SixRole::Target => 3,
        });
        let two_axes = axes.map_or_else(|| self.two_axes(&figures, &priors), |axes| axes == 2);
        let ids: Vec<&Id> = figures.iter().map(|(_, one)| &one.metric).collect();
        let happened = events(self.context, &ids, self.scope, self.desk.last);
        let (flags, notes) = flags(happened, &review, with_prior);
        part.notes = notes;
        part.chart = Some(SixTwelve {
            id: format!("{}-chart", self.id),
            title: part.title.clone(),
            weeks: review.weeks.iter().map(|slot| slot.period).collect(),
            months: review.months.iter().map(|slot| slot.period).collect(),
            series: priors,
            two_axes,
            zero,
            flags,
        });
        part.tables.extend(self.box_line(&figures));
    }

    /// Two axes where months are sums of days and more than three times what weeks are (periods.md §7).
    fn two_axes(&self, figures: &[(&Drawn, Figures)], series: &[SixSeries]) -> bool {
        let additive = figures.iter().any(|(_, one)| {
            let metric = self.metric(one);
            one.role == Role::Actual
                && metric.is_some_and(|metric| kind(self.context.plan, metric, Along::Time) == Kind::Sum)
        });
        let most = |points: &[Point]| {
            points
                .iter()
                .filter_map(|point| point.value)
                .map(|value| value.as_f64().abs())
                .fold(0.0, f64::max)
        };
        additive
            && series.iter().any(|one| {
                let (week, month) = (most(&one.weeks), most(&one.months));
                week > 0.0 && month > 0.0 && !(1.0 / 3.0..=3.0).contains(&(month / week))
            })
    }

    /// The nine figures of each metric; below one with a target how much of it is reached.
    fn box_line(&self, figures: &[(&Drawn, Figures)]) -> Option<PeriodTable> {
        let mut rows = Vec::new();
        for (drawn, one) in figures {
            let Some(line) = &one.line else { continue };
            rows.push(PeriodRow {
                name: self.name(drawn, one),
                small: Some(self.unit(one, drawn)),
                cells: line.iter().map(|cell| self.boxed(cell, drawn, one)).collect(),
                looks: Vec::new(),
            });
            if let Some(reached) = &one.reached {
                let cell = |(at, cell): (usize, &BoxCell)| match cell {
                    BoxCell::Level(point) if [0, 3, 5, 7].contains(&at) => PeriodCell::Value {
                        point: *point,
                        unit: Unit::Percent,
                        pattern: None,
                        decimals: Some(1),
                    },
                    // The gap of the week stands once.
                    BoxCell::Level(Point { value: Some(gap), .. }) if at != 2 => {
                        PeriodCell::Gap(*gap, one.unit.clone())
                    }
                    _ => PeriodCell::Empty,
                };
                rows.push(PeriodRow {
                    name: Text::key("deck-reached"),
                    small: None,
                    cells: reached.iter().enumerate().map(cell).collect(),
                    looks: vec!["second"],
                });
            }
        }
        const HEADS: [&str; 9] = [
            "box-last-week",
            "box-wow",
            "box-yoy",
            "box-mtd",
            "box-yoy",
            "box-qtd",
            "box-yoy",
            "box-ytd",
            "box-yoy",
        ];
        (!rows.is_empty()).then(|| PeriodTable {
            id: format!("{}-box", self.id),
            caption: Text::key("deck-box"),
            kind: "box",
            heads: HEADS.iter().map(|key| Head::Text(Text::key(key))).collect(),
            rows,
        })
    }

    /// The unit, in words where it has a sign of its own only beside figures.
    fn unit(&self, one: &Figures, drawn: &Drawn) -> Text {
        if let Some(pattern) = drawn.format.or(self.block.format) {
            use crate::unit::Scale;
            match pattern.scale {
                Scale::Percent => return Text::key("unit-percent"),
                Scale::BasisPoints => return Text::Words(Words::same("bps")),
                Scale::One | Scale::Thousand | Scale::Million | Scale::Billion => {}
            }
        }
        Text::key(match &one.unit {
            Unit::Money(currency) => return Text::Words(Words::same(currency.code())),
            Unit::Percent => "unit-percent",
            Unit::Count => "unit-count",
            Unit::Factor => "unit-ratio",
            Unit::Days => "unit-days",
            Unit::Weeks => "unit-weeks",
            Unit::Stars => "unit-stars",
            Unit::Rank => "unit-rank",
            Unit::Score => "unit-score",
        })
    }

    fn boxed(&self, cell: &BoxCell, drawn: &Drawn, one: &Figures) -> PeriodCell {
        let better = self.metric(one).map_or_else(Default::default, |metric| metric.better);
        match cell {
            BoxCell::Level(point) => self.value(point, drawn.format, one),
            BoxCell::Change { change, now, base } => {
                PeriodCell::Change { change: *change, unit: one.unit.clone(), better, sides: (*now, *base) }
            }
            BoxCell::Nothing => PeriodCell::Empty,
        }
    }

    /// A figure; growth is told as a change is.
    fn value(&self, point: &Point, own: Option<Pattern>, one: &Figures) -> PeriodCell {
        let pattern = own.or(self.block.format);
        match (one.role, point.value) {
            (Role::Growth(_), Some(amount)) if pattern.is_none() => {
                let better = self.metric(one).map_or_else(Default::default, |metric| metric.better);
                let change = Change::By { amount, kind: one.kind, state: point.state };
                PeriodCell::Change { change, unit: one.unit.clone(), better, sides: (*point, *point) }
            }
            (Role::Variance, Some(gap)) if pattern.is_none() && one.unit != Unit::Percent => {
                PeriodCell::Gap(gap, one.unit.clone())
            }
            _ => PeriodCell::Value {
                point: *point,
                unit: one.unit.clone(),
                pattern,
                decimals: self
                    .metric(one)
                    .and_then(|metric| metric.decimals)
                    .filter(|_| one.role == Role::Actual),
            },
        }
    }

    /// Rows over six weeks, or over twelve months.
    fn periods(&self, rows: &[RowSpec], weeks: bool) -> Option<PeriodTable> {
        let mut heads = Vec::new();
        let mut made = Vec::new();
        for row in rows {
            let figures = row
                .drawn
                .as_ref()
                .and_then(|drawn| Some((drawn, self.desk.figures(self.block, drawn, self.scope)?)));
            let name = match &figures {
                Some((drawn, one)) if row.header.is_empty() => self.name(drawn, one),
                _ => Text::Words(row.header.clone()),
            };
            let looks = [(row.strong, "strong"), (row.italic, "italic"), (row.shade, "shade")];
            let mut looks: Vec<&'static str> =
                looks.iter().filter(|(is, _)| *is).map(|(_, look)| *look).collect();
            looks.extend(
                ["left", "center", "right"].iter().filter(|side| row.align.as_deref() == Some(**side)),
            );
            let cells = figures.map(|(drawn, one)| {
                let points = if weeks { &one.weeks } else { &one.months };
                if heads.is_empty() {
                    heads.extend(points.iter().map(|point| Head::Period(point.period)));
                }
                let to_date = one.to_date.iter().skip(1).filter(|_| weeks);
                points.iter().chain(to_date).map(|point| self.value(point, drawn.format, &one)).collect()
            });
            made.push(PeriodRow { name, small: None, cells: cells.unwrap_or_default(), looks });
        }
        if weeks {
            heads.extend([Head::Text(Text::key("box-qtd")), Head::Text(Text::key("box-ytd"))]);
        }
        (!made.is_empty() && heads.len() > 2).then(|| PeriodTable {
            id: format!("{}-{}", self.id, if weeks { "weeks" } else { "months" }),
            caption: Text::key(if weeks { "deck-weeks" } else { "deck-months" }),
            kind: if weeks { "weeks" } else { "months" },
            heads,
            rows: made,
        })
    }
}
