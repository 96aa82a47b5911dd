//! `scenarios/<story>/in/` are raw logs, `scenarios/<story>/expect/findings.txt` what must be said about them: the golden test of the
//! whole house. `UPDATE_GOLDEN=1` rewrites what is expected; the difference is reviewed.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use crate::support::watchfire;

#[test]
fn every_scenario_is_told_as_expected() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scenarios");
    let mut stories: Vec<PathBuf> =
        fs::read_dir(&root).expect("scenarios").map(|entry| entry.expect("readable").path()).filter(|path| path.is_dir()).collect();
    stories.sort();
    assert!(stories.len() >= 5, "{stories:?}");
    for story in stories {
        let told = told(&story.join("in"));
        let expected = story.join("expect/findings.txt");
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            fs::create_dir_all(story.join("expect")).expect("made");
            fs::write(&expected, &told).expect("written");
        }
        let known = fs::read_to_string(&expected).unwrap_or_default();
        assert!(
            known == told,
            "{}: what is told has changed\n--- expected\n{known}\n--- told\n{told}\nhint: UPDATE_GOLDEN=1 rewrites it",
            story.display()
        );
    }
}

/// Findings of low severity and above: severity, rule, sentence, ids of the records.
fn told(logs: &Path) -> String {
    let run = watchfire(&["scan", logs.to_str().expect("UTF-8"), "--format", "jsonl"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let mut text = String::new();
    for finding in run.findings() {
        let word = |name: &str| finding[name].as_str().expect("a text").to_owned();
        writeln!(text, "{} {} ({} records)", word("severity"), word("name"), finding["count"]).expect("in memory");
        writeln!(text, "    {}", word("summary")).expect("in memory");
        for record in finding["records"].as_array().expect("a list") {
            writeln!(text, "    {} {}", record["time"].as_str().expect("a time"), record["event_id"].as_str().expect("an id"))
                .expect("in memory");
        }
    }
    text
}
