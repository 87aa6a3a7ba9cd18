//! `publish:` in `kpress.yaml`: where versions are copied to. How one gets in is no matter of a file: keys are with the
//! agent of the user, host names with `~/.ssh/config`.

use super::{Item, Reader};
use crate::diag::{Finding, Place};
use crate::plan::deploy::{Deploy, To};
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
    Some(Deploy { id: key.text.clone(), to, url, audiences, protect, place: key.place.clone() })
}

/// Exactly one place, and no secret in it.
fn place(reader: &mut Reader, key: &Key, node: &Node) -> Option<To> {
    type Kind = (&'static str, fn(Arc<str>) -> To);
    const KINDS: &[Kind] =
        &[("folder", To::Folder), ("zip", To::Zip), ("rsync", To::Rsync), ("sftp", To::Sftp)];
    let mut given: Vec<To> =
        KINDS.iter().filter_map(|(name, to)| Some(to(node.text_of(name)?.clone()))).collect();
    if given.len() != 1 {
        let told = format!("the deploy target `{}` names {} places", key.text, given.len());
        unfit(reader, &key.place, told, "write one of `folder:`, `zip:`, `rsync:` or `sftp:`");
        return None;
    }
    let to = given.remove(0);
    if let To::Rsync(text) | To::Sftp(text) = &to {
        let who = text.split('@').next().filter(|_| text.contains('@')).unwrap_or("");
        if who.contains(':') || text.starts_with('-') {
            let told = format!("the place of `{}` holds a password, or is none", key.text);
            unfit(reader, &key.place, told, "keys are with your ssh agent: write `user@host:folder`");
            return None;
        }
    }
    Some(to)
}
