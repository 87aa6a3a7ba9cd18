//! Signs manifests with a key of the user: an SSH key through `ssh-keygen`, or a minisign key through `minisign`.
//! kpress never sees a secret key; it hands over bytes and takes a signature.

use crate::versions::{Halt, Kind, Manifest};
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

/// What a signature is for: one made for anything else is not taken.
pub(crate) const NAMESPACE: &str = "kpress-site/1";

/// Signs with the key at `key`: a minisign key says so in its first line, anything else is left to `ssh-keygen`.
pub(crate) fn sign(key: &Path, bytes: &[u8], manifest: &Manifest) -> Result<(&'static str, Vec<u8>), Halt> {
    let first = std::fs::File::open(key)
        .and_then(|mut file| {
            let mut begin = [0; 64];
            let read = std::io::Read::read(&mut file, &mut begin)?;
            Ok(String::from_utf8_lossy(&begin[..read]).into_owned())
        })
        .map_err(|error| wrong(&format!("the key `{}` cannot be read: {error}", key.display())))?;
    if first.contains("minisign") { with_minisign(key, bytes, manifest) } else { with_ssh(key, bytes) }
}

fn wrong(text: &str) -> Halt {
    Halt::new(Kind::Signature, text).hint("name a key with `--sign KEY` or in `KPRESS_SIGN_KEY`")
}

fn with_ssh(key: &Path, bytes: &[u8]) -> Result<(&'static str, Vec<u8>), Halt> {
    let mut child = Command::new("ssh-keygen")
        .args(["-Y", "sign", "-n", NAMESPACE, "-f"])
        .arg(key)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| wrong(&format!("`ssh-keygen` cannot be started: {error}")))?;
    let sent = child.stdin.take().expect("it was piped").write_all(bytes);
    let output = child.wait_with_output();
    let output = sent.and(output).map_err(|error| wrong(&format!("`ssh-keygen` failed: {error}")))?;
    if !output.status.success() || output.stdout.is_empty() {
        return Err(wrong(&format!(
            "`ssh-keygen` did not sign: {}",
            String::from_utf8_lossy(&output.stderr).trim()
        )));
    }
    Ok(("sshsig", output.stdout))
}

/// minisign signs files, so the manifest stands in a folder of its own for a moment.
fn with_minisign(key: &Path, bytes: &[u8], manifest: &Manifest) -> Result<(&'static str, Vec<u8>), Halt> {
    let name = format!("kpress-sign-{}-{}", std::process::id(), manifest.audience);
    let place = std::env::temp_dir().join(name);
    let io = |error: std::io::Error| wrong(&format!("`{}` cannot be written: {error}", place.display()));
    std::fs::create_dir(&place).map_err(io)?;
    let signed = || -> Result<Vec<u8>, Halt> {
        let folder = crate::site::Folder::open(&place).map_err(io)?;
        folder.create("manifest.json", bytes).map_err(io)?;
        let comment =
            format!("{} {} {} {}", manifest.site, manifest.audience, manifest.version, manifest.seq);
        let status = Command::new("minisign")
            .args(["-S", "-t", &comment, "-x"])
            .arg(place.join("manifest.json.minisig"))
            .arg("-s")
            .arg(key)
            .arg("-m")
            .arg(place.join("manifest.json"))
            .stdout(Stdio::null())
            .status()
            .map_err(|error| wrong(&format!("`minisign` cannot be started: {error}")))?;
        if !status.success() {
            return Err(wrong("`minisign` did not sign"));
        }
        folder.read("manifest.json.minisig").map_err(io)
    };
    let signature = signed();
    for file in ["manifest.json", "manifest.json.minisig"] {
        // It may never have been made.
        let _ = std::fs::remove_file(place.join(file));
    }
    // Nothing secret is in it; the system empties its folder for temporary files.
    let _ = std::fs::remove_dir(&place);
    Ok(("minisig", signature?))
}
