//! Chance under a seed: xoshiro256++ for streams, SplitMix64 for seeds and for ids that must be the same wherever they are named.
//!
//! Own generators, because the bytes of a plan must not change with the version of a dependency. Neither is fit for
//! secrets, and nothing here is one. Reference: Blackman and Vigna, <https://prng.di.unimi.it/>.

const HEX: &[u8; 16] = b"0123456789abcdef";
const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const BASE64: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const UPPER: &[u8; 32] = b"ABCDEFGHJKMNPQRSTVWXYZ0123456789";

/// One step of SplitMix64: a good scrambler of a counter or of a sum of parts.
pub(crate) fn scramble(value: u64) -> u64 {
    let mut z = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// One number from many: the seed of whatever the parts name.
pub(crate) fn mix(parts: &[u64]) -> u64 {
    parts.iter().fold(0x5741_5443_4846_4952, |hash, part| scramble(hash ^ scramble(*part)))
}

/// A number for a text (FNV-1a, scrambled).
pub(crate) fn mix_text(seed: u64, text: &str) -> u64 {
    let hash = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    mix(&[seed, hash])
}

/// A stream of chance.
#[derive(Clone, Debug)]
pub(crate) struct Random {
    state: [u64; 4],
}

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        let mut at = seed;
        let state = std::array::from_fn(|_| {
            at = at.wrapping_add(0x9e37_79b9_7f4a_7c15);
            scramble(at)
        });
        Random { state }
    }

    #[inline]
    pub(crate) fn next(&mut self) -> u64 {
        let s = &mut self.state;
        let result = s[0].wrapping_add(s[3]).rotate_left(23).wrapping_add(s[0]);
        let t = s[1] << 17;
        s[2] ^= s[0];
        s[3] ^= s[1];
        s[1] ^= s[2];
        s[0] ^= s[3];
        s[2] ^= t;
        s[3] = s[3].rotate_left(45);
        result
    }

    /// A number in `0..bound`, by multiplication; the bias is below `bound`·2⁻⁶⁴ and does not matter here.
    #[inline]
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        ((u128::from(self.next()) * u128::from(bound)) >> 64) as u64
    }

    /// The place of one of the weights, drawn in proportion; none when all are zero.
    pub(crate) fn weighted(&mut self, weights: &[u64]) -> Option<usize> {
        let mut drawn = self.below(weights.iter().sum());
        weights.iter().position(|weight| {
            let hit = drawn < *weight;
            drawn = drawn.saturating_sub(*weight);
            hit
        })
    }

    /// A number in `low..=high`.
    #[inline]
    pub(crate) fn between(&mut self, low: u64, high: u64) -> u64 {
        low + self.below(high - low + 1)
    }

    /// True in `permille` of a thousand cases.
    #[inline]
    pub(crate) fn chance(&mut self, permille: u64) -> bool {
        permille != 0 && self.below(1000) < permille
    }

    #[inline]
    pub(crate) fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len() as u64) as usize]
    }

    /// A UUID of version 4, lower case.
    pub(crate) fn uuid(&mut self, out: &mut Vec<u8>) {
        let high = self.next() & !0xf000 | 0x4000;
        let low = self.next() & !(0xc000 << 48) | (0x8000 << 48);
        let mut text = [b'-'; 36];
        let mut at = 0;
        for (word, groups) in [(high, &[8_usize, 4, 4][..]), (low, &[4, 12][..])] {
            let mut shift = 64;
            for group in groups {
                for _ in 0..*group {
                    shift -= 4;
                    text[at] = HEX[(word >> shift & 15) as usize];
                    at += 1;
                }
                at += 1;
            }
        }
        out.extend_from_slice(&text);
    }

    pub(crate) fn hex(&mut self, digits: usize, out: &mut Vec<u8>) {
        self.letters(digits, 4, HEX, out);
    }

    pub(crate) fn base32(&mut self, letters: usize, out: &mut Vec<u8>) {
        self.letters(letters, 5, BASE32, out);
    }

    pub(crate) fn base64(&mut self, letters: usize, out: &mut Vec<u8>) {
        self.letters(letters, 6, BASE64, out);
    }

    /// Capital letters and digits, the alphabet of S3 request ids.
    pub(crate) fn upper(&mut self, letters: usize, out: &mut Vec<u8>) {
        self.letters(letters, 5, UPPER, out);
    }

    fn letters(&mut self, count: usize, bits: u32, alphabet: &[u8], out: &mut Vec<u8>) {
        let mask = alphabet.len() as u64 - 1;
        let mut left = count;
        while left > 0 {
            let mut word = self.next();
            let now = left.min((64 / bits) as usize);
            for _ in 0..now {
                out.push(alphabet[(word & mask) as usize]);
                word >>= bits;
            }
            left -= now;
        }
    }
}

/// Sixteen hexadecimal digits of a number: the tail of an EC2 resource id.
pub(crate) fn hex16(value: u64, out: &mut Vec<u8>) {
    for shift in (0..16).rev() {
        out.push(HEX[(value >> (shift * 4) & 15) as usize]);
    }
}

/// The text that a writer leaves in an empty buffer.
pub(crate) fn text(write: impl FnOnce(&mut Vec<u8>)) -> String {
    let mut out = Vec::new();
    write(&mut out);
    String::from_utf8(out).expect("every alphabet here is ASCII")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uuids_have_their_version_and_variant() {
        let mut random = Random::new(1);
        for _ in 0..200 {
            let uuid = text(|out| random.uuid(out));
            assert_eq!(uuid.len(), 36);
            assert_eq!(&uuid[14..15], "4", "{uuid}");
            assert!("89ab".contains(&uuid[19..20]), "{uuid}");
            assert_eq!(uuid.matches('-').count(), 4);
        }
    }

    #[test]
    fn bounds_are_kept_and_reached() {
        let mut random = Random::new(2);
        let drawn: std::collections::BTreeSet<u64> = (0..500).map(|_| random.between(3, 7)).collect();
        assert_eq!(drawn.into_iter().collect::<Vec<_>>(), [3, 4, 5, 6, 7]);
    }

    #[test]
    fn the_same_seed_gives_the_same_stream() {
        let draw = |seed| {
            let mut random = Random::new(seed);
            [random.next(), random.next(), random.next()]
        };
        assert_eq!(draw(9), draw(9));
        assert_ne!(draw(9), draw(10));
    }
}
