//! Where versions are copied to, as a workspace names it. Never how one gets in: keys and passwords are with the agent of
//! the user, not in a file.

use super::Id;
use super::plugin::SecretFrom;
use crate::diag::Place;
use crate::inputs::Hash;
use std::collections::BTreeMap;
use std::sync::Arc;

/// An entry of `publish:`.
#[derive(Clone, Debug, PartialEq)]
pub struct Deploy {
    /// Its name.
    pub id: Id,
    /// The place.
    pub to: To,
    /// The address at which readers find it.
    pub url: Option<Arc<str>>,
    /// What keeps strangers out.
    pub protect: Protect,
    /// Which audiences are copied there; `None`: all of the workspace.
    pub audiences: Option<Vec<Id>>,
    /// Whether pages stand under the names of aliases, too.
    pub stubs: bool,
    /// What the host takes; `None`: whatever comes.
    pub limits: Option<Limits>,
    /// Where it is named.
    pub place: Place,
}

/// What keeps strangers out of a deploy target. Nothing of it is a secret: passwords are kept elsewhere.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Protect {
    /// The server asks for a name and a password.
    pub login: Option<Login>,
    /// Every file is encrypted.
    pub encrypt: Option<Encrypt>,
}

/// Fewer rounds of PBKDF2-HMAC-SHA256 are refused by the builder and by the reader (the least that OWASP names).
pub const ITERATIONS_LEAST: u32 = 600_000;
/// Rounds where nothing else is asked for: about half a second in a browser.
pub const ITERATIONS: u32 = 1_000_000;
/// More would hold a reader's browser up for a minute.
pub const ITERATIONS_MOST: u32 = 100_000_000;

/// How a tree is encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Encrypt {
    /// Rounds for passphrases that are made from now on.
    pub iterations: u32,
}

/// A server that asks for a name and a password (HTTP Basic authentication).
#[derive(Clone, Debug, PartialEq)]
pub struct Login {
    /// The file of users on the host, outside what it serves.
    pub users: Arc<str>,
    /// The file of groups on the host, outside what it serves.
    pub groups: Arc<str>,
    /// What the browser says it asks for.
    pub realm: Arc<str>,
    /// The groups that may see an audience, where it is not the group of the same name.
    pub require: BTreeMap<Id, Vec<Arc<str>>>,
}

impl Login {
    /// The groups whose members may see an audience.
    pub fn groups_of<'a>(&'a self, audience: &'a str) -> Vec<&'a str> {
        match self.require.get(audience) {
            Some(groups) => groups.iter().map(|group| &**group).collect(),
            None => vec![audience],
        }
    }
}

impl Deploy {
    /// Whether an audience is copied there.
    pub fn takes(&self, audience: &str) -> bool {
        self.audiences.as_ref().is_none_or(|names| names.iter().any(|name| **name == *audience))
    }
}

/// A host that takes sites up to a size only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limits {
    /// GitHub Pages.
    Github,
    /// Cloudflare Pages.
    Cloudflare,
}

/// A place.
#[derive(Clone, Debug, PartialEq)]
pub enum To {
    /// A folder: another disk, a mounted share.
    Folder(Arc<str>),
    /// A file to be unpacked by hand.
    Zip(Arc<str>),
    /// A host with a shell: `user@host:folder`.
    Rsync(Arc<str>),
    /// A host that speaks SFTP: `user@host/folder`.
    Sftp(Arc<str>),
    /// A host that speaks FTP over TLS.
    Ftps(Ftp),
}

/// A host that speaks FTP.
#[derive(Clone, Debug, PartialEq)]
pub struct Ftp {
    /// Who logs in.
    pub user: Arc<str>,
    /// Name or address of the host.
    pub host: Arc<str>,
    /// Its port.
    pub port: u16,
    /// The folder there, as the host shows it after the login; empty: where one begins.
    pub folder: Arc<str>,
    /// How the connection is kept from being read.
    pub tls: Tls,
    /// SHA-256 of the one certificate that is believed, in place of those that browsers believe.
    pub certificate: Option<Hash>,
    /// Where the password comes from.
    pub password: SecretFrom,
}

/// When an FTP connection becomes TLS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tls {
    /// On demand, before the login (`AUTH TLS`).
    Explicit,
    /// From the first byte.
    Implicit,
    /// Never: everybody on the way can read the password, and somebody said that this shall be so.
    Plain,
}

impl Tls {
    /// The port where none is named.
    pub fn port(self) -> u16 {
        match self {
            Tls::Explicit | Tls::Plain => 21,
            Tls::Implicit => 990,
        }
    }
}
