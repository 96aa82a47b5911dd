//! Everything a report is made of.

use std::time::Duration;

use serde::Serialize;
use watchfire_model::{EventTime, Finding, Rejects, Severity};

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
