//! Many small files of a day into few large ones.

use std::collections::HashSet;

use deltalake_core::kernel::Action;
use deltalake_core::protocol::DeltaOperation;

use super::merge::Merge;
use crate::table::{Committed, Day, LiveFile};
use crate::write::{PartWriter, Written, folder};
use crate::{Error, Lake};

/// The size that compaction aims at: large enough that a day is a few files, small enough to be read again in one piece.
pub const TARGET_BYTES: u64 = 256 << 20;

/// Files below this are joined with others.
pub(super) const SMALL_BYTES: u64 = TARGET_BYTES / 4 * 3;

/// Files that are merged at once: of each, a batch is held in memory.
const FILES_AT_ONCE: usize = 64;

/// How often a commit is tried while other writers are faster.
const COMMIT_ATTEMPTS: u32 = 20;

/// How much a compaction may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Compaction {
    /// Bytes that are read at most; what is left is for the next run.
    pub budget_bytes: u64,
    /// Days after this one are left alone, such as the one that is still being written.
    pub last: Option<Day>,
}

impl Default for Compaction {
    /// No bounds.
    fn default() -> Self {
        Compaction { budget_bytes: u64::MAX, last: None }
    }
}

/// What a compaction did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub struct Compacted {
    /// The table's version afterwards.
    pub version: u64,
    /// Files that were joined.
    pub files_before: u64,
    /// Files they became.
    pub files_after: u64,
    /// Bytes of the former.
    pub bytes_before: u64,
    /// Bytes of the latter.
    pub bytes_after: u64,
    /// Groups of files that were left, for another writer changed them meanwhile.
    pub given_up: u64,
    /// Whether the budget ended the run before all was done.
    pub budget_spent: bool,
}

impl Lake {
    /// Joins small files of each day, oldest day first. Each group becomes one file in one version; rows, their order within
    /// files, bloom filters and statistics stay as they are written. Readers and writers go on meanwhile. Memory is bounded by
    /// 64 batches and one row group, whatever the size of the files.
    ///
    /// # Errors
    /// [`Error::Damaged`] when a file cannot be read (the table stays as it was), [`Error::Newer`] when the table has columns that
    /// this version does not know, [`Error::Storage`] when disk or store failed.
    pub async fn optimize(&mut self, compaction: Compaction) -> Result<Compacted, Error> {
        let mut done = Compacted::default();
        let mut budget = compaction.budget_bytes;
        loop {
            // A group of many files becomes one of fewer; what is still small is joined in the next round.
            self.refresh().await?;
            self.refuse_unknown_columns()?;
            let groups = groups(self, compaction.last)?;
            let before = done.files_before;
            for (day, files) in groups {
                let bytes: u64 = files.iter().map(|file| file.bytes).sum();
                if bytes > budget {
                    done.budget_spent = true;
                    continue;
                }
                budget -= bytes;
                self.join(day, &files, &mut done).await?;
            }
            if done.files_before == before || done.budget_spent || done.given_up > 0 {
                done.version = self.version();
                if done.files_after > 0 {
                    self.gather_log().await;
                }
                return Ok(done);
            }
        }
    }

    async fn join(&mut self, day: Day, files: &[LiveFile], done: &mut Compacted) -> Result<(), Error> {
        let mut batches = Vec::new();
        for file in files {
            batches.push(self.read(file, None).await?);
        }
        let mut writer = PartWriter::create(self, &folder(day), "joined")?;
        Merge::new(batches).await?.write(&mut writer).await?;
        let written = writer.finish()?.publish(self).await?;
        let bytes = written.bytes;
        if self.replace(day, files, written).await? {
            done.files_before += files.len() as u64;
            done.bytes_before += files.iter().map(|file| file.bytes).sum::<u64>();
            done.files_after += 1;
            done.bytes_after += bytes;
        } else {
            done.given_up += 1;
        }
        Ok(())
    }

    /// Commits that one file takes the place of others; false when one of them is gone already.
    async fn replace(&mut self, day: Day, files: &[LiveFile], written: Written) -> Result<bool, Error> {
        let stated: Option<u64> = files.iter().map(|file| file.rows).sum();
        if stated.is_some_and(|stated| stated != written.rows) {
            return Err(Error::damaged(
                &files.first().map_or_else(String::new, |file| file.path.clone()),
                format!("it and {} others have {} rows, and the log says otherwise", files.len() - 1, written.rows),
            ));
        }
        for _ in 0..COMMIT_ATTEMPTS {
            let live: HashSet<String> = self.files()?.into_iter().map(|file| file.path).collect();
            if live.contains(&written.path) {
                // The answer to an earlier attempt was lost, and the attempt was not.
                return Ok(true);
            }
            if !files.iter().all(|file| live.contains(&file.path)) {
                self.discard([written]).await;
                return Ok(false);
            }
            let mut add = written.add(day);
            add.data_change = false;
            let actions = files.iter().map(|file| file.remove(false)).chain([Action::Add(add)]).collect();
            let operation = DeltaOperation::Optimize { predicate: None, target_size: TARGET_BYTES as i64 };
            match self.commit(actions, operation, None).await? {
                Committed::At(_) => return Ok(true),
                Committed::Overtaken => self.refresh().await?,
            }
        }
        Err(Error::Contended { attempts: COMMIT_ATTEMPTS })
    }
}

/// Files to be joined, by day: neighbours in order of writing, as many as make up the target size.
fn groups(lake: &Lake, last: Option<Day>) -> Result<Vec<(Day, Vec<LiveFile>)>, Error> {
    let mut groups = Vec::new();
    for (day, mut files) in lake.files_by_day()? {
        if last.is_some_and(|last| day > last) {
            break;
        }
        files.retain(|file| file.bytes < SMALL_BYTES && !file.has_deletions);
        files.sort_by(|a, b| a.path.cmp(&b.path));
        let mut group: Vec<LiveFile> = Vec::new();
        let mut bytes = 0;
        for file in files {
            if bytes + file.bytes > TARGET_BYTES || group.len() >= FILES_AT_ONCE {
                groups.push((day, std::mem::take(&mut group)));
                bytes = 0;
            }
            bytes += file.bytes;
            group.push(file);
        }
        groups.push((day, group));
    }
    groups.retain(|(_, files)| files.len() > 1);
    Ok(groups)
}
