//! `derived.acl_public`

use super::Facts;
use crate::tree::Node;

const CANNED: [&str; 3] = ["public-read", "public-read-write", "authenticated-read"];

/// A canned ACL by header, or a grant to one of S3's two groups of everybody.
pub(super) fn judge(facts: &Facts<'_>) -> bool {
    let canned = |name: &str| match facts.request().member(name) {
        Some(Node::Array(values)) => values.iter().filter_map(Node::scalar).any(|value| CANNED.contains(&&*value)),
        Some(value) => value.scalar().is_some_and(|value| CANNED.contains(&&*value)),
        None => false,
    };
    canned("x-amz-acl")
        || canned("cannedACL")
        || facts.request().any_scalar(&mut |text| {
            text.contains("acs.amazonaws.com/groups/global/AllUsers") || text.contains("acs.amazonaws.com/groups/global/AuthenticatedUsers")
        })
}
