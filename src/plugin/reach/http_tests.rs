//! Hostile cases 40–46 at the door: every refusal with its message, over an invented wire and over a loopback server.

use super::super::moment::TimeFormat;
use super::super::origin::Origin;
use super::super::vault::Granted;
use super::super::wire::Network;
use super::*;
use std::cell::RefCell;
use std::io::{Read, Write};
use std::net::{IpAddr, TcpListener};

struct Noon;

impl Clock for Noon {
    fn now_ms(&self) -> i64 {
        1_768_438_923_000
    }
}

struct Names(&'static str);

impl Resolve for Names {
    fn resolve(&self, _: &str, _: u16, _: Duration) -> Vec<IpAddr> {
        self.0.split(' ').map(|ip| ip.parse().expect("an address")).collect()
    }
}

/// Answers in order, and remembers what left.
struct Script(RefCell<Vec<Arrived>>, RefCell<Vec<String>>);

impl Wire for Script {
    fn exchange(&self, leaving: &Leaving, store: Option<&mut dyn Write>) -> Result<Arrived, HttpError> {
        let headers: Vec<String> =
            leaving.headers.iter().map(|(name, value)| format!("{name}={}", value.as_str())).collect();
        let body = String::from_utf8_lossy(&leaving.body).into_owned();
        let line = format!("{} {} [{}] {body}", leaving.method, leaving.url, headers.join(" "));
        self.1.borrow_mut().push(line);
        let mut arrived = self.0.borrow_mut().remove(0);
        if let Some(store) = store.filter(|_| arrived.status == 200) {
            store.write_all(&arrived.body).expect("room for it");
            arrived.stored = Some(std::mem::take(&mut arrived.body).len() as u64);
        }
        Ok(arrived)
    }
}

fn answer(status: u16, headers: &[(&str, &str)], body: &str) -> Arrived {
    let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Arrived { status, headers, body: body.as_bytes().to_vec(), stored: None }
}

fn reach(origin: &str, methods: &[Method], path: &str) -> Reach {
    let origin = Origin::parse(origin).expect("an origin");
    let share = Share { methods: methods.iter().copied().collect(), paths: vec![path.to_owned()] };
    Reach { origin, site: share.clone(), plugin: share }
}

/// One request of a test.
fn ask(grant: &str, path: &str) -> Request {
    Request {
        grant: grant.to_owned(),
        method: Method::Get,
        target: Target::Path(path.to_owned()),
        query: Vec::new(),
        headers: Vec::new(),
        body: Body::Empty,
        captures: Vec::new(),
        timeout_ms: 0,
        max_bytes: 0,
        store: None,
    }
}

/// Documents in memory.
#[derive(Default)]
struct Kept(Option<Vec<u8>>, Vec<(String, Vec<u8>)>);

impl Documents for Kept {
    fn begin(&mut self, store: &StoreAs) -> Result<(), HttpError> {
        self.0 = Some(Vec::new());
        self.1.push((store.name.clone(), Vec::new()));
        Ok(())
    }

    fn file(&mut self) -> &mut dyn Write {
        self.0.as_mut().expect("begun")
    }

    fn keep(&mut self, _: Option<&str>) -> Result<Stored, HttpError> {
        let bytes = self.0.take().expect("begun");
        let stored = Stored { sha256: "00".repeat(32), bytes: bytes.len() as u64 };
        self.1.last_mut().expect("begun").1 = bytes;
        Ok(stored)
    }

    fn abandon(&mut self) {
        if self.0.take().is_some() {
            self.1.pop();
        }
    }

    fn last(&mut self) -> Option<Vec<u8>> {
        self.1.last().map(|(_, bytes)| bytes.clone())
    }
}

/// Plays what it recorded, once it is turned over.
#[derive(Default)]
struct Reel {
    records: bool,
    plays: bool,
    kept: Vec<(String, Recorded)>,
}

impl Tape for Reel {
    fn replay(&mut self, asked: &str) -> Result<Option<Recorded>, HttpError> {
        let found = || self.kept.iter().find(|(own, _)| own == asked).map(|(_, answer)| answer.clone());
        if self.plays { found().ok_or(HttpError::Offline).map(Some) } else { Ok(None) }
    }

    fn records(&self) -> bool {
        self.records
    }

    fn record(&mut self, asked: &str, answer: Recorded) {
        self.kept.push((asked.to_owned(), answer));
    }
}

struct Stage {
    reach: BTreeMap<String, Reach>,
    vault: Vault,
    budget: Budget,
    log: Vec<Logged>,
    denied: Vec<String>,
    documents: Kept,
    tape: Reel,
}

impl Stage {
    fn new() -> Stage {
        let granted = |grant: &str, captured| Granted { only: [grant.to_owned()].into(), captured };
        let secrets = BTreeMap::from([
            ("refresh".to_owned(), granted("lwa", false)),
            ("token".to_owned(), granted("api", true)),
        ]);
        let values = BTreeMap::from([("refresh".to_owned(), Zeroizing::new("Atzr|refresh".to_owned()))]);
        let reach = BTreeMap::from([
            ("api".to_owned(), reach("https://api.test", &[Method::Get], "/a/**")),
            ("documents".to_owned(), reach("https://*.s3.test.com", &[Method::Get], "/**")),
            ("lwa".to_owned(), reach("https://lwa.test", &[Method::Post], "/token")),
        ]);
        let vault = Vault::new(secrets, values).expect("a vault");
        let request_time = Duration::from_secs(2);
        Stage {
            reach,
            vault,
            budget: Budget {
                requests: 100,
                bytes: 1 << 20,
                body: 1 << 16,
                request_time,
                document: 1 << 18,
                document_time: request_time,
            },
            log: Vec::new(),
            denied: Vec::new(),
            documents: Kept::default(),
            tape: Reel::default(),
        }
    }

    fn over(
        &mut self,
        wire: &dyn Wire,
        names: &'static str,
        request: &Request,
    ) -> Result<Response, HttpError> {
        let mut door = Http {
            reach: &self.reach,
            vault: &mut self.vault,
            wire,
            names: &Names(names),
            clock: &Noon,
            budget: &mut self.budget,
            deadline_ms: i64::MAX,
            documents: &mut self.documents,
            tape: &mut self.tape,
            log: &mut self.log,
            denied: &mut self.denied,
        };
        door.fetch(request)
    }

    /// What comes of a request, and what left.
    fn told(
        &mut self,
        answers: Vec<Arrived>,
        request: &Request,
    ) -> (Result<Response, HttpError>, Vec<String>) {
        let script = Script(RefCell::new(answers), RefCell::default());
        let outcome = self.over(&script, "8.8.8.8", request);
        (outcome, script.1.into_inner())
    }

    fn refused(&mut self, request: &Request) -> String {
        match self.told(Vec::new(), request) {
            (Err(HttpError::Denied(why)), left) if left.is_empty() => why,
            other => panic!("not refused: {other:?}"),
        }
    }
}

fn literal(name: &str, value: &str) -> (String, Value) {
    (name.to_owned(), Value::Literal(value.to_owned()))
}

fn capture(pointer: &str, is_link: bool, name: &str) -> Capture {
    Capture { pointer: pointer.to_owned(), is_link, name: name.to_owned() }
}

// Hostile case 40.
#[test]
fn nothing_leaves_for_what_is_not_granted() {
    let mut stage = Stage::new();
    assert_eq!(
        stage.refused(&ask("api", "/b")),
        "the path `/b` is not within the grant `api`: the plugin does not ask for it"
    );
    assert_eq!(stage.refused(&ask("api", "/a/../b")), "a path has no `.` or `..`, also not encoded");
    assert_eq!(
        stage.refused(&ask("lwa", "/token")),
        "the method GET is not within the grant `lwa`: the plugin does not ask for it"
    );
    let narrow = stage.reach.get_mut("api").expect("granted");
    narrow.site.paths = vec!["/a/b/**".to_owned()];
    let told = "the path `/a/c` is not within the grant `api`: `kpress.yaml` does not grant it";
    assert_eq!(stage.refused(&ask("api", "/a/c")), told);
    let by_path = stage.refused(&ask("documents", "/x"));
    assert_eq!(by_path, "`https://*.s3.test.com` is reached by a captured link only");
    let (unknown, _) = stage.told(Vec::new(), &ask("no\u{202e}ne", "/"));
    assert_eq!(unknown, Err(HttpError::UnknownGrant("no\\u{202e}ne".to_owned())));
}

// Hostile case 41.
#[test]
fn each_redirect_is_a_request_of_its_own() {
    let to = |url: &str| answer(302, &[("location", url)], "");
    let mut stage = Stage::new();
    let mut denied = |url: &str| match stage.told(vec![to(url)], &ask("api", "/a/x")).0 {
        Err(HttpError::Denied(why)) => why,
        other => panic!("{url}: {other:?}"),
    };
    assert_eq!(denied("https://evil.test/a/x"), "a redirect to `https://evil.test` is not within a grant");
    assert_eq!(denied("http://api.test/a/x"), "a redirect to `http://api.test` is not within a grant");
    assert_eq!(denied("https://127.0.0.1/a/x"), "a redirect to `https://127.0.0.1` is not within a grant");
    assert_eq!(denied("file:///etc/passwd"), "a redirect to `null` is not within a grant");
    assert_eq!(
        denied("https://b.s3.test.com/x"),
        "a redirect to `https://b.s3.test.com` is not within a grant"
    );
    let itself = (0..9).map(|_| to("/a/x")).collect();
    let (outcome, left) = stage.told(itself, &ask("api", "/a/x"));
    assert_eq!(outcome, Err(HttpError::Denied("more than 3 redirects".to_owned())));
    assert_eq!(left.len(), 4);
}

#[test]
fn credentials_stay_at_their_origin() {
    let mut stage = Stage::new();
    stage.reach.insert("other".to_owned(), reach("https://other.test", &[Method::Get], "/**"));
    stage.vault.keep_secret("token", "Atza|token".to_owned());
    let mut request = ask("api", "/a/x");
    request.headers = vec![
        ("x-amz-access-token".to_owned(), Value::Secret("token".to_owned())),
        literal("authorization", "Basic abc"),
        literal("accept", "text/csv"),
    ];
    let answers = vec![answer(302, &[("location", "https://other.test/y")], ""), answer(200, &[], "ok")];
    let (outcome, left) = stage.told(answers, &request);
    assert_eq!(outcome.map(|response| response.status), Ok(200));
    assert_eq!(
        left[0],
        "GET https://api.test/a/x [x-amz-access-token=Atza|token authorization=Basic abc accept=text/csv] "
    );
    assert_eq!(left[1], "GET https://other.test/y [accept=text/csv] ");
}

// Hostile case 42.
#[test]
fn addresses_are_checked_after_names() {
    let mut stage = Stage::new();
    for names in
        ["127.0.0.1", "8.8.8.8 127.0.0.1", "::ffff:10.0.0.1", "0.0.0.0", "169.254.169.254", "100.64.0.1"]
    {
        let script = Script(RefCell::default(), RefCell::default());
        let outcome = stage.over(&script, names, &ask("api", "/a/x"));
        let bad = names.rsplit(' ').next().unwrap_or_default();
        let told = format!("`api.test` leads to {bad}, which is not of the public internet");
        assert_eq!(outcome, Err(HttpError::Denied(told)));
        assert!(script.1.borrow().is_empty());
    }
}

// Hostile case 43.
#[test]
fn headers_that_would_split_or_steer_a_request() {
    let mut stage = Stage::new();
    let mut refused = |headers: Vec<(String, Value)>| {
        let mut request = ask("api", "/a/x");
        request.headers = headers;
        stage.refused(&request)
    };
    for name in ["Host", "Content-Length", "Transfer-Encoding", "Connection", "Proxy-Authorization", "Cookie"]
    {
        assert_eq!(refused(vec![literal(name, "x")]), format!("the header `{name}` is set by the host"));
    }
    assert_eq!(
        refused(vec![literal("a", "x\r\nHost: y")]),
        "the header `a` has a value with a control character"
    );
    assert_eq!(refused(vec![literal("a\n", "x")]), "the header `a\\n` is no header");
    assert_eq!(refused(vec![literal("a", "1"), literal("A", "2")]), "the header `A` is given twice");
    assert_eq!(refused(vec![literal("a", "x"); 10_000]), "more than 64 headers");
    assert_eq!(refused(vec![literal("a", &"x".repeat(9_000))]), "the header `a` is longer than 8192 bytes");
}

// Hostile case 46.
#[test]
fn a_token_is_captured_used_and_never_seen() {
    let mut stage = Stage::new();
    let mut login = ask("lwa", "/token");
    login.method = Method::Post;
    login.body = Body::Form(vec![("refresh_token".to_owned(), Value::Secret("refresh".to_owned()))]);
    login.captures = vec![capture("/access_token", false, "token"), capture("/url", true, "document")];
    let body = r#"{"access_token":"Atza\u007ctoken","echo":"Atzr|refresh","url":"https:\/\/b.s3.test.com\/x?sig=1"}"#;
    let (outcome, left) =
        stage.told(vec![answer(200, &[("x-echo", "Atzr|refresh"), ("set-cookie", "a=b")], body)], &login);
    let response = outcome.expect("a response");
    assert_eq!(String::from_utf8_lossy(&response.body), r#"{"access_token":"•••","echo":"•••","url":"•••"}"#);
    assert_eq!(response.headers, [("x-echo".to_owned(), "•••".to_owned())]);
    assert_eq!(
        left,
        [
            "POST https://lwa.test/token [content-type=application/x-www-form-urlencoded] refresh_token=Atzr%7Crefresh"
        ]
    );
    let mut document = ask("documents", "");
    document.target = Target::Link("document".to_owned());
    let (_, left) = stage.told(vec![answer(200, &[], "rows")], &document);
    assert_eq!(left, ["GET https://b.s3.test.com/x?sig=1 [] "]);
    assert_eq!(stage.log[1].url, "https://b.s3.test.com/x");
    let mut bearer = ask("api", "/a/x");
    bearer.headers = vec![("authorization".to_owned(), Value::Secret("Bearer token".to_owned()))];
    let (_, left) = stage.told(vec![answer(200, &[], "rows")], &bearer);
    assert_eq!(left, ["GET https://api.test/a/x [authorization=Bearer Atza|token] "]);
    // A secret of another grant does not go along with the link, nor the link to another grant.
    document.headers = vec![("authorization".to_owned(), Value::Secret("token".to_owned()))];
    assert_eq!(stage.refused(&document), "the secret `token` is not granted for `documents`");
    document.headers.clear();
    document.grant = "api".to_owned();
    assert_eq!(
        stage.refused(&document),
        "the host of `https://b.s3.test.com` is not within the grant `api`: it is for `https://api.test`"
    );
}

#[test]
fn a_recording_holds_no_secret_and_plays_without_a_network() {
    let mut stage = Stage::new();
    stage.tape.records = true;
    let mut login = ask("lwa", "/token");
    login.method = Method::Post;
    login.body = Body::Form(vec![("refresh_token".to_owned(), Value::Secret("refresh".to_owned()))]);
    login.captures = vec![capture("/access_token", false, "token"), capture("/url", true, "document")];
    let body = r#"{"access_token":"Atza|token","url":"https://b.s3.test.com/x?sig=1"}"#;
    assert!(stage.told(vec![answer(200, &[], body)], &login).0.is_ok());
    let mut document = ask("documents", "");
    document.target = Target::Link("document".to_owned());
    document.store = Some(StoreAs { table: "rows".to_owned(), days: None, name: "x.csv".to_owned() });
    let first = stage.told(vec![answer(200, &[("content-type", "text/csv")], "a,b")], &document).0;
    let told = format!("{:?}", stage.tape.kept);
    assert!(!told.contains("Atz") && !told.contains("sig="), "{told}");
    let mut again = Stage::new();
    again.tape = Reel { plays: true, ..stage.tape };
    assert!(again.told(Vec::new(), &login).0.is_ok());
    assert!(again.vault.available("token"));
    assert_eq!(again.told(Vec::new(), &document).0, first);
    assert_eq!(again.documents.1, [("x.csv".to_owned(), b"a,b".to_vec())]);
    // A grant is asked for offline, too; and what was not recorded is not there.
    assert!(matches!(again.told(Vec::new(), &ask("api", "/b")).0, Err(HttpError::Denied(_))));
    assert_eq!(again.told(Vec::new(), &ask("api", "/a/x")).0, Err(HttpError::Offline));
}

#[test]
fn a_document_goes_past_the_guest() {
    let mut stage = Stage::new();
    let mut request = ask("api", "/a/x");
    request.store = Some(StoreAs { table: "rows".to_owned(), days: None, name: "x.csv".to_owned() });
    let response = stage.told(vec![answer(200, &[], "a,b")], &request).0.expect("a response");
    assert_eq!((response.body.len(), response.stored.map(|stored| stored.bytes)), (0, Some(3)));
    // What is no success is no document.
    let expired = stage.told(vec![answer(403, &[], "Request has expired")], &request).0.expect("a response");
    assert_eq!((expired.body, expired.stored), (b"Request has expired".to_vec(), None));
    assert_eq!(stage.documents.1.len(), 1);
    request.method = Method::Post;
    stage.reach.get_mut("api").expect("granted").site.methods.insert(Method::Post);
    stage.reach.get_mut("api").expect("granted").plugin.methods.insert(Method::Post);
    assert_eq!(stage.refused(&request), "a document is stored of a GET, and nothing is captured from it");
    assert_eq!(stage.denied.len(), 1);
}

#[test]
fn captures_take_short_texts_only() {
    let mut stage = Stage::new();
    let mut taken = |pointer: &str, name: &str, body: &str| {
        let mut request = ask("api", "/a/x");
        request.captures = vec![capture(pointer, false, name)];
        match stage.told(vec![answer(200, &[], body)], &request).0 {
            Err(HttpError::Denied(why) | HttpError::Protocol(why)) => why,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(taken("", "token", "\"abcdefgh\""), "the capture `token` takes the whole body");
    assert_eq!(taken("/n", "token", r#"{"n":123456789}"#), "the capture `token` is no text");
    let long = format!(r#"{{"n":"{}"}}"#, "x".repeat(9 * 1024));
    assert_eq!(taken("/n", "token", &long), "the capture `token` is longer than 8192 bytes");
    assert_eq!(
        taken("/n", "refresh", r#"{"n":"abcdefgh"}"#),
        "the secret `refresh` is not granted as a captured one"
    );
    assert_eq!(taken("/n", "token", "rows"), "a capture from a response that is no JSON");
}

/// A loopback server that answers once with these bytes, then goes on with `more` as long as somebody listens.
fn serve(head: &'static str, more: &'static [u8], pause: Duration) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let origin = format!("http://{}", listener.local_addr().expect("its address"));
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().expect("a client");
        let mut seen = [0; 4096];
        assert!(stream.read(&mut seen).is_ok());
        let mut open = stream.write_all(head.as_bytes()).is_ok();
        while open && !more.is_empty() {
            std::thread::sleep(pause);
            open = stream.write_all(more).is_ok();
        }
    });
    origin
}

fn over_loopback(head: &'static str, more: &'static [u8], pause_ms: u64) -> Result<Response, HttpError> {
    fetch_from_loopback(&mut Stage::new(), head, more, pause_ms, None)
}

fn fetch_from_loopback(
    stage: &mut Stage,
    head: &'static str,
    more: &'static [u8],
    pause_ms: u64,
    store: Option<&str>,
) -> Result<Response, HttpError> {
    let origin = serve(head, more, Duration::from_millis(pause_ms));
    stage.budget.request_time = Duration::from_millis(700);
    stage.reach.insert("local".to_owned(), reach(&origin, &[Method::Get], "/**"));
    let mut request = ask("local", "/x");
    let named = |name: &str| StoreAs { table: "rows".to_owned(), days: None, name: name.to_owned() };
    request.store = store.map(named);
    stage.over(&Network, "8.8.8.8", &request)
}

// Hostile case 44, over the real wire.
#[test]
fn a_body_without_an_end_is_cut_off() {
    let plain = over_loopback("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", b"", 0);
    assert_eq!(plain.map(|response| response.body), Ok(b"ok".to_vec()));
    let endless = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    assert_eq!(over_loopback(endless, b"8\r\n01234567\r\n", 0), Err(HttpError::TooLarge(65_536)));
    let huge = "HTTP/1.1 200 OK\r\nContent-Length: 10000000000\r\n\r\n";
    assert_eq!(over_loopback(huge, &[b'x'; 4096], 0), Err(HttpError::TooLarge(65_536)));
    assert_eq!(over_loopback(huge, b"x", 100), Err(HttpError::Timeout));
    assert!(over_loopback("HTTP/1.1 100 Continue\r\n\r\n", b"", 0).is_err());
    let cut = over_loopback("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nok", b"", 0);
    assert!(matches!(cut, Err(HttpError::Protocol(_))), "{cut:?}");
    // Neither is a document, which may be larger than what is handed over; one that is cut short is not kept.
    let stored = |head, more, pause_ms| {
        let mut stage = Stage::new();
        let answer = fetch_from_loopback(&mut stage, head, more, pause_ms, Some("x.csv"));
        (answer, stage.documents.1.len())
    };
    assert_eq!(stored(endless, b"8\r\n01234567\r\n", 0), (Err(HttpError::TooLarge(262_144)), 0));
    assert_eq!(stored(huge, &[b'x'; 4096], 0), (Err(HttpError::TooLarge(262_144)), 0));
    let cut = stored("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nok", b"", 0);
    assert!(matches!(cut, (Err(HttpError::Protocol(_)), 0)), "{cut:?}");
    let (whole, kept) = stored("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", b"", 0);
    assert_eq!((whole.expect("a response").stored.map(|stored| stored.bytes), kept), (Some(2), 1));
}

#[test]
fn budgets_are_kept_to() {
    let mut stage = Stage::new();
    stage.budget.requests = 1;
    let answers = vec![answer(302, &[("location", "/a/y")], ""), answer(200, &[], "")];
    assert_eq!(stage.told(answers, &ask("api", "/a/x")).0, Err(HttpError::BudgetExhausted));
    assert_eq!(stage.log.len(), 1);
}

#[test]
fn the_moment_of_sending() {
    let told = |format| moment(1_768_438_923_000, format);
    assert_eq!(told(TimeFormat::Iso8601Basic), "20260115T010203Z");
    assert_eq!(told(TimeFormat::Rfc3339), "2026-01-15T01:02:03Z");
    assert_eq!(told(TimeFormat::HttpDate), "Thu, 15 Jan 2026 01:02:03 GMT");
    assert_eq!(told(TimeFormat::UnixSeconds), "1768438923");
}
