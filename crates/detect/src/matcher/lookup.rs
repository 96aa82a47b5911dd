//! What is known of values seen before. CloudTrail repeats itself: a few hundred event names, agents and identities stand for nearly
//! all records, so that most questions about a record were already answered on another.

use std::sync::Arc;

use hashbrown::HashMap;
use watchfire_model::Record;

use super::index::FieldIndex;
use super::values::Values;

/// The memory of one thread.
#[derive(Debug, Default)]
pub(super) struct Lookup {
    fields: Vec<Memory>,
    /// Where each field of the record at hand stands; apart from the rest, so that a new record touches little memory.
    current: Vec<Current>,
}

/// Values of one field.
#[derive(Debug)]
pub(crate) struct Memory {
    numbers: HashMap<Arc<str>, u32, foldhash::fast::FixedState>,
    seen: Vec<Seen>,
    /// The value found last under each value's [`mark`]: nearly always the one asked for, and found without hashing.
    recent: Box<[Recent]>,
    /// How often the memory began anew: numbers given before mean nothing after.
    generation: u32,
    /// Lookups since the memory began anew, and how many of them found nothing.
    lookups: u32,
    misses: u32,
}

/// Where a field of the record at hand stands in the memory.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Current {
    NotLookedUp,
    Absent,
    /// No scalar, or too long to remember.
    Unremembered,
    /// It points to no condition.
    Pointless(u32),
    Number(u32),
}

/// One value: the conditions it points to, and the predicates that were asked about it.
#[derive(Debug)]
pub(crate) struct Seen {
    json: Arc<str>,
    pub(super) candidates: Box<[u32]>,
    /// Two bits a predicate: asked, and the answer.
    verdicts: Box<[u8]>,
}

/// A value found lately. A short one is held in place: records stream through the cache, so that each pointer followed costs.
#[derive(Debug, Clone, Copy, Default)]
struct Recent {
    number: u32,
    /// Bytes of a short value; [`LONG`] for one that stands in [`Memory::seen`] alone.
    len: u8,
    /// Whether it points to any condition.
    points: bool,
    bytes: [u8; RECENT_BYTES],
}

/// Longer values are not held in place.
const RECENT_BYTES: usize = 26;

/// In place of the length of a value that is not held in place.
const LONG: u8 = u8::MAX;

/// Values found without hashing; a power of two.
const RECENT: usize = 256;

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
            *current = memory.of_field(field, record);
        }
        match *current {
            Current::Number(number) | Current::Pointless(number) => memory.seen.get_mut(number as usize),
            Current::NotLookedUp | Current::Unremembered | Current::Absent => None,
        }
    }

    /// Appends the conditions that a field's value points to; false when nothing is remembered of it.
    #[inline]
    pub(super) fn candidates(&mut self, at: usize, field: &FieldIndex, record: &Record<'_>, candidates: &mut Vec<u32>) -> bool {
        let (Some(memory), Some(current)) = (self.fields.get_mut(at), self.current.get_mut(at)) else { return false };
        *current = memory.of_field(field, record);
        match *current {
            Current::Pointless(_) | Current::Absent => true,
            Current::Number(number) => memory.seen.get(number as usize).is_some_and(|seen| {
                candidates.extend_from_slice(&seen.candidates);
                true
            }),
            Current::NotLookedUp | Current::Unremembered => false,
        }
    }
}

impl Default for Memory {
    fn default() -> Self {
        let recent = vec![Recent::default(); RECENT].into();
        Memory { numbers: HashMap::default(), seen: Vec::new(), recent, generation: 0, lookups: 0, misses: 0 }
    }
}

/// A number made of a value's length and last bytes, where values of one field differ most.
#[inline]
fn mark(json: &str) -> usize {
    let bytes = json.as_bytes();
    let end = match bytes.last_chunk::<8>() {
        Some(chunk) => u64::from_le_bytes(*chunk),
        None => bytes.iter().fold(0, |end, byte| end << 8 | u64::from(*byte)),
    };
    let mixed = (end ^ bytes.len() as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (mixed >> 56) as usize % RECENT
}

impl Memory {
    #[inline]
    fn of_field(&mut self, field: &FieldIndex, record: &Record<'_>) -> Current {
        field.json(record).map_or(Current::Absent, |json| self.find(json, field.values()))
    }

    /// How often it began anew: numbers given before mean nothing after.
    #[inline]
    pub(crate) fn generation(&self) -> u32 {
        self.generation
    }

    /// The conditions that the value under a number points to.
    #[inline]
    pub(crate) fn candidates(&self, number: u32) -> &[u32] {
        self.seen.get(number as usize).map_or(&[], |seen| &seen.candidates)
    }

    /// What is remembered under a number that [`Memory::find`] gave.
    #[inline]
    pub(crate) fn seen(&mut self, number: u32) -> Option<&mut Seen> {
        self.seen.get_mut(number as usize)
    }

    /// Where a value, given as JSON text, stands in the memory; from now on, if it is new.
    #[inline]
    pub(crate) fn find(&mut self, json: &str, values: &Values) -> Current {
        self.lookups = self.lookups.saturating_add(1);
        let recent = &mut self.recent[mark(json)];
        let is_it = match recent.bytes.get(..usize::from(recent.len)) {
            Some(bytes) => bytes == json.as_bytes(),
            None => self.seen.get(recent.number as usize).is_some_and(|seen| *seen.json == *json),
        };
        if is_it {
            return if recent.points { Current::Number(recent.number) } else { Current::Pointless(recent.number) };
        }
        let Some(number) = self.numbers.get(json).copied() else { return self.learn(json, values) };
        let points = self.seen.get(number as usize).is_some_and(|seen| !seen.candidates.is_empty());
        (recent.number, recent.len, recent.points) = (number, LONG, points);
        if let Some(bytes) = recent.bytes.get_mut(..json.len()) {
            bytes.copy_from_slice(json.as_bytes());
            recent.len = json.len() as u8;
        }
        if points { Current::Number(number) } else { Current::Pointless(number) }
    }

    #[cold]
    fn learn(&mut self, json: &str, values: &Values) -> Current {
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
            self.recent.fill(Recent::default());
            self.seen.clear();
            (self.lookups, self.misses) = (0, 0);
            self.generation += 1;
        }
        let number = self.seen.len() as u32;
        let json: Arc<str> = json.into();
        self.seen.push(values.see(json.clone()));
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
    pub(crate) fn verdict(&mut self, number: u32, judge: &mut dyn FnMut() -> bool) -> bool {
        let shift = (number % 4) * 2;
        let Some(byte) = self.verdicts.get_mut(number as usize / 4) else { return judge() };
        if *byte >> shift & 1 == 0 {
            *byte |= (1 | u8::from(judge()) << 1) << shift;
        }
        *byte >> shift & 2 != 0
    }
}
