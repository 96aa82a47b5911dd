//! The organisation's account used for somebody else's business.

use super::About;
use super::tools::{GO_TOOL, KEY_CHECKER, PLAIN_SHELL, REQUESTS, SCRIPT};
use crate::place::Place;
use crate::telling::Teller;
use crate::world::{AccountKind, GLOBAL, region_index};

pub(super) const CRYPTO_MINING: About = About {
    name: "crypto-mining",
    title: "A leaked key starts miners in many regions",
    description: "A key from a public repository takes up a deployment role and starts large instances in every region where it can, most of them never used before.",
    tactics: &["initial-access", "discovery", "defense-evasion", "impact"],
    techniques: &["T1078.004", "T1580", "T1535", "T1578.002", "T1496"],
    tell: crypto_mining,
};

/// What EC2 says where large instances are not allowed.
const QUOTA: &str = "You have requested more vCPU capacity than your current vCPU limit of 0 allows for the instance bucket that the specified instance type belongs to. Please visit http://aws.amazon.com/contact-us/ec2-request to request an adjustment to this limit.";

fn crypto_mining(t: &mut Teller<'_>) {
    let account = t.world.account(AccountKind::Sandbox);
    let address = t.stranger();
    let home = Place { account, region: GLOBAL };
    let key = t.leaked_user(account, "svc-reporting", &address, KEY_CHECKER);
    t.pace = (1, 6);
    t.step("T1078.004", "A key scanner finds that the key works, then a script takes up a role with it");
    t.call(&key, home, "sts:GetCallerIdentity", &[]);
    t.wait(300, 1200);
    let key = key.from(&address, SCRIPT);
    let role = t.assume(&key, home, account, "jenkins-deploy", "boto3-session");
    t.step("T1580", "Quotas and regions are listed");
    t.call(&role, home, "sts:GetCallerIdentity", &[]);
    t.call(&role, home, "ec2:DescribeRegions", &[("all_regions", "true")]);
    for region in ["us-east-1", "ap-northeast-1", "eu-north-1"] {
        t.call(&role, Place { account, region: region_index(region) }, "servicequotas:GetServiceQuota", &[("quota", "417A185B")]);
    }
    let regions = ["us-east-1", "us-east-2", "us-west-1", "sa-east-1", "eu-north-1", "ap-northeast-1", "ap-northeast-2", "ap-southeast-2"];
    t.step("T1535", "In each region a key pair and an open security group are made");
    let group = |place: Place| t.world.resource(place.account, place.region, "sg-", 900);
    let groups: Vec<(Place, String)> =
        regions.into_iter().map(|region| Place { account, region: region_index(region) }).map(|place| (place, group(place))).collect();
    for (place, group) in &groups {
        t.call(&role, *place, "ec2:CreateKeyPair", &[("key_pair", "x1")]);
        t.call(&role, *place, "ec2:CreateSecurityGroup", &[("sg_name", "x1"), ("sg_new", group)]);
        let open: &[(&str, &str)] = &[("sg", group), ("port", "22"), ("cidr", "0.0.0.0/0"), ("rule_words", "x1")];
        t.call(&role, *place, "ec2:AuthorizeSecurityGroupIngress", open);
    }
    t.step("T1578.002", "Large instances are ordered; where the quota forbids, smaller ones");
    for (index, (place, group)) in groups.iter().enumerate() {
        let miner = t.world.resource(account, place.region, "i-", 900);
        let mut says: Vec<(&str, &str)> =
            vec![("instance_new", &miner), ("sg", group), ("instance_name", "x1"), ("instance_type", "p3.16xlarge"), ("run_count", "10")];
        if index % 3 == 1 {
            t.failed(&role, *place, "ec2:RunInstances", &says, "Client.VcpuLimitExceeded", QUOTA.into());
            says.truncate(3);
            says.extend([("instance_type", "c5.24xlarge"), ("run_count", "4")]);
        }
        t.call(&role, *place, "ec2:RunInstances", &says);
    }
    t.wait(600, 1200);
    t.step("T1496", "The miners are guarded against being switched off, and more quota is asked for");
    for (place, _) in &groups {
        let miner = t.world.resource(account, place.region, "i-", 900);
        let says: &[(&str, &str)] = &[("instance", &miner), ("modified_attribute", "disableApiTermination"), ("modified_value", "true")];
        t.call(&role, *place, "ec2:ModifyInstanceAttribute", says);
    }
    t.call(&role, home, "servicequotas:RequestServiceQuotaIncrease", &[("quota", "417A185B")]);
}

pub(super) const SES_PHISHING: About = About {
    name: "ses-phishing",
    title: "The mail service is taken over to send phishing",
    description: "A leaked key checks the sending quotas region by region, leaves the sandbox, verifies identities and sends mail.",
    tactics: &["initial-access", "discovery", "resource-development", "impact"],
    techniques: &["T1078.004", "T1526", "T1566", "T1496"],
    tell: ses_phishing,
};

