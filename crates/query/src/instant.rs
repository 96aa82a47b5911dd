//! Moments as people write them, and as the lake stores them: `2021-03-01T00:00:00Z`.

/// A moment in UTC, to the nanosecond.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Instant {
    /// Seconds since 1970.
    seconds: i64,
    nanos: u32,
}

const DAY_SECONDS: i64 = 86_400;
/// The last second of the year 9999; text of later years would not sort.
const SECONDS_MAX: i64 = 253_402_300_799;

impl Instant {
    /// Reads `2021-03-01`, `2021-03-01 12:30[:15[.250]]`, with `T` for the blank, and with `Z`, `UTC` or an offset behind it.
    pub(crate) fn parse(text: &str) -> Option<Instant> {
        let text = text.trim();
        let day = day_number(text.get(..10)?)?;
        let rest = text.get(10..)?;
        let (clock, nanos, zone) = match rest.strip_prefix(['T', 't', ' ']) {
            Some(rest) => {
                let end = rest.find(|c: char| !c.is_ascii_digit() && !matches!(c, ':' | '.')).unwrap_or(rest.len());
                let (seconds, nanos) = clock(rest.get(..end)?)?;
                (seconds, nanos, rest.get(end..)?)
            }
            None if rest.is_empty() => (0, 0, ""),
            None => return None,
        };
        let seconds = day * DAY_SECONDS + clock - offset(zone.trim())?;
        (-62_135_596_800..=SECONDS_MAX).contains(&seconds).then_some(Instant { seconds, nanos })
    }

    /// The stored text of the last whole second not after it.
    pub(crate) fn floor(self) -> String {
        let (day, second) = (self.seconds.div_euclid(DAY_SECONDS), self.seconds.rem_euclid(DAY_SECONDS));
        let (year, month, day) = civil(day);
        format!("{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}Z", second / 3600, second / 60 % 60, second % 60)
    }

    /// The stored text of the first whole second not before it.
    pub(crate) fn ceil(self) -> String {
        let seconds = if self.nanos > 0 { (self.seconds + 1).min(SECONDS_MAX) } else { self.seconds };
        Instant { seconds, nanos: 0 }.floor()
    }

    /// The stored text of exactly this moment: no stored moment equals one with a fraction.
    pub(crate) fn exact(self) -> String {
        match self.nanos {
            0 => self.floor(),
            nanos => self.floor().replace('Z', &format!(".{nanos:09}Z")),
        }
    }

    /// The same time of the day after.
    pub(crate) fn next_day(self) -> Option<Instant> {
        let seconds = self.seconds + DAY_SECONDS;
        (seconds <= SECONDS_MAX).then_some(Instant { seconds, ..self })
    }

    /// Whether it lies on a whole second.
    pub(crate) fn is_whole(self) -> bool {
        self.nanos == 0
    }
}

/// `2021-03-01 12:30` with the seconds that the engine wants.
pub(crate) fn with_seconds(text: &str) -> String {
    let clock = text.get(11..16).unwrap_or_default();
    let minutes = clock.bytes().enumerate().all(|(at, b)| if at == 2 { b == b':' } else { b.is_ascii_digit() });
    let ends = text.get(16..).is_some_and(|rest| !rest.starts_with(':'));
    match text.split_at_checked(16) {
        Some((before, after)) if clock.len() == 5 && minutes && ends => format!("{before}:00{after}"),
        _ => text.to_owned(),
    }
}

/// Whether the text is a day and nothing more.
pub(crate) fn is_day(text: &str) -> bool {
    text.len() == 10 && day_number(text).is_some()
}

fn digits(text: &str, least: usize, most: usize) -> Option<i64> {
    let fits = (least..=most).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    fits.then(|| text.parse().ok()).flatten()
}

/// Days since 1970 of `2021-03-01`.
fn day_number(text: &str) -> Option<i64> {
    let mut parts = text.split('-');
    let (year, month, day) = (digits(parts.next()?, 4, 4)?, digits(parts.next()?, 2, 2)?, digits(parts.next()?, 2, 2)?);
    let number = days(year, month, day);
    (parts.next().is_none() && (1..=12).contains(&month) && civil(number) == (year, month, day)).then_some(number)
}

