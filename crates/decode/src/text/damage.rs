//! Stepping over damage to the next record.
//!
//! After a fault nothing is known about quotes and brackets, so every brace that could open a record is tried: the first one
//! that is read to its end and is judged a record ends the damage. In a log of one record a line, a line that begins with a
//! brace ends it unseen, so that each broken line is counted.
//!
//! Hostile text can be all braces, each of which reads well for a while. What is read in vain is therefore paid from a credit
//! that only progress refills ([`GAIN`] bytes a byte): the work stays linear in the text, and only the records directly behind
//! such text may be lost with it. Braces behind which no key of a record stands have a credit of their own, so that a long
//! broken record full of small objects does not spend what its neighbour needs.

use memchr::memchr;
use watchfire_model::{Reject, RejectReason};

use super::document::{Document, Step};
use super::window::{Edge, Window};
use crate::json::{Stop, Why};
use crate::report::{Report, grouped};
use crate::source::Verdict;

/// Bytes that may be read in vain for one byte of damage stepped over.
const GAIN: i64 = 4;
/// A brace tried costs this besides, for looking ahead.
const TRY_COST: i64 = 256;

/// Damaged text, from the start of the record that broke.
#[derive(Debug)]
pub(super) struct Damage {
    pub reason: RejectReason,
    pub excerpt: Vec<u8>,
    offset: u64,
    /// Bytes stepped over.
    length: u64,
    detail: String,
    /// The broken record began at the start of a line.
    at_line_start: bool,
    /// Bytes before which no record is looked for: the brace of the broken record itself.
    skip: usize,
    /// Last byte stepped over, and last one that was no white space.
    last: u8,
    last_solid: u8,
}

/// What a brace turned out to be.
enum Trial {
    /// A record, as far as can be told.
    Record,
    /// The next line of a log of one record a line.
    Line,
    /// The beginning of a new document.
    Document,
    No,
    /// The window ends too early to say.
    Unclear,
}

impl Damage {
    pub fn new(window: &Window<'_>, start: usize, stop: Stop, before: u8, in_element: bool) -> Self {
        let text = window.text.as_bytes();
        let (reason, detail) = match stop.why {
            Why::TooDeep => (RejectReason::TooDeep, "the record nests deeper than the limit"),
            Why::Incomplete if window.edge == Edge::End => (RejectReason::Truncated, "the text ends inside the record"),
            Why::Incomplete => (RejectReason::TooLong, "the record is longer than the limit"),
            Why::Broken(detail) => (RejectReason::BrokenJson, detail),
            Why::Wrapper => (RejectReason::BrokenJson, "a list of records where none may be"),
        };
        Damage {
            reason,
            excerpt: Vec::new(),
            offset: window.offset + start as u64,
            length: 0,
            detail: format!("{detail} (at byte {})", window.offset + stop.at as u64),
            at_line_start: before == b'\n',
            skip: usize::from(in_element && text.get(start) == Some(&b'{')),
            last: before,
            last_solid: 0,
        }
    }

    /// Counts the damage as one reject.
    pub fn report(mut self, report: &mut Report<'_>) {
        // More than is kept, and than any one record of CloudTrail's: other records may have gone with it.
        if self.length > Reject::EXCERPT_BYTES_MAX as u64 {
            self.detail += &format!(" ({} bytes)", grouped(self.length));
        }
        report.reject(self.reason, self.offset, self.detail, &self.excerpt);
    }

    /// Steps over bytes, and keeps the first of them.
    fn absorb(&mut self, window: &Window<'_>, start: usize, end: usize) {
        let bytes = window.slice(start, end);
        let cleaned = window.text.as_bytes().get(start..end).is_some_and(|text| text != bytes);
        if cleaned
            && self.reason != RejectReason::NotUtf8
            && let Err(error) = std::str::from_utf8(bytes)
        {
            self.reason = RejectReason::NotUtf8;
            self.detail = format!("no UTF-8 (at byte {})", window.offset + (start + error.valid_up_to()) as u64);
        }
        self.length += (end - start) as u64;
        let room = Reject::EXCERPT_BYTES_MAX.saturating_sub(self.excerpt.len());
        self.excerpt.extend(bytes.iter().take(room));
        self.last = bytes.last().copied().unwrap_or(self.last);
        self.last_solid = last_solid(bytes).unwrap_or(self.last_solid);
    }
}

