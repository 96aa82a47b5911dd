//! Sources as configuration writes them: `kind`, `name`, and the kind's own members.

use std::path::PathBuf;
use std::time::Duration;

use serde::Deserialize;
use watchfire_aws::Aws;

use super::span::{optional, span};

/// A source in the configuration.
///
/// ```
/// use watchfire_ingest::SourceSettings;
///
/// let settings = serde_json::json!({ "kind": "sqs", "name": "trail", "queue": "https://sqs.eu-west-1.amazonaws.com/111122223333/q" });
/// let settings: SourceSettings = serde_json::from_value(settings)?;
/// assert_eq!(settings.name(), "trail");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum SourceSettings {
    /// Objects in S3, of which a queue tells.
    Sqs(QueueSettings),
    /// Objects in S3, found by listing the bucket again and again.
    S3(BucketSettings),
    /// Files in a folder of this machine.
    Folder(FolderSettings),
    /// What is sent to this program over HTTP.
    Push(PushSettings),
    /// Standard input, line by line.
    Stdin(StdinSettings),
}

/// A role to read as.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Role {
    /// Its ARN.
    pub arn: String,
    /// The external id that its trust policy asks for.
    #[serde(default)]
    pub external_id: Option<String>,
    /// What CloudTrail shows of its sessions.
    #[serde(default = "Role::session_name")]
    pub session_name: String,
}

/// What becomes of messages in the queue that tell of no object.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Foreign {
    /// They are written down as dead letters and deleted.
    #[default]
    Keep,
    /// They are deleted.
    Delete,
    /// They are left for others who read the queue.
    Leave,
}

/// `kind = "sqs"`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QueueSettings {
    /// The source's name.
    pub name: String,
    /// The queue's URL.
    pub queue: String,
    /// Its region, where the URL does not say.
    #[serde(default)]
    pub region: Option<String>,
    /// Whose keys read the queue and the objects; those of the environment where none is named.
    #[serde(default)]
    pub role: Option<Role>,
    /// Buckets whose objects are read; all that are named where this is empty. Who may write to the queue could name any bucket.
    #[serde(default)]
    pub buckets: Vec<String>,
    /// How long a message is hidden from others; renewed while its objects are being read.
    #[serde(default = "QueueSettings::hidden", deserialize_with = "span")]
    pub hidden: Duration,
    /// How often a message is received whose objects cannot be read, before it becomes a dead letter.
    #[serde(default = "QueueSettings::receives_max")]
    pub receives_max: u32,
    /// A queue for dead letters; a file where there is none.
    #[serde(default)]
    pub dead_letter_queue: Option<String>,
    /// What becomes of messages that tell of no object.
    #[serde(default)]
    pub foreign: Foreign,
    /// After how long without a message the source counts as silent; never where it is not said.
    #[serde(default, deserialize_with = "optional")]
    pub silent_after: Option<Duration>,
}

/// `kind = "s3"`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BucketSettings {
    /// The source's name.
    pub name: String,
    /// The bucket.
    pub bucket: String,
    /// The beginning of the keys.
    #[serde(default)]
    pub prefix: String,
    /// The bucket's region, where it is another than the environment's.
    #[serde(default)]
    pub region: Option<String>,
    /// Whose keys list and read; those of the environment where none is named.
    #[serde(default)]
    pub role: Option<Role>,
    /// How often today's and yesterday's folders are listed.
    #[serde(default = "BucketSettings::every", deserialize_with = "span")]
    pub every: Duration,
    /// How often everything is: new accounts and regions, other folders, and what came later than a day.
    #[serde(default = "BucketSettings::whole_every", deserialize_with = "span")]
    pub whole_every: Duration,
    /// After how long without a new object the source counts as silent; never where it is not said.
    #[serde(default, deserialize_with = "optional")]
    pub silent_after: Option<Duration>,
}

/// `kind = "folder"`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FolderSettings {
    /// The source's name.
    pub name: String,
    /// The folder, read with everything below it.
    pub path: PathBuf,
    /// How long a file must not have changed before it is read; one that was moved here is read at once.
    #[serde(default = "FolderSettings::unchanged", deserialize_with = "span")]
    pub unchanged: Duration,
    /// How often the folder is walked, whatever the system tells of changes.
    #[serde(default = "FolderSettings::every", deserialize_with = "span")]
    pub every: Duration,
    /// After how long without a new file the source counts as silent; never where it is not said.
    #[serde(default, deserialize_with = "optional")]
    pub silent_after: Option<Duration>,
}

/// `kind = "push"`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PushSettings {
    /// The source's name, which is in the address to send to.
    pub name: String,
    /// After how long without a batch the source counts as silent; never where it is not said.
    #[serde(default, deserialize_with = "optional")]
    pub silent_after: Option<Duration>,
}

/// `kind = "stdin"`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StdinSettings {
    /// The source's name.
    #[serde(default = "StdinSettings::name")]
    pub name: String,
    /// After how long without a line the source counts as silent; never where it is not said.
    #[serde(default, deserialize_with = "optional")]
    pub silent_after: Option<Duration>,
}

impl SourceSettings {
    /// The source's name: letters, digits, `-`, `_` and `.`, as `check` sees to.
    pub fn name(&self) -> &str {
        match self {
            SourceSettings::Sqs(settings) => &settings.name,
            SourceSettings::S3(settings) => &settings.name,
            SourceSettings::Folder(settings) => &settings.name,
            SourceSettings::Push(settings) => &settings.name,
            SourceSettings::Stdin(settings) => &settings.name,
        }
    }