fn ses_phishing(t: &mut Teller<'_>) {
    let account = t.world.account(AccountKind::Development);
    let address = t.stranger();
    let key = t.leaked_user(account, "svc-mail-relay", &address, SCRIPT);
    t.pace = (1, 5);
    t.step("T1078.004", "The mail relay's key is used from a new address");
    t.call(&key, Place { account, region: GLOBAL }, "sts:GetCallerIdentity", &[]);
    t.step("T1526", "Sending quotas and identities are asked for in five regions");
    for region in ["us-east-1", "eu-west-1", "us-west-2", "eu-central-1", "ap-southeast-2"] {
        let place = Place { account, region: region_index(region) };
        for action in ["ses:GetAccount", "ses:GetSendQuota", "ses:ListIdentities", "ses:GetAccountSendingEnabled"] {
            t.call(&key, place, action, &[]);
        }
    }
    let place = Place { account, region: region_index("us-west-2") };
    t.wait(200, 600);
    t.step("T1496", "Sending is switched on and the quota raised");
    t.call(&key, place, "ses:UpdateAccountSendingEnabled", &[]);
    t.call(&key, place, "ses:PutAccountDetails", &[]);
    t.step("T1566", "New identities and a template are set up, and mail goes out");
    t.call(&key, place, "ses:VerifyEmailIdentity", &[("mail_from", "billing@secure-notice.example")]);
    t.call(&key, place, "ses:CreateEmailIdentity", &[("mail_domain", "secure-notice.example")]);
    t.call(&key, place, "ses:CreateTemplate", &[("mail_template", "invoice-overdue")]);
    t.wait(300, 900);
    t.pace = (0, 2);
    for _ in 0..18 {
        t.call(&key, place, "ses:SendEmail", &[("mail_from", "billing@secure-notice.example")]);
    }
}

pub(super) const LLM_JACKING: About = About {
    name: "llm-jacking",
    title: "Stolen credentials run language models for others",
    description: "A leaked key probes which models it may use in which regions, switches invocation logging off, and is then used for a stream of invocations.",
    tactics: &["initial-access", "discovery", "defense-evasion", "impact"],
    techniques: &["T1078.004", "T1526", "T1562.008", "T1496"],
    tell: llm_jacking,
};

fn llm_jacking(t: &mut Teller<'_>) {
    let account = t.world.account(AccountKind::Sandbox);
    let address = t.stranger();
    let key = t.leaked_user(account, "svc-legacy-erp", &address, REQUESTS);
    let claude = "anthropic.claude-3-opus-20240229-v1:0";
    t.pace = (1, 4);
    t.step("T1078.004", "A reseller's checker tries the key");
    t.call(&key, Place { account, region: GLOBAL }, "sts:GetCallerIdentity", &[]);
    t.step("T1526", "Models are probed in four regions; some invocations are refused");
    for region in ["us-east-1", "us-west-2", "eu-central-1", "ap-northeast-1"] {
        let place = Place { account, region: region_index(region) };
        t.call(&key, place, "bedrock:ListFoundationModels", &[]);
        t.call(&key, place, "bedrock:GetFoundationModelAvailability", &[("model", claude)]);
        t.failed(
            &key,
            place,
            "bedrock:InvokeModel",
            &[("model", claude)],
            "ValidationException",
            "max_tokens_to_sample: range: 1..1,000,000".into(),
        );
        t.refused(&key, place, "bedrock:InvokeModel", &[("model", "anthropic.claude-v2")]);
    }
    let place = Place { account, region: region_index("us-west-2") };
    t.step("T1562.008", "It is checked whether invocations are logged, and the logging is removed");
    t.call(&key, place, "bedrock:GetModelInvocationLoggingConfiguration", &[]);
    t.call(&key, place, "bedrock:DeleteModelInvocationLoggingConfiguration", &[]);
    t.step("T1496", "Access is requested, then the model answers strangers without pause");
    t.call(&key, place, "bedrock:PutUseCaseForModelAccess", &[]);
    t.call(&key, place, "bedrock:CreateFoundationModelAgreement", &[("model", claude)]);
    t.call(&key, place, "bedrock:PutFoundationModelEntitlement", &[("model", claude)]);
    t.wait(900, 1800);
    let customers = [key.from(&address, PLAIN_SHELL), key.from(&t.stranger(), GO_TOOL), key.from(&t.stranger(), REQUESTS)];
    t.pace = (2, 20);
    for index in 0..30 {
        let action = if index % 4 == 0 { "bedrock:Converse" } else { "bedrock:InvokeModelWithResponseStream" };
        t.call(&customers[index % 3], place, action, &[("model", claude)]);
    }
}
