//! Protected deploy targets as a user makes them: what an encrypted host gets and never gets, who opens it, and the files
//! that servers read. Hostile cases 72 and 73; in a browser: `tests/browser/sealed.mjs`.

use super::commands::ends;
use crate::folder::{Temp, tree};
use kpress::versions::sealed::Header;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

/// A workspace with one table and a deploy target of each kind.
fn shop() -> Temp {
    let temp = Temp::new("sealed");
    fs::create_dir_all(temp.path().join("safe")).expect("a folder");
    fs::create_dir_all(temp.path().join("plain")).expect("a folder");
    temp.write(
        "kpress.yaml",
        "site: {title: {en: Canary Shop}, languages: [en, ja], timezone: Asia/Tokyo}\n\
         sources:\n  sales: {files: \"data/*.csv\", date: date}\n\
         publish:\n  safe: {to: {folder: safe}, protect: {encrypt: {iterations: 600000}}}\n  \
         plain: {to: {folder: plain}}\n  mail: {to: {zip: mail.zip}, protect: {encrypt: true}}\n",
    );
    temp.write(
        "metrics/sales.yaml",
        "metrics:\n  canaries: {source: sales, value: sum(amount), unit: JPY, better: higher, level: core}\n",
    );
    let rows: String = (1..=15).map(|day| format!("2026-11-{day:02},{}\n", day * 10)).collect();
    temp.write("data/nov.csv", format!("date,amount\n{rows}"));
    temp
}

/// The passphrase of somebody in what `kpress passwords` shows.
fn passphrase(shown: &str, name: &str) -> String {
    let line = shown.lines().find(|line| line.starts_with(&format!("{name}\t")));
    line.and_then(|line| line.rsplit('\t').next())
        .unwrap_or_else(|| panic!("no {name} in {shown}"))
        .to_owned()
}

/// A file of the version `id` on the encrypted host, as its readers get it.
fn opened(host: &Path, id: &str, passphrase: &str, path: &str) -> Option<String> {
    let folder = host.join("all/v").join(id);
    let header = Header::read(&fs::read(folder.join("header.json")).expect("a header")).expect("a header");
    let seal = header.unseal(passphrase)?;
    let stored = fs::read(folder.join("e").join(format!("{}.bin", seal.name(path)))).expect("a file");
    Some(String::from_utf8(seal.open(path, &stored).expect("it opens")).expect("text"))
}

fn holds(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|part| part == text.as_bytes())
}

#[test]
fn an_encrypted_host_gets_nothing_in_the_open() {
    let temp = shop();
    let nobody = ends(&temp, &["publish", "--as", "one"], 10);
    assert!(nobody.contains("kpress passwords add"), "{nobody}");
    let shown = ends(&temp, &["passwords", "add", "ceo", "li.na", "--group", "all"], 0);
    let (ceo, li) = (passphrase(&shown, "ceo"), passphrase(&shown, "li.na"));
    ends(&temp, &["publish", "--as", "one"], 0);
    let host = temp.path().join("safe");
    let files = tree(&host);
    assert!(files.keys().filter(|path| path.ends_with(".bin")).count() > 20, "{:?}", files.keys());
    let zip = fs::read(temp.path().join("mail.zip")).expect("a zip");
    for canary in ["Canary", "canaries", "li.na", "<table", "en/index.html"] {
        let told = files.iter().find(|(path, bytes)| !path.contains("/a/") && holds(bytes, canary));
        assert_eq!(told.map(|(path, _)| path), None, "{canary}");
        assert!(!holds(&zip, canary), "{canary} in the zip");
    }
    // What is plain goes where it was asked for, and nowhere else.
    assert!(temp.path().join("plain/all/v/one/en/index.html").is_file());
    assert!(!temp.path().join("plain/all+enc").exists() && !host.join("all+enc").exists());
    let page = fs::read_to_string(temp.path().join("plain/all/v/one/en/index.html")).expect("a page");
    for passphrase in [&ceo, &li] {
        assert_eq!(opened(&host, "one", passphrase, "en/index.html").as_ref(), Some(&page));
    }
    assert_eq!(opened(&host, "one", &format!("{ceo}x"), "en/index.html"), None);

    // Nothing changed: nothing is made, nothing is sent.
    ends(&temp, &["publish"], 0);
    assert_eq!(tree(&host), files);
    ends(&temp, &["verify", "--all", "--read-data", "--extra"], 0);
    ends(&temp, &["verify", "--remote", "safe", "--extra"], 0);

    // Case 73: who is taken off opens what was out, and no later version; that alone makes one.
    ends(&temp, &["passwords", "remove", "li.na"], 0);
    ends(&temp, &["publish", "--as", "two"], 0);
    assert_eq!(opened(&host, "two", &li, "en/index.html"), None);
    assert!(opened(&host, "one", &li, "en/index.html").is_some());
    assert!(opened(&host, "two", &ceo, "manifest.json").is_some_and(|text| text.contains("Canary")));
    let versions = String::from_utf8_lossy(&tree(&host)["all/versions.json"]).into_owned();
    assert!(versions.contains("\"two\"") && !versions.contains("Canary"));
}

