//! Unsaved changes beside the files: every target of which something shown differs, in the words of a language.

use super::edition::Edition;
use crate::assess::Judged;
use crate::build::draft::Draft;
use crate::plan::{Id, TargetValue};
use crate::render::studio::Studio;
use crate::report::target_path;
use crate::unit::{Decimal, Digits, Lang, Quantity, Style, Unit, quantity};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// What is shown where there is nothing.
const DASH: &str = "–";
/// Rows that are listed.
const ROWS: usize = 200;

/// The targets that differ, as the files say and as the changes would have it, in the order of the plan.
pub(super) fn rows(edition: &Edition, changed: &Draft, lang: Lang) -> Value {
    let cells_before = cells(&edition.draft, &edition.studio, lang);
    let cells_after = cells(changed, &edition.studio, lang);
    let ids = changed.base.plan.targets.iter().map(|target| &target.id);
    let none = || vec![DASH.to_owned(); 5];
    let differs = |id: &&Id| cells_before.get(*id) != cells_after.get(*id);
    let row = |id: &Id| {
        json!({
            "id": &**id,
            "page": target_path(id),
            "files": cells_before.get(id).cloned().unwrap_or_else(none),
            "set": cells_after.get(id).cloned().unwrap_or_else(none),
        })
    };
    ids.filter(differs).take(ROWS).map(row).collect()
}

/// Value, attainment, pace, forecast and standing of each target.
fn cells(draft: &Draft, studio: &Studio, lang: Lang) -> BTreeMap<Id, Vec<String>> {
    let unit = |judged: &Judged| {
        let target = draft.base.plan.targets.iter().find(|target| target.id == judged.target)?;
        Some(draft.base.plan.metrics.get(&target.metric)?.unit.clone())
    };
    let one = |judged: &Judged| Some((judged.target.clone(), row(judged, &unit(judged)?, studio, lang)));
    draft.base.stand.judged.iter().filter_map(one).collect()
}

fn row(judged: &Judged, unit: &Unit, studio: &Studio, lang: Lang) -> Vec<String> {
    let shown = |value: Quantity, unit: &Unit, digits: Digits| {
        quantity(value, unit, lang, Style::Full, digits)
            .map(|shown| format!("{}{}{}", shown.before, shown.digits, shown.after))
    };
    let exact = |value: Decimal| shown(Quantity::Exact(value), unit, Digits::Auto);
    let value = judged.in_force.as_ref().and_then(|now| match now.value {
        TargetValue::Of(value) => exact(value),
        TargetValue::Between(low, high) => Some(format!("{} – {}", exact(low)?, exact(high)?)),
    });
    let attainment = judged.attainment.and_then(|share| shown(share, &Unit::Percent, Digits::Exactly(1)));
    let pace = judged.pace.as_ref().and_then(|pace| shown(pace.index?, &Unit::Factor, Digits::Auto));
    let forecast = judged
        .forecast
        .as_ref()
        .and_then(|forecast| shown(Quantity::Approximate(forecast.value), unit, Digits::Auto));
    let standing = studio.words(lang, &format!("standing-{}", judged.standing.name()));
    [value, attainment, pace, forecast, standing].map(|cell| cell.unwrap_or_else(|| DASH.to_owned())).to_vec()
}
