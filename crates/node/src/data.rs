//! Where everything is kept: tables in a folder or a bucket, what was read and found always in a folder.

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;

use anyhow::{Context, bail};
use futures::future::BoxFuture;
use watchfire_aws::Access;
use watchfire_lake::{Bucket, BucketAccess, BucketKeys, KeySource, Location, TABLE};
use watchfire_state::{Home, State, Store};

use crate::room::{is_full, no_room};

/// Where everything is kept when nothing else is said.
const FOLDER: &str = "watchfire-data";

/// Where tables lie.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LakePlace {
    /// In a local folder.
    Folder(PathBuf),
    /// In a bucket of S3.
    Bucket {
        /// Its name.
        bucket: String,
        /// The folder in it, without slashes around it; may be empty.
        prefix: String,
    },
}

impl Default for LakePlace {
    fn default() -> Self {
        LakePlace::Folder(FOLDER.into())
    }
}

impl From<PathBuf> for LakePlace {
    fn from(folder: PathBuf) -> Self {
        LakePlace::Folder(folder)
    }
}

impl FromStr for LakePlace {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let Some(rest) = text.strip_prefix("s3://") else {
            if text.is_empty() || text.contains("://") {
                return Err("expected a folder, or s3://BUCKET/PREFIX".to_owned());
            }
            return Ok(LakePlace::Folder(text.into()));
        };
        let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
        let legal = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_');
        if bucket.is_empty() || !bucket.bytes().all(legal) {
            return Err("there is no bucket name after s3://; write s3://BUCKET or s3://BUCKET/PREFIX".to_owned());
        }
        let prefix = prefix.trim_end_matches('/');
        let is_plain = |segment: &str| !matches!(segment, "" | "." | "..") && segment.bytes().all(|byte| legal(byte) || byte == b'=');
        if !prefix.is_empty() && !prefix.split('/').all(is_plain) {
            return Err(
                "a lake's prefix is made of letters, digits and - _ . = between single slashes, for other tools read it too".to_owned()
            );
        }
        Ok(LakePlace::Bucket { bucket: bucket.to_owned(), prefix: prefix.to_owned() })
    }
}

impl fmt::Display for LakePlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LakePlace::Folder(folder) => write!(f, "{}", folder.display()),
            LakePlace::Bucket { bucket, prefix } if prefix.is_empty() => write!(f, "s3://{bucket}"),
            LakePlace::Bucket { bucket, prefix } => write!(f, "s3://{bucket}/{prefix}"),
        }
    }
}

impl LakePlace {
    /// The Delta table of CloudTrail records. Of a bucket it is asked first whether it answers: what is wrong with names, credentials
    /// and rights is told before anything is made. Waits for that, so it is not for async code.
    ///
    /// # Errors
    /// When the bucket does not answer, or the folder's name is no text.
    pub fn table(&self) -> anyhow::Result<Location> {
        let (bucket, prefix) = match self {
            LakePlace::Folder(folder) => return Ok(folder.join(TABLE).try_into()?),
            LakePlace::Bucket { bucket, prefix } if prefix.is_empty() => (bucket, TABLE.to_owned()),
            LakePlace::Bucket { bucket, prefix } => (bucket, format!("{prefix}/{TABLE}")),
        };
        let access = watchfire_aws::connect()?.s3().open(bucket).access(&format!("{prefix}/"))?;
        let retry = access.retry().clone();
        let access = BucketAccess {
            name: access.bucket().to_owned(),
            address: access.address(),
            region: access.region().to_owned(),
            keys: Arc::new(Chain(access)),
            attempts_max: retry.attempts_max,
            pause_first: retry.pause_first,
            pause_max: retry.pause_max,
        };
        Ok(Location::InBucket(Bucket::new(access)?, prefix))
    }

    /// Whether an object in S3 is a file of the table.
    pub(crate) fn holds(&self, source: &str) -> bool {
        let LakePlace::Bucket { .. } = self else { return false };
        source.strip_prefix(&self.to_string()).is_some_and(|rest| rest.starts_with(&format!("/{TABLE}/")))
    }

    /// How it is remembered: whatever folder the program is started in.
    fn lasting(&self) -> String {
        match self {
            LakePlace::Folder(folder) => std::path::absolute(folder).unwrap_or_else(|_| folder.clone()).display().to_string(),
            LakePlace::Bucket { .. } => self.to_string(),
        }
    }
}