    /// What is wrong with the settings although they could be read, each in a sentence.
    pub fn check(&self) -> Vec<String> {
        let mut wrong = Vec::new();
        let mut must = |holds: bool, says: String| wrong.extend((!holds).then_some(says));
        must(
            is_name(self.name()),
            format!("the name {:?}: 1 to 64 letters, digits, '-', '_' and '.', not beginning with '.'", self.name()),
        );
        let role = match self {
            SourceSettings::Sqs(settings) => {
                let is_url = |url: &str| ["https://", "http://"].iter().any(|scheme| url.starts_with(scheme));
                must(is_url(&settings.queue), format!("queue = {:?} is not the URL of a queue", settings.queue));
                must((10..=12 * 3600).contains(&settings.hidden.as_secs()), "hidden: 10s to 12h".to_owned());
                must(settings.receives_max > 0, "receives_max: at least 1".to_owned());
                let dead = settings.dead_letter_queue.as_deref();
                must(dead.is_none_or(is_url), "dead_letter_queue is not the URL of a queue".to_owned());
                must(dead != Some(&settings.queue), "dead_letter_queue: another queue than the one that is read".to_owned());
                settings.role.as_ref()
            }
            SourceSettings::S3(settings) => {
                let place = format!("s3://{}/{}", settings.bucket, settings.prefix);
                must(place.parse::<crate::Place>().is_ok(), format!("bucket = {:?} is no bucket's name", settings.bucket));
                must(!settings.every.is_zero() && !settings.whole_every.is_zero(), "every, whole_every: at least 1s".to_owned());
                settings.role.as_ref()
            }
            SourceSettings::Folder(settings) => {
                must(!settings.every.is_zero(), "every: at least 1s".to_owned());
                None
            }
            SourceSettings::Push(_) | SourceSettings::Stdin(_) => None,
        };
        if let Some(role) = role {
            must(role.arn.starts_with("arn:") && role.arn.contains(":role/"), format!("role.arn = {:?} is no role", role.arn));
            let legal = |letter: char| letter.is_ascii_alphanumeric() || "+=,.@-_".contains(letter);
            let name = &role.session_name;
            must(
                (2..=64).contains(&name.len()) && name.chars().all(legal),
                format!("role.session_name = {name:?}: 2 to 64 of a-z0-9+=,.@-_"),
            );
        }
        wrong
    }
}

/// A name becomes a folder's and part of an address.
pub(crate) fn is_name(name: &str) -> bool {
    let legal = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    (1..=64).contains(&name.len()) && name.bytes().all(legal) && !name.starts_with('.')
}

impl Role {
    /// The connection as this role, or as it is without one.
    pub(crate) fn of(role: Option<&Role>, aws: Aws) -> Aws {
        match role {
            Some(Role { arn, external_id, session_name }) => aws.assume(arn, external_id.as_deref(), session_name),
            None => aws,
        }
    }

    fn session_name() -> String {
        "watchfire".to_owned()
    }
}

impl QueueSettings {
    fn hidden() -> Duration {
        Duration::from_secs(120)
    }

    fn receives_max() -> u32 {
        5
    }
}

impl BucketSettings {
    fn every() -> Duration {
        Duration::from_secs(60)
    }

    fn whole_every() -> Duration {
        Duration::from_secs(6 * 3600)
    }
}

impl FolderSettings {
    fn unchanged() -> Duration {
        Duration::from_secs(2)
    }

    fn every() -> Duration {
        Duration::from_secs(30)
    }
}

impl StdinSettings {
    fn name() -> String {
        "stdin".to_owned()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_shortest_settings_of_each_kind_work() {
        for settings in [
            json!({ "kind": "sqs", "name": "a", "queue": "https://sqs.eu-west-1.amazonaws.com/1/q" }),
            json!({ "kind": "s3", "name": "a", "bucket": "b" }),
            json!({ "kind": "folder", "name": "a", "path": "logs" }),
            json!({ "kind": "push", "name": "a" }),
            json!({ "kind": "stdin" }),
        ] {
            let read: SourceSettings = serde_json::from_value(settings).expect("settings");
            assert_eq!(read.check(), [""; 0]);
        }
    }

    #[test]
    fn what_is_misspelt_or_makes_no_sense_is_said() {
        for settings in [
            json!({ "kind": "sqs", "name": "a", "queue": "https://x", "recieves_max": 3 }),
            json!({ "kind": "s3", "name": "a", "bucket": "b", "every": "soon" }),
            json!({ "kind": "s3", "name": "a", "bucket": "b", "every": 60 }),
            json!({ "kind": "folder", "name": "a" }),
            json!({ "kind": "kafka", "name": "a" }),
            json!({ "kind": "sqs", "name": "a", "queue": "https://x", "role": { "arn": "arn:aws:iam::1:role/r", "externalId": "x" } }),
        ] {
            assert!(serde_json::from_value::<SourceSettings>(settings.clone()).is_err(), "{settings}");
        }
        for (settings, faults) in [
            (json!({ "kind": "sqs", "name": "../x", "queue": "q", "hidden": "1s", "receives_max": 0 }), 4),
            (json!({ "kind": "sqs", "name": "a", "queue": "https://x", "dead_letter_queue": "https://x" }), 1),
            (json!({ "kind": "s3", "name": "a", "bucket": "b c", "role": { "arn": "r", "session_name": "a b" } }), 3),
            (json!({ "kind": "folder", "name": "a", "path": "x", "every": "0s" }), 1),
            (json!({ "kind": "push", "name": "" }), 1),
        ] {
            let read: SourceSettings = serde_json::from_value(settings.clone()).expect("settings");
            assert_eq!(read.check().len(), faults, "{settings}: {:?}", read.check());
        }
    }
}
