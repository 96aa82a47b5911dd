//! Records as the values of their columns, one after the other: what an epoch keeps until its rows are put in order.

use std::borrow::Cow;

use watchfire_model::{Slots, Span};

use super::build;
use super::place::{PLACED, Places, node};
use crate::columns::Shape;

/// Values of many records, as JSON texts.
#[derive(Debug, Clone, Default)]
pub(crate) struct Values {
    texts: String,
    /// Where each value of each row ends among the texts: those the decoder notes the place of, in their order; then the record's whole
    /// text, if its places do not tell all of it.
    ends: Vec<u32>,
}

/// Stands for an object whose fields have places of their own.
const OBJECT: &str = "{}";

/// A row of [`Values`].
#[derive(Debug, Clone, Copy)]
pub(crate) struct Held<'v> {
    texts: &'v str,
    start: u32,
    ends: &'v [u32],
}

/// Values of a row.
fn width() -> usize {
    PLACED.len() + 1
}

impl Values {
    /// No values, in memory for so many bytes and rows of them.
    pub fn reserve(&mut self, bytes: usize, rows: usize) {
        self.texts.reserve(bytes);
        self.ends.reserve(rows * width());
    }

    pub fn clear(&mut self) {
        self.texts.clear();
        self.ends.clear();
    }

    /// Bytes of all values.
    pub fn bytes(&self) -> usize {
        self.texts.len()
    }

    /// Memory held, in bytes.
    pub fn capacity(&self) -> usize {
        self.texts.capacity() + self.ends.capacity() * size_of::<u32>()
    }

    /// Adds a record whose places tell all of it.
    pub fn push(&mut self, text: &str, slots: &Slots) {
        for placed in PLACED.iter() {
            let Span { start, end } = slots.get(placed.slot);
            if end > 0 {
                let value = || text.get(start as usize..end as usize).unwrap_or_default();
                self.texts.push_str(if placed.is_seen { OBJECT } else { value() });
            }
            self.end();
        }
        self.end();
    }

    /// Adds a record that has to be walked over, with the places that were found by it.
    pub fn push_whole(&mut self, text: &str, places: &Places) {
        for placed in PLACED.iter() {
            self.texts.push_str(places.get(placed.number, text).filter(|_| !placed.is_seen).unwrap_or_default());
            self.end();
        }
        self.texts.push_str(text);
        self.end();
    }

    fn end(&mut self) {
        self.ends.push(u32::try_from(self.texts.len()).expect("a block is emptied long before its texts reach 4 GiB"));
    }

    /// A row.
    #[inline]
    pub fn get(&self, row: usize) -> Held<'_> {
        let first = row * width();
        let start = if first == 0 { 0 } else { self.ends[first - 1] };
        Held { texts: &self.texts, start, ends: &self.ends[first..first + width()] }
    }
}

impl<'v> Held<'v> {
    /// All values, one after the other.
    #[inline]
    pub fn text(&self) -> &'v str {
        let end = self.ends.last().copied().unwrap_or(self.start);
        self.texts.get(self.start as usize..end as usize).unwrap_or_default()
    }

    /// The record's text, when its places do not tell all of it.
    #[inline]
    pub fn whole(&self) -> Option<&'v str> {
        let [.., start, end] = *self.ends else { return None };
        if start == end { None } else { self.texts.get(start as usize..end as usize) }
    }

    /// Where each value stands in [`text`](Self::text); empty where there is none.
    #[inline]
    pub fn spans(&self) -> impl Iterator<Item = (u32, u32)> {
        let start = self.start;
        let starts = std::iter::once(start).chain(self.ends.iter().copied());
        starts.zip(self.ends).map(move |(from, end)| if from == *end { (0, 0) } else { (from - start, end - start) })
    }

    /// What the column of a placed value holds, by its number among them.
    pub fn scalar(&self, placed: usize) -> Option<Cow<'v, str>> {
        let start = if placed == 0 { self.start } else { self.ends[placed - 1] };
        let json = self.texts.get(start as usize..self.ends[placed] as usize).filter(|json| !json.is_empty())?;
        Some(build::scalar(json, Shape::Text)?.0)
    }
}

/// The number among placed values of a column of the table, by its dotted name in SQL.
pub(crate) fn placed(name: &str) -> Option<usize> {
    PLACED.iter().position(|placed| node(placed.number).path.eq_ignore_ascii_case(name))
}
