//! A folder that is watched.
//!
//! The system tells of changes, so that a file is read soon after it came; the folder is walked every now and then all the same, for what
//! the system did not tell: events that were too many for its queue, network file systems, limits on watches. A file that was moved here is
//! whole and read at once; another one is read when it has not changed for a while, since who writes it may not be done.

use std::collections::{HashMap, VecDeque};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver};
use std::time::{Duration, Instant, SystemTime};

use notify::event::{EventKind, ModifyKind, RenameMode};
use notify::{Event, RecommendedWatcher, RecursiveMode, Watcher};

use crate::folder::is_label;
use crate::seen::Seen;
use crate::{Arrival, Cause, Error, FolderSettings, Health, Object, Outcome, Place, Receipt, Selection, Source};

/// Watches a folder.
pub(crate) struct FolderSource {
    settings: FolderSettings,
    /// The folder, so that its files have the same names whoever tells of them.
    path: PathBuf,
    events: Receiver<notify::Result<Event>>,
    /// Ends with the source. None where the system cannot watch; then the folder is walked only.
    _watcher: Option<RecommendedWatcher>,
    /// Files that are not known to be whole: what they were like, and since when.
    unsettled: HashMap<PathBuf, (Stamp, Instant)>,
    next_walk: Instant,
    found: VecDeque<Object>,
    seen: Seen,
    pending: HashMap<Receipt, Object>,
    receipts_given: u64,
    health: Health,
}

/// What changes when a file is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Stamp {
    bytes: u64,
    changed: Option<SystemTime>,
}

/// Arrivals in one go, and unsettled ones.
const ARRIVALS_MAX: usize = 1000;
const PENDING_MAX: usize = 20_000;

/// Events that wait; more are lost to us, and found by walking.
const EVENTS_MAX: usize = 10_000;

/// Names that programs give to files they have not finished.
const TEMPORARY: [&str; 9] = ["~", ".tmp", ".temp", ".part", ".partial", ".crdownload", ".filepart", ".swp", ".inprogress"];

impl FolderSource {
    pub(crate) fn open(settings: &FolderSettings) -> Result<FolderSource, Error> {
        let path = std::path::absolute(&settings.path).unwrap_or_else(|_| settings.path.clone());
        crate::folder::check(&path)?;
        let mut health = Health::new(settings.silent_after);
        let (tell, events) = mpsc::sync_channel(EVENTS_MAX);
        // One that finds no room is found by walking.
        let watcher = notify::recommended_watcher(move |event| drop(tell.try_send(event)));
        let watched = watcher.and_then(|mut watcher| watcher.watch(&path, RecursiveMode::Recursive).map(|()| watcher));
        if let Err(error) = &watched {
            tracing::warn!(folder = %path.display(), %error, "changes are not told by the system; the folder is walked instead");
            health.pass_over(format!("{}: not watched, only walked: {error}", path.display()));
        }
        Ok(FolderSource {
            path,
            events,
            _watcher: watched.ok(),
            unsettled: HashMap::new(),
            next_walk: Instant::now(),
            found: VecDeque::new(),
            seen: Seen::default(),
            pending: HashMap::new(),
            receipts_given: 0,
            health,
            settings: settings.clone(),
        })
    }

    /// Every file below, by name.
    fn walk(&mut self) -> Result<(), Error> {
        self.next_walk = Instant::now() + self.settings.every;
        let listing = crate::list(&[Place::Path(self.path.clone())], &Selection::default())?;
        let trouble = listing.failures.first().and_then(|failure| failure.body.as_ref().err());
        self.health.trouble = trouble.map(|why| why.detail.clone());
        for object in listing.objects {
            let path = PathBuf::from(&*object.source);
            if self.is_known(&object) || self.unsettled.contains_key(&path) {
                continue;
            }
            if path.file_name().is_some_and(|name| is_temporary(&name.to_string_lossy())) {
                continue;
            }
            // What was last written some time ago is whole; a clock that jumped makes it wait.
            let age = Stamp::of(&path).and_then(|stamp| stamp.changed).and_then(|changed| changed.elapsed().ok());
            if age.is_some_and(|age| age >= self.settings.unchanged) || object.bytes.is_none() {
                self.find(object);
            } else {
                self.doubt(path);
            }
        }
        Ok(())
    }

    /// What the system told.
    fn note(&mut self, event: notify::Result<Event>) {
        let event = match event {
            Ok(event) if !event.need_rescan() => event,
            _ => {
                self.next_walk = Instant::now();
                return;
            }
        };
        for (place, path) in event.paths.iter().enumerate() {
            if !self.is_visible(path) {
                continue;
            }
            let is_moved_here = match event.kind {
                EventKind::Modify(ModifyKind::Name(RenameMode::To)) => true,
                EventKind::Modify(ModifyKind::Name(RenameMode::Both)) => place == 1,
                EventKind::Create(_) | EventKind::Modify(_) | EventKind::Access(_) => false,
                EventKind::Remove(_) | EventKind::Any | EventKind::Other => continue,
            };
            match std::fs::metadata(path) {
                // With everything that is in it already.
                Ok(metadata) if metadata.is_dir() => self.next_walk = Instant::now(),
                Ok(metadata) if metadata.is_file() && is_moved_here => self.look(path),
                Ok(metadata) if metadata.is_file() && !matches!(event.kind, EventKind::Access(_)) => self.doubt(path.clone()),
                _ => {}
            }
        }
    }

