//! What each group of signals has in all: most groups can be seen to be harmless before anything is sorted.

use std::collections::BTreeSet;

use hashbrown::{Equivalent, HashMap};
use watchfire_detect::Least;

/// Counts of every group, by correlation and key.
#[derive(Debug, Default)]
pub(super) struct Groups {
    groups: HashMap<(u32, Box<str>), Group, foldhash::fast::FixedState>,
}

/// Groups that are counted, about 200 bytes each; further ones are fed without being counted first.
const GROUPS_MAX: usize = 300_000;

/// What a group has, counted as far as its correlation asks.
#[derive(Debug, Default)]
pub(super) struct Group {
    pub(super) signals: u64,
    /// One bit a rule; from the 64th on they share one.
    pub(super) parts: u64,
    pub(super) values: BTreeSet<Box<str>>,
}

impl Groups {
    /// Adds what a part of the signals has of a group.
    pub(super) fn add(&mut self, correlation: u32, key: &str, group: Group, least: &[Least]) {
        if is_unasked(correlation, least) {
            return;
        }
        if self.groups.len() >= GROUPS_MAX && !self.groups.contains_key(&Name(correlation, key)) {
            return;
        }
        let known = self.groups.entry((correlation, key.into())).or_default();
        known.signals += group.signals;
        known.parts |= group.parts;
        let wanted = least.get(correlation as usize).map_or(0, |least| least.values);
        for value in group.values {
            if known.values.len() < wanted {
                known.values.insert(value);
            }
        }
    }

    pub(super) fn join(&mut self, other: Groups, least: &[Least]) {
        other.groups.into_iter().for_each(|((correlation, key), group)| self.add(correlation, &key, group, least));
    }

    /// Whether a group has what its correlation needs at least.
    pub(super) fn is_promising(&self, correlation: u32, key: &str, least: &[Least]) -> bool {
        let Some(asked) = least.get(correlation as usize).filter(|asked| **asked != Least::default()) else { return true };
        let Some(group) = self.groups.get(&Name(correlation, key)) else { return true };
        group.signals >= asked.signals
            && group.values.len() >= asked.values
            && (group.parts.count_ones() >= asked.parts || asked.parts > 63)
    }
}

/// A group's name, borrowed; hashes like the owned one.
#[derive(Hash)]
struct Name<'n>(u32, &'n str);

impl Equivalent<(u32, Box<str>)> for Name<'_> {
    fn equivalent(&self, other: &(u32, Box<str>)) -> bool {
        self.0 == other.0 && *self.1 == *other.1
    }
}

/// Correlations that ask for nothing in particular are not counted.
pub(super) fn is_unasked(correlation: u32, least: &[Least]) -> bool {
    least.get(correlation as usize).is_none_or(|asked| *asked == Least::default())
}
