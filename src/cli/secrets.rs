//! Where secrets come from: the environment, a `.env` file, the key ring of the system. Values are wiped when they are done
//! with and stand in no message.

use crate::inputs::{Inputs, ProjectPath};
use crate::plan::plugin::SecretFrom;
use std::collections::BTreeMap;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
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

/// Names the program that is asked in place of the system's key ring. It is read from the environment and never from a file of
/// the workspace: what arrives by pull request must not name programs that run where secrets are.
const COMMAND: &str = "KPRESS_CREDENTIAL_COMMAND";
/// A key ring may ask a person to unlock it; one that hangs does not hold a publish up for ever.
const PATIENCE: Duration = Duration::from_secs(60);
/// How often it is looked whether the program is done.
const PAUSE: Duration = Duration::from_millis(20);

/// Asks the key ring through the program that the system brings for it, or that the user names; entries belong to the service `kpress`.
#[expect(clippy::disallowed_methods, reason = "the door through which the environment comes in")]
fn key_ring(name: &str) -> Option<Zeroizing<String>> {
    let own = std::env::var(COMMAND).ok().filter(|command| !command.trim().is_empty());
    let mut command = if let Some(own) = own {
        // Words and nothing else: no shell reads them.
        let mut words = own.split_whitespace();
        let mut command = Command::new(words.next()?);
        command.args(words).arg(name);
        command
    } else if cfg!(target_os = "macos") {
        let mut command = Command::new("security");
        command.args(["find-generic-password", "-w", "-s", "kpress", "-a", name]);
        command
    } else {
        let mut command = Command::new("secret-tool");
        command.args(["lookup", "service", "kpress", "account", name]);
        command
    };
    printed(&mut command, PATIENCE)
}

/// What a program prints, without the end of its line; `None` if it fails or takes too long. It is said nowhere.
#[expect(clippy::disallowed_methods, reason = "nobody waits for a program for ever")]
fn printed(command: &mut Command, patience: Duration) -> Option<Zeroizing<String>> {
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().ok()?;
    let mut stdout = child.stdout.take().expect("it was piped");
    // Read beside, so that a program that prints much is not waited for in vain; a secret is small.
    let reader = std::thread::spawn(move || {
        let mut bytes = Zeroizing::new(Vec::new());
        std::io::Read::read_to_end(&mut std::io::Read::take(&mut stdout, ENV_BYTES), &mut bytes).ok()?;
        Some(bytes)
    });
    let begun = Instant::now();
    let status = loop {
        match child.try_wait().ok()? {
            Some(status) => break status,
            None if begun.elapsed() < patience => std::thread::sleep(PAUSE),
            None => {
                // It may have ended this moment.
                let _ = child.kill();
                let _ = child.wait();
                return None;
            }
        }
    };
    let bytes = reader.join().ok()??;
    let text = std::str::from_utf8(&bytes).ok()?;
    status.success().then(|| Zeroizing::new(text.trim_end_matches(['\r', '\n']).to_owned()))
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

    #[test]
    #[cfg(unix)]
    #[expect(clippy::disallowed_methods, reason = "nobody waits for a program for ever")]
    fn a_program_is_asked_without_a_shell_and_not_for_ever() {
        let asked = |words: &[&str], patience: u64| {
            let mut command = Command::new(words[0]);
            command.args(&words[1..]);
            printed(&mut command, Duration::from_millis(patience)).map(|text| text.to_string())
        };
        assert_eq!(asked(&["echo", "$HOME; a b"], 5_000).as_deref(), Some("$HOME; a b"));
        assert_eq!(asked(&["false"], 5_000), None);
        assert_eq!(asked(&["kpress-no-such-program"], 5_000), None);
        let begun = Instant::now();
        assert_eq!(asked(&["sleep", "30"], 50), None);
        assert!(begun.elapsed() < Duration::from_secs(10));
        // More than a pipe holds, and more than a secret has: cut, not waited for.
        assert!(asked(&["head", "-c", "60000", "/dev/zero"], 5_000).is_some());
    }
}
