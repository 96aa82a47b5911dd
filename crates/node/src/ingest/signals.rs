//! Signals of correlations between epochs and runs: sorted files, of which those count that the state names.

use std::fs::{self, File};
use std::io;
use std::path::PathBuf;

use anyhow::{Context, bail};
use serde::{Deserialize, Serialize};
use watchfire_model::EventTime;
use watchfire_state::EpochId;
use watchfire_watch::{Counted, Engine, Gathered, Keyed, Live, StoredRun};

use crate::room::{is_full, no_room};

/// The files, and what the last epoch says about them.
#[derive(Debug)]
pub(super) struct Signals {
    folder: PathBuf,
    list: List,
    /// What the groups of all runs have, when every run is of this process.
    counted: Counted,
    is_counted: bool,
}

/// What the state keeps: which files count, and whether correlations have seen them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct List {
    format: u32,
    runs: Vec<Run>,
    /// Something came since the correlations last ran.
    waiting: bool,
}

/// One file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Run {
    file: String,
    /// How often its signals were joined with others.
    level: u32,
    signals: u64,
    /// When its last signal happened, in milliseconds since 1970.
    newest: i64,
}

/// What a round has added.
pub(super) struct Added {
    /// The files that count with it.
    pub list: List,
    /// What correlations say of it at once.
    pub told: Vec<Keyed>,
    /// How often correlations below the engine's floor fired.
    pub below: u64,
}

const FORMAT: u32 = 1;

/// So many files of a level become one of the next: each signal is copied a few times, and few files are open at once.
const RUNS_PER_LEVEL: usize = 128;

/// CloudTrail promises no order: what comes this much later than its neighbours is still correlated with them, in a later run.
const LATE_MILLIS: i64 = 24 * 3600 * 1000;

impl List {
    /// As the state kept it. The format is looked at first: another one may have other members.
    fn read(bytes: &[u8]) -> anyhow::Result<List> {
        #[derive(Deserialize)]
        struct Format {
            format: u32,
        }
        let damaged = "the list of signals in state.db is damaged\n  hint: put a backup of the data folder in its place";
        let Format { format } = serde_json::from_slice(bytes).context(damaged)?;
        if format != FORMAT {
            bail!(
                "the list of signals in state.db has format {format}, and this watchfire knows {FORMAT}\n  hint: use the newer watchfire"
            );
        }
        serde_json::from_slice(bytes).context(damaged)
    }

    /// As the state keeps it.
    pub fn as_bytes(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("a list of files is JSON")
    }
}

impl Signals {
    /// Opens what the last epoch left, and removes what an epoch that did not close left.
    pub fn open(folder: PathBuf, engine: Option<Vec<u8>>) -> anyhow::Result<Signals> {
        let list = match engine {
            Some(bytes) => List::read(&bytes)?,
            None => List { format: FORMAT, runs: Vec::new(), waiting: false },
        };
        for run in &list.runs {
            let path = folder.join(&run.file);
            if !path.is_file() {
                bail!("{} is gone\n  hint: put it back; correlations need it", path.display());
            }
        }
        let is_counted = list.runs.is_empty();
        let signals = Signals { folder, list, counted: Counted::default(), is_counted };
        signals.sweep();
        Ok(signals)
    }

    /// Writes what a round has to add, and asks what it says at once. It counts once the state holds the list that comes back.
    pub fn add(&mut self, engine: &Engine, gathered: Gathered, id: EpochId, live: Option<&mut Live>) -> anyhow::Result<Added> {
        let mut list = self.list.clone();
        let mut counted = std::mem::take(&mut self.counted);
        let stored = self.write(&mut list, id, 0, |file| gathered.write_signals(engine, &mut counted, file));
        self.counted = counted;
        let stored = stored?;
        let new = list.runs.last().filter(|_| stored.signals > 0).map(std::slice::from_ref).unwrap_or_default();
        let (told, below) = match (live, self.files(new)?.pop()) {
            (Some(live), Some(file)) => live.take(engine, file)?,
            _ => (Vec::new(), 0),
        };
        list.waiting |= stored.signals > 0;
        for level in 0.. {
            let (full, rest): (Vec<Run>, Vec<Run>) = list.runs.iter().cloned().partition(|run| run.level == level);
            if full.len() < RUNS_PER_LEVEL {
                break;
            }
            let files = self.files(&full)?;
            list.runs = rest;
            self.write(&mut list, id, level + 1, |file| watchfire_watch::merge(engine, files, EventTime(i64::MIN), file))?;
        }
        Ok(Added { list, told, below })
    }

