//! The table in figures.

use std::collections::BTreeSet;

use serde_json::Value;

use super::compact::SMALL_BYTES;
use crate::{Error, Lake};

/// The table in figures.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct Status {
    /// The version looked at.
    pub version: u64,
    /// Data files.
    pub files: u64,
    /// Data files that compaction would join with others of their day.
    pub small_files: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Rows, as far as the log states them.
    pub rows: u64,
    /// Days that have rows.
    pub days: u64,
    /// The first event's time, as the record has it.
    pub oldest: Option<String>,
    /// The last event's time, as the record has it.
    pub newest: Option<String>,
}

impl Lake {
    /// The table in figures, from its log alone.
    ///
    /// # Errors
    /// As [`files`](Self::files).
    pub fn status(&self) -> Result<Status, Error> {
        let mut status = Status { version: self.version(), ..Status::default() };
        let mut days = BTreeSet::new();
        for file in self.files()? {
            status.files += 1;
            status.small_files += u64::from(file.bytes < SMALL_BYTES);
            status.bytes += file.bytes;
            status.rows += file.rows.unwrap_or(0);
            days.insert(file.day);
            let stats: Value = file.stats.as_deref().and_then(|stats| serde_json::from_str(stats).ok()).unwrap_or_default();
            let time = |bound: &str| stats[bound]["eventtime"].as_str().map(str::to_owned);
            status.oldest = [status.oldest.take(), time("minValues")].into_iter().flatten().min();
            status.newest = [status.newest.take(), time("maxValues")].into_iter().flatten().max();
        }
        status.days = days.len() as u64;
        Ok(status)
    }
}
