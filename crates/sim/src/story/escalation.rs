//! More rights than given.

use super::About;
use super::tools::{ADMIN_ARN, ADMIN_POLICY, GO_TOOL, KALI_SHELL, PACU};
use crate::place::Place;
use crate::session::Session;
use crate::telling::Teller;
use crate::world::{AccountKind, GLOBAL, region_index};

pub(super) const POLICY_VERSION: About = About {
    name: "policy-version-escalation",
    title: "A policy's new version makes its holder administrator",
    description: "A leaked key may edit one policy; a new default version of it allows everything, and is taken back when the work is done.",
    tactics: &["initial-access", "discovery", "privilege-escalation", "defense-evasion"],
    techniques: &["T1078.004", "T1069.003", "T1098.003", "T1098.001", "T1070"],
    tell: policy_version,
};

fn policy_version(t: &mut Teller<'_>) {
    let account = t.world.account(AccountKind::Development);
    let place = Place { account, region: GLOBAL };
    let address = t.stranger();
    let user = t.leaked_user(account, "svc-reporting", &address, PACU);
    let arn = format!("arn:aws:iam::{}:policy/reporting-tools", t.world.accounts[account].id);
    t.pace = (2, 10);
    t.step("T1078.004", "A leaked key is tried");
    t.call(&user, place, "sts:GetCallerIdentity", &[]);
    t.step("T1069.003", "The framework reads the user's policies and their versions");
    t.call(&user, place, "iam:ListAttachedUserPolicies", &[("user", "svc-reporting")]);
    t.call(&user, place, "iam:GetPolicy", &[("policy_arn", &arn)]);
    t.call(&user, place, "iam:ListPolicyVersions", &[("policy_arn", &arn)]);
    t.call(&user, place, "iam:GetPolicyVersion", &[("policy_arn", &arn), ("version", "3")]);
    t.refused(&user, place, "iam:PutUserPolicy", &[("user", "svc-reporting")]);
    t.refused(&user, place, "iam:AttachUserPolicy", &[("user", "svc-reporting"), ("policy_arn", ADMIN_ARN)]);
    t.step("T1098.003", "A new default version of the policy allows everything");
    t.call(&user, place, "iam:CreatePolicyVersion", &[("policy_arn", &arn), ("policy", ADMIN_POLICY), ("version", "4")]);
    t.wait(20, 60);
    t.call(&user, place, "iam:AttachUserPolicy", &[("user", "svc-reporting"), ("policy_arn", ADMIN_ARN)]);
    t.step("T1098.001", "Keys are made for two other users");
    for name in ["svc-backup", "svc-legacy-erp"] {
        t.call(&user, place, "iam:CreateAccessKey", &[("user", name)]);
    }
    for action in ["iam:ListUsers", "iam:ListRoles", "secretsmanager:ListSecrets", "ec2:DescribeInstancesAll"] {
        t.call(&user, place, action, &[]);
    }
    t.wait(600, 1800);
    t.step("T1070", "The old version is made the default again and the new one removed");
    t.call(&user, place, "iam:SetDefaultPolicyVersion", &[("policy_arn", &arn), ("version", "3")]);
    t.call(&user, place, "iam:DeletePolicyVersion", &[("policy_arn", &arn), ("version", "4")]);
}

pub(super) const PASS_ROLE: About = About {
    name: "pass-role-escalation",
    title: "A strong role is passed to Glue, SageMaker and CloudFormation",
    description: "A developer's stolen session passes an administrative role to services that run code with it, and comes back with its credentials.",
    tactics: &["initial-access", "discovery", "privilege-escalation", "persistence"],
    techniques: &["T1078.004", "T1069.003", "T1098.003", "T1648", "T1136.003"],
    tell: pass_role,
};

fn pass_role(t: &mut Teller<'_>) {
    let account = t.world.account(AccountKind::Development);
    let place = Place { account, region: region_index("eu-west-1") };
    let address = t.stranger();
    let person = crate::routine::person_of(t.world, crate::world::Team::Backend);
    let thief = crate::routine::person_session(t.world, place, person, false, t.clock).from(&address, KALI_SHELL);
    let passed = format!("arn:aws:iam::{}:role/platform-admin", t.world.accounts[account].id);
    t.pace = (4, 20);
    t.step("T1078.004", format!("The command-line session of {} goes on from an unknown address", person.email));
    t.call(&thief, place, "sts:GetCallerIdentity", &[]);
    t.step("T1069.003", "Roles and what may use them are read");
    t.call(&thief, place, "iam:ListRoles", &[]);
    t.call(&thief, place, "iam:GetRole", &[("role", "platform-admin")]);
    t.call(&thief, place, "iam:ListAttachedRolePolicies", &[("role", "platform-admin")]);
    t.refused(&thief, place, "iam:CreateUser", &[("user", "deploy-helper")]);
    t.step("T1098.003", "The administrative role is passed to a Glue endpoint, a notebook and a stack");
    t.call(&thief, place, "glue:CreateDevEndpoint", &[("passed_role", &passed), ("notebook", "etl-debug")]);
    t.wait(60, 120);
    t.call(&thief, place, "glue:GetDevEndpoint", &[("notebook", "etl-debug")]);
    t.call(&thief, place, "sagemaker:CreateNotebookInstance", &[("passed_role", &passed), ("notebook", "scratch")]);
    t.wait(200, 400);
    t.call(&thief, place, "sagemaker:CreatePresignedNotebookInstanceUrl", &[("notebook", "scratch")]);
    t.call(&thief, place, "cloudformation:CreateStack", &[("passed_role", &passed), ("stack", "tmp-bootstrap")]);
    t.call(&thief, place, "cloudformation:DescribeStacks", &[("stack", "tmp-bootstrap")]);
    t.step("T1648", "Glue takes up the role, and its credentials are used outside");
    let service = Session::of_service(account, "glue.amazonaws.com");
    let like = thief.from(&address, GO_TOOL);
    let admin = t.role(account, "platform-admin", "GlueJobRunnerSession", &like);
    t.opens(&service, &admin, place, "sts:AssumeRole", &[]);
    t.wait(100, 300);
    t.call(&admin, place, "sts:GetCallerIdentity", &[]);
    t.step("T1136.003", "A user with administrator's rights is made");
    t.call(&admin, place, "iam:CreateUser", &[("user", "deploy-helper")]);
    t.call(&admin, place, "iam:AttachUserPolicy", &[("user", "deploy-helper"), ("policy_arn", ADMIN_ARN)]);
    t.call(&admin, place, "iam:CreateAccessKey", &[("user", "deploy-helper")]);
    t.call(&thief, place, "cloudformation:DeleteStack", &[("stack", "tmp-bootstrap")]);
}
