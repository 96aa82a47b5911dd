//! What queries find, and what they need not read.

use watchfire_lake::{Error, Lake};
use watchfire_model::EventTime;

use crate::logs::{folder, many, number, place, record, write};

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
