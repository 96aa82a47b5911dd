//! Buckets listed, pruned and read: against a real moto server, and against a stub where things go wrong.

use std::collections::BTreeSet;
use std::io::Read;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use watchfire_aws::{Aws, Keys, Retry, Settings};
use watchfire_ingest::{Body, Error, Listing, Place, ReadOptions, Reader, Selection, Skipped, list_in};
use watchfire_moto::{Moto, Reply, Request, Stub};

const BUCKET: &str = "trail";

fn connect(endpoint: &str) -> Aws {
    let retry = Retry { attempts_max: 4, pause_first: Duration::from_millis(1), pause_max: Duration::from_millis(4) };
    let keys = Keys { id: "testing".into(), secret: "testing".into() };
    let (endpoint, region) = (Some(endpoint.to_owned()), Some("us-east-1".to_owned()));
    Settings { endpoint, region, keys: Some(keys), retry, ..Settings::default() }.connect().expect("a connection")
}

fn key(account: &str, region: &str, day: &str, time: &str) -> String {
    let day_digits = day.replace('/', "");
    format!("AWSLogs/o-abc/{account}/CloudTrail/{region}/{day}/{account}_CloudTrail_{region}_{day_digits}T{time}Z_r.json.gz")
}

/// Two accounts, two regions, three days, and what else stands in such buckets.
fn organisation() -> Vec<String> {
    let mut keys = vec![
        "AWSLogs/o-abc/111122223333/CloudTrail-Digest/us-east-1/2026/03/02/d1.json.gz".to_owned(),
        "AWSLogs/o-abc/111122223333/CloudTrail-Digest/us-east-1/2026/03/02/d2.json.gz".to_owned(),
        "AWSLogs/o-abc/111122223333/vpcflowlogs/us-east-1/2026/03/02/f.log.gz".to_owned(),
        "readme.txt".to_owned(),
        "other//double.json".to_owned(),
        "other/marker/".to_owned(),
    ];
    for account in ["111122223333", "444455556666"] {
        for region in ["us-east-1", "eu-west-1"] {
            for day in ["2026/03/01", "2026/03/02", "2026/03/05"] {
                keys.push(key(account, region, day, "1200"));
                keys.push(key(account, region, day, "0900"));
            }
        }
    }
    keys
}

fn place(prefix: &str) -> Place {
    Place::S3 { bucket: BUCKET.into(), prefix: prefix.into() }
}

fn one_day() -> Selection {
    Selection {
        from: Some("2026-03-02T00:05:00Z".parse().expect("an instant")),
        to: Some("2026-03-02T23:00:00Z".parse().expect("an instant")),
        accounts: vec!["111122223333".into()],
        regions: vec!["us-east-1".into()],
    }
}

fn keys_of(listing: &Listing) -> Vec<&str> {
    let prefix = format!("s3://{BUCKET}/");
    listing.objects.iter().map(|object| object.source.strip_prefix(&prefix).expect("in the bucket")).collect()
}

fn read_all(reader: &Reader, workers: usize) -> Vec<(String, Result<Vec<u8>, String>)> {
    let work = || {
        let opened = std::iter::from_fn(|| reader.next());
        opened.map(|opened| (opened.source.to_string(), opened.body.map(content).map_err(|error| error.detail))).collect::<Vec<_>>()
    };
    let mut all: Vec<_> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
        workers.into_iter().flat_map(|worker| worker.join().expect("no panic")).collect()
    });
    all.sort();
    all
}

fn content(body: Body) -> Vec<u8> {
    match body {
        Body::Bytes(bytes) => bytes,
        Body::Stream(mut stream) => {
            let mut content = Vec::new();
            stream.read_to_end(&mut content).expect("readable");
            content
        }
        other => panic!("not expected here: {other:?}"),
    }
}

