//! What the hub needs of whoever keeps things.

use serde::{Deserialize, Serialize};
use watchfire_model::EventTime;

use crate::asff::FindingKey;
use crate::attribute::Attribute;
use crate::automation::{AutomationRule, Stamp};
use crate::filter::Filters;
use crate::held::Held;
use crate::history::Entry;
use crate::insight::Insight;
use crate::query::{Found, Query};
use crate::suppression::Suppression;

/// What the hub keeps, as one operation sees it: all it reads is of one moment, and all it writes becomes true together or not at all.
pub trait Kept {
    /// Why something could not be read or written.
    type Error;

    /// A finding.
    fn held(&self, key: &FindingKey) -> Result<Option<Held>, Self::Error>;

    /// Keeps a finding in place of the one with its key, and adds to its history.
    fn hold(&mut self, held: &Held, entries: &[Entry]) -> Result<(), Self::Error>;

    /// A page of findings.
    fn find(&self, query: &Query, now: EventTime) -> Result<Found, Self::Error>;

    /// How many findings that pass have each value of an attribute: the most first, then by value; so many at most. A finding with
    /// several values counts for each, one with none for none.
    fn count_by(
        &self,
        filters: &Filters,
        attribute: &'static Attribute,
        limit: usize,
        now: EventTime,
    ) -> Result<Vec<(String, u64)>, Self::Error>;

    /// Findings that a suppression holds, so many at most, in any order.
    fn suppressed_by(&self, suppression: &str, limit: usize) -> Result<Vec<Held>, Self::Error>;

    /// What became of a finding, the latest first, without those that stand before.
    fn history(&self, key: &FindingKey, span: Span) -> Result<Vec<Entry>, Self::Error>;

    /// All automation rules, in any order.
    fn rules(&self) -> Result<Vec<AutomationRule>, Self::Error>;

    /// Keeps a rule in place of the one with its ARN.
    fn set_rule(&mut self, rule: &AutomationRule) -> Result<(), Self::Error>;

    /// Forgets a rule.
    fn remove_rule(&mut self, arn: &str) -> Result<(), Self::Error>;

    /// All insights that people made, in any order.
    fn insights(&self) -> Result<Vec<Insight>, Self::Error>;

    /// Keeps an insight in place of the one with its ARN.
    fn set_insight(&mut self, insight: &Insight) -> Result<(), Self::Error>;

    /// Forgets an insight.
    fn remove_insight(&mut self, arn: &str) -> Result<(), Self::Error>;

    /// All suppressions, in any order.
    fn suppressions(&self) -> Result<Vec<Suppression>, Self::Error>;

    /// Keeps a suppression in place of the one with its id.
    fn set_suppression(&mut self, suppression: &Suppression) -> Result<(), Self::Error>;

    /// Forgets a suppression; findings that it holds stay as they are.
    fn remove_suppression(&mut self, id: &str) -> Result<(), Self::Error>;

    /// The settings; none before they were first set.
    fn settings(&self) -> Result<Option<Settings>, Self::Error>;

    /// Keeps the settings.
    fn set_settings(&mut self, settings: &Settings) -> Result<(), Self::Error>;
}

/// Which entries of a history.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// Not before.
    pub from: Option<EventTime>,
    /// Not after.
    pub to: Option<EventTime>,
    /// Those that stand before are passed over.
    pub passed: usize,
    /// How many at most.
    pub limit: usize,
}

/// What is set of the hub as a whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Settings {
    /// Since when it is enabled; none when it is not.
    pub subscribed_at: Option<Stamp>,
    /// Kept for whoever asks: there are no controls here that it would enable.
    pub auto_enable_controls: bool,
    /// Kept for whoever asks: `STANDARD_CONTROL` or `SECURITY_CONTROL`.
    pub control_finding_generator: String,
    /// Products that may send findings, as `company/product`. Kept for whoever asks: findings of any product are taken.
    pub products: Vec<String>,
}

impl Settings {
    /// The settings of a hub that nobody has set: enabled, with the products that ask before they send.
    pub fn fresh(now: EventTime) -> Settings {
        Settings {
            subscribed_at: Some(Stamp(now)),
            auto_enable_controls: true,
            control_finding_generator: "SECURITY_CONTROL".to_owned(),
            products: vec!["prowler/prowler".to_owned()],
        }
    }
}
