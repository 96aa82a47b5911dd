//! APIs that give access, persist, blind, destroy or leak: our own choice, one row each.
//!
//! The list is short on purpose. It marks what a responder looks at first in a table of thousands of APIs; the
//! detections, not this list, decide what is a finding.

use serde::Serialize;

/// What an API does for an attacker.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Danger {
    /// Gives rights, credentials or a way in.
    Access,
    /// Leaves something behind that lasts or runs again.
    Persist,
    /// Takes sight from the defenders.
    Blind,
    /// Destroys data, keys or the way back.
    Destroy,
    /// Gives data to somebody else.
    Leak,
}

impl Danger {
    /// The word used in output.
    pub fn as_str(self) -> &'static str {
        match self {
            Danger::Access => "access",
            Danger::Persist => "persist",
            Danger::Blind => "blind",
            Danger::Destroy => "destroy",
            Danger::Leak => "leak",
        }
    }
}

/// What `eventSource:eventName` does for an attacker; nothing for the great majority of APIs.
pub fn danger(api: &str) -> Option<Danger> {
    let (source, name) = api.split_once(':')?;
    let service = source.strip_suffix(".amazonaws.com")?;
    let name = undated(name);
    let place = DANGEROUS.binary_search_by(|(s, n, _)| (*s, *n).cmp(&(service, name))).ok()?;
    DANGEROUS.get(place).map(|(_, _, danger)| *danger)
}

/// Lambda and CloudFront append an API date to their names: `UpdateFunctionCode20150331v2`.
fn undated(name: &str) -> &str {
    let base = match name.rsplit_once('v') {
        Some((base, version)) if !version.is_empty() && version.bytes().all(|byte| byte.is_ascii_digit()) => base,
        _ => name,
    };
    let stem = base.trim_end_matches(|c: char| c.is_ascii_digit() || c == '_');
    if base.len() - stem.len() >= 8 { stem } else { name }
}

