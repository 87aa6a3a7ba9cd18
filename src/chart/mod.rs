//! A [`ChartSpec`] becomes a static SVG for everyone, and data for an interactive chart for those who ask for it.
//! One file per kind of chart; geometry stands in attributes, colour in classes, so that the strictest CSP holds.

mod bar;
mod bullet;
mod combo;
mod control;
mod frame;
mod funnel;
mod line;
mod multiples;
mod option;
mod pace;
mod partition;
mod scale;
mod six_twelve;
mod sparkline;
mod svg;
mod waterfall;
mod year;

pub use option::RAW_MARK;
pub use six_twelve::{six_class, six_twelve};
pub use sparkline::sparkline;
pub use svg::escape;

use crate::report::{ChartSpec, SeriesRole, Text};
use crate::time::Calendar;
use crate::unit::Lang;

/// How much room a drawing has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Width {
    /// A page on a desk, and paper.
    Wide,
    /// A phone held upright. Drawn on its own: a shrunken wide chart would have letters nobody can read.
    Narrow,
}

/// What a painter must know besides the chart.
pub struct Scene<'a> {
    /// Language of the page.
    pub lang: Lang,
    /// How periods are named.
    pub calendar: &'a Calendar,
    /// Turns a text of the report into words of `lang`.
    pub say: &'a dyn Fn(&Text) -> String,
    /// Room.
    pub width: Width,
}

/// A kind of chart.
pub trait ChartKind: Sync {
    /// Its name in `dashboards/*.yaml`.
    fn name(&self) -> &'static str;
    /// What it is good for, in one sentence.
    fn about(&self) -> &'static str;
    /// The drawing, complete and safe to stand in HTML: one `<svg>` element.
    fn svg(&self, spec: &ChartSpec, scene: &Scene<'_>) -> String;
    /// The option of the interactive chart: data only, no code, no HTML; `null` where there is none.
    fn option(&self, spec: &ChartSpec, scene: &Scene<'_>) -> serde_json::Value {
        option::option(spec, scene)
    }
}

/// All kinds of chart, in the order of the manual.
pub static CHART_KINDS: &[&dyn ChartKind] = &[
    &line::Line,
    &control::Control,
    &multiples::Multiples,
    &bar::Bar,
    &combo::Combo,
    &sparkline::Sparkline,
    &bullet::Bullet,
    &pace::Pace,
    &waterfall::Waterfall,
    &partition::Partition,
    &funnel::Funnel,
    &year::Year,
];

/// The kind with a name.
pub fn chart_kind(name: &str) -> Option<&'static dyn ChartKind> {
    CHART_KINDS.iter().copied().find(|kind| kind.name() == name)
}

/// The class that colours a series, in drawings and legends alike.
pub fn series_class(role: SeriesRole) -> String {
    match role {
        SeriesRole::Actual(place) => format!("s{}", place % 6),
        SeriesRole::Prior => "prior".to_owned(),
        SeriesRole::Target => "target".to_owned(),
        SeriesRole::First => "was".to_owned(),
        SeriesRole::Even => "even".to_owned(),
        SeriesRole::Forecast => "fore".to_owned(),
        SeriesRole::Low | SeriesRole::High => "edge".to_owned(),
        SeriesRole::Stretch => "stretch".to_owned(),
        SeriesRole::Red => "redline".to_owned(),
        SeriesRole::Center => "center".to_owned(),
        SeriesRole::Limit => "limit".to_owned(),
        SeriesRole::SignalGood => "sig-good".to_owned(),
        SeriesRole::SignalBad => "sig-bad".to_owned(),
        SeriesRole::Signal => "sig".to_owned(),
    }
}

