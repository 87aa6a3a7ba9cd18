//! What a manifest tells of a version beside its files: the data it was made from, what its metrics said, its pages.

use super::Survey;
use crate::assess::Judged;
use crate::inputs::Hash;
use crate::measure::{Facts, State};
use crate::plan::{self, Scope};
use crate::render::{Theme, Voice};
use crate::report::{self, Report};
use crate::time::Grain;
use crate::unit::Quantity;
use crate::versions::manifest::{MetricOf, PageOf, SnapshotOf};
use std::collections::BTreeMap;

pub(super) fn snapshots(survey: &Survey) -> Vec<SnapshotOf> {
    let of = |(id, file): (&plan::Id, &crate::snapshot::FileRecord)| SnapshotOf {
        id: id.to_string(),
        file: file.path.clone(),
        sha256: file.sha256.to_string(),
        bytes: file.bytes,
        rows: file.rows,
    };
    survey
        .snapshot
        .files
        .iter()
        .flat_map(|(id, files)| files.iter().map(move |file| of((id, file))))
        .collect()
}

/// What each metric says of the whole company in its last period that has a value.
pub(super) fn metrics((plan, facts, judged): (&plan::Plan, &Facts, &[Judged])) -> BTreeMap<String, MetricOf> {
    let digits = |value: Quantity| match value {
        Quantity::Approximate(float) => float.is_finite().then(|| float.to_string()),
        exact => exact.as_decimal().map(|value| value.normalize().to_string()),
    };
    let company = Scope::company();
    let wanted = |id: &plan::Id, scope: &Scope, grain: Grain| {
        *scope == company && plan.metrics.get(id).is_some_and(|metric| metric.grain == grain)
    };
    let mut told: BTreeMap<String, MetricOf> = BTreeMap::new();
    for (id, metric) in &plan.metrics {
        let def = format!("{:?}", (&metric.formula, &metric.unit, &metric.better, &metric.basis));
        let of = MetricOf {
            def: format!("sha256:{}", Hash::of(def.as_bytes())),
            unit: metric.unit.to_string(),
            owner: metric.owner.as_ref().map(ToString::to_string),
            ..MetricOf::default()
        };
        told.insert(id.to_string(), of);
    }
    for row in report::values(plan, facts, judged, &wanted) {
        let shown = !matches!(row.point.state, State::Future | State::Missing | State::NoData);
        if let Some(of) = told.get_mut(&**row.metric).filter(|_| shown) {
            of.period = Some(plan.site.calendar.id(row.point.period));
            of.actual = row.point.value.and_then(digits);
            of.target = row.target.and_then(|(value, _)| digits(value));
            of.standing = row.standing.map(|standing| standing.name().to_owned());
        }
    }
    told
}

pub(super) fn listed(report: &Report, theme: &Theme) -> Vec<PageOf> {
    let lang = report.languages.first().copied().unwrap_or(crate::unit::Lang::En);
    let voice = Voice::of(theme, lang, report.calendar);
    let page = |page: &std::sync::Arc<report::Page>| PageOf {
        path: page.path.clone(),
        id: page.kind.to_owned(),
        title: voice.say(&page.title),
    };
    report.pages.iter().map(page).collect()
}
