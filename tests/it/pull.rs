//! `kpress data pull` as a user runs it: first-party plugins against a replay of Amazon's interfaces with all its troubles,
//! killed at any moment, recorded and played again, and what a build makes of it.
#![cfg(feature = "plugins")]

use crate::folder::Temp;
use flate2::read::MultiGzDecoder;
use kpress::plugin::replay::{Scenario, Server};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::Duration;

/// Values that must stand nowhere but in requests.
const SECRETS: [(&str, &str); 3] = [
    ("LWA_CLIENT_SECRET", "amzn1.oa2-cs.v1.pull-test"),
    ("SPAPI_REFRESH_TOKEN_JP1", "Atzr|pull-test-jp1"),
    ("SPAPI_REFRESH_TOKEN_JP2", "Atzr|pull-test-jp2"),
];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn scenario(without_troubles: bool) -> Scenario {
    let text = fs::read_to_string(root().join("tests/data/spapi/scenario.json")).expect("the scenario");
    let mut scenario: Scenario = serde_json::from_str(&text).expect("a scenario");
    if without_troubles {
        scenario.troubles.clear();
    }
    scenario
}

/// kpress in a workspace, with the secrets of the test and a cache of compiled plugins that all tests share.
fn kpress(place: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kpress"));
    command.arg("-C").arg(place).env_remove("CI").envs(SECRETS);
    command.env("XDG_CACHE_HOME", Path::new(env!("CARGO_TARGET_TMPDIR")).join("pull-cache"));
    command.env("XDG_STATE_HOME", Path::new(env!("CARGO_TARGET_TMPDIR")).join("pull-state"));
    command
}

fn ran(place: &Path, arguments: &[&str]) -> Output {
    kpress(place).args(arguments).output().expect("kpress runs")
}

/// What a command prints on stdout; it must succeed.
fn done(place: &Path, arguments: &[&str]) -> String {
    let output = ran(place, arguments);
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(output.status.success(), "{arguments:?}: {}{}", text(&output.stderr), text(&output.stdout));
    text(&output.stdout)
}