#[test]
fn an_organisations_bucket_prunes_and_reads() {
    let moto = Moto::start();
    let aws = connect(moto.endpoint());
    let store = aws.s3().open(BUCKET);
    store.create().expect("a bucket");
    for key in organisation() {
        let content = if key.ends_with('/') { Vec::new() } else { key.clone().into_bytes() };
        store.put(&key, content).expect("put");
    }

    let all = list_in(&aws, &[place("")], &Selection::default()).expect("a listing");
    assert_eq!(all.objects.len(), 24 + 3);
    assert_eq!(all.skipped, Skipped { digests: 1, special: 1, ..Skipped::default() });
    assert!(all.objects.is_sorted_by_key(|object| (object.time, object.source.clone())));
    assert_eq!(all.bytes, all.objects.iter().map(|object| object.source.len() as u64 - "s3://trail/".len() as u64).sum::<u64>());

    let day = list_in(&aws, &[place("AWSLogs/")], &one_day()).expect("a listing");
    let wanted = [key("111122223333", "us-east-1", "2026/03/02", "0900"), key("111122223333", "us-east-1", "2026/03/02", "1200")];
    let flow = "AWSLogs/o-abc/111122223333/vpcflowlogs/us-east-1/2026/03/02/f.log.gz".to_owned();
    assert_eq!(keys_of(&day), [&flow, &wanted[0], &wanted[1]]);

    let part = list_in(&aws, &[place("AWSLogs/o-abc/4444"), place("AWSLogs/")], &one_day()).expect("a listing");
    assert_eq!((part.objects.len(), part.skipped.repeated), (3, 0), "that account is pruned");
    let twice = list_in(&aws, &[place("other"), place("")], &Selection::default()).expect("a listing");
    assert_eq!((twice.objects.len(), twice.skipped.repeated), (27, 1));

    let reader = Reader::new(all, ReadOptions::default());
    for (source, body) in read_all(&reader, 4) {
        assert_eq!(format!("s3://{BUCKET}/{}", String::from_utf8_lossy(&body.expect("readable"))), source);
    }
    let progress = reader.progress();
    assert_eq!((progress.objects_done(), progress.bytes_done()), (27, progress.bytes_total()));

    let error = list_in(&aws, &[Place::S3 { bucket: "nowhere".into(), prefix: String::new() }], &Selection::default());
    assert!(matches!(error, Err(Error::Aws(watchfire_aws::Error::Missing { .. }))));
}

#[test]
fn long_objects_are_streamed_whole() {
    let moto = Moto::start();
    let aws = connect(moto.endpoint());
    let store = aws.s3().open(BUCKET);
    store.create().expect("a bucket");
    let long: Vec<u8> = (0..20_000_000_u32).map(|index| (index / 999) as u8).collect();
    store.put("long.json", long.clone()).expect("put");
    store.put("short.json", "short").expect("put");
    let listing = list_in(&aws, &[place("")], &Selection::default()).expect("a listing");
    let reader = Reader::new(listing, ReadOptions { stream_bytes_min: 10_000_000, ..ReadOptions::default() });
    let opened = reader.next().expect("the long one");
    assert!(matches!(opened.body, Ok(Body::Stream(_))));
    assert!(content(opened.body.expect("a stream")) == long);
    assert!(matches!(reader.next().expect("the short one").body, Ok(Body::Bytes(_))));
    assert_eq!(reader.progress().bytes_done(), reader.progress().bytes_total());
}

/// A listing as S3 gives it, of fixed keys, each ten bytes long.
fn listing(request: &Request, keys: &[String]) -> Reply {
    let parameter = |name: &str| {
        let query = request.target.split_once('?').map_or("", |(_, query)| query);
        let value = query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='));
        value.unwrap_or_default().replace("%2F", "/")
    };
    let (prefix, by_level) = (parameter("prefix"), parameter("delimiter") == "/");
    let (mut objects, mut folders) = (String::new(), BTreeSet::new());
    for key in keys.iter().filter(|key| key.starts_with(&prefix)) {
        match key[prefix.len()..].split_once('/') {
            Some((folder, _)) if by_level => drop(folders.insert(format!("{prefix}{folder}/"))),
            _ => objects += &format!("<Contents><Key>{key}</Key><Size>10</Size></Contents>"),
        }
    }
    let folders: String = folders.iter().map(|folder| format!("<CommonPrefixes><Prefix>{folder}</Prefix></CommonPrefixes>")).collect();
    Reply::new(200, format!("<ListBucketResult>{objects}{folders}<IsTruncated>false</IsTruncated></ListBucketResult>"))
}

fn is_listing(request: &Request) -> bool {
    request.target.contains("list-type=2")
}

#[test]
fn folders_that_nobody_wants_are_never_listed() {
    let keys = organisation();
    let stub = Stub::start(move |request| listing(request, &keys));
    let found = list_in(&connect(stub.endpoint()), &[place("AWSLogs/")], &one_day()).expect("a listing");
    assert_eq!(found.objects.len(), 3);
    let listed: BTreeSet<String> = stub.seen().iter().map(|request| request.target.replace("%2F", "/")).collect();
    for unwanted in ["444455556666", "eu-west-1", "2026/03/01/", "2026/03/05", "Digest", "start-after"] {
        assert!(!listed.iter().any(|target| target.contains(unwanted)), "{unwanted}: {listed:#?}");
    }
    assert_eq!(listed.len(), stub.seen().len(), "nothing is listed twice");
    assert_eq!(listed.len(), 9, "AWSLogs, o-abc, account, two services, region, year, month, day: {listed:#?}");
}

