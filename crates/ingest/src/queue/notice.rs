//! What messages in a queue tell of: objects in S3 in the four ways that AWS tells of them, or records themselves. Pure.
//!
//! S3 itself (`{"Records":[{"s3":…}]}`, keys URL-encoded), S3 through EventBridge (`"detail-type":"Object Created"`, keys as they are),
//! CloudTrail's own topic (`{"s3Bucket":…,"s3ObjectKey":[…]}`, no lengths), each bare or inside SNS's envelope; and CloudTrail records that
//! an EventBridge rule sent to the queue.

use percent_encoding::percent_decode_str;
use serde_json::Value;
use watchfire_model::EventTime;

/// What a message tells.
#[derive(Debug, Clone, PartialEq)]
pub enum Notice {
    /// Of objects.
    Objects(Vec<Noticed>),
    /// Records themselves, in a form that the decoder reads.
    Records(String),
    /// Of nothing that is to be read, and rightly so: a test, an object's end.
    Nothing(&'static str),
    /// It is no notice.
    Foreign(String),
}

/// An object that a message tells of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Noticed {
    /// Its bucket.
    pub bucket: String,
    /// Its key.
    pub key: String,
    /// Its length, where it is said.
    pub bytes: Option<u64>,
    /// Its ETag without quotes, where it is said.
    pub etag: Option<String>,
    /// When it was written, where it is said.
    pub time: Option<EventTime>,
}

/// Envelopes of SNS inside each other; a topic that feeds a topic's queue is rare already.
const ENVELOPES_MAX: usize = 3;

/// Reads a message.
pub fn parse(body: &str) -> Notice {
    let mut text = body.to_owned();
    for _ in 0..=ENVELOPES_MAX {
        let value: Value = match serde_json::from_str(&text) {
            Ok(value) => value,
            // What CloudTrail says to a new topic.
            Err(_) if text.trim() == "CloudTrail validation message." => return Notice::Nothing("CloudTrail tried the topic"),
            Err(error) => return Notice::Foreign(format!("not JSON: {error}")),
        };
        match inside_sns(&value) {
            Some(message) => text = message.to_owned(),
            None => return judge(&value, text),
        }
    }
    Notice::Foreign("envelopes inside envelopes".to_owned())
}

fn inside_sns(value: &Value) -> Option<&str> {
    let is_notification = value.get("Type")?.as_str()? == "Notification" && value.get("TopicArn").is_some();
    value.get("Message")?.as_str().filter(|_| is_notification)
}

fn judge(value: &Value, text: String) -> Notice {
    if value.get("Event").and_then(Value::as_str) == Some("s3:TestEvent") {
        return Notice::Nothing("S3 tried the queue");
    }
    if let (Some(bucket), Some(keys)) = (value.get("s3Bucket").and_then(Value::as_str), value.get("s3ObjectKey")) {
        return of_cloudtrail(bucket, keys);
    }
    if let Some(detail_type) = value.get("detail-type").and_then(Value::as_str) {
        return of_eventbridge(value, detail_type, text);
    }
    match value.get("Records").and_then(Value::as_array) {
        Some(records) if !records.is_empty() => of_s3(records, text),
        _ => Notice::Foreign("JSON that tells of no object in S3".to_owned()),
    }
}

fn of_cloudtrail(bucket: &str, keys: &Value) -> Notice {
    let keys: Option<Vec<&str>> = match keys {
        Value::String(key) => Some(vec![key]),
        Value::Array(keys) => keys.iter().map(Value::as_str).collect(),
        _ => None,
    };
    let Some(keys) = keys.filter(|keys| !keys.is_empty()) else { return Notice::Foreign("s3ObjectKey is no list of keys".to_owned()) };
    let one = |key: &str| Noticed { bucket: bucket.to_owned(), key: key.to_owned(), bytes: None, etag: None, time: None };
    checked(keys.into_iter().map(one).collect())
}

