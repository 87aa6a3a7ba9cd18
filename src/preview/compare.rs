//! Unsaved changes beside the files: every target of which something shown differs, and every score, in the words of a language.

use super::edition::Edition;
use crate::assess::{Judged, Scored, scores};
use crate::build::draft::Draft;
use crate::plan::{Id, TargetValue};
use crate::render::studio::Studio;
use crate::report::{target_path, tenths};
use crate::time::Period;
use crate::unit::{Decimal, Digits, Lang, Quantity, Style, Unit, quantity};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// What is shown where there is nothing.
const DASH: &str = "–";
/// Rows that are listed.
const ROWS: usize = 200;
/// Scores that are listed: those of a team and a few periods fit below what is dragged.
const SCORES: usize = 12;

/// The targets that differ, as the files say and as the changes would have it, in the order of the plan.
pub(super) fn rows(edition: &Edition, changed: &Draft, lang: Lang) -> Value {
    let cells_before = cells(&edition.draft, &edition.studio, lang);
    let cells_after = cells(changed, &edition.studio, lang);
    let part = changed.part();
    let seen = |id: &&Id| part.is_none_or(|part| part.shows_target(id));
    let ids = changed.base.plan.targets.iter().map(|target| &target.id).filter(seen);
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

/// The scorecards of which the shown score differs, the newest period of each person and card first. A score stands
/// beside no target of its own, so it is told wherever a target is changed.
pub(super) fn score_rows(edition: &Edition, changed: &Draft, lang: Lang) -> Value {
    let (before, after) = (scored(&edition.draft), scored(changed));
    let plan = &changed.base.plan;
    let keys: BTreeSet<&Key> = before.keys().chain(after.keys()).collect();
    let part = changed.part();
    let differs =
        |key: &&Key| before.get(*key) != after.get(*key) && part.is_none_or(|part| part.shows_score(key));
    let row = |key: &Key| {
        let shown =
            |of: &BTreeMap<Key, Decimal>| of.get(key).map_or(DASH.to_owned(), |score| format!("{score:.1}"));
        let (period, person, card) = key;
        let person = plan.people.get(person).map_or(&**person, |known| known.name.in_lang(lang));
        let title = plan.scorecards.get(card).map_or(&**card, |known| known.title.in_lang(lang));
        let label = plan.site.calendar.label(*period, lang);
        let name = [person, title, &label].join(" · ");
        json!({ "name": name, "files": shown(&before), "set": shown(&after) })
    };
    keys.into_iter().rev().filter(differs).take(SCORES).map(row).collect()
}

/// A period of a scorecard: when, whose, which.
type Key = (Period, Id, Id);

/// Every score as it is shown.
fn scored(draft: &Draft) -> BTreeMap<Key, Decimal> {
    let (plan, stand) = (&draft.base.plan, &draft.base.stand);
    let shown = |one: Scored| {
        let versions = plan.scorecards.get(&one.card).map(|card| &card.versions);
        let rules = versions.and_then(|versions| versions.get(one.version));
        let score = tenths(one.score?, rules.map_or(&[], |rules| &rules.bands));
        Some(((one.period, one.person, one.card), score))
    };
    scores(plan, &stand.facts, &stand.judged, draft.base.as_of()).into_iter().filter_map(shown).collect()
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
