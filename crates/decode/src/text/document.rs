//! Where in a document we are: between records, in an array, in a wrapper behind its array.

use watchfire_model::{Record, RejectReason};

use super::damage::Damage;
use super::window::{Edge, Window};
use crate::Limits;
use crate::json::{Scanner, Stop, Why, skip_space};
use crate::report::{Report, grouped};
use crate::source::{Source, Verdict};

/// Arrays that may stand inside each other around records.
const LEVELS_MAX: usize = 8;
const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// An open array whose elements may be records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Level {
    /// An array that stands for itself.
    Array,
    /// The array of a wrapper object, such as `Records`.
    Wrapper,
}

/// How far one step came.
pub(super) enum Step {
    /// The text before this position is settled; go on there.
    On(usize),
    /// The text before this position is settled; the rest needs the text behind the window.
    Wait(usize),
}

/// The state between two windows of one text.
#[derive(Debug)]
pub(super) struct Document {
    pub(super) source: &'static Source,
    pub(super) outer: Scanner,
    pub(super) inner: Scanner,
    pub(super) record_bytes_max: usize,
    pub(super) levels: Vec<Level>,
    /// A wrapper's array has ended, the wrapper has not.
    pub(super) in_wrapper: bool,
    /// An element came before, so a comma is in order.
    pub(super) comma_due: bool,
    /// Text that is being stepped over.
    pub(super) damage: Option<Damage>,
    /// How much text may still be read in vain; see [`Damage`].
    pub(super) credit: [i64; 2],
    /// Damage has been stepped over, so brackets may be missing their partner.
    pub(super) unbalanced: bool,
    /// The byte before the window; a line end before the first one.
    before_window: u8,
}

impl Document {
    pub fn new(source: &'static Source, limits: &Limits) -> Self {
        let depth_max = limits.depth_max.clamp(1, Limits::DEPTH_CEILING);
        Document {
            source,
            outer: Scanner::new(source.keys(), depth_max),
            inner: Scanner::new(source.keys(), depth_max),
            record_bytes_max: limits.record_bytes_max,
            levels: Vec::new(),
            in_wrapper: false,
            comma_due: false,
            damage: None,
            credit: [0; 2],
            unbalanced: false,
            before_window: b'\n',
        }
    }

    /// Begins a new text.
    pub fn begin(&mut self) {
        self.levels.clear();
        (self.in_wrapper, self.comma_due, self.unbalanced) = (false, false, false);
        self.damage = None;
        self.before_window = b'\n';
        self.credit = [self.credit_max(); 2];
    }

    /// Reads a window and tells how many bytes of it are settled. The next window begins with the first one that is not.
    pub fn feed(&mut self, window: &Window<'_>, report: &mut Report<'_>) -> usize {
        self.outer.restart(0);
        let mut done = 0;
        loop {
            let step = if self.damage.is_some() {
                self.step_over(window, done, report)
            } else if self.in_wrapper {
                self.end_wrapper(window, done)
            } else {
                self.elements(window, done, report)
            };
            match step {
                Step::On(at) => done = at,
                Step::Wait(at) => {
                    self.before_window = byte_before(window, at).unwrap_or(self.before_window);
                    return at;
                }
            }
        }
    }

    /// Ends the text at `offset`. A stream that was cut ends early by no fault of its own: then the beginning of the record in
    /// which it broke is given back, and its caller reports the cut.
    pub fn finish(&mut self, offset: u64, cut: bool, report: &mut Report<'_>) -> Vec<u8> {
        match self.damage.take() {
            Some(damage) if cut && damage.reason == RejectReason::Truncated => return damage.excerpt,
            Some(damage) => damage.report(report),
            None if cut || self.unbalanced => {}
            None if self.in_wrapper || !self.levels.is_empty() => {
                report.reject(RejectReason::Truncated, offset, "the list of records ends early", &[]);
            }
            None => {}
        }
        Vec::new()
    }

    /// Elements, one after the other, from a position between two of them.
    fn elements(&mut self, window: &Window<'_>, start: usize, report: &mut Report<'_>) -> Step {
        let text = window.text.as_bytes();
        let mut done = start;
        loop {
            let at = skip_space(text, done);
            let end = match text.get(at) {
                None => return Step::Wait(text.len()),
                Some(b'{') => match self.outer.value(text, at) {
                    Ok(end) => {
                        self.deliver(window, at, end, report);
                        self.comma_due = true;
                        end
                    }
                    Err(stop) => return self.stopped(window, at, stop),
                },
                Some(b',') if self.comma_due => {
                    self.comma_due = false;
                    at + 1
                }
                Some(b'[') if self.levels.len() < LEVELS_MAX => {
                    self.levels.push(Level::Array);
                    self.comma_due = false;
                    at + 1
                }
                Some(b']') if !self.levels.is_empty() => {
                    self.close_array();
                    return Step::On(at + 1);
                }
                Some(_) => match self.rare(window, at, report) {
                    Ok(end) => end,
                    Err(step) => return step,
                },
            };
            debug_assert!(end > done, "the walk stands still; this is a bug");
            done = end;
        }
    }

