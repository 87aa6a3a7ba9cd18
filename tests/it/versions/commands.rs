//! The commands on versions as a user runs them: exit codes, JSON, checks without kpress, damage that stops or is found.
//! Hostile cases 23, 47, 48, 49, 50, 51, 53, 66, 75, 84, 86.

use crate::folder::{Temp, tree};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::{Duration, Instant};

const CONFIG: &str = "site: {title: {en: Shop, ja: ショップ}, languages: [en, ja], timezone: Asia/Tokyo}\n\
                      sources:\n  sales: {files: \"data/*.csv\", date: date}\n";
const METRICS: &str =
    "metrics:\n  gmv: {source: sales, value: sum(amount), unit: JPY, better: higher, level: core}\n";

/// A workspace with one table.
fn shop() -> Temp {
    let temp = Temp::new("publish");
    temp.write("kpress.yaml", CONFIG);
    temp.write("metrics/sales.yaml", METRICS);
    temp.write("targets/2026.yaml", "targets:\n  - {id: t, metric: gmv, period: 2026-11, value: 2_000}\n");
    let rows: String = (1..=15).map(|day| format!("2026-11-{day:02},{}\n", day * 10)).collect();
    temp.write("data/nov.csv", format!("date,amount\n{rows}"));
    temp
}

