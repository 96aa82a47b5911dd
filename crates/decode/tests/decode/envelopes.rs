//! What is a record, what holds one, and what is neither.

use crate::collect::{decode, record};

#[track_caller]
fn check(text: &str, names: &[&str], codes: &[&str]) {
    let got = decode(text.as_bytes());
    assert_eq!(got.texts("eventName"), names, "{text}");
    assert_eq!(got.codes(), codes, "{text} {:?}", got.rejects.iter().map(|reject| &reject.detail).collect::<Vec<_>>());
}

#[test]
fn wrong_types() {
    check(r#"{"eventName":"A","eventSource":"s","eventTime":1}"#, &[], &["wrong_type"]);
    check(r#"{"eventName":"A","eventSource":"s"}"#, &[], &["wrong_type"]);
    check(r#"{"eventName":null,"eventSource":"s","eventTime":"t"}"#, &[], &["wrong_type"]);
    check(r#"{"eventName":"A","eventSource":["s"],"eventTime":"t"}"#, &[], &["wrong_type"]);
    let odd = r#","userIdentity":"root","requestParameters":"text","readOnly":"no","resources":null,"awsRegion":7"#;
    check(&record("A", odd), &["A"], &[]);
    let got = decode(record("A", odd).as_bytes());
    assert_eq!(got.texts("userIdentity"), ["root"]);
    assert_eq!(got.texts("awsRegion"), ["7"]);
}

#[test]
fn no_records() {
    check(r#"{"a":1}"#, &[], &["not_a_record"]);
    check(r#"[1 ,"text",null,[{}]]"#, &[], &["not_a_record"; 4]);
    check(r#"{"digestS3Object":"x","logFiles":[{"s3Object":"y"}]}"#, &[], &["not_a_record"]);
    check(r#"{"eventName":"A"}"#, &[], &["not_a_record"]);
    check(r#"{"Records":null}"#, &[], &["not_a_record"]);
    check(r#"{"version":"0","detail-type":"GuardDuty Finding","detail":{"id":"x"}}"#, &[], &["not_a_record"]);
}

#[test]
fn insights_and_service_events() {
    let insight = r#"{"eventTime":"t","eventType":"AwsCloudTrailInsight","insightDetails":{"state":"Start"}}"#;
    assert_eq!(decode(insight.as_bytes()).records.len(), 1);
    check(r#"{"eventName":"A","eventType":"AwsServiceEvent","eventTime":"t"}"#, &["A"], &[]);
}

#[test]
fn control_messages_are_quiet() {
    let control = r#"{"messageType":"CONTROL_MESSAGE","logEvents":[{"id":"","message":"CWL CONTROL MESSAGE: Checking health"}]}"#;
    check(control, &[], &[]);
    let events = [record("A", ""), "no json".to_owned(), record("B", "")].map(|message| serde_json::json!({ "message": message }));
    let data = serde_json::json!({ "messageType": "DATA_MESSAGE", "logEvents": events });
    check(&data.to_string(), &["A", "B"], &["broken_json"]);
}

#[test]
fn envelopes_inside_envelopes() {
    let event = format!(r#"{{"detail-type":"AWS API Call via CloudTrail","detail":{}}}"#, record("A", ""));
    check(&serde_json::json!({ "logEvents": [{ "message": event }] }).to_string(), &["A"], &[]);
    let mut text = record("A", "");
    for _ in 0..5 {
        text = serde_json::json!({ "message": text }).to_string();
    }
    check(&text, &[], &["not_a_record"]);
}

#[test]
fn stray_commas_and_brackets() {
    let (a, b) = (record("A", ""), record("B", ""));
    check(&format!("[{a},,{b}]"), &["A", "B"], &["broken_json"]);
    check(&format!("[,,, ,{a},{b},]"), &["A", "B"], &["broken_json"]);
    check(&format!("[{a}}},{b}]"), &["A", "B"], &["broken_json"]);
    check(&format!("{{\"Records\":[{a}],{b}]}}"), &["A", "B"], &["broken_json"]);
    check(&format!("{a}\n]\n{b}"), &["A", "B"], &["broken_json"]);
    check(&format!("{a}\nrubbish\n{b}"), &["A", "B"], &["broken_json"]);
    check(&format!("{{\"Records\"[{a},{b}]}}"), &["A", "B"], &["broken_json"]);
    check(&format!("{{\"Records\":[{a},{{]}}\n{{\"Records\":[{b}]}}"), &["A", "B"], &["broken_json"]);
}

#[test]
fn adjacent_broken_lines_are_counted_each() {
    let cut = &record("X", "")[..50];
    check(&[&record("A", ""), cut, cut, cut, &record("B", "")].join("\n"), &["A", "B"], &["broken_json"; 3]);
}
