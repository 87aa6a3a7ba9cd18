//! Where secrets come from: the environment, a `.env` file, the key ring of the system. Values are wiped when they are done
//! with and stand in no message.

use crate::inputs::{Inputs, ProjectPath};
use crate::plan::plugin::SecretFrom;
use std::collections::BTreeMap;
use std::process::{Command, Stdio};
use zeroize::Zeroizing;

/// A `.env` file is small.
const ENV_BYTES: u64 = 64 << 10;

/// What is known of secrets.
pub(crate) struct Secrets {
    file: BTreeMap<String, Zeroizing<String>>,
    /// What the user should know of the `.env` file.
    pub(crate) warning: Option<&'static str>,
}

impl Secrets {
    /// Reads the `.env` file of a workspace, if there is one.
    pub(crate) fn of(inputs: &dyn Inputs) -> Secrets {
        let read = |name: &str| {
            let path = ProjectPath::parse(name).ok()?;
            let bytes = inputs.read(&path, ENV_BYTES).ok()?;
            String::from_utf8(bytes.to_vec()).ok().map(Zeroizing::new)
        };
        let Some(text) = read(".env") else { return Secrets { file: BTreeMap::new(), warning: None } };
        let ignored = read(".gitignore").is_some_and(|text| {
            text.lines().any(|line| matches!(line.trim(), ".env" | "/.env" | ".env*" | "*.env"))
        });
        let warning = (!ignored).then_some("`.env` holds secrets, and `.gitignore` does not name it");
        Secrets { file: lines(&text), warning }
    }

    /// The value of a secret.
    #[expect(clippy::disallowed_methods, reason = "the door through which the environment comes in")]
    pub(crate) fn value(&self, from: &SecretFrom) -> Option<Zeroizing<String>> {
        let found = match from {
            SecretFrom::Env(name) => {
                std::env::var(&**name).ok().map(Zeroizing::new).or_else(|| self.file.get(&**name).cloned())
            }
            SecretFrom::Keyring(name) => key_ring(name),
            SecretFrom::Captured => None,
        };
        found.filter(|value| !value.is_empty())
    }
}

/// `NAME=value`, `export NAME="value"`; comments and anything else are passed over.
fn lines(text: &str) -> BTreeMap<String, Zeroizing<String>> {
    let entry = |line: &str| {
        let line = line.trim();
        let line = line.strip_prefix("export ").unwrap_or(line);
        let (name, value) = line.split_once('=').filter(|_| !line.starts_with('#'))?;
        let value = value.trim();
        let quoted = ['"', '\''].iter().find_map(|quote| value.strip_prefix(*quote)?.strip_suffix(*quote));
        Some((name.trim().to_owned(), Zeroizing::new(quoted.unwrap_or(value).to_owned())))
    };
    text.lines().filter_map(entry).collect()
}

/// Asks the key ring through the program that the system brings for it; entries belong to the service `kpress`.
fn key_ring(name: &str) -> Option<Zeroizing<String>> {
    let mut command = if cfg!(target_os = "macos") {
        let mut command = Command::new("security");
        command.args(["find-generic-password", "-w", "-s", "kpress", "-a", name]);
        command
    } else {
        let mut command = Command::new("secret-tool");
        command.args(["lookup", "service", "kpress", "account", name]);
        command
    };
    let output = command.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    let text = Zeroizing::new(String::from_utf8(output.stdout).ok()?);
    output.status.success().then(|| Zeroizing::new(text.trim_end_matches('\n').to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inputs::Memory;

    #[test]
    fn a_file_of_variables_is_read_and_must_be_ignored() {
        let text = b"# tokens\nA=one\nexport B=\"two words\"\n C = 'three' \nnonsense\n";
        let open = Secrets::of(&Memory::of([(".env", text.as_slice())]));
        let value = |secrets: &Secrets, name: &str| {
            secrets.value(&SecretFrom::Env(name.into())).map(|value| value.to_string())
        };
        assert_eq!(value(&open, "A").as_deref(), Some("one"));
        assert_eq!(value(&open, "B").as_deref(), Some("two words"));
        assert_eq!(value(&open, "C").as_deref(), Some("three"));
        assert_eq!(value(&open, "KPRESS_NO_SUCH_SECRET"), None);
        assert!(open.warning.is_some());
        let files = [(".env", text.as_slice()), (".gitignore", b"public/\n.env\n".as_slice())];
        assert_eq!(Secrets::of(&Memory::of(files)).warning, None);
    }
}
