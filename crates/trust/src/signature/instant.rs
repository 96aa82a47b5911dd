//! Dates in signatures.

use watchfire_model::EventTime;

/// Reads `20260302T091407Z`.
pub(super) fn parse_basic(text: &str) -> Option<EventTime> {
    let bytes = text.as_bytes();
    let is_shaped = bytes.len() == 16
        && bytes.iter().enumerate().all(|(at, byte)| match at {
            8 => *byte == b'T',
            15 => *byte == b'Z',
            _ => byte.is_ascii_digit(),
        });
    if !is_shaped {
        return None;
    }
    let part = |from: usize, to: usize| &text[from..to];
    let extended = format!("{}-{}-{}T{}:{}:{}Z", part(0, 4), part(4, 6), part(6, 8), part(9, 11), part(11, 13), part(13, 15));
    extended.parse().ok()
}

/// Reads a `Date` header: `Mon, 02 Mar 2026 09:14:07 GMT`, or one of the two forms of ISO 8601.
pub(super) fn parse_any(text: &str) -> Option<EventTime> {
    let parsed = parse_basic(text).or_else(|| text.parse().ok());
    parsed.or_else(|| {
        let instant = jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(text).ok()?;
        Some(EventTime(instant.as_millisecond()))
    })
}

/// Writes `20260302T091407Z`; dates that no calendar has come out as the nearest that it has.
pub(super) fn basic(time: EventTime) -> String {
    let instant = jiff::Timestamp::from_millisecond(time.millis());
    let instant = instant.unwrap_or(if time.millis() < 0 { jiff::Timestamp::MIN } else { jiff::Timestamp::MAX });
    instant.strftime("%Y%m%dT%H%M%SZ").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_lead_back() {
        let time: EventTime = "2026-03-02T09:14:07Z".parse().expect("a date");
        assert_eq!(basic(time), "20260302T091407Z");
        for text in ["20260302T091407Z", "Mon, 02 Mar 2026 09:14:07 GMT", "2026-03-02T09:14:07Z"] {
            assert_eq!(parse_any(text), Some(time), "{text}");
        }
        for text in ["", "20260302T091407", "20261302T091407Z", "20260302T0914é7Z", "é0260302T09140Z", "20260302 091407Z"] {
            assert_eq!(parse_basic(text), None, "{text}");
        }
        assert!(basic(EventTime(i64::MAX)).ends_with('Z') && basic(EventTime(i64::MIN)).ends_with('Z'));
    }
}