/// Keys from the chain that finds them for everything else.
#[derive(Debug)]
struct Chain(Access);

impl KeySource for Chain {
    fn keys(&self) -> BoxFuture<'_, Result<BucketKeys, String>> {
        Box::pin(async {
            match self.0.session().await {
                Ok(session) => Ok(BucketKeys { id: session.keys.id, secret: session.keys.secret, token: session.token }),
                Err(watchfire_aws::Error::Credentials { detail, .. }) => Err(detail),
                Err(error) => Err(error.to_string()),
            }
        })
    }
}

/// Where everything is kept: the tables, and the folder of what was read, what was found, and signals that correlations still need.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DataPlace {
    lake: LakePlace,
    folder: PathBuf,
}

impl DataPlace {
    /// A lake and the folder of its state. A lake in a folder keeps its state there; for one in a bucket a folder may be named.
    ///
    /// # Errors
    /// When another folder is named for the state of a local lake.
    pub fn new(lake: LakePlace, state: Option<PathBuf>) -> anyhow::Result<DataPlace> {
        let folder = match (&lake, state) {
            (LakePlace::Folder(folder), None) => folder.clone(),
            (LakePlace::Folder(folder), Some(state)) if *folder == state => state,
            (LakePlace::Folder(folder), Some(_)) => {
                bail!("the lake in {} keeps its state itself\n  hint: leave out --state; it is for a lake in s3://", folder.display())
            }
            (LakePlace::Bucket { .. }, state) => state.unwrap_or_else(|| FOLDER.into()),
        };
        Ok(DataPlace { lake, folder })
    }

    /// Where the tables lie.
    pub fn lake(&self) -> &LakePlace {
        &self.lake
    }

    /// The folder of everything else.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// What was read and what was found.
    pub fn state_file(&self) -> PathBuf {
        self.folder.join("state.db")
    }

    /// Copies of the state, to go back to.
    pub fn backups(&self) -> PathBuf {
        self.folder.join("backups")
    }

    /// Signals of correlations, in files that the state names.
    pub(crate) fn signals(&self) -> PathBuf {
        self.folder.join("signals")
    }

    /// Opens the state of a lake that was ingested into.
    ///
    /// # Errors
    /// When there is none, it cannot be read, or it belongs to another lake.
    pub fn state(&self) -> anyhow::Result<State> {
        if !self.state_file().is_file() {
            let folder = self.folder.display();
            bail!("{folder} holds no findings\n  hint: `watchfire ingest PATH {}` fills it", self.as_options());
        }
        let state = State::open(self.state_file()).map_err(hinted)?;
        let home = state.home().map_err(hinted)?;
        if !self.is_home(home.as_ref()) {
            return Err(self.of_another(home.as_ref()));
        }
        Ok(state)
    }

