//! Which keys have a place: the tree of a schema's dotted paths, asked in the order in which logs write their keys.

use watchfire_model::{Schema, Slot};

/// How many keys outside the schema a source may watch.
pub(crate) const MARKS_MAX: usize = 8;
/// Longest key that can have a place.
pub(crate) const KEY_BYTES_MAX: usize = 32;
/// A level of the tree holds fewer keys than this.
const KEYS_MAX: usize = 250;

/// What is known about one key.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Meaning {
    /// The field's place.
    pub slot: Option<Slot>,
    /// The level of the keys inside its value.
    pub inside: Option<u8>,
    /// The place among the source's marks.
    pub mark: Option<u8>,
    /// Whether an array under this key holds elements of its own.
    pub wrapper: bool,
}

#[derive(Debug, Clone, Copy)]
struct Key {
    low: u128,
    high: u128,
    low_mask: u128,
    high_mask: u128,
    length: usize,
    meaning: Meaning,
}

#[derive(Debug)]
struct Level {
    keys: Vec<Key>,
    /// Which key followed which the last time; place 0 speaks of the first key. A service writes its keys in one order.
    follower: Vec<u8>,
    /// Keys of each length, as a range of `keys`.
    lengths: [(u8, u8); KEY_BYTES_MAX + 1],
    slots: Vec<Slot>,
}

/// The tree of keys.
#[derive(Debug)]
pub(crate) struct Keys {
    levels: Vec<Level>,
    identity: Slot,
}

/// The key before, by which the next one is guessed. A new object begins with the default.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Previous(u8);

impl Keys {
    /// The level of a record's own keys.
    pub const TOP: u8 = 0;

    /// Derives the tree from the schema's paths, with the source's other keys beside them on the top level.
    pub fn new(schema: &Schema, identity: Slot, marks: &[&str], wrappers: &[&str]) -> Self {
        let mut tree = vec![Vec::new()];
        for field in schema.fields {
            place(&mut tree, field.path).slot = Some(field.slot);
        }
        for (number, mark) in marks.iter().take(MARKS_MAX).enumerate() {
            place(&mut tree, mark).mark = Some(number as u8);
        }
        for wrapper in wrappers {
            place(&mut tree, wrapper).wrapper = true;
        }
        let mut keys = Keys { levels: tree.into_iter().map(Level::new).collect(), identity };
        for level in (0..keys.levels.len()).rev() {
            let slots = keys.slots_below(level);
            if let Some(level) = keys.levels.get_mut(level) {
                level.slots = slots;
            }
        }
        keys
    }

    fn slots_below(&self, level: usize) -> Vec<Slot> {
        let keys = self.levels.get(level).map(|level| level.keys.as_slice()).unwrap_or_default();
        let inside = |key: &Key| key.meaning.inside.map(|inside| self.slots_below(inside.into())).unwrap_or_default();
        keys.iter().flat_map(|key| key.meaning.slot.into_iter().chain(inside(key))).collect()
    }

    /// The field that only records have.
    pub fn identity(&self) -> Slot {
        self.identity
    }

    /// All places at and below a level.
    pub fn slots(&self, level: u8) -> &[Slot] {
        self.levels.get(usize::from(level)).map(|level| level.slots.as_slice()).unwrap_or_default()
    }

    /// What the key between two quotes means at this level.
    #[inline(always)]
    pub fn meaning(&mut self, level: u8, previous: &mut Previous, text: &[u8], start: usize, end: usize) -> Meaning {
        let Some(level) = self.levels.get_mut(usize::from(level)) else { return Meaning::default() };
        let guess = level.follower.get(usize::from(previous.0)).copied().unwrap_or_default();
        if let (Some(key), Some(bytes)) = (level.keys.get(usize::from(guess)), text.get(start..start + KEY_BYTES_MAX))
            && key.length == end - start
            && key.is(bytes)
        {
            *previous = Previous(guess + 1);
            return key.meaning;
        }
        level.search(previous, text.get(start..end).unwrap_or_default())
    }
}

impl Level {
    fn new(mut named: Vec<(String, Meaning)>) -> Self {
        debug_assert!(named.len() < KEYS_MAX, "too many keys on one level of a schema");
        named.sort_by_key(|(name, _)| name.len());
        let mut lengths = [(0, 0); KEY_BYTES_MAX + 1];
        for (number, (name, _)) in named.iter().enumerate() {
            debug_assert!(name.len() <= KEY_BYTES_MAX, "a key of a schema is too long: {name}");
            if let Some(range) = lengths.get_mut(name.len()) {
                let first = if range.1 == 0 { number as u8 } else { range.0 };
                *range = (first, number as u8 + 1);
            }
        }
        let keys: Vec<Key> = named.iter().map(|(name, meaning)| Key::new(name, *meaning)).collect();
        let follower = vec![0; keys.len() + 1];
        Level { keys, follower, lengths, slots: Vec::new() }
    }

