//! Defenders made blind.

use super::About;
use super::tools::{ADMIN_ARN, KALI_SHELL, PLAIN_SHELL};
use crate::place::Place;
use crate::telling::Teller;
use crate::world::{AccountKind, GLOBAL, region_index};

pub(super) const BLIND_DEFENDERS: About = About {
    name: "blind-defenders",
    title: "Trails, detectors, recorders and flow logs go dark",
    description: "A stolen administrative role switches off logging and detection, service after service, in two regions.",
    tactics: &["initial-access", "discovery", "defense-evasion"],
    techniques: &["T1078.004", "T1518.001", "T1562.008", "T1562.001", "T1070"],
    tell: blind_defenders,
};

fn blind_defenders(t: &mut Teller<'_>) {
    let account = t.world.account(AccountKind::Staging);
    let address = t.stranger();
    let place = Place { account, region: GLOBAL };
    let key = t.leaked_user(account, "svc-legacy-erp", &address, KALI_SHELL);
    let trail = format!("arn:aws:cloudtrail:us-east-1:{}:trail/app-audit", t.world.accounts[account].id);
    t.pace = (3, 14);
    t.step("T1078.004", "A leaked key takes up a role with administrative rights");
    t.call(&key, place, "sts:GetCallerIdentity", &[]);
    let admin = t.assume(&key, place, account, "break-glass-admin", "erp");
    t.step("T1518.001", "The intruder asks which defences are on");
    for action in [
        "cloudtrail:DescribeTrails",
        "guardduty:ListDetectors",
        "config:DescribeConfigurationRecorders",
        "securityhub:DescribeHub",
        "ec2:DescribeFlowLogs",
    ] {
        t.call(&admin, place, action, &[]);
    }
    t.step("T1562.008", "The trail of the account is narrowed, stopped and deleted");
    let narrow: &[(&str, &str)] =
        &[("trail", &trail), ("recorded", "ReadOnly"), ("recorded_management", "false"), ("excluded_sources", r#""kms.amazonaws.com""#)];
    t.call(&admin, place, "cloudtrail:PutEventSelectors", narrow);
    t.call(&admin, place, "cloudtrail:UpdateTrail", &[("trail", &trail)]);
    t.call(&admin, place, "cloudtrail:StopLogging", &[("trail", &trail)]);
    t.call(&admin, place, "cloudtrail:DeleteTrail", &[("trail", &trail)]);
    let organization =
        format!("arn:aws:cloudtrail:us-east-1:{}:trail/organization", t.world.accounts[t.world.account(AccountKind::Management)].id);
    t.refused(&admin, place, "cloudtrail:StopLogging", &[("trail", &organization)]);
    for region in ["us-east-1", "eu-west-1"] {
        let place = Place { account, region: region_index(region) };
        t.step("T1562.001", format!("In {region} findings are silenced, the detector deleted, the recorder stopped, the hub closed"));
        t.call(&admin, place, "guardduty:CreateFilter", &[("filter_name", "all")]);
        t.call(&admin, place, "guardduty:UpdateDetector", &[]);
        t.refused(&admin, place, "guardduty:DisassociateFromMasterAccount", &[]);
        t.call(&admin, place, "guardduty:DeleteDetector", &[]);
        t.call(&admin, place, "config:StopConfigurationRecorder", &[]);
        t.call(&admin, place, "config:DeleteDeliveryChannel", &[]);
        t.call(&admin, place, "securityhub:DisableSecurityHub", &[]);
        t.call(&admin, place, "access-analyzer:DeleteAnalyzer", &[]);
        t.step("T1562.008", "Flow logs are deleted");
        t.call(&admin, place, "ec2:DeleteFlowLogs", &[]);
    }
    t.step("T1070", "Log groups and an alarm disappear");
    for group in ["/aws/vpc/flow-logs", "/aws/cloudtrail/app-audit", "/ecs/gateway"] {
        t.call(&admin, place, "logs:DeleteLogGroup", &[("log_group", group)]);
    }
    t.call(&admin, place, "cloudwatch:DeleteAlarms", &[("alarm", "root-login")]);
    t.call(&admin, place, "events:DisableRule", &[("event_rule", "guardduty-to-pager")]);
}

pub(super) const LEAVE_ORGANIZATION: About = About {
    name: "leave-organization",
    title: "Guard rails are detached and an account leaves the organisation",
    description: "From a stolen session in the management account, service control policies are emptied and detached; then a member account leaves.",
    tactics: &["privilege-escalation", "discovery", "defense-evasion"],
    techniques: &["T1078.004", "T1580", "T1562.001", "T1098.003", "T1484.002"],
    tell: leave_organization,
};

fn leave_organization(t: &mut Teller<'_>) {
    let management = Place { account: t.world.account(AccountKind::Management), region: GLOBAL };
    let sandbox = Place { account: t.world.account(AccountKind::Sandbox), region: GLOBAL };
    let member = t.world.accounts[sandbox.account].id.clone();
    let address = t.stranger();
    let thief = crate::routine::terraform(t.world, management.account, t.clock).from(&address, PLAIN_SHELL);
    t.pace = (5, 25);
    t.step("T1078.004", "The pipeline's session in the management account is used by hand, from outside");
    t.call(&thief, management, "sts:GetCallerIdentity", &[]);
    t.step("T1580", "The organisation is mapped");
    for action in [
        "organizations:DescribeOrganization",
        "organizations:ListRoots",
        "organizations:ListAccounts",
        "organizations:ListPolicies",
        "organizations:ListDelegatedAdministrators",
    ] {
        t.call(&thief, management, action, &[]);
    }
    t.call(&thief, management, "organizations:ListTargetsForPolicy", &[("scp", "p-x92kmf4a")]);
    t.step("T1562.001", "A service control policy is emptied, detached and deleted; the delegated administrator of GuardDuty is removed");
    let open = r#"{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\"}]}"#;
    t.call(&thief, management, "organizations:UpdatePolicy", &[("scp", "p-x92kmf4a"), ("policy", open)]);
    t.call(&thief, management, "organizations:DetachPolicy", &[("scp", "p-x92kmf4a"), ("member", &member)]);
    t.call(&thief, management, "organizations:DetachPolicy", &[("scp", "p-b7qd11zt"), ("member", &member)]);
    t.call(&thief, management, "organizations:DeletePolicy", &[("scp", "p-x92kmf4a")]);
    let security = t.world.accounts[t.world.account(AccountKind::Security)].id.clone();
    t.call(&thief, management, "organizations:DeregisterDelegatedAdministrator", &[("member", &security)]);
    t.wait(100, 300);
    t.step("T1098.003", "In the member account the intruder enters by the organisation's role and makes itself at home");
    let inside = t.enter(&thief, management, sandbox.account, "OrganizationAccountAccessRole", "org");
    t.call(&inside, sandbox, "iam:CreateUser", &[("user", "billing-sync")]);
    t.call(&inside, sandbox, "iam:AttachUserPolicy", &[("user", "billing-sync"), ("policy_arn", ADMIN_ARN)]);
    t.call(&inside, sandbox, "iam:CreateAccessKey", &[("user", "billing-sync")]);
    t.step("T1484.002", "The account leaves the organisation, first refused, then removed from above");
    t.refused(&inside, sandbox, "organizations:LeaveOrganization", &[]);
    t.call(&thief, management, "organizations:RemoveAccountFromOrganization", &[("member", &member)]);
    let stranger = t.foreign_account();
    t.call(&thief, management, "organizations:InviteAccountToOrganization", &[("share_with", &stranger)]);
}
