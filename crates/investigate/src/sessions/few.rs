//! A few distinct texts, the earliest first.

use foldhash::fast::FixedState;
use std::hash::BuildHasher;
use watchfire_model::EventTime;

use crate::text::cut;

/// Texts kept of one session; a session seen from more places than this is said to have more.
const FEW: usize = 8;

/// Longer texts are kept as their beginning.
const TEXT_BYTES_MAX: usize = 200;

/// The earliest few distinct texts. The same whatever the order in which they are seen.
#[derive(Debug, Clone, Default)]
pub(crate) struct Few {
    texts: Vec<(EventTime, u64, Box<str>)>,
    more: bool,
}

impl Few {
    /// Notes a text; gives the bytes that were added.
    #[inline]
    pub(crate) fn observe(&mut self, text: &str, time: EventTime) -> usize {
        // The hash only speeds up the comparison; equal hashes are compared in full below.
        let text = cut(text, TEXT_BYTES_MAX);
        let hash = FixedState::default().hash_one(text);
        for (first, known, kept) in &mut self.texts {
            if *known == hash && **kept == *text {
                *first = (*first).min(time);
                return 0;
            }
        }
        self.insert(text, hash, time)
    }

    fn insert(&mut self, text: &str, hash: u64, time: EventTime) -> usize {
        if self.texts.len() < FEW {
            self.texts.push((time, hash, text.into()));
            return text.len();
        }
        self.more = true;
        let latest = self.texts.iter_mut().max_by(|a, b| (a.0, &a.2).cmp(&(b.0, &b.2)));
        match latest {
            Some(latest) if (time, text) < (latest.0, &*latest.2) => {
                *latest = (time, hash, text.into());
                text.len()
            }
            _ => 0,
        }
    }

    pub(crate) fn absorb(&mut self, other: Few) {
        self.more |= other.more;
        for (time, _, text) in other.texts {
            self.observe(&text, time);
        }
    }

    /// The texts, earliest first.
    pub(crate) fn texts(&self) -> Vec<&str> {
        let mut texts: Vec<_> = self.texts.iter().map(|(time, _, text)| (*time, &**text)).collect();
        texts.sort_unstable();
        texts.into_iter().map(|(_, text)| text).collect()
    }

    /// Whether there were more than are kept.
    pub(crate) fn has_more(&self) -> bool {
        self.more
    }
}
