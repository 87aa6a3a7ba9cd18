//! `kpress passwords`: who may read what is protected. Passphrases are made here, shown once and kept nowhere; what is kept
//! stays on this machine, and the files for web servers are made from it.

use super::terminal::Terminal;
use super::workspace::{self, Workspace};
use super::{Trouble, send};
use crate::plan::deploy::Deploy;
use crate::site::password;
use crate::site::write::Stands;
use crate::site::{Folder, Lock};
use crate::versions::people::{self, People};
use crate::versions::{Halt, Kind};
use clap::{Args, Subcommand};
use std::collections::BTreeMap;
use std::io::BufRead;
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// Folder of the files for web servers, one folder per deploy target.
const FILES: &str = ".kpress/private";
/// What is locked while the list is changed; elsewhere it lies beside the list.
const LOCK: &str = ".kpress/people.lock";

#[derive(Args, Debug)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand, Debug)]
enum What {
    /// Give people a passphrase for every protected deploy target where they have none
    Add(Add),
    /// Give somebody a new passphrase; the old one opens what was published before
    Renew(Add),
    /// Put people into groups, and out of all others; passphrases stay
    Groups(Groups),
    /// Take people off: they open no later version
    Remove(Names),
    /// Who there is, with groups; no secrets
    List,
}

#[derive(Args, Debug)]
struct Add {
    /// Names: letters, digits, `.`, `_`, `-`
    #[arg(value_name = "NAME", required = true, value_parser = name)]
    names: Vec<String>,
    /// A group they are in; the members of a group see the audience of the same name
    #[arg(long = "group", value_name = "GROUP", value_parser = name)]
    groups: Vec<String>,
    /// For this deploy target only
    #[arg(long = "for", value_name = "DEPLOY")]
    target: Option<String>,
    /// Take a passphrase from standard input, instead of one that is made
    #[arg(long)]
    own: bool,
}

#[derive(Args, Debug)]
struct Groups {
    /// Who
    #[arg(value_name = "NAME", value_parser = name)]
    name: String,
    /// The groups
    #[arg(value_name = "GROUP", value_parser = name)]
    groups: Vec<String>,
}

#[derive(Args, Debug)]
struct Names {
    /// Who
    #[arg(value_name = "NAME", required = true)]
    names: Vec<String>,
}

fn name(text: &str) -> Result<String, String> {
    let told = || "a name has letters, digits, `.`, `_`, `-`, and at most 64 of them".to_owned();
    people::is_name(text).then(|| text.to_owned()).ok_or_else(told)
}

/// Changes the list, or shows it.
pub(crate) fn run(arguments: &Arguments, option: Option<&Path>, terminal: &Terminal) -> Result<u8, Trouble> {
    let workspace = workspace::open(None, option)?;
    let _alone = if matches!(arguments.what, What::List) { None } else { Some(alone(&workspace)?) };
    let mut people = match read(&workspace)? {
        Some(people) => people,
        None => People::nobody()?,
    };
    let deploys = super::versions::deploys(&workspace);
    let shown = match &arguments.what {
        What::List => return send(terminal, listed(&people).as_bytes()),
        What::Add(add) => Zeroizing::new(given(&mut people, &deploys, add, &|has| !has)?),
        What::Renew(add) => {
            add.names.iter().try_for_each(|name| people.one(name).map(drop))?;
            Zeroizing::new(given(&mut people, &deploys, add, &|_| true)?)
        }
        What::Groups(groups) => {
            people.one(&groups.name)?.groups = groups.groups.iter().cloned().collect();
            Zeroizing::new(String::new())
        }
        What::Remove(names) => {
            for name in &names.names {
                people.one(name)?;
                people.people.remove(name);
            }
            Zeroizing::new(String::new())
        }
    };
    write(&workspace, &people)?;
    let told = files(&workspace, &people, &deploys)?;
    send(terminal, shown.as_bytes())?;
    if !shown.is_empty() {
        terminal.say("passphrases are shown this once; hand each over by a way of its own\n");
    }
    terminal.say(&told);
    Ok(0)
}

/// What a passphrase is for.
enum Purpose<'a> {
    /// The server of a deploy target.
    Server(&'a Deploy),
    /// The reader of encrypted trees, on whatever host; with so many rounds.
    Reading(u32),
}

