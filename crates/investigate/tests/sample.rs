//! A rich report, written to `target/report-sample.html` for looking at.
//!
//! With `WATCHFIRE_SAMPLE_LOGS` set to a folder of CloudTrail JSON files the records are real, else made up.

mod rig;

use std::path::Path;
use std::time::{Duration, Instant};

use rig::Text;
use serde_json::{Value, json};
use watchfire_investigate::{Inputs, Rejects, Sessions, Tally, Triage, report, summary_words};
use watchfire_model::{
    Attack, Entity, EntityKind, EventTime, Evidence, Finding, MatchedPredicate, Occurrence, Reject, RejectReason, Severity,
};

/// Event name, error wanted, severity, title, sentence, tactic, technique.
type Row = (&'static str, Option<&'static str>, Severity, &'static str, &'static str, &'static str, &'static str);

#[rustfmt::skip]
const ROWS: &[Row] = {
    use Severity::{Critical, High, Informational, Low, Medium};
    &[
        ("DeleteTrail", None, Critical, "CloudTrail trail deleted", "deleted the trail {requestParameters.name}", "defense-evasion", "T1562.008"),
        ("ModifyDBSnapshotAttribute", None, Critical, "Database snapshot shared with another account", "shared the snapshot {requestParameters.dBSnapshotIdentifier}", "exfiltration", "T1537"),
        ("CreateAccessKey", None, High, "Access key created for another user", "created an access key for {requestParameters.userName}", "persistence", "T1098.001"),
        ("DeleteFlowLogs", None, High, "VPC flow logs deleted", "deleted flow logs", "defense-evasion", "T1562.008"),
        ("ModifySnapshotAttribute", None, High, "Disk snapshot shared with another account", "shared the snapshot {requestParameters.snapshotId}", "exfiltration", "T1537"),
        ("ModifyImageAttribute", None, High, "Machine image shared with another account", "shared the image {requestParameters.imageId}", "exfiltration", "T1537"),
        ("UpdateAssumeRolePolicy", None, High, "Role trust opened to another account", "changed who may assume {requestParameters.roleName}", "persistence", "T1098"),
        ("PutBucketPolicy", None, High, "Bucket opened to another account", "opened the bucket {requestParameters.bucketName}", "exfiltration", "T1530"),
        ("CreateTrustAnchor", None, High, "IAM Roles Anywhere trust anchor created", "created a trust anchor", "persistence", "T1098.001"),
        ("GetPasswordData", Some("Client.UnauthorizedOperation"), High, "Windows passwords of instances asked for", "asked for the passwords of instances and was refused", "credential-access", "T1552.005"),
        ("GetSecretValue", None, Medium, "Many secrets read", "read many secrets", "credential-access", "T1555.006"),
        ("LeaveOrganization", Some("AccessDenied"), Medium, "Attempt to leave the organisation", "tried to leave the organisation", "defense-evasion", "T1666"),
        ("CreateLoginProfile", None, Medium, "Console password given to a user", "gave {requestParameters.userName} a console password", "persistence", "T1098.001"),
        ("AttachUserPolicy", None, Medium, "Administrator policy attached to a user", "attached a policy to {requestParameters.userName}", "privilege-escalation", "T1098.003"),
        ("PutEventSelectors", None, Medium, "Trail told to record less", "narrowed the event selectors of {requestParameters.trailName}", "defense-evasion", "T1562.008"),
        ("PutBucketLifecycle", None, Medium, "Short lifecycle on a trail's bucket", "set a lifecycle on {requestParameters.bucketName}", "defense-evasion", "T1070"),
        ("AuthorizeSecurityGroupIngress", None, Medium, "Remote access opened to the world", "opened {requestParameters.groupId}", "initial-access", "T1133"),
        ("UpdateFunctionCode20150331v2", None, Medium, "Function code replaced", "replaced the code of {requestParameters.functionName}", "persistence", "T1546"),
        ("AddPermission20150331v2", None, Medium, "Function opened to everybody", "let everybody invoke {requestParameters.functionName}", "persistence", "T1546"),
        ("SendCommand", Some("InvalidInstanceId"), Medium, "Commands sent to many instances", "sent a command to instances", "execution", "T1651"),
        ("ConsoleLogin", None, Medium, "Console sign-in without a second factor", "signed in to the console without MFA", "initial-access", "T1078.004"),
        ("CreateUser", None, Low, "User created", "created the user {requestParameters.userName}", "persistence", "T1136.003"),
        ("CreateRole", None, Low, "Role created", "created the role {requestParameters.roleName}", "persistence", "T1098.003"),
        ("ModifyInstanceAttribute", None, Low, "Instance start script changed", "changed {requestParameters.instanceId}", "execution", "T1059.009"),
        ("RunInstances", Some("Client.InvalidParameterValue"), Low, "Unusual instances asked for", "asked for unusual instances", "impact", "T1496.001"),
        ("DescribeInstanceAttribute", Some("Client.UnauthorizedOperation"), Low, "Start scripts of instances asked for", "asked for instance start scripts", "discovery", "T1580"),
        ("GetCallerIdentity", None, Informational, "Caller asked who it is", "asked who it is", "discovery", "T1087.004"),
    ]
};

