//! Where components come from: one file of the workspace, read once. What is hashed is what is compiled, whatever becomes
//! of the file meanwhile.

use super::scan::PLUGIN_NOT_A_COMPONENT;
use crate::inputs::{Bytes, Hash, Inputs, PATH_REFUSED, ProjectPath, Unreadable};
use crate::plan::failure::{Failure, bytes as amount};
use crate::plugin::limits::COMPONENT_BYTES_MAX;
use crate::plugin::signature;

/// A file of the workspace that should be a component.
#[derive(Clone, Debug)]
pub struct Stored {
    /// What was read.
    pub bytes: Bytes,
    /// Of these bytes, as 64 hexadecimal digits.
    pub sha256: String,
    /// The text of the signature beside it, if there is one.
    pub signature: Option<String>,
}

impl Stored {
    /// Bytes that are there already.
    pub fn of(bytes: Bytes) -> Stored {
        let sha256 = Hash::of(&bytes).to_string();
        Stored { bytes, sha256, signature: None }
    }

    /// In bytes.
    pub fn size(&self) -> u64 {
        self.bytes.len() as u64
    }
}

/// Reads the component of a plugin, and the signature beside it.
///
/// # Errors
/// `path-refused` for what is no regular file below the workspace, or lies behind a link; `plugin-not-a-component` for
/// what is not there, too large or cannot be read.
pub fn read(name: &str, file: &str, inputs: &dyn Inputs) -> Result<Stored, Failure> {
    let path = ProjectPath::parse(file).map_err(|why| {
        Failure::new(&PATH_REFUSED, format!("plugin `{name}`: `{file}`: {}", why.0), INSIDE)
    })?;
    let bytes = inputs.read(&path, COMPONENT_BYTES_MAX).map_err(|why| unreadable(name, file, &why))?;
    let beside = ProjectPath::parse(&signature::path_of(file)).ok();
    let signature = beside.and_then(|path| inputs.read(&path, signature::SIGNATURE_BYTES).ok());
    let signature = signature.map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    Ok(Stored { signature, ..Stored::of(bytes) })
}

const INSIDE: &str = "a plugin is a regular file below the workspace, such as `plugins/NAME.wasm`";

fn unreadable(name: &str, file: &str, why: &Unreadable) -> Failure {
    let none = |what: String, hint: &str| {
        Failure::new(&PLUGIN_NOT_A_COMPONENT, format!("plugin `{name}`: {what}"), hint)
    };
    match why {
        Unreadable::Missing => none(
            format!("there is no file `{file}`"),
            "`file:` is a path below the workspace; `kpress plugin build` makes the component",
        ),
        Unreadable::TooLarge { bytes, limit } => none(
            format!("`{file}` has {}, and no component has more than {}", amount(*bytes), amount(*limit)),
            "leave debug information out of it",
        ),
        Unreadable::Refused(why) => {
            Failure::new(&PATH_REFUSED, format!("plugin `{name}`: `{file}`: {why}"), INSIDE)
        }
        Unreadable::Failed(why) => none(format!("`{file}` cannot be read: {why}"), ""),
    }
}
