//! What each kind sends and how it judges, and that no answer confuses any.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::event::cloudtrail;
use crate::instant::Instant;
use crate::retry::{ErrorCode, Retry};
use crate::rules::{
    Authorization, Connection, ConnectionState, Destination, HttpParameters, OAuthClient, Parameter, Quotas, Secret, State,
};
use watchfire_model::arn::Home;

const NOW: EventTime = EventTime(1_772_442_850_500);
const RECORD: &str = r#"{"eventSource":"iam.amazonaws.com","eventName":"CreateUser","eventTime":"2026-03-02T09:14:07Z","eventID":"e-1","eventType":"AwsApiCall","recipientAccountId":"111122223333","awsRegion":"us-east-1","sourceIPAddress":"198.51.100.7","userAgent":"cli","errorCode":"AccessDenied","userIdentity":{"type":"IAMUser","arn":"arn:aws:iam::111122223333:user/m","userName":"m","accessKeyId":"AKIAEXAMPLE"}}"#;

fn home() -> Home {
    Home::new("111122223333", "eu-central-1")
}

fn secret(text: &str) -> Secret {
    Secret(text.to_owned())
}

fn call_event() -> Event {
    cloudtrail(RECORD, &home()).unwrap()
}

fn finding_event() -> Event {
    let detail =
        json!({ "id": "f-1", "title": "Trail <stopped>", "description": "m stopped it", "severity": 8.0, "type": "Stealth:IAMUser/X" });
    Event {
        detail_type: "GuardDuty Finding".to_owned(),
        source: "aws.guardduty".to_owned(),
        detail: detail.to_string().into(),
        ..call_event()
    }
}

fn letter<'a>(event: &'a Event, payload: &'a str) -> Letter<'a> {
    Letter { id: "d-1", event, payload, rule_arn: "arn:r", http: None, message_group: None, attributes: &[], now: NOW }
}

fn http(request: Request) -> HttpRequest {
    match request {
        Request::Http(request) => request,
        other => panic!("{other:?}"),
    }
}

fn aws_call(request: Request) -> (String, Value) {
    match request {
        Request::Aws(call) => (format!("{} {} {}", call.service, call.operation, call.region), call.parameters),
        other => panic!("{other:?}"),
    }
}

fn body(kind: &dyn Kind, event: &Event, payload: &str) -> Value {
    serde_json::from_str(&http(kind.request(&[letter(event, payload)]).unwrap()).body).unwrap()
}

fn header<'a>(request: &'a HttpRequest, name: &str) -> Option<&'a str> {
    request.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
}

fn answer(status: u16, body: &str) -> Answer {
    Answer::Http { status, headers: vec![], body: body.to_owned() }
}

/// A verdict in short: the error's code and whether it is tried again.
fn short(verdict: &Verdict) -> String {
    match verdict {
        Ok(()) => "ok".to_owned(),
        Err(failure) => format!("{} {:?}", failure.code.as_str(), failure.retry),
    }
}

fn judged(kind: &dyn Kind, answer: &Answer) -> String {
    kind.judge(1, answer, NOW).iter().map(short).collect::<Vec<_>>().join(", ")
}

fn slack() -> Slack {
    Slack { url: secret("https://hooks.slack.com/services/T/B/hush") }
}

fn splunk(channel: Option<&str>) -> Splunk {
    let text = r#"{"url":"https://splunk:8088/","token":"hush"}"#;
    Splunk { channel: channel.map(str::to_owned), ..serde_json::from_str(text).unwrap() }
}

fn elasticsearch(mapping: Mapping) -> Elasticsearch {
    Elasticsearch {
        url: "https://es:9200".to_owned(),
        index: "logs-aws".to_owned(),
        mapping,
        api_key: Some(secret("hush")),
        user: None,
        password: None,
    }
}