    /// Whether a path is one that walking would find.
    fn is_visible(&self, path: &Path) -> bool {
        let Ok(below) = path.strip_prefix(&self.path) else { return false };
        let hidden = below.iter().any(|part| part.as_encoded_bytes().starts_with(b"."));
        let name = path.file_name().unwrap_or_default();
        !hidden && !is_temporary(&name.to_string_lossy()) && !path.parent().is_some_and(|folder| is_label(folder, name))
    }

    fn doubt(&mut self, path: PathBuf) {
        if let Some(stamp) = Stamp::of(&path) {
            let now = Instant::now();
            let known = self.unsettled.entry(path).or_insert((stamp, now));
            if known.0 != stamp {
                *known = (stamp, now);
            }
        }
    }

    /// Takes files that have not changed for long enough.
    fn decide(&mut self) {
        let now = Instant::now();
        let due: Vec<PathBuf> =
            self.unsettled.iter().filter(|(_, (_, since))| now >= *since + self.settings.unchanged).map(|(path, _)| path.clone()).collect();
        for path in due {
            let before = self.unsettled.remove(&path).map(|(stamp, _)| stamp);
            if Stamp::of(&path) == before {
                self.look(&path);
            } else {
                self.doubt(path);
            }
        }
    }

    fn look(&mut self, path: &Path) {
        self.unsettled.remove(path);
        // It may be gone again, which is nobody's fault.
        if let Ok(listing) = crate::list(&[Place::Path(path.to_owned())], &Selection::default()) {
            self.health.skipped += listing.skipped.digests;
            listing.objects.into_iter().for_each(|object| self.find(object));
        }
    }

    fn is_known(&self, object: &Object) -> bool {
        self.seen.has(&object.name(), object.bytes, object.fingerprint.as_deref())
    }

    fn find(&mut self, object: Object) {
        if self.seen.add(&object.name(), object.bytes, object.fingerprint.as_deref()) {
            self.found.push_back(object);
        }
    }

    fn bring(&mut self) -> Vec<Arrival> {
        let room = PENDING_MAX.saturating_sub(self.pending.len()).min(ARRIVALS_MAX).min(self.found.len());
        let mut arrivals = Vec::with_capacity(room);
        for object in self.found.drain(..room) {
            self.receipts_given += 1;
            let receipt = Receipt(self.receipts_given);
            self.health.bring(&object.source, object.time);
            self.pending.insert(receipt, object.clone());
            arrivals.push(Arrival::local(receipt, object));
        }
        arrivals
    }

    fn next_turn(&self) -> Instant {
        let unsettled = self.unsettled.values().map(|(_, since)| *since + self.settings.unchanged).min();
        unsettled.map_or(self.next_walk, |at| at.min(self.next_walk))
    }
}

impl Source for FolderSource {
    fn name(&self) -> &str {
        &self.settings.name
    }

    fn arrivals(&mut self, patience: Duration) -> Result<Vec<Arrival>, Error> {
        let deadline = Instant::now() + patience;
        loop {
            while let Ok(event) = self.events.try_recv() {
                self.note(event);
            }
            self.decide();
            if Instant::now() >= self.next_walk {
                let walked = self.walk();
                if walked.is_err() {
                    self.health.note(&walked);
                }
                walked?;
            }
            if !self.found.is_empty() && self.pending.len() < PENDING_MAX {
                return Ok(self.bring());
            }
            let now = Instant::now();
            if now >= deadline {
                return Ok(Vec::new());
            }
            let wait = self.next_turn().min(deadline).saturating_duration_since(now).max(Duration::from_millis(1));
            match self.events.recv_timeout(wait) {
                Ok(event) => self.note(event),
                Err(mpsc::RecvTimeoutError::Timeout) => {}
                Err(mpsc::RecvTimeoutError::Disconnected) => std::thread::sleep(wait),
            }
        }
    }

    fn settle(&mut self, settled: &[(Receipt, Outcome)]) -> Result<(), Error> {
        for (receipt, outcome) in settled {
            let Some(object) = self.pending.remove(receipt) else { continue };
            self.health.pending = self.health.pending.saturating_sub(1);
            match outcome {
                Outcome::Durable => self.health.durable += 1,
                Outcome::Failed(why) if why.cause == Cause::Gone => {
                    self.health.vanished += 1;
                    self.health.pass_over(format!("{}: {}", object.source, why.detail));
                }
                Outcome::Failed(why) => {
                    // The next walk brings it again.
                    self.health.failed += 1;
                    self.health.trouble = Some(why.detail.clone());
                    self.seen.forget(&object.name(), object.bytes, object.fingerprint.as_deref());
                }
            }
        }
        Ok(())
    }

    fn health(&self) -> Health {
        Health { waiting: Some((self.found.len() + self.unsettled.len()) as u64), ..self.health.clone() }
    }
}

impl Stamp {
    fn of(path: &Path) -> Option<Stamp> {
        let metadata = std::fs::metadata(path).ok()?;
        metadata.is_file().then(|| Stamp { bytes: metadata.len(), changed: metadata.modified().ok() })
    }
}

fn is_temporary(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    TEMPORARY.iter().any(|end| name.ends_with(end)) || name.starts_with('#')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_files_that_are_not_finished() {
        for name in ["a.json.gz.part", "A.TMP", "a~", "#a#"] {
            assert!(is_temporary(name), "{name}");
        }
        for name in ["a.json.gz", "tmp", "part.json", "a.tmp.json"] {
            assert!(!is_temporary(name), "{name}");
        }
    }
}
