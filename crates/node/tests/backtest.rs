//! What a backtest says over the lake is what a scan says over the logs that the lake was made from.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use watchfire_decode::{Decoder, Input, Limits, Sink};
use watchfire_detect::{RuleSet, RuleText, referee};
use watchfire_ingest::Place;
use watchfire_lake::{Epoch, INGEST, Lake, LakeWriter, RowBuilder};
use watchfire_model::{Record, Reject};
use watchfire_node::{Backtest, BacktestOptions, Meter, Rules, ScanOptions, backtest, backtest_exception, scan};
use watchfire_sim::{Plan, Story};
use watchfire_watch::Engine;

struct Keep(RowBuilder);

impl Sink for Keep {
    fn record(&mut self, _source: &Arc<str>, record: Record<'_>) {
        self.0.push(&record);
    }
    fn reject(&mut self, reject: Reject) {
        panic!("{}", reject.detail);
    }
}

/// Keeps records as the referee reads them.
#[derive(Default)]
struct Events(Vec<serde_json::Value>);

impl Sink for Events {
    fn record(&mut self, _source: &Arc<str>, record: Record<'_>) {
        self.0.push(serde_json::from_str(record.raw()).expect("JSON"));
    }
    fn reject(&mut self, reject: Reject) {
        panic!("{}", reject.detail);
    }
}

/// Simulated logs with some attacks, and a lake of the same records.
fn logs_and_lake(folder: &Path) -> (Place, BacktestOptions) {
    let logs = folder.join("logs");
    let stories = Story::ALL.iter().copied().take(8).collect();
    let plan = Plan { seed: 11, records: 20_000, days: 3, stories, ..Plan::default() };
    watchfire_sim::write(&plan, &logs, &|_| ()).expect("simulated");
    let lake = folder.join("lake");
    let runtime = tokio::runtime::Runtime::new().expect("runtime");
    runtime.block_on(fill(&logs.join("AWSLogs"), &lake.join("cloudtrail")));
    (Place::Path(logs.join("AWSLogs")), BacktestOptions { lake: lake.into(), ..BacktestOptions::default() })
}

async fn fill(logs: &Path, table: &Path) {
    let lake = Lake::open_or_create(table.to_str().expect("UTF-8")).await.expect("created");
    let mut epoch = Epoch::new(1);
    let mut keep = Keep(RowBuilder::new());
    decode(logs, &mut keep, |keep| {
        if keep.0.is_full() {
            epoch.push(keep.0.finish());
        }
    });
    epoch.push(keep.0.finish());
    LakeWriter::new(lake, INGEST).close(&mut epoch).await.expect("written");
}

/// Decodes every file below a folder; `after` runs after each.
fn decode<S: Sink>(folder: &Path, sink: &mut S, mut after: impl FnMut(&mut S)) {
    let mut decoder = Decoder::new(Limits::default());
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("folder").map(|entry| entry.expect("entry").path()) {
            if entry.is_dir() {
                folders.push(entry);
                continue;
            }
            let bytes = std::fs::read(&entry).expect("file");
            decoder.decode(&Arc::from("log"), Input::Bytes(&bytes), sink);
            after(sink);
        }
    }
}

/// How many records the referee says that a rule matches.
fn by_referee(set: &RuleSet, name: &str, events: &Events) -> Option<u64> {
    let rule = set.rules.iter().find(|rule| *rule.meta.name == *name)?;
    Some(events.0.iter().filter(|event| referee::matches(rule, event)).count() as u64)
}

type Told = BTreeMap<Arc<str>, (u64, usize)>;

fn by_scan(set: RuleSet, place: &Place) -> Told {
    let engine = Arc::new(Engine::new(set));
    let options = ScanOptions { places: vec![place.clone()], ..ScanOptions::default() };
    let mut told = Told::new();
    for finding in scan(&engine, &options, &Meter::default()).expect("scanned").findings {
        let (hits, findings) = told.entry(finding.name).or_default();
        *hits += finding.count;
        *findings += 1;
    }
    told
}

fn by_backtest(result: &Backtest) -> Told {
    result.rules.iter().filter(|rule| rule.hits > 0).map(|rule| (rule.name.clone(), (rule.hits, rule.findings))).collect()
}

