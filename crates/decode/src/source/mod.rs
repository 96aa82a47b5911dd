//! The log formats. A new one is a file here and a line in [`SOURCES`]; tests and fuzz targets walk the list.

mod cloudtrail;

use std::borrow::Cow;

use watchfire_model::{RejectReason, Schema, Slot, Slots, Span};

use crate::json::{Found, Keys};

/// Every log format this crate reads, sorted by name.
pub static SOURCES: &[&Source] = &[
    &cloudtrail::SOURCE, //
];

/// One log format whose records are JSON objects.
#[derive(Debug)]
pub struct Source {
    /// Name of the format, of its schema, and of its folder in `testdata/`.
    pub name: &'static str,
    /// Its fields.
    pub schema: &'static Schema,
    /// A field that every record has and no wrapper.
    identity: Slot,
    /// Keys of an object whose array holds records or envelopes of records.
    wrappers: &'static [&'static str],
    /// Keys outside the schema that `judge` asks about.
    marks: &'static [&'static str],
    /// What a whole, well-formed value is.
    judge: fn(&Candidate<'_>) -> Verdict,
}

/// A whole JSON value that may be a record.
pub(crate) struct Candidate<'c> {
    pub raw: &'c str,
    pub slots: &'c Slots,
    marks: &'c [Span],
}

/// What a value is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// A record.
    Record,
    /// An envelope; the record is the value here.
    Inside(Span),
    /// An envelope; the record is text inside the string here.
    Quoted(Span),
    /// Nothing to see, and nothing lost.
    Quiet,
    /// No record, and why.
    Reject(RejectReason, Cow<'static, str>),
}

impl Source {
    /// CloudTrail.
    pub fn cloudtrail() -> &'static Source {
        &cloudtrail::SOURCE
    }

    pub(crate) fn keys(&self) -> Keys {
        Keys::new(self.schema, self.identity, self.marks, self.wrappers)
    }

    #[inline]
    pub(crate) fn judge(&self, raw: &str, found: &Found) -> Verdict {
        (self.judge)(&Candidate { raw, slots: &found.slots, marks: &found.marks })
    }
}

impl<'c> Candidate<'c> {
    /// First byte of the value at a place; nothing when the key is absent.
    #[inline]
    fn first_byte(&self, span: Span) -> Option<u8> {
        if span.start == span.end { None } else { self.raw.as_bytes().get(span.start as usize).copied() }
    }

    /// First byte of a field's value.
    #[inline]
    fn field(&self, slot: Slot) -> Option<u8> {
        self.first_byte(self.slots.get(slot))
    }

    /// JSON text of a field's value; empty when the key is absent.
    #[inline]
    fn json(&self, slot: Slot) -> &'c str {
        self.text(self.slots.get(slot))
    }

    /// Span and first byte of a marked key's value.
    fn mark(&self, mark: usize) -> Option<(Span, u8)> {
        let span = self.marks.get(mark).copied()?;
        Some((span, self.first_byte(span)?))
    }

    /// The text at a span.
    #[inline]
    fn text(&self, span: Span) -> &'c str {
        self.raw.get(span.start as usize..span.end as usize).unwrap_or_default()
    }
}
