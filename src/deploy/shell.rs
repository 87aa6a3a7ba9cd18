//! A deploy target with a shell: files go by rsync, everything small through `ssh`. Without a host name the same commands
//! run on this machine.
//!
//! Host keys and credentials are those of the user's own OpenSSH: `known_hosts`, the agent, `~/.ssh/config`.

use super::master::{Master, options};
use super::{Like, Local, Remote};
use crate::versions::manifest::FileOf;
use crate::versions::{Halt, Kind};
use std::collections::BTreeMap;
use std::io::Write;
use std::process::{Command, Output, Stdio};

/// The host.
pub(super) struct Host {
    /// `user@host`; `None` is this machine.
    host: Option<String>,
    /// The folder there, without `/` at the end.
    root: String,
    /// The connection that its commands share.
    master: Option<Master>,
    sent: u64,
}

/// A text as one word of a shell.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}

/// Splits `user@host:path`; a path alone is one of this machine.
pub(super) fn split(place: &str) -> (Option<String>, String) {
    let (host, path) = match place.split_once(':') {
        Some((host, path)) if !host.contains('/') => (Some(host.to_owned()), path),
        _ => (None, place),
    };
    let path = if path.len() > 1 { path.trim_end_matches('/') } else { path };
    (host, if path.is_empty() { ".".to_owned() } else { path.to_owned() })
}

impl Host {
    pub(super) fn open(place: &str) -> Result<Host, Halt> {
        let (host, root) = split(place);
        // A name that begins with a dash would be an option of `ssh`.
        if host.as_ref().is_some_and(|host| host.starts_with('-')) || root.starts_with('-') {
            return Err(Halt::new(Kind::Config, format!("`{place}` is no place on a host")));
        }
        let master = host.as_deref().and_then(Master::open);
        let mut opened = Host { host, root, master, sent: 0 };
        let found = opened.run("[ -d . ] && printf yes", None)?;
        if found == b"yes" {
            return Ok(opened);
        }
        Err(Halt::new(Kind::Transport, format!("there is no folder `{place}`"))
            .hint("make it on the host first"))
    }

    /// Runs a line of shell in the folder of the deploy target.
    fn run(&mut self, script: &str, input: Option<&[u8]>) -> Result<Vec<u8>, Halt> {
        let script = format!("cd -- {} && {{ {script}; }}", quoted(&self.root));
        let mut command = match &self.host {
            None => {
                let mut command = Command::new("sh");
                command.args(["-c", &script]);
                command
            }
            Some(host) => {
                let mut command = Command::new("ssh");
                command.args(options(self.master.as_ref())).args(["-T", "--", host, &script]);
                command
            }
        };
        self.sent += input.map_or(0, |bytes| bytes.len() as u64);
        let output = fed(&mut command, input)?;
        self.judged(output)
    }

    fn judged(&self, output: Output) -> Result<Vec<u8>, Halt> {
        if output.status.success() {
            return Ok(output.stdout);
        }
        Err(lost(reason(&String::from_utf8_lossy(&output.stderr))))
    }
}

/// The line that says why, among all that a program says when it ends.
pub(super) fn reason(said: &str) -> &str {
    const WHY: &[&str] =
        &["Host key verification failed", "Permission denied", "No space left", "quota", "refused"];
    let mut lines = said.lines().map(str::trim).filter(|line| !line.is_empty());
    let why = lines.clone().find(|line| WHY.iter().any(|why| line.contains(why)));
    why.or_else(|| lines.rfind(|line| *line != "Connection closed" && !line.starts_with("Connected to ")))
        .unwrap_or("the connection ended")
}

/// What is lost with a connection: nothing.
pub(super) fn lost(said: &str) -> Halt {
    let halt = Halt::new(Kind::Transport, format!("the host said: {said}"));
    match said {
        said if said.contains("No space left") || said.contains("quota") => {
            halt.hint("the disk of the host is full; nothing was switched, and what arrived is used by the next run")
        }
        said if said.contains("Host key verification failed") || said.contains("IDENTIFICATION HAS CHANGED") => {
            halt.hint("the key of the host is not the one in `known_hosts`; make sure who answers before you accept it")
        }
        _ => halt.hint("nothing was switched; run the command again, it goes on from where it stopped"),
    }
}

