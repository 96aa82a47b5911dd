//! Golden pairs: a text and what comes out of it, side by side. `UPDATE_GOLDEN=1` writes what comes out; the diff is reviewed.

use std::fs;
use std::path::PathBuf;

/// Runs every `testdata/<folder>/*.yaml` and compares with the file of the same name and the other ending.
pub fn check(folder: &str, ending: &str, run: impl Fn(&str, &str) -> String) {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("testdata").join(folder);
    let mut wrong = Vec::new();
    let mut inputs: Vec<PathBuf> = fs::read_dir(&folder).expect("testdata").map(|entry| entry.expect("entry").path()).collect();
    inputs.retain(|path| path.extension().is_some_and(|ending| ending == "yaml"));
    inputs.sort();
    assert!(!inputs.is_empty(), "{} is empty", folder.display());
    for input in inputs {
        let name = input.file_name().and_then(|name| name.to_str()).expect("UTF-8").to_owned();
        let result = run(&name, &fs::read_to_string(&input).expect("readable"));
        let output = input.with_extension(ending);
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            fs::write(&output, &result).expect("writable");
        } else if fs::read_to_string(&output).unwrap_or_default() != result {
            wrong.push(format!("{}:\n{result}", output.display()));
        }
    }
    assert!(wrong.is_empty(), "UPDATE_GOLDEN=1 accepts this:\n{}", wrong.join("\n"));
}
