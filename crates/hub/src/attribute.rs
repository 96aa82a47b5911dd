//! The attributes by which findings are filtered, sorted and grouped: one table of names and of where they stand in a document.

use serde_json::Value;
use watchfire_model::EventTime;

use crate::asff::{Asff, severity};

/// What an attribute's values are, and so which comparisons there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Texts.
    Text,
    /// Numbers.
    Number,
    /// Instants.
    Date,
    /// Maps of texts.
    Map,
    /// IP addresses.
    Address,
    /// Yes or no.
    Flag,
    /// Any text of the document.
    Keyword,
}

/// An attribute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attribute {
    /// AWS's name of it.
    pub name: &'static str,
    /// What its values are.
    pub kind: Kind,
    /// Where they stand: members, with lists on the way walked.
    pub path: &'static str,
    /// Whether automation rules may ask for it.
    pub is_criterion: bool,
    /// Whether findings can be sorted by it.
    pub is_sortable: bool,
}

/// What a finding is sorted by: the values of one kind only are compared. Findings without a value come before the others.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SortValue {
    /// Numbers and instants; [`SortValue::NO_NUMBER`] for none.
    Number(i64),
    /// Texts, by their bytes; empty for none.
    Text(String),
}

impl SortValue {
    /// What stands for a number that is not there.
    pub const NO_NUMBER: i64 = i64::MIN;
}

impl Attribute {
    /// The attribute of a name.
    pub fn of(name: &str) -> Option<&'static Attribute> {
        ATTRIBUTES.iter().find(|attribute| attribute.name == name)
    }

    /// Hands over its values in a document until one is enough; whether one was.
    pub fn any<'d>(&self, document: &'d Asff, enough: &mut dyn FnMut(&'d Value) -> bool) -> bool {
        let (first, rest) = self.path.split_once('.').unwrap_or((self.path, ""));
        document.members().get(first).is_some_and(|value| any_at(value, rest, enough))
    }

    /// Its values in a document as texts, each once, in their order.
    pub fn texts(&self, document: &Asff) -> Vec<String> {
        let mut texts: Vec<String> = Vec::new();
        self.any(document, &mut |value| {
            let text = match value {
                Value::String(text) => text.clone(),
                Value::Number(_) | Value::Bool(_) => value.to_string(),
                _ => String::new(),
            };
            if !text.is_empty() && !texts.contains(&text) {
                texts.push(text);
            }
            false
        });
        texts
    }

    /// What a document is sorted by.
    pub fn sort_value(&self, document: &Asff) -> SortValue {
        let number = |value: Option<i64>| SortValue::Number(value.unwrap_or(SortValue::NO_NUMBER));
        match self.kind {
            Kind::Number if self.name == "SeverityNormalized" => number(severity_of(document)),
            Kind::Number => number(document.get(self.path).and_then(Value::as_i64)),
            Kind::Date => number(document.time(self.path).map(EventTime::millis)),
            _ if self.name == "SeverityLabel" => number(severity_of(document)),
            _ => SortValue::Text(document.text(self.path).unwrap_or_default().to_owned()),
        }
    }
}

fn severity_of(document: &Asff) -> Option<i64> {
    let number = document.get("Severity.Normalized").and_then(Value::as_i64);
    number.or_else(|| severity::normalized_of(document.text("Severity.Label")?))
}

fn any_at<'d>(value: &'d Value, path: &str, enough: &mut dyn FnMut(&'d Value) -> bool) -> bool {
    match value {
        Value::Array(list) => list.iter().any(|one| any_at(one, path, enough)),
        _ if path.is_empty() => enough(value),
        Value::Object(members) => {
            let (first, rest) = path.split_once('.').unwrap_or((path, ""));
            members.get(first).is_some_and(|value| any_at(value, rest, enough))
        }
        _ => false,
    }
}

impl Attribute {
    const fn new(name: &'static str, kind: Kind, path: &'static str) -> Attribute {
        Attribute { name, kind, path, is_criterion: false, is_sortable: false }
    }

    /// Rules may ask for it.
    const fn ruled(self) -> Attribute {
        Attribute { is_criterion: true, ..self }
    }

    /// Findings can be sorted by it.
    const fn sorted(self) -> Attribute {
        Attribute { is_sortable: true, ..self }
    }
}

const fn text(name: &'static str, path: &'static str) -> Attribute {
    Attribute::new(name, Kind::Text, path)
}
const fn number(name: &'static str, path: &'static str) -> Attribute {
    Attribute::new(name, Kind::Number, path)
}
const fn date(name: &'static str, path: &'static str) -> Attribute {
    Attribute::new(name, Kind::Date, path)
}
const fn map(name: &'static str, path: &'static str) -> Attribute {
    Attribute::new(name, Kind::Map, path)
}
const fn address(name: &'static str, path: &'static str) -> Attribute {
    Attribute::new(name, Kind::Address, path)
}

