//! How far a plugin may go: what is usual for its kind, lowered or raised by the workspace, never above the hard cap.
//! Every number stands here with its reason (plugins.md §9).

use super::grant::PLUGIN_GRANT_INVALID;
use crate::diag::{Checked, Finding};
use crate::plan::failure::{bytes, grouped};
use crate::plan::plugin::{Limit, LimitName, Measure, PluginKind};
use std::time::Duration;

pub use crate::measure::plugged::port::{BATCH_ROWS, GROUPS_MAX, PARTITION_ROWS};

/// The largest component that is read; CPython needs 18.5 MB.
pub const COMPONENT_BYTES_MAX: u64 = 32 << 20;
/// Fuel of `describe` and of instantiating; interpreters need 110,000.
pub const FUEL_DESCRIBE: u64 = 500_000_000;
/// Fuel of a whole run, whatever the workspace says.
pub const FUEL_RUN_MAX: u64 = 1_000_000_000_000;
/// How often the clock is looked at; cancelling feels immediate and costs nothing.
pub const EPOCH_TICK: Duration = Duration::from_millis(10);
/// The preview answers while one types.
pub const PREVIEW_WAIT: Duration = Duration::from_millis(200);
/// Tables of all instances together.
pub const TABLES_MAX: usize = 32;
/// Elements of all tables together (RUSTSEC-2026-0114).
pub const TABLE_ELEMENTS_MAX: usize = 100_000;
/// Memories of all instances together.
pub const MEMORIES_MAX: usize = 8;
/// Core instances in one component; CPython has 108.
pub const CORE_INSTANCES_MAX: usize = 512;
/// Stack of a component.
pub const WASM_STACK: usize = 1 << 20;
/// Stack of the thread it runs on: its overflow must never be the host's.
pub const THREAD_STACK: usize = 8 << 20;
/// An id appears in paths and messages.
pub const ID_BYTES_MAX: usize = 50;
/// A title, a unit, a text of an error.
pub const STRING_BYTES_MAX: usize = 10_000;
/// A log, not a channel.
pub const LOG_LINES_MAX: usize = 64;
/// Of one line.
pub const LOG_LINE_BYTES: usize = 1 << 10;
/// What each call to the host costs, in fuel, beside what it does: spam is charged the same on every machine.
pub const HOST_CALL_FUEL: u64 = 10_000;
/// A schema of `config:`.
pub const SCHEMA_BYTES_MAX: usize = 64 << 10;
/// Objects within objects of a schema.
pub const SCHEMA_DEPTH_MAX: usize = 16;

/// Rows of a page of a source, batches of it, rows of an input of a widget, nodes of a rule: a page is small, and many
/// pages are fine.
pub const PAGE_ROWS_MAX: usize = 100_000;
/// Batches of a page of a source.
pub const BATCHES_MAX: usize = 64;
/// Rows that a widget gets of one input.
pub const WIDGET_ROWS_MAX: usize = 20_000;
/// Nodes that a rule gets.
pub const NODES_MAX: usize = 100_000;
/// Blocks of a widget: what a reader can look at.
pub const BLOCKS_MAX: usize = 200;
/// Cells of all tables of a widget.
pub const CELLS_MAX: usize = 5_000;
/// Options of one chart.
pub const OPTION_BYTES_MAX: usize = 1 << 20;
/// Objects within objects of the options of a chart.
pub const OPTION_DEPTH_MAX: usize = 32;
/// Findings of a rule: what a reader will read.
pub const FINDINGS_MAX: usize = 1_000;
/// The message of one of them.
pub const MESSAGE_BYTES_MAX: usize = 2_000;

/// A request follows so many redirects.
pub const REDIRECTS_MAX: usize = 3;
/// Headers of a request or a response.
pub const HEADERS_MAX: usize = 64;
/// One header.
pub const HEADER_BYTES_MAX: usize = 8 << 10;
/// A cursor is a place, not a store.
pub const CURSOR_BYTES_MAX: usize = 64 << 10;
/// Files that a page of a source may open.
pub const FILE_OPENS_MAX: u64 = 1_000;

/// An amount that grows with what is worked on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Allowance {
    /// Whatever is worked on.
    pub base: u64,
    /// For each row, or each group.
    pub each: u64,
}

impl Allowance {
    const fn flat(base: u64) -> Allowance {
        Allowance { base, each: 0 }
    }

