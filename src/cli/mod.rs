//! The commands: arguments in, findings to stderr, data to stdout, and an exit code that says what happened.
//! The environment, the terminal and the signals are read here and nowhere else. One file per verb.

mod alerts;
mod build;
mod causes;
mod check;
#[cfg(feature = "plugins")]
mod compile;
mod completions;
mod data;
mod deck;
mod diff;
mod explain;
mod export;
mod init;
mod new;
mod passwords;
#[cfg(feature = "plugins")]
mod plugin;
mod plugins;
#[cfg(feature = "preview")]
mod preview;
mod progress;
#[cfg(feature = "plugins")]
mod pull;
mod questionnaire;
mod ready;
mod schema;
mod secrets;
mod stop;
mod terminal;
mod values;
mod versions;
mod workspace;

use clap::{Parser, Subcommand};
use std::ffi::OsString;
use std::path::PathBuf;
use terminal::Terminal;

/// Ends `--help`, and is checked against publishing.md §10 by nobody but the reader.
const EXIT_CODES: &str = "\
Exit codes:
    0  done, nothing at error level
    1  `verify`: problems found; `diff`: the two sides differ
    2  arguments or environment
   10  definitions, templates, lock file, content
   11  data
   12  a path or link is refused
   13  a limit was hit
   20  `publish`: the version exists and says something else
   21  another kpress writes to the same output, or was first
   22  the version store is damaged, or of a newer format
   23  `publish`: somebody else published to the host meanwhile
   24  `publish`: the check after the deploy failed; it was rolled back
   25  the host cannot be reached, or lets nobody in
   26  a signature is missing or wrong
   30  no space left
   31  the system refused to read or write
   41  a secret is in the output
   50  `alerts --fail-on`: nobody took an alert as urgent as that
  130  interrupted (Ctrl-C)
  143  terminated (SIGTERM)
With several kinds of error, the lowest of their codes.";

/// Presses a KPI site from plain files.
#[derive(Parser, Debug)]
#[command(name = "kpress", version, about, after_help = EXIT_CODES, subcommand_required = true, arg_required_else_help = true)]
struct Arguments {
    /// The workspace; otherwise the nearest parent folder with a `kpress.yaml`
    #[arg(short = 'C', value_name = "DIR", global = true)]
    workspace: Option<PathBuf>,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand, Debug)]
enum Verb {
    /// Start a workspace that builds
    Init(init::Arguments),
    /// A file to start from: a review, the note of a day
    New(new::Arguments),
    /// Say everything that is wrong; write nothing
    Check(check::Arguments),
    /// Build the site; on an error the old one stays as it is
    Build(build::Arguments),
    /// The site live on this machine: follows every save until Ctrl-C
    #[cfg(feature = "preview")]
    Preview(preview::Arguments),
    /// What a change of definitions means, and what it does to the numbers
    Diff(diff::Arguments),
    /// Publish the site as a version that stays as it is
    Publish(versions::publish::Arguments),
    /// What was published; give names to versions, keep them
    Versions(versions::list::Arguments),
    /// Show an earlier version again
    Rollback(versions::list::Rollback),
    /// Let old versions go; without `--apply` only say which
    Prune(versions::prune::Arguments),
    /// Whether everything is as it was published
    Verify(versions::verify::Arguments),
    /// Take a version back
    Retract(versions::list::Retract),
    /// Who may read what is protected: passphrases, groups
    Passwords(passwords::Arguments),
    /// The figures themselves, for spreadsheets and BI tools
    Values(values::Arguments),
    /// One page as a file to send
    Export(export::Arguments),
    /// What is to be told: open alerts and what changed; `--fail-on` for cron
    Alerts(alerts::Arguments),
    /// What a metric is made of, with its numbers; or what a rule means
    Explain(explain::Arguments),
    /// Look at data files, accept a changed layout
    Data(data::Arguments),
    /// Plugins: start, build, look into, approve
    #[cfg(feature = "plugins")]
    Plugin(plugin::Arguments),
    #[cfg(feature = "plugins")]
    #[command(name = "__compile", hide = true)]
    Compile(compile::Arguments),
    /// The JSON Schema of all files, for editors
    Schema,
    /// A script that completes commands in your shell
    Completions(completions::Arguments),
}

/// Why a command ends early: what is printed, and its exit code.
#[derive(Debug)]
pub(crate) struct Trouble {
    code: u8,
    text: String,
    hint: Option<String>,
}

