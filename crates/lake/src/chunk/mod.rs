//! Column chunks of Parquet under construction: the values of one column of a group of rows, encoded as they come.
//!
//! Rows are written in an order that repeats most values for long. So a value is compared with the one before first, and only another one is
//! looked up in the dictionary; runs of numbers and of levels become runs in the file without having been single values in between.

mod bounds;
mod dictionary;
mod pages;
mod runs;

use datafusion::parquet::bloom_filter::Sbbf;
use datafusion::parquet::errors::ParquetError;
use datafusion::parquet::schema::types::ColumnDescPtr;

pub(crate) use self::bounds::Bounds;
use self::dictionary::Dictionary;
pub(crate) use self::pages::Closed;
use self::pages::Pages;
use self::runs::Runs;
use crate::columns::{BLOOMED, STATED};
use crate::write::{BLOOM_FPP, ONCE, ROW_GROUP_ROWS};

/// Bytes of a dictionary, beyond which values are written one by one: they hardly repeat.
const DICTIONARY_BYTES_MAX: usize = 1 << 20;

/// Bytes of values, after which a page ends.
const PAGE_BYTES: usize = 1 << 20;

/// One column of texts.
#[derive(Debug)]
pub(crate) struct Chunk {
    about: About,
    dictionary: Dictionary,
    /// Whether values are written one by one from here on.
    is_plain: bool,
    page: Page,
    pages: Pages,
    bloom: Option<Sbbf>,
    /// Bounds of this file's values so far.
    bounds: Bounds,
    /// Rows that the pages so far hold.
    rows: usize,
}

/// What is known of a column beforehand.
#[derive(Debug)]
struct About {
    column: ColumnDescPtr,
    /// Levels of a value that is there, and of one that is repeated.
    definition: u32,
    repetition: u32,
    /// Its values hardly come twice.
    is_once: bool,
    is_stated: bool,
    is_bloomed: bool,
}

/// The page at hand.
#[derive(Debug, Default)]
struct Page {
    definitions: Runs,
    repetitions: Runs,
    /// Numbers of the dictionary, or values as they stand in the file.
    numbers: Runs,
    plain: Vec<u8>,
    /// Levels, and those of them that are no value.
    levels: usize,
    nulls: usize,
    bounds: Bounds,
}

impl Page {
    fn clear(&mut self) {
        let Page { definitions, repetitions, numbers, plain, levels, nulls, bounds } = self;
        definitions.clear();
        repetitions.clear();
        numbers.clear();
        plain.clear();
        (*levels, *nulls) = (0, 0);
        bounds.clear();
    }
}

impl Chunk {
    /// An empty column.
    pub fn new(column: ColumnDescPtr) -> Chunk {
        let path = column.path().string();
        let is_among = |names: &[&str]| names.contains(&&*path);
        let is_once = is_among(&ONCE);
        let about = About {
            definition: u32::try_from(column.max_def_level()).unwrap_or_default(),
            repetition: u32::try_from(column.max_rep_level()).unwrap_or_default(),
            is_once,
            is_stated: is_among(STATED),
            is_bloomed: is_among(BLOOMED),
            column,
        };
        Chunk {
            about,
            dictionary: Dictionary::default(),
            is_plain: is_once,
            page: Page::default(),
            pages: Pages::default(),
            bloom: None,
            bounds: Bounds::default(),
            rows: 0,
        }
    }

    /// Adds a value; `repetition` is 0 for the first, or only, one of a row.
    #[inline]
    pub fn value(&mut self, repetition: u32, text: &str) {
        self.page.levels += 1;
        self.page.definitions.push(self.about.definition, 1);
        if self.about.repetition > 0 {
            self.page.repetitions.push(repetition, 1);
        }
        if self.is_plain {
            self.plain_value(text);
        } else {
            let number = self.dictionary.number(text);
            self.page.numbers.push(number, 1);
        }
    }

    fn plain_value(&mut self, text: &str) {
        dictionary::add_plain(text, &mut self.page.plain);
        if self.about.is_stated {
            self.page.bounds.meet(text);
        }
        if let Some(bloom) = self.bloom() {
            bloom.insert(text);
        }
    }

    /// The bloom filter of values that no dictionary tells.
    fn bloom(&mut self) -> Option<&mut Sbbf> {
        if self.about.is_bloomed && self.bloom.is_none() {
            self.bloom = Sbbf::new_with_ndv_fpp(ROW_GROUP_ROWS as u64, BLOOM_FPP).ok();
        }
        self.bloom.as_mut()
    }

    /// Adds so many that are no value, at a level that says what is missing.
    #[inline]
    pub fn none(&mut self, repetition: u32, definition: u32, count: usize) {
        self.page.levels += count;
        self.page.nulls += count;
        self.page.definitions.push(definition, count);
        if self.about.repetition > 0 {
            self.page.repetitions.push(repetition, count);
        }
    }

    /// Ends the page if it is large, or the dictionary is. So many rows came since the last page ended, and all of them are added.
    pub fn pause(&mut self, rows: usize) -> Result<(), ParquetError> {
        let is_dictionary_full = !self.is_plain && self.dictionary.bytes() >= DICTIONARY_BYTES_MAX;
        if is_dictionary_full || self.page.plain.len() >= PAGE_BYTES {
            self.end_page(rows)?;
        }
        if is_dictionary_full {
            self.is_plain = true;
            if self.bloom().is_some() {
                let Chunk { dictionary, bloom, .. } = self;
                dictionary.texts().for_each(|text| bloom.iter_mut().for_each(|bloom| bloom.insert(text)));
            }
        }
        Ok(())
    }

    /// Ends the page at hand, when it has any rows; so many rows of the group are in pages then.
    pub fn end_page(&mut self, rows: usize) -> Result<(), ParquetError> {
        if rows == self.rows {
            return Ok(());
        }
        if self.about.is_stated && !self.is_plain {
            let Chunk { dictionary, page, pages, .. } = self;
            dictionary.meet(&page.numbers, pages.len(), &mut page.bounds);
        }
        self.bounds.join(&self.page.bounds, self.page.nulls);
        let of_dictionary = (!self.is_plain).then(|| self.dictionary.bit_width());
        self.pages.add(&self.about, &self.page, rows - self.rows, of_dictionary)?;
        self.rows = rows;
        self.page.clear();
        Ok(())
    }

    /// Ends the column of this group of rows; it is empty afterwards.
    pub fn close(&mut self) -> Result<Closed, ParquetError> {
        let bloom = match self.bloom.take() {
            Some(mut bloom) => {
                bloom.fold_to_target_fpp(BLOOM_FPP);
                Some(bloom)
            }
            None if self.about.is_bloomed => Some(self.dictionary.bloom()?),
            None => None,
        };
        let dictionary = (!self.about.is_once).then_some(&self.dictionary);
        let closed = self.pages.close(&self.about, dictionary, self.rows, bloom)?;
        self.dictionary.clear();
        self.is_plain = self.about.is_once;
        self.rows = 0;
        Ok(closed)
    }

    /// What all values since the last call came to, when the column is one whose bounds are stated.
    pub fn take_bounds(&mut self) -> Option<(String, Bounds)> {
        self.about.is_stated.then(|| (self.about.column.path().string(), std::mem::take(&mut self.bounds)))
    }
}
