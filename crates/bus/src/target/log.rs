//! A file with a line for each event.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use watchfire_model::EventTime;

use super::{Answer, Kind, Letter, Request, Verdict, answer};
use crate::json;
use crate::retry::Failure;

/// A file with a line for each event; for dead letters too, each with its attributes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Log {
    /// The file, below the folder for such files.
    pub path: String,
}

impl Kind for Log {
    fn batch_max(&self) -> usize {
        1000
    }

    fn request(&self, letters: &[Letter<'_>]) -> Result<Request, Failure> {
        // JSON without blanks has no line ends in it; a text of several lines becomes one JSON string.
        let line = |payload: &str| if json::is_valid(payload, usize::MAX) { json::compact(payload) } else { json::quote(payload) };
        let whole = |letter: &Letter<'_>| match letter.attributes {
            [] => line(letter.payload),
            // A dead letter: a queue would have its attributes beside the body.
            attributes => {
                let named: Map<String, Value> = attributes.iter().map(|(name, value)| (name.clone(), value.as_str().into())).collect();
                format!("{{\"attributes\":{},\"body\":{}}}", Value::Object(named), line(letter.payload))
            }
        };
        let lines: String = letters.iter().map(|letter| whole(letter) + "\n").collect();
        Ok(Request::Append { path: self.path.clone(), lines })
    }

    fn judge(&self, sent: usize, answer: &Answer, _: EventTime) -> Vec<Verdict> {
        answer::all(sent, if *answer == Answer::Done { Ok(()) } else { Err(answer::trouble(answer)) })
    }
}