/// Sorted by service and name, so that it can be searched.
#[rustfmt::skip]
static DANGEROUS: &[(&str, &str, Danger)] = {
    use Danger::{Access, Blind, Destroy, Leak, Persist};
    &[
        ("access-analyzer", "DeleteAnalyzer", Blind),
        ("account", "CloseAccount", Destroy),
        ("account", "EnableRegion", Persist),
        ("backup", "DeleteBackupVault", Destroy),
        ("backup", "DeleteBackupVaultAccessPolicy", Destroy),
        ("backup", "DeleteRecoveryPoint", Destroy),
        ("bedrock", "DeleteModelInvocationLoggingConfiguration", Blind),
        ("bedrock", "PutModelInvocationLoggingConfiguration", Blind),
        ("cloudformation", "CreateStackSet", Persist),
        ("cloudtrail", "DeleteEventDataStore", Blind),
        ("cloudtrail", "DeleteTrail", Blind),
        ("cloudtrail", "DeregisterOrganizationDelegatedAdmin", Blind),
        ("cloudtrail", "PutEventSelectors", Blind),
        ("cloudtrail", "StopEventDataStoreIngestion", Blind),
        ("cloudtrail", "StopLogging", Blind),
        ("cloudtrail", "UpdateTrail", Blind),
        ("codebuild", "CreateProject", Persist),
        ("codebuild", "UpdateProject", Persist),
        ("cognito-identity", "SetIdentityPoolRoles", Access),
        ("config", "DeleteConfigRule", Blind),
        ("config", "DeleteConfigurationRecorder", Blind),
        ("config", "DeleteDeliveryChannel", Blind),
        ("config", "StopConfigurationRecorder", Blind),
        ("detective", "DeleteGraph", Blind),
        ("dynamodb", "DeleteBackup", Destroy),
        ("dynamodb", "DeleteTable", Destroy),
        ("dynamodb", "ExportTableToPointInTime", Leak),
        ("ebs", "GetSnapshotBlock", Leak),
        ("ec2", "AssociateIamInstanceProfile", Access),
        ("ec2", "AuthorizeSecurityGroupIngress", Access),
        ("ec2", "CreateClientVpnEndpoint", Persist),
        ("ec2", "CreateInstanceExportTask", Leak),
        ("ec2", "CreateKeyPair", Access),
        ("ec2", "CreateTrafficMirrorSession", Leak),
        ("ec2", "CreateVpcPeeringConnection", Access),
        ("ec2", "CreateVpnConnection", Persist),
        ("ec2", "DeleteFlowLogs", Blind),
        ("ec2", "DeleteSnapshot", Destroy),
        ("ec2", "DeleteVolume", Destroy),
        ("ec2", "DisableEbsEncryptionByDefault", Leak),
        ("ec2", "DisableImageBlockPublicAccess", Leak),
        ("ec2", "DisableSnapshotBlockPublicAccess", Leak),
        ("ec2", "EnableSerialConsoleAccess", Access),
        ("ec2", "GetPasswordData", Access),
        ("ec2", "ImportKeyPair", Access),
        ("ec2", "ModifyImageAttribute", Leak),
        ("ec2", "ModifyInstanceAttribute", Persist),
        ("ec2", "ModifyInstanceMetadataOptions", Access),
        ("ec2", "ModifySnapshotAttribute", Leak),
        ("ec2", "ReplaceIamInstanceProfileAssociation", Access),
        ("ec2", "RunInstances", Persist),
        ("ec2", "TerminateInstances", Destroy),
        ("ec2-instance-connect", "SendSSHPublicKey", Access),
        ("ec2-instance-connect", "SendSerialConsoleSSHPublicKey", Access),
        ("ecr", "SetRepositoryPolicy", Leak),
        ("ecs", "ExecuteCommand", Access),
        ("eks", "AssociateAccessPolicy", Access),
        ("eks", "CreateAccessEntry", Access),
        ("eks", "UpdateClusterConfig", Access),
        ("elasticfilesystem", "DeleteFileSystem", Destroy),
        ("events", "DeleteRule", Blind),
        ("events", "DisableRule", Blind),
        ("events", "PutPermission", Access),
        ("events", "PutRule", Persist),
        ("glue", "CreateDevEndpoint", Access),
        ("guardduty", "CreateFilter", Blind),
        ("guardduty", "CreateIPSet", Blind),
        ("guardduty", "DeleteDetector", Blind),
        ("guardduty", "DeleteMembers", Blind),
        ("guardduty", "DeletePublishingDestination", Blind),
        ("guardduty", "DisassociateFromAdministratorAccount", Blind),
        ("guardduty", "DisassociateFromMasterAccount", Blind),
        ("guardduty", "DisassociateMembers", Blind),
        ("guardduty", "StopMonitoringMembers", Blind),
        ("guardduty", "UpdateDetector", Blind),
        ("iam", "AddRoleToInstanceProfile", Access),
        ("iam", "AddUserToGroup", Access),
        ("iam", "AttachGroupPolicy", Access),
        ("iam", "AttachRolePolicy", Access),
        ("iam", "AttachUserPolicy", Access),
        ("iam", "CreateAccessKey", Access),
        ("iam", "CreateLoginProfile", Access),
        ("iam", "CreateOpenIDConnectProvider", Persist),
        ("iam", "CreatePolicyVersion", Access),
        ("iam", "CreateRole", Persist),
        ("iam", "CreateSAMLProvider", Persist),
        ("iam", "CreateServiceSpecificCredential", Access),
        ("iam", "CreateUser", Persist),
        ("iam", "DeactivateMFADevice", Access),
        ("iam", "DeleteAccountPasswordPolicy", Access),
        ("iam", "DeleteRole", Destroy),
        ("iam", "DeleteRolePermissionsBoundary", Access),
        ("iam", "DeleteUser", Destroy),
        ("iam", "DeleteUserPermissionsBoundary", Access),
        ("iam", "PutGroupPolicy", Access),
        ("iam", "PutRolePolicy", Access),
        ("iam", "PutUserPolicy", Access),
        ("iam", "SetDefaultPolicyVersion", Access),
        ("iam", "UpdateAssumeRolePolicy", Access),
        ("iam", "UpdateLoginProfile", Access),
        ("iam", "UpdateOpenIDConnectProviderThumbprint", Persist),
        ("iam", "UpdateSAMLProvider", Persist),
        ("iam", "UploadSSHPublicKey", Access),
        ("iam", "UploadSigningCertificate", Access),
        ("inspector2", "Disable", Blind),
        ("kms", "DeleteImportedKeyMaterial", Destroy),
        ("kms", "PutKeyPolicy", Access),
        ("kms", "ScheduleKeyDeletion", Destroy),
        ("lambda", "AddLayerVersionPermission", Leak),
        ("lambda", "AddPermission", Access),
        ("lambda", "CreateEventSourceMapping", Persist),
        ("lambda", "CreateFunction", Persist),
        ("lambda", "CreateFunctionUrlConfig", Persist),
        ("lambda", "UpdateFunctionCode", Persist),
        ("lambda", "UpdateFunctionConfiguration", Persist),
        ("logs", "DeleteLogGroup", Blind),
        ("logs", "DeleteMetricFilter", Blind),
        ("logs", "DeleteSubscriptionFilter", Blind),
        ("logs", "PutRetentionPolicy", Blind),
        ("macie2", "DisableMacie", Blind),
        ("monitoring", "DeleteAlarms", Blind),
        ("monitoring", "DisableAlarmActions", Blind),
        ("organizations", "CloseAccount", Destroy),
        ("organizations", "DetachPolicy", Blind),
        ("organizations", "DisablePolicyType", Blind),
        ("organizations", "LeaveOrganization", Blind),
        ("organizations", "RemoveAccountFromOrganization", Blind),
        ("ram", "CreateResourceShare", Leak),
        ("rds", "DeleteDBCluster", Destroy),
        ("rds", "DeleteDBInstance", Destroy),
        ("rds", "DeleteDBSnapshot", Destroy),
        ("rds", "ModifyDBClusterSnapshotAttribute", Leak),
        ("rds", "ModifyDBInstance", Access),
        ("rds", "ModifyDBSnapshotAttribute", Leak),
        ("rds", "RestoreDBInstanceFromDBSnapshot", Leak),
        ("rds", "StartExportTask", Leak),
        ("redshift", "AuthorizeSnapshotAccess", Leak),
        ("rolesanywhere", "CreateProfile", Persist),
        ("rolesanywhere", "CreateTrustAnchor", Persist),
        ("route53", "ChangeResourceRecordSets", Persist),
        ("route53domains", "TransferDomainToAnotherAwsAccount", Destroy),
        ("route53resolver", "DeleteResolverQueryLogConfig", Blind),
        ("s3", "DeleteAccountPublicAccessBlock", Leak),
        ("s3", "DeleteBucket", Destroy),
        ("s3", "DeleteBucketEncryption", Leak),
        ("s3", "DeleteBucketPolicy", Leak),
        ("s3", "DeleteBucketPublicAccessBlock", Leak),
        ("s3", "DeleteObjects", Destroy),
        ("s3", "PutBucketAcl", Leak),
        ("s3", "PutBucketLifecycle", Destroy),
        ("s3", "PutBucketLogging", Blind),
        ("s3", "PutBucketPolicy", Leak),
        ("s3", "PutBucketPublicAccessBlock", Leak),
        ("s3", "PutBucketReplication", Leak),
        ("s3", "PutBucketVersioning", Destroy),
        ("s3", "PutBucketWebsite", Leak),
        ("s3", "PutObjectAcl", Leak),
        ("sagemaker", "CreatePresignedNotebookInstanceUrl", Access),
        ("secretsmanager", "BatchGetSecretValue", Access),
        ("secretsmanager", "DeleteSecret", Destroy),
        ("secretsmanager", "GetSecretValue", Access),
        ("secretsmanager", "PutResourcePolicy", Leak),
        ("securityhub", "BatchDisableStandards", Blind),
        ("securityhub", "DeleteMembers", Blind),
        ("securityhub", "DisableSecurityHub", Blind),
        ("ses", "PutIdentityPolicy", Access),
        ("ses", "UpdateAccountSendingEnabled", Access),
        ("ses", "VerifyEmailIdentity", Persist),
        ("signin", "PasswordRecoveryRequested", Access),
        ("sns", "AddPermission", Leak),
        ("sqs", "AddPermission", Leak),
        ("ssm", "CreateAssociation", Persist),
        ("ssm", "GetParameters", Access),
        ("ssm", "ModifyDocumentPermission", Leak),
        ("ssm", "SendCommand", Access),
        ("ssm", "StartSession", Access),
        ("sso", "AttachManagedPolicyToPermissionSet", Access),
        ("sso", "CreateAccountAssignment", Access),
        ("sso", "PutInlinePolicyToPermissionSet", Access),
        ("sso-directory", "CreateUser", Persist),
        ("sts", "AssumeRoot", Access),
        ("sts", "GetFederationToken", Access),
        ("wafv2", "DeleteLoggingConfiguration", Blind),
        ("wafv2", "DeleteWebACL", Blind),
        ("wafv2", "DisassociateWebACL", Blind),
    ]
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_sorted_and_unique() {
        for pair in DANGEROUS.windows(2) {
            assert!((pair[0].0, pair[0].1) < (pair[1].0, pair[1].1), "{:?} then {:?}", pair[0], pair[1]);
        }
    }

    #[test]
    fn names_are_found_with_and_without_an_api_date() {
        assert_eq!(danger("cloudtrail.amazonaws.com:StopLogging"), Some(Danger::Blind));
        assert_eq!(danger("lambda.amazonaws.com:UpdateFunctionCode20150331v2"), Some(Danger::Persist));
        assert_eq!(danger("lambda.amazonaws.com:CreateFunction20150331"), Some(Danger::Persist));
        assert_eq!(danger("ec2.amazonaws.com:DescribeInstances"), None);
        assert_eq!(danger("StopLogging"), None);
    }
}
