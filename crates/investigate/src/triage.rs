//! Everything a report is made of.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Serialize;
use watchfire_model::{EventTime, Finding, Reject, RejectReason, Severity};

use crate::{Sessions, Tally};

/// What was read and what it came to: the one argument of every text and report made here.
#[derive(Debug, Clone, Copy)]
pub struct Triage<'a> {
    /// Title of the report, such as the case or the folder.
    pub title: &'a str,
    /// Version of the program.
    pub version: &'a str,
    /// When the report is made; passed in, so that the same input gives the same report.
    pub generated_at: EventTime,
    /// What the rules said.
    pub findings: &'a [Finding],
    /// Counts of the records.
    pub tally: &'a Tally,
    /// Access keys and role chains.
    pub sessions: &'a Sessions,
    /// What could not be read.
    pub rejects: &'a Rejects,
    /// What was read.
    pub inputs: &'a Inputs,
    /// Rules that were loaded.
    pub rules: u64,
}

impl Triage<'_> {
    /// How many findings of a severity there are.
    pub fn severity_count(&self, severity: Severity) -> usize {
        self.findings.iter().filter(|finding| finding.severity == severity).count()
    }
}

/// What was read, and how.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Inputs {
    /// Folders, files and S3 URLs that were given.
    pub places: Vec<String>,
    /// Objects or files read.
    pub objects: u64,
    /// Objects or files left out by what was asked for (time, region, account).
    pub pruned: u64,
    /// Records read.
    pub records: u64,
    /// Records seen before and left out.
    pub duplicates: u64,
    /// Bytes as stored.
    pub bytes_read: u64,
    /// Bytes after inflating.
    pub bytes_inflated: u64,
    /// How long it took.
    pub duration: Duration,
    /// Threads used.
    pub threads: usize,
    /// Conditions the reading was narrowed by, in words, such as `since 2026-03-01`.
    pub narrowed: Vec<String>,
}

/// Samples kept of one reason.
const SAMPLES_MAX: usize = 5;

/// Bytes of text kept in one sample.
const SAMPLE_BYTES_MAX: usize = 400;

/// Text that could not become a record, counted by reason, with a few samples of each.
#[derive(Debug, Clone, Default)]
pub struct Rejects {
    counts: BTreeMap<RejectReason, u64>,
    samples: BTreeMap<RejectReason, Vec<Reject>>,
}

impl Rejects {
    /// Counts one.
    pub fn observe(&mut self, reject: &Reject) {
        *self.counts.entry(reject.reason).or_default() += 1;
        self.sample(reject);
    }

    /// The samples are the first by place, so that they do not depend on the order of reading.
    fn sample(&mut self, reject: &Reject) {
        let samples = self.samples.entry(reject.reason).or_default();
        let place = samples.partition_point(|known| {
            (&known.source, known.offset, &known.detail) <= (&reject.source, reject.offset, &reject.detail)
        });
        if place < SAMPLES_MAX {
            let mut sample = reject.clone();
            sample.excerpt.truncate(SAMPLE_BYTES_MAX);
            sample.excerpt.shrink_to_fit();
            samples.insert(place, sample);
            samples.truncate(SAMPLES_MAX);
        }
    }

    /// Adds what another worker counted.
    pub fn merge(&mut self, other: Rejects) {
        for (reason, count) in other.counts {
            *self.counts.entry(reason).or_default() += count;
        }
        for reject in other.samples.into_values().flatten() {
            self.sample(&reject);
        }
    }

    /// How many in all.
    pub fn total(&self) -> u64 {
        self.counts.values().sum()
    }

    /// Reasons, how often, and samples; most frequent first.
    pub fn by_reason(&self) -> Vec<(RejectReason, u64, &[Reject])> {
        let mut rows: Vec<_> = self
            .counts
            .iter()
            .map(|(reason, count)| (*reason, *count, self.samples.get(reason).map(Vec::as_slice).unwrap_or_default()))
            .collect();
        rows.sort_by_key(|(reason, count, _)| (std::cmp::Reverse(*count), *reason));
        rows
    }
}
