//! `config:` against the schema that a plugin brings, before it runs: a wrong value is a finding at its line.

use super::failure::{PLUGIN_PARAMS_INVALID, said};
use super::host::Host;
use crate::diag::Finding;
use crate::measure::plugged::port::MetricName;
use crate::plan::{Id, Metric, Param, Plan, Plugged, PluginFailed};
use crate::unit::Unit;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

impl Host<'_> {
    /// Holds what metrics tell their plugins against the plugins' schemas, and gives metrics without a unit that of the
    /// plugin. Metrics that tell something wrong are handed back: they must not be computed.
    pub fn wire(&self, plan: &mut Plan, found: &mut Vec<Finding>) -> BTreeMap<Id, PluginFailed> {
        let mut failed = BTreeMap::new();
        for metric in plan.metrics.values_mut() {
            let Some(plugged) = metric.plugged.as_deref() else { continue };
            let name = MetricName { plugin: plugged.plugin.clone(), id: plugged.metric.clone() };
            // A plugin that may not run says why when it is asked for a figure.
            let Ok((_, described)) = self.metric(&name) else { continue };
            let wrong = problems(&metric.id, plugged, &described.params_schema);
            if let Some(first) = wrong.first() {
                let failure = PluginFailed {
                    plugin: plugged.plugin.clone(),
                    rule: first.rule.name.into(),
                    message: first.message.as_str().into(),
                };
                failed.insert(metric.id.clone(), failure);
            }
            found.extend(wrong);
            if !plugged.says_unit {
                let unit = Unit::parse(&described.unit);
                unit.into_iter().for_each(|unit| give(metric, unit));
            }
        }
        failed
    }
}

fn give(metric: &mut Metric, unit: Unit) {
    metric.unit = unit;
}

/// What is wrong with the parameters of a metric.
fn problems(metric: &str, plugged: &Plugged, schema: &str) -> Vec<Finding> {
    check(&plugged.params, schema)
        .into_iter()
        .map(|(param, why)| {
            let place = param.map_or(&plugged.at, |param| &param.place).clone();
            let what = param.map_or_else(|| "`config:`".to_owned(), |param| format!("`{}`", param.name));
            let message = format!("`{metric}`: {what} does not fit plugin `{}`: {why}", plugged.named());
            let hint = "`kpress plugin check` prints the schema of what it takes";
            Finding::new(&PLUGIN_PARAMS_INVALID, place, message).hint(hint)
        })
        .collect()
}

/// Parameters that a schema does not allow, each with the reason; without a parameter where one is missing.
pub(super) fn check<'p>(params: &'p [Param], schema: &str) -> Vec<(Option<&'p Param>, String)> {
    if schema.is_empty() {
        let stray = |param| (Some(param), "it takes no `config:`".to_owned());
        return params.iter().map(stray).collect();
    }
    let Ok(schema) = serde_json::from_str::<Value>(schema) else { return Vec::new() };
    let Ok(validator) = jsonschema::validator_for(&schema) else { return Vec::new() };
    let entry = |param: &Param| {
        let value = serde_json::from_str(&param.json).unwrap_or(Value::Null);
        (param.name.to_string(), value)
    };
    let instance = Value::Object(params.iter().map(entry).collect::<Map<String, Value>>());
    let mut told: Vec<(Option<&Param>, String)> = Vec::new();
    for error in validator.iter_errors(&instance) {
        let path = error.instance_path().to_string();
        let first = path.trim_start_matches('/').split('/').next().unwrap_or_default().to_owned();
        let why = said(&error.to_string());
        // An unknown key is told of the whole; its name stands in the message.
        let param = params.iter().find(|param| *param.name == *first).or_else(|| {
            params.iter().find(|param| path.is_empty() && why.contains(&format!("'{}'", param.name)))
        });
        told.push((param, why));
    }
    told
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::Place;

    fn param(name: &str, json: &str) -> Param {
        let value = json.trim_matches('"');
        Param { name: name.into(), value: value.into(), json: json.into(), place: Place::default() }
    }

    fn told(params: &[Param], schema: &str) -> Vec<String> {
        let shown = |(param, why): (Option<&Param>, String)| {
            format!("{}: {why}", param.map_or("", |param| &param.name))
        };
        check(params, schema).into_iter().map(shown).collect()
    }

    #[test]
    fn parameters_are_held_against_the_schema() {
        let schema = r#"{"type":"object","properties":{"top":{"type":"integer","minimum":1}},"required":["top"],"additionalProperties":false}"#;
        assert!(told(&[param("top", "10")], schema).is_empty());
        assert_eq!(told(&[param("top", "\"many\"")], schema), ["top: \"many\" is not of type \"integer\""]);
        assert_eq!(told(&[param("top", "0")], schema), ["top: 0 is less than the minimum of 1"]);
        assert_eq!(told(&[], schema), [": \"top\" is a required property"]);
        assert_eq!(
            told(&[param("top", "1"), param("tpo", "1")], schema),
            ["tpo: Additional properties are not allowed ('tpo' was unexpected)"]
        );
    }

    #[test]
    fn a_plugin_without_a_schema_takes_nothing() {
        assert_eq!(told(&[param("top", "10")], ""), ["top: it takes no `config:`"]);
        assert!(told(&[], "").is_empty());
    }
}