#[test]
fn a_refused_listing_is_an_error() {
    let keys = organisation();
    let stub = Stub::start(move |request| match request.target.contains("eu-west-1") {
        true => Reply::fault(403, "AccessDenied", ""),
        false => listing(request, &keys),
    });
    let refused = list_in(&connect(stub.endpoint()), &[place("AWSLogs/")], &Selection::default());
    assert!(matches!(refused, Err(Error::Aws(watchfire_aws::Error::Refused { .. }))));
}

#[test]
fn what_cannot_be_fetched_is_unreadable_and_the_others_are_read() {
    let keys: Vec<String> = (0..40).map(|index| format!("{index:02}.json")).collect();
    let stub = Stub::start(move |request| {
        let whole = Reply::object(request, b"0123456789");
        match request.target.split('/').next_back() {
            _ if is_listing(request) => listing(request, &keys),
            Some("07.json") => Reply::fault(403, "AccessDenied", ""),
            Some("11.json") => Reply::fault(503, "SlowDown", ""),
            Some("13.json") => whole.cut_after(5),
            Some("17.json") if request.earlier < 2 => Reply::fault(503, "SlowDown", ""),
            Some("19.json") if request.earlier < 2 => whole.cut_after(5),
            _ => whole,
        }
    });
    let listing = list_in(&connect(stub.endpoint()), &[place("")], &Selection::default()).expect("a listing");
    let all = read_all(&Reader::new(listing, ReadOptions::default()), 4);
    assert_eq!(all.len(), 40);
    let failed: Vec<_> = all.iter().filter(|(_, body)| body.is_err()).map(|(source, _)| source.as_str()).collect();
    assert_eq!(failed, ["s3://trail/07.json", "s3://trail/11.json", "s3://trail/13.json"]);
    assert!(all.iter().filter_map(|(_, body)| body.as_ref().ok()).all(|content| content == b"0123456789"));
    let detail = all[7].1.as_ref().expect_err("refused");
    assert!(detail.contains("AccessDenied") && detail.contains("hint: ") && !detail.contains('\n'), "{detail}");
}

#[test]
fn transfers_run_ahead_within_their_bounds() {
    const OBJECTS: usize = 300;
    static RUNNING: AtomicUsize = AtomicUsize::new(0);
    static MOST: AtomicUsize = AtomicUsize::new(0);
    let keys: Vec<String> = (0..OBJECTS).map(|index| format!("{index:03}.json")).collect();
    let stub = Stub::start(move |request| {
        if is_listing(request) {
            return listing(request, &keys);
        }
        MOST.fetch_max(RUNNING.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
        std::thread::yield_now();
        RUNNING.fetch_sub(1, Ordering::SeqCst);
        Reply::object(request, b"0123456789")
    });
    let aws = connect(stub.endpoint());
    for (options, most) in [
        (ReadOptions { ahead_objects_max: 5, ..ReadOptions::default() }, 5),
        (ReadOptions { ahead_bytes_max: 30, ..ReadOptions::default() }, 3),
        (ReadOptions { ahead_bytes_max: 10, ..ReadOptions::default() }, 1),
    ] {
        MOST.store(0, Ordering::SeqCst);
        let listing = list_in(&aws, &[place("")], &Selection::default()).expect("a listing");
        let all = read_all(&Reader::new(listing, options), 8);
        assert_eq!(all.iter().map(|(source, _)| source).collect::<BTreeSet<_>>().len(), OBJECTS);
        assert!(all.iter().all(|(_, body)| body.is_ok()));
        assert!(MOST.load(Ordering::SeqCst) <= most, "{} at once instead of {most}", MOST.load(Ordering::SeqCst));
    }
}

#[test]
fn a_reader_left_early_ends_its_transfers() {
    let keys: Vec<String> = (0..50).map(|index| format!("{index:02}.json")).collect();
    let stub =
        Stub::start(move |request| if is_listing(request) { listing(request, &keys) } else { Reply::object(request, b"0123456789") });
    let listing = list_in(&connect(stub.endpoint()), &[place("")], &Selection::default()).expect("a listing");
    let reader = Reader::new(listing, ReadOptions::default());
    assert!(reader.next().is_some());
    drop(reader);
}
