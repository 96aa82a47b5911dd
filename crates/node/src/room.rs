//! Disks without room: which one it is, and what to do.

use std::error::Error;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

/// That there is no room for something at a path, which need not be there yet.
pub(crate) fn no_room(doing: &str, at: &Path) -> anyhow::Error {
    anyhow::anyhow!(
        "no room left on the disk at {}: {doing}\n  hint: free some space there and run the same command again; it goes on where this one stopped",
        disk_of(at).display()
    )
}

/// An error of the table; `table` is its folder.
pub(crate) fn of_table(error: watchfire_lake::Error, table: &Path) -> anyhow::Error {
    match error {
        watchfire_lake::Error::Full { doing, .. } => no_room(&doing, table),
        other => other.into(),
    }
}

/// Whether an error comes from a disk without room, or from a file that may not grow.
pub(crate) fn is_full(error: &(dyn Error + 'static)) -> bool {
    let mut cause = Some(error);
    while let Some(error) = cause {
        let kind = error.downcast_ref::<io::Error>().map(io::Error::kind);
        if matches!(kind, Some(ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge)) {
            return true;
        }
        cause = error.source();
    }
    false
}

/// The folder at which the disk that holds a path is mounted.
fn disk_of(path: &Path) -> PathBuf {
    let there = path.ancestors().find_map(|ancestor| ancestor.canonicalize().ok()).unwrap_or_else(|| path.to_path_buf());
    let device = device_of(&there);
    let on_it = there.ancestors().take_while(|ancestor| device_of(ancestor) == device);
    on_it.last().unwrap_or(&there).to_path_buf()
}

/// The number of the device that holds a path.
#[cfg(unix)]
fn device_of(path: &Path) -> Option<u64> {
    use std::os::unix::fs::MetadataExt;
    path.metadata().ok().map(|metadata| metadata.dev())
}

/// Where devices have no numbers, each path is its own.
#[cfg(not(unix))]
fn device_of(path: &Path) -> Option<PathBuf> {
    Some(path.to_path_buf())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn disks_have_a_place() {
        let folder = tempfile::tempdir().expect("a folder");
        let disk = disk_of(&folder.path().join("not/there/yet"));
        assert!(folder.path().canonicalize().expect("there").starts_with(&disk), "{}", disk.display());
        assert_eq!(disk_of(Path::new("/proc/self")), Path::new("/proc"));
        assert!(no_room("writing x", folder.path()).to_string().contains("hint: free some space"));
    }

    #[test]
    fn full_disks_are_told_from_other_failures() {
        let full = watchfire_watch::Error::Store(io::Error::from(ErrorKind::StorageFull));
        let other = watchfire_watch::Error::Store(io::Error::from(ErrorKind::NotFound));
        assert_eq!((is_full(&full), is_full(&other)), (true, false));
    }
}
