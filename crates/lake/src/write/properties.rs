//! How data files are laid out.

use datafusion::parquet::basic::{Compression, ZstdLevel};
use datafusion::parquet::file::properties::{EnabledStatistics, WriterProperties};
use datafusion::parquet::schema::types::ColumnPath;

use crate::columns::{BLOOMED, STATED};

/// Rows of a row group: what one bloom filter covers.
pub(crate) const ROW_GROUP_ROWS: usize = 131_072;

/// Rows of a page, the least that is read.
pub(crate) const PAGE_ROWS: usize = 8192;

/// Wrong guesses of a bloom filter.
pub(crate) const BLOOM_FPP: f64 = 0.01;

/// Zstandard, level 1: what is sorted hardly shrinks beyond it, and writing would take longer.
pub(crate) const ZSTD_LEVEL: i32 = 1;

/// Columns whose values hardly come twice: a dictionary of them is work for nothing.
pub(crate) const ONCE: [&str; 3] = ["eventid", "requestid", "eventtime"];

/// A column by its dotted name.
fn path_of(name: &str) -> ColumnPath {
    ColumnPath::from(name.split('.').map(str::to_owned).collect::<Vec<_>>())
}

pub(super) fn properties() -> WriterProperties {
    let zstd = ZstdLevel::try_new(ZSTD_LEVEL).expect("a level of Zstandard");
    let mut properties = WriterProperties::builder()
        .set_created_by(format!("watchfire {}", env!("CARGO_PKG_VERSION")))
        .set_compression(Compression::ZSTD(zstd))
        .set_max_row_group_row_count(Some(ROW_GROUP_ROWS))
        .set_data_page_row_count_limit(PAGE_ROWS)
        .set_statistics_truncate_length(Some(64))
        // Comparing every value of every column costs more than all that it would ever save.
        .set_statistics_enabled(EnabledStatistics::None);
    for name in BLOOMED {
        let path = || path_of(name);
        properties = properties
            .set_column_bloom_filter_enabled(path(), true)
            .set_column_bloom_filter_fpp(path(), BLOOM_FPP)
            .set_column_bloom_filter_max_ndv(path(), ROW_GROUP_ROWS as u64);
    }
    for name in STATED {
        properties = properties.set_column_statistics_enabled(path_of(name), EnabledStatistics::Page);
    }
    for name in ONCE {
        properties = properties.set_column_dictionary_enabled(path_of(name), false);
    }
    properties.build()
}
