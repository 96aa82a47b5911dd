//! A message as SQS gives it.

use serde_json::Value;
use watchfire_model::EventTime;

#[derive(Debug)]
pub(super) struct Received {
    /// The same whenever the message comes.
    pub id: String,
    /// By what to delete it; another one each time.
    pub handle: String,
    pub body: String,
    /// How often it was given out, this time included.
    pub receives: u32,
    pub sent: Option<EventTime>,
}

impl Received {
    pub(super) fn read(message: &Value) -> Option<Received> {
        let text = |pointer: &str| message.pointer(pointer).and_then(Value::as_str);
        Some(Received {
            id: text("/MessageId")?.to_owned(),
            handle: text("/ReceiptHandle")?.to_owned(),
            body: text("/Body")?.to_owned(),
            receives: text("/Attributes/ApproximateReceiveCount").and_then(|count| count.parse().ok()).unwrap_or(1),
            sent: text("/Attributes/SentTimestamp").and_then(|millis| millis.parse().ok()).map(EventTime),
        })
    }
}
