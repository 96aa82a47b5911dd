//! Access keys: what AWS's own tools sign requests with.

use std::fmt;

use serde::Serialize;
use watchfire_model::EventTime;

use crate::secret::{BASE32_UPPER, BASE64, spell};
use crate::token::check_label;
use crate::{BadWish, Caller, Proof, Role, Scopes, SealKey, Sealed, Secret, User, UserId};

/// What ids of access keys begin with: of AWS's length and letters, and never one of AWS's own, which begin with AKIA and ASIA.
pub const ACCESS_KEY_PREFIX: &str = "AKWF";

/// The id of an access key, `AKWF` and 16 letters and digits.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct AccessKeyId(String);

impl AccessKeyId {
    /// Takes an id; none when it is none that was made here.
    pub fn parse(text: &str) -> Option<AccessKeyId> {
        let is_id = text.len() == 20 && text.starts_with(ACCESS_KEY_PREFIX) && text.bytes().all(|byte| BASE32_UPPER.contains(&byte));
        is_id.then(|| AccessKeyId(text.to_owned()))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for AccessKeyId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&self.0)
    }
}

/// An access key as it is kept. A signature can only be checked by who knows the secret, so the secret is kept, sealed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessKey {
    /// What stands in signatures.
    pub id: AccessKeyId,
    /// Whose it is; it may never do more than its owner may.
    pub owner: UserId,
    /// What it is for, in its owner's words.
    pub label: String,
    /// The most it may do.
    pub role: Role,
    /// The secret, to be opened with the [`SealKey`] alone.
    pub sealed: Sealed,
    /// Whether it counts. One that does not can be made to count again, as AWS has it.
    pub is_active: bool,
    /// When it was made.
    pub created: EventTime,
    /// When it was last used, to the minute or so.
    pub used: Option<EventTime>,
}

impl AccessKey {
    /// A new key of a user: what to keep, and the secret that its owner is shown once. 72 random bytes are used: 10 for the id, 30 for
    /// the secret, 24 for sealing it; the rest is left.
    ///
    /// # Errors
    /// [`BadWish`].
    pub fn issue(
        owner: &User,
        label: &str,
        role: Role,
        seal: &SealKey,
        random: [u8; 72],
        now: EventTime,
    ) -> Result<(AccessKey, Secret), BadWish> {
        if role > owner.role {
            return Err(BadWish::Role { owner: owner.name.to_string(), role: owner.role, wished: role });
        }
        let label = check_label(label).ok_or(BadWish::Label)?;
        let id = AccessKeyId(format!("{ACCESS_KEY_PREFIX}{}", spell(&random[..10], BASE32_UPPER)));
        let secret = Secret::new(spell(&random[10..40], BASE64));
        let nonce = random[40..64].try_into().expect("24 bytes");
        let sealed = seal.seal(&secret, id.as_str(), nonce);
        Ok((AccessKey { id, owner: owner.id, label, role, sealed, is_active: true, created: now, used: None }, secret))
    }

    /// Its owner as a caller, in at most the owner's role; none when the key does not count, or the owner may not come in.
    pub fn caller(&self, owner: &User) -> Option<Caller> {
        let is_its = self.owner == owner.id && self.is_active;
        is_its.then(|| owner.calls(self.role, Proof::AccessKey(self.id.clone()), Scopes::All)).flatten()
    }

    /// Its secret.
    ///
    /// # Errors
    /// [`SealError`](crate::SealError): the seal is of another key, or broken.
    pub fn secret(&self, seal: &SealKey) -> Result<Secret, crate::SealError> {
        seal.open(&self.sealed, self.id.as_str())
    }
}
