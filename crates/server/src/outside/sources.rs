//! Where logs come from, and how that goes.

use schemars::JsonSchema;
use serde::Serialize;

/// Knows the sources.
pub trait Sources: Send + Sync {
    /// How each does, in the order they are configured.
    fn health(&self) -> Vec<SourceHealth>;
}

/// How a source does.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct SourceHealth {
    /// Its name in the configuration.
    pub name: String,
    /// What it is: `sqs`, `s3`, `folder`, `firehose`, `json`, `eventbridge`.
    pub kind: String,
    /// Where it reads, without secrets.
    pub place: String,
    /// How it does.
    pub state: SourceState,
    /// What is wrong, where something is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
    /// How far it is behind what is there, in seconds; absent where nobody knows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lag_seconds: Option<f64>,
    /// The last object or batch it read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_object: Option<String>,
    /// When that was read, ISO 8601 UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_time: Option<String>,
    /// Objects or batches read since the start.
    pub objects: u64,
    /// Records read since the start.
    pub records: u64,
    /// Records that could not be read since the start.
    pub rejects: u64,
}

/// How a source does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SourceState {
    /// It has not begun.
    Starting,
    /// It reads, or there is nothing to read.
    Running,
    /// What comes after it is slower than it is.
    Waiting,
    /// Longer without anything than it ever is.
    Silent,
    /// It cannot read; it tries again.
    Failing,
    /// Switched off.
    Off,
}

impl SourceState {
    /// The word.
    pub fn as_str(self) -> &'static str {
        match self {
            SourceState::Starting => "starting",
            SourceState::Running => "running",
            SourceState::Waiting => "waiting",
            SourceState::Silent => "silent",
            SourceState::Failing => "failing",
            SourceState::Off => "off",
        }
    }
}