fn kpress(temp: &Temp, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kpress"));
    command.current_dir(temp.path()).env("HOME", "/nonexistent").env_remove("SOURCE_DATE_EPOCH");
    command.args(arguments).output().expect("kpress starts")
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap_or(-1)
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Runs a command that must end with this code.
#[track_caller]
pub(super) fn ends(temp: &Temp, arguments: &[&str], expected: i32) -> String {
    let output = kpress(temp, arguments);
    assert_eq!(code(&output), expected, "{arguments:?}: {}", said(&output));
    said(&output) + &String::from_utf8_lossy(&output.stdout)
}

#[track_caller]
fn json(temp: &Temp, arguments: &[&str]) -> Value {
    let output = kpress(temp, &[arguments, &["--json"]].concat());
    serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{arguments:?}: {error}: {}", said(&output)))
}

fn ids(temp: &Temp) -> Vec<String> {
    let list = json(temp, &["versions"]);
    let ids = list["versions"].as_array().into_iter().flatten();
    ids.map(|one| one["version"].as_str().unwrap_or("").to_owned()).collect()
}

fn sell(temp: &Temp, day: u32, amount: u32) {
    temp.write(&format!("data/more-{day}.csv"), format!("date,amount\n2026-11-{day:02},{amount}\n"));
}

#[test]
fn a_version_is_published_once_and_stays() {
    let temp = shop();
    assert_eq!(json(&temp, &["publish", "--dry-run"])["version"], "2026-w46.1");
    assert!(ids(&temp).is_empty(), "a dry run publishes nothing");
    let first = json(&temp, &["publish"]);
    assert_eq!((first["published"].as_str(), first["seq"].as_u64()), (Some("2026-w46.1"), Some(1)));
    assert_eq!(json(&temp, &["publish"])["same_as"], "2026-w46.1");
    assert_eq!(json(&temp, &["publish", "--as", "2026-w46.1"])["same_as"], "2026-w46.1");
    let before = tree(&temp.path().join(".kpress/web/all/v/2026-w46.1"));
    temp.write("metrics/sales.yaml", METRICS.replace("sum(amount)", "sum(amount) * 2"));
    ends(&temp, &["publish", "--as", "2026-w46.1"], 20);
    let second = json(&temp, &["publish"]);
    assert_eq!(second["published"], "2026-w46.2");
    assert_eq!(second["metrics_changed"], serde_json::json!(["gmv"]));
    assert_eq!(tree(&temp.path().join(".kpress/web/all/v/2026-w46.1")), before);
    let manifest: Value =
        serde_json::from_str(&temp.read(".kpress/web/all/v/2026-w46.2/manifest.json")).expect("a manifest");
    assert_eq!(
        (manifest["supersedes"].as_str(), manifest["against"].as_str()),
        (Some("2026-w46.1"), Some("2026-w46.1"))
    );
    let page = temp.read(".kpress/web/all/v/2026-w46.2/en/changes/index.html");
    assert!(
        page.contains("sum(amount) * 2") && page.contains("Restated figures") && page.contains("2026-w46.1"),
        "{page}"
    );
    assert!(temp.read(".kpress/web/all/v/2026-w46.2/ja/changes/index.html").contains("修正された数値"));
    assert!(temp.read(".kpress/web/all/v/2026-w46.1/en/changes/index.html").contains("no earlier version"));
    // `build` does not write over what was published.
    ends(&temp, &["build", "--out", ".kpress/web/all"], 12);
    ends(&temp, &["verify", "--all", "--read-data", "--extra"], 0);
}

#[test]
fn an_old_version_is_seen_again_within_a_second() {
    let temp = shop();
    ends(&temp, &["publish"], 0);
    sell(&temp, 16, 500);
    ends(&temp, &["publish"], 0);
    let pages = tree(&temp.path().join(".kpress/web/all/v"));
    let begun = Instant::now();
    assert_eq!(json(&temp, &["rollback"])["version"], "2026-w46.1");
    assert!(begun.elapsed() < Duration::from_secs(1), "{:?}", begun.elapsed());
    assert_eq!(tree(&temp.path().join(".kpress/web/all/v")), pages, "no page is written");
    assert!(temp.read(".kpress/web/all/index.html").contains("v/2026-w46.1/"));
    ends(&temp, &["rollback", "2026-w47.1"], 0);
    assert!(temp.read(".kpress/web/all/index.html").contains("v/2026-w47.1/"));
    assert!(ends(&temp, &["rollback", "2026-w47.9"], 2).contains("2026-w47.1"));
}

#[test]
fn a_version_that_is_taken_back_leaves_a_notice() {
    let temp = shop();
    ends(&temp, &["publish"], 0);
    assert!(ends(&temp, &["retract", "2026-w46.1", "--reason", "wrong"], 2).contains("only version"));
    sell(&temp, 16, 500);
    ends(&temp, &["publish"], 0);
    ends(&temp, &["versions", "alias", "reviewed", "2026-w47.1"], 0);
    ends(&temp, &["versions", "alias", "latest", "2026-w46.1"], 2);
    assert_eq!(json(&temp, &["retract", "2026-w47.1", "--reason", "wrong rate"])["current"], "2026-w46.1");
    let left = tree(&temp.path().join(".kpress/web/all/v/2026-w47.1"));
    assert_eq!(left.keys().collect::<Vec<_>>(), ["index.html"]);
    assert!(!temp.read(".kpress/web/all/versions.json").contains("w47"));
    ends(&temp, &["publish", "--as", "2026-w47.1"], 20);
    ends(&temp, &["verify", "--all", "--read-data", "--extra"], 0);
    assert_eq!(json(&temp, &["publish"])["published"], "2026-w47.2");
}

#[test]
fn versions_go_by_policy_in_two_phases() {
    let temp = shop();
    for amount in [1, 2, 3, 4] {
        sell(&temp, 16, amount);
        ends(&temp, &["publish"], 0);
    }
    for refused in [&["prune"][..], &["prune", "--keep-last", "0"], &["prune", "--apply"]] {
        ends(&temp, refused, 2);
    }
    ends(&temp, &["versions", "pin", "2026-w47.1", "--reason", "audit"], 0);
    let before = tree(temp.path());
    let plan = json(&temp, &["prune", "--keep-last", "1"]);
    assert_eq!(
        (plan["applied"].as_bool(), &plan["going"]),
        (Some(false), &serde_json::json!(["2026-w47.2"]))
    );
    assert!(plan["kept"]["2026-w47.1"].as_str().is_some_and(|why| why.contains("audit")));
    assert_eq!(tree(temp.path()), before, "a dry run deletes nothing");
    temp.write(".kpress/web/all/v/2026-w47.2/mine.txt", "somebody else's");
    ends(&temp, &["prune", "--keep-last", "1", "--apply"], 0);
    assert_eq!(ids(&temp), ["2026-w47.4", "2026-w47.3", "2026-w47.1"]);
    assert!(
        temp.path().join(".kpress/web/all/v/2026-w47.2/manifest.json").exists(),
        "its files stay for a while"
    );
    let gone = json(&temp, &["prune", "--keep-last", "1", "--apply", "--grace", "0d"]);
    assert!(gone["removed"]["objects"].as_u64().is_some_and(|count| count > 0), "{gone}");
    assert_eq!(tree(&temp.path().join(".kpress/web/all/v/2026-w47.2")).len(), 1, "a stranger's file stays");
    ends(&temp, &["verify", "--all", "--read-data"], 0);
    assert!(ends(&temp, &["verify", "--extra"], 1).contains("mine.txt"));
}

#[test]
fn a_version_is_checked_without_kpress() {
    let temp = shop();
    let run = |program: &str, arguments: &[&str], folder: &Path| {
        let output = Command::new(program).args(arguments).current_dir(folder).output().expect("it starts");
        (output.status.success(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    assert!(
        run("ssh-keygen", &["-q", "-t", "ed25519", "-N", "", "-C", "li@shop", "-f", "key"], temp.path()).0
    );
    let public = temp.read("key.pub");
    temp.write("allowed_signers", format!("li@shop namespaces=\"kpress-site/1\" {public}"));
    ends(&temp, &["publish", "--sign", "key"], 0);
    let version = temp.path().join(".kpress/web/all/v/2026-w46.1");
    let (ok, why) = run("sha256sum", &["-c", "--quiet", "SHA256SUMS"], &version);
    assert!(ok, "{why}");
    let check = "ssh-keygen -Y verify -f ../../../../../allowed_signers -I li@shop -n kpress-site/1 \
                 -s manifest.json.sshsig < manifest.json";
    let (ok, why) = run("sh", &["-c", check], &version);
    assert!(ok, "{why}");
    ends(&temp, &["verify", "--all", "--signature"], 0);
    // Somebody who is not allowed.
    temp.write("allowed_signers", "");
    ends(&temp, &["verify", "--signature"], 26);
    assert!(run("ssh-keygen", &["-q", "-t", "ed25519", "-N", "", "-f", "other"], temp.path()).0);
    temp.write("allowed_signers", format!("li@shop namespaces=\"kpress-site/1\" {}", temp.read("other.pub")));
    ends(&temp, &["verify", "--signature"], 26);
    sell(&temp, 16, 500);
    ends(&temp, &["publish"], 0);
    assert!(ends(&temp, &["verify", "2026-w47.1", "--signature"], 26).contains("not signed"));
}

#[test]
fn what_git_and_the_clock_say() {
    let temp = shop();
    let git = |arguments: &[&str]| {
        let mut command = Command::new("git");
        command.args(["-c", "user.name=Li", "-c", "user.email=li@shop"]).args(arguments);
        command
            .env("GIT_COMMITTER_DATE", "2026-11-16T01:00:00Z")
            .env("GIT_AUTHOR_DATE", "2026-11-16T01:00:00Z");
        assert!(
            command.current_dir(temp.path()).output().expect("git starts").status.success(),
            "{arguments:?}"
        );
    };
    git(&["init", "-q"]);
    git(&["add", "."]);
    git(&["commit", "-qm", "first"]);
    sell(&temp, 16, 500);
    assert!(ends(&temp, &["publish"], 2).contains("more-16.csv"));
    assert_eq!(json(&temp, &["publish", "--draft", "--as", "pr-7.1"])["published"], "pr-7.1");
    assert!(
        !temp.path().join(".kpress/web/all/index.html").exists()
            || !temp.read(".kpress/web/all/index.html").contains("w47")
    );
    git(&["add", "."]);
    git(&["commit", "-qm", "second"]);
    ends(&temp, &["publish"], 0);
    let list = json(&temp, &["versions"]);
    let one =
        list["versions"].as_array().and_then(|all| all.iter().find(|one| one["version"] == "2026-w47.1"));
    let one = one.expect("it is listed");
    assert_eq!(one["created"], "2026-11-16T01:00:00Z");
    assert_eq!(one["git"].as_str().map(str::len), Some(40));
    for bad in ["abc", "-1", "1e9"] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_kpress"));
        let output = command.current_dir(temp.path()).arg("publish").env("SOURCE_DATE_EPOCH", bad).output();
        assert_eq!(code(&output.expect("it starts")), 2, "{bad}");
    }
}

#[test]
fn a_secret_is_not_published() {
    let temp = shop();
    let token = format!("Atzr|{}", "Qx7".repeat(20));
    temp.write("content/notes.md", format!("---\ntitle: Notes\n---\nour token is {token}\n"));
    let before = tree(temp.path());
    let text = ends(&temp, &["publish"], 41);
    assert!(text.contains("notes") && !text.contains(&token), "{text}");
    assert!(ids(&temp).is_empty());
    let after = tree(temp.path());
    let left = after.iter().filter(|(path, bytes)| {
        !before.contains_key(*path) && String::from_utf8_lossy(bytes).contains(&token)
    });
    assert_eq!(left.count(), 0, "nothing of it is left");
}

fn find(temp: &Temp, folder: &str) -> PathBuf {
    let files = tree(&temp.path().join(folder));
    let (path, _) = files.iter().max_by_key(|(_, bytes)| bytes.len()).expect("a file");
    temp.path().join(folder).join(path)
}

fn writable(path: &Path) {
    let mut permissions = fs::metadata(path).expect("it is there").permissions();
    #[cfg(unix)]
    std::os::unix::fs::PermissionsExt::set_mode(&mut permissions, 0o644);
    fs::set_permissions(path, permissions).expect("ours");
}

/// A kind of damage: its name, what it does, and whether other commands stop at it.
type Damage = (&'static str, fn(&Temp), bool);

const DAMAGES: &[Damage] = &[
    (
        "an object with a flipped bit",
        |temp| {
            let path = find(temp, ".kpress/store/objects");
            let mut bytes = fs::read(&path).expect("an object");
            bytes[0] ^= 1;
            writable(&path);
            fs::write(&path, bytes).expect("ours");
        },
        false,
    ),
    (
        "an object cut short",
        |temp| {
            let path = find(temp, ".kpress/store/objects");
            let bytes = fs::read(&path).expect("an object");
            writable(&path);
            fs::write(&path, &bytes[..bytes.len() / 2]).expect("ours");
        },
        false,
    ),
    (
        "an object of no length",
        |temp| {
            let path = find(temp, ".kpress/store/objects");
            writable(&path);
            fs::write(&path, b"").expect("ours");
        },
        false,
    ),
    ("a missing object", |temp| fs::remove_file(find(temp, ".kpress/store/objects")).expect("ours"), false),
    ("an object made writable", |temp| writable(&find(temp, ".kpress/store/objects")), false),
    (
        "an edited manifest",
        |temp| {
            let path = find(temp, ".kpress/store/manifests");
            let text = fs::read_to_string(&path).expect("a manifest").replace("Shop", "Shoq");
            writable(&path);
            fs::write(&path, text).expect("ours");
        },
        true,
    ),
    (
        "a missing log entry",
        |temp| {
            fs::remove_file(temp.path().join(".kpress/store/log/00000001.json")).expect("ours");
        },
        true,
    ),
    (
        "the last log entry is gone",
        |temp| {
            fs::remove_file(temp.path().join(".kpress/store/log/00000002.json")).expect("ours");
        },
        true,
    ),
    (
        "swapped log entries",
        |temp| {
            let entry = |number: u32| temp.path().join(format!(".kpress/store/log/0000000{number}.json"));
            let (one, two) = (fs::read(entry(1)).expect("one"), fs::read(entry(2)).expect("two"));
            for (number, bytes) in [(1, two), (2, one)] {
                writable(&entry(number));
                fs::write(entry(number), bytes).expect("ours");
            }
        },
        true,
    ),
    (
        "a log entry twice",
        |temp| {
            let entry = |number: u32| temp.path().join(format!(".kpress/store/log/0000000{number}.json"));
            fs::copy(entry(2), entry(3)).expect("ours");
        },
        true,
    ),
    ("garbage in the log", |temp| temp.write(".kpress/store/log/00000003.json", "no json"), true),
    (
        "a page edited in the published tree",
        |temp| {
            temp.write(".kpress/web/all/v/2026-w46.1/en/index.html", "pay here");
        },
        false,
    ),
    ("a pointer edited", |temp| temp.write(".kpress/web/all/current.json", "{}"), false),
];

#[test]
fn damage_is_found_and_never_passed_on() {
    for (name, damage, stops) in DAMAGES {
        let temp = shop();
        ends(&temp, &["publish"], 0);
        sell(&temp, 16, 500);
        ends(&temp, &["publish"], 0);
        damage(&temp);
        let output = kpress(&temp, &["verify", "--all", "--read-data", "--json"]);
        assert_eq!(code(&output), 1, "{name}: {}", said(&output));
        let told: Value = serde_json::from_slice(&output.stdout).expect("JSON");
        assert!(told["problems"].as_array().is_some_and(|all| !all.is_empty()), "{name}");
        if name.contains("object") || name.contains("manifest") || name.contains("page") {
            let versions: Vec<&Value> = told["problems"]
                .as_array()
                .into_iter()
                .flatten()
                .flat_map(|one| one["versions"].as_array().into_iter().flatten())
                .collect();
            assert!(!versions.is_empty(), "{name} names the versions it touches: {told}");
        }
        if *stops {
            ends(&temp, &["rollback"], 22);
        }
    }
}

#[test]
fn refs_are_made_again_and_a_newer_format_is_refused() {
    let temp = shop();
    ends(&temp, &["publish"], 0);
    sell(&temp, 16, 500);
    ends(&temp, &["publish"], 0);
    let before = tree(&temp.path().join(".kpress/store"));
    fs::remove_dir_all(temp.path().join(".kpress/store/refs")).expect("ours");
    ends(&temp, &["publish"], 0);
    let after = tree(&temp.path().join(".kpress/store"));
    for path in ["refs/current.json", "refs/versions.json"] {
        assert_eq!(before.get(path), after.get(path), "{path}");
    }
    // The published tree is made again, too.
    let web = tree(&temp.path().join(".kpress/web"));
    fs::remove_dir_all(temp.path().join(".kpress/web")).expect("ours");
    ends(&temp, &["publish"], 0);
    assert_eq!(tree(&temp.path().join(".kpress/web")), web);
    temp.write(".kpress/store/FORMAT", "kpress-store 2\n");
    for command in [&["publish"][..], &["versions"], &["rollback"], &["verify"]] {
        ends(&temp, command, 22);
    }
}

#[test]
fn a_hard_linked_copy_that_is_edited_is_found() {
    let temp = shop();
    ends(&temp, &["publish"], 0);
    let path = find(&temp, ".kpress/store/objects");
    fs::hard_link(&path, temp.path().join("copy")).expect("a second name");
    writable(&path);
    let mut bytes = fs::read(&path).expect("an object");
    bytes[1] ^= 4;
    fs::write(temp.path().join("copy"), bytes).expect("edited elsewhere");
    ends(&temp, &["verify", "--all"], 1);
    ends(&temp, &["verify", "--all", "--read-data"], 1);
}

#[test]
fn parts_of_the_data_together_are_everything() {
    let temp = shop();
    ends(&temp, &["publish"], 0);
    let bytes =
        |part: &str| json(&temp, &["verify", "--read-data-subset", part])["bytes"].as_u64().expect("bytes");
    let whole = json(&temp, &["verify", "--read-data"])["bytes"].as_u64().expect("bytes");
    assert_eq!((1..=4).map(|part| bytes(&format!("{part}/4"))).sum::<u64>(), whole);
    for bad in ["0/3", "4/3", "x", "0%", "101%"] {
        ends(&temp, &["verify", "--read-data-subset", bad], 2);
    }
}
