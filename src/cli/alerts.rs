//! `kpress alerts`: what is to be told, for people, for cron and for a chat. With `--fail-on` the exit code says whether there is
//! anything nobody took.

use super::progress::Progress;
use super::stop::Stop;
use super::terminal::Terminal;
use super::{Trouble, workspace};
use crate::assess::alert::AlertState;
use crate::build::{self, Store};
use crate::diag::{did_you_mean, exit_code, has_errors, sort};
use crate::inputs::{Disk, Inputs, ProjectPath};
use crate::plan::Severity;
use crate::render::{Theme, Voice};
use crate::report::{AlertLine, Report, severity_text, state_text};
use crate::time::{Date, parse_date, plus_days};
use crate::unit::Lang;
use crate::versions::Archive;
use clap::{Args, ValueEnum};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

/// Something as urgent as `--fail-on` says is open, or new since `--since` (decisions.md).
const ALERTED: u8 = 50;

#[derive(Args, Debug)]
pub(crate) struct Arguments {
    /// Alerts raised or changed on this day or later, and not only the open ones; or since the data of an earlier site
    /// ended: a published version (`2026-w46.1`, `latest`), or the folder of its output
    #[arg(long, value_name = "DATE|VERSION|SITE")]
    since: Option<String>,
    /// Ends with exit code 50 if nobody took an alert of this severity or a higher one: low, medium, high
    #[arg(long, value_name = "LEVEL", value_parser = severity)]
    fail_on: Option<Severity>,
    /// Only those of this person
    #[arg(long, value_name = "PERSON")]
    owner: Option<String>,
    /// Every alert that was ever raised
    #[arg(long, conflicts_with = "since")]
    all: bool,
    /// Data counts up to this day
    #[arg(long, value_name = "DATE", value_parser = super::build::day)]
    as_of: Option<Date>,
    /// How it is printed
    #[arg(long, value_enum, default_value_t = Form::Text)]
    format: Form,
    /// As `--format json`
    #[arg(long, conflicts_with = "format")]
    json: bool,
    /// Language of the sentences; otherwise English for text, the site's first for Markdown
    #[arg(long, value_name = "LANG", value_parser = lang)]
    lang: Option<Lang>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Form {
    /// For people
    Text,
    /// One JSON object
    Json,
    /// A digest by owner, for mail and chat
    Md,
}

fn severity(text: &str) -> Result<Severity, String> {
    Severity::parse(text).ok_or_else(|| "a severity is low, medium or high".to_owned())
}

/// Reads a language of the command line.
pub(super) fn lang(text: &str) -> Result<Lang, String> {
    Lang::parse(text).ok_or_else(|| "a language is zh, ja or en".to_owned())
}

/// Prints alerts.
pub(crate) fn run(
    arguments: &Arguments,
    option: Option<&Path>,
    terminal: &Terminal,
    stop: &Stop,
) -> Result<u8, Trouble> {
    let workspace = workspace::open(None, option)?;
    let since = arguments.since.as_deref().map(|text| since(text, &workspace.place)).transpose()?;
    let progress = Progress::new(terminal, stop);
    let store = Store::open(&workspace.place, &workspace::maker());
    let store = super::plugins::with(store, terminal, stop, false)?;
    let survey = build::survey(&workspace.disk, &store, arguments.as_of, |_, _| {}, &progress);
    let pages = survey.and_then(|survey| Ok((build::pages(&survey, &progress)?, survey)));
    progress.clear();
    let (pages, survey) = pages?;
    let mut found = survey.found;
    let report = pages.into_value(&mut found);
    sort(&mut found);
    if has_errors(&found) {
        terminal.findings(&found, &workspace.disk);
    }
    if let Some(owner) = &arguments.owner {
        let people = || survey.plan.people.keys().chain(survey.plan.teams.keys()).map(|id| &**id);
        if !people().any(|id| id == owner) {
            let trouble = Trouble::usage(format!("there is no person `{owner}`"));
            return Err(match did_you_mean(owner, people()) {
                Some(hint) => trouble.hint(hint),
                None => trouble,
            });
        }
    }
    let theme = Theme::of(&workspace.disk).value;
    let form = if arguments.json { Form::Json } else { arguments.format };
    let own = if form == Form::Md { report.languages[0] } else { Lang::En };
    let voice = Voice::of(&theme, arguments.lang.unwrap_or(own), report.calendar);
    let lines: Vec<&AlertLine> = report.alerts.iter().filter(|line| wanted(arguments, since, line)).collect();
    let text = match form {
        Form::Text => plain(&report, &lines, &voice),
        Form::Json => json(&report, &lines, &voice, since),
        Form::Md => markdown(&report, &lines, &voice),
    };
    super::send(terminal, text.as_bytes())?;
    let code = exit_code(&found);
    let alerted = lines.iter().any(|line| fails(arguments, since, line));
    Ok(if code == 0 && alerted { ALERTED } else { code })
}

/// The first day that counts as new: a day as written, or the one after the data of a version or of an earlier site.
fn since(text: &str, workspace: &Path) -> Result<Date, Trouble> {
    if let Some(day) = parse_date(text) {
        return Ok(day);
    }
    // What stands on the disk by that name was meant; a name that stands nowhere is a version.
    let as_of = match Disk::open(Path::new(text)) {
        Ok(site) => of_site(&site).ok_or_else(|| {
            let told =
                format!("`{text}` is no site: there is no `report.json` of a home page with a date in it");
            Trouble::usage(told).hint(SINCE)
        })?,
        Err(_) => of_version(text, workspace)?,
    };
    Ok(plus_days(as_of, 1))
}

/// What `--since` takes.
const SINCE: &str = "write a day such as 2026-11-09, a version of `kpress versions`, or the output folder of an earlier build";

/// Up to which day the data of a built site counts.
fn of_site(site: &Disk) -> Option<Date> {
    Lang::ALL.iter().find_map(|lang| {
        let path = ProjectPath::parse(&format!("{}/report.json", lang.code())).ok()?;
        let bytes = site.read(&path, MOST_OF_A_HOME).ok()?;
        let page: serde_json::Value = serde_json::from_slice(&bytes).ok()?;
        parse_date(page.get("as_of")?.as_str()?)
    })
}

/// Up to which day the data of a published version counts, as its manifest says.
fn of_version(text: &str, workspace: &Path) -> Result<Date, Trouble> {
    let archive = Archive::open(workspace, None)?.ok_or_else(|| {
        let told =
            format!("`{text}` is no day and no site, and no version was published from this workspace");
        Trouble::usage(told).hint(SINCE)
    })?;
    let digits = archive.version(text)?.manifests.values().next().cloned();
    let manifest = digits.map(|digits| archive.manifest(&digits)).transpose()?;
    let as_of = manifest.and_then(|(manifest, _)| parse_date(manifest.source.as_of.as_ref()?));
    as_of.ok_or_else(|| Trouble::usage(format!("the version `{text}` holds no data")).hint(SINCE))
}

/// More than a home page ever says.
const MOST_OF_A_HOME: u64 = 64 << 20;

/// Open alerts; with `--since` those that changed since, whatever became of them.
fn wanted(arguments: &Arguments, since: Option<Date>, line: &AlertLine) -> bool {
    let mine = arguments
        .owner
        .as_ref()
        .is_none_or(|owner| line.owner.as_ref().is_some_and(|(id, _)| &**id == owner));
    let taken = line.taken.as_ref().map(|(_, day, _)| *day);
    mine && match since {
        _ if arguments.all => true,
        Some(since) => [Some(line.opened.end), line.resolved.map(|over| over.end), taken]
            .into_iter()
            .flatten()
            .any(|day| day >= since),
        None => line.state != AlertState::Resolved,
    }
}

/// Whether an alert makes the command fail: urgent enough, taken by nobody, and still open or raised since `--since`.
fn fails(arguments: &Arguments, since: Option<Date>, line: &AlertLine) -> bool {
    let Some(level) = arguments.fail_on else { return false };
    let news = since.is_some_and(|since| line.opened.end >= since);
    let open = line.state == AlertState::New && (since.is_none() || news);
    let passed = line.state == AlertState::Resolved && news && line.taken.is_none();
    line.severity >= level && (open || passed)
}

fn counts(lines: &[&AlertLine]) -> String {
    let of = |severity| lines.iter().filter(|line| line.severity == severity).count();
    let open = lines.iter().filter(|line| line.state != AlertState::Resolved).count();
    format!(
        "{} alerts: {} high, {} medium, {} low; {open} open",
        lines.len(),
        of(Severity::High),
        of(Severity::Medium),
        of(Severity::Low)
    )
}

fn plain(report: &Report, lines: &[&AlertLine], voice: &Voice) -> String {
    let mut out = String::new();
    for line in lines {
        let (title, whose) = (voice.say(&line.title), voice.say(&line.whose));
        let owner = line.owner.as_ref().map_or("nobody", |(id, _)| &**id);
        let written = writeln!(
            out,
            "{:<6}  {}  {title}, {whose}: {}\n        {} · {owner} · {}",
            line.severity.name(),
            report.calendar.id(line.opened),
            voice.say(&line.about),
            voice.say(&state_text(line)),
            line.id
        );
        written.expect("text takes all");
        for told in line.why.iter().flat_map(|why| std::iter::once(&why.text).chain(&why.more)) {
            writeln!(out, "        {}", voice.say(told)).expect("text takes all");
        }
    }
    out + &counts(lines) + "\n"
}

fn json(report: &Report, lines: &[&AlertLine], voice: &Voice, since: Option<Date>) -> String {
    let id = |period| report.calendar.id(period);
    let one = |line: &&AlertLine| {
        serde_json::json!({
            "id": &*line.id,
            "title": voice.say(&line.title),
            "scope": voice.say(&line.whose),
            "text": voice.say(&line.about),
            "why": line.why.as_ref().map(|why| serde_json::json!({
                "text": voice.say(&why.text),
                "more": why.more.iter().map(|more| voice.say(more)).collect::<Vec<_>>(),
            })),
            "now": voice.say(&line.now),
            "severity": line.severity.name(),
            "state": line.state.name(),
            "since": id(line.since),
            "opened": id(line.opened),
            "opened_on": line.opened.end.to_string(),
            "last": id(line.last),
            "resolved": line.resolved.map(id),
            "resolved_on": line.resolved.map(|over| over.end.to_string()),
            "owner": line.owner.as_ref().map(|(id, _)| &**id),
            "due": line.due.map(|due| due.to_string()),
            "overdue": line.is_overdue,
            "acknowledged": line.taken.as_ref().map(|(by, day, note)| serde_json::json!({
                "by": by.in_lang(voice.lang()), "date": day.to_string(), "note": note.in_lang(voice.lang()),
            })),
            "page": line.link,
        })
    };
    let all = serde_json::json!({
        "format": "kpress-alerts/1",
        "as_of": report.as_of.map(|day| day.to_string()),
        "since": since.map(|day| day.to_string()),
        "alerts": lines.iter().map(one).collect::<Vec<_>>(),
    });
    format!("{all:#}\n")
}

/// A digest: a heading for each owner, the most urgent first. Names of people cannot break out of it.
fn markdown(report: &Report, lines: &[&AlertLine], voice: &Voice) -> String {
    let mut by: BTreeMap<String, Vec<&AlertLine>> = BTreeMap::new();
    let nobody = voice.say(&crate::report::Text::key("alerts-nobody"));
    for line in lines {
        let owner =
            line.owner.as_ref().map_or(nobody.clone(), |(_, name)| name.in_lang(voice.lang()).to_owned());
        by.entry(owner).or_default().push(line);
    }
    let heading = voice.say(&crate::report::Text::key("nav-alerts"));
    let as_of = report.as_of.map_or(String::new(), |day| format!(" ({day})"));
    let mut out = format!("# {} · {heading}{as_of}\n", safe(report.title.in_lang(voice.lang())));
    if lines.is_empty() {
        out += &format!("\n{}\n", voice.say(&crate::report::Text::key("alerts-none")));
    }
    for (owner, mut own) in by {
        own.sort_by_key(|line| (line.state, std::cmp::Reverse(line.severity)));
        out += &format!("\n## {}\n\n", safe(&owner));
        for line in own {
            out += &format!(
                "- **{}** {}, {} ({}): {} — {} `{}`\n",
                voice.say(&severity_text(line.severity)),
                safe(&voice.say(&line.title)),
                safe(&voice.say(&line.whose)),
                report.calendar.label(line.opened, voice.lang()),
                safe(&voice.say(&line.about)),
                safe(&voice.say(&state_text(line))),
                line.id.replace('`', "'")
            );
            for told in line.why.iter().flat_map(|why| std::iter::once(&why.text).chain(&why.more)) {
                out += &format!("  - {}\n", safe(&voice.say(told)));
            }
        }
    }
    out
}

/// A text without what Markdown would take for marks.
fn safe(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '#' | '|' | '!' => out.extend(['\\', c]),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}
