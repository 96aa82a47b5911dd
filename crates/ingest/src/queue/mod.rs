//! Objects in S3, of which a queue tells.
//!
//! A message is deleted when all its objects are durable or gone; until then it is held. What cannot be read comes again, later and later;
//! what nobody has to allow first and still cannot be read is given up after so many times, as a dead letter. Messages that come twice, or
//! in any order, do no harm: an object that was read already is known by name, length and ETag, a record by its id.

mod hold;
mod letters;
mod message;
pub(crate) mod notice;
mod settle;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use watchfire_aws::Store;

use self::hold::{Hold, Queue};
use self::letters::{Letter, Letters};
use self::message::Received;
use self::notice::{Notice, Noticed};
use crate::listing::Location;
use crate::selection::Verdict;
use crate::source::{Foreign, Role};
use crate::{Arrival, Error, Health, Object, Outcome, QueueSettings, Receipt, Selection, Source, Surroundings, Unreadable};

/// Reads a queue.
pub(crate) struct QueueSource {
    settings: QueueSettings,
    queue: Queue,
    hold: Hold,
    letters: Letters,
    stores: HashMap<String, Store>,
    /// Those brought and not settled, by id.
    messages: HashMap<String, Message>,
    /// To which message a receipt belongs.
    receipts: HashMap<Receipt, String>,
    receipts_given: u64,
    /// Settled and not yet deleted: id and handle.
    done: Vec<(String, String)>,
    health: Health,
    /// What keeps messages in the queue, until something gets better.
    stuck: Option<String>,
    counted: Option<Instant>,
}

/// A message that is being worked on.
#[derive(Debug)]
struct Message {
    body: String,
    receives: u32,
    /// Objects that are not settled.
    open: usize,
    failed: Option<Unreadable>,
}

/// Unsettled messages; SQS gives out 120,000 at most.
const MESSAGES_MAX: usize = 5_000;

/// Arrivals in one go: a second of work, so that what comes first does not wait for the rest.
const ARRIVALS_MAX: usize = 500;

/// SQS waits no longer than this.
const WAIT_MAX: Duration = Duration::from_secs(20);

/// How often to ask how many messages wait.
const COUNTED_EVERY: Duration = Duration::from_secs(30);

/// A message that is received so many times as often as it may fail brings the program down before it can be settled.
const CRASHES: u32 = 20;

impl QueueSource {
    pub(crate) fn open(settings: &QueueSettings, surroundings: &Surroundings<'_>) -> Result<QueueSource, Error> {
        let aws = Role::of(settings.role.as_ref(), (surroundings.connect)()?);
        let region = settings.region.clone().or_else(|| region_of(&settings.queue));
        let queue = Queue { aws, region, url: settings.queue.clone() };
        let cannot = |cause| Error::Disk { place: "threads".to_owned(), cause };
        Ok(QueueSource {
            hold: Hold::start(queue.clone(), settings.hidden).map_err(cannot)?,
            letters: Letters::new(surroundings.dead_letters, &settings.name),
            stores: HashMap::new(),
            messages: HashMap::new(),
            receipts: HashMap::new(),
            receipts_given: 0,
            done: Vec::new(),
            health: Health::new(settings.silent_after),
            stuck: None,
            counted: None,
            settings: settings.clone(),
            queue,
        })
    }

    fn receive(&mut self, wait: Duration) -> Result<Vec<Received>, Error> {
        let parameters = json!({
            "MaxNumberOfMessages": hold::BATCH_MAX,
            "WaitTimeSeconds": wait.min(WAIT_MAX).as_millis().div_ceil(1000) as u64,
            "VisibilityTimeout": self.settings.hidden.as_secs(),
            "MessageSystemAttributeNames": ["ApproximateReceiveCount", "SentTimestamp"],
            // The older name, which stand-ins know.
            "AttributeNames": ["ApproximateReceiveCount", "SentTimestamp"],
        });
        let answer = self.queue.call("ReceiveMessage", parameters);
        self.health.note(&answer);
        let messages = answer?.get_mut("Messages").map(Value::take).unwrap_or_default();
        let messages = messages.as_array().map(Vec::as_slice).unwrap_or_default();
        Ok(messages.iter().filter_map(Received::read).collect())
    }

