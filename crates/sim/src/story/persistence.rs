//! Ways back in.

use super::About;
use super::tools::{ADMIN_ARN, ADMIN_POLICY, KALI_SHELL, OLD_CHROME, PLAIN_SHELL, SCRIPT};
use crate::place::Place;
use crate::routine::{person_of, person_session};
use crate::session::Session;
use crate::telling::Teller;
use crate::world::{APPS, AccountKind, GLOBAL, Team, region_index};

pub(super) const LAMBDA_BACKDOOR: About = About {
    name: "lambda-backdoor",
    title: "A function is overwritten, layered, opened to everybody and given a URL",
    description: "With a stolen deployment session, a function's code is replaced, a foreign layer added, its policy opened and a public URL made.",
    tactics: &["initial-access", "discovery", "persistence", "execution"],
    techniques: &["T1078.004", "T1526", "T1525", "T1546", "T1098", "T1648"],
    tell: lambda_backdoor,
};

fn lambda_backdoor(t: &mut Teller<'_>) {
    let place = Place { account: t.world.account(AccountKind::Production), region: region_index("eu-west-1") };
    let (address, outside) = (t.stranger(), t.foreign_account());
    let thief = crate::routine::jenkins(t.world, place.account, t.clock).from(&address, PLAIN_SHELL);
    let function = format!("{}-webhook", APPS[t.app]);
    t.pace = (4, 18);
    t.step("T1078.004", "The deployment role's session is used outside the company");
    t.call(&thief, place, "sts:GetCallerIdentity", &[]);
    t.step("T1526", "Functions and their settings are read");
    t.call(&thief, place, "lambda:ListFunctions", &[]);
    for action in ["lambda:GetFunction", "lambda:GetPolicy", "lambda:ListEventSourceMappings"] {
        t.call(&thief, place, action, &[("function", &function)]);
    }
    t.step("T1525", "The code of one is replaced");
    t.call(&thief, place, "lambda:UpdateFunctionCode", &[("function", &function)]);
    t.wait(30, 90);
    t.step("T1546", "A layer of a foreign account is put under it");
    let layer = format!(r#""arn:aws:lambda:eu-west-1:{outside}:layer:telemetry:7""#);
    t.call(&thief, place, "lambda:UpdateFunctionConfiguration", &[("function", &function), ("layer", &layer)]);
    t.call(&thief, place, "lambda:PublishVersion", &[("function", &function)]);
    t.call(&thief, place, "lambda:UpdateAlias", &[("function", &function)]);
    t.step("T1098", "Everybody, and a foreign account, may invoke it");
    let everybody: &[(&str, &str)] = &[
        ("function", &function),
        ("statement_id", "FunctionURLAllowPublicAccess"),
        ("invoker", "*"),
        ("invoke_action", "lambda:InvokeFunctionUrl"),
    ];
    t.call(&thief, place, "lambda:AddPermission", everybody);
    t.call(&thief, place, "lambda:AddPermission", &[("function", &function), ("statement_id", "sync"), ("invoker", &outside)]);
    t.step("T1648", "A URL without authentication is made, and a second function that runs every quarter of an hour");
    t.call(&thief, place, "lambda:CreateFunctionUrlConfig", &[("function", &function), ("url_auth", "NONE")]);
    t.call(&thief, place, "lambda:CreateFunction", &[("function", "aws-config-sync")]);
    t.call(&thief, place, "events:PutRule", &[]);
    t.call(&thief, place, "events:PutTargets", &[("function", "aws-config-sync")]);
}

pub(super) const TRUST_BACKDOOR: About = About {
    name: "trust-backdoor",
    title: "A role's trust is opened to a foreign account",
    description: "A stolen administrator's console session adds a foreign account to a role's trust policy; the foreign account then comes in by it.",
    tactics: &["initial-access", "discovery", "persistence"],
    techniques: &["T1078.004", "T1087.004", "T1098.003", "T1199"],
    tell: trust_backdoor,
};

fn trust_backdoor(t: &mut Teller<'_>) {
    let account = t.world.account(AccountKind::Production);
    let place = Place { account, region: GLOBAL };
    let (address, outside) = (t.stranger(), t.foreign_account());
    let person = person_of(t.world, Team::Platform);
    let mut thief = person_session(t.world, place, person, true, t.clock);
    thief.address.clone_from(&address);
    thief.agent = OLD_CHROME;
    t.pace = (10, 40);
    t.step("T1078.004", format!("The console session of {} is used from an unknown address and browser", person.email));
    t.call(&thief, place, "health:DescribeEventAggregates", &[]);
    t.call(&thief, place, "ec2:DescribeRegions", &[]);
    t.step("T1087.004", "Roles are looked through");
    t.call(&thief, place, "iam:ListRoles", &[]);
    for role in ["ledger-deploy", "orders-task", "support-automation"] {
        t.call(&thief, place, "iam:GetRole", &[("role", role)]);
        t.call(&thief, place, "iam:ListAttachedRolePolicies", &[("role", role)]);
    }
    t.step("T1098.003", format!("The role support-automation is opened to the account {outside} and made administrator"));
    let trust = format!(
        r#"{{\"Version\":\"2012-10-17\",\"Statement\":[{{\"Effect\":\"Allow\",\"Principal\":{{\"Service\":\"lambda.amazonaws.com\"}},\"Action\":\"sts:AssumeRole\"}},{{\"Effect\":\"Allow\",\"Principal\":{{\"AWS\":\"arn:aws:iam::{outside}:root\"}},\"Action\":\"sts:AssumeRole\"}}]}}"#
    );
    t.call(&thief, place, "iam:UpdateAssumeRolePolicy", &[("role", "support-automation"), ("trust", &trust)]);
    t.call(&thief, place, "iam:AttachRolePolicy", &[("role", "support-automation"), ("policy_arn", ADMIN_ARN)]);
    t.call(&thief, place, "iam:CreateRole", &[("role", "aws-support-readonly"), ("trust", &trust), ("managed_by", "aws")]);
    t.wait(2400, 4800);
    t.step("T1199", "The foreign account comes in by the role and looks around");
    let door = t.stranger();
    let principal = t.world.unique("AIDA", account, &outside, 1);
    let visitor = Session::of_account(account, &principal, &outside, door.clone(), SCRIPT);
    let inside = t.role(account, "support-automation", "sync", &visitor);
    t.opens(&visitor, &inside, place, "sts:AssumeRole", &[]);
    for action in ["sts:GetCallerIdentity", "iam:ListUsers", "s3:ListBuckets", "ec2:DescribeInstancesAll", "secretsmanager:ListSecrets"] {
        t.call(&inside, place, action, &[]);
    }
}

pub(super) const ROLES_ANYWHERE: About = About {
    name: "roles-anywhere",
    title: "A certificate authority of the attacker's own opens a role",
    description: "A trust anchor with a foreign certificate and a profile for a strong role are made with Roles Anywhere; sessions are then opened with certificates.",
    tactics: &["initial-access", "discovery", "persistence"],
    techniques: &["T1078.004", "T1526", "T1098.003", "T1550"],
    tell: roles_anywhere,
};

fn roles_anywhere(t: &mut Teller<'_>) {
    let account = t.world.account(AccountKind::Development);
    let place = Place { account, region: GLOBAL };
    let address = t.stranger();
    let key = t.leaked_user(account, "svc-legacy-erp", &address, PLAIN_SHELL);
    let id = t.world.accounts[account].id.clone();
    t.pace = (6, 25);
    t.step("T1078.004", "A leaked key takes up the deployment role");
    t.call(&key, place, "sts:GetCallerIdentity", &[]);
    let admin = t.assume(&key, place, account, "platform-admin", "erp-sync");
    t.step("T1526", "Existing trust anchors, profiles and roles are listed");
    for action in ["rolesanywhere:ListTrustAnchors", "rolesanywhere:ListProfiles", "iam:ListRoles"] {
        t.call(&admin, place, action, &[]);
    }
    t.step("T1098.003", "A role trusts Roles Anywhere, and an anchor with a foreign certificate authority and a profile are made");
    let trust = r#"{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":{\"Service\":\"rolesanywhere.amazonaws.com\"},\"Action\":[\"sts:AssumeRole\",\"sts:TagSession\",\"sts:SetSourceIdentity\"]}]}"#;
    t.call(&admin, place, "iam:CreateRole", &[("role", "onprem-sync"), ("trust", trust), ("managed_by", "ops")]);
    t.call(&admin, place, "iam:AttachRolePolicy", &[("role", "onprem-sync"), ("policy_arn", ADMIN_ARN)]);
    t.call(&admin, place, "rolesanywhere:CreateTrustAnchor", &[("anchor", "backup-ca")]);
    let role = format!("arn:aws:iam::{id}:role/onprem-sync");
    t.call(&admin, place, "rolesanywhere:CreateProfile", &[("anchor", "backup-ca"), ("passed_role", &role)]);
    t.wait(1800, 3600);
    t.step("T1550", "Sessions are opened with certificates, without any key of the account");
    for serial in ["00ce8f1b2c", "00ce8f1b31"] {
        let holder = Session::of_account(account, serial, &id, t.stranger(), PLAIN_SHELL);
        let session = t.role(account, "onprem-sync", serial, &holder);
        t.opens(&holder, &session, place, "rolesanywhere:CreateSession", &[("federated_name", "node1")]);
        for action in ["sts:GetCallerIdentity", "s3:ListBuckets", "iam:ListUsers"] {
            t.call(&session, place, action, &[]);
        }
    }
}

pub(super) const FEDERATION: About = About {
    name: "federation-persistence",
    title: "Federation tokens outlive the revoked key",
    description: "A leaked key makes a federation token with full rights and a console sign-in link; when the key is disabled, the federated session works on.",
    tactics: &["initial-access", "persistence", "defense-evasion", "discovery"],
    techniques: &["T1078.004", "T1550.001", "T1098", "T1136.003"],
    tell: federation,
};

fn federation(t: &mut Teller<'_>) {
    let account = t.world.account(AccountKind::Development);
    let place = Place { account, region: GLOBAL };
    let address = t.stranger();
    let key = t.leaked_user(account, "svc-reporting", &address, KALI_SHELL);
    t.pace = (4, 20);
    t.step("T1078.004", "A leaked key is tried");
    t.call(&key, place, "sts:GetCallerIdentity", &[]);
    t.call(&key, place, "iam:ListAttachedUserPolicies", &[("user", "svc-reporting")]);
    t.step("T1550.001", "A federation token with full rights is made, and with it a link into the console");
    let token_key = t.world.unique("ASIA", account, "federated", t.clock as u64);
    let federated = Session::of_federated(t.world, &key, "svc-sync", t.clock, token_key);
    t.opens(&key, &federated, place, "sts:GetFederationToken", &[("federated_name", "svc-sync"), ("policy", ADMIN_POLICY)]);
    t.call(&federated, place, "signin:GetSigninToken", &[]);
    let mut console = federated.from(&address, OLD_CHROME);
    t.call(&console, place, "signin:ConsoleLogin", &[("login_mfa", r#""MFAUsed":"No""#)]);
    console.channel = crate::session::Channel::Console;
    t.wait(1200, 2400);
    t.step("T1098", "The owner disables the key; the federated session goes on as if nothing had happened");
    t.refused(&key, place, "sts:GetCallerIdentity", &[]);
    for action in ["ec2:DescribeInstancesAll", "s3:ListBuckets", "lambda:ListFunctions", "secretsmanager:ListSecrets"] {
        t.call(&console, place, action, &[]);
    }
    t.step("T1136.003", "It may not use IAM from the token itself, so a role is taken up and a user is made");
    t.refused(&federated, place, "iam:CreateUser", &[("user", "reporting-2")]);
    let admin = t.assume(&federated, place, account, "platform-admin", "svc-sync");
    t.call(&admin, place, "iam:CreateUser", &[("user", "reporting-2")]);
    t.call(&admin, place, "iam:AttachUserPolicy", &[("user", "reporting-2"), ("policy_arn", ADMIN_ARN)]);
    t.call(&admin, place, "iam:CreateAccessKey", &[("user", "reporting-2")]);
    let saml: &[(&str, &str)] = &[("federated_name", "corp-login")];
    t.call(&admin, place, "iam:CreateSAMLProvider", saml);
}
