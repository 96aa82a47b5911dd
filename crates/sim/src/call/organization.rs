//! The organisation as a whole: Organizations, billing, support, Roles Anywhere, shared resources.

use super::{Service, Spec};

pub(super) const SERVICES: &[Service] = &[
    Service::regional("organizations.amazonaws.com", "organizations", "organizations.us-east-1.amazonaws.com", &[
        Spec::read("DescribeOrganization", "null"),
        Spec::read("DescribeAccount", r#"{"accountId":"<member>"}"#),
        Spec::read("DescribePolicy", r#"{"policyId":"<scp>"}"#),
        Spec::read("ListAccounts", r#"{"maxResults":20}"#),
        Spec::read("ListRoots", "null"),
        Spec::read("ListParents", r#"{"childId":"<member>"}"#),
        Spec::read("ListPolicies", r#"{"filter":"SERVICE_CONTROL_POLICY"}"#),
        Spec::read("ListPoliciesForTarget", r#"{"targetId":"<member>","filter":"SERVICE_CONTROL_POLICY"}"#),
        Spec::read("ListTargetsForPolicy", r#"{"policyId":"<scp>"}"#),
        Spec::read("ListDelegatedAdministrators", r#"{"servicePrincipal":"guardduty.amazonaws.com"}"#),
        Spec::write("TagResource", r#"{"resourceId":"<member>","tags":[{"key":"owner","value":"<app>"}]}"#, "null"),
        Spec::write("AttachPolicy", r#"{"policyId":"<scp>","targetId":"<member>"}"#, "null"),
        Spec::write("DetachPolicy", r#"{"policyId":"<scp>","targetId":"<member>"}"#, "null"),
        Spec::write("UpdatePolicy", r#"{"policyId":"<scp>","content":"<policy>"}"#, "null"),
        Spec::write("DeletePolicy", r#"{"policyId":"<scp>"}"#, "null"),
        Spec::write("LeaveOrganization", "null", "null"),
        Spec::write("RemoveAccountFromOrganization", r#"{"accountId":"<member>"}"#, "null"),
        Spec::write("DeregisterDelegatedAdministrator", r#"{"accountId":"<member>","servicePrincipal":"guardduty.amazonaws.com"}"#, "null"),
        Spec::write("InviteAccountToOrganization", r#"{"target":{"type":"ACCOUNT","id":"<share_with>"},"notes":"HIDDEN_DUE_TO_SECURITY_REASONS"}"#, r#"{"handshake":{"id":"h-<hex32>","state":"OPEN","action":"INVITE"}}"#),
    ]).global()
    .refusal("AccessDenied"),
    Service::regional("rolesanywhere.amazonaws.com", "rolesanywhere", "rolesanywhere.<region>.amazonaws.com", &[
        Spec::read("ListTrustAnchors", r#"{"pageSize":100}"#),
        Spec::read("ListProfiles", r#"{"pageSize":100}"#),
        Spec::write("CreateTrustAnchor", r#"{"enabled":true,"name":"<anchor>","source":{"sourceType":"CERTIFICATE_BUNDLE","sourceData":{"x509CertificateData":"-----BEGIN CERTIFICATE-----\nMIIBszCCAVmgAwIBAgIU<b64_43>\n<b64_64>\n<b64_60>\n-----END CERTIFICATE-----"}}}"#, r#"{"trustAnchor":{"createdAt":"<now_iso>","enabled":true,"name":"<anchor>","trustAnchorArn":"arn:aws:rolesanywhere:<region>:<account>:trust-anchor/<uuid>","trustAnchorId":"<uuid>","updatedAt":"<now_iso>"}}"#),
        Spec::write("CreateProfile", r#"{"durationSeconds":3600,"enabled":true,"name":"<anchor>","roleArns":["<passed_role>"]}"#, r#"{"profile":{"createdAt":"<now_iso>","createdBy":"<caller>","durationSeconds":3600,"enabled":true,"name":"<anchor>","profileArn":"arn:aws:rolesanywhere:<region>:<account>:profile/<uuid>","profileId":"<uuid>","roleArns":["<passed_role>"],"updatedAt":"<now_iso>"}}"#),
        Spec::read("CreateSession", r#"{"cert":"HIDDEN_DUE_TO_SECURITY_REASONS","durationSeconds":3600,"profileArn":"arn:aws:rolesanywhere:<region>:<account>:profile/<profile>","roleArn":"<role_arn>","trustAnchorArn":"arn:aws:rolesanywhere:<region>:<account>:trust-anchor/<trust_anchor>"}"#).answers(r#"{"credentialSet":[{"assumedRoleUser":{"arn":"<session_arn>","assumedRoleId":"<role_id>:<role_session>"},"credentials":{"accessKeyId":"<new_key>","expiration":"<now_iso>","secretAccessKey":"HIDDEN_DUE_TO_SECURITY_REASONS","sessionToken":"HIDDEN_DUE_TO_SECURITY_REASONS"},"packedPolicySize":30,"roleArn":"<role_arn>","sourceIdentity":"CN=<federated_name>"}],"subjectArn":"arn:aws:rolesanywhere:<region>:<account>:subject/<uuid>"}"#),
    ]),
    Service::regional("ce.amazonaws.com", "ce", "ce.us-east-1.amazonaws.com", &[
        Spec::read("GetCostAndUsage", r#"{"TimePeriod":{"Start":"2026-02-01","End":"<date>"},"Granularity":"DAILY","Metrics":["UnblendedCost"],"GroupBy":[{"Type":"DIMENSION","Key":"SERVICE"}]}"#),
        Spec::read("GetCostForecast", r#"{"TimePeriod":{"Start":"<date>","End":"2026-12-31"},"Granularity":"MONTHLY","Metric":"UNBLENDED_COST"}"#),
        Spec::read("GetAnomalies", r#"{"DateInterval":{"StartDate":"<date>"}}"#),
    ]).global(),
    Service::regional("budgets.amazonaws.com", "budgets", "budgets.amazonaws.com", &[
        Spec::read("DescribeBudgets", r#"{"accountId":"<account>"}"#),
    ]).global(),
    Service::regional("support.amazonaws.com", "support", "support.us-east-1.amazonaws.com", &[
        Spec::read("DescribeTrustedAdvisorChecks", r#"{"language":"en"}"#),
        Spec::read("DescribeCases", r#"{"includeResolvedCases":false}"#),
    ]).global(),
    Service::regional("ram.amazonaws.com", "ram", "ram.<region>.amazonaws.com", &[
        Spec::read("GetResourceShares", r#"{"resourceOwner":"SELF","maxResults":100}"#),
        Spec::read("ListResources", r#"{"resourceOwner":"OTHER-ACCOUNTS","maxResults":100}"#),
    ]),
    Service::regional("account.amazonaws.com", "account", "account.us-east-1.amazonaws.com", &[
        Spec::read("GetRegionOptStatus", r#"{"RegionName":"<region>"}"#),
        Spec::read("ListRegions", r#"{"MaxResults":50}"#),
        Spec::read("GetAlternateContact", r#"{"AlternateContactType":"SECURITY"}"#),
    ]).global(),
];
