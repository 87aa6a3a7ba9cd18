//! What is wrong with alerts: names of alerts that do not exist, acknowledgements of nothing.

use super::Raised;
use crate::diag::{Family, Finding, Level, Rule, did_you_mean};
use crate::plan::{AlertTest, Plan};
use crate::time::Date;

/// Rules raised here.
pub static RULES: &[&Rule] = &[&ALERT_UNKNOWN, &ACKNOWLEDGED_NOTHING];

/// A part that is no alert.
static ALERT_UNKNOWN: Rule = Rule {
    name: "alert-unknown",
    level: Level::Error,
    family: Family::Config,
    about: "finds an alert that names another, or a launch, that does not exist",
    why: "it would never be raised, and nobody would notice",
    example: "{kind: composite, all: [acos-treshold]}        # did you mean `acos-threshold`?",
};

/// Taken, but what?
static ACKNOWLEDGED_NOTHING: Rule = Rule {
    name: "acknowledged-nothing",
    level: Level::Warning,
    family: Family::Config,
    about: "finds an acknowledgement of an alert that was never raised",
    why: "the alert that was meant stays open, or the data that raised it have changed",
    example: "{alert: sessions-signal/jp1/2025-W37, by: li.na, date: 2025-09-15}        # `kpress alerts` prints the names",
};

/// Names in alerts that mean nothing.
pub(super) fn unknown(plan: &Plan) -> Vec<Finding> {
    let mut found = Vec::new();
    for alert in &plan.alerts {
        let parts = match &alert.test {
            AlertTest::Composite { of, .. } => of.as_slice(),
            _ => alert.unless.as_slice(),
        };
        let names = || {
            plan.alerts
                .iter()
                .filter(|one| !matches!(one.test, AlertTest::Composite { .. }))
                .map(|one| &*one.id)
        };
        for part in parts.iter().filter(|part| !names().any(|name| name == &***part)) {
            let told = format!("`{}` names `{part}`, and there is no such alert", alert.id);
            let hint = did_you_mean(part, names());
            let hint =
                hint.unwrap_or_else(|| "name alerts that are not made of others themselves".to_owned());
            found.push(Finding::new(&ALERT_UNKNOWN, alert.place.clone(), told).hint(hint));
        }
        if let AlertTest::Gate { launch: Some(launch) } = &alert.test
            && !plan.launches.contains_key(launch)
        {
            let told = format!("`{}` watches the launch `{launch}`, and there is none", alert.id);
            let hint = did_you_mean(launch, plan.launches.keys().map(|id| &**id));
            let hint = hint.unwrap_or_else(|| "a launch is named by its file below `launches/`".to_owned());
            found.push(Finding::new(&ALERT_UNKNOWN, alert.place.clone(), told).hint(hint));
        }
    }
    found
}

/// Acknowledgements of alerts that were never raised, or raised only later. Those of days to come are not asked yet.
pub(super) fn acknowledged(plan: &Plan, raised: &[Raised], as_of: Date) -> Vec<Finding> {
    let meant = |alert: &str| raised.iter().any(|one| &*one.id == alert);
    let lost = plan.acknowledged.iter().filter(|one| one.date <= as_of && !meant(&one.alert));
    let tell = |one: &crate::plan::Acknowledged| {
        let told = format!("no alert `{}` was raised", one.alert);
        let hint = did_you_mean(&one.alert, raised.iter().map(|one| &*one.id));
        let hint = hint.unwrap_or_else(|| "`kpress alerts --all` prints every alert by its name".to_owned());
        Finding::new(&ACKNOWLEDGED_NOTHING, one.place.clone(), told).hint(hint)
    };
    lost.map(tell).collect()
}
