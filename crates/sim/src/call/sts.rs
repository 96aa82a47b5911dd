//! Sessions and sign-ins: `sts`, `signin`, `sso`.

use super::{Kind, RequestId, Service, Spec, failure};

const CREDENTIALS: &str = r#"{"credentials":{"accessKeyId":"<new_key>","sessionToken":"<token>","expiration":"<expires>"},"assumedRoleUser":{"assumedRoleId":"<role_id>:<role_session>","arn":"<session_arn>"}}"#;
const ROLE: &str = r#"[{"accountId":"<role_account>","type":"AWS::IAM::Role","ARN":"<role_arn>"}]"#;

pub(super) const SERVICES: &[Service] = &[
    Service::regional("sts.amazonaws.com", "sts", "sts.<region>.amazonaws.com", &[
        Spec::read("GetCallerIdentity", "null"),
        Spec::read("AssumeRole", r#"{"roleArn":"<role_arn>","roleSessionName":"<role_session>","durationSeconds":3600}"#)
            .answers(CREDENTIALS)
            .resources(ROLE),
        Spec::read("AssumeRoleWithExternalId", r#"{"roleArn":"<role_arn>","roleSessionName":"<role_session>","externalId":"<external_id>","durationSeconds":3600}"#)
            .answers(CREDENTIALS)
            .resources(ROLE)
            .recorded_as("AssumeRole"),
        Spec::read("AssumeRoleWithSAML", r#"{"sAMLAssertionID":"_<uuid>","roleSessionName":"<role_session>","roleArn":"<role_arn>","principalArn":"arn:aws:iam::<account>:saml-provider/AWSSSO_<idp>_DO_NOT_DELETE","durationSeconds":28800}"#)
            .answers(r#"{"credentials":{"accessKeyId":"<new_key>","sessionToken":"<token>","expiration":"<expires>"},"assumedRoleUser":{"assumedRoleId":"<role_id>:<role_session>","arn":"<session_arn>"},"subject":"<role_session>","subjectType":"persistent","issuer":"https://portal.sso.us-east-1.amazonaws.com/saml/assertion/<idp>","audience":"https://signin.aws.amazon.com/saml","nameQualifier":"<b64_27>="}"#)
            .resources(r#"[{"accountId":"<account>","type":"AWS::IAM::Role","ARN":"<role_arn>"},{"accountId":"<account>","type":"AWS::IAM::SAMLProvider","ARN":"arn:aws:iam::<account>:saml-provider/AWSSSO_<idp>_DO_NOT_DELETE"}]"#),
        Spec::read("AssumeRoleWithWebIdentity", r#"{"roleArn":"<role_arn>","roleSessionName":"<role_session>","durationSeconds":3600}"#)
            .answers(r#"{"credentials":{"accessKeyId":"<new_key>","sessionToken":"<token>","expiration":"<expires>"},"subjectFromWebIdentityToken":"<web_subject>","assumedRoleUser":{"assumedRoleId":"<role_id>:<role_session>","arn":"<session_arn>"},"provider":"<web_provider>","audience":"sts.amazonaws.com"}"#)
            .resources(ROLE)
            .extra(r#"{"identityProviderConnectionVerificationMethod":"IAMTrustStore","RequestDetails":{"awsServingRegion":"<region>","endpointType":"regional"}}"#),
        Spec::read("GetSessionToken", r#"{"durationSeconds":43200}"#)
            .answers(r#"{"credentials":{"accessKeyId":"<new_key>","sessionToken":"<token>","expiration":"<expires>"}}"#),
        Spec::read("GetFederationToken", r#"{"name":"<federated_name>","policy":"<policy>","durationSeconds":43200}"#)
            .answers(r#"{"credentials":{"accessKeyId":"<new_key>","sessionToken":"<token>","expiration":"<expires>"},"federatedUser":{"federatedUserId":"<account>:<federated_name>","arn":"arn:aws:sts::<account>:federated-user/<federated_name>"},"packedPolicySize":6}"#),
        Spec::read("GetAccessKeyInfo", r#"{"accessKeyId":"<user_key>"}"#),
        Spec::read("DecodeAuthorizationMessage", "null"),
    ]).refusal("AccessDenied"),
    Service {
        source: "signin.amazonaws.com", prefix: "signin", version: "1.09", host: "<account>.signin.aws.amazon.com", global: true,
        in_brackets: false, request_id: RequestId::Absent, refusal: "AccessDenied",
        calls: &[
            Spec::write("ConsoleLogin", "null", r#"{"ConsoleLogin":"<login_result>"}"#)
                .extra(r#"{"LoginTo":"https://console.aws.amazon.com/console/home?hashArgs=%23&isauthcode=true&state=hashArgsFromTB_us-east-1_<hex16>","MobileVersion":"No",<login_mfa>}"#)
                .kind(Kind::SignIn)
                .fails(&[failure(90, "", "Failed authentication")]),
            Spec::write("ConsoleLoginFederated", "null", r#"{"ConsoleLogin":"Success"}"#)
                .extra(r#"{"LoginTo":"https://console.aws.amazon.com/console/home?hashArgs=%23&isauthcode=true&state=hashArgsFromTB_us-east-1_<hex16>","MobileVersion":"No","MFAUsed":"No","SamlProviderArn":"arn:aws:iam::<account>:saml-provider/AWSSSO_<idp>_DO_NOT_DELETE"}"#)
                .recorded_as("ConsoleLogin")
                .kind(Kind::SignIn),
            Spec::write("CheckMfa", "null", r#"{"CheckMfa":"Success"}"#)
                .extra(r#"{"MfaType":"Virtual MFA"}"#)
                .kind(Kind::SignIn),
            Spec::write("SwitchRole", "null", r#"{"SwitchRole":"Success"}"#)
                .extra(r#"{"SwitchFrom":"<caller>","RedirectTo":"https://console.aws.amazon.com/"}"#)
                .kind(Kind::SignIn),
            Spec::read("GetSigninToken", "null")
                .answers(r#"{"GetSigninToken":"Success"}"#)
                .extra(r#"{"MobileVersion":"No","MFAUsed":"No"}"#)
                .kind(Kind::SignIn),
        ],
    },
    Service::regional("sso.amazonaws.com", "sso", "portal.sso.<region>.amazonaws.com", &[
        Spec::write("Authenticate", "null", "null").details(r#"{"CredentialType":"<credential_type>"}"#).kind(Kind::Service),
        Spec::read("Federate", "null").details(r#"{"role_name":"<permission_set>","account_id":"<member>"}"#).kind(Kind::Service),
        Spec::read("GetRoleCredentials", r#"{"accountId":"<member>","roleName":"<permission_set>"}"#)
            .details(r#"{"account_id":"<member>","role_name":"<permission_set>"}"#)
            .kind(Kind::Service),
        Spec::read("ListAccounts", r#"{"maxResults":100}"#).kind(Kind::Service),
        Spec::read("ListAccountRoles", r#"{"accountId":"<member>","maxResults":100}"#).kind(Kind::Service),
        Spec::read("ListInstances", "null"),
        Spec::read("ListPermissionSets", r#"{"instanceArn":"arn:aws:sso:::instance/ssoins-<hex16>"}"#),
        Spec::read("DescribePermissionSet", r#"{"instanceArn":"arn:aws:sso:::instance/ssoins-<hex16>","permissionSetArn":"arn:aws:sso:::permissionSet/ssoins-<hex16>/ps-<hex16>"}"#),
    ]).version("1.10"),
];
