//! Whether the table's log is whole.

use deltalake_core::logstore::object_store::ObjectStoreExt;
use deltalake_core::{ObjectStore, Path};
use futures::TryStreamExt;
use serde_json::Value;

use super::Fault;
use crate::table::commit_path;
use crate::{Error, Lake};

/// What the log consists of.
#[derive(Debug, Default)]
pub(super) struct Log {
    /// Commits that are kept, oldest first.
    pub versions: Vec<u64>,
    /// What is wrong with them.
    pub faults: Vec<Fault>,
}

/// The first fault of the log, if there is one.
pub(crate) async fn first_log_fault(lake: &Lake) -> Result<Option<Fault>, Error> {
    Ok(read_log(lake).await?.faults.into_iter().next())
}

/// Reads every commit of the log.
pub(super) async fn read_log(lake: &Lake) -> Result<Log, Error> {
    let store = lake.table.object_store();
    let listed: Vec<_> =
        store.list(Some(&Path::from("_delta_log"))).try_collect().await.map_err(|error| Error::storage("listing the log", error))?;
    let version = |path: &Path| path.filename()?.strip_suffix(".json")?.parse::<u64>().ok();
    let mut log = Log { versions: listed.iter().filter_map(|meta| version(&meta.location)).collect(), faults: Vec::new() };
    log.versions.sort_unstable();
    for pair in log.versions.windows(2) {
        if let [before, after] = pair
            && before + 1 < *after
        {
            log.faults.push(Fault::missing_commit(before + 1));
        }
    }
    for version in &log.versions {
        let content = read(store.as_ref(), &commit_path(*version)).await?;
        if let Err(reason) = check_commit(&content) {
            log.faults.push(Fault::torn_commit(*version, &reason));
        }
    }
    Ok(log)
}

async fn read(store: &dyn ObjectStore, path: &str) -> Result<Vec<u8>, Error> {
    let failed = |error| Error::storage(format!("reading {path}"), error);
    let content = store.get(&Path::from(path)).await.map_err(failed)?;
    Ok(content.bytes().await.map_err(failed)?.to_vec())
}

/// A commit is lines of JSON, each an object with one action.
fn check_commit(content: &[u8]) -> Result<(), String> {
    let text = std::str::from_utf8(content).map_err(|error| error.to_string())?;
    let mut lines = 0;
    for (at, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        match serde_json::from_str(line) {
            Ok(Value::Object(_)) => lines += 1,
            Ok(_) => return Err(format!("line {} is no action", at + 1)),
            Err(error) => return Err(format!("line {}: {error}", at + 1)),
        }
    }
    if lines == 0 { Err("the file is empty".into()) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::check_commit;

    #[test]
    fn commits() {
        assert!(check_commit(b"{\"add\":{}}\n{\"txn\":{}}").is_ok());
        for torn in [&b""[..], b"\n", b"{\"add\":{}}\n{\"tx", b"[]", b"\xff"] {
            assert!(check_commit(torn).is_err(), "{torn:?}");
        }
    }
}
