//! A rule of the first interface: the nodes of a plan in, findings out, in one call of one instance.

use super::metric::World;
use super::told;
use super::wit::exports::kpress::plugin::rule;
use crate::plan::failure::Failure;
use crate::plan::rules::port::Node;
use crate::plugin::engine::Engine;
use crate::plugin::limits::{FUEL_DESCRIBE, Limits};
use crate::plugin::load::descriptor::Severity;
use crate::plugin::run::{Call, Cancel, Run, State, Who};
use wasmtime::component::InstancePre;

/// What a rule says, as it says it.
#[derive(Clone, Debug)]
pub(crate) struct Said {
    pub(crate) rule: String,
    pub(crate) level: Severity,
    pub(crate) node: u32,
    pub(crate) message: String,
    pub(crate) hint: Option<String>,
    pub(crate) related: Vec<u32>,
    /// Node, attribute and what it should say instead.
    pub(crate) fix: Option<(u32, String, String)>,
}

/// Asks all rules of a component. The run is handed back for what else may be wrong with the answer.
///
/// # Errors
/// Why there is no answer.
pub(crate) fn check(
    engine: &Engine,
    pre: &InstancePre<State>,
    limits: Limits,
    cancel: &Cancel,
    who: &Who,
    world: &World<'_>,
    nodes: &[Node],
) -> Result<(Vec<Said>, Run<State>), Failure> {
    let state = State::new(&limits);
    let (fuel, bytes) = (limits.fuel_groups.of(0), limits.hostcall_bytes.of(0));
    let mut run = Run::new(engine, who.clone(), limits, cancel, state);
    let guest = run.call(Call { name: "instantiate", fuel: FUEL_DESCRIBE, bytes, row: None }, |store| {
        let indices = rule::GuestIndices::new(pre)?;
        let instance = pre.instantiate(&mut *store)?;
        indices.load(&mut *store, &instance)
    })?;
    let attrs: Vec<Vec<(&str, &str)>> = nodes
        .iter()
        .map(|node| node.attrs.iter().map(|(name, value)| (*name, value.as_str())).collect())
        .collect();
    let given: Vec<rule::Node<'_>> = nodes
        .iter()
        .zip(&attrs)
        .zip(0_u32..)
        .map(|((node, attrs), id)| rule::Node {
            id,
            parent: node.parent,
            kind: node.kind,
            name: &node.name,
            text: node.text.as_deref(),
            attrs,
            refs: &node.refs,
        })
        .collect();
    let answer = run.call(Call { name: "check", fuel, bytes, row: None }, |store| {
        world.with(|context| guest.call_check(store, context, &given))
    })?;
    match answer {
        Ok(found) => Ok((found.into_iter().map(said).collect(), run)),
        Err(error) => {
            let failure = told::failure(&who.plugin, error);
            Err(run.fail(failure))
        }
    }
}

fn said(found: rule::Finding) -> Said {
    Said {
        rule: found.rule,
        level: super::convert::severity(found.level),
        node: found.node,
        message: found.message,
        hint: found.hint,
        related: found.related,
        fix: found.fix.map(|fix| (fix.node, fix.attr, fix.replacement)),
    }
}