    /// For so many rows or groups.
    pub fn of(self, count: u64) -> u64 {
        self.base.saturating_add(self.each.saturating_mul(count))
    }
}

/// How far one run of a plugin may go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Fuel of a call that takes rows.
    pub fuel_rows: Allowance,
    /// Fuel of a call that is made for groups, and of every other.
    pub fuel_groups: Allowance,
    /// Time of one call.
    pub wall_call: Duration,
    /// Time of the whole run.
    pub wall_run: Duration,
    /// Bytes of all memories together.
    pub memory: u64,
    /// Bytes that one call may hand over, by groups.
    pub hostcall_bytes: Allowance,
    /// Calls to the host, those to the log aside.
    pub host_calls: u64,
    /// Requests of a page.
    pub http_requests: u64,
    /// Bytes of all responses of a page.
    pub http_bytes: u64,
    /// Bytes of one response.
    pub http_body: u64,
    /// Time of one request.
    pub http_time: Duration,
    /// Bytes of all files of a page.
    pub file_bytes: u64,
    /// Pages of a pull.
    pub pages: u64,
    /// The longest wait that a source may ask for.
    pub retry_wait: Duration,
}

impl Limits {
    /// What is usual for a kind.
    pub fn usual(kind: PluginKind) -> Limits {
        let seconds = Duration::from_secs;
        // CPython costs 2,800 a row and 5,100 a group; this is seven to ten times that.
        let (fuel_rows, fuel_groups) = match kind {
            PluginKind::Metric => {
                (Allowance { base: 500_000_000, each: 20_000 }, Allowance { base: 500_000_000, each: 50_000 })
            }
            PluginKind::Source => (Allowance::flat(50_000_000_000), Allowance::flat(50_000_000_000)),
            PluginKind::Widget => (Allowance::flat(10_000_000_000), Allowance::flat(10_000_000_000)),
            PluginKind::Rule => (Allowance::flat(20_000_000_000), Allowance::flat(20_000_000_000)),
        };
        // Fuel decides first on any usable machine.
        let (wall_call, wall_run) = match kind {
            PluginKind::Metric => (seconds(30), seconds(300)),
            PluginKind::Source => (seconds(60), seconds(60)),
            PluginKind::Widget => (seconds(10), seconds(10)),
            PluginKind::Rule => (seconds(20), seconds(20)),
        };
        // At start C needs 2 MiB, QuickJS 2, SpiderMonkey 12, CPython 16.
        let memory: u64 = match kind {
            PluginKind::Metric | PluginKind::Rule => 256 << 20,
            PluginKind::Source => 512 << 20,
            PluginKind::Widget => 128 << 20,
        };
        // The only bound on what overlapping lists come to; counted as the host holds it.
        let hostcall_bytes = match kind {
            PluginKind::Metric => Allowance { base: 16 << 20, each: 64 },
            PluginKind::Source => Allowance::flat(64 << 20),
            PluginKind::Widget => Allowance::flat(4 << 20),
            PluginKind::Rule => Allowance::flat(16 << 20),
        };
        Limits {
            fuel_rows,
            fuel_groups,
            wall_call,
            wall_run,
            memory,
            hostcall_bytes,
            host_calls: if kind == PluginKind::Source { 1_000 } else { 0 },
            http_requests: 100,
            http_bytes: 50 << 20,
            http_body: 16 << 20,
            http_time: seconds(30),
            file_bytes: 256 << 20,
            pages: 10_000,
            retry_wait: seconds(300),
        }
    }

    /// What is usual for a kind, with what the workspace says. A limit above its cap is a finding, and the usual one
    /// stays.
    pub fn of(kind: PluginKind, own: &[Limit]) -> Checked<Limits> {
        let mut limits = Checked::clean(Limits::usual(kind));
        for limit in own {
            match cap(limit.name) {
                cap if limit.value > cap => limits.found.push(above(limit, cap)),
                _ => limits.value.set(limit),
            }
        }
        limits
    }

