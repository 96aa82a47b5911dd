//! Objects handed to several workers, each exactly once.

use std::io::{self, Read};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use crate::ahead::{Ahead, Bounds};
use crate::listing::Location;
use crate::{Body, Listing, Object, Opened, Progress, Unreadable};

/// Bounds on what a reader holds.
#[derive(Debug, Clone)]
pub struct ReadOptions {
    /// Local files up to this length are read whole by the worker that gets them; longer ones are handed over open.
    pub whole_bytes_max: u64,
    /// Objects in S3 above this length are handed over as a stream, which holds about 48 MiB.
    pub stream_bytes_min: u64,
    /// Objects in S3 that are on their way or wait for a worker.
    pub ahead_objects_max: usize,
    /// Bytes of these objects.
    pub ahead_bytes_max: u64,
}

impl Default for ReadOptions {
    fn default() -> Self {
        ReadOptions {
            // CloudTrail's own files stay below 50 MB; what is longer is an archive or a merged export.
            whole_bytes_max: 64 << 20,
            stream_bytes_min: 256 << 20,
            // 64 small objects at 50 ms each are 1,300 a second, more than two cores can read.
            ahead_objects_max: 64,
            ahead_bytes_max: 256 << 20,
        }
    }
}

/// Hands out the objects of a listing. Shared by reference between workers.
#[derive(Debug)]
pub struct Reader {
    objects: Vec<Object>,
    failures: Mutex<Vec<Opened>>,
    next: AtomicUsize,
    whole_bytes_max: u64,
    ahead: Ahead,
    progress: Arc<Progress>,
}

impl Reader {
    /// A reader over everything listed, failures included.
    pub fn new(listing: Listing, options: ReadOptions) -> Self {
        let Listing { objects, bytes, mut failures, stores, .. } = listing;
        failures.reverse();
        let bounds = Bounds {
            objects_max: options.ahead_objects_max.max(1),
            bytes_max: options.ahead_bytes_max,
            whole_bytes_max: options.stream_bytes_min.min(options.ahead_bytes_max),
        };
        Reader {
            progress: Arc::new(Progress::new((objects.len() + failures.len()) as u64, bytes)),
            objects,
            failures: Mutex::new(failures),
            next: AtomicUsize::new(0),
            whole_bytes_max: options.whole_bytes_max,
            ahead: Ahead::new(stores, bounds),
        }
    }

    /// The next object; `None` when all are handed out. Waits for an object that is still on its way.
    pub fn next(&self) -> Option<Opened> {
        let opened = self.next_failure().or_else(|| {
            let index = self.next.fetch_add(1, Ordering::Relaxed);
            self.objects.get(index).map(|object| self.open(object, index))
        })?;
        self.progress.add_object();
        if let Ok(Body::Bytes(content)) = &opened.body {
            self.progress.add_bytes(content.len() as u64);
        }
        Some(opened)
    }

    /// How far the reading is.
    pub fn progress(&self) -> &Progress {
        &self.progress
    }

    fn next_failure(&self) -> Option<Opened> {
        self.failures.lock().expect("no holder of this lock panics").pop()
    }

    fn open(&self, object: &Object, index: usize) -> Opened {
        let source = object.source.clone();
        let body = match &object.location {
            Location::Source => self.file(Path::new(&*source)),
            Location::Path(path) => self.file(path),
            Location::Stdin => Ok(Body::Stdin),
            Location::Held(bytes) => Ok(Body::Bytes(bytes.to_vec())),
            Location::Store(_) => self.remote(object, index),
        };
        Opened { source, body }
    }

    fn file(&self, path: &Path) -> Result<Body, Unreadable> {
        match Body::open(path, self.whole_bytes_max) {
            Ok(Body::Stream(stream)) => Ok(self.counted(stream)),
            Ok(body) => Ok(body),
            Err(error) => Err(error.into()),
        }
    }

    fn remote(&self, object: &Object, index: usize) -> Result<Body, Unreadable> {
        let stream = || {
            let (store, key) = self.ahead.address(object)?;
            Some(store.stream(key).map(|stream| self.counted(Box::new(stream))))
        };
        let body = match Some(()).filter(|()| self.ahead.is_streamed(object)).and_then(|()| stream()) {
            Some(body) => body,
            None => match self.ahead.whole(&self.objects, index).map(Body::Bytes) {
                // Longer than was said of it.
                Err(error @ watchfire_aws::Error::Longer { .. }) => stream().unwrap_or(Err(error)),
                body => body,
            },
        };
        body.map_err(Unreadable::from)
    }

    fn counted(&self, stream: Box<dyn Read + Send>) -> Body {
        Body::Stream(Box::new(Counted { stream, progress: self.progress.clone() }))
    }
}

/// A stream that tells the progress what was read from it.
struct Counted {
    stream: Box<dyn Read + Send>,
    progress: Arc<Progress>,
}

impl Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.stream.read(buffer)?;
        self.progress.add_bytes(count as u64);
        Ok(count)
    }
}
