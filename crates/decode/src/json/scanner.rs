//! The walk over a value.

use watchfire_model::{Slots, Span};

use super::keys::{KEY_BYTES_MAX, Keys, MARKS_MAX, Meaning, Previous};
use super::scalar::scalar_end;
use super::stop::{Stop, Why};
use super::strings::StringEnds;

/// What stood at the known keys of the last value. Spans are relative to the value's first byte.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Found {
    /// Places of the schema's fields.
    pub slots: Slots,
    /// Places of the source's other keys.
    pub marks: [Span; MARKS_MAX],
}

/// Reads values out of a text, one after the other.
#[derive(Debug)]
pub(crate) struct Scanner {
    strings: StringEnds,
    keys: Keys,
    depth_max: usize,
    /// Fields of the last object that was read.
    pub found: Found,
}

impl Scanner {
    pub fn new(keys: Keys, depth_max: usize) -> Self {
        Scanner { strings: StringEnds::new(), keys, depth_max, found: Found::default() }
    }

    /// Goes to a position outside strings. Needed where the next value does not follow the last one, strings aside.
    pub fn restart(&mut self, at: usize) {
        self.strings.restart(at);
    }

    /// Reads the value that begins at `start`. Gives its end.
    #[inline]
    pub fn value(&mut self, text: &[u8], start: usize) -> Result<usize, Stop> {
        self.found.slots.clear();
        self.found.marks = [Span::default(); MARKS_MAX];
        let mut walk = self.walk(text, start);
        match byte(text, start) {
            b'{' => {
                let end = walk.object(Keys::TOP, start, 1)?;
                if !walk.strayed {
                    self.found.slots.complete();
                }
                Ok(end)
            }
            _ => walk.other(start, 0),
        }
    }

    /// Reads on in a wrapper after its array: further members and the closing brace. Gives its end.
    pub fn rest_of_wrapper(&mut self, text: &[u8], start: usize) -> Result<usize, Stop> {
        let mut walk = self.walk(text, start);
        let at = skip_space(text, start);
        match byte(text, at) {
            b'}' => Ok(at + 1),
            b',' => walk.members(Keys::TOP, skip_space(text, at + 1), 1),
            _ => Err(Stop::unexpected(text, at, "a comma or a closing bracket was expected")),
        }
    }

    /// Whether the key that begins at `start`, white space aside, is one that is asked about on the top level.
    pub fn knows_key(&mut self, text: &[u8], start: usize) -> bool {
        let rest = text.get(start..).unwrap_or_default();
        let Some(name) = rest.trim_ascii_start().strip_prefix(b"\"") else { return false };
        let name = name.get(..KEY_BYTES_MAX + 1).unwrap_or(name).split(|byte| *byte == b'"').next().unwrap_or_default();
        self.keys.meaning(Keys::TOP, &mut Previous::default(), name, 0, name.len()) != Meaning::default()
    }

    fn walk<'w>(&'w mut self, text: &'w [u8], start: usize) -> Walk<'w> {
        let Scanner { strings, keys, depth_max, found } = self;
        Walk { text, start, strings, keys, found, depth_max: *depth_max, entered: 0, strayed: false }
    }
}

/// One value being read.
struct Walk<'w> {
    text: &'w [u8],
    start: usize,
    strings: &'w mut StringEnds,
    keys: &'w mut Keys,
    found: &'w mut Found,
    depth_max: usize,
    /// Levels of keys already met: a key that comes twice replaces all that its first value left.
    entered: u32,
    /// Something was met that the places do not tell: see [`Slots::is_complete`].
    strayed: bool,
}

#[inline(always)]
fn byte(text: &[u8], at: usize) -> u8 {
    text.get(at).copied().unwrap_or(0)
}

/// The first position from `at` on that is no white space.
#[inline(always)]
pub(crate) fn skip_space(text: &[u8], at: usize) -> usize {
    if byte(text, at) > b' ' { at } else { skip_wide_space(text, at) }
}

#[inline(never)]
fn skip_wide_space(text: &[u8], at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    at + rest.iter().take_while(|byte| matches!(byte, b' ' | b'\n' | b'\r' | b'\t')).count()
}

