//! Calls of services against a real moto server, and against answers that go wrong.

use std::io::Write;
use std::process::{Command, Stdio};
use std::time::Duration;

use serde_json::{Value, json};
use watchfire_aws::{Aws, Call, Error, Keys, Retry, Settings};
use watchfire_moto::{Moto, Reply, Request, Stub};

fn connect(endpoint: &str) -> Aws {
    let retry = Retry { attempts_max: 3, pause_first: Duration::from_millis(1), pause_max: Duration::from_millis(4) };
    let keys = Keys { id: "testing".into(), secret: "testing".into() };
    let (endpoint, region) = (Some(endpoint.to_owned()), Some("eu-central-1".to_owned()));
    Settings { endpoint, region, keys: Some(keys), retry, ..Settings::default() }.connect().expect("a connection")
}

fn call(aws: &Aws, service: &str, operation: &str, parameters: Value) -> Value {
    aws.call(&Call::new(service, operation, parameters)).unwrap_or_else(|error| panic!("{error}"))
}

fn text<'v>(value: &'v Value, pointer: &str) -> &'v str {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_else(|| panic!("no {pointer} in {value}"))
}

#[test]
fn a_topic_sends_to_a_queue() {
    let moto = Moto::start();
    let aws = connect(moto.endpoint());
    let queue = call(&aws, "sqs", "CreateQueue", json!({ "QueueName": "q", "Attributes": { "VisibilityTimeout": "1" } }));
    let url = text(&queue, "/QueueUrl");
    let attributes = call(&aws, "sqs", "GetQueueAttributes", json!({ "QueueUrl": url, "AttributeNames": ["All"] }));
    let topic = call(&aws, "sns", "CreateTopic", json!({ "Name": "t", "Attributes": { "DisplayName": "a b" } }));
    let topic = text(&topic, "/TopicArn");
    let subscription = json!({ "TopicArn": topic, "Protocol": "sqs", "Endpoint": text(&attributes, "/Attributes/QueueArn"),
                               "Attributes": { "RawMessageDelivery": "true" }, "ReturnSubscriptionArn": true });
    assert!(text(&call(&aws, "sns", "Subscribe", subscription), "/SubscriptionArn").starts_with("arn:aws:sns:"));
    let message = "ü & = + \u{1f525} <xml>";
    let published = call(
        &aws,
        "sns",
        "Publish",
        json!({ "TopicArn": topic, "Message": message, "MessageAttributes": { "kind": { "DataType": "String", "StringValue": "x" } } }),
    );
    assert!(!text(&published, "/MessageId").is_empty());
    let topics = call(&aws, "sns", "ListTopics", json!({}));
    assert_eq!(topics["Topics"], json!([{ "TopicArn": topic }]));
    let received =
        call(&aws, "sqs", "ReceiveMessage", json!({ "QueueUrl": url, "MaxNumberOfMessages": 10, "MessageAttributeNames": ["All"] }));
    assert_eq!(text(&received, "/Messages/0/Body"), message);
    assert_eq!(text(&received, "/Messages/0/MessageAttributes/kind/StringValue"), "x");
    let handle = text(&received, "/Messages/0/ReceiptHandle");
    assert_eq!(call(&aws, "sqs", "DeleteMessage", json!({ "QueueUrl": url, "ReceiptHandle": handle })), json!({}));
}

#[test]
fn events_are_put() {
    let moto = Moto::start();
    let entry = json!({ "Source": "test", "DetailType": "t", "Detail": "{}", "Time": 1_772_442_847 });
    let answer = call(&connect(moto.endpoint()), "events", "PutEvents", json!({ "Entries": [entry, { "Source": "only" }] }));
    assert_eq!(answer["FailedEntryCount"], json!(1));
    assert!(!text(&answer, "/Entries/0/EventId").is_empty());
}

#[test]
fn a_role_is_assumed_and_asks_with_its_own_keys() {
    let moto = Moto::start();
    let aws = connect(moto.endpoint());
    let role = aws.assume("arn:aws:iam::222233334444:role/reader", Some("an id"), "watchfire");
    let identity = call(&role, "sts", "GetCallerIdentity", json!({}));
    assert!(text(&identity, "/Arn").contains("assumed-role/reader/watchfire"), "{identity}");
    // Through the role of a role, as organisations have it; and to S3 too.
    let second = role.assume("arn:aws:iam::333344445555:role/inner", None, "watchfire");
    assert!(text(&call(&second, "sts", "GetCallerIdentity", json!({})), "/Arn").contains("assumed-role/inner/watchfire"));
    second.s3().open("of-a-role").create().expect("a bucket");
}

#[test]
fn async_tasks_can_call() {
    let moto = Moto::start();
    let aws = connect(moto.endpoint());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let answer = runtime.block_on(aws.send(&Call::new("sqs", "ListQueues", json!({}))));
    assert!(answer.is_ok(), "{answer:?}");
}

