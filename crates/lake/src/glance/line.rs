//! Records of which only some fields are known.

use watchfire_model::{Record, Slot, Slots, Span, cloudtrail};

use super::Glanced;
use super::field::Field;
use super::texts::text;
use crate::rows::quote;

/// Room for a record of which only some fields are known; used again and again.
#[derive(Debug, Default)]
pub struct Line {
    text: String,
    slots: Slots,
    /// The objects that are open.
    open: Vec<&'static str>,
}

impl Line {
    /// Some fields of a row, in the order of their places. Each stands in the first of `parts` that has it: what was read of the row,
    /// each with its number there.
    pub fn of(&mut self, parts: &[(&Glanced, usize)], fields: &[Slot]) -> Record<'_> {
        self.begin();
        self.add(parts, fields);
        self.end()
    }

    /// The same with the row's time and id, which the first of `parts` has that holds any.
    pub fn with_own(&mut self, parts: &[(&Glanced, usize)], fields: &[Slot]) -> Record<'_> {
        self.begin();
        self.add(parts, fields);
        if let Some((glanced, row)) = parts.iter().find(|(glanced, _)| glanced.ids.is_some() || glanced.times.is_some()) {
            self.close_to(0);
            for (slot, key, texts) in
                [(cloudtrail::EVENT_TIME, "\"eventTime\":", &glanced.times), (cloudtrail::EVENT_ID, "\"eventID\":", &glanced.ids)]
            {
                if let Some(text) = text(texts.as_ref(), *row) {
                    self.member(slot, key, |json| quote(text, json));
                }
            }
        }
        self.end()
    }

    fn begin(&mut self) {
        self.text.clear();
        self.slots.clear();
        self.open.clear();
        self.text.push('{');
    }

    fn end(&mut self) -> Record<'_> {
        self.close_to(0);
        self.text.push('}');
        Record::new(&self.text, &self.slots)
    }

    fn add(&mut self, parts: &[(&Glanced, usize)], fields: &[Slot]) {
        for slot in fields {
            let place = parts.iter().find_map(|(part, row)| Some((part.column(*slot)?, *row)));
            if let Some(((field, texts), row)) = place.filter(|((_, texts), row)| !texts.is_null(*row)) {
                self.open_to(field);
                self.member(*slot, &field.key, |json| texts.write(row, field, json));
            }
        }
    }

    /// Opens the objects that a field stands in. What stands in one object has places side by side.
    fn open_to(&mut self, field: &'static Field) {
        let shared = self.open.iter().zip(&field.parents).take_while(|(open, parent)| open == parent).count();
        self.close_to(shared);
        for parent in field.parents.iter().skip(shared) {
            self.comma();
            self.text.push('"');
            self.text.push_str(parent);
            self.text.push_str("\":{");
            self.open.push(parent);
        }
    }

    fn close_to(&mut self, depth: usize) {
        while self.open.len() > depth {
            self.open.pop();
            self.text.push('}');
        }
    }

    fn comma(&mut self) {
        if !self.text.ends_with('{') {
            self.text.push(',');
        }
    }

    fn member(&mut self, slot: Slot, key: &str, value: impl FnOnce(&mut String)) {
        self.comma();
        self.text.push_str(key);
        let start = self.text.len();
        value(&mut self.text);
        self.slots.set(slot, Span { start: start as u32, end: self.text.len() as u32 });
    }
}
