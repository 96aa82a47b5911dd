//! What was found in an event: the values of the fields that patterns ask about, and through which array elements they were reached.

use smallvec::SmallVec;

use crate::matcher::Current;

/// A value.
#[derive(Debug, Clone, Copy)]
pub(super) struct Found {
    /// Where it begins in its text.
    pub(super) start: u32,
    /// One past its end.
    pub(super) end: u32,
    /// It stands in the text made for this event, not in the event's own.
    pub(super) is_made: bool,
    /// The innermost array element it was reached through; [`WHOLE`] for none.
    pub(super) element: u32,
    /// Where it stands in the memory of its field, and in which generation of that; nothing when it was not looked up yet.
    pub(super) memory: Option<(Current, u32)>,
}

/// The element that stands for the whole event.
pub(super) const WHOLE: u32 = 0;

/// An element of an array that is itself an object or an array. Scalars are no elements: values of two arrays of scalars combine freely.
#[derive(Debug, Clone, Copy)]
pub(super) struct Element {
    /// The array.
    pub(super) array: u32,
    /// The element that the array stands in.
    pub(super) parent: u32,
    /// The first value inside.
    pub(super) first: u32,
    /// One past the last.
    pub(super) end: u32,
}

/// An array through whose elements values were reached.
#[derive(Debug, Clone, Copy)]
pub(super) struct Array {
    /// The first value inside.
    pub(super) first: u32,
    /// One past the last.
    pub(super) end: u32,
    /// Values stand in it as elements themselves.
    pub(super) has_scalars: bool,
}

/// All values of one field in the event at hand.
#[derive(Debug, Default, Clone)]
struct OfField {
    event: u32,
    numbers: SmallVec<[u32; 2]>,
    /// One of them was reached through no array element.
    any_whole: bool,
}

/// Everything found; its memory is used again for the next event.
#[derive(Debug, Default)]
pub(super) struct Finds {
    event: u32,
    pub(super) values: Vec<Found>,
    pub(super) elements: Vec<Element>,
    pub(super) arrays: Vec<Array>,
    by_field: Vec<OfField>,
    /// Text of values that the event itself does not hold.
    pub(super) made: String,
}

impl Finds {
    pub(super) fn new(fields: usize) -> Finds {
        Finds { by_field: vec![OfField::default(); fields], ..Finds::default() }
    }

    /// A new event.
    pub(super) fn begin(&mut self, event: u32) {
        self.event = event;
        self.values.clear();
        self.elements.clear();
        self.elements.push(Element { array: u32::MAX, parent: WHOLE, first: 0, end: u32::MAX });
        self.arrays.clear();
        self.made.clear();
    }

    /// Notes a value of a field.
    #[inline]
    pub(super) fn note(&mut self, field: u32, found: Found) {
        let number = self.values.len() as u32;
        let Some(of_field) = self.by_field.get_mut(field as usize) else { return };
        if of_field.event != self.event {
            *of_field = OfField { event: self.event, ..OfField::default() };
        }
        of_field.any_whole |= found.element == WHOLE;
        of_field.numbers.push(number);
        self.values.push(found);
    }

    /// The numbers of a field's values, in the order of the text.
    #[inline]
    pub(super) fn of_field(&self, field: u32) -> &[u32] {
        match self.by_field.get(field as usize) {
            Some(of_field) if of_field.event == self.event => &of_field.numbers,
            _ => &[],
        }
    }

    /// Whether a value of the field was reached through no array element.
    #[inline]
    pub(super) fn any_whole(&self, field: u32) -> bool {
        self.by_field.get(field as usize).is_some_and(|of_field| of_field.event == self.event && of_field.any_whole)
    }

    /// A value's JSON text.
    #[inline]
    pub(super) fn json<'t>(&'t self, found: &Found, text: &'t str) -> &'t str {
        let of = if found.is_made { &self.made } else { text };
        of.get(found.start as usize..found.end as usize).unwrap_or_default()
    }

    /// The elements from an innermost one outwards.
    pub(super) fn chain(&self, element: u32) -> impl Iterator<Item = u32> {
        let mut at = element;
        std::iter::from_fn(move || {
            let this = Some(at).filter(|at| *at != WHOLE)?;
            at = self.elements.get(at as usize).map_or(WHOLE, |element| element.parent);
            Some(this)
        })
    }
}