#[test]
fn what_is_not_there_and_what_is_wrong_keep_their_codes() {
    let moto = Moto::start();
    let aws = connect(moto.endpoint());
    let url = format!("{}/123456789012/none", moto.endpoint());
    let error = aws.call(&Call::new("sqs", "SendMessage", json!({ "QueueUrl": url, "MessageBody": "x" }))).expect_err("no queue");
    assert!(matches!(&error, Error::Missing { .. }), "{error}");
    assert!(error.fault().expect("AWS said so").0.contains("QueueDoesNotExist"), "{error}");
    let error = aws.call(&Call::new("sns", "Publish", json!({ "TopicArn": "arn:aws:sns:eu-central-1:1:t", "Message": "x" })));
    assert_eq!(error.expect_err("no topic").fault().map(|(code, _)| code), Some("NotFound"));
    for wrong in [
        Call::new("nobody", "X", json!({})),
        Call::new("s3", "PutObject", json!({})),
        Call::new("lambda", "DeleteFunction", json!({})),
        Call::new("lambda", "Invoke", json!({})),
        Call::new("lambda", "Invoke", json!({ "FunctionName": "f", "Other": 1 })),
        Call::new("sqs", "ListQueues", json!([])),
        Call::new("sqs", "ListQueues", json!({})).in_region("eu-west-1.example.com/"),
    ] {
        assert!(matches!(aws.call(&wrong), Err(Error::Settings { .. })), "{wrong}");
    }
}

fn stub(answer: impl Fn(&Request) -> Reply + Send + Sync + 'static) -> (Stub, Aws) {
    let stub = Stub::start(answer);
    let aws = connect(stub.endpoint());
    (stub, aws)
}

