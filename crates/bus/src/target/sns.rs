//! A topic at AWS.

use serde::{Deserialize, Serialize};
use serde_json::json;
use watchfire_model::EventTime;

use super::{Answer, Kind, Letter, Request, Verdict, answer, aws};
use crate::retry::{ErrorCode, Failure};

/// A topic at AWS.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sns {
    /// Its ARN.
    pub arn: String,
}

/// Bytes of a message.
const BYTES_MAX: usize = 256 * 1024;

impl Kind for Sns {
    fn request(&self, letters: &[Letter<'_>]) -> Result<Request, Failure> {
        let [letter, ..] = letters else { return Err(Failure::never(ErrorCode::InternalError, "nothing to send")) };
        if letter.payload.len() > BYTES_MAX {
            return Err(Failure::never(
                ErrorCode::InvalidInput,
                format!("{} bytes, a message has {BYTES_MAX} at most", letter.payload.len()),
            ));
        }
        let mut parameters = json!({ "TopicArn": self.arn, "Message": letter.payload });
        if self.arn.ends_with(".fifo") {
            parameters["MessageGroupId"] = letter.message_group.unwrap_or(letter.id).into();
            parameters["MessageDeduplicationId"] = letter.id.into();
        }
        aws::call(&self.arn, "sns", "Publish", parameters)
    }

    fn judge(&self, sent: usize, answer: &Answer, _: EventTime) -> Vec<Verdict> {
        answer::all(sent, answer::aws(answer))
    }
}
