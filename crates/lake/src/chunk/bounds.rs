//! Smallest and largest values.

/// The bounds of some values, and how many were none.
#[derive(Debug, Default, Clone)]
pub(crate) struct Bounds {
    is_known: bool,
    least: String,
    greatest: String,
    pub nulls: u64,
}

impl Bounds {
    /// Takes a value in.
    #[inline]
    pub fn meet(&mut self, text: &str) {
        if !self.is_known {
            self.is_known = true;
            text.clone_into(&mut self.least);
            text.clone_into(&mut self.greatest);
        } else if text > self.greatest.as_str() {
            text.clone_into(&mut self.greatest);
        } else if text < self.least.as_str() {
            text.clone_into(&mut self.least);
        }
    }

    /// Takes in the values of other bounds, and so many that were none.
    pub fn join(&mut self, other: &Bounds, nulls: usize) {
        self.nulls += nulls as u64;
        if let Some((least, greatest)) = other.known() {
            self.meet(least);
            self.meet(greatest);
        }
    }

    /// The smallest and the largest, when there is any value.
    pub fn known(&self) -> Option<(&str, &str)> {
        self.is_known.then_some((&*self.least, &*self.greatest))
    }

    pub(super) fn clear(&mut self) {
        (self.is_known, self.nulls) = (false, 0);
    }
}
