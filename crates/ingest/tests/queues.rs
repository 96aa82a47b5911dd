//! Queues of notices against a real moto server, and against a proxy where things go wrong.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;
use watchfire_aws::{Aws, Call, Keys, Retry, Settings};
use watchfire_ingest::{
    Arrival, Foreign, Listing, Opened, Outcome, QueueSettings, ReadOptions, Reader, Role, Source, SourceSettings, Spool, Surroundings,
};
use watchfire_moto::{Fate, Moto, Proxy, Reply};

fn connect(endpoint: &str) -> Aws {
    let retry = Retry { attempts_max: 3, pause_first: Duration::from_millis(1), pause_max: Duration::from_millis(4) };
    let keys = Keys { id: "testing".into(), secret: "testing".into() };
    let (endpoint, region) = (Some(endpoint.to_owned()), Some("us-east-1".to_owned()));
    Settings { endpoint, region, keys: Some(keys), retry, ..Settings::default() }.connect().expect("a connection")
}

/// A queue and a bucket with what a source needs around it.
struct Scene {
    _moto: Moto,
    endpoint: String,
    aws: Aws,
    queue: String,
    folder: TempDir,
}

impl Scene {
    fn new() -> Scene {
        let moto = Moto::start();
        let endpoint = moto.endpoint().to_owned();
        let aws = connect(&endpoint);
        aws.s3().open("logs").create().expect("a bucket");
        let queue = call(&aws, "sqs", "CreateQueue", json!({ "QueueName": "notices" }));
        let queue = queue["QueueUrl"].as_str().expect("a URL").to_owned();
        Scene { _moto: moto, endpoint, aws, queue, folder: tempfile::tempdir().expect("a folder") }
    }

    fn settings(&self) -> Value {
        json!({ "name": "trail", "queue": self.queue })
    }

    fn open(&self, aws: &Aws, change: impl FnOnce(&mut QueueSettings)) -> Box<dyn Source> {
        let mut settings: QueueSettings = serde_json::from_value(self.settings()).expect("settings");
        change(&mut settings);
        open(aws, self.folder.path(), &SourceSettings::Sqs(settings))
    }

    fn send(&self, body: &Value) {
        let body = body.as_str().map_or_else(|| body.to_string(), str::to_owned);
        call(&self.aws, "sqs", "SendMessage", json!({ "QueueUrl": self.queue, "MessageBody": body }));
    }

    fn put(&self, key: &str) {
        self.aws.s3().open("logs").put(key, key.as_bytes().to_vec()).expect("put");
    }

    /// Visible and hidden messages.
    fn depth(&self) -> (u64, u64) {
        let names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"];
        let answer = call(&self.aws, "sqs", "GetQueueAttributes", json!({ "QueueUrl": self.queue, "AttributeNames": names }));
        let [visible, hidden] = names.map(|name| answer["Attributes"][name].as_str().expect("a number").parse().expect("a number"));
        (visible, hidden)
    }

    fn dead_letters(&self) -> Vec<Value> {
        let text = std::fs::read_to_string(self.folder.path().join("dead/trail.jsonl")).unwrap_or_default();
        text.lines().map(|line| serde_json::from_str(line).expect("a letter")).collect()
    }
}

fn open(aws: &Aws, folder: &Path, settings: &SourceSettings) -> Box<dyn Source> {
    let spool = Spool::open(&folder.join("spool"), 1 << 20).expect("a spool");
    let connect = || Ok(aws.clone());
    settings.open(&Surroundings { dead_letters: &folder.join("dead"), spool: &spool, connect: &connect }).expect("a source")
}

fn call(aws: &Aws, service: &str, operation: &str, parameters: Value) -> Value {
    aws.call(&Call::new(service, operation, parameters)).unwrap_or_else(|error| panic!("{error}"))
}

fn notice(keys: &[&str]) -> Value {
    let record = |key: &&str| {
        json!({ "eventVersion": "2.1", "eventSource": "aws:s3", "eventName": "ObjectCreated:Put", "eventTime": "2026-03-02T09:15:01Z",
                "s3": { "bucket": { "name": "logs" }, "object": { "key": key, "size": key.len(), "eTag": format!("e-{key}") } } })
    };
    json!({ "Records": keys.iter().map(record).collect::<Vec<_>>() })
}

/// What arrives until nothing does for a moment.
fn all(source: &mut dyn Source) -> Vec<Arrival> {
    let mut arrivals = Vec::new();
    loop {
        let more = source.arrivals(Duration::from_secs(1)).expect("arrivals");
        if more.is_empty() {
            return arrivals;
        }
        arrivals.extend(more);
    }
}

