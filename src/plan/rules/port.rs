//! Rules that a plugin checks: the checked plan as nodes, and who looks at them. A finding points at a node, so it can
//! name no file and no line that people did not write.

use crate::diag::{Family, Finding, Level, Place, Rule};
use crate::plan::formula::check;
use crate::plan::{Id, Metric, Plan, Target, TargetValue};
use crate::time::Date;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Rules raised here.
pub static RULES: &[&Rule] = &[&PLUGIN_RULE];

/// What a rule of a plugin found.
pub static PLUGIN_RULE: Rule = Rule {
    name: "plugin-rule",
    level: Level::Warning,
    family: Family::Config,
    about: "what a rule of a plugin found; its own name, `plugin/rule`, stands before the message",
    why: "a team has rules of its own, and `rules: {acme/no-weekend-target: error}` says how grave they are",
    example: "acme/no-weekend-target: the target `gmv-2026` ends on a Sunday",
};

/// Checks a plan by rules of plugins.
pub trait RulePort: Sync {
    /// What they find, and which of them failed.
    fn check(&self, plan: &Plan, as_of: Option<Date>) -> Vec<Finding>;
}

/// A piece of the checked plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// What the piece is part of.
    pub parent: Option<u32>,
    /// `metric`, `target`, `person`, `team`, `store`, `source`, `dashboard`.
    pub kind: &'static str,
    /// Its id.
    pub name: Arc<str>,
    /// A formula or a note.
    pub text: Option<Arc<str>>,
    /// What is written of it, as words.
    pub attrs: Vec<(&'static str, String)>,
    /// Nodes that it names.
    pub refs: Vec<u32>,
    /// Where it stands.
    pub place: Place,
}

/// The plan as nodes; the number of a node is its place in the list.
pub fn nodes(plan: &Plan) -> Vec<Node> {
    let mut nodes = Vec::new();
    let mut add = |kind, name: &Id, place: &Place, attrs: Vec<(&'static str, Option<String>)>| {
        let attrs = attrs.into_iter().filter_map(|(name, value)| Some((name, value?))).collect();
        let (name, place) = (name.clone(), place.clone());
        nodes.push(Node { parent: None, kind, name, text: None, attrs, refs: Vec::new(), place });
    };
    let own = |id: &Option<Id>| id.as_ref().map(ToString::to_string);
    for person in plan.people.values() {
        add(
            "person",
            &person.id,
            &person.place,
            vec![("team", own(&person.team)), ("role", own(&person.role))],
        );
    }
    for store in plan.stores.values() {
        let currency = store.currency.map(|currency| currency.to_string());
        add(
            "store",
            &store.id,
            &store.place,
            vec![("marketplace", own(&store.marketplace)), ("currency", currency)],
        );
    }
    for source in plan.sources.values() {
        add("source", &source.id, &source.place, vec![("files", Some(source.files.to_string()))]);
    }
    for metric in plan.metrics.values() {
        add("metric", &metric.id, &metric.place, of_metric(metric));
    }
    for target in &plan.targets {
        add("target", &target.id, &target.place, of_target(plan, target));
    }
    connect(plan, &mut nodes);
    nodes
}

fn word(value: &impl std::fmt::Debug) -> Option<String> {
    Some(format!("{value:?}").to_lowercase())
}

fn of_metric(metric: &Metric) -> Vec<(&'static str, Option<String>)> {
    vec![
        ("unit", Some(metric.unit.to_string())),
        ("better", word(&metric.better)),
        ("grain", word(&metric.grain)),
        ("level", metric.importance.as_ref().and_then(word)),
        ("owner", metric.owner.as_ref().map(ToString::to_string)),
        ("tags", (!metric.tags.is_empty()).then(|| metric.tags.join(", "))),
    ]
}

fn of_target(plan: &Plan, target: &Target) -> Vec<(&'static str, Option<String>)> {
    let value = target.value.stated().map(|value| match value {
        TargetValue::Of(value) => value.normalize().to_string(),
        TargetValue::Between(low, high) => format!("{}..{}", low.normalize(), high.normalize()),
    });
    vec![
        ("metric", Some(target.metric.to_string())),
        ("scope", Some(target.scope.to_string())),
        ("period", Some(plan.site.calendar.id(target.period))),
        ("from", Some(target.period.start.to_string())),
        ("to", Some(target.period.end.to_string())),
        ("value", value),
        ("owner", target.owner.as_ref().map(ToString::to_string)),
        ("status", word(&target.status)),
    ]
}

/// Parents, references and texts, once every node has its number.
fn connect(plan: &Plan, nodes: &mut [Node]) {
    let numbered = nodes.iter().zip(0_u32..).map(|(node, number)| ((node.kind, node.name.clone()), number));
    let numbers: BTreeMap<(&'static str, Id), u32> = numbered.collect();
    let at = |kind, id: &Id| numbers.get(&(kind, id.clone())).copied();
    for node in nodes.iter_mut() {
        match node.kind {
            "metric" => {
                let Some(metric) = plan.metrics.get(&node.name) else { continue };
                node.text = Some(metric.formula.clone());
                node.refs.extend(metric.owner.as_ref().and_then(|owner| at("person", owner)));
                let operands = check::operands(metric);
                node.refs.extend(operands.into_iter().filter_map(|id| at("metric", id)));
            }
            "target" => {
                let Some(target) = plan.targets.iter().find(|target| target.id == node.name) else {
                    continue;
                };
                node.parent = target.parent.as_ref().and_then(|parent| at("target", parent));
                node.text = target.note.as_ref().map(|note| {
                    note.in_lang(plan.site.languages.first().copied().unwrap_or(crate::unit::Lang::En)).into()
                });
                node.refs.extend(at("metric", &target.metric));
                node.refs.extend(target.owner.as_ref().and_then(|owner| at("person", owner)));
            }
            _ => {}
        }
    }
}
