//! What is done for a file that was damaged, and against it: looking at it without touching it, copies now and then, putting one back.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use rusqlite::{Connection, OpenFlags};
use watchfire_model::EventTime;

use super::claim::Claim;
use super::fault::Fault;
use super::{Settings, State, bus, open, verify};
use crate::{Error, Problem};

/// What was seen of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// The format it has.
    pub format: i64,
    /// What should not be; nothing is the answer hoped for.
    pub problems: Vec<Problem>,
}

/// A copy that [`State::backup_to`] made.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Backup {
    /// When, as its name says: `20261124T201500Z`.
    pub at: String,
    /// Where it is.
    pub path: PathBuf,
}

/// What [`State::restore`] did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restored {
    /// The copy that was put in place.
    pub from: Backup,
    /// Where the file is now that was there; none where there was none.
    pub set_aside: Option<PathBuf>,
}

/// Files that belong to a database: itself, its write-ahead log, its index of that.
const PARTS: [&str; 3] = ["", "-wal", "-shm"];

impl State {
    /// Looks at everything in a file without changing it, also at one of an older format.
    ///
    /// # Errors
    /// There is no file, it cannot be opened, or it is somebody else's. Damage is no error but an answer.
    pub fn check(path: impl AsRef<Path>) -> Result<Checked, Error> {
        let path = path.as_ref();
        if !path.exists() {
            return Err(Error::CannotOpen { path: path.to_path_buf(), detail: "there is no such file".into() });
        }
        let looked = read_only(path).and_then(|mut connection| {
            let format = open::inspect(&mut connection)?;
            let problems = if format == open::known() { verify::verify(&mut connection)? } else { verify::integrity(&connection)? };
            Ok(Checked { format, problems })
        });
        match looked.map_err(|fault| fault.at(path)) {
            Err(Error::Corrupt { detail, .. }) => Ok(Checked { format: 0, problems: vec![Problem(detail)] }),
            other => other,
        }
    }

    /// Opens a file to be read alone, as it is: what to do with one that is damaged. Whatever writes is an error.
    ///
    /// # Errors
    /// It cannot be opened, or is of another format.
    pub fn open_to_read(path: impl AsRef<Path>) -> Result<State, Error> {
        let path = path.as_ref().to_path_buf();
        let opened = read_only(&path).and_then(|mut connection| match open::inspect(&mut connection)? {
            format if format == open::known() => Ok(connection),
            format => Err(Fault::Damage(format!("it has format {format}, and only format {} can be read as it is", open::known()))),
        });
        let connection = opened.map_err(|fault| fault.at(&path))?;
        let settings = Settings::default();
        Ok(State { path, settings, readers: None, connection: Mutex::new(connection), loans: bus::Loans::default(), seal: None })
    }

    /// Writes a copy into a folder, which is made where it is not there, and removes the oldest copies beyond so many. A copy that is not
    /// sound is removed instead, and older ones stay.
    ///
    /// # Errors
    /// As of [`State::backup`]; [`Error::Corrupt`] when the copy is not sound, for then neither is this file.
    pub fn backup_to(&self, folder: impl AsRef<Path>, keep: usize, at: EventTime) -> Result<Backup, Error> {
        let folder = folder.as_ref();
        fs::create_dir_all(folder).map_err(|error| Fault::from(error).at(folder))?;
        let whole = EventTime(at.millis().div_euclid(1000) * 1000);
        let at: String = whole.to_string().chars().filter(|letter| !matches!(letter, '-' | ':')).collect();
        let path = folder.join(format!("state-{at}.db"));
        self.backup(&path)?;
        if let Some(Problem(detail)) = State::check(&path)?.problems.into_iter().next() {
            fs::remove_file(&path).map_err(|error| Fault::from(error).at(&path))?;
            return Err(Error::Corrupt { path: self.path.clone(), detail: format!("a copy of it is not sound: {detail}") });
        }
        for old in State::backups(folder)?.into_iter().skip(keep.max(1)) {
            fs::remove_file(&old.path).map_err(|error| Fault::from(error).at(&old.path))?;
        }
        Ok(Backup { at, path })
    }

    /// The copies in a folder, the latest first; none where there is no folder.
    ///
    /// # Errors
    /// The folder cannot be read.
    pub fn backups(folder: impl AsRef<Path>) -> Result<Vec<Backup>, Error> {
        let folder = folder.as_ref();
        let entries = match fs::read_dir(folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(Fault::from(error).at(folder)),
        };
        let mut backups = Vec::new();
        for entry in entries {
            let entry = entry.map_err(|error| Fault::from(error).at(folder))?;
            let name = entry.file_name();
            let at = name.to_str().and_then(|name| name.strip_prefix("state-")?.strip_suffix(".db"));
            backups.extend(at.map(|at| Backup { at: at.to_owned(), path: entry.path() }));
        }
        backups.sort_by(|a, b| b.cmp(a));
        Ok(backups)
    }

    /// Puts the latest sound copy of a folder in the place of a file, which is set aside and not removed. Nobody may have the file in use.
    ///
    /// # Errors
    /// [`Error::Busy`] while somebody ingests into it; [`Error::NoBackup`] when no copy is sound.
    pub fn restore(path: impl AsRef<Path>, folder: impl AsRef<Path>) -> Result<Restored, Error> {
        let (path, folder) = (path.as_ref(), folder.as_ref());
        let _claim = Claim::of(path)?;
        let is_sound = |backup: &Backup| State::check(&backup.path).is_ok_and(|checked| checked.problems.is_empty());
        let from = State::backups(folder)?.into_iter().find(is_sound);
        let from = from.ok_or_else(|| Error::NoBackup { folder: folder.to_path_buf() })?;
        let partial = path.with_added_extension("partial");
        let set_aside = copy(&from.path, &partial).and_then(|()| {
            let set_aside = set_aside(path)?;
            fs::rename(&partial, path)?;
            Ok(set_aside)
        });
        let set_aside = set_aside.map_err(|error| Fault::from(error).at(path))?;
        Ok(Restored { from, set_aside })
    }
}

/// Opens a file without making or changing anything. Where its write-ahead log cannot be used, the file is taken as it lies there.
fn read_only(path: &Path) -> Result<Connection, Fault> {
    let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    connection.busy_timeout(Settings::default().busy_wait)?;
    connection.pragma_update(None, "trusted_schema", false)?;
    Ok(connection)
}

fn copy(from: &Path, to: &Path) -> std::io::Result<()> {
    fs::copy(from, to)?;
    File::open(to)?.sync_all()
}

/// Moves a file with all that belongs to it; where to comes back.
fn set_aside(path: &Path) -> std::io::Result<Option<PathBuf>> {
    if !path.exists() {
        return Ok(None);
    }
    let with = |path: &Path, part: &str| {
        let mut name = path.as_os_str().to_owned();
        name.push(part);
        PathBuf::from(name)
    };
    let mut number = 1;
    let aside = loop {
        let aside = path.with_added_extension(format!("damaged-{number}"));
        if !aside.exists() {
            break aside;
        }
        number += 1;
    };
    // The log first: a file without its log is older, a log without its file would be taken for the new file's.
    for part in PARTS.iter().rev() {
        match fs::rename(with(path, part), with(&aside, part)) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    Ok(Some(aside))
}
