//! Places and a selection, made into the objects to read.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use watchfire_aws::{Aws, Store};
use watchfire_model::EventTime;

use crate::bucket;
use crate::folder::{self, FolderWalk};
use crate::{Error, Opened, Place, Selection};

/// Everything to read, oldest first, and a count of everything left out.
#[derive(Debug, Default)]
pub struct Listing {
    /// What to read, by delivery time, then by name; objects whose name tells no time come first.
    pub objects: Vec<Object>,
    /// What the selection left out. A folder counts as one: what is in it is never looked at.
    pub pruned: u64,
    /// What is never read.
    pub skipped: Skipped,
    /// Known bytes of `objects`.
    pub bytes: u64,
    /// Folders and files that could not be looked at; the reader hands them out first, so that nobody overlooks them.
    pub failures: Vec<Opened>,
    /// The buckets of the objects.
    pub(crate) stores: Vec<Store>,
}

/// Counts of what is never read, whatever the selection says.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Skipped {
    /// CloudTrail digests: hash chains over the logs, without events. A folder of them counts as one.
    pub digests: u64,
    /// Files and folders whose name starts with a dot, `.git` among them.
    pub hidden: u64,
    /// Sockets, devices and pipes inside a folder, whose opening may never return; in S3, the empty marks of folders.
    pub special: u64,
    /// The labels of simulated logs.
    pub labels: u64,
    /// The same file or folder reached again, by a symbolic link or by a place inside another place.
    pub repeated: u64,
}

/// One object to read.
#[derive(Debug, Clone)]
pub struct Object {
    /// The path or the `s3://` address, as shown to people and kept with every record.
    pub source: Arc<str>,
    /// How long it is, where that is known before reading.
    pub bytes: Option<u64>,
    /// What changes with its content: the ETag, or when the file was changed; none for what is no file.
    pub fingerprint: Option<Box<str>>,
    /// When it was delivered, where its name says so.
    pub time: Option<EventTime>,
    pub(crate) location: Location,
}

/// How to get at an object.
#[derive(Debug, Clone)]
pub(crate) enum Location {
    /// The source is the path.
    Source,
    /// A path that is not UTF-8; its source is only its picture.
    Path(Box<Path>),
    Stdin,
    /// Nowhere else any more: the source is only a name.
    Held(Arc<[u8]>),
    /// In one of the listing's stores; the source is `s3://BUCKET/KEY`.
    Store(u32),
}

impl Object {
    /// A stable name, whatever folder the program was started in.
    pub fn name(&self) -> String {
        match &self.location {
            Location::Source => {
                std::path::absolute(&*self.source).map_or_else(|_| self.source.to_string(), |path| path.to_string_lossy().into())
            }
            // Two paths may have one picture.
            Location::Path(path) => format!("{path:?}"),
            Location::Stdin | Location::Held(_) | Location::Store(_) => self.source.to_string(),
        }
    }

    pub(crate) fn file(path: PathBuf, bytes: Option<u64>, fingerprint: Option<Box<str>>, time: Option<EventTime>) -> Self {
        match path.into_os_string().into_string() {
            Ok(text) => Object { source: text.into(), bytes, fingerprint, time, location: Location::Source },
            Err(raw) => {
                let path = PathBuf::from(raw);
                let source = path.to_string_lossy().into();
                Object { source, bytes, fingerprint, time, location: Location::Path(path.into_boxed_path()) }
            }
        }
    }
}

/// Lists what the places hold and the selection wants. Connects to AWS, as the environment says, if a place is in S3.
pub fn list(places: &[Place], selection: &Selection) -> Result<Listing, Error> {
    list_through(watchfire_aws::connect, places, selection)
}

/// The same over a connection that the caller has already.
pub fn list_in(aws: &Aws, places: &[Place], selection: &Selection) -> Result<Listing, Error> {
    list_through(|| Ok(aws.clone()), places, selection)
}

/// Whether all of the places are there and may be listed, which is told before anything is made for what they hold.
pub fn check(places: &[Place]) -> Result<(), Error> {
    let mut aws = None;
    for place in places {
        match place {
            Place::Path(path) => folder::check(path)?,
            Place::Stdin => {}
            Place::S3 { bucket, prefix } => {
                let aws = match &mut aws {
                    Some(aws) => aws,
                    None => aws.insert(watchfire_aws::connect()?),
                };
                aws.s3().open(bucket).access(prefix)?;
            }
        }
    }
    Ok(())
}

fn list_through(
    connect: impl FnOnce() -> Result<Aws, watchfire_aws::Error>,
    places: &[Place],
    selection: &Selection,
) -> Result<Listing, Error> {
    selection.check()?;
    let mut listing = Listing::default();
    let mut folders = FolderWalk::new(selection, &mut listing);
    for place in places {
        if let Place::Path(path) = place {
            folders.walk(path)?;
        }
    }
    folders.follow_links();
    if places.contains(&Place::Stdin) {
        listing.objects.push(Object { source: "-".into(), bytes: None, time: None, location: Location::Stdin, fingerprint: None });
    }
    if places.iter().any(|place| matches!(place, Place::S3 { .. })) {
        let aws = connect()?;
        for place in places {
            if let Place::S3 { bucket, prefix } = place {
                listing.add_bucket(&aws, bucket, prefix, selection)?;
            }
        }
    }
    listing.finish();
    Ok(listing)
}

impl Listing {
    fn add_bucket(&mut self, aws: &Aws, bucket: &str, prefix: &str, selection: &Selection) -> Result<(), Error> {
        let index = self.stores.iter().position(|store| store.bucket() == bucket).unwrap_or_else(|| {
            self.stores.push(aws.s3().open(bucket));
            self.stores.len() - 1
        });
        let location = Location::Store(u32::try_from(index).expect("fewer buckets than that"));
        let found = bucket::walk(&self.stores[index], &location, prefix, selection)?;
        self.objects.extend(found.objects);
        self.pruned += found.pruned;
        self.skipped.digests += found.digests;
        self.skipped.special += found.marks;
        Ok(())
    }

    /// Brings everything into the one order, each object once.
    pub(crate) fn finish(&mut self) {
        self.objects.sort_unstable_by(|a, b| (a.time, &a.source).cmp(&(b.time, &b.source)));
        let found = self.objects.len();
        self.objects.dedup_by(|a, b| a.source == b.source && !matches!(a.location, Location::Path(_) | Location::Held(_)));
        self.skipped.repeated += (found - self.objects.len()) as u64;
        self.failures.sort_unstable_by(|a, b| a.source.cmp(&b.source));
        self.bytes = self.objects.iter().filter_map(|object| object.bytes).sum();
        tracing::debug!(objects = self.objects.len(), bytes = self.bytes, pruned = self.pruned, "listed");
    }
}
