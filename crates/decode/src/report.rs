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
    /// The archive member being read; the object itself outside of archives.
    member: Cell<Member>,
    members: Cell<u64>,
    members_given_up: Cell<u32>,
}

/// A member's own account, so that what one inflates in vain is not charged to the next.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Member {
    /// How many containers stand around it.
    pub layer: usize,
    /// What had been inflated when it began; nothing once it is only passed over.
    began: Option<u64>,
}

impl Default for Member {
    /// The object itself.
    fn default() -> Self {
        Member { layer: 0, began: Some(0) }
    }
}

impl Meter {
    pub fn read(&self, bytes: usize) {
        self.bytes_in.set(self.bytes_in.get() + bytes as u64);
    }

    pub fn inflated(&self, bytes: usize) {
        self.bytes_inflated.set(self.bytes_inflated.get() + bytes as u64);
    }

    /// Inflated since the last record, whatever members were read in between.
    pub fn inflated_since_record(&self) -> u64 {
        self.bytes_inflated.get() - self.inflated_at_record.get()
    }

    /// The same within the present member.
    pub fn inflated_in_member(&self) -> u64 {
        let began = self.member.get().began.map(|began| began.max(self.inflated_at_record.get()));
        began.map_or(0, |began| self.bytes_inflated.get() - began)
    }

    /// The member being read.
    pub fn member(&self) -> Member {
        self.member.get()
    }

    /// How many members have begun.
    pub fn members(&self) -> u64 {
        self.members.get()
    }

    /// Opens the account of a member, and gives back the one of what it stands in.
    pub fn begin_member(&self, layer: usize) -> Member {
        self.members.set(self.members.get() + 1);
        self.member.replace(Member { layer, began: Some(self.bytes_inflated.get()) })
    }

    /// Opens an account for bytes that are only passed over: none of them count.
    pub fn begin_passage(&self) -> Member {
        self.member.replace(Member { began: None, ..self.member.get() })
    }

    /// Goes back to what the member stands in, whose own account begins anew.
    pub fn end_member(&self, around: Member) {
        self.member.set(Member { began: around.began.map(|_| self.bytes_inflated.get()), ..around });
    }

    /// Counts a member of which no more is read, and tells how many there were.
    pub fn give_up_member(&self) -> u32 {
        self.begin_passage();
        self.members_given_up.set(self.members_given_up.get() + 1);
        self.members_given_up.get()
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

/// A count for a person to read: 750,123.
pub(crate) fn grouped(count: u64) -> String {
    let digits = count.to_string();
    let groups: Vec<&str> = digits.as_bytes().rchunks(3).rev().filter_map(|group| std::str::from_utf8(group).ok()).collect();
    groups.join(",")
}
