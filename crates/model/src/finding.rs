//! What a rule says about records.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::Serialize;

use crate::EventTime;

/// How urgent a finding is; the words are Sigma's levels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing, nothing to do; also weak signals that feed correlations.
    Informational,
    /// Ordinary, rarely wrong on its own.
    Low,
    /// Somebody should look today.
    Medium,
    /// Somebody should look now.
    High,
    /// Somebody should be woken.
    Critical,
}

impl Severity {
    /// All, most urgent first.
    pub const ALL: [Severity; 5] = [Severity::Critical, Severity::High, Severity::Medium, Severity::Low, Severity::Informational];

    /// The lower-case word.
    pub fn as_str(self) -> &'static str {
        match self {
            Severity::Informational => "informational",
            Severity::Low => "low",
            Severity::Medium => "medium",
            Severity::High => "high",
            Severity::Critical => "critical",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Severity {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Severity::ALL
            .into_iter()
            .find(|severity| severity.as_str() == text)
            .ok_or_else(|| format!("unknown severity {text:?}: use informational, low, medium, high or critical"))
    }
}

/// What kind of thing an [`Entity`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum EntityKind {
    /// The identity that acted: user, role session, service; an ARN where there is one.
    Principal,
    /// The role or user behind a session.
    SessionIssuer,
    /// An access key id.
    AccessKey,
    /// An IP address, or the service name that stands in its place.
    Address,
    /// A 12-digit account id.
    Account,
    /// A region.
    Region,
    /// What was acted on: an ARN or the name given in the request.
    Resource,
    /// The agent that made the call.
    UserAgent,
}

impl EntityKind {
    /// The word used in output.
    pub fn as_str(self) -> &'static str {
        match self {
            EntityKind::Principal => "principal",
            EntityKind::SessionIssuer => "session_issuer",
            EntityKind::AccessKey => "access_key",
            EntityKind::Address => "address",
            EntityKind::Account => "account",
            EntityKind::Region => "region",
            EntityKind::Resource => "resource",
            EntityKind::UserAgent => "user_agent",
        }
    }
}

/// Whom or what a finding is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Entity {
    /// Its kind.
    pub kind: EntityKind,
    /// Its name in the log.
    pub id: Arc<str>,
}

/// One record of a finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Occurrence {
    /// The record's own id (`eventID`); empty when it has none.
    pub event_id: Arc<str>,
    /// When it happened.
    pub time: EventTime,
    /// File path, S3 URL or archive member it was read from.
    pub source: Arc<str>,
}

/// A predicate of the rule that held on a record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MatchedPredicate {
    /// The field's path, or `keyword`.
    pub field: String,
    /// The Sigma modifiers joined by `|`, or `equals`.
    pub operator: String,
    /// What the rule asks for.
    pub expected: String,
    /// What the record says.
    pub actual: String,
}

/// One record kept whole, with what made it match.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Evidence {
    /// Its id.
    pub event_id: Arc<str>,
    /// The record's JSON text.
    pub record: String,
    /// The predicates that held.
    pub matched: Vec<MatchedPredicate>,
}

/// The ATT&CK place of a rule.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Attack {
    /// Tactics in ATT&CK's spelling with hyphens, such as `defense-evasion`.
    pub tactics: Vec<String>,
    /// Technique ids, such as `T1562.008`.
    pub techniques: Vec<String>,
}

/// What a rule says about one identity in one account: all occurrences under one stable key.
#[derive(Debug, Clone, Serialize)]
pub struct Finding {
    /// The rule's Sigma id; its name, else its title, where it has none.
    pub rule: Arc<str>,
    /// The rule's name.
    pub name: Arc<str>,
    /// GuardDuty's type name where the meaning is the same, otherwise `Tactic:Service/Name`.
    #[serde(rename = "type")]
    pub finding_type: Arc<str>,
    /// How urgent.
    pub severity: Severity,
    /// What happened, in general.
    pub title: Arc<str>,
    /// What happened, here, in one sentence.
    pub summary: String,
    /// First occurrence.
    pub time: EventTime,
    /// Last occurrence.
    pub last_time: EventTime,
    /// How many records.
    pub count: u64,
    /// Whom and what it is about, sorted by kind.
    pub entities: Vec<Entity>,
    /// Every occurrence, oldest first (see `records_omitted`).
    pub records: Vec<Occurrence>,
    /// Occurrences beyond the limit kept for one finding; counted in `count`.
    #[serde(skip_serializing_if = "is_zero")]
    pub records_omitted: u64,
    /// Place in ATT&CK.
    pub attack: Attack,
    /// Why the behaviour matters.
    pub why: Arc<str>,
    /// What normal looks like.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub normal: Arc<str>,
    /// Known benign causes.
    pub benign_causes: Vec<String>,
    /// What to do next, most urgent first.
    pub next: Vec<String>,
    /// Records kept whole with the predicates that held, oldest first.
    pub evidence: Vec<Evidence>,
}

fn is_zero(count: &u64) -> bool {
    *count == 0
}
