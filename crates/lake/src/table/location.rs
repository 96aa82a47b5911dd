//! Where a table is, and the store behind it. Only here and in `bucket` are stores constructed.

use std::fs::File;
use std::path::{Path as LocalPath, PathBuf};

use deltalake_core::logstore::ObjectStoreRef;
use deltalake_core::{DeltaTable, DeltaTableBuilder, DeltaTableError};
use url::Url;

use super::bucket::Location;
use crate::Error;

/// Where a table is.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    /// As it was named, for messages.
    pub location: String,
    url: Url,
    site: Site,
}

/// What holds it.
#[derive(Debug, Clone)]
enum Site {
    /// A folder on a local disk.
    Disk(PathBuf),
    /// An object store, from its root.
    Store(ObjectStoreRef),
}

impl Place {
    /// A place that must be there, as far as that can be told without asking an object store.
    pub fn existing(location: &Location) -> Result<Place, Error> {
        let name = location.to_string();
        let path = match location {
            Location::Folder(folder) => local(folder)?,
            Location::InBucket(bucket, prefix) => {
                let (store, url) = bucket.folder(prefix)?;
                return Ok(Place { location: name, url, site: Site::Store(store) });
            }
        };
        match path.canonicalize() {
            Ok(root) if root.is_dir() => Place::on_disk(root, name),
            Ok(_) => Err(Error::Location { location: name, reason: "this is a file; a table is a folder".into() }),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Err(Error::NoTable { location: name }),
            Err(error) => Err(Error::storage(format!("opening {name}"), error)),
        }
    }

    /// A place that is made when it is not there.
    pub fn created(location: &Location) -> Result<Place, Error> {
        if let Location::Folder(folder) = location {
            std::fs::create_dir_all(local(folder)?).map_err(|error| Error::storage(format!("creating {folder}"), error))?;
        }
        Place::existing(location)
    }

    fn on_disk(root: PathBuf, location: String) -> Result<Place, Error> {
        match Url::from_directory_path(&root) {
            Ok(url) => Ok(Place { location, url, site: Site::Disk(root) }),
            Err(()) => Err(Error::Location { location, reason: "this folder has no absolute path".into() }),
        }
    }

    /// The table there, not yet loaded.
    pub fn table(&self) -> Result<DeltaTable, Error> {
        let builder = DeltaTableBuilder::from_url(self.url.clone()).map_err(|error| self.failed(error))?;
        let builder = match &self.site {
            Site::Disk(_) => builder,
            Site::Store(store) => builder.with_storage_backend(store.clone(), self.url.clone()),
        };
        builder.build().map_err(|error| self.failed(error))
    }

    /// What a failure of the table's log means.
    pub fn failed(&self, error: DeltaTableError) -> Error {
        Error::delta(&self.location, error)
    }

    /// Where a file of the table is on the local disk.
    pub fn local_path(&self, path: &str) -> Option<PathBuf> {
        match &self.site {
            Site::Disk(root) => Some(root.join(path)),
            Site::Store(_) => None,
        }
    }

    /// Whether what is asked of it goes over a network, and may be done without the answer arriving.
    pub fn is_remote(&self) -> bool {
        matches!(self.site, Site::Store(_))
    }

    /// Makes a commit that was written outlast a loss of power.
    pub fn make_commit_durable(&self, version: u64) -> Result<(), Error> {
        let Some(path) = self.local_path(&commit_path(version)) else { return Ok(()) };
        make_durable(&path, version == 0)?;
        self.make_checkpoint_durable(version)
    }

    /// The same of the file that gathers the log up to a version, when there is one.
    pub fn make_checkpoint_durable(&self, version: u64) -> Result<(), Error> {
        let name = format!("_delta_log/{version:020}.checkpoint.parquet");
        let Some(path) = self.local_path(&name).filter(|path| path.is_file()) else { return Ok(()) };
        make_durable(&path, false)?;
        self.local_path("_delta_log/_last_checkpoint").map_or(Ok(()), |path| make_durable(&path, false))
    }
}

/// A local folder, as it was named.
fn local(location: &str) -> Result<PathBuf, Error> {
    let wrong = |reason: &str| Error::Location { location: location.into(), reason: reason.into() };
    match Url::parse(location) {
        Ok(url) if url.scheme() == "file" => url.to_file_path().map_err(|()| wrong("this file:// URL names no local folder")),
        Ok(url) if location.contains("://") => Err(wrong(&format!("a {}:// address is no local folder", url.scheme()))),
        _ if location.is_empty() => Err(wrong("the name is empty")),
        _ => Ok(PathBuf::from(location)),
    }
}

/// The file of a commit, from the table's folder.
pub(crate) fn commit_path(version: u64) -> String {
    format!("_delta_log/{version:020}.json")
}

/// Waits until a file is on the disk, with its entry in its folder and, when that is new, the folder's own.
pub(crate) fn make_durable(path: &LocalPath, is_folder_new: bool) -> Result<(), Error> {
    let sync = || {
        File::open(path)?.sync_all()?;
        let folders = if is_folder_new { 2 } else { 1 };
        path.ancestors().skip(1).take(folders).try_for_each(|folder| File::open(folder)?.sync_all())
    };
    sync().map_err(|error: std::io::Error| Error::storage(format!("syncing {}", path.display()), error))
}
