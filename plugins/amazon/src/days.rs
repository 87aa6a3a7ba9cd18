//! Days as numbers since 1970-01-01, as people and Amazon write them, and cut into the windows of a report.

/// `2026-01-15`.
pub fn iso(day: i32) -> String {
    let (year, month, date) = civil(day);
    format!("{year:04}-{month:02}-{date:02}")
}

/// The number of `2026-01-15`, also where a time follows.
pub fn parse(text: &str) -> Option<i32> {
    let mut parts = text.get(..10)?.split('-');
    let mut next = || parts.next()?.parse::<i32>().ok();
    let (year, month, date) = (next()?, next()?, next()?);
    if !(1..=12).contains(&month) || !(1..=31).contains(&date) {
        return None;
    }
    // Years begin in March, so that the leap day is the last.
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let within = year.rem_euclid(400);
    let month = (month + 9) % 12;
    let day = (153 * month + 2) / 5 + date - 1;
    Some(era * 146_097 + within * 365 + within / 4 - within / 100 + day - 719_468)
}

fn civil(day: i32) -> (i32, i32, i32) {
    let day = day + 719_468;
    let (era, within) = (day.div_euclid(146_097), day.rem_euclid(146_097));
    let year = (within - within / 1_460 + within / 36_524 - within / 146_096) / 365;
    let rest = within - (365 * year + year / 4 - year / 100);
    let month = (5 * rest + 2) / 153;
    let date = rest - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (year + era * 400 + i32::from(month <= 2), month, date)
}

/// The Sunday on or before a day: Amazon's weeks begin there.
pub fn sunday(day: i32) -> i32 {
    // 1970-01-01 was a Thursday.
    day - (day + 4).rem_euclid(7)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_read_and_written() {
        for (number, text) in [(0, "1970-01-01"), (20_468, "2026-01-15"), (19_782, "2024-02-29"), (-1, "1969-12-31")] {
            assert_eq!((iso(number), parse(text)), (text.to_owned(), Some(number)));
        }
        assert_eq!(parse("2026-01-15T00:00:00+00:00"), Some(20_468));
        assert_eq!((parse("2026-13-01"), parse("x")), (None, None));
        assert_eq!(iso(sunday(20_468)), "2026-01-11");
        assert_eq!(iso(sunday(20_464)), "2026-01-11");
    }
}
