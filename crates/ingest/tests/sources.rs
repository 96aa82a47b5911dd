//! Buckets listed again, watched folders and the spool, with real parts.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use watchfire_aws::{Aws, Keys, Retry, Settings};
use watchfire_ingest::{
    Arrival, Body, Cause, Error, Listing, Opened, Outcome, ReadOptions, Reader, Source, SourceSettings, Spool, Surroundings, Unreadable,
};
use watchfire_moto::{Fate, Moto, Proxy, Reply};

fn connect(endpoint: &str) -> Aws {
    let retry = Retry { attempts_max: 2, pause_first: Duration::from_millis(1), pause_max: Duration::from_millis(4) };
    let keys = Keys { id: "testing".into(), secret: "testing".into() };
    let (endpoint, region) = (Some(endpoint.to_owned()), Some("us-east-1".to_owned()));
    Settings { endpoint, region, keys: Some(keys), retry, ..Settings::default() }.connect().expect("a connection")
}

fn open(settings: Value, aws: Option<&Aws>, folder: &Path) -> Result<Box<dyn Source>, Error> {
    let settings: SourceSettings = serde_json::from_value(settings).expect("settings");
    let spool = Spool::open(&folder.join("spool"), 1 << 20).expect("a spool");
    let connect = || Ok(aws.expect("a source in S3").clone());
    settings.open(&Surroundings { dead_letters: &folder.join("dead"), spool: &spool, connect: &connect })
}

fn names(arrivals: &[Arrival]) -> BTreeSet<String> {
    arrivals.iter().map(|arrival| arrival.object.source.rsplit('/').next().unwrap_or_default().to_owned()).collect()
}

/// Waits until so many have arrived, then for a moment whether more do.
fn wait(source: &mut dyn Source, count: usize) -> Vec<Arrival> {
    let begin = Instant::now();
    let mut arrivals = Vec::new();
    while arrivals.len() < count && begin.elapsed() < Duration::from_secs(30) {
        arrivals.extend(source.arrivals(Duration::from_millis(100)).unwrap_or_default());
    }
    arrivals.extend(source.arrivals(Duration::from_millis(300)).unwrap_or_default());
    arrivals
}

fn settle_all(source: &mut dyn Source, arrivals: &[Arrival], outcome: &Outcome) {
    let settled: Vec<_> = arrivals.iter().map(|arrival| (arrival.receipt, outcome.clone())).collect();
    source.settle(&settled).expect("settled");
}

fn contents(arrivals: &[Arrival]) -> Vec<Vec<u8>> {
    let reader = Reader::new(Listing::of(arrivals.to_vec()), ReadOptions::default());
    let content = |Opened { body, .. }: Opened| match body.expect("readable") {
        Body::Bytes(bytes) => bytes,
        other => panic!("{other:?}"),
    };
    std::iter::from_fn(|| reader.next()).map(content).collect()
}

/// The folder of a day so many days ago.
fn day(region: &str, ago: i64) -> String {
    let now = std::time::UNIX_EPOCH.elapsed().expect("after 1970").as_millis() as i64;
    let day = watchfire_model::EventTime(now - ago * 86_400_000).to_string();
    format!("p/AWSLogs/o-abc/111122223333/CloudTrail/{region}/{}/", day[..10].replace('-', "/"))
}