fn records() -> Vec<Value> {
    let mut records = Vec::new();
    let folder = std::env::var_os("WATCHFIRE_SAMPLE_LOGS");
    for file in folder.into_iter().flat_map(std::fs::read_dir).flatten().flatten() {
        let text = std::fs::read_to_string(file.path()).expect("readable");
        let mut value: Value = serde_json::from_str(&text).expect("JSON");
        if let Some(Value::Array(list)) = value.get_mut("Records").map(Value::take) {
            records.extend(list);
        }
    }
    if records.is_empty() {
        records.extend(made_up());
    }
    records.extend(background());
    records.extend(three_hops());
    records
}

/// For each row one call, or a few, in one hour.
fn made_up() -> Vec<Value> {
    let call = |(row, (name, error, ..)): (usize, &Row), again: usize| {
        let time = format!("2023-07-10T12:{:02}:{:02}Z", 2 + row * 2 % 50, again * 7 % 60);
        let mut value = rig::call(&time, "trudy", "AKIAEXAMPLETRUDY0001", "iam.amazonaws.com", name);
        if let Some(error) = error {
            value["errorCode"] = json!(error);
        }
        value
    };
    ROWS.iter().enumerate().flat_map(|row| (0..=row.0 % 4).map(move |again| call(row, again))).collect()
}

/// A day and a half of an ordinary pipeline and application before the attack.
fn background() -> Vec<Value> {
    let start: EventTime = "2023-07-09T06:00:00Z".parse().expect("a time");
    let mut state = 7u64;
    let mut random = move |below: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    (0..9000)
        .map(|number| {
            let minute = number / 5;
            let busy = matches!((minute / 60 + 6) % 24, 7..=18);
            let time = EventTime(start.0 + minute as i64 * 60_000 + random(60_000) as i64).to_string();
            let time = format!("{}Z", time.get(..19).expect("seconds"));
            let (role, session) = if busy && random(3) > 0 {
                ("deploy-pipeline", format!("build-{}", number / 400))
            } else {
                ("orders-api", "i-0aa11bb22cc33dd44".to_owned())
            };
            let key = format!("ASIA{}{:04}", role[..4].to_uppercase(), number / 400);
            let (source, name) = [
                ("s3.amazonaws.com", "GetObject"),
                ("dynamodb.amazonaws.com", "Query"),
                ("kms.amazonaws.com", "Decrypt"),
                ("ec2.amazonaws.com", "DescribeInstances"),
                ("sts.amazonaws.com", "GetCallerIdentity"),
            ][random(5) as usize];
            let mut value = rig::session_call(&time, role, &session, &key, source, name);
            value["readOnly"] = json!(true);
            value["sourceIPAddress"] = json!(format!("10.20.{}.{}", random(3), random(20)));
            value["userAgent"] =
                json!("Boto3/1.34.11 md/Botocore#1.34.11 ua/2.0 os/linux#5.10.205 md/arch#x86_64 lang/python#3.11.6 cfg/retry-mode#legacy");
            if random(60) == 0 {
                value["errorCode"] = json!("ThrottlingException");
            }
            value
        })
        .collect()
}

