//! From looks to alerts: raised once, kept while it lasts, over when the test or the clearing condition says so.
//! Raised again soon after its end it is the same alert: a weekend in between does not make two of one.

use super::test::{Heard, Probe};
use crate::plan::{Acknowledged, Alert, Id, Plan, Scope, Severity};
use crate::time::{Date, Period, days_between, plus_days};
use std::sync::Arc;

/// An alert that was raised.
#[derive(Clone, Debug, PartialEq)]
pub struct Raised {
    /// Its address: `sessions-signal/jp1/2025-W37`.
    pub id: Arc<str>,
    /// Which alert of the plan.
    pub alert: Id,
    /// For whom.
    pub scope: Scope,
    /// How urgent.
    pub severity: Severity,
    /// First period of those that raised it.
    pub since: Period,
    /// The period that raised it.
    pub opened: Period,
    /// The last period at which the test held.
    pub last: Period,
    /// The period at which it was over.
    pub resolved: Option<Period>,
    /// What was heard when it was raised.
    pub heard: Heard,
    /// What was heard last.
    pub now: Heard,
    /// Who took it.
    pub acknowledged: Option<Acknowledged>,
    /// Who is told.
    pub owner: Option<Id>,
    /// By this day somebody should have taken it.
    pub due: Option<Date>,
}

/// Where an alert stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum AlertState {
    /// Nobody took it.
    New,
    /// Somebody took it.
    Acknowledged,
    /// It is over.
    Resolved,
}

impl AlertState {
    /// As it stands in `report.json` and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            AlertState::New => "new",
            AlertState::Acknowledged => "acknowledged",
            AlertState::Resolved => "resolved",
        }
    }
}

impl Raised {
    /// Where it stands.
    pub fn state(&self) -> AlertState {
        match (&self.resolved, &self.acknowledged) {
            (Some(_), _) => AlertState::Resolved,
            (None, Some(_)) => AlertState::Acknowledged,
            (None, None) => AlertState::New,
        }
    }

    /// Whether nobody took it in time.
    pub fn is_overdue(&self, as_of: Date) -> bool {
        self.state() == AlertState::New && self.due.is_some_and(|due| due < as_of)
    }
}

/// Every alert that the looks of one scope raise, oldest first.
pub(super) fn replay(
    plan: &Plan,
    alert: &Alert,
    scope: &Scope,
    probes: &[Probe],
    as_of: Date,
) -> Vec<Raised> {
    let (count, window) = (alert.hold.0 as usize, alert.hold.1 as usize);
    let mut all: Vec<Raised> = Vec::new();
    for at in 0..probes.len() {
        let probe = &probes[at];
        if probe.period.end > as_of {
            break;
        }
        if let Some(open) = all.last_mut().filter(|one| one.resolved.is_none()) {
            follow(open, probe);
            continue;
        }
        let recent = &probes[(at + 1).saturating_sub(window)..=at];
        let held: Vec<&Probe> = recent.iter().filter(|one| one.holds).collect();
        let muted = alert.mute_until.is_some_and(|until| probe.period.end <= until);
        if !probe.holds || held.len() < count || muted {
            continue;
        }
        let again = all.last_mut().filter(|one| {
            let over = one.resolved.unwrap_or(one.last);
            days_between(over.end, probe.period.end) <= alert.dedupe && alert.dedupe > 0
        });
        match again {
            Some(same) => {
                same.resolved = None;
                follow(same, probe);
            }
            None => all.push(raised(plan, alert, scope, (held[0].period, probe))),
        }
    }
    all
}

/// An open alert at one more look.
fn follow(open: &mut Raised, probe: &Probe) {
    if probe.holds {
        open.last = probe.period;
        open.now = probe.heard.clone();
    }
    if !probe.holds && probe.cleared.unwrap_or(true) {
        open.resolved = Some(probe.period);
    }
}

fn raised(plan: &Plan, alert: &Alert, scope: &Scope, (since, probe): (Period, &Probe)) -> Raised {
    let members: Vec<&str> = scope.members().map(|(_, member)| &**member).collect();
    let whose = if members.is_empty() { "company".to_owned() } else { members.join("+") };
    let id: Arc<str> = format!("{}/{whose}/{}", alert.id, plan.site.calendar.id(probe.period)).into();
    let metric = alert.metric.as_ref().and_then(|metric| plan.metrics.get(metric));
    let owner = alert.owner.clone().or_else(|| metric.and_then(|metric| metric.owner.clone()));
    let due =
        alert.respond_within.map(|days| plus_days(probe.period.end, i32::try_from(days).unwrap_or(i32::MAX)));
    let took = plan.acknowledged.iter().filter(|one| *one.alert == *id).min_by_key(|one| one.date);
    Raised {
        alert: alert.id.clone(),
        scope: scope.clone(),
        severity: alert.severity,
        since,
        opened: probe.period,
        last: probe.period,
        resolved: None,
        heard: probe.heard.clone(),
        now: probe.heard.clone(),
        acknowledged: took.cloned(),
        owner,
        due,
        id,
    }
}