#[test]
fn a_backtest_says_what_a_scan_says() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let (place, options) = logs_and_lake(folder.path());
    let pack = || Rules { proof: false, ..Rules::default() }.load().expect("pack");
    let expect = by_scan(pack(), &place);
    assert!(expect.len() > 10, "{expect:?}");
    let whole = backtest(pack(), &[], &options).expect("tested");
    assert_eq!(by_backtest(&whole), expect);
    assert_eq!(whole.total, 20_000);
    let (rules, mut events) = (pack(), Events::default());
    let Place::Path(logs) = &place else { unreachable!("a folder") };
    decode(logs, &mut events, |_| ());
    let mut refereed = 0;
    for name in expect.keys() {
        if let Some(hits) = by_referee(&rules, name, &events) {
            assert_eq!(hits, expect[name].0, "{name}");
            refereed += 1;
        }
    }
    assert!(refereed > 10, "{refereed}");
    for name in expect.keys().take(12) {
        let one = backtest(pack(), &[name.to_string()], &options).expect("tested");
        assert_eq!(by_backtest(&one), Told::from([(name.clone(), expect[name])]), "{name}");
        assert!(one.judged <= whole.judged);
    }
    let span = BacktestOptions { to: Some("1999-01-01T00:00:00Z".parse().expect("time")), ..options.clone() };
    assert!(by_backtest(&backtest(pack(), &[], &span).expect("tested")).is_empty());
    assert!(backtest(pack(), &["no_such_rule".to_owned()], &options).is_err());
}

#[test]
fn an_exception_says_what_it_takes_away() {
    let rule = RuleText::new(
        "r.yaml",
        "title: Roles listed\nid: 3a5e9c1e-7a0e-4a57-93a5-0c1f5d1f0001\nname: roles_listed\nlogsource: {product: aws, service: cloudtrail}\n\
         detection:\n  selection: {eventName: ListRoles}\n  condition: selection\nlevel: low\n",
    );
    let filter = RuleText::new("f.yaml", FILTER);
    let folder = tempfile::tempdir().expect("temporary folder");
    let (_, options) = logs_and_lake(folder.path());
    let set = || RuleSet::load([rule.clone()], &Default::default());
    let with = RuleSet::load([rule.clone(), filter.clone()], &Default::default());
    assert!(with.diagnostics.is_empty(), "{:?}", with.diagnostics);
    let (before, after) = (backtest(set(), &[], &options).expect("tested"), backtest(with, &[], &options).expect("tested"));
    let with = RuleSet::load([rule.clone(), filter], &Default::default());
    let tested = backtest_exception(set(), with, &[], &options).expect("tested");
    let removed = tested.rules[0].removed.clone().expect("tried");
    assert_eq!(removed.hits, before.rules[0].hits - after.rules[0].hits);
    assert!(removed.hits > 0 && before.judged < before.total);
    assert_eq!(removed.findings, before.rules[0].findings - after.rules[0].findings);
    assert_eq!(removed.examples.is_empty(), removed.findings == 0);
}

#[test]
fn a_rule_that_only_feeds_correlations_can_be_tested_by_name() {
    let text = "title: Roles listed\nid: 3a5e9c1e-7a0e-4a57-93a5-0c1f5d1f0001\nname: roles_listed\nlogsource: {product: aws, service: cloudtrail}\n\
                detection:\n  selection: {eventName: ListRoles}\n  condition: selection\nlevel: low\n---\n\
                title: Many\nid: 3a5e9c1e-7a0e-4a57-93a5-0c1f5d1f0002\nname: many\ncorrelation:\n  type: event_count\n  rules: [roles_listed]\n  \
                group-by: [eventName]\n  timespan: 3d\n  condition: {gte: 2}\nlevel: low\n";
    let folder = tempfile::tempdir().expect("temporary folder");
    let (_, options) = logs_and_lake(folder.path());
    let set = || RuleSet::load([RuleText::new("r.yaml", text)], &Default::default());
    assert!(set().diagnostics.is_empty() && set().rules[0].quiet, "{:?}", set().diagnostics);
    let hits = |name: &str| backtest(set(), &[name.to_owned()], &options).expect("tested").rules[0].hits;
    let (alone, many) = (hits("roles_listed"), hits("many"));
    assert!(alone >= many && many > 0, "{alone} {many}");
    let all = backtest(set(), &[], &options).expect("tested");
    assert_eq!(all.rules.iter().map(|rule| &*rule.name).collect::<Vec<_>>(), ["many"]);
}

const FILTER: &str = "title: Sessions are fine\nlogsource: {product: aws, service: cloudtrail}\nfilter:\n  rules: [roles_listed]\n  \
                      selection: {userIdentity.type: AssumedRole}\n  condition: not selection\n";

