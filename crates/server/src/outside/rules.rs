//! The detections that are loaded.

use schemars::JsonSchema;
use serde::Serialize;

/// Knows the detections.
pub trait Rules: Send + Sync {
    /// All that are loaded, sorted by name.
    fn list(&self) -> Vec<Detection>;

    /// The text of one, by id or name.
    fn text(&self, id: &str) -> Option<String>;

    /// What is wrong with the text of a detection file; nothing is loaded.
    fn check(&self, text: &str) -> Vec<RuleProblem>;

    /// What is wrong with the files that should be loaded and are not, or not in their newest form.
    fn problems(&self) -> Vec<RuleProblem>;
}

/// A detection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Detection {
    /// The rule's id.
    pub id: String,
    /// The rule's name.
    pub name: String,
    /// What it says of itself.
    pub title: String,
    /// `rule`, `correlation`, …
    pub kind: String,
    /// How urgent what it finds is.
    pub severity: String,
    /// The type of its findings.
    #[serde(rename = "type")]
    pub finding_type: String,
    /// The log it reads.
    pub source: String,
    /// Techniques of ATT&CK.
    pub techniques: Vec<String>,
    /// The file it stands in, or `built in`.
    pub place: String,
    /// Findings of it.
    pub findings: u64,
}

/// Something wrong in the text of a detection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RuleProblem {
    /// Whether it keeps the rule from being loaded, or only deserves a look.
    pub is_error: bool,
    /// The code, such as `unknown_field`.
    pub code: String,
    /// What is wrong.
    pub message: String,
    /// Where: the file, empty where a text was handed in.
    pub place: String,
    /// The line, from 1; 0 where nobody knows.
    pub line: usize,
    /// What to try.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
}
