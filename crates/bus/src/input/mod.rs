//! What a target gets of an event: all of it, a constant, the part at a path, or a template filled from paths.
//!
//! One difference to AWS is on purpose. AWS puts texts of an event into quoted places of a template as they are, so that a text with
//! a quote in it breaks the JSON or adds members to it. Here such texts are escaped: what was one string stays one string. Texts
//! without quotes, backslashes and control characters come out the same. Decision 0011.

mod path;
mod template;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use watchfire_model::EventTime;

use crate::event::Event;

pub use path::{Path, PathFault};
pub use template::{Template, TemplateFault};

/// Letters of a constant input, of a template, and of a path.
const TEXT_MAX: usize = 8192;
const PATH_MAX: usize = 256;

/// Paths of a transformer.
const PATHS_MAX: usize = 100;

/// A template and the paths it is filled from, as AWS writes them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct InputTransformer {
    /// Names and the paths they stand for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub input_paths_map: Option<BTreeMap<String, String>>,
    /// The template.
    pub input_template: String,
}

/// What a target gets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// The whole envelope.
    Whole,
    /// The same text for every event.
    Constant(String),
    /// The value at a path.
    At(Path),
    /// A filled template.
    Filled(Template),
}

/// Why an input is refused, in AWS's words where they are known. Each has a place for the target's id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InputFault {
    /// Two of the three ways at once.
    #[error("Only one of Input, InputPath, or InputTransformer must be provided for target {0}.")]
    Several(String),
    /// The constant is no JSON.
    #[error("JSON syntax error in input for target {0} : [{1}].")]
    NotJson(String, String),
    /// A path is wrong.
    #[error("Invalid InputPath for target {0} : [{1}].")]
    BadPath(String, PathFault),
    /// The map of paths is wrong.
    #[error("Invalid InputTransformer for target {0} : [{1}].")]
    BadMap(String, String),
    /// A name in the template stands for nothing.
    #[error("InputTemplate for target {0} contains invalid placeholder {1}.")]
    UnknownName(String, String),
    /// The template is wrong otherwise.
    #[error("Invalid InputTemplate for target {0} : [{1}].")]
    BadTemplate(String, String),
}

/// What an input knows beside the event.
#[derive(Debug, Clone, Copy)]
pub struct Surroundings<'a> {
    /// The rule that matched.
    pub rule_arn: &'a str,
    /// Its name.
    pub rule_name: &'a str,
    /// When the bus took the event in.
    pub ingestion_time: EventTime,
}

/// Nothing can be delivered: the event does not have what the input asks for, in the shape it needs.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// The input path finds nothing.
    #[error("the input path {0} finds nothing in the event")]
    NothingThere(String),
    /// An array or object stands in the quotes of a JSON template.
    #[error("<{0}> is an array or object and stands inside quotes of the input template")]
    NotOneText(String),
}

impl Input {
    /// Reads the three ways a target can say what it gets; at most one may be there.
    ///
    /// # Errors
    /// What PutTargets answers.
    pub fn new(
        target: &str,
        constant: Option<&str>,
        path: Option<&str>,
        transformer: Option<&InputTransformer>,
    ) -> Result<Input, InputFault> {
        let id = || target.to_owned();
        match (constant, path, transformer) {
            (None, None, None) => Ok(Input::Whole),
            (Some(text), None, None) if text.len() > TEXT_MAX => Err(InputFault::NotJson(id(), format!("longer than {TEXT_MAX} bytes"))),
            (Some(text), None, None) => match serde_json::from_str::<&serde_json::value::RawValue>(text) {
                Ok(_) => Ok(Input::Constant(text.to_owned())),
                Err(fault) => Err(InputFault::NotJson(id(), fault.to_string())),
            },
            (None, Some(path), None) => parsed(path).map(Input::At).map_err(|fault| InputFault::BadPath(id(), fault)),
            (None, None, Some(transformer)) => filled(target, transformer).map(Input::Filled),
            _ => Err(InputFault::Several(id())),
        }
    }

    /// The text a target gets.
    ///
    /// # Errors
    /// The event cannot be brought into this form; trying again would not help.
    pub fn apply(&self, event: &Event, around: &Surroundings<'_>) -> Result<String, Unfit> {
        match self {
            Input::Whole => Ok(event.to_json()),
            Input::Constant(text) => Ok(text.clone()),
            Input::At(path) => path.find(&event.to_json()).ok_or_else(|| Unfit::NothingThere(path.to_string())),
            Input::Filled(template) => template.fill(event, around),
        }
    }
}

fn parsed(path: &str) -> Result<Path, PathFault> {
    if path.len() > PATH_MAX { Err(PathFault::TooLong(PATH_MAX)) } else { path.parse() }
}

fn filled(target: &str, transformer: &InputTransformer) -> Result<Template, InputFault> {
    let bad_map = |says: String| InputFault::BadMap(target.to_owned(), says);
    let given = transformer.input_paths_map.clone().unwrap_or_default();
    if given.len() > PATHS_MAX {
        return Err(bad_map(format!("InputPathsMap has {} entries, {PATHS_MAX} are allowed", given.len())));
    }
    let mut paths = BTreeMap::new();
    for (name, path) in given {
        let plain = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-');
        if name.is_empty() || name.len() > 256 || !name.chars().all(plain) {
            return Err(bad_map(format!("the key {name:?} is not of 1 to 256 letters, digits, _ and -")));
        }
        if name.starts_with("AWS") {
            return Err(bad_map(format!("the key {name:?} begins with AWS, which is reserved")));
        }
        let path = parsed(&path).map_err(|fault| bad_map(format!("the path of {name}: {fault}")))?;
        paths.insert(name, path);
    }
    let text = &transformer.input_template;
    if text.is_empty() || text.chars().count() > TEXT_MAX {
        return Err(InputFault::BadTemplate(target.to_owned(), format!("not of 1 to {TEXT_MAX} characters")));
    }
    Template::new(text, paths).map_err(|fault| match fault {
        TemplateFault::UnknownName(name) => InputFault::UnknownName(target.to_owned(), name),
        other => InputFault::BadTemplate(target.to_owned(), other.to_string()),
    })
}

#[cfg(test)]
mod tests;
