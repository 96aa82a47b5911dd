//! Public recordings of real attacks. They are not part of this repository: where they are absent, the test says so and passes.

use std::path::PathBuf;

use crate::support::watchfire;

fn recordings() -> Option<PathBuf> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/cloudtrail");
    if folder.is_dir() {
        return Some(folder);
    }
    eprintln!("skipped: the recordings are not at {}", folder.display());
    None
}

/// Rules that look only at the client: an attacker who changes the agent is to be noticed all the same.
const BY_AGENT: [&str; 4] = ["offensive_tool_client", "kali_linux_client", "parrot_linux_client", "pentoo_linux_client"];

#[test]
fn every_recorded_technique_is_noticed_by_what_was_done() {
    let Some(folder) = recordings() else { return };
    let mut checked = 0;
    for entry in std::fs::read_dir(folder.join("stratus-detonations")).expect("a folder") {
        let path = entry.expect("readable").path();
        let technique = path.file_stem().expect("a name").to_string_lossy().into_owned();
        let run = watchfire(&["scan", path.to_str().expect("UTF-8"), "--format", "jsonl", "--min-severity", "medium"]);
        assert_eq!(run.code, 0, "{technique}: {}", run.stderr);
        let names: Vec<String> = run.findings().iter().map(|finding| finding["name"].as_str().expect("a name").to_owned()).collect();
        assert!(names.iter().any(|name| !BY_AGENT.contains(&name.as_str())), "{technique}: {names:?}");
        let list = watchfire(&["rules", "list", &format!("stratus:{technique}"), "--format", "json"]);
        let rules: serde_json::Value = serde_json::from_str(&list.stdout).expect("JSON");
        let named = rules.as_array().expect("a list").iter().map(|rule| rule["name"].as_str().expect("a name"));
        assert!(
            named.into_iter().any(|name| names.iter().any(|noticed| noticed == name)),
            "{technique}: no rule that names it noticed it: {names:?}"
        );
        checked += 1;
    }
    assert_eq!(checked, 20);
}

#[test]
fn the_recorded_hour_is_read_whole() {
    let Some(folder) = recordings() else { return };
    let run = watchfire(&["scan", folder.join("invictus-stratus-run").to_str().expect("UTF-8"), "--min-severity", "high"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(run.stdout.contains("2,900 records"), "{}", run.stdout);
    assert!(!run.stderr.contains("rejects"), "{}", run.stderr);
}
