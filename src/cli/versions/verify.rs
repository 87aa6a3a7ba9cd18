//! `kpress verify`: whether everything is as it was published, here and on a host.

use super::super::stop::Stop;
use super::super::terminal::Terminal;
use super::super::{Trouble, workspace};
use super::sign::NAMESPACE;
use super::{list, size, tell};
use crate::build::rebuild::rebuild;
use crate::deploy;
use crate::diag::printable;
use crate::versions::verify::{Asked, Depth, Problem, Verified, verify};
use crate::versions::{Archive, Halt, Kind, Manifest};
use clap::Args;
use serde_json::json;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

/// Who may sign, as `ssh-keygen` reads it.
const ALLOWED: &str = "allowed_signers";
/// Who may sign, as minisign reads it.
const MINISIGN: &str = "minisign.pub";

#[derive(Args, Debug)]
pub(crate) struct Arguments {
    /// Only this version; otherwise everything
    #[arg(value_name = "ID", conflicts_with = "all")]
    id: Option<String>,
    /// Everything, which is also what is looked at without a name
    #[arg(long)]
    all: bool,
    /// Names, sizes, and everything small; the default
    #[arg(long, conflicts_with_all = ["read_data", "read_data_subset"])]
    structure: bool,
    /// Read every byte
    #[arg(long, conflicts_with = "read_data_subset")]
    read_data: bool,
    /// Read a part: `2/10`, `5%`, `50M`
    #[arg(long, value_name = "PART", value_parser = subset)]
    read_data_subset: Option<Part>,
    /// At this deploy target, as a visitor and through the transport
    #[arg(long, value_name = "DEPLOY", conflicts_with_all = ["id", "structure", "read_data", "read_data_subset"])]
    remote: Option<String>,
    /// Also files that no manifest knows
    #[arg(long)]
    extra: bool,
    /// The manifests are signed by somebody in `allowed_signers` or `minisign.pub` of the workspace
    #[arg(long)]
    signature: bool,
    /// Build the version (the current one without a name) again from its commit and its data, and compare every page
    #[arg(long, conflicts_with_all = ["all", "remote"])]
    rebuild: bool,
    /// Everything that can be looked at here: every byte, files that no manifest knows, and the version built again
    #[arg(long, conflicts_with_all = ["structure", "read_data", "read_data_subset", "remote"])]
    paranoid: bool,
    /// For programs
    #[arg(long)]
    json: bool,
}

/// A part of the data.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Part {
    /// One of so many equal parts.
    Of(u32, u32),
    /// Another hundredth in every run.
    Percent(u32),
    /// So many bytes, others in every run.
    Bytes(u64),
}

fn subset(text: &str) -> Result<Part, String> {
    let wrong = || "a part is written as `2/10`, `5%` or `50M`".to_owned();
    let number = |text: &str| text.parse::<u64>().ok().filter(|number| *number > 0);
    if let Some((part, of)) = text.split_once('/') {
        let (part, of) = number(part)
            .zip(number(of))
            .filter(|(part, of)| part <= of && *of <= 10_000)
            .ok_or_else(wrong)?;
        return Ok(Part::Of(
            u32::try_from(part).map_err(|_| wrong())?,
            u32::try_from(of).map_err(|_| wrong())?,
        ));
    }
    if let Some(percent) = text.strip_suffix('%') {
        let percent = number(percent).filter(|percent| *percent <= 100).ok_or_else(wrong)?;
        return Ok(Part::Percent(u32::try_from(percent).map_err(|_| wrong())?));
    }
    for (ending, factor) in [("K", 1 << 10), ("M", 1 << 20), ("G", 1 << 30)] {
        if let Some(bytes) = text.strip_suffix(ending).and_then(number) {
            return Ok(Part::Bytes(bytes * factor));
        }
    }
    Err(wrong())
}

/// Looks.
pub(crate) fn run(
    arguments: &Arguments,
    option: Option<&Path>,
    terminal: &Terminal,
    stop: &Stop,
) -> Result<u8, Trouble> {
    let workspace = workspace::open(None, option)?;
    if let Some(name) = &arguments.remote {
        return remote(name, arguments, &workspace, terminal);
    }
    let versions = match &arguments.id {
        None => None,
        Some(id) => {
            let archive = Archive::open(&workspace.place, None)?.ok_or_else(list::none)?;
            Some(vec![archive.version(id)?.id.clone()])
        }
    };
    let asked = Asked {
        versions: versions.clone(),
        depth: depth(arguments),
        extra: arguments.extra || arguments.paranoid,
    };
    let mut verified = verify(&workspace.place, &asked, None)?.ok_or_else(list::none)?;
    // What is damaged is no measure for anything.
    if (arguments.rebuild || arguments.paranoid) && verified.problems.is_empty() {
        rebuilt(arguments, &workspace, &mut verified, terminal, stop)?;
    }
    if arguments.signature && verified.problems.is_empty() {
        let archive = Archive::open(&workspace.place, None)?.ok_or_else(list::none)?;
        signatures(&archive, versions.as_deref(), &workspace.place)?;
    }
    let value = json!({
        "ok": verified.problems.is_empty(), "files": verified.files, "bytes": verified.bytes,
        "problems": verified.problems,
    });
    tell(terminal, arguments.json, &value, &text(&verified, arguments.signature))?;
    Ok(u8::from(!verified.problems.is_empty()))
}