fn of_eventbridge(value: &Value, detail_type: &str, text: String) -> Notice {
    if detail_type.ends_with("via CloudTrail") || detail_type == "AWS CloudTrail Insight" {
        return Notice::Records(text);
    }
    if value.get("source").and_then(Value::as_str) != Some("aws.s3") {
        return Notice::Foreign(format!("an event {detail_type:?}"));
    }
    match detail_type {
        "Object Created" | "Object Restore Completed" => {}
        other if other.starts_with("Object ") => return Notice::Nothing("of an object that was not written"),
        other => return Notice::Foreign(format!("an event {other:?}")),
    }
    let text = |pointer: &str| value.pointer(pointer).and_then(Value::as_str);
    let (Some(bucket), Some(key)) = (text("/detail/bucket/name"), text("/detail/object/key")) else {
        return Notice::Foreign("an event of S3 without bucket or key".to_owned());
    };
    checked(vec![Noticed {
        bucket: bucket.to_owned(),
        key: key.to_owned(),
        bytes: value.pointer("/detail/object/size").and_then(Value::as_u64),
        etag: text("/detail/object/etag").map(unquoted),
        time: text("/time").and_then(|time| time.parse().ok()),
    }])
}

fn of_s3(records: &[Value], text: String) -> Notice {
    // CloudTrail's files have the same key outside; a record of S3's has `s3` inside.
    if records.iter().all(|record| record.get("s3").is_none()) {
        let are_trail = records.iter().all(|record| record.get("eventVersion").is_some() && record.get("eventSource").is_some());
        let foreign = || Notice::Foreign("records that tell of no object in S3".to_owned());
        return if are_trail { Notice::Records(text) } else { foreign() };
    }
    let mut objects = Vec::new();
    for record in records {
        let name = record.get("eventName").and_then(Value::as_str).unwrap_or_default();
        let name = name.strip_prefix("s3:").unwrap_or(name);
        if !name.starts_with("ObjectCreated:") && name != "ObjectRestore:Completed" {
            continue;
        }
        let text = |pointer: &str| record.pointer(pointer).and_then(Value::as_str);
        let (Some(bucket), Some(key)) = (text("/s3/bucket/name"), text("/s3/object/key").and_then(decoded)) else {
            return Notice::Foreign("a notice of S3 without bucket or key".to_owned());
        };
        objects.push(Noticed {
            bucket: bucket.to_owned(),
            key,
            bytes: record.pointer("/s3/object/size").and_then(Value::as_u64),
            etag: text("/s3/object/eTag").map(unquoted),
            time: text("/eventTime").and_then(|time| time.parse().ok()),
        });
    }
    if objects.is_empty() { Notice::Nothing("of objects that were not written") } else { checked(objects) }
}

/// Names that no bucket and no key can have would become parts of addresses.
fn checked(objects: Vec<Noticed>) -> Notice {
    let legal = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_');
    let wrong = |object: &&Noticed| {
        let is_bucket = (3..=255).contains(&object.bucket.len()) && object.bucket.bytes().all(legal);
        !is_bucket || object.key.is_empty() || object.key.len() > 1024
    };
    match objects.iter().find(wrong) {
        Some(_) => Notice::Foreign("names that no bucket or key can have".to_owned()),
        None => Notice::Objects(objects),
    }
}

/// S3 writes a space in a key as `+` and everything unusual as `%XX`.
fn decoded(key: &str) -> Option<String> {
    percent_decode_str(&key.replace('+', " ")).decode_utf8().ok().map(Into::into)
}

