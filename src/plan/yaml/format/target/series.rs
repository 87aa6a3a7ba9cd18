//! Reads `series:`: targets day by day that are rows of a source and bring their own dates.

use super::{Around, Drafted, drafted, made_id};
use crate::diag::Finding;
use crate::plan::Target;
use crate::plan::yaml::check::UNFIT_VALUE;
use crate::plan::yaml::format::{Reader, metric, scope};
use crate::plan::yaml::tree::Node;

/// Keys that say something else than a series does.
const OTHERWISE: &[&str] = &["value", "between", "phase", "glide", "revisions", "split", "for_each"];

/// Reads a target whose amounts are a series. Its period is that of its rows, unless one is written.
pub(super) fn read(reader: &mut Reader, node: &Node, written: &Node, around: &Around<'_>) -> Option<Drafted> {
    if let Some((key, _)) = node.entries().iter().find(|(key, _)| OTHERWISE.contains(&&*key.text)) {
        let told = format!("`series` brings its own amounts, and `{}` says something else", key.text);
        let finding = Finding::new(&UNFIT_VALUE, key.place.clone(), told);
        reader.found.push(finding.hint("keep one of the two"));
        return None;
    }
    let name = node.text_of("metric")?;
    let scope = scope(node.get("scope")).unwrap_or_default();
    let period = match node.get("period") {
        Some(period) => reader.period(period)?,
        None => Target::UNDATED,
    };
    let id = match node.text_of("id") {
        Some(id) => id.clone(),
        None if period == Target::UNDATED => format!("{name}-series").into(),
        None => made_id(reader, name, period, &scope),
    };
    let unit = around.units.get(name).cloned();
    let series = metric::of_series(reader, written, format!("target/{id}").into(), unit, around.sources)?;
    let mut one = drafted(reader, node, id, scope, period, around)?;
    one.target.series = Some(series.id.clone());
    one.series = Some(series);
    Some(one)
}