/// Days since 1970 of a date of the Gregorian calendar, whose years are counted from March so that the leap day comes last.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let from_march = (month + 9) % 12;
    365 * year + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400) + (153 * from_march + 2) / 5 + day - 1 - 719_468
}

/// The date of a number of days since 1970.
fn civil(number: i64) -> (i64, i64, i64) {
    let shifted = number + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * of_year + 2) / 153;
    let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, of_year - (153 * from_march + 2) / 5 + 1)
}

/// Seconds and nanoseconds of `12:30[:15[.250]]`.
fn clock(text: &str) -> Option<(i64, u32)> {
    let mut parts = text.split(':');
    let (hour, minute) = (digits(parts.next()?, 1, 2)?, digits(parts.next()?, 2, 2)?);
    let (second, nanos) = match parts.next() {
        None => (0, 0),
        Some(second) => {
            let (whole, fraction) = second.split_once('.').unwrap_or((second, ""));
            let kept = fraction.get(..fraction.len().min(9))?;
            let nanos = if fraction.is_empty() { 0 } else { format!("{kept:0<9}").parse().ok()? };
            (digits(whole, 2, 2)?, nanos)
        }
    };
    let fits = parts.next().is_none() && hour <= 23 && minute <= 59 && second <= 59;
    fits.then_some((hour * 3600 + minute * 60 + second, nanos))
}

/// Seconds east of Greenwich.
fn offset(zone: &str) -> Option<i64> {
    if matches!(zone, "" | "Z" | "z" | "UTC" | "GMT" | "Etc/UTC") {
        return Some(0);
    }
    let (sign, rest) = zone.strip_prefix('+').map(|rest| (1, rest)).or_else(|| zone.strip_prefix('-').map(|rest| (-1, rest)))?;
    let (hours, minutes) = match rest.split_once(':') {
        Some(parts) => parts,
        None => rest.split_at_checked(rest.len().min(2))?,
    };
    let minutes = if minutes.is_empty() { 0 } else { digits(minutes, 2, 2)? };
    let hours = digits(hours, 2, 2)?;
    (hours <= 18 && minutes <= 59).then_some(sign * (hours * 3600 + minutes * 60))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn floor(text: &str) -> Option<String> {
        Instant::parse(text).map(Instant::floor)
    }

    #[test]
    fn moments_are_read_as_people_write_them() {
        for text in ["2021-03-01 00:00:00", "2021-03-01T00:00:00Z", "2021-03-01 00:00", "2021-03-01", "2021-03-01 00:00:00.000 UTC"] {
            assert_eq!(floor(text).as_deref(), Some("2021-03-01T00:00:00Z"), "{text}");
        }
        assert_eq!(floor("2021-03-01T00:30:00+01:00").as_deref(), Some("2021-02-28T23:30:00Z"));
        assert_eq!(floor("2020-02-29T23:59:59-0030").as_deref(), Some("2020-03-01T00:29:59Z"));
        let fraction = Instant::parse("2021-12-31 23:59:59.5").expect("a moment");
        assert_eq!((fraction.floor(), fraction.ceil()), ("2021-12-31T23:59:59Z".into(), "2022-01-01T00:00:00Z".into()));
    }

    #[test]
    fn what_is_no_moment_is_none() {
        for text in ["", "2021", "2021-02-29", "2021-13-01", "2021-03-01 24:00:00", "2021-03-01x", "2021-03-01 00:00:00 Mars", "ä021-03-01"]
        {
            assert_eq!(floor(text), None, "{text}");
        }
    }

    #[test]
    fn every_day_of_four_centuries_is_itself_again() {
        let mut number = days(1900, 1, 1);
        while number < days(2300, 1, 1) {
            let (year, month, day) = civil(number);
            assert_eq!(days(year, month, day), number);
            number += 1;
        }
    }
}
