//! Hostile case 47: paths and files that lead elsewhere. A granted folder gives its own plain files and nothing more.
#![expect(clippy::disallowed_methods, reason = "the test makes and removes a folder of its own")]

use super::*;
use cap_std::ambient_authority;
use std::path::PathBuf;

struct Home(PathBuf);

impl Home {
    fn new(name: &str) -> Home {
        let path = std::env::temp_dir().join(format!("kpress-folder-{name}-{}", std::process::id()));
        std::fs::create_dir_all(path.join("inbox/sub")).expect("a folder");
        std::fs::write(path.join("outside.tsv"), "secret").expect("a file");
        std::fs::write(path.join("inbox/a.tsv"), "0123456789").expect("a file");
        std::fs::write(path.join("inbox/sub/b.tsv"), "b").expect("a file");
        std::fs::write(path.join("inbox/c.txt"), "c").expect("a file");
        Home(path)
    }

    fn folder(&self, glob: Option<&str>) -> Folder {
        let root = Dir::open_ambient_dir(self.0.join("inbox"), ambient_authority()).expect("the folder");
        Folder::new(root, glob.map(str::to_owned))
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.0).expect("removed");
    }
}

fn budget() -> Budget {
    Budget { opens: 1_000, bytes: 1 << 20 }
}

#[test]
fn files_are_listed_and_read() {
    let home = Home::new("plain");
    let folder = home.folder(Some("**/*.tsv"));
    let entries = folder.list("**", &mut budget()).expect("a listing");
    let paths: Vec<&str> = entries.iter().map(|entry| entry.path.as_str()).collect();
    assert_eq!(paths, ["a.tsv", "sub/b.tsv"]);
    assert_eq!(entries[0].size, 10);
    assert_eq!(entries[0].sha256, "84d89877f0d4041efb6bf91a16f0248f2fd573e6af05c19f96bedb9f882f7882");
    assert_eq!(folder.read("a.tsv", 2, 3, &mut budget()), Ok(b"234".to_vec()));
    assert_eq!(folder.read("a.tsv", 99, 3, &mut budget()), Ok(Vec::new()));
    assert_eq!(folder.read("c.txt", 0, 1, &mut budget()), Err(FileError::NotFound));
}

#[test]
fn what_leads_out_is_not_there() {
    let home = Home::new("out");
    std::os::unix::fs::symlink("../outside.tsv", home.0.join("inbox/link.tsv")).expect("a link");
    std::os::unix::fs::symlink("..", home.0.join("inbox/up")).expect("a link");
    let made = std::process::Command::new("mkfifo").arg(home.0.join("inbox/fifo.tsv")).status();
    let socket = std::os::unix::net::UnixListener::bind(home.0.join("inbox/socket.tsv"));
    let folder = home.folder(None);
    let read = |path: &str| folder.read(path, 0, 100, &mut budget());
    for path in
        ["link.tsv", "up/outside.tsv", "up/none.tsv", "none.tsv", "a.tsv/x", "A.TSV", "cafe\u{301}.tsv"]
    {
        let answer = read(path);
        let refused = matches!(answer, Err(FileError::NotFound | FileError::Denied));
        assert!(refused, "{path}: {answer:?}");
    }
    assert_eq!(read("up/outside.tsv"), read("up/none.tsv"));
    assert_eq!(read("sub"), Err(FileError::NotAFile));
    if made.is_ok_and(|status| status.success()) {
        assert_eq!(read("fifo.tsv"), Err(FileError::NotAFile));
    }
    assert!(socket.is_ok() && read("socket.tsv").is_err());
    let denied = [
        "../outside.tsv",
        "/etc/passwd",
        "C:\\x",
        "\\\\?\\C:\\x",
        "a\0b",
        "CON",
        "con.tsv",
        "x:stream",
        "a.tsv.",
        "a.tsv ",
        "sub/../a.tsv",
        "./a.tsv",
        "",
        "sub//b.tsv",
    ];
    for path in denied {
        assert_eq!(read(path), Err(FileError::Denied), "{path:?}");
    }
    let seen = folder.list("**", &mut budget()).expect("a listing");
    assert_eq!(seen.iter().map(|entry| &*entry.path).collect::<Vec<_>>(), ["a.tsv", "c.txt", "sub/b.tsv"]);
}

#[test]
fn budgets_bound_what_is_read() {
    let home = Home::new("budget");
    let large = std::fs::File::create(home.0.join("inbox/sparse.tsv")).expect("a file");
    large.set_len(1 << 40).expect("a sparse file");
    let folder = home.folder(None);
    assert_eq!(folder.list("*.tsv", &mut budget()), Err(FileError::BudgetExhausted));
    assert_eq!(folder.read("sparse.tsv", 0, 1 << 40, &mut budget()), Err(FileError::BudgetExhausted));
    assert_eq!(folder.read("sparse.tsv", 1 << 39, 2, &mut budget()), Ok(vec![0, 0]));
    let mut two = Budget { opens: 2, bytes: 100 };
    assert_eq!(folder.list("**/?.t*", &mut two), Err(FileError::BudgetExhausted));
    for at in 0..=ENTRIES_MAX {
        std::fs::File::create(home.0.join(format!("inbox/sub/{at}"))).expect("a file");
    }
    assert_eq!(folder.list("x", &mut budget()), Err(FileError::BudgetExhausted));
}

#[test]
fn a_glob_takes_no_longer_than_its_lengths_allow() {
    let path = "a/".repeat(200) + "b";
    assert!(!fits(&("**/".repeat(50) + "c"), &path));
    assert!(!fits(&("*a".repeat(50) + "c"), &"a".repeat(200)));
    assert!(fits("**/b", &path) && fits("**/**/**/**", &path) && fits("*.t?v", "a.tsv") && !fits("*", "a/b"));
}
