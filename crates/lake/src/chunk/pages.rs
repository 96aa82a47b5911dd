//! The pages of a column chunk, and what the file says of them.

use bytes::Bytes;
use datafusion::parquet::basic::{BoundaryOrder, Compression, Encoding, EncodingMask, PageType, Type, ZstdLevel};
use datafusion::parquet::bloom_filter::Sbbf;
use datafusion::parquet::column::page::{CompressedPage, Page as Written, PageWriter};
use datafusion::parquet::column::writer::ColumnCloseResult;
use datafusion::parquet::data_type::ByteArray;
use datafusion::parquet::errors::ParquetError;
use datafusion::parquet::file::metadata::{ColumnChunkMetaData, ColumnIndexBuilder, OffsetIndexBuilder, PageEncodingStats};
use datafusion::parquet::file::statistics::{Statistics, ValueStatistics};
use datafusion::parquet::file::writer::{SerializedPageWriter, TrackedWrite};

use super::bounds::Bounds;
use super::dictionary::Dictionary;
use super::runs::bits;
use super::{About, Page};
use crate::write::{ZSTD_LEVEL, lower, upper};

/// A column of a group of rows, as it goes into the file.
pub(crate) struct Closed {
    /// Its pages.
    pub bytes: Bytes,
    /// What the file says of it.
    pub result: ColumnCloseResult,
}

/// What compression has to leave at most of a chunk, in percent, to be worth undoing it whenever the chunk is read.
const WORTH_PERCENT: usize = 75;

/// Pages so far.
#[derive(Default)]
pub(super) struct Pages {
    /// Those of numbers are compressed at the end, if at all; those of values as they come: they are large.
    done: Vec<Done>,
    compressor: Option<zstd::bulk::Compressor<'static>>,
}

impl std::fmt::Debug for Pages {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pages").field("done", &self.done.len()).finish_non_exhaustive()
    }
}

struct Done {
    bytes: Bytes,
    /// Bytes before they were compressed; nothing when they are not.
    compressed_from: Option<usize>,
    is_plain: bool,
    rows: usize,
    levels: usize,
    nulls: usize,
    bounds: Bounds,
}

impl Pages {
    pub fn len(&self) -> usize {
        self.done.len()
    }

    /// Adds a page of so many rows: of numbers of a dictionary, each of so many bits, or of values.
    pub fn add(&mut self, about: &About, page: &Page, rows: usize, of_dictionary: Option<u32>) -> Result<(), ParquetError> {
        let mut bytes = Vec::with_capacity(page.plain.len() + 64);
        for (levels, greatest) in [(&page.repetitions, about.repetition), (&page.definitions, about.definition)] {
            if greatest > 0 {
                let at = bytes.len();
                bytes.extend([0; 4]);
                levels.encode(bits(greatest), &mut bytes);
                let length = u32::try_from(bytes.len() - at - 4).map_err(too_large)?;
                bytes[at..at + 4].copy_from_slice(&length.to_le_bytes());
            }
        }
        match of_dictionary {
            Some(width) => {
                bytes.push(width as u8);
                page.numbers.encode(width, &mut bytes);
            }
            None => bytes.extend_from_slice(&page.plain),
        }
        let is_plain = of_dictionary.is_none();
        let compressed_from = is_plain.then_some(bytes.len());
        let bytes = if is_plain { self.compress(&bytes)? } else { bytes };
        let (levels, nulls, bounds) = (page.levels, page.nulls, page.bounds.clone());
        self.done.push(Done { bytes: bytes.into(), compressed_from, is_plain, rows, levels, nulls, bounds });
        Ok(())
    }

    fn compress(&mut self, bytes: &[u8]) -> Result<Vec<u8>, ParquetError> {
        let compressor = match &mut self.compressor {
            Some(compressor) => compressor,
            none => none.insert(zstd::bulk::Compressor::new(ZSTD_LEVEL).map_err(external)?),
        };
        compressor.compress(bytes).map_err(external)
    }