#[test]
fn a_bucket_is_listed_by_its_days_and_whole_now_and_then() {
    let moto = Moto::start();
    let proxy = Proxy::start(moto.endpoint(), |_| Fate::Pass);
    let aws = connect(proxy.endpoint());
    let store = aws.s3().open("trail");
    store.create().expect("a bucket");
    let put = |key: String| store.put(&key, "x").expect("put");
    for (region, ago, name) in [("us-east-1", 0, "today"), ("us-east-1", 1, "yesterday"), ("eu-west-1", 400, "old"), ("eu-west-1", 0, "b")]
    {
        put(day(region, ago) + name);
    }
    put("p/AWSLogs/o-abc/111122223333/CloudTrail-Digest/us-east-1/2026/03/02/digest".into());
    put("p/AWSLogs/111122223333/vpcflowlogs/us-east-1/2026/03/02/flow".into());
    put("p/flat".into());
    put("outside".into());
    let folder = tempfile::tempdir().expect("a folder");
    let settings = json!({ "kind": "s3", "name": "t", "bucket": "trail", "prefix": "p/", "every": "1s", "whole_every": "6h" });
    let mut source = open(settings, Some(&aws), folder.path()).expect("a source");
    let first = wait(&mut *source, 6);
    assert_eq!(names(&first), ["b", "flat", "flow", "old", "today", "yesterday"].map(String::from).into());
    assert_eq!(first.len(), 6, "each once");
    settle_all(&mut *source, &first, &Outcome::Durable);
    // What comes late, before the last known key too, is found; and days of long ago are not listed for it.
    put(day("us-east-1", 0) + "a-late-one");
    put(day("us-east-1", 1) + "0-later-still");
    let before = proxy.seen().len();
    let second = wait(&mut *source, 2);
    assert_eq!(names(&second), ["0-later-still", "a-late-one"].map(String::from).into());
    let asked: Vec<String> = proxy.seen()[before..].iter().map(|request| request.target.clone()).collect();
    let old = day("x", 400).rsplit('/').nth(3).expect("a year").to_owned();
    assert!(asked.iter().all(|target| target.contains("CloudTrail%2F") && !target.contains(&format!("%2F{old}%2F"))), "{asked:?}");
    // What could not be read comes again.
    settle_all(&mut *source, &second, &Outcome::Failed(Unreadable::new(Cause::Passing, "busy")));
    assert_eq!(names(&wait(&mut *source, 2)), names(&second));
    assert!(contents(&first).iter().all(|content| content == b"x"));
}

#[test]
fn a_small_bucket_without_the_layout_is_listed_whole() {
    let moto = Moto::start();
    let aws = connect(moto.endpoint());
    let store = aws.s3().open("flat");
    store.create().expect("a bucket");
    store.put("logs/b.json", "{}").expect("put");
    let folder = tempfile::tempdir().expect("a folder");
    let settings = json!({ "kind": "s3", "name": "t", "bucket": "flat", "every": "1s" });
    let mut source = open(settings, Some(&aws), folder.path()).expect("a source");
    assert_eq!(wait(&mut *source, 1).len(), 1);
    store.put("logs/a.json", "{}").expect("put");
    assert_eq!(names(&wait(&mut *source, 1)), ["a.json".to_owned()].into());
    store.put("logs/a.json", "{\"other\":1}").expect("put");
    assert_eq!(names(&wait(&mut *source, 1)), ["a.json".to_owned()].into(), "written anew");
}

#[test]
fn a_listing_that_breaks_loses_nothing() {
    let moto = Moto::start();
    let aws = connect(moto.endpoint());
    let store = aws.s3().open("trail");
    store.create().expect("a bucket");
    for number in 0..20 {
        store.put(&(day("us-east-1", number % 2) + &number.to_string()), "x").expect("put");
    }
    // Every now and then a listing fails, however often it is tried.
    let count = std::sync::atomic::AtomicUsize::new(0);
    let proxy = Proxy::start(moto.endpoint(), move |_| match count.fetch_add(1, std::sync::atomic::Ordering::Relaxed) % 9 {
        7 => Fate::Lost,
        8 => Fate::Answer(Reply::fault(503, "SlowDown", "")),
        _ => Fate::Pass,
    });
    let folder = tempfile::tempdir().expect("a folder");
    let settings = json!({ "kind": "s3", "name": "t", "bucket": "trail", "every": "1s", "whole_every": "1s" });
    let mut source = open(settings, Some(&connect(proxy.endpoint())), folder.path()).expect("a source");
    assert_eq!(wait(&mut *source, 20).len(), 20);
}

