//! Where a table is, and the store behind it. Only here are stores constructed; an object store joins in [`Place::named`].

use std::fs::File;
use std::path::{Path as LocalPath, PathBuf};
use std::sync::Arc;

use deltalake_core::{DeltaTable, DeltaTableBuilder, DeltaTableError, ObjectStore, Path};
use url::Url;

use crate::Error;

/// Where a table is.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    /// As it was named, for messages.
    pub location: String,
    url: Url,
    /// The folder, when the table is on a local disk.
    root: Option<PathBuf>,
}

impl Place {
    fn named(location: &str) -> Result<(PathBuf, String), Error> {
        let wrong = |reason: &str| Error::Location { location: location.into(), reason: reason.into() };
        let path = match Url::parse(location) {
            Ok(url) if url.scheme() == "file" => url.to_file_path().map_err(|()| wrong("this file:// URL names no local folder"))?,
            Ok(url) if location.contains("://") => {
                return Err(wrong(&format!("{}:// is no place for a table yet; name a local folder", url.scheme())));
            }
            _ if location.is_empty() => return Err(wrong("the name is empty")),
            _ => PathBuf::from(location),
        };
        Ok((path, location.into()))
    }

    /// A place that must be there.
    pub fn existing(location: &str) -> Result<Place, Error> {
        let (path, location) = Place::named(location)?;
        match path.canonicalize() {
            Ok(root) if root.is_dir() => Place::local(root, location),
            Ok(_) => Err(Error::Location { location, reason: "this is a file; a table is a folder".into() }),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Err(Error::NoTable { location }),
            Err(error) => Err(Error::storage(format!("opening {location}"), error)),
        }
    }

    /// A place that is made when it is not there.
    pub fn created(location: &str) -> Result<Place, Error> {
        let (path, name) = Place::named(location)?;
        std::fs::create_dir_all(path).map_err(|error| Error::storage(format!("creating {name}"), error))?;
        Place::existing(location)
    }

    fn local(root: PathBuf, location: String) -> Result<Place, Error> {
        match Url::from_directory_path(&root) {
            Ok(url) => Ok(Place { location, url, root: Some(root) }),
            Err(()) => Err(Error::Location { location, reason: "this folder has no absolute path".into() }),
        }
    }

    /// The table there, not yet loaded.
    pub fn table(&self) -> Result<DeltaTable, Error> {
        DeltaTableBuilder::from_url(self.url.clone()).and_then(DeltaTableBuilder::build).map_err(|error| self.failed(error))
    }

    /// What a failure of the table's log means.
    pub fn failed(&self, error: DeltaTableError) -> Error {
        Error::delta(&self.location, error)
    }

    /// Where a file of the table is on the local disk.
    pub fn local_path(&self, path: &str) -> Option<PathBuf> {
        self.root.as_ref().map(|root| root.join(path))
    }

    /// Makes a commit that was written outlast a loss of power.
    pub fn make_commit_durable(&self, version: u64) -> Result<(), Error> {
        match self.local_path(&commit_path(version)) {
            Some(path) => make_durable(&path),
            None => Ok(()),
        }
    }
}

/// The file of a commit, from the table's folder.
pub(crate) fn commit_path(version: u64) -> String {
    format!("_delta_log/{version:020}.json")
}

/// Waits until a file is on the disk, with its entry in its folder and that of the folder, which may be new.
pub(crate) fn make_durable(path: &LocalPath) -> Result<(), Error> {
    let sync = || {
        File::open(path)?.sync_all()?;
        path.ancestors().skip(1).take(2).try_for_each(|folder| File::open(folder)?.sync_all())
    };
    sync().map_err(|error: std::io::Error| Error::storage(format!("syncing {}", path.display()), error))
}

/// Puts a finished file into a store that is not a local disk.
pub(crate) async fn upload(store: &Arc<dyn ObjectStore>, path: &str, content: Vec<u8>) -> Result<(), Error> {
    let put = store.put_opts(&Path::from(path), content.into(), Default::default()).await;
    put.map(|_| ()).map_err(|error| Error::storage(format!("writing {path}"), error))
}
