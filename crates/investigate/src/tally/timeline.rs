//! Records over time, as fine as the span of the log allows.

use std::collections::{BTreeMap, HashMap};

use foldhash::fast::FixedState;
use serde::Serialize;
use watchfire_model::EventTime;

/// Buckets kept: two weeks of minutes, or five months of quarter hours.
const BUCKETS_MAX: usize = 20_000;

/// Widths of a bucket in minutes; each divides the next, so that coarse buckets are sums of fine ones.
const STEPS: [i64; 7] = [1, 5, 15, 60, 360, 1440, 10_080];

const MINUTE_MS: i64 = 60_000;

/// Records of one stretch of time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Bucket {
    /// Records.
    pub count: u64,
    /// Records of calls that failed.
    pub errors: u64,
}

/// Records by time: minutes as long as they fit, then coarser.
#[derive(Debug, Default)]
pub struct Timeline {
    step: usize,
    buckets: HashMap<i64, Bucket, FixedState>,
}

impl Timeline {
    #[inline]
    pub(crate) fn observe(&mut self, time: EventTime, failed: bool) {
        let number = time.millis().div_euclid(self.step_minutes() * MINUTE_MS);
        if self.buckets.len() >= BUCKETS_MAX && !self.buckets.contains_key(&number) {
            return self.make_room(time, failed);
        }
        let bucket = self.buckets.entry(number).or_default();
        bucket.count += 1;
        bucket.errors += u64::from(failed);
    }

    pub(crate) fn absorb(&mut self, mut other: Timeline) {
        while self.step < other.step {
            self.coarsen();
        }
        while other.step < self.step {
            other.coarsen();
        }
        for (number, theirs) in other.buckets {
            let bucket = self.buckets.entry(number).or_default();
            bucket.count += theirs.count;
            bucket.errors += theirs.errors;
        }
        while self.buckets.len() > BUCKETS_MAX && self.can_coarsen() {
            self.coarsen();
        }
    }

    /// Only a log with invented times reaches the limit with buckets of a week (that is four centuries); its further
    /// records are counted everywhere but here.
    #[cold]
    fn make_room(&mut self, time: EventTime, failed: bool) {
        if self.can_coarsen() {
            self.coarsen();
            self.observe(time, failed);
        }
    }

    fn can_coarsen(&self) -> bool {
        self.step + 1 < STEPS.len()
    }

    fn coarsen(&mut self) {
        let (Some(now), Some(next)) = (STEPS.get(self.step), STEPS.get(self.step + 1)) else { return };
        let ratio = next / now;
        self.step += 1;
        for (number, fine) in std::mem::take(&mut self.buckets) {
            let bucket = self.buckets.entry(number.div_euclid(ratio)).or_default();
            bucket.count += fine.count;
            bucket.errors += fine.errors;
        }
    }

    fn step_minutes(&self) -> i64 {
        STEPS.get(self.step).copied().unwrap_or(1)
    }

    /// Width of the finest buckets kept, in minutes.
    pub fn finest_minutes(&self) -> i64 {
        self.step_minutes()
    }

    /// Records by buckets of this many minutes (a multiple of [`Timeline::finest_minutes`]), oldest first; empty ones are
    /// left out. The key is the start of the bucket.
    pub fn by_minutes(&self, minutes: i64) -> BTreeMap<EventTime, Bucket> {
        let width = minutes.max(self.step_minutes()) * MINUTE_MS;
        let mut sums: BTreeMap<EventTime, Bucket> = BTreeMap::new();
        for (number, fine) in &self.buckets {
            let start = number.saturating_mul(self.step_minutes() * MINUTE_MS);
            let bucket = sums.entry(EventTime(start.div_euclid(width).saturating_mul(width))).or_default();
            bucket.count += fine.count;
            bucket.errors += fine.errors;
        }
        sums
    }

    /// Records by hour, oldest first; empty hours are left out.
    pub fn by_hour(&self) -> BTreeMap<EventTime, Bucket> {
        self.by_minutes(60)
    }
}