#[test]
fn files_are_read_when_they_are_whole() {
    let folder = tempfile::tempdir().expect("a folder");
    let watched = folder.path().join("watched");
    fs::create_dir_all(watched.join("sub/.hidden")).expect("folders");
    let old = |name: &str| {
        fs::write(watched.join(name), name).expect("written");
        let file = fs::File::options().write(true).open(watched.join(name)).expect("a file");
        file.set_modified(std::time::SystemTime::now() - Duration::from_secs(3600)).expect("set");
    };
    ["there", "sub/deep", ".dot", "sub/.hidden/x", "half.part"].into_iter().for_each(old);
    // Walked once an hour: everything else is told by the system.
    let settings = json!({ "kind": "folder", "name": "f", "path": watched, "unchanged": "1s", "every": "1h" });
    let mut source = open(settings, None, folder.path()).expect("a source");
    let first = wait(&mut *source, 2);
    assert_eq!(names(&first), ["deep", "there"].map(String::from).into());
    // Moved here: at once.
    fs::write(folder.path().join("elsewhere"), "whole").expect("written");
    let begin = Instant::now();
    fs::rename(folder.path().join("elsewhere"), watched.join("sub/moved")).expect("moved");
    let mut moved = Vec::new();
    while moved.is_empty() && begin.elapsed() < Duration::from_secs(20) {
        moved = source.arrivals(Duration::from_millis(50)).expect("arrivals");
    }
    assert_eq!(names(&moved), ["moved".to_owned()].into());
    // Written bit by bit: not before it has been left alone; temporary and hidden names never.
    let begin = Instant::now();
    let mut file = fs::File::create(watched.join("slow")).expect("a file");
    fs::write(watched.join("x.tmp"), "x").expect("written");
    fs::write(watched.join(".y"), "x").expect("written");
    let mut last = Instant::now();
    while begin.elapsed() < Duration::from_secs(3) {
        std::io::Write::write_all(&mut file, b"more ").expect("written");
        last = Instant::now();
        assert_eq!(source.arrivals(Duration::from_millis(200)).expect("arrivals").len(), 0, "while it is written");
    }
    let slow = wait(&mut *source, 1);
    assert!(last.elapsed() >= Duration::from_secs(1));
    assert_eq!(names(&slow), ["slow".to_owned()].into());
    assert_eq!(contents(&slow)[0].len() % 5, 0);
    // A folder moved here with what is in it, and a temporary name that becomes a real one.
    fs::create_dir(folder.path().join("new")).expect("a folder");
    fs::write(folder.path().join("new/inside"), "x").expect("written");
    fs::rename(folder.path().join("new"), watched.join("new")).expect("moved");
    fs::rename(watched.join("x.tmp"), watched.join("x.json")).expect("moved");
    assert_eq!(names(&wait(&mut *source, 2)), ["inside", "x.json"].map(String::from).into());
    settle_all(&mut *source, &first, &Outcome::Durable);
    assert_eq!(source.health().durable, 2);
}

#[test]
fn a_folder_that_is_not_there_is_told_at_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let settings = json!({ "kind": "folder", "name": "f", "path": folder.path().join("none") });
    assert!(matches!(open(settings, None, folder.path()), Err(Error::Place { .. })));
}

