//! Blocks of target pages as JSON: the answer, the tree, the plan down to the day, SMART.

use super::{Desk, ends, maybe, quantity, scope, words_of};
use crate::assess::{Letter, Verdict};
use crate::report::goal::{Gap, Lead, LeadFigure, Node, Plan, Stretch, Tree};
use serde_json::{Map, Value, json};

impl Desk {
    pub(super) fn lead(&self, lead: &Lead) -> Value {
        let figure = |one: &LeadFigure| json!({ "label": self.text(&one.label), "value": self.cell(&one.value), "note": one.note.as_ref().map(|note| self.text(note)) });
        json!({
            "block": "lead",
            "standing": lead.standing.map(|standing| standing.name()),
            "said": lead.said.iter().map(|text| self.text(text)).collect::<Vec<_>>(),
            "figures": lead.figures.iter().map(figure).collect::<Vec<_>>(),
        })
    }

    pub(super) fn tree(&self, tree: &Tree) -> Value {
        let all = |nodes: &[Node]| nodes.iter().map(|node| self.node(node)).collect::<Vec<_>>();
        json!({ "block": "tree", "id": tree.id, "roots": all(&tree.roots), "past": all(&tree.past) })
    }

    fn node(&self, node: &Node) -> Value {
        let mut object = node.actual.as_ref().map(|point| self.point(point, &node.unit)).unwrap_or_default();
        object.insert("id".into(), (*node.target).into());
        object.insert("path".into(), node.path.as_str().into());
        object.insert("metric".into(), (*node.about.0).into());
        object.insert("scope".into(), scope(&node.about.1));
        object.insert("owner".into(), node.owner.as_ref().map(|(id, _)| &**id).into());
        object.insert("target".into(), node.value.map_or(Value::Null, ends));
        if let Some(original) = node.original {
            object.insert("original".into(), ends(original));
        }
        object.insert("attainment".into(), maybe(node.attainment));
        object.insert("pace_index".into(), maybe(node.index));
        object.insert("forecast".into(), maybe(node.forecast));
        object.insert("standing".into(), node.standing.name().into());
        object.insert("status".into(), node.status.name().into());
        if let Some(reason) = &node.reason {
            object.insert("reason".into(), words_of(reason));
        }
        if let Some(gap) = &node.gap {
            object.insert("gap".into(), gap_of(gap).into());
        }
        object.insert("parts".into(), node.children.iter().map(|child| self.node(child)).collect());
        object.into()
    }

    pub(super) fn plan(&self, plan: &Plan) -> Value {
        json!({
            "block": "plan",
            "id": plan.id,
            "unit": plan.unit.to_string(),
            "total": self.stretch(&plan.total),
            "rows": plan.rows.iter().map(|row| self.stretch(row)).collect::<Vec<_>>(),
        })
    }

    fn stretch(&self, stretch: &Stretch) -> Value {
        let mut object = Map::new();
        object.insert("period".into(), self.calendar.id(stretch.period).into());
        object.insert("target".into(), maybe(stretch.plan));
        let optional = [
            ("original", stretch.original),
            ("value", stretch.actual),
            ("difference", stretch.difference),
            ("difference_to_date", stretch.so_far),
            ("required", stretch.needed),
        ];
        for (name, value) in optional {
            if let Some(value) = value {
                object.insert(name.into(), quantity(value));
            }
        }
        if let Some(weight) = stretch.weight {
            object.insert("weight".into(), quantity(weight.into()));
        }
        if !stretch.events.is_empty() {
            object.insert("events".into(), stretch.events.iter().map(words_of).collect());
        }
        if !stretch.parts.is_empty() {
            object.insert("parts".into(), stretch.parts.iter().map(|part| self.stretch(part)).collect());
        }
        object.into()
    }

    pub(super) fn smart(&self, letters: &[Letter]) -> Value {
        let letter = |one: &Letter| {
            let verdict = match one.verdict {
                Verdict::Pass => "pass",
                Verdict::Doubt => "doubt",
                Verdict::Fail => "fail",
            };
            json!({ "letter": one.letter.to_string(), "verdict": verdict, "why": one.key, "own": one.own.as_deref() })
        };
        json!({ "block": "smart", "letters": letters.iter().map(letter).collect::<Vec<_>>() })
    }
}

fn gap_of(gap: &Gap) -> Map<String, Value> {
    let mut object = Map::new();
    object.insert("parts".into(), maybe(gap.sum));
    object.insert("left".into(), maybe(gap.left));
    object.insert("uncovered".into(), gap.uncovered.iter().map(words_of).collect());
    let pairs = gap.overlapping.iter().map(|(a, b)| json!([&**a, &**b]));
    object.insert("overlapping".into(), pairs.collect());
    object
}