    /// All pages behind each other, the dictionary first, and what the file says of them. There are none afterwards.
    pub fn close(
        &mut self,
        about: &About,
        dictionary: Option<&Dictionary>,
        rows: usize,
        bloom_filter: Option<Sbbf>,
    ) -> Result<Closed, ParquetError> {
        let mut done = std::mem::take(&mut self.done);
        let plain = dictionary.map(|dictionary| Bytes::copy_from_slice(dictionary.plain())).unwrap_or_default();
        let (plain_bytes, mut first) = (plain.len(), plain.clone());
        let raw: usize = first.len() + done.iter().map(|page| page.bytes.len()).sum::<usize>();
        let has_compressed = done.iter().any(|page| page.compressed_from.is_some());
        let mut packed = Vec::new();
        for bytes in std::iter::once(&first).chain(done.iter().filter(|page| page.compressed_from.is_none()).map(|page| &page.bytes)) {
            packed.push(Bytes::from(self.compress(bytes)?));
        }
        let left: usize = packed.iter().map(Bytes::len).sum();
        let is_compressed = has_compressed || left * 100 < raw * WORTH_PERCENT;
        if is_compressed {
            let mut packed = packed.into_iter();
            first = packed.next().unwrap_or_default();
            for page in done.iter_mut().filter(|page| page.compressed_from.is_none()) {
                page.compressed_from = Some(page.bytes.len());
                page.bytes = packed.next().unwrap_or_default();
            }
        }
        let mut told = Told::new(about, is_compressed, rows);
        if let Some(dictionary) = dictionary {
            told.dictionary(first, plain_bytes, dictionary.len())?;
        }
        done.into_iter().try_for_each(|page| told.page(page))?;
        told.close(bloom_filter)
    }
}

/// Pages that are put behind each other, and what is told of them.
struct Told<'a> {
    about: &'a About,
    is_compressed: bool,
    rows: usize,
    sink: TrackedWrite<Vec<u8>>,
    uncompressed: usize,
    levels: usize,
    bounds: Bounds,
    dictionary_at: Option<u64>,
    pages_at: Option<u64>,
    numbered: i32,
    plain: i32,
    column_index: ColumnIndexBuilder,
    offset_index: OffsetIndexBuilder,
}

