//! The preview as strangers and bad networks meet it: hostile cases H (76–82) over plain sockets. What a browser sees
//! is in `tests/browser/preview.mjs`.

use crate::folder::Temp;
use crate::versions::audiences::{CONFIG, shop};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A preview of an example.
struct Preview {
    child: Child,
    port: u16,
    token: String,
    folder: Temp,
}

impl Preview {
    fn start() -> Preview {
        let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/single-store");
        Preview::with(Temp::copy_of("preview", &example), &[])
    }

    fn with(folder: Temp, options: &[&str]) -> Preview {
        let mut child = Command::new(env!("CARGO_BIN_EXE_kpress"))
            .args(["preview", "--port", "0", "-C"])
            .arg(folder.path())
            .args(options)
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let mut lines = BufReader::new(child.stderr.take().expect("a pipe")).lines();
        let first = lines.next().expect("a line").expect("text");
        // Somebody has to read on, or the preview waits for ever at a full pipe.
        std::thread::spawn(move || lines.for_each(drop));
        let address = first.strip_prefix("preview at http://127.0.0.1:").expect("the address");
        let (port, token) = address.split_once("/#kpress=").expect("a token");
        let port = port.parse().expect("a port");
        Preview { child, port, token: token.to_owned(), folder }
    }

    /// What comes back for a request as it stands; `{p}` is the port.
    fn raw(&self, request: &str) -> String {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).expect("a connection");
        stream.set_read_timeout(Some(Duration::from_secs(20))).expect("a limit");
        // A server that has heard enough closes: what it said before that counts.
        let _ = stream.write_all(request.replace("{p}", &self.port.to_string()).as_bytes());
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        String::from_utf8_lossy(&answer).into_owned()
    }

    /// The most memory it ever had, in KiB.
    #[cfg(target_os = "linux")]
    fn memory(&self) -> u64 {
        let text = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).expect("it runs");
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("a peak");
        line.trim().trim_end_matches(" kB").parse().expect("a number")
    }

    /// The status of a request with these lines.
    fn status(&self, lines: &str) -> u16 {
        let answer = self.raw(&format!("{lines}\r\nConnection: close\r\n\r\n"));
        assert!(!answer.to_lowercase().contains("access-control-allow"), "{answer}");
        let status = answer.split(' ').nth(1).and_then(|code| code.parse().ok());
        if status.is_some_and(|code: u16| code == 403) {
            assert!(answer.ends_with("\r\n\r\n"), "nothing is said: {answer}");
        }
        status.unwrap_or_else(|| panic!("no status for {lines}: {answer}"))
    }

    /// The status of a request of a page of this very server, with more lines and a body.
    fn post(&self, path: &str, lines: &str, body: &str) -> u16 {
        let answer = self.raw(&format!(
            "POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{{p}}\r\n{lines}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
            body.len()
        ));
        assert!(!answer.to_lowercase().contains("access-control-allow"), "{answer}");
        answer.split(' ').nth(1).and_then(|code| code.parse().ok()).unwrap_or_else(|| panic!("{answer}"))
    }
}

