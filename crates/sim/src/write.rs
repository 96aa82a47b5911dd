//! Carries a plan out: workers take one cell after the other, compose its files, compress them and put them on disk.

use crate::file::{Desk, compose};
use crate::schedule::{Cell, cells, jobs};
use crate::stamp::DAY;
use crate::telling::{Placed, Script, script};
use crate::truth;
use crate::world::World;
use crate::{Error, Plan, Story};
use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

/// How often progress is told; the end is told at once.
const TELL_EVERY: Duration = Duration::from_millis(50);

/// What was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// Records, those of the stories included.
    pub records: u64,
    /// Files of records.
    pub files: u64,
    /// Bytes of records before compression.
    pub bytes: u64,
    /// Bytes of the files on disk.
    pub bytes_compressed: u64,
    /// The stories told, in the plan's order.
    pub stories: Vec<Story>,
}

/// What the workers have done so far.
#[derive(Default)]
struct Tally {
    next: AtomicUsize,
    records: AtomicU64,
    files: AtomicU64,
    bytes: AtomicU64,
    bytes_compressed: AtomicU64,
    stop: AtomicBool,
    trouble: Mutex<Option<Error>>,
}

/// Writes the logs of a plan below `out`; `progress` hears now and then how many records are written.
pub fn write(plan: &Plan, out: &Path, progress: &dyn Fn(u64)) -> Result<Written, Error> {
    plan.check()?;
    let logs = out.join("AWSLogs");
    if logs.exists() {
        return Err(Error::OutputInUse(logs));
    }
    let world = World::new(plan.seed, plan.accounts);
    let script = script(&world, plan);
    let decided = script.placed.len() as u64;
    if decided > plan.records {
        return Err(Error::Plan(format!("records is {}; the stories alone have {decided}", plan.records)));
    }
    make_folder(&logs)?;
    truth::write(&world, &script, out)?;
    let cells = cells(&world, plan, plan.records - decided);
    let tally = Tally::default();
    let teller = std::thread::current();
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..plan.workers())
            .map(|_| {
                scope.spawn(|| {
                    work(&world, plan, &script, &cells, out, &tally);
                    teller.unpark();
                })
            })
            .collect();
        while workers.iter().any(|worker| !worker.is_finished()) {
            std::thread::park_timeout(TELL_EVERY);
            progress(tally.records.load(Ordering::Relaxed));
        }
    });
    if let Some(trouble) = tally.trouble.into_inner().expect("no worker panicked") {
        return Err(trouble);
    }
    let written = Written {
        records: tally.records.into_inner(),
        files: tally.files.into_inner(),
        bytes: tally.bytes.into_inner(),
        bytes_compressed: tally.bytes_compressed.into_inner(),
        stories: plan.stories.clone(),
    };
    progress(written.records);
    Ok(written)
}

/// One worker: takes cells until none is left or somebody met trouble.
fn work(world: &World, plan: &Plan, script: &Script, cells: &[Cell], out: &Path, tally: &Tally) {
    let mut press = Press::new(plan);
    while !tally.stop.load(Ordering::Relaxed) {
        let Some(cell) = cells.get(tally.next.fetch_add(1, Ordering::Relaxed)) else { return };
        if let Err(trouble) = press.cell(world, plan, script, cell, out, tally) {
            tally.stop.store(true, Ordering::Relaxed);
            tally.trouble.lock().expect("no worker panicked").get_or_insert(trouble);
        }
    }
}

/// A worker's tools.
struct Press {
    desk: Desk,
    compressor: libdeflater::Compressor,
    compressed: Vec<u8>,
    folders: HashSet<PathBuf>,
}

impl Press {
    fn new(plan: &Plan) -> Press {
        let level = libdeflater::CompressionLvl::new(i32::from(plan.compression)).expect("the plan was checked");
        Press { desk: Desk::default(), compressor: libdeflater::Compressor::new(level), compressed: Vec::new(), folders: HashSet::new() }
    }

    fn cell(&mut self, world: &World, plan: &Plan, script: &Script, cell: &Cell, out: &Path, tally: &Tally) -> Result<(), Error> {
        for job in jobs(world, plan, cell, of_cell(&script.placed, cell)) {
            let (records, address) = compose(world, plan.organization_trail, &job, &mut self.desk);
            self.compressed.resize(self.compressor.gzip_compress_bound(self.desk.body.len()), 0);
            let length = self.compressor.gzip_compress(&self.desk.body, &mut self.compressed).expect("the bound is large enough");
            let folder = out.join(&address.folder);
            if !self.folders.contains(&folder) {
                make_folder(&folder)?;
                self.folders.insert(folder.clone());
            }
            let path = folder.join(&address.name);
            std::fs::write(&path, &self.compressed[..length]).map_err(|source| Error::Write { path, source })?;
            tally.records.fetch_add(records, Ordering::Relaxed);
            tally.files.fetch_add(1, Ordering::Relaxed);
            tally.bytes.fetch_add(self.desk.body.len() as u64, Ordering::Relaxed);
            tally.bytes_compressed.fetch_add(length as u64, Ordering::Relaxed);
        }
        self.folders.clear();
        Ok(())
    }
}

/// The records of a cell among all that were decided beforehand, which are sorted by place and time.
fn of_cell<'s>(placed: &'s [Placed], cell: &Cell) -> &'s [Placed] {
    let from = placed.partition_point(|record| (record.place, record.time) < (cell.place, cell.start));
    let to = placed.partition_point(|record| (record.place, record.time) < (cell.place, cell.start + DAY));
    &placed[from..to]
}

fn make_folder(path: &Path) -> Result<(), Error> {
    std::fs::create_dir_all(path).map_err(|source| Error::Write { path: path.to_owned(), source })
}
