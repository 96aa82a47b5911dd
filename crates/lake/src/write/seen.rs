//! What days of the table already hold, so that no event is written twice.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hasher};

use crate::rows::{identities, keys_of};
use crate::table::{Day, LiveFile};
use crate::{Error, Lake};

/// Keys of events. They are hashes already.
pub(crate) type KeySet = HashSet<u128, BuildHasherDefault<Low>>;

/// Takes half of a key for its hash.
#[derive(Debug, Default)]
pub(crate) struct Low(u64);

impl Hasher for Low {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.0 = self.0.rotate_left(8) ^ u64::from(*byte));
    }

    fn write_u128(&mut self, key: u128) {
        self.0 = key as u64;
    }
}

/// Memory of one key in a set that is about to grow.
const KEY_BYTES: usize = 26;

/// Rows that a file is taken to have when the log does not say.
const ROWS_UNKNOWN: u64 = 1 << 20;

/// The keys of days that were asked for lately, up to a bound; larger days are read each time.
#[derive(Debug)]
pub(super) struct Seen {
    days: HashMap<Day, SeenDay>,
    bytes_max: usize,
    asked: u64,
}

#[derive(Debug, Default)]
struct SeenDay {
    files: HashSet<String>,
    keys: KeySet,
    /// When it was last asked for, counted in questions.
    asked: u64,
}

impl SeenDay {
    fn bytes(&self) -> usize {
        self.keys.capacity() * KEY_BYTES
    }
}

impl Seen {
    pub fn new(bytes_max: usize) -> Self {
        Seen { days: HashMap::new(), bytes_max, asked: 0 }
    }

    /// Those of the keys that a day's files hold.
    pub async fn known(&mut self, lake: &Lake, day: Day, files: &[LiveFile], wanted: &KeySet) -> Result<KeySet, Error> {
        let mut known = KeySet::default();
        if files.is_empty() {
            // All that the day will hold is what comes from here, or in files that are noticed then.
            self.asked += 1;
            self.days.insert(day, SeenDay { asked: self.asked, ..SeenDay::default() });
            return Ok(known);
        }
        let rows: u64 = files.iter().map(|file| file.rows.unwrap_or(ROWS_UNKNOWN)).sum();
        let bytes = usize::try_from(rows).unwrap_or(usize::MAX).saturating_mul(KEY_BYTES * 2);
        if bytes > self.bytes_max {
            self.days.remove(&day);
            for file in files {
                keys_in(lake, file, |key| {
                    if wanted.contains(&key) {
                        known.insert(key);
                    }
                })
                .await?;
            }
            return Ok(known);
        }
        let seen = self.bring(lake, day, files).await?;
        known.extend(wanted.iter().filter(|key| seen.keys.contains(*key)));
        self.shrink(day);
        Ok(known)
    }

    /// The keys of a day, with those of files that came since it was last asked for.
    async fn bring(&mut self, lake: &Lake, day: Day, files: &[LiveFile]) -> Result<&SeenDay, Error> {
        self.asked += 1;
        let mut seen = self.days.remove(&day).unwrap_or_default();
        let live: HashSet<&str> = files.iter().map(|file| file.path.as_str()).collect();
        if seen.files.iter().any(|file| !live.contains(file.as_str())) {
            // A file was taken out, and its events perhaps with it.
            seen = SeenDay::default();
        }
        seen.asked = self.asked;
        for file in files.iter().filter(|file| !seen.files.contains(&file.path)).collect::<Vec<_>>() {
            keys_in(lake, file, |key| {
                seen.keys.insert(key);
            })
            .await?;
            seen.files.insert(file.path.clone());
        }
        Ok(self.days.entry(day).or_insert(seen))
    }

    /// Forgets the days that were not asked for the longest, until the rest fits.
    fn shrink(&mut self, keep: Day) {
        let mut bytes: usize = self.days.values().map(SeenDay::bytes).sum();
        while bytes > self.bytes_max {
            let oldest = self.days.iter().filter(|(day, _)| **day != keep).min_by_key(|(_, seen)| seen.asked).map(|(day, _)| *day);
            match oldest.and_then(|day| self.days.remove(&day)) {
                Some(seen) => bytes -= seen.bytes(),
                None => return,
            }
        }
    }

    /// Notes files that were just committed, with the keys of the day's epoch.
    pub fn learn(&mut self, day: Day, files: impl Iterator<Item = String>, keys: &KeySet) {
        if let Some(seen) = self.days.get_mut(&day) {
            seen.files.extend(files);
            seen.keys.extend(keys);
            self.shrink(day);
        }
    }
}

/// Reads the keys of a data file: two columns of it, or all where events have no id.
pub(crate) async fn keys_in(lake: &Lake, file: &LiveFile, mut take: impl FnMut(u128)) -> Result<(), Error> {
    let mut nameless = 0;
    let mut batches = lake.read(file, Some(&["recipientaccountid", "eventid"])).await?;
    while let Some(batch) = batches.next().await? {
        let found = identities(&batch);
        nameless += found.nameless;
        found.keys.into_iter().for_each(&mut take);
    }
    if nameless > 0 {
        let mut batches = lake.read(file, None).await?;
        while let Some(batch) = batches.next().await? {
            keys_of(&batch)?.into_iter().for_each(&mut take);
        }
    }
    Ok(())
}
