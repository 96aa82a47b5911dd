//! Identity and access management.

use super::{Service, Spec, failure};

const NO_ROLE: &[super::Failure] = &[failure(25, "NoSuchEntityException", "The role with name <role> cannot be found.")];
const NO_PROFILE: &[super::Failure] = &[failure(300, "NoSuchEntityException", "Login Profile for User <user> cannot be found.")];
const NO_INSTANCE_PROFILE: &[super::Failure] = &[failure(30, "NoSuchEntityException", "Instance Profile <role> cannot be found.")];

pub(super) const SERVICES: &[Service] = &[Service::regional("iam.amazonaws.com", "iam", "iam.amazonaws.com", &[
    Spec::read("GetUser", r#"{"userName":"<user>"}"#),
    Spec::read("GetRole", r#"{"roleName":"<role>"}"#).fails(NO_ROLE),
    Spec::read("GetRolePolicy", r#"{"roleName":"<role>","policyName":"<policy_name>"}"#),
    Spec::read("GetPolicy", r#"{"policyArn":"<policy_arn>"}"#),
    Spec::read("GetPolicyVersion", r#"{"policyArn":"<policy_arn>","versionId":"v<version>"}"#),
    Spec::read("GetInstanceProfile", r#"{"instanceProfileName":"<role>"}"#).fails(NO_INSTANCE_PROFILE),
    Spec::read("GetLoginProfile", r#"{"userName":"<user>"}"#).fails(NO_PROFILE),
    Spec::read("GetAccessKeyLastUsed", r#"{"accessKeyId":"<user_key>"}"#),
    Spec::read("GetAccountSummary", "null"),
    Spec::read("GetAccountPasswordPolicy", "null")
        .fails(&[failure(200, "NoSuchEntityException", "The Password Policy with domain name <account> cannot be found.")]),
    Spec::read("GetAccountAuthorizationDetails", r#"{"maxItems":1000}"#),
    Spec::read("GetCredentialReport", "null"),
    Spec::read("GenerateCredentialReport", "null").answers(r#"{"state":"COMPLETE"}"#),
    Spec::read("GetServiceLastAccessedDetails", r#"{"jobId":"<uuid>"}"#),
    Spec::read("SimulatePrincipalPolicy", r#"{"policySourceArn":"<caller>","actionNames":["iam:CreateUser","iam:PassRole","lambda:CreateFunction"],"resourceArns":["*"]}"#),
    Spec::read("ListUsers", r#"{"maxItems":1000}"#),
    Spec::read("ListRoles", r#"{"maxItems":1000}"#),
    Spec::read("ListGroups", "null"),
    Spec::read("ListPolicies", r#"{"scope":"Local","onlyAttached":false}"#),
    Spec::read("ListPolicyVersions", r#"{"policyArn":"<policy_arn>"}"#),
    Spec::read("ListEntitiesForPolicy", r#"{"policyArn":"<policy_arn>"}"#),
    Spec::read("ListRolePolicies", r#"{"roleName":"<role>"}"#).fails(NO_ROLE),
    Spec::read("ListAttachedRolePolicies", r#"{"roleName":"<role>"}"#).fails(NO_ROLE),
    Spec::read("ListAttachedUserPolicies", r#"{"userName":"<user>"}"#),
    Spec::read("ListUserPolicies", r#"{"userName":"<user>"}"#),
    Spec::read("ListGroupsForUser", r#"{"userName":"<user>"}"#),
    Spec::read("ListAccessKeys", r#"{"userName":"<user>"}"#),
    Spec::read("ListMFADevices", r#"{"userName":"<user>"}"#),
    Spec::read("ListVirtualMFADevices", r#"{"assignmentStatus":"Any"}"#),
    Spec::read("ListSigningCertificates", r#"{"userName":"<user>"}"#),
    Spec::read("ListSSHPublicKeys", r#"{"userName":"<user>"}"#),
    Spec::read("ListInstanceProfiles", "null"),
    Spec::read("ListInstanceProfilesForRole", r#"{"roleName":"<role>"}"#),
    Spec::read("ListRoleTags", r#"{"roleName":"<role>"}"#),
    Spec::read("ListAccountAliases", "null"),
    Spec::read("ListSAMLProviders", "null"),
    Spec::read("ListOpenIDConnectProviders", "null"),
    Spec::read("ListServerCertificates", "null"),
    Spec::write("CreateUser", r#"{"userName":"<user>","path":"/"}"#, r#"{"user":{"path":"/","userName":"<user>","userId":"<new_user_id>","arn":"arn:aws:iam::<account>:user/<user>","createDate":"<created>"}}"#),
    Spec::write("DeleteUser", r#"{"userName":"<user>"}"#, "null"),
    Spec::write("TagUser", r#"{"userName":"<user>","tags":[{"key":"owner","value":"<app>"}]}"#, "null"),
    Spec::write("AddUserToGroup", r#"{"groupName":"<group>","userName":"<user>"}"#, "null"),
    Spec::write("CreateAccessKey", r#"{"userName":"<user>"}"#, r#"{"accessKey":{"userName":"<user>","accessKeyId":"<new_user_key>","status":"Active","createDate":"<created>"}}"#)
        .fails(&[failure(20, "LimitExceededException", "Cannot exceed quota for AccessKeysPerUser: 2")]),
    Spec::write("UpdateAccessKey", r#"{"userName":"<user>","accessKeyId":"<user_key>","status":"Inactive"}"#, "null"),
    Spec::write("DeleteAccessKey", r#"{"userName":"<user>","accessKeyId":"<user_key>"}"#, "null"),
    Spec::write("CreateLoginProfile", r#"{"userName":"<user>","passwordResetRequired":<reset_required>}"#, r#"{"loginProfile":{"userName":"<user>","createDate":"<created>","passwordResetRequired":<reset_required>}}"#),
    Spec::write("UpdateLoginProfile", r#"{"userName":"<user>","passwordResetRequired":<reset_required>}"#, "null"),
    Spec::write("DeactivateMFADevice", r#"{"userName":"<user>","serialNumber":"arn:aws:iam::<account>:mfa/<user>"}"#, "null"),
    Spec::write("EnableMFADevice", r#"{"userName":"<user>","serialNumber":"arn:aws:iam::<account>:mfa/<user>"}"#, "null"),
    Spec::write("AttachUserPolicy", r#"{"userName":"<user>","policyArn":"<policy_arn>"}"#, "null"),
    Spec::write("DetachUserPolicy", r#"{"userName":"<user>","policyArn":"<policy_arn>"}"#, "null"),
    Spec::write("PutUserPolicy", r#"{"userName":"<user>","policyName":"<policy_name>","policyDocument":"<policy>"}"#, "null"),
    Spec::write("CreateRole", r#"{"path":"/","roleName":"<role>","assumeRolePolicyDocument":"<trust>","maxSessionDuration":3600,"tags":[{"key":"managed-by","value":"<managed_by>"},{"key":"service","value":"<app>"}]}"#, r#"{"role":{"path":"/","roleName":"<role>","roleId":"<new_role_id>","arn":"arn:aws:iam::<account>:role/<role>","createDate":"<created>","assumeRolePolicyDocument":"<trust_url>","tags":[{"key":"managed-by","value":"<managed_by>"},{"key":"service","value":"<app>"}]}}"#)
        .fails(&[failure(15, "EntityAlreadyExistsException", "Role with name <role> already exists.")]),
    Spec::write("UpdateRole", r#"{"roleName":"<role>","description":"Role of <app>","maxSessionDuration":3600}"#, "null"),
    Spec::write("TagRole", r#"{"roleName":"<role>","tags":[{"key":"service","value":"<app>"},{"key":"managed-by","value":"<managed_by>"}]}"#, "null"),
    Spec::write("DeleteRole", r#"{"roleName":"<role>"}"#, "null")
        .fails(&[failure(30, "DeleteConflictException", "Cannot delete entity, must detach all policies first.")]),
    Spec::write("UpdateAssumeRolePolicy", r#"{"roleName":"<role>","policyDocument":"<trust>"}"#, "null")
        .fails(&[failure(10, "MalformedPolicyDocumentException", "Invalid principal in policy: \\\"AWS\\\":\\\"arn:aws:iam::<account>:role/<role>\\\"")]),
    Spec::write("AttachRolePolicy", r#"{"roleName":"<role>","policyArn":"<policy_arn>"}"#, "null"),
    Spec::write("DetachRolePolicy", r#"{"roleName":"<role>","policyArn":"<policy_arn>"}"#, "null")
        .fails(&[failure(20, "NoSuchEntityException", "Policy <policy_arn> was not found.")]),
    Spec::write("PutRolePolicy", r#"{"roleName":"<role>","policyName":"<policy_name>","policyDocument":"<policy>"}"#, "null"),
    Spec::write("DeleteRolePolicy", r#"{"roleName":"<role>","policyName":"<policy_name>"}"#, "null"),
    Spec::write("CreatePolicy", r#"{"policyName":"<policy_name>","path":"/","description":"Access of <app>","policyDocument":"<policy>"}"#, r#"{"policy":{"policyName":"<policy_name>","policyId":"<new_policy_id>","arn":"arn:aws:iam::<account>:policy/<policy_name>","path":"/","defaultVersionId":"v1","attachmentCount":0,"permissionsBoundaryUsageCount":0,"isAttachable":true,"createDate":"<created>","updateDate":"<created>"}}"#),
    Spec::write("CreatePolicyVersion", r#"{"policyArn":"<policy_arn>","policyDocument":"<policy>","setAsDefault":true}"#, r#"{"policyVersion":{"versionId":"v<version>","isDefaultVersion":true,"createDate":"<created>"}}"#)
        .fails(&[failure(15, "LimitExceededException", "A managed policy can have up to 5 versions. Before you create a new version, you must delete an existing version.")]),
    Spec::write("DeletePolicyVersion", r#"{"policyArn":"<policy_arn>","versionId":"v<version>"}"#, "null"),
    Spec::write("SetDefaultPolicyVersion", r#"{"policyArn":"<policy_arn>","versionId":"v<version>"}"#, "null"),
    Spec::write("DeletePolicy", r#"{"policyArn":"<policy_arn>"}"#, "null"),
    Spec::write("CreateInstanceProfile", r#"{"instanceProfileName":"<role>","path":"/"}"#, r#"{"instanceProfile":{"path":"/","instanceProfileName":"<role>","instanceProfileId":"<new_profile_id>","arn":"arn:aws:iam::<account>:instance-profile/<role>","createDate":"<created>","roles":[]}}"#),
    Spec::write("AddRoleToInstanceProfile", r#"{"instanceProfileName":"<role>","roleName":"<role>"}"#, "null"),
    Spec::write("RemoveRoleFromInstanceProfile", r#"{"instanceProfileName":"<role>","roleName":"<role>"}"#, "null"),
    Spec::write("DeleteInstanceProfile", r#"{"instanceProfileName":"<role>"}"#, "null"),
    Spec::write("CreateServiceLinkedRole", r#"{"aWSServiceName":"<linked_service>"}"#, r#"{"role":{"path":"/aws-service-role/<linked_service>/","roleName":"AWSServiceRoleFor<linked_name>","roleId":"<new_role_id>","arn":"arn:aws:iam::<account>:role/aws-service-role/<linked_service>/AWSServiceRoleFor<linked_name>","createDate":"<created>"}}"#)
        .fails(&[failure(300, "InvalidInputException", "Service role name AWSServiceRoleFor<linked_name> has been taken in this account, please try a different suffix.")]),
    Spec::write("CreateSAMLProvider", r#"{"name":"<federated_name>","sAMLMetadataDocument":"<saml_document>"}"#, r#"{"sAMLProviderArn":"arn:aws:iam::<account>:saml-provider/<federated_name>"}"#),
]).global().refusal("AccessDenied")];