impl Drop for Preview {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

const OWN: &str = "Origin: http://127.0.0.1:{p}\r\nContent-Type: application/json";

// 76
#[test]
fn another_host_is_refused_without_a_word() {
    let preview = Preview::start();
    let host = |host: &str| preview.status(&format!("GET /zh/index.html HTTP/1.1\r\nHost: {host}"));
    for known in ["127.0.0.1:{p}", "localhost:{p}", "[::1]:{p}"] {
        assert_eq!(host(known), 200, "{known}");
    }
    for other in [
        "evil.example",
        "evil.example:{p}",
        "localhost.evil:{p}",
        "127.0.0.1.nip.io:{p}",
        "127.0.0.1:1",
        "127.0.0.1",
        "[::1]",
        "::1:{p}",
        "[0:0:0:0:0:0:0:1]:{p}",
        "[::ffff:127.0.0.1]:{p}",
        "0.0.0.0:{p}",
        "LOCALHOST:{p}",
    ] {
        assert_eq!(host(other), 403, "{other}");
    }
    assert_eq!(host("me@127.0.0.1:{p}"), 400);
    assert_eq!(host("127.0.0.1:{p}\r\nHost: 127.0.0.1:{p}"), 400);
    assert_eq!(preview.status("GET /zh/index.html HTTP/1.1"), 400);
    assert_eq!(preview.status("GET http://127.0.0.1:{p}/zh/index.html HTTP/1.1\r\nHost: 127.0.0.1:{p}"), 400);
}

// 77
#[test]
fn pages_of_others_read_and_change_nothing() {
    let preview = Preview::start();
    let read = |lines: &str| {
        preview.status(&format!("GET /zh/index.html HTTP/1.1\r\nHost: 127.0.0.1:{{p}}\r\n{lines}"))
    };
    assert_eq!(read("Origin: http://evil.example"), 403);
    assert_eq!(read("Origin: null"), 403);
    assert_eq!(read("Origin: http://localhost:{p}"), 403, "another name of this machine is another origin");
    assert_eq!(read("Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: no-cors\r\nSec-Fetch-Dest: script"), 403);
    assert_eq!(read("Sec-Fetch-Site: same-site\r\nSec-Fetch-Mode: cors"), 403, "another port");
    assert_eq!(
        read("Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: navigate"),
        200,
        "a link that somebody follows"
    );
    let right = format!("{{\"token\": \"{}\"}}", preview.token);
    let enter = |lines: &str, body: &str| preview.post("/__kpress/token", lines, body);
    assert_eq!(enter("Origin: http://evil.example\r\nContent-Type: application/json", &right), 403);
    assert_eq!(enter("Origin: null\r\nContent-Type: application/json", &right), 403);
    assert_eq!(enter("Content-Type: application/json", &right), 403);
    assert_eq!(enter("Origin: http://127.0.0.1:{p}\r\nContent-Type: text/plain", &right), 403);
    assert_eq!(
        enter("Origin: http://127.0.0.1:{p}\r\nContent-Type: application/x-www-form-urlencoded", &right),
        403
    );
    assert_eq!(enter(&format!("{OWN}\r\nSec-Fetch-Site: cross-site"), &right), 403);
    assert_eq!(enter(OWN, "{}"), 403);
    assert_eq!(enter(OWN, "{\"token\": \"00\"}"), 403);
    assert_eq!(enter(OWN, "[]"), 400);
    assert_eq!(enter(OWN, &format!("{{\"token\": \"{}\"}}", "x".repeat(1 << 20))), 413);
    assert_eq!(enter(OWN, &right), 200);
    assert_eq!(preview.post("/zh/index.html", OWN, &right), 405);
    // The token of another start is any other token.
    let again = Preview::start();
    assert_eq!(again.post("/__kpress/token", OWN, &right), 403);
}

// 78
#[test]
fn events_are_for_pages_of_this_server_alone() {
    let preview = Preview::start();
    let answer = preview.raw(&format!(
        "POST /__kpress/token HTTP/1.1\r\nHost: 127.0.0.1:{{p}}\r\n{OWN}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{{\"token\": \"{}\"}}",
        preview.token.len() + 13,
        preview.token
    ));
    let cookie = answer.lines().find_map(|line| line.strip_prefix("set-cookie: ")).expect("a cookie");
    assert!(cookie.contains("HttpOnly; SameSite=Strict"), "{cookie}");
    assert!(cookie.starts_with(&format!("kpress-{}=", preview.port)), "{cookie}");
    let session = cookie.split(';').next().expect("a pair").to_owned();
    assert!(!session.contains(&preview.token), "the cookie alone is no token");
    let follow = |lines: &str| {
        preview.status(&format!("GET /__kpress/events HTTP/1.1\r\nHost: 127.0.0.1:{{p}}\r\n{lines}"))
    };
    assert_eq!(follow("Accept: text/event-stream"), 403);
    assert_eq!(follow(&format!("Cookie: {session}")), 403, "without origin");
    assert_eq!(follow(&format!("Cookie: {session}\r\nOrigin: http://evil.example")), 403);
    assert_eq!(follow("Origin: http://127.0.0.1:{p}"), 403, "without session");
    let mut stream = TcpStream::connect(("127.0.0.1", preview.port)).expect("a connection");
    let port = preview.port;
    write!(stream, "GET /__kpress/events HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nCookie: {session}\r\nSec-Fetch-Site: same-origin\r\n\r\n")
        .expect("a request");
    let mut lines = BufReader::new(stream).lines().map_while(Result::ok);
    assert!(lines.any(|line| line.contains("\"hello\"")), "the page of this server is told");
}

// 79
#[test]
fn what_is_no_file_of_the_site_is_not_found() {
    let preview = Preview::start();
    preview.folder.write(".env", "SECRET=1");
    for path in [
        "/../kpress.yaml",
        "/%2e%2e/kpress.yaml",
        "/..%2fkpress.yaml",
        "//etc/passwd",
        "/%00",
        "/a\\..\\b",
        "/.env",
        "/.git/config",
        "/x?raw??",
        "/zh/index.html?raw??",
        "/x%23",
        "/x::$DATA",
        "/zh/index.html::$DATA",
        "/X~1",
        "/zh/index.html/",
        "/kpress.yaml",
        "/zh/../zh/index.html",
        "/zh/%2e/index.html",
        "/%zz",
        "/__kpress/",
        "/zh",
        "/__kpress/../kpress.yaml",
    ] {
        assert_eq!(preview.status(&format!("GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{{p}}")), 404, "{path}");
    }
    for method in ["PUT", "DELETE", "OPTIONS", "PATCH", "TRACE"] {
        let line = format!("{method} /zh/index.html HTTP/1.1\r\nHost: 127.0.0.1:{{p}}");
        assert_eq!(preview.status(&line), 405, "{method}");
    }
}

// 81
#[test]
fn a_thousand_slow_connections_keep_nobody_out() {
    let preview = Preview::start();
    assert_eq!(preview.status("GET /zh/index.html HTTP/1.1\r\nHost: 127.0.0.1:{p}"), 200);
    #[cfg(target_os = "linux")]
    let quiet = preview.memory();
    let slow: Vec<TcpStream> = (0..1000)
        .filter_map(|_| {
            let mut stream = TcpStream::connect(("127.0.0.1", preview.port)).ok()?;
            stream.write_all(b"GET / HTTP/1.1\r\nHo").ok()?;
            Some(stream)
        })
        .collect();
    assert!(slow.len() > 500, "{}", slow.len());
    let begun = Instant::now();
    assert_eq!(preview.status("GET /zh/index.html HTTP/1.1\r\nHost: 127.0.0.1:{p}"), 200);
    assert!(begun.elapsed() < Duration::from_secs(8), "{:?}", begun.elapsed());
    let long = preview
        .raw(&format!("GET / HTTP/1.1\r\nHost: 127.0.0.1:{{p}}\r\nX: {}\r\n\r\n", "x".repeat(1 << 20)));
    assert!(long.is_empty() || long.starts_with("HTTP/1.1 431"), "{}", &long[..long.len().min(80)]);
    #[cfg(target_os = "linux")]
    {
        let (before, after) = (quiet, preview.memory());
        assert!(after < before + (64 << 10), "{before} KiB before, {after} KiB at most");
    }
}

// 82
#[test]
fn a_file_that_comes_and_goes_during_builds_ends_nothing() {
    let preview = Preview::start();
    let config = preview.folder.read("kpress.yaml");
    let shown =
        || preview.raw("GET /en/index.html HTTP/1.1\r\nHost: 127.0.0.1:{p}\r\nConnection: close\r\n\r\n");
    for round in 0..20_u64 {
        // At another moment of the build each time.
        std::fs::remove_file(preview.folder.path().join("kpress.yaml")).expect("there");
        std::thread::sleep(Duration::from_millis(7 * round));
        preview.folder.write("kpress.yaml", &config);
        std::thread::sleep(Duration::from_millis(140 - 7 * round));
    }
    assert!(shown().starts_with("HTTP/1.1 200"), "the last good site stays");
    let named = config.replace("One small shop", "Back again");
    assert_ne!(named, config);
    preview.folder.write("kpress.yaml", named);
    let begun = Instant::now();
    while !shown().contains("Back again") {
        assert!(begun.elapsed() < Duration::from_secs(60), "no build came after the last change");
        std::thread::sleep(Duration::from_millis(100));
    }
}

/// A preview in which targets may be changed, with a session.
struct Editing {
    preview: Preview,
    session: String,
}

impl Editing {
    fn start() -> Editing {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let folder = Temp::copy_of("editing", &root.join("content/packs/small/start"));
        let targets = std::fs::read(root.join("tests/preview/targets/2025.yaml")).expect("the targets");
        folder.write("targets/2025.yaml", targets);
        Editing::of(folder)
    }

