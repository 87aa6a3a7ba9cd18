//! Bars and lines over one time axis: an amount and the rate that belongs to it.

use super::bar::upright;
use super::{ChartKind, Scene};
use crate::report::{ChartSeries, ChartSpec, SeriesRole};

/// Bars for the series marked so, lines for the others.
pub(super) struct Combo;

impl ChartKind for Combo {
    fn name(&self) -> &'static str {
        "combo"
    }

    fn about(&self) -> &'static str {
        "bars for an amount and lines for what goes with it; another unit takes the right axis"
    }

    fn svg(&self, spec: &ChartSpec, scene: &Scene<'_>) -> String {
        let measured = spec.series.iter().filter(|series| series.role != SeriesRole::Target);
        let (bars, lines): (Vec<&ChartSeries>, Vec<&ChartSeries>) = measured.partition(|series| series.bars);
        upright(spec, scene, &bars, &lines)
    }
}
