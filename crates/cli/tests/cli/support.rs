//! Running the binary, and logs to run it on.

use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};

/// What a run came to.
pub struct Run {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

/// Runs `watchfire` with arguments; no configuration of the machine reaches it.
pub fn watchfire(arguments: &[&str]) -> Run {
    watchfire_with(arguments, |_| ())
}

/// The same with a prepared command.
pub fn watchfire_with(arguments: &[&str], prepare: impl FnOnce(&mut Command)) -> Run {
    let mut command = Command::new(env!("CARGO_BIN_EXE_watchfire"));
    command.args(arguments).env("NO_COLOR", "1").stdin(Stdio::null());
    prepare(&mut command);
    outcome(command.output().expect("the binary starts"))
}

pub fn outcome(output: Output) -> Run {
    Run {
        code: output.status.code().expect("it ended by itself"),
        stdout: String::from_utf8(output.stdout).expect("UTF-8"),
        stderr: String::from_utf8(output.stderr).expect("UTF-8"),
    }
}

impl Run {
    /// The findings of a `--format jsonl` run.
    pub fn findings(&self) -> Vec<Value> {
        self.stdout.lines().map(|line| serde_json::from_str(line).expect("one JSON object a line")).collect()
    }

    /// Ids of all records in all findings of a rule, sorted.
    pub fn record_ids(&self, rule: &str) -> Vec<String> {
        let named = self.findings().into_iter().filter(|finding| finding["name"] == rule);
        let mut ids: Vec<String> = named
            .flat_map(|finding| finding["records"].as_array().cloned().expect("a list of records"))
            .map(|record| record["event_id"].as_str().expect("an id").to_owned())
            .collect();
        ids.sort();
        ids
    }
}

/// A record in which somebody stops a trail.
pub fn stop_logging(id: &str) -> Value {
    json!({
        "eventVersion": "1.09",
        "userIdentity": {
            "type": "IAMUser", "principalId": "AIDAEXAMPLE", "arn": "arn:aws:iam::111122223333:user/mallory",
            "accountId": "111122223333", "accessKeyId": "AKIAEXAMPLE", "userName": "mallory"
        },
        "eventTime": "2026-03-02T09:14:07Z", "eventSource": "cloudtrail.amazonaws.com", "eventName": "StopLogging",
        "awsRegion": "eu-west-1", "sourceIPAddress": "198.51.100.23", "userAgent": "aws-cli/2.17.9",
        "requestParameters": {"name": "arn:aws:cloudtrail:eu-west-1:111122223333:trail/main"}, "responseElements": null,
        "requestID": "6d1f3c59-0000-4000-8000-000000000001", "eventID": id, "readOnly": false, "eventType": "AwsApiCall",
        "managementEvent": true, "recipientAccountId": "111122223333", "eventCategory": "Management"
    })
}

/// The rule that notices it.
pub const STOP_LOGGING: &str = "cloudtrail_logging_stopped";

/// CloudTrail's own envelope.
pub fn envelope(records: &[Value]) -> String {
    json!({"Records": records}).to_string()
}

/// Gzip, as AWS writes it.
pub fn gzip(text: &[u8]) -> Vec<u8> {
    use std::io::Write;
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(text).expect("in memory");
    encoder.finish().expect("in memory")
}

/// Scans one file and returns the ids of the records in which logging was stopped.
pub fn noticed(path: &Path) -> Vec<String> {
    let run = watchfire(&["scan", path.to_str().expect("UTF-8"), "--format", "jsonl"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    run.record_ids(STOP_LOGGING)
}
