//! What stands in a folder of an FTP host. Facts for programs (`MLSD`) where the host has them; else the lines it shows to
//! people, in the two forms that most have; else names, and the size of each.

use super::{line::Line, refused, told};
use crate::versions::Halt;
use std::io::{ErrorKind, Read};
use suppaftp::list::ListParser;
use suppaftp::{FtpError, Status};

/// A name, and the size of a file; a folder has none.
pub(super) type Entry = (String, Option<u64>);

/// No listing is longer.
const MOST: u64 = 32 << 20;

/// What the host is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Listing {
    /// `MLSD`.
    Facts,
    /// `LIST`.
    Lines,
    /// `NLST`, and `SIZE` of each.
    Names,
}

/// What stands directly in a folder; nothing if there is none.
pub(super) fn level(line: &mut Line, way: &mut Listing, folder: &str) -> Result<Vec<Entry>, Halt> {
    loop {
        let word = match way {
            Listing::Facts => "MLSD",
            Listing::Lines => "LIST",
            Listing::Names => "NLST",
        };
        let command = if folder.is_empty() { word.to_owned() } else { format!("{word} {folder}") };
        let told_lines = match asked(line, &command) {
            Ok(lines) => lines,
            Err(FtpError::UnexpectedResponse(answer))
                if *way == Listing::Facts && matches!(answer.status.code(), 500 | 502) =>
            {
                *way = Listing::Lines;
                continue;
            }
            Err(error) if refused(&error) || unavailable(&error) => return Ok(Vec::new()),
            Err(error) => return Err(told("list a folder", error)),
        };
        let read = match way {
            Listing::Facts => told_lines.iter().map(|line| facts(line)).collect(),
            Listing::Lines => told_lines.iter().map(|line| shown(line)).collect(),
            Listing::Names => return names(line, folder, &told_lines),
        };
        let read: Option<Vec<Option<Entry>>> = read;
        match read {
            Some(entries) => return Ok(entries.into_iter().flatten().collect()),
            // A form that nobody knows: names are names.
            None => *way = Listing::Names,
        }
    }
}

/// Some hosts say so of a folder that is empty or not there.
fn unavailable(error: &FtpError) -> bool {
    matches!(error, FtpError::UnexpectedResponse(answer) if answer.status.code() == 450)
}

fn asked(line: &mut Line, command: &str) -> Result<Vec<String>, FtpError> {
    let (_, mut stream) = line.custom_data_command(command, &[Status::AboutToSend, Status::AlreadyOpen])?;
    let mut bytes = Vec::new();
    match (&mut stream).take(MOST).read_to_end(&mut bytes) {
        // As with files: the answer that follows tells whether all was sent.
        Err(error) if error.kind() != ErrorKind::UnexpectedEof => {
            return Err(FtpError::ConnectionError(error));
        }
        _ => {}
    }
    stream.finish()?;
    let lines = String::from_utf8_lossy(&bytes).into_owned();
    Ok(lines.lines().map(str::to_owned).filter(|line| !line.trim().is_empty()).collect())
}

/// A name without the folders that some hosts put before it; not the folder itself and the one above.
fn own(name: &str) -> Option<&str> {
    let name = name.rsplit('/').next().unwrap_or(name);
    (!matches!(name, "" | "." | "..")).then_some(name)
}

/// `type=file;size=12;modify=20261126184900; index.html`. `None`: the line is none of these.
fn facts(line: &str) -> Option<Option<Entry>> {
    let (facts, name) = line.split_once(' ')?;
    let mut kind = None;
    let mut size = None;
    for fact in facts.split(';').filter(|fact| !fact.is_empty()) {
        let (key, value) = fact.split_once('=')?;
        match key.to_ascii_lowercase().as_str() {
            "type" => kind = Some(value.to_ascii_lowercase()),
            "size" => size = value.parse::<u64>().ok(),
            _ => {}
        }
    }
    Some(match (kind?.as_str(), own(name)) {
        ("file", Some(name)) => Some((name.to_owned(), Some(size?))),
        ("dir", Some(name)) => Some((name.to_owned(), None)),
        // The folder itself, the one above, links.
        _ => None,
    })
}

/// A line for people, of Unix or of DOS. `None`: neither.
fn shown(line: &str) -> Option<Option<Entry>> {
    if line.starts_with("total ") || line.starts_with('l') {
        return Some(None);
    }
    let file = ListParser::parse_posix(line).or_else(|_| ListParser::parse_dos(line)).ok()?;
    let size = (!file.is_directory()).then(|| file.size() as u64);
    Some(own(file.name()).map(|name| (name.to_owned(), size)))
}

/// A name whose size the host does not tell is taken for a folder.
fn names(line: &mut Line, folder: &str, lines: &[String]) -> Result<Vec<Entry>, Halt> {
    let mut found = Vec::new();
    for name in lines.iter().filter_map(|line| own(line.trim_end())) {
        let path = if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") };
        let size = match line.size(&path) {
            Ok(size) => Some(size as u64),
            Err(error) if refused(&error) => None,
            Err(error) => return Err(told("tell a size", error)),
        };
        found.push((name.to_owned(), size));
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facts_are_read_whatever_their_order() {
        let file = |name: &str, size| Some(Some((name.to_owned(), Some(size))));
        assert_eq!(facts("type=file;size=12;modify=20261126184900; a b.html"), file("a b.html", 12));
        assert_eq!(facts("Size=7;UNIX.mode=0644;Type=FILE; all/v/x.json"), file("x.json", 7));
        assert_eq!(facts("type=dir;modify=2026; v"), Some(Some(("v".to_owned(), None))));
        assert_eq!(facts("type=cdir; ."), Some(None));
        assert_eq!(facts("-rw-r--r-- 1 u g 12 Nov 26 18:49 index.html"), None);
    }

    #[test]
    fn lines_for_people_are_read_in_two_forms() {
        let file = |name: &str, size| Some(Some((name.to_owned(), Some(size))));
        assert_eq!(shown("-rw-r--r--   1 u  g  512 Nov 26 18:49 index.html"), file("index.html", 512));
        assert_eq!(shown("drwxr-xr-x   2 u  g 4096 Nov 26  2025 v"), Some(Some(("v".to_owned(), None))));
        assert_eq!(shown("11-26-26  06:49PM                  512 index.html"), file("index.html", 512));
        assert_eq!(shown("11-26-26  06:49PM       <DIR>          v"), Some(Some(("v".to_owned(), None))));
        assert_eq!(shown("total 12"), Some(None));
        assert_eq!(shown("INDEX.HTML;1  2/2  26-NOV-2026 18:49 [KPI] (RWED)"), None);
    }
}