    /// The way when the guess was wrong; learns the follower for the next time.
    #[inline(never)]
    fn search(&mut self, previous: &mut Previous, name: &[u8]) -> Meaning {
        let (first, last) = self.lengths.get(name.len()).copied().unwrap_or_default();
        let padded = padded(name);
        for number in first..last {
            if let Some(key) = self.keys.get(usize::from(number)).filter(|key| key.is(&padded)) {
                if let Some(follower) = self.follower.get_mut(usize::from(previous.0)) {
                    *follower = number;
                }
                *previous = Previous(number + 1);
                return key.meaning;
            }
        }
        if name.contains(&b'\\') { self.search_escaped(previous, name) } else { Meaning::default() }
    }

    #[cold]
    fn search_escaped(&mut self, previous: &mut Previous, name: &[u8]) -> Meaning {
        let quoted = [b"\"", name, b"\""].concat();
        match serde_json::from_slice::<String>(&quoted) {
            Ok(plain) if !plain.contains('\\') => self.search(previous, plain.as_bytes()),
            _ => Meaning::default(),
        }
    }
}

impl Key {
    fn new(name: &str, meaning: Meaning) -> Self {
        let (low, high) = halves(&padded(name.as_bytes()));
        let (low_mask, high_mask) = halves(&padded(&vec![0xff; name.len()]));
        Key { low, high, low_mask, high_mask, length: name.len(), meaning }
    }

    /// Whether 32 bytes begin with this key. Two wide comparisons are faster than a call that compares byte for byte.
    #[inline(always)]
    fn is(&self, bytes: &[u8]) -> bool {
        let Some(bytes) = bytes.first_chunk::<KEY_BYTES_MAX>() else { return false };
        let (low, high) = halves(bytes);
        ((low ^ self.low) & self.low_mask) | ((high ^ self.high) & self.high_mask) == 0
    }
}

#[inline(always)]
fn halves(bytes: &[u8; KEY_BYTES_MAX]) -> (u128, u128) {
    let mut halves = bytes.as_chunks::<16>().0.iter().map(|half| u128::from_le_bytes(*half));
    (halves.next().unwrap_or_default(), halves.next().unwrap_or_default())
}

fn padded(name: &[u8]) -> [u8; KEY_BYTES_MAX] {
    let mut bytes = [0; KEY_BYTES_MAX];
    bytes.iter_mut().zip(name).for_each(|(to, from)| *to = *from);
    bytes
}

/// The meaning of a path, made where it is missing, with the levels above it.
fn place<'t>(tree: &'t mut Vec<Vec<(String, Meaning)>>, path: &str) -> &'t mut Meaning {
    let mut level = 0;
    let mut names = path.split('.').peekable();
    loop {
        let name = names.next().expect("split yields a name, and the loop ends with the last one");
        let number = match tree[level].iter().position(|(known, _)| known == name) {
            Some(number) => number,
            None => {
                tree[level].push((name.to_owned(), Meaning::default()));
                tree[level].len() - 1
            }
        };
        if names.peek().is_none() {
            return &mut tree[level][number].1;
        }
        let inside = match tree[level][number].1.inside {
            Some(inside) => usize::from(inside),
            None => {
                tree.push(Vec::new());
                tree.len() - 1
            }
        };
        tree[level][number].1.inside = Some(inside as u8);
        level = inside;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use watchfire_model::cloudtrail;

    #[test]
    fn every_path_of_the_schema_is_found_in_any_order() {
        let mut keys = Keys::new(&cloudtrail::SCHEMA, cloudtrail::EVENT_NAME, &["detail"], &["Records"]);
        let fields = cloudtrail::SCHEMA.fields;
        for field in fields.iter().chain(fields.iter().rev()).chain(fields) {
            let (mut level, mut meaning) = (Keys::TOP, Meaning::default());
            for name in field.path.split('.') {
                let mut previous = Previous::default();
                meaning = keys.meaning(level, &mut previous, name.as_bytes(), 0, name.len());
                level = meaning.inside.unwrap_or(level);
            }
            assert_eq!(meaning.slot, Some(field.slot), "{}", field.path);
        }
        let mut top = |name: &str| keys.meaning(Keys::TOP, &mut Previous::default(), name.as_bytes(), 0, name.len());
        assert!(top("Records").wrapper);
        assert_eq!(top("detail").mark, Some(0));
        assert_eq!(top("event\\u004eame").slot, Some(cloudtrail::EVENT_NAME));
        assert_eq!(top("eventname"), Meaning::default());
        assert_eq!(top(""), Meaning::default());
    }
}
