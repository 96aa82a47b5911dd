//! Places in a rule file. The Sigma parser gives none for most things, so a place is found by its text: the key or value that is
//! wrong, first where it must stand (the section, as a key), then anywhere in the document, at last the section's own line.

use std::ops::Range;
use std::sync::Arc;

use super::diagnostic::{Diagnostic, Weight};

/// One rule file, for finding places in it.
pub(super) struct Source<'t> {
    pub(super) file: Arc<str>,
    pub(super) text: &'t str,
}

/// One document of a file, by its lines (from 0).
#[derive(Debug, Clone)]
pub(super) struct Document {
    pub(super) file: Arc<str>,
    pub(super) lines: Range<usize>,
}

/// Line, column and width, in characters from 1.
pub(super) type Spot = (usize, usize, usize);

impl<'t> Source<'t> {
    /// The whole file as one document.
    pub(super) fn whole(&self) -> Document {
        Document { file: self.file.clone(), lines: 0..self.text.lines().count() }
    }

    /// The documents of the file, with their texts. Empty ones are left out.
    pub(super) fn documents(&self) -> Vec<(Document, &'t str)> {
        let mut documents = Vec::new();
        let (mut start, mut first, mut at) = (0, 0, 0);
        for (number, line) in self.text.split_inclusive('\n').enumerate() {
            if line.trim_end() == "---" {
                documents.push((first..number, start..at));
                (start, first) = (at + line.len(), number + 1);
            }
            at += line.len();
        }
        documents.push((first..self.text.lines().count(), start..at));
        let is_empty = |text: &str| text.lines().all(|line| line.trim().is_empty() || line.trim_start().starts_with('#'));
        let with_text = |(lines, bytes)| Some((Document { file: self.file.clone(), lines }, self.text.get(bytes)?));
        documents.into_iter().filter_map(with_text).filter(|(_, text)| !is_empty(text)).collect()
    }

    /// The document with this title: where documents build on each other only the title tells them apart.
    pub(super) fn titled(&self, title: &str) -> Document {
        let is_titled = |text: &str| text.lines().any(|line| line.strip_prefix("title:").is_some_and(|line| line.contains(title.trim())));
        self.documents().into_iter().find(|(_, text)| is_titled(text)).map_or_else(|| self.whole(), |(document, _)| document)
    }

    /// Whether the needle stands in the document as a word.
    pub(super) fn holds(&self, document: &Document, needle: &str) -> bool {
        self.search(&document.lines, needle, is_word).is_some()
    }

    /// The best place for what is wrong with `needle`, which belongs below the key `section`.
    pub(super) fn spot(&self, document: &Document, section: &str, needle: &str) -> Spot {
        let needle = needle.replace("\\[", "[").replace("\\]", "]");
        let inside = self.section(document, section);
        let lines = inside.clone().unwrap_or_else(|| document.lines.clone());
        let found = self
            .search(&lines, &needle, is_key)
            .or_else(|| self.search(&lines, &needle, is_word))
            .or_else(|| self.search(&document.lines, &needle, is_word))
            .or_else(|| self.search(&lines, &needle, |_, _, _| true));
        let key = |key: &str| self.search(&inside.clone().unwrap_or_else(|| document.lines.clone()), key, is_key);
        found.or_else(|| key(section)).or_else(|| self.search(&document.lines, "title", is_key)).unwrap_or_else(|| self.first(document))
    }

    /// The first line of a document that says something.
    fn first(&self, document: &Document) -> Spot {
        let says = |(_, line): &(usize, &str)| !line.trim().is_empty() && !line.trim_start().starts_with('#');
        let first = self.lines(&document.lines).find(says);
        first.map_or((document.lines.start + 1, 1, 1), |(at, line)| (at + 1, 1, line.chars().count()))
    }

    fn lines(&self, range: &Range<usize>) -> impl Iterator<Item = (usize, &'t str)> {
        self.text.lines().enumerate().skip(range.start).take(range.len())
    }

    /// The lines that a key and what stands below it take.
    pub(super) fn section(&self, document: &Document, key: &str) -> Option<Range<usize>> {
        let is_start = |line: &str| line.match_indices(key).any(|(byte, _)| is_key(line, byte, key));
        let (start, line) = self.lines(&document.lines).find(|(_, line)| is_start(line))?;
        let depth = indent(line);
        let ends = |(_, line): &(usize, &str)| {
            !line.trim().is_empty() && (indent(line) < depth || (indent(line) == depth && !line.trim_start().starts_with("- ")))
        };
        let end = self.lines(&(start + 1..document.lines.end)).find(ends).map_or(document.lines.end, |(at, _)| at);
        Some(start..end)
    }

    fn search(&self, lines: &Range<usize>, needle: &str, fits: fn(&str, usize, &str) -> bool) -> Option<Spot> {
        if needle.is_empty() {
            return None;
        }
        self.lines(lines).filter(|(_, line)| !line.trim_start().starts_with('#')).find_map(|(at, line)| {
            let byte = line.match_indices(needle).map(|(byte, _)| byte).find(|&byte| fits(line, byte, needle))?;
            Some((at + 1, line.get(..byte)?.chars().count() + 1, needle.chars().count()))
        })
    }