/// Builds a version again.
fn rebuilt(
    arguments: &Arguments,
    workspace: &workspace::Workspace,
    verified: &mut Verified,
    terminal: &Terminal,
    stop: &Stop,
) -> Result<(), Trouble> {
    let archive = Archive::open(&workspace.place, None)?.ok_or_else(list::none)?;
    let known = match &arguments.id {
        Some(id) => archive.version(id)?,
        None => archive.state.current().ok_or_else(list::none)?,
    };
    // No figure that an earlier build kept is believed.
    let store = crate::cli::plugins::with(crate::build::Store::none(), terminal, stop, true)?;
    let progress = crate::cli::progress::Progress::new(terminal, stop);
    let outcome = rebuild(&workspace.disk, &archive, known, &store, &progress);
    progress.clear();
    let (problems, files) = outcome?;
    verified.problems.extend(problems);
    verified.files += files;
    Ok(())
}

/// Looks at a host.
fn remote(
    name: &str,
    arguments: &Arguments,
    workspace: &workspace::Workspace,
    terminal: &Terminal,
) -> Result<u8, Trouble> {
    let all = super::deploys(workspace);
    let target = super::deploy::one(&all, name)?;
    let archive = Archive::open(&workspace.place, None)?.ok_or_else(list::none)?;
    let fetch = super::deploy::visitor();
    let memory = super::deploy::remembered(&workspace.place, target);
    let about = deploy::Deploying {
        deploy: target,
        workspace: &workspace.place,
        archive: &archive,
        fetch: fetch.as_deref(),
        memory,
        now: 0,
        token: "",
        save: &|_| {},
    };
    let mut host = workspace.ground().host(target, terminal)?;
    let checked = deploy::check(&about, &mut *host, arguments.extra)?;
    let verified = Verified { problems: checked.problems, files: checked.files, bytes: 0 };
    let value = json!({ "ok": verified.problems.is_empty(), "target": name, "files": verified.files, "problems": verified.problems });
    tell(terminal, arguments.json, &value, &text(&verified, false))?;
    Ok(u8::from(!verified.problems.is_empty()))
}

fn depth(arguments: &Arguments) -> Depth {
    let seed = u64::try_from(super::who::who().now).unwrap_or(0);
    match arguments.read_data_subset {
        Some(Part::Of(part, of)) => Depth::Part(part, of),
        Some(Part::Percent(percent)) => {
            let of = 100_u32.div_ceil(percent.max(1));
            Depth::Part(u32::try_from(seed % u64::from(of)).unwrap_or(0) + 1, of)
        }
        Some(Part::Bytes(bytes)) => Depth::Bytes(bytes, seed),
        None if arguments.read_data || arguments.paranoid => Depth::Everything,
        None => Depth::Structure,
    }
}

fn text(verified: &Verified, signed: bool) -> String {
    let line = |problem: &Problem| {
        let whose = match problem.versions.as_slice() {
            [] => String::new(),
            ids => format!(" (versions {})", ids.join(", ")),
        };
        format!("{}: {}{whose}\n", printable(&problem.place), printable(&problem.what))
    };
    let lines: String = verified.problems.iter().map(line).collect();
    let looked = format!("{} files looked at, {} read", verified.files, size(verified.bytes));
    match verified.problems.len() {
        0 if signed => format!("everything is as it was published, and signed; {looked}\n"),
        0 => format!("everything is as it was published; {looked}\n"),
        1 => format!("{lines}1 problem; {looked}\n"),
        many => format!("{lines}{many} problems; {looked}\n"),
    }
}