fn names(arrivals: &[Arrival]) -> Vec<&str> {
    arrivals.iter().map(|arrival| &*arrival.object.source).collect()
}

/// Reads arrivals as an epoch does, and says what became of each.
fn read(arrivals: &[Arrival]) -> Vec<(String, Outcome)> {
    let reader = Reader::new(Listing::of(arrivals.to_vec()), ReadOptions::default());
    let outcome = |Opened { source, body }: Opened| (source.to_string(), body.map_or_else(Outcome::Failed, |_| Outcome::Durable));
    std::iter::from_fn(|| reader.next()).map(outcome).collect()
}

fn settle(source: &mut dyn Source, arrivals: &[Arrival]) {
    let outcomes = read(arrivals);
    let of = |arrival: &Arrival| outcomes.iter().find(|(source, _)| **source == *arrival.object.source).expect("read").1.clone();
    let settled: Vec<_> = arrivals.iter().map(|arrival| (arrival.receipt, of(arrival))).collect();
    source.settle(&settled).expect("settled");
}

#[test]
fn notices_come_in_every_form_and_go_when_all_is_durable() {
    let scene = Scene::new();
    for key in ["plain one.gz", "two", "three", "bridged", "trail-a", "trail-b"] {
        scene.put(key);
    }
    let topic = call(&scene.aws, "sns", "CreateTopic", json!({ "Name": "t" }))["TopicArn"].as_str().expect("an ARN").to_owned();
    let arn = call(&scene.aws, "sqs", "GetQueueAttributes", json!({ "QueueUrl": scene.queue, "AttributeNames": ["QueueArn"] }));
    let subscribe = json!({ "TopicArn": topic, "Protocol": "sqs", "Endpoint": arn["Attributes"]["QueueArn"] });
    call(&scene.aws, "sns", "Subscribe", subscribe);
    scene.send(&notice(&["plain+one.gz", "two"]));
    scene.send(&json!({ "Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": "logs" }));
    scene.send(&json!({ "source": "aws.s3", "detail-type": "Object Created", "time": "2026-03-02T09:15:01Z",
        "detail": { "bucket": { "name": "logs" }, "object": { "key": "bridged", "size": 7, "etag": "x" } } }));
    for message in [notice(&["three"]), json!({ "s3Bucket": "logs", "s3ObjectKey": ["trail-a", "trail-b", "trail-gone"] })] {
        call(&scene.aws, "sns", "Publish", json!({ "TopicArn": topic, "Message": message.to_string() }));
    }
    let mut source = scene.open(&scene.aws, |settings| settings.buckets = vec!["logs".into()]);
    let arrivals = all(&mut *source);
    let mut found = names(&arrivals);
    found.sort_unstable();
    let expect = ["bridged", "plain one.gz", "three", "trail-a", "trail-b", "two"].map(|key| format!("s3://logs/{key}"));
    assert_eq!(found, expect);
    let trail = arrivals.iter().find(|arrival| arrival.object.source.ends_with("trail-a")).expect("there");
    assert_eq!(trail.object.bytes, Some(7), "asked of S3");
    assert_eq!(scene.depth(), (0, 4), "the test event is gone, the others are held");
    settle(&mut *source, &arrivals);
    assert_eq!(scene.depth(), (0, 0));
    let health = source.health();
    assert_eq!((health.brought, health.durable, health.vanished, health.skipped, health.pending), (6, 6, 1, 1, 0));
    assert!(health.last.is_some_and(|last| last.lag.is_some()) && health.trouble.is_none());
}

/// S3's own notices, as moto sends them, set up by AWS's own client.
#[test]
fn what_is_put_into_the_bucket_arrives() {
    const SETUP: &str = "
import boto3, sys
s3 = boto3.client('s3', endpoint_url=sys.argv[1], region_name='us-east-1', aws_access_key_id='a', aws_secret_access_key='b')
queue = {'QueueArn': 'arn:aws:sqs:us-east-1:123456789012:notices', 'Events': ['s3:ObjectCreated:*', 's3:ObjectRemoved:*']}
s3.put_bucket_notification_configuration(Bucket='logs', NotificationConfiguration={'QueueConfigurations': [queue]})
";
    let scene = Scene::new();
    let status = Command::new(Moto::python()).args(["-c", SETUP, &scene.endpoint]).status().expect("python runs");
    assert!(status.success());
    let key = "AWSLogs/111122223333/CloudTrail/us-east-1/2026/03/02/a b+c%ü.json.gz";
    scene.put(key);
    scene.put("AWSLogs/111122223333/CloudTrail-Digest/us-east-1/2026/03/02/d.json.gz");
    scene.aws.s3().open("logs").delete("nothing").expect("delete");
    let mut source = scene.open(&scene.aws, |_| {});
    let arrivals = all(&mut *source);
    assert_eq!(names(&arrivals), [format!("s3://logs/{key}")]);
    settle(&mut *source, &arrivals);
    assert_eq!(scene.depth(), (0, 0));
    assert_eq!(source.health().durable, 1);
}

