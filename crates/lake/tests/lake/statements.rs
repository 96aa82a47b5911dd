//! Published statements over a lake: all of the dialect's cases run, and questions of responders give what they should.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use watchfire_lake::query::{Database, Moment, QueryError};
use watchfire_lake::{Epoch, INGEST, Lake, LakeWriter, SessionLimits};

use crate::logs::{Kept, folder, many, place, real, record, write};

/// Cases of the dialect that ask for what the lake does not have, with the reason.
const NOT_HERE: &[(&str, &str)] = &[
    ("show_columns_in", "there is no table of flow logs yet"),
    ("syntax_missing_from", "a query without FROM has no columns"),
    ("table_other", "there is no table of flow logs yet"),
    ("table_view_with_schema", "the OCSF views have no schema of their own"),
    ("time_functions", "it groups by one of several functions, which Trino refuses as well"),
    ("unnest_second_table", "there is no table of flow logs yet"),
];

async fn database(folder: &tempfile::TempDir) -> Database {
    Database::open(folder.path(), Moment::Newest, SessionLimits::default()).await.unwrap()
}

async fn rows(database: &Database, sql: &str) -> Result<Vec<String>, QueryError> {
    let mut answer = database.query(sql, Some(Duration::from_secs(60))).await?;
    let heads: Vec<&str> = answer.columns().iter().map(|column| column.name.as_str()).collect();
    let mut lines = vec![heads.join(" | ")];
    while let Some(page) = answer.next().await? {
        let columns = page.texts().unwrap();
        for at in 0..page.rows() {
            lines.push(columns.iter().map(|column| column[at].as_deref().unwrap_or("-")).collect::<Vec<_>>().join(" | "));
        }
    }
    Ok(lines)
}

fn told(error: &QueryError, sql: &str) -> String {
    match error {
        QueryError::Statement(diagnostic) => diagnostic.render(sql),
        other => other.to_string(),
    }
}

/// A lake of real logs, or of made ones where those are not.
async fn lake(folder: &tempfile::TempDir) {
    match real() {
        Some(kept) => keep(folder, &kept).await,
        None => {
            write(&place(folder), 1, &many(200, 0)).await;
        }
    }
}

async fn keep(folder: &tempfile::TempDir, kept: &Kept) {
    let lake = Lake::open_or_create(&place(folder)).await.unwrap();
    let mut epoch: Epoch = kept.epoch(1);
    LakeWriter::new(lake, INGEST).close(&mut epoch).await.unwrap();
}

fn cases(folder: &str, suffix: &str) -> Vec<(String, PathBuf)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let paths = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut cases: Vec<(String, PathBuf)> =
        paths.filter_map(|path| Some((path.file_name()?.to_str()?.strip_suffix(suffix)?.to_owned(), path))).collect();
    cases.sort();
    cases
}

#[tokio::test(flavor = "multi_thread")]
async fn every_accepted_case_of_the_dialect_runs() {
    let folder = folder();
    lake(&folder).await;
    let database = database(&folder).await;
    let (mut wrong, mut ran) = (Vec::new(), 0);
    for (name, path) in cases("../query/testdata", ".in.sql") {
        if !path.with_file_name(format!("{name}.out.sql")).exists() {
            continue;
        }
        let sql = fs::read_to_string(&path).unwrap();
        let exempt = NOT_HERE.iter().any(|(exempt, _)| *exempt == name);
        match rows(&database, &sql).await {
            Ok(_) if exempt => wrong.push(format!("{name}: runs by now; take it off the list")),
            Ok(_) => ran += 1,
            Err(_) if exempt => {}
            Err(error) => wrong.push(format!("{name}: {}\n{sql}", told(&error, &sql))),
        }
    }
    assert!(wrong.is_empty(), "{} cases fail\n{}", wrong.len(), wrong.join("\n"));
    assert!(ran > 100, "{ran}");
}

#[tokio::test(flavor = "multi_thread")]
async fn questions_of_responders_are_answered() {
    let folder = folder();
    let records = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sql/records.jsonl")).unwrap();
    write(&place(&folder), 1, &records.lines().map(str::to_owned).collect::<Vec<_>>()).await;
    let database = database(&folder).await;
    let update = std::env::var_os("UPDATE_GOLDEN").is_some();
    let (mut wrong, mut count) = (Vec::new(), 0);
    for (name, path) in cases("tests/sql", ".sql") {
        count += 1;
        let sql = fs::read_to_string(&path).unwrap();
        let given = match rows(&database, &sql).await {
            Ok(lines) => lines.join("\n") + "\n",
            Err(error) => told(&error, &sql),
        };
        let golden = path.with_extension("out");
        if update {
            fs::write(&golden, &given).unwrap();
        } else if fs::read_to_string(&golden).ok().as_deref() != Some(&given) {
            wrong.push(format!("{name}:\n{given}"));
        }
    }
    assert!(wrong.is_empty(), "{} answers differ\n{}", wrong.len(), wrong.join("\n"));
    assert!(count >= 25, "{count}");
}

