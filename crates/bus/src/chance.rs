//! Randomness, passed in.

/// A source of random numbers. Ids, jitter and secrets' names are made of it; a test passes a counter.
pub trait Chance {
    /// Any of all numbers, each as likely.
    fn next(&mut self) -> u64;

    /// A number from 0 up to, not including, `below`; 0 when that is 0.
    fn below(&mut self, below: u64) -> u64 {
        let wide = u128::from(self.next()) * u128::from(below);
        u64::try_from(wide >> 64).unwrap_or_default()
    }

    /// A random UUID (version 4) in its usual spelling.
    fn uuid(&mut self) -> String {
        let mut bytes = [0u8; 16];
        bytes[..8].copy_from_slice(&self.next().to_be_bytes());
        bytes[8..].copy_from_slice(&self.next().to_be_bytes());
        uuid_of(bytes)
    }
}

impl<F: FnMut() -> u64> Chance for F {
    fn next(&mut self) -> u64 {
        self()
    }
}

/// Sixteen bytes in the spelling of a UUID of version 4.
pub(crate) fn uuid_of(mut bytes: [u8; 16]) -> String {
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    let hex = format!("{:032x}", u128::from_be_bytes(bytes));
    format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_stay_below() {
        let mut all = || u64::MAX;
        assert_eq!((all.below(10), all.below(1), all.below(0)), (9, 0, 0));
        assert_eq!((|| 0u64).below(10), 0);
        assert_eq!(all.uuid(), "ffffffff-ffff-4fff-bfff-ffffffffffff");
        assert_eq!((|| 0u64).uuid(), "00000000-0000-4000-8000-000000000000");
    }
}
