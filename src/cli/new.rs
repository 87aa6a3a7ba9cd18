//! `kpress new`: a review, a file to start from, with the figures and signals of the period and the actions that are left. What is
//! there already is never written over.

use super::progress::Progress;
use super::stop::Stop;
use super::terminal::Terminal;
use super::{Trouble, workspace};
use crate::build::{self, Store};
use crate::diag::printable;
use crate::inputs::{Inputs, ProjectPath};
use crate::plan::{Demand, Plan, Scope, demand};
use crate::render::{Theme, Voice};
use crate::report::Provenance;
use crate::report::start::{Start, start};
use crate::site::{Failed, Folder};
use crate::time::{Date, Period, parse_period, plus_days};
use clap::{Args, Subcommand};
use std::path::Path;

#[derive(Args, Debug)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand, Debug)]
enum What {
    /// The review of a period, or the note of a day: `reviews/2026-W46.md`
    Review(Review),
    /// The questionnaire `diagnosis.yaml`: a page says how far the team is and what to do next
    Diagnosis,
    /// What runs kpress for a team: a workflow for GitHub or GitLab, a hook before each commit, who reviews which file
    Ci(super::ready::Arguments),
}

#[derive(Args, Debug)]
struct Review {
    /// `2026-W46`, `2026-11`, `2026-Q4`; a day such as `2026-11-09` makes the note of that day
    period: String,
    /// For whom: `store:jp1`; the company if absent
    #[arg(long, value_name = "SCOPE", value_parser = super::values::scope)]
    scope: Option<Scope>,
    /// The day it is held; the day after the period if absent
    #[arg(long, value_name = "DATE", value_parser = super::build::day)]
    date: Option<Date>,
}

/// Writes the file.
pub(crate) fn run(
    arguments: &Arguments,
    option: Option<&Path>,
    terminal: &Terminal,
    stop: &Stop,
) -> Result<u8, Trouble> {
    let wanted = match &arguments.what {
        What::Review(wanted) => wanted,
        What::Diagnosis => return super::questionnaire::run(option, terminal),
        What::Ci(wanted) => return super::ready::run(wanted, option, terminal),
    };
    let workspace = workspace::open(None, option)?;
    let progress = Progress::new(terminal, stop);
    let scope = wanted.scope.clone().unwrap_or_else(Scope::company);
    let grain =
        |plan: &Plan| parse_period(&wanted.period, &plan.site.calendar).and_then(|period| period.grain);
    let wish = |plan: &Plan, demand: &mut Demand| {
        for metric in plan.metrics.values() {
            demand::also(plan, demand, metric, &scope, grain(plan));
        }
    };
    let store = Store::open(&workspace.place, &workspace::maker());
    let survey = build::survey(&workspace.disk, &store, None, wish, &progress);
    progress.clear();
    let survey = survey?;
    let Some(period) = parse_period(&wanted.period, &survey.plan.site.calendar) else {
        return Err(Trouble::usage(format!("`{}` is no period", wanted.period))
            .hint("write `2026-W46`, `2026-11`, `2026-Q4`, or a day such as `2026-11-09`"));
    };
    let whose = scope.members().map(|(_, member)| format!("-{member}")).collect::<String>();
    let name = format!("reviews/{}{whose}.md", survey.plan.site.calendar.id(period));
    let path = ProjectPath::parse(&name).map_err(|_| Trouble::usage(format!("`{name}` is no file name")))?;
    if workspace.disk.stamp(&path).is_some() {
        return Err(Trouble { code: 12, text: format!("`{name}` is there already"), hint: None }
            .hint("a review is never written over; remove the file first, or edit it"));
    }
    let date = wanted.date.unwrap_or_else(|| plus_days(period.end, 1));
    let mut provenance = Provenance::of(&survey.snapshot, &[]);
    // What came after the period is not known to its review.
    provenance.as_of = provenance.as_of.map(|day| day.min(period.end));
    let facts = (&survey.plan, &survey.facts, survey.judged.as_slice());
    let begun = start(facts, &provenance, (period, &scope));
    let voice = Voice::of(
        &Theme::of(&workspace.disk).value,
        survey.plan.site.languages[0],
        survey.plan.site.calendar,
    );
    let text = if period.days() == 1 {
        note((period, &scope))
    } else {
        review(&survey.plan, (period, &scope, date), &begun, &voice)
    };
    let folder = Folder::open(&workspace.place)
        .map_err(|error| Failed::of("open", &workspace.place.to_string_lossy(), &error))?;
    folder.put(&path, text.as_bytes())?;
    terminal.say(&format!("wrote {}\n", printable(&workspace.place.join(&name).to_string_lossy())));
    Ok(0)
}

