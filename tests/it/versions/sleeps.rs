//! A machine that sleeps in the middle of a publish, and clocks that jump. Hostile cases 48 and 55.

use super::commands::ends;
use super::kit::{ALL, Quick, about, files, nobody, sound, who};
use crate::folder::Temp;
use kpress::versions::{Staging, Told, VersionStore, Who};
use std::collections::BTreeMap;
use std::path::Path;

/// Publishes a small site at a time.
fn publish_at(place: &Path, id: &str, number: u32, now: i64) {
    let who = Who { now, ..who(number) };
    let mut store = VersionStore::open(place, &who, &nobody, None).expect("it opens");
    let mut staging = Staging::begin(&mut store, &[ALL.to_owned()]).expect("begun");
    for (path, text) in files(number.into()) {
        staging.take(ALL, &path, text.as_bytes());
    }
    let told = BTreeMap::from([(ALL.to_owned(), Told::default())]);
    staging.commit(&about(id), &told, None).expect("committed");
}

#[test]
fn a_clock_that_jumps_moves_nothing() {
    let place = Quick::new("clock");
    // Today, far ahead, a year back, before 1970, and a leap day.
    let times = [1_800_000_000, 32_000_000_000, 1_768_000_000, -1, 1_835_395_200];
    for (number, now) in (1..).zip(times) {
        publish_at(place.path(), &format!("v{number}"), number, now);
        let state = sound(place.path(), "after a jump");
        assert_eq!(state.current().map(|known| known.id.as_str()), Some(&*format!("v{number}")));
        assert_eq!(state.head.0, u64::from(number));
    }
    let state = sound(place.path(), "at the end");
    let mut known: Vec<_> = state.versions.values().collect();
    known.sort_by_key(|known| known.seq);
    let ids: Vec<&str> = known.iter().map(|known| known.id.as_str()).collect();
    assert_eq!(ids, ["v1", "v2", "v3", "v4", "v5"], "by number, never by time");
}

/// A process that is stopped and goes on later is what a machine that sleeps looks like to its programs.
#[test]
#[cfg(unix)]
fn a_machine_that_sleeps_in_the_middle_wakes_up_and_goes_on() {
    use std::process::{Command, Stdio};
    use std::time::Duration;
    let temp = Temp::new("sleeps");
    temp.write(
        "kpress.yaml",
        "site: {title: {en: Shop}, languages: [en], timezone: Asia/Tokyo}\nsources:\n  sales: {files: \"data/*.csv\", date: date}\n",
    );
    temp.write(
        "metrics/sales.yaml",
        "metrics:\n  gmv: {source: sales, value: sum(amount), unit: JPY, better: higher, level: core}\n",
    );
    temp.write("data/nov.csv", "date,amount\n2026-11-14,5\n2026-11-15,10\n");
    ends(&temp, &["publish"], 0);
    let signal = |name: &str, id: u32| {
        // It may be done already.
        let _ = Command::new("kill").args([name, &id.to_string()]).stderr(Stdio::null()).status();
    };
    for (round, wait) in [20, 60, 150, 300].into_iter().enumerate() {
        temp.write("data/more.csv", format!("date,amount\n2026-11-15,{}\n", round + 1));
        let mut command = Command::new(env!("CARGO_BIN_EXE_kpress"));
        command.current_dir(temp.path()).arg("publish").stdout(Stdio::null()).stderr(Stdio::null());
        let mut child = command.spawn().expect("kpress starts");
        std::thread::sleep(Duration::from_millis(wait));
        signal("-STOP", child.id());
        // Whoever comes meanwhile waits his turn, or is told who is there; he never takes over from somebody who sleeps.
        let other = Command::new(env!("CARGO_BIN_EXE_kpress"))
            .current_dir(temp.path())
            .args(["versions", "pin", "2026-w46.1", "--reason", "audit"])
            .output()
            .expect("kpress starts");
        assert!(matches!(other.status.code(), Some(0 | 21)), "{}", String::from_utf8_lossy(&other.stderr));
        signal("-CONT", child.id());
        // Where the other one was first, this one begins from the wrong log, and says so.
        let code = child.wait().expect("it ends").code();
        assert!(matches!(code, Some(0 | 21)), "{code:?}");
        ends(&temp, &["publish"], 0);
        ends(&temp, &["verify", "--all", "--read-data", "--extra"], 0);
    }
}
