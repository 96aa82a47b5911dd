//! Calls of AWS.

use watchfire_aws::{Aws, Call};
use watchfire_bus::target::{Answer, AwsCall, Trouble};

/// Calls AWS. It waits for the answer, on a thread that may wait.
pub trait AwsCaller: Send + Sync {
    /// What AWS answers, or [`Answer::Trouble`].
    fn call(&self, call: &AwsCall) -> Answer;
}

impl AwsCaller for Aws {
    fn call(&self, call: &AwsCall) -> Answer {
        let named = Call::new(call.service, call.operation, call.parameters.clone()).in_region(&call.region);
        match Aws::call(self, &named) {
            Ok(value) => Answer::Aws(Ok(value)),
            Err(error) => match error.fault() {
                Some((code, message)) if !code.is_empty() => Answer::Aws(Err((code.to_owned(), message.to_owned()))),
                // Not reached, or no keys: both can be mended while the delivery waits.
                _ => Answer::Trouble(Trouble::Connection(error.to_string())),
            },
        }
    }
}
