//! The text of a statement, and where its lines begin.

use sqlparser::tokenizer::{Location, Span};

use crate::diagnostic::Place;

/// A statement's text with the places of its lines: the parser speaks of lines and columns, people and editors of bytes.
#[derive(Debug)]
pub(crate) struct Source<'s> {
    pub(crate) text: &'s str,
    lines: Vec<usize>,
}

impl<'s> Source<'s> {
    pub(crate) fn new(text: &'s str) -> Source<'s> {
        let lines = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        Source { text, lines }
    }

    /// The byte at which a location lies.
    pub(crate) fn offset(&self, location: Location) -> usize {
        let line = usize::try_from(location.line).unwrap_or(usize::MAX).saturating_sub(1);
        let Some(&start) = self.lines.get(line) else { return self.text.len() };
        let column = usize::try_from(location.column).unwrap_or(usize::MAX).saturating_sub(1);
        let rest = self.text.get(start..).unwrap_or_default();
        if rest.as_bytes().get(..column).is_some_and(<[u8]>::is_ascii) {
            return start + column;
        }
        start + rest.char_indices().nth(column).map_or(rest.len(), |(at, _)| at)
    }

    /// The place of a span; `None` for what the translation itself put in.
    pub(crate) fn place(&self, span: Span) -> Option<Place> {
        if span.start.line == 0 {
            return None;
        }
        let start = self.offset(span.start);
        Some(self.place_of(start, self.offset(span.end).max(start)))
    }

    /// The place of a range of bytes.
    pub(crate) fn place_of(&self, start: usize, end: usize) -> Place {
        let line = self.lines.partition_point(|&begin| begin <= start).max(1);
        let begin = self.lines.get(line - 1).copied().unwrap_or_default();
        let column = self.text.get(begin..start).map_or(0, |before| before.chars().count()) + 1;
        Place { bytes: start..end, line, column }
    }
}
