//! What a rule says when it matches.

use std::collections::HashMap;
use std::sync::Arc;

use rsigma_parser::{CorrelationRule, SigmaRule};
use watchfire_model::{Attack, Severity};

use super::proof::{self, Case};

/// Everything a finding takes from its rule, and the rule's own proof.
#[derive(Debug, Clone)]
pub struct Meta {
    /// Sigma id; the name, else the title, where it has none.
    pub id: Arc<str>,
    /// Sigma name; the file's stem where it has none.
    pub name: Arc<str>,
    /// What happened, in general.
    pub title: Arc<str>,
    /// GuardDuty's type name, or `Tactic:Service/Name`.
    pub finding_type: Arc<str>,
    /// How urgent.
    pub severity: Severity,
    /// Why it matters.
    pub why: Arc<str>,
    /// One sentence with `{path}` places; empty when the title must do.
    pub summary: Arc<str>,
    /// What normal looks like.
    pub normal: Arc<str>,
    /// Known benign causes.
    pub benign_causes: Vec<String>,
    /// What to do next.
    pub next: Vec<String>,
    /// Place in ATT&CK.
    pub attack: Attack,
    /// What the rule is proof of: `guardduty:…`, `privesc:…`, `cis:…`, `stratus:…`.
    pub covers: Vec<String>,
    /// Pages that tell more.
    pub references: Vec<String>,
    /// Records that must match.
    pub hits: Vec<Case>,
    /// Records that must not, though they nearly do.
    pub misses: Vec<Case>,
    /// File it came from.
    pub file: Arc<str>,
}

/// The parts of a Sigma document that rules and correlations share.
struct Document<'s> {
    id: Option<&'s str>,
    name: Option<&'s str>,
    title: &'s str,
    level: Option<rsigma_parser::Level>,
    description: Option<&'s str>,
    falsepositives: &'s [String],
    tags: &'s [String],
    references: &'s [String],
    service: &'s str,
    custom: &'s HashMap<String, yaml_serde::Value>,
}

impl Meta {
    pub(super) fn of_rule(rule: &SigmaRule, file: &Arc<str>) -> Result<Meta, String> {
        Document {
            id: rule.id.as_deref(),
            name: rule.name.as_deref(),
            title: &rule.title,
            level: rule.level,
            description: rule.description.as_deref(),
            falsepositives: &rule.falsepositives,
            tags: &rule.tags,
            references: &rule.references,
            service: rule.logsource.service.as_deref().unwrap_or("aws"),
            custom: &rule.custom_attributes,
        }
        .meta(file)
    }

    pub(super) fn of_correlation(rule: &CorrelationRule, file: &Arc<str>) -> Result<Meta, String> {
        Document {
            id: rule.id.as_deref(),
            name: rule.name.as_deref(),
            title: &rule.title,
            level: rule.level,
            description: rule.description.as_deref(),
            falsepositives: &rule.falsepositives,
            tags: &rule.tags,
            references: &rule.references,
            service: "cloudtrail",
            custom: &rule.custom_attributes,
        }
        .meta(file)
    }
}

/// The `watchfire:` mapping of a rule file.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Own {
    r#type: Option<String>,
    covers: Vec<String>,
    summary: String,
    normal: String,
    next: Vec<String>,
    hits: Vec<proof::CaseText>,
    misses: Vec<proof::CaseText>,
}

impl Document<'_> {
    fn meta(self, file: &Arc<str>) -> Result<Meta, String> {
        let own: Own = match self.custom.get("watchfire") {
            Some(value) => yaml_serde::from_value(value.clone()).map_err(|error| error.to_string())?,
            None => Own::default(),
        };
        let name: Arc<str> = self.name.map_or_else(|| stem(file), Into::into);
        let attack = attack(self.tags);
        let finding_type = own.r#type.unwrap_or_else(|| finding_type(&attack, self.service, self.title));
        Ok(Meta {
            id: self.id.map_or_else(|| name.clone(), Into::into),
            title: self.title.trim().into(),
            finding_type: finding_type.into(),
            severity: severity(self.level),
            why: self.description.unwrap_or_default().trim().into(),
            summary: own.summary.trim().into(),
            normal: own.normal.trim().into(),
            benign_causes: self.falsepositives.to_vec(),
            next: own.next,
            attack,
            covers: own.covers,
            references: self.references.to_vec(),
            hits: own.hits.into_iter().map(Case::try_from).collect::<Result<_, _>>()?,
            misses: own.misses.into_iter().map(Case::try_from).collect::<Result<_, _>>()?,
            file: file.clone(),
            name,
        })
    }
}

pub(super) fn stem(file: &str) -> Arc<str> {
    let base = file.rsplit(['/', '\\']).next().unwrap_or(file);
    base.strip_suffix(".yaml").or_else(|| base.strip_suffix(".yml")).unwrap_or(base).into()
}

/// A rule without a level is medium: somebody wrote it for a reason, nobody said it is urgent.
fn severity(level: Option<rsigma_parser::Level>) -> Severity {
    match level {
        Some(rsigma_parser::Level::Informational) => Severity::Informational,
        Some(rsigma_parser::Level::Low) => Severity::Low,
        Some(rsigma_parser::Level::Medium) | None => Severity::Medium,
        Some(rsigma_parser::Level::High) => Severity::High,
        Some(rsigma_parser::Level::Critical) => Severity::Critical,
    }
}

/// Sigma tags into ATT&CK places: `attack.t1562.008` is a technique, `attack.defense-evasion` a tactic.
fn attack(tags: &[String]) -> Attack {
    let mut attack = Attack::default();
    for tag in tags.iter().filter_map(|tag| tag.strip_prefix("attack.")) {
        let is_technique = tag.strip_prefix(['t', 'T']).is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
        let is_other = tag.strip_prefix(['g', 's', 'G', 'S']).is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
        if is_technique {
            attack.techniques.push(tag.to_ascii_uppercase());
        } else if !is_other {
            attack.tactics.push(tag.replace('_', "-").to_ascii_lowercase());
        }
    }
    attack
}

/// GuardDuty's grammar for rules that name no type: `DefenseEvasion:CloudTrail/TrailStopped`.
fn finding_type(attack: &Attack, service: &str, title: &str) -> String {
    let pascal = |text: &str| -> String {
        text.split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .flat_map(|word| {
                let mut chars = word.chars();
                chars.next().map(|first| first.to_uppercase().chain(chars).collect::<String>())
            })
            .collect()
    };
    let tactic = attack.tactics.first().map_or("Detection".to_owned(), |tactic| pascal(tactic));
    let service = if service == "cloudtrail" { "CloudTrail".to_owned() } else { pascal(service) };
    format!("{tactic}:{service}/{}", pascal(title))
}
