//! The letters of 64 bytes as bit masks: bit n speaks of byte n.

use wide::u8x16;

/// Bytes looked at in one step.
pub(crate) const BLOCK_BYTES: usize = 64;

/// Where the bytes that matter stand in one block, whether inside strings or not.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Masks {
    /// `"`
    pub quote: u64,
    /// `\`
    pub backslash: u64,
    /// `{` `}` `[` `]` `:` `,`
    pub operator: u64,
    /// Space.
    pub space: u64,
    /// Below space: tab, line ends, and what JSON forbids.
    pub control: u64,
}

impl Masks {
    /// Looks at one block.
    #[inline(always)]
    pub fn of(block: &[u8; BLOCK_BYTES]) -> Masks {
        let mut masks = Masks::default();
        for (quarter, bytes) in block.as_chunks::<16>().0.iter().enumerate() {
            let bytes = u8x16::new(*bytes);
            let shift = 16 * quarter;
            // `[` and `{`, `]` and `}` differ in this bit only.
            let folded = bytes | u8x16::splat(0x20);
            let operator = folded.simd_eq(u8x16::splat(b'{'))
                | folded.simd_eq(u8x16::splat(b'}'))
                | bytes.simd_eq(u8x16::splat(b':'))
                | bytes.simd_eq(u8x16::splat(b','));
            masks.quote |= u64::from(bytes.simd_eq(u8x16::splat(b'"')).to_bitmask()) << shift;
            masks.backslash |= u64::from(bytes.simd_eq(u8x16::splat(b'\\')).to_bitmask()) << shift;
            masks.operator |= u64::from(operator.to_bitmask()) << shift;
            masks.space |= u64::from(bytes.simd_eq(u8x16::splat(b' ')).to_bitmask()) << shift;
            masks.control |= u64::from(bytes.min(u8x16::splat(0x1f)).simd_eq(bytes).to_bitmask()) << shift;
        }
        masks
    }
}

/// Tab, line feed and carriage return of one block: the control characters that may stand between tokens.
#[cold]
pub(crate) fn line_space(block: &[u8; BLOCK_BYTES]) -> u64 {
    let mut mask = 0;
    for (quarter, bytes) in block.as_chunks::<16>().0.iter().enumerate() {
        let bytes = u8x16::new(*bytes);
        let space = bytes.simd_eq(u8x16::splat(b'\t'))
            | bytes.simd_eq(u8x16::splat(b'\n'))
            | bytes.simd_eq(u8x16::splat(b'\r'));
        mask |= u64::from(space.to_bitmask()) << (16 * quarter);
    }
    mask
}

/// Bit n of the answer is the parity of bits 0 to n: between an opening and a closing quote it is one.
#[inline(always)]
pub(crate) fn prefix_parity(mut bits: u64) -> u64 {
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
            assert_eq!(masks.backslash, bit(value == b'\\'));
            assert_eq!(masks.operator, bit(b"{}[]:,".contains(&value)), "{value}");
            assert_eq!(masks.space, bit(value == b' '));
            assert_eq!(masks.control, bit(value < 0x20), "{value}");
            assert_eq!(line_space(&block), bit(b"\t\n\r".contains(&value)));
        }
    }

    #[test]
    fn parity_of_quotes() {
        assert_eq!(prefix_parity(0b100100), 0b011100);
        assert_eq!(prefix_parity(1), u64::MAX);
    }
}
