//! How a source fares.

use std::sync::Arc;
use std::time::Duration;

use watchfire_model::EventTime;

/// What a source knows of itself; counts are since it was opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Health {
    /// Objects and batches that it brought, again ones included.
    pub brought: u64,
    /// Of these, those that became durable.
    pub durable: u64,
    /// Of these, those that could not be read and will come again.
    pub failed: u64,
    /// Objects that it was told of and that were gone when they were read.
    pub vanished: u64,
    /// Messages that tell of no object, or of one that is not to be read.
    pub foreign: u64,
    /// Files that are never read: digests, hidden and temporary names.
    pub skipped: u64,
    /// What was given up and written down as a dead letter.
    pub dead: u64,
    /// Brought and not yet settled.
    pub pending: u64,
    /// How much is known to wait behind that, where that is known.
    pub waiting: Option<u64>,
    /// The last arrival.
    pub last: Option<Last>,
    /// Since when nothing has arrived.
    pub quiet_since: EventTime,
    /// How long it may stay quiet.
    pub quiet_max: Option<Duration>,
    /// What is wrong at the moment, in one line.
    pub trouble: Option<String>,
    /// Why messages and objects were passed over or given up, the last few times.
    pub passed_over: Vec<String>,
}

/// An arrival, afterwards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Last {
    /// What it was.
    pub source: Arc<str>,
    /// When it arrived.
    pub at: EventTime,
    /// How long after its delivery that was, where the delivery's time is known.
    pub lag: Option<Duration>,
}

/// Reasons that are kept for people; the counts are complete.
const PASSED_OVER_MAX: usize = 8;

impl Health {
    pub(crate) fn new(quiet_max: Option<Duration>) -> Health {
        Health {
            brought: 0,
            durable: 0,
            failed: 0,
            vanished: 0,
            foreign: 0,
            skipped: 0,
            dead: 0,
            pending: 0,
            waiting: None,
            last: None,
            quiet_since: now(),
            quiet_max,
            trouble: None,
            passed_over: Vec::new(),
        }
    }

    /// Whether it has been quiet for longer than it may be.
    pub fn is_silent(&self, now: EventTime) -> bool {
        let quiet = u64::try_from(now.millis().saturating_sub(self.quiet_since.millis())).unwrap_or_default();
        self.quiet_max.is_some_and(|max| Duration::from_millis(quiet) > max)
    }

    /// Something was brought that was delivered at a time.
    pub(crate) fn bring(&mut self, source: &Arc<str>, delivered: Option<EventTime>) {
        let at = now();
        let lag = delivered.map(|time| Duration::from_millis(u64::try_from(at.millis() - time.millis()).unwrap_or_default()));
        self.brought += 1;
        self.pending += 1;
        self.quiet_since = at;
        self.last = Some(Last { source: source.clone(), at, lag });
    }

    /// Keeps a reason for people.
    pub(crate) fn pass_over(&mut self, why: impl Into<String>) {
        if self.passed_over.len() == PASSED_OVER_MAX {
            self.passed_over.remove(0);
        }
        self.passed_over.push(why.into());
    }

    /// Notes whether the last question to the outside was answered.
    pub(crate) fn note<T, E: std::fmt::Display>(&mut self, outcome: &Result<T, E>) {
        self.trouble = outcome.as_ref().err().map(|error| error.to_string().replace('\n', "; "));
    }
}

/// The time, which here is only told to people and compared with silence.
pub(crate) fn now() -> EventTime {
    let since = std::time::UNIX_EPOCH.elapsed().unwrap_or_default();
    EventTime(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}
