//! Real logs, when they are on this machine: counts are fixed.

use std::path::PathBuf;

use crate::collect::decode;

fn folder(name: &str) -> Option<PathBuf> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/cloudtrail").join(name);
    if !folder.is_dir() {
        eprintln!("skipped: no real logs at {}", folder.display());
        return None;
    }
    Some(folder)
}

fn counts(name: &str) -> Option<(usize, usize, usize)> {
    let (mut files, mut records, mut rejects) = (0, 0, 0);
    for entry in std::fs::read_dir(folder(name)?).unwrap() {
        let got = decode(&std::fs::read(entry.unwrap().path()).unwrap());
        assert_eq!(got.texts("eventID").len(), got.records.len());
        files += 1;
        records += got.records.len();
        rejects += got.rejects.len();
    }
    Some((files, records, rejects))
}

#[test]
fn invictus_stratus_run() {
    let Some(counts) = counts("invictus-stratus-run") else { return };
    assert_eq!(counts, (55, 2900, 0));
}

#[test]
fn stratus_detonations() {
    let Some(counts) = counts("stratus-detonations") else { return };
    assert_eq!(counts, (20, 144, 0));
}
