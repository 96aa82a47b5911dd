//! The store against a real moto server.

use std::io::{Read, Write};
use std::process::{Command, Stdio};

use watchfire_aws::{Aws, Error, Keys, Settings, Store};
use watchfire_moto::{Moto, Reply, Stub};

fn connect(moto: &Moto) -> Aws {
    let keys = Keys { id: "testing".into(), secret: "testing".into() };
    let (endpoint, region) = (Some(moto.endpoint().to_owned()), Some("eu-central-1".to_owned()));
    Settings { endpoint, region, keys: Some(keys), ..Settings::default() }.connect().expect("a connection")
}

fn keys(store: &Store, prefix: &str) -> Vec<String> {
    store.list(prefix).flat_map(|page| page.expect("a page").objects).map(|entry| entry.key).collect()
}

/// Bytes that differ from range to range.
fn noise(length: usize) -> Vec<u8> {
    let mut state = 0x9e37_79b9_u32;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        state.to_le_bytes()
    };
    std::iter::repeat_with(&mut next).flatten().take(length).collect()
}

#[test]
fn keys_come_back_as_they_were_put() {
    let moto = Moto::start();
    let store = connect(&moto).s3().open("keys");
    store.create().expect("a bucket");
    let mut odd = [
        "AWSLogs/111122223333/CloudTrail/us-east-1/2026/03/02/a.json.gz",
        "a b+c%2Bd.json",
        "logs//AWSLogs/empty segment.json",
        "ümlaut/日本.json",
        "quote'\"&<>.json",
        "=?#.json",
        "trailing/",
    ];
    for key in odd {
        store.put(key, key.as_bytes().to_vec()).expect(key);
    }
    odd.sort_unstable();
    assert_eq!(keys(&store, ""), odd);
    for key in odd {
        assert_eq!(store.get(key).expect(key), key.as_bytes(), "{key}");
    }
    let level = store.list_level("").map(|page| page.expect("a page")).next().expect("one page");
    assert_eq!(level.folders, ["AWSLogs/", "logs/", "trailing/", "ümlaut/"]);
    assert_eq!(keys(&store, "logs//"), ["logs//AWSLogs/empty segment.json"]);
}

#[test]
fn listings_go_on_past_a_thousand_keys() {
    let moto = Moto::start();
    let store = connect(&moto).s3().open("many");
    store.create().expect("a bucket");
    std::thread::scope(|scope| {
        for worker in 0..8 {
            let store = &store;
            scope.spawn(move || {
                for index in (worker..1100).step_by(8) {
                    store.put(&format!("k/{index:04}"), "x").expect("put");
                }
            });
        }
    });
    let pages: Vec<_> = store.list("k/").map(|page| page.expect("a page").objects.len()).collect();
    assert_eq!(pages, [1000, 100]);
    let expect: Vec<String> = (0..1100).map(|index| format!("k/{index:04}")).collect();
    assert_eq!(keys(&store, "k/"), expect);
}

#[test]
fn big_objects_are_whole_however_they_are_read() {
    let moto = Moto::start();
    let store = connect(&moto).s3().open("big");
    store.create().expect("a bucket");
    let big = noise(40 << 20);
    for (key, length) in [("forty", 40 << 20), ("one range", 8 << 20), ("one more byte", (8 << 20) + 1), ("empty", 0)] {
        store.put(key, big[..length].to_vec()).expect("put");
        assert!(store.get(key).expect("get") == big[..length], "{key}");
        assert!(store.fetch(key).wait().expect("fetch") == big[..length], "{key}");
        let mut streamed = Vec::new();
        store.stream(key).expect("a stream").read_to_end(&mut streamed).expect("read");
        assert!(streamed == big[..length], "{key}");
    }
    assert!(store.get_range("forty", 12_345_678..23_456_789).expect("range") == big[12_345_678..23_456_789]);
    assert_eq!(store.get_range("forty", (40 << 20) - 3..(41 << 20)).expect("range").len(), 3);
    drop(store.fetch("forty"));
}

#[test]
fn what_is_not_there_is_missing() {
    let moto = Moto::start();
    let aws = connect(&moto);
    let store = aws.s3().open("there");
    store.create().expect("a bucket");
    let error = store.get("nothing").expect_err("no such key");
    assert!(matches!(&error, Error::Missing { code, .. } if code == "NoSuchKey"), "{error}");
    let error = aws.s3().open("not-there").list("").next().expect("a page").expect_err("no such bucket");
    assert!(matches!(&error, Error::Missing { code, .. } if code == "NoSuchBucket"), "{error}");
    assert!(error.to_string().starts_with("list s3://not-there/: ") && error.to_string().contains("\nhint: "), "{error}");
}

/// Runs one test of this file again, in a process whose environment is the given one and nothing else of AWS.
fn in_environment(test: &str, environment: &[(&str, &str)]) {
    let mut child = Command::new(std::env::current_exe().expect("this program"));
    child.args(["--exact", test, "--nocapture"]).env("WATCHFIRE_TEST_INSIDE", "1").env("AWS_EC2_METADATA_DISABLED", "true");
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("AWS_") && name != "AWS_EC2_METADATA_DISABLED") {
        child.env_remove(name);
    }
    let output = child.envs(environment.iter().copied()).output().expect("this program runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr));
}

fn is_inside() -> bool {
    std::env::var_os("WATCHFIRE_TEST_INSIDE").is_some()
}