/// What may want a passphrase.
fn purposes<'a>(deploys: &'a [Deploy], target: Option<&str>) -> Result<Vec<Purpose<'a>>, Trouble> {
    let mine: Vec<&Deploy> = super::versions::chosen(deploys, target)?;
    let mut all: Vec<Purpose<'_>> = mine
        .iter()
        .filter(|deploy| deploy.protect.login.is_some())
        .map(|deploy| Purpose::Server(deploy))
        .collect();
    // One passphrase opens the encrypted trees of all targets: it is sent to none of their hosts.
    let rounds =
        mine.iter().filter_map(|deploy| deploy.protect.encrypt).map(|encrypt| encrypt.iterations).max();
    all.extend(rounds.map(Purpose::Reading));
    if all.is_empty() {
        return Err(Trouble::usage("no deploy target asks for passwords").hint(
            "write `protect:` below one of `publish:` in `kpress.yaml`, see the manual's page on protection",
        ));
    }
    Ok(all)
}

/// Gives passphrases, one line for each: name, what it is for, passphrase.
fn given(
    people: &mut People,
    deploys: &[Deploy],
    add: &Add,
    wants: &dyn Fn(bool) -> bool,
) -> Result<String, Trouble> {
    let purposes = purposes(deploys, add.target.as_deref())?;
    if add.own && (add.names.len() > 1 || purposes.len() > 1) {
        return Err(Trouble::usage("`--own` is for one person and one deploy target")
            .hint("name the target with `--for`; a passphrase that one host is told must not open another"));
    }
    let mut shown = String::new();
    for name in &add.names {
        let person = people.people.entry(name.clone()).or_default();
        person.groups.extend(add.groups.iter().cloned());
        if person.groups.is_empty() {
            return Err(Trouble::usage(format!("`{name}` is in no group, and would see nothing"))
                .hint("`--group company`: the group that may see the audience `company`; `all` where there are no audiences"));
        }
        for purpose in &purposes {
            let passphrase = || if add.own { typed() } else { Ok(password::passphrase()?) };
            match purpose {
                Purpose::Server(deploy) => {
                    let has = people.people[name].logins.contains_key(&*deploy.id);
                    if wants(has) {
                        let passphrase = passphrase()?;
                        people.log_in(name, &deploy.id, &passphrase)?;
                        shown += &line(name, &deploy.id, &passphrase, add.own);
                    }
                }
                Purpose::Reading(rounds) => {
                    if wants(people.people[name].reader.is_some()) {
                        // With its number before it, also if it is an own one: it is typed so.
                        shown +=
                            &line(name, "reading", &people.let_read(name, &passphrase()?, *rounds)?, false);
                    }
                }
            }
        }
    }
    Ok(shown)
}

/// What people brought themselves is not shown.
fn line(name: &str, purpose: &str, passphrase: &str, own: bool) -> String {
    if own { String::new() } else { format!("{name}\t{purpose}\t{passphrase}\n") }
}

/// One line of standard input.
fn typed() -> Result<Zeroizing<String>, Trouble> {
    let mut text = Zeroizing::new(String::with_capacity(256));
    std::io::stdin()
        .lock()
        .read_line(&mut text)
        .map_err(|error| Trouble::from(crate::site::Failed::of("read", "stdin", &error)))?;
    Ok(Zeroizing::new(text.trim_end_matches(['\n', '\r']).to_owned()))
}

fn listed(people: &People) -> String {
    let line = |(name, person): (&String, &people::Person)| {
        let groups: Vec<&str> = person.groups.iter().map(String::as_str).collect();
        let mut may: Vec<String> =
            person.logins.keys().map(|target| format!("logs in at {target}")).collect();
        may.extend(
            person.reader.as_ref().map(|reader| format!("reads encrypted trees as {}", reader.number)),
        );
        format!("{name}\t{}\t{}\n", groups.join(" "), may.join(", "))
    };
    people.people.iter().map(line).collect()
}

/// Where the list is, if the environment says so.
#[expect(clippy::disallowed_methods, reason = "the door through which the environment comes in")]
fn elsewhere() -> Option<PathBuf> {
    std::env::var_os("KPRESS_PEOPLE").filter(|path| !path.is_empty()).map(PathBuf::from)
}

