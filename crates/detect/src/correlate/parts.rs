//! Which rules of a correlation were seen in a window, and in what order.

use std::collections::VecDeque;

use watchfire_model::EventTime;

use super::window::ENTRIES_MAX;

/// The times of each part's signals, oldest first; parts in the order the correlation lists them.
#[derive(Debug, Default)]
pub(super) struct Parts(Vec<(u16, VecDeque<EventTime>)>);

impl Parts {
    pub(super) fn add(&mut self, part: u16, time: EventTime) {
        let at = match self.0.binary_search_by_key(&part, |(part, _)| *part) {
            Ok(at) => at,
            Err(at) => {
                self.0.insert(at, (part, VecDeque::new()));
                at
            }
        };
        let times = &mut self.0[at].1;
        if times.len() >= ENTRIES_MAX {
            // The earliest and the latest say enough about an order.
            times.pop_back();
        }
        let at = times.iter().rposition(|known| *known <= time).map_or(0, |before| before + 1);
        times.insert(at, time);
    }

    /// Forgets the oldest signal of a part.
    pub(super) fn remove_oldest(&mut self, part: u16) {
        let Ok(at) = self.0.binary_search_by_key(&part, |(part, _)| *part) else { return };
        self.0[at].1.pop_front();
        if self.0[at].1.is_empty() {
            self.0.remove(at);
        }
    }

    pub(super) fn seen(&self) -> usize {
        self.0.len()
    }

    pub(super) fn has(&self, wanted: impl Fn(u16) -> bool) -> bool {
        self.0.iter().any(|(part, _)| wanted(*part))
    }

    /// How many different parts were seen in the order listed, each no earlier than the one before. Signals of the same moment count
    /// in any order: CloudTrail's clock has whole seconds.
    pub(super) fn seen_in_order(&self) -> usize {
        // ends[n]: the earliest moment at which n parts had been seen in order.
        let mut ends = vec![EventTime(i64::MIN)];
        for (_, times) in &self.0 {
            for n in (0..ends.len()).rev() {
                let Some(time) = times.get(times.partition_point(|time| *time < ends[n])).copied() else { continue };
                match ends.get_mut(n + 1) {
                    Some(end) => *end = time.min(*end),
                    None => ends.push(time),
                }
            }
        }
        ends.len() - 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn in_order(signals: &[(u16, i64)]) -> usize {
        let mut parts = Parts::default();
        signals.iter().for_each(|&(part, time)| parts.add(part, EventTime(time)));
        parts.seen_in_order()
    }

    #[test]
    fn the_longest_run_in_order_counts() {
        assert_eq!(in_order(&[]), 0);
        assert_eq!(in_order(&[(1, 1), (0, 2)]), 1);
        assert_eq!(in_order(&[(1, 1), (0, 2), (1, 2)]), 2);
        assert_eq!(in_order(&[(2, 1), (0, 2), (1, 3)]), 2);
        assert_eq!(in_order(&[(0, 1), (2, 2), (1, 3), (2, 3)]), 3);
        assert_eq!(in_order(&[(0, 5), (1, 1), (2, 2)]), 2);
    }
}
