//! Numbers in runs, and how Parquet writes them.

/// Numbers of which many come several times in a row.
#[derive(Debug, Default)]
pub(super) struct Runs(Vec<(u32, usize)>);

/// Numbers that are written in one go: fewer do not make a run of one number.
const GROUP: usize = 8;

impl Runs {
    #[inline]
    pub fn push(&mut self, number: u32, count: usize) {
        match self.0.last_mut() {
            Some((last, so_many)) if *last == number => *so_many += count,
            _ if count > 0 => self.0.push((number, count)),
            _ => {}
        }
    }

    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// The numbers, without those that follow the same one.
    pub fn numbers(&self) -> impl Iterator<Item = u32> {
        self.0.iter().map(|(number, _)| *number)
    }

    /// Adds them to a page: runs of one number as such, others packed in groups of eight, of so many bits each. The last group is filled
    /// up; the page says how many numbers there are.
    pub fn encode(&self, bits: u32, page: &mut Vec<u8>) {
        let mut packed = Vec::new();
        for (number, count) in &self.0 {
            let missing = packed.len().next_multiple_of(GROUP) - packed.len();
            let fill = missing.min(*count);
            packed.extend(std::iter::repeat_n(*number, fill));
            let rest = count - fill;
            if rest >= GROUP {
                write_packed(&mut packed, bits, page);
                write_number((rest as u64) << 1, page);
                page.extend(number.to_le_bytes().iter().take(bits.div_ceil(u8::BITS) as usize));
            } else {
                packed.extend(std::iter::repeat_n(*number, rest));
            }
        }
        write_packed(&mut packed, bits, page);
    }
}

fn write_packed(numbers: &mut Vec<u32>, bits: u32, page: &mut Vec<u8>) {
    if numbers.is_empty() {
        return;
    }
    numbers.resize(numbers.len().next_multiple_of(GROUP), 0);
    write_number(((numbers.len() / GROUP) as u64) << 1 | 1, page);
    let (mut held, mut held_bits) = (0_u64, 0);
    for number in numbers.drain(..) {
        held |= u64::from(number) << held_bits;
        held_bits += bits;
        while held_bits >= u8::BITS {
            page.push(held as u8);
            held >>= u8::BITS;
            held_bits -= u8::BITS;
        }
    }
}

/// Seven bits a byte, the lowest first; the highest bit says that more follow.
fn write_number(mut number: u64, page: &mut Vec<u8>) {
    while number >= 0x80 {
        page.push(number as u8 | 0x80);
        number >>= 7;
    }
    page.push(number as u8);
}

/// Bits of the numbers up to one.
pub(super) fn bits(greatest: u32) -> u32 {
    u32::BITS - greatest.leading_zeros()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Reads numbers back, one by one.
    fn decode(mut bytes: &[u8], bits: u32, count: usize) -> Vec<u32> {
        let mut next = || bytes.split_off_first().copied().expect("a byte");
        let mut numbers = Vec::new();
        while numbers.len() < count {
            let (mut header, mut shift) = (0_u64, 0);
            loop {
                let byte = next();
                header |= u64::from(byte & 0x7f) << shift;
                shift += 7;
                if byte < 0x80 {
                    break;
                }
            }
            if header & 1 == 0 {
                let number = (0..bits.div_ceil(8)).fold(0, |number, at| number | u32::from(next()) << (8 * at));
                numbers.extend(std::iter::repeat_n(number, header as usize >> 1));
                continue;
            }
            for _ in 0..header >> 1 {
                let group: Vec<u8> = (0..bits).map(|_| next()).collect();
                let bit = |at: u32| u32::from(group[at as usize / 8] >> (at % 8) & 1);
                numbers.extend((0..8).map(|value| (0..bits).fold(0, |number, at| number | bit(value * bits + at) << at)));
            }
        }
        numbers.truncate(count);
        numbers
    }

    proptest! {
        #[test]
        fn numbers_come_back(greatest in 1_u32..70_000, runs in prop::collection::vec((any::<u32>(), 0_usize..40), 0..60)) {
            let (mut told, mut all) = (Runs::default(), Vec::new());
            for (number, count) in runs {
                told.push(number % (greatest + 1), count);
                all.extend(std::iter::repeat_n(number % (greatest + 1), count));
            }
            let mut bytes = Vec::new();
            told.encode(bits(greatest), &mut bytes);
            prop_assert_eq!(decode(&bytes, bits(greatest), all.len()), all);
        }
    }
}