/// Records that columns hold in part or not at all, among ordinary ones.
const ODD: [&str; 9] = [
    r#""eventName":"A","userAgent":"boto","requestParameters":{"name":"x"},"userIdentity":{"type":"IAMUser","arn":"arn:aws:iam::111122223333:user/a"}"#,
    r#""eventName":"A","userAgent":"boto","requestParameters":{"name":"y"},"userIdentity":{"type":"IAMUser","arn":"arn:aws:iam::111122223333:user/a"}"#,
    r#""eventName":"A","userAgent":7,"requestParameters":{"name":"x"},"userIdentity":{"type":"IAMUser","arn":"arn:aws:iam::111122223333:user/a"}"#,
    r#""eventName":"A","userAgent":["boto","curl"],"requestParameters":{"name":["x"]},"userIdentity":{"arn":["b"]}"#,
    r#""eventName":"A","userAgent":"boto","requestParameters":null,"responseElements":null,"userIdentity":null,"errorCode":null"#,
    r#""eventName":"A","userAgent":"b\"o\\to","requestParameters":"{\"name\":\"x\"}","userIdentity":{"type":"IAMUser","invokedBy":"ec2.amazonaws.com"}"#,
    r#""eventName":"A","userAgent":"boto","resources":[null,{"ARN":"arn:x","new":1}],"requestParameters":{"name":"x"},"userIdentity":"odd""#,
    r#""eventName":"A","userAgent":"boto","userAgent":"curl","requestParameters":{"name":"x"},"newField":"z","userIdentity":{"sessionContext":7}"#,
    r#""eventName":"B","userAgent":"boto","errorMessage":"no","newField":"z","resources":[{"ARN":"arn:y"}],"userIdentity":{"sessionContext":{"sessionIssuer":{"arn":"arn:aws:iam::111122223333:role/r","userName":"r"}}}"#,
];

const ODD_RULES: [&str; 10] = [
    "  a: {eventName: A}\n  condition: a",
    "  a: {userAgent|contains: o}\n  condition: a",
    "  a: {eventName: A, requestParameters.name: x}\n  condition: a",
    "  a: {eventName: A}\n  f: {requestParameters.name: x}\n  condition: a and not f",
    "  a: {eventName: A, requestParameters: null}\n  condition: a",
    "  a: {userIdentity.arn|contains: a}\n  f: {derived.aws_service_call: 'true'}\n  condition: a and not f",
    "  a: {newField: z}\n  condition: a",
    "  a: {resources.ARN|contains: arn}\n  condition: a",
    "  a: {eventName: B, errorMessage|contains: n, userIdentity.sessionContext.sessionIssuer.userName: r}\n  condition: a",
    "  a: {userAgent: '7'}\n  b: {userAgent: curl}\n  condition: a or b",
];

#[test]
fn odd_records_are_judged_as_a_scan_judges_them() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let logs = folder.path().join("logs");
    std::fs::create_dir(&logs).expect("created");
    let record = |(at, members): (usize, &str)| {
        let common = r#""eventSource":"s3.amazonaws.com","awsRegion":"eu-west-1","recipientAccountId":"111122223333""#;
        format!(r#"{{"eventID":"{at}","eventTime":"2026-03-02T00:{:02}:00Z",{common},{members}}}"#, at % 60)
    };
    let lines: Vec<String> = ODD.iter().cycle().take(5 * ODD.len()).copied().enumerate().map(record).collect();
    std::fs::write(logs.join("log.json"), lines.join("\n")).expect("written");
    tokio::runtime::Runtime::new().expect("runtime").block_on(fill(&logs, &folder.path().join("lake/cloudtrail")));
    let options = BacktestOptions { lake: folder.path().join("lake").into(), ..BacktestOptions::default() };
    let rule = |(at, detection): (usize, &&str)| {
        format!(
            "title: rule {at}\nname: rule_{at}\nlogsource: {{product: aws, service: cloudtrail}}\nlevel: low\ndetection:\n{detection}\n"
        )
    };
    let counted = |(at, field): (usize, &&str)| {
        format!(
            "title: counted {at}\nname: counted_{at}\ncorrelation:\n  type: value_count\n  rules: [rule_{at}]\n  group-by: [eventName]\n  \
             timespan: 3d\n  condition: {{field: {field}, gte: 1}}\nlevel: low\n"
        )
    };
    let fields = ["userAgent", "eventID", "requestParameters.name", "userIdentity.arn"];
    let texts: Vec<String> = ODD_RULES.iter().enumerate().map(rule).chain(fields.iter().enumerate().map(counted)).collect();
    let set = || RuleSet::load([RuleText::new("r.yaml", texts.join("---\n"))], &Default::default());
    // One of the rules asks for a field that nobody knows, which is a warning.
    assert_eq!(set().rules.len(), ODD_RULES.len(), "{:?}", set().diagnostics);
    let expect = by_scan(set(), &Place::Path(logs));
    assert!(expect.len() > 6, "{expect:?}");
    assert_eq!(by_backtest(&backtest(set(), &[], &options).expect("tested")), expect);
    // Each by itself: other rules make other fields known.
    for name in expect.keys() {
        let one = backtest(set(), &[name.to_string()], &options).expect("tested");
        assert_eq!(by_backtest(&one), Told::from([(name.clone(), expect[name])]), "{name}");
    }
}
