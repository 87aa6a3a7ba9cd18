//! Documents on their way in. They are written beside the state of a pull, checked to be whole, and lie there until the
//! pull is complete; what the state does not name is swept away.

use super::port::TableInfo;
use crate::inputs::ProjectPath;
use crate::plugin::reach::exchange::{Documents, HttpError, StoreAs, Stored};
use crate::site::Folder;
use flate2::read::MultiGzDecoder;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::io::{self, Read, Write};
use std::sync::{Arc, Mutex};

/// A packed document may come to so many bytes (decisions: limits of files).
const UNPACKED_MAX: u64 = 64 << 30;
/// … or to so many times its size, beyond what any small one may.
const UNPACKED_RATIO: u64 = 200;
/// Up to here no ratio is asked for.
const UNPACKED_FREE: u64 = 64 << 20;
/// The largest document that a recording holds.
const RECORDED_MAX: u64 = 256 << 20;

/// A document that was kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Staged {
    /// The file, beside the state.
    pub file: String,
    /// Which table it holds.
    pub table: String,
    /// First and last day that it is about.
    pub days: Option<(i32, i32)>,
    /// The name that the plugin gave it.
    pub name: String,
    /// Of the bytes as they came.
    pub sha256: String,
    /// How many came.
    pub bytes: u64,
    /// What the server called it.
    pub content_type: Option<String>,
}

/// Keeps documents in a folder.
pub struct Stage {
    folder: Folder,
    tables: Vec<String>,
    /// What the files of this page begin with.
    page: String,
    open: Option<Open>,
    kept: Arc<Mutex<Vec<Staged>>>,
}

struct Open {
    file: String,
    store: StoreAs,
    out: cap_std::fs::File,
    hash: Sha256,
    bytes: u64,
}

impl Stage {
    /// For one page; what is kept is found in `kept`.
    pub fn new(folder: Folder, tables: &[TableInfo], page: u64, kept: Arc<Mutex<Vec<Staged>>>) -> Stage {
        let tables = tables.iter().map(|table| table.name.clone()).collect();
        Stage { folder, tables, page: format!("page-{page}"), open: None, kept }
    }

    fn kept(&self) -> std::sync::MutexGuard<'_, Vec<Staged>> {
        self.kept.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

impl std::fmt::Debug for Stage {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Stage").field("page", &self.page).finish_non_exhaustive()
    }
}

fn disk(_: io::Error) -> HttpError {
    HttpError::Protocol("the document could not be written to this machine".to_owned())
}

impl Documents for Stage {
    fn begin(&mut self, store: &StoreAs) -> Result<(), HttpError> {
        self.abandon();
        let shown = crate::plugin::reach::vault::shown;
        if !self.tables.contains(&store.table) {
            return Err(HttpError::Denied(format!("it describes no table `{}`", shown(&store.table))));
        }
        if !is_name(&store.name) {
            let why = format!("`{}` is no name for a document; `report.json` is one", shown(&store.name));
            return Err(HttpError::Denied(why));
        }
        if store.days.is_some_and(|(from, to)| from > to || !is_day(from) || !is_day(to)) {
            return Err(HttpError::Denied("the days of a document end before they begin".to_owned()));
        }
        let file = format!("{}-{}", self.page, self.kept().len());
        // What a run left that ended in the middle.
        let _ = self.folder.remove(&file);
        let out = self.folder.begin(&file).map_err(disk)?;
        self.open = Some(Open { file, store: store.clone(), out, hash: Sha256::new(), bytes: 0 });
        Ok(())
    }

    fn file(&mut self) -> &mut dyn Write {
        self
    }

    fn keep(&mut self, content_type: Option<&str>) -> Result<Stored, HttpError> {
        let nothing = || HttpError::Protocol("no document is open".to_owned());
        let open = self.open.take().ok_or_else(nothing)?;
        let whole = open.out.sync_data().map_err(disk).and_then(|()| {
            let file = self.folder.open_file(&open.file).map_err(disk)?;
            is_whole(file, open.bytes)
        });
        let packed = match whole {
            Ok(packed) => packed,
            Err(why) => {
                let _ = self.folder.remove(&open.file);
                return Err(why);
            }
        };
        let sha256: String = open.hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
        let plain = open.store.name.strip_suffix(".gz").unwrap_or(&open.store.name).to_owned();
        let staged = Staged {
            file: open.file,
            table: open.store.table,
            days: open.store.days,
            name: if packed { format!("{plain}.gz") } else { plain },
            sha256: sha256.clone(),
            bytes: open.bytes,
            content_type: content_type.map(|text| text.chars().take(200).collect()),
        };
        self.kept().push(staged);
        Ok(Stored { sha256, bytes: open.bytes })
    }

    fn abandon(&mut self) {
        if let Some(open) = self.open.take() {
            let _ = self.folder.remove(&open.file);
        }
    }

    fn last(&mut self) -> Option<Vec<u8>> {
        let file = self.kept().last()?.file.clone();
        let mut bytes = Vec::new();
        let file = self.folder.open_file(&file).ok()?;
        file.take(RECORDED_MAX).read_to_end(&mut bytes).ok()?;
        Some(bytes)
    }
}

impl Write for Stage {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let open = self.open.as_mut().ok_or(io::ErrorKind::NotConnected)?;
        let written = open.out.write(bytes)?;
        open.hash.update(&bytes[..written]);
        open.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Whether a guest may call a document so.
fn is_name(name: &str) -> bool {
    let good = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    name.len() <= 80
        && name.bytes().all(good)
        && name.as_bytes().first().is_some_and(u8::is_ascii_alphanumeric)
        && ProjectPath::parse(name).is_ok()
}

/// A day of the years 1 to 9999.
fn is_day(number: i32) -> bool {
    (-719_162..=2_932_896).contains(&number)
}

/// Whether a document is packed. One that is and ends early, or unpacks to a flood, is refused.
fn is_whole(mut file: cap_std::fs::File, bytes: u64) -> Result<bool, HttpError> {
    let mut begin = [0; 2];
    let mut filled = 0;
    while filled < begin.len() {
        match file.read(&mut begin[filled..]).map_err(disk)? {
            0 => break,
            read => filled += read,
        }
    }
    if begin != [0x1f, 0x8b] {
        return Ok(false);
    }
    let most = UNPACKED_MAX.min(bytes.saturating_mul(UNPACKED_RATIO).max(UNPACKED_FREE));
    let mut unpacked = MultiGzDecoder::new((&begin[..]).chain(file)).take(most + 1);
    match io::copy(&mut unpacked, &mut io::sink()) {
        Err(_) => Err(HttpError::Protocol("the document is packed and ends before it is whole".to_owned())),
        Ok(count) if count > most => {
            Err(HttpError::Protocol(format!("the document unpacks to more than {most} bytes")))
        }
        Ok(_) => Ok(true),
    }
}
