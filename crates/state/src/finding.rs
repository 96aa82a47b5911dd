//! Findings as they are kept: by a stable key, with an id and a status.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use sha2::{Digest, Sha256};
use watchfire_model::{EventTime, Finding};

use crate::EpochId;
use crate::epoch::truncated;

/// The id of a finding: a hash of its key, so that the same key has the same id in every data folder. Shown as 32 hex digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FindingId([u8; 16]);

/// Hex digits that are enough for a person: with a million findings two share them once in a few hundred data folders.
const SHORT_DIGITS: usize = 12;

impl FindingId {
    /// The id of what is upserted by a rule and whom it is about.
    pub fn of(rule: &str, about: Option<&str>) -> FindingId {
        let mut hash = Sha256::new();
        hash.update((rule.len() as u64).to_le_bytes());
        hash.update(rule);
        if let Some(about) = about {
            hash.update([1]);
            hash.update(about);
        }
        FindingId(truncated(&hash.finalize()))
    }

    /// Its first digits, for tables; [`finding`](crate::Store::finding) finds it by them as long as no other begins so.
    pub fn short(&self) -> String {
        let mut text = self.to_string();
        text.truncate(SHORT_DIGITS);
        text
    }
}

impl fmt::Display for FindingId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{:032x}", u128::from_be_bytes(self.0)))
    }
}

impl FromStr for FindingId {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let number = (text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit())).then(|| u128::from_str_radix(text, 16));
        match number {
            Some(Ok(number)) => Ok(FindingId(number.to_be_bytes())),
            _ => Err(format!("not the id of a finding: {text:?}")),
        }
    }
}

/// Where a finding stands with the people who look at it; the words are Security Hub's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FindingStatus {
    /// Nobody has looked yet.
    New,
    /// Somebody was told.
    Notified,
    /// Not wanted.
    Suppressed,
    /// Dealt with.
    Resolved,
}

impl FindingStatus {
    /// All, in the order of their life.
    pub const ALL: [FindingStatus; 4] = [FindingStatus::New, FindingStatus::Notified, FindingStatus::Suppressed, FindingStatus::Resolved];

    /// The word.
    pub fn as_str(self) -> &'static str {
        match self {
            FindingStatus::New => "NEW",
            FindingStatus::Notified => "NOTIFIED",
            FindingStatus::Suppressed => "SUPPRESSED",
            FindingStatus::Resolved => "RESOLVED",
        }
    }
}

impl FromStr for FindingStatus {
    type Err = String;

    /// The word in either case.
    fn from_str(text: &str) -> Result<Self, String> {
        let found = FindingStatus::ALL.into_iter().find(|status| status.as_str().eq_ignore_ascii_case(text));
        found.ok_or_else(|| format!("unknown status {text:?}: use new, notified, suppressed or resolved"))
    }
}

impl fmt::Display for FindingStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// What a finding became, when and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusChange {
    /// When.
    pub at: EventTime,
    /// What it became.
    pub status: FindingStatus,
    /// Why, in a person's words or ours; may be empty.
    pub note: String,
    /// The epoch that changed it; none where a person did.
    pub epoch: Option<EpochId>,
}

/// A finding of an epoch with what it is upserted by.
#[derive(Debug, Clone)]
pub struct KeyedFinding {
    /// Beside the rule: account and identity, or the values of a correlation; none for identities that were folded together.
    pub about: Option<Arc<str>>,
    /// What the epoch knows. Its evidence stands in the order of its records.
    pub finding: Finding,
}

impl KeyedFinding {
    /// The id it has, or will have.
    pub fn id(&self) -> FindingId {
        FindingId::of(&self.finding.rule, self.about.as_deref())
    }
}

/// A finding as it is kept, joined over all epochs.
#[derive(Debug, Clone)]
pub struct StoredFinding {
    /// Its id.
    pub id: FindingId,
    /// As in [`KeyedFinding::about`].
    pub about: Option<Arc<str>>,
    /// Where it stands.
    pub status: FindingStatus,
    /// When the first epoch that knew it closed.
    pub created: EventTime,
    /// When the last epoch that changed it closed.
    pub updated: EventTime,
    /// What is known. Records that are not listed are in `records_omitted`, whether they are kept or not.
    pub finding: Finding,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Ids stand in tickets and in other people's systems.
    #[test]
    fn ids_are_for_ever() {
        let id = FindingId::of("rule", Some("111122223333 alice"));
        assert_eq!(id.to_string(), "50a92637859c6c77de11bf4e540192f5");
        assert_eq!(id.to_string().parse(), Ok(id));
        assert_eq!(id.short(), id.to_string()[..12]);
        let others = [FindingId::of("rule", None), FindingId::of("rule", Some("")), FindingId::of("rul", Some("e111122223333 alice"))];
        assert!(others.iter().all(|other| *other != id) && others[0] != others[1]);
        for text in ["", "0", "g".repeat(32).as_str(), "+".repeat(32).as_str()] {
            assert!(text.parse::<FindingId>().is_err(), "{text:?}");
        }
    }
}
