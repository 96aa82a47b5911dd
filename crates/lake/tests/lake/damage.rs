//! Damaged, newer, foreign and failing tables: a clear error, and nothing lost.

use std::path::{Path, PathBuf};

use watchfire_lake::{Error, INGEST, Lake, LakeWriter};

use crate::logs::{Kept, clean, data_files, folder, many, number, place, record, write};

fn newest_commit(place: &str) -> PathBuf {
    let log = Path::new(place).join("_delta_log");
    let commits = std::fs::read_dir(log).unwrap().map(|entry| entry.unwrap().path());
    commits.filter(|path| path.extension().is_some_and(|kind| kind == "json")).max().unwrap()
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

#[tokio::test]
async fn a_failed_write_leaves_the_table_as_it_was_and_the_epoch_whole() {
    let folder = folder();
    let place = place(&folder);
    write(&place, 1, &many(30, 0)).await;
    let lake = Lake::open(&place).await.unwrap();
    let mut writer = LakeWriter::new(lake, INGEST);
    let mut epoch = Kept::of(&[many(60, 0), vec![record("late", "2026-04-01T00:00:00Z", "")]].concat()).epoch(2);
    let obstacle = Path::new(&place).join("day=2026-04-01");
    std::fs::write(&obstacle, "in the way").unwrap();
    let error = writer.close(&mut epoch).await.unwrap_err();
    assert!(matches!(error, Error::Storage { .. }), "{error}");
    let mut lake = Lake::open(&place).await.unwrap();
    assert_eq!(number(&lake, "SELECT count(*) FROM cloudtrail").await, 30);
    clean(&lake).await;

    std::fs::remove_file(&obstacle).unwrap();
    assert_eq!(writer.close(&mut epoch).await.unwrap().report().rows, 31);
    lake.refresh().await.unwrap();
    assert_eq!(number(&lake, "SELECT count(*) FROM cloudtrail").await, 61);
    lake.vacuum(0, false).await.unwrap();
    assert_eq!(data_files(&place).len(), lake.status().unwrap().files as usize);
    clean(&lake).await;
}

#[tokio::test]
async fn a_delta_table_of_other_things_is_refused() {
    use deltalake_core::kernel::{DataType, StructField};
    use deltalake_core::operations::create::CreateBuilder;
    let days = || StructField::nullable("day", DataType::DATE);
    for (columns, partitions) in
        [(vec![StructField::nullable("eventid", DataType::LONG), days()], vec!["day"]), (watchfire_lake::delta_columns(), vec![])]
    {
        let folder = folder();
        let place = place(&folder);
        std::fs::create_dir_all(&place).unwrap();
        CreateBuilder::new().with_location(&place).with_columns(columns).with_partition_columns(partitions).await.unwrap();
        assert!(matches!(Lake::open_or_create(&place).await, Err(Error::Location { .. })));
    }
}
