//! `derived.aws_service_call`

use super::Facts;

/// Names under which the console calls for a signed-in person: such a call is the person's own.
pub(crate) const CONSOLE: [&str; 3] = ["signin.amazonaws.com", "console.amazonaws.com", "AWS Internal"];

/// CloudTrail shows AWS's own calls by the identity's type, by `invokedBy`, or by a service name in place of an address.
/// `invokedBy` may also be a person's call that a service carried on (CloudFormation): that is meant to count, the console is not.
pub(super) fn judge(facts: &Facts<'_>) -> bool {
    let service = |name: &str| name.ends_with(".amazonaws.com") && !CONSOLE.contains(&name);
    match &*facts.identity_type() {
        "AWSService" => true,
        "IAMUser" | "Root" => service(&facts.invoked_by()) || service(&facts.source()),
        _ => {
            service(&facts.invoked_by())
                || service(&facts.source())
                || facts.source() == "AWS Internal"
                || facts.invoked_by() == "AWS Internal"
        }
    }
}
