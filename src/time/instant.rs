//! Instants become days of the store: `2026-04-30T15:00Z` is 1 May in Tokyo.

use super::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

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

    /// Its IANA name.
    pub fn name(&self) -> &str {
        self.0.iana_name().unwrap_or("UTC")
    }
}

/// The day that an instant falls on in `zone`.
pub fn instant_day(seconds_since_1970: i64, zone: &Zone) -> Option<Date> {
    let instant = Timestamp::from_second(seconds_since_1970).ok()?;
    Some(zone.0.to_datetime(instant).date())
}

/// Days since 1970-01-01, as interfaces count them.
pub fn day_number(day: Date) -> i32 {
    Date::constant(1970, 1, 1).until(day).map_or(0, |span| span.get_days())
}

/// The day of such a number.
pub fn numbered_day(number: i32) -> Date {
    super::plus_days(Date::constant(1970, 1, 1), number)
}

/// The instant of a wall clock in `zone`, in seconds since 1970. Where clocks are set back, the earlier of the two.
pub fn zoned_seconds(day: Date, second_of_day: i32, zone: &Zone) -> Option<i64> {
    let midnight = day.at(0, 0, 0, 0);
    let at = midnight.checked_add(i64::from(second_of_day).seconds()).ok()?;
    Some(zone.0.to_timestamp(at).ok()?.as_second())
}

/// An instant in UTC, to the second: `2026-11-16T00:00:00Z`.
pub fn utc(seconds_since_1970: i64) -> String {
    Timestamp::from_second(seconds_since_1970)
        .map_or_else(|_| seconds_since_1970.to_string(), |at| at.to_string())
}

/// The seconds since 1970 of an instant as [`utc`] writes it.
pub fn utc_seconds(text: &str) -> Option<i64> {
    text.parse::<Timestamp>().ok().map(Timestamp::as_second)
}

/// The seconds since 1970 of the `Date` of a web server: `Mon, 16 Nov 2026 00:00:00 GMT` (RFC 9110, 5.6.7).
pub fn http_seconds(text: &str) -> Option<i64> {
    jiff::fmt::rfc2822::parse(text).ok().map(|at| at.timestamp().as_second())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_are_written_to_the_second() {
        for (seconds, text) in [(0, "1970-01-01T00:00:00Z"), (1_794_787_200, "2026-11-16T00:00:00Z")] {
            assert_eq!(utc(seconds), text);
            assert_eq!(utc_seconds(text), Some(seconds));
        }
        assert_eq!(utc_seconds("yesterday"), None);
        assert_eq!(http_seconds("Mon, 16 Nov 2026 00:00:00 GMT"), Some(1_794_787_200));
        assert_eq!(http_seconds("soon"), None);
    }
}
