//! Where the values of one record's columns stand in its text, and what no column takes.

use std::ops::Range;
use std::sync::LazyLock;

use watchfire_model::{Slot, Slots, Span, cloudtrail};

use super::members::{Members, byte, unescaped};
use super::path;
use super::values::Held;
use crate::columns::{COLUMNS, Column, Shape};

/// One column or field of a struct, with the numbers of its own fields.
#[derive(Debug)]
pub(crate) struct Node {
    pub column: &'static Column,
    /// Dotted path of members from the record down.
    pub path: String,
    /// Numbers of its fields, when it is a struct: they are side by side.
    pub fields: Range<usize>,
    /// Where the decoder notes its place, when it does.
    slot: Option<Slot>,
}

static NODES: LazyLock<Vec<Node>> = LazyLock::new(|| {
    let mut nodes = Vec::new();
    add(COLUMNS, "", &mut nodes);
    let mut at = 0;
    while at < nodes.len() {
        if let Shape::Struct(fields) = nodes[at].column.shape {
            let start = nodes.len();
            let path = nodes[at].path.clone();
            add(fields, &path, &mut nodes);
            nodes[at].fields = start..nodes.len();
        }
        at += 1;
    }
    nodes
});

/// A column that the decoder notes the place of.
#[derive(Debug)]
pub(super) struct Placed {
    pub number: usize,
    pub slot: Slot,
    /// A struct whose fields have places too.
    pub is_seen: bool,
}

/// Columns that the decoder notes the place of.
pub(super) static PLACED: LazyLock<Vec<Placed>> = LazyLock::new(|| {
    let is_seen = |node: &Node| NODES[node.fields.clone()].iter().any(|field| field.slot.is_some());
    let placed = |(number, node): (usize, &Node)| Some(Placed { number, slot: node.slot?, is_seen: is_seen(node) });
    NODES.iter().enumerate().filter_map(placed).collect()
});

/// Structs whose fields the decoder does not look at.
static UNSEEN: LazyLock<Vec<usize>> = LazyLock::new(|| {
    let is_unseen = |node: &Node| !node.fields.is_empty() && NODES[node.fields.clone()].iter().all(|field| field.slot.is_none());
    NODES.iter().enumerate().filter(|(_, node)| is_unseen(node)).map(|(number, _)| number).collect()
});

fn add(columns: &'static [Column], parent: &str, nodes: &mut Vec<Node>) {
    for column in columns {
        let path = path::join(parent, column.member);
        let slot = cloudtrail::SCHEMA.field(&path).map(|field| field.slot);
        nodes.push(Node { column, path, fields: 0..0, slot });
    }
}

/// The numbers of the table's columns.
pub(crate) fn top() -> Range<usize> {
    0..COLUMNS.len()
}

/// A column by its number.
pub(crate) fn node(number: usize) -> &'static Node {
    &NODES[number]
}

/// The columns of scalars that the decoder notes the place of: on no row is more than one value of them.
pub(crate) fn scalars() -> impl Iterator<Item = (&'static Node, Slot)> {
    let is_scalar = |node: &&Node| matches!(node.column.shape, Shape::Text | Shape::Flag);
    NODES.iter().filter(is_scalar).filter_map(|node| Some((node, node.slot?)))
}

/// Members that are kept one by one; a record with more that nobody knows is kept whole.
const EXTRA_MAX: usize = 1024;

/// What no column holds: path and JSON text.
#[derive(Debug, Default)]
pub(crate) struct Extra {
    /// Paths one after the other, and where each ends; then texts likewise. Kept from record to record.
    paths: String,
    texts: String,
    ends: Vec<(usize, usize)>,
}

impl Extra {
    fn clear(&mut self) {
        self.paths.clear();
        self.texts.clear();
        self.ends.clear();
    }

    /// Keeps a JSON text under a path.
    pub fn keep(&mut self, path: &str, json: &str) {
        self.paths.push_str(path);
        self.texts.push_str(json);
        self.ends.push((self.paths.len(), self.texts.len()));
    }

    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// Paths and texts.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        let starts = std::iter::once((0, 0)).chain(self.ends.iter().copied());
        starts.zip(&self.ends).map(|((path, text), ends)| (&self.paths[path..ends.0], &self.texts[text..ends.1]))
    }

    /// Whether a path comes twice.
    fn repeats(&self) -> bool {
        if self.ends.len() < 2 {
            return false;
        }
        let mut paths: Vec<&str> = self.iter().map(|(path, _)| path).collect();
        paths.sort_unstable();
        paths.windows(2).any(|pair| pair[0] == pair[1])
    }
}

