//! What becomes of messages when their objects are settled.

use serde_json::json;
use watchfire_aws::Call;

use super::message::Received;
use super::{Letter, Message, QueueSource};
use crate::{Cause, Error, Outcome, Receipt, Unreadable};

/// The first pause before a message that could not be read comes again; it doubles each time.
const PAUSE_SECONDS: u64 = 15;

/// The longest pause where the world fails by itself, and where somebody has to allow something first: within SQS's four days of keeping
/// a message, even that is asked for often enough, and so rarely that it never counts as one that brings the program down.
const PAUSE_SECONDS_MAX: (u64, u64) = (900, 3600);

impl QueueSource {
    pub(super) fn settle_all(&mut self, settled: &[(Receipt, Outcome)]) -> Result<(), Error> {
        let mut failed = Vec::new();
        for (receipt, outcome) in settled {
            let Some(id) = self.receipts.remove(receipt) else { continue };
            self.health.pending = self.health.pending.saturating_sub(1);
            let gone = match outcome {
                Outcome::Durable => {
                    self.health.durable += 1;
                    self.stuck = None;
                    None
                }
                Outcome::Failed(why) => Some(why),
            };
            match gone {
                Some(why) if why.cause == Cause::Gone => self.vanish(&why.detail),
                Some(_) => self.health.failed += 1,
                None => {}
            }
            let Some(message) = self.messages.get_mut(&id) else { continue };
            message.open -= 1;
            if let Some(why) = gone.filter(|why| why.cause != Cause::Gone) {
                message.failed = Some(worse(message.failed.take(), why));
            }
            if message.open > 0 {
                continue;
            }
            match self.messages.remove(&id) {
                Some(Message { failed: Some(why), body, receives, .. }) => failed.push((id, body, receives, why)),
                _ => self.finish(&id),
            }
        }
        let again = failed.into_iter().try_for_each(|(id, body, receives, why)| self.again(id, body, receives, &why));
        self.delete_done();
        again
    }

    /// A message whose objects could not all be read: later, or never.
    fn again(&mut self, id: String, body: String, receives: u32, why: &Unreadable) -> Result<(), Error> {
        if why.cause == Cause::Other && receives >= self.settings.receives_max {
            let message = Received { id, handle: String::new(), body, receives, sent: None };
            return self.give_up(&message, &format!("could not be read, {receives} times: {}", why.detail));
        }
        let Some(handle) = self.hold.release(&id) else { return Ok(()) };
        let longest = if why.cause == Cause::Refused { PAUSE_SECONDS_MAX.1 } else { PAUSE_SECONDS_MAX.0 };
        let pause = PAUSE_SECONDS.saturating_mul(1 << receives.saturating_sub(1).min(16)).min(longest);
        self.stuck = Some(why.detail.clone());
        // When this fails it comes again all the same, only sooner.
        let told = self.queue.call("ChangeMessageVisibility", json!({ "ReceiptHandle": handle, "VisibilityTimeout": pause }));
        told.map(drop).map_err(Error::from)
    }

    /// Writes a message down and does away with it. One that cannot be written down stays in the queue and comes again.
    pub(super) fn give_up(&mut self, message: &Received, why: &str) -> Result<(), Error> {
        let kept = self.keep(message, why);
        if let Err(error) = kept {
            self.hold.release(&message.id);
            self.stuck = Some(error.to_string().replace('\n', "; "));
            return Err(error);
        }
        tracing::warn!(source = self.settings.name, message = message.id, why, "a message became a dead letter");
        self.stuck = None;
        self.health.dead += 1;
        self.health.pass_over(format!("message {}: {why}", message.id));
        self.finish(&message.id);
        Ok(())
    }

    fn keep(&self, message: &Received, why: &str) -> Result<(), Error> {
        let Received { id, body, receives, .. } = message;
        let Some(queue) = &self.settings.dead_letter_queue else {
            return self.letters.write(&Letter { id, body, receives: *receives, why });
        };
        let text = |value: &str| json!({ "DataType": "String", "StringValue": value });
        // SQS refuses control letters in attributes, and longer ones make the message too long.
        let reason: String = why.chars().filter(|letter| !letter.is_control()).take(512).collect();
        let attributes = json!({ "ERROR_MESSAGE": text(&reason), "SOURCE": text(&self.settings.name) });
        let parameters = json!({ "QueueUrl": queue, "MessageBody": body, "MessageAttributes": attributes });
        let region = super::region_of(queue).or(self.queue.region.clone());
        self.queue.aws.call(&Call { region, ..Call::new("sqs", "SendMessage", parameters) })?;
        Ok(())
    }

    /// The message has done its service; it is deleted with the next ones.
    pub(super) fn finish(&mut self, id: &str) {
        if let Some(handle) = self.hold.release(id) {
            self.done.push((id.to_owned(), handle));
        }
    }

    /// Deletes what is done; what cannot be deleted comes again, is known, and is deleted then.
    pub(super) fn delete_done(&mut self) {
        /// Messages that cannot be deleted for now; the others will come again.
        const KEPT_MAX: usize = 10_000;
        if self.done.is_empty() {
            return;
        }
        let done = std::mem::take(&mut self.done);
        let entries = done.iter().map(|(_, handle)| json!({ "ReceiptHandle": handle })).collect();
        match self.queue.batch("DeleteMessageBatch", entries) {
            Ok(failed) => {
                for (_, code) in failed {
                    tracing::debug!(source = self.settings.name, code, "a message could not be deleted and will come again");
                }
            }
            Err(error) => {
                tracing::warn!(source = self.settings.name, %error, "messages could not be deleted yet");
                self.health.trouble = Some(error.to_string().replace('\n', "; "));
                self.done = done;
                self.done.truncate(KEPT_MAX);
            }
        }
    }
}

/// Of two reasons the one that keeps a message longer.
fn worse(one: Option<Unreadable>, two: &Unreadable) -> Unreadable {
    let rank = |why: &Unreadable| match why.cause {
        Cause::Refused => 3,
        Cause::Passing => 2,
        Cause::Other => 1,
        Cause::Gone => 0,
    };
    one.filter(|one| rank(one) >= rank(two)).unwrap_or_else(|| two.clone())
}
