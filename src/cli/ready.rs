//! `kpress new ci`: ready files for a team. A workflow that checks a pull request, comments what it does to the numbers and
//! publishes what is merged; a hook; and CODEOWNERS from the owners in the plan. Nothing that is there is written over.

use super::terminal::Terminal;
use super::workspace::Workspace;
use super::{Trouble, workspace};
use crate::diag::printable;
use crate::plan::written::{About, written};
use crate::plan::{Id, Plan};
use crate::site::{Failed, Folder};
use clap::{Args, ValueEnum};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

#[derive(Args, Debug)]
pub(crate) struct Arguments {
    /// Which
    #[arg(value_enum, value_name = "WHAT")]
    what: What,
    /// Print it; write nothing
    #[arg(long)]
    print: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum What {
    /// `.github/workflows/kpress.yml`
    Github,
    /// `.gitlab-ci.yml`
    Gitlab,
    /// `.githooks/pre-commit`; `git config core.hooksPath .githooks` switches it on
    PreCommit,
    /// `CODEOWNERS`, from the owners of metrics and targets and the handles in `people.yaml`
    Codeowners,
}

impl What {
    fn path(self) -> &'static str {
        match self {
            What::Github => ".github/workflows/kpress.yml",
            What::Gitlab => ".gitlab-ci.yml",
            What::PreCommit => ".githooks/pre-commit",
            What::Codeowners => "CODEOWNERS",
        }
    }
}

/// Writes the file.
pub(super) fn run(arguments: &Arguments, option: Option<&Path>, terminal: &Terminal) -> Result<u8, Trouble> {
    let workspace = workspace::open(None, option)?;
    let text = match arguments.what {
        What::Github => include_str!("../../content/ready/github.yml").to_owned(),
        What::Gitlab => include_str!("../../content/ready/gitlab.yml").to_owned(),
        What::PreCommit => include_str!("../../content/ready/pre-commit").to_owned(),
        What::Codeowners => codeowners(&workspace)?,
    };
    if arguments.print {
        return super::send(terminal, text.as_bytes());
    }
    let name = arguments.what.path();
    let shown = workspace.place.join(name);
    let failed = |error: std::io::Error| Failed::of("write", name, &error);
    let (place, file) = name.rsplit_once('/').unwrap_or(("", name));
    let folder = Folder::open(&workspace.place).and_then(|root| root.make(place));
    // A file that is there is refused by `create`: somebody may have changed it.
    match folder.and_then(|folder| folder.create(file, text.as_bytes())) {
        Ok(()) => {}
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
            return Err(Trouble { code: 12, text: format!("`{name}` is there already"), hint: None }
                .hint("`--print` shows what would stand in it"));
        }
        Err(error) => return Err(failed(error).into()),
    }
    terminal.say(&format!("wrote {}\n", printable(&shown.to_string_lossy())));
    if arguments.what == What::PreCommit {
        terminal.say("switch it on: chmod +x .githooks/pre-commit && git config core.hooksPath .githooks\n");
    }
    Ok(0)
}

/// Who reviews which file: the owners of what stands in it, and of targets those in charge of finance too.
fn codeowners(workspace: &Workspace) -> Result<String, Trouble> {
    let plan = crate::plan::load(&workspace.disk).value;
    let handles = handles(workspace);
    let mut files: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    let mut lacking: BTreeSet<&Id> = BTreeSet::new();
    let finance: Vec<&Id> = of_role(&plan, "finance");
    let metrics = plan.metrics.values().map(|metric| (&*metric.place.file, metric.owner.iter().collect()));
    let targets = plan.targets.iter().map(|target| {
        let owners: Vec<&Id> = target.owner.iter().chain(finance.iter().copied()).collect();
        (&*target.place.file, owners)
    });
    for (file, owners) in metrics.chain(targets).filter(|(file, _)| !file.is_empty()) {
        for owner in owners {
            match handles.get(&**owner) {
                Some(handle) => {
                    files.entry(file).or_default().insert(handle);
                }
                None => {
                    lacking.insert(owner);
                }
            }
        }
    }
    if files.is_empty() {
        return Err(Trouble::usage("no owner of a metric or target has a handle")
            .hint("add `handle: \"@name\"` to the people in `people.yaml`"));
    }
    let mut out = "# Made by `kpress new ci codeowners` from the owners in the definitions.\n".to_owned();
    for owner in lacking {
        out.push_str(&format!("# `{}` has no handle in people.yaml.\n", printable(owner)));
    }
    for (file, owners) in files {
        let owners: Vec<&str> = owners.into_iter().collect();
        out.push_str(&format!("/{} {}\n", file.replace(' ', "\\ ").replace('#', "\\#"), owners.join(" ")));
    }
    Ok(out)
}

fn of_role<'p>(plan: &'p Plan, role: &str) -> Vec<&'p Id> {
    let people = plan.people.values().filter(|person| person.role.as_deref() == Some(role));
    people.map(|person| &person.id).collect()
}

/// Names on the Git host by person. One with a blank would name two.
fn handles(workspace: &Workspace) -> BTreeMap<String, String> {
    let people = written(&workspace.disk).into_iter().filter(|((about, _), _)| *about == About::Person);
    let handle = |((_, id), piece): ((About, String), crate::plan::written::Piece)| {
        let handle = piece.get("handle")?.first()?.clone();
        let fits = !handle.is_empty() && !handle.contains(char::is_whitespace) && handle.contains('@');
        fits.then_some((id, handle))
    };
    people.filter_map(handle).collect()
}
