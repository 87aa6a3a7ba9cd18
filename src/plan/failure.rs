//! Why a plugin gave nothing, and what it had used by then. Every port that a plugin can stand behind speaks of failures
//! like this one, so each costs only what the plugin was asked for and says so in one form.

use super::plugin::PluginKind;
use crate::diag::{Finding, Place, Rule, printable};
use std::fmt;
use std::sync::Arc;

/// A failure shows so many of the last lines that the plugin logged.
const LOG_SHOWN: usize = 20;
/// Digits of a hash that tell two components apart.
const HASH_SHOWN: usize = 8;

/// Why a plugin gave nothing.
#[derive(Clone, Debug)]
pub struct Failure {
    /// The kind of failure; its family decides how a build ends.
    pub rule: &'static Rule,
    /// What happened, as the message of a finding.
    pub message: String,
    /// The way out; empty if there is none.
    pub hint: String,
    /// What it had used by then; `None` if no component ran.
    pub account: Option<Box<Account>>,
}

/// What a run of a plugin used.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Account {
    /// Key under `plugins:`.
    pub plugin: Arc<str>,
    /// The component's sha256, as 64 hexadecimal digits.
    pub hash: Arc<str>,
    /// What it was asked to be.
    pub kind: Option<PluginKind>,
    /// Fuel used over all calls of the run.
    pub fuel: u64,
    /// Fuel allowed over all calls of the run so far.
    pub fuel_allowed: u64,
    /// The most memory it held at once, in bytes.
    pub peak_memory: u64,
    /// Calls of the plugin to the host.
    pub host_calls: u64,
    /// What it logged, the oldest line first; control characters are escaped.
    pub log: Vec<Arc<str>>,
}

impl Failure {
    /// A failure before, or without, a component at work.
    pub fn new(rule: &'static Rule, message: impl Into<String>, hint: impl Into<String>) -> Failure {
        Failure { rule, message: message.into(), hint: hint.into(), account: None }
    }

    /// As a finding at the line that asks for the plugin.
    pub fn finding(&self, place: Place) -> Finding {
        let mut finding = Finding::new(self.rule, place, self.message.as_str());
        if !self.hint.is_empty() {
            finding = finding.hint(self.hint.as_str());
        }
        if let Some(account) = &self.account {
            finding.notes.push(account.to_string());
            let left_out = account.log.len().saturating_sub(LOG_SHOWN);
            finding
                .notes
                .extend(account.log[left_out..].iter().map(|line| format!("log: {}", printable(line))));
        }
        finding
    }
}

impl fmt::Display for Account {
    /// `tacos 9f3a1c02 · metric · fuel 1,810,720,000 of 1,810,720,000 · peak memory 3 MiB`
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hash = self.hash.get(..HASH_SHOWN).unwrap_or(&self.hash);
        write!(out, "{} {hash}", self.plugin)?;
        if let Some(kind) = self.kind {
            write!(out, " · {}", kind.name())?;
        }
        write!(
            out,
            " · fuel {} of {} · peak memory {}",
            grouped(self.fuel),
            grouped(self.fuel_allowed),
            bytes(self.peak_memory)
        )
    }
}

/// `1,810,720,000`.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let comma = |(at, digit): (usize, char)| {
        let starts_group = at > 0 && (digits.len() - at).is_multiple_of(3);
        [starts_group.then_some(','), Some(digit)].into_iter().flatten()
    };
    digits.chars().enumerate().flat_map(comma).collect()
}

/// `3 MiB`, `64 KiB`, `512 B`: the largest unit that it fills, rounded up, since it is held against a limit.
pub fn bytes(number: u64) -> String {
    let units = [(30, "GiB"), (20, "MiB"), (10, "KiB")];
    match units.iter().find(|(power, _)| number >= 1 << power) {
        // Half of a GiB more is worth telling.
        Some((30, _)) if !number.is_multiple_of(1 << 30) => {
            format!("{} MiB", grouped(number.div_ceil(1 << 20)))
        }
        Some((power, unit)) => format!("{} {unit}", number.div_ceil(1 << power)),
        None => format!("{number} B"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::{Family, Level};

    static LOOPS: Rule = Rule {
        name: "plugin-out-of-fuel",
        level: Level::Error,
        family: Family::Data,
        about: "",
        why: "",
        example: "",
    };

    #[test]
    fn a_finding_carries_the_account_and_the_last_lines_of_the_log() {
        let account = Account {
            plugin: "tacos".into(),
            hash: "9f3a1c02".repeat(8).into(),
            kind: Some(PluginKind::Metric),
            fuel: 1_810_720_000,
            fuel_allowed: 1_810_720_000,
            peak_memory: 3 << 20,
            host_calls: 21,
            log: (0..21).map(|line| format!("line {line}").into()).collect(),
        };
        let failure = Failure {
            account: Some(Box::new(account)),
            ..Failure::new(&LOOPS, "plugin `tacos` used up its fuel in `update`", "")
        };
        let finding = failure.finding(Place::file("metrics/ads.yaml"));
        assert_eq!(
            finding.notes[0],
            "tacos 9f3a1c02 · metric · fuel 1,810,720,000 of 1,810,720,000 · peak memory 3 MiB"
        );
        assert_eq!((finding.notes[1].as_str(), finding.notes.len()), ("log: line 1", 21));
        assert_eq!(finding.hint, None);
    }

    #[test]
    fn amounts_for_people() {
        let numbers = [(0, "0"), (999, "999"), (1_000, "1,000"), (1_234_567, "1,234,567")];
        numbers.iter().for_each(|(number, text)| assert_eq!(grouped(*number), *text));
        let amounts = [
            (0, "0 B"),
            (1 << 16, "64 KiB"),
            ((1 << 20) + 1, "2 MiB"),
            (3 << 29, "1,536 MiB"),
            (2 << 30, "2 GiB"),
        ];
        amounts.iter().for_each(|(amount, text)| assert_eq!(bytes(*amount), *text));
    }
}