impl Document {
    pub(super) fn credit_max(&self) -> i64 {
        4 * self.record_bytes_max as i64
    }

    /// Looks for the end of the damage that has been stepped over up to `start`.
    #[cold]
    pub(super) fn step_over(&mut self, window: &Window<'_>, start: usize, report: &mut Report<'_>) -> Step {
        let text = window.text.as_bytes();
        let Some(mut damage) = self.damage.take() else { return Step::On(start) };
        let mut from = start + std::mem::take(&mut damage.skip);
        while let Some(open) = memchr(b'{', text.get(from..).unwrap_or_default()).map(|at| from + at) {
            let gain = GAIN * (open + 1 - from) as i64;
            self.credit = self.credit.map(|credit| (credit + gain).min(self.credit_max()));
            let trial = self.try_brace(window, &damage, start, open);
            if let Trial::No = trial {
                from = open + 1;
                continue;
            }
            damage.absorb(window, start, open);
            if let Trial::Unclear = trial {
                self.damage = Some(damage);
                return Step::Wait(open);
            }
            if damage.reason == RejectReason::Truncated {
                damage.reason = RejectReason::BrokenJson;
                damage.detail = "a bracket or a quote is never closed".to_owned();
            }
            match trial {
                Trial::Document => {
                    self.levels.clear();
                    self.unbalanced = false;
                }
                Trial::Line if self.levels.is_empty() => {}
                _ => self.unbalanced = true,
            }
            self.comma_due = false;
            damage.report(report);
            self.outer.restart(open);
            return Step::On(open);
        }
        damage.absorb(window, start, text.len());
        self.damage = Some(damage);
        Step::Wait(text.len())
    }

    /// Whether the brace at `open` begins a record.
    fn try_brace(&mut self, window: &Window<'_>, damage: &Damage, start: usize, open: usize) -> Trial {
        let text = window.text.as_bytes();
        let unclear = if window.edge == Edge::More || (window.edge == Edge::Full && open > 0) { Trial::Unclear } else { Trial::No };
        let inside = text.get(open + 1..).unwrap_or_default();
        match inside.trim_ascii_start().first() {
            Some(b'"') => {}
            None => return unclear,
            Some(_) => return Trial::No,
        }
        let passed = text.get(start..open).unwrap_or_default();
        let solid = last_solid(passed).unwrap_or(damage.last_solid);
        let line_start = passed.last().copied().unwrap_or(damage.last) == b'\n';
        let of_lines = line_start && damage.at_line_start;
        let purse = usize::from(self.outer.knows_key(text, open + 1));
        // Behind a colon it is a part of the broken record.
        if self.credit[purse] <= 0 || (solid == b':' && !of_lines) {
            return Trial::No;
        }
        if of_lines && inside.first() == Some(&b'"') {
            return Trial::Line;
        }
        self.outer.restart(open);
        let read = self.outer.value(text, open);
        let end = match read {
            Ok(end) | Err(Stop { at: end, .. }) => end,
        };
        let found = match read {
            Ok(end) if self.is_record(window.text.get(open..end).unwrap_or_default()) => Trial::Record,
            // A nested object may have an `events` of its own: only where a document may begin is it a wrapper.
            Err(Stop { at, why: Why::Wrapper }) if (line_start || solid == b'}') && opens_list_of_objects(text, at) => Trial::Document,
            Err(Stop { why: Why::Incomplete, .. }) => unclear,
            _ => Trial::No,
        };
        if let Trial::No = found {
            self.credit[purse] -= (end - open) as i64 + TRY_COST;
        }
        found
    }

    /// Whether the value just read is a record, or holds one.
    fn is_record(&self, raw: &str) -> bool {
        match self.source.judge(raw, &self.outer.found) {
            Verdict::Record | Verdict::Inside(_) | Verdict::Reject(RejectReason::WrongType, _) => true,
            Verdict::Quoted(span) => raw.get(span.start as usize..).is_some_and(|text| text.starts_with("\"{")),
            Verdict::Quiet | Verdict::Reject(..) => false,
        }
    }
}

/// Whether the array at `at` is empty or begins with an object.
fn opens_list_of_objects(text: &[u8], at: usize) -> bool {
    let inside = text.get(at + 1..).unwrap_or_default().trim_ascii_start();
    matches!(inside.first(), Some(b'{' | b']'))
}

fn last_solid(bytes: &[u8]) -> Option<u8> {
    bytes.trim_ascii_end().last().copied()
}
