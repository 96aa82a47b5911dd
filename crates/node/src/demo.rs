//! A breach from logs to findings, with nothing else installed.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use watchfire_ingest::Place;
use watchfire_sim::{Plan, Story, Written};
use watchfire_watch::Engine;

use crate::{Depth, Meter, Scan, ScanOptions, scan};

/// What the demonstration made.
#[derive(Debug)]
pub struct Demo {
    /// The simulated organisation's logs.
    pub logs: PathBuf,
    /// What was simulated.
    pub written: Written,
    /// What the rules said.
    pub scan: Scan,
}

/// Records of a demonstration: three days of a small organisation.
const RECORDS: u64 = 60_000;

/// Simulates an organisation in which (an earlier demonstration in the same folder makes room) `stories` happen, below `folder`, and scans it.
pub fn demo(engine: &Arc<Engine>, folder: &Path, stories: Vec<Story>, seed: u64, meter: &Meter) -> anyhow::Result<Demo> {
    let logs = folder.join("logs");
    if logs.join("stories.json").is_file() {
        std::fs::remove_dir_all(&logs)?;
    }
    let plan = Plan { seed, records: RECORDS, days: 3, stories, ..Plan::default() };
    let written = watchfire_sim::write(&plan, &logs, &|_| ())?;
    let logs = logs.join("AWSLogs");
    let options = ScanOptions { places: vec![Place::Path(logs.clone())], depth: Depth::Everything, ..ScanOptions::default() };
    let scan = scan(engine, &options, meter)?;
    Ok(Demo { logs, written, scan })
}
