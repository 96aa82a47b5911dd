//! Signatures that were used.

use std::collections::{BTreeMap, HashSet};

use watchfire_model::EventTime;

use super::SignatureFault;
use crate::gate::Once;

/// Most signatures remembered at once, 16 bytes and some more each: at the ten minutes that one can live, 1,700 requests a second that
/// change something. Beyond that they are refused, not forgotten: forgetting would let them be sent again.
const REMEMBERED_MAX: usize = 1 << 20;

/// Signatures that were used for something that must not happen twice, until they end by themselves.
///
/// What is a replay: the very same signature a second time. SDKs sign every try anew, and their signatures differ even within one second,
/// for each holds an id of the call and the number of the try. What only reads is not remembered: a tool without such an id may well ask
/// the same thing twice within a second.
#[derive(Debug, Default)]
pub struct Replays {
    /// By the minute in which they end.
    ending: BTreeMap<i64, HashSet<u128>>,
    count: usize,
}

const MINUTE: i64 = 60_000;

impl Replays {
    /// Remembers one that is used now.
    ///
    /// # Errors
    /// [`SignatureFault::Replayed`] when it was used before, [`SignatureFault::Busy`] when no more can be remembered.
    pub(crate) fn remember(&mut self, once: Once, now: EventTime) -> Result<(), SignatureFault> {
        self.drop_ended(now);
        let minute = once.until.millis().div_euclid(MINUTE);
        if self.ending.get(&minute).is_some_and(|marks| marks.contains(&once.mark)) {
            return Err(SignatureFault::Replayed);
        }
        if self.count >= REMEMBERED_MAX {
            return Err(SignatureFault::Busy);
        }
        self.ending.entry(minute).or_default().insert(once.mark);
        self.count += 1;
        Ok(())
    }

    /// Lets one be used again.
    pub(crate) fn forget(&mut self, once: Once) {
        let minute = once.until.millis().div_euclid(MINUTE);
        if let Some(marks) = self.ending.get_mut(&minute)
            && marks.remove(&once.mark)
        {
            self.count -= 1;
        }
    }

    fn drop_ended(&mut self, now: EventTime) {
        let minute = now.millis().div_euclid(MINUTE);
        while let Some(first) = self.ending.first_entry().filter(|first| *first.key() < minute) {
            self.count -= first.remove().len();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_is_used_once_until_it_ends() {
        let mut replays = Replays::default();
        let once = |mark, until| Once { mark, until: EventTime(until) };
        assert_eq!(replays.remember(once(1, 300_000), EventTime(0)), Ok(()));
        assert_eq!(replays.remember(once(1, 300_000), EventTime(299_999)), Err(SignatureFault::Replayed));
        assert_eq!(replays.remember(once(2, 300_000), EventTime(0)), Ok(()));
        replays.forget(once(1, 300_000));
        replays.forget(once(1, 300_000));
        assert_eq!(replays.remember(once(1, 300_000), EventTime(0)), Ok(()));
        assert_eq!(replays.count, 2);
        assert_eq!(replays.remember(once(3, 700_000), EventTime(360_000)), Ok(()));
        assert_eq!((replays.count, replays.ending.len()), (1, 1), "what ended is gone");
    }

    #[test]
    fn what_cannot_be_remembered_is_refused() {
        let mut replays = Replays::default();
        for mark in 0..REMEMBERED_MAX as u128 {
            assert_eq!(replays.remember(Once { mark, until: EventTime(MINUTE) }, EventTime(0)), Ok(()));
        }
        let more = Once { mark: u128::MAX, until: EventTime(MINUTE) };
        assert_eq!(replays.remember(more, EventTime(0)), Err(SignatureFault::Busy));
        assert_eq!(replays.remember(Once { mark: 5, until: EventTime(MINUTE) }, EventTime(0)), Err(SignatureFault::Replayed));
        assert_eq!(replays.remember(Once { until: EventTime(4 * MINUTE), ..more }, EventTime(2 * MINUTE)), Ok(()));
    }
}