impl<'a> Told<'a> {
    fn new(about: &'a About, is_compressed: bool, rows: usize) -> Told<'a> {
        Told {
            about,
            is_compressed,
            rows,
            sink: TrackedWrite::new(Vec::new()),
            uncompressed: 0,
            levels: 0,
            bounds: Bounds::default(),
            dictionary_at: None,
            pages_at: None,
            numbered: 0,
            plain: 0,
            column_index: ColumnIndexBuilder::new(Type::BYTE_ARRAY),
            offset_index: OffsetIndexBuilder::new(),
        }
    }

    fn dictionary(&mut self, bytes: Bytes, uncompressed: usize, texts: usize) -> Result<(), ParquetError> {
        let num_values = u32::try_from(texts).map_err(too_large)?;
        let page = Written::DictionaryPage { buf: bytes, num_values, encoding: Encoding::PLAIN, is_sorted: false };
        let spec = SerializedPageWriter::new(&mut self.sink).write_page(CompressedPage::new(page, uncompressed))?;
        self.uncompressed += spec.uncompressed_size;
        self.dictionary_at = Some(spec.offset);
        Ok(())
    }

    fn page(&mut self, page: Done) -> Result<(), ParquetError> {
        let statistics = self.about.is_stated.then(|| statistics(&page.bounds, page.nulls as u64));
        let uncompressed = page.compressed_from.unwrap_or(page.bytes.len());
        let written = Written::DataPage {
            buf: page.bytes,
            num_values: u32::try_from(page.levels).map_err(too_large)?,
            encoding: if page.is_plain { Encoding::PLAIN } else { Encoding::RLE_DICTIONARY },
            def_level_encoding: Encoding::RLE,
            rep_level_encoding: Encoding::RLE,
            statistics,
        };
        let spec = SerializedPageWriter::new(&mut self.sink).write_page(CompressedPage::new(written, uncompressed))?;
        self.uncompressed += spec.uncompressed_size;
        self.levels += page.levels;
        self.pages_at.get_or_insert(spec.offset);
        *if page.is_plain { &mut self.plain } else { &mut self.numbered } += 1;
        let compressed = i32::try_from(spec.compressed_size).map_err(too_large)?;
        self.offset_index.append_row_count(page.rows as i64);
        self.offset_index.append_offset_and_size(spec.offset as i64, compressed);
        if self.about.is_stated {
            let bounds = page.bounds.known().map(|(least, greatest)| (lower(least), upper(greatest).unwrap_or_else(|| greatest.into())));
            let (least, greatest) = bounds.map(|(least, greatest)| (least.into(), greatest.into())).unwrap_or_default();
            self.column_index.append(page.bounds.known().is_none(), least, greatest, page.nulls as i64);
        }
        self.bounds.join(&page.bounds, page.nulls);
        Ok(())
    }

    fn close(mut self, bloom_filter: Option<Sbbf>) -> Result<Closed, ParquetError> {
        let about = self.about;
        let compression = if self.is_compressed { Compression::ZSTD(ZstdLevel::try_new(ZSTD_LEVEL)?) } else { Compression::UNCOMPRESSED };
        let bytes_written = self.sink.bytes_written();
        let of_pages = |page_type, encoding, count| PageEncodingStats { page_type, encoding, count };
        let mut encodings = vec![Encoding::RLE, Encoding::PLAIN];
        let mut stats = Vec::new();
        if self.dictionary_at.is_some() {
            encodings.push(Encoding::RLE_DICTIONARY);
            stats.push(of_pages(PageType::DICTIONARY_PAGE, Encoding::PLAIN, 1));
        }
        let kinds = [(Encoding::RLE_DICTIONARY, self.numbered), (Encoding::PLAIN, self.plain)];
        stats
            .extend(kinds.iter().filter(|(_, count)| *count > 0).map(|(encoding, count)| of_pages(PageType::DATA_PAGE, *encoding, *count)));
        let mut metadata = ColumnChunkMetaData::builder(about.column.clone())
            .set_compression(compression)
            .set_encodings_mask(EncodingMask::new_from_encodings(encodings.iter()))
            .set_page_encoding_stats(stats)
            .set_total_compressed_size(bytes_written as i64)
            .set_total_uncompressed_size(self.uncompressed as i64)
            .set_num_values(self.levels as i64)
            .set_data_page_offset(self.pages_at.unwrap_or_default() as i64)
            .set_dictionary_page_offset(self.dictionary_at.map(|at| at as i64));
        if about.is_stated {
            metadata = metadata.set_statistics(statistics(&self.bounds, self.bounds.nulls));
        }
        self.column_index.set_boundary_order(BoundaryOrder::UNORDERED);
        let column_index = if about.is_stated { Some(self.column_index.build()?) } else { None };
        let result = ColumnCloseResult {
            bytes_written: bytes_written as u64,
            rows_written: self.rows as u64,
            metadata: metadata.build()?,
            bloom_filter,
            column_index,
            offset_index: Some(self.offset_index.build()),
        };
        Ok(Closed { bytes: self.sink.into_inner()?.into(), result })
    }
}

/// Bounds as the file states them: long ones cut, and then no values any more.
fn statistics(bounds: &Bounds, nulls: u64) -> Statistics {
    let (least, greatest) = bounds.known().unzip();
    let lowest = least.map(lower);
    let highest = greatest.map(|greatest| upper(greatest).unwrap_or_else(|| greatest.into()));
    let is_exact = (lowest == least, highest.as_deref() == greatest);
    let bytes = |text: &str| ByteArray::from(text);
    let statistics = ValueStatistics::new(lowest.map(bytes), highest.as_deref().map(bytes), None, Some(nulls), false);
    Statistics::ByteArray(statistics.with_min_is_exact(is_exact.0 && least.is_some()).with_max_is_exact(is_exact.1 && least.is_some()))
}

fn too_large(_: std::num::TryFromIntError) -> ParquetError {
    ParquetError::General("a page is too large".into())
}

fn external(error: std::io::Error) -> ParquetError {
    ParquetError::External(error.into())
}