/// Puts the plugins of Amazon into a workspace; the text for `kpress.yaml` that lets them reach the server.
fn plugins(temp: &Temp, server: &Server) -> String {
    for plugin in ["amazon-sp-api", "amazon-ads"] {
        let component = fs::read(root().join(format!("plugins/dist/{plugin}.wasm"))).expect("a component");
        temp.write(&format!("plugins/{plugin}.wasm"), component);
    }
    let grant = |own: &str| {
        format!(
            "    grant:
      http: {{{own}: {{origin: \"http://{api}\"}}, lwa: {{origin: \"http://{api}\"}}, documents: {{origin: \"http://{files}\"}}}}
      secrets: {{client-secret: {{env: LWA_CLIENT_SECRET}}, refresh-token: {{env: \"SPAPI_REFRESH_TOKEN_{{store}}\"}}, access-token: {{captured: true}}}}
",
            api = server.api,
            files = server.files,
        )
    };
    format!(
        "plugins:
  amazon-sp-api:
    file: plugins/amazon-sp-api.wasm
{}  amazon-ads:
    file: plugins/amazon-ads.wasm
{}",
        grant("spapi"),
        grant("ads"),
    )
}

/// A workspace whose plugins reach the server, approved.
fn site(server: &Server, sources: &str) -> Temp {
    let temp = Temp::new("pull");
    let plugins = plugins(&temp, server);
    temp.write(
        "kpress.yaml",
        format!(
            "site: {{title: T, languages: [en], currency: JPY, timezone: Asia/Tokyo}}
packs: [amazon-jp]
{plugins}sources:
{sources}"
        ),
    );
    let store = |name: &str| {
        format!(
            "  {name}: {{name: {name}, marketplace: A1VC38T7YXB528, currency: JPY, timezone: Asia/Tokyo}}\n"
        )
    };
    temp.write("stores.yaml", format!("stores:\n{}{}", store("jp1"), store("jp2")));
    done(temp.path(), &["plugin", "lock"]);
    temp
}

/// A source of reports for both stores.
fn source(name: &str, preset: &str, since: &str, config: &str) -> String {
    format!(
        "  {name}: {{preset: amazon/{preset}, plugin: amazon-sp-api, stores: [jp1, jp2], since: {since}, refetch: 0d, config: {{client_id: amzn1.test, poll: 1, {config}}}}}\n"
    )
}

fn three_reports() -> String {
    source("sales_traffic", "sales-traffic", "2026-01-10", "report: GET_SALES_AND_TRAFFIC_REPORT")
        + &source("returns", "returns", "2026-01-10", "report: GET_FBA_FULFILLMENT_CUSTOMER_RETURNS_DATA")
        + &source(
            "settlement",
            "settlement",
            "2025-12-20",
            "report: GET_V2_SETTLEMENT_REPORT_DATA_FLAT_FILE_V2",
        )
}

/// All files below a folder, unpacked, by path.
fn files(place: &Path) -> BTreeMap<String, String> {
    crate::folder::tree(place)
        .into_iter()
        .map(|(path, bytes)| {
            let mut text = String::new();
            let unpacked = MultiGzDecoder::new(&bytes[..]).read_to_string(&mut text);
            let plain = || String::from_utf8_lossy(&bytes).into_owned();
            (path, if unpacked.is_ok() { text } else { plain() })
        })
        .collect()
}

/// How often each day is the day of a row, over the files of a folder.
fn days(place: &Path, folder: &str, marker: &str) -> BTreeMap<String, usize> {
    let mut count = BTreeMap::new();
    let found = files(&place.join("data"));
    for text in found
        .iter()
        .filter(|(path, _)| path.starts_with(folder) && !path.contains("/."))
        .map(|(_, text)| text)
    {
        for (at, _) in text.match_indices(marker) {
            let day = text.get(at + marker.len()..at + marker.len() + 10).expect("a day");
            *count.entry(day.to_owned()).or_default() += 1;
        }
    }
    count
}

fn once(days: &[&str]) -> BTreeMap<String, usize> {
    days.iter().map(|day| (format!("2026-01-{day}"), 1)).collect()
}

const SALES: &str = "\"date\": \"";
const RETURNS: &str = "\n";

/// Returns are counted by the begin of their lines; the header line stands before the first.
fn returned(place: &Path, store: &str) -> BTreeMap<String, usize> {
    returned_of(place, "returns", store)
}

fn returned_of(place: &Path, source: &str, store: &str) -> BTreeMap<String, usize> {
    let text: String = files(&place.join("data"))
        .iter()
        .filter(|(path, _)| path.starts_with(&format!("{source}/{store}/report")))
        .map(|(_, text)| text.clone())
        .collect();
    let mut count = BTreeMap::new();
    for line in text.split(RETURNS).filter(|line| line.starts_with("2026-")) {
        *count.entry(line[..10].to_owned()).or_default() += 1;
    }
    count
}

#[test]
fn three_reports_for_two_stores_through_all_troubles_and_the_next_pull_fetches_what_is_new() {
    let server = Server::start(scenario(false), 0).expect("a server");
    let temp = site(&server, &three_reports());
    let place = temp.path();
    let until = |day: &str| done(place, &["data", "pull", "--until", day, "--json"]);
    let told: Value = serde_json::from_str(&until("2026-01-14")).expect("JSON");
    let pulled = told["pulled"].as_array().expect("a list");
    assert_eq!(pulled.len(), 6);
    assert!(pulled.iter().all(|one| one["complete"] == Value::Bool(true)), "{told}");
    // One report is cancelled by a trouble, and of the 13th there is nothing: missing, not zero.
    let jp1 = days(place, "sales_traffic/jp1", SALES);
    let jp2 = days(place, "sales_traffic/jp2", SALES);
    assert_eq!(jp1.len() + jp2.len(), 7, "{jp1:?} {jp2:?}");
    assert!(jp1.values().chain(jp2.values()).all(|times| *times == 1));
    assert!(!jp1.contains_key("2026-01-13") && !jp2.contains_key("2026-01-13"));
    for store in ["jp1", "jp2"] {
        assert_eq!(returned(place, store), once(&["10", "11", "12", "13", "14"]));
        let settled = days(place, &format!("settlement/{store}"), "Principal\t100\tAFN\t");
        assert_eq!(settled.len(), 3, "{settled:?}");
    }
    let asked = server.log().len();
    let again: Value = serde_json::from_str(&until("2026-01-14")).expect("JSON");
    assert_eq!(
        (again["pulled"][0]["windows"].as_array().map(Vec::len), server.log().len()),
        (Some(0), asked)
    );
    // Two days later: those days, and the settlement that was made since.
    until("2026-01-16");
    let log = server.log();
    let created = log[asked..].iter().filter(|line| line.starts_with("POST /reports")).count();
    assert_eq!(created, 6, "two days of sales and one report of returns for each store");
    assert_eq!(returned(place, "jp1"), once(&["10", "11", "12", "13", "14", "15", "16"]));
    let settled = days(place, "settlement/jp2", "Principal\t100\tAFN\t");
    assert_eq!((settled.len(), settled.values().sum::<usize>()), (4, 4));
    assert_eq!(server.mistakes(), Vec::<String>::new());
    // Every trouble was met.
    for (line, count) in
        [("POST /auth/o2/token 503", 1), ("POST /reports/2021-06-30/reports 429", 1), ("403", 2), ("500", 1)]
    {
        let met =
            log.iter().filter(|one| one.starts_with(line) || one.ends_with(&format!(" {line}"))).count();
        assert!(met >= count, "{line}: {met}");
    }
    nothing_leaks(place);
    // What is asked of a server stands in the log, with the path and the query, for whoever looks what left.
    let text = temp.read(".kpress/pull.log");
    assert!(text.contains(" settlement (jp1) amazon-sp-api GET http://"), "{text}");
    assert!(text.contains("reportTypes=GET_V2_SETTLEMENT_REPORT_DATA_FLAT_FILE_V2"));
    assert!(!text.contains("X-Amz-Signature") && !text.contains("LPN"));
}

/// The example with its data as it is, and three reports of two of its stores fetched besides.
#[test]
fn the_example_fetches_three_reports_of_two_stores() {
    let server = Server::start(scenario(false), 0).expect("a server");
    let temp = Temp::copy_of("pull-example", &root().join("examples/amazon-jp"));
    let place = temp.path();
    let fetched = three_reports()
        .replace("  sales_traffic:", "  fetched_sales:")
        .replace("  returns:", "  fetched_returns:");
    let text = temp.read("kpress.yaml");
    let (head, rest) = text.split_once("sources:\n").expect("the example has sources");
    temp.write("kpress.yaml", format!("{head}{}sources:\n{fetched}{rest}", plugins(&temp, &server)));
    done(place, &["plugin", "lock"]);
    let pull = |day: &str| done(place, &["data", "pull", "--until", day, "--json"]);
    let told: Value = serde_json::from_str(&pull("2026-01-14")).expect("JSON");
    assert_eq!(told["pulled"].as_array().map(Vec::len), Some(6), "{told}");
    assert_eq!(returned_of(place, "fetched_returns", "jp1"), once(&["10", "11", "12", "13", "14"]));
    let asked = server.log().len();
    pull("2026-01-14");
    assert_eq!(server.log().len(), asked, "nothing is new, so nothing is asked");
    pull("2026-01-15");
    let log = server.log();
    let created = log[asked..].iter().filter(|line| line.starts_with("POST /reports")).count();
    assert_eq!(created, 4, "one day of sales and one of returns for each store");
    assert_eq!(returned_of(place, "fetched_returns", "jp2"), once(&["10", "11", "12", "13", "14", "15"]));
    assert_eq!(server.mistakes(), Vec::<String>::new());
    nothing_leaks_below(place, "data/fetched_");
}

/// No secret, captured token or datum of a buyer stands in any file.
fn nothing_leaks(place: &Path) {
    nothing_leaks_below(place, "data/");
}

fn nothing_leaks_below(place: &Path, fetched: &str) {
    for (path, text) in files(place) {
        let secret = SECRETS.iter().find(|(_, value)| text.contains(value));
        assert!(secret.is_none(), "{path} holds the value of {secret:?}");
        assert!(!text.contains("Atza|replay"), "{path} holds a token");
        let data = path.starts_with(fetched);
        assert!(!data || !text.contains("LPN") && !text.contains("comment "), "{path} holds data of buyers");
    }
}

#[test]
fn a_build_reads_what_was_pulled_as_if_it_had_been_dropped_there() {
    let server = Server::start(scenario(true), 0).expect("a server");
    // The settlements of the scenario are those of one account; they end earlier than the days that are asked for.
    let settlement = "settlement: {preset: amazon/settlement, optional: true, plugin: amazon-sp-api, stores: [jp1], since: 2025-12-20, config: {client_id: amzn1.test, report: GET_V2_SETTLEMENT_REPORT_DATA_FLAT_FILE_V2}}";
    let sources = three_reports();
    let both: Vec<&str> = sources.lines().filter(|line| !line.contains("settlement:")).collect();
    let sources = format!("{}\n  {settlement}\n", both.join("\n"));
    let temp = site(&server, &sources);
    let place = temp.path();
    done(place, &["data", "pull", "--until", "2026-01-14"]);
    temp.write(
        "metrics/m.yaml",
        "metrics:
  units: {source: sales_traffic.by_date, value: sum(units), unit: count}
  returned: {source: returns, value: sum(quantity), unit: count}
  paid: {source: settlement, value: sum(amount), unit: JPY}
",
    );
    let text = done(place, &["values", "--grain", "day", "--scope", "store:jp1", "--format", "jsonl"]);
    let mut figures: BTreeMap<(String, String), Value> = BTreeMap::new();
    for line in text.lines() {
        let line: Value = serde_json::from_str(line).expect("JSON");
        let key = |name: &str| line[name].as_str().unwrap_or_default().to_owned();
        figures.insert((key("metric"), key("period")), line["value"].clone());
    }
    let of = |metric: &str, day: &str| {
        figures.get(&(metric.to_owned(), day.to_owned())).map(ToString::to_string).unwrap_or_default()
    };
    // 20260110 mod 97 is 11: the figure that the scenario gives that day.
    assert_eq!(of("units", "2026-01-10"), "11", "{text}");
    assert_eq!(of("units", "2026-01-14"), "15");
    // A cancelled report is a day without a figure, not a zero.
    assert_eq!(of("units", "2026-01-13"), "null");
    assert_eq!(of("returned", "2026-01-13"), "1");
    assert_eq!(of("paid", "2026-01-07"), "90");
}

#[test]
fn killed_at_ten_random_moments_nothing_is_lost_and_nothing_comes_twice() {
    let server = Server::start(scenario(true), 0).expect("a server");
    let temp = site(&server, &three_reports());
    let place = temp.path();
    let pull = ["data", "pull", "--until", "2026-01-12"];
    // Other moments in each run; the seed is told, and can be given again.
    let given = std::env::var("KPRESS_TEST_SEED").ok().and_then(|text| text.parse().ok());
    let seed: u64 = given.unwrap_or_else(|| u64::from(std::process::id()));
    let mut state = seed;
    let mut moment = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        20 + (state >> 33) % 800
    };
    let mut killed = 0;
    for _ in 0..10 {
        let mut child = kpress(place).args(pull).stderr(Stdio::null()).spawn().expect("kpress runs");
        std::thread::sleep(Duration::from_millis(moment()));
        if child.try_wait().expect("it can be asked").is_none() {
            killed += 1;
        }
        // SIGKILL: nothing of it can clean up.
        let _ = child.kill();
        child.wait().expect("it ends");
    }
    assert!(killed >= 5, "seed {seed}: {killed} of ten were still at work");
    done(place, &pull);
    for store in ["jp1", "jp2"] {
        assert_eq!(days(place, &format!("sales_traffic/{store}"), SALES), once(&["10", "11", "12"]));
        assert_eq!(returned(place, store), once(&["10", "11", "12"]));
        let settled = days(place, &format!("settlement/{store}"), "Principal\t100\tAFN\t");
        assert_eq!((settled.len(), settled.values().sum::<usize>()), (3, 3));
    }
    assert_eq!(server.mistakes(), Vec::<String>::new());
}

#[test]
fn a_recorded_pull_is_played_without_a_network_or_a_secret() {
    let server = Server::start(scenario(true), 0).expect("a server");
    let returns =
        source("returns", "returns", "2026-01-10", "report: GET_FBA_FULFILLMENT_CUSTOMER_RETURNS_DATA");
    let temp = site(&server, &returns);
    done(temp.path(), &["data", "pull", "--until", "2026-01-12", "--record=exchanges"]);
    let asked = server.log().len();
    let recorded: String = files(&temp.path().join("exchanges")).into_values().collect();
    assert!(!recorded.contains("Atza|") && !recorded.contains("Atzr|") && !recorded.contains("Signature"));
    let again = site(&server, &returns);
    for (path, bytes) in crate::folder::tree(&temp.path().join("exchanges")) {
        again.write(&format!("exchanges/{path}"), bytes);
    }
    let mut command = kpress(again.path());
    for (name, _) in SECRETS {
        command.env_remove(name);
    }
    let output = command.args(["data", "pull", "--until", "2026-01-12", "--offline=exchanges"]).output();
    let output = output.expect("kpress runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(server.log().len(), asked, "nothing was sent");
    for store in ["jp1", "jp2"] {
        assert_eq!(returned(again.path(), store), returned(temp.path(), store));
    }
    // What was not recorded is not made up.
    let output =
        kpress(again.path()).args(["data", "pull", "--until", "2026-01-20", "--offline=exchanges"]).output();
    let told = String::from_utf8_lossy(&output.expect("kpress runs").stderr).into_owned();
    assert!(told.contains("offline"), "{told}");
}

/// What a pull says when it fails, without the source lines.
fn failure(place: &Path, arguments: &[&str]) -> (Option<i32>, String) {
    let output = ran(place, arguments);
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    let told = text.lines().find(|line| line.starts_with("error")).unwrap_or_default().to_owned();
    (output.status.code(), told)
}

#[test]
fn a_report_that_ends_badly_says_why_and_the_next_pull_asks_anew() {
    let mut scenario = scenario(true);
    scenario.troubles = serde_json::from_str(
        r#"[{"at": "GET /reports/2021-06-30/reports/", "what": "fatal"}, {"at": "POST /auth", "what": "refuse-token", "after": 1}]"#,
    )
    .expect("troubles");
    let server = Server::start(scenario, 0).expect("a server");
    let returns = "  returns: {preset: amazon/returns, plugin: amazon-sp-api, stores: [jp1], since: 2026-01-10, config: {client_id: amzn1.test, poll: 1, report: GET_FBA_FULFILLMENT_CUSTOMER_RETURNS_DATA}}\n";
    let temp = site(&server, returns);
    let pull = ["data", "pull", "--until", "2026-01-12"];
    assert_eq!(
        failure(temp.path(), &pull),
        (
            Some(11),
            "error[plugin-failed]: plugin `amazon-sp-api` failed: the report of 2026-01-10 to 2026-01-12 ended as FATAL: \
             {\"errorDetails\":\"the date range is not allowed\"}"
                .to_owned()
        )
    );
    // The token of the second pull is refused: the secrets are named, their values are not.
    assert_eq!(
        failure(temp.path(), &pull),
        (
            Some(11),
            "error[plugin-failed]: plugin `amazon-sp-api` failed: Amazon gives no token (status 401, Access to requested \
             resource is denied., request 0000-replay): look at `client_id` and at the secrets `client-secret` and `refresh-token`"
                .to_owned()
        )
    );
    done(temp.path(), &pull);
    assert_eq!(returned(temp.path(), "jp1"), once(&["10", "11", "12"]));
}

#[test]
fn what_is_missing_is_said_before_anything_is_sent() {
    let server = Server::start(scenario(true), 0).expect("a server");
    let config = "report: GET_FBA_FULFILLMENT_CUSTOMER_RETURNS_DATA";
    let temp = site(&server, &source("returns", "returns", "2026-01-10", config));
    let pull = ["data", "pull", "--until", "2026-01-12"];
    let mut command = kpress(temp.path());
    let output = command.env_remove("SPAPI_REFRESH_TOKEN_JP2").args(pull).output().expect("kpress runs");
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(10));
    assert!(
        told.contains("error[plugin-secret-unset]: `returns (jp2)`: there is no environment variable `SPAPI_REFRESH_TOKEN_JP2` for the secret `refresh-token`"),
        "{told}"
    );
    // One store fails, the other is fetched.
    assert_eq!(returned(temp.path(), "jp1"), once(&["10", "11", "12"]));
    let yaml = temp.read("kpress.yaml");
    temp.write("kpress.yaml", yaml.replace("poll: 1", "poll: often"));
    assert_eq!(
        failure(temp.path(), &pull).1,
        "error[plugin-params-invalid]: `returns`: `poll` does not fit plugin `amazon-sp-api`: \"often\" is not of type \"integer\""
    );
    // Another grant is another approval.
    temp.write(
        "kpress.yaml",
        yaml.replace("documents: {origin", "documents: {paths: [\"/files/**\"], origin"),
    );
    let (code, told) = failure(temp.path(), &pull);
    assert_eq!(code, Some(10), "{told}");
    assert!(
        told.starts_with("error[plugin-lock-stale]: plugin `amazon-")
            || told.contains("plugin-grant-invalid"),
        "{told}"
    );
    let (code, told) = failure(temp.path(), &["data", "pull", "nothing"]);
    assert_eq!((code, told.as_str()), (Some(2), "error: there is no source `nothing`"));
}

#[test]
fn advertising_and_data_kiosk_are_fetched_the_same_way() {
    let mut scenario = scenario(false);
    scenario
        .troubles
        .push(serde_json::from_str(r#"{"at": "GET /files/ads", "what": "cut"}"#).expect("a trouble"));
    let server = Server::start(scenario, 0).expect("a server");
    let sources = "  ads: {preset: amazon/ads-sp-api, plugin: amazon-ads, stores: [jp1], since: 2026-01-10, config: {client_id: amzn1.test, poll: 1}}
  kiosk: {plugin: amazon-sp-api, stores: [jp1], since: 2026-01-10, config: {client_id: amzn1.test, poll: 1, query: sales-traffic-by-date}}
";
    let temp = site(&server, sources);
    let pull = ["data", "pull", "--until", "2026-01-12"];
    // Three troubles of one document in a row are one too many; what was fetched is kept, and the second pull goes on.
    let first = failure(temp.path(), &pull);
    assert_eq!(first.0, Some(11), "{first:?}");
    assert!(first.1.contains("could not be fetched in 3 attempts"), "{first:?}");
    done(temp.path(), &pull);
    assert_eq!(days(temp.path(), "ads/jp1", "{\"date\":\""), once(&["10", "11", "12"]));
    // The second page of a query is a query of its own.
    assert_eq!(days(temp.path(), "kiosk/jp1", "{\"startDate\":\""), once(&["10", "11", "12"]));
    let log = server.log();
    assert!(log.contains(&"POST /reporting/reports 425".to_owned()), "{log:?}");
    assert_eq!(log.iter().filter(|line| line.starts_with("POST /dataKiosk")).count(), 2, "{log:?}");
    assert_eq!(server.mistakes(), Vec::<String>::new());
    nothing_leaks(temp.path());
}

/// A server with two pages of JSON, then none.
fn table_server() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let origin = format!("http://{}", listener.local_addr().expect("its address"));
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut seen = vec![0; 4096];
            let read = stream.read(&mut seen).unwrap_or(0);
            let head = String::from_utf8_lossy(&seen[..read]).into_owned();
            let known = head.contains("authorization: Bearer table-token-1");
            let body = match head.split_whitespace().nth(1).unwrap_or_default() {
                _ if !known => "",
                "/v1/rates?from=2026-01-10&page=1" => {
                    r#"{"rates":[{"date":"2026-01-10","usd":148.35},{"date":"2026-01-11","usd":148.5}]}"#
                }
                "/v1/rates?from=2026-01-10&page=2" => r#"{"rates":[{"date":"2026-01-12","usd":149}]}"#,
                _ => r#"{"rates":[]}"#,
            };
            let status = if known { "200 OK" } else { "401 No" };
            let answer = format!(
                "HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
                body.len()
            );
            let _ = stream.write_all(answer.as_bytes());
        }
    });
    origin
}

#[test]
fn any_table_over_http_is_fetched_by_configuration() {
    let temp = Temp::new("pull-table");
    let component = fs::read(root().join("plugins/dist/http-table.wasm")).expect("a component");
    temp.write("plugins/http-table.wasm", component);
    temp.write(
        "kpress.yaml",
        format!(
            "site: {{title: T, languages: [en], currency: JPY, timezone: Asia/Tokyo}}
plugins:
  http-table:
    file: plugins/http-table.wasm
    grant: {{http: {{server: {{origin: \"{}\", paths: [\"/v1/rates\"]}}}}, secrets: {{token: {{env: RATES_TOKEN}}}}}}
sources:
  rates:
    plugin: http-table
    since: 2026-01-10
    date: date
    json_path: [rates]
    config: {{path: /v1/rates, query: {{from: \"{{since}}\", page: \"{{page}}\"}}, auth: bearer, pages: {{rows: /rates}}}}
",
            table_server()
        ),
    );
    temp.write("metrics/m.yaml", "metrics: {usd: {source: rates, value: sum(usd), unit: JPY}}\n");
    done(temp.path(), &["plugin", "lock"]);
    let pull = |token: &str| {
        let mut command = kpress(temp.path());
        command
            .env("RATES_TOKEN", token)
            .args(["data", "pull", "--until", "2026-01-12"])
            .output()
            .expect("kpress runs")
    };
    let refused = String::from_utf8_lossy(&pull("another-token").stderr).into_owned();
    assert!(
        refused.contains("the server refuses (status 401): look at the secret `token` and at `auth`"),
        "{refused}"
    );
    let output = pull("table-token-1");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = done(temp.path(), &["values", "--metric", "usd", "--grain", "day", "--format", "jsonl"]);
    let value = |day: &str| {
        let lines = text.lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
        lines.filter(|line| line["period"] == day).map(|line| line["value"].to_string()).collect::<Vec<_>>()
    };
    assert_eq!(
        (value("2026-01-10"), value("2026-01-12")),
        (vec!["148.35".to_owned()], vec!["149".to_owned()]),
        "{text}"
    );
}