fn unquoted(etag: &str) -> String {
    etag.trim_matches('"').to_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn s3(name: &str, key: &str) -> Value {
        json!({ "eventVersion": "2.1", "eventSource": "aws:s3", "eventName": name, "eventTime": "2026-03-02T09:15:01.123Z",
                "s3": { "bucket": { "name": "logs" }, "object": { "key": key, "size": 7, "eTag": "abc", "sequencer": "00" } } })
    }

    fn noticed(key: &str) -> Noticed {
        let time = "2026-03-02T09:15:01.123Z".parse().ok();
        Noticed { bucket: "logs".into(), key: key.into(), bytes: Some(7), etag: Some("abc".into()), time }
    }

    fn in_sns(message: &str) -> String {
        json!({ "Type": "Notification", "MessageId": "m", "TopicArn": "arn:aws:sns:eu-west-1:1:t", "Message": message }).to_string()
    }

    #[test]
    fn every_way_to_tell_of_objects() {
        let plain = json!({ "Records": [s3("ObjectCreated:Put", "a/b+c%2Bd/%C3%BC.gz"), s3("ObjectCreated:Copy", "two")] }).to_string();
        let both = Notice::Objects(vec![noticed("a/b c+d/ü.gz"), noticed("two")]);
        assert_eq!(parse(&plain), both);
        assert_eq!(parse(&in_sns(&plain)), both);
        assert_eq!(parse(&in_sns(&in_sns(&plain))), both);
        let event = json!({ "version": "0", "source": "aws.s3", "detail-type": "Object Created", "time": "2026-03-02T09:15:01.123Z",
            "detail": { "bucket": { "name": "logs" }, "object": { "key": "a+b%20c", "size": 7, "etag": "abc" } } });
        assert_eq!(parse(&event.to_string()), Notice::Objects(vec![noticed("a+b%20c")]), "keys are as they are");
        let bare = |key: &str| Noticed { bytes: None, etag: None, time: None, ..noticed(key) };
        for keys in [json!(["x", "y+z"]), json!("x")] {
            let expect = if keys.is_array() { vec![bare("x"), bare("y+z")] } else { vec![bare("x")] };
            assert_eq!(parse(&in_sns(&json!({ "s3Bucket": "logs", "s3ObjectKey": keys }).to_string())), Notice::Objects(expect));
        }
    }

    #[test]
    fn what_is_not_to_be_read() {
        for text in [
            json!({ "Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": "logs" }).to_string(),
            in_sns(&json!({ "Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": "logs" }).to_string()),
            in_sns("CloudTrail validation message."),
            json!({ "Records": [s3("ObjectRemoved:Delete", "x")] }).to_string(),
            json!({ "source": "aws.s3", "detail-type": "Object Deleted", "detail": {} }).to_string(),
        ] {
            assert!(matches!(parse(&text), Notice::Nothing(_)), "{text}");
        }
    }

    #[test]
    fn records_themselves() {
        let event =
            json!({ "source": "aws.iam", "detail-type": "AWS API Call via CloudTrail", "detail": { "eventName": "X" } }).to_string();
        assert_eq!(parse(&in_sns(&event)), Notice::Records(event));
        let file = json!({ "Records": [{ "eventVersion": "1.08", "eventSource": "iam.amazonaws.com" }] }).to_string();
        assert_eq!(parse(&file), Notice::Records(file));
    }

    #[test]
    fn foreign_messages_are_called_so() {
        let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
        let nested = (0..6).fold("x".to_owned(), |inner, _| in_sns(&inner));
        for text in [
            "",
            "hello",
            "null",
            "[]",
            "{}",
            &deep,
            &nested,
            "{\"Records\":[]}",
            "{\"Records\":[1]}",
            "{\"s3Bucket\":\"logs\",\"s3ObjectKey\":[1]}",
            "{\"s3Bucket\":\"../..\",\"s3ObjectKey\":[\"x\"]}",
            "{\"s3Bucket\":\"logs\",\"s3ObjectKey\":[\"\"]}",
            "{\"source\":\"aws.ec2\",\"detail-type\":\"EC2 Instance State-change Notification\"}",
            &json!({ "Records": [s3("ObjectCreated:Put", "%FF")] }).to_string(),
            &json!({ "Records": [s3("ObjectCreated:Put", "x"), { "eventName": "ObjectCreated:Put" }] }).to_string(),
        ] {
            assert!(matches!(parse(text), Notice::Foreign(_)), "{:.80} {:?}", text, parse(text));
        }
    }
}
