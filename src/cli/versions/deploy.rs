//! Deploy targets on the command line: which ones, what came of each, and what is remembered of them.

use super::super::Trouble;
use super::super::secrets::Secrets;
use super::super::terminal::Terminal;
use super::{size, who};
use crate::deploy::{self, Deployed, Deploying, Fetch, Memory, Remote};
use crate::inputs::Inputs;
use crate::plan::deploy::{Deploy, To};
use crate::site::Folder;
use crate::versions::{Archive, Halt, Kind, PLACE, WEB};
use std::path::Path;

/// The deploy targets that are meant: the one that is named, or all.
pub(crate) fn chosen<'d>(all: &'d [Deploy], name: Option<&str>) -> Result<Vec<&'d Deploy>, Trouble> {
    let Some(name) = name else { return Ok(all.iter().collect()) };
    match all.iter().find(|deploy| *deploy.id == *name) {
        Some(deploy) => Ok(vec![deploy]),
        None => {
            let trouble = Trouble::usage(format!(
                "there is no deploy target `{name}` below `publish:` in `kpress.yaml`"
            ));
            Err(match crate::diag::did_you_mean(name, all.iter().map(|deploy| &*deploy.id)) {
                Some(hint) => trouble.hint(hint),
                None => trouble,
            })
        }
    }
}

/// The workspace: where it is, and its files.
pub(super) struct Ground<'a> {
    pub(super) place: &'a Path,
    pub(super) inputs: &'a dyn Inputs,
}

impl Ground<'_> {
    /// The host of a deploy target, with the password that it asks for.
    pub(super) fn host(&self, target: &Deploy, terminal: &Terminal) -> Result<Box<dyn Remote>, Halt> {
        let To::Ftps(ftp) = &target.to else { return deploy::open(target, self.place, None) };
        let secrets = Secrets::of(self.inputs);
        if let Some(warning) = secrets.warning {
            terminal.say(&format!("warning: {warning}\n"));
        }
        let password = secrets.value(&ftp.password);
        deploy::open(target, self.place, password.as_deref().map(String::as_str))
    }
}

/// Copies to each. The first failure ends it: what came before stays.
pub(super) fn run(
    targets: &[&Deploy],
    archive: &Archive,
    ground: &Ground<'_>,
    terminal: &Terminal,
) -> Result<Vec<Deployed>, Halt> {
    let fetch = deploy::fetcher();
    let who = who::who();
    let mut all = Vec::new();
    for target in targets {
        let deployed = match &target.to {
            To::Zip(place) => pack(target, &ground.place.join(&**place), archive, ground.place)?,
            _ => {
                let about = Deploying {
                    deploy: target,
                    workspace: ground.place,
                    archive,
                    fetch: fetch.as_deref(),
                    memory: remembered(ground.place, target),
                    now: who.now,
                    token: &who.token,
                    save: &|memory| remember(ground.place, target, memory),
                };
                // Asked before anybody is called.
                deploy::fits(&about)?;
                let mut remote = ground.host(target, terminal)?;
                deploy::deploy(&about, &mut *remote)?
            }
        };
        for warning in &deployed.warnings {
            terminal.say(&format!("warning: {}: {warning}\n", deployed.target));
        }
        terminal.say(&told(&deployed));
        all.push(deployed);
    }
    Ok(all)
}

fn told(deployed: &Deployed) -> String {
    let (files, bytes) = deployed.missing;
    match deployed.came.len() {
        0 if deployed.pointers == 0 => {
            format!("{}: shows version {} already\n", deployed.target, deployed.version)
        }
        came => format!(
            "{}: shows version {}; {came} versions came, {files} files ({}), {} sent\n",
            deployed.target,
            deployed.version,
            size(bytes),
            size(deployed.sent)
        ),
    }
}

fn pack(target: &Deploy, place: &Path, archive: &Archive, workspace: &Path) -> Result<Deployed, Halt> {
    let io = |error: std::io::Error| Halt::io("write", &place.display().to_string(), &error);
    let web = Folder::open(&workspace.join(WEB)).map_err(io)?;
    let part = place.with_extension("zip.kpress-part");
    let about = Deploying {
        deploy: target,
        workspace,
        archive,
        fetch: None,
        memory: Memory::default(),
        now: 0,
        token: "",
        save: &|_| {},
    };
    let packed = std::fs::File::create(&part).map_err(io).and_then(|file| deploy::pack(&about, &web, file));
    let done = packed.and_then(|files| std::fs::rename(&part, place).map(|()| files).map_err(io));
    if done.is_err() {
        // It may never have been made.
        let _ = std::fs::remove_file(&part);
    }
    let files = done?;
    let bytes = std::fs::metadata(place).map(|meta| meta.len()).unwrap_or(0);
    Ok(Deployed {
        target: target.id.to_string(),
        version: archive.state.current().map(|known| known.id.clone()).unwrap_or_default(),
        came: archive
            .state
            .versions
            .values()
            .filter(|known| known.is_there())
            .map(|known| known.id.clone())
            .collect(),
        missing: (files, bytes),
        ..Deployed::default()
    })
}

/// What was seen on a host last.
pub(super) fn remembered(workspace: &Path, target: &Deploy) -> Memory {
    let read = || {
        let folder = Folder::open(&workspace.join(PLACE)).ok()?;
        serde_json::from_slice(&folder.read(&format!("deploy/{}.json", target.id)).ok()?).ok()
    };
    read().unwrap_or_default()
}

/// What cannot be remembered is asked of the host again.
fn remember(workspace: &Path, target: &Deploy, memory: &Memory) {
    let path = crate::inputs::ProjectPath::parse(&format!("deploy/{}.json", target.id));
    let folder = Folder::open(&workspace.join(PLACE));
    if let (Ok(folder), Ok(path), Ok(bytes)) = (folder, path, serde_json::to_vec(memory)) {
        let _ = folder.put(&path, &bytes);
    }
}

/// The one deploy target of a name that can be looked at.
pub(super) fn one<'d>(all: &'d [Deploy], name: &str) -> Result<&'d Deploy, Trouble> {
    let target = chosen(all, Some(name))?.remove(0);
    match target.to {
        To::Zip(_) => Err(Halt::new(
            Kind::Usage,
            format!("`{name}` is a file; nobody can look at where it was unpacked"),
        )
        .hint("give the place as `folder:`, `rsync:`, `sftp:` or `ftps:` with its `url:`")
        .into()),
        _ => Ok(target),
    }
}

/// As a visitor.
pub(super) fn visitor() -> Option<Box<dyn Fetch>> {
    deploy::fetcher()
}