    fn close_array(&mut self) {
        self.in_wrapper = self.levels.pop() == Some(Level::Wrapper);
        self.comma_due = true;
        self.unbalanced &= self.in_wrapper || !self.levels.is_empty();
    }

    /// What seldom stands where an element should: marks, values that are no objects, rubbish.
    #[cold]
    fn rare(&mut self, window: &Window<'_>, at: usize, report: &mut Report<'_>) -> Result<usize, Step> {
        let text = window.text.as_bytes();
        let rest = text.get(at..).unwrap_or_default();
        match rest.first() {
            _ if rest.starts_with(BYTE_ORDER_MARK) => return Ok(at + BYTE_ORDER_MARK.len()),
            Some(b',' | b':') => {
                let length = rest.iter().take_while(|byte| matches!(byte, b',' | b':' | b' ' | b'\t' | b'\r' | b'\n')).count();
                let offset = window.offset + at as u64;
                let excerpt = window.slice(at, at + length);
                report.reject(RejectReason::BrokenJson, offset, "a comma or a colon without an element", excerpt);
                return Ok(at + length);
            }
            Some(b']' | b'}') if self.unbalanced => {
                // The brace of a wrapper, past brackets whose partner the damage took.
                let wrapper = self.levels.iter().rposition(|level| *level == Level::Wrapper);
                self.levels.truncate(wrapper.unwrap_or_default());
                return Ok(at + 1);
            }
            Some(b']' | b'}') => {
                let stop = Stop { at, why: Why::Broken("a closing bracket without an opening one") };
                return Err(self.stopped(window, at, stop));
            }
            _ => {}
        }
        match self.outer.value(text, at) {
            Ok(end) => match what_follows(text, end) {
                Some(b',' | b']' | b'\n') => {
                    self.deliver(window, at, end, report);
                    self.comma_due = true;
                    Ok(end)
                }
                None if window.edge == Edge::End => {
                    self.deliver(window, at, end, report);
                    Ok(text.len())
                }
                None => Err(self.stopped(window, at, Stop { at: text.len(), why: Why::Incomplete })),
                Some(_) => Err(self.stopped(window, at, Stop { at: end, why: Why::Broken("a comma was expected") })),
            },
            Err(stop) => Err(self.stopped(window, at, stop)),
        }
    }

    /// The members of a wrapper behind its array.
    fn end_wrapper(&mut self, window: &Window<'_>, start: usize) -> Step {
        match self.outer.rest_of_wrapper(window.text.as_bytes(), start) {
            Ok(end) => {
                (self.in_wrapper, self.comma_due) = (false, true);
                self.unbalanced &= !self.levels.is_empty();
                Step::On(end)
            }
            Err(stop) => self.stopped(window, start, stop),
        }
    }

    /// What to do when the value at `start` could not be read to its end.
    #[cold]
    fn stopped(&mut self, window: &Window<'_>, start: usize, stop: Stop) -> Step {
        match stop.why {
            Why::Wrapper => {
                self.levels.push(Level::Wrapper);
                (self.in_wrapper, self.comma_due) = (false, false);
                return Step::On(stop.at + 1);
            }
            Why::Incomplete if window.edge == Edge::More || (window.edge == Edge::Full && start > 0) => return Step::Wait(start),
            _ => {}
        }
        // What breaks behind a wrapper's array is no element: a record may begin right there.
        let in_element = !std::mem::take(&mut self.in_wrapper);
        self.credit = self.credit.map(|credit| credit - (stop.at - start) as i64);
        let before = byte_before(window, start).unwrap_or(self.before_window);
        self.damage = Some(Damage::new(window, start, stop, before, in_element));
        Step::On(start)
    }

    /// A whole value: a record, an envelope, or neither.
    #[inline]
    fn deliver(&mut self, window: &Window<'_>, start: usize, end: usize, report: &mut Report<'_>) {
        let offset = window.offset + start as u64;
        let Some(raw) = window.text.get(start..end) else { return };
        if raw.len() > self.record_bytes_max {
            let detail = format!("the record is longer than the limit ({} bytes)", grouped(raw.len() as u64));
            report.reject(RejectReason::TooLong, offset, detail, raw.as_bytes());
            return;
        }
        match self.source.judge(raw, &self.outer.found) {
            Verdict::Record => report.record(Record::new(raw, &self.outer.found.slots)),
            verdict => self.unwrap_envelope(raw, verdict, offset, report),
        }
    }
}

fn byte_before(window: &Window<'_>, at: usize) -> Option<u8> {
    window.bytes.get(at.checked_sub(1)?).copied()
}

/// The byte behind a value that is no object: a comma, a bracket or a line end must stand there, or the value is none. A stray
/// quote makes a string of a record's first bytes.
fn what_follows(text: &[u8], end: usize) -> Option<u8> {
    text.get(end..)?.iter().copied().find(|byte| *byte == b'\n' || !byte.is_ascii_whitespace())
}
