//! Identities and APIs in the words people use for them.

use std::borrow::Cow;

use crate::text::plain;

/// Characters of a name that fit into a sentence.
const NAME_CHARS_MAX: usize = 160;

/// `user alice`, `role deploy (session ci-42)`, `root of 111122223333`; anything else as it is.
pub(crate) fn identity(arn: &str) -> String {
    let short = |name: &str| shortened(name).into_owned();
    let said = match arn.splitn(6, ':').collect::<Vec<_>>().as_slice() {
        ["arn", _, "iam", _, account, "root"] => format!("root of {account}"),
        ["arn", _, "iam", _, _, path] => match path.split_once('/') {
            Some((kind @ ("user" | "role"), name)) => format!("{kind} {}", short(last(name))),
            _ => (*path).to_owned(),
        },
        ["arn", _, "sts", _, _, path] => match path.split('/').collect::<Vec<_>>().as_slice() {
            ["assumed-role", role, session] => format!("role {} (session {})", short(role), short(session)),
            ["federated-user", name] => format!("federated user {}", short(name)),
            _ => (*path).to_owned(),
        },
        _ => arn.to_owned(),
    };
    plain(&said, NAME_CHARS_MAX).into_owned()
}

/// `s3 invoices`, `iam role/deploy` for an ARN; anything else as it is.
pub(crate) fn resource(id: &str) -> String {
    match id.splitn(6, ':').collect::<Vec<_>>().as_slice() {
        ["arn", _, service, _, _, rest] if !rest.is_empty() => plain(&format!("{service} {rest}"), 120).into_owned(),
        _ => plain(id, 120).into_owned(),
    }
}

/// The account in an ARN.
pub(crate) fn account(arn: &str) -> Option<&str> {
    let account = arn.strip_prefix("arn:")?.split(':').nth(3)?;
    (account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit())).then_some(account)
}

/// Long names keep both ends: machines put what differs last.
fn shortened(name: &str) -> Cow<'_, str> {
    const KEPT: usize = 44;
    let count = name.chars().count();
    if count <= KEPT {
        return Cow::Borrowed(name);
    }
    let head: String = name.chars().take(KEPT - 10).collect();
    let tail: String = name.chars().skip(count - 8).collect();
    Cow::Owned(format!("{head}…{tail}"))
}

fn last(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// `iam:CreateUser` for `iam.amazonaws.com:CreateUser`.
pub(crate) fn api(api: &str) -> String {
    api.replacen(".amazonaws.com:", ":", 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identities_in_words() {
        for (arn, said) in [
            ("arn:aws:iam::111122223333:user/team/alice", "user alice"),
            ("arn:aws:sts::111122223333:assumed-role/deploy/ci-42", "role deploy (session ci-42)"),
            ("arn:aws:iam::111122223333:root", "root of 111122223333"),
            ("rds.amazonaws.com", "rds.amazonaws.com"),
            ("arn:aws:iam::1", "arn:aws:iam::1"),
        ] {
            assert_eq!(identity(arn), said);
        }
        assert_eq!(resource("arn:aws:s3:::invoices"), "s3 invoices");
    }
}