#[tokio::test(flavor = "multi_thread")]
async fn filters_on_partitions_rule_out_files() {
    let folder = folder();
    for day in 1..=4 {
        let more = format!(r#""awsRegion":"eu-west-{day}""#);
        write(&place(&folder), day, &[record(&format!("{day}"), &format!("2026-03-0{day}T00:00:00Z"), &more)]).await;
    }
    let database = database(&folder).await;
    for filter in [
        "timestamp = '2026/03/02'",
        "timestamp BETWEEN '2026/03/02' AND '2026/03/02'",
        "day = '2026-03-02'",
        "day LIKE '%-02'",
        "year = '2026' AND month = '03' AND day = '02'",
        "date = '2026-03-02'",
        "region = 'eu-west-2'",
        "eventtime >= '2026-03-02' AND eventtime < '2026-03-03'",
        "from_iso8601_timestamp(eventtime) BETWEEN timestamp '2026-03-02 00:00:00' AND timestamp '2026-03-02 12:00:00'",
    ] {
        let sql = format!("SELECT eventid FROM cloudtrail WHERE {filter}");
        let mut answer = database.query(&sql, None).await.unwrap_or_else(|error| panic!("{}", told(&error, &sql)));
        let page = answer.next().await.unwrap().unwrap();
        assert_eq!(page.texts().unwrap(), [[Some("2".to_owned())]], "{filter}");
        assert!(answer.next().await.unwrap().is_none());
        let scanned = answer.scanned();
        assert_eq!((scanned.files, scanned.files_total, scanned.rows), (1, 4, 1), "{filter}");
    }
    for (filter, count) in [("account = '111122223333'", "4"), ("account = '1'", "0"), ("day = '2027-01-01'", "0"), ("month <> '03'", "0")]
    {
        let sql = format!("SELECT count(*) AS n FROM cloudtrail WHERE {filter}");
        assert_eq!(rows(&database, &sql).await.unwrap(), ["n", count], "{filter}");
    }
    let explained = rows(&database, "EXPLAIN ANALYZE SELECT eventid FROM cloudtrail WHERE day = '2026-03-02'").await.unwrap();
    assert!(explained[1].starts_with("Summary | 1 of 4 files, "), "{}", explained[1]);
}

#[tokio::test(flavor = "multi_thread")]
async fn security_lake_tables_hold_the_records_in_its_words() {
    let folder = folder();
    let user = r#""eventSource":"iam.amazonaws.com","eventName":"CreateAccessKey","requestParameters":{"userName":"bob"}"#;
    let record = |id: &str, time: &str, more: &str| {
        format!(r#"{{"eventVersion":"1.09","eventTime":"{time}","eventID":"{id}","recipientAccountId":"111122223333",{more}}}"#)
    };
    let records = [
        record("1", "2026-03-01T00:00:00Z", user),
        record("2", "2026-03-02T00:00:00Z", r#""eventSource":"sts.amazonaws.com","eventName":"AssumeRole""#),
        record(
            "3",
            "2026-03-03T00:00:00Z",
            r#""eventSource":"s3.amazonaws.com","eventName":"GetObject","eventCategory":"Data","readOnly":true"#,
        ),
    ];
    for (day, record) in (1..).zip(&records) {
        write(&place(&folder), day, std::slice::from_ref(record)).await;
    }
    let database = database(&folder).await;
    for (sql, wanted) in [
        (
            "SELECT class_uid, activity_name, user.name FROM db.amazon_security_lake_table_us_east_1_cloud_trail_mgmt_2_0 ORDER BY time",
            vec!["class_uid | activity_name | name", "3001 | Other | bob", "3002 | Other | -"],
        ),
        (
            "SELECT unmapped['requestParameters.userName'] AS target FROM amazon_security_lake_table_us_east_1_cloud_trail_mgmt_1_0 \
             WHERE api.operation = 'CreateAccessKey'",
            vec!["target", "bob"],
        ),
        ("SELECT metadata.uid FROM amazon_security_lake_table_us_east_1_s3_data_2_0", vec!["uid", "3"]),
        ("SELECT activity_id, user.name FROM ocsf_user_management", vec!["activity_id | name", "18 | bob"]),
        ("SELECT count(*) AS n FROM ocsf_api_activity", vec!["n", "1"]),
        (
            "SELECT json_extract_scalar(eventjson, '$.requestParameters.userName') AS who FROM cloudtrail WHERE eventname LIKE 'Create%'",
            vec!["who", "bob"],
        ),
    ] {
        match rows(&database, sql).await {
            Ok(rows) => assert_eq!(rows, wanted, "{sql}"),
            Err(error) => panic!("{}", told(&error, sql)),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn trino_and_the_lake_give_the_same() {
    let folder = folder();
    write(&place(&folder), 1, &many(10, 0)).await;
    let database = database(&folder).await;
    for (expression, wanted) in [
        ("reduce(ARRAY[1, 2, NULL, 4], 0, (s, x) -> s + coalesce(x, 0), s -> s * 10)", "70"),
        ("reduce(ARRAY[], 5, (s, x) -> s + x, s -> s)", "5"),
        ("zip_with(ARRAY[1, 3], ARRAY['a', 'b', 'c'], (x, y) -> concat(y, CAST(x AS varchar)))", r#"["a1","b3",null]"#),
        ("array_sort(ARRAY[3, 2, 5], (x, y) -> IF(x < y, 1, IF(x = y, 0, -1)))", "[5,3,2]"),
        ("map_filter(MAP(ARRAY['a', 'b'], ARRAY[1, 2]), (k, v) -> v > 1)", r#"{"b":2}"#),
        ("transform_keys(MAP(ARRAY['a'], ARRAY[1]), (k, v) -> upper(k))", r#"{"A":1}"#),
        ("transform_values(MAP(ARRAY['a'], ARRAY[1]), (k, v) -> v + 1)", r#"{"a":2}"#),
        ("CAST(1.7 AS integer) + CAST(-2.5 AS bigint)", "-1"),
        ("CAST(timestamp '2026-03-01 10:00:00' AS varchar)", "2026-03-01 10:00:00.000"),
        ("IPADDRESS '9.0.0.1' < IPADDRESS '10.0.0.1'", "true"),
        ("CAST('x' AS varchar) IS DISTINCT FROM 'y' AND false", "false"),
        ("TRY(1 / 0)", "-"),
        ("mod(-7, 3)", "-1"),
        ("truncate(-1.97, 1)", "-1.9"),
        ("to_base(255, 16)", "ff"),
        ("cardinality(sequence(timestamp '2026-03-01 00:00:00', timestamp '2026-03-01 02:00:00', interval '1' hour))", "3"),
        ("concat_ws(',', ARRAY['a', 'b'])", "a,b"),
    ] {
        let sql = format!("SELECT {expression} AS answer");
        match rows(&database, &sql).await {
            Ok(rows) => assert_eq!(rows, ["answer", wanted], "{sql}"),
            Err(error) => panic!("{}", told(&error, &sql)),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn mistakes_are_shown_where_they_are() {
    let folder = folder();
    write(&place(&folder), 1, &many(10, 0)).await;
    let database = database(&folder).await;
    for (sql, wanted) in [
        ("SELECT eventnam FROM cloudtrail", "did you mean eventname?"),
        ("SELECT useridentity.acesskeyid FROM cloudtrail", "did you mean accesskeyid?"),
        ("SELECT json_extract_scaler(requestparameters, '$.a') FROM cloudtrail", "did you mean json_extract_scalar?"),
        ("SELECT eventname, count(*) FROM cloudtrail", "error[grouping]"),
        (
            "SELECT from_iso8601_timestamp(useragent || 'x') FROM cloudtrail WHERE sourceipaddress LIKE '10%' AND eventid = useragent || eventid",
            "error",
        ),
        ("DELETE FROM cloudtrail", "error[not_a_query]"),
    ] {
        match rows(&database, sql).await {
            Err(error @ QueryError::Statement(_)) => assert!(told(&error, sql).contains(wanted), "{}", told(&error, sql)),
            Err(other) => panic!("{sql}: {other}"),
            Ok(rows) => assert_eq!(wanted, "error", "{sql} gave {rows:?}"),
        }
    }
    let forgiven = "SELECT count(TRY(from_iso8601_timestamp(eventsource))) AS n FROM cloudtrail";
    assert_eq!(rows(&database, forgiven).await.unwrap(), ["n", "0"]);
    let bad = "SELECT count(from_iso8601_timestamp(eventsource)) AS n FROM cloudtrail";
    assert!(matches!(rows(&database, bad).await, Err(QueryError::Statement(_))));
}

#[tokio::test(flavor = "multi_thread")]
async fn queries_have_limits_and_can_be_left() {
    let folder = folder();
    write(&place(&folder), 1, &many(2_000, 0)).await;
    let endless = "SELECT count(*) FROM cloudtrail a, cloudtrail b, cloudtrail c WHERE a.eventid < b.eventid AND b.eventid < c.eventid";
    let database = database(&folder).await;
    let begin = std::time::Instant::now();
    assert!(runs_out_of_time(&database, endless).await);
    assert!(begin.elapsed() < Duration::from_secs(20), "{:?}", begin.elapsed());
    let limits = SessionLimits { memory_bytes: 1 << 20, spill_bytes: 1 << 20, threads: Some(2) };
    let small = Database::open(folder.path(), Moment::Newest, limits).await.unwrap();
    let large = "SELECT a.eventid, array_agg(a.eventid || b.eventid || b.requestparameters) AS joined FROM cloudtrail a, cloudtrail b GROUP BY 1 ORDER BY 2";
    let refused = rows(&small, large).await;
    assert!(matches!(refused, Err(QueryError::Resources { .. })), "{:?}", refused.map(|rows| rows.len()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_query_that_feeds_itself_ends_by_its_time() {
    let folder = folder();
    write(&place(&folder), 1, &many(10, 0)).await;
    let database = database(&folder).await;
    let endless = "WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t) SELECT count(*) FROM t";
    assert!(runs_out_of_time(&database, endless).await);
}

/// Whether a query ends by its time, while it is planned or while it runs.
async fn runs_out_of_time(database: &Database, sql: &str) -> bool {
    match database.query(sql, Some(Duration::from_millis(300))).await {
        Ok(mut answer) => matches!(answer.next().await, Err(QueryError::TimedOut(_))),
        Err(error) => matches!(error, QueryError::TimedOut(_)),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn deep_conditions_are_planned() {
    let folder = folder();
    write(&place(&folder), 1, &many(10, 0)).await;
    let database = database(&folder).await;
    let conditions: Vec<String> = (0..2_000).map(|n| format!("eventid = 'x{n}' AND eventname <> 'y{n}'")).collect();
    let sql = format!("SELECT count(*) AS n FROM cloudtrail WHERE {}", conditions.join(" OR "));
    match rows(&database, &sql).await {
        Ok(rows) => assert_eq!(rows, ["n", "0"]),
        Err(error) => assert!(told(&error, &sql).contains("error[limit]"), "{error}"),
    }
}

#[test]
fn every_function_that_the_dialect_needs_is_there() {
    let context = watchfire_lake::session(SessionLimits::default()).unwrap();
    watchfire_lake::function::register(&context);
    for (name, _) in watchfire_query::REQUIRED_FUNCTIONS {
        assert!(context.state().scalar_functions().contains_key(name), "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn described_tables_are_those_there_are() {
    let folder = folder();
    write(&place(&folder), 1, &many(10, 0)).await;
    let database = database(&folder).await;
    for table in watchfire_lake::query::tables() {
        let known = database.names().table(table.name).unwrap();
        let mut fronts: Vec<String> = table.columns.iter().map(|column| column.name.split('.').next().unwrap().to_owned()).collect();
        fronts.dedup();
        let known: Vec<&str> = known.columns.iter().map(|column| column.name.as_str()).collect();
        assert_eq!(fronts, known, "{}", table.name);
    }
}

#[test]
fn the_functions_in_the_manual_are_those_there_are() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/query.md");
    let page = fs::read_to_string(&path).unwrap();
    let (before, rest) = page.split_once("<!-- functions -->\n").unwrap();
    let (_, after) = rest.split_once("<!-- end of functions -->\n").unwrap();
    let mut table = String::from("| function | what it gives | `TRY` |\n|---|---|---|\n");
    for doc in watchfire_lake::function::catalogue() {
        let signature = doc.signature.replace('|', "\\|");
        let aliases = if doc.aliases.is_empty() { String::new() } else { format!(" (also {})", doc.aliases.join(", ")) };
        let twin = if doc.has_try { "yes" } else { "" };
        table.push_str(&format!("| `{signature}`{aliases} | {} | {twin} |\n", doc.meaning.replace('|', "\\|")));
    }
    let given = format!("{before}<!-- functions -->\n{table}<!-- end of functions -->\n{after}");
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write(&path, given).unwrap();
    } else {
        assert!(page == given, "docs/query.md is out of step; UPDATE_GOLDEN=1 writes it anew");
    }
}