#[test]
fn each_audience_is_opened_by_its_own_readers() {
    let temp = shop();
    temp.write(
        "kpress.yaml",
        "site: {title: {en: Canary Shop}, languages: [en], timezone: Asia/Tokyo}\n\
         sources:\n  sales: {files: \"data/*.csv\", date: date}\n\
         audiences:\n  company: {sees: all}\n  ads: {sees: {metrics: [canaries]}}\n  inside: {sees: all}\n\
         publish:\n  safe: {to: {folder: safe}, audiences: [company, ads], protect: {encrypt: {iterations: 600000}}}\n",
    );
    let shown = ends(&temp, &["passwords", "add", "ceo", "--group", "company"], 0);
    let ceo = passphrase(&shown, "ceo");
    // `inside` goes nowhere encrypted, so nobody has to be able to open it.
    let nobody = ends(&temp, &["publish", "--as", "one"], 10);
    assert!(nobody.contains("`ads`"), "{nobody}");
    let li = passphrase(&ends(&temp, &["passwords", "add", "li.na", "--group", "ads"], 0), "li.na");
    ends(&temp, &["publish", "--as", "one"], 0);
    let host = temp.path().join("safe");
    assert!(!host.join("inside").exists());
    let opens = |audience: &str, passphrase: &str| {
        let header = fs::read(host.join(audience).join("v/one/header.json")).expect("a header");
        Header::read(&header).expect("a header").unseal(passphrase).is_some()
    };
    assert!(opens("company", &ceo) && opens("ads", &li));
    assert!(!opens("company", &li) && !opens("ads", &ceo));
    for canary in ["Canary", "canaries"] {
        assert!(
            !tree(&host).iter().any(|(path, bytes)| !path.contains("/a/") && holds(bytes, canary)),
            "{canary}"
        );
    }
}

#[test]
fn plain_pages_and_encrypted_ones_never_share_a_place() {
    let temp = shop();
    ends(&temp, &["passwords", "add", "ceo", "--group", "all"], 0);
    ends(&temp, &["publish", "--as", "one"], 0);
    let config = fs::read_to_string(temp.path().join("kpress.yaml")).expect("the config");
    temp.write("kpress.yaml", config.replace("folder: plain}", "folder: plain}, protect: {encrypt: true}"));
    ends(&temp, &["publish", "--deploy-only", "plain"], 23);
}

