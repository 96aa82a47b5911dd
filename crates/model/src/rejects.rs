//! Rejects of a run: every one counted, some kept.

use std::collections::BTreeMap;

use crate::{Reject, RejectReason};

/// What could not be processed: counted by reason, with samples of each, and whole as far as memory allows.
#[derive(Debug, Clone, Default)]
pub struct Rejects {
    by_reason: BTreeMap<RejectReason, (u64, Vec<Reject>)>,
    kept: Vec<Reject>,
    kept_bytes: usize,
}

/// Samples kept of each reason, for reports.
const SAMPLES_MAX: usize = 5;

/// Text kept in all, in each part of a run: beyond it rejects are counted, but their text is gone.
const KEPT_BYTES_MAX: usize = 64 << 20;

impl Rejects {
    /// Counts one.
    pub fn observe(&mut self, reject: Reject) {
        let (count, samples) = self.by_reason.entry(reject.reason).or_default();
        *count += 1;
        samples.push(reject.clone());
        first_in_order(samples);
        if self.kept_bytes < KEPT_BYTES_MAX {
            self.kept_bytes += reject.excerpt.len() + reject.detail.len() + size_of::<Reject>();
            self.kept.push(reject);
        }
    }

    /// Joins another part of the run. The samples are the first ones in order of source and place, whatever was read first.
    pub fn merge(&mut self, other: Rejects) {
        for (reason, (their_count, their_samples)) in other.by_reason {
            let (count, samples) = self.by_reason.entry(reason).or_default();
            *count += their_count;
            samples.extend(their_samples);
            first_in_order(samples);
        }
        self.kept.extend(other.kept);
        self.kept_bytes += other.kept_bytes;
    }

    /// How many in all.
    pub fn total(&self) -> u64 {
        self.by_reason.values().map(|(count, _)| count).sum()
    }

    /// Reason, count, samples.
    pub fn by_reason(&self) -> Vec<(RejectReason, u64, &[Reject])> {
        self.by_reason.iter().map(|(reason, (count, samples))| (*reason, *count, samples.as_slice())).collect()
    }

    /// Those kept whole, in order of source and place.
    pub fn kept(&self) -> Vec<&Reject> {
        let mut kept: Vec<&Reject> = self.kept.iter().collect();
        kept.sort_by(|a, b| place(a).cmp(&place(b)));
        kept
    }
}

fn place(reject: &Reject) -> (&str, u64) {
    (&reject.source, reject.offset)
}

fn first_in_order(samples: &mut Vec<Reject>) {
    if samples.len() > SAMPLES_MAX {
        samples.sort_by(|a, b| place(a).cmp(&place(b)));
        samples.truncate(SAMPLES_MAX);
    }
}
