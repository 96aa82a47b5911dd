//! Files and folders on this machine.

use std::collections::{HashSet, VecDeque};
use std::ffi::OsStr;
use std::fs::{self, Metadata};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use crate::listing::Object;
use crate::selection::Verdict;
use crate::{Error, Listing, Opened, Selection};

/// Whether a place is there at all.
pub(crate) fn check(place: &Path) -> Result<(), Error> {
    match reach(place) {
        Err(error) if error.kind() == ErrorKind::NotFound => Err(not_there(place)),
        // What cannot be read is counted as such when it is listed.
        _ => Ok(()),
    }
}

fn not_there(place: &Path) -> Error {
    Error::Place {
        place: place.display().to_string(),
        detail: "there is no such file or folder".to_owned(),
        hint: "check the spelling and the current folder; relative paths start there",
    }
}

/// Walks folders without recursion, each real folder once.
///
/// Symbolic links wait until the real tree is walked: then a file has its real name wherever it has one, a cycle is a link to
/// what was seen already, and the answer does not depend on the order in which the disk lists names.
pub(crate) struct FolderWalk<'a> {
    selection: &'a Selection,
    listing: &'a mut Listing,
    /// Real paths of the folders walked.
    walked: HashSet<PathBuf>,
    /// Real paths of files reached otherwise than by walking the folder they are in.
    named: HashSet<PathBuf>,
    /// Real paths of the places; a link to a folder above one of them is a cycle too.
    roots: Vec<PathBuf>,
    files: Vec<(PathBuf, PathBuf, Metadata)>,
    links: VecDeque<PathBuf>,
}

impl<'a> FolderWalk<'a> {
    pub(crate) fn new(selection: &'a Selection, listing: &'a mut Listing) -> Self {
        let (walked, named, roots) = (HashSet::new(), HashSet::new(), Vec::new());
        FolderWalk { selection, listing, walked, named, roots, files: Vec::new(), links: VecDeque::new() }
    }

    /// Lists one place: a file, or a folder with everything in it. Only a place that is not there is an error.
    pub(crate) fn walk(&mut self, place: &Path) -> Result<(), Error> {
        match reach(place) {
            Ok((real, metadata)) if metadata.is_dir() => {
                self.roots.push(real.clone());
                self.folder(place.to_owned(), real);
            }
            Ok((real, metadata)) => self.files.push((place.to_owned(), real, metadata)),
            Err(error) if error.kind() == ErrorKind::NotFound => return Err(not_there(place)),
            Err(error) => self.fail(place, error),
        }
        Ok(())
    }

    /// Lists files named as places and what links lead to, once every real folder is walked.
    pub(crate) fn follow_links(&mut self) {
        for (path, real, metadata) in std::mem::take(&mut self.files) {
            self.single_file(path, real, &metadata);
        }
        self.links.make_contiguous().sort_unstable();
        while let Some(link) = self.links.pop_front() {
            match reach(&link) {
                Ok((real, metadata)) if metadata.is_dir() => {
                    if self.roots.iter().any(|root| root.starts_with(&real)) {
                        self.listing.skipped.repeated += 1;
                    } else {
                        self.folder(link, real);
                    }
                }
                Ok((real, metadata)) if metadata.is_file() => self.single_file(link, real, &metadata),
                Ok(_) => self.listing.skipped.special += 1,
                Err(error) if error.kind() == ErrorKind::NotFound => {
                    self.fail(&link, io::Error::new(ErrorKind::NotFound, "a symbolic link to nothing"));
                }
                Err(error) => self.fail(&link, error),
            }
        }
    }

    /// Lists a folder and the real folders below it.
    fn folder(&mut self, path: PathBuf, real: PathBuf) {
        let mut waiting = vec![(path, real)];
        while let Some((path, real)) = waiting.pop() {
            match self.selection.judge_folder(real.iter().filter_map(|segment| segment.to_str())) {
                Verdict::Digest => self.listing.skipped.digests += 1,
                Verdict::Prune => self.listing.pruned += 1,
                Verdict::Keep(_) if !self.walked.insert(real.clone()) => self.listing.skipped.repeated += 1,
                Verdict::Keep(_) => self.entries(&path, &real, &mut waiting),
            }
        }
    }

    fn entries(&mut self, path: &Path, real: &Path, waiting: &mut Vec<(PathBuf, PathBuf)>) {
        let entries = match fs::read_dir(path) {
            Ok(entries) => entries,
            Err(error) => return self.fail(path, error),
        };
        for entry in entries {
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) => return self.fail(path, error),
            };
            let (name, path) = (entry.file_name(), entry.path());
            if name.as_encoded_bytes().starts_with(b".") {
                self.listing.skipped.hidden += 1;
                continue;
            }
            if is_label(real, &name) {
                self.listing.skipped.labels += 1;
                continue;
            }
            match entry.file_type() {
                Ok(kind) if kind.is_dir() => waiting.push((path, real.join(name))),
                Ok(kind) if kind.is_symlink() => self.links.push_back(path),
                Ok(kind) if kind.is_file() => match entry.metadata() {
                    Ok(metadata) => self.file(path, &metadata),
                    Err(error) => self.fail(&path, error),
                },
                Ok(_) => self.listing.skipped.special += 1,
                Err(error) => self.fail(&path, error),
            }
        }
    }

    /// Lists a file that is reached by its own name rather than by walking its folder, unless that happened as well.
    fn single_file(&mut self, path: PathBuf, real: PathBuf, metadata: &Metadata) {
        let by_walking = real.parent().is_some_and(|folder| self.walked.contains(folder));
        let hidden = real.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"."));
        if (by_walking && !hidden) || !self.named.insert(real) {
            self.listing.skipped.repeated += 1;
        } else {
            self.file(path, metadata);
        }
    }

    fn file(&mut self, path: PathBuf, metadata: &Metadata) {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        match self.selection.judge_name(name) {
            Verdict::Digest => self.listing.skipped.digests += 1,
            Verdict::Prune => self.listing.pruned += 1,
            Verdict::Keep(time) => {
                let bytes = metadata.is_file().then_some(metadata.len());
                let changed = metadata.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
                let fingerprint = bytes.and(changed).map(|changed| changed.as_nanos().to_string().into());
                self.listing.objects.push(Object::file(path, bytes, fingerprint, time));
            }
        }
    }

    fn fail(&mut self, path: &Path, error: io::Error) {
        tracing::debug!(path = %path.display(), %error, "cannot be listed");
        self.listing.failures.push(Opened::failed(path.to_string_lossy().into(), error));
    }
}

/// What the simulator writes beside its logs; it is about them, not of them.
const LABELS: [&str; 2] = ["truth.jsonl", "stories.json"];

/// Whether a file in a folder is about the logs beside it.
pub(crate) fn is_label(folder: &Path, name: &OsStr) -> bool {
    LABELS.iter().any(|label| name == *label) && folder.join("AWSLogs").is_dir()
}

/// The real path behind a name, and what is there.
fn reach(path: &Path) -> io::Result<(PathBuf, Metadata)> {
    let metadata = fs::metadata(path)?;
    // A pipe behind `/dev/fd/63` has no real path; it is its own.
    let real = if metadata.is_dir() || metadata.is_file() { fs::canonicalize(path)? } else { path.to_owned() };
    Ok((real, metadata))
}
