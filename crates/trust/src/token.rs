//! API tokens: what scripts, forwarders and other machines present.

use std::fmt;
use std::time::Duration;

use serde::Serialize;
use watchfire_model::EventTime;

use crate::secret::{bearer, is_bearer};
use crate::{Caller, Digest, Proof, Role, Scopes, Secret, User, UserId};

/// What every token begins with, for people and for secret scanners: `wf_[a-z2-7]{59}`, the last seven letters a checksum.
pub const TOKEN_PREFIX: &str = "wf_";

/// The number of a token; never given twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct TokenId(pub i64);

impl fmt::Display for TokenId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

/// A token as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// Its number.
    pub id: TokenId,
    /// What is kept of its text.
    pub digest: Digest,
    /// Whose it is; it may never do more than its owner may.
    pub owner: UserId,
    /// What it is for, in its owner's words.
    pub label: String,
    /// The most it may do.
    pub role: Role,
    /// What of that.
    pub scopes: Scopes,
    /// When it was made.
    pub created: EventTime,
    /// When it ends; none for never.
    pub expires: Option<EventTime>,
    /// When it was last used, to the minute or so.
    pub used: Option<EventTime>,
}

impl Token {
    /// Its owner as a caller, in at most the owner's role; none when it has ended, or the owner may not come in.
    pub fn caller(&self, owner: &User, now: EventTime) -> Option<Caller> {
        let is_its = self.owner == owner.id && self.expires.is_none_or(|expires| now < expires);
        is_its.then(|| owner.calls(self.role, Proof::Token(self.id), self.scopes.clone())).flatten()
    }
}

/// A token to be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewToken {
    /// What is kept of its text.
    pub digest: Digest,
    /// Whose it is.
    pub owner: UserId,
    /// What it is for.
    pub label: String,
    /// The most it may do.
    pub role: Role,
    /// What of that.
    pub scopes: Scopes,
    /// When it was made.
    pub created: EventTime,
    /// When it ends.
    pub expires: Option<EventTime>,
}

/// What is wished for in a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenWish {
    /// What it is for: 1 to 100 letters.
    pub label: String,
    /// The most it may do; at most the owner's role.
    pub role: Role,
    /// What of that.
    pub scopes: Scopes,
    /// How long it lives; none for ever.
    pub lives: Option<Duration>,
}

/// Longest label.
const LABEL_LETTERS_MAX: usize = 100;

/// Why no token can be made so.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadWish {
    /// It would be more than its owner.
    #[error("a token of {owner} cannot be {wished}: its owner is {role}")]
    Role {
        /// The owner's name.
        owner: String,
        /// The owner's role.
        role: Role,
        /// What was wished for.
        wished: Role,
    },
    /// A scope that its role does not hold.
    #[error("a token that is {role} cannot have the scope {scope}")]
    Scope {
        /// The token's role.
        role: Role,
        /// The first scope beyond it.
        scope: crate::Permission,
    },
    /// No label, a long one, or one that is not plain text.
    #[error("a label takes 1 to {LABEL_LETTERS_MAX} letters on one line, so that people know what it is for")]
    Label,
    /// It would end at once, or later than dates go.
    #[error("a token lives for at least a second, and at most some hundred years")]
    Lives,
}

const HUNDRED_YEARS: Duration = Duration::from_secs(100 * 366 * 24 * 60 * 60);

impl NewToken {
    /// A new token of a user: what to keep, and the text that its owner is shown once.
    ///
    /// # Errors
    /// [`BadWish`].
    pub fn issue(owner: &User, wish: TokenWish, random: [u8; 32], now: EventTime) -> Result<(NewToken, Secret), BadWish> {
        if wish.role > owner.role {
            return Err(BadWish::Role { owner: owner.name.to_string(), role: owner.role, wished: wish.role });
        }
        if let Scopes::Only(scopes) = &wish.scopes
            && let Some(scope) = scopes.iter().find(|scope| !wish.role.may(**scope))
        {
            return Err(BadWish::Scope { role: wish.role, scope: *scope });
        }
        let label = check_label(&wish.label).ok_or(BadWish::Label)?;
        if wish.lives.is_some_and(|lives| lives < Duration::from_secs(1) || lives > HUNDRED_YEARS) {
            return Err(BadWish::Lives);
        }
        let expires = wish.lives.map(|lives| later(now, lives));
        let text = bearer(TOKEN_PREFIX, random);
        let digest = Digest::of(text.reveal());
        Ok((NewToken { digest, owner: owner.id, label, role: wish.role, scopes: wish.scopes, created: now, expires }, text))
    }
}

/// A label that people can read, without the space around it.
pub(crate) fn check_label(label: &str) -> Option<String> {
    let label = label.trim();
    let count = label.chars().count();
    ((1..=LABEL_LETTERS_MAX).contains(&count) && !label.chars().any(char::is_control)).then(|| label.to_owned())
}

/// So much later.
pub(crate) fn later(now: EventTime, span: Duration) -> EventTime {
    EventTime(now.millis().saturating_add(millis(span)))
}

/// As dates count.
pub(crate) fn millis(span: Duration) -> i64 {
    i64::try_from(span.as_millis()).unwrap_or(i64::MAX)
}

/// What is kept of a presented token; none when the text is none that was made here.
pub fn token_digest(presented: &str) -> Option<Digest> {
    is_bearer(TOKEN_PREFIX, presented).then(|| Digest::of(presented))
}
