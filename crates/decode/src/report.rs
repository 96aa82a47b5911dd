//! What the decoder tells: records and rejects of one source, counted on the way to the sink.

use std::cell::Cell;
use std::sync::Arc;

use watchfire_model::{Record, Reject, RejectReason};

use crate::{Outcome, Sink};

/// Counts of one object. Cells, because the readers of nested layers count while the text is being walked.
#[derive(Debug, Default)]
pub(crate) struct Meter {
    records: Cell<u64>,
    rejects: Cell<u64>,
    bytes_in: Cell<u64>,
    bytes_inflated: Cell<u64>,
    /// What had been inflated when the last record came out.
    inflated_at_record: Cell<u64>,
}

impl Meter {
    pub fn read(&self, bytes: usize) {
        self.bytes_in.set(self.bytes_in.get() + bytes as u64);
    }

    pub fn inflated(&self, bytes: usize) {
        self.bytes_inflated.set(self.bytes_inflated.get() + bytes as u64);
    }

    pub fn inflated_since_record(&self) -> u64 {
        self.bytes_inflated.get() - self.inflated_at_record.get()
    }

    pub fn outcome(&self) -> Outcome {
        Outcome {
            records: self.records.get(),
            rejects: self.rejects.get(),
            bytes_in: self.bytes_in.get(),
            bytes_inflated: self.bytes_inflated.get(),
        }
    }
}

/// The sink, with the name of the text that is being read.
pub(crate) struct Report<'r> {
    pub source: &'r Arc<str>,
    pub sink: &'r mut dyn Sink,
    pub meter: &'r Meter,
}

impl Report<'_> {
    #[inline]
    pub fn record(&mut self, record: Record<'_>) {
        self.meter.records.set(self.meter.records.get() + 1);
        self.meter.inflated_at_record.set(self.meter.bytes_inflated.get());
        self.sink.record(self.source, record);
    }

    #[cold]
    pub fn reject(&mut self, reason: RejectReason, offset: u64, detail: impl Into<String>, excerpt: &[u8]) {
        self.meter.rejects.set(self.meter.rejects.get() + 1);
        let excerpt = excerpt.get(..Reject::EXCERPT_BYTES_MAX).unwrap_or(excerpt).to_vec();
        self.sink.reject(Reject { reason, source: self.source.clone(), offset, detail: detail.into(), excerpt });
    }
}
