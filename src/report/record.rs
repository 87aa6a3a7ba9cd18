//! What a version said, for later versions: definitions, targets, figures, standings and pages, as plain texts.
//! It goes with the version as `record.json`; what changed since is told from it, without the data of that time.

use super::{Page, values};
use crate::assess::Judged;
use crate::measure::Facts;
use crate::plan::{Plan, TargetValue, Words};
use crate::time::Grain;
use crate::unit::{Lang, Quantity};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The format this kpress writes.
const FORMAT: &str = "kpress-record/1";

/// Words by language; `""` for those of all languages.
pub type Said = BTreeMap<String, String>;

/// What a version said.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// [`FORMAT`].
    pub format: String,
    /// Metrics by id.
    pub metrics: BTreeMap<String, MetricSaid>,
    /// Targets by id.
    pub targets: BTreeMap<String, TargetSaid>,
    /// Figures by `metric|scope|grain|period`.
    pub figures: BTreeMap<String, FigureSaid>,
    /// Figures that an earlier version told otherwise, by the same keys.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub restated: BTreeMap<String, super::restated::RestatedSaid>,
    /// Titles of pages by path.
    pub pages: BTreeMap<String, Said>,
}

/// A definition.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct MetricSaid {
    /// Name.
    pub name: Said,
    /// Formula as it was written.
    pub formula: String,
    /// Unit.
    pub unit: String,
    /// Which way is good.
    pub better: String,
    /// Tax and attribution.
    pub basis: String,
    /// Who answers.
    pub owner: Option<String>,
}

/// A target.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct TargetSaid {
    /// Its metric.
    pub metric: String,
    /// For whom.
    pub scope: String,
    /// For when.
    pub period: String,
    /// How much, as it is in force.
    pub value: String,
    /// Who answers.
    pub owner: Option<String>,
    /// Pursued, paused, dropped.
    pub status: String,
    /// Where it stood.
    pub standing: Option<String>,
}

/// A figure.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct FigureSaid {
    /// Its digits.
    #[serde(rename = "v")]
    pub value: Option<String>,
    /// Whether it was complete.
    #[serde(rename = "s")]
    pub state: String,
}

/// A value as digits, without trailing zeros.
pub(super) fn digits(value: Quantity) -> Option<String> {
    match value {
        // A float has its own shortest form; through a decimal it would show digits it never had.
        Quantity::Approximate(float) => float.is_finite().then(|| float.to_string()),
        exact => exact.as_decimal().map(|value| value.normalize().to_string()),
    }
}

/// Words as they are kept.
pub fn said(words: &Words) -> Said {
    let any = words.any.iter().map(|text| (String::new(), text.to_string()));
    any.chain(words.by_lang.iter().map(|(lang, text)| (lang.code().to_owned(), text.to_string()))).collect()
}

/// Words as they were kept.
pub fn words(said: &Said) -> Words {
    let mut words = Words::default();
    for (code, text) in said {
        match Lang::parse(code) {
            Some(lang) => {
                words.by_lang.insert(lang, text.as_str().into());
            }
            None => words.any = Some(text.as_str().into()),
        }
    }
    words
}

impl Record {
    /// What pages say now. `title` gives the title of a page in every language.
    pub fn of(
        plan: &Plan,
        facts: &Facts,
        judged: &[Judged],
        pages: &[Arc<Page>],
        title: &dyn Fn(&Page) -> Said,
    ) -> Record {
        let calendar = plan.site.calendar;
        let mut record = Record { format: FORMAT.to_owned(), ..Record::default() };
        for (id, metric) in &plan.metrics {
            let one = MetricSaid {
                name: said(&metric.name),
                formula: metric.formula.to_string(),
                unit: metric.unit.to_string(),
                better: format!("{:?}", metric.better).to_lowercase(),
                basis: format!("{:?}", metric.basis),
                owner: metric.owner.as_ref().map(ToString::to_string),
            };
            record.metrics.insert(id.to_string(), one);
        }
        for target in &plan.targets {
            let stands = judged.iter().find(|one| one.target == target.id);
            let one = TargetSaid {
                metric: target.metric.to_string(),
                scope: target.scope.to_string(),
                period: calendar.id(target.period),
                value: stands
                    .and_then(|one| one.in_force.as_ref())
                    .map(|one| promised(one.value))
                    .unwrap_or_default(),
                owner: target.owner.as_ref().map(ToString::to_string),
                status: target.status.kind.name().to_owned(),
                standing: stands.map(|one| one.standing.name().to_owned()),
            };
            record.targets.insert(target.id.to_string(), one);
        }
        let kept = |_: &crate::plan::Id, _: &crate::plan::Scope, grain: Grain| grain >= Grain::Week;
        for row in values(plan, facts, judged, &kept) {
            let key = format!(
                "{}|{}|{}|{}",
                row.metric,
                row.scope,
                row.grain.name(),
                calendar.id(row.point.period)
            );
            let value = row.point.value.and_then(digits);
            record.figures.insert(key, FigureSaid { value, state: row.point.state.name().to_owned() });
        }
        record.pages = pages.iter().map(|page| (page.path.clone(), title(page))).collect();
        record
    }

    /// Reads what an earlier version said.
    ///
    /// # Errors
    /// Why it cannot be understood.
    pub fn read(bytes: &[u8]) -> Result<Record, String> {
        let record: Record = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
        if record.format == FORMAT { Ok(record) } else { Err(format!("its format is `{}`", record.format)) }
    }

    /// As it is kept: sorted, the same record the same bytes.
    pub fn bytes(&self) -> Vec<u8> {
        let value = serde_json::to_value(self).expect("plain data becomes JSON");
        format!("{value}\n").into_bytes()
    }
}

/// A value as digits; both ends of a range.
fn promised(value: TargetValue) -> String {
    match value {
        TargetValue::Of(value) => value.normalize().to_string(),
        TargetValue::Between(low, high) => format!("{}..{}", low.normalize(), high.normalize()),
    }
}
