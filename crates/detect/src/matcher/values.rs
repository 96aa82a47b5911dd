//! From one value to the conditions it may satisfy: what rules and event patterns have in common.

use std::sync::Arc;

use aho_corasick::AhoCorasick;
use hashbrown::HashMap;

use super::lookup::Seen;
use crate::predicate::{Pattern, fold};
use crate::tree::scalar_text;

/// The anchors of conditions among the values of one field.
#[derive(Debug, Default)]
pub(crate) struct Values {
    exact: HashMap<Box<str>, Vec<u32>, foldhash::fast::FixedState>,
    patterns: Vec<(Pattern, Vec<u32>)>,
    /// Finds which patterns are worth trying, by their longest literal piece.
    pieces: Option<AhoCorasick>,
    present: Vec<u32>,
    /// All of the above: what a value that is no scalar may satisfy.
    all: Vec<u32>,
    /// How many predicates ask about this field's text.
    asked: u32,
}

impl Values {
    /// Of anchors and their conditions: a folded pattern, or nothing where any value will do.
    pub(crate) fn build(anchors: impl Iterator<Item = (Option<Pattern>, u32)>) -> Values {
        let mut exact: HashMap<Box<str>, Vec<u32>, _> = HashMap::default();
        let mut patterns: HashMap<Pattern, Vec<u32>> = HashMap::new();
        let (mut present, mut all) = (Vec::new(), Vec::new());
        for (anchor, condition) in anchors {
            all.push(condition);
            match anchor {
                None => present.push(condition),
                Some(Pattern::Exact(text)) => exact.entry(text).or_default().push(condition),
                Some(pattern) => patterns.entry(pattern).or_default().push(condition),
            }
        }
        all.sort_unstable();
        all.dedup();
        let patterns: Vec<(Pattern, Vec<u32>)> = patterns.into_iter().collect();
        let pieces = AhoCorasick::new(patterns.iter().map(|(pattern, _)| pattern.literal_piece())).ok().filter(|_| !patterns.is_empty());
        Values { exact, patterns, pieces, present, all, asked: 0 }
    }

    /// Whether no value points anywhere.
    #[inline]
    pub(crate) fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// The next free number for a predicate about this field's text.
    pub(crate) fn new_number(&mut self) -> u32 {
        self.asked += 1;
        self.asked - 1
    }

    /// A value to remember, with what it points to.
    #[cold]
    pub(super) fn see(&self, json: Arc<str>) -> Seen {
        let conditions = self.conditions(&json);
        Seen::new(json, conditions, self.asked)
    }

    /// The conditions that a value, given as JSON text, points to.
    #[cold]
    pub(crate) fn conditions(&self, json: &str) -> Vec<u32> {
        let Some(text) = scalar_text(json) else {
            return if json == "null" { Vec::new() } else { self.all.clone() };
        };
        let folded = fold(&text);
        let mut found = self.present.clone();
        found.extend(self.exact.get(&*folded).into_iter().flatten());
        match &self.pieces {
            Some(pieces) => {
                let mut tried = vec![false; self.patterns.len()];
                for piece in pieces.find_overlapping_iter(&*folded) {
                    let at = piece.pattern().as_usize();
                    if !std::mem::replace(&mut tried[at], true) && self.patterns[at].0.fits(&folded) {
                        found.extend(&self.patterns[at].1);
                    }
                }
            }
            None => found.extend(self.patterns.iter().filter(|(pattern, _)| pattern.fits(&folded)).flat_map(|(_, conditions)| conditions)),
        }
        found.sort_unstable();
        found.dedup();
        found
    }
}
