//! What is said of a record without making its event is what is said of its event.

use std::sync::Arc;

use proptest::prelude::*;
use watchfire_decode::{Decoder, Input, Limits, Sink};
use watchfire_model::arn::Home;
use watchfire_model::{EventTime, Record, Reject};

use super::*;
use crate::event::{NotARecord, cloudtrail};
use crate::rules::{Context, Quotas, State, call};

fn home() -> Home {
    Home::new("111122223333", "eu-central-1")
}

/// Rules over each member of the envelope, some of which see calls that only read, and two archives.
fn book() -> Rulebook {
    let id = cloudtrail(&record("iam", "CreateUser", "AwsApiCall", Some("1"), Some("r-1"), "2026-03-02T09:14:07Z", ""), &home())
        .expect("a record")
        .id;
    let id = format!(r#"{{"id":["{id}"]}}"#);
    let patterns = [
        id.as_str(),
        r#"{"source":["aws.iam"]}"#,
        r#"{"source":[{"prefix":"aws."}],"detail":{"eventName":[{"wildcard":"*User*"}]}}"#,
        r#"{"account":["1"]}"#,
        r#"{"account":["111122223333"]}"#,
        r#"{"region":["r-1","eu-central-1"]}"#,
        r#"{"time":["2026-03-02T09:14:07Z"]}"#,
        r#"{"detail-type":[{"anything-but":"AWS API Call via CloudTrail"}]}"#,
        r#"{"resources":[{"exists":false}]}"#,
        r#"{"detail":{"requestParameters":{"x":[1]}}}"#,
    ];
    let mut state = State::new(home(), Quotas::default());
    let mut apply = |operation: &str, body: serde_json::Value| {
        let mut chance = || 7u64;
        let (changes, _) =
            call(&state, operation, &body.to_string(), &mut Context { now: EventTime(0), chance: &mut chance }).expect(operation);
        state.apply(changes);
    };
    for (number, pattern) in patterns.iter().enumerate() {
        let (name, mode) = (format!("r{number}"), ["ENABLED", "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"][number % 2]);
        apply("PutRule", serde_json::json!({ "Name": name, "EventPattern": pattern, "State": mode }));
        let queue = "arn:aws:sqs:eu-central-1:111122223333:q";
        apply("PutTargets", serde_json::json!({ "Rule": name, "Targets": [{ "Id": "t", "Arn": queue }] }));
    }
    let bus = home().bus_arn("default");
    apply("CreateArchive", serde_json::json!({ "ArchiveName": "some", "EventSourceArn": bus, "EventPattern": patterns[2] }));
    Rulebook::new(&state)
}

fn record(service: &str, name: &str, kind: &str, account: Option<&str>, region: Option<&str>, time: &str, more: &str) -> String {
    let optional = |name: &str, value: Option<&str>| value.map_or(String::new(), |value| format!(r#""{name}": "{value}", "#));
    format!(
        r#"{{"eventVersion": "1.11", "userIdentity": {{"accountId": "4444"}}, {}{}{more}"eventTime": "{time}",
            "eventSource": "{service}.amazonaws.com", "eventName": "{name}", "eventType": "{kind}", "eventID": "e-1",
            "requestParameters": {{"x": [1, 2]}}}}"#,
        optional("recipientAccountId", account),
        optional("awsRegion", region),
    )
}

struct Ask<'b>(&'b Rulebook, Scratch, Vec<Result<Matched, NotARecord>>);

impl Sink for Ask<'_> {
    fn record(&mut self, _: &Arc<str>, record: Record<'_>) {
        self.2.push(self.0.matched_call(&record, EventTime(9), &mut self.1));
    }

    fn reject(&mut self, reject: Reject) {
        panic!("{}", reject.detail);
    }
}

proptest! {
    #[test]
    fn a_record_gives_what_its_event_gives(
        records in prop::collection::vec((
            prop::sample::select(vec!["iam", "ec2", "i\\u0061m"]), prop::sample::select(vec!["CreateUser", "ListUsers", "GetSessionToken", "Run"]),
            prop::sample::select(vec!["AwsApiCall", "AwsConsoleSignIn", "Unheard"]), prop::sample::select(vec![None, Some("1"), Some("111122223333")]),
            prop::sample::select(vec![None, Some("r-1"), Some("r\\u002d1")]),
            prop::sample::select(vec!["2026-03-02T09:14:07Z", "2026-03-02T09:14:07.5Z"]),
            prop::sample::select(vec!["", r#""eventCategory": "Data", "#, r#""managementEvent": false, "#, r#""managementEvent": true, "#]),
        ), 1..8)
    ) {
        let book = book();
        let texts: Vec<String> = records.iter().map(|(s, n, k, a, r, t, m)| record(s, n, k, *a, *r, t, m)).collect();
        let log = format!(r#"{{"Records":[{}]}}"#, texts.join(","));
        let mut ask = Ask(&book, Scratch::default(), Vec::new());
        Decoder::new(Limits::default()).decode(&Arc::from("log"), Input::Bytes(log.as_bytes()), &mut ask);
        prop_assert_eq!(ask.2.len(), texts.len());
        let mut scratch = Scratch::default();
        for (text, said) in texts.iter().zip(ask.2) {
            let slow = cloudtrail(text, &home());
            match (slow, said) {
                (Ok(event), said) => prop_assert_eq!(Ok(book.matched("default", &event, &Origin::default(), EventTime(9), &mut scratch)), said),
                (Err(fault), said) => prop_assert!(said == Err(fault) || said == Ok(Matched::default()), "{said:?}"),
            }
        }
    }
}

#[test]
fn the_id_is_the_events() {
    let text = record("iam", "CreateUser", "AwsApiCall", Some("1"), Some("r-1"), "2026-03-02T09:14:07Z", "");
    let book = book();
    let mut ask = Ask(&book, Scratch::default(), Vec::new());
    Decoder::new(Limits::default()).decode(&Arc::from("log"), Input::Bytes(format!(r#"{{"Records":[{text}]}}"#).as_bytes()), &mut ask);
    let matched = ask.2.remove(0).expect("a record");
    let names: Vec<&str> = matched.deliveries.iter().map(|delivery| delivery.rule_name.as_str()).collect();
    assert_eq!(names, ["r0", "r1", "r2", "r3", "r5", "r6", "r8", "r9"]);
    assert_eq!(matched.archived.len(), 1);
}
