//! Something that a thread sleeps by until another rings.

use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;

/// A bell. One that rings while nobody sleeps wakes whoever lies down next.
#[derive(Debug, Default)]
pub(crate) struct Bell {
    rung: Mutex<bool>,
    heard: Condvar,
}

impl Bell {
    /// Wakes the sleeper.
    pub(crate) fn ring(&self) {
        *self.rung.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.heard.notify_all();
    }

    /// Sleeps until it rings, at most so long.
    pub(crate) fn sleep(&self, most: Duration) {
        let rung = self.rung.lock().unwrap_or_else(PoisonError::into_inner);
        let (mut rung, _) = self.heard.wait_timeout_while(rung, most, |rung| !*rung).unwrap_or_else(PoisonError::into_inner);
        *rung = false;
    }
}
