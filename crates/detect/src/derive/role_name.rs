//! `derived.role_name`

use super::Facts;

/// The role that a request is about: IAM calls name it, AssumeRole and PassRole give its ARN. One spelling lets correlations join them.
pub(super) fn name(facts: &Facts<'_>) -> Option<String> {
    let named = facts.request_text(&["roleName", "RoleName", "roleArn", "RoleArn", "roleARN", "role"])?;
    named.rsplit('/').next().filter(|name| !name.is_empty()).map(str::to_owned)
}
