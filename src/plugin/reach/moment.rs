//! The moment of sending, as APIs want it in a header. A guest can have it sent and cannot read it.

/// How the moment of sending is written.
#[derive(Clone, Copy, Debug)]
pub enum TimeFormat {
    /// `20260115T010203Z`
    Iso8601Basic,
    /// `2026-01-15T01:02:03Z`
    Rfc3339,
    /// `Thu, 15 Jan 2026 01:02:03 GMT`
    HttpDate,
    /// `1768438923`
    UnixSeconds,
}

/// A moment as text.
pub fn moment(ms: i64, format: TimeFormat) -> String {
    let seconds = ms.div_euclid(1000);
    let (day, clock) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    let (hour, minute, second) = (clock / 3600, clock / 60 % 60, clock % 60);
    let (year, month, date) = civil(day);
    match format {
        TimeFormat::UnixSeconds => seconds.to_string(),
        TimeFormat::Iso8601Basic => format!("{year:04}{month:02}{date:02}T{hour:02}{minute:02}{second:02}Z"),
        TimeFormat::Rfc3339 => format!("{year:04}-{month:02}-{date:02}T{hour:02}:{minute:02}:{second:02}Z"),
        TimeFormat::HttpDate => {
            let names = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
            let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
            let at = |index: i64| usize::try_from(index).unwrap_or(0);
            let (name, month) = (names[at(day.rem_euclid(7))], months[at(month - 1)]);
            format!("{name}, {date:02} {month} {year:04} {hour:02}:{minute:02}:{second:02} GMT")
        }
    }
}

/// Year, month and day of a count of days since 1970-01-01.
fn civil(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let (era, day) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let date = day - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (year + era * 400 + i64::from(month <= 2), month, date)
}
