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
    check(r#"{"eventName":"A","eventSource":null,"eventTime":"2026-03-02T09:14:07Z"}"#, &[], &["wrong_type"]);
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
    let insight = r#"{"eventTime":"2026-03-02T09:14:07Z","eventType":"AwsCloudTrailInsight","insightDetails":{"state":"Start"}}"#;
    assert_eq!(decode(insight.as_bytes()).records.len(), 1);
    check(r#"{"eventName":"A","eventType":"AwsServiceEvent","eventTime":"2026-03-02T09:14:07Z"}"#, &["A"], &[]);
}

#[test]
fn times_that_are_read() {
    let with_time = |time: &str| record("A", "").replace("2026-03-02T09:14:07Z", time);
    for time in [
        "2026-03-31T23:59:59Z",
        "2028-02-29T00:00:00Z",
        "2026-03-02 09:14:07",
        "2026-03-02T09:14:07",
        "2026-03-02T09:14:07.123Z",
        "2026-03-02T09:14:07+02:00",
        r"2026-03-02T09:14:07\u005a",
    ] {
        check(&with_time(time), &["A"], &[]);
    }
    let long = "x".repeat(1000);
    for time in [
        "yesterday",
        "1772442847",
        "",
        "2026-02-29T00:00:00Z",
        "2026-13-01T00:00:00Z",
        "2026-00-01T00:00:00Z",
        "2026-01-01T24:00:00Z",
        &long,
    ] {
        let got = decode(with_time(time).as_bytes());
        assert_eq!(got.codes(), ["wrong_type"], "{time}");
        let shown: String = time.chars().take(64).collect();
        assert!(got.rejects[0].detail.ends_with(&format!("{shown:?}")), "{}", got.rejects[0].detail);
        assert!(got.rejects[0].detail.len() < 200);
    }
}

#[test]
fn bucket_notifications_are_no_records() {
    let notification = r#"{"Records":[{"eventVersion":"2.1","eventSource":"aws:s3","eventTime":"2026-03-02T09:14:07.123Z",
        "eventName":"ObjectCreated:Put","s3":{"bucket":{"name":"b"}}}]}"#;
    check(notification, &[], &["not_a_record"]);
    let detail = &decode(notification.as_bytes()).rejects[0].detail;
    assert!(detail.contains("S3 event notification"), "{detail}");
    check(&record("A", r#","s3":{}"#), &["A"], &[]);
}

#[test]
fn long_damage_says_how_long() {
    let broken = record("X", &format!(",\"requestParameters\":\"{}", "x".repeat(750_000)));
    let got = decode(format!("{}\n{broken}\n{}", record("A", ""), record("B", "")).as_bytes());
    assert_eq!(got.texts("eventName"), ["A", "B"]);
    let expect = format!(" (750,{} bytes)", broken.len() + 1 - 750_000);
    assert!(got.rejects[0].detail.ends_with(&expect), "{} {expect}", got.rejects[0].detail);
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
