//! An instant as logs give it.

use std::fmt;
use std::str::FromStr;

/// An instant, in milliseconds since 1970 UTC. CloudTrail writes whole seconds; other sources are finer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct EventTime(pub i64);

/// The text was no instant.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("not an instant such as 2026-03-02T09:14:07Z: {0:?}")]
pub struct TimeError(String);

impl EventTime {
    /// Milliseconds since 1970 UTC.
    pub fn millis(self) -> i64 {
        self.0
    }

    /// Reads CloudTrail's own form, `2026-03-02T09:14:07Z`, without the cost of a general parser.
    #[inline]
    fn from_cloudtrail_form(text: &[u8]) -> Option<Self> {
        let &[y1, y2, y3, y4, b'-', mo1, mo2, b'-', d1, d2, b'T', h1, h2, b':', m1, m2, b':', s1, s2, b'Z'] = text else {
            return None;
        };
        let digits =
            |digits: &[u8]| digits.iter().try_fold(0i64, |sum, byte| byte.is_ascii_digit().then(|| sum * 10 + i64::from(byte - b'0')));
        let (year, month, day) = (digits(&[y1, y2, y3, y4])?, digits(&[mo1, mo2])?, digits(&[d1, d2])?);
        let (hour, minute, second) = (digits(&[h1, h2])?, digits(&[m1, m2])?, digits(&[s1, s2])?);
        let in_range =
            (1..=12).contains(&month) && (1..=days_in_month(year, month)).contains(&day) && hour < 24 && minute < 60 && second < 60;
        in_range.then(|| EventTime((((days_since_1970(year, month, day) * 24 + hour) * 60 + minute) * 60 + second) * 1000))
    }
}

/// Whether a text has the shape of an instant that leaves out its zone, as databases print them: `2026-03-02 09:14:07.25`. Such
/// texts are taken for UTC, for that is what every AWS log is in.
fn is_without_zone(text: &[u8]) -> bool {
    let &[_, _, _, _, b'-', _, _, b'-', _, _, b' ' | b'T', _, _, b':', _, _, b':', _, _, ref fraction @ ..] = text else {
        return false;
    };
    match fraction {
        [] => true,
        [b'.', digits @ ..] => !digits.is_empty() && digits.iter().all(u8::is_ascii_digit),
        _ => false,
    }
}

fn days_in_month(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days between 1970-01-01 and a day of the proleptic Gregorian calendar, counting years from March.
fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

impl FromStr for EventTime {
    type Err = TimeError;

    fn from_str(text: &str) -> Result<Self, TimeError> {
        if let Some(time) = Self::from_cloudtrail_form(text.as_bytes()) {
            return Ok(time);
        }
        text.parse::<jiff::Timestamp>()
            .or_else(|error| if is_without_zone(text.as_bytes()) { format!("{text}Z").parse() } else { Err(error) })
            .map(|instant| EventTime(instant.as_millisecond()))
            .map_err(|_| TimeError(text.chars().take(64).collect()))
    }
}

impl fmt::Display for EventTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match jiff::Timestamp::from_millisecond(self.0) {
            Ok(instant) => write!(f, "{instant}"),
            Err(_) => write!(f, "{}ms", self.0),
        }
    }
}

impl serde::Serialize for EventTime {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_form_agrees_with_the_general_parser() {
        for day in (-20_000i64..40_000).step_by(37) {
            let instant = jiff::Timestamp::from_second(day * 86_400 + 3_661).expect("in range");
            let text = instant.to_string();
            let time = EventTime::from_cloudtrail_form(text.as_bytes()).expect("short form");
            assert_eq!(time.millis(), instant.as_millisecond(), "{text}");
        }
    }

    #[test]
    fn other_forms_of_one_instant() {
        let expect = "2026-03-02T09:14:07Z".parse::<EventTime>();
        for text in [
            "2026-03-02 09:14:07",
            "2026-03-02T09:14:07",
            "2026-03-02 09:14:07Z",
            "2026-03-02T10:14:07+01:00",
            "2026-03-02T09:14:07.000Z",
            "2026-03-02 09:14:07.000",
        ] {
            assert_eq!(text.parse::<EventTime>(), expect, "{text}");
        }
        assert_eq!("1970-01-01 00:00:01.250".parse(), Ok(EventTime(1250)));
    }

    #[test]
    fn impossible_days_are_refused() {
        for text in [
            "2026-02-29T00:00:00Z",
            "2026-13-01T00:00:00Z",
            "2026-04-31T00:00:00Z",
            "2026-01-01T24:00:00Z",
            "",
            "x",
            "yesterday",
            "1772442847",
        ] {
            assert!(text.parse::<EventTime>().is_err(), "{text}");
        }
    }
}