/// mallory → support → deploy → break-glass, and calls of each.
fn three_hops() -> Vec<Value> {
    let sts = "sts.amazonaws.com";
    let mut list = vec![
        rig::call("2023-07-10T11:58:02Z", "mallory", "AKIAEXAMPLEMALLORY01", sts, "GetCallerIdentity"),
        rig::assuming(
            rig::call("2023-07-10T11:59:10Z", "mallory", "AKIAEXAMPLEMALLORY01", sts, "AssumeRole"),
            "support",
            "mallory",
            "ASIAEXAMPLESUPPORT01",
        ),
        rig::assuming(
            rig::session_call("2023-07-10T12:03:40Z", "support", "mallory", "ASIAEXAMPLESUPPORT01", sts, "AssumeRole"),
            "deploy",
            "debug",
            "ASIAEXAMPLEDEPLOY001",
        ),
        rig::assuming(
            rig::session_call("2023-07-10T12:11:05Z", "deploy", "debug", "ASIAEXAMPLEDEPLOY001", sts, "AssumeRole"),
            "break-glass",
            "fix",
            "ASIAEXAMPLEBREAKGLAS",
        ),
    ];
    for minute in 0..14 {
        list.push(rig::session_call(
            &format!("2023-07-10T12:{:02}:20Z", 12 + minute),
            "break-glass",
            "fix",
            "ASIAEXAMPLEBREAKGLAS",
            "iam.amazonaws.com",
            if minute == 3 { "CreateAccessKey" } else { "ListUsers" },
        ));
    }
    list
}

fn at<'v>(value: &'v Value, path: &str) -> Option<&'v str> {
    path.split('.').try_fold(value, |value, key| value.get(key))?.as_str()
}

fn predicates(name: &str, first: &Value) -> Option<Vec<MatchedPredicate>> {
    let mut matched = vec![
        MatchedPredicate {
            field: "eventSource".into(),
            operator: "equals".into(),
            expected: at(first, "eventSource")?.into(),
            actual: at(first, "eventSource")?.into(),
        },
        MatchedPredicate { field: "eventName".into(), operator: "equals".into(), expected: name.into(), actual: name.into() },
    ];
    if name == "UpdateAssumeRolePolicy" {
        matched.push(MatchedPredicate {
            field: "requestParameters.policyDocument.Statement.Principal.AWS".into(),
            operator: "contains".into(),
            expected: "arn:aws:iam::".into(),
            actual: "arn:aws:iam::193672423079:root".into(),
        });
    }
    Some(matched)
}

