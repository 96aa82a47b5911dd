//! Epochs, duplicates and writers at the same time.

use watchfire_lake::{Day, Epoch, Error, INGEST, Lake, LakeWriter, NO_DAY, Outcome};

use crate::logs::{Kept, all, clean, folder, in_order, many, number, place, values, write};

#[tokio::test]
async fn real_logs_are_kept_once_and_come_back() {
    let Some(kept) = crate::logs::real() else { return };
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
    epoch.push(builder.finish());
    let mut lake = Lake::open_or_create(&place).await.unwrap();
    LakeWriter::new(lake.clone(), INGEST).close(&mut epoch).await.unwrap();
    lake.refresh().await.unwrap();
    assert_eq!(Day(NO_DAY).to_string(), "1970-01-01");
    assert_eq!(number(&lake, "SELECT count(*) FROM cloudtrail WHERE day = '1970-01-01'").await, 4);
    assert_eq!(number(&lake, "SELECT count(*) FROM cloudtrail WHERE day = '2026-03-03'").await, 1);
    assert_eq!(lake.retain("2030-01-01".parse::<Day>().unwrap()).await.unwrap().rows, 1);
    clean(&lake).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn writers_that_create_the_table_at_once_share_one() {
    for _ in 0..10 {
        let folder = folder();
        let place = place(&folder);
        let writer = |name: usize| {
            let place = place.clone();
            tokio::spawn(async move {
                let lake = Lake::open_or_create(&place).await.unwrap();
                let mut writer = LakeWriter::new(lake, format!("writer-{name}"));
                writer.close(&mut Kept::of(&many(20, 10 * name)).epoch(1)).await.unwrap();
            })
        };
        for task in (0..4).map(writer).collect::<Vec<_>>() {
            task.await.unwrap();
        }
        let lake = Lake::open(&place).await.unwrap();
        assert_eq!(in_order(all(&lake).await), in_order(values(&many(50, 0))));
        clean(&lake).await;
    }
}
