//! Rules of plugins at work: each component is asked once, what it answers is held against what it described, and becomes
//! findings at the lines of the nodes.

use super::failure::{Account, Failure, PLUGIN_OUTPUT_INVALID, PLUGIN_OUTPUT_TOO_LARGE, cut, said};
use super::host::{Guest, Host, day_number, seed};
use super::limits::{FINDINGS_MAX, Limits, MESSAGE_BYTES_MAX, NODES_MAX};
use super::load::descriptor::Severity;
use super::run::{Who, on_own_thread};
use super::v1::metric::World;
use super::v1::rule::{Said, check};
use crate::diag::{Finding, Level, Place, printable};
use crate::plan::Plan;
use crate::plan::failure::grouped;
use crate::plan::plugin::PluginKind;
use crate::plan::rules::levels::UNKNOWN_RULE;
use crate::plan::rules::port::{Node, PLUGIN_RULE, RulePort, nodes};
use crate::time::Date;

impl RulePort for Host<'_> {
    fn check(&self, plan: &Plan, as_of: Option<Date>) -> Vec<Finding> {
        let asked: Vec<(&str, &Guest)> = plan
            .plugins
            .values()
            .filter(|plugin| plugin.may_be(PluginKind::Rule))
            .filter_map(|plugin| Some((&*plugin.id, self.guest(&plugin.id).ok()?)))
            .filter(|(_, guest)| guest.loaded.kinds.contains(&PluginKind::Rule))
            .collect();
        let Some(as_of) = as_of.filter(|_| !asked.is_empty()) else { return Vec::new() };
        let nodes = nodes(plan);
        let mut found = strangers(plan, &asked);
        for (name, guest) in asked {
            let place = plan.plugins.get(name).map(|plugin| plugin.place.clone()).unwrap_or_default();
            match self.checked(plan, name, guest, &nodes, as_of) {
                Ok((told, _)) => found.extend(told),
                Err(failure) => found.push(failure.finding(place)),
            }
        }
        found
    }
}

/// Names below `rules:` that no rule of their plugin has.
fn strangers(plan: &Plan, asked: &[(&str, &Guest)]) -> Vec<Finding> {
    let of = |name: &str| {
        let (plugin, rule) = name.split_once('/')?;
        let (_, guest) = asked.iter().find(|(own, _)| *own == plugin)?;
        let rules = &guest.loaded.descriptor.rules;
        (!rules.iter().any(|own| own.name == rule)).then(|| {
            let all: Vec<String> = rules.iter().map(|own| format!("`{plugin}/{}`", own.name)).collect();
            (format!("plugin `{plugin}` has no rule `{rule}`"), format!("it has {}", all.join(", ")))
        })
    };
    let told = plan.levels.iter().filter_map(|(name, (_, place))| Some((of(name)?, place)));
    told.map(|((message, hint), place)| Finding::new(&UNKNOWN_RULE, place.clone(), message).hint(hint))
        .collect()
}

impl Host<'_> {
    fn checked(
        &self,
        plan: &Plan,
        name: &str,
        guest: &Guest,
        nodes: &[Node],
        as_of: Date,
    ) -> Result<(Vec<Finding>, Account), Failure> {
        if nodes.len() > NODES_MAX {
            let message = format!(
                "the plan has {} pieces, and plugin `{name}` may be shown {}",
                grouped(nodes.len() as u64),
                grouped(NODES_MAX as u64)
            );
            return Err(Failure::new(&PLUGIN_OUTPUT_TOO_LARGE, message, ""));
        }
        let site = &plan.site;
        let currency = site.currency.to_string();
        let world = World {
            as_of: day_number(as_of),
            timezone: &site.zone_name,
            locale: site.languages.first().map_or("en", |lang| lang.code()),
            currency: &currency,
            seed: seed(name, "", &[]),
            params: &[],
        };
        let who = Who { plugin: name.into(), hash: guest.loaded.sha256.clone(), kind: PluginKind::Rule };
        let limits = Limits::of(PluginKind::Rule, &guest.limits).value;
        let (told, mut run) =
            on_own_thread(|| check(&self.engine, &guest.pre, limits, &self.cancel, &who, &world, nodes))??;
        let mut wrong = |failure| Err(run.fail(failure));
        if told.len() > FINDINGS_MAX {
            let message = format!(
                "plugin `{name}` found {} things, and nobody reads more than 1,000",
                grouped(told.len() as u64)
            );
            return wrong(Failure::new(&PLUGIN_OUTPUT_TOO_LARGE, message, ""));
        }
        let known = |rule: &str| guest.loaded.descriptor.rules.iter().any(|own| own.name == rule);
        if let Some(fault) = told.iter().find_map(|one| fault(one, nodes.len(), &known)) {
            let message = format!("plugin `{name}` returned no finding: {fault}");
            return wrong(Failure::new(&PLUGIN_OUTPUT_INVALID, message, ""));
        }
        let found = told.iter().filter_map(|one| finding(plan, name, one, nodes)).collect();
        Ok((found, run.account()))
    }

    /// What the rules of one plugin find in a plan, and what that cost.
    ///
    /// # Errors
    /// Why the plugin failed.
    pub fn asked(&self, plan: &Plan, name: &str, as_of: Date) -> Result<(Vec<Finding>, Account), Failure> {
        self.checked(plan, name, self.guest(name)?, &nodes(plan), as_of)
    }
}

/// What is wrong with an answer.
fn fault(one: &Said, nodes: usize, known: &impl Fn(&str) -> bool) -> Option<String> {
    if !known(&one.rule) {
        return Some(format!("it describes no rule `{}`", said(&one.rule)));
    }
    let stray = |node: &u32| *node as usize >= nodes;
    let pointed = std::iter::once(&one.node).chain(&one.related).chain(one.fix.iter().map(|(node, ..)| node));
    if let Some(node) = pointed.copied().find(|node| stray(node)) {
        return Some(format!("there is no node {node}"));
    }
    (one.message.len() > MESSAGE_BYTES_MAX)
        .then(|| format!("a message of {} bytes; at most 2,000 are shown", grouped(one.message.len() as u64)))
}

/// At the line of the node, as grave as `rules:` says; nothing where it is switched off.
fn finding(plan: &Plan, plugin: &str, one: &Said, nodes: &[Node]) -> Option<Finding> {
    let name = format!("{plugin}/{}", one.rule);
    let own = match one.level {
        Severity::Error => Level::Error,
        Severity::Warning => Level::Warning,
        Severity::Info => Level::Note,
    };
    let level = match plan.levels.get(name.as_str()) {
        Some((level, _)) => (*level)?,
        None => own,
    };
    let place = |node: u32| -> Place { nodes[node as usize].place.clone() };
    let mut finding =
        Finding::new(&PLUGIN_RULE, place(one.node), format!("{name}: {}", printable(&one.message)));
    finding.level = level;
    let fix = one.fix.as_ref().map(|(node, attr, value)| {
        format!("write `{}: {}` at `{}`", said(attr), said(value), nodes[*node as usize].name)
    });
    let hint: Vec<String> = one
        .hint
        .as_deref()
        .map(|hint| printable(&cut(hint, MESSAGE_BYTES_MAX)))
        .into_iter()
        .chain(fix)
        .collect();
    if !hint.is_empty() {
        finding = finding.hint(hint.join("; "));
    }
    for node in one.related.iter().take(10) {
        finding = finding.related(place(*node), nodes[*node as usize].name.to_string());
    }
    Some(finding)
}
