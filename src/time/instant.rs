//! Instants become days of the store: `2026-04-30T15:00Z` is 1 May in Tokyo.

use super::Date;
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// A named time zone, from the database compiled in.
#[derive(Clone, Debug, PartialEq)]
pub struct Zone(TimeZone);

impl Zone {
    /// UTC.
    pub fn utc() -> Zone {
        Zone(TimeZone::UTC)
    }

    /// A zone by its IANA name.
    pub fn named(name: &str) -> Option<Zone> {
        TimeZone::get(name).ok().map(Zone)
    }
}

/// The day that an instant falls on in `zone`.
pub fn instant_day(seconds_since_1970: i64, zone: &Zone) -> Option<Date> {
    let instant = Timestamp::from_second(seconds_since_1970).ok()?;
    Some(zone.0.to_datetime(instant).date())
}