#[test]
fn records_in_messages_are_read_themselves() {
    let scene = Scene::new();
    let event = json!({ "source": "aws.iam", "detail-type": "AWS API Call via CloudTrail", "detail": { "eventName": "CreateUser" } });
    scene.send(&event);
    let mut source = scene.open(&scene.aws, |_| {});
    let arrivals = all(&mut *source);
    let reader = Reader::new(Listing::of(arrivals.clone()), ReadOptions::default());
    let opened = reader.next().expect("one");
    let watchfire_ingest::Body::Bytes(bytes) = opened.body.expect("readable") else { panic!("bytes in hand") };
    assert_eq!(bytes, event.to_string().into_bytes());
    assert!(opened.source.starts_with("sqs://notices/"), "{}", opened.source);
    settle(&mut *source, &arrivals);
    assert_eq!(scene.depth(), (0, 0));
}

#[test]
fn a_message_goes_only_with_its_last_object() {
    let scene = Scene::new();
    for key in ["one", "two"] {
        scene.put(key);
    }
    scene.send(&notice(&["one", "two"]));
    // The same again, out of order: no harm.
    scene.send(&notice(&["two", "one"]));
    let mut source = scene.open(&scene.aws, |_| {});
    let arrivals = all(&mut *source);
    assert_eq!(arrivals.len(), 4);
    assert_eq!(Listing::of(arrivals.clone()).objects.len(), 2, "each is read once");
    source.settle(&[(arrivals[0].receipt, Outcome::Durable), (arrivals[2].receipt, Outcome::Durable)]).expect("settled");
    assert_eq!(scene.depth(), (0, 2));
    source.settle(&[(arrivals[1].receipt, Outcome::Durable), (arrivals[1].receipt, Outcome::Durable)]).expect("settled");
    assert_eq!(scene.depth(), (0, 1));
    source.settle(&[(arrivals[3].receipt, Outcome::Durable)]).expect("settled");
    assert_eq!(scene.depth(), (0, 0));
}

#[test]
fn foreign_messages_go_where_they_are_told() {
    for (foreign, depth, letters) in [(Foreign::Keep, (0, 0), 2), (Foreign::Delete, (0, 0), 0), (Foreign::Leave, (0, 2), 0)] {
        let scene = Scene::new();
        scene.send(&json!("hello"));
        scene.send(&json!({ "s3Bucket": "another", "s3ObjectKey": ["x"] }));
        let mut source = scene.open(&scene.aws, |settings| (settings.foreign, settings.buckets) = (foreign, vec!["logs".into()]));
        assert_eq!(all(&mut *source).len(), 0);
        assert_eq!((scene.depth(), scene.dead_letters().len()), (depth, letters), "{foreign:?}");
        let health = source.health();
        assert_eq!(health.foreign, 2);
        assert!(health.passed_over.iter().any(|why| why.contains("bucket another is not among")), "{:?}", health.passed_over);
        assert!(letters == 0 || scene.dead_letters()[0]["body"] == "hello");
    }
}

/// Objects by their names: some are refused, some are broken.
fn spoiled(scene: &Scene) -> Proxy {
    Proxy::start(&scene.endpoint, |request| match request.target.as_str() {
        target if target.contains("refused") => Fate::Answer(Reply::fault(403, "AccessDenied", "")),
        target if target.contains("kms") => Fate::Answer(Reply::fault(400, "KMS.DisabledException", "")),
        target if target.contains("broken") => Fate::Answer(Reply::fault(400, "InvalidRequest", "")),
        target if target.contains("busy") => Fate::Answer(Reply::fault(503, "SlowDown", "")),
        _ => Fate::Pass,
    })
}

