//! A tiny stand-in for the decoder: enough to make records of JSON text, one at a time, at a tester's speed.
#![allow(dead_code)]

use serde_json::Value;
use watchfire_investigate::{Sessions, Tally};
use watchfire_model::{EventTime, Record, Slots, Span, cloudtrail};

/// A record's text with the places of its fields.
pub struct Text {
    pub raw: String,
    pub slots: Slots,
}

impl Text {
    pub fn new(value: &Value) -> Self {
        let raw = serde_json::to_string(value).expect("a value is JSON");
        let mut slots = Slots::default();
        place(&raw, 0, "", &mut slots);
        Text { raw, slots }
    }

    pub fn record(&self) -> Record<'_> {
        Record::new(&self.raw, &self.slots)
    }

    pub fn time(&self) -> EventTime {
        self.record().text(cloudtrail::EVENT_TIME).expect("a time").parse().expect("a time")
    }
}

/// Walks an object's members, noting the place of every field the table knows.
fn place(raw: &str, base: usize, path: &str, slots: &mut Slots) {
    let bytes = raw.as_bytes();
    let mut at = 1;
    while at < bytes.len() && bytes[at] == b'"' {
        let key_end = at + value_len(&raw[at..]);
        let key: String = serde_json::from_str(&raw[at..key_end]).expect("a key");
        let start = key_end + 1;
        let end = start + value_len(&raw[start..]);
        let full = if path.is_empty() { key } else { format!("{path}.{key}") };
        if let Some(field) = cloudtrail::SCHEMA.field(&full) {
            slots.set(field.slot, Span { start: (base + start) as u32, end: (base + end) as u32 });
        }
        if bytes[start] == b'{' {
            place(&raw[start..end], base + start, &full, slots);
        }
        at = end + 1;
    }
}

fn value_len(json: &str) -> usize {
    let mut values = serde_json::Deserializer::from_str(json).into_iter::<serde::de::IgnoredAny>();
    values.next().expect("a value").expect("well-formed");
    values.byte_offset()
}

/// Counts records both ways.
pub fn observe(texts: &[Text]) -> (Tally, Sessions) {
    let (mut tally, mut sessions) = (Tally::default(), Sessions::default());
    for text in texts {
        tally.observe(&text.record(), text.time());
        sessions.observe(&text.record());
    }
    (tally, sessions)
}

/// An IAM user's call.
pub fn call(time: &str, user: &str, key: &str, source: &str, name: &str) -> Value {
    serde_json::json!({
        "eventVersion": "1.09",
        "userIdentity": {"type": "IAMUser", "principalId": format!("AIDA{}", user.to_uppercase()),
            "arn": format!("arn:aws:iam::111122223333:user/{user}"), "accountId": "111122223333", "accessKeyId": key, "userName": user},
        "eventTime": time, "eventSource": source, "eventName": name, "awsRegion": "eu-west-1",
        "sourceIPAddress": "198.51.100.23", "userAgent": "aws-cli/2.17.9", "requestParameters": null, "responseElements": null,
        "eventID": format!("{user}-{time}-{name}"), "readOnly": false, "eventType": "AwsApiCall", "managementEvent": true,
        "recipientAccountId": "111122223333", "eventCategory": "Management"
    })
}

/// A role session's call.
pub fn session_call(time: &str, role: &str, session: &str, key: &str, source: &str, name: &str) -> Value {
    let mut value = call(time, "x", key, source, name);
    value["userIdentity"] = serde_json::json!({
        "type": "AssumedRole", "principalId": format!("AROA{}:{session}", role.to_uppercase()),
        "arn": format!("arn:aws:sts::111122223333:assumed-role/{role}/{session}"), "accountId": "111122223333", "accessKeyId": key,
        "sessionContext": {
            "sessionIssuer": {"type": "Role", "principalId": format!("AROA{}", role.to_uppercase()),
                "arn": format!("arn:aws:iam::111122223333:role/{role}"), "accountId": "111122223333", "userName": role},
            "attributes": {"creationDate": time, "mfaAuthenticated": "false"}}
    });
    value
}

/// Makes a call one to AssumeRole that hands out `key`.
pub fn assuming(mut call: Value, role: &str, session: &str, key: &str) -> Value {
    call["requestParameters"] =
        serde_json::json!({"roleArn": format!("arn:aws:iam::111122223333:role/{role}"), "roleSessionName": session});
    call["responseElements"] = serde_json::json!({
        "credentials": {"accessKeyId": key, "sessionToken": "IQoJb3JpZ2luX2VjSECRETSECRETSECRET", "expiration": "Mar 2, 2026, 10:14:07 AM"},
        "assumedRoleUser": {"assumedRoleId": format!("AROA{}:{session}", role.to_uppercase()),
            "arn": format!("arn:aws:sts::111122223333:assumed-role/{role}/{session}")}
    });
    call
}
