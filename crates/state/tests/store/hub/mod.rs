//! The hub of a file: it agrees with the one that is kept in memory, our own findings are in it, and it is fast.

mod ours;
mod referee;
mod speed;

use serde_json::{Value, json};
use watchfire_hub::{Answer, AwsError, Context, Request};
use watchfire_model::EventTime;
use watchfire_model::arn::Home;
use watchfire_state::{HubStore, State};

pub const PRODUCT: &str = "arn:aws:securityhub:eu-central-1:111122223333:product/111122223333/default";

/// An instant around which everything happens.
pub const NOW: EventTime = EventTime(1_772_442_840_000);

/// A finding of a minute.
pub fn document(id: &str, minute: i64) -> Value {
    let at = EventTime(NOW.0 + minute * 60_000).to_string();
    json!({
        "SchemaVersion": "2018-10-08", "Id": id, "ProductArn": PRODUCT, "GeneratorId": "gen", "AwsAccountId": "111122223333",
        "Types": ["TTPs/Discovery"], "CreatedAt": "2026-03-02T09:14:00Z", "UpdatedAt": at, "Severity": {"Label": "HIGH"},
        "Title": "A title", "Description": "What happened", "Resources": [{"Type": "AwsS3Bucket", "Id": "arn:aws:s3:::b"}],
    })
}

/// Lends a call its context.
pub fn with_context<T>(number: u64, now: EventTime, work: impl FnOnce(&mut Context<'_>) -> T) -> T {
    let home = Home::new("111122223333", "eu-central-1");
    let mut number = number;
    let mut chance = || {
        number += 1;
        number
    };
    work(&mut Context { now, home: &home, caller: "alice", chance: &mut chance })
}

pub fn answer(state: &State, operation: &str, members: Value, now: EventTime) -> Result<Answer, AwsError> {
    let request = Request::of(operation, members).expect("an operation");
    with_context(0, now, |context| state.hub(&request, context)).expect("the file")
}

pub fn call(state: &State, operation: &str, members: Value) -> Value {
    let answer = answer(state, operation, members, NOW).unwrap_or_else(|error| panic!("{operation}: {error}"));
    serde_json::from_str(&answer.body).expect("JSON")
}
