//! Signals as small as they can be held: texts once each, ids as numbers.

use std::cmp::Ordering;
use std::sync::Arc;

use hashbrown::HashMap;
use watchfire_detect::{Fed, Least, Signal};
use watchfire_model::{EventTime, Occurrence};

use super::groups::{self, Groups};
use crate::entity::cut;

/// One signal; its texts stand in the [`Pack`].
#[derive(Debug, Clone, Copy)]
struct Packed {
    time: i64,
    /// A UUID's bytes, or the number of the id's text in the first four.
    event: [u8; 16],
    correlation: u32,
    group: u32,
    first_value: u32,
    source: u32,
    values: u16,
    part: u16,
    is_uuid: bool,
}

/// The signals of one correlation and key, counted as far as the correlation asks.
#[derive(Debug)]
struct Group {
    correlation: u32,
    key: u32,
    signals: u64,
    parts: u64,
    values: Vec<u32>,
}

/// Texts, each once.
#[derive(Debug, Default)]
struct Texts {
    numbers: HashMap<Box<str>, u32, foldhash::fast::FixedState>,
    texts: Vec<Box<str>>,
    /// Numbers found last, by [`mark`]: most texts return soon.
    recent: Vec<u32>,
    bytes: usize,
}

impl Texts {
    fn number(&mut self, text: &str) -> u32 {
        let recent = mark(text);
        if let Some(number) =
            self.recent.get(recent).filter(|number| self.texts.get(**number as usize).is_some_and(|known| **known == *text))
        {
            return *number;
        }
        let number = self.numbers.get(text).copied().unwrap_or_else(|| self.add(text));
        if self.recent.is_empty() {
            self.recent.resize(RECENT, 0);
        }
        if let Some(place) = self.recent.get_mut(recent) {
            *place = number;
        }
        number
    }

    fn add(&mut self, text: &str) -> u32 {
        let number = self.texts.len() as u32;
        self.numbers.insert(text.into(), number);
        self.texts.push(text.into());
        self.bytes += 2 * text.len() + ENTRY_BYTES;
        number
    }

    fn text(&self, number: u32) -> &str {
        &self.texts[number as usize]
    }
}

/// Numbers found without hashing.
const RECENT: usize = 1024;

/// A place for a text, made of its length and last bytes.
fn mark(text: &str) -> usize {
    let bytes = text.as_bytes();
    let end = bytes
        .last_chunk::<9>()
        .map_or_else(|| bytes.len() as u64, |[end @ .., last]| u64::from_le_bytes(*end).rotate_left(8) ^ u64::from(*last));
    ((end ^ bytes.len() as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 54) as usize % RECENT
}

/// What a text costs beside its bytes: two boxes and a place in the map.
const ENTRY_BYTES: usize = 56;

/// Signals in one chunk: 768 KB.
const CHUNK_SIGNALS: usize = 16 * 1024;

/// Stands between the texts of a key. A log text that holds it, by an escape, is somebody's joke: there it is replaced.
const SEPARATOR: &str = "\u{1f}";
pub(super) const SEPARATOR_BYTE: u8 = 0x1f;

/// What a group costs, its place in the map included.
const GROUP_BYTES: usize = 80;

/// The record that a signal comes from.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Origin<'o> {
    pub(crate) event_id: &'o str,
    pub(crate) time: EventTime,
    pub(crate) source: &'o Arc<str>,
}

/// Signals of one worker, unsorted.
#[derive(Debug)]
pub(super) struct Pack {
    least: Arc<[Least]>,
    /// Chunks that are full: one long vector would be copied again and again while it grows.
    full: Vec<Vec<Packed>>,
    open: Vec<Packed>,
    texts: Texts,
    groups: Vec<Group>,
    /// Where the group of a correlation and key stands.
    places: HashMap<(u32, u32), u32, foldhash::fast::FixedState>,
    values: Vec<u32>,
    sources: Vec<Arc<str>>,
    key: String,
    /// What was added last.
    last: Option<Packed>,
    /// One match often feeds several correlations with the same key.
    last_key: String,
    last_key_number: u32,
}

impl Pack {
    /// Empty; counts what the correlations ask of their groups at least.
    pub(super) fn new(least: Arc<[Least]>) -> Pack {
        Pack {
            least,
            full: Vec::new(),
            open: Vec::new(),
            texts: Texts::default(),
            groups: Vec::new(),
            places: HashMap::default(),
            values: Vec::new(),
            sources: Vec::new(),
            key: String::new(),
            last: None,
            last_key: String::new(),
            last_key_number: 0,
        }
    }