impl Trouble {
    /// Arguments or environment do not fit: exit code 2.
    pub(crate) fn usage(text: impl Into<String>) -> Trouble {
        Trouble { code: 2, text: text.into(), hint: None }
    }

    fn hint(mut self, hint: impl Into<String>) -> Trouble {
        self.hint = Some(hint.into());
        self
    }
}

impl From<crate::site::Failed> for Trouble {
    fn from(failed: crate::site::Failed) -> Trouble {
        let hint = match &failed {
            crate::site::Failed::Refused(finding) => finding.hint.clone(),
            _ => None,
        };
        Trouble { code: failed.exit_code(), text: failed.to_string(), hint }
    }
}

/// Runs one command; the result is the exit code of the process.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> u8 {
    let arguments = match Arguments::try_parse_from(arguments) {
        Ok(arguments) => arguments,
        Err(shown) => {
            let code = if shown.use_stderr() { 2 } else { 0 };
            // Nobody is left to tell if even this cannot be printed.
            let _ = shown.print();
            return code;
        }
    };
    let terminal = Terminal::of_process();
    let stop = stop::Stop::listen();
    let result = match arguments.verb {
        Verb::Init(verb) => init::run(&verb, &terminal, &stop),
        Verb::New(verb) => new::run(&verb, arguments.workspace.as_deref(), &terminal, &stop),
        Verb::Check(verb) => check::run(&verb, arguments.workspace.as_deref(), &terminal, &stop),
        Verb::Build(verb) => build::run(&verb, arguments.workspace.as_deref(), &terminal, &stop),
        #[cfg(feature = "preview")]
        Verb::Preview(verb) => preview::run(&verb, arguments.workspace.as_deref(), &terminal, &stop),
        Verb::Diff(verb) => diff::run(&verb, arguments.workspace.as_deref(), &terminal, &stop),
        Verb::Publish(verb) => {
            versions::publish::run(&verb, arguments.workspace.as_deref(), &terminal, &stop)
        }
        Verb::Versions(verb) => versions::list::run(&verb, arguments.workspace.as_deref(), &terminal, &stop),
        Verb::Rollback(verb) => {
            versions::list::rollback(&verb, arguments.workspace.as_deref(), &terminal, &stop)
        }
        Verb::Prune(verb) => versions::prune::run(&verb, arguments.workspace.as_deref(), &terminal, &stop),
        Verb::Verify(verb) => versions::verify::run(&verb, arguments.workspace.as_deref(), &terminal, &stop),
        Verb::Retract(verb) => {
            versions::list::retract(&verb, arguments.workspace.as_deref(), &terminal, &stop)
        }
        Verb::Passwords(verb) => passwords::run(&verb, arguments.workspace.as_deref(), &terminal),
        Verb::Values(verb) => values::run(&verb, arguments.workspace.as_deref(), &terminal, &stop),
        Verb::Export(verb) => export::run(&verb, arguments.workspace.as_deref(), &terminal, &stop),
        Verb::Alerts(verb) => alerts::run(&verb, arguments.workspace.as_deref(), &terminal, &stop),
        Verb::Explain(verb) => explain::run(&verb, arguments.workspace.as_deref(), &terminal, &stop),
        Verb::Data(verb) => data::run(&verb, arguments.workspace.as_deref(), &terminal, &stop),
        #[cfg(feature = "plugins")]
        Verb::Plugin(verb) => plugin::run(&verb, arguments.workspace.as_deref(), &terminal, &stop),
        #[cfg(feature = "plugins")]
        Verb::Compile(verb) => compile::run(&verb, &terminal),
        Verb::Schema => schema::run(&terminal),
        Verb::Completions(verb) => completions::run(&verb, &terminal),
    };
    match result {
        Ok(code) => code,
        Err(trouble) => {
            terminal.trouble(&trouble.text, trouble.hint.as_deref());
            stop.code().unwrap_or(trouble.code)
        }
    }
}

/// Sends data to stdout. A reader that has seen enough is no error.
pub(crate) fn send(terminal: &Terminal, bytes: &[u8]) -> Result<u8, Trouble> {
    match terminal.data(bytes) {
        Ok(_) => Ok(0),
        Err(error) => Err(crate::site::Failed::of("write", "stdout", &error).into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn arguments_are_consistent() {
        Arguments::command().debug_assert();
    }
}
