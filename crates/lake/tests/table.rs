//! Epochs, duplicates, versions, maintenance and damage.

mod logs;

use std::path::{Path, PathBuf};

use logs::{Kept, all, folder, in_order, many, number, place, record, values, write};
use watchfire_lake::{Compaction, Day, Epoch, Error, INGEST, Lake, LakeWriter, NO_DAY, Outcome};
use watchfire_model::EventTime;

fn data_files(place: &str) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for day in std::fs::read_dir(place).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()) {
        let inside = std::fs::read_dir(day).unwrap().map(|entry| entry.unwrap().path());
        files.extend(inside.filter(|path| path.extension().is_some_and(|kind| kind == "parquet")));
    }
    files.sort();
    files
}

fn newest_commit(place: &str) -> PathBuf {
    let log = Path::new(place).join("_delta_log");
    let commits = std::fs::read_dir(log).unwrap().map(|entry| entry.unwrap().path());
    commits.filter(|path| path.extension().is_some_and(|kind| kind == "json")).max().unwrap()
}

async fn clean(lake: &Lake) {
    let verified = lake.verify().await.unwrap();
    assert_eq!(verified.faults, []);
}

#[tokio::test]
async fn real_logs_are_kept_once_and_come_back() {
    let Some(kept) = logs::real() else { return };
    let folder = folder();
    let lake = Lake::open_or_create(&place(&folder)).await.unwrap();
    let mut writer = LakeWriter::new(lake, INGEST);
    let outcome = writer.close(&mut kept.epoch(1)).await.unwrap();
    let Outcome::Written(report) = outcome else { panic!("{outcome:?}") };
    assert_eq!(report.rows + report.duplicates, kept.originals.len() as u64);

    let mut seen = std::collections::HashSet::new();
    let once = values(&kept.originals).into_iter().filter(|value| {
        let id = value["eventID"].as_str().unwrap_or_default().to_owned();
        let key = if id.is_empty() { value.to_string() } else { id };
        seen.insert((value["recipientAccountId"].to_string(), key, value["eventTime"].as_str().unwrap()[..10].to_owned()))
    });
    let wanted: Vec<_> = once.collect();
    assert_eq!(wanted.len() as u64, report.rows);
    assert_eq!(in_order(wanted), in_order(all(writer.lake()).await));
    clean(writer.lake()).await;

    let again = writer.close(&mut kept.epoch(2)).await.unwrap();
    assert!(matches!(again, Outcome::NothingNew(report) if report.duplicates == kept.originals.len() as u64), "{again:?}");
    assert_eq!(number(writer.lake(), "SELECT count(*) FROM cloudtrail").await as u64, report.rows);
}