    /// Makes arrivals of a message, or does away with it.
    fn take(&mut self, message: Received, arrivals: &mut Vec<Arrival>) -> Result<(), Error> {
        let Received { id, handle, .. } = &message;
        if let Some(done) = self.done.iter_mut().find(|(known, _)| known == id) {
            done.1.clone_from(handle);
            return Ok(());
        }
        self.hold.add(id, handle);
        if self.messages.contains_key(id) {
            // It came again while it is worked on; the newer handle is the one that counts.
            return Ok(());
        }
        if message.receives > self.settings.receives_max.saturating_mul(CRASHES) {
            return self.give_up(&message, &format!("received {} times and never settled", message.receives));
        }
        match notice::parse(&message.body) {
            Notice::Objects(objects) => self.objects(message, objects, arrivals),
            Notice::Records(text) => {
                let name = format!("sqs://{}/{id}", self.settings.queue.rsplit('/').next().unwrap_or_default());
                let receipt = self.receipt(id);
                arrivals.push(Arrival::held(receipt, name.into(), text.into_bytes(), message.sent));
                self.bring(message, 1, &arrivals[arrivals.len() - 1..]);
                Ok(())
            }
            Notice::Nothing(why) => {
                tracing::debug!(source = self.settings.name, why, "a message that tells of nothing to read");
                self.health.skipped += 1;
                self.finish(id);
                Ok(())
            }
            Notice::Foreign(why) => self.foreign(&message, &why),
        }
    }

    fn objects(&mut self, message: Received, objects: Vec<Noticed>, arrivals: &mut Vec<Arrival>) -> Result<(), Error> {
        let allowed = &self.settings.buckets;
        if let Some(other) = objects.iter().find(|object| !allowed.is_empty() && !allowed.contains(&object.bucket)) {
            let why = format!("bucket {} is not among those that are read", other.bucket);
            return self.foreign(&message, &why);
        }
        let first = arrivals.len();
        for object in objects {
            let folder = object.key.rsplit_once('/').map_or("", |(folder, _)| folder);
            let name = object.key.rsplit('/').next().unwrap_or_default();
            let all = Selection::default();
            let is_mark = name.is_empty() && object.bytes == Some(0);
            if is_mark || all.judge_folder(folder.split('/')) == Verdict::Digest || all.judge_name(name) == Verdict::Digest {
                self.health.skipped += 1;
                continue;
            }
            if let Some(arrival) = self.object(&message, object) {
                arrivals.push(arrival);
            }
        }
        let open = arrivals.len() - first;
        if open == 0 {
            self.finish(&message.id);
        } else {
            self.bring(message, open, &arrivals[first..]);
        }
        Ok(())
    }

    /// One object; none when it is gone already. CloudTrail's own notices do not say how long objects are, so S3 is asked.
    fn object(&mut self, message: &Received, noticed: Noticed) -> Option<Arrival> {
        let Noticed { bucket, key, mut bytes, mut etag, time } = noticed;
        let aws = &self.queue.aws;
        let store = self.stores.entry(bucket.clone()).or_insert_with(|| aws.s3().open(&bucket)).clone();
        let source: Arc<str> = format!("s3://{bucket}/{key}").into();
        if bytes.is_none() || etag.is_none() {
            match store.head(&key) {
                Ok(entry) => (bytes, etag) = (Some(entry.bytes), Some(entry.etag.into())),
                Err(watchfire_aws::Error::Missing { .. }) => {
                    self.vanish(&source);
                    return None;
                }
                // Reading it will tell.
                Err(error) => tracing::debug!(%source, %error, "its length is not known"),
            }
        }
        let time = time.or(message.sent);
        let fingerprint = etag.filter(|etag| !etag.is_empty()).map(String::into_boxed_str);
        let object = Object { source, bytes, fingerprint, time, location: Location::Source };
        Some(Arrival::stored(self.receipt(&message.id), object, store))
    }

    fn receipt(&mut self, message: &str) -> Receipt {
        self.receipts_given += 1;
        let receipt = Receipt(self.receipts_given);
        self.receipts.insert(receipt, message.to_owned());
        receipt
    }

    fn bring(&mut self, message: Received, open: usize, arrivals: &[Arrival]) {
        let Received { id, body, receives, .. } = message;
        for arrival in arrivals {
            self.health.bring(&arrival.object.source, arrival.object.time);
        }
        self.messages.insert(id, Message { body, receives, open, failed: None });
    }

