//! `derived.aws_service_call`

use super::Facts;

/// CloudTrail shows AWS's own calls by the identity's type, by `invokedBy`, or by a service name in place of an address.
/// `invokedBy` alone may also be a person's call that a service carried on (CloudFormation): that is meant to count.
pub(super) fn judge(facts: &Facts<'_>) -> bool {
    facts.identity_type == "AWSService"
        || !facts.invoked_by.is_empty()
        || facts.source == "AWS Internal"
        || facts.source.ends_with(".amazonaws.com")
}