#[test]
fn a_spool_keeps_batches_until_they_are_settled() {
    let folder = tempfile::tempdir().expect("a folder");
    let spool = Spool::open(folder.path(), 10).expect("a spool");
    for batch in ["one", "two"] {
        spool.append("push", batch.as_bytes()).expect("room");
    }
    spool.append("other", b"x").expect("room");
    assert!(matches!(spool.append("push", b"four"), Err(Error::Full { .. })));
    for name in ["", "..", "a/b", ".x", "a b"] {
        assert!(matches!(spool.append(name, b""), Err(Error::Place { .. })), "{name}");
    }
    let mut source = spool.source("push", Some(Duration::ZERO));
    let arrivals = source.arrivals(Duration::ZERO).expect("arrivals");
    assert_eq!(contents(&arrivals), [b"one", b"two"]);
    assert_eq!(source.arrivals(Duration::ZERO).expect("arrivals").len(), 0, "they are being worked on");
    drop((source, spool));

    // After a restart all is there again, but for what was not written to its end.
    fs::write(folder.path().join("push/00000000000000000001.part"), "half").expect("written");
    let spool = Spool::open(folder.path(), 10).expect("a spool");
    assert!(!folder.path().join("push/00000000000000000001.part").exists());
    assert!(matches!(spool.append("push", b"four"), Err(Error::Full { .. })), "what waits counts");
    let mut source = spool.source("push", None);
    let arrivals = source.arrivals(Duration::ZERO).expect("arrivals");
    assert_eq!(contents(&arrivals), [b"one", b"two"]);
    source.settle(&[(arrivals[0].receipt, Outcome::Durable)]).expect("settled");
    source.settle(&[(arrivals[1].receipt, Outcome::Failed(Unreadable::new(Cause::Passing, "disk")))]).expect("settled");
    let health = source.health();
    assert_eq!((health.durable, health.failed, health.pending, health.waiting), (1, 1, 0, Some(1)));
    assert_eq!(source.arrivals(Duration::ZERO).expect("arrivals").len(), 0, "after a pause");
    spool.append("push", b"3").expect("room again");
    assert_eq!(contents(&source.arrivals(Duration::ZERO).expect("arrivals")), [b"3"]);
    assert_eq!(spool.waiting("other"), (1, 1));
}

#[test]
fn who_waits_for_the_spool_is_woken() {
    let folder = tempfile::tempdir().expect("a folder");
    let spool = Spool::open(folder.path(), 1000).expect("a spool");
    let mut source = spool.source("push", None);
    let begin = Instant::now();
    std::thread::scope(|scope| {
        scope.spawn(|| spool.append("push", b"x").expect("room"));
        assert_eq!(source.arrivals(Duration::from_secs(30)).expect("arrivals").len(), 1);
    });
    assert!(begin.elapsed() < Duration::from_secs(20));
}

/// A child acknowledges batches on its output, each only when the spool has it, until it is killed.
#[test]
fn what_the_spool_took_outlives_kill_9() {
    if let Ok(folder) = std::env::var("WATCHFIRE_TEST_CHILD") {
        let spool = Spool::open(Path::new(&folder), 1 << 30).expect("a spool");
        let begin = std::process::id();
        for number in 0.. {
            spool.append("push", format!("{begin}-{number} {}", "x".repeat(number % 5000)).as_bytes()).expect("room");
            fs::File::options()
                .append(true)
                .create(true)
                .open(Path::new(&folder).join("told"))
                .and_then(|mut file| std::io::Write::write_all(&mut file, format!("{begin}-{number}\n").as_bytes()))
                .expect("told");
        }
    }
    let folder = tempfile::tempdir().expect("a folder");
    let mut kept = BTreeSet::new();
    for kill in 0..10 {
        let mut child = Command::new(std::env::current_exe().expect("this program"));
        child.args(["--exact", "what_the_spool_took_outlives_kill_9", "--nocapture"]).env("WATCHFIRE_TEST_CHILD", folder.path());
        let mut child = child.stdout(Stdio::null()).spawn().expect("the child starts");
        std::thread::sleep(Duration::from_millis(200 + 53 * kill));
        child.kill().expect("killed");
        child.wait().expect("ended");
        let mut source = Spool::open(folder.path(), 1 << 30).expect("a spool").source("push", None);
        loop {
            let arrivals = source.arrivals(Duration::ZERO).expect("arrivals");
            if arrivals.is_empty() {
                break;
            }
            for content in contents(&arrivals) {
                let text = String::from_utf8(content).expect("text");
                let (name, rest) = text.split_once(' ').expect("whole");
                let number: usize = name.split('-').nth(1).expect("a number").parse().expect("a number");
                assert_eq!(rest.len(), number % 5000, "no half batch");
                kept.insert(name.to_owned());
            }
            settle_all(&mut source, &arrivals, &Outcome::Durable);
        }
    }
    let told = fs::read_to_string(folder.path().join("told")).expect("told");
    let lost: Vec<&str> = told.lines().filter(|name| !kept.contains(*name)).collect();
    assert!(lost.is_empty(), "{lost:?} of {}", kept.len());
    assert!(kept.len() > 10);
}
