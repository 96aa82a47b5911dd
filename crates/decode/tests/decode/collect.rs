//! A sink that keeps everything, as plain text.

use std::sync::Arc;

use watchfire_decode::{Decoder, Input, Limits, Outcome, Sink};
use watchfire_model::{Record, Reject, cloudtrail};

/// A record: its text, and the text of every field that it has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    pub raw: String,
    pub fields: Vec<(&'static str, String)>,
}

#[derive(Debug, Default)]
pub struct Collected {
    pub records: Vec<Kept>,
    pub sources: Vec<Arc<str>>,
    pub rejects: Vec<Reject>,
    pub outcome: Outcome,
}

impl Sink for Collected {
    fn record(&mut self, source: &Arc<str>, record: Record<'_>) {
        serde_json::from_str::<&serde_json::value::RawValue>(record.raw()).expect("a record is well-formed JSON");
        let fields = cloudtrail::SCHEMA.fields.iter();
        let fields = fields.filter_map(|field| Some((field.path, record.json(field.slot)?.to_owned()))).collect();
        self.records.push(Kept { raw: record.raw().to_owned(), fields });
        self.sources.push(source.clone());
    }

    fn reject(&mut self, reject: Reject) {
        assert!(reject.excerpt.len() <= Reject::EXCERPT_BYTES_MAX);
        self.rejects.push(reject);
    }
}

impl Collected {
    /// Reason codes of the rejects, in order.
    pub fn codes(&self) -> Vec<&'static str> {
        self.rejects.iter().map(|reject| reject.reason.code()).collect()
    }

    /// Values of one field, as text, of all records that have it.
    pub fn texts(&self, path: &str) -> Vec<String> {
        let values = self.records.iter().filter_map(|record| record.fields.iter().find(|(name, _)| *name == path));
        values.map(|(_, value)| value.trim_matches('"').to_owned()).collect()
    }
}

pub fn decode_with(limits: Limits, input: Input<'_>) -> Collected {
    let mut collected = Collected::default();
    let outcome = Decoder::new(limits).decode(&"log".into(), input, &mut collected);
    assert_eq!(outcome.records, collected.records.len() as u64);
    assert_eq!(outcome.rejects, collected.rejects.len() as u64);
    collected.outcome = outcome;
    collected
}

pub fn decode(bytes: &[u8]) -> Collected {
    decode_with(Limits::default(), Input::Bytes(bytes))
}

/// A small record of this name, with this text inside (members, with a comma before).
pub fn record(name: &str, more: &str) -> String {
    format!(r#"{{"eventVersion":"1.08","eventTime":"2026-03-02T09:14:07Z","eventSource":"s3.amazonaws.com","eventName":"{name}"{more}}}"#)
}
