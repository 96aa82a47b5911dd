//! Dictionaries of columns, read without the rows.

use std::sync::Arc;

use bytes::{Buf, Bytes, buf::Reader};
use datafusion::parquet::basic::{Encoding, PageType};
use datafusion::parquet::column::page::{Page, PageReader};
use datafusion::parquet::errors::ParquetError;
use datafusion::parquet::file::metadata::{ColumnChunkMetaData, RowGroupMetaData};
use datafusion::parquet::file::reader::{ChunkReader, Length};
use datafusion::parquet::file::serialized_reader::SerializedPageReader;

/// A part of a file, at the place where it stands there.
pub(super) struct Shifted {
    pub bytes: Bytes,
    pub start: u64,
}

impl Length for Shifted {
    fn len(&self) -> u64 {
        self.start + self.bytes.len() as u64
    }
}

impl ChunkReader for Shifted {
    type T = Reader<Bytes>;

    fn get_read(&self, start: u64) -> Result<Self::T, ParquetError> {
        let from = usize::try_from(start.saturating_sub(self.start)).unwrap_or(usize::MAX);
        Ok(self.bytes.slice(from.min(self.bytes.len())..).reader())
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes, ParquetError> {
        let from = start.checked_sub(self.start).and_then(|from| usize::try_from(from).ok());
        let range = from.and_then(|from| Some(from..from.checked_add(length)?)).filter(|range| range.end <= self.bytes.len());
        range.map(|range| self.bytes.slice(range)).ok_or_else(|| ParquetError::EOF("a page reaches beyond its column".into()))
    }
}

/// A column of a group, by its path in the file, when a dictionary holds all its values.
pub(super) fn dictionary_of<'m>(group: &'m RowGroupMetaData, column: &str) -> Option<&'m ColumnChunkMetaData> {
    let chunk = group.columns().iter().find(|chunk| chunk.column_path().string() == column)?;
    let is_of_dictionary = |encoding: Encoding| matches!(encoding, Encoding::RLE_DICTIONARY | Encoding::PLAIN_DICTIONARY);
    let only_numbers = match (chunk.page_encoding_stats(), chunk.page_encoding_stats_mask()) {
        (Some(pages), _) => {
            let is_data = |kind: PageType| matches!(kind, PageType::DATA_PAGE | PageType::DATA_PAGE_V2);
            pages.iter().filter(|page| is_data(page.page_type)).all(|page| is_of_dictionary(page.encoding))
        }
        (None, Some(pages)) => pages.encodings().all(is_of_dictionary),
        (None, None) => false,
    };
    (only_numbers && chunk.dictionary_page_offset().is_some()).then_some(chunk)
}

/// The texts of a column's dictionary.
pub(super) fn texts_of_dictionary(bytes: Shifted, chunk: &ColumnChunkMetaData) -> Result<Vec<String>, ParquetError> {
    let rows = usize::try_from(chunk.num_values()).unwrap_or(usize::MAX);
    let mut pages = SerializedPageReader::new(Arc::new(bytes), chunk, rows, None)?;
    let Some(Page::DictionaryPage { mut buf, num_values, .. }) = pages.get_next_page()? else {
        return Err(ParquetError::General("a column's dictionary does not come first".into()));
    };
    let text = |_| {
        let cut = || ParquetError::EOF("a dictionary ends within a text".into());
        let length = if buf.remaining() < size_of::<u32>() { return Err(cut()) } else { buf.get_u32_le() as usize };
        let text = if buf.remaining() < length { return Err(cut()) } else { buf.split_to(length) };
        String::from_utf8(text.into()).map_err(|error| ParquetError::General(error.to_string()))
    };
    (0..num_values).map(text).collect()
}
