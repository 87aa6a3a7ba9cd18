//! Signals and alerts: what is more than routine variation, and what somebody asked to be told.

use super::{PageKind, page};
use crate::diag::Finding;
use crate::report::context::Context;
use crate::report::{Block, Page, Text, limit};

pub(super) struct Alerts;

impl PageKind for Alerts {
    fn name(&self) -> &'static str {
        "alerts"
    }

    fn pages(&self, context: &Context<'_>, _found: &mut Vec<Finding>) -> Vec<Page> {
        if context.watched.by.is_empty() {
            return Vec::new();
        }
        let mut made = page("alerts", self.name(), Text::key("nav-alerts"), &[("", Text::key("nav-home"))]);
        made.blocks.push(Block::Heading(Text::key("alerts-signals")));
        let signals = limit::new_signals(context);
        match limit::table(context, "signals", &signals) {
            Some(table) => made.blocks.push(Block::Table(table)),
            None => {
                let text = Text::key("alerts-no-signals");
                made.blocks.push(Block::Notice { tone: "info", text, details: Vec::new() });
            }
        }
        made.blocks.push(Block::Notice {
            tone: "info",
            text: limit::by_chance(context, signals.len()),
            details: Vec::new(),
        });
        vec![made]
    }
}
