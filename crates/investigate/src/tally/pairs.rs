//! Who called what from where: distinct pairs of numbered texts.

use std::collections::HashSet;

use foldhash::fast::FixedState;

/// Distinct pairs kept of one kind; beyond, distinct counts are lower bounds. 500,000 pairs take about 8 MB.
pub(crate) const PAIRS_MAX: usize = 500_000;

/// Distinct pairs of texts, each given by its number in its table.
#[derive(Debug, Default)]
pub(crate) struct Pairs {
    // The numbers are our own and dense, so that a fixed hash is no opening for an attacker.
    set: HashSet<(u32, u32), FixedState>,
    full: bool,
}

impl Pairs {
    #[inline]
    pub(crate) fn insert(&mut self, left: u32, right: u32) {
        if self.set.len() < PAIRS_MAX {
            self.set.insert((left, right));
        } else if !self.full && !self.set.contains(&(left, right)) {
            self.full = true;
        }
    }

    /// Follows its tables through a prune; pairs with a forgotten side are forgotten too.
    pub(crate) fn renumber(&mut self, left: Option<&[Option<u32>]>, right: Option<&[Option<u32>]>) {
        if left.is_none() && right.is_none() {
            return;
        }
        self.full = true;
        for (a, b) in std::mem::take(&mut self.set) {
            if let (Some(a), Some(b)) = (renumbered(left, a), renumbered(right, b)) {
                self.set.insert((a, b));
            }
        }
    }

    /// Adds another set, whose numbers have these meanings here.
    pub(crate) fn absorb(&mut self, other: &Pairs, left: &[Option<u32>], right: &[Option<u32>]) {
        self.full |= other.full;
        for (a, b) in &other.set {
            if let (Some(a), Some(b)) = (renumbered(Some(left), *a), renumbered(Some(right), *b)) {
                self.insert(a, b);
            }
        }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (u32, u32)> {
        self.set.iter().copied()
    }

    pub(crate) fn contains(&self, left: u32, right: u32) -> bool {
        self.set.contains(&(left, right))
    }

    /// Whether something was left out, so that counts are lower bounds.
    pub(crate) fn is_full(&self) -> bool {
        self.full
    }
}

fn renumbered(map: Option<&[Option<u32>]>, id: u32) -> Option<u32> {
    match map {
        Some(map) => map.get(id as usize).copied().flatten(),
        None => Some(id),
    }
}

/// Remembers recent combinations, so that the busy ones cost one look instead of four.
#[derive(Debug)]
pub(crate) struct Recent(Box<[[u32; 4]]>);

/// 128 KiB: stays in a core's second-level cache. A power of two.
const RECENT: usize = 8192;

impl Default for Recent {
    fn default() -> Self {
        Recent(vec![[u32::MAX; 4]; RECENT].into_boxed_slice())
    }
}

impl Recent {
    /// Whether this combination is new as far as remembered; remembers it.
    #[inline]
    pub(crate) fn is_new(&mut self, combination: [u32; 4]) -> bool {
        let mixed = combination.iter().fold(0u64, |sum, id| (sum ^ u64::from(*id)).wrapping_mul(0x9E37_79B9_7F4A_7C15));
        let place = (mixed >> 32) as usize & (RECENT - 1);
        match self.0.get_mut(place) {
            Some(known) if *known == combination => false,
            Some(known) => {
                *known = combination;
                true
            }
            None => true,
        }
    }
}
