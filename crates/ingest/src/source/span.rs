//! Spans of time as people write them in settings: `90s`, `15m`, `2h`, `7d`.

use std::time::Duration;

use serde::de::{Deserialize, Deserializer, Error};

pub(super) fn span<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
    let text = String::deserialize(deserializer)?;
    parse(&text).ok_or_else(|| D::Error::custom(format!("{text:?} is no span of time; write it as 90s, 15m, 2h or 7d")))
}

pub(super) fn optional<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Duration>, D::Error> {
    span(deserializer).map(Some)
}

fn parse(text: &str) -> Option<Duration> {
    let text = text.trim();
    let number: u64 = text.get(..text.len().checked_sub(1)?)?.parse().ok()?;
    let unit = match text.as_bytes().last()? {
        b's' => 1,
        b'm' => 60,
        b'h' => 3600,
        b'd' => 24 * 3600,
        _ => return None,
    };
    number.checked_mul(unit).map(Duration::from_secs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_as_people_write_them() {
        for (text, seconds) in [("90s", Some(90)), ("15m", Some(900)), (" 2h", Some(7200)), ("7d", Some(604_800)), ("0s", Some(0))] {
            assert_eq!(parse(text).map(|span| span.as_secs()), seconds, "{text}");
        }
        for text in ["", "s", "5", "-5s", "5 s", "1.5h", "99999999999999999999d", "18446744073709551615d", "5ü"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
