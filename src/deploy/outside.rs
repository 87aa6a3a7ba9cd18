//! What encrypted trees are called on a host: there they have the name of their audience, so that a reader's address says
//! nothing of how it is kept. On this machine they stand beside the plain ones, under a name of their own.

use super::{Like, Local, Remote};
use crate::versions::Halt;
use crate::versions::manifest::FileOf;
use crate::versions::sealed::ENDING;
use std::collections::BTreeMap;

/// A host that takes encrypted trees only.
pub(super) struct Outside(pub(super) Box<dyn Remote>);

/// The path on the host of a path that begins with the name of a tree.
fn there(path: &str) -> String {
    let (tree, rest) = path.split_at(path.find('/').unwrap_or(path.len()));
    format!("{}{rest}", tree.strip_suffix(ENDING).unwrap_or(tree))
}

/// The address on the host of an address with the name of a tree in it.
#[cfg(feature = "plugins")]
pub(super) fn address(address: &str) -> String {
    address.replacen(&format!("{ENDING}/"), "/", 1)
}

impl Remote for Outside {
    fn read(&mut self, path: &str) -> Result<Option<Vec<u8>>, Halt> {
        self.0.read(&there(path))
    }

    fn list(&mut self, folder: &str) -> Result<BTreeMap<String, u64>, Halt> {
        self.0.list(&there(folder))
    }

    fn names(&mut self, folder: &str) -> Result<Vec<(String, Option<u64>)>, Halt> {
        self.0.names(&there(folder))
    }

    fn read_all(&mut self, paths: &[String]) -> Result<Vec<Option<Vec<u8>>>, Halt> {
        let paths: Vec<String> = paths.iter().map(|path| there(path)).collect();
        self.0.read_all(&paths)
    }

    fn sizes(&mut self, folder: &str, files: &[FileOf]) -> Result<BTreeMap<String, u64>, Halt> {
        self.0.sizes(&there(folder), files)
    }

    fn put(
        &mut self,
        from: &Local<'_>,
        to: &str,
        files: &[FileOf],
        like: Option<&Like<'_>>,
    ) -> Result<(), Halt> {
        let folder = like.map(|like| there(like.folder));
        let like = like.zip(folder.as_deref()).map(|(like, folder)| Like { folder, by_hash: like.by_hash });
        self.0.put(from, &there(to), files, like.as_ref())
    }

    fn place(&mut self, from: &str, to: &str) -> Result<(), Halt> {
        self.0.place(&there(from), &there(to))
    }

    fn replace(&mut self, path: &str, bytes: &[u8]) -> Result<(), Halt> {
        self.0.replace(&there(path), bytes)
    }

    fn replace_all(&mut self, files: &[(String, &[u8])]) -> Result<(), Halt> {
        let files: Vec<(String, &[u8])> = files.iter().map(|(path, bytes)| (there(path), *bytes)).collect();
        self.0.replace_all(&files)
    }

    fn remove(&mut self, folder: &str, files: &[String]) -> Result<(), Halt> {
        self.0.remove(&there(folder), files)
    }

    fn sent(&self) -> u64 {
        self.0.sent()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tree_has_the_name_of_its_audience() {
        let pairs = [
            ("all+enc/v/1/e/0.bin", "all/v/1/e/0.bin"),
            ("all+enc", "all"),
            ("all/v/x+enc/y", "all/v/x+enc/y"),
            (".kpress-probe-1/x", ".kpress-probe-1/x"),
        ];
        for (here, expected) in pairs {
            assert_eq!(there(here), expected);
        }
        assert_eq!(address("https://h/kpi/all+enc/v/1/index.html"), "https://h/kpi/all/v/1/index.html");
    }
}
