//! `derived.self_target`

use super::Facts;

/// IAM calls that act on the caller when no user is named.
const DEFAULTS_TO_CALLER: [&str; 8] = [
    "CreateAccessKey",
    "DeleteAccessKey",
    "UpdateAccessKey",
    "GetUser",
    "ListAccessKeys",
    "ListMFADevices",
    "ChangePassword",
    "UploadSSHPublicKey",
];

/// The user or role that the request names is the caller: its user name, or the role behind its session.
pub(super) fn judge(facts: &Facts<'_>) -> bool {
    let same = |named: &str, own: &str| !own.is_empty() && last_part(named).eq_ignore_ascii_case(own);
    let user = facts.request_text(&["userName", "UserName"]);
    let role = facts.request_text(&["roleName", "RoleName"]);
    match (user, role) {
        (Some(user), _) => facts.identity_type == "IAMUser" && same(&user, &facts.user_name),
        (None, Some(role)) => same(&role, &facts.issuer_name),
        (None, None) => {
            facts.event_source == "iam.amazonaws.com" && DEFAULTS_TO_CALLER.contains(&&*facts.event_name) && !facts.identity_arn.is_empty()
        }
    }
}

fn last_part(name: &str) -> &str {
    name.rsplit('/').next().unwrap_or(name)
}
