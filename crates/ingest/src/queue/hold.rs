//! Messages that are being worked on stay hidden from others.

use std::collections::HashMap;
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde_json::{Value, json};
use watchfire_aws::{Aws, Call};

/// A queue by its connection and region.
#[derive(Debug, Clone)]
pub(super) struct Queue {
    pub aws: Aws,
    pub region: Option<String>,
    pub url: String,
}

/// Messages in one request; SQS's own limit.
pub(super) const BATCH_MAX: usize = 10;

impl Queue {
    pub(super) fn call(&self, operation: &str, mut parameters: Value) -> Result<Value, watchfire_aws::Error> {
        parameters["QueueUrl"] = self.url.as_str().into();
        self.aws.call(&Call { service: "sqs".into(), region: self.region.clone(), operation: operation.into(), parameters })
    }

    /// Does something to messages, ten at a time; gives the places of those it was not done to, with AWS's reasons.
    pub(super) fn batch(&self, operation: &str, entries: Vec<Value>) -> Result<Vec<(usize, String)>, watchfire_aws::Error> {
        let mut failed = Vec::new();
        for (chunk, entries) in entries.chunks(BATCH_MAX).enumerate() {
            let numbered = entries.iter().enumerate().map(|(place, entry)| {
                let mut entry = entry.clone();
                entry["Id"] = place.to_string().into();
                entry
            });
            let answer = self.call(operation, json!({ "Entries": numbered.collect::<Vec<_>>() }))?;
            let faults = answer.get("Failed").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
            failed.extend(faults.iter().filter_map(|fault| {
                let place: usize = fault.get("Id")?.as_str()?.parse().ok()?;
                let code = fault.get("Code").and_then(Value::as_str).unwrap_or("no reason");
                (place < entries.len()).then(|| (chunk * BATCH_MAX + place, code.to_owned()))
            }));
        }
        Ok(failed)
    }
}

/// The messages held, by id, and the thread that renews.
#[derive(Debug)]
pub(super) struct Hold {
    handles: Arc<Mutex<HashMap<String, String>>>,
    _end: Sender<()>,
}

impl Hold {
    /// Starts renewing, each message three times in the span for which it is hidden.
    pub(super) fn start(queue: Queue, hidden: Duration) -> std::io::Result<Hold> {
        let handles: Arc<Mutex<HashMap<String, String>>> = Arc::default();
        let (end, ended) = mpsc::channel();
        let held = handles.clone();
        std::thread::Builder::new().name("queue-hold".to_owned()).spawn(move || {
            while ended.recv_timeout(hidden / 3) == Err(RecvTimeoutError::Timeout) {
                renew(&queue, &held, hidden);
            }
        })?;
        Ok(Hold { handles, _end: end })
    }

    pub(super) fn add(&self, id: &str, handle: &str) {
        self.lock().insert(id.to_owned(), handle.to_owned());
    }

    /// Stops holding; gives the handle.
    pub(super) fn release(&self, id: &str) -> Option<String> {
        self.lock().remove(id)
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, String>> {
        self.handles.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn renew(queue: &Queue, held: &Mutex<HashMap<String, String>>, hidden: Duration) {
    let handles: Vec<(String, String)> =
        held.lock().unwrap_or_else(PoisonError::into_inner).iter().map(|(id, handle)| (id.clone(), handle.clone())).collect();
    let entry = |(_, handle): &(String, String)| json!({ "ReceiptHandle": handle, "VisibilityTimeout": hidden.as_secs() });
    match queue.batch("ChangeMessageVisibilityBatch", handles.iter().map(entry).collect()) {
        Ok(failed) => {
            for (place, code) in failed {
                // It may be somebody else's now, or held for twelve hours: what is read twice is known as such.
                tracing::debug!(code, "a message cannot be held any longer");
                let (id, handle) = &handles[place];
                let mut held = held.lock().unwrap_or_else(PoisonError::into_inner);
                if held.get(id) == Some(handle) {
                    held.remove(id);
                }
            }
        }
        Err(error) => tracing::warn!(queue = queue.url, %error, "messages could not be held; others may read them too"),
    }
}
