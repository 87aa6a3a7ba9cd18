//! `kpress prune`: lets old versions go. Without `--apply` it only says which.

use super::super::stop::Stop;
use super::super::terminal::Terminal;
use super::super::{Trouble, workspace};
use super::{list, open, size, tell};
use crate::versions::Archive;
use crate::versions::prune::{self, GRACE, GRACE_SHARED, Policy, Verdict};
use clap::Args;
use serde_json::json;
use std::fmt::Write;
use std::path::Path;

#[derive(Args, Debug)]
pub(crate) struct Arguments {
    /// Keep the last N versions
    #[arg(long, value_name = "N")]
    keep_last: Option<usize>,
    /// Keep versions whose period ends at most so many days before the newest
    #[arg(long, value_name = "DAYS", value_parser = super::publish::days)]
    keep_within: Option<i64>,
    /// Keep the last version of each of the last N weeks
    #[arg(long, value_name = "N")]
    keep_weekly: Option<usize>,
    /// Keep the last version of each of the last N months
    #[arg(long, value_name = "N")]
    keep_monthly: Option<usize>,
    /// Keep the last version of each of the last N quarters
    #[arg(long, value_name = "N")]
    keep_quarterly: Option<usize>,
    /// Keep the last version of each of the last N years
    #[arg(long, value_name = "N")]
    keep_yearly: Option<usize>,
    /// The last version of a period may go, too
    #[arg(long)]
    include_closed: bool,
    /// It is meant that the policy keeps nothing
    #[arg(long)]
    unsafe_allow_remove_all: bool,
    /// Days until the files of a version that went are removed
    #[arg(long, value_name = "DAYS", value_parser = super::publish::days)]
    grace: Option<i64>,
    /// Do it
    #[arg(long)]
    apply: bool,
    /// For programs
    #[arg(long)]
    json: bool,
}

/// Says what would go, or lets it go.
pub(crate) fn run(
    arguments: &Arguments,
    option: Option<&Path>,
    terminal: &Terminal,
    stop: &Stop,
) -> Result<u8, Trouble> {
    let workspace = workspace::open(None, option)?;
    let archive = Archive::open(&workspace.place, None)?.ok_or_else(list::none)?;
    let policy = policy(arguments);
    let verdicts = policy.judge(&archive.state, super::who::who().now)?;
    if !arguments.apply {
        return say(arguments, terminal, &verdicts, None);
    }
    let mut versions = open(&workspace, 0, stop)?;
    // Judged again: somebody may have published since.
    let verdicts = policy.judge(&versions.archive.state, versions.who.now)?;
    let going = verdicts.iter().filter(|one| one.kept.is_none()).map(|one| one.id.clone()).collect();
    prune::hide(&mut versions, going)?;
    let grace = arguments.grace.unwrap_or(GRACE);
    let freed = prune::remove(&mut versions, grace, arguments.grace.unwrap_or(GRACE_SHARED))?;
    say(arguments, terminal, &verdicts, Some((freed, grace)))
}

fn policy(arguments: &Arguments) -> Policy {
    Policy {
        last: arguments.keep_last,
        within_days: arguments.keep_within.and_then(|days| u32::try_from(days).ok()),
        weekly: arguments.keep_weekly,
        monthly: arguments.keep_monthly,
        quarterly: arguments.keep_quarterly,
        yearly: arguments.keep_yearly,
        include_closed: arguments.include_closed,
        remove_all: arguments.unsafe_allow_remove_all,
    }
}

fn say(
    arguments: &Arguments,
    terminal: &Terminal,
    verdicts: &[Verdict],
    done: Option<(prune::Freed, i64)>,
) -> Result<u8, Trouble> {
    let going: Vec<&str> =
        verdicts.iter().filter(|one| one.kept.is_none()).map(|one| one.id.as_str()).collect();
    let kept: serde_json::Map<String, serde_json::Value> =
        verdicts.iter().filter_map(|one| Some((one.id.clone(), one.kept.clone()?.into()))).collect();
    let value = json!({
        "applied": done.is_some(),
        "going": going,
        "kept": kept,
        "removed": done.map(|(freed, _)| json!({ "objects": freed.objects, "bytes": freed.bytes, "versions": freed.versions })),
    });
    let mut text = String::new();
    for one in verdicts {
        // Writing to a `String` cannot fail.
        let _ = match &one.kept {
            Some(why) => writeln!(text, "stays  {:<18}  {why}", one.id),
            None => writeln!(text, "goes   {:<18}", one.id),
        };
    }
    text += &match done {
        None if going.is_empty() => "nothing would go\n".to_owned(),
        None => format!("{} would go; `--apply` does it\n", going.len()),
        Some((freed, grace)) => format!(
            "{} went; files are removed {grace} days after a version went; now {} of them, {}\n",
            going.len(),
            freed.objects,
            size(freed.bytes)
        ),
    };
    tell(terminal, arguments.json, &value, &text)
}
