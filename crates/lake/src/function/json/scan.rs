//! Reads JSON text in place: finds a part without building the rest, and stops when it has it. Never recurses, so depth costs nothing.

use std::borrow::Cow;

use super::path::{JsonPath, Step};
use super::value::unescape;

/// A place in a JSON text.
pub(in crate::function) struct Scanner<'j> {
    text: &'j str,
    at: usize,
}

/// The text of the part a path leads to; none when it is absent or the text breaks off being JSON before it.
pub(in crate::function) fn find<'j>(json: &'j str, path: &JsonPath) -> Option<&'j str> {
    let mut scanner = Scanner::new(json);
    for step in &path.steps {
        scanner.descend(step)?;
    }
    scanner.value()
}

impl<'j> Scanner<'j> {
    pub(in crate::function) fn new(text: &'j str) -> Scanner<'j> {
        Scanner { text, at: 0 }
    }

    /// The next byte that is not white space, without passing it.
    #[inline]
    fn peek(&mut self) -> Option<u8> {
        let bytes = self.text.as_bytes();
        loop {
            match bytes.get(self.at)? {
                b' ' | b'\t' | b'\n' | b'\r' => self.at += 1,
                &byte => return Some(byte),
            }
        }
    }

    #[inline]
    fn take(&mut self, wanted: u8) -> Option<()> {
        (self.peek()? == wanted).then(|| self.at += 1)
    }

    /// Whether nothing but white space is left.
    pub(in crate::function) fn is_at_end(&mut self) -> bool {
        self.peek().is_none()
    }

    /// Goes to the value a step leads to, from the start of a value.
    fn descend(&mut self, step: &Step) -> Option<()> {
        match self.peek()? {
            b'{' => {
                let mut first = true;
                while !is_key(self.next_key(first)??, &step.name) {
                    self.value()?;
                    first = false;
                }
                Some(())
            }
            b'[' => {
                let index = step.index?;
                for passed in 0..index {
                    self.next_element(passed == 0)?.then_some(())?;
                    self.value()?;
                }
                self.next_element(index == 0)?.then_some(())
            }
            _ => None,
        }
    }

    /// Passes `{` or, behind a member, `,`: true before another part, false when `close` was met instead and passed.
    fn next_part(&mut self, first: bool, open: u8, close: u8) -> Option<bool> {
        if first {
            self.take(open)?;
        } else if self.peek()? == b',' {
            self.at += 1;
            return Some(true);
        }
        if self.peek()? != close {
            return first.then_some(true);
        }
        self.at += 1;
        Some(false)
    }

    /// Passes to the value of the next member: its key as it stands between the quotes, or nothing at the end of the object.
    fn next_key(&mut self, first: bool) -> Option<Option<&'j str>> {
        if !self.next_part(first, b'{', b'}')? {
            return Some(None);
        }
        self.peek()?;
        let key = self.string()?;
        self.take(b':')?;
        Some(Some(key))
    }

    /// Passes to the next element: false at the end of the array.
    fn next_element(&mut self, first: bool) -> Option<bool> {
        self.next_part(first, b'[', b']')
    }

    /// Passes a string: what stands between its quotes, escapes and all.
    fn string(&mut self) -> Option<&'j str> {
        let bytes = self.text.as_bytes();
        if *bytes.get(self.at)? != b'"' {
            return None;
        }
        let start = self.at + 1;
        let mut at = start;
        loop {
            let rest = bytes.get(at..)?;
            at += rest.iter().position(|byte| matches!(byte, b'"' | b'\\' | 0..=0x1f))?;
            match *bytes.get(at)? {
                b'"' => break,
                b'\\' => match *bytes.get(at + 1)? {
                    b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => at += 2,
                    b'u' if bytes.get(at + 2..at + 6)?.iter().all(u8::is_ascii_hexdigit) => at += 6,
                    _ => return None,
                },
                _ => return None,
            }
        }
        self.at = at + 1;
        self.text.get(start..at)
    }

    fn number(&mut self) -> Option<()> {
        let bytes = self.text.as_bytes();
        let digits = |at: &mut usize| {
            let start = *at;
            while bytes.get(*at).is_some_and(u8::is_ascii_digit) {
                *at += 1;
            }
            (*at > start).then_some(())
        };
        let mut at = self.at;
        at += usize::from(bytes.get(at) == Some(&b'-'));
        if bytes.get(at) == Some(&b'0') {
            at += 1
        } else {
            digits(&mut at)?
        }
        if bytes.get(at) == Some(&b'.') {
            at += 1;
            digits(&mut at)?;
        }
        if let Some(b'e' | b'E') = bytes.get(at) {
            at += 1;
            at += usize::from(matches!(bytes.get(at), Some(b'+' | b'-')));
            digits(&mut at)?;
        }
        self.at = at;
        Some(())
    }

    fn word(&mut self, word: &str) -> Option<()> {
        self.text.get(self.at..)?.starts_with(word).then(|| self.at += word.len())
    }

    fn scalar(&mut self) -> Option<()> {
        match self.peek()? {
            b'"' => self.string().map(|_| ()),
            b't' => self.word("true"),
            b'f' => self.word("false"),
            b'n' => self.word("null"),
            _ => self.number(),
        }
    }

    /// Passes a whole value and gives its text.
    pub(in crate::function) fn value(&mut self) -> Option<&'j str> {
        let open = self.peek()?;
        let start = self.at;
        if !matches!(open, b'{' | b'[') {
            self.scalar()?;
            return self.text.get(start..self.at);
        }
        // The containers around the place, outermost first, and whether the innermost was only just opened.
        let (mut around, mut first) = (vec![open], true);
        while let Some(&innermost) = around.last() {
            let more = if innermost == b'{' { self.next_key(first)?.is_some() } else { self.next_element(first)? };
            first = false;
            if !more {
                around.pop();
                continue;
            }
            match self.peek()? {
                open @ (b'{' | b'[') => {
                    around.push(open);
                    first = true;
                }
                _ => self.scalar()?,
            }
        }
        self.text.get(start..self.at)
    }
}

fn is_key(raw: &str, name: &str) -> bool {
    if raw.contains('\\') { unescape(raw) == name } else { raw == name }
}

/// The members of an object: keys unescaped, values as they stand; none when it is not wholly an object.
pub(in crate::function) fn members(json: &str) -> Option<Vec<(Cow<'_, str>, &str)>> {
    let mut scanner = Scanner::new(json);
    let mut members = Vec::new();
    while let Some(key) = scanner.next_key(members.is_empty())? {
        members.push((unescape(key), scanner.value()?));
    }
    scanner.is_at_end().then_some(members)
}

/// The elements of an array as they stand; none when it is not wholly an array.
pub(in crate::function) fn elements(json: &str) -> Option<Vec<&str>> {
    let mut scanner = Scanner::new(json);
    let mut elements = Vec::new();
    while scanner.next_element(elements.is_empty())? {
        elements.push(scanner.value()?);
    }
    scanner.is_at_end().then_some(elements)
}

/// The one value that a whole text is, without the space around it.
pub(in crate::function) fn whole(json: &str) -> Option<&str> {
    let mut scanner = Scanner::new(json);
    let value = scanner.value()?;
    scanner.is_at_end().then_some(value)
}
