//! What `kpress data pull` fetches for a source: by which plugin, told what, for which stores and from which day on.
//! A build reads the files that a pull left behind and knows nothing of this.

use super::Id;
use crate::diag::Place;
use crate::time::Date;
use serde_json::Value;

/// Lines of a source about fetching it.
#[derive(Clone, Debug, PartialEq)]
pub struct Pull {
    /// Key under `plugins:`.
    pub plugin: Id,
    /// The source of that plugin; `None`: its only one.
    pub id: Option<Id>,
    /// Where the plugin is named.
    pub place: Place,
    /// What the plugin is told: name and value, sorted by name.
    pub config: Vec<(Id, Value)>,
    /// Where each of them is written.
    pub config_at: Vec<Place>,
    /// The stores it is fetched for, one after the other; none: it is fetched once.
    pub stores: Vec<Id>,
    /// The first day that is ever fetched; `None`: as far back as the plugin goes by itself.
    pub since: Option<Date>,
    /// How many days before the last fetched one are fetched again.
    pub refetch: u32,
}

impl Pull {
    /// The folder of the data of a source, or of one of its stores: `data/returns/jp1`.
    pub fn folder(source: &str, store: Option<&str>) -> String {
        match store {
            Some(store) => format!("data/{source}/{store}"),
            None => format!("data/{source}"),
        }
    }

    /// What stands in the name of a pulled file, as `period:` and `fetched:` of a source say it:
    /// `20260116T020304Z_2026-01-15_2026-01-15_report-1a2b3c4d.json.gz`.
    pub const NAME: &'static str = "{fetched}T*_{period}_*";
}
