//! Whom and what a record is about.

use std::borrow::Cow;

use hashbrown::HashSet;
use serde_json::Value;
use watchfire_model::{Entity, EntityKind, Record, cloudtrail};

use crate::book::entity;

/// Who made a call.
#[derive(Debug)]
pub(crate) struct Actor<'r> {
    /// ARN, else the invoking service, else the principal id or account.
    pub(crate) name: Cow<'r, str>,
    /// The role behind a session.
    pub(crate) issuer: Option<Cow<'r, str>>,
}

impl<'r> Actor<'r> {
    pub(crate) fn of(record: &Record<'r>) -> Actor<'r> {
        let first = [
            cloudtrail::USER_IDENTITY_ARN,
            cloudtrail::USER_IDENTITY_INVOKED_BY,
            cloudtrail::USER_IDENTITY_USER_NAME,
            cloudtrail::USER_IDENTITY_PRINCIPAL_ID,
            cloudtrail::USER_IDENTITY_ACCOUNT_ID,
            cloudtrail::USER_IDENTITY_TYPE,
        ];
        let name = first.into_iter().find_map(|slot| record.text(slot).filter(|text| !text.is_empty())).unwrap_or(Cow::Borrowed("unknown"));
        Actor { name, issuer: record.text(cloudtrail::SESSION_ISSUER_ARN).filter(|text| !text.is_empty()) }
    }

    /// What occurrences of one finding share. Sessions of a role belong together, since their names change by the call; behind an
    /// Identity Center role each session is a person.
    pub(crate) fn stable(&self) -> &str {
        match &self.issuer {
            Some(issuer) if !issuer.contains("/AWSReservedSSO_") => issuer,
            _ => &self.name,
        }
    }
}

/// Request members that name what is acted on, most telling first.
const RESOURCE_MEMBERS: [&str; 40] = [
    "bucketName", "userName", "roleName", "groupName", "policyArn", "roleArn", "functionName", "instanceId", "secretId", "keyId",
    "trailName", "detectorId", "dBInstanceIdentifier", "dBSnapshotIdentifier", "dBClusterIdentifier", "snapshotId", "imageId", "groupId",
    "vpcId", "tableName", "topicArn", "queueUrl", "repositoryName", "clusterName", "cluster", "stackName", "projectName", "logGroupName",
    "documentName", "name", "flowLogId", "ruleName", "alarmNames", "accountId", "modelId", "identity", "serialNumber", "profileName",
    "fileSystemId", "backupVaultName",
];

/// Entities of a record.
pub(crate) fn of_record(record: &Record<'_>, actor: &Actor<'_>, entities: &mut HashSet<Entity>) {
    let mut add = |kind, id: &str| {
        if !id.is_empty() {
            entities.insert(entity(kind, id));
        }
    };
    add(EntityKind::Principal, &actor.name);
    if let Some(issuer) = &actor.issuer {
        add(EntityKind::SessionIssuer, issuer);
    }
    for (kind, slot) in [
        (EntityKind::AccessKey, cloudtrail::USER_IDENTITY_ACCESS_KEY_ID),
        (EntityKind::Address, cloudtrail::SOURCE_IP_ADDRESS),
        (EntityKind::Account, cloudtrail::RECIPIENT_ACCOUNT_ID),
        (EntityKind::Region, cloudtrail::AWS_REGION),
        (EntityKind::UserAgent, cloudtrail::USER_AGENT),
    ] {
        if let Some(text) = record.text(slot) {
            add(kind, &text);
        }
    }
    for resource in resources(record) {
        add(EntityKind::Resource, &resource);
    }
}

/// ARNs of the record's `resources`, and names from its request.
fn resources(record: &Record<'_>) -> Vec<String> {
    const RESOURCES_MAX: usize = 8;
    let parse = |slot| record.json(slot).and_then(|json| serde_json::from_str::<Value>(json).ok());
    let mut found = Vec::new();
    if let Some(Value::Array(items)) = parse(cloudtrail::RESOURCES) {
        let arns = items.iter().filter_map(|item| item.get("ARN").or_else(|| item.get("arn"))?.as_str());
        found.extend(arns.take(RESOURCES_MAX).map(str::to_owned));
    }
    if let Some(Value::Object(request)) = parse(cloudtrail::REQUEST_PARAMETERS) {
        for member in RESOURCE_MEMBERS {
            match request.get(member) {
                Some(Value::String(name)) => found.push(name.clone()),
                Some(Value::Array(names)) => found.extend(names.iter().filter_map(Value::as_str).take(RESOURCES_MAX).map(str::to_owned)),
                _ => {}
            }
        }
        if let Some(Value::Array(items)) = request.get("instancesSet").and_then(|set| set.get("items")) {
            found.extend(items.iter().filter_map(|item| item.get("instanceId")?.as_str()).take(RESOURCES_MAX).map(str::to_owned));
        }
    }
    found.truncate(RESOURCES_MAX);
    found
}

/// The entity that a correlation's group-by value is.
pub(crate) fn of_field(field: &str, value: &str) -> Option<Entity> {
    let kind = match field {
        "userIdentity.arn" | "userIdentity.principalId" | "userIdentity.userName" => EntityKind::Principal,
        "userIdentity.sessionContext.sessionIssuer.arn" | "userIdentity.sessionContext.sessionIssuer.userName" => EntityKind::SessionIssuer,
        "userIdentity.accessKeyId" => EntityKind::AccessKey,
        "sourceIPAddress" => EntityKind::Address,
        "recipientAccountId" | "userIdentity.accountId" => EntityKind::Account,
        "awsRegion" => EntityKind::Region,
        "userAgent" => EntityKind::UserAgent,
        field if field.starts_with("requestParameters.") || field.starts_with("derived.") => EntityKind::Resource,
        _ => return None,
    };
    (!value.is_empty()).then(|| entity(kind, value))
}