#[test]
fn a_profile_gives_keys_region_and_endpoint() {
    if is_inside() {
        let aws = watchfire_aws::connect().expect("a connection");
        assert_eq!(aws.region(), "eu-west-2");
        let store = aws.s3().open("profile");
        store.create().expect("a bucket");
        store.put("key", "content").expect("put");
        assert_eq!(store.get("key").expect("get"), b"content");
        return;
    }
    let moto = Moto::start();
    let folder = tempfile::tempdir().expect("a folder");
    let (config, credentials) = (folder.path().join("config"), folder.path().join("credentials"));
    let endpoint = moto.endpoint();
    std::fs::write(
        &config,
        format!(
            "[profile base]\nregion = us-west-1\n\
             [profile forensics]\nregion = eu-west-2\nservices = local\n\
             role_arn = arn:aws:iam::111122223333:role/reader\nsource_profile = base\n\
             [services local]\ns3 =\n  endpoint_url = {endpoint}\nsts =\n  endpoint_url = {endpoint}\n"
        ),
    )
    .expect("config");
    std::fs::write(&credentials, "[base]\naws_access_key_id = AKIAEXAMPLE\naws_secret_access_key = secret\n").expect("credentials");
    in_environment(
        "a_profile_gives_keys_region_and_endpoint",
        &[
            ("AWS_PROFILE", "forensics"),
            ("AWS_CONFIG_FILE", config.to_str().expect("UTF-8")),
            ("AWS_SHARED_CREDENTIALS_FILE", credentials.to_str().expect("UTF-8")),
        ],
    );
}

#[test]
fn environment_variables_give_keys_and_endpoint() {
    if is_inside() {
        let store = watchfire_aws::connect().expect("a connection").s3().open("environment");
        return store.create().expect("a bucket");
    }
    let moto = Moto::start();
    for name in ["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3"] {
        in_environment(
            "environment_variables_give_keys_and_endpoint",
            &[(name, moto.endpoint()), ("AWS_ACCESS_KEY_ID", "a"), ("AWS_SECRET_ACCESS_KEY", "b"), ("AWS_REGION", "us-east-1")],
        );
    }
}

#[test]
fn without_credentials_the_error_says_how_to_get_some() {
    if is_inside() {
        let error = watchfire_aws::connect().expect("a connection").s3().open("any").get("key").expect_err("no keys");
        assert!(matches!(error, Error::Credentials { .. }), "{error}");
        assert!(error.to_string().contains("hint: set AWS_PROFILE"), "{error}");
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    in_environment(
        "without_credentials_the_error_says_how_to_get_some",
        &[
            ("AWS_REGION", "us-east-1"),
            ("AWS_ENDPOINT_URL", "http://127.0.0.1:1"),
            ("AWS_CONFIG_FILE", folder.path().join("none").to_str().expect("UTF-8")),
            ("AWS_SHARED_CREDENTIALS_FILE", folder.path().join("none").to_str().expect("UTF-8")),
        ],
    );
}

/// moto does not check signatures, so AWS's own client recomputes those that a stub received.
#[test]
fn signatures_agree_with_botocore() {
    const REFEREE: &str = "
import sys
from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
for line in sys.stdin.read().splitlines():
    method, url, *pairs = line.split('\t')
    headers = dict(pair.split('=', 1) for pair in pairs)
    auth = S3SigV4Auth(Credentials('testing', 'testing'), 's3', 'eu-central-1')
    request = AWSRequest(method=method, url=url, headers=headers)
    request.context['timestamp'] = headers['x-amz-date']
    text = auth.string_to_sign(request, auth.canonical_request(request))
    print(auth.signature(text, request))
";
    let stub = Stub::start(|_| Reply::new(404, ""));
    let keys = Keys { id: "testing".into(), secret: "testing".into() };
    let (endpoint, region) = (Some(stub.endpoint().to_owned()), Some("eu-central-1".to_owned()));
    let settings = Settings { endpoint, region, keys: Some(keys), ..Settings::default() };
    let store = settings.connect().expect("a connection").s3().open("bucket.with-dots");
    for key in ["plain", "a b+c%2Bd=&?#", "double//slash/", "/leading", "\u{fc}ml\u{e4}ut~_-.!*'()"] {
        drop((store.get(key), store.list(key).next(), store.list_level(key).next(), store.put(key, "content")));
    }
    let (mut questions, mut signatures) = (String::new(), Vec::new());
    for request in stub.seen() {
        let (scope, signature) = request.headers["authorization"].split_once(", Signature=").expect("a signature");
        let names = scope.split_once("SignedHeaders=").expect("signed headers").1.split(',').next().expect("names");
        let headers = names.split(';').map(|name| format!("\t{name}={}", request.headers[name])).collect::<String>();
        questions += &format!("{}\t{}{}{headers}\n", request.method, stub.endpoint(), request.target);
        signatures.push(signature.to_owned());
    }
    let mut referee =
        Command::new(Moto::python()).args(["-c", REFEREE]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("python starts");
    referee.stdin.take().expect("piped").write_all(questions.as_bytes()).expect("python reads");
    let answers = String::from_utf8(referee.wait_with_output().expect("python ends").stdout).expect("text");
    assert_eq!(signatures.len(), 20);
    for ((answer, signature), question) in answers.lines().zip(&signatures).zip(questions.lines()) {
        assert_eq!(answer, signature, "{question}");
    }
    assert_eq!(answers.lines().count(), signatures.len());
}
