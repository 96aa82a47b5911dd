//! How much of the table a query had to read.

use std::collections::BTreeSet;
use std::fmt;

use datafusion::datasource::physical_plan::FileScanConfig;
use datafusion::datasource::source::DataSourceExec;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::metrics::MetricValue;

use crate::{Error, Lake};

/// What the table holds in all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Totals {
    files: u64,
    rows: u64,
    bytes: u64,
}

impl Totals {
    pub fn of(lake: &Lake) -> Result<Totals, Error> {
        let mut totals = Totals::default();
        for file in lake.files()? {
            totals.files += 1;
            totals.rows += file.rows.unwrap_or(0);
            totals.bytes += file.bytes;
        }
        Ok(totals)
    }
}

/// How much of the table a query has read. What a query reads twice counts twice, but for files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Scanned {
    /// Files whose rows were looked at.
    pub files: u64,
    /// Files of the table.
    pub files_total: u64,
    /// Row groups that were read, of those in the files that were opened.
    pub row_groups: u64,
    /// Row groups of the files that were opened.
    pub row_groups_total: u64,
    /// Rows that came out of the files.
    pub rows: u64,
    /// Rows of the table.
    pub rows_total: u64,
    /// Bytes that were read from files.
    pub bytes: u64,
    /// Bytes of the table's files.
    pub bytes_total: u64,
}

impl Scanned {
    pub(super) fn of(plan: &dyn ExecutionPlan, totals: Totals) -> Scanned {
        let mut scanned = Scanned { files_total: totals.files, rows_total: totals.rows, bytes_total: totals.bytes, ..Scanned::default() };
        let mut files = BTreeSet::new();
        scanned.gather(plan, &mut files);
        scanned.files = scanned.files.min(files.len() as u64);
        scanned
    }

    /// Adds what a plan read; `files` are those that it was given.
    fn gather(&mut self, plan: &dyn ExecutionPlan, files: &mut BTreeSet<String>) {
        for child in plan.children() {
            self.gather(child.as_ref(), files);
        }
        let Some(metrics) = plan.metrics().filter(|_| plan.name() == "DataSourceExec") else { return };
        let given = pieces(plan);
        let distinct = given.iter().cloned().collect::<BTreeSet<_>>();
        let mut opened = 0;
        for metric in metrics.iter() {
            match metric.value() {
                MetricValue::OutputRows(rows) => self.rows += rows.value() as u64,
                MetricValue::Count { name, count } if name == "bytes_scanned" => self.bytes += count.value() as u64,
                MetricValue::PruningMetrics { name, pruning_metrics } => {
                    let (kept, gone) = (pruning_metrics.matched() as u64, pruning_metrics.pruned() as u64);
                    match name.as_ref() {
                        "files_ranges_pruned_statistics" => opened += kept,
                        // Bloom filters look at what statistics left over.
                        "row_groups_pruned_statistics" => self.row_groups_total += kept + gone,
                        "row_groups_pruned_bloom_filter" => self.row_groups += kept,
                        _ => {}
                    }
                }
                _ => {}
            }
        }
        // A large file is opened once for every piece of it that is read.
        self.files += (opened * distinct.len() as u64).div_ceil(given.len().max(1) as u64);
        files.extend(distinct);
    }
}

/// The files that a scan was given, once for every piece of them.
fn pieces(plan: &dyn ExecutionPlan) -> Vec<String> {
    let scan = plan.downcast_ref::<DataSourceExec>().and_then(|scan| scan.data_source().downcast_ref::<FileScanConfig>());
    let groups = scan.map(|scan| scan.file_groups.as_slice()).unwrap_or_default();
    groups.iter().flat_map(|group| group.iter()).map(|file| file.object_meta.location.to_string()).collect()
}

impl fmt::Display for Scanned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} of {} files, {} of their {} row groups, {} of {} rows, {} of {} bytes were read",
            self.files, self.files_total, self.row_groups, self.row_groups_total, self.rows, self.rows_total, self.bytes, self.bytes_total
        )
    }
}