    pub(super) fn add(&mut self, fed: &Fed<'_>, origin: &Origin<'_>) {
        let first_value = self.values.len() as u32;
        for value in fed.values {
            let number = self.texts.number(&cut(value));
            self.values.push(number);
        }
        let group = self.group(fed, first_value as usize);
        let (event, is_uuid) = self.event(origin.event_id);
        let signal = Packed {
            time: origin.time.millis(),
            event,
            correlation: fed.correlation,
            group,
            first_value,
            source: self.source(origin.source),
            values: fed.values.len() as u16,
            part: fed.part,
            is_uuid,
        };
        self.push(signal);
    }

    /// Adds what was added last, of another record.
    pub(super) fn add_again(&mut self, origin: &Origin<'_>) {
        let Some(last) = self.last else { return };
        let (event, is_uuid) = self.event(origin.event_id);
        if let Some(group) = self.groups.get_mut(last.group as usize) {
            group.signals += 1;
        }
        let source = self.source(origin.source);
        self.push(Packed { time: origin.time.millis(), event, is_uuid, source, ..last });
    }

    fn push(&mut self, signal: Packed) {
        self.last = Some(signal);
        if self.open.len() == CHUNK_SIGNALS {
            self.full.push(std::mem::take(&mut self.open));
        }
        if self.open.is_empty() {
            self.open.reserve_exact(CHUNK_SIGNALS);
        }
        self.open.push(signal);
    }

    /// The group that a signal belongs to, the signal counted.
    fn group(&mut self, fed: &Fed<'_>, first_value: usize) -> u32 {
        let key = self.key(fed);
        let groups = &mut self.groups;
        let place = *self.places.entry((fed.correlation, key)).or_insert_with(|| {
            groups.push(Group { correlation: fed.correlation, key, signals: 0, parts: 0, values: Vec::new() });
            groups.len() as u32 - 1
        });
        let wanted = self.least.get(fed.correlation as usize).map_or(0, |least| least.values);
        if let Some(group) = groups.get_mut(place as usize) {
            group.signals += 1;
            group.parts |= 1 << fed.part.min(63);
            for value in self.values.get(first_value..).unwrap_or_default() {
                if group.values.len() < wanted && !group.values.contains(value) {
                    group.values.push(*value);
                }
            }
        }
        place
    }

    /// The number of a signal's key.
    fn key(&mut self, fed: &Fed<'_>) -> u32 {
        self.key.clear();
        for text in fed.key {
            let text = cut(text);
            if memchr::memchr(SEPARATOR_BYTE, text.as_bytes()).is_some() {
                self.key.push_str(&text.replace(SEPARATOR, "\u{fffd}"));
            } else {
                self.key.push_str(&text);
            }
            self.key.push_str(SEPARATOR);
        }
        if self.last_key != self.key {
            self.last_key_number = self.texts.number(&self.key);
            std::mem::swap(&mut self.last_key, &mut self.key);
        }
        self.last_key_number
    }

    /// An event's id: CloudTrail's are UUIDs, as which they take a third of the room.
    fn event(&mut self, id: &str) -> ([u8; 16], bool) {
        match uuid(id) {
            Some(bytes) => (bytes, true),
            None => {
                let mut bytes = [0; 16];
                let number = self.texts.number(&cut(id)).to_be_bytes();
                bytes[..4].copy_from_slice(&number);
                (bytes, false)
            }
        }
    }

    /// Signals come source by source.
    fn source(&mut self, source: &Arc<str>) -> u32 {
        if !self.sources.last().is_some_and(|last| Arc::ptr_eq(last, source) || last == source) {
            self.sources.push(source.clone());
        }
        self.sources.len() as u32 - 1
    }

    /// What it takes, in bytes.
    pub(super) fn bytes(&self) -> usize {
        let signals = (self.full.len() + 1) * CHUNK_SIGNALS * size_of::<Packed>();
        signals + self.texts.bytes + self.groups.len() * GROUP_BYTES + self.values.len() * size_of::<u32>()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.open.is_empty()
    }

    /// Adds what its groups have to the counts of all.
    pub(super) fn count(&self, groups: &mut Groups) {
        for own in &self.groups {
            let values = own.values.iter().map(|value| self.texts.text(*value).into()).collect();
            let counted = groups::Group { signals: own.signals, parts: own.parts, values };
            groups.add(own.correlation, self.texts.text(own.key), counted, &self.least);
        }
    }

    fn values_of(&self, signal: &Packed) -> &[u32] {
        let first = signal.first_value as usize;
        self.values.get(first..first + usize::from(signal.values)).unwrap_or_default()
    }

