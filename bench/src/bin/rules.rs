//! Writes a set of Sigma rules of any size, each different, asking what rules over CloudTrail ask.
//!
//! `rules FILE COUNT SEED`. Event names come from CloudTrail's commonest 120; the other conditions name identities, addresses,
//! agents and request parameters, exactly and by piece, with exclusions, as published rules do. Few records satisfy a rule.

use std::fmt::Write as _;

use anyhow::Context;
use watchfire_bench::chance::Chance;

const APIS: [(&str, &str); 40] = [
    ("iam", "CreateAccessKey"),
    ("iam", "AttachUserPolicy"),
    ("iam", "PutRolePolicy"),
    ("iam", "CreateUser"),
    ("iam", "UpdateAssumeRolePolicy"),
    ("iam", "DeleteUser"),
    ("iam", "ListUsers"),
    ("iam", "GetRole"),
    ("iam", "ListRoles"),
    ("iam", "PassRole"),
    ("ec2", "RunInstances"),
    ("ec2", "DescribeInstances"),
    ("ec2", "AuthorizeSecurityGroupIngress"),
    ("ec2", "CreateSnapshot"),
    ("ec2", "DescribeVolumes"),
    ("ec2", "TerminateInstances"),
    ("ec2", "ModifySnapshotAttribute"),
    ("ec2", "DescribeSecurityGroups"),
    ("ec2", "CreateTags"),
    ("ec2", "DescribeVpcs"),
    ("s3", "PutBucketPolicy"),
    ("s3", "GetBucketAcl"),
    ("s3", "ListBuckets"),
    ("s3", "DeleteBucket"),
    ("s3", "PutBucketAcl"),
    ("sts", "AssumeRole"),
    ("sts", "GetCallerIdentity"),
    ("sts", "AssumeRoleWithWebIdentity"),
    ("kms", "Decrypt"),
    ("kms", "GenerateDataKey"),
    ("lambda", "UpdateFunctionCode20150331v2"),
    ("lambda", "CreateFunction20150331"),
    ("secretsmanager", "GetSecretValue"),
    ("ssm", "GetParameter"),
    ("ssm", "SendCommand"),
    ("rds", "ModifyDBSnapshotAttribute"),
    ("cloudtrail", "StopLogging"),
    ("signin", "ConsoleLogin"),
    ("logs", "DeleteLogGroup"),
    ("guardduty", "DeleteDetector"),
];

fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [file, count, seed] = arguments.as_slice() else { anyhow::bail!("usage: rules FILE COUNT SEED") };
    let mut chance = Chance(seed.parse::<u64>()?);
    let mut text = String::new();
    for number in 0..count.parse::<u32>()? {
        rule(&mut text, number, &mut chance)?;
    }
    std::fs::write(file, text).with_context(|| format!("cannot write {file}"))
}

fn rule(text: &mut String, number: u32, chance: &mut Chance) -> std::fmt::Result {
    let (service, name) = APIS[chance.below(APIS.len() as u64) as usize];
    writeln!(
        text,
        "---\ntitle: Benchmark rule {number}\nid: 00000000-0000-4000-8000-{number:012}\nlogsource: {{product: aws, service: cloudtrail}}\nlevel: low\ndetection:\n  selection:"
    )?;
    match chance.below(4) {
        0 => writeln!(text, "    eventName: {name}")?,
        1 => writeln!(text, "    eventSource: {service}.amazonaws.com\n    eventName: {name}")?,
        2 => writeln!(text, "    eventSource: {service}.amazonaws.com\n    eventName|startswith: {}", &name[..name.len().min(9)])?,
        _ => writeln!(text, "    eventSource: {service}.amazonaws.com\n    eventName|contains: {}", &name[2..])?,
    }
    let n = chance.below(1_000_000);
    match chance.below(6) {
        0 => writeln!(text, "    sourceIPAddress: 203.0.{}.{}", n % 113, n % 251)?,
        1 => writeln!(text, "    userIdentity.arn|contains: /intruder-{n}")?,
        2 => writeln!(text, "    userAgent|contains: tool-{n}/")?,
        3 => writeln!(text, "    requestParameters.roleName|startswith: backdoor-{n}")?,
        4 => writeln!(text, "    recipientAccountId: '{:012}'", n * 7919)?,
        _ => writeln!(text, "    userIdentity.userName|endswith: '-{n}'")?,
    }
    match chance.below(3) {
        0 => writeln!(text, "  filter:\n    errorCode|exists: true\n  condition: selection and not filter"),
        1 => writeln!(text, "  filter:\n    userIdentity.invokedBy|endswith: amazonaws.com\n  condition: selection and not filter"),
        _ => writeln!(text, "  condition: selection"),
    }
}
