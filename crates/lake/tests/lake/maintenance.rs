//! Compaction, vacuum, retention, checkpoints, older tables.

use std::path::Path;

use watchfire_lake::{Compaction, Day, Error, INGEST, Lake, LakeWriter};

use crate::logs::{Kept, all, clean, data_files, folder, in_order, many, number, place, record, values, write};

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
async fn a_table_of_an_older_version_gets_the_columns_it_lacks() {
    use deltalake_core::kernel::{DataType, StructField, StructType};
    use deltalake_core::operations::create::CreateBuilder;
    let folder = folder();
    let place = place(&folder);
    std::fs::create_dir_all(&place).unwrap();
    let identity = StructType::try_new([StructField::nullable("arn", DataType::STRING)]).unwrap();
    let columns = watchfire_lake::delta_columns()
        .into_iter()
        .filter(|column| column.name() != "tlsdetails")
        .map(|column| if column.name() == "useridentity" { StructField::nullable("useridentity", identity.clone()) } else { column });
    let old = CreateBuilder::new().with_location(&place).with_columns(columns).with_partition_columns(["day"]);
    old.await.unwrap();
    let records = [record("1", "2026-03-02T00:00:00Z", r#""userIdentity":{"arn":"a","type":"Root"},"tlsDetails":{"tlsVersion":"1"}"#)];
    assert_eq!(write(&place, 1, &records).await.report().rows, 1);
    let mut lake = Lake::open(&place).await.unwrap();
    assert_eq!(in_order(all(&lake).await), in_order(values(&records)));

    let newer = StructField::nullable("invented", DataType::STRING);
    deltalake_core::open_table(url::Url::from_directory_path(&place).unwrap())
        .await
        .unwrap()
        .add_columns()
        .with_fields([newer])
        .await
        .unwrap();
    assert_eq!(write(&place, 2, &many(10, 0)).await.report().rows, 10);
    assert!(matches!(lake.optimize(Compaction::default()).await, Err(Error::Newer { .. })));
    clean(&lake).await;
}

#[tokio::test]
async fn checkpoints_keep_what_verify_needs() {
    let folder = folder();
    let place = place(&folder);
    let lake = Lake::open_or_create(&place).await.unwrap();
    let mut writer = LakeWriter::new(lake, INGEST);
    for epoch in 0..101 {
        let time = format!("2026-03-01T00:00:{:02}Z", epoch % 60);
        let mut rows = Kept::of(&[record(&epoch.to_string(), &time, "")]).epoch(epoch + 1);
        writer.close(&mut rows).await.unwrap();
    }
    let log = std::fs::read_dir(Path::new(&place).join("_delta_log")).unwrap();
    assert!(log.map(|entry| entry.unwrap().path()).any(|path| path.to_str().unwrap().contains("checkpoint.parquet")));
    let mut lake = Lake::open(&place).await.unwrap();
    assert_eq!(lake.last_epoch(INGEST).await.unwrap(), Some(101));
    assert_eq!(number(&lake, "SELECT count(*) FROM cloudtrail").await, 101);
    clean(&lake).await;

    let file = data_files(&place)[50].clone();
    let content = std::fs::read(&file).unwrap();
    let mut flipped = content.clone();
    flipped[content.len() / 2] ^= 1;
    std::fs::write(&file, flipped).unwrap();
    let faults = lake.verify().await.unwrap().faults;
    assert!(faults.iter().any(|fault| fault.reason.contains("checksum")), "{faults:?}");
    std::fs::write(&file, content).unwrap();

    let compacted = lake.optimize(Compaction::default()).await.unwrap();
    assert_eq!(lake.status().unwrap().files, 1, "{compacted:?}");
    assert_eq!(number(&lake, "SELECT count(DISTINCT eventid) FROM cloudtrail").await, 101);
    clean(&lake).await;
}
