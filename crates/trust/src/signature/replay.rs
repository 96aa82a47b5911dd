//! Signed requests that were carried out.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::time::Duration;

use watchfire_model::EventTime;

use super::SignatureFault;
use crate::gate::Once;
use crate::session::is_within;

/// Most calls remembered at once, some 60 bytes each: at the ten minutes that a signature can live, 1,700 a second that change something.
/// Beyond that they are refused, not forgotten: forgetting would let them be sent again.
const REMEMBERED_MAX: usize = 1 << 20;

/// How long after the first request with a signature others may come that say they are other calls, or other tries of it.
///
/// A signature's date has whole seconds, and botocore signs before it adds the number of the call and of the try: two calls with the same
/// content within one second, or a try and the next, have the same signature. They leave within that second, and so arrive together.
const TOGETHER: Duration = Duration::from_secs(5);

/// Requests that were signed for something that must not happen twice, until their signatures end by themselves.
///
/// What is a replay: the same signature and the same `amz-sdk-invocation-id` and `amz-sdk-request` a second time; without these headers
/// the same signature a second time; and the same signature with whatever headers more than [`TOGETHER`] after its first. What only reads
/// is not remembered. Nothing here outlives the process: whoever can read what is sent can repeat what was signed in the minutes before a
/// restart, which is one more reason for TLS.
#[derive(Debug)]
pub struct Replays {
    /// By the minute in which they end.
    ending: BTreeMap<i64, Minute>,
    count: usize,
    max: usize,
}

impl Default for Replays {
    fn default() -> Replays {
        Replays { ending: BTreeMap::new(), count: 0, max: REMEMBERED_MAX }
    }
}

/// What ends in one minute.
#[derive(Debug, Default)]
struct Minute {
    calls: HashSet<u128>,
    /// When the first call of each signature came, and how many are remembered.
    signatures: HashMap<u128, (EventTime, u32)>,
}

const MINUTE: i64 = 60_000;

impl Replays {
    /// Remembers one that is carried out now.
    ///
    /// # Errors
    /// [`SignatureFault::Replayed`] when it was before, [`SignatureFault::Busy`] when no more can be remembered.
    pub(crate) fn remember(&mut self, once: Once, now: EventTime) -> Result<(), SignatureFault> {
        self.drop_ended(now);
        let is_full = self.count >= self.max;
        let minute = self.ending.entry(once.until.millis().div_euclid(MINUTE)).or_default();
        let first = minute.signatures.get(&once.signature).map(|(first, _)| *first);
        if minute.calls.contains(&once.call) || first.is_some_and(|first| !is_within(first, TOGETHER, now)) {
            return Err(SignatureFault::Replayed);
        }
        if is_full {
            return Err(SignatureFault::Busy);
        }
        minute.calls.insert(once.call);
        minute.signatures.entry(once.signature).or_insert((now, 0)).1 += 1;
        self.count += 1;
        Ok(())
    }

    /// Lets one be used again.
    pub(crate) fn forget(&mut self, once: Once) {
        let Some(minute) = self.ending.get_mut(&once.until.millis().div_euclid(MINUTE)) else { return };
        if !minute.calls.remove(&once.call) {
            return;
        }
        self.count -= 1;
        if let Entry::Occupied(mut signature) = minute.signatures.entry(once.signature) {
            match signature.get().1 {
                0 | 1 => drop(signature.remove()),
                _ => signature.get_mut().1 -= 1,
            }
        }
    }

    fn drop_ended(&mut self, now: EventTime) {
        let minute = now.millis().div_euclid(MINUTE);
        while let Some(first) = self.ending.first_entry().filter(|first| *first.key() < minute) {
            self.count -= first.remove().calls.len();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn once(signature: u128, call: u128, until: i64) -> Once {
        Once { signature, call, until: EventTime(until) }
    }

    #[test]
    fn a_call_is_carried_out_once_until_it_ends() {
        let mut replays = Replays::default();
        assert_eq!(replays.remember(once(1, 1, 300_000), EventTime(0)), Ok(()));
        assert_eq!(replays.remember(once(1, 1, 300_000), EventTime(0)), Err(SignatureFault::Replayed));
        assert_eq!(replays.remember(once(1, 1, 300_000), EventTime(299_999)), Err(SignatureFault::Replayed));
        assert_eq!(replays.remember(once(2, 2, 300_000), EventTime(0)), Ok(()));
        replays.forget(once(1, 1, 300_000));
        replays.forget(once(1, 1, 300_000));
        assert_eq!(replays.remember(once(1, 1, 300_000), EventTime(0)), Ok(()));
        assert_eq!(replays.count, 2);
        assert_eq!(replays.remember(once(3, 3, 700_000), EventTime(360_000)), Ok(()));
        assert_eq!((replays.count, replays.ending.len()), (1, 1), "what ended is gone");
    }

    #[test]
    fn calls_of_one_signature_come_together() {
        let mut replays = Replays::default();
        assert_eq!(replays.remember(once(1, 1, 300_000), EventTime(0)), Ok(()));
        assert_eq!(replays.remember(once(1, 2, 300_000), EventTime(900)), Ok(()));
        assert_eq!(replays.remember(once(1, 2, 300_000), EventTime(900)), Err(SignatureFault::Replayed));
        assert_eq!(replays.remember(once(1, 3, 300_000), EventTime(4_999)), Ok(()));
        assert_eq!(replays.remember(once(1, 4, 300_000), EventTime(5_000)), Err(SignatureFault::Replayed));
        [1, 2, 3].into_iter().for_each(|call| replays.forget(once(1, call, 300_000)));
        assert_eq!(replays.remember(once(1, 4, 300_000), EventTime(60_000)), Ok(()), "none of them was carried out");
    }

    #[test]
    fn what_cannot_be_remembered_is_refused() {
        let mut replays = Replays { max: 1_000, ..Replays::default() };
        for mark in 0..1_000 {
            assert_eq!(replays.remember(once(mark, mark, MINUTE), EventTime(0)), Ok(()));
        }
        assert_eq!(replays.remember(once(u128::MAX, u128::MAX, MINUTE), EventTime(0)), Err(SignatureFault::Busy));
        assert_eq!(replays.remember(once(5, 5, MINUTE), EventTime(0)), Err(SignatureFault::Replayed));
        assert_eq!(replays.remember(once(u128::MAX, u128::MAX, 4 * MINUTE), EventTime(2 * MINUTE)), Ok(()));
    }
}
