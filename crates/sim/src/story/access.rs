//! Ways in, and what is looked for first.

use super::About;
use super::tools::{ADMIN_ARN, KALI_SHELL, OLD_CHROME, PACU, REQUESTS, SCRIPT};
use crate::place::Place;
use crate::routine::person_of;
use crate::session::Session;
use crate::telling::Teller;
use crate::world::{AccountKind, GLOBAL, Team, region_index};

pub(super) const CONSOLE_PHISHING: About = About {
    name: "console-phishing",
    title: "Console login without a second factor, then a new administrator",
    description: "A phished password opens the console of an IAM user without MFA; the intruder makes an administrator with keys and a password of its own.",
    tactics: &["initial-access", "persistence", "privilege-escalation", "discovery"],
    techniques: &["T1110.001", "T1078.004", "T1087.004", "T1136.003", "T1098.003", "T1098.001", "T1556.006"],
    tell: console_phishing,
};

fn console_phishing(t: &mut Teller<'_>) {
    let place = Place { account: t.world.account(AccountKind::Development), region: GLOBAL };
    let address = t.stranger();
    let user = Session::of_console_user(t.world, place.account, "m.hartwell", t.clock + 240, false, address.clone(), OLD_CHROME);
    let door = user.signing_in();
    let no_mfa: &[(&str, &str)] = &[("login_mfa", r#""MFAUsed":"No""#)];
    t.pace = (8, 40);
    t.step("T1110.001", "Three wrong passwords for the user m.hartwell, from an address nobody has used before");
    for _ in 0..3 {
        t.failed(&door, place, "signin:ConsoleLogin", no_mfa, "", "Failed authentication".into());
    }
    t.wait(60, 120);
    t.step("T1078.004", "The fourth password is right, and no second factor is asked for");
    t.call(&door, place, "signin:ConsoleLogin", no_mfa);
    t.step("T1087.004", "The intruder looks at who is there and what the user may do");
    for action in ["iam:ListUsers", "iam:ListRoles", "iam:GetAccountSummary", "iam:ListPolicies", "iam:GetAccountPasswordPolicy"] {
        t.call(&user, place, action, &[]);
    }
    t.call(&user, place, "iam:ListAttachedUserPolicies", &[("user", "m.hartwell")]);
    t.wait(120, 400);
    t.step("T1136.003", "A new user appears, named like a service");
    t.call(&user, place, "iam:CreateUser", &[("user", "aws-support-sync")]);
    t.step("T1098.003", "It is given administrator's rights");
    t.call(&user, place, "iam:AttachUserPolicy", &[("user", "aws-support-sync"), ("policy_arn", ADMIN_ARN)]);
    t.call(&user, place, "iam:AddUserToGroup", &[("user", "aws-support-sync"), ("group", "administrators")]);
    t.step("T1098.001", "It is given a password and an access key");
    t.call(&user, place, "iam:CreateLoginProfile", &[("user", "aws-support-sync"), ("reset_required", "false")]);
    let key = t.world.unique("AKIA", place.account, "aws-support-sync", 0);
    t.call(&user, place, "iam:CreateAccessKey", &[("user", "aws-support-sync"), ("new_user_key", &key)]);
    t.step("T1556.006", "The second factor of another administrator is switched off");
    t.call(&user, place, "iam:DeactivateMFADevice", &[("user", "ops-admin")]);
    t.wait(600, 1500);
    t.step("T1098.001", "The new key is tried out and works");
    let fresh = t.leaked_user(place.account, "aws-support-sync", &address, KALI_SHELL);
    t.call(&fresh, place, "sts:GetCallerIdentity", &[]);
    t.call(&fresh, place, "s3:ListBuckets", &[]);
    t.call(&fresh, place, "organizations:DescribeOrganization", &[]);
}

pub(super) const SSO_SESSION_THEFT: About = About {
    name: "sso-session-theft",
    title: "A stolen single sign-on session roams the accounts",
    description: "An administrator's portal cookie is used from elsewhere to fetch credentials of one account after another and to look through their data.",
    tactics: &["credential-access", "lateral-movement", "discovery", "collection"],
    techniques: &["T1539", "T1550.004", "T1526", "T1619", "T1530"],
    tell: sso_session_theft,
};

fn sso_session_theft(t: &mut Teller<'_>) {
    let management = Place { account: t.world.account(AccountKind::Management), region: GLOBAL };
    let address = t.stranger();
    let person = person_of(t.world, Team::Platform);
    let portal = Session::of_directory_user(t.world, management.account, &person.email, address.clone(), REQUESTS);
    t.pace = (1, 4);
    t.step("T1539", format!("The portal session of {} is used from a new address and by a script", person.email));
    t.call(&portal, management, "sso:ListAccounts", &[]);
    let targets: Vec<usize> = (0..t.world.accounts.len().min(6)).collect();
    for account in &targets {
        let id = t.world.accounts[*account].id.clone();
        t.call(&portal, management, "sso:ListAccountRoles", &[("member", &id)]);
    }
    t.step("T1550.004", "Administrator credentials are fetched for every account in half a minute");
    for account in &targets {
        let id = t.world.accounts[*account].id.clone();
        t.call(&portal, management, "sso:GetRoleCredentials", &[("member", &id), ("permission_set", "AdministratorAccess")]);
    }
    t.wait(60, 200);
    for account in targets {
        let place = Place { account, region: GLOBAL };
        let name = crate::routine::reserved_role(t.world, account, "AdministratorAccess");
        let like = portal.from(&address, SCRIPT);
        let session = t.reserved(account, &name, &person.email, &like);
        t.step("T1526", format!("In the account {} the intruder asks who it is and what runs", t.world.accounts[account].name));
        for action in ["sts:GetCallerIdentity", "iam:ListRoles", "ec2:DescribeInstancesAll", "lambda:ListFunctions"] {
            t.call(&session, place, action, &[]);
        }
        if t.world.accounts[account].is(AccountKind::Production) {
            t.step("T1619", "Production's buckets are listed");
            t.call(&session, place, "s3:ListBuckets", &[]);
            t.step("T1530", "Exports are copied out of one of them");
            let bucket = t.world.bucket(account, GLOBAL, 2 * 12 + t.app as u64);
            for _ in 0..6 {
                t.call(&session, place, "s3:GetObject", &[("bucket", &bucket)]);
            }
        }
    }
}

pub(super) const SECRETS_HARVEST: About = About {
    name: "secrets-harvest",
    title: "Every secret of an account is read in minutes",
    description: "The stolen role of a build server lists and reads all secrets and parameters of production.",
    tactics: &["initial-access", "discovery", "credential-access"],
    techniques: &["T1078.004", "T1526", "T1555.006", "T1552.001"],
    tell: secrets_harvest,
};

fn secrets_harvest(t: &mut Teller<'_>) {
    let production = t.world.account(AccountKind::Production);
    let place = Place { account: production, region: region_index("eu-west-1") };
    let address = t.stranger();
    let thief = crate::routine::jenkins(t.world, production, t.clock).from(&address, SCRIPT);
    t.pace = (1, 3);
    t.step("T1078.004", "Credentials of the deployment role are used outside the company's networks");
    t.call(&thief, place, "sts:GetCallerIdentity", &[]);
    t.step("T1526", "Secrets and parameters are listed");
    t.call(&thief, place, "secretsmanager:ListSecrets", &[]);
    t.call(&thief, place, "ssm:DescribeParameters", &[]);
    t.step("T1555.006", "Two dozen secrets are read in two minutes, some in batches, some refused");
    for index in 0..24 {
        let secret = t.world.secret(place, index % 12, crate::world::SECRETS[index / 12]);
        if index % 9 == 7 {
            t.refused(&thief, place, "secretsmanager:GetSecretValue", &[("secret", &secret)]);
        } else {
            t.call(&thief, place, "secretsmanager:GetSecretValue", &[("secret", &secret)]);
        }
    }
    for _ in 0..3 {
        t.call(&thief, place, "secretsmanager:BatchGetSecretValue", &[("secret_filter", "prod")]);
    }
    t.step("T1552.001", "The parameters of all applications follow, decrypted");
    t.call(&thief, place, "ssm:GetParametersByPath", &[("parameter_path", "/")]);
    for app in crate::world::APPS.iter().take(10) {
        let (one, other) = (format!("prod/{app}/db-user"), format!("prod/{app}/db-password"));
        t.call(&thief, place, "ssm:GetParameters", &[("parameter", &one), ("parameter_b", &other)]);
    }
}

pub(super) const NOISY_ENUMERATION: About = About {
    name: "noisy-enumeration",
    title: "A framework enumerates with a leaked key and is mostly refused",
    description: "A key found in a public repository is run through an attack framework: dozens of calls over many services, nearly all denied.",
    tactics: &["initial-access", "discovery"],
    techniques: &["T1078.004", "T1087.004", "T1580", "T1526", "T1069.003"],
    tell: noisy_enumeration,
};

fn noisy_enumeration(t: &mut Teller<'_>) {
    let account = t.world.account(AccountKind::Staging);
    let address = t.stranger();
    let key = t.leaked_user(account, "svc-mail-relay", &address, super::tools::KEY_CHECKER);
    let place = Place { account, region: GLOBAL };
    t.pace = (0, 2);
    t.step("T1078.004", "A key scanner tries the key a minute after it was published");
    t.call(&key, place, "sts:GetCallerIdentity", &[]);
    t.wait(900, 2400);
    let key = key.from(&address, PACU);
    t.step("T1087.004", "The framework asks for users, roles and groups");
    t.call(&key, place, "sts:GetCallerIdentity", &[]);
    for action in ["iam:GetUser", "iam:ListUsers", "iam:ListRoles", "iam:ListGroups", "iam:GetAccountAuthorizationDetails"] {
        t.refused(&key, place, action, &[("user", "svc-mail-relay")]);
    }
    t.step("T1069.003", "It tries to learn its own rights");
    for action in
        ["iam:ListAttachedUserPolicies", "iam:ListUserPolicies", "iam:ListGroupsForUser", "iam:SimulatePrincipalPolicy", "iam:ListPolicies"]
    {
        t.refused(&key, place, action, &[("user", "svc-mail-relay")]);
    }
    t.step("T1580", "It looks for machines, networks and images in three regions");
    for region in ["us-east-1", "eu-west-1", "us-west-2"] {
        let place = Place { account, region: region_index(region) };
        for action in [
            "ec2:DescribeInstancesAll",
            "ec2:DescribeSecurityGroupsAll",
            "ec2:DescribeVolumesAll",
            "ec2:DescribeSnapshots",
            "ec2:DescribeVpcs",
        ] {
            t.refused(&key, place, action, &[]);
        }
    }
    t.step("T1526", "It goes through everything else it knows");
    for action in [
        "lambda:ListFunctions",
        "rds:DescribeDBInstancesAll",
        "dynamodb:ListTables",
        "secretsmanager:ListSecrets",
        "ssm:DescribeParameters",
        "kms:ListKeys",
        "sns:ListTopics",
        "ecs:ListClusters",
        "eks:ListClusters",
        "cloudtrail:DescribeTrails",
        "guardduty:ListDetectors",
        "organizations:DescribeOrganization",
        "ecr:DescribeRepositories",
        "glue:GetDatabases",
        "cloudformation:ListStacks",
    ] {
        t.refused(&key, place, action, &[]);
    }
    t.call(&key, place, "s3:ListBuckets", &[]);
    t.call(&key, place, "ses:GetSendQuota", &[]);
}
