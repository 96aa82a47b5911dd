//! Instants as AWS's JSON protocol writes them.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use watchfire_model::EventTime;

/// An instant that is seconds since 1970 in JSON, with a fraction where it has one. RFC 3339 texts are read too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Instant(pub EventTime);

/// The last instant that is read: the end of the year 9999.
const SECONDS_MAX: f64 = 253_402_300_799.0;

impl Serialize for Instant {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0.millis() {
            millis if millis % 1000 == 0 => serializer.serialize_i64(millis / 1000),
            millis => serializer.serialize_f64(millis as f64 / 1000.0),
        }
    }
}

impl<'de> Deserialize<'de> for Instant {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Form {
            Seconds(f64),
            Text(String),
        }
        match Form::deserialize(deserializer)? {
            Form::Seconds(seconds) if seconds.abs() <= SECONDS_MAX => Ok(Instant(EventTime((seconds * 1000.0).round() as i64))),
            Form::Seconds(seconds) => Err(serde::de::Error::custom(format!("not an instant in seconds since 1970: {seconds}"))),
            Form::Text(text) => text.parse().map(Instant).map_err(serde::de::Error::custom),
        }
    }
}

/// An instant in whole seconds, as the envelope of an event has it.
pub fn whole_seconds(time: EventTime) -> EventTime {
    EventTime(time.millis().div_euclid(1000) * 1000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_texts() {
        let read = |text: &str| serde_json::from_str::<Instant>(text).map(|instant| instant.0.millis()).ok();
        assert_eq!(read("1772442847"), Some(1_772_442_847_000));
        assert_eq!(read("1772442847.25"), Some(1_772_442_847_250));
        assert_eq!(read("\"2026-03-02T09:14:07Z\""), Some(1_772_442_847_000));
        assert_eq!(read("1e300"), None);
        assert_eq!(read("\"soon\""), None);
        let write = |millis| serde_json::to_string(&Instant(EventTime(millis))).unwrap();
        assert_eq!(write(1_772_442_847_000), "1772442847");
        assert_eq!(write(1_772_442_847_250), "1772442847.25");
        assert_eq!(whole_seconds(EventTime(-1)), EventTime(-1000));
    }
}
