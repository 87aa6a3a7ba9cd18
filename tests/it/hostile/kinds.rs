//! Sources and rules that mean harm: what has no end in them (2, 4), pages that do not get on, doors without a grant (40), and
//! what they say themselves. Each is tried with the program itself; the next site works.

use super::guest::{ANSWER, component};
use super::{folder, goes_on, program};
use crate::folder::Temp;
use std::process::Command;

const LOOP: &str = "(loop $again (br $again)) unreachable";

/// Where what a source describes lies.
const INFO: u32 = 1032;
/// Where its request lies, and then the answer of the door.
const REQUEST: u32 = 4608;
const RESPONSE: u32 = 5120;
/// Where texts lie.
const TEXTS: u32 = 32768;

/// The memory of a guest, as it is written into its module.
struct Image {
    parts: String,
    next: u32,
}

impl Image {
    fn new() -> Image {
        Image { parts: String::new(), next: TEXTS }
    }

    fn put(&mut self, at: u32, bytes: &[u8]) {
        let bytes: String = bytes.iter().map(|byte| format!("\\{byte:02x}")).collect();
        self.parts += &format!("(data (i32.const {at}) \"{bytes}\")\n");
    }

    /// Writes a text, and its address and length at `at`.
    fn text(&mut self, at: u32, text: &str) {
        let (from, length) = (self.next, u32::try_from(text.len()).expect("short"));
        self.put(from, text.as_bytes());
        self.next += length;
        self.list(at, from, length);
    }

    /// Writes the address and the length of a list at `at`.
    fn list(&mut self, at: u32, from: u32, length: u32) {
        self.put(at, &[from.to_le_bytes(), length.to_le_bytes()].concat());
    }
}