/// The folder and name of the list.
fn place(workspace: &Workspace) -> Result<(Folder, String), Trouble> {
    let io = |path: &Path| {
        let shown = path.display().to_string();
        move |error: std::io::Error| Trouble::from(Halt::io("open", &shown, &error))
    };
    let Some(path) = elsewhere() else {
        let folder = Folder::open(&workspace.place).map_err(io(&workspace.place))?;
        return Ok((folder, people::PLACE.to_owned()));
    };
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or("").to_owned();
    let inside = |place: &Path| {
        folder
            .canonicalize()
            .ok()
            .is_some_and(|folder| place.canonicalize().is_ok_and(|place| folder.starts_with(place)))
    };
    if inside(&workspace.place) && !inside(&workspace.place.join(".kpress")) {
        return Err(Halt::new(
            Kind::Path,
            "the list of readers must not lie among the files of the workspace: Git would keep it",
        )
        .hint(format!("put it outside and name it in `KPRESS_PEOPLE`, or leave it at `{}`", people::PLACE))
        .into());
    }
    Ok((Folder::open(folder).map_err(io(folder))?, name))
}

/// The list; `None` if there is none yet.
pub(crate) fn read(workspace: &Workspace) -> Result<Option<People>, Trouble> {
    let (folder, name) = place(workspace)?;
    let io = |error: std::io::Error| Trouble::from(Halt::io("read", &name, &error));
    match folder.stands(&name).map_err(io)? {
        Stands::Nothing => Ok(None),
        _ => Ok(Some(People::read(&Zeroizing::new(folder.read(&name).map_err(io)?))?)),
    }
}

/// Keeps others out between reading the list and writing it: of two that change it at once the later would bring back whom the
/// first took off, or give a number twice.
fn alone(workspace: &Workspace) -> Result<std::fs::File, Trouble> {
    let (folder, name) = place(workspace)?;
    let io = |error: std::io::Error| Trouble::from(Halt::io("lock", &name, &error));
    let lock = if name == people::PLACE { LOCK.to_owned() } else { format!("{name}.lock") };
    if name == people::PLACE {
        crate::versions::ignored(&folder).map_err(io)?;
    }
    match folder.lock_file(&lock).map_err(io)? {
        Lock::Held(file) | Lock::Lies(file) => Ok(file),
        Lock::Taken => {
            Err(Halt::new(Kind::Locked, "another `kpress passwords` is changing the list of readers")
                .hint("wait for it, and run the command again")
                .into())
        }
    }
}

fn write(workspace: &Workspace, people: &People) -> Result<(), Trouble> {
    let (folder, name) = place(workspace)?;
    let io = |error: std::io::Error| Trouble::from(Halt::io("write", &name, &error));
    folder.put_secret(&name, &people.bytes()).map_err(io)
}

/// Files of users that are there for an audience. Where its last reader left, nothing would write that file again: it would go
/// to the host once more, and open for whoever left.
fn nobodys(folder: &Folder, deploy: &str, users: &str) -> Vec<String> {
    let begin = format!("{}.", users.rsplit('/').next().unwrap_or(users));
    let there = folder.at(&format!("{FILES}/{deploy}")).and_then(|folder| folder.names());
    there.unwrap_or_default().into_iter().filter(|name| name.starts_with(&begin)).collect()
}

/// Writes what the servers read, and says what to do with it.
fn files(workspace: &Workspace, people: &People, deploys: &[Deploy]) -> Result<String, Trouble> {
    let folder = Folder::open(&workspace.place)
        .map_err(|error| Trouble::from(Halt::io("open", &workspace.place.display().to_string(), &error)))?;
    let groups: std::collections::BTreeSet<&String> =
        people.people.values().flat_map(|person| &person.groups).collect();
    let mut told = String::new();
    if deploys.iter().any(|deploy| deploy.protect.encrypt.is_some()) {
        told += "encrypted pages: who reads them changes with the next `kpress publish`\n";
    }
    for deploy in deploys {
        let Some(login) = &deploy.protect.login else { continue };
        let mut audiences: Vec<String> = groups.iter().map(|group| (*group).clone()).collect();
        audiences.extend(login.require.keys().map(ToString::to_string));
        audiences.sort();
        audiences.dedup();
        let mut all: BTreeMap<String, String> =
            people.files(&deploy.id, login, &audiences).into_iter().collect();
        for name in nobodys(&folder, &deploy.id, &login.users) {
            all.entry(name).or_default();
        }
        for (name, text) in all {
            let path = format!("{FILES}/{}/{name}", deploy.id);
            folder
                .put_secret(&path, text.as_bytes())
                .map_err(|error| Trouble::from(Halt::io("write", &path, &error)))?;
        }
        let goal = login.users.rsplit_once('/').map_or("/", |(folder, _)| folder);
        told += &format!(
            "{}: copy the files of `{FILES}/{}/` to `{goal}/` on the host; they count as soon as they are there\n",
            deploy.id, deploy.id
        );
    }
    Ok(told)
}
