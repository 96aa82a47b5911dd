//! `derived.self_target`

use super::Facts;

/// IAM calls that act on the calling user when no user is named.
const DEFAULTS_TO_CALLER: [&str; 20] = [
    "ChangePassword",
    "CreateAccessKey",
    "CreateLoginProfile",
    "DeactivateMFADevice",
    "DeleteAccessKey",
    "DeleteLoginProfile",
    "DeleteServiceSpecificCredential",
    "DeleteSigningCertificate",
    "GetLoginProfile",
    "GetUser",
    "ListAccessKeys",
    "ListMFADevices",
    "ListSSHPublicKeys",
    "ListServiceSpecificCredentials",
    "ListSigningCertificates",
    "ResetServiceSpecificCredential",
    "UpdateAccessKey",
    "UpdateServiceSpecificCredential",
    "UpdateSigningCertificate",
    "UploadSigningCertificate",
];

/// The user or role that the request names is the caller: its user name, or the role behind its session.
pub(super) fn judge(facts: &Facts<'_>) -> bool {
    let same = |named: &str, own: &str| !own.is_empty() && last_part(named).eq_ignore_ascii_case(own);
    let user = facts.request_text(&["userName", "UserName"]);
    let role = facts.request_text(&["roleName", "RoleName"]);
    match (user, role) {
        (Some(user), _) => facts.identity_type() == "IAMUser" && same(&user, &facts.user_name()),
        (None, Some(role)) => same(&role, &caller_role(facts)),
        (None, None) => {
            let is_user = matches!(&*facts.identity_type(), "IAMUser" | "Root");
            is_user && facts.event_source() == "iam.amazonaws.com" && DEFAULTS_TO_CALLER.contains(&&*facts.event_name())
        }
    }
}

/// The role behind a session: its issuer, or the name in `assumed-role/<role>/<session>`.
fn caller_role(facts: &Facts<'_>) -> String {
    let issuer = facts.issuer_name();
    if !issuer.is_empty() {
        return issuer.into_owned();
    }
    let arn = facts.identity_arn();
    let session = arn.split_once(":assumed-role/").map(|(_, session)| session);
    session.and_then(|session| session.split('/').next()).unwrap_or_default().to_owned()
}

fn last_part(name: &str) -> &str {
    name.rsplit('/').next().unwrap_or(name)
}