/// The places of one record's values, by number of column.
#[derive(Debug)]
pub(crate) struct Places {
    spans: Vec<(u32, u32)>,
    pub extra: Extra,
    ambiguous: bool,
    /// Where the first backslash stands: what ends before it has no escapes.
    escapes_from: usize,
}

impl Default for Places {
    fn default() -> Self {
        Places::new()
    }
}

impl Places {
    pub fn new() -> Self {
        Places { spans: vec![(0, 0); NODES.len()], extra: Extra::default(), ambiguous: false, escapes_from: 0 }
    }

    /// Where the value of a column stands in the record; nothing when it has none.
    #[inline]
    pub fn get<'t>(&self, number: usize, text: &'t str) -> Option<&'t str> {
        let (start, end) = self.spans[number];
        if end == 0 { None } else { text.get(start as usize..end as usize) }
    }

    /// Whether the value of a column is known to have no escapes.
    #[inline]
    pub fn is_plain(&self, number: usize) -> bool {
        self.spans[number].1 as usize <= self.escapes_from
    }

    /// Finds the places in a record by walking over it. `slots` are those the decoder found, which save walking over large values again.
    pub fn read(&mut self, text: &str, slots: Option<&Slots>) {
        self.begin(text);
        self.object(text, 0, top(), "", slots);
        if self.ambiguous || self.extra.ends.len() > EXTRA_MAX || self.extra.repeats() {
            self.extra.clear();
            self.extra.keep(path::WHOLE, text);
        }
    }

    /// Takes the values of a row as they are held. The decoder does not look into every object that has columns of its own.
    pub fn take<'v>(&mut self, held: &Held<'v>) -> &'v str {
        if let Some(whole) = held.whole() {
            self.read(whole, None);
            return whole;
        }
        let text = held.text();
        self.begin(text);
        for (placed, span) in PLACED.iter().zip(held.spans()) {
            self.spans[placed.number] = span;
        }
        for number in UNSEEN.iter() {
            let (start, end) = self.spans[*number];
            let node = node(*number);
            if end > 0 && byte(text, start as usize) == b'{' {
                self.object(text, start as usize, node.fields.clone(), &node.path, None);
            }
        }
        text
    }

    fn begin(&mut self, text: &str) {
        self.spans.fill((0, 0));
        self.extra.clear();
        self.ambiguous = false;
        self.escapes_from = memchr::memchr(b'\\', text.as_bytes()).unwrap_or(text.len());
    }

    /// The places of scalars by slot, as they were found by walking.
    pub fn slots(&self) -> Slots {
        let mut slots = Slots::default();
        for Placed { number, slot, .. } in PLACED.iter() {
            let (start, end) = self.spans[*number];
            slots.set(*slot, Span { start, end });
        }
        slots
    }

    /// Whether the record is kept whole because its members cannot be told apart; then `extra` is complete.
    pub fn is_whole(&self) -> bool {
        self.extra.ends.len() == 1 && self.extra.paths == path::WHOLE
    }

    fn object(&mut self, text: &str, open: usize, fields: Range<usize>, parent: &str, slots: Option<&Slots>) {
        let mut members = Members::new(text, open);
        let mut likely = fields.start;
        while let Some(raw) = members.key() {
            let Some(key) = unescaped(raw) else {
                self.ambiguous = true;
                members.value(None);
                continue;
            };
            let Some(number) = find(&key, &fields, likely) else {
                let (start, end) = members.value(None);
                self.extra.keep(&path::join(parent, &key), text.get(start..end).unwrap_or_default());
                continue;
            };
            likely = number + 1;
            let start = members.start();
            let node = node(number);
            let known = node.slot.zip(slots).map(|(slot, slots)| slots.get(slot)).filter(|span| span.start as usize == start);
            let (start, end) = members.value(known.map(|span| span.end as usize).filter(|end| *end > start));
            if self.spans[number] != (0, 0) {
                self.ambiguous = true;
                self.forget(number);
            }
            self.spans[number] = (start as u32, end as u32);
            if !node.fields.is_empty() && byte(text, start) == b'{' {
                self.object(text, start, node.fields.clone(), &node.path, slots);
            }
        }
    }

    /// Forgets what an earlier value under the same key left.
    fn forget(&mut self, number: usize) {
        self.spans[number] = (0, 0);
        node(number).fields.clone().for_each(|field| self.forget(field));
    }
}

/// The number of the field with this name. Members mostly come in the same order, so the likely one is tried first.
#[inline]
fn find(key: &str, fields: &Range<usize>, likely: usize) -> Option<usize> {
    let is = |number: &usize| node(*number).column.member == key;
    if likely < fields.end && is(&likely) { Some(likely) } else { fields.clone().find(is) }
}