fn pager_duty() -> PagerDuty {
    serde_json::from_str(r#"{"routing_key":"hush"}"#).unwrap()
}

#[test]
fn queues_topics_functions_and_buses_of_aws() {
    let event = call_event();
    let arn = |service: &str, resource: &str| format!("arn:aws:{service}:eu-central-1:111122223333:{resource}");
    let sqs = |name: &str| Sqs { arn: arn("sqs", name) };
    let (call, parameters) = aws_call(sqs("q").request(&[letter(&event, "{}")]).unwrap());
    assert_eq!(call, "sqs SendMessage eu-central-1");
    assert_eq!(parameters, json!({ "QueueUrl": "https://sqs.eu-central-1.amazonaws.com/111122223333/q", "MessageBody": "{}" }));
    let attributes = [("ERROR_CODE".to_owned(), "TIMEOUT".to_owned())];
    let dead = Letter { attributes: &attributes, message_group: Some("g"), ..letter(&event, "{}") };
    let (_, parameters) = aws_call(sqs("q.fifo").request(&[dead]).unwrap());
    assert_eq!(parameters["MessageAttributes"]["ERROR_CODE"], json!({ "DataType": "String", "StringValue": "TIMEOUT" }));
    assert_eq!((&parameters["MessageGroupId"], &parameters["MessageDeduplicationId"]), (&json!("g"), &json!("d-1")));
    assert!(sqs("q").request(&[letter(&event, &"x".repeat((1 << 20) + 1))]).is_err());
    let (call, parameters) = aws_call(Sns { arn: arn("sns", "t") }.request(&[letter(&event, "{}")]).unwrap());
    assert_eq!((call.as_str(), &parameters["Message"]), ("sns Publish eu-central-1", &json!("{}")));
    let (call, parameters) = aws_call(Lambda { arn: arn("lambda", "function:f") }.request(&[letter(&event, "{}")]).unwrap());
    assert_eq!((call.as_str(), &parameters["InvocationType"]), ("lambda Invoke eu-central-1", &json!("Event")));
    let bus = EventBridge { arn: arn("events", "event-bus/b") };
    let (call, parameters) = aws_call(bus.request(&[letter(&event, "\"other\""); 2]).unwrap());
    assert_eq!((call.as_str(), parameters["Entries"].as_array().unwrap().len()), ("events PutEvents eu-central-1", 2));
    assert_eq!(
        (&parameters["Entries"][0]["Source"], &parameters["Entries"][0]["Detail"]),
        (&json!("watchfire.aws.iam"), &json!(&*event.detail))
    );
    let entries =
        json!({ "FailedEntryCount": 1, "Entries": [{ "EventId": "x" }, { "ErrorCode": "ThrottlingException", "ErrorMessage": "slow" }] });
    let verdicts: Vec<_> = bus.judge(2, &Answer::Aws(Ok(entries)), NOW).iter().map(short).collect();
    assert_eq!(verdicts, ["ok", "THROTTLING Later"]);
}

#[test]
fn errors_of_aws() {
    let sqs = Sqs { arn: "arn:aws:sqs:r:a:q".to_owned() };
    for (code, expect) in [
        ("AWS.SimpleQueueService.NonExistentQueue", "NO_RESOURCE Never"),
        ("ResourceNotFoundException", "NO_RESOURCE Never"),
        ("AccessDenied", "NO_PERMISSIONS Never"),
        ("com.amazonaws.sqs#RequestThrottled", "THROTTLING Later"),
        ("InternalError", "ERROR_FROM_TARGET Later"),
        ("ServiceUnavailable", "ERROR_FROM_TARGET Later"),
        ("InvalidParameterValue", "ERROR_FROM_TARGET Never"),
    ] {
        assert_eq!(judged(&sqs, &Answer::Aws(Err((code.to_owned(), "m".to_owned())))), expect, "{code}");
    }
}

#[test]
fn answers_of_http() {
    let webhook = Webhook { url: "https://example.com/".to_owned(), secret: secret("hush") };
    for (status, expect) in [
        (200, "ok"),
        (204, "ok"),
        (301, "ERROR_FROM_TARGET Never"),
        (400, "ERROR_FROM_TARGET Never"),
        (403, "NO_PERMISSIONS Never"),
        (404, "NO_RESOURCE Never"),
        (408, "TIMEOUT Later"),
        (429, "THROTTLING Later"),
        (503, "ERROR_FROM_TARGET Later"),
    ] {
        assert_eq!(judged(&webhook, &answer(status, "")), expect, "{status}");
    }
    let with = |value: &str| Answer::Http { status: 503, headers: vec![("retry-AFTER".to_owned(), value.to_owned())], body: String::new() };
    assert_eq!(judged(&webhook, &with("30")), "ERROR_FROM_TARGET After(30s)");
    assert_eq!(judged(&webhook, &with("-1")), "ERROR_FROM_TARGET Never");
    assert_eq!(judged(&webhook, &Answer::Trouble(Trouble::Timeout)), "TIMEOUT Later");
    assert_eq!(judged(&webhook, &Answer::Trouble(Trouble::Forbidden("169.254.169.254".to_owned()))), "NO_PERMISSIONS Never");
    let request = http(webhook.request(&[letter(&call_event(), "{}")]).unwrap());
    assert_eq!((header(&request, "webhook-id"), header(&request, "webhook-timestamp")), (Some("d-1"), Some("1772442850")));
    assert!(!format!("{request:?}").contains("v1,"), "signatures and secrets are not shown");
}

#[test]
fn channels_where_people_read() {
    let event = finding_event();
    let whole = event.to_json();
    let message = body(&slack(), &event, &whole);
    assert_eq!(message["text"], "Trail &lt;stopped&gt;");
    assert_eq!(message["blocks"][0]["text"]["text"], ":red_circle: *Trail &lt;stopped&gt;*");
    assert_eq!(body(&slack(), &event, "\"said <so>\\nmore\"")["text"], "said &lt;so&gt;");
    assert_eq!(body(&slack(), &event, r#"{"text":"own"}"#), json!({ "text": "own" }));
    assert_eq!(body(&slack(), &call_event(), RECORD)["text"], "CreateUser (AWS API Call via CloudTrail)");
    assert_eq!(judged(&slack(), &answer(200, "ok")), "ok");
    assert_eq!(judged(&slack(), &answer(200, "<html>")), "ERROR_FROM_TARGET Never");
    assert_eq!(judged(&slack(), &answer(404, "no_team")), "NO_RESOURCE Never");
    let teams = Teams { url: secret("https://x.example/hush") };
    let card = body(&teams, &event, &whole);
    assert_eq!(card["attachments"][0]["content"]["body"][0]["text"], "Trail \\<stopped>");
    assert_eq!(judged(&teams, &answer(202, "")), "ok");
    assert_eq!(judged(&teams, &answer(200, "Webhook message delivery failed with error: HTTP error 429")), "THROTTLING Later");
    let incident = body(&pager_duty(), &event, &whole);
    assert_eq!((&incident["dedup_key"], &incident["payload"]["severity"]), (&json!("f-1"), &json!("error")));
    assert_eq!(
        (&incident["payload"]["summary"], &incident["payload"]["custom_details"]["source"]),
        (&json!("Trail <stopped>: m stopped it"), &json!("aws.guardduty"))
    );
    assert_eq!(body(&pager_duty(), &call_event(), RECORD)["dedup_key"], call_event().id.as_str());
    assert_eq!(judged(&pager_duty(), &answer(202, r#"{"status":"success"}"#)), "ok");
    assert_eq!(judged(&pager_duty(), &answer(200, "hello")), "ERROR_FROM_TARGET Later");
}

#[test]
fn a_message_is_one_message() {
    let event = finding_event();
    let mail = Mail { from: "watch@example.com".to_owned(), to: vec!["a@example.com".to_owned(), "b@example.com".to_owned()] };
    let message = |payload: &str| match mail.request(&[letter(&event, payload)]).unwrap() {
        Request::Mail(message) => message.text,
        other => panic!("{other:?}"),
    };
    let text = message("{}");
    for line in [
        "To: a@example.com, b@example.com\r\n",
        "Subject: [high] Trail <stopped>\r\n",
        "Message-ID: <d-1@example.com>\r\n",
        "Date: Mon, 2 Mar 2026 09:14:10 ",
    ] {
        assert!(text.contains(line), "{line} {text}");
    }
    let evil = message("\"x\\r\\nBcc: all@example.com\"");
    assert!(!evil.contains("\r\nBcc"), "{evil}");
    assert!(message("\"ünïcode\"").contains("Subject: =?utf-8?B?"), "encoded");
    assert!(text.split("\r\n").all(|line| line.len() <= 78 || line.starts_with("Subject")));
    for address in ["", "a", "a@", "@b", "a@b\r\nBcc: c@d", "a@b, c@d", "<a@b>", "a@b@c"] {
        let bad = Mail { to: vec![address.to_owned()], ..mail.clone() };
        assert!(bad.request(&[letter(&event, "{}")]).is_err(), "{address:?}");
    }
    let smtp = |code| Answer::Smtp { code, text: String::new() };
    assert_eq!(
        [250, 451, 535, 550].map(|code| judged(&mail, &smtp(code))),
        ["ok", "ERROR_FROM_TARGET Later", "NO_PERMISSIONS Never", "ERROR_FROM_TARGET Never"]
    );
}

#[test]
fn files_and_buses_here() {
    let event = call_event();
    let log = Log { path: "x.jsonl".to_owned() };
    let lines = log.request(&[letter(&event, "{ \"a\":\n 1 }"), letter(&event, "two\nlines")]).unwrap();
    assert_eq!(lines, Request::Append { path: "x.jsonl".to_owned(), lines: "{\"a\":1}\n\"two\\nlines\"\n".to_owned() });
    let bus = Bus { name: "b".to_owned() };
    assert_eq!(bus.request(&[letter(&event, "{}")]).unwrap(), Request::Publish { bus: "b".to_owned(), event: Box::new(event.clone()) });
    assert_eq!(
        (judged(&bus, &Answer::Done), judged(&log, &Answer::Trouble(Trouble::Local("full".to_owned())))),
        ("ok".to_owned(), "INTERNAL_ERROR Later".to_owned())
    );
}

#[test]
fn splunk_with_and_without_acknowledgement() {
    let event = call_event();
    let request = http(splunk(None).request(&[letter(&event, RECORD); 2]).unwrap());
    assert_eq!(
        (request.url.as_str(), header(&request, "Authorization")),
        ("https://splunk:8088/services/collector/event", Some("Splunk hush"))
    );
    let lines: Vec<Value> = request.body.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!((lines.len(), &lines[0]["time"], &lines[0]["event"]["eventName"]), (2, &json!(1_772_442_847), &json!("CreateUser")));
    assert_eq!(judged(&splunk(None), &answer(200, r#"{"text":"Success","code":0}"#)), "ok");
    assert_eq!(judged(&splunk(None), &answer(200, "<html>")), "ERROR_FROM_TARGET Later");
    assert_eq!(judged(&splunk(None), &answer(503, r#"{"text":"Server is busy","code":9}"#)), "ERROR_FROM_TARGET Later");
    assert_eq!(judged(&splunk(None), &answer(403, r#"{"text":"Invalid token","code":4}"#)), "NO_PERMISSIONS Never");
    let bad = answer(400, r#"{"text":"Invalid data format","code":6,"invalid-event-number":1}"#);
    let verdicts: Vec<_> = splunk(None).judge(3, &bad, NOW).iter().map(short).collect();
    assert_eq!(verdicts, ["ERROR_FROM_TARGET Later", "INVALID_INPUT Never", "ERROR_FROM_TARGET Later"]);
    let taken = answer(200, r#"{"text":"Success","code":0,"ackId":7}"#);
    assert_eq!(splunk(None).confirmation(&taken), None);
    let question = http(splunk(Some("c-1")).confirmation(&taken).unwrap());
    assert_eq!(
        (question.url.as_str(), question.body.as_str()),
        ("https://splunk:8088/services/collector/ack?channel=c-1", r#"{"acks":[7]}"#)
    );
    assert!(splunk(Some("c-1")).is_confirmed(&answer(200, r#"{"acks":{"7":true}}"#)));
    for no in [r#"{"acks":{"7":false}}"#, r#"{"acks":{}}"#, "garbage"] {
        assert!(!splunk(Some("c-1")).is_confirmed(&answer(200, no)), "{no}");
    }
}

#[test]
fn bulk_tells_of_each_document() {
    let event = call_event();
    let request = http(elasticsearch(Mapping::Payload).request(&[letter(&event, RECORD), letter(&event, "\"text\"")]).unwrap());
    assert_eq!((request.url.as_str(), header(&request, "Authorization")), ("https://es:9200/_bulk", Some("ApiKey hush")));
    let lines: Vec<Value> = request.body.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines[0], json!({ "create": { "_index": "logs-aws", "_id": "d-1" } }));
    assert_eq!((&lines[1]["@timestamp"], &lines[3]["message"]), (&json!("2026-03-02T09:14:07Z"), &json!("text")));
    assert!(request.body.ends_with('\n'));
    let items = json!({ "errors": true, "items": [
        { "create": { "status": 201 } },
        { "create": { "status": 409, "error": { "type": "version_conflict_engine_exception", "reason": "exists" } } },
        { "create": { "status": 429, "error": { "type": "es_rejected_execution_exception", "reason": "full" } } },
        { "create": { "status": 400, "error": { "type": "mapper_parsing_exception", "reason": "no" } } },
        { "create": { "status": 503 } },
        { },
    ] });
    let verdicts: Vec<_> = elasticsearch(Mapping::Payload).judge(6, &answer(200, &items.to_string()), NOW).iter().map(short).collect();
    assert_eq!(verdicts, ["ok", "ok", "THROTTLING Later", "INVALID_INPUT Never", "ERROR_FROM_TARGET Later", "ERROR_FROM_TARGET Later"]);
    assert_eq!(judged(&elasticsearch(Mapping::Payload), &answer(200, "<html>")), "ERROR_FROM_TARGET Later");
    assert_eq!(judged(&elasticsearch(Mapping::Payload), &answer(200, r#"{"items":[]}"#)), "ERROR_FROM_TARGET Later");
}

#[test]
fn common_schemas() {
    let document = |mapping: Mapping, event: &Event| mapping.document(&letter(event, "{}"));
    let at = |value: &Value, path: &str| value.pointer(path).cloned().unwrap_or_default();
    let ecs = document(Mapping::Ecs, &call_event());
    for (path, expect) in [
        ("/event/action", json!("CreateUser")),
        ("/event/outcome", json!("failure")),
        ("/cloud/account/id", json!("111122223333")),
        ("/source/ip", json!("198.51.100.7")),
        ("/user/name", json!("m")),
        ("/error/code", json!("AccessDenied")),
        ("/rule", json!(null)),
    ] {
        assert_eq!(at(&ecs, path), expect, "{path}");
    }
    assert_eq!(at(&document(Mapping::Ecs, &finding_event()), "/event/kind"), "alert");
    let ocsf = document(Mapping::Ocsf, &call_event());
    for (path, expect) in [
        ("/class_uid", json!(6003)),
        ("/type_uid", json!(600_301)),
        ("/status_id", json!(2)),
        ("/time", json!(1_772_442_847_000_i64)),
        ("/api/operation", json!("CreateUser")),
        ("/actor/user/credential_uid", json!("AKIAEXAMPLE")),
        ("/src_endpoint/ip", json!("198.51.100.7")),
    ] {
        assert_eq!(at(&ocsf, path), expect, "{path}");
    }
    let finding = document(Mapping::Ocsf, &finding_event());
    assert_eq!(
        (at(&finding, "/class_uid"), at(&finding, "/severity_id"), at(&finding, "/finding_info/uid")),
        (json!(2004), json!(4), json!("f-1"))
    );
    let other = Event { detail_type: "mine".to_owned(), ..call_event() };
    assert_eq!(at(&document(Mapping::Ocsf, &other), "/class_uid"), 0);
}

fn destination(authorization: Authorization) -> ApiDestination {
    let parameter = |key: &str, value: &str| Parameter { key: key.to_owned(), value: Some(secret(value)), is_value_secret: false };
    let invocation = HttpParameters {
        header_parameters: vec![parameter("x-both", "connection")],
        query_string_parameters: vec![parameter("q", "a b")],
        body_parameters: vec![parameter("added", "yes")],
    };
    let (created, modified) = (Instant::default(), Instant::default());
    let connection = Connection {
        arn: "arn:c".to_owned(),
        secret_arn: String::new(),
        description: None,
        authorization,
        invocation: Some(invocation),
        state: ConnectionState::Authorized,
        created,
        modified,
        authorized: None,
    };
    let destination = Destination {
        arn: "arn:d".to_owned(),
        description: None,
        connection_arn: "arn:c".to_owned(),
        endpoint: "https://example.com/*/x/*".to_owned(),
        method: "PUT".to_owned(),
        rate: None,
        created,
        modified,
    };
    ApiDestination { destination, connection, token: None }
}

fn basic() -> Authorization {
    Authorization::Basic { username: "u".to_owned(), password: secret("p") }
}

fn extra(path: &[&str], headers: &[(&str, &str)]) -> crate::rules::HttpTargetParameters {
    let map = |pairs: &[(&str, &str)]| pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    crate::rules::HttpTargetParameters {
        path_parameter_values: path.iter().map(|value| (*value).to_owned()).collect(),
        header_parameters: map(headers),
        query_string_parameters: map(&[("q", "target"), ("r", "$.detail.eventName")]),
    }
}

#[test]
fn an_api_destination() {
    let event = call_event();
    let http_parameters = extra(&["a/b?", "$.detail.userIdentity.userName"], &[("X-Both", "target"), ("x-own", "$.source")]);
    let with = Letter { http: Some(&http_parameters), ..letter(&event, r#"{"a":1}"#) };
    let request = http(destination(basic()).request(&[with]).unwrap());
    assert_eq!((request.method.as_str(), request.url.as_str()), ("PUT", "https://example.com/a%2Fb%3F/x/m?r=CreateUser&q=a%20b"));
    assert_eq!(request.body, r#"{"a":1,"added":"yes"}"#);
    for (name, value) in [
        ("Authorization", "Basic dTpw"),
        ("User-Agent", "Amazon/EventBridge/ApiDestinations"),
        ("Content-Type", "application/json; charset=utf-8"),
        ("X-Both", "connection"),
        ("x-own", "aws.iam"),
    ] {
        assert_eq!(header(&request, name), Some(value), "{name}");
    }
    let key = Authorization::ApiKey { name: "x-key".to_owned(), value: secret("k") };
    assert_eq!(header(&http(destination(key).request(&[with]).unwrap()), "x-key"), Some("k"));
    let refused = |parameters: crate::rules::HttpTargetParameters| {
        let with = Letter { http: Some(&parameters), ..letter(&event, "{}") };
        destination(basic()).request(&[with]).unwrap_err().code
    };
    assert_eq!(refused(extra(&["a"], &[])), ErrorCode::InvalidInput, "a star without a value");
    assert_eq!(refused(extra(&["a", ".."], &[])), ErrorCode::InvalidInput, "out of the path");
    assert_eq!(refused(extra(&["a", "b"], &[("x", "y\r\nz: 1")])), ErrorCode::InvalidInput, "another header");
    assert_eq!(refused(extra(&["a", "b"], &[("x", "y\r")])), ErrorCode::InvalidInput, "half the end of a line");
    assert_eq!(refused(extra(&["a", "b"], &[("x:", "y")])), ErrorCode::InvalidInput, "no name of a header");
    assert_eq!(refused(extra(&["a", "b"], &[("x", "$.detail.none")])), ErrorCode::InvalidInput, "nothing there");
    assert_eq!(judged(&destination(basic()), &answer(401, "")), "NO_PERMISSIONS Never");
}

#[test]
fn a_token_is_fetched_and_fetched_again() {
    let client = OAuthClient {
        endpoint: "https://example.com/token".to_owned(),
        method: "POST".to_owned(),
        id: "i d".to_owned(),
        secret: secret("s&"),
        parameters: None,
    };
    let request = token_request(&client).unwrap();
    assert_eq!(request.body, "grant_type=client_credentials&client_id=i%20d&client_secret=s%26");
    let get = token_request(&OAuthClient { method: "GET".to_owned(), ..client.clone() }).unwrap();
    assert!(get.url.starts_with("https://example.com/token?grant_type=client_credentials&") && get.body.is_empty());
    let given = token(&answer(200, r#"{"access_token":"t","expires_in":600}"#), EventTime(0)).unwrap();
    assert_eq!((given.value.0.as_str(), given.until.0), ("t", EventTime(540_000)));
    assert_eq!(token(&answer(200, "{}"), NOW).unwrap_err().retry, Retry::Later);
    assert_eq!(token(&answer(401, ""), NOW).unwrap_err().retry, Retry::Never);
    let destination = destination(Authorization::OAuth(client));
    assert!(destination.lacks_token(EventTime(0)).is_some());
    let event = call_event();
    let parameters = extra(&["a", "b"], &[]);
    let with = Letter { http: Some(&parameters), ..letter(&event, "{}") };
    assert_eq!(destination.request(&[with]).unwrap_err().retry, Retry::Later);
    let destination = destination.with_token(given);
    assert!(destination.lacks_token(EventTime(0)).is_none() && destination.lacks_token(EventTime(540_000)).is_some());
    assert_eq!(header(&http(destination.request(&[with]).unwrap()), "Authorization"), Some("Bearer t"));
    assert!(destination.is_token_refused(&answer(407, "")));
    assert_eq!(judged(&destination, &answer(401, "")), "NO_PERMISSIONS Later");
}

#[test]
fn targets_by_their_arn() {
    let state = State::new(home(), Quotas::default());
    let own = BTreeMap::from([("chat".to_owned(), Settings::from(slack()))]);
    let find = |arn: &str| Settings::of(arn, &state, &own).map(|settings| serde_json::to_value(settings).unwrap()["kind"].clone());
    for (arn, expect) in [
        ("arn:aws:events:eu-central-1:111122223333:event-bus/default", "bus"),
        ("arn:aws:events:eu-central-1:444455556666:event-bus/default", "event_bridge"),
        ("arn:aws:sqs:eu-central-1:111122223333:q", "sqs"),
        ("arn:aws:sns:eu-central-1:111122223333:t", "sns"),
        ("arn:aws:lambda:eu-central-1:111122223333:function:f", "lambda"),
        ("arn:aws:logs:eu-central-1:111122223333:log-group:/aws/events/x:*", "log"),
        ("arn:aws:watchfire:eu-central-1:111122223333:target/chat", "slack"),
    ] {
        assert_eq!(find(arn), Ok(json!(expect)), "{arn}");
    }
    for arn in [
        "x",
        "arn:aws:events:eu-central-1:111122223333:event-bus/no",
        "arn:aws:watchfire:eu-central-1:111122223333:target/no",
        "arn:aws:ecs:r:a:cluster/c",
    ] {
        assert_eq!(find(arn).unwrap_err().code, ErrorCode::NoResource, "{arn}");
    }
    let text = serde_json::to_string(&own["chat"]).unwrap();
    assert_eq!(serde_json::from_str::<Settings>(&text).unwrap(), own["chat"]);
    assert!(!format!("{own:?}").contains("hush"));
}

fn everything() -> Vec<Settings> {
    vec![
        destination(basic()).into(),
        Bus { name: "b".to_owned() }.into(),
        elasticsearch(Mapping::Ocsf).into(),
        EventBridge { arn: "arn:aws:events:r:a:event-bus/b".to_owned() }.into(),
        Lambda { arn: "arn:aws:lambda:r:a:function:f".to_owned() }.into(),
        Log { path: "l".to_owned() }.into(),
        Mail { from: "a@b".to_owned(), to: vec!["c@d".to_owned()] }.into(),
        pager_duty().into(),
        slack().into(),
        Sns { arn: "arn:aws:sns:r:a:t".to_owned() }.into(),
        splunk(Some("c")).into(),
        Sqs { arn: "arn:aws:sqs:r:a:q".to_owned() }.into(),
        SumoLogic { url: secret("https://sumo/hush"), category: None }.into(),
        Teams { url: secret("https://teams/hush") }.into(),
        Webhook { url: "https://w/".to_owned(), secret: secret("hush") }.into(),
    ]
}

fn any_answer() -> impl Strategy<Value = Answer> {
    let body = prop_oneof![
        any::<String>(),
        Just(r#"{"items":[{"create":{"status":201}}]}"#.to_owned()),
        Just(r#"{"code":6,"invalid-event-number":18446744073709551615,"items":{},"Entries":[1]}"#.to_owned()),
        Just("[".repeat(10_000)),
    ];
    prop_oneof![
        (any::<u16>(), body.clone(), any::<String>()).prop_map(|(status, body, after)| Answer::Http {
            status,
            headers: vec![("Retry-After".to_owned(), after)],
            body
        }),
        body.clone().prop_map(|code| Answer::Aws(Err((code, String::new())))),
        body.prop_map(|text| Answer::Aws(Ok(text.into()))),
        any::<u16>().prop_map(|code| Answer::Smtp { code, text: String::new() }),
        Just(Answer::Done),
        Just(Answer::Trouble(Trouble::Timeout)),
    ]
}

proptest! {
    /// Whatever comes back and whatever is sent: one verdict for each delivery, no panic, and no header that begins another.
    #[test]
    fn nothing_confuses_a_target(answer in any_answer(), payload in any::<String>(), title in any::<String>(), count in 1usize..10) {
        let detail = json!({ "title": title, "description": title, "id": title, "sourceIPAddress": title });
        let event = Event { detail: detail.to_string().into(), source: title.clone(), ..call_event() };
        let parameters = extra(&[&title, &payload], &[("x-any", &title)]);
        for settings in everything() {
            let kind = settings.kind();
            let count = count.min(kind.batch_max());
            let letters = vec![Letter { http: Some(&parameters), ..letter(&event, &payload) }; count];
            if let Ok(Request::Http(request)) = kind.request(&letters) {
                prop_assert!(request.headers.iter().all(|(_, value)| !value.contains(['\r', '\n'])));
                prop_assert!(!request.url.contains(['\r', '\n', ' ']));
            }
            let verdicts = kind.judge(count, &answer, NOW);
            prop_assert_eq!(verdicts.len(), count);
            if matches!(answer, Answer::Trouble(_)) || matches!(&answer, Answer::Http { status, .. } if !(200..300).contains(status)) {
                prop_assert!(verdicts.iter().all(Result::is_err), "{settings:?}");
            }
            let _ = (kind.confirmation(&answer), kind.is_confirmed(&answer));
        }
    }
}
