//! A record and the table of its fields.

use std::borrow::Cow;

/// How many fields of one source may have a place of their own; the widest table (CloudTrail) has 58.
pub const SLOTS_MAX: usize = 64;

/// What JSON type a field carries in the source's own documentation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Text.
    Text,
    /// `true` or `false`.
    Bool,
    /// An ISO 8601 instant.
    Time,
    /// A nested value whose shape depends on the API called.
    Json,
    /// A nested value of known shape; its members have rows of their own where rules often ask for them.
    Struct,
}

/// The number of a field's place in [`Slots`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Slot(pub u8);

/// One row of a source's table.
#[derive(Debug)]
pub struct Field {
    /// Its place in a record's [`Slots`].
    pub slot: Slot,
    /// The dotted path, in the source's own spelling.
    pub path: &'static str,
    /// What type it carries.
    pub kind: Kind,
    /// One line of meaning.
    pub doc: &'static str,
}

/// The table of one log source: written once with [`record!`](crate::record!), everything else derived from it.
#[derive(Debug)]
pub struct Schema {
    /// Name of the source, also of its table in the lake.
    pub name: &'static str,
    /// The rows, in slot order.
    pub fields: &'static [Field],
}

impl Schema {
    /// The row with exactly this path.
    pub fn field(&self, path: &str) -> Option<&'static Field> {
        self.fields.iter().find(|field| field.path == path)
    }

    /// The row with the longest path that equals `path` or is a dotted prefix of it, and what is left of the path.
    pub fn locate<'p>(&self, path: &'p str) -> Option<(&'static Field, Option<&'p str>)> {
        let rest = |field: &Field| match path.strip_prefix(field.path)? {
            "" => Some(None),
            tail => tail.strip_prefix('.').map(Some),
        };
        self.fields.iter().filter_map(|field| rest(field).map(|rest| (field, rest))).max_by_key(|(field, _)| field.path.len())
    }
}

/// Declares the table of one source: a static [`Schema`] named `SCHEMA` and one [`Slot`] constant a row.
#[macro_export]
macro_rules! record {
    ($(#[$meta:meta])* $name:literal { $($(#[doc = $doc:literal])+ $slot:ident $path:literal $kind:ident;)+ }) => {
        #[allow(non_camel_case_types, clippy::upper_case_acronyms)]
        enum Place { $($slot,)+ COUNT }
        $($(#[doc = $doc])+ pub const $slot: $crate::Slot = $crate::Slot(Place::$slot as u8);)+
        $(#[$meta])*
        pub static SCHEMA: $crate::Schema = $crate::Schema {
            name: $name,
            fields: &[$($crate::Field {
                slot: $slot, path: $path, kind: $crate::Kind::$kind, doc: concat!($($doc),+).trim_ascii(),
            }),+],
        };
        const _: () = assert!((Place::COUNT as usize) <= $crate::SLOTS_MAX, "a record has too many fields with a place");
    };
}

/// Where a value stands in a record's text, as byte offsets; empty means absent.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Span {
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

/// The places of a record's fields, by [`Slot`].
#[derive(Debug, Clone, Copy)]
pub struct Slots {
    spans: [Span; SLOTS_MAX],
    complete: bool,
}

impl Default for Slots {
    fn default() -> Self {
        Slots { spans: [Span::default(); SLOTS_MAX], complete: false }
    }
}

impl Slots {
    /// Notes where a field's value stands.
    #[inline]
    pub fn set(&mut self, slot: Slot, span: Span) {
        if let Some(place) = self.spans.get_mut(usize::from(slot.0)) {
            *place = span;
        }
    }

    /// Where a field's value stands; empty when the record has no such field.
    #[inline]
    pub fn get(&self, slot: Slot) -> Span {
        self.spans.get(usize::from(slot.0)).copied().unwrap_or_default()
    }

    /// Forgets every place.
    #[inline]
    pub fn clear(&mut self) {
        *self = Slots::default();
    }

    /// Whether the places are all that there is: every member of the record, and of every object that the schema looks into, has a place of
    /// its own, none comes twice, and what the schema looks into is an object. Then nobody needs to walk over the record again.
    #[inline]
    pub fn is_complete(&self) -> bool {
        self.complete
    }

    /// States that the places are all that there is.
    #[inline]
    pub fn complete(&mut self) {
        self.complete = true;
    }
}

/// One record as it stands in its log: the text, and where its known fields are. Nothing is copied or parsed until asked.
///
/// The decoder promises that `raw` is one well-formed JSON object in UTF-8 and that every span lies inside it on value borders.
#[derive(Debug, Clone, Copy)]
pub struct Record<'a> {
    raw: &'a str,
    slots: &'a Slots,
}

impl<'a> Record<'a> {
    /// A record from the decoder's hands.
    pub fn new(raw: &'a str, slots: &'a Slots) -> Self {
        Record { raw, slots }
    }

    /// The whole JSON text.
    #[inline]
    pub fn raw(&self) -> &'a str {
        self.raw
    }

    /// The places of its fields.
    pub fn slots(&self) -> &'a Slots {
        self.slots
    }

    /// The JSON text of one field, or nothing when it is absent. `null` is a text like any other here.
    #[inline]
    pub fn json(&self, slot: Slot) -> Option<&'a str> {
        let Span { start, end } = self.slots.get(slot);
        if start == end { None } else { self.raw.get(start as usize..end as usize) }
    }

    /// A scalar field as text: strings without quotes and escapes, numbers and booleans as written.
    /// Nothing when the field is absent, null, an object or an array.
    #[inline]
    pub fn text(&self, slot: Slot) -> Option<Cow<'a, str>> {
        scalar_text(self.json(slot)?)
    }
}

/// The text of a JSON scalar: strings lose quotes and escapes, numbers come in the plain form a parser would write back (`1.50` is
/// `1.5`); null, objects and arrays have none.
#[inline]
pub fn scalar_text(json: &str) -> Option<Cow<'_, str>> {
    match json.as_bytes().first()? {
        b'"' => {
            let inner = json.get(1..json.len().checked_sub(1)?)?;
            if memchr::memchr(b'\\', inner.as_bytes()).is_some() {
                serde_json::from_str::<String>(json).ok().map(Cow::Owned)
            } else {
                Some(Cow::Borrowed(inner))
            }
        }
        b'{' | b'[' | b'n' => None,
        _ if json.contains(['.', 'e', 'E']) && !json.starts_with(['t', 'f']) => {
            serde_json::from_str::<serde_json::Number>(json).ok().map(|number| Cow::Owned(number.to_string()))
        }
        _ => Some(Cow::Borrowed(json)),
    }
}