impl Walk<'_> {
    /// The end of the string whose opening quote was just met.
    #[inline(always)]
    fn string(&mut self) -> Result<usize, Stop> {
        let close = self.strings.next(self.text);
        match byte(self.text, close) {
            b'"' => Ok(close + 1),
            _ => Err(Stop::unexpected(self.text, close, "a string was expected to end")),
        }
    }

    /// The key that should begin at `at`: its end, and where its value begins.
    #[inline(always)]
    fn key(&mut self, at: usize) -> Result<(usize, usize), Stop> {
        if byte(self.text, at) != b'"' {
            return Err(Stop::unexpected(self.text, at, "a key was expected"));
        }
        let end = self.string()?;
        let colon = skip_space(self.text, end);
        if byte(self.text, colon) != b':' {
            return Err(Stop::unexpected(self.text, colon, "a colon was expected"));
        }
        Ok((end, skip_space(self.text, colon + 1)))
    }

    /// An object whose keys are known, from its brace to its end.
    fn object(&mut self, level: u8, open: usize, depth: usize) -> Result<usize, Stop> {
        let first = skip_space(self.text, open + 1);
        if byte(self.text, first) == b'}' { Ok(first + 1) } else { self.members(level, first, depth) }
    }

    /// The members of an object whose keys are known, from the first key to the object's end.
    fn members(&mut self, level: u8, first: usize, depth: usize) -> Result<usize, Stop> {
        let text = self.text;
        let mut at = first;
        let mut previous = Previous::default();
        loop {
            let (key_end, value) = self.key(at)?;
            let meaning = self.keys.meaning(level, &mut previous, text, at + 1, key_end - 1);
            if let Some(inside) = meaning.inside {
                self.enter(inside);
                self.strayed |= byte(text, value) != b'{';
            }
            let end = match (byte(text, value), meaning.inside) {
                (b'"', _) => self.string()?,
                (b'{', Some(inside)) => {
                    if depth >= self.depth_max {
                        return Err(Stop::too_deep(value));
                    }
                    self.object(inside, value, depth + 1)?
                }
                (b'[', _) if meaning.wrapper && self.may_wrap() => return Err(Stop { at: value, why: Why::Wrapper }),
                _ => self.other(value, depth)?,
            };
            let span = Span { start: (value - self.start) as u32, end: (end - self.start) as u32 };
            match meaning.slot {
                Some(slot) => {
                    self.strayed |= self.found.slots.get(slot) != Span::default();
                    self.found.slots.set(slot, span);
                }
                None => self.strayed = true,
            }
            if let Some(mark) = meaning.mark.and_then(|mark| self.found.marks.get_mut(usize::from(mark))) {
                *mark = span;
            }
            let separator = skip_space(text, end);
            match byte(text, separator) {
                b',' => at = skip_space(text, separator + 1),
                b'}' => return Ok(separator + 1),
                _ => return Err(Stop::unexpected(text, separator, "a comma or a closing bracket was expected")),
            }
        }
    }

    /// A record never wraps others, whatever its keys are called.
    #[cold]
    fn may_wrap(&self) -> bool {
        self.found.slots.get(self.keys.identity()) == Span::default()
    }

    /// Notes that a level is met in this value, and forgets what an earlier value under the same key left.
    #[inline(always)]
    fn enter(&mut self, level: u8) {
        let bit = 1u32 << (level % 32);
        if self.entered & bit != 0 {
            self.strayed = true;
            self.forget(level);
        }
        self.entered |= bit;
    }

    #[cold]
    fn forget(&mut self, level: u8) {
        for slot in self.keys.slots(level) {
            self.found.slots.set(*slot, Span::default());
        }
    }

    /// A value nobody asks about by field: only its form is checked.
    #[inline]
    fn other(&mut self, start: usize, depth: usize) -> Result<usize, Stop> {
        match byte(self.text, start) {
            b'"' => self.string(),
            b'{' | b'[' if depth >= self.depth_max => Err(Stop::too_deep(start)),
            b'{' | b'[' => self.nested(start, self.depth_max - depth),
            _ => scalar_end(self.text, start),
        }
    }

    /// A bracket and all inside it, without recursion: the kinds of the open brackets stand in one word.
    fn nested(&mut self, start: usize, depth_max: usize) -> Result<usize, Stop> {
        let text = self.text;
        let mut kinds = Kinds::new(byte(text, start));
        let mut at = skip_space(text, start + 1);
        let mut may_close = true;
        loop {
            let mut after = at;
            if !may_close || byte(text, at) != kinds.closer() {
                if kinds.is_object() {
                    (_, at) = self.key(at)?;
                }
                let end = match byte(text, at) {
                    b'"' => self.string()?,
                    open @ (b'{' | b'[') => {
                        if kinds.depth >= depth_max {
                            return Err(Stop::too_deep(at));
                        }
                        kinds.open(open);
                        at = skip_space(text, at + 1);
                        may_close = true;
                        continue;
                    }
                    _ => scalar_end(text, at)?,
                };
                after = skip_space(text, end);
            }
            while byte(text, after) == kinds.closer() {
                if kinds.close() {
                    return Ok(after + 1);
                }
                after = skip_space(text, after + 1);
            }
            if byte(text, after) != b',' {
                return Err(Stop::unexpected(text, after, "a comma or a closing bracket was expected"));
            }
            at = skip_space(text, after + 1);
            may_close = false;
        }
    }
}

/// The open brackets of a nested value.
struct Kinds {
    /// One bit a bracket, the innermost lowest: one for an object.
    bits: u128,
    depth: usize,
}

impl Kinds {
    fn new(open: u8) -> Self {
        Kinds { bits: u128::from(open == b'{'), depth: 1 }
    }

    #[inline(always)]
    fn is_object(&self) -> bool {
        self.bits & 1 == 1
    }

    #[inline(always)]
    fn closer(&self) -> u8 {
        if self.is_object() { b'}' } else { b']' }
    }

    #[inline(always)]
    fn open(&mut self, open: u8) {
        self.bits = self.bits << 1 | u128::from(open == b'{');
        self.depth += 1;
    }

    /// Whether that was the outermost one.
    #[inline(always)]
    fn close(&mut self) -> bool {
        self.bits >>= 1;
        self.depth -= 1;
        self.depth == 0
    }
}
