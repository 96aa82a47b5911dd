//! Event patterns of any number, each different, as bus rules are written.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::chance::Chance;

const SERVICES: &[&str] =
    &["ec2", "iam", "s3", "sts", "kms", "lambda", "ssm", "rds", "logs", "cloudtrail", "secretsmanager", "guardduty", "signin", "ecr"];

const NAMES: &[&str] = &[
    "RunInstances",
    "DescribeInstances",
    "CreateUser",
    "CreateAccessKey",
    "AttachUserPolicy",
    "PutRolePolicy",
    "GetRole",
    "ListUsers",
    "AssumeRole",
    "GetCallerIdentity",
    "PutBucketPolicy",
    "GetBucketAcl",
    "ListBuckets",
    "DeleteBucket",
    "Decrypt",
    "GenerateDataKey",
    "GetSecretValue",
    "GetParameter",
    "SendCommand",
    "StopLogging",
    "DeleteTrail",
    "ConsoleLogin",
    "CreateSnapshot",
    "ModifySnapshotAttribute",
    "AuthorizeSecurityGroupIngress",
    "TerminateInstances",
    "CreateFunction20150331",
    "UpdateFunctionCode20150331v2",
    "DeleteLogGroup",
    "PassRole",
    "DescribeVolumes",
    "GetObject",
];

const REGIONS: &[&str] =
    &["us-east-1", "us-west-2", "eu-west-1", "eu-central-1", "ap-northeast-1", "ap-southeast-2", "sa-east-1", "us-east-2"];

const WORDS: &[&str] =
    &["admin", "backdoor", "deploy", "prod", "session", "terraform", "jenkins", "audit", "billing", "intruder", "stage", "readonly"];

/// Patterns that ask for values which no record has.
pub fn foreign(count: usize) -> anyhow::Result<Vec<String>> {
    let mut chance = Chance(1);
    (0..count).map(|_| Ok(foreign_pattern(&mut chance)?)).collect()
}

