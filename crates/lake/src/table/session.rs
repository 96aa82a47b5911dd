//! The DataFusion session that queries run in.

use std::sync::Arc;

use datafusion::execution::memory_pool::FairSpillPool;
use datafusion::execution::runtime_env::RuntimeEnvBuilder;
use datafusion::prelude::{SessionConfig, SessionContext};

use crate::Error;

/// How much a query may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionLimits {
    /// Memory of all operators together, in bytes; beyond it they spill to disk.
    pub memory_bytes: usize,
    /// Temporary files, in bytes; beyond it the query fails.
    pub spill_bytes: u64,
    /// Threads; none means one a core.
    pub threads: Option<usize>,
}

/// Memory for which a batch has one more row: whole records have some KiB each, and several batches are held at once.
const BATCH_ROW_SHARE: usize = 128 << 10;

/// Fewest rows of a batch; with less, the work on each batch weighs more than its rows.
const BATCH_ROWS_MIN: usize = 64;

/// The part of the memory that each sort keeps back for merging.
const MERGE_SHARE: usize = 16;

/// More is not kept back, however much there is.
const MERGE_BYTES_MAX: usize = 10 << 20;

impl Default for SessionLimits {
    /// 1 GiB of operators leaves room for readers and results below 2 GiB in all; 100 GiB of disk is more than a year of most logs.
    fn default() -> Self {
        SessionLimits { memory_bytes: 1 << 30, spill_bytes: 100 << 30, threads: None }
    }
}

/// A session that reads the table as it is laid out: filters are evaluated while reading, cheapest first, and pages and bloom
/// filters rule out what they can. Memory is bounded; what does not fit is spilled.
///
/// # Errors
/// [`Error::Engine`] when no place for temporary files can be made.
pub fn session(limits: SessionLimits) -> Result<SessionContext, Error> {
    let mut config = SessionConfig::new()
        .with_information_schema(true)
        .with_parquet_pruning(true)
        .with_parquet_bloom_filter_pruning(true)
        .with_parquet_page_index_pruning(true);
    // Sorts and merges hold some batches of every run at once; with little memory the batches are small, so that they fit.
    config = config.with_batch_size((limits.memory_bytes / BATCH_ROW_SHARE).clamp(BATCH_ROWS_MIN, crate::rows::BATCH_ROWS));
    config = config.with_sort_spill_reservation_bytes((limits.memory_bytes / MERGE_SHARE).min(MERGE_BYTES_MAX));
    if let Some(threads) = limits.threads {
        config = config.with_target_partitions(threads.max(1));
    }
    let parquet = &mut config.options_mut().execution.parquet;
    parquet.pushdown_filters = true;
    parquet.reorder_filters = true;
    let runtime = RuntimeEnvBuilder::new()
        .with_memory_pool(Arc::new(FairSpillPool::new(limits.memory_bytes)))
        .with_max_temp_directory_size(limits.spill_bytes)
        .build_arc()
        .map_err(|error| Error::datafusion("preparing a session", error))?;
    Ok(SessionContext::new_with_config_rt(config, runtime))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn batches_are_as_small_as_the_memory() {
        let rows =
            |memory_bytes| session(SessionLimits { memory_bytes, ..SessionLimits::default() }).unwrap().state().config().batch_size();
        assert_eq!((rows(1 << 30), rows(64 << 20), rows(1 << 20)), (8192, 512, 64));
    }
}
