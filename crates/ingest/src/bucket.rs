//! Keys of a bucket, listed side by side and without the folders that nobody wants.

use std::sync::{Condvar, Mutex, MutexGuard};

use watchfire_aws::{Entry, Error, Store};

use crate::Selection;
use crate::listing::{Location, Object};
use crate::selection::Verdict;

/// Listings at once. One gives a thousand keys in about 100 ms; an organisation has thousands of region folders.
const LISTERS: usize = 16;

/// A folder outside the layout with more folders than this holds one per object rather than one per day: it is listed flat.
const FOLDERS_MAX: usize = 1000;

/// What a prefix holds.
#[derive(Debug, Default)]
pub(crate) struct Found {
    pub objects: Vec<Object>,
    pub pruned: u64,
    pub digests: u64,
    pub marks: u64,
}

/// Lists a prefix. The listing always starts at its beginning: files of the same minute differ in a random part only, so a
/// listing that starts after the last known key loses those that were delivered meanwhile.
pub(crate) fn walk(store: &Store, location: &Location, prefix: &str, selection: &Selection) -> Result<Found, Error> {
    let state = State { waiting: vec![(prefix.to_owned(), 0)], ..State::default() };
    let walk = Walk { store, location, selection, state: Mutex::new(state), changed: Condvar::new() };
    std::thread::scope(|scope| {
        for _ in 0..LISTERS {
            scope.spawn(|| walk.work());
        }
    });
    let State { found, error, .. } = walk.state.into_inner().expect("no holder of this lock panics");
    error.map_or(Ok(found), Err)
}

struct Walk<'a> {
    store: &'a Store,
    location: &'a Location,
    selection: &'a Selection,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    /// Prefixes to list, and how deep below the place they are.
    waiting: Vec<(String, u32)>,
    busy: usize,
    found: Found,
    error: Option<Error>,
}

impl Walk<'_> {
    /// Lists prefixes until none is waiting and none is being listed.
    fn work(&self) {
        let mut state = self.lock();
        loop {
            if state.error.is_some() || (state.waiting.is_empty() && state.busy == 0) {
                break;
            }
            let Some((prefix, depth)) = state.waiting.pop() else {
                state = self.changed.wait(state).expect("no holder of this lock panics");
                continue;
            };
            state.busy += 1;
            drop(state);
            let outcome = self.prefix(&prefix, depth);
            state = self.lock();
            state.busy -= 1;
            match outcome {
                Ok((found, folders)) => {
                    state.found.add(found);
                    state.waiting.extend(folders.into_iter().map(|folder| (folder, depth + 1)));
                }
                Err(error) => state.error = Some(error),
            }
            self.changed.notify_all();
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no holder of this lock panics")
    }

    /// What a prefix holds, and the folders in it that remain to be listed.
    fn prefix(&self, prefix: &str, depth: u32) -> Result<(Found, Vec<String>), Error> {
        let folder = prefix.rsplit_once('/').map_or("", |(folder, _)| folder);
        if self.selection.divides(folder.split('/'), depth)
            && let Some(level) = self.level(prefix)?
        {
            return Ok(level);
        }
        let mut found = Found::default();
        for page in self.store.list(prefix) {
            self.judge_objects(page?.objects, &mut found);
        }
        Ok((found, Vec::new()))
    }

    /// One level; `None` when it has too many folders to be worth it.
    fn level(&self, prefix: &str) -> Result<Option<(Found, Vec<String>)>, Error> {
        let (mut found, mut folders) = (Found::default(), Vec::new());
        for page in self.store.list_level(prefix) {
            let page = page?;
            self.judge_objects(page.objects, &mut found);
            for folder in page.folders {
                match self.selection.judge_folder(folder.trim_end_matches('/').split('/')) {
                    Verdict::Keep(_) => folders.push(folder),
                    Verdict::Prune => found.pruned += 1,
                    Verdict::Digest => found.digests += 1,
                }
            }
            if folders.len() > FOLDERS_MAX && !prefix.contains("AWSLogs/") {
                return Ok(None);
            }
        }
        Ok(Some((found, folders)))
    }

    /// Keys arrive sorted, so a folder's verdict holds for many keys in a row.
    fn judge_objects(&self, entries: Vec<Entry>, found: &mut Found) {
        let mut known: Option<(String, Verdict)> = None;
        for Entry { key, bytes, etag } in entries {
            let (folder, name) = key.rsplit_once('/').unwrap_or(("", &key));
            if name.is_empty() && bytes == 0 {
                found.marks += 1;
                continue;
            }
            let verdict = match &known {
                Some((judged, verdict)) if judged == folder => *verdict,
                _ => {
                    let verdict = self.selection.judge_folder(folder.split('/'));
                    known = Some((folder.to_owned(), verdict));
                    verdict
                }
            };
            let verdict = if verdict == Verdict::Keep(None) { self.selection.judge_name(name) } else { verdict };
            match verdict {
                Verdict::Keep(time) => {
                    let source = format!("s3://{}/{key}", self.store.bucket()).into();
                    found.objects.push(Object {
                        source,
                        bytes: Some(bytes),
                        fingerprint: Some(etag),
                        time,
                        location: self.location.clone(),
                    });
                }
                Verdict::Prune => found.pruned += 1,
                Verdict::Digest => found.digests += 1,
            }
        }
    }
}

impl Found {
    fn add(&mut self, other: Found) {
        self.objects.extend(other.objects);
        self.pruned += other.pruned;
        self.digests += other.digests;
        self.marks += other.marks;
    }
}
