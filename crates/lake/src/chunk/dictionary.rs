//! The different values of a column.

use std::hash::BuildHasher;

use datafusion::parquet::bloom_filter::Sbbf;
use datafusion::parquet::errors::ParquetError;
use hashbrown::HashTable;

use super::bounds::Bounds;
use super::runs::{Runs, bits};
use crate::write::BLOOM_FPP;

/// Texts, numbered in the order they came in.
#[derive(Debug, Default)]
pub(super) struct Dictionary {
    /// As they stand in the file: each behind its length.
    plain: Vec<u8>,
    /// Where each begins and ends there, without its length.
    places: Vec<(u32, u32)>,
    numbers: HashTable<u32>,
    seeds: foldhash::fast::RandomState,
    /// The one that came last.
    last: u32,
    /// The page whose bounds know of a text, by its number; one more, so that 0 is none.
    met: Vec<u32>,
}

/// Adds a value as it stands in the file.
pub(super) fn add_plain(text: &str, plain: &mut Vec<u8>) {
    let length = u32::try_from(text.len()).expect("a record is far below 4 GiB");
    plain.extend_from_slice(&length.to_le_bytes());
    plain.extend_from_slice(text.as_bytes());
}

fn bytes_at<'p>(plain: &'p [u8], places: &[(u32, u32)], number: u32) -> &'p [u8] {
    let place = places.get(number as usize).and_then(|(start, end)| plain.get(*start as usize..*end as usize));
    place.unwrap_or_default()
}

impl Dictionary {
    /// The number of a text.
    #[inline]
    pub fn number(&mut self, text: &str) -> u32 {
        if !self.places.is_empty() && bytes_at(&self.plain, &self.places, self.last) == text.as_bytes() {
            return self.last;
        }
        self.last = self.find(text);
        self.last
    }

    fn find(&mut self, text: &str) -> u32 {
        let Dictionary { plain, places, numbers, seeds, .. } = self;
        let hash = seeds.hash_one(text.as_bytes());
        let is_it = |number: &u32| bytes_at(plain, places, *number) == text.as_bytes();
        if let Some(number) = numbers.find(hash, is_it) {
            return *number;
        }
        let number = u32::try_from(places.len()).expect("a dictionary has less than 4 GiB");
        add_plain(text, plain);
        let end = u32::try_from(plain.len()).expect("a dictionary has less than 4 GiB");
        places.push((end - text.len() as u32, end));
        numbers.insert_unique(hash, number, |number| seeds.hash_one(bytes_at(plain, places, *number)));
        number
    }

    pub fn clear(&mut self) {
        let Dictionary { plain, places, numbers, met, last, .. } = self;
        plain.clear();
        places.clear();
        numbers.clear();
        met.clear();
        *last = 0;
    }

    /// Bytes in the file.
    pub fn bytes(&self) -> usize {
        self.plain.len()
    }

    /// The texts as they stand in the file.
    pub fn plain(&self) -> &[u8] {
        &self.plain
    }

    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// Bits of each number.
    pub fn bit_width(&self) -> u32 {
        bits(u32::try_from(self.places.len().saturating_sub(1)).unwrap_or(u32::MAX)).max(1)
    }

    /// The texts, in their order.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        self.places.iter().map(|(start, end)| text(self.plain.get(*start as usize..*end as usize).unwrap_or_default()))
    }

    /// Has bounds meet the texts of a page.
    pub fn meet(&mut self, numbers: &Runs, page: usize, bounds: &mut Bounds) {
        let Dictionary { plain, places, met, .. } = self;
        let page = u32::try_from(page + 1).unwrap_or(u32::MAX);
        met.resize(places.len(), 0);
        for number in numbers.numbers() {
            if let Some(met) = met.get_mut(number as usize).filter(|met| **met != page) {
                *met = page;
                bounds.meet(text(bytes_at(plain, places, number)));
            }
        }
    }

    /// A bloom filter of the texts, as large as they need.
    pub fn bloom(&self) -> Result<Sbbf, ParquetError> {
        let mut bloom = Sbbf::new_with_ndv_fpp(self.len().max(1) as u64, BLOOM_FPP)?;
        self.texts().for_each(|text| bloom.insert(text));
        Ok(bloom)
    }
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).expect("texts went in")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_numbered_as_they_come() {
        let mut dictionary = Dictionary::default();
        let numbers: Vec<u32> = ["", "b", "b", "a", "", "b"].map(|text| dictionary.number(text)).into();
        assert_eq!(numbers, [0, 1, 1, 2, 0, 1]);
        assert_eq!(dictionary.texts().collect::<Vec<_>>(), ["", "b", "a"]);
        assert_eq!(dictionary.plain(), [0, 0, 0, 0, 1, 0, 0, 0, b'b', 1, 0, 0, 0, b'a']);
        assert_eq!(dictionary.bytes(), 3 * size_of::<u32>() + 2);
    }
}