    fn set(&mut self, limit: &Limit) {
        let (value, time) = (limit.value, Duration::from_millis(limit.value));
        match limit.name {
            LimitName::Fuel => {
                self.fuel_rows = Allowance::flat(value);
                self.fuel_groups = Allowance::flat(value);
            }
            LimitName::Wall => {
                // One call of a run that may take an hour gets its part of that.
                self.wall_call = time.min(self.wall_call.max(time / 10));
                self.wall_run = time;
            }
            LimitName::Memory => self.memory = value,
            LimitName::HostcallBytes => self.hostcall_bytes = Allowance::flat(value),
            LimitName::HostCalls => self.host_calls = value,
            LimitName::HttpRequests => self.http_requests = value,
            LimitName::HttpBytes => self.http_bytes = value,
            LimitName::HttpBody => self.http_body = value,
            LimitName::HttpTime => self.http_time = time,
            LimitName::FileBytes => self.file_bytes = value,
            LimitName::Pages => self.pages = value,
            LimitName::RetryWait => self.retry_wait = time,
        }
    }
}

/// What a limit may be raised to, in what it is counted in: bytes, milliseconds, or a count.
fn cap(name: LimitName) -> u64 {
    match name {
        LimitName::Fuel => FUEL_RUN_MAX,
        LimitName::Wall | LimitName::HttpTime | LimitName::RetryWait => 30 * 60_000,
        LimitName::Memory => 2 << 30,
        LimitName::HostcallBytes => 256 << 20,
        LimitName::HostCalls | LimitName::HttpRequests | LimitName::Pages => 10_000,
        LimitName::HttpBytes | LimitName::HttpBody => 1 << 30,
        LimitName::FileBytes => 4 << 30,
    }
}

fn above(limit: &Limit, cap: u64) -> Finding {
    let named = LimitName::ALL.iter().find(|(_, name, _)| *name == limit.name);
    let name = named.map_or("limit", |(name, _, _)| *name);
    let shown = |value: u64| match limit.name.measure() {
        Measure::Bytes => bytes(value),
        Measure::Time => format!("{} s", grouped(value / 1_000)),
        Measure::Count => grouped(value),
    };
    let message = format!("`{name}` is {}, and no plugin gets more than {}", shown(limit.value), shown(cap));
    Finding::new(&PLUGIN_GRANT_INVALID, limit.place.clone(), message)
        .hint("lower it, or leave it out for what is usual")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::Place;

    fn limit(name: LimitName, value: u64) -> Limit {
        Limit { name, value, place: Place::file("kpress.yaml") }
    }

    #[test]
    fn a_metric_may_use_so_much() {
        let limits = Limits::usual(PluginKind::Metric);
        assert_eq!(limits.fuel_rows.of(65_536), 1_810_720_000);
        assert_eq!(limits.fuel_groups.of(1_000), 550_000_000);
        assert_eq!(limits.hostcall_bytes.of(1_000), 16 * 1_048_576 + 64_000);
    }

    #[test]
    fn a_workspace_lowers_and_raises_up_to_the_cap() {
        let own = [
            limit(LimitName::Fuel, 1_000),
            limit(LimitName::Wall, 1_200_000),
            limit(LimitName::Memory, 2 << 30),
        ];
        let Checked { value, found } = Limits::of(PluginKind::Metric, &own);
        assert!(found.is_empty());
        assert_eq!((value.fuel_rows.of(65_536), value.fuel_groups.of(9)), (1_000, 1_000));
        assert_eq!((value.wall_call.as_secs(), value.wall_run.as_secs()), (120, 1_200));
        assert_eq!(value.memory, 2 << 30);
        let short = Limits::of(PluginKind::Metric, &[limit(LimitName::Wall, 5_000)]).value;
        assert_eq!((short.wall_call.as_secs(), short.wall_run.as_secs()), (5, 5));
    }

    #[test]
    fn above_the_cap_is_a_finding() {
        let cases = [
            (LimitName::Memory, (2 << 30) + 1, "`memory` is 2,049 MiB, and no plugin gets more than 2 GiB"),
            (LimitName::Wall, 3_600_000, "`wall` is 3,600 s, and no plugin gets more than 1,800 s"),
            (LimitName::HostCalls, 10_001, "`host_calls` is 10,001, and no plugin gets more than 10,000"),
        ];
        for (name, value, message) in cases {
            let checked = Limits::of(PluginKind::Source, &[limit(name, value)]);
            assert_eq!(checked.value, Limits::usual(PluginKind::Source));
            let told: Vec<&str> = checked.found.iter().map(|found| found.message.as_str()).collect();
            assert_eq!(told, [message]);
        }
    }
}