/// Whether the names of the series stand at the ends of their lines, so that a wide page needs no legend.
pub fn names_at_ends(spec: &ChartSpec, scene: &Scene<'_>) -> bool {
    spec.kind == "line" && frame::end_labels(spec, scene).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::State;
    use crate::plan::Words;
    use crate::report::{Axis, ChartSeries, Mark};
    use crate::time::Grain;
    use crate::unit::{Decimal, Quantity, Unit};

    pub(super) fn plain(text: &Text) -> String {
        match text {
            Text::Words(words) => words.in_lang(Lang::En).to_owned(),
            Text::Key(key, _) => (*key).to_owned(),
        }
    }

    const CALENDAR: Calendar = Calendar {
        week_starts: crate::time::Weekday::Monday,
        fiscal_starts: 4,
        named_by: crate::time::NamedBy::Start,
        numbering: None,
        retail: None,
    };

    pub(super) fn scene() -> Scene<'static> {
        Scene { lang: Lang::En, calendar: &CALENDAR, say: &plain, width: Width::Wide }
    }

    /// Six weeks of a rate: a gap in the third, the last one running; a target of 22 %.
    pub(super) fn spec(kind: &'static str, name: &str) -> ChartSpec {
        let first = "2026-10-05".parse().expect("a date");
        let last = "2026-11-09".parse().expect("a date");
        let percent = |value: i64| Some(Quantity::Exact(Decimal::new(value, 2)));
        let words = |text: &str| Text::Words(Words::same(text));
        let series = |name: &str, role, values, states| ChartSeries {
            name: words(name),
            about: None,
            role,
            unit: Unit::Percent,
            bars: false,
            values,
            states,
        };
        let mut states = vec![State::Complete; 6];
        states[2] = State::Missing;
        states[5] = State::Running;
        ChartSpec {
            id: "acos".to_owned(),
            kind,
            title: words(name),
            axis: Axis::Time(Grain::Week, CALENDAR.periods(Grain::Week, first, last)),
            series: vec![
                series(
                    name,
                    SeriesRole::Actual(0),
                    vec![percent(26), percent(25), None, percent(23), percent(24), percent(20)],
                    states,
                ),
                series("Target", SeriesRole::Target, vec![percent(22); 6], vec![State::Complete; 6]),
            ],
            marks: vec![Mark { slots: (1, 1), kind: "change".to_owned(), text: Words::same("rebuilt") }],
            bands: vec![Quantity::Exact(Decimal::new(15, 2)), Quantity::Exact(Decimal::new(30, 2))],
        }
    }

    #[test]
    fn every_kind_draws_one_safe_element() {
        for kind in CHART_KINDS {
            for hostile in
                ["<img src=x onerror=alert(1)>", "</script><script>alert(1)</script>", "\" onload=\"x"]
            {
                let svg = kind.svg(&spec(kind.name(), hostile), &scene());
                assert!(svg.starts_with("<svg ") && svg.ends_with("</svg>"), "{}", kind.name());
                for forbidden in ["<img", "<script", "style=", "onload=\"x", "NaN", "inf"] {
                    assert!(!svg.contains(forbidden), "{}: {forbidden}", kind.name());
                }
            }
        }
    }

    #[test]
    fn a_gap_is_never_bridged_and_a_running_value_is_hollow_at_a_dashed_line() {
        let svg = line::Line.svg(&spec("line", "ACoS"), &scene());
        let solid = svg.split("class=\"ln s0\" d=\"").nth(1).and_then(|rest| rest.split('"').next());
        // Two runs: first to second week, fourth to fifth. The third is missing, the sixth is running.
        assert_eq!(solid.map(|path| (path.matches('M').count(), path.matches('L').count())), Some((2, 2)));
        let dashed = svg.split("class=\"ln dash s0\" d=\"").nth(1).and_then(|rest| rest.split('"').next());
        assert_eq!(dashed.map(|path| path.matches('L').count()), Some(1));
        assert_eq!(svg.matches("pt s0 open").count(), 1);
        // An equal target is one level across all six slots.
        let target = svg.split("class=\"ln target\" d=\"").nth(1).and_then(|rest| rest.split('"').next());
        assert_eq!(target.map(|path| path.matches('M').count()), Some(1));
        assert!(svg.contains("chart-axis-from"), "an axis that does not start at zero says so");
    }

    #[test]
    fn a_sparkline_breaks_at_gaps_and_needs_two_values() {
        let one = |n: i64| (Some(Quantity::from(n)), State::Complete);
        let gap = (None, State::Missing);
        assert_eq!(sparkline(&[one(1), gap]), "");
        let svg = sparkline(&[one(1), one(2), gap, one(3), one(4)]);
        assert_eq!(svg.matches('M').count(), 2);
    }

    #[test]
    fn charts_of_nothing_are_still_drawn() {
        for kind in CHART_KINDS {
            let mut empty = spec(kind.name(), "x");
            empty.marks.clear();
            for series in &mut empty.series {
                series.values = vec![None; 6];
            }
            assert!(kind.svg(&empty, &scene()).ends_with("</svg>"));
            empty.series.clear();
            empty.axis = Axis::Members(Vec::new());
            assert!(kind.svg(&empty, &scene()).ends_with("</svg>"));
        }
    }
}
