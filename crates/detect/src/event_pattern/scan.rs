//! The walk over an event's text: values of fields that patterns ask about are noted, everything else is stepped over.
//!
//! The text is taken for JSON. One that is none is refused, or judged as far as it reads like JSON: that is for whoever accepts events
//! to rule out before.

use std::fmt;

use super::found::{Array, Element, Finds, Found, WHOLE};
use super::keys::Keys;
use crate::tree::scalar_text;

/// How deep an event may be nested. Source: the limit of PutEvents.
const DEPTH_MAX: u32 = 1000;

/// An event longer than this is refused: places are kept in 32 bits.
const EVENT_BYTES_MAX: usize = 1 << 31;

/// A text that is no event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EventError {
    at: usize,
}

impl EventError {
    /// The byte at which reading stopped.
    pub fn at(&self) -> usize {
        self.at
    }
}

impl fmt::Display for EventError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the event is no JSON object, or nested deeper than {DEPTH_MAX} levels (byte {})", self.at)
    }
}

impl std::error::Error for EventError {}

/// Notes the values in an object, given as text, below a node of the keys.
pub(super) fn scan(text: &str, keys: &Keys, node: u32, finds: &mut Finds) -> Result<(), EventError> {
    let start = skip_space(text.as_bytes(), 0);
    if byte(text.as_bytes(), start) != b'{' || text.len() >= EVENT_BYTES_MAX {
        return Err(EventError { at: start });
    }
    let mut scan = Scan { text, bytes: text.as_bytes(), keys, finds, depth_left: DEPTH_MAX };
    let end = scan.object(node, start, WHOLE)?;
    let rest = skip_space(text.as_bytes(), end);
    if rest == text.len() { Ok(()) } else { Err(EventError { at: rest }) }
}

struct Scan<'s> {
    text: &'s str,
    bytes: &'s [u8],
    keys: &'s Keys,
    finds: &'s mut Finds,
    depth_left: u32,
}

#[inline(always)]
fn byte(bytes: &[u8], at: usize) -> u8 {
    bytes.get(at).copied().unwrap_or(0)
}

#[inline(always)]
fn skip_space(bytes: &[u8], mut at: usize) -> usize {
    while matches!(byte(bytes, at), b' ' | b'\n' | b'\r' | b'\t') {
        at += 1;
    }
    at
}

