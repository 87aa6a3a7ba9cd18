//! Pulls with an invented plugin over an invented network: what is written, what a second pull fetches, and that whoever is
//! killed at any step loses nothing and writes nothing twice.
#![expect(clippy::disallowed_methods, reason = "the test makes and removes a folder of its own")]

use super::super::port::{Batch, Column, TableInfo};
use super::*;
use crate::inputs::Memory;
use crate::measure::plugged::port::{ColumnType, Field};
use crate::plan::Plan;
use crate::plan::plugin::PluginKind;
use crate::plugin::grant::WantedHost;
use crate::plugin::reach::exchange::{Clock, Method, Request, Share, StoreAs, Target};
use crate::plugin::reach::origin::Origin;
use crate::plugin::reach::wire::{Arrived, Leaving, Resolve, Wire};
use crate::site::Probe;
use std::io::Write;
use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};

struct Home(PathBuf);

impl Home {
    fn new(name: &str) -> Home {
        let path = std::env::temp_dir().join(format!("kpress-pull-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).expect("a folder");
        Home(path)
    }

    fn folder(&self) -> Folder {
        Folder::open(&self.0).expect("the folder")
    }

    /// All files below `data`, hidden ones aside: path and text.
    fn data(&self) -> Vec<(String, String)> {
        let mut found = Vec::new();
        let mut folders = vec![self.0.join("data")];
        while let Some(at) = folders.pop() {
            for entry in std::fs::read_dir(&at).into_iter().flatten().flatten() {
                let path = entry.path();
                let hidden = entry.file_name().to_string_lossy().starts_with('.');
                if path.is_dir() && !hidden {
                    folders.push(path);
                } else if path.is_file() {
                    let name = path.strip_prefix(&self.0).expect("below").to_string_lossy().into_owned();
                    found.push((name, std::fs::read_to_string(&path).expect("text")));
                }
            }
        }
        found.sort();
        found
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Time that goes on by a second whenever it is looked at.
struct Steps(AtomicI64);

impl Clock for Steps {
    fn now_ms(&self) -> i64 {
        self.0.fetch_add(1_000, Ordering::Relaxed)
    }
}

struct Public;

impl Resolve for Public {
    fn resolve(&self, _: &str, _: u16, _: Duration) -> Vec<IpAddr> {
        vec![[8, 8, 8, 8].into()]
    }
}

/// A server with one document a day.
struct Days(AtomicUsize);

impl Wire for Days {
    fn exchange(&self, leaving: &Leaving, store: Option<&mut dyn Write>) -> Result<Arrived, HttpError> {
        self.0.fetch_add(1, Ordering::Relaxed);
        let day = leaving.url.path().rsplit('/').next().unwrap_or_default().to_owned();
        let body = format!("date,buyer-email,units\n{day},a@b.test,5\n");
        store.expect("documents only").write_all(body.as_bytes()).expect("room for it");
        Ok(Arrived { status: 200, stored: Some(body.len() as u64), ..Arrived::default() })
    }
}

/// Fetches a document a day and gives a row of its own; waits once before the third.
struct Shop;

impl SourcePort for Shop {
    fn describe(&self) -> Result<Vec<SourceInfo>, Failure> {
        let tables = vec![
            TableInfo { name: "report".to_owned(), fields: Vec::new(), primary_key: Vec::new() },
            TableInfo {
                name: "rates".to_owned(),
                fields: vec![Field { name: "day".into(), ty: ColumnType::Date32, nullable: false }],
                primary_key: vec!["day".to_owned()],
            },
        ];
        let hosts = vec![WantedHost {
            grant: "shop".to_owned(),
            origin: "https://shop.test".to_owned(),
            methods: vec!["GET".to_owned()],
            paths: vec!["/day/**".to_owned()],
            reason: String::new(),
        }];
        let params_schema = "{\"properties\":{\"store\":{}}}".to_owned();
        Ok(vec![SourceInfo { id: "days".to_owned(), tables, hosts, params_schema, ..SourceInfo::default() }])
    }

    fn next_page(&self, asked: &Asked<'_>, mut doors: Doors) -> (Result<Page, Ended>, Doors) {
        let first = asked.since.unwrap_or(asked.until - 3);
        let place = asked
            .cursor
            .map_or(first * 10, |bytes| String::from_utf8_lossy(bytes).parse().expect("its own cursor"));
        let (day, waited) = (place / 10, place % 10 == 1);
        if day == first + 2 && !waited {
            let page = Page { cursor: Some((place + 1).to_string().into_bytes()), ..Page::default() };
            return (Ok(page), doors);
        }
        if waited && asked.context.params.iter().any(|(name, _)| &**name == "slow") {
            return (Err(Ended::Said(Said::RetryLater(400))), doors);
        }
        let text = crate::time::numbered_day(day).to_string();
        let request = Request {
            grant: "shop".to_owned(),
            method: Method::Get,
            target: Target::Path(format!("/day/{text}")),
            query: Vec::new(),
            headers: Vec::new(),
            body: crate::plugin::reach::exchange::Body::Empty,
            captures: Vec::new(),
            timeout_ms: 0,
            max_bytes: 0,
            store: Some(StoreAs {
                table: "report".to_owned(),
                days: Some((day, day)),
                name: "day.csv".to_owned(),
            }),
        };
        if let Err(error) = doors.fetch(&request) {
            return (Err(Ended::Said(Said::Failed(said::told(&error)))), doors);
        }
        let column = Column {
            name: "day".to_owned(),
            ty: ColumnType::Date32,
            values: day.to_le_bytes().to_vec(),
            offsets: Vec::new(),
            dict: None,
            validity: Vec::new(),
        };
        let batch = Batch { table: "rates".to_owned(), rows: 1, columns: vec![column] };
        let done = day >= asked.until;
        let cursor = (!done).then(|| ((day + 1) * 10).to_string().into_bytes());
        (Ok(Page { batches: vec![batch], cursor, done, rows_dropped: 0 }), doors)
    }
}

fn plan(lines: &str) -> Plan {
    let head = format!(
        "site: {{title: t, languages: [en], currency: JPY, timezone: Asia/Tokyo}}\nplugins: {{shop: {{file: plugins/shop.wasm}}}}\nsources:\n  sales:\n    plugin: shop\n{lines}"
    );
    let stores = b"stores: {jp1: {name: JP1, currency: JPY}}\n";
    let read = crate::plan::load(&Memory::of([
        ("kpress.yaml", head.as_bytes()),
        ("stores.yaml", stores.as_slice()),
    ]));
    let errors: Vec<&str> = read.found.iter().map(|found| found.message.as_str()).collect();
    assert!(!read.value.sources.is_empty(), "{errors:?}");
    read.value
}

/// What a pull is tried with: the folder, the lines of the source, the last day.
struct Trial<'a> {
    plan: &'a Plan,
    folder: Folder,
    world: World,
    waits: std::cell::RefCell<Vec<u64>>,
}

impl Trial<'_> {
    fn pull(&self, until: &str) -> Result<Outcome, Failed> {
        let source = &self.plan.sources["sales"];
        let pull = source.pull.as_ref().expect("a plugin");
        let info = Shop.describe().expect("described").remove(0);
        let store = pull.stores.first().map(|id| &self.plan.stores[id]);
        let unit = Unit {
            site: &self.plan.site,
            source,
            pull,
            store,
            folder: Pull::folder("sales", store.map(|store| &*store.id)),
            sha256: "aa",
            info: &info,
        };
        let share = Share { methods: [Method::Get].into(), paths: vec!["/day/**".to_owned()] };
        let origin = Origin::parse("https://shop.test").expect("an origin");
        let reach = [("shop".to_owned(), Reach { origin, site: share.clone(), plugin: share })];
        let until = crate::time::parse_date(until).map(crate::time::day_number).expect("a day");
        let run = Run {
            workspace: &self.folder,
            port: &Shop,
            reach: Arc::new(reach.into()),
            folders: Arc::default(),
            vault: Vault::default(),
            tape: Box::new(NoTape),
            world: self.world.clone(),
            limits: Limits::usual(PluginKind::Source),
            locale: "en",
            window: (None, until),
            again: false,
            wait: &|time| {
                if !time.is_zero() {
                    self.waits.borrow_mut().push(time.as_secs());
                }
                true
            },
            say: &|_| {},
        };
        fetch(&unit, run)
    }
}

fn trial(plan: &Plan, folder: Folder) -> Trial<'_> {
    let world = World {
        wire: Arc::new(Days(AtomicUsize::new(0))),
        names: Arc::new(Public),
        clock: Arc::new(Steps(AtomicI64::new(1_768_438_923_000))),
    };
    Trial { plan, folder, world, waits: std::cell::RefCell::default() }
}

const LINES: &str = "    stores: [jp1]\n    since: 2026-01-10\n    refetch: 1d\n";

/// How often each day was written, over all files.
fn days(data: &[(String, String)], table: &str) -> BTreeMap<String, usize> {
    let mut count = BTreeMap::new();
    for (path, text) in data.iter().filter(|(path, _)| path.contains(&format!("/{table}/"))) {
        let days = text.lines().filter_map(|line| {
            let at = line.find("2026-")?;
            line.get(at..at + 10)
        });
        assert!(path.starts_with("data/sales/jp1/"), "{path}");
        days.for_each(|day| *count.entry(day.to_owned()).or_default() += 1);
    }
    count
}

#[test]
fn a_pull_writes_files_that_a_build_reads_and_the_next_fetches_what_is_new() {
    let home = Home::new("plain");
    let plan = plan(LINES);
    let trial = trial(&plan, home.folder());
    let first = trial.pull("2026-01-12").expect("a disk");
    assert_eq!(first.found, []);
    assert_eq!((first.files.len(), first.rows, first.requests.0), (4, 3, 3));
    let data = home.data();
    let report = &data.iter().find(|(path, _)| path.contains("/report/")).expect("a report");
    // The wall clock of the site, the days, the name, and the hash.
    let name = report.0.rsplit('/').next().unwrap_or_default();
    assert!(name.starts_with("20260115T10") && name.contains("_2026-01-10_2026-01-10_day-"), "{name}");
    // Data of buyers do not reach the folder.
    assert_eq!(report.1, "date,units\n2026-01-10,5\n");
    let names = home.folder().at("data/sales/jp1/.pulled").and_then(|pulls| pulls.names()).expect("a record");
    let record = home.folder().read(&format!("data/sales/jp1/.pulled/{}", names[0])).expect("a record");
    let record: Value = serde_json::from_slice(&record).expect("JSON");
    assert_eq!(record["window"], serde_json::json!({"since": "2026-01-10", "until": "2026-01-12"}));
    assert_eq!(record["files"][0]["dropped_columns"], serde_json::json!(["buyer-email"]));
    assert_eq!((&record["component_sha256"], &record["requests"]["count"]), (&"aa".into(), &3.into()));
    assert_eq!(trial.pull("2026-01-12").expect("a disk"), Outcome::default());
    // The refetched day comes again, in a file of its own that a build takes instead.
    let next = trial.pull("2026-01-14").expect("a disk");
    assert_eq!(next.windows.len(), 1);
    let counted = days(&home.data(), "report");
    let expected = [("10", 1), ("11", 1), ("12", 2), ("13", 1), ("14", 1)];
    assert_eq!(counted, expected.map(|(day, times)| (format!("2026-01-{day}"), times)).into());
    let log = String::from_utf8(home.folder().read(LOG).expect("a log")).expect("text");
    assert!(
        log.contains(" sales (jp1) shop GET https://shop.test/day/2026-01-10 200 sent=0 received=45"),
        "{log}"
    );
    assert!(!log.contains("a@b.test"));
    // What was pulled is read: the period of the name, the store of the folder.
    let source = &plan.sources["sales"];
    assert_eq!(&*source.files, "data/sales/**/*");
    assert_eq!(source.store, crate::plan::StoreOf::Path("data/sales/{store}/".into()));
}

#[test]
fn a_wait_that_is_too_long_keeps_the_cursor() {
    let home = Home::new("wait");
    let plan = plan(&format!("{LINES}    config: {{slow: 1}}\n"));
    let trial = trial(&plan, home.folder());
    let outcome = trial.pull("2026-01-13").expect("a disk");
    let told: Vec<(&str, &str)> =
        outcome.found.iter().map(|found| (found.rule.name, found.message.as_str())).collect();
    assert_eq!(told, [("plugin-retry-later", "plugin `shop` asks to wait 400 s, longer than a pull waits")]);
    assert_eq!((home.data(), trial.waits.take()), (Vec::new(), Vec::new()));
    let stage = home.folder().at(".kpress/pull/sales@jp1").expect("a stage");
    assert_eq!(State::read(&stage).map(|state| (state.pages, state.documents.len())), Some((3, 2)));
}

/// Stops the program before the n-th change of the disk.
struct Kill(AtomicUsize);

impl Probe for Kill {
    fn before(&self, _: &'static str, _: &str) -> std::io::Result<()> {
        let left = self.0.load(Ordering::Relaxed);
        self.0.store(left.saturating_sub(1), Ordering::Relaxed);
        if left == 0 { Err(std::io::Error::other("killed")) } else { Ok(()) }
    }
}

#[test]
fn killed_before_any_step_nothing_is_lost_and_nothing_comes_twice() {
    let plan = plan(LINES);
    let mut killed = 0;
    for step in 0.. {
        let home = Home::new("kill");
        let folder = home.folder().watched(Arc::new(Kill(AtomicUsize::new(step))));
        let ended = trial(&plan, folder).pull("2026-01-12");
        if ended.as_ref().is_ok_and(|outcome| outcome.found.is_empty()) {
            break;
        }
        killed += 1;
        let again = trial(&plan, home.folder());
        let outcome = again.pull("2026-01-12").expect("a disk");
        assert_eq!(outcome.found, [], "step {step}");
        let once: BTreeMap<String, usize> =
            ["10", "11", "12"].map(|day| (format!("2026-01-{day}"), 1)).into();
        let data = home.data();
        assert_eq!((days(&data, "report"), days(&data, "rates")), (once.clone(), once), "step {step}");
        assert!(home.folder().at(".kpress/pull/sales@jp1").is_err(), "step {step}: the stage is cleared");
    }
    assert!(killed > 40, "{killed} steps");
}