    fn of(folder: Temp) -> Editing {
        let preview = Preview::with(folder, &["--edit"]);
        let body = format!("{{\"token\": \"{}\"}}", preview.token);
        let answer = preview.raw(&format!(
            "POST /__kpress/token HTTP/1.1\r\nHost: 127.0.0.1:{{p}}\r\n{OWN}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
            body.len()
        ));
        let cookie = answer.lines().find_map(|line| line.strip_prefix("set-cookie: ")).expect("a cookie");
        let session = cookie.split(';').next().expect("a pair").to_owned();
        let editing = Editing { preview, session };
        assert_eq!(editing.preview.status("GET /en/index.html HTTP/1.1\r\nHost: 127.0.0.1:{p}"), 200);
        editing
    }

    /// What comes for a path.
    fn page(&self, path: &str) -> String {
        self.preview
            .raw(&format!("GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{{p}}\r\nConnection: close\r\n\r\n"))
    }

    fn ask(&self, name: &str, hash: &str, body: &str) -> u16 {
        let lines = format!(
            "{OWN}\r\nCookie: {}\r\nX-Kpress-Token: {}\r\nIf-Match: \"{hash}\"",
            self.session, self.preview.token
        );
        self.preview.post(&format!("/__kpress/{name}"), &lines, body)
    }

