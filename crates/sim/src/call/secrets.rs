//! Secrets and keys: Secrets Manager, Parameter Store, KMS.

use super::{Kind, Service, Spec, failure};

const KEY: &str = r#"[{"accountId":"<account>","type":"AWS::KMS::Key","ARN":"arn:aws:kms:<region>:<account>:key/<kms>"}]"#;
const PARAMETER: &str = r#"[{"accountId":"<account>","ARN":"arn:aws:ssm:<region>:<account>:parameter/<parameter>"}]"#;
const THROTTLED: &[super::Failure] = &[failure(4, "ThrottlingException", "Rate exceeded")];

pub(super) const SERVICES: &[Service] = &[
    Service::regional("secretsmanager.amazonaws.com", "secretsmanager", "secretsmanager.<region>.amazonaws.com", &[
        Spec::read("GetSecretValue", r#"{"secretId":"arn:aws:secretsmanager:<region>:<account>:secret:<secret>"}"#)
            .fails(&[failure(3, "ResourceNotFoundException", "Secrets Manager can't find the specified secret.")]),
        Spec::read("BatchGetSecretValue", r#"{"filters":[{"key":"name","values":["<secret_filter>"]}]}"#),
        Spec::read("DescribeSecret", r#"{"secretId":"arn:aws:secretsmanager:<region>:<account>:secret:<secret>"}"#),
        Spec::read("GetResourcePolicy", r#"{"secretId":"arn:aws:secretsmanager:<region>:<account>:secret:<secret>"}"#),
        Spec::read("ListSecrets", r#"{"maxResults":100}"#),
        Spec::read("GetRandomPassword", r#"{"passwordLength":40,"excludePunctuation":true}"#),
        Spec::write("CreateSecret", r#"{"name":"<env>/<app>/<table>","clientRequestToken":"<uuid>","description":"Used by <app>"}"#, r#"{"arn":"arn:aws:secretsmanager:<region>:<account>:secret:<env>/<app>/<table>-<letters>"}"#)
            .fails(&[failure(20, "ResourceExistsException", "The operation failed because the secret <env>/<app>/<table> already exists.")]),
        Spec::write("PutSecretValue", r#"{"secretId":"arn:aws:secretsmanager:<region>:<account>:secret:<secret>","clientRequestToken":"<uuid>"}"#, r#"{"arn":"arn:aws:secretsmanager:<region>:<account>:secret:<secret>"}"#),
        Spec::write("RotateSecret", r#"{"secretId":"arn:aws:secretsmanager:<region>:<account>:secret:<secret>","clientRequestToken":"<uuid>","rotateImmediately":true}"#, r#"{"arn":"arn:aws:secretsmanager:<region>:<account>:secret:<secret>"}"#),
        Spec::write("UpdateSecretVersionStage", r#"{"secretId":"arn:aws:secretsmanager:<region>:<account>:secret:<secret>","versionStage":"AWSCURRENT","moveToVersionId":"<uuid>","removeFromVersionId":"<uuid_b>"}"#, r#"{"arn":"arn:aws:secretsmanager:<region>:<account>:secret:<secret>"}"#),
        Spec::write("PutResourcePolicy", r#"{"secretId":"arn:aws:secretsmanager:<region>:<account>:secret:<secret>","resourcePolicy":"<resource_policy>","blockPublicPolicy":true}"#, r#"{"aRN":"arn:aws:secretsmanager:<region>:<account>:secret:<secret>"}"#),
        Spec::write("DeleteSecret", r#"{"secretId":"arn:aws:secretsmanager:<region>:<account>:secret:<secret>"<force_delete>}"#, r#"{"aRN":"arn:aws:secretsmanager:<region>:<account>:secret:<secret>","deletionDate":"<created>"}"#),
        Spec::write("TagResource", r#"{"secretId":"arn:aws:secretsmanager:<region>:<account>:secret:<secret>","tags":[{"key":"service","value":"<app>"}]}"#, "null"),
        Spec::write("RotationStarted", "null", "null").extra(r#"{"SecretId":"arn:aws:secretsmanager:<region>:<account>:secret:<secret>"}"#).kind(Kind::Service),
        Spec::write("RotationSucceeded", "null", "null").extra(r#"{"SecretId":"arn:aws:secretsmanager:<region>:<account>:secret:<secret>"}"#).kind(Kind::Service),
    ]),
    Service::regional("ssm.amazonaws.com", "ssm", "ssm.<region>.amazonaws.com", &[
        Spec::read("GetParameter", r#"{"name":"/<parameter>","withDecryption":true}"#).resources(PARAMETER)
            .fails(&[failure(6, "ParameterNotFound", ""), failure(4, "ThrottlingException", "Rate exceeded")]),
        Spec::read("GetParameters", r#"{"names":["/<parameter>","/<parameter_b>"],"withDecryption":true}"#)
            .resources(r#"[{"accountId":"<account>","ARN":"arn:aws:ssm:<region>:<account>:parameter/<parameter>"},{"accountId":"<account>","ARN":"arn:aws:ssm:<region>:<account>:parameter/<parameter_b>"}]"#)
            .fails(THROTTLED),
        Spec::read("GetParametersByPath", r#"{"path":"<parameter_path>","recursive":true,"withDecryption":true}"#)
            .resources(r#"[{"accountId":"<account>","ARN":"arn:aws:ssm:<region>:<account>:parameter<parameter_path>"}]"#)
            .fails(THROTTLED),
        Spec::read("DescribeParameters", r#"{"parameterFilters":[{"key":"Name","option":"BeginsWith","values":["/<env>/<app>"]}],"shared":false}"#).fails(THROTTLED),
        Spec::write("PutParameter", r#"{"name":"/<parameter>","value":"HIDDEN_DUE_TO_SECURITY_REASONS","type":"SecureString","overwrite":true,"tier":"Standard"}"#, r#"{"version":<version>,"tier":"Standard"}"#).resources(PARAMETER),
        Spec::write("DeleteParameter", r#"{"name":"/<parameter>"}"#, "null").resources(PARAMETER),
    ]),
    Service::regional("kms.amazonaws.com", "kms", "kms.<region>.amazonaws.com", &[
        Spec::read("Decrypt", r#"{"encryptionContext":{<encryption_context>},"encryptionAlgorithm":"SYMMETRIC_DEFAULT"}"#).resources(KEY),
        Spec::read("Encrypt", r#"{"keyId":"arn:aws:kms:<region>:<account>:key/<kms>","encryptionContext":{<encryption_context>},"encryptionAlgorithm":"SYMMETRIC_DEFAULT"}"#).resources(KEY),
        Spec::read("ReEncrypt", r#"{"sourceEncryptionAlgorithm":"SYMMETRIC_DEFAULT","sourceKeyId":"arn:aws:kms:<region>:<account>:key/<kms>","destinationEncryptionAlgorithm":"SYMMETRIC_DEFAULT","destinationKeyId":"<foreign_key>"}"#).resources(KEY),
        Spec::read("GenerateDataKey", r#"{"keyId":"arn:aws:kms:<region>:<account>:key/<kms>","encryptionContext":{<encryption_context>},"keySpec":"AES_256"}"#).resources(KEY),
        Spec::read("GenerateDataKeyWithoutPlaintext", r#"{"keyId":"arn:aws:kms:<region>:<account>:key/<kms>","encryptionContext":{"aws:ebs:id":"<volume>"},"numberOfBytes":64}"#).resources(KEY),
        Spec::read("DescribeKey", r#"{"keyId":"arn:aws:kms:<region>:<account>:key/<kms>"}"#).resources(KEY),
        Spec::read("GetKeyPolicy", r#"{"keyId":"<kms>","policyName":"default"}"#).resources(KEY),
        Spec::read("GetKeyRotationStatus", r#"{"keyId":"<kms>"}"#).resources(KEY),
        Spec::read("ListKeys", r#"{"limit":100}"#),
        Spec::read("ListAliases", "null"),
        Spec::read("ListGrants", r#"{"keyId":"<kms>"}"#).resources(KEY),
        Spec::read("ListResourceTags", r#"{"keyId":"<kms>"}"#).resources(KEY),
        Spec::write("CreateGrant", r#"{"keyId":"arn:aws:kms:<region>:<account>:key/<kms>","granteePrincipal":"<grantee>","operations":["Decrypt","GenerateDataKeyWithoutPlaintext","CreateGrant"],"constraints":{"encryptionContextSubset":{"aws:ebs:id":"<volume>"}}}"#, r#"{"grantId":"<hex32><hex32>","keyId":"arn:aws:kms:<region>:<account>:key/<kms>"}"#).resources(KEY),
        Spec::write("RetireGrant", "null", r#"{"keyId":"arn:aws:kms:<region>:<account>:key/<kms>"}"#).extra(r#"{"grantId":"<hex32>"}"#).resources(KEY),
        Spec::write("CreateKey", r#"{"description":"<key_words>","keyUsage":"ENCRYPT_DECRYPT","customerMasterKeySpec":"SYMMETRIC_DEFAULT","origin":"AWS_KMS","multiRegion":false,"bypassPolicyLockoutSafetyCheck":false,"policy":"<key_policy>"}"#, r#"{"keyMetadata":{"aWSAccountId":"<account>","keyId":"<uuid>","arn":"arn:aws:kms:<region>:<account>:key/<uuid>","creationDate":"<created>","enabled":true,"description":"<key_words>","keyUsage":"ENCRYPT_DECRYPT","keyState":"Enabled","origin":"AWS_KMS","keyManager":"CUSTOMER","keySpec":"SYMMETRIC_DEFAULT","multiRegion":false}}"#),
        Spec::write("CreateAlias", r#"{"aliasName":"alias/<env>/<app>","targetKeyId":"<kms>"}"#, "null").resources(KEY),
        Spec::write("EnableKeyRotation", r#"{"keyId":"<kms>"}"#, r#"{"keyId":"arn:aws:kms:<region>:<account>:key/<kms>"}"#).resources(KEY),
        Spec::write("PutKeyPolicy", r#"{"keyId":"<kms>","policyName":"default","policy":"<key_policy>","bypassPolicyLockoutSafetyCheck":false}"#, r#"{"keyId":"arn:aws:kms:<region>:<account>:key/<kms>"}"#).resources(KEY),
        Spec::write("DisableKey", r#"{"keyId":"<kms>"}"#, r#"{"keyId":"arn:aws:kms:<region>:<account>:key/<kms>"}"#).resources(KEY),
        Spec::write("ScheduleKeyDeletion", r#"{"keyId":"<kms>","pendingWindowInDays":<pending_days>}"#, r#"{"keyId":"arn:aws:kms:<region>:<account>:key/<kms>","deletionDate":"<created>","keyState":"PendingDeletion","pendingWindowInDays":<pending_days>}"#).resources(KEY),
    ]),
];
