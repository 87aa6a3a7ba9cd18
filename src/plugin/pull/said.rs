//! What becomes of a page that did not come: the answer of a plugin, or what was refused to it, as a finding at the line
//! that asks for it.

use super::doors::Exhausted;
use super::port::{Ended, Said};
use crate::diag::{Family, Finding, Level, Rule};
use crate::measure::plugged::run::PLUGIN_INPUT_MISSING;
use crate::plan::failure::Failure;
use crate::plan::pull::Pull;
use crate::plugin::failure::{
    PLUGIN_BUDGET_EXHAUSTED, PLUGIN_CAPABILITY_MISSING, PLUGIN_DATA_REJECTED, PLUGIN_FAILED,
    PLUGIN_PARAMS_INVALID, PLUGIN_RETRY_LATER, PLUGIN_UNSUPPORTED,
};
use crate::plugin::reach::exchange::{HttpError, Logged};

/// A source that goes round in circles.
pub static PLUGIN_NO_PROGRESS: Rule = Rule {
    name: "plugin-no-progress",
    level: Level::Error,
    family: Family::Data,
    about: "a source whose pages do not get on: the same cursor again, or more pages than there may be",
    why: "a pull that never ends brings nothing",
    example: "a server that answers every page with the same `nextToken`",
};

/// A door without a grant behind it.
pub static PLUGIN_DENIED: Rule = Rule {
    name: "plugin-denied",
    level: Level::Error,
    family: Family::Data,
    about: "a server, secret or folder that a plugin wanted to use and that it is not granted",
    why: "a plugin does what was approved and nothing else",
    example: "the path `/orders/v0/orders` is not within the grant `spapi`: `kpress.yaml` does not grant it",
};

/// A server that cannot be reached or answers outside of what is agreed.
pub static PLUGIN_HTTP_FAILED: Rule = Rule {
    name: "plugin-http-failed",
    level: Level::Error,
    family: Family::Data,
    about: "a request of a plugin that got no answer it could use: no address, no connection, no trust, too late, too large",
    why: "the data of that server are not there; what was fetched before stays",
    example: "`https://sellingpartnerapi-fe.amazon.com` did not answer in time; run `kpress data pull` again",
};

/// What happened on a page beside its answer.
#[derive(Clone, Debug, Default)]
pub struct Around {
    /// What was refused.
    pub denied: Vec<String>,
    /// What was used up.
    pub exhausted: Option<Exhausted>,
    /// Requests.
    pub logged: Vec<Logged>,
    /// What the plugin logged.
    pub lines: Vec<String>,
}

/// The finding of a page that did not come. `text` masks and escapes what a plugin says.
pub fn finding(
    name: &str,
    pull: &Pull,
    ended: &Ended,
    around: &Around,
    text: impl Fn(&str) -> String,
) -> Vec<Finding> {
    let said = match ended {
        Ended::Broke(failure) => return vec![with_log(failure.finding(pull.place.clone()), around)],
        Ended::Said(Said::InvalidParams(problems)) if !problems.is_empty() => {
            let one = |(param, why): &(String, String)| {
                let at = pull.config.iter().position(|(key, _)| **key == **param);
                let place = at.and_then(|at| pull.config_at.get(at)).unwrap_or(&pull.place);
                let told = format!("plugin `{name}` does not take `{}`: {}", text(param), text(why));
                Finding::new(&PLUGIN_PARAMS_INVALID, place.clone(), told)
                    .hint("`kpress plugin check` prints what it takes")
            };
            return problems.iter().map(one).collect();
        }
        Ended::Said(said) => said,
    };
    let failure = denied(name, said, around)
        .or_else(|| exhausted(name, said, around, &text))
        .or_else(|| failed_request(name, said, around, &text));
    let failure = failure.unwrap_or_else(|| spoken(name, said, &text));
    vec![with_log(failure.finding(pull.place.clone()), around)]
}

/// A refusal explains a failure, whatever the plugin made of it.
fn denied(name: &str, said: &Said, around: &Around) -> Option<Failure> {
    if matches!(said, Said::RetryLater(_)) {
        return None;
    }
    let why = around.denied.last()?;
    let hint = format!("if it is right, grant it in `kpress.yaml`, then run `kpress plugin approve {name}`");
    Some(Failure::new(&PLUGIN_DENIED, format!("plugin `{name}` was refused: {why}"), hint))
}