#[test]
fn what_vanished_is_done_and_what_is_refused_is_not() {
    let scene = Scene::new();
    let proxy = spoiled(&scene);
    let aws = connect(proxy.endpoint());
    for key in ["gone", "refused", "kms", "busy"] {
        scene.send(&notice(&[key]));
    }
    let mut source = scene.open(&aws, |settings| settings.receives_max = 1);
    let arrivals = all(&mut *source);
    assert_eq!(arrivals.len(), 4);
    settle(&mut *source, &arrivals);
    assert_eq!(scene.depth(), (0, 3), "those that may be read another time stay");
    let health = source.health();
    assert_eq!((health.vanished, health.failed, health.dead), (1, 3, 0), "{health:?}");
    assert!(health.trouble.is_some());
}

#[test]
fn what_cannot_be_read_becomes_a_dead_letter_in_the_end() {
    for to_queue in [false, true] {
        let scene = Scene::new();
        let proxy = spoiled(&scene);
        let aws = connect(proxy.endpoint());
        let dead = call(&scene.aws, "sqs", "CreateQueue", json!({ "QueueName": "dead" }))["QueueUrl"].as_str().expect("a URL").to_owned();
        scene.put("good");
        scene.send(&notice(&["broken", "good"]));
        let mut source = scene.open(&aws, |settings| {
            settings.receives_max = 1;
            settings.dead_letter_queue = to_queue.then(|| dead.clone());
        });
        let arrivals = all(&mut *source);
        settle(&mut *source, &arrivals);
        assert_eq!(scene.depth(), (0, 0));
        assert_eq!(source.health().dead, 1);
        let received = call(&scene.aws, "sqs", "ReceiveMessage", json!({ "QueueUrl": dead, "MessageAttributeNames": ["All"] }));
        let letters = scene.dead_letters();
        if to_queue {
            let message = &received["Messages"][0];
            assert_eq!(message["Body"], notice(&["broken", "good"]).to_string());
            assert!(message["MessageAttributes"]["ERROR_MESSAGE"]["StringValue"].as_str().expect("why").contains("InvalidRequest"));
        } else {
            assert_eq!(letters.len(), 1);
            assert_eq!(letters[0]["body"], notice(&["broken", "good"]).to_string());
            assert!(letters[0]["why"].as_str().expect("why").contains("InvalidRequest"), "{letters:?}");
        }
    }
}

#[test]
fn a_dead_letter_that_cannot_be_kept_keeps_the_message() {
    let scene = Scene::new();
    scene.send(&json!("hello"));
    std::fs::write(scene.folder.path().join("dead"), "in the way").expect("written");
    let mut source = scene.open(&scene.aws, |_| {});
    assert_eq!(all(&mut *source).len(), 0);
    assert_eq!(scene.depth(), (0, 1));
    assert!(source.health().trouble.is_some());
}

#[test]
fn messages_are_held_while_they_are_worked_on() {
    let scene = Scene::new();
    scene.put("slow");
    scene.send(&notice(&["slow"]));
    let mut source = scene.open(&scene.aws, |settings| settings.hidden = Duration::from_secs(2));
    let arrivals = all(&mut *source);
    let begin = Instant::now();
    let mut other = scene.open(&scene.aws, |_| {});
    while begin.elapsed() < Duration::from_secs(5) {
        assert_eq!(other.arrivals(Duration::from_secs(1)).expect("arrivals").len(), 0, "after {:?}", begin.elapsed());
    }
    settle(&mut *source, &arrivals);
    assert_eq!(scene.depth(), (0, 0));
    // Who is gone holds nothing any longer.
    scene.send(&notice(&["slow"]));
    assert_eq!(all(&mut *source).len(), 1);
    drop(source);
    let begin = Instant::now();
    while other.arrivals(Duration::from_secs(1)).expect("arrivals").is_empty() {
        assert!(begin.elapsed() < Duration::from_secs(30), "it never came back");
    }
}

#[test]
fn a_queue_that_fails_is_told_and_loses_nothing() {
    let scene = Scene::new();
    scene.put("one");
    scene.send(&notice(&["one"]));
    let proxy = Proxy::start(&scene.endpoint, |request| match String::from_utf8_lossy(&request.body) {
        // The answer that brings the message is lost once; so is the word that it is deleted.
        body if body.contains("MaxNumberOfMessages") && request.earlier < 1 => Fate::Unanswered,
        body if body.contains("ReceiptHandle") && request.earlier < 4 => Fate::Answer(Reply::new(500, "")),
        _ => Fate::Pass,
    });
    let mut source = scene.open(&connect(proxy.endpoint()), |settings| settings.hidden = Duration::from_secs(2));
    let begin = Instant::now();
    let mut durable = 0;
    while (durable == 0 || scene.depth() != (0, 0)) && begin.elapsed() < Duration::from_secs(60) {
        let arrivals = source.arrivals(Duration::from_secs(1)).unwrap_or_default();
        durable += arrivals.len();
        settle(&mut *source, &arrivals);
    }
    assert!(durable >= 1);
    assert_eq!(scene.depth(), (0, 0));
}