#[test]
fn servers_get_files_of_passwords_and_a_gate() {
    let temp = shop();
    temp.write(
        "kpress.yaml",
        "site: {title: Shop, languages: [en]}\nsources:\n  sales: {files: \"data/*.csv\", date: date}\n\
         publish:\n  intranet: {to: {folder: plain}, protect: {htaccess: {groups: /home/u/.htgroups-kpress}}}\n",
    );
    let shown = ends(&temp, &["passwords", "add", "li.na", "--group", "all"], 0);
    let own = passphrase(&shown, "li.na");
    let folder = temp.path().join(".kpress/private/intranet");
    let users = fs::read_to_string(folder.join(".htpasswd-kpress")).expect("users");
    let hash = users.trim_end().strip_prefix("li.na:").expect("a line");
    assert!(hash.starts_with("$2y$10$") && kpress::site::password::matches(&own, hash));
    assert_eq!(fs::read_to_string(folder.join(".htgroups-kpress")).expect("groups"), "all: li.na\n");
    assert_eq!(fs::read_to_string(folder.join(".htpasswd-kpress.all")).expect("nginx"), users);
    #[cfg(unix)]
    for file in ["intranet/.htpasswd-kpress", "people.json"] {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::metadata(temp.path().join(".kpress/private").join(file))
            .expect("a file")
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600, "{file}");
    }
    ends(&temp, &["publish", "--as", "one"], 0);
    let gate = fs::read_to_string(temp.path().join("plain/all/.htaccess")).expect("a gate");
    for line in ["AuthUserFile \"/home/u/.htpasswd-kpress\"", "Require group all", "  SSLRequireSSL"] {
        assert!(gate.lines().any(|other| other == line), "{line} in {gate}");
    }
    let listed = ends(&temp, &["passwords", "list"], 0);
    assert!(listed.contains("li.na") && !listed.contains("$2y$") && !listed.contains(&own));
    ends(&temp, &["passwords", "add", "ceo", "--group", "ads"], 0);
    ends(&temp, &["passwords", "groups", "ceo", "all"], 0);
    let nginx = |audience: &str| fs::read_to_string(folder.join(format!(".htpasswd-kpress.{audience}")));
    assert_eq!(nginx("ads").expect("nginx"), "", "the last reader of a group takes the way in along");
    ends(&temp, &["passwords", "remove", "ceo", "li.na"], 0);
    assert_eq!(fs::read_to_string(folder.join(".htpasswd-kpress")).expect("users"), "");
    assert_eq!(nginx("all").expect("nginx"), "");
    ends(&temp, &["passwords", "remove", "li.na"], 2);
}

#[test]
fn of_two_that_change_the_readers_at_once_one_waits() {
    let temp = shop();
    ends(&temp, &["passwords", "add", "li.na", "--group", "all"], 0);
    let lock = fs::File::options().write(true).open(temp.path().join(".kpress/people.lock")).expect("a lock");
    lock.lock().expect("ours");
    let said = ends(&temp, &["passwords", "add", "ceo", "--group", "all"], 21);
    assert!(said.contains("another `kpress passwords`"), "{said}");
    ends(&temp, &["passwords", "list"], 0);
    drop(lock);
    ends(&temp, &["passwords", "add", "ceo", "--group", "all"], 0);
}

#[test]
fn case_72_weak_and_too_long_passphrases_leave_nothing() {
    let temp = shop();
    let own = |text: &str, target: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_kpress"));
        let words = ["passwords", "add", "li.na", "--group", "all", "--own", "--for", target];
        command
            .current_dir(temp.path())
            .args(words)
            .stdin(Stdio::piped())
            .stderr(Stdio::piped())
            .stdout(Stdio::piped());
        let mut child = command.spawn().expect("kpress starts");
        child.stdin.take().expect("a pipe").write_all(text.as_bytes()).expect("it reads");
        let output = child.wait_with_output().expect("it ends");
        let said =
            String::from_utf8_lossy(&output.stderr).into_owned() + &String::from_utf8_lossy(&output.stdout);
        (output.status.code(), said)
    };
    for text in ["pa$$W0rd\n", "aaaaaaaaaaaaaaaaaaaaaaaa\n", &format!("{}\n", "a1b2c3d4e5f6g7h8i9".repeat(5))]
    {
        let (code, said) = own(text, "safe");
        assert_eq!(code, Some(10), "{said}");
        assert!(!said.contains(text.trim_end()), "{said}");
        assert!(!temp.path().join(".kpress/private").exists());
    }
    let (code, said) = own("a horse that counts to 9\n", "safe");
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("1-a horse that counts to 9"), "it is typed with its number: {said}");
    // The list must not lie where Git would take it.
    let output = Command::new(env!("CARGO_BIN_EXE_kpress"))
        .current_dir(temp.path())
        .env("KPRESS_PEOPLE", temp.path().join("data/people.json"))
        .args(["passwords", "list"])
        .output()
        .expect("kpress starts");
    assert_eq!(output.status.code(), Some(12));
}

