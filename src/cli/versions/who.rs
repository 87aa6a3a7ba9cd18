//! Who runs the command: process, machine, person, time. Read here once, and handed in everywhere else.

use crate::inputs::Hash;
use crate::versions::Who;
use std::time::{SystemTime, UNIX_EPOCH};

/// This run.
#[expect(clippy::disallowed_methods, reason = "the door through which clock and environment come in")]
pub(crate) fn who() -> Who {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let var = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let host = std::fs::read_to_string("/proc/sys/kernel/hostname").ok().map(|name| name.trim().to_owned());
    let pid = std::process::id();
    let seed = format!("{pid} {} {:?}", since.as_nanos(), std::thread::current().id());
    Who {
        pid,
        started: started(pid).unwrap_or(0),
        host: host
            .or_else(|| var("HOSTNAME"))
            .or_else(|| var("COMPUTERNAME"))
            .unwrap_or_else(|| "this machine".to_owned()),
        by: var("USER").or_else(|| var("USERNAME")).unwrap_or_else(|| "somebody".to_owned()),
        now: i64::try_from(since.as_secs()).unwrap_or(0),
        token: Hash::of(seed.as_bytes()).short(),
    }
}

/// Whether a process of this machine is there; `started` 0 stands for any. Where the system does not say, it is.
pub(crate) fn is_alive(pid: u32, since: u64) -> bool {
    if !cfg!(target_os = "linux") {
        return true;
    }
    started(pid).is_some_and(|began| since == 0 || began == since)
}

/// When a process began, in ticks since the machine did.
#[expect(clippy::disallowed_methods, reason = "the door through which the system is asked")]
fn started(pid: u32) -> Option<u64> {
    let text = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name of the program stands in brackets and may hold anything.
    text.rsplit_once(')')?.1.split_whitespace().nth(19)?.parse().ok()
}