    /// The state, when there is one that belongs to this lake: a table can be read without.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn state_beside(&self) -> anyhow::Result<Option<State>> {
        if !self.state_file().is_file() {
            return Ok(None);
        }
        let state = State::open(self.state_file()).map_err(hinted)?;
        let home = state.home().map_err(hinted)?;
        Ok(self.is_home(home.as_ref()).then_some(state))
    }

    /// As far as it can be told without the table.
    fn is_home(&self, home: Option<&Home>) -> bool {
        let is_remote = |home: &Home| home.place.starts_with("s3://");
        match &self.lake {
            LakePlace::Folder(_) => home.is_none_or(|home| !is_remote(home)),
            LakePlace::Bucket { .. } => home.is_some_and(|home| home.place == self.lake.lasting()),
        }
    }

    /// Says that there is no table where a state knows of epochs: it is another's, or the table is gone.
    pub(crate) fn without_table(&self, state: &State) -> anyhow::Result<anyhow::Error> {
        let home = state.home().map_err(hinted)?;
        if matches!(self.lake, LakePlace::Bucket { .. }) && !self.is_home(home.as_ref()) {
            return Ok(self.of_another(home.as_ref()));
        }
        Ok(anyhow::anyhow!(
            "{} remembers what was read, but the table {}/{TABLE} is gone\n  hint: put the table back, or begin with another state",
            self.state_file().display(),
            self.lake,
        ))
    }

    /// Says that the state is not this lake's.
    fn of_another(&self, home: Option<&Home>) -> anyhow::Error {
        let file = self.state_file();
        let (file, lake) = (file.display(), &self.lake);
        match home {
            Some(home) => anyhow::anyhow!(
                "{file} belongs to the lake {}, not to {lake}\n  hint: --lake {} names that one; --state FOLDER another folder for this one",
                home.place,
                home.place,
            ),
            None => anyhow::anyhow!(
                "{file} belongs to the local lake beside it, not to {lake}\n  hint: --state FOLDER names another folder for this lake"
            ),
        }
    }

    /// Makes the folder where there is none, and sees that it can be written.
    pub(crate) fn create(&self) -> anyhow::Result<()> {
        let (folder, option) = match &self.lake {
            LakePlace::Folder(folder) => (folder, "--lake"),
            LakePlace::Bucket { .. } => (&self.folder, "--state"),
        };
        let cannot = || {
            let hint = format!("choose a folder that this user may write with {option} FOLDER");
            format!("cannot write to {}\n  hint: {hint}", folder.display())
        };
        let made = std::fs::create_dir_all(self.signals()).and_then(|()| tempfile::tempfile_in(self.signals()));
        match made {
            Err(error) if is_full(&error) => Err(no_room(&format!("writing to {}", folder.display()), folder)),
            made => made.with_context(cannot).map(drop),
        }
    }

    /// Sees that a state belongs to a table, and says so in it. A state without epochs belongs to whatever table it meets first.
    pub(crate) fn settle(&self, state: &State, lake: &watchfire_lake::Lake) -> anyhow::Result<Home> {
        let (id, place) = (lake.id()?, self.lake.lasting());
        let known = state.home().map_err(hinted)?;
        let is_empty = state.numbers().map_err(hinted)?.last_epoch == 0;
        let is_local = matches!(self.lake, LakePlace::Folder(_));
        let home = match known {
            Some(home) if home.lake == id && home.place == place => return Ok(home),
            Some(home) if home.lake == id => Home { place, ..home },
            Some(home) if !is_empty => return Err(self.of_another(Some(&home))),
            None if !is_empty && !is_local => return Err(self.of_another(None)),
            _ => Home { place, lake: id, writer: self.writer() },
        };
        state.settle(&home).map_err(hinted)?;
        Ok(home)
    }

    /// The name under which a new state has its epochs counted. Whoever reaches a bucket may bring a state of its own, and each counts
    /// for itself; a folder has one.
    fn writer(&self) -> String {
        use std::hash::{BuildHasher, RandomState};
        match self.lake {
            LakePlace::Folder(_) => watchfire_lake::INGEST.to_owned(),
            LakePlace::Bucket { .. } => format!("{}-{:016x}", watchfire_lake::INGEST, RandomState::new().hash_one(&self.folder)),
        }
    }

    /// What to type to mean this place.
    fn as_options(&self) -> String {
        match &self.lake {
            LakePlace::Folder(folder) => format!("--lake {}", folder.display()),
            LakePlace::Bucket { .. } => format!("--lake {} --state {}", self.lake, self.folder.display()),
        }
    }
}

/// An error of the state with what a person can try.
pub(crate) fn hinted(error: watchfire_state::Error) -> anyhow::Error {
    if let watchfire_state::Error::Full { path } = &error {
        return no_room(&format!("writing {}", path.display()), path);
    }
    match error.hint() {
        Some(hint) => anyhow::anyhow!("{error}\n  hint: {hint}"),
        None => error.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lakes_are_named() {
        let bucket = |prefix: &str| LakePlace::Bucket { bucket: "b".into(), prefix: prefix.into() };
        for (text, expect) in [
            ("data", Some(LakePlace::Folder("data".into()))),
            ("s3://b", Some(bucket(""))),
            ("s3://b/", Some(bucket(""))),
            ("s3://b/a/year=2026/", Some(bucket("a/year=2026"))),
            ("s3://", None),
            ("s3://b//a", None),
            ("s3://b/../a", None),
            ("s3://b/a b", None),
            ("file:///tmp", None),
            ("", None),
        ] {
            assert_eq!(text.parse().ok(), expect, "{text}");
        }
        assert_eq!(bucket("a").to_string(), "s3://b/a");
    }

    #[test]
    fn a_table_knows_its_own_objects() {
        let place: LakePlace = "s3://b/lake".parse().expect("a place");
        assert!(place.holds("s3://b/lake/cloudtrail/_delta_log/0.json"));
        assert!(!place.holds("s3://b/lake/cloudtrail-logs/0.json"));
        assert!(!place.holds("s3://b/lake-2/cloudtrail/0.json"));
    }
}
