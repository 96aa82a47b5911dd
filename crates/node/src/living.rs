//! A living organisation for demonstrations: simulated logs that arrive as they would from AWS, an attack among them.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use anyhow::Context;
use watchfire_sim::{Plan, Story};

use crate::config::{Config, FILE};

/// Logs that arrive, a few each second, until all of them have or it is dropped.
#[derive(Debug)]
pub struct Living {
    /// The configuration of a service that reads them.
    pub config: Config,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

/// Records of the organisation: one day, told in some minutes.
const RECORDS: u64 = 40_000;

/// Between two arrivals.
const PAUSE: Duration = Duration::from_millis(400);

impl Living {
    /// Simulates a day of an organisation in which `stories` happen, below `folder`, and lets its logs arrive there. A folder of an earlier
    /// time makes room.
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub fn begin(folder: &Path, stories: Vec<Story>, seed: u64) -> anyhow::Result<Living> {
        let (made, arrived) = (folder.join("made"), folder.join("arrived"));
        for old in [&made, &arrived, &folder.join("watchfire-data")] {
            if old.exists() {
                fs::remove_dir_all(old).with_context(|| format!("cannot make room at {}", old.display()))?;
            }
        }
        fs::create_dir_all(&arrived).with_context(|| format!("cannot make {}", arrived.display()))?;
        let plan = Plan { seed, records: RECORDS, days: 1, stories, ..Plan::default() };
        watchfire_sim::write(&plan, &made, &|_| ())?;
        let files = files(&made.join("AWSLogs"))?;
        let file = folder.join(FILE);
        fs::write(&file, CONFIGURATION).with_context(|| format!("cannot write {}", file.display()))?;
        let config = Config::load(&file)?;
        let stop = Arc::new(AtomicBool::new(false));
        let told = stop.clone();
        let thread = std::thread::Builder::new().name("living".to_owned()).spawn(move || arrive(&files, &arrived, &told))?;
        Ok(Living { config, stop, thread: Some(thread) })
    }
}

impl Drop for Living {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Release);
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
    }
}

/// What the service of a demonstration is told.
const CONFIGURATION: &str = "# The service of the demonstration; `watchfire init` explains every setting.\n\
    [[source]]\nname = \"demo\"\nkind = \"folder\"\npath = \"arrived\"\n\n\
    [target.file]\nkind = \"log\"\npath = \"findings.jsonl\"\n";

/// Moves files to where they arrive, in the order they were delivered.
fn arrive(files: &[PathBuf], arrived: &Path, stop: &AtomicBool) {
    for file in files {
        if stop.load(Ordering::Acquire) {
            return;
        }
        let name = file.file_name().expect("a file has a name");
        if let Err(error) = fs::rename(file, arrived.join(name)) {
            tracing::warn!(%error, file = %file.display(), "a log of the demonstration could not arrive");
        }
        std::thread::sleep(PAUSE);
    }
}

/// All log files, by the time of delivery that their names tell.
fn files(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let (mut open, mut files) = (vec![folder.to_owned()], Vec::new());
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(&folder).with_context(|| format!("cannot list {}", folder.display()))? {
            let path = entry?.path();
            if path.is_dir() { open.push(path) } else { files.push(path) }
        }
    }
    let time = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        name.split('_').nth(3).map(str::to_owned).unwrap_or(name)
    };
    files.sort_by_cached_key(|path| (time(path), path.clone()));
    Ok(files)
}
