//! Signals as small as they can be held: texts once each, ids as numbers.

use std::cmp::Ordering;
use std::sync::Arc;

use hashbrown::HashMap;
use watchfire_detect::{Fed, Least, Signal};
use watchfire_model::{EventTime, Occurrence};

use super::groups::{self, Group, Groups};
use crate::entity::cut;

/// One signal; its texts stand in the [`Pack`].
#[derive(Debug, Clone, Copy)]
struct Packed {
    time: i64,
    /// A UUID's bytes, or the number of the id's text in the first four.
    event: [u8; 16],
    correlation: u32,
    key: u32,
    first_value: u32,
    source: u32,
    values: u16,
    part: u16,
    is_uuid: bool,
}

/// Texts, each once.
#[derive(Debug, Default)]
struct Texts {
    numbers: HashMap<Box<str>, u32, foldhash::fast::FixedState>,
    texts: Vec<Box<str>>,
    bytes: usize,
}

impl Texts {
    fn number(&mut self, text: &str) -> u32 {
        if let Some(number) = self.numbers.get(text) {
            return *number;
        }
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

/// What a text costs beside its bytes: two boxes and a place in the map.
const ENTRY_BYTES: usize = 56;

/// Signals in one chunk: 768 KB.
const CHUNK_SIGNALS: usize = 16 * 1024;

/// Stands between the texts of a key. A log text that holds it, by an escape, is somebody's joke: there it is replaced.
const SEPARATOR: &str = "\u{1f}";

/// The record that a signal comes from.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Origin<'o> {
    pub(crate) event_id: &'o str,
    pub(crate) time: EventTime,
    pub(crate) source: &'o Arc<str>,
}

/// Signals of one worker, unsorted.
#[derive(Debug, Default)]
pub(super) struct Pack {
    /// Chunks that are full: one long vector would be copied again and again while it grows.
    full: Vec<Vec<Packed>>,
    open: Vec<Packed>,
    texts: Texts,
    values: Vec<u32>,
    sources: Vec<Arc<str>>,
    key: String,
    /// One match often feeds several correlations with the same key.
    last_key: String,
    last_key_number: u32,
}

impl Pack {
    pub(super) fn add(&mut self, fed: &Fed<'_>, origin: &Origin<'_>) {
        self.key.clear();
        for text in fed.key.iter().map(|text| cut(text)) {
            if text.contains(SEPARATOR) {
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
        let key = self.last_key_number;
        let first_value = self.values.len() as u32;
        for value in fed.values {
            let number = self.texts.number(&cut(value));
            self.values.push(number);
        }
        let (event, is_uuid) = self.event(origin.event_id);
        let signal = Packed {
            time: origin.time.millis(),
            event,
            correlation: fed.correlation,
            key,
            first_value,
            source: self.source(origin.source),
            values: fed.values.len() as u16,
            part: fed.part,
            is_uuid,
        };
        if self.open.len() == CHUNK_SIGNALS {
            self.full.push(std::mem::take(&mut self.open));
        }
        if self.open.is_empty() {
            self.open.reserve_exact(CHUNK_SIGNALS);
        }
        self.open.push(signal);
    }

    /// An event's id: CloudTrail's are UUIDs, as which they take a third of the room.
    fn event(&mut self, id: &str) -> ([u8; 16], bool) {
        match uuid(id) {
            Some(bytes) => (bytes, true),
            None => {
                let mut bytes = [0; 16];
                let number = self.texts.number(id).to_be_bytes();
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
        (self.full.len() + 1) * CHUNK_SIGNALS * size_of::<Packed>() + self.texts.bytes + self.values.len() * size_of::<u32>()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.open.is_empty()
    }

    /// Adds what its groups have to the counts of all.
    pub(super) fn count(&self, least: &[Least], groups: &mut Groups) {
        let mut own: HashMap<(u32, u32), Own, foldhash::fast::FixedState> = HashMap::default();
        for signal in self.full.iter().flatten().chain(&self.open).filter(|signal| !groups::is_unasked(signal.correlation, least)) {
            let group = own.entry((signal.correlation, signal.key)).or_default();
            group.signals += 1;
            group.parts |= 1 << signal.part.min(63);
            let wanted = least.get(signal.correlation as usize).map_or(0, |least| least.values);
            for value in self.values_of(signal) {
                if group.values.len() < wanted && !group.values.contains(value) {
                    group.values.push(*value);
                }
            }
        }
        for ((correlation, key), own) in own {
            let values = own.values.iter().map(|value| self.texts.text(*value).into()).collect();
            groups.add(correlation, self.texts.text(key), Group { signals: own.signals, parts: own.parts, values }, least);
        }
    }

    fn values_of(&self, signal: &Packed) -> &[u32] {
        let first = signal.first_value as usize;
        self.values.get(first..first + usize::from(signal.values)).unwrap_or_default()
    }

    /// Every signal of the groups to keep, in order.
    pub(super) fn into_sorted(mut self, keep: &dyn Fn(u32, &str) -> bool) -> impl Iterator<Item = Signal> + use<> {
        let chunks = std::mem::take(&mut self.full).into_iter().chain([std::mem::take(&mut self.open)]);
        let mut kept: HashMap<(u32, u32), bool, foldhash::fast::FixedState> = HashMap::default();
        let mut is_kept = |signal: &Packed| {
            let verdict = || keep(signal.correlation, self.texts.text(signal.key));
            *kept.entry((signal.correlation, signal.key)).or_insert_with(verdict)
        };
        let mut signals: Vec<Packed> = chunks.flat_map(|chunk| chunk.into_iter().filter(&mut is_kept).collect::<Vec<_>>()).collect();
        signals.sort_unstable_by(|a, b| self.order(a, b));
        signals.into_iter().map(move |packed| self.unpacked(&packed))
    }

    fn order(&self, a: &Packed, b: &Packed) -> Ordering {
        let events = || if a.is_uuid && b.is_uuid { a.event.cmp(&b.event) } else { self.event_id(a).cmp(&self.event_id(b)) };
        (a.time, a.correlation, a.part)
            .cmp(&(b.time, b.correlation, b.part))
            .then_with(events)
            .then_with(|| self.texts.text(a.key).cmp(self.texts.text(b.key)))
    }

    fn event_id(&self, signal: &Packed) -> String {
        if signal.is_uuid {
            return uuid_text(&signal.event);
        }
        let [a, b, c, d, ..] = signal.event;
        self.texts.text(u32::from_be_bytes([a, b, c, d])).to_owned()
    }

    fn unpacked(&self, packed: &Packed) -> Signal {
        let values = self.values_of(packed);
        let key = self.texts.text(packed.key);
        let time = EventTime(packed.time);
        let source = self.sources[packed.source as usize].clone();
        Signal {
            correlation: packed.correlation,
            part: packed.part,
            time,
            key: key.split_terminator(SEPARATOR).map(Box::from).collect(),
            values: values.iter().map(|&number| self.texts.text(number).into()).collect(),
            occurrences: vec![Occurrence { event_id: self.event_id(packed).into(), time, source }],
        }
    }
}

/// What one pack has of a group.
#[derive(Default)]
struct Own {
    signals: u64,
    parts: u64,
    values: Vec<u32>,
}

/// A key as it stands in a pack.
pub(super) fn joined(key: &[Box<str>]) -> String {
    key.iter().flat_map(|text| [&**text, SEPARATOR]).collect()
}

/// A UUID in its canonical form: anything else would not come back as it was.
fn uuid(text: &str) -> Option<[u8; 16]> {
    let text: &[u8; 36] = text.as_bytes().try_into().ok()?;
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
    let hex = format!("{:032x}", u128::from_be_bytes(*bytes));
    [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]].join("-")
}

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