/// A text on one line, for a comment.
fn line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// A text that YAML takes for a text, whatever stands in it.
fn quoted(text: &str) -> String {
    format!("\"{}\"", line(text).replace('\\', "\\\\").replace('"', "\\\""))
}

fn scope_line(scope: &Scope) -> String {
    let members: Vec<String> = scope.members().map(|(level, member)| format!("{level}: {member}")).collect();
    if members.is_empty() { String::new() } else { format!("scope: {{{}}}\n", members.join(", ")) }
}

fn review(
    plan: &Plan,
    (period, scope, date): (Period, &Scope, Date),
    begun: &Start,
    voice: &Voice,
) -> String {
    let say = |key: &'static str| line(&voice.say(&crate::report::Text::key(key)));
    let mut out = format!("---\nperiod: {}\ndate: {date}\n", plan.site.calendar.id(period));
    out += &scope_line(scope);
    let names = |all: &[crate::plan::Id]| all.iter().map(|id| &**id).collect::<Vec<&str>>().join(", ");
    out += &format!("attendees: [{}]\n", names(&begun.attendees));
    out += &begun.sponsor.as_ref().map_or_else(String::new, |sponsor| format!("sponsor: {sponsor}\n"));
    out += &format!("# {}\n", say("start-figures"));
    for (id, text) in &begun.figures {
        out += &format!("#   {id}: {}\n", line(&voice.say(text)));
    }
    if !begun.signals.is_empty() {
        out += &format!("# {}\n", say("review-signals"));
        for text in &begun.signals {
            out += &format!("#   {}\n", line(&voice.say(text)));
        }
    }
    out += "decisions: []\n";
    out += &entries(begun, say("review-left"), say("start-status"), voice);
    out += "---\n";
    for (id, _) in &begun.figures {
        out += &format!("\n## {id}\n\n");
        if begun.causes.iter().any(|(told, _)| told == id) {
            let whose = scope.to_string();
            let scope = if whose == "company" { String::new() } else { format!(", scope=\"{whose}\"") };
            out +=
                &format!("{{{{ causes(\"{id}\"{scope}, period=\"{}\") }}}}\n", plan.site.calendar.id(period));
        }
    }
    out
}

/// The actions that are left, each to be given a status; and the form of a new one.
fn entries(begun: &Start, left: String, status: String, voice: &Voice) -> String {
    let form = "#  - {id: , title: , owner: , due: , metric: , expected_effect: , effect: {lag: 14d}}\n";
    if begun.open.is_empty() {
        return format!("actions: []\n{form}");
    }
    let mut out = format!("actions:\n  # {left}: {status}\n");
    for one in &begun.open {
        let due = one.due.map_or_else(String::new, |due| format!(", due: {due}"));
        let title = quoted(one.title.in_lang(voice.lang()));
        out += &format!(
            "  - {{id: {}, from: {}, title: {title}{due}, status: {}}}\n",
            one.id,
            one.began,
            one.status.name()
        );
    }
    out + &form.replace("#  -", "  # -")
}

/// The note of a day: what machines do not know.
fn note((period, scope): (Period, &Scope)) -> String {
    format!(
        "---\nperiod: {}\n{}log:\n  # - {{time: \"10:30\", action: , by: , expected: }}\nissues: []\ntomorrow: []\n---\n",
        period.start,
        scope_line(scope)
    )
}