/// Runs a command with an input.
pub(super) fn fed(command: &mut Command, input: Option<&[u8]>) -> Result<Output, Halt> {
    let program = command.get_program().to_string_lossy().into_owned();
    let failed = |error: std::io::Error| {
        Halt::new(Kind::Transport, format!("`{program}` cannot be run: {error}"))
            .hint("install OpenSSH and rsync")
    };
    let child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let mut child = child.map_err(failed)?;
    let mut stdin = child.stdin.take().expect("it was piped");
    let bytes = input.unwrap_or_default().to_vec();
    // Written beside reading, so that neither side waits for the other.
    let writing = std::thread::spawn(move || stdin.write_all(&bytes));
    let output = child.wait_with_output().map_err(failed)?;
    // A command that ends early says why itself.
    let _ = writing.join();
    Ok(output)
}

impl Remote for Host {
    fn read(&mut self, path: &str) -> Result<Option<Vec<u8>>, Halt> {
        let word = quoted(path);
        let mut told =
            self.run(&format!("if [ -f {word} ]; then printf 1; cat -- {word}; else printf 0; fi"), None)?;
        match told.first() {
            Some(b'1') => Ok(Some(told.split_off(1))),
            _ => Ok(None),
        }
    }

    fn read_all(&mut self, paths: &[String]) -> Result<Vec<Option<Vec<u8>>>, Halt> {
        let one = |path: &String| {
            let word = quoted(path);
            format!("if [ -f {word} ]; then wc -c < {word} && cat -- {word}; else echo -; fi")
        };
        let script: Vec<String> = paths.iter().map(one).collect();
        let told = self.run(&script.join("; "), None)?;
        let mut rest = told.as_slice();
        let mut all = Vec::new();
        for path in paths {
            let end = rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len());
            let (size, after) =
                (String::from_utf8_lossy(&rest[..end]).into_owned(), rest.get(end + 1..).unwrap_or(&[]));
            let size = match size.trim() {
                "-" => None,
                size => Some(
                    size.parse::<usize>()
                        .ok()
                        .filter(|size| *size <= after.len())
                        .ok_or_else(|| lost(&format!("`{path}` came in part")))?,
                ),
            };
            all.push(size.map(|size| after[..size].to_vec()));
            rest = &after[size.unwrap_or(0)..];
        }
        Ok(all)
    }

    fn names(&mut self, folder: &str) -> Result<Vec<(String, Option<u64>)>, Halt> {
        let word = quoted(if folder.is_empty() { "." } else { folder });
        // Files with their sizes, then folders; names with a line break are not ours.
        let script = format!(
            "if [ -d {word} ]; then cd -- {word} && find . ! -name . -prune -type f -exec wc -c {{}} \\; && find . ! -name . -prune -type d; fi"
        );
        let told = self.run(&script, None)?;
        let line = |line: &str| match line.strip_prefix("./") {
            Some(folder) => Some((folder.to_owned(), None)),
            None => {
                let (size, path) = line.trim_start().split_once(' ')?;
                Some((path.strip_prefix("./")?.to_owned(), Some(size.parse().ok()?)))
            }
        };
        Ok(String::from_utf8_lossy(&told).lines().filter_map(line).collect())
    }

    fn list(&mut self, folder: &str) -> Result<BTreeMap<String, u64>, Halt> {
        let word = quoted(folder);
        let script = format!("if [ -d {word} ]; then cd -- {word} && find . -type f -exec wc -c {{}} +; fi");
        let told = self.run(&script, None)?;
        let line = |line: &str| {
            let (size, path) = line.trim_start().split_once(' ')?;
            Some((path.strip_prefix("./")?.to_owned(), size.parse().ok()?))
        };
        Ok(String::from_utf8_lossy(&told).lines().filter_map(line).collect())
    }

    fn put(
        &mut self,
        from: &Local<'_>,
        to: &str,
        files: &[FileOf],
        like: Option<&Like<'_>>,
    ) -> Result<(), Halt> {
        if files.is_empty() {
            return Ok(());
        }
        self.run(&format!("mkdir -p -- {}", quoted(to)), None)?;
        let mut command = Command::new("rsync");
        // By content: times differ between machines, and an equal file of another version need not be sent.
        command.args([
            "--recursive",
            "--checksum",
            "--files-from=-",
            "--from0",
            "--stats",
            "--partial",
            "--timeout=60",
            "--chmod=D755,F644",
        ]);
        if let Some(like) = like {
            let up = "../".repeat(to.split('/').count());
            command.arg(format!("--copy-dest={up}{}", like.folder));
        }
        let mut source = from.place.as_os_str().to_owned();
        source.push("/");
        let goal = format!("{}/{to}/", self.root);
        if self.host.is_some() {
            let words = options(self.master.as_ref());
            let words: Vec<String> = words.iter().map(|word| quoted(&word.to_string_lossy())).collect();
            command.arg("-e").arg(format!("ssh {}", words.join(" ")));
        }
        command.arg(source).arg(match &self.host {
            None => goal,
            Some(host) => format!("{host}:{goal}"),
        });
        let list: Vec<u8> = files.iter().flat_map(|file| [file.p.as_bytes(), b"\0"].concat()).collect();
        let output = fed(&mut command, Some(&list))?;
        let told = self.judged(output)?;
        let told = String::from_utf8_lossy(&told).into_owned();
        let line = told.lines().find_map(|line| line.strip_prefix("Total bytes sent: "));
        let digits: String = line.unwrap_or("").chars().filter(char::is_ascii_digit).collect();
        self.sent += digits.parse::<u64>().unwrap_or(0);
        Ok(())
    }

    fn place(&mut self, from: &str, to: &str) -> Result<(), Halt> {
        // `mv` alone would put it inside a folder that stands there; with `-T` the system renames, which it refuses over a
        // folder that holds something: of two that come at once one is told so. Where `mv` knows no `-T` the question
        // before must do.
        let (old, new) = (quoted(from), quoted(to));
        let script = format!(
            "if [ -e {new} ]; then printf taken; elif mv --version >/dev/null 2>&1; then mv -T -- {old} {new}; else mv -- {old} {new}; fi"
        );
        match self.run(&script, None)?.as_slice() {
            b"taken" => Err(super::taken(to)),
            _ => Ok(()),
        }
    }

    fn replace(&mut self, path: &str, bytes: &[u8]) -> Result<(), Halt> {
        let folder = path.rsplit_once('/').map_or(".", |(folder, _)| folder);
        let (folder, part, word) = (quoted(folder), quoted(&format!("{path}.kpress-part")), quoted(path));
        self.run(&format!("mkdir -p -- {folder} && cat > {part} && mv -f -- {part} {word}"), Some(bytes))
            .map(drop)
    }

    fn replace_all(&mut self, files: &[(String, &[u8])]) -> Result<(), Halt> {
        let texts: Option<Vec<&str>> = files
            .iter()
            .map(|(_, bytes)| std::str::from_utf8(bytes).ok().filter(|text| !text.contains('\0')))
            .collect();
        let Some(texts) = texts else {
            return files.iter().try_for_each(|(path, bytes)| self.replace(path, bytes));
        };
        let one = |((path, _), text): (&(String, &[u8]), &str)| {
            let folder = path.rsplit_once('/').map_or(".", |(folder, _)| folder);
            let (part, word) = (quoted(&format!("{path}.kpress-part")), quoted(path));
            let folder = quoted(folder);
            format!("mkdir -p -- {folder} && printf %s {} > {part} && mv -f -- {part} {word}", quoted(text))
        };
        let lines: Vec<String> = files.iter().zip(texts).map(one).collect();
        // In braces: a shell runs nothing of it before it has read the end, which a line that breaks does not bring.
        let script = format!("{{ {}; }}\n", lines.join(" && "));
        self.run("sh", Some(script.as_bytes())).map(drop)
    }

    fn remove(&mut self, folder: &str, files: &[String]) -> Result<(), Halt> {
        let word = quoted(folder);
        let list: Vec<u8> = files.iter().flat_map(|file| [b"./", file.as_bytes(), b"\0"].concat()).collect();
        let script = format!(
            "if [ -d {word} ]; then (cd -- {word} && xargs -0 rm -f --) && find {word} -depth -type d -exec rmdir {{}} \\; 2>/dev/null; fi; true"
        );
        self.run(&script, Some(&list)).map(drop)
    }

    fn sent(&self) -> u64 {
        self.sent
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_that_says_why_is_told() {
        assert_eq!(
            reason("@@@ WARNING @@@\nHost key verification failed.\r\nConnection closed\n"),
            "Host key verification failed."
        );
        assert_eq!(reason("scp: no such\nConnection closed"), "scp: no such");
        assert_eq!(reason("\n"), "the connection ended");
    }

    #[test]
    fn places_are_split_and_words_stay_one() {
        assert_eq!(split("li@host:kpi/"), (Some("li@host".to_owned()), "kpi".to_owned()));
        assert_eq!(split("/srv/a:b"), (None, "/srv/a:b".to_owned()));
        assert_eq!(split("host:"), (Some("host".to_owned()), ".".to_owned()));
        assert_eq!(quoted("it's; rm -rf /"), "'it'\\''s; rm -rf /'");
    }
}