    fn hash(&self) -> String {
        kpress::inputs::Hash::of(self.text().as_bytes()).to_string()
    }

    fn text(&self) -> String {
        self.preview.folder.read("targets/2025.yaml")
    }
}

// 80
#[test]
fn an_edit_that_may_not_be_made_leaves_the_file_as_it_is() {
    let editing = Editing::start();
    let (before, hash) = (editing.text(), editing.hash());
    let set = |id: &str, path: &str, text: &str| {
        let edit = format!(
            "{{\"edit\": {{\"kind\": \"target\", \"id\": \"{id}\", \"path\": [\"{path}\"], \"text\": \"{text}\"}}}}"
        );
        editing.ask("edit", &hash, &edit)
    };
    assert_eq!(set("year", "metric", "orders"), 400, "what a target measures is no value of it");
    assert_eq!(set("year", "id", "x"), 400);
    assert_eq!(set("nobody", "value", "1"), 400);
    assert_eq!(set("../kpress", "value", "1"), 400);
    assert_eq!(set("/etc/passwd", "value", "1"), 400);
    assert_eq!(set("year", "value", "many"), 400);
    assert_eq!(set("year", "value", "22%"), 400, "percent of a metric in JPY");
    assert_eq!(set("year", "value", "1\\n    owner: x"), 400);
    assert_eq!(editing.ask("edit", &hash, "{\"edit\": {\"kind\": \"target\", \"id\": \"year\", \"path\": [\"value\"], \"text\": \"1\", \"file\": \"x\"}}"), 400);
    assert_eq!(
        editing.ask(
            "edit",
            &hash,
            "{\"edit\": {\"kind\": \"file\", \"id\": \"kpress.yaml\", \"path\": [\"site\"], \"text\": \"1\"}}"
        ),
        400
    );
    assert_eq!(editing.ask("edit", &hash, &format!("{{\"edit\": \"{}\"}}", "x".repeat(1 << 20))), 413);
    let revise = "{\"edit\": {\"kind\": \"target\", \"id\": \"year\", \"date\": \"2025-12-01\", \"value\": \"1\", \"reason\": \" \"}}";
    assert_eq!(editing.ask("edit", &hash, revise), 400, "a revision without a reason");
    let good = "{\"edit\": {\"kind\": \"target\", \"id\": \"year\", \"path\": [\"value\"], \"text\": \"14_000_000\"}}";
    assert_eq!(editing.ask("edit", &"0".repeat(64), good), 409);
    assert_eq!(editing.text(), before);
    // Neither session nor token alone is enough.
    let preview = &editing.preview;
    assert_eq!(
        preview.post(
            "/__kpress/edit",
            &format!("{OWN}\r\nIf-Match: \"{hash}\"\r\nCookie: {}", editing.session),
            good
        ),
        403
    );
    assert_eq!(
        preview.post(
            "/__kpress/edit",
            &format!("{OWN}\r\nIf-Match: \"{hash}\"\r\nX-Kpress-Token: {}", preview.token),
            good
        ),
        403
    );
    // An editor saves: the page knew another file.
    preview.folder.write("targets/2025.yaml", before.replace("as agreed", "as agreed in May"));
    assert_eq!(editing.ask("edit", &hash, good), 409);
    assert!(editing.text().contains("as agreed in May") && editing.text().contains("15_000_000"));
    preview.folder.write("targets/2025.yaml", &before);
    assert_eq!(editing.ask("edit", &hash, good), 200);
    assert_eq!(editing.text(), before.replace("value: 15_000_000 ", "value: 14_000_000 "));
    assert_eq!(editing.ask("undo", "", "{}"), 200);
    assert_eq!(editing.text(), before);
    assert_eq!(editing.ask("undo", "", "{}"), 404);
    // A link in the place of the file is not followed.
    let (path, aside) =
        (preview.folder.path().join("targets/2025.yaml"), preview.folder.path().join("aside.yaml"));
    std::fs::rename(&path, &aside).expect("moved");
    std::os::unix::fs::symlink(&aside, &path).expect("a link");
    assert_eq!(editing.ask("edit", &hash, good), 400);
    assert_eq!(std::fs::read_to_string(&aside).expect("there"), before);
}

#[test]
fn without_the_option_nothing_can_be_asked() {
    let preview = Preview::start();
    let lines = format!("{OWN}\r\nX-Kpress-Token: {}", preview.token);
    assert_eq!(preview.post("/__kpress/edit", &lines, "{}"), 403);
}

#[test]
fn an_audience_is_chosen_by_who_holds_the_token_and_changes_what_it_sees() {
    let editing = Editing::of(shop(CONFIG));
    let (hidden, seen) = ("/en/targets/numbat-shop/index.html", "/en/targets/open-goal/index.html");
    let is_there = |path: &str| editing.page(path).starts_with("HTTP/1.1 200");
    assert!(is_there(hidden) && is_there(seen), "the first audience sees everything");
    let lines = format!("{OWN}\r\nCookie: {}", editing.session);
    assert_eq!(editing.preview.post("/__kpress/audience", &lines, "{\"name\": \"shops\"}"), 403);
    assert!(
        editing.page("/__kpress/audience?name=shops").starts_with("HTTP/1.1 404"),
        "reading changes nothing"
    );
    assert_eq!(editing.ask("audience", "", "{\"name\": \"nobody\"}"), 404);
    assert_eq!(editing.ask("audience", "", "{}"), 400);
    assert!(is_there(hidden));
    assert_eq!(editing.ask("audience", "", "{\"name\": \"shops\"}"), 200);
    assert!(!is_there(hidden) && is_there(seen));
    let page = editing.page(seen);
    assert!(page.contains("For shop staff only"), "its banner");
    assert!(!page.to_lowercase().contains("wombat"));
    let before = editing.preview.folder.read("targets/all.yaml");
    let hash = kpress::inputs::Hash::of(before.as_bytes()).to_string();
    let set = |id: &str, path: &str, text: &str| {
        let edit = format!(
            "{{\"edit\": {{\"kind\": \"target\", \"id\": \"{id}\", \"path\": [\"{path}\"], \"text\": \"{text}\"}}}}"
        );
        editing.ask("edit", &hash, &edit)
    };
    assert_eq!(set("numbat-shop", "value", "1_000"), 400, "it is not seen");
    assert_eq!(set("open-goal", "owner", "quux.person"), 400, "it would name somebody hidden");
    assert_eq!(editing.ask("fields", "", "{\"kind\": \"target\", \"id\": \"numbat-shop\"}"), 400);
    assert_eq!(editing.preview.folder.read("targets/all.yaml"), before);
    assert_eq!(set("open-goal", "value", "2_500"), 200);
    assert_eq!(editing.preview.folder.read("targets/all.yaml"), before.replace("2_000", "2_500"));
    assert_eq!(editing.ask("audience", "", "{\"name\": \"boss\"}"), 200);
    assert!(is_there(hidden), "and back");
}
