//! Chance that is the same everywhere.

/// SplitMix64: small, and the same everywhere.
pub struct Chance(pub u64);

impl Chance {
    /// A number below the bound.
    pub fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % bound
    }

    /// One of the items.
    pub fn of<'i>(&mut self, items: &[&'i str]) -> &'i str {
        items.get(self.below(items.len() as u64) as usize).copied().unwrap_or_default()
    }
}
