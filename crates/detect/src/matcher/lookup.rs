//! What is known of values seen before. CloudTrail repeats itself: a few hundred event names, agents and identities stand for nearly
//! all records, so that most questions about a record were already answered on another.

use std::sync::Arc;

use hashbrown::HashMap;
use watchfire_model::Record;

use super::index::FieldIndex;

/// The memory of one thread.
#[derive(Debug, Default)]
pub(super) struct Lookup {
    fields: Vec<Memory>,
    /// Where each field of the record at hand stands; apart from the rest, so that a new record touches little memory.
    current: Vec<Current>,
}

/// Values of one field.
#[derive(Debug, Default)]
struct Memory {
    numbers: HashMap<Arc<str>, u32, foldhash::fast::FixedState>,
    seen: Vec<Seen>,
    /// The value found last: records that follow each other are often alike.
    last: usize,
    /// Lookups since the memory began anew, and how many of them found nothing.
    lookups: u32,
    misses: u32,
}

/// Where a field of the record at hand stands in the memory.
#[derive(Debug, Clone, Copy)]
enum Current {
    NotLookedUp,
    /// Absent, no scalar, or too long to remember.
    Unremembered,
    Number(u32),
}

/// One value: the conditions it points to, and the predicates that were asked about it.
#[derive(Debug)]
pub(super) struct Seen {
    json: Arc<str>,
    pub(super) candidates: Box<[u32]>,
    /// Two bits a predicate: asked, and the answer.
    verdicts: Box<[u8]>,
}

/// Values remembered per field; past that the memory starts anew.
const SEEN_MAX: usize = 16 * 1024;

/// A field whose values return less often than this is not learnt further: what is known of it stays.
const MISSES_WORTH: u32 = 4;

/// Longer values are rarely seen again.
const SEEN_BYTES_MAX: usize = 512;

impl Lookup {
    /// A new record.
    #[inline]
    pub(super) fn begin(&mut self, fields: usize) {
        if self.fields.len() != fields {
            self.fields.resize_with(fields, Memory::default);
            self.current.resize(fields, Current::NotLookedUp);
        }
        self.current.fill(Current::NotLookedUp);
    }

    /// What is known of the value that the record at hand has in a field.
    #[inline]
    pub(super) fn seen(&mut self, at: usize, field: &FieldIndex, record: &Record<'_>) -> Option<&mut Seen> {
        let (memory, current) = (self.fields.get_mut(at)?, self.current.get_mut(at)?);
        if let Current::NotLookedUp = current {
            *current = memory.find(field, record);
        }
        match *current {
            Current::Number(number) => memory.seen.get_mut(number as usize),
            Current::NotLookedUp | Current::Unremembered => None,
        }
    }
}

impl Memory {
    #[inline]
    fn find(&mut self, field: &FieldIndex, record: &Record<'_>) -> Current {
        let Some(json) = field.json(record) else { return Current::Unremembered };
        self.lookups = self.lookups.saturating_add(1);
        if self.seen.get(self.last).is_some_and(|last| *last.json == *json) {
            return Current::Number(self.last as u32);
        }
        match self.numbers.get(json) {
            Some(number) => {
                self.last = *number as usize;
                Current::Number(*number)
            }
            None => self.learn(json, field),
        }
    }

    #[cold]
    fn learn(&mut self, json: &str, field: &FieldIndex) -> Current {
        let is_scalar = !json.starts_with(['{', '[']);
        if !is_scalar || json.len() > SEEN_BYTES_MAX {
            return Current::Unremembered;
        }
        self.misses = self.misses.saturating_add(1);
        if self.seen.len() >= SEEN_MAX {
            if self.lookups / MISSES_WORTH < self.misses {
                return Current::Unremembered;
            }
            self.numbers.clear();
            self.seen.clear();
            (self.lookups, self.misses) = (0, 0);
        }
        let number = self.seen.len() as u32;
        let json: Arc<str> = json.into();
        self.seen.push(field.see(json.clone()));
        self.numbers.insert(json, number);
        Current::Number(number)
    }
}

impl Seen {
    pub(super) fn new(json: Arc<str>, candidates: Vec<u32>, predicates: u32) -> Seen {
        Seen { json, candidates: candidates.into(), verdicts: vec![0; predicates.div_ceil(4) as usize].into() }
    }

    /// The verdict of a predicate on this value, asked at most once.
    #[inline]
    pub(super) fn verdict(&mut self, number: u32, judge: &mut dyn FnMut() -> bool) -> bool {
        let shift = (number % 4) * 2;
        let Some(byte) = self.verdicts.get_mut(number as usize / 4) else { return judge() };
        if *byte >> shift & 1 == 0 {
            *byte |= (1 | u8::from(judge()) << 1) << shift;
        }
        *byte >> shift & 2 != 0
    }
}
