//! `publish:` in `kpress.yaml`: where versions are copied to. How one gets in is no matter of a file: keys are with the
//! agent of the user, host names with `~/.ssh/config`.

use super::{Item, Reader, ftp};
use crate::diag::{Finding, Place};
use crate::plan::deploy::{Deploy, Limits, To};
use crate::plan::yaml::File;
use crate::plan::yaml::check::UNFIT_VALUE;
use crate::plan::yaml::shape::{self, Kind, Shape, optional, required};
use crate::plan::yaml::tree::{Key, Node};
use std::sync::Arc;

const TEXT: Kind = Kind::Of(&shape::TEXT);

/// An entry of `publish:`.
pub static DEPLOY: Shape = Shape {
    name: "a deploy target",
    about: "A place that versions are copied to.",
    fields: &[
        required("to", Kind::Object(&TO), "The place: one of the keys below."),
        optional("url", TEXT, "The address at which readers find it; kpress then looks at it as they do."),
        optional("audiences", Kind::Many(&TEXT), "Which audiences are copied there; all if absent."),
        optional(
            "limits",
            Kind::Enum(&["github", "cloudflare"]),
            "The host takes sites up to a size: GitHub Pages, Cloudflare Pages. Found by the address for `github.io` and `pages.dev`.",
        ),
        optional(
            "aliases",
            Kind::Enum(&["none", "stubs"]),
            "`stubs`: every page also stands under `latest/` and the other names of versions, and leads to the version they point to.",
        ),
        optional("protect", Kind::Object(&super::protect::PROTECT), "Passwords and encryption."),
    ],
};

static TO: Shape = Shape {
    name: "`to`",
    about: "Where a deploy target is. Keys and passwords are not written here: kpress uses the `ssh` of the user.",
    fields: &[
        optional("folder", TEXT, "A folder that is there: another disk, a mounted share."),
        optional("zip", TEXT, "A file, to be unpacked on the host by hand."),
        optional("rsync", TEXT, "A host with a shell and rsync: `user@host:folder`."),
        optional("sftp", TEXT, "A host that speaks SFTP: `user@host/folder`."),
        optional(
            "ftps",
            TEXT,
            "A host that speaks FTP over TLS: `user@host/folder`, with a port `user@host:2121/folder`.",
        ),
        optional(
            "tls",
            Kind::Enum(&["explicit", "implicit"]),
            "With `ftps`: TLS on demand (port 21), or from the first byte (port 990).",
        ),
        optional(
            "certificate",
            TEXT,
            "With `ftps`: the SHA-256 of the only certificate to be believed, `sha256:…`; otherwise those that browsers believe.",
        ),
        optional(
            "password",
            Kind::Object(&ftp::PASSWORD),
            "With `ftps`: where the password comes from; `KPRESS_PASSWORD_NAME` of the environment if absent.",
        ),
        optional("ftp", TEXT, "A host that speaks FTP without TLS; only with the next key."),
        optional(
            "insecure_plaintext",
            Kind::Of(&shape::BOOL),
            "With `ftp`: password and pages may be read by anybody on the way.",
        ),
        optional("via", Kind::Enum(&["openssh"]), "What speaks SFTP; the `sftp` of OpenSSH."),
    ],
};

/// Reads one deploy target.
pub fn read(reader: &mut Reader, file: &File, key: &Key, node: &Node) -> Option<Item<Deploy>> {
    reader.item(file, node, &DEPLOY, |reader, node| deploy(reader, key, node)).ok()
}

/// A value that makes no sense.
pub(super) fn unfit(reader: &mut Reader, place: &Place, told: String, hint: &str) {
    reader.found.push(Finding::new(&UNFIT_VALUE, place.clone(), told).hint(hint));
}

fn deploy(reader: &mut Reader, key: &Key, node: &Node) -> Option<Deploy> {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_';
    if key.text.is_empty() || !key.text.chars().all(plain) {
        let told = format!("`{}` cannot name a deploy target", key.text);
        unfit(reader, &key.place, told, "small letters, digits, `-` and `_`, as in `intranet`");
        return None;
    }
    let to = place(reader, key, node.get("to")?)?;
    let url = node.text_of("url").cloned();
    if let Some(url) = url.as_ref().filter(|url| !url.starts_with("https://") && !url.starts_with("http://"))
    {
        unfit(
            reader,
            &key.place,
            format!("`{url}` is no address of a web site"),
            "write `https://example.com/kpi`",
        );
        return None;
    }
    let audiences = node.get("audiences").map(|node| super::ids(Some(node)));
    let asked = super::protect::Asked { id: &key.text, to: &to, url: url.as_deref(), place: &key.place };
    let protect = super::protect::read(reader, &asked, node.get("protect"))?;
    let limits = limits(node.text_of("limits").map(|text| &**text), url.as_deref());
    let stubs = node.text_of("aliases").is_some_and(|mode| &**mode == "stubs");
    let (id, place) = (key.text.clone(), key.place.clone());
    Some(Deploy { id, to, url, audiences, stubs, limits, protect, place })
}

/// What a host takes: as it is said, or as its address tells.
fn limits(said: Option<&str>, url: Option<&str>) -> Option<Limits> {
    let host = url.and_then(|url| url.split('/').nth(2)).unwrap_or("");
    match said {
        Some("github") => Some(Limits::Github),
        Some("cloudflare") => Some(Limits::Cloudflare),
        _ if host.ends_with(".github.io") => Some(Limits::Github),
        _ if host.ends_with(".pages.dev") => Some(Limits::Cloudflare),
        _ => None,
    }
}

/// Exactly one place, and no secret in it.
fn place(reader: &mut Reader, key: &Key, node: &Node) -> Option<To> {
    const KINDS: &[&str] = &["folder", "zip", "rsync", "sftp", "ftps", "ftp"];
    let given: Vec<(&str, Arc<str>)> =
        KINDS.iter().filter_map(|kind| Some((*kind, node.text_of(kind)?.clone()))).collect();
    let [(kind, text)] = given.as_slice() else {
        let told = format!("the deploy target `{}` names {} places", key.text, given.len());
        unfit(reader, &key.place, told, "write one of `folder:`, `zip:`, `rsync:`, `sftp:` or `ftps:`");
        return None;
    };
    if !kind.starts_with("ftp") {
        ftp::only(reader, key, node)?;
    }
    if !matches!(*kind, "folder" | "zip") && holds_password(text) {
        let told = format!("the place of `{}` holds a password, or is none", key.text);
        let hint = match *kind {
            "rsync" | "sftp" => "keys are with your ssh agent: write `user@host:folder`",
            _ => "write `user@host/folder`, and the password into the environment or the key ring",
        };
        unfit(reader, &key.place, told, hint);
        return None;
    }
    let text = text.clone();
    Some(match *kind {
        "folder" => To::Folder(text),
        "zip" => To::Zip(text),
        "rsync" => To::Rsync(text),
        "sftp" => To::Sftp(text),
        _ => To::Ftps(ftp::read(reader, key, node, &text)?),
    })
}

/// `user:password@host`, or what a program would take for an option.
fn holds_password(text: &str) -> bool {
    let who = text.split('@').next().filter(|_| text.contains('@')).unwrap_or("");
    who.contains(':') || text.starts_with('-')
}
