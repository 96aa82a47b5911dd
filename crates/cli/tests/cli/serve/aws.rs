//! AWS's own client against the endpoints, and a queue of moto's as a source.

use std::process::Command;

use watchfire_moto::Moto;

use super::{FOLDER, World};

/// The keys that `watchfire user key` prints.
fn keys(world: &World) -> Vec<(String, String)> {
    let run = world.run(&["user", "key", "ada"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    run.stdout.lines().filter_map(|line| line.split_once('=')).map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

fn python(world: &World, script: &str) -> String {
    let mut command = Command::new(Moto::python());
    command.args(["-c", script]).envs(keys(world)).env("AWS_REGION", "us-east-1").env("AWS_DEFAULT_REGION", "us-east-1");
    command.env("ENDPOINT", format!("http://{}", world.client.address));
    let output = command.output().expect("python starts");
    assert!(output.status.success(), "{}\n{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Objects in S3 of which SQS tells, as S3 does and through SNS, twice and out of order, beside messages of others.
#[test]
fn objects_that_a_queue_tells_of_are_read_once() {
    let moto = Moto::start();
    let script = r#"
import boto3, os, json, gzip
s3 = boto3.client("s3", endpoint_url=os.environ["MOTO"]); sqs = boto3.client("sqs", endpoint_url=os.environ["MOTO"])
s3.create_bucket(Bucket="trail")
queue = sqs.create_queue(QueueName="notices")["QueueUrl"]
def record(n): return {"eventVersion": "1.09", "userIdentity": {"type": "IAMUser", "arn": "arn:aws:iam::111122223333:user/mallory", "accountId": "111122223333", "userName": "mallory"},
  "eventTime": "2026-03-02T09:14:07Z", "eventSource": "cloudtrail.amazonaws.com", "eventName": "StopLogging", "awsRegion": "eu-west-1", "sourceIPAddress": "198.51.100.7",
  "userAgent": "aws-cli", "requestParameters": {"name": "t"}, "eventID": f"q-{n}", "eventType": "AwsApiCall", "recipientAccountId": "111122223333", "eventCategory": "Management"}
notices = []
for n in range(20):
    key = f"AWSLogs/111122223333/CloudTrail/eu-west-1/2026/03/02/a b+{n}.json.gz"
    s3.put_object(Bucket="trail", Key=key, Body=gzip.compress(json.dumps({"Records": [record(n)]}).encode()))
    from urllib.parse import quote_plus
    notices.append(json.dumps({"Records": [{"eventSource": "aws:s3", "eventName": "ObjectCreated:Put", "s3": {"bucket": {"name": "trail"}, "object": {"key": quote_plus(key, safe="/")}}}]}))
for n, notice in enumerate(reversed(notices + notices[:7])):
    body = notice if n % 2 else json.dumps({"Type": "Notification", "MessageId": str(n), "TopicArn": "arn:aws:sns:us-east-1:111122223333:trail", "Message": notice, "Timestamp": "2026-03-02T09:14:07.000Z"})
    sqs.send_message(QueueUrl=queue, MessageBody=body)
sqs.send_message(QueueUrl=queue, MessageBody=json.dumps({"Service": "Amazon S3", "Event": "s3:TestEvent"}))
sqs.send_message(QueueUrl=queue, MessageBody="hello")
print(queue)
"#;
    let mut command = Command::new(Moto::python());
    command.args(["-c", script]).env("MOTO", moto.endpoint());
    for (name, value) in [("AWS_ACCESS_KEY_ID", "test"), ("AWS_SECRET_ACCESS_KEY", "test"), ("AWS_DEFAULT_REGION", "us-east-1")] {
        command.env(name, value);
    }
    let output = command.output().expect("python starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let queue = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    let source = format!("[[source]]\nname = \"queue\"\nkind = \"sqs\"\nqueue = \"{queue}\"\n");
    let mut world = World::start_in(&source, vec![("AWS_ENDPOINT_URL", moto.endpoint().to_owned())]);
    let count = serde_json::json!({ "sql": "SELECT count(*) AS n, count(DISTINCT eventid) AS d FROM cloudtrail" }).to_string();
    let begin = std::time::Instant::now();
    loop {
        let answer = world.client.post("/api/v1/search", &count);
        if answer.body.replace(' ', "").contains("[[20,20]]") {
            break;
        }
        let health = world.client.get("/api/v1/sources").body;
        assert!(begin.elapsed() < super::PATIENCE, "{} {}\n{health}", answer.status, answer.body);
        std::thread::sleep(std::time::Duration::from_millis(200));
    }
    // The foreign message is written down, with the reason.
    let letters = || std::fs::read_dir(world.path("watchfire-data/dead-letters")).map(|all| all.count()).unwrap_or_default();
    while letters() == 0 {
        assert!(begin.elapsed() < super::PATIENCE * 2, "the foreign message is nowhere");
        std::thread::sleep(std::time::Duration::from_millis(200));
    }
    assert!(world.stop());
}

#[test]
fn boto3_puts_rules_events_and_findings() {
    let world = World::start(&format!("{FOLDER}[target.file]\nkind = \"log\"\npath = \"mine.jsonl\"\n"));
    let said = python(
        &world,
        r#"
import boto3, os, json, datetime, time
e = boto3.client("events", endpoint_url=os.environ["ENDPOINT"])
print(e.put_rule(Name="mine", EventPattern=json.dumps({"source": ["my.app"]}))["RuleArn"])
assert e.put_targets(Rule="mine", Targets=[{"Id": "1", "Arn": "arn:aws:watchfire:us-east-1:000000000000:target/file"}])["FailedEntryCount"] == 0
answer = e.put_events(Entries=[{"Source": "my.app", "DetailType": "t", "Detail": "{\"n\": 7}"}, {"Source": "my.app"}])
assert answer["FailedEntryCount"] == 1, answer
assert e.describe_rule(Name="mine")["State"] == "ENABLED"
assert [r["Name"] for r in e.list_rules()["Rules"]] == ["mine"]
try:
    e.describe_rule(Name="none"); raise SystemExit("no error")
except e.exceptions.ResourceNotFoundException as error:
    print(error)
s = boto3.client("securityhub", endpoint_url=os.environ["ENDPOINT"])
now = datetime.datetime.now(datetime.timezone.utc).isoformat().replace("+00:00", "Z")
finding = {"SchemaVersion": "2018-10-08", "Id": "f-1", "GeneratorId": "g", "AwsAccountId": "000000000000",
  "ProductArn": "arn:aws:securityhub:us-east-1:000000000000:product/000000000000/default", "CreatedAt": now, "UpdatedAt": now,
  "Title": "Imported", "Description": "d", "Types": ["TTPs"], "Severity": {"Label": "HIGH"}, "Resources": [{"Type": "Other", "Id": "r"}]}
assert s.batch_import_findings(Findings=[finding])["SuccessCount"] == 1
found = s.get_findings(Filters={"Title": [{"Value": "Imp", "Comparison": "PREFIX"}]})["Findings"]
assert len(found) == 1 and found[0]["Workflow"]["Status"] == "NEW", found
done = s.batch_update_findings(FindingIdentifiers=[{"Id": "f-1", "ProductArn": finding["ProductArn"]}], Workflow={"Status": "NOTIFIED"}, Note={"Text": "seen", "UpdatedBy": "ada"})
assert len(done["ProcessedFindings"]) == 1, done
assert s.get_findings(Filters={"WorkflowStatus": [{"Value": "NOTIFIED", "Comparison": "EQUALS"}]})["Findings"][0]["Note"]["Text"] == "seen"
bad = boto3.client("events", endpoint_url=os.environ["ENDPOINT"], aws_access_key_id=os.environ["AWS_ACCESS_KEY_ID"], aws_secret_access_key="wrong")
try:
    bad.list_rules(); raise SystemExit("no error")
except Exception as error:
    print(type(error).__name__, error)
"#,
    );
    assert!(said.contains("rule/mine") && said.contains("Rule none does not exist") && said.to_lowercase().contains("signature"), "{said}");
    let begin = std::time::Instant::now();
    while !super::lines(&world.path("watchfire-data/bus/mine.jsonl")).iter().any(|line| line.contains("\"n\":7")) {
        assert!(begin.elapsed() < super::PATIENCE, "the event was not delivered");
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
}
