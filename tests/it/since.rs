//! `kpress alerts --since`: a day, a published version or its other names, the folder of an earlier site.

use crate::folder::Temp;
use serde_json::Value;
use std::process::{Command, Output};

const CONFIG: &str = "site: {title: Shop, languages: [en], timezone: Asia/Tokyo}\n\
                      sources:\n  sales: {files: \"data/*.csv\", date: date}\n";
const METRICS: &str = "metrics:
  gmv:
    {source: sales, value: sum(amount), unit: JPY, better: higher, level: core, alerts: [{when: \"< 50\", severity: high}]}
";

fn kpress(temp: &Temp, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kpress"));
    command.current_dir(temp.path()).env("HOME", "/nonexistent").env_remove("SOURCE_DATE_EPOCH");
    command.args(arguments).output().expect("kpress starts")
}

/// Exit code, and the days on which the alerts told were raised.
fn told(temp: &Temp, since: &str) -> (i32, Vec<String>) {
    let output = kpress(temp, &["alerts", "--since", since, "--fail-on", "high", "--json"]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let json: Value =
        serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {said}"));
    let days = json["alerts"].as_array().expect("a list").iter();
    let days = days.map(|one| one["opened_on"].as_str().expect("a day").to_owned()).collect();
    (output.status.code().unwrap_or(-1), days)
}

fn refused(temp: &Temp, since: &str) -> String {
    let output = kpress(temp, &["alerts", "--since", since]);
    assert_eq!(output.status.code(), Some(2), "{since}");
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn since_is_a_day_a_version_or_a_site() {
    let temp = Temp::new("since");
    temp.write("kpress.yaml", CONFIG);
    temp.write("metrics/sales.yaml", METRICS);
    // Too little on 4 November, then again on the 20th; the alert is over in between, and long enough ago.
    let day = |day: u32| format!("2026-11-{day:02},{}\n", if day == 4 || day == 20 { 40 } else { 90 });
    let rows = |days: std::ops::RangeInclusive<u32>| days.map(day).collect::<String>();
    temp.write("data/1.csv", format!("date,amount\n{}", rows(1..=15)));
    assert!(refused(&temp, "2026-w46.1").contains("no version was published"));
    assert_eq!(kpress(&temp, &["publish"]).status.code(), Some(0));
    assert_eq!(kpress(&temp, &["build", "--out", "monday"]).status.code(), Some(0));
    temp.write("data/2.csv", format!("date,amount\n{}", rows(16..=22)));
    let (fourth, twentieth) = ("2026-11-04".to_owned(), "2026-11-20".to_owned());
    for since in ["2026-11-16", "2026-w46.1", "latest", "monday"] {
        assert_eq!(told(&temp, since), (50, vec![twentieth.clone()]), "{since}");
    }
    assert_eq!(told(&temp, "2026-11-01"), (50, vec![twentieth, fourth]));
    assert_eq!(told(&temp, "2026-11-22"), (0, Vec::new()));
    assert!(refused(&temp, "2026-w46.2").contains("2026-w46.1"), "the nearest name");
    assert!(refused(&temp, "data").contains("is no site"));
}
