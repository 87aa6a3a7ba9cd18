//! A repository made by a script, the same bytes and so the same commits everywhere; and a shop to put into it.

use crate::folder::Temp;
use std::path::Path;
use std::process::{Command, Output};

/// A workspace in a repository of its own.
pub(crate) struct Repo(pub(crate) Temp);

const CONFIG: &str = "\
site: {title: {en: Shop}, languages: [en], timezone: Asia/Tokyo, currency: JPY}
sources:
  sales: {files: \"data/*.csv\", date: date, store: {from: column, column: store}, basis: {tax: inclusive}}
";
const METRICS: &str = "\
metrics:
  gmv: {source: sales, value: sum(sales), unit: JPY, better: higher, owner: li, level: core}
  orders: {source: sales, value: sum(orders), unit: count, better: higher, owner: li}
  visits: {source: sales, value: sum(visits), unit: count, better: higher, owner: wang}
  conversion: {value: orders / visits, unit: percent, better: higher, owner: wang}
";
const TARGETS: &str = "\
targets:
  - {id: gmv-oct, metric: gmv, period: 2026-10, value: 210_000, red: 200_000, owner: li}
  - {id: gmv-oct-a, metric: gmv, scope: {store: a}, period: 2026-10, value: 150_000, parent: gmv-oct, owner: li}
  - {id: gmv-oct-b, metric: gmv, scope: {store: b}, period: 2026-10, value: 60_000, parent: gmv-oct, owner: wang}
";
const PEOPLE: &str = "\
teams: {shop: {name: {en: Shop}, lead: li}}
people:
  li: {name: {en: Li}, team: shop, covers: {store: [a]}}
  wang: {name: {en: Wang}, team: shop, covers: {store: [b]}}
";
const CALENDAR: &str = "\
name: {en: Days that count}
days: {sat: 1.5, sun: 1.5}
events:
  - {id: festival, from: 2026-10-10, weight: 3, name: {en: Festival}}
";
const ALERTS: &str = "\
alerts:
  - {id: few-orders, metric: orders, when: \"< 90\", grain: week, severity: high}
";

/// Fourteen weeks of two stores: a sells ten orders a day of 500 yen, b four; weekends have twice the visits.
fn data() -> String {
    let mut rows = "date,store,visits,orders,sales\n".to_owned();
    let months = [("08", 3, 31), ("09", 1, 30), ("10", 1, 31), ("11", 1, 8)];
    let days = months
        .iter()
        .flat_map(|(month, first, last)| (*first..=*last).map(move |day| format!("2026-{month}-{day:02}")));
    for (number, day) in days.enumerate() {
        let weekend = if number % 7 >= 5 { 2 } else { 1 };
        rows.push_str(&format!("{day},a,{},10,5000\n", 200 * weekend));
        rows.push_str(&format!("{day},b,{},4,2000\n", 100 * weekend));
    }
    rows
}

impl Repo {
    /// The shop in its first commit.
    pub(crate) fn shop() -> Repo {
        let repo = Repo(Temp::new("diff"));
        repo.git(&["init", "-q", "-b", "main"]);
        repo.files();
        repo.commit("the shop");
        repo
    }

    /// The files of the shop.
    pub(crate) fn files(&self) {
        let files = [
            ("kpress.yaml", CONFIG),
            ("metrics/sales.yaml", METRICS),
            ("targets/2026.yaml", TARGETS),
            ("people.yaml", PEOPLE),
            ("stores.yaml", "stores: {a: {}, b: {}}\n"),
            ("calendar/days.yaml", CALENDAR),
            ("alerts/orders.yaml", ALERTS),
            (".gitignore", ".kpress/\npublic/\n"),
        ];
        files.iter().for_each(|(name, text)| self.0.write(name, text));
        self.0.write("data/sales.csv", data());
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    /// Runs Git with no settings but those given here: the name of a commit depends on them.
    pub(crate) fn git(&self, arguments: &[&str]) -> String {
        git(self.path(), arguments)
    }

    /// Everything as it is now, in a commit.
    pub(crate) fn commit(&self, message: &str) {
        self.git(&["add", "-A"]);
        self.git(&["commit", "-q", "--allow-empty", "-m", message]);
    }

    /// Writes something else in a file. What is replaced must be there, once.
    #[track_caller]
    pub(crate) fn edit(&self, file: &str, old: &str, new: &str) {
        let text = self.0.read(file);
        assert_eq!(text.matches(old).count(), 1, "`{old}` in {file}");
        self.0.write(file, text.replace(old, new));
    }

    pub(crate) fn kpress(&self, arguments: &[&str]) -> Output {
        kpress(self.path(), arguments)
    }
}

pub(crate) fn git(place: &Path, arguments: &[&str]) -> String {
    let mut command = Command::new("git");
    command.current_dir(place).args(arguments).env("HOME", "/nonexistent").env("LC_ALL", "C");
    command.env("GIT_CONFIG_NOSYSTEM", "1").env("GIT_CONFIG_GLOBAL", "/dev/null");
    for who in ["AUTHOR", "COMMITTER"] {
        command.env(format!("GIT_{who}_NAME"), "Li Na").env(format!("GIT_{who}_EMAIL"), "li@example.com");
        command.env(format!("GIT_{who}_DATE"), "2026-11-09T09:00:00+09:00");
    }
    let output = command.output().expect("git is installed");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "git {arguments:?}: {said}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

pub(crate) fn kpress(place: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kpress"));
    command.current_dir(place).env("HOME", "/nonexistent").args(arguments);
    command.output().expect("kpress starts")
}
