//! `derived.aws_service_call`

use std::borrow::Cow;

use watchfire_model::{Record, cloudtrail};

/// Names under which the console calls for a signed-in person: such a call is the person's own.
pub(crate) const CONSOLE: [&str; 3] = ["signin.amazonaws.com", "console.amazonaws.com", "AWS Internal"];

/// CloudTrail shows AWS's own calls by the identity's type, by `invokedBy`, or by a service name in place of an address.
/// `invokedBy` may also be a person's call that a service carried on (CloudFormation): that is meant to count, the console is not.
pub(crate) fn judge(record: &Record<'_>) -> bool {
    let text = |slot| record.text(slot).unwrap_or(Cow::Borrowed(""));
    let names = [text(cloudtrail::USER_IDENTITY_INVOKED_BY), text(cloudtrail::SOURCE_IP_ADDRESS)];
    let by_service = || names.iter().any(|name| name.ends_with(".amazonaws.com") && !CONSOLE.contains(&&**name));
    match &*text(cloudtrail::USER_IDENTITY_TYPE) {
        "AWSService" => true,
        "IAMUser" | "Root" => by_service(),
        _ => by_service() || names.iter().any(|name| name == "AWS Internal"),
    }
}