fn module(imports: &str, image: &Image, functions: &str) -> String {
    format!(
        "(module {imports}
  (memory (export \"memory\") 8)
  (global $heap (mut i32) (i32.const 131072))
  {}
  (func (export \"cabi_realloc\") (param i32 i32 i32 i32) (result i32)
    (global.set $heap (i32.and (i32.add (global.get $heap) (i32.const 15)) (i32.const -16)))
    (global.get $heap) (global.set $heap (i32.add (global.get $heap) (local.get 3))))
  {functions})",
        image.parts
    )
}

/// A source of one table that asks for the paths `/v1/*` of one server; `next_page` is the body of that call.
fn source(next_page: &str, path: &str) -> Vec<u8> {
    let mut image = Image::new();
    image.list(1024, INFO, 1);
    image.text(INFO, "evil");
    image.text(INFO + 8, "Evil");
    image.list(INFO + 16, 2048, 1);
    image.list(INFO + 32, 2304, 1);
    // A table: its name, two columns, and the key of its rows.
    image.text(2048, "rows");
    image.list(2056, 2080, 2);
    image.list(2064, 2160, 1);
    image.text(2080, "date");
    image.put(2088, &[3]);
    image.text(2104, "value");
    image.put(2112, &[1]);
    image.text(2160, "date");
    // A server: grant, origin, methods, paths, reason.
    image.text(2304, "server");
    image.text(2312, "https://api.example.com");
    image.list(2320, 2400, 1);
    image.list(2328, 2408, 1);
    image.text(2336, "to try");
    image.text(2400, "GET");
    image.text(2408, "/v1/*");
    // A request: grant, GET, a path, nothing else.
    image.text(REQUEST, "server");
    image.text(REQUEST + 16, path);
    image.put(REQUEST + 60, &[1_000_u32.to_le_bytes(), 1_000_u32.to_le_bytes()].concat());
    image.text(ANSWER + 12, "no rows");
    let text = module(
        "(import \"kpress:plugin/http@0.1.0\" \"fetch\" (func $fetch (param i32 i32)))
  (import \"kpress:plugin/log@0.1.0\" \"log\" (func $log (param i32 i32 i32)))",
        &image,
        &format!(
            "(func (export \"kpress:plugin/source@0.1.0#describe\") (result i32) (i32.const 1024))
  (func (export \"kpress:plugin/source@0.1.0#next-page\") (param i32) (result i32) {next_page})"
        ),
    );
    component(&text, "source-plugin")
}

/// Answers with an error that says `no rows`.
fn says(tag: u32) -> String {
    format!(
        "(i32.store8 (i32.const {ANSWER}) (i32.const 1)) (i32.store8 (i32.const {}) (i32.const {tag})) (i32.const {ANSWER})",
        ANSWER + 8
    )
}

/// Sends the request this often, and fails.
fn fetches(times: u32) -> String {
    format!(
        "(local $left i32) (local.set $left (i32.const {times}))
         (loop $again (call $fetch (i32.const {REQUEST}) (i32.const {RESPONSE}))
           (br_if $again (local.tee $left (i32.sub (local.get $left) (i32.const 1)))))
         {}",
        says(6)
    )
}

/// A rule whose `check` is this code.
fn rule(check: &str) -> Vec<u8> {
    let mut image = Image::new();
    image.list(1024, INFO, 1);
    image.text(INFO, "evil");
    image.text(INFO + 8, "Evil");
    image.text(INFO + 20, "Evil.");
    let text = module(
        "(import \"kpress:plugin/log@0.1.0\" \"log\" (func $log (param i32 i32 i32)))",
        &image,
        &format!(
            "(func (export \"kpress:plugin/rule@0.1.0#describe\") (result i32) (i32.const 1024))
  (func (export \"kpress:plugin/rule@0.1.0#check\") (param i32 i32 i32 i32 i32 i32 i32 i64 i32 i32 i32 i32) (result i32) {check})"
        ),
    );
    component(&text, "rule-plugin")
}

/// A site with this plugin, approved; `more` stands in its entry below `plugins:`.
fn site(name: &str, wasm: &[u8], more: &str) -> Temp {
    let site = folder(name);
    let own = if more.contains("grant:") {
        "  pulled: {plugin: evil, since: 2026-01-01, date: date}\n"
    } else {
        ""
    };
    site.write(
        "kpress.yaml",
        format!(
            "site: {{title: Shop, languages: [en], currency: JPY, as_of: 2026-01-04}}
sources:
  sales: {{files: data/*.csv, columns: {{date: {{}}, amount: {{}}}}}}
{own}plugins: {{evil: {{file: plugins/evil.wasm{more}}}}}
"
        ),
    );
    site.write("data/sales.csv", "date,amount\n2026-01-03,5\n2026-01-04,7\n");
    site.write("metrics/a.yaml", "metrics: {gmv: {source: sales, value: sum(amount), unit: JPY}}\n");
    site.write("plugins/evil.wasm", wasm);
    let (code, text) = told(&site, &["plugin", "approve", "evil"]);
    assert_eq!(code, 0, "{text}");
    site
}

/// What a command says, and its exit code.
fn told(site: &Temp, arguments: &[&str]) -> (i32, String) {
    let mut command = Command::new(program());
    command.args(arguments).current_dir(site.path()).env_remove("CI");
    command.env("XDG_CACHE_HOME", site.path().join(".home")).env("XDG_STATE_HOME", site.path().join(".home"));
    let output = command.output().expect("kpress runs");
    let text = [output.stdout, output.stderr].concat();
    (output.status.code().unwrap_or(-1), String::from_utf8_lossy(&text).into_owned())
}

/// A pull ends with this line and writes nothing below `data/` but what lay there.
fn pull_ends(case: &str, wasm: &[u8], limits: &str, expected: &str) {
    let grant = format!(", grant: {{http: {{server: {{origin: \"http://127.0.0.1:9\"}}}}}}{limits}");
    let site = site(&format!("kinds-{case}"), wasm, &grant);
    let (code, text) = told(&site, &["data", "pull", "--until", "2026-01-04"]);
    let line = text.lines().find(|line| line.starts_with("error[")).unwrap_or_default();
    assert_eq!((code, line), (11, expected), "{case}: {text}");
    let files: Vec<String> = crate::folder::tree(&site.path().join("data"))
        .into_keys()
        .filter(|path| !path.contains("/."))
        .collect();
    assert_eq!(files, ["sales.csv"], "{case}");
    goes_on(case);
}

#[test]
fn case_2_pages_and_rules_without_an_end_are_metered() {
    let little = ", limits: {fuel: 100000000}";
    pull_ends(
        "2-next-page",
        &source(LOOP, "/v1/a"),
        little,
        "error[plugin-out-of-fuel]: plugin `evil` used up its fuel in `next-page`",
    );
    let site = site("kinds-2-check", &rule(LOOP), little);
    let (code, text) = told(&site, &["check"]);
    let expected = "error[plugin-out-of-fuel]: plugin `evil` used up its fuel in `check`";
    assert_eq!((code, text.lines().next()), (11, Some(expected)), "{text}");
    goes_on("2 check");
}

#[test]
fn a_source_that_does_not_get_on_is_ended() {
    // A page without rows and cursor, which is not the last: all zeros.
    let stuck =
        format!("(memory.fill (i32.const {ANSWER}) (i32.const 0) (i32.const 40)) (i32.const {ANSWER})");
    pull_ends(
        "stuck",
        &source(&stuck, "/v1/a"),
        "",
        "error[plugin-no-progress]: plugin `evil` gave the same cursor again and is not done",
    );
}

#[test]
fn case_40_a_path_that_is_not_granted_is_said_whatever_the_plugin_makes_of_it() {
    pull_ends(
        "denied",
        &source(&fetches(1), "/v2/a"),
        "",
        "error[plugin-denied]: plugin `evil` was refused: the path `/v2/a` is not within the grant `server`: the plugin does not ask for it",
    );
}

#[test]
fn a_server_that_is_not_there_is_named() {
    pull_ends(
        "absent",
        &source(&fetches(1), "/v1/a"),
        "",
        "error[plugin-http-failed]: plugin `evil`: GET http://127.0.0.1:9/v1/a: no connection (no rows)",
    );
}

#[test]
fn a_budget_that_is_used_up_is_told_before_what_came_of_it() {
    pull_ends(
        "budget",
        &source(&fetches(3), "/v1/a"),
        ", limits: {http_requests: 2}",
        "error[plugin-budget-exhausted]: plugin `evil` used up its budget of requests (no rows)",
    );
    pull_ends(
        "calls",
        &source(&fetches(3), "/v1/a"),
        ", limits: {host_calls: 2}",
        "error[plugin-budget-exhausted]: plugin `evil` used up its budget of calls to the host (no rows)",
    );
}

#[test]
fn a_source_that_says_why_is_quoted() {
    for (tag, expected) in [
        (3, "error[plugin-unsupported]: plugin `evil` cannot do this: no rows"),
        (4, "error[plugin-capability-missing]: plugin `evil` misses a grant: no rows"),
        (6, "error[plugin-failed]: plugin `evil` failed: no rows"),
    ] {
        pull_ends(&format!("says-{tag}"), &source(&says(tag), "/v1/a"), "", expected);
    }
}

#[test]
fn where_keys_are_trusted_a_plugin_without_a_signature_does_not_run() {
    let site = site("kinds-unsigned", &rule(LOOP), "");
    let yaml = site.read("kpress.yaml");
    let key = "RWQf6LRCGA9i53mlYecO4IzT51TGPpvWucNSCh1CBM0QTaLn73Y7GFO3";
    site.write("kpress.yaml", format!("{yaml}plugin_host: {{trusted_keys: [\"{key}\"]}}\n"));
    let unsigned = "error[plugin-signature-missing]: plugin `evil`: there is no signature beside it";
    for arguments in [&["check"][..], &["build"], &["plugin", "approve", "evil"]] {
        let (code, text) = told(&site, arguments);
        assert_eq!((code, text.lines().next()), (10, Some(unsigned)), "{arguments:?}: {text}");
    }
    site.write("plugins/evil.wasm.minisig", "no signature");
    let (code, text) = told(&site, &["check"]);
    let unreadable = "error[plugin-signature-missing]: plugin `evil`: its signature cannot be read";
    assert_eq!((code, text.lines().next()), (10, Some(unreadable)), "{text}");
}

#[test]
fn case_37_code_that_was_changed_is_compiled_anew_and_said() {
    let site = site("kinds-37", &rule(&format!("(i32.const {ANSWER})")), "");
    let folder = site.path().join(".home/kpress/plugins");
    let mut changed = 0;
    for entry in std::fs::read_dir(&folder).expect("the cache").flatten() {
        let mut bytes = std::fs::read(entry.path()).expect("an entry");
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        std::fs::write(entry.path(), bytes).expect("ours");
        changed += 1;
    }
    assert_eq!(changed, 1, "one plugin, one entry");
    let discarded =
        "[plugin-cache-discarded]: the compiled code of plugin `evil` was discarded: its seal is not ours";
    let (code, text) = told(&site, &["check"]);
    assert!(code == 0 && text.contains(discarded), "{code} {text}");
    let (code, text) = told(&site, &["check"]);
    assert!(code == 0 && !text.contains("plugin-cache-discarded"), "it is kept anew: {code} {text}");
}