fn json_fault(status: u16, code: &str) -> Reply {
    Reply::new(status, format!(r#"{{"__type":"com.amazonaws.sqs#{code}","message":"a test says so"}}"#))
}

#[test]
fn a_function_is_invoked_at_its_own_address() {
    let (stub, aws) = stub(|_| Reply::new(200, r#"{"done":true}"#).with("x-amz-function-error", "Unhandled"));
    let parameters = json!({ "FunctionName": "arn:aws:lambda:eu-central-1:1:function:f", "InvocationType": "Event", "Payload": "{\"a\":1}", "Qualifier": "v 1" });
    let answer = call(&aws, "lambda", "Invoke", parameters);
    assert_eq!(answer, json!({ "StatusCode": 200, "FunctionError": "Unhandled", "Payload": { "done": true } }));
    let seen = &stub.seen()[0];
    let path = "/2015-03-31/functions/arn%3Aaws%3Alambda%3Aeu-central-1%3A1%3Afunction%3Af/invocations?Qualifier=v%201";
    assert_eq!((seen.method.as_str(), seen.target.as_str()), ("POST", path));
    assert_eq!(seen.headers["x-amz-invocation-type"], "Event");
}

#[test]
fn passing_faults_are_tried_again_and_lasting_ones_are_not() {
    let (stub, aws) = self::stub(|request| match request.earlier {
        0 => json_fault(400, "ThrottlingException"),
        1 => Reply::new(200, "{}").cut_after(1),
        _ => Reply::new(200, "{}"),
    });
    assert_eq!(call(&aws, "sqs", "ListQueues", json!({})), json!({}));
    assert_eq!(stub.seen().len(), 3);

    let (stub, aws) = self::stub(|_| json_fault(400, "RequestThrottled"));
    let error = aws.call(&Call::new("sqs", "ListQueues", json!({}))).expect_err("never");
    assert!(error.may_pass() && error.fault() == Some(("RequestThrottled", "a test says so")), "{error}");
    assert_eq!(stub.seen().len(), 3);
    let once = aws.with_retry(Retry { attempts_max: 1, ..Retry::default() });
    drop(once.call(&Call::new("sqs", "ListQueues", json!({}))));
    assert_eq!(stub.seen().len(), 4, "one attempt is one");

    for (code, expect) in [("AccessDeniedException", "refused"), ("InvalidParameterValue", "AWS says no"), ("InvalidClientTokenId", "keys")]
    {
        let (stub, aws) = self::stub(move |_| json_fault(400, code));
        let error = aws.call(&Call::new("sqs", "ListQueues", json!({}))).expect_err("never");
        assert!(error.to_string().contains(expect) && !error.may_pass(), "{error}");
        assert_eq!(error.fault().map(|(code, _)| code), Some(code));
        assert_eq!(stub.seen().len(), 1);
    }
}

#[test]
fn a_wrong_clock_is_corrected() {
    let (stub, aws) = stub(|request| {
        if request.headers["x-amz-date"].starts_with("20300102T") {
            return Reply::new(200, "{}");
        }
        let body = r#"{"__type":"InvalidSignatureException","message":"Signature expired: 20260302T090000Z is now earlier than …"}"#;
        Reply::new(403, body).with("date", "Wed, 02 Jan 2030 12:00:00 GMT")
    });
    call(&aws, "sqs", "ListQueues", json!({}));
    assert_eq!(stub.seen().len(), 2);
}

/// An STS whose keys are numbered, and a queue service that calls the first set expired.
#[test]
fn keys_of_a_role_that_end_midway_are_renewed() {
    let (stub, aws) = stub(|request| {
        let authorization = &request.headers["authorization"];
        if authorization.contains("/sts/") {
            let number = request.earlier;
            return Reply::new(
                200,
                format!(
                    "<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>ROLE{number}</AccessKeyId>\
                     <SecretAccessKey>s</SecretAccessKey><SessionToken>token{number}</SessionToken>\
                     <Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>"
                ),
            );
        }
        let first = request.headers["x-amz-security-token"] == "token0";
        if first && request.earlier >= 3 { json_fault(400, "ExpiredTokenException") } else { Reply::new(200, "{}") }
    });
    let role = aws.assume("arn:aws:iam::222233334444:role/reader", None, "watchfire");
    for _ in 0..5 {
        call(&role, "sqs", "ListQueues", json!({}));
    }
    let renewals = stub.seen().iter().filter(|request| request.headers["authorization"].contains("/sts/")).count();
    assert_eq!(renewals, 2, "once at first, once when they were called expired");
}

#[test]
fn a_role_that_may_not_be_assumed_says_why() {
    let (_stub, aws) = stub(|_| {
        let body = "<ErrorResponse><Error><Code>AccessDenied</Code><Message>not authorized to perform: sts:AssumeRole</Message></Error></ErrorResponse>";
        Reply::new(403, body)
    });
    let role = aws.assume("arn:aws:iam::222233334444:role/reader", None, "watchfire");
    let error = role.call(&Call::new("sqs", "ListQueues", json!({}))).expect_err("no keys");
    assert!(matches!(error, Error::Credentials { .. }), "{error}");
    assert!(error.to_string().contains("role/reader: refused (AccessDenied): not authorized"), "{error}");
    assert_eq!(error.to_string().matches("hint:").count(), 1, "{error}");
}

/// Renewal is an exchange itself: it must not wait for those that wait for it.
#[test]
fn many_calls_wait_for_one_renewal() {
    let moto = Moto::start();
    let role = connect(moto.endpoint()).assume("arn:aws:iam::222233334444:role/reader", None, "watchfire");
    std::thread::scope(|scope| {
        for _ in 0..100 {
            scope.spawn(|| call(&role, "sqs", "ListQueues", json!({})));
        }
    });
}

/// moto does not check signatures, so AWS's own client recomputes those that a stub received.
#[test]
fn signatures_agree_with_botocore() {
    const REFEREE: &str = "
import json, sys
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
for line in sys.stdin:
    service, method, url, headers, body = json.loads(line)
    auth = SigV4Auth(Credentials('testing', 'testing'), service, 'eu-west-1')
    request = AWSRequest(method=method, url=url, headers=headers, data=body.encode())
    request.context['timestamp'] = headers['x-amz-date']
    print(auth.signature(auth.string_to_sign(request, auth.canonical_request(request)), request))
";
    let (stub, aws) = stub(|_| Reply::new(404, ""));
    let calls = [
        ("sqs", "SendMessage", json!({ "QueueUrl": "https://x/1/q", "MessageBody": "ü\n" })),
        ("sns", "Publish", json!({ "Message": "a b", "MessageAttributes": { "n": { "StringValue": "*" } } })),
        ("sts", "AssumeRole", json!({ "RoleArn": "arn:aws:iam::1:role/r" })),
        ("events", "PutEvents", json!({ "Entries": [] })),
        ("lambda", "Invoke", json!({ "FunctionName": "arn:aws:lambda:eu-west-1:1:function:f", "Payload": { "a": 1 }, "Qualifier": "a b" })),
    ];
    for (service, operation, parameters) in &calls {
        drop(aws.call(&Call::new(service, operation, parameters.clone()).in_region("eu-west-1")));
    }
    let (mut questions, mut signatures) = (String::new(), Vec::new());
    for (request, (service, ..)) in stub.seen().iter().zip(&calls) {
        let (scope, signature) = request.headers["authorization"].split_once(", Signature=").expect("a signature");
        let names = scope.split_once("SignedHeaders=").expect("signed headers").1.split(',').next().expect("names");
        let headers: serde_json::Map<_, _> = names.split(';').map(|name| (name.into(), request.headers[name].clone().into())).collect();
        let url = format!("{}{}", stub.endpoint(), request.target);
        questions += &format!("{}\n", json!([service, request.method, url, headers, String::from_utf8_lossy(&request.body)]));
        signatures.push(signature.to_owned());
    }
    let mut referee =
        Command::new(Moto::python()).args(["-c", REFEREE]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("python starts");
    referee.stdin.take().expect("piped").write_all(questions.as_bytes()).expect("python reads");
    let answers = String::from_utf8(referee.wait_with_output().expect("python ends").stdout).expect("text");
    assert_eq!(signatures.len(), calls.len());
    assert_eq!(answers.lines().collect::<Vec<_>>(), signatures, "{questions}");
}