#[test]
fn case_73_what_somebody_could_open_is_encrypted_again() {
    let temp = shop();
    let shown = ends(&temp, &["passwords", "add", "ceo", "li.na", "--group", "all"], 0);
    let (ceo, li) = (passphrase(&shown, "ceo"), passphrase(&shown, "li.na"));
    ends(&temp, &["publish", "--as", "one.1"], 0);
    temp.write("data/more.csv", "date,amount\n2026-11-16,500\n");
    ends(&temp, &["publish", "--as", "two.1"], 0);
    ends(&temp, &["versions", "alias", "reviewed", "one.1"], 0);
    ends(&temp, &["versions", "pin", "one.1", "--reason", "audit"], 0);
    ends(&temp, &["passwords", "remove", "li.na"], 0);
    let before = tree(temp.path());
    assert!(ends(&temp, &["publish", "--rekey-all", "--dry-run"], 0).contains("would encrypt version one.1"));
    assert_eq!(tree(temp.path()).keys().collect::<Vec<_>>(), before.keys().collect::<Vec<_>>());

    ends(&temp, &["publish", "--rekey-all"], 0);
    let host = temp.path().join("safe");
    for (old, new) in [("one.1", "one.2"), ("two.1", "two.2")] {
        assert_eq!(opened(&host, new, &li, "en/index.html"), None, "{new}");
        let page = opened(&host, new, &ceo, "en/index.html").expect("a page");
        // The same pages, on the plain host as well; of the old ones a notice is left.
        let plain = fs::read_to_string(temp.path().join(format!("plain/all/v/{new}/en/index.html")));
        assert_eq!(plain.expect("a page"), page);
        for folder in ["safe", "plain"] {
            let left = tree(&temp.path().join(folder).join("all/v").join(old));
            assert_eq!(left.keys().collect::<Vec<_>>(), ["index.html"], "{folder} {old}");
        }
    }
    // Names and pins go over; readers are led to the same pages as before.
    let list = ends(&temp, &["versions", "--json"], 0);
    let list: serde_json::Value = serde_json::from_str(&list).expect("JSON");
    let one = |id: &str| {
        list["versions"].as_array().expect("a list").iter().find(|one| one["version"] == id).expect("listed")
    };
    assert_eq!(one("one.2")["aliases"], serde_json::json!(["reviewed"]));
    assert_eq!(one("two.2")["aliases"], serde_json::json!(["latest"]));
    assert!(one("one.2").to_string().contains("audit") && !one("one.1").to_string().contains("audit"));
    let root = fs::read_to_string(host.join("all/index.html")).expect("the root");
    assert!(root.contains("v/two.2/"), "{root}");
    ends(&temp, &["verify", "--all", "--read-data", "--extra"], 0);
    ends(&temp, &["verify", "--remote", "safe", "--extra"], 0);

    // Once is enough; and without anybody nothing is thrown away.
    let files = tree(&host);
    assert!(ends(&temp, &["publish", "--rekey-all"], 0).contains("today's readers"));
    assert_eq!(tree(&host), files);
    ends(&temp, &["passwords", "remove", "ceo"], 0);
    assert!(ends(&temp, &["publish", "--rekey-all"], 10).contains("kpress passwords add"));
    assert_eq!(tree(&host), files);
}

#[test]
fn without_an_encrypted_deploy_target_nothing_is_encrypted_again() {
    let temp = shop();
    temp.write(
        "kpress.yaml",
        "site: {title: Shop, languages: [en]}\nsources:\n  sales: {files: \"data/*.csv\", date: date}\n",
    );
    ends(&temp, &["publish", "--rekey-all"], 2);
}
