//! Threads that put rows into files.

use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use tokio::sync::oneshot;

use crate::Error;
use crate::rows::Columns;

/// One a core, the same ones for all epochs: the memory that a thread gave back is there when its next rows come. They end with this.
#[derive(Debug, Default)]
pub(super) struct Encoders(OnceLock<Sender<Job>>);

type Job = Box<dyn FnOnce(&mut Columns) + Send>;

impl Encoders {
    /// Runs a job as soon as a thread is free.
    ///
    /// # Errors
    /// [`Error::Engine`] when no thread could be started, or the one that ran the job has panicked.
    pub async fn run<T: Send + 'static>(&self, job: impl FnOnce(&mut Columns) -> T + Send + 'static) -> Result<T, Error> {
        let (give, result) = oneshot::channel();
        let job: Job = Box::new(move |columns| {
            // Nobody waits any more when the epoch was given up.
            let _unwanted = give.send(job(columns));
        });
        self.jobs()?.send(job).map_err(|error| Error::engine("writing rows", error.to_string()))?;
        result.await.map_err(|error| Error::engine("writing rows", error))
    }

    fn jobs(&self) -> Result<&Sender<Job>, Error> {
        if let Some(jobs) = self.0.get() {
            return Ok(jobs);
        }
        let (jobs, waiting) = mpsc::channel();
        let waiting = Arc::new(Mutex::new(waiting));
        for _ in 0..threads() {
            let waiting = Arc::clone(&waiting);
            let thread = std::thread::Builder::new().name("encoder".into()).spawn(move || work(&waiting));
            thread.map_err(|error| Error::engine("starting a thread", error))?;
        }
        Ok(self.0.get_or_init(|| jobs))
    }
}

/// How many jobs run at a time.
pub(super) fn threads() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

fn work(waiting: &Mutex<Receiver<Job>>) {
    let mut columns = Columns::new();
    loop {
        let job = waiting.lock().unwrap_or_else(PoisonError::into_inner).recv();
        match job {
            Ok(job) => job(&mut columns),
            Err(_) => return,
        }
    }
}
