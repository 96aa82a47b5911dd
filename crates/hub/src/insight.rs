//! Insights: findings that pass a filter, counted by one attribute. Some are always there.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::AwsError;
use crate::attribute::{Attribute, Kind};
use crate::filter::Filters;

/// A saved question.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Insight {
    /// Its ARN.
    pub insight_arn: String,
    /// Its name.
    pub name: String,
    /// Which findings: `AwsSecurityFindingFilters`.
    pub filters: Map<String, Value>,
    /// By which attribute they are counted.
    pub group_by_attribute: String,
}

impl Insight {
    /// Checks it; its filters and its attribute come back.
    ///
    /// # Errors
    /// A filter or an attribute that is not in order.
    pub fn check(&self) -> Result<(Filters, &'static Attribute), AwsError> {
        if self.name.trim().is_empty() {
            return Err(AwsError::invalid("Name has to say something"));
        }
        let attribute = Attribute::of(&self.group_by_attribute)
            .filter(|attribute| matches!(attribute.kind, Kind::Text | Kind::Address | Kind::Number | Kind::Flag));
        let attribute =
            attribute.ok_or_else(|| AwsError::invalid(format!("Findings cannot be grouped by {:?}", self.group_by_attribute)))?;
        Ok((Filters::read(&Value::Object(self.filters.clone()))?, attribute))
    }

    /// Whether it is one that is always there.
    pub fn is_managed(arn: &str) -> bool {
        arn.starts_with(MANAGED_ARN)
    }
}

const MANAGED_ARN: &str = "arn:aws:securityhub:::insight/watchfire/";

/// The insights that are always there: what a responder asks first, in the open and not archived findings.
pub fn managed() -> Vec<Insight> {
    let equals = |words: &[&str]| -> Value { words.iter().map(|word| json!({ "Value": word, "Comparison": "EQUALS" })).collect() };
    let urgent = || json!({ "SeverityLabel": equals(&["CRITICAL", "HIGH"]) });
    let recent = |days: i64| json!([{ "DateRange": { "Value": days, "Unit": "DAYS" } }]);
    let starts = |start: &str| json!([{ "Value": start, "Comparison": "PREFIX" }]);
    let all: [(&str, &str, &str, Value); 14] = [
        ("resources", "Resources with the most findings", "ResourceId", json!({})),
        ("urgent-resources", "Resources with the most urgent findings", "ResourceId", urgent()),
        ("accounts", "Accounts with the most urgent findings", "AwsAccountId", urgent()),
        ("regions", "Regions with the most urgent findings", "Region", urgent()),
        ("rules", "Rules that speak most", "GeneratorId", json!({})),
        ("types", "Types of findings of the last week", "Type", json!({ "UpdatedAt": recent(7) })),
        ("severities", "How urgent the findings of the last day are", "SeverityLabel", json!({ "UpdatedAt": recent(1) })),
        ("identities", "Users and roles with findings", "ResourceId", json!({ "ResourceType": starts("AwsIam") })),
        ("buckets", "Buckets with findings", "ResourceId", json!({ "ResourceType": starts("AwsS3") })),
        ("instances", "Instances with findings", "ResourceId", json!({ "ResourceType": starts("AwsEc2Instance") })),
        ("failed-checks", "Checks that fail most", "ComplianceSecurityControlId", json!({ "ComplianceStatus": equals(&["FAILED"]) })),
        ("sources", "Addresses that findings speak of", "NetworkSourceIpV4", json!({})),
        ("old", "Urgent findings older than a week that nobody has taken", "GeneratorId", {
            let mut filters = urgent();
            filters["CreatedAt"] = json!([{ "DateRange": { "Value": 7, "Unit": "DAYS", "Comparison": "OLDER_THAN" } }]);
            filters
        }),
        ("products", "Products that findings come from", "ProductName", json!({})),
    ];
    let insight = |(id, name, attribute, filters): (&str, &str, &str, Value)| {
        let mut filters = filters.as_object().cloned().unwrap_or_default();
        filters.insert("RecordState".to_owned(), equals(&["ACTIVE"]));
        filters.insert("WorkflowStatus".to_owned(), equals(&["NEW", "NOTIFIED"]));
        Insight { insight_arn: format!("{MANAGED_ARN}{id}"), name: name.to_owned(), filters, group_by_attribute: attribute.to_owned() }
    };
    all.into_iter().map(insight).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn those_always_there_are_in_order() {
        let all = managed();
        for insight in &all {
            assert!(insight.check().is_ok(), "{}", insight.name);
            assert!(Insight::is_managed(&insight.insight_arn));
            assert_eq!(all.iter().filter(|other| other.insight_arn == insight.insight_arn).count(), 1);
        }
        let mut wrong = all[0].clone();
        wrong.group_by_attribute = "ResourceTags".to_owned();
        assert!(wrong.check().is_err());
    }
}
