//! How many requests are under way, to each target and to all.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Requests under way. A slow target fills its own share and no other's.
#[derive(Debug)]
pub(crate) struct InFlight {
    most: usize,
    now: Mutex<Now>,
}

#[derive(Debug, Default)]
struct Now {
    all: usize,
    of_target: HashMap<String, usize>,
}

impl InFlight {
    pub(crate) fn new(most: usize) -> InFlight {
        InFlight { most, now: Mutex::default() }
    }

    fn lock(&self) -> MutexGuard<'_, Now> {
        self.now.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Requests to a target that may begin now, where it may have `most` at once.
    pub(crate) fn room(&self, target: &str, most: usize) -> usize {
        let now = self.lock();
        let own = most.saturating_sub(now.of_target.get(target).copied().unwrap_or(0));
        own.min(self.most.saturating_sub(now.all))
    }

    /// Requests to any target that may begin now.
    pub(crate) fn left(&self) -> usize {
        self.most.saturating_sub(self.lock().all)
    }

    /// One begins.
    pub(crate) fn begin(&self, target: &str) {
        let mut now = self.lock();
        now.all += 1;
        *now.of_target.entry(target.to_owned()).or_default() += 1;
    }

    /// One has ended.
    pub(crate) fn end(&self, target: &str) {
        let mut now = self.lock();
        now.all = now.all.saturating_sub(1);
        if let Some(count) = now.of_target.get_mut(target) {
            *count -= 1;
            if *count == 0 {
                now.of_target.remove(target);
            }
        }
    }

    /// Of a target, or of all.
    pub(crate) fn count(&self, target: Option<&str>) -> usize {
        let now = self.lock();
        target.map_or(now.all, |target| now.of_target.get(target).copied().unwrap_or(0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_target_leaves_room_for_others() {
        let all = InFlight::new(3);
        all.begin("slow");
        all.begin("slow");
        assert_eq!((all.room("slow", 2), all.room("other", 2)), (0, 1));
        all.begin("other");
        assert_eq!((all.room("other", 2), all.count(None), all.count(Some("slow"))), (0, 3, 2));
        all.end("slow");
        assert_eq!((all.room("slow", 2), all.room("third", 2)), (1, 1));
    }
}
