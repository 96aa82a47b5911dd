//! How far the reading is.

use std::sync::atomic::{AtomicU64, Ordering};

/// Counters for a progress bar; may be read at any time from any thread.
#[derive(Debug, Default)]
pub struct Progress {
    objects_total: u64,
    bytes_total: u64,
    objects_done: AtomicU64,
    bytes_done: AtomicU64,
}

impl Progress {
    pub(crate) fn new(objects_total: u64, bytes_total: u64) -> Self {
        Progress { objects_total, bytes_total, ..Progress::default() }
    }

    /// Objects handed to workers, readable or not.
    pub fn objects_done(&self) -> u64 {
        self.objects_done.load(Ordering::Relaxed)
    }

    /// Objects to hand out.
    pub fn objects_total(&self) -> u64 {
        self.objects_total
    }

    /// Bytes read so far. Pipes and growing files may take it past the total.
    pub fn bytes_done(&self) -> u64 {
        self.bytes_done.load(Ordering::Relaxed)
    }

    /// Bytes known before reading.
    pub fn bytes_total(&self) -> u64 {
        self.bytes_total
    }

    /// Counts bytes that a worker read itself, from [`crate::Body::File`] or standard input.
    pub fn add_bytes(&self, bytes: u64) {
        self.bytes_done.fetch_add(bytes, Ordering::Relaxed);
    }

    pub(crate) fn add_object(&self) {
        self.objects_done.fetch_add(1, Ordering::Relaxed);
    }
}