/// Every attribute: those of AWS's `AwsSecurityFindingFilters`, and `ResourceProvider`.
pub const ATTRIBUTES: &[Attribute] = &[
    text("ProductArn", "ProductArn").ruled().sorted(),
    text("AwsAccountId", "AwsAccountId").ruled().sorted(),
    text("AwsAccountName", "AwsAccountName").ruled(),
    text("Id", "Id").ruled().sorted(),
    text("GeneratorId", "GeneratorId").ruled().sorted(),
    text("Region", "Region").sorted(),
    text("Type", "Types").ruled(),
    date("FirstObservedAt", "FirstObservedAt").ruled().sorted(),
    date("LastObservedAt", "LastObservedAt").ruled().sorted(),
    date("CreatedAt", "CreatedAt").ruled().sorted(),
    date("UpdatedAt", "UpdatedAt").ruled().sorted(),
    number("SeverityProduct", "Severity.Product"),
    number("SeverityNormalized", "Severity.Normalized").sorted(),
    text("SeverityLabel", "Severity.Label").ruled().sorted(),
    number("Confidence", "Confidence").ruled().sorted(),
    number("Criticality", "Criticality").ruled().sorted(),
    text("Title", "Title").ruled().sorted(),
    text("Description", "Description").ruled(),
    text("RecommendationText", "Remediation.Recommendation.Text"),
    text("SourceUrl", "SourceUrl").ruled(),
    map("ProductFields", "ProductFields"),
    text("ProductName", "ProductName").ruled().sorted(),
    text("CompanyName", "CompanyName").ruled().sorted(),
    map("UserDefinedFields", "UserDefinedFields").ruled(),
    text("MalwareName", "Malware.Name"),
    text("MalwareType", "Malware.Type"),
    text("MalwarePath", "Malware.Path"),
    text("MalwareState", "Malware.State"),
    text("NetworkDirection", "Network.Direction"),
    text("NetworkProtocol", "Network.Protocol"),
    address("NetworkSourceIpV4", "Network.SourceIpV4"),
    address("NetworkSourceIpV6", "Network.SourceIpV6"),
    number("NetworkSourcePort", "Network.SourcePort"),
    text("NetworkSourceDomain", "Network.SourceDomain"),
    text("NetworkSourceMac", "Network.SourceMac"),
    address("NetworkDestinationIpV4", "Network.DestinationIpV4"),
    address("NetworkDestinationIpV6", "Network.DestinationIpV6"),
    number("NetworkDestinationPort", "Network.DestinationPort"),
    text("NetworkDestinationDomain", "Network.DestinationDomain"),
    text("ProcessName", "Process.Name"),
    text("ProcessPath", "Process.Path"),
    number("ProcessPid", "Process.Pid"),
    number("ProcessParentPid", "Process.ParentPid"),
    date("ProcessLaunchedAt", "Process.LaunchedAt"),
    date("ProcessTerminatedAt", "Process.TerminatedAt"),
    text("ThreatIntelIndicatorType", "ThreatIntelIndicators.Type"),
    text("ThreatIntelIndicatorValue", "ThreatIntelIndicators.Value"),
    text("ThreatIntelIndicatorCategory", "ThreatIntelIndicators.Category"),
    date("ThreatIntelIndicatorLastObservedAt", "ThreatIntelIndicators.LastObservedAt"),
    text("ThreatIntelIndicatorSource", "ThreatIntelIndicators.Source"),
    text("ThreatIntelIndicatorSourceUrl", "ThreatIntelIndicators.SourceUrl"),
    text("ResourceType", "Resources.Type").ruled(),
    text("ResourceId", "Resources.Id").ruled(),
    text("ResourcePartition", "Resources.Partition").ruled(),
    text("ResourceRegion", "Resources.Region").ruled(),
    text("ResourceProvider", "Resources.Provider").ruled(),
    map("ResourceTags", "Resources.Tags").ruled(),
    text("ResourceAwsEc2InstanceType", "Resources.Details.AwsEc2Instance.Type"),
    text("ResourceAwsEc2InstanceImageId", "Resources.Details.AwsEc2Instance.ImageId"),
    address("ResourceAwsEc2InstanceIpV4Addresses", "Resources.Details.AwsEc2Instance.IpV4Addresses"),
    address("ResourceAwsEc2InstanceIpV6Addresses", "Resources.Details.AwsEc2Instance.IpV6Addresses"),
    text("ResourceAwsEc2InstanceKeyName", "Resources.Details.AwsEc2Instance.KeyName"),
    text("ResourceAwsEc2InstanceIamInstanceProfileArn", "Resources.Details.AwsEc2Instance.IamInstanceProfileArn"),
    text("ResourceAwsEc2InstanceVpcId", "Resources.Details.AwsEc2Instance.VpcId"),
    text("ResourceAwsEc2InstanceSubnetId", "Resources.Details.AwsEc2Instance.SubnetId"),
    date("ResourceAwsEc2InstanceLaunchedAt", "Resources.Details.AwsEc2Instance.LaunchedAt"),
    text("ResourceAwsS3BucketOwnerId", "Resources.Details.AwsS3Bucket.OwnerId"),
    text("ResourceAwsS3BucketOwnerName", "Resources.Details.AwsS3Bucket.OwnerName"),
    text("ResourceAwsIamAccessKeyUserName", "Resources.Details.AwsIamAccessKey.UserName"),
    text("ResourceAwsIamAccessKeyPrincipalName", "Resources.Details.AwsIamAccessKey.PrincipalName"),
    text("ResourceAwsIamAccessKeyStatus", "Resources.Details.AwsIamAccessKey.Status"),
    date("ResourceAwsIamAccessKeyCreatedAt", "Resources.Details.AwsIamAccessKey.CreatedAt"),
    text("ResourceAwsIamUserUserName", "Resources.Details.AwsIamUser.UserName"),
    text("ResourceContainerName", "Resources.Details.Container.Name"),
    text("ResourceContainerImageId", "Resources.Details.Container.ImageId"),
    text("ResourceContainerImageName", "Resources.Details.Container.ImageName"),
    date("ResourceContainerLaunchedAt", "Resources.Details.Container.LaunchedAt"),
    map("ResourceDetailsOther", "Resources.Details.Other").ruled(),
    text("ResourceApplicationName", "Resources.ApplicationName").ruled(),
    text("ResourceApplicationArn", "Resources.ApplicationArn").ruled(),
    text("ComplianceStatus", "Compliance.Status").ruled().sorted(),
    text("ComplianceSecurityControlId", "Compliance.SecurityControlId").ruled(),
    text("ComplianceAssociatedStandardsId", "Compliance.AssociatedStandards.StandardsId").ruled(),
    text("ComplianceSecurityControlParametersName", "Compliance.SecurityControlParameters.Name"),
    text("ComplianceSecurityControlParametersValue", "Compliance.SecurityControlParameters.Value"),
    text("VerificationState", "VerificationState").ruled().sorted(),
    text("WorkflowState", "WorkflowState"),
    text("WorkflowStatus", "Workflow.Status").ruled().sorted(),
    text("RecordState", "RecordState").ruled().sorted(),
    text("RelatedFindingsProductArn", "RelatedFindings.ProductArn").ruled(),
    text("RelatedFindingsId", "RelatedFindings.Id").ruled(),
    text("NoteText", "Note.Text").ruled(),
    date("NoteUpdatedAt", "Note.UpdatedAt").ruled(),
    text("NoteUpdatedBy", "Note.UpdatedBy").ruled(),
    Attribute::new("Keyword", Kind::Keyword, ""),
    number("FindingProviderFieldsConfidence", "FindingProviderFields.Confidence"),
    number("FindingProviderFieldsCriticality", "FindingProviderFields.Criticality"),
    text("FindingProviderFieldsRelatedFindingsId", "FindingProviderFields.RelatedFindings.Id"),
    text("FindingProviderFieldsRelatedFindingsProductArn", "FindingProviderFields.RelatedFindings.ProductArn"),
    text("FindingProviderFieldsSeverityLabel", "FindingProviderFields.Severity.Label"),
    text("FindingProviderFieldsSeverityOriginal", "FindingProviderFields.Severity.Original"),
    text("FindingProviderFieldsTypes", "FindingProviderFields.Types"),
    Attribute::new("Sample", Kind::Flag, "Sample"),
    text("VulnerabilitiesExploitAvailable", "Vulnerabilities.ExploitAvailable"),
    text("VulnerabilitiesFixAvailable", "Vulnerabilities.FixAvailable"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::asff;

    #[test]
    fn names_are_told_once() {
        for (at, attribute) in ATTRIBUTES.iter().enumerate() {
            assert_eq!(ATTRIBUTES.iter().position(|other| other.name == attribute.name), Some(at), "{}", attribute.name);
        }
        assert_eq!(ATTRIBUTES.iter().filter(|attribute| attribute.is_criterion).count(), 39);
    }

    #[test]
    fn values_are_found_in_lists() {
        let mut document = asff("f", 2);
        document.set("Resources", Some(serde_json::json!([{"Type": "A", "Id": "1"}, {"Type": "B", "Id": "2"}, {"Type": "A", "Id": "3"}])));
        let texts = |name| Attribute::of(name).unwrap().texts(&document);
        assert_eq!(texts("ResourceType"), ["A", "B"]);
        assert_eq!(texts("SeverityNormalized"), ["70"]);
        assert_eq!(texts("NoteText"), [""; 0]);
        let sorted = |name| Attribute::of(name).unwrap().sort_value(&document);
        assert_eq!(sorted("SeverityLabel"), SortValue::Number(70));
        assert_eq!(sorted("Confidence"), SortValue::Number(SortValue::NO_NUMBER));
        assert_eq!(sorted("UpdatedAt"), SortValue::Number(1_772_442_960_000));
        assert_eq!(sorted("Title"), SortValue::Text("A title".to_owned()));
    }
}
