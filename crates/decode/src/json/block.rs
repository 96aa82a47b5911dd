//! The letters of 64 bytes as bit masks: bit n speaks of byte n.

use wide::u8x16;

/// Bytes looked at in one step.
pub(super) const BLOCK_BYTES: usize = 64;

pub(super) type Block = [u8; BLOCK_BYTES];

/// What every block is asked.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Masks {
    /// `"`
    pub quote: u64,
    /// `\` and control characters: most blocks have none, so they are told apart only where there are.
    pub rare: u64,
}

impl Masks {
    /// Looks at one block.
    #[inline(always)]
    pub fn of(block: &Block) -> Masks {
        let mut masks = Masks::default();
        for (quarter, bytes) in block.as_chunks::<16>().0.iter().enumerate() {
            let bytes = u8x16::new(*bytes);
            let control = bytes.min(u8x16::splat(0x1f)).simd_eq(bytes);
            let rare = control | bytes.simd_eq(u8x16::splat(b'\\'));
            masks.quote |= u64::from(bytes.simd_eq(u8x16::splat(b'"')).to_bitmask()) << (16 * quarter);
            masks.rare |= u64::from(rare.to_bitmask()) << (16 * quarter);
        }
        masks
    }
}

/// Where `\` stands in a block.
pub(super) fn backslashes(block: &Block) -> u64 {
    let quarters = block.as_chunks::<16>().0.iter().enumerate();
    quarters.fold(0, |mask, (quarter, bytes)| {
        let found = u8x16::new(*bytes).simd_eq(u8x16::splat(b'\\'));
        mask | u64::from(found.to_bitmask()) << (16 * quarter)
    })
}

/// Bit n of the answer is the parity of bits 0 to n: one from an opening quote up to the closing one, which has zero.
#[inline(always)]
pub(super) fn prefix_parity(mut bits: u64) -> u64 {
    bits ^= bits << 1;
    bits ^= bits << 2;
    bits ^= bits << 4;
    bits ^= bits << 8;
    bits ^= bits << 16;
    bits ^= bits << 32;
    bits
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_has_its_letters() {
        for value in 0..=255u8 {
            let mut block = [b'x'; BLOCK_BYTES];
            block[37] = value;
            let masks = Masks::of(&block);
            let bit = |is: bool| u64::from(is) << 37;
            assert_eq!(masks.quote, bit(value == b'"'));
            assert_eq!(masks.rare, bit(value == b'\\' || value < 0x20), "{value}");
            assert_eq!(backslashes(&block), bit(value == b'\\'));
        }
    }

    #[test]
    fn parity_of_quotes() {
        assert_eq!(prefix_parity(0b100100), 0b011100);
        assert_eq!(prefix_parity(1), u64::MAX);
    }
}
