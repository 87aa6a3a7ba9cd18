//! Plugins as a workspace names them: which file, which of its parts are used, what it is granted, how far it may go.
//! Plain values only: what a grant comes to against the wishes of a component is decided where components are known.

use super::Id;
use crate::diag::Place;
use std::collections::BTreeMap;
use std::sync::Arc;

/// An entry of `plugins:`.
#[derive(Clone, Debug, PartialEq)]
pub struct Plugin {
    /// Its name, the first part of `name/id` wherever it is used.
    pub id: Id,
    /// The component, as a path below the workspace.
    pub file: Arc<str>,
    /// Where the file is named.
    pub file_at: Place,
    /// Which of its exports may be used; `None`: all.
    pub uses: Option<Vec<PluginKind>>,
    /// What it may reach outside; nothing by default.
    pub grant: Grant,
    /// How far it may go, where that differs from the usual.
    pub limits: Vec<Limit>,
    /// Where it is named.
    pub place: Place,
}

impl Plugin {
    /// Whether this export of it may be used.
    pub fn may_be(&self, kind: PluginKind) -> bool {
        self.uses.as_ref().is_none_or(|uses| uses.contains(&kind))
    }
}

/// What a plugin can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PluginKind {
    /// Computes a metric.
    Metric,
    /// Fetches rows, in `data pull` only.
    Source,
    /// Makes a block of a dashboard.
    Widget,
    /// Checks what people wrote.
    Rule,
}

impl PluginKind {
    /// All of them, as they are written.
    pub const NAMES: &'static [&'static str] = &["metric", "source", "widget", "rule"];

    /// Reads a kind.
    pub fn parse(text: &str) -> Option<PluginKind> {
        Some(match text {
            "metric" => PluginKind::Metric,
            "source" => PluginKind::Source,
            "widget" => PluginKind::Widget,
            "rule" => PluginKind::Rule,
            _ => return None,
        })
    }

    /// As it is written.
    pub fn name(self) -> &'static str {
        match self {
            PluginKind::Metric => "metric",
            PluginKind::Source => "source",
            PluginKind::Widget => "widget",
            PluginKind::Rule => "rule",
        }
    }
}

/// What a plugin may reach outside itself. An absent key of a grant means what the plugin asks for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Grant {
    /// Servers.
    pub http: HttpGrants,
    /// Secrets.
    pub secrets: SecretGrants,
    /// Folders of the workspace, by the plugin's own names.
    pub files: BTreeMap<Id, FolderGrant>,
    /// Where the grant is written; `None`: nothing is granted.
    pub place: Option<Place>,
}

/// Servers that a plugin may reach.
#[derive(Clone, Debug, PartialEq)]
pub enum HttpGrants {
    /// By the plugin's own names.
    Named(BTreeMap<Id, HttpGrant>),
    /// Of these origins whatever the plugin asks for: `http: ["https://host"]`.
    Origins(Vec<(Arc<str>, Place)>),
}

impl Default for HttpGrants {
    fn default() -> HttpGrants {
        HttpGrants::Named(BTreeMap::new())
    }
}

/// One server.
#[derive(Clone, Debug, PartialEq)]
pub struct HttpGrant {
    /// Scheme, host and port, as written; `None`: the one the plugin asks for.
    pub origin: Option<Arc<str>>,
    /// Methods, in capitals as written; `None`: those the plugin asks for.
    pub methods: Option<Vec<Arc<str>>>,
    /// Patterns of paths; `None`: those the plugin asks for.
    pub paths: Option<Vec<Arc<str>>>,
    /// Where it is written.
    pub place: Place,
}

/// Secrets that a plugin may use.
#[derive(Clone, Debug, PartialEq)]
pub enum SecretGrants {
    /// By the plugin's own names.
    Named(BTreeMap<Id, SecretGrant>),
    /// Each read from the environment variable of its name: `secrets: [NAME]`.
    Names(Vec<(Id, Place)>),
}

impl Default for SecretGrants {
    fn default() -> SecretGrants {
        SecretGrants::Named(BTreeMap::new())
    }
}

/// One secret.
#[derive(Clone, Debug, PartialEq)]
pub struct SecretGrant {
    /// Where its value comes from; never from the file itself.
    pub from: SecretFrom,
    /// Grants of `http` it may be sent to; `None`: those the plugin names.
    pub only: Option<Vec<Id>>,
    /// Where it is written.
    pub place: Place,
}

/// Where the value of a secret comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SecretFrom {
    /// An environment variable, or a line of a `.env` file.
    Env(Arc<str>),
    /// The key ring of the operating system.
    Keyring(Arc<str>),
    /// A response that the plugin got; it lives as long as the pull.
    Captured,
}

/// One folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FolderGrant {
    /// A path below the workspace.
    pub folder: Arc<str>,
    /// Which files of it; `None`: all.
    pub glob: Option<Arc<str>>,
    /// Where it is written.
    pub place: Place,
}

/// One limit of a plugin. What it may be raised to is known where it is kept to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limit {
    /// Which.
    pub name: LimitName,
    /// In bytes, milliseconds, or as a count: see [`LimitName::measure`].
    pub value: u64,
    /// Where it is written.
    pub place: Place,
}

/// What a limit is counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// Bytes: `200MiB`.
    Bytes,
    /// Milliseconds: `300s`.
    Time,
    /// A count: `1000`, `5e10`.
    Count,
}

