//! A folder for one test, removed when the test ends; and what a folder holds, for comparing.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

/// A folder of its own for one test.
pub(crate) struct Temp(PathBuf);

impl Temp {
    /// An empty folder.
    pub(crate) fn new(name: &str) -> Temp {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let path =
            Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{}-{number}", std::process::id()));
        fs::create_dir_all(&path).expect("a folder for the test");
        Temp(path)
    }

    /// A folder with a copy of `from`, output and caches left out.
    pub(crate) fn copy_of(name: &str, from: &Path) -> Temp {
        let temp = Temp::new(name);
        copy(from, temp.path());
        temp
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    /// Writes a file, folders included.
    pub(crate) fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        let path = self.0.join(name);
        fs::create_dir_all(path.parent().expect("a file lies in a folder")).expect("folders");
        fs::write(path, text).expect("a file of the test");
    }

    /// The text of a file.
    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.0.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }
}

impl Drop for Temp {
    fn drop(&mut self) {
        // A test that failed may have left something that cannot be removed; the next `cargo clean` will.
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn copy(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).unwrap_or_else(|error| panic!("{}: {error}", from.display())).flatten() {
        let name = entry.file_name();
        if name == "public" || name == ".kpress" {
            continue;
        }
        let goal = to.join(&name);
        if entry.path().is_dir() {
            fs::create_dir_all(&goal).expect("a folder");
            copy(&entry.path(), &goal);
        } else {
            fs::copy(entry.path(), &goal).expect("a copy");
        }
    }
}

/// All files below a folder with their bytes, by path; links are shown as such.
pub(crate) fn tree(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(at) = folders.pop() {
        for entry in fs::read_dir(&at).unwrap_or_else(|error| panic!("{}: {error}", at.display())).flatten() {
            let path = entry.path();
            let name = path.strip_prefix(folder).expect("below the folder").to_string_lossy().into_owned();
            let meta = fs::symlink_metadata(&path).expect("it was just listed");
            if meta.is_dir() {
                folders.push(path);
            } else if meta.is_symlink() {
                found.insert(
                    name,
                    format!("-> {}", fs::read_link(&path).expect("a link").display()).into_bytes(),
                );
            } else {
                found.insert(name, fs::read(&path).expect("a file"));
            }
        }
    }
    found
}
