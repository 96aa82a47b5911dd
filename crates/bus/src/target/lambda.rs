//! A function at AWS, called without waiting for what it does.

use serde::{Deserialize, Serialize};
use serde_json::json;
use watchfire_model::EventTime;

use super::{Answer, Kind, Letter, Request, Verdict, answer, aws};
use crate::retry::{ErrorCode, Failure};

/// A function at AWS.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lambda {
    /// Its ARN.
    pub arn: String,
}

impl Kind for Lambda {
    fn request(&self, letters: &[Letter<'_>]) -> Result<Request, Failure> {
        let [letter, ..] = letters else { return Err(Failure::never(ErrorCode::InternalError, "nothing to send")) };
        let parameters = json!({ "FunctionName": self.arn, "InvocationType": "Event", "Payload": letter.payload });
        aws::call(&self.arn, "lambda", "Invoke", parameters)
    }

    fn judge(&self, sent: usize, answer: &Answer, _: EventTime) -> Vec<Verdict> {
        answer::all(sent, answer::aws(answer))
    }
}
