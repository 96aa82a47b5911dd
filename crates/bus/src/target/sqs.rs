//! A queue at AWS.

use serde::{Deserialize, Serialize};
use serde_json::{Map, json};
use watchfire_model::EventTime;

use super::{Answer, Kind, Letter, Request, Verdict, answer, aws};
use crate::retry::{ErrorCode, Failure};
use watchfire_model::arn::Arn;

/// A queue at AWS.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sqs {
    /// Its ARN.
    pub arn: String,
}

/// Bytes of a message; AWS raised it to 1 MiB in 2025.
const BYTES_MAX: usize = 1 << 20;

impl Kind for Sqs {
    fn request(&self, letters: &[Letter<'_>]) -> Result<Request, Failure> {
        let [letter, ..] = letters else { return Err(Failure::never(ErrorCode::InternalError, "nothing to send")) };
        let Some(arn) = Arn::parse(&self.arn) else { return Err(Failure::never(ErrorCode::NoResource, "the ARN is none")) };
        if letter.payload.len() > BYTES_MAX {
            return Err(Failure::never(
                ErrorCode::InvalidInput,
                format!("{} bytes, a message has {BYTES_MAX} at most", letter.payload.len()),
            ));
        }
        let suffix = if arn.partition == "aws-cn" { ".cn" } else { "" };
        let url = format!("https://sqs.{}.amazonaws.com{suffix}/{}/{}", arn.region, arn.account, arn.resource);
        let mut parameters = json!({ "QueueUrl": url, "MessageBody": letter.payload });
        if arn.resource.ends_with(".fifo") {
            // Without a group there is no order to keep.
            parameters["MessageGroupId"] = letter.message_group.unwrap_or(letter.id).into();
            parameters["MessageDeduplicationId"] = letter.id.into();
        } else if let Some(group) = letter.message_group {
            parameters["MessageGroupId"] = group.into();
        }
        if !letter.attributes.is_empty() {
            let one = |(name, value): &(String, String)| (name.clone(), json!({ "DataType": "String", "StringValue": value }));
            let filled = letter.attributes.iter().filter(|(_, value)| !value.is_empty());
            parameters["MessageAttributes"] = filled.map(one).collect::<Map<_, _>>().into();
        }
        aws::call(&self.arn, "sqs", "SendMessage", parameters)
    }

    fn judge(&self, sent: usize, answer: &Answer, _: EventTime) -> Vec<Verdict> {
        answer::all(sent, answer::aws(answer))
    }
}