#[tokio::test]
async fn queries_reach_nested_columns_days_and_extra() {
    let folder = folder();
    write(&place(&folder), 1, &many(500, 0)).await;
    write(&place(&folder), 2, &[record("odd", "2026-03-04T00:00:00Z", r#""brandNew":{"a":1}"#)]).await;
    let lake = Lake::open(&place(&folder)).await.unwrap();
    let by_key = "SELECT count(*) FROM cloudtrail WHERE useridentity['accesskeyid'] = 'AKIA000000000003'";
    assert_eq!(number(&lake, by_key).await, (0..500).filter(|n| n % 17 == 3).count() as i64);
    let by_field = "SELECT count(*) FROM cloudtrail WHERE cloudtrail.useridentity.sessioncontext.sessionissuer.arn IS NULL";
    assert_eq!(number(&lake, by_field).await, 501);
    assert_eq!(number(&lake, "SELECT count(*) FROM cloudtrail WHERE day = '2026-03-02'").await, 167);
    assert_eq!(number(&lake, "SELECT count(*) FROM cloudtrail WHERE day >= DATE '2026-03-02' AND eventtime < '2026-03-03'").await, 167);
    assert_eq!(number(&lake, r#"SELECT count(*) FROM cloudtrail WHERE extra['brandNew'] = '{"a":1}'"#).await, 1);
    assert_eq!(number(&lake, "SELECT count(*) FROM cloudtrail WHERE sourceipaddress = '10.0.1.6'").await, 1);
}

#[tokio::test]
async fn files_are_pruned_by_what_the_log_states() {
    let folder = folder();
    for day in 1..=4 {
        let more = format!(r#""userIdentity":{{"arn":"arn:aws:iam::1:user/u{day}"}}"#);
        write(&place(&folder), day, &[record(&format!("{day}"), &format!("2026-03-0{day}T00:00:00Z"), &more)]).await;
    }
    let lake = Lake::open(&place(&folder)).await.unwrap();
    let context = watchfire_lake::session(Default::default()).unwrap();
    lake.register(&context).await.unwrap();
    for filter in ["day = '2026-03-02'", "eventtime = '2026-03-02T00:00:00Z'", "useridentity['arn'] = 'arn:aws:iam::1:user/u2'"] {
        let plan = context.sql(&format!("EXPLAIN SELECT eventid FROM cloudtrail WHERE {filter}")).await.unwrap();
        let text = datafusion::arrow::util::pretty::pretty_format_batches(&plan.collect().await.unwrap()).unwrap().to_string();
        assert_eq!(text.matches(".parquet").count(), 1, "{filter}\n{text}");
    }
}

#[tokio::test]
async fn no_event_is_doubled_within_or_across_epochs() {
    let folder = folder();
    let mut records = many(300, 0);
    records.extend(many(100, 50));
    let first = write(&place(&folder), 1, &records).await;
    assert_eq!((first.report().rows, first.report().duplicates), (300, 100));
    let second = write(&place(&folder), 2, &many(300, 200)).await;
    assert_eq!((second.report().rows, second.report().duplicates), (200, 100));
    let lake = Lake::open(&place(&folder)).await.unwrap();
    assert_eq!(in_order(all(&lake).await), in_order(values(&many(500, 0))));
    clean(&lake).await;
}

#[tokio::test]
async fn days_too_large_to_remember_are_read_each_time() {
    let folder = folder();
    let lake = Lake::open_or_create(&place(&folder)).await.unwrap();
    let mut writer = LakeWriter::new(lake, INGEST).with_seen_bytes(64);
    for (epoch, from) in [(1, 0), (2, 100), (3, 150)] {
        writer.close(&mut Kept::of(&many(200, from)).epoch(epoch)).await.unwrap();
    }
    assert_eq!(number(writer.lake(), "SELECT count(DISTINCT eventid) FROM cloudtrail").await, 350);
    clean(writer.lake()).await;
}

#[tokio::test]
async fn events_without_an_id_are_told_apart_by_their_content() {
    let folder = folder();
    let nameless = |name: &str| {
        vec![
            format!(r#"{{"eventTime":"2026-03-02T00:00:00Z","eventSource":"s","eventName":"{name}","x":{{"a":1,"b":null}}}}"#),
            format!(
                r#"{{"x":{{"b":null, "a":1}},"eventID":"","eventTime":"2026-03-02T00:00:00Z","eventSource":"s","eventName":"{name}"}}"#
            ),
        ]
    };
    assert_eq!(write(&place(&folder), 1, &nameless("A")).await.report().rows, 2);
    assert_eq!(write(&place(&folder), 2, &[nameless("A"), nameless("B")].concat()).await.report().rows, 2);
    let lake = Lake::open(&place(&folder)).await.unwrap();
    assert_eq!(number(&lake, "SELECT count(*) FROM cloudtrail").await, 4);
    clean(&lake).await;
}

#[tokio::test]
async fn an_epoch_is_appended_once() {
    let folder = folder();
    write(&place(&folder), 7, &many(50, 0)).await;
    let lake = Lake::open(&place(&folder)).await.unwrap();
    assert_eq!(lake.last_epoch(INGEST).await.unwrap(), Some(7));
    assert_eq!(lake.last_epoch("other").await.unwrap(), None);

    let again = write(&place(&folder), 7, &many(50, 0)).await;
    assert!(matches!(again, Outcome::AlreadyThere(report) if report.rows == 0 && report.duplicates == 50), "{again:?}");

    let mut writer = LakeWriter::new(lake, INGEST);
    let mut other = Kept::of(&many(60, 0)).epoch(7);
    let error = writer.close(&mut other).await.unwrap_err();
    assert!(matches!(error, Error::EpochTaken { last: 7, rows: 10, .. }), "{error}");
    assert_eq!(number(writer.lake(), "SELECT count(*) FROM cloudtrail").await, 50);
}

#[tokio::test]
async fn an_epoch_without_rows_changes_nothing() {
    let folder = folder();
    let lake = Lake::open_or_create(&place(&folder)).await.unwrap();
    let before = lake.version();
    let outcome = LakeWriter::new(lake, INGEST).close(&mut Epoch::new(1)).await.unwrap();
    assert!(matches!(outcome, Outcome::NothingNew(report) if report.version == before && report.files == 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_writers_at_once_both_land_and_double_nothing() {
    let folder = folder();
    let place = place(&folder);
    Lake::open_or_create(&place).await.unwrap();
    let writer = |name: &'static str, from: usize| {
        let place = place.clone();
        tokio::spawn(async move {
            let mut writer = LakeWriter::new(Lake::open(&place).await.unwrap(), name);
            for epoch in 0..6 {
                let mut rows = Kept::of(&many(100, from + 60 * epoch)).epoch(epoch as i64 + 1);
                writer.close(&mut rows).await.unwrap();
            }
        })
    };
    let (a, b) = (writer("a", 0), writer("b", 30));
    a.await.unwrap();
    b.await.unwrap();
    let lake = Lake::open(&place).await.unwrap();
    assert_eq!(in_order(all(&lake).await), in_order(values(&many(430, 0))));
    clean(&lake).await;
}

#[tokio::test]
async fn past_versions_can_be_read() {
    let folder = folder();
    write(&place(&folder), 1, &many(10, 0)).await;
    let between = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_millis() as i64;
    std::thread::sleep(std::time::Duration::from_millis(20));
    write(&place(&folder), 2, &many(10, 10)).await;
    let lake = Lake::open(&place(&folder)).await.unwrap();
    let count = "SELECT count(*) FROM cloudtrail";
    assert_eq!(number(&lake, count).await, 20);
    assert_eq!(number(&lake.at_version(1).await.unwrap(), count).await, 10);
    assert_eq!(number(&lake.at_time(EventTime(between + 5)).await.unwrap(), count).await, 10);
    assert_eq!(number(&lake, count).await, 20);
    assert!(matches!(lake.at_version(99).await, Err(Error::NoVersion { latest: 2, .. })));
    assert!(matches!(lake.at_time(EventTime(0)).await, Err(Error::NoVersion { .. })));
}

#[tokio::test]
async fn compaction_keeps_every_row_and_vacuum_removes_the_rest() {
    let folder = folder();
    let place = place(&folder);
    for epoch in 0..5 {
        write(&place, epoch + 1, &many(200, 200 * epoch as usize)).await;
    }
    let mut lake = Lake::open(&place).await.unwrap();
    let status = lake.status().unwrap();
    assert_eq!((status.files, status.small_files, status.rows, status.days), (15, 15, 1000, 3));
    assert_eq!(
        status.oldest.as_deref(),
        in_order(all(&lake).await).iter().filter_map(|text| text.split("eventTime\":\"").nth(1)?.get(..20)).min()
    );

    let compacted = lake.optimize(Compaction { last: Some("2026-03-01".parse().unwrap()), ..Compaction::default() }).await.unwrap();
    assert_eq!((compacted.files_before, compacted.files_after), (5, 1));
    let compacted = lake.optimize(Compaction { budget_bytes: 10, last: None }).await.unwrap();
    assert!(compacted.files_before == 0 && compacted.budget_spent);
    let compacted = lake.optimize(Compaction::default()).await.unwrap();
    assert_eq!((compacted.files_before, compacted.files_after), (10, 2));
    assert_eq!(lake.status().unwrap().files, 3);
    assert_eq!(in_order(all(&lake).await), in_order(values(&many(1000, 0))));
    clean(&lake).await;
    assert_eq!(lake.optimize(Compaction::default()).await.unwrap().files_before, 0);

    assert_eq!(lake.vacuum(1, true).await.unwrap().files.len(), 0);
    let dry = lake.vacuum(0, true).await.unwrap();
    assert_eq!((dry.files.len(), data_files(&place).len()), (15, 18));
    lake.vacuum(0, false).await.unwrap();
    assert_eq!(data_files(&place).len(), 3);
    clean(&lake).await;
    assert_eq!(write(&place, 6, &many(1001, 0)).await.report().rows, 1);
}

#[tokio::test]
async fn compacted_files_keep_order_and_bloom_filters() {
    use datafusion::arrow::array::AsArray;
    use datafusion::parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
    let folder = folder();
    let place = place(&folder);
    for epoch in 0..3 {
        write(&place, epoch + 1, &many(300, 300 * epoch as usize)).await;
    }
    let mut lake = Lake::open(&place).await.unwrap();
    lake.optimize(Compaction::default()).await.unwrap();
    for file in lake.files().unwrap() {
        let content = std::fs::File::open(Path::new(&place).join(&file.path)).unwrap();
        let reader = ParquetRecordBatchReaderBuilder::try_new(content).unwrap();
        let group = reader.metadata().row_group(0);
        let bloomed = group.columns().iter().filter(|column| column.bloom_filter_offset().is_some());
        let mut names: Vec<String> = bloomed.map(|column| column.column_path().string()).collect();
        names.sort();
        assert_eq!(names, watchfire_lake::BLOOMED);
        assert!(group.columns().iter().all(|column| column.column_index_offset().is_some() == column.statistics().is_some()));
        let mut last = String::new();
        for batch in reader.build().unwrap() {
            let batch = batch.unwrap();
            let column = |name: &str| batch.column_by_name(name).unwrap().clone();
            let identity = column("useridentity");
            let arn = identity.as_struct().column_by_name("arn").unwrap().as_string::<i32>().clone();
            for row in 0..batch.num_rows() {
                let next = format!("{} {}", arn.value(row), column("eventtime").as_string::<i32>().value(row));
                assert!(next >= last, "{next} after {last}");
                last = next;
            }
        }
    }
}

#[tokio::test]
async fn old_days_are_taken_out_and_can_come_back() {
    let folder = folder();
    let place = place(&folder);
    write(&place, 1, &many(300, 0)).await;
    let mut lake = Lake::open(&place).await.unwrap();
    let mut writer = LakeWriter::new(lake.clone(), INGEST);
    assert_eq!(writer.close(&mut Kept::of(&many(300, 0)).epoch(2)).await.unwrap().report().rows, 0);
    let retained = lake.retain("2026-03-03".parse::<Day>().unwrap()).await.unwrap();
    assert_eq!((retained.days, retained.files, retained.rows), (2, 2, 200));
    assert_eq!(number(&lake, "SELECT count(*) FROM cloudtrail").await, 100);
    assert_eq!(lake.retain("2026-03-03".parse::<Day>().unwrap()).await.unwrap().days, 0);
    assert_eq!(writer.close(&mut Kept::of(&many(300, 0)).epoch(3)).await.unwrap().report().rows, 200);
}

#[tokio::test]
async fn a_time_that_is_none_has_a_day_of_its_own() {
    let folder = folder();
    let place = place(&folder);
    let slots = watchfire_model::Slots::default();
    let mut builder = watchfire_lake::RowBuilder::new();
    for time in [r#""yesterday""#, "null", "7", r#""2026-03-02T25:00:00Z""#, r#""2026-03-02T23:30:00-02:00""#] {
        let text = format!(r#"{{"eventTime":{time},"eventName":"X"}}"#);
        builder.push(&watchfire_model::Record::new(&text, &slots));
    }
    let mut epoch = Epoch::new(1);
    epoch.push(builder.finish().unwrap()).unwrap();
    let mut lake = Lake::open_or_create(&place).await.unwrap();
    LakeWriter::new(lake.clone(), INGEST).close(&mut epoch).await.unwrap();
    lake.refresh().await.unwrap();
    assert_eq!(Day(NO_DAY).to_string(), "1970-01-01");
    assert_eq!(number(&lake, "SELECT count(*) FROM cloudtrail WHERE day = '1970-01-01'").await, 4);
    assert_eq!(number(&lake, "SELECT count(*) FROM cloudtrail WHERE day = '2026-03-03'").await, 1);
    assert_eq!(lake.retain("2030-01-01".parse::<Day>().unwrap()).await.unwrap().rows, 1);
    clean(&lake).await;
}

#[tokio::test]
async fn a_torn_commit_is_named_and_the_rest_is_intact() {
    let folder = folder();
    let place = place(&folder);
    write(&place, 1, &many(30, 0)).await;
    write(&place, 2, &many(30, 30)).await;
    let commit = newest_commit(&place);
    let content = std::fs::read(&commit).unwrap();
    let name = commit.file_name().unwrap().to_str().unwrap();
    for length in [0, 1, content.len() / 2, content.len() - 1] {
        std::fs::write(&commit, &content[..length]).unwrap();
        match Lake::open(&place).await {
            Err(error) => {
                let text = error.to_string();
                assert!(text.contains(name) && text.contains("hint:"), "{length}: {text}");
            }
            Ok(lake) => {
                let faults = lake.verify().await.unwrap().faults;
                assert!(faults.iter().any(|fault| fault.file.contains(name)), "{length}: {faults:?}");
            }
        }
    }
    std::fs::rename(&commit, folder.path().join("moved")).unwrap();
    let lake = Lake::open(&place).await.unwrap();
    assert_eq!(number(&lake, "SELECT count(*) FROM cloudtrail").await, 30);
    clean(&lake).await;
    assert_eq!(write(&place, 2, &many(30, 30)).await.report().rows, 30);
}

#[tokio::test]
async fn deleted_cut_and_flipped_files_are_found() {
    let folder = folder();
    let place = place(&folder);
    write(&place, 1, &many(300, 0)).await;
    let lake = Lake::open(&place).await.unwrap();
    clean(&lake).await;
    let file = data_files(&place)[0].clone();
    let name = file.file_name().unwrap().to_str().unwrap();
    let content = std::fs::read(&file).unwrap();
    for at in (0..content.len()).step_by(content.len() / 40) {
        let mut flipped = content.clone();
        flipped[at] ^= 0x10;
        std::fs::write(&file, &flipped).unwrap();
        let faults = lake.verify().await.unwrap().faults;
        assert!(faults.iter().all(|fault| fault.file.contains(name)) && !faults.is_empty(), "byte {at}: {faults:?}");
    }
    std::fs::write(&file, &content[..content.len() / 2]).unwrap();
    let faults = lake.verify().await.unwrap().faults;
    assert!(faults[0].file.contains(name) && faults[0].reason.contains("bytes"), "{faults:?}");

    std::fs::remove_file(&file).unwrap();
    let faults = lake.verify().await.unwrap().faults;
    assert!(faults.len() == 1 && faults[0].reason.contains("not there"), "{faults:?}");
    let error = LakeWriter::new(lake.clone(), INGEST).close(&mut Kept::of(&many(10, 0)).epoch(2)).await.unwrap_err();
    assert!(matches!(&error, Error::Damaged { file, .. } if file.contains(name)), "{error}");

    std::fs::write(&file, &content).unwrap();
    clean(&lake).await;
}

#[tokio::test]
async fn a_table_of_a_newer_version_is_not_touched() {
    let folder = folder();
    let place = place(&folder);
    write(&place, 1, &many(30, 0)).await;
    let newer = [
        r#"{"protocol":{"minReaderVersion":99,"minWriterVersion":99}}"#,
        r#"{"protocol":{"minReaderVersion":3,"minWriterVersion":7,"readerFeatures":["timeMachine"],"writerFeatures":["timeMachine"]}}"#,
        r#"{"protocol":{"minReaderVersion":1,"minWriterVersion":7,"writerFeatures":["timeMachine"]}}"#,
    ];
    let commit = Path::new(&place).join("_delta_log/00000000000000000002.json");
    for protocol in newer {
        std::fs::write(&commit, protocol).unwrap();
        let error = match Lake::open(&place).await {
            Err(error) => error,
            Ok(lake) => LakeWriter::new(lake, INGEST).close(&mut Kept::of(&many(30, 30)).epoch(2)).await.unwrap_err(),
        };
        assert!(matches!(error, Error::Newer { .. }), "{protocol}: {error:?}");
        assert!(!Path::new(&place).join("_delta_log/00000000000000000003.json").exists());
    }
}

#[tokio::test]
async fn places_that_are_none() {
    let folder = folder();
    let file = folder.path().join("file");
    std::fs::write(&file, "x").unwrap();
    assert!(matches!(Lake::open(&place(&folder)).await, Err(Error::NoTable { .. })));
    assert!(matches!(Lake::open(folder.path().to_str().unwrap()).await, Err(Error::NoTable { .. })));
    assert!(matches!(Lake::open(file.to_str().unwrap()).await, Err(Error::Location { .. })));
    assert!(matches!(Lake::open_or_create("s3://bucket/lake").await, Err(Error::Location { .. })));
    assert!(matches!(Lake::open_or_create("").await, Err(Error::Location { .. })));
}
