//! Instants in words, always UTC.

use jiff::{Timestamp, civil::DateTime, tz::Offset};
use watchfire_model::EventTime;

/// `2026-03-02 09:14:07`.
pub(crate) fn stamp(time: EventTime) -> String {
    formatted(time, "%Y-%m-%d %H:%M:%S")
}

/// `09:14:07`.
pub(crate) fn clock(time: EventTime) -> String {
    formatted(time, "%H:%M:%S")
}

/// `2 March 2026`.
pub(crate) fn day(time: EventTime) -> String {
    formatted(time, "%-d %B %Y")
}

/// `2 Mar`.
pub(crate) fn short_day(time: EventTime) -> String {
    formatted(time, "%-d %b")
}

/// `09:14`.
pub(crate) fn hour(time: EventTime) -> String {
    formatted(time, "%H:%M")
}

/// `Mar 2026`.
pub(crate) fn month(time: EventTime) -> String {
    formatted(time, "%b %Y")
}

fn formatted(time: EventTime, form: &str) -> String {
    match civil(time) {
        Some(civil) => civil.strftime(form).to_string(),
        None => format!("{} ms", time.millis()),
    }
}

fn civil(time: EventTime) -> Option<DateTime> {
    Some(Offset::UTC.to_datetime(Timestamp::from_millisecond(time.millis()).ok()?))
}

/// `3 h 20 min`, the two largest units.
pub(crate) fn span(ms: i64) -> String {
    const UNITS: [(i64, &str); 4] = [(86_400_000, "d"), (3_600_000, "h"), (60_000, "min"), (1000, "s")];
    let ms = ms.max(0);
    let Some(place) = UNITS.iter().position(|(size, _)| ms >= *size) else { return format!("{ms} ms") };
    let mut rest = ms;
    let mut words = Vec::new();
    for (size, unit) in UNITS.iter().skip(place).take(2) {
        if rest / size > 0 {
            words.push(format!("{} {unit}", rest / size));
        }
        rest %= size;
    }
    words.join(" ")
}

/// `minute`, `15 minutes`, `hour`, `week`: how wide a column is.
pub(crate) fn width(minutes: i64) -> String {
    const UNITS: [(i64, &str); 4] = [(10_080, "week"), (1440, "day"), (60, "hour"), (1, "minute")];
    let (size, unit) = UNITS.into_iter().find(|(size, _)| minutes % size == 0).unwrap_or((1, "minute"));
    if minutes == size { unit.to_owned() } else { format!("{} {unit}s", minutes / size) }
}

/// `between 09:14:07 and 11:02:40 UTC on 2 March 2026`, or with both days.
pub(crate) fn between(first: EventTime, last: EventTime) -> String {
    if first == last {
        format!("at {} UTC on {}", clock(first), day(first))
    } else if day(first) == day(last) {
        format!("between {} and {} UTC on {}", clock(first), clock(last), day(first))
    } else {
        format!("between {} and {} UTC", stamp(first), stamp(last))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_in_words() {
        let time = EventTime(1_772_442_847_000);
        assert_eq!(stamp(time), "2026-03-02 09:14:07");
        assert_eq!(between(time, EventTime(time.0 + 60_000)), "between 09:14:07 and 09:15:07 UTC on 2 March 2026");
        assert_eq!([1, 15, 60, 360, 10_080].map(width), ["minute", "15 minutes", "hour", "6 hours", "week"]);
        assert_eq!(span(12_345_678), "3 h 25 min");
        assert_eq!(stamp(EventTime(i64::MAX)), "9223372036854775807 ms");
    }
}
