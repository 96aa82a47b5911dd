//! Users.

use std::fmt;
use std::str::FromStr;

use serde::Serialize;
use watchfire_model::EventTime;

use crate::{Caller, PasswordHash, Proof, Role, Scopes};

/// The number of a user; never given twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct UserId(pub i64);

impl fmt::Display for UserId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

/// The name that somebody logs in with: 1 to 64 of `a-z 0-9 . _ - @ +`, beginning with a letter or digit. Capitals are made small, so
/// two names never differ in case alone; other alphabets are left out, so two names never look the same.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct UserName(String);

const NAME_LETTERS_MAX: usize = 64;

impl UserName {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for UserName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&self.0)
    }
}

/// The text can be no user's name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} cannot be a user's name: it takes 1 to 64 letters (a to z), digits and . _ - @ +, and begins with a letter or digit")]
pub struct NoUserName(String);

impl FromStr for UserName {
    type Err = NoUserName;

    fn from_str(text: &str) -> Result<UserName, NoUserName> {
        let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || b"._-@+".contains(&byte);
        let is_name = text.len() <= NAME_LETTERS_MAX
            && text.bytes().next().is_some_and(|byte| byte.is_ascii_alphanumeric())
            && text.bytes().all(is_letter);
        match is_name {
            true => Ok(UserName(text.to_ascii_lowercase())),
            false => Err(NoUserName(text.chars().take(NAME_LETTERS_MAX).collect())),
        }
    }
}

/// A user as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// Its number.
    pub id: UserId,
    /// What it logs in with.
    pub name: UserName,
    /// The most it may do.
    pub role: Role,
    /// Whether it may come in at all; one that may not keeps what it has.
    pub is_active: bool,
    /// What is kept of its password; none for one that only machines use, by token or access key.
    pub password: Option<PasswordHash>,
    /// When it was made.
    pub created: EventTime,
    /// When its role, password or activity last changed.
    pub changed: EventTime,
}

impl User {
    /// The caller that comes with a credential of this user's, in at most the user's role; none when it may not come in.
    pub(crate) fn calls(&self, role: Role, proof: Proof, scopes: Scopes) -> Option<Caller> {
        self.is_active.then(|| Caller::of(self.id, &self.name, role.min(self.role), proof, scopes))
    }
}

/// A user to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewUser {
    /// What it logs in with.
    pub name: UserName,
    /// The most it may do.
    pub role: Role,
    /// What is kept of its password.
    pub password: Option<PasswordHash>,
}

/// What becomes of a user; what is none stays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UserChange {
    /// Another role.
    pub role: Option<Role>,
    /// Let in, or kept out. Keeping out ends all its sessions.
    pub is_active: Option<bool>,
    /// Another password. It ends all its sessions: whoever knew the old one is out.
    pub password: Option<PasswordHash>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        let name: UserName = "Alice.Smith+soc@example.com".parse().expect("a name");
        assert_eq!(name.as_str(), "alice.smith+soc@example.com");
        for no in ["", " ", "a b", "-a", ".a", "älice", "a\n", "a/b", "a\u{202e}b", &"a".repeat(65)] {
            assert!(no.parse::<UserName>().is_err(), "{no:?}");
        }
        assert!("a".repeat(64).parse::<UserName>().is_ok());
    }
}
