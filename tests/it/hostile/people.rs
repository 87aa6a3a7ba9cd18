//! What reaches people and their files: the lock (38), what differs from run to run (33), words that want to be code (48),
//! and what a run costs the process around it (17). Each is tried with the program itself.

use super::guest::{ANSWER, Guest, column};
use super::{folder, program};
use crate::folder::{Temp, tree};
use std::process::{Command, Output, Stdio};
use std::time::Duration;

/// A site with the plugin `evil`, whose one metric stands on a card.
fn site(name: &str, guest: &Guest) -> Temp {
    let site = folder(name);
    site.write(
        "kpress.yaml",
        "site: {title: Shop, languages: [en], currency: JPY, as_of: 2026-01-04}
sources: {sales: {files: data/*.csv, columns: {date: {}, amount: {}}}}
plugins: {evil: {file: plugins/evil.wasm}}
",
    );
    site.write("data/sales.csv", "date,amount\n2026-01-03,5\n2026-01-04,7\n");
    site.write(
        "metrics/a.yaml",
        "metrics:\n  gmv: {source: sales, value: sum(amount), unit: JPY}\n  odd: {plugin: evil, source: sales, inputs: {}, unit: JPY}\n",
    );
    site.write(
        "dashboards/board.yaml",
        "title: Board\nblocks:\n  - {block: card, metric: gmv}\n  - {block: card, metric: odd}\n",
    );
    site.write("plugins/evil.wasm", guest.component());
    site
}

fn kpress(site: &Temp, arguments: &[&str]) -> Output {
    let mut command = Command::new(program());
    command.args(arguments).current_dir(site.path()).env_remove("CI");
    command.env("XDG_CACHE_HOME", site.path().join(".home")).env("XDG_STATE_HOME", site.path().join(".home"));
    command.output().expect("kpress runs")
}

/// What a command says, and its exit code.
fn says(site: &Temp, arguments: &[&str]) -> (i32, String) {
    let output = kpress(site, arguments);
    let text = [output.stdout, output.stderr].concat();
    (output.status.code().unwrap_or(-1), String::from_utf8_lossy(&text).into_owned())
}

fn approved(name: &str, guest: &Guest) -> Temp {
    let site = site(name, guest);
    let (code, text) = says(&site, &["plugin", "approve", "evil"]);
    assert_eq!(code, 0, "{text}");
    site
}

/// The first line of what a command says, and its exit code.
fn first_line(site: &Temp, arguments: &[&str]) -> (i32, String) {
    let (code, text) = says(site, arguments);
    (code, text.lines().next().unwrap_or_default().to_owned())
}

#[test]
fn case_38_what_was_approved_is_what_runs() {
    let site = approved("lock", &Guest::default());
    assert_eq!(says(&site, &["check"]), (0, "nothing found\n".to_owned()));
    let lock = site.read("kpress.lock");

    // The same name, other bytes.
    let other = Guest { more: "(func)".to_owned(), ..Guest::default() }.component();
    let size = |site: &Temp| std::fs::metadata(site.path().join("plugins/evil.wasm")).expect("there").len();
    let (old, hash) = (size(&site), locked(&lock, "sha256"));
    site.write("plugins/evil.wasm", &other);
    let (code, told) = first_line(&site, &["check"]);
    assert_eq!(code, 10);
    let new = sha256(&other);
    assert_eq!(
        told,
        format!(
            "error[plugin-hash-mismatch]: plugin `evil` is not what was approved: bytes: sha256 {} → {}, {old} → {} bytes",
            &hash[..8],
            &new[..8],
            size(&site)
        )
    );
    assert_eq!(first_line(&site, &["build"]).0, 10, "and nothing is built");
    site.write("plugins/evil.wasm", Guest::default().component());
    assert_eq!(says(&site, &["check"]).0, 0);

    // The lock edited by hand: wider words, another hash, another import, another description.
    for (from, to, expected) in [
        (
            "approved-by".to_owned(),
            "may = [\n  \"server api: GET https://evil.example /**\",\n]\napproved-by".to_owned(),
            "may: − server api: GET https://evil.example /**".to_owned(),
        ),
        (
            format!("grants-sha256 = \"{}", &locked(&lock, "grants-sha256")[..8]),
            "grants-sha256 = \"00000000".to_owned(),
            format!("grants and limits: 00000000 → {}", &locked(&lock, "grants-sha256")[..8]),
        ),
        (
            "imports = [".to_owned(),
            "imports = [\"kpress:plugin/http@0.1.0\", ".to_owned(),
            "imports: − kpress:plugin/http@0.1.0".to_owned(),
        ),
        (
            format!("describe-sha256 = \"{}", &locked(&lock, "describe-sha256")[..8]),
            "describe-sha256 = \"00000000".to_owned(),
            format!("what it says and asks for: 00000000 → {}", &locked(&lock, "describe-sha256")[..8]),
        ),
        (
            "wasmtime-48.0".to_owned(),
            "wasmtime-47.0".to_owned(),
            "engine: wasmtime-47.0 → wasmtime-48.0".to_owned(),
        ),
    ] {
        let lock =
            if lock.contains("approved-by") { lock.clone() } else { format!("{lock}approved-by = \"x\"\n") };
        assert!(lock.contains(&from), "{from} is not in {lock}");
        site.write("kpress.lock", lock.replace(&from, &to));
        let (code, told) = first_line(&site, &["check"]);
        let expected =
            format!("error[plugin-lock-stale]: plugin `evil` is approved for something else: {expected}");
        assert_eq!((code, told), (10, expected));
    }
    site.write("kpress.lock", &lock);
    assert_eq!(says(&site, &["check"]).0, 0);
}

#[test]
fn case_38_one_metric_has_one_plugin() {
    let site = approved("taken", &Guest::default());
    site.write("metrics/b.yaml", "metrics:\n  odd: {plugin: evil, source: sales, inputs: {}, unit: JPY}\n");
    let (code, told) = first_line(&site, &["check"]);
    assert_eq!(
        (code, told.as_str()),
        (10, "error[plugin-id-taken]: `odd` is defined twice, here and in metrics/a.yaml:3:3")
    );
}

fn locked(lock: &str, key: &str) -> String {
    let line = lock.lines().find_map(|line| line.strip_prefix(&format!("{key} = \"")));
    line.and_then(|line| line.strip_suffix('"')).unwrap_or_else(|| panic!("no {key} in {lock}")).to_owned()
}

fn sha256(bytes: &[u8]) -> String {
    kpress::inputs::Hash::of(bytes).to_string()
}

#[test]
fn case_33_there_is_nothing_to_be_impure_with() {
    // Memory that nobody wrote, the bits of a NaN, the size of the heap: all the same in every instance.
    let finish = format!(
        "(f64.store (i32.const 16384) (f64.add
           (f64.convert_i64_u (i64.load (i32.const 300000)))
           (f64.convert_i64_u (i64.and (i64.const 0xffff) (i64.reinterpret_f64 (f64.div (f64.const 0) (f64.load (i32.const 300008))))))))
         (f64.store (i32.const 16384) (f64.add (f64.load (i32.const 16384)) (f64.convert_i32_u (global.get $heap))))
         {}",
        column(1, 8, 0, 16384)
    );
    let site = approved("impure", &Guest { finish, ..Guest::default() });
    let (code, text) = says(&site, &["plugin", "run", "evil", "--verify-determinism", "--format", "json"]);
    assert_eq!(code, 0, "{text}");
    let again = says(&site, &["plugin", "run", "evil", "--format", "json"]);
    assert_eq!((code, text), again, "another process, the same result and the same fuel");
}

/// Code that answers with `failed(text)`; the text lies at 8192.
fn failing(text: &str) -> Guest {
    let bytes: String = text.bytes().map(|byte| format!("\\{byte:02x}")).collect();
    let begin = format!(
        "(call $log (i32.const 1) (i32.const 8192) (i32.const {len}))
         (i32.store8 (i32.const {ANSWER}) (i32.const 1)) (i32.store8 (i32.const {tag}) (i32.const 6))
         (i32.store (i32.const {at}) (i32.const 8192)) (i32.store (i32.const {size}) (i32.const {len})) (i32.const {ANSWER})",
        tag = ANSWER + 4,
        at = ANSWER + 8,
        size = ANSWER + 12,
        len = text.len(),
    );
    Guest { begin, more: format!("(data (i32.const 8192) \"{bytes}\")"), ..Guest::default() }
}

#[test]
fn case_48_words_of_a_plugin_stay_words() {
    let words =
        "<script>alert(1)</script><img src=x onerror=alert(2)></style>]]>{{ 7*7 }}[x](javascript:alert(3))";
    let text = format!(
        "{words}\u{1b}[31m\u{1b}]8;;https://evil.example\u{7}x\u{202e}=HYPERLINK(\"https://evil.example\")"
    );
    let site = approved("words", &failing(&text));
    let (code, told) = says(&site, &["build", "--keep-going"]);
    assert_eq!(code, 11, "{told}");
    assert!(!told.contains('\u{1b}') && !told.contains('\u{202e}') && !told.contains('\u{7}'), "{told:?}");
    assert!(told.contains("\\u{1b}[31m") && told.contains("\\u{202e}"), "{told}");
    assert!(told.contains("log: warning: "), "the log is shown, and escaped: {told}");
    let mut shown = 0;
    for (name, bytes) in tree(&site.path().join("public")) {
        let page = String::from_utf8_lossy(&bytes);
        // What programs read holds the words as data.
        if !name.ends_with(".html") {
            continue;
        }
        assert!(!page.contains("<script>alert"), "{name}");
        assert!(!page.contains("<img src=x"), "{name}");
        assert!(!page.contains("href=\"javascript:"), "{name}");
        assert!(!page.contains('\u{1b}') && !page.contains('\u{202e}'), "{name}");
        if page.contains("plugin-failed") {
            shown += 1;
        }
    }
    assert!(shown > 0, "the card says what failed");
    // Another metric has its figures, and the exit code still says that something failed.
    let values = kpress(&site, &["values", "--metric", "gmv", "--grain", "day", "--format", "csv"]);
    let table = String::from_utf8_lossy(&values.stdout).into_owned();
    assert!(table.contains("gmv,company,day,2026-01-04,2026-01-04,2026-01-04,7,"), "{table}");
    assert_eq!(values.status.code(), Some(11));
}

/// The most memory that a command held, in MiB, under a limit of address space.
fn peak(site: &Temp, expected: i32) -> u64 {
    let line = "ulimit -v 33554432; exec \"$0\" plugin run evil";
    let mut child = Command::new("sh")
        .args(["-c", line])
        .arg(program())
        .current_dir(site.path())
        .env_remove("CI")
        .env("XDG_CACHE_HOME", site.path().join(".home"))
        .env("XDG_STATE_HOME", site.path().join(".home"))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("a shell");
    let status = format!("/proc/{}/status", child.id());
    let mut most = 0;
    let code = loop {
        let held = std::fs::read_to_string(&status).ok().and_then(|text| {
            let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
            line.trim().strip_suffix(" kB")?.parse::<u64>().ok()
        });
        most = most.max(held.unwrap_or(0));
        if let Some(status) = child.try_wait().expect("our child") {
            break status.code();
        }
        std::thread::sleep(Duration::from_millis(1));
    };
    assert_eq!(code, Some(expected));
    most >> 10
}

#[test]
fn case_17_what_a_plugin_wants_costs_the_host_little() {
    let usual = peak(&approved("usual", &Guest::default()), 0);
    let cap = 256;
    for (name, expected, guest) in [
        // 9: everything at once, and all of it written to.
        (
            "grow",
            0,
            "(drop (memory.grow (i32.const 65528))) (drop (memory.grow (i32.const 3900)))
             (memory.fill (i32.const 131072) (i32.const 1) (i32.const 250000000))",
        ),
        // 14: bit by bit, until it is refused.
        (
            "leak",
            11,
            "(loop $again (if (i32.eq (i32.const -1) (memory.grow (i32.const 16))) (then unreachable)) (br $again))",
        ),
        // 12: tables.
        ("table", 0, "(drop (table.grow $t (ref.null func) (i32.const 100000000)))"),
    ] {
        let finish = format!("{guest} {}", column(1, 8, 0, 16384));
        let guest = Guest { finish, more: "(table $t 1 funcref)".to_owned(), ..Guest::default() };
        let most = peak(&approved(name, &guest), expected);
        assert!(most < usual + 2 * cap, "case 17 {name}: {most} MiB, a usual run takes {usual}");
    }
    // 15 and 16: answers far beyond what may be handed over.
    for bytes in [209_715_200_u32, 104_857_600] {
        let finish = format!("(drop (memory.grow (i32.const 3300))) {}", column(1, bytes, 0, 16384));
        let most = peak(&approved("answer", &Guest { finish, ..Guest::default() }), 11);
        assert!(most < usual + 2 * cap, "case 17 answer: {most} MiB, a usual run takes {usual}");
    }
}