    /// Correlations that remember what is stored.
    pub fn live(&self, engine: &Engine) -> anyhow::Result<Live> {
        let mut live = Live::new(engine);
        for file in self.files(&self.list.runs)? {
            live.remember(engine, file)?;
        }
        Ok(live)
    }

    /// Whether correlations have not yet seen everything.
    pub fn are_waiting(&self) -> bool {
        self.list.waiting
    }

    /// What the correlations say.
    pub fn correlate(&self, engine: &Engine) -> anyhow::Result<(Vec<Keyed>, u64)> {
        let counted = self.is_counted.then_some(&self.counted);
        Ok(watchfire_watch::correlate(engine, self.files(&self.list.runs)?, counted)?)
    }

    /// Keeps what later events may still belong to. It counts once the state holds the list that comes back.
    pub fn trim(&self, engine: &Engine, id: EpochId) -> anyhow::Result<List> {
        let newest = self.list.runs.iter().map(|run| run.newest).max().unwrap_or_default();
        let span = i64::try_from(engine.correlation_span().as_millis()).unwrap_or(i64::MAX);
        let first = EventTime(newest.saturating_sub(span).saturating_sub(LATE_MILLIS));
        let late: Vec<Run> = self.list.runs.iter().filter(|run| run.newest >= first.millis()).cloned().collect();
        let files = self.files(&late)?;
        let mut list = List { format: FORMAT, runs: Vec::new(), waiting: false };
        self.write(&mut list, id, 1, |file| watchfire_watch::merge(engine, files, first, file))?;
        Ok(list)
    }

    /// The state holds the list.
    pub fn become_true(&mut self, list: List) {
        self.list = list;
        self.sweep();
    }

    fn write(
        &self,
        list: &mut List,
        id: EpochId,
        level: u32,
        write: impl FnOnce(File) -> Result<StoredRun, watchfire_watch::Error>,
    ) -> anyhow::Result<StoredRun> {
        let name = format!("{:010}-{level}.run", id.0);
        let path = self.folder.join(&name);
        let cannot = |error: io::Error| match is_full(&error) {
            true => no_room(&format!("writing {}", path.display()), &self.folder),
            false => anyhow::Error::new(error).context(format!("cannot write {}", path.display())),
        };
        let file = File::create(&path).map_err(cannot)?;
        let stored = write(file.try_clone().map_err(cannot)?).map_err(|error| match error {
            watchfire_watch::Error::Store(error) => cannot(error),
            other => other.into(),
        })?;
        if let Some(newest) = stored.newest {
            file.sync_all().and_then(|()| File::open(&self.folder)?.sync_all()).map_err(cannot)?;
            list.runs.push(Run { file: name, level, signals: stored.signals, newest: newest.millis() });
        }
        Ok(stored)
    }

    fn files(&self, runs: &[Run]) -> anyhow::Result<Vec<File>> {
        let open = |run: &Run| {
            let path = self.folder.join(&run.file);
            File::open(&path).with_context(|| format!("cannot read {}", path.display()))
        };
        runs.iter().map(open).collect()
    }

    /// Removes files that no epoch names. One that stays is no harm.
    fn sweep(&self) {
        for entry in fs::read_dir(&self.folder).into_iter().flatten().flatten() {
            let name = entry.file_name();
            let is_run = name.to_str().is_some_and(|name| name.ends_with(".run"));
            if is_run && !self.list.runs.iter().any(|run| *run.file == *name) {
                let _one_more_file = fs::remove_file(entry.path());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_of_other_versions_are_refused() {
        let list = List { format: FORMAT, runs: Vec::new(), waiting: true };
        assert_eq!(List::read(&list.as_bytes()).expect("as it was written"), list);
        for (bytes, words) in [(&br#"{"format":9,"other":1}"#[..], "use the newer"), (b"{}", "damaged"), (br#"{"format":1}"#, "damaged")] {
            let error = List::read(bytes).expect_err("not ours").to_string();
            assert!(error.contains(words) && error.contains("hint:"), "{error}");
        }
    }
}
