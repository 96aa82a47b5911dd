//! Heavy or far-reaching dependencies come in by one door.

use super::{Complaint, Rule};
use crate::repository::Repository;
use crate::workspace::{Crate, NeedKind};

pub(super) static RULE: Rule =
    Rule { name: "doors", why: "each heavy dependency comes in by one crate, so that the others build and test without it", check };

/// Dependency (a trailing star stands for any ending), and the folders that may have it outside tests. The SDK's crates of single
/// services belong to nobody: a call is a value, and `aws` signs and sends it.
const DOORS: &[(&str, &[&str])] = &[
    ("anyhow", &["crates/node", "crates/cli", "bench", "xtask"]),
    ("aws-*", &["crates/aws"]),
    ("aws-sdk-*", &[]),
    ("axum*", &["crates/server"]),
    ("ballista*", &["crates/lake"]),
    ("clap*", &["crates/cli"]),
    ("datafusion*", &["crates/lake"]),
    ("deltalake*", &["crates/lake"]),
    ("hyper*", &["crates/aws", "crates/server"]),
    ("indicatif", &["crates/cli"]),
    ("reqwest", &["crates/aws", "crates/dispatch"]),
    ("rusqlite", &["crates/state"]),
    ("rustls*", &["crates/aws", "crates/server"]),
    ("tracing-subscriber", &["crates/cli"]),
];

/// Below this floor nothing waits for anything: no async runtime, not even in tests.
const ASYNC_FLOOR: u64 = 2;

fn check(repository: &Repository) -> Vec<Complaint> {
    repository.crates.iter().flat_map(judge).collect()
}

fn judge(one: &Crate) -> Vec<Complaint> {
    let manifest = format!("{}/Cargo.toml", one.folder);
    let low = one.floor.is_some_and(|floor| floor < ASYNC_FLOOR);
    let mut complaints = Vec::new();
    for need in &one.needs {
        if low && (need.name == "tokio" || need.name == "async-std" || need.name.starts_with("futures")) {
            complaints.push(Complaint::file(&manifest, format!("{} below floor {ASYNC_FLOOR}", need.name)));
        }
        let doors = DOORS.iter().filter(|(name, _)| need.kind != NeedKind::Development && is_named(&need.name, name));
        for (_, folders) in doors.filter(|(_, folders)| !folders.contains(&one.folder.as_str())) {
            let whose = if folders.is_empty() { "nobody".to_owned() } else { folders.join(", ") };
            complaints.push(Complaint::file(&manifest, format!("{} belongs to {whose}", need.name)));
        }
    }
    complaints
}

fn is_named(name: &str, pattern: &str) -> bool {
    pattern.strip_suffix('*').map_or(name == pattern, |start| name.starts_with(start))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::Need;

    fn house(folder: &str, floor: u64, name: &str, kind: NeedKind) -> Repository {
        let needs = vec![Need { name: name.into(), kind }];
        let one = Crate { name: "one".into(), folder: folder.into(), floor: Some(floor), needs };
        Repository { crates: vec![one], ..Repository::default() }
    }

    #[test]
    fn the_wrong_crate_is_told_the_right_one() {
        let complaints = check(&house("crates/watch", 3, "reqwest", NeedKind::Normal));
        assert_eq!(complaints[0].says, "reqwest belongs to crates/aws, crates/dispatch");
        assert_eq!(check(&house("crates/aws", 2, "aws-sdk-s3", NeedKind::Normal))[0].says, "aws-sdk-s3 belongs to nobody");
        assert_eq!(check(&house("crates/aws", 2, "aws-sigv4", NeedKind::Normal)), []);
        assert_eq!(check(&house("crates/watch", 3, "anyhow", NeedKind::Development)), []);
    }

    #[test]
    fn low_floors_do_not_wait() {
        assert_eq!(check(&house("crates/decode", 1, "tokio", NeedKind::Development)).len(), 1);
        assert_eq!(check(&house("crates/watch", 3, "tokio", NeedKind::Normal)), []);
    }

    #[test]
    fn doors_are_sorted() {
        assert!(DOORS.is_sorted());
    }
}