/// That every manifest carries a signature by somebody who may sign.
fn signatures(archive: &Archive, only: Option<&[String]>, place: &Path) -> Result<(), Halt> {
    let mine = |id: &String| only.is_none_or(|ids| ids.contains(id));
    for known in archive.state.versions.values().filter(|known| known.pruned.is_none() && mine(&known.id)) {
        for digits in known.manifests.values() {
            let (made, bytes) = archive.manifest(digits)?;
            let signed = archive.signatures(digits);
            if signed.is_empty() {
                return Err(Halt::new(Kind::Signature, format!("version `{}` is not signed", known.id))
                    .hint("`kpress publish --sign KEY` signs; name a signed version to look at it alone"));
            }
            for (ending, signature) in signed {
                match ending {
                    "sshsig" => by_ssh(&bytes, &signature, place, &known.id)?,
                    _ => by_minisign(&bytes, &signature, place, &made)?,
                }
            }
        }
    }
    Ok(())
}

fn bad(id: &str, why: &str) -> Halt {
    Halt::new(Kind::Signature, format!("the signature of version `{id}` does not hold: {why}"))
}

/// `ssh-keygen` reads the signature from a file, which stands beside the store for a moment.
pub(super) fn by_ssh(bytes: &[u8], signature: &[u8], place: &Path, id: &str) -> Result<(), Halt> {
    let allowed = place.join(ALLOWED);
    if !allowed.is_file() {
        return Err(bad(id, &format!("there is no `{ALLOWED}` in the workspace"))
            .hint("write a line `you@example.com namespaces=\"kpress-site/1\" ssh-ed25519 AAAA…` for everybody who may sign"));
    }
    let file = std::env::temp_dir().join(format!("kpress-verify-{}.sshsig", std::process::id()));
    let folder =
        crate::site::Folder::open(&std::env::temp_dir()).map_err(|error| bad(id, &error.to_string()))?;
    let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    // One of an earlier run that was killed.
    let _ = folder.remove(&name);
    folder.create(&name, signature).map_err(|error| bad(id, &error.to_string()))?;
    let outcome = asked(&allowed, &file, bytes, id);
    // It holds nothing secret.
    let _ = folder.remove(&name);
    outcome
}

fn asked(allowed: &Path, signature: &Path, bytes: &[u8], id: &str) -> Result<(), Halt> {
    let keygen = |arguments: &[&str], input: Option<&[u8]>| {
        let mut command = Command::new("ssh-keygen");
        command.args(arguments).arg("-f").arg(allowed).arg("-s").arg(signature);
        let mut child =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
        let mut stdin = child.stdin.take().expect("it was piped");
        let sent = input.map_or(Ok(()), |bytes| stdin.write_all(bytes));
        drop(stdin);
        let output = child.wait_with_output()?;
        sent.map(|()| output)
    };
    let failed = |error: std::io::Error| bad(id, &format!("`ssh-keygen` failed: {error}"));
    let found = keygen(&["-Y", "find-principals"], None).map_err(failed)?;
    let names = String::from_utf8_lossy(&found.stdout).into_owned();
    let Some(who) = names.lines().next().filter(|_| found.status.success()) else {
        return Err(bad(id, &format!("it is by nobody in `{ALLOWED}`")));
    };
    let checked = keygen(&["-Y", "verify", "-n", NAMESPACE, "-I", who], Some(bytes)).map_err(failed)?;
    if checked.status.success() {
        Ok(())
    } else {
        Err(bad(id, String::from_utf8_lossy(&checked.stderr).trim()))
    }
}

/// minisign signs the bytes and a comment, which names site, audience, version and number.
fn by_minisign(bytes: &[u8], signature: &[u8], place: &Path, made: &Manifest) -> Result<(), Halt> {
    let id = &made.version;
    let key = place.join(MINISIGN);
    if !key.is_file() {
        return Err(bad(id, &format!("there is no `{MINISIGN}` in the workspace")));
    }
    let check = || -> Result<(), String> {
        minisign(&key, bytes, &String::from_utf8_lossy(signature))?;
        let due = format!("{} {} {} {}", made.site, made.audience, made.version, made.seq);
        let text = String::from_utf8_lossy(signature).into_owned();
        match text.lines().find_map(|line| line.strip_prefix("trusted comment: ")) {
            Some(comment) if comment == due => Ok(()),
            _ => Err("its comment names another version".to_owned()),
        }
    };
    check().map_err(|why| bad(id, &why))
}

#[cfg(feature = "plugins")]
fn minisign(key: &Path, bytes: &[u8], signature: &str) -> Result<(), String> {
    let key = minisign_verify::PublicKey::from_file(key).map_err(|error| error.to_string())?;
    let signature = minisign_verify::Signature::decode(signature).map_err(|error| error.to_string())?;
    key.verify(bytes, &signature, false).map_err(|error| error.to_string())
}

#[cfg(not(feature = "plugins"))]
fn minisign(_key: &Path, _bytes: &[u8], _signature: &str) -> Result<(), String> {
    Err("this kpress was built without minisign".to_owned())
}
