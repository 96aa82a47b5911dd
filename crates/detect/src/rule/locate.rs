//! Places in a rule file. The Sigma parser gives none for most things, so a place is found by its text: the key or value that is
//! wrong, on the first line of the right document that holds it as a word of its own.

use std::sync::Arc;

use super::diagnostic::{Diagnostic, Weight};

/// One rule file, for finding places in it.
pub(super) struct Source<'t> {
    pub(super) file: Arc<str>,
    pub(super) text: &'t str,
}

impl Source<'_> {
    /// The documents of the file: first line of each, from 1, and text. Empty ones are left out.
    pub(super) fn documents(&self) -> Vec<(usize, &str)> {
        let mut documents = Vec::new();
        let (mut start, mut first_line, mut at) = (0, 1, 0);
        for (number, line) in self.text.split_inclusive('\n').enumerate() {
            if line.trim_end() == "---" {
                documents.push((first_line, start, at));
                (start, first_line) = (at + line.len(), number + 2);
            }
            at += line.len();
        }
        documents.push((first_line, start, at));
        let text = |(line, from, to)| self.text.get(from..to).map(|text: &str| (line, text));
        let is_empty = |text: &str| text.lines().all(|line| line.trim().is_empty() || line.trim_start().starts_with('#'));
        documents.into_iter().filter_map(text).filter(|(_, text)| !is_empty(text)).collect()
    }

    /// Whether a document holds the needle as a word.
    pub(super) fn holds(&self, document: usize, needle: &str) -> bool {
        self.place(document, needle).is_some()
    }

    /// The document (from 0) whose `title:` line holds this title.
    pub(super) fn document_of(&self, title: &str) -> usize {
        let is_title = |line: &str| line.strip_prefix("title:").is_some_and(|text| text.contains(title.trim()));
        let Some(line) = self.text.lines().position(is_title).map(|at| at + 1) else { return 0 };
        self.documents().iter().rposition(|(start, _)| *start <= line).unwrap_or(0)
    }

    /// First place of `needle` at or after the start of `document` (from 0): line, column, both from 1.
    fn place(&self, document: usize, needle: &str) -> Option<(usize, usize)> {
        if needle.is_empty() {
            return None;
        }
        let documents = self.documents();
        let first = documents.get(document).map_or(1, |(line, _)| *line);
        let last = documents.get(document + 1).map_or(usize::MAX, |(line, _)| *line);
        self.text.lines().enumerate().map(|(at, line)| (at + 1, line)).filter(|(at, _)| (first..last).contains(at)).find_map(
            |(at, line)| {
                let byte = line.match_indices(needle).map(|(byte, _)| byte).find(|&byte| is_word(line, byte, needle))?;
                Some((at, line.get(..byte)?.chars().count() + 1))
            },
        )
    }

    /// A diagnostic that points at `needle`.
    pub(super) fn at(&self, weight: Weight, code: &'static str, document: usize, needle: &str, message: String, help: String) -> Diagnostic {
        let (line, column) = self.place(document, needle).unwrap_or((0, 0));
        self.diagnostic(weight, code, (line, column, needle.chars().count()), message, help)
    }

    /// A diagnostic at a known place; line 0 means the whole file.
    pub(super) fn diagnostic(
        &self,
        weight: Weight,
        code: &'static str,
        (line, column, width): (usize, usize, usize),
        message: String,
        help: String,
    ) -> Diagnostic {
        let text = line.checked_sub(1).and_then(|at| self.text.lines().nth(at)).unwrap_or_default().to_owned();
        Diagnostic { weight, code, file: self.file.clone(), line, column, width, text, message, help }
    }
}

/// Whether the needle stands alone: `eventName` must not be found inside `eventNameX`.
fn is_word(line: &str, byte: usize, needle: &str) -> bool {
    let part = |c: char| c.is_alphanumeric() || c == '_';
    let before = line.get(..byte).and_then(|text| text.chars().next_back());
    let after = line.get(byte + needle.len()..).and_then(|text| text.chars().next());
    !before.is_some_and(|c| part(c) || c == '.') && !after.is_some_and(part)
}