    /// Every signal of the groups to keep, in order.
    pub(super) fn into_sorted(mut self, keep: &dyn Fn(u32, &str) -> bool) -> impl Iterator<Item = Signal> + use<> {
        // Signals of one group share their key.
        let key = |group: &Group| {
            let key = self.texts.text(group.key);
            keep(group.correlation, key).then(|| split(key))
        };
        let keys: Vec<Option<Arc<[Box<str>]>>> = self.groups.iter().map(key).collect();
        let is_kept = |signal: &Packed| keys.get(signal.group as usize).is_some_and(Option::is_some);
        let chunks = std::mem::take(&mut self.full).into_iter().chain([std::mem::take(&mut self.open)]);
        let mut signals: Vec<Packed> = Vec::new();
        for chunk in chunks {
            signals.extend(chunk.into_iter().filter(is_kept));
        }
        signals.sort_unstable_by(|a, b| self.order(a, b));
        signals.into_iter().filter_map(move |packed| self.unpacked(&packed, keys.get(packed.group as usize)?.as_ref()?))
    }

    fn order(&self, a: &Packed, b: &Packed) -> Ordering {
        let events = || if a.is_uuid && b.is_uuid { a.event.cmp(&b.event) } else { self.event_id(a).cmp(&self.event_id(b)) };
        (a.time, a.correlation, a.part)
            .cmp(&(b.time, b.correlation, b.part))
            .then_with(events)
            .then_with(|| self.key_text(a).cmp(self.key_text(b)))
    }

    fn key_text(&self, signal: &Packed) -> &str {
        self.groups.get(signal.group as usize).map_or("", |group| self.texts.text(group.key))
    }

    fn event_id(&self, signal: &Packed) -> String {
        if signal.is_uuid {
            return uuid_text(&signal.event);
        }
        let [a, b, c, d, ..] = signal.event;
        self.texts.text(u32::from_be_bytes([a, b, c, d])).to_owned()
    }

    fn unpacked(&self, packed: &Packed, key: &Arc<[Box<str>]>) -> Option<Signal> {
        let values = self.values_of(packed);
        let time = EventTime(packed.time);
        let source = self.sources.get(packed.source as usize)?.clone();
        Some(Signal {
            correlation: packed.correlation,
            part: packed.part,
            time,
            key: key.clone(),
            values: values.iter().map(|&number| self.texts.text(number).into()).collect(),
            occurrences: vec![Occurrence { event_id: self.event_id(packed).into(), time, source }],
        })
    }
}

/// The texts of a key as it stands in a pack.
pub(super) fn split(key: &str) -> Arc<[Box<str>]> {
    key.split_terminator(SEPARATOR).map(Box::from).collect()
}

/// A UUID in its canonical form: anything else would not come back as it was.
fn uuid(text: &str) -> Option<[u8; 16]> {
    let text: &[u8; UUID_CHARS] = text.as_bytes().try_into().ok()?;
    let dashes = [8, 13, 18, 23];
    let mut bytes = [0; 16];
    let mut worst = 0;
    for (byte, at) in bytes.iter_mut().zip(UUID_DIGITS) {
        let (high, low) = (HEX[usize::from(text[at])], HEX[usize::from(text[at + 1])]);
        worst |= high | low;
        *byte = high << 4 | low & 0xf;
    }
    (worst < 16 && dashes.iter().all(|at| text[*at] == b'-')).then_some(bytes)
}

/// Where the two digits of each byte begin.
const UUID_DIGITS: [usize; 16] = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34];

/// The value of a lower-case hex digit; 0x80 for anything else.
const HEX: [u8; 256] = {
    let mut table = [0x80; 256];
    let digits = b"0123456789abcdef";
    let mut value = 0;
    while value < 16 {
        table[digits[value] as usize] = value as u8;
        value += 1;
    }
    table
};

fn uuid_text(bytes: &[u8; 16]) -> String {
    let mut text = String::with_capacity(UUID_CHARS);
    for (at, byte) in bytes.iter().enumerate() {
        if matches!(at, 4 | 6 | 8 | 10) {
            text.push('-');
        }
        for digit in [byte >> 4, byte & 0xf] {
            text.push(char::from_digit(digit.into(), 16).unwrap_or('0'));
        }
    }
    text
}

/// Characters of a UUID in its canonical form.
const UUID_CHARS: usize = 36;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn canonical_uuids_come_back_as_they_were() {
        let id = "0e2a4f0c-7f53-4a3b-8b9f-6f2f5d7a0001";
        assert_eq!(uuid(id).map(|bytes| uuid_text(&bytes)).as_deref(), Some(id));
        for other in ["0E2A4F0C-7F53-4A3B-8B9F-6F2F5D7A0001", "0e2a4f0c7f53-4a3b-8b9f-6f2f5d7a00012", "", "-"] {
            assert_eq!(uuid(other), None, "{other}");
        }
    }
}
