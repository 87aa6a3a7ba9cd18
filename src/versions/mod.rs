//! Published versions: kept for good, byte for byte, and shown from one of them at a time.
//! The log is the truth; manifests, objects and the published tree are checked against it, pointers are made from it.

mod archive;
pub mod gate;
pub mod halt;
mod id;
pub mod log;
pub mod manifest;
pub mod people;
pub mod pointer;
pub mod prune;
pub mod sealed;
mod secret;
pub mod server;
mod stage;
mod store;
pub mod verify;
mod web;

pub use archive::{Archive, PLACE, SIGNATURES, WEB};
pub use gate::Gate;
pub use halt::{Halt, Kind};
pub use id::VersionId;
pub use log::{Known, LATEST, Op, State};
pub use manifest::Manifest;
pub use stage::{About, Amount, Sign, Staging, Told, VERSION_SCRIPT, version_script};
pub use store::{IsAlive, VersionStore, Who, ignored};