    /// A place inside the text of a condition, by the line and column that its parser counts.
    pub(super) fn in_condition(&self, document: &Document, (row, column): (usize, usize)) -> Option<Spot> {
        let lines = self.section(document, "condition")?;
        let (at, line) = self.lines(&lines).next()?;
        let (before, value) = line.split_once("condition:")?;
        let text = value.trim_start().trim_start_matches(['"', '\'']);
        if row != 1 || text.is_empty() || text.starts_with(['|', '>', '[']) {
            return None;
        }
        let start = before.chars().count() + "condition:".len() + value.chars().count() - text.chars().count();
        let width = text.chars().skip(column - 1).take_while(|c| !c.is_whitespace() && !matches!(c, '"' | '\'')).count();
        Some((at + 1, start + column, width.max(1)))
    }

    /// What stands at a key, in all its lines.
    pub(super) fn text_of(&self, document: &Document, key: &str) -> String {
        let lines = self.section(document, key).unwrap_or(0..0);
        let text = self.lines(&lines).map(|(_, line)| line).collect::<Vec<_>>().join("\n");
        let value = text.match_indices(key).find(|(byte, _)| is_key(&text, *byte, key)).and_then(|(byte, _)| text.get(byte + key.len()..));
        value.unwrap_or_default().to_owned()
    }

    /// The second place of a key in a mapping that begins at this line and column.
    pub(super) fn second_key(&self, document: &Document, (line, column): (usize, usize), key: &str) -> Option<Spot> {
        let is_flow = self.text.lines().nth(line.checked_sub(1)?)?.chars().nth(column.checked_sub(1)?) == Some('{');
        let is_alone = |text: &str, byte: usize| {
            let after = text.get(byte + key.len()..).unwrap_or_default();
            is_word(text, byte, key) && after.trim_start_matches(['"', '\'']).starts_with(':')
        };
        let below = line - 1..document.lines.end;
        let places = self.lines(&below).flat_map(|(at, text)| {
            let bytes = text.match_indices(key).map(|(byte, _)| byte).filter(move |&byte| is_alone(text, byte));
            bytes.filter_map(move |byte| Some((at + 1, text.get(..byte)?.chars().count() + 1, key.chars().count())))
        });
        // In a flow mapping keys stand anywhere after the bracket; otherwise below the first, or after a quote.
        let fits = |&(at, found, _): &Spot| if is_flow { at > line || found > column } else { found == column || found == column + 1 };
        places.filter(fits).nth(1)
    }

    /// A diagnostic at a place.
    pub(super) fn diagnostic(
        &self,
        weight: Weight,
        code: &'static str,
        (line, column, width): Spot,
        message: String,
        help: String,
    ) -> Diagnostic {
        debug_assert!(Diagnostic::CODES.contains(&code), "the code {code} is in no list");
        let text = line.checked_sub(1).and_then(|at| self.text.lines().nth(at)).unwrap_or_default().to_owned();
        Diagnostic { weight, code, file: self.file.clone(), line, column, width, text, message, help }
    }
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

/// Whether the needle stands alone: `eventName` must not be found inside `eventNameX`.
fn is_word(line: &str, byte: usize, needle: &str) -> bool {
    let part = |c: char| c.is_alphanumeric() || c == '_';
    let before = line.get(..byte).and_then(|text| text.chars().next_back());
    let after = line.get(byte + needle.len()..).and_then(|text| text.chars().next());
    !before.is_some_and(|c| part(c) || c == '.') && !after.is_some_and(part)
}

/// Whether the needle is a key: what follows it is a colon, or modifiers and a colon.
fn is_key(line: &str, byte: usize, needle: &str) -> bool {
    let after = line.get(byte + needle.len()..).unwrap_or_default().trim_start_matches(['"', '\'']);
    is_word(line, byte, needle) && (after.starts_with(':') || (after.starts_with(['|', '[']) && after.contains(':')))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "\
title: eventNam is spoken of here
detection:
  selection:
    eventNam|contains: a
  condition: 'selection and'
---
title: Second
detection: {other: {eventNam: b}, condition: other}
";

    #[test]
    fn keys_in_their_section_come_before_words_elsewhere() {
        let source = Source { file: "a.yaml".into(), text: TEXT };
        let documents = source.documents();
        assert_eq!(source.spot(&documents[0].0, "detection", "eventNam"), (4, 5, 8));
        assert_eq!(source.spot(&documents[1].0, "detection", "eventNam"), (8, 21, 8));
        assert_eq!(source.spot(&documents[1].0, "detection", "absent"), (8, 1, 9));
        assert_eq!(source.in_condition(&documents[0].0, (1, 11)), Some((5, 25, 3)));
    }
}
