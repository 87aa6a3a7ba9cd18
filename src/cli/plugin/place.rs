//! What the verbs of plugins have in common: the loader of this process, the workspace, the lock.

use crate::build;
use crate::cli::Trouble;
use crate::cli::stop::Stop;
use crate::cli::terminal::{Terminal, counted};
use crate::cli::workspace::{self, Workspace};
use crate::diag::{Finding, exit_code, has_errors, printable, sort};
use crate::inputs::ProjectPath;
use crate::plan::plugin::Plugin;
use crate::plan::{self, Id, Plan};
use crate::plugin::approval::Mode;
use crate::plugin::engine::Engine;
use crate::plugin::load::Loader;
use crate::plugin::load::cache::{Cache, Homes};
use crate::plugin::load::compile::Compiler;
use crate::site::{Failed, Folder};
use crate::snapshot::Lock;
use std::path::{Path, PathBuf};

/// The folders of the user, as the XDG Base Directory Specification has them.
#[expect(clippy::disallowed_methods, reason = "the door through which the environment comes in")]
pub(crate) fn homes() -> Homes {
    // A home that is not there is not made for a cache.
    let home = workspace::home().filter(|home| home.is_dir());
    let of = |variable: &str, below: &str| -> Option<PathBuf> {
        let set = std::env::var_os(variable).map(PathBuf::from).filter(|path| path.is_absolute());
        set.or_else(|| home.as_ref().map(|home| home.join(below)))
    };
    Homes { cache: of("XDG_CACHE_HOME", ".cache"), state: of("XDG_STATE_HOME", ".local/state") }
}

/// Whether nobody sits at this machine.
#[expect(clippy::disallowed_methods, reason = "the door through which the environment comes in")]
pub(crate) fn is_ci() -> bool {
    std::env::var_os("CI").is_some_and(|value| value == "true" || value == "1")
}

/// Whether what is not approved is for somebody here to approve.
pub(crate) fn mode(locked: bool) -> Mode {
    if locked || is_ci() { Mode::Locked } else { Mode::Open }
}

/// This very program, which also compiles.
pub(crate) fn program() -> Result<PathBuf, Trouble> {
    std::env::current_exe()
        .map_err(|error| Trouble::usage(format!("this program does not find itself: {error}")))
}

/// Calls `work` with the loader of this process.
pub(crate) fn with_loader<T>(
    terminal: &Terminal,
    stop: &Stop,
    work: impl FnOnce(&Loader<'_>) -> Result<T, Trouble>,
) -> Result<T, Trouble> {
    let compiling = |name: &str| {
        if terminal.watched {
            terminal.say(&format!("compiling plugin `{}`\n", printable(name)));
        }
    };
    let stopped = || stop.code().is_some();
    work(&Loader {
        engine: Engine::shared(),
        compiler: Compiler::of(&program()?),
        cache: Cache::open(&homes()),
        stop: &stopped,
        compiling: &compiling,
    })
}

/// A workspace whose plugins are looked at.
pub(super) struct Site {
    pub(super) workspace: Workspace,
    pub(super) plan: Plan,
    pub(super) lock: Lock,
    /// What is wrong with `kpress.yaml`, as far as plugins need it, and with the lock.
    pub(super) found: Vec<Finding>,
}

impl Site {
    /// Opens the workspace.
    pub(super) fn open(option: Option<&Path>) -> Result<Site, Trouble> {
        let workspace = workspace::open(None, option)?;
        let mut found = Vec::new();
        let plan = plan::load(&workspace.disk).into_value(&mut found);
        // What is wrong elsewhere is for `kpress check` to say.
        found.retain(|finding| &*finding.place.file == "kpress.yaml");
        let lock = build::lock(&workspace.disk, &mut found);
        Ok(Site { workspace, plan, lock, found })
    }

    /// The plugins that are named, or all.
    pub(super) fn named(&self, name: Option<&str>) -> Result<Vec<(Id, Plugin)>, Trouble> {
        let all = self.plan.plugins.iter().map(|(id, plugin)| (id.clone(), plugin.clone()));
        let Some(name) = name else { return Ok(all.collect()) };
        let one: Vec<(Id, Plugin)> = all.filter(|(id, _)| **id == *name).collect();
        if one.is_empty() {
            let known: Vec<String> = self.plan.plugins.keys().map(|id| format!("`{id}`")).collect();
            let hint = match known.as_slice() {
                [] => "name it below `plugins:`".to_owned(),
                known => format!("it names {}", known.join(", ")),
            };
            return Err(
                Trouble::usage(format!("`kpress.yaml` names no plugin `{}`", printable(name))).hint(hint)
            );
        }
        Ok(one)
    }

    /// Says what was found; the exit code it comes to.
    pub(super) fn tell(&self, found: &mut Vec<Finding>, terminal: &Terminal) -> u8 {
        sort(found);
        terminal.findings(found, &self.workspace.disk);
        exit_code(found)
    }

    /// Writes the lock, if it is another one.
    pub(super) fn write(&self, lock: &Lock, terminal: &Terminal) -> Result<(), Trouble> {
        let text = lock.print();
        let path = ProjectPath::parse(build::LOCK).expect("the name of the lock is a path");
        let place = self.workspace.place.to_string_lossy().into_owned();
        let folder =
            Folder::open(&self.workspace.place).map_err(|error| Failed::of("open", &place, &error))?;
        if folder.read(build::LOCK).is_ok_and(|old| old == text.as_bytes()) {
            terminal.say("kpress.lock is as it was\n");
            return Ok(());
        }
        folder.put(&path, text.as_bytes())?;
        terminal.say("wrote kpress.lock\n");
        Ok(())
    }
}

/// Nobody approves on a machine where nobody is.
pub(super) fn refuse_in_ci(verb: &str) -> Result<(), Trouble> {
    if !is_ci() {
        return Ok(());
    }
    Err(Trouble::usage(format!(
        "`kpress plugin {verb}` does not run with CI=true: it is for a person to approve"
    ))
    .hint("run it on your machine and commit `kpress.lock`"))
}

/// Ends a verb that found errors.
pub(super) fn nothing_written(found: &[Finding], terminal: &Terminal) -> bool {
    let wrong = has_errors(found);
    if wrong {
        terminal.say(&format!("{}; nothing written\n", counted(found)));
    }
    wrong
}
