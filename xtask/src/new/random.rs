//! Random UUIDs, from the randomness that the standard library asks the system for when it seeds a hash map.

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;

/// A version 4 UUID.
pub fn uuid() -> String {
    let half = |number: u8| u128::from(RandomState::new().hash_one(number));
    from_bits(half(0) << 64 | half(1))
}

fn from_bits(bits: u128) -> String {
    const VERSION: u128 = 0xf << 76;
    const VARIANT: u128 = 0b11 << 62;
    let text = format!("{:032x}", bits & !VERSION & !VARIANT | 4 << 76 | 0b10 << 62);
    [&text[..8], &text[8..12], &text[12..16], &text[16..20], &text[20..]].join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn version_and_variant_are_marked() {
        assert_eq!(from_bits(0), "00000000-0000-4000-8000-000000000000");
        assert_eq!(from_bits(u128::MAX), "ffffffff-ffff-4fff-bfff-ffffffffffff");
        assert_ne!(uuid(), uuid());
    }
}
