//! Where versions are copied to, as a workspace names it. Never how one gets in: keys and passwords are with the agent of
//! the user, not in a file.

use super::Id;
use crate::diag::Place;
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
    /// Where it is named.
    pub place: Place,
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
}
