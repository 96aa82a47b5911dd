//! Automation rules: what is done to findings that come or change, without anybody.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use watchfire_model::EventTime;

use crate::AwsError;
use crate::filter::Filters;
use crate::held::Held;
use crate::history::{Closeness, Entry, Source};
use crate::triage::Triage;

/// A rule as it is written; [`AutomationRule::ready`] makes it able to judge.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct AutomationRule {
    /// Its ARN.
    pub rule_arn: String,
    /// Whether it is applied.
    pub rule_status: RuleStatus,
    /// Its place among the others, 1 to 1000; the lowest first.
    pub rule_order: u32,
    /// Its name.
    pub rule_name: String,
    /// What it is for.
    pub description: String,
    /// Whether no other rule is asked after it, where it matches.
    pub is_terminal: bool,
    /// Which findings: `AutomationRulesFindingFilters`.
    pub criteria: Map<String, Value>,
    /// What is done to them.
    pub actions: Vec<Action>,
    /// When it was made.
    pub created_at: Stamp,
    /// When it was last changed.
    pub updated_at: Stamp,
    /// Who made it.
    pub created_by: String,
}

/// An instant as text, as the API gives it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Stamp(pub EventTime);

impl Serialize for Stamp {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Stamp {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        text.parse().map(Stamp).map_err(serde::de::Error::custom)
    }
}

/// Whether a rule is applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum RuleStatus {
    /// It is.
    Enabled,
    /// It is not.
    Disabled,
}

/// What a rule does.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Action {
    /// Its kind.
    #[serde(rename = "Type")]
    pub kind: ActionKind,
    /// The fields that are set.
    #[serde(default)]
    pub finding_fields_update: Triage,
}

/// What kinds of actions there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ActionKind {
    /// Fields are set.
    FindingFieldsUpdate,
}

/// Orders of rules.
pub(crate) const ORDER_MAX: u32 = 1000;

/// A rule that can judge.
#[derive(Debug, Clone, PartialEq)]
pub struct ReadyRule {
    rule: AutomationRule,
    criteria: Filters,
}

impl AutomationRule {
    /// Checks it and makes it able to judge.
    ///
    /// # Errors
    /// Criteria or actions that are not in order.
    pub fn ready(self) -> Result<ReadyRule, AwsError> {
        if !(1..=ORDER_MAX).contains(&self.rule_order) {
            return Err(AwsError::invalid(format!("RuleOrder has to be from 1 to {ORDER_MAX}")));
        }
        if self.rule_name.trim().is_empty() || self.description.trim().is_empty() {
            return Err(AwsError::invalid("RuleName and Description have to say something"));
        }
        let criteria = Filters::read_criteria(&Value::Object(self.criteria.clone()))?;
        let [action] = self.actions.as_slice() else { return Err(AwsError::invalid("Actions has to have one action")) };
        if action.finding_fields_update.is_empty() {
            return Err(AwsError::invalid("FindingFieldsUpdate has to set something"));
        }
        action.finding_fields_update.check()?;
        Ok(ReadyRule { rule: self, criteria })
    }
}

impl ReadyRule {
    /// As it is written.
    pub fn rule(&self) -> &AutomationRule {
        &self.rule
    }

    /// Whether it is applied to a finding.
    pub fn applies(&self, held: &Held, now: EventTime) -> bool {
        self.rule.rule_status == RuleStatus::Enabled && self.criteria.hold(&held.document, now)
    }
}

/// Brings rules in the order in which they are applied: by their order, then the oldest, then by ARN.
pub fn sort(rules: &mut [ReadyRule]) {
    rules.sort_by(|a, b| {
        let place = |one: &ReadyRule| (one.rule.rule_order, one.rule.created_at);
        place(a).cmp(&place(b)).then_with(|| a.rule.rule_arn.cmp(&b.rule.rule_arn))
    });
}

/// Applies sorted rules to a finding that came or changed: each judges what those before it have made of it, and a terminal one that
/// matches is the last. What each changed comes back.
pub(crate) fn apply(rules: &[ReadyRule], held: &mut Held, now: EventTime) -> Vec<Entry> {
    let mut entries = Vec::new();
    for ready in rules {
        if !ready.applies(held, now) {
            continue;
        }
        let before = held.document.clone();
        for action in &ready.rule.actions {
            action.finding_fields_update.apply(held, now);
        }
        if !held.document.fits() {
            held.document = before;
            continue;
        }
        entries.extend(Entry::between(&before, &held.document, Closeness::All, Source::person(&ready.rule.rule_arn), now));
        if ready.rule.is_terminal {
            break;
        }
    }
    entries
}