    fn vanish(&mut self, source: &str) {
        self.health.vanished += 1;
        self.health.pass_over(format!("{source}: gone before it was read"));
    }

    fn foreign(&mut self, message: &Received, why: &str) -> Result<(), Error> {
        self.health.foreign += 1;
        match self.settings.foreign {
            Foreign::Keep => return self.give_up(message, &format!("no notice of an object: {why}")),
            Foreign::Delete => self.finish(&message.id),
            // It shows again when it is not hidden any more.
            Foreign::Leave => drop(self.hold.release(&message.id)),
        }
        self.health.pass_over(format!("message {}: {why}", message.id));
        Ok(())
    }

    /// How many messages wait; asked now and then.
    fn count(&mut self) {
        if self.counted.is_some_and(|at| at.elapsed() < COUNTED_EVERY) {
            return;
        }
        self.counted = Some(Instant::now());
        let answer = self.queue.call("GetQueueAttributes", json!({ "AttributeNames": ["ApproximateNumberOfMessages"] }));
        let text = |answer: &Value| answer.pointer("/Attributes/ApproximateNumberOfMessages")?.as_str()?.parse().ok();
        self.health.waiting = answer.as_ref().ok().and_then(text);
    }
}

impl Source for QueueSource {
    fn name(&self) -> &str {
        &self.settings.name
    }

    fn arrivals(&mut self, patience: Duration) -> Result<Vec<Arrival>, Error> {
        let deadline = Instant::now() + patience;
        self.delete_done();
        if self.messages.len() >= MESSAGES_MAX {
            std::thread::sleep(patience.min(Duration::from_millis(200)));
            return Ok(Vec::new());
        }
        self.count();
        let mut arrivals = Vec::new();
        while arrivals.len() < ARRIVALS_MAX && self.messages.len() < MESSAGES_MAX {
            let left = deadline.saturating_duration_since(Instant::now());
            let messages = match self.receive(if arrivals.is_empty() { left } else { Duration::ZERO }) {
                Ok(messages) => messages,
                Err(error) if arrivals.is_empty() => return Err(error),
                Err(_) => break,
            };
            if messages.is_empty() && (!arrivals.is_empty() || Instant::now() >= deadline) {
                break;
            }
            for message in messages {
                if let Err(error) = self.take(message, &mut arrivals) {
                    // It stays in the queue.
                    tracing::warn!(source = self.settings.name, %error, "a dead letter could not be kept");
                }
            }
        }
        self.delete_done();
        Ok(arrivals)
    }

    fn settle(&mut self, settled: &[(Receipt, Outcome)]) -> Result<(), Error> {
        self.settle_all(settled)
    }

    fn health(&self) -> Health {
        let trouble = self.health.trouble.clone().or_else(|| self.stuck.clone());
        Health { trouble, ..self.health.clone() }
    }
}

/// The region in `https://sqs.eu-west-1.amazonaws.com/…`, `https://eu-west-1.queue.amazonaws.com/…` or `https://sqs.eu-west-1.api.aws/…`.
fn region_of(url: &str) -> Option<String> {
    let host = url.split("://").nth(1)?.split(['/', ':']).next()?;
    let labels: Vec<&str> = host.split('.').collect();
    let region = match labels.as_slice() {
        ["sqs" | "sqs-fips", region, ..] | [region, "queue", ..] => region,
        _ => return None,
    };
    (region.matches('-').count() >= 2).then(|| (*region).to_owned())
}

#[cfg(test)]
mod tests {
    #[test]
    fn queues_name_their_region() {
        for (url, region) in [
            ("https://sqs.eu-west-1.amazonaws.com/111122223333/q", Some("eu-west-1")),
            ("https://us-east-2.queue.amazonaws.com/111122223333/q", Some("us-east-2")),
            ("https://sqs.eu-west-1.api.aws/1/q", Some("eu-west-1")),
            ("https://queue.amazonaws.com/1/q", None),
            ("http://127.0.0.1:5000/1/q", None),
            ("", None),
        ] {
            assert_eq!(super::region_of(url).as_deref(), region, "{url}");
        }
    }
}
