//! What is left of a delivery that was given up.

use serde::{Deserialize, Serialize};

use super::Failure;

/// Which limit ended the trying.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Exhausted {
    /// Too many attempts.
    Attempts,
    /// The event is too old.
    Age,
}

impl Exhausted {
    /// The word in a dead letter: the member of the policy.
    pub fn as_str(self) -> &'static str {
        match self {
            Exhausted::Attempts => "MaximumRetryAttempts",
            Exhausted::Age => "MaximumEventAgeInSeconds",
        }
    }
}

/// A message for a dead-letter queue: the event as it was matched, and AWS's attributes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeadLetter {
    /// The event's whole envelope, whatever input the target would have got.
    pub body: String,
    /// Names and texts of the attributes.
    pub attributes: Vec<(String, String)>,
}

impl DeadLetter {
    /// The letter about a delivery. `exhausted` is there when a limit ended the trying; a failure that is never retried has none.
    /// `attempts` counts all attempts that were made.
    pub fn new(
        event: &str,
        rule_arn: &str,
        target_arn: &str,
        failure: &Failure,
        exhausted: Option<Exhausted>,
        attempts: u32,
    ) -> DeadLetter {
        let mut attributes = vec![
            ("RULE_ARN", rule_arn.to_owned()),
            ("TARGET_ARN", target_arn.to_owned()),
            ("ERROR_CODE", failure.code.as_str().to_owned()),
            ("ERROR_MESSAGE", failure.message.clone()),
        ];
        attributes.extend(exhausted.map(|limit| ("EXHAUSTED_RETRY_CONDITION", limit.as_str().to_owned())));
        attributes.push(("RETRY_ATTEMPTS", attempts.saturating_sub(1).to_string()));
        let attributes = attributes.into_iter().map(|(name, value)| (name.to_owned(), value));
        DeadLetter { body: event.to_owned(), attributes: attributes.collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::super::ErrorCode;
    use super::*;

    #[test]
    fn attributes_are_those_of_aws() {
        let failure = Failure::later(ErrorCode::Throttling, "too many");
        let letter = DeadLetter::new("{}", "arn:r", "arn:t", &failure, Some(Exhausted::Attempts), 3);
        let shown: Vec<String> = letter.attributes.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let expect = [
            "RULE_ARN=arn:r",
            "TARGET_ARN=arn:t",
            "ERROR_CODE=THROTTLING",
            "ERROR_MESSAGE=too many",
            "EXHAUSTED_RETRY_CONDITION=MaximumRetryAttempts",
            "RETRY_ATTEMPTS=2",
        ];
        assert_eq!((letter.body.as_str(), shown), ("{}", expect.map(str::to_owned).to_vec()));
        let at_once = DeadLetter::new("{}", "r", "t", &Failure::never(ErrorCode::NoResource, "é".repeat(2000)), None, 1);
        assert_eq!(at_once.attributes.len(), 5);
        assert_eq!(at_once.attributes[3].1.chars().count(), 1001);
    }
}
