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

/// How batches are pushed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PushProtocol {
    /// JSON lines, an array, or CloudTrail's own files.
    #[default]
    Json,
    /// Amazon Data Firehose's HTTP endpoint delivery, subscriptions of CloudWatch Logs among them.
    Firehose,
    /// An API destination of EventBridge: an event a request.
    Eventbridge,
}

impl PushProtocol {
    /// The word for it, which stands in the address.
    pub fn as_str(self) -> &'static str {
        match self {
            PushProtocol::Json => "json",
            PushProtocol::Firehose => "firehose",
            PushProtocol::Eventbridge => "eventbridge",
        }
    }
}

/// `kind = "push"`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PushSettings {
    /// The source's name, which is in the address to send to.
    pub name: String,
    /// How batches are sent.
    #[serde(default)]
    pub protocol: PushProtocol,
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
    /// The source's name: letters, digits, `-`, `_` and `.`, as [`SourceSettings::check`] sees to.
    pub fn name(&self) -> &str {
        match self {
            SourceSettings::Sqs(settings) => &settings.name,
            SourceSettings::S3(settings) => &settings.name,
            SourceSettings::Folder(settings) => &settings.name,
            SourceSettings::Push(settings) => &settings.name,
            SourceSettings::Stdin(settings) => &settings.name,
        }
    }
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
    }
}
