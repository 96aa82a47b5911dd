//! Queues at AWS, as moto has them: targets, and where dead letters go.

use std::sync::Arc;

use serde_json::json;
use watchfire_aws::{Aws, Call, Keys};
use watchfire_bus::store::StageKind;
use watchfire_dispatch::{Outside, Settings};
use watchfire_moto::{Moto, Reply, Stub};

use crate::world::{World, own, settings, webhook};

fn connect(moto: &Moto) -> Aws {
    let keys = Keys { id: "AKIAIOSFODNN7EXAMPLE".to_owned(), secret: "secret".to_owned() };
    let set = watchfire_aws::Settings {
        region: Some("eu-central-1".to_owned()),
        endpoint: Some(moto.endpoint().to_owned()),
        keys: Some(keys),
        ..watchfire_aws::Settings::default()
    };
    set.connect().expect("connected")
}

/// Bodies and attributes of what is in a queue.
fn messages(aws: &Aws, url: &str) -> Vec<serde_json::Value> {
    let parameters = json!({ "QueueUrl": url, "MaxNumberOfMessages": 10, "MessageAttributeNames": ["All"], "WaitTimeSeconds": 0 });
    let answer = aws.call(&Call::new("sqs", "ReceiveMessage", parameters)).expect("received");
    answer.get("Messages").and_then(|messages| messages.as_array()).cloned().unwrap_or_default()
}

#[test]
fn queues_get_events_and_dead_letters() {
    let moto = Moto::start();
    let aws = connect(&moto);
    let queue = |name: &str| {
        let made = aws.call(&Call::new("sqs", "CreateQueue", json!({ "QueueName": name }))).expect("made");
        let url = made["QueueUrl"].as_str().expect("a URL").to_owned();
        let asked = json!({ "QueueUrl": url, "AttributeNames": ["QueueArn"] });
        let told = aws.call(&Call::new("sqs", "GetQueueAttributes", asked)).expect("told");
        (url, told["Attributes"]["QueueArn"].as_str().expect("an ARN").to_owned())
    };
    let ((url, arn), (dead_url, dead_arn)) = (queue("events"), queue("dead"));
    let topic = aws.call(&Call::new("sns", "CreateTopic", json!({ "Name": "people" }))).expect("made");
    let topic = topic["TopicArn"].as_str().expect("an ARN").to_owned();
    let (heard_url, heard_arn) = queue("heard");
    aws.call(&Call::new("sns", "Subscribe", json!({ "TopicArn": topic, "Protocol": "sqs", "Endpoint": heard_arn }))).expect("subscribed");
    let stub = Stub::start(|_| Reply::new(404, "gone"));
    let outside = Outside { aws: Some(Arc::new(aws.clone())), ..Outside::default() };
    let world = World::with(Settings { targets: [("hook".to_owned(), webhook(stub.endpoint()))].into(), ..settings() }, outside);
    world.rule("app", &arn, json!({ "InputPath": "$.detail" }));
    world.rule("bad", &own("hook"), json!({ "DeadLetterConfig": { "Arn": dead_arn } }));
    world.rule("missing", &format!("{arn}-that-is-not-there"), json!({}));
    world.rule("told", &topic, json!({}));
    world.rule("on", "arn:aws:events:eu-central-1:444455556666:event-bus/default", json!({}));
    for source in ["app", "bad", "missing", "told", "on"] {
        world.put(source, 0..3);
    }
    world.await_stage("app", StageKind::Delivered, 3);
    let got = messages(&aws, &url);
    assert!(got.iter().any(|message| message["Body"] == r#"{"n":0}"#), "{got:?}");
    world.await_stage("bad", StageKind::Dead, 3);
    world.await_stage("bad", StageKind::Delivered, 3);
    let letters = messages(&aws, &dead_url);
    let first = letters.first().expect("a letter");
    assert_eq!(first["MessageAttributes"]["ERROR_CODE"]["StringValue"], "NO_RESOURCE");
    assert!(first["Body"].as_str().expect("a text").contains(r#""source":"bad""#));
    world.await_stage("missing", StageKind::Dead, 3);
    world.await_stage("told", StageKind::Delivered, 3);
    let heard = messages(&aws, &heard_url);
    assert!(heard.iter().any(|message| message["Body"].as_str().is_some_and(|body| body.contains("told"))), "{heard:?}");
    world.await_stage("on", StageKind::Delivered, 3);
}