impl Scan<'_> {
    fn deeper(&mut self, at: usize) -> Result<(), EventError> {
        self.depth_left = self.depth_left.checked_sub(1).ok_or(EventError { at })?;
        Ok(())
    }

    /// An object that begins at `start`. Gives its end, as all of these do.
    fn object(&mut self, node: u32, start: usize, element: u32) -> Result<usize, EventError> {
        self.deeper(start)?;
        let mut at = skip_space(self.bytes, start + 1);
        if byte(self.bytes, at) == b'}' {
            self.depth_left += 1;
            return Ok(at + 1);
        }
        loop {
            if byte(self.bytes, at) != b'"' {
                return Err(EventError { at });
            }
            let (end, is_escaped) = string_end(self.bytes, at + 1).ok_or(EventError { at })?;
            let child = self.child(node, at, end, is_escaped);
            at = skip_space(self.bytes, end + 1);
            if byte(self.bytes, at) != b':' {
                return Err(EventError { at });
            }
            at = skip_space(self.bytes, at + 1);
            at = match child {
                Some(child) => self.value(child, at, element)?.0,
                None => step_over(self.bytes, at)?,
            };
            at = skip_space(self.bytes, at);
            match byte(self.bytes, at) {
                b',' => at = skip_space(self.bytes, at + 1),
                b'}' => {
                    self.depth_left += 1;
                    return Ok(at + 1);
                }
                _ => return Err(EventError { at }),
            }
        }
    }

    #[inline]
    fn child(&self, node: u32, open: usize, close: usize, is_escaped: bool) -> Option<u32> {
        if is_escaped {
            let key = scalar_text(self.text.get(open..=close)?)?;
            return self.keys.below(node, &key);
        }
        self.keys.below(node, self.text.get(open + 1..close)?)
    }

    /// A value at a node, and whether it is a scalar.
    fn value(&mut self, node: u32, start: usize, element: u32) -> Result<(usize, bool), EventError> {
        let (field, is_end) = self.keys.node(node).map_or((None, true), |node| (node.field, node.is_end()));
        match byte(self.bytes, start) {
            b'{' if is_end => Ok((step_over(self.bytes, start)?, false)),
            b'{' => Ok((self.object(node, start, element)?, false)),
            b'[' => Ok((self.array(node, start, element)?, false)),
            _ => {
                let end = step_over(self.bytes, start)?;
                if let Some(field) = field {
                    let found = Found { start: start as u32, end: end as u32, is_made: false, element, memory: None };
                    self.finds.note(field, found);
                }
                Ok((end, true))
            }
        }
    }

    /// An array stands for each of its elements.
    fn array(&mut self, node: u32, start: usize, element: u32) -> Result<usize, EventError> {
        self.deeper(start)?;
        let array = self.finds.arrays.len();
        let first = self.finds.values.len() as u32;
        self.finds.arrays.push(Array { first, end: first, has_scalars: false });
        let mut at = skip_space(self.bytes, start + 1);
        if byte(self.bytes, at) == b']' {
            at += 1;
        } else {
            loop {
                at = self.element(node, array, at, element)?;
                at = skip_space(self.bytes, at);
                match byte(self.bytes, at) {
                    b',' => at = skip_space(self.bytes, at + 1),
                    b']' => break at += 1,
                    _ => return Err(EventError { at }),
                }
            }
        }
        self.depth_left += 1;
        let end = self.finds.values.len() as u32;
        if end == first {
            self.finds.arrays.truncate(array);
        } else if let Some(array) = self.finds.arrays.get_mut(array) {
            array.end = end;
        }
        Ok(at)
    }

    fn element(&mut self, node: u32, array: usize, at: usize, parent: u32) -> Result<usize, EventError> {
        if !matches!(byte(self.bytes, at), b'{' | b'[') {
            if let Some(array) = self.finds.arrays.get_mut(array) {
                array.has_scalars = true;
            }
            return Ok(self.value(node, at, parent)?.0);
        }
        let number = self.finds.elements.len();
        let first = self.finds.values.len() as u32;
        self.finds.elements.push(Element { array: array as u32, parent, first, end: first });
        let (end, _) = self.value(node, at, number as u32)?;
        let last = self.finds.values.len() as u32;
        if last == first {
            self.finds.elements.truncate(number);
        } else if let Some(element) = self.finds.elements.get_mut(number) {
            element.end = last;
        }
        Ok(end)
    }
}

/// The end of any value.
#[inline]
fn step_over(bytes: &[u8], start: usize) -> Result<usize, EventError> {
    let stop = EventError { at: start };
    match byte(bytes, start) {
        b'"' => string_end(bytes, start + 1).map(|(end, _)| end + 1).ok_or(stop),
        b'{' | b'[' => container_end(bytes, start + 1).ok_or(stop),
        b'-' | b'0'..=b'9' | b't' | b'f' | b'n' => {
            let rest = bytes.get(start..).unwrap_or_default();
            let length = rest.iter().position(|byte| matches!(byte, b',' | b'}' | b']' | b' ' | b'\n' | b'\r' | b'\t'));
            Ok(start + length.unwrap_or(rest.len()))
        }
        _ => Err(stop),
    }
}

fn container_end(bytes: &[u8], mut at: usize) -> Option<usize> {
    let mut depth = 1u32;
    loop {
        match bytes.get(at)? {
            b'"' => at = string_end(bytes, at + 1)?.0,
            b'{' | b'[' => depth += 1,
            b'}' | b']' => {
                depth -= 1;
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            _ => {}
        }
        at += 1;
    }
}

/// The closing quote of a string whose inside begins at `at`, and whether there was an escape.
#[inline]
fn string_end(bytes: &[u8], mut at: usize) -> Option<(usize, bool)> {
    const LOW: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = LOW << 7;
    let zeros = |word: u64| word.wrapping_sub(LOW) & !word & HIGH;
    let mut is_escaped = false;
    loop {
        if let Some(chunk) = bytes.get(at..).and_then(|rest| rest.first_chunk::<8>()) {
            let word = u64::from_le_bytes(*chunk);
            let hits = zeros(word ^ (LOW * b'"' as u64)) | zeros(word ^ (LOW * b'\\' as u64));
            if hits == 0 {
                at += 8;
                continue;
            }
            at += (hits.trailing_zeros() / 8) as usize;
        }
        match bytes.get(at)? {
            b'"' => return Some((at, is_escaped)),
            b'\\' => {
                is_escaped = true;
                at += 2;
            }
            _ => at += 1,
        }
    }
}
