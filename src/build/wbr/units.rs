//! Units. The dialect has none: a metric is a count, or a ratio where something is divided. What is added to a ratio or
//! subtracted from it is one, too, and so is what comes out: otherwise the formulas of the workspace would not hold.

use super::metric::{Function, Metric, Value};
use std::collections::BTreeSet;

/// The metrics that are ratios or shares, by their original names.
pub(super) fn ratios(metrics: &[Metric]) -> BTreeSet<&str> {
    let divides = |metric: &Metric| matches!(&metric.value, Value::Function(function) if function.divides());
    let is_one = |metric: &&Metric| metric.share || metric.bps || divides(metric);
    let mut known: BTreeSet<&str> = metrics.iter().filter(is_one).map(|metric| &*metric.name).collect();
    // Metrics that have one unit among themselves.
    let mut alike: Vec<BTreeSet<&str>> = Vec::new();
    for metric in metrics {
        if let Value::Function(function) = &metric.value {
            let mut all = BTreeSet::new();
            terms(function, &mut all);
            if !all.is_empty() {
                all.insert(&metric.name);
                alike.push(all);
            }
        }
    }
    loop {
        let before = known.len();
        for all in &alike {
            if !all.is_disjoint(&known) {
                known.extend(all);
            }
        }
        if known.len() == before {
            return known;
        }
    }
}

/// The metrics that a sum or a difference has for its terms; none if it is something else.
fn terms<'a>(function: &'a Function, all: &mut BTreeSet<&'a str>) {
    let Function::Of('+' | '-', operands) = function else { return };
    for operand in operands {
        match operand {
            Function::Leaf(name) => {
                all.insert(name);
            }
            Function::Of(..) => terms(operand, all),
        }
    }
}