/// So does a budget that is used up: what is beyond it is never sent, so no request tells of it.
fn exhausted(name: &str, said: &Said, around: &Around, text: &dyn Fn(&str) -> String) -> Option<Failure> {
    let (Said::Failed(words), Some(what)) = (said, around.exhausted) else { return None };
    let (what, limits) = match what {
        Exhausted::Calls => ("calls to the host", "`host_calls:`"),
        Exhausted::Requests => ("requests", "`http_requests:` or `http_bytes:`"),
        Exhausted::Files => ("files", "`file_bytes:`"),
    };
    let told = format!("plugin `{name}` used up its budget of {what} ({})", text(words));
    Some(Failure::new(&PLUGIN_BUDGET_EXHAUSTED, told, format!("raise {limits} below `limits:`")))
}

/// A request without an answer explains it, too.
fn failed_request(
    name: &str,
    said: &Said,
    around: &Around,
    text: &dyn Fn(&str) -> String,
) -> Option<Failure> {
    let (Said::Failed(words), Some(last)) = (said, around.logged.last()) else { return None };
    let error = last.outcome.as_ref().err()?;
    let told = format!("plugin `{name}`: {} {}: {} ({})", last.method, last.url, told(error), text(words));
    let hint = "what was fetched is kept; run `kpress data pull` again to go on";
    Some(Failure::new(&PLUGIN_HTTP_FAILED, told, hint))
}

/// An error of the door in words.
pub fn told(error: &HttpError) -> String {
    match error {
        HttpError::Denied(why) => format!("refused: {why}"),
        HttpError::UnknownGrant(name) => format!("there is no grant `{name}`"),
        HttpError::TooLarge(bytes) => format!("more than {bytes} bytes"),
        HttpError::Timeout => "no answer in time".to_owned(),
        HttpError::BudgetExhausted => "the budget is used up".to_owned(),
        HttpError::Dns => "the name has no address".to_owned(),
        HttpError::Tls => "no secure connection".to_owned(),
        HttpError::Connect => "no connection".to_owned(),
        HttpError::Protocol(why) => why.clone(),
        HttpError::Offline => "offline, and nothing recorded".to_owned(),
    }
}

/// What a plugin says, in its own words.
fn spoken(name: &str, said: &Said, text: &dyn Fn(&str) -> String) -> Failure {
    let again = "what was fetched is kept; run `kpress data pull` again to go on";
    match said {
        Said::InvalidParams(_) => {
            let told = format!("plugin `{name}` does not take its `config:`");
            Failure::new(&PLUGIN_PARAMS_INVALID, told, "`kpress plugin check` prints what it takes")
        }
        Said::MissingInput(what) => {
            let told = format!("plugin `{name}` lacks an input: {}", text(what));
            Failure::new(&PLUGIN_INPUT_MISSING, told, "")
        }
        Said::BadData(what) => Failure::new(
            &PLUGIN_DATA_REJECTED,
            format!("plugin `{name}` refuses the data: {}", text(what)),
            again,
        ),
        Said::Unsupported(what) => {
            Failure::new(&PLUGIN_UNSUPPORTED, format!("plugin `{name}` cannot do this: {}", text(what)), "")
        }
        Said::CapabilityDenied(what) => {
            let told = format!("plugin `{name}` misses a grant: {}", text(what));
            let hint = "`kpress plugin check` prints the block that grants what it asks for";
            Failure::new(&PLUGIN_CAPABILITY_MISSING, told, hint)
        }
        Said::RetryLater(seconds) => {
            let told = format!("plugin `{name}` asks to wait {seconds} s, longer than a pull waits");
            let hint = "run `kpress data pull` again after that time, or raise `retry_wait:` below `limits:`";
            Failure::new(&PLUGIN_RETRY_LATER, told, hint)
        }
        Said::Failed(what) => {
            Failure::new(&PLUGIN_FAILED, format!("plugin `{name}` failed: {}", text(what)), again)
        }
    }
}

fn with_log(mut finding: Finding, around: &Around) -> Finding {
    const SHOWN: usize = 20;
    let left_out = around.lines.len().saturating_sub(SHOWN);
    finding.notes.extend(around.lines[left_out..].iter().map(|line| format!("log: {line}")));
    finding
}