#[test]
fn a_role_reads_queue_and_bucket() {
    let scene = Scene::new();
    scene.put("one");
    scene.send(&notice(&["one"]));
    let proxy = Proxy::start(&scene.endpoint, |_| Fate::Pass);
    let mut source = scene.open(&connect(proxy.endpoint()), |settings| {
        let (arn, external_id) = ("arn:aws:iam::123456789012:role/reader".to_owned(), Some("id".to_owned()));
        settings.role = Some(Role { arn, external_id, session_name: "watchfire".into() });
    });
    let arrivals = all(&mut *source);
    settle(&mut *source, &arrivals);
    assert_eq!(source.health().durable, 1);
    let seen = proxy.seen();
    let assumed = String::from_utf8_lossy(&seen[0].body).into_owned();
    assert!(assumed.contains("Action=AssumeRole") && assumed.contains("ExternalId=id"), "{assumed}");
    assert!(seen[1..].iter().all(|request| request.headers.contains_key("x-amz-security-token")), "with the role's keys only");
}

/// Reads a queue, writes down what it read, and tells the queue: until it is killed.
#[test]
fn nothing_is_lost_to_kill_9() {
    const OBJECTS: usize = 60;
    if let Ok(place) = std::env::var("WATCHFIRE_TEST_CHILD") {
        let [endpoint, queue, folder] = place.split(' ').collect::<Vec<_>>().try_into().expect("three");
        let settings = json!({ "kind": "sqs", "name": "trail", "queue": queue });
        let SourceSettings::Sqs(mut settings) = serde_json::from_value(settings).expect("settings") else { panic!("sqs") };
        settings.hidden = Duration::from_secs(2);
        let mut source = open(&connect(endpoint), Path::new(folder), &SourceSettings::Sqs(settings));
        let mut done = std::fs::File::options().append(true).create(true).open(Path::new(folder).join("done")).expect("a file");
        loop {
            let arrivals = source.arrivals(Duration::from_secs(1)).expect("arrivals");
            for (name, outcome) in read(&arrivals) {
                assert_eq!(outcome, Outcome::Durable, "{name}");
                writeln!(done, "{name}").expect("written");
            }
            done.sync_all().expect("synced");
            settle(&mut *source, &arrivals);
        }
    }
    let scene = Scene::new();
    let keys: Vec<String> = (0..OBJECTS).map(|number| format!("k{number:03}")).collect();
    for key in &keys {
        scene.put(key);
    }
    for pair in keys.chunks(3) {
        scene.send(&notice(&pair.iter().map(String::as_str).collect::<Vec<_>>()));
    }
    let place = format!("{} {} {}", scene.endpoint, scene.queue, scene.folder.path().display());
    let (mut kills, begin) = (0_u64, Instant::now());
    while scene.depth() != (0, 0) && begin.elapsed() < Duration::from_secs(120) {
        let mut child = Command::new(std::env::current_exe().expect("this program"));
        child.args(["--exact", "nothing_is_lost_to_kill_9", "--nocapture"]).env("WATCHFIRE_TEST_CHILD", &place);
        let mut child = child.stdout(Stdio::null()).spawn().expect("the child starts");
        std::thread::sleep(Duration::from_millis(40 + 30 * (kills % 8)));
        child.kill().expect("killed");
        child.wait().expect("ended");
        kills += 1;
    }
    let done = std::fs::read_to_string(scene.folder.path().join("done")).expect("a file");
    let read: BTreeSet<&str> = done.lines().filter_map(|line| line.strip_prefix("s3://logs/")).collect();
    assert_eq!(read.into_iter().collect::<Vec<_>>(), keys, "after {kills} kills");
    assert_eq!(scene.depth(), (0, 0));
    assert!(kills > 1, "it was killed in the middle");
}

/// So that the type is used as the server does: from several threads.
#[test]
fn sources_and_spools_may_move_between_threads() {
    fn moves<T: Send>() {}
    fn shared<T: Send + Sync>() {}
    moves::<Box<dyn Source>>();
    shared::<Arc<Spool>>();
}
