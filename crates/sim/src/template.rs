//! Text with holes: `{"instanceId":"<instance>"}` becomes pieces that are copied or filled in.
//!
//! A hole named twice in one call has one value in one record, so that an answer speaks of what was asked. The second
//! time, the value is copied from where the record already holds it.

use crate::fill::{Hole, Pen};
use std::ops::Range;

/// Most holes that one call may name more than once.
pub(crate) const SLOTS: usize = 16;

/// Where in the output the values of shared holes stand.
pub(crate) type Slots = [Option<(usize, usize)>; SLOTS];

#[derive(Debug)]
enum Piece {
    Text(Range<usize>),
    Hole(Hole),
    Shared(Hole, u8),
}

/// One compiled text.
#[derive(Debug)]
pub(crate) struct Template {
    text: &'static str,
    pieces: Vec<Piece>,
}

/// The holes that several texts of one call share.
#[derive(Debug, Default)]
pub(crate) struct Shared {
    holes: Vec<Hole>,
}

impl Shared {
    /// Finds the holes that occur more than once in the texts of a call.
    pub(crate) fn among(texts: &[&'static str]) -> Shared {
        let mut seen: Vec<Hole> = Vec::new();
        let mut holes: Vec<Hole> = Vec::new();
        for name in texts.iter().flat_map(|text| names(text)) {
            let hole = Hole::named(name);
            if seen.contains(&hole) && !holes.contains(&hole) {
                holes.push(hole);
            }
            seen.push(hole);
        }
        assert!(holes.len() <= SLOTS, "a call shares more than {SLOTS} holes: {texts:?}");
        Shared { holes }
    }

    /// Where a hole's value stands in a record, when the call names the hole more than once.
    pub(crate) fn slot(&self, hole: Hole) -> Option<usize> {
        self.holes.iter().position(|shared| *shared == hole)
    }
}

impl Template {
    pub(crate) fn new(text: &'static str, shared: &Shared) -> Template {
        let mut pieces = Vec::new();
        let mut at = 0;
        for name in names(text) {
            let open = name.as_ptr() as usize - text.as_ptr() as usize - 1;
            if open > at {
                pieces.push(Piece::Text(at..open));
            }
            let hole = Hole::named(name);
            pieces.push(shared.slot(hole).map_or(Piece::Hole(hole), |slot| Piece::Shared(hole, slot as u8)));
            at = open + name.len() + 2;
        }
        if at < text.len() {
            pieces.push(Piece::Text(at..text.len()));
        }
        Template { text, pieces }
    }

    /// Copies the text and fills its holes.
    pub(crate) fn write(&self, pen: &mut Pen<'_, '_>, slots: &mut Slots) {
        for piece in &self.pieces {
            match piece {
                Piece::Text(range) => pen.out.extend_from_slice(&self.text.as_bytes()[range.clone()]),
                Piece::Hole(hole) => pen.fill(*hole),
                Piece::Shared(hole, slot) => match slots[usize::from(*slot)] {
                    Some((from, to)) => pen.out.extend_from_within(from..to),
                    None => {
                        let from = pen.out.len();
                        pen.fill(*hole);
                        slots[usize::from(*slot)] = Some((from, pen.out.len()));
                    }
                },
            }
        }
    }
}

/// The names between `<` and `>`.
fn names(text: &'static str) -> impl Iterator<Item = &'static str> {
    text.split('<').skip(1).map(move |rest| {
        let end = rest.find('>').unwrap_or_else(|| panic!("a hole is not closed in {text}"));
        &rest[..end]
    })
}