fn finding(row: &Row, records: &[Value]) -> Option<Finding> {
    let (name, error, severity, title, sentence, tactic, technique) = *row;
    let mut hits: Vec<&Value> = records
        .iter()
        .filter(|r| {
            at(r, "eventName") == Some(name)
                && at(r, "errorCode") == error
                && at(r, "userIdentity.arn").is_some_and(|arn| !arn.contains("orders-api") && !arn.contains("deploy-pipeline"))
        })
        .collect();
    hits.sort_by_key(|r| at(r, "eventTime").map(str::to_owned));
    let (first, last) = (*hits.first()?, *hits.last()?);
    let said = sentence
        .split(['{', '}'])
        .enumerate()
        .map(|(n, piece)| if n % 2 == 1 { at(first, piece).unwrap_or("?") } else { piece })
        .collect::<String>();
    let mut entities = Vec::new();
    for (kind, path) in [
        (EntityKind::Principal, "userIdentity.arn"),
        (EntityKind::AccessKey, "userIdentity.accessKeyId"),
        (EntityKind::Address, "sourceIPAddress"),
        (EntityKind::Account, "recipientAccountId"),
        (EntityKind::Region, "awsRegion"),
        (EntityKind::UserAgent, "userAgent"),
    ] {
        if let Some(id) = at(first, path).filter(|id| !id.is_empty()) {
            entities.push(Entity { kind, id: id.into() });
        }
    }
    if let Some(id) = sentence.split(['{', '}']).nth(1).and_then(|path| at(first, path)) {
        entities.push(Entity { kind: EntityKind::Resource, id: id.into() });
    }
    let matched = predicates(name, first)?;
    let who = at(first, "userIdentity.arn").and_then(|arn| arn.rsplit('/').next()).unwrap_or("someone");
    Some(Finding {
        rule: "5f0c1a52-8f0e-4c7e-9b0b-0d6a3f1f7a10".into(),
        name: title.to_lowercase().replace(' ', "_").into(),
        finding_type: format!("{}:IAMUser/{name}", tactic.replace('-', "")).into(),
        severity,
        title: title.into(),
        summary: format!("{who} {said}"),
        time: at(first, "eventTime")?.parse().ok()?,
        last_time: at(last, "eventTime")?.parse().ok()?,
        count: hits.len() as u64,
        entities,
        records: hits.iter().map(|r| Occurrence { event_id: at(r, "eventID").unwrap_or("").into(), time: at(r, "eventTime").expect("t").parse().expect("t"), source: "s3://example-trail-logs/AWSLogs/123837392027/CloudTrail/us-east-1/2023/07/10/123837392027_CloudTrail_us-east-1_20230710T1145Z_7xgocspSowgK0Gto.json.gz".into() }).collect(),
        records_omitted: 0,
        attack: Attack { tactics: vec![tactic.into()], techniques: vec![technique.into()] },
        why: "Whoever does this takes sight from the defenders or rights for later: what follows is not recorded, or can be done again with credentials nobody watches. Attackers do it early, and it rarely has another reason.".into(),
        normal: "The platform team's pipeline does this a few times a year, from its own role and its own addresses.".into(),
        benign_causes: vec!["A planned move to an organisation trail".into(), "A test of the detection itself, such as Stratus Red Team".into()],
        next: vec![format!("Undo it: `aws cloudtrail start-logging --name <trail>` and check what {who} did in the hour before."), format!("Deactivate the access key of {who} with `aws iam update-access-key --status Inactive`.")],
        evidence: hits.iter().take(2).map(|r| Evidence { event_id: at(r, "eventID").unwrap_or("").into(), record: serde_json::to_string(r).expect("JSON"), matched: matched.clone() }).collect(),
    })
}

#[test]
fn a_rich_report_is_written_for_looking_at() {
    let values = records();
    let texts: Vec<Text> = values.iter().map(Text::new).collect();
    let (tally, sessions): (Tally, Sessions) = rig::observe(&texts);
    let findings: Vec<Finding> = ROWS.iter().filter_map(|row| finding(row, &values)).collect();
    let mut rejects = Rejects::default();
    for (reason, offset, detail) in [
        (RejectReason::Truncated, 48_213, "the record ends inside a string"),
        (RejectReason::BrokenJson, 12, "expected `:` at column 18"),
        (RejectReason::Truncated, 9_120, "the record ends before its closing brace"),
    ] {
        rejects.observe(Reject {
            reason,
            source: "logs.zip!AWSLogs/123837392027_CloudTrail_us-east-1_20230710T1150Z_1vnLavRRp0ek1mP4.json.gz".into(),
            offset,
            detail: detail.into(),
            excerpt: br#"{"eventVersion":"1.08","userIdentity":{"type":"IAMUser","princip"#.to_vec(),
        });
    }
    let inputs = Inputs {
        places: vec!["./invictus-stratus-run".into(), "s3://example-trail-logs/AWSLogs/".into()],
        objects: 612,
        pruned: 40,
        records: texts.len() as u64,
        duplicates: 14,
        bytes_read: 3_140_000,
        bytes_inflated: 48_900_000,
        duration: Duration::from_millis(412),
        threads: 2,
        narrowed: vec!["since 2023-07-09".into()],
    };
    let triage = Triage {
        title: "Sandbox account 123837392027",
        version: "0.1.0",
        generated_at: "2026-11-24T06:00:00Z".parse().expect("a time"),
        findings: &findings,
        tally: &tally,
        sessions: &sessions,
        rejects: &rejects,
        inputs: &inputs,
        rules: 412,
    };
    let start = Instant::now();
    let page = report::html(&triage);
    let took = start.elapsed();
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("inside the target folder");
    std::fs::write(target.join("report-sample.html"), &page).expect("target is writable");
    std::fs::write(target.join("report-sample.txt"), summary_words(&triage).to_string()).expect("target is writable");
    eprintln!("{} bytes in {took:?}, {} findings", page.len(), findings.len());
    assert!(page.len() < 8 * 1024 * 1024);
}
