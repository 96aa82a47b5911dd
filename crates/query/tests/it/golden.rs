//! Each `testdata/NAME.in.sql` gives `NAME.out.sql`, or `NAME.out.txt` where it is refused. `UPDATE_GOLDEN=1` writes them anew.

use std::fs;
use std::path::{Path, PathBuf};

use watchfire_query::translate;

use crate::names::names;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata")
}

fn cases() -> Vec<(String, String)> {
    let entries = fs::read_dir(folder()).expect("testdata").map(|entry| entry.expect("an entry").path());
    let mut cases: Vec<(String, String)> = entries
        .filter_map(|path| {
            let name = path.file_name()?.to_str()?.strip_suffix(".in.sql")?.to_owned();
            Some((name, fs::read_to_string(&path).expect("a readable case")))
        })
        .collect();
    cases.sort();
    cases
}

#[test]
fn every_case_gives_what_stands_beside_it() {
    let (names, update) = (names(), std::env::var_os("UPDATE_GOLDEN").is_some());
    let mut wrong = Vec::new();
    for (name, sql) in cases() {
        let (suffix, given) = match translate(&sql, &names) {
            Ok(translated) => ("sql", format!("{}\n-- reads: {}\n", translated.sql, translated.tables.join(", "))),
            Err(diagnostic) => ("txt", diagnostic.render(&sql)),
        };
        let other = if suffix == "sql" { "txt" } else { "sql" };
        let (path, stale) = (folder().join(format!("{name}.out.{suffix}")), folder().join(format!("{name}.out.{other}")));
        if update {
            fs::write(&path, &given).expect("a writable golden");
            let _ = fs::remove_file(stale);
        } else if stale.exists() || fs::read_to_string(&path).ok().as_deref() != Some(&given) {
            wrong.push(format!("{name}:\n{given}"));
        }
    }
    assert!(wrong.is_empty(), "{} cases differ\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn what_was_translated_is_translated_to_itself() {
    let names = names();
    for (name, sql) in cases() {
        let Ok(once) = translate(&sql, &names) else { continue };
        let twice = translate(&once.sql, &names).unwrap_or_else(|error| panic!("{name}: {}", error.render(&once.sql)));
        assert_eq!(twice.sql, once.sql, "{name}");
        assert_eq!(twice.tables, once.tables, "{name}");
    }
}

#[test]
fn there_are_enough_cases() {
    assert!(cases().len() >= 120, "{}", cases().len());
}