/// Limits that a workspace may set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LimitName {
    /// Fuel of one call.
    Fuel,
    /// Time of one run on the clock.
    Wall,
    /// All memories together.
    Memory,
    /// Bytes that one call may hand over.
    HostcallBytes,
    /// Calls of a source to the host.
    HostCalls,
    /// Requests of a page.
    HttpRequests,
    /// Bytes of all responses of a page.
    HttpBytes,
    /// Bytes of one response.
    HttpBody,
    /// Time of one request.
    HttpTime,
    /// Bytes of all files of a page.
    FileBytes,
    /// Pages of a pull.
    Pages,
    /// The longest wait that a source may ask for.
    RetryWait,
}

impl LimitName {
    /// All of them: the key, which one, what it is counted in.
    pub const ALL: &'static [(&'static str, LimitName, Measure)] = &[
        ("fuel", LimitName::Fuel, Measure::Count),
        ("wall", LimitName::Wall, Measure::Time),
        ("memory", LimitName::Memory, Measure::Bytes),
        ("hostcall_bytes", LimitName::HostcallBytes, Measure::Bytes),
        ("host_calls", LimitName::HostCalls, Measure::Count),
        ("http_requests", LimitName::HttpRequests, Measure::Count),
        ("http_bytes", LimitName::HttpBytes, Measure::Bytes),
        ("http_body", LimitName::HttpBody, Measure::Bytes),
        ("http_time", LimitName::HttpTime, Measure::Time),
        ("file_bytes", LimitName::FileBytes, Measure::Bytes),
        ("pages", LimitName::Pages, Measure::Count),
        ("retry_wait", LimitName::RetryWait, Measure::Time),
    ];

    /// As it is written below `limits:`.
    pub fn key(self) -> &'static str {
        LimitName::ALL.iter().find(|(_, name, _)| *name == self).map_or("", |(key, _, _)| key)
    }

    /// What it is counted in.
    pub fn measure(self) -> Measure {
        let of = LimitName::ALL.iter().find(|(_, name, _)| *name == self);
        of.map_or(Measure::Count, |(_, _, measure)| *measure)
    }
}

impl Measure {
    /// Reads an amount of this kind as it is written: `200MiB`, `300s`, `250ms`, `30min`, `5e10`. A zero is no limit
    /// but a mistake.
    pub fn parse(self, text: &str) -> Option<u64> {
        let units: &[(&str, u64)] = match self {
            Measure::Bytes => &[("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10), ("B", 1)],
            Measure::Time => &[("min", 60_000), ("ms", 1), ("s", 1_000)],
            Measure::Count => return count(text).filter(|count| *count > 0),
        };
        let (number, factor) =
            units.iter().find_map(|(unit, factor)| Some((text.strip_suffix(unit)?, factor)))?;
        count(number.trim_end())?.checked_mul(*factor).filter(|value| *value > 0)
    }

    /// What is accepted, for a hint.
    pub fn accepted(self) -> &'static str {
        match self {
            Measure::Bytes => "an amount of bytes such as `200MiB`",
            Measure::Time => "a time such as `300s`, `250ms` or `30min`",
            Measure::Count => "a count such as `1000`, `1_000` or `5e10`",
        }
    }
}

/// Digits, `_` between them, and a power of ten.
fn count(text: &str) -> Option<u64> {
    let (digits, power) = text.split_once(['e', 'E']).map_or((text, None), |(a, b)| (a, Some(b)));
    let framed = digits.starts_with('_') || digits.ends_with('_') || digits.contains("__");
    if framed || digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit() || b == b'_') {
        return None;
    }
    let plain: u64 = digits.replace('_', "").parse().ok()?;
    let power = match power {
        Some(power) => crate::plan::yaml::shape::whole(power)?,
        None => 0,
    };
    plain.checked_mul(10_u64.checked_pow(power)?)
}

/// `plugin_host:`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PluginHost {
    /// Public keys of minisign; if there are any, each plugin must be signed by one of them.
    pub trusted_keys: Vec<(Arc<str>, Place)>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_of_limits() {
        let cases = [
            (Measure::Bytes, "200MiB", Some(209_715_200)),
            (Measure::Bytes, "1 GiB", Some(1_073_741_824)),
            (Measure::Bytes, "512B", Some(512)),
            (Measure::Bytes, "200", None),
            (Measure::Bytes, "200MB", None),
            (Measure::Bytes, "99999999999GiB", None),
            (Measure::Bytes, "-1B", None),
            (Measure::Time, "300s", Some(300_000)),
            (Measure::Time, "250ms", Some(250)),
            (Measure::Time, "30min", Some(1_800_000)),
            (Measure::Time, "1.5s", None),
            (Measure::Time, "0s", None),
            (Measure::Count, "1_000", Some(1_000)),
            (Measure::Count, "5e10", Some(50_000_000_000)),
            (Measure::Count, "1e20", None),
            (Measure::Count, "1e99", None),
            (Measure::Count, "_1", None),
            (Measure::Count, "１", None),
            (Measure::Count, "", None),
            (Measure::Count, "0", None),
        ];
        for (measure, text, expected) in cases {
            assert_eq!(measure.parse(text), expected, "{text}");
        }
    }

    #[test]
    fn every_kind_reads_as_it_is_written() {
        for name in PluginKind::NAMES {
            assert_eq!(PluginKind::parse(name).map(PluginKind::name), Some(*name));
        }
        for (_, name, measure) in LimitName::ALL {
            assert_eq!(name.measure(), *measure);
        }
    }
}