/// One pattern, as bus rules are written: what was called, where from or by whom, and what is left out. Ten kinds, each as likely.
fn foreign_pattern(chance: &mut Chance) -> Result<String, std::fmt::Error> {
    let (service, name, n) = (chance.of(SERVICES), chance.of(NAMES), chance.below(1_000_000));
    let (word, region, other) = (chance.of(WORDS), chance.of(REGIONS), chance.of(NAMES));
    let mut detail = String::new();
    match chance.below(10) {
        0 => write!(detail, r#""eventName":["{name}","{other}"],"userIdentity":{{"arn":[{{"wildcard":"*:user/{word}-{n}*"}}]}}"#)?,
        1 => {
            write!(detail, r#""eventName":[{{"prefix":"{}"}}],"requestParameters":{{"roleName":[{{"prefix":"{word}-{n}"}}]}}"#, &name[..5])?
        }
        2 => write!(
            detail,
            r#""eventName":["{name}"],"sourceIPAddress":[{{"cidr":"{}.{}.{}.0/24"}}]"#,
            n % 223 + 1,
            n / 223 % 256,
            n / 57 % 256
        )?,
        3 => write!(
            detail,
            r#""eventName":["{name}"],"sourceIPAddress":[{{"cidr":"{}.{}.0.0/{}"}}]"#,
            n % 223 + 1,
            n / 223 % 256,
            10 + n % 12
        )?,
        4 => write!(
            detail,
            r#""eventName":["{name}"],"userIdentity":{{"type":[{{"anything-but":["AWSService","Root"]}}],"userName":["{word}-{n}"]}}"#
        )?,
        5 => write!(detail, r#""userAgent":[{{"wildcard":"*{word}-{}/*"}}],"awsRegion":[{{"anything-but":"{region}"}}]"#, n % 5000)?,
        6 => write!(detail, r#""eventName":["{name}"],"errorCode":[{{"exists":false}}],"recipientAccountId":["{:012}"]"#, n * 7919)?,
        7 => write!(detail, r#""errorCode":[{{"suffix":"{word}Exception{}"}},"Client.{word}{n}"],"awsRegion":["{region}"]"#, n % 100)?,
        8 => write!(
            detail,
            r#""$or":[{{"requestParameters":{{"bucketName":[{{"suffix":"-{word}-{n}"}}]}}}},{{"requestParameters":{{"functionName":[{{"equals-ignore-case":"{word}-{n}"}}]}}}}]"#
        )?,
        _ => write!(
            detail,
            r#""eventName":["{name}"],"userIdentity":{{"sessionContext":{{"sessionIssuer":{{"userName":[{{"prefix":"{word}-{n}"}}]}}}}}},"readOnly":[false]"#
        )?,
    }
    Ok(match chance.below(3) {
        0 => format!(r#"{{"source":["aws.{service}"],"detail":{{{detail}}}}}"#),
        1 => format!(r#"{{"source":["aws.{service}"],"detail-type":["AWS API Call via CloudTrail"],"detail":{{{detail}}}}}"#),
        _ => {
            format!(r#"{{"detail-type":["AWS API Call via CloudTrail"],"detail":{{"eventSource":["{service}.amazonaws.com"],{detail}}}}}"#)
        }
    })
}

/// Patterns that ask for values of records: which API, by whom or from where, with something left out.
pub fn drawn(records: &[String], count: usize) -> anyhow::Result<Vec<String>> {
    let mut chance = Chance(2);
    let mut made = Vec::with_capacity(count);
    while made.len() < count {
        let record: Value = serde_json::from_str(&records[chance.below(records.len() as u64) as usize])?;
        made.extend(drawn_pattern(&record, &mut chance).map(|pattern| pattern.to_string()));
    }
    Ok(made)
}

/// Half of a text, at least four bytes of it.
fn half(text: &str) -> &str {
    text.get(..(text.len() / 2).max(4)).unwrap_or(text)
}

/// A pattern that this record satisfies, unless it leaves something out that the record has; nothing where the record lacks the field.
fn drawn_pattern(record: &Value, chance: &mut Chance) -> Option<Value> {
    let text = |path: &str| record.pointer(path)?.as_str();
    let name = text("/eventName")?;
    let address = text("/sourceIPAddress").filter(|text| text.parse::<std::net::Ipv4Addr>().is_ok());
    let mut detail = match chance.below(10) {
        0 => json!({"userIdentity": {"arn": [{"wildcard": format!("*{}*", text("/userIdentity/arn")?.rsplit('/').next()?)}]}}),
        1 => json!({"userIdentity": {"arn": [text("/userIdentity/arn")?]}}),
        2 => json!({"sourceIPAddress": [{"cidr": format!("{}/24", address?)}]}),
        3 => json!({"sourceIPAddress": [{"cidr": format!("{}/{}", address?, 18 + chance.below(12))}]}),
        4 => {
            json!({"userIdentity": {"type": [{"anything-but": ["AWSService", "Root"]}], "userName": [{"prefix": half(text("/userIdentity/userName")?)}]}})
        }
        5 => {
            json!({"userAgent": [{"wildcard": format!("*{}*", half(text("/userAgent")?))}], "awsRegion": [{"anything-but": chance.of(REGIONS)}]})
        }
        6 => {
            json!({"errorCode": [{"exists": false}], "recipientAccountId": [text("/recipientAccountId")?], "awsRegion": [text("/awsRegion")?]})
        }
        7 => json!({"errorCode": [{"suffix": text("/errorCode")?.rsplit('.').next()?}], "awsRegion": [text("/awsRegion")?]}),
        8 => {
            let parameters = record.get("requestParameters")?.as_object()?;
            let (key, value) = parameters.iter().find_map(|(key, value)| Some((key, value.as_str()?)))?;
            json!({"requestParameters": {key: [{"prefix": half(value)}, {"equals-ignore-case": value}]}})
        }
        _ => {
            let issuer = text("/userIdentity/sessionContext/sessionIssuer/userName")?;
            let session = json!({"sessionIssuer": {"userName": [{"suffix": half(issuer)}, issuer]}});
            json!({"userIdentity": {"sessionContext": session}, "readOnly": [record.get("readOnly")?]})
        }
    };
    detail["eventName"] = match chance.below(4) {
        0 => json!([{"prefix": half(name)}]),
        1 => json!([{"equals-ignore-case": name}]),
        2 => json!([name, chance.of(NAMES)]),
        _ => json!([name]),
    };
    let service = text("/eventSource")?.strip_suffix(".amazonaws.com")?;
    Some(match chance.below(3) {
        0 => json!({"source": [format!("aws.{service}")], "detail": detail}),
        1 => json!({"source": [format!("aws.{service}")], "detail-type": ["AWS API Call via CloudTrail"], "detail": detail}),
        _ => json!({"detail": detail}),
    })
}
