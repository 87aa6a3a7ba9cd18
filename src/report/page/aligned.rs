//! Launches beside each other, laid on their launch day: week 1 of one beside week 1 of the other, whenever they were.

use crate::measure::{Point, State};
use crate::plan::{Id, Launch, Metric, Words};
use crate::report::context::{Context, about};
use crate::report::{Axis, Block, ChartSeries, ChartSpec, SeriesRole, Text};
use crate::time::{Date, Period};

/// More launches than this are not told apart in one picture; the latest are drawn.
const DRAWN: usize = 6;

/// For each metric that several launches look at: a line for each of them, by week since launch.
pub(super) fn blocks(context: &Context<'_>, all: &[&Launch], as_of: Date) -> Vec<Block> {
    let mut drawn: Vec<&Launch> = all.iter().copied().filter(|launch| launch.date <= as_of).collect();
    drawn.sort_by_key(|launch| (std::cmp::Reverse(launch.date), launch.id.clone()));
    drawn.truncate(DRAWN);
    let mut metrics: Vec<Id> = Vec::new();
    for metric in drawn.iter().flat_map(|launch| launch.metrics()) {
        if !metrics.contains(&metric) {
            metrics.push(metric);
        }
    }
    let mut blocks = Vec::new();
    for metric in metrics.iter().filter_map(|id| context.plan.metrics.get(id)) {
        let lines: Vec<Line<'_>> =
            drawn.iter().filter_map(|launch| Line::of(context, launch, metric, as_of)).collect();
        if lines.len() > 1 {
            blocks.push(Block::Chart(chart(context, metric, &lines)));
        }
    }
    if !blocks.is_empty() {
        blocks.insert(0, Block::Heading(Text::key("launch-aligned")));
    }
    blocks
}

/// A launch with its weeks that are over.
struct Line<'a> {
    launch: &'a Launch,
    weeks: Vec<Option<Point>>,
}

impl<'a> Line<'a> {
    /// `None` where the launch does not look at the metric, or nothing of it is known.
    fn of(context: &Context<'_>, launch: &'a Launch, metric: &Metric, as_of: Date) -> Option<Line<'a>> {
        if !launch.metrics().contains(&metric.id) {
            return None;
        }
        let over: Vec<Period> = launch.weeks().into_iter().filter(|week| week.end <= as_of).collect();
        let at = |week: &Period| context.facts.at(&metric.id, &launch.scope, *week).copied();
        let weeks: Vec<Option<Point>> = over.iter().map(at).collect();
        weeks.iter().flatten().any(|point| point.value.is_some()).then_some(Line { launch, weeks })
    }

    fn at(&self, week: usize) -> Option<Point> {
        self.weeks.get(week).copied().flatten()
    }
}

fn length(lines: &[Line<'_>]) -> usize {
    lines.iter().map(|line| line.weeks.len()).max().unwrap_or(0)
}

fn chart(context: &Context<'_>, metric: &Metric, lines: &[Line<'_>]) -> ChartSpec {
    let weeks = length(lines);
    let series = |(place, line): (usize, &Line<'_>)| {
        let points: Vec<Option<Point>> = (0..weeks).map(|week| line.at(week)).collect();
        ChartSeries {
            name: Text::Words(line.launch.title.clone()),
            about: Some(about(&metric.id, &line.launch.scope)),
            role: SeriesRole::Actual(u8::try_from(place).unwrap_or(u8::MAX)),
            unit: metric.unit.clone(),
            bars: false,
            values: points.iter().map(|point| point.and_then(|point| point.value)).collect(),
            states: points.iter().map(|point| point.map_or(State::NoData, |point| point.state)).collect(),
        }
    };
    ChartSpec {
        id: format!("aligned-{}", metric.id),
        kind: "line",
        title: context.metric_name(&metric.id),
        axis: Axis::Members((1..=weeks).map(|week| Text::Words(Words::same(&week.to_string()))).collect()),
        series: lines.iter().enumerate().map(series).collect(),
        marks: Vec::new(),
        bands: Vec::new(),
    }
}
