//! A file with a line for each event.

use serde::{Deserialize, Serialize};
use watchfire_model::EventTime;

use super::{Answer, Kind, Letter, Request, Verdict, answer};
use crate::json;
use crate::retry::Failure;

/// A file with a line for each event.
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
        let lines: String = letters.iter().map(|letter| line(letter.payload) + "\n").collect();
        Ok(Request::Append { path: self.path.clone(), lines })
    }

    fn judge(&self, sent: usize, answer: &Answer, _: EventTime) -> Vec<Verdict> {
        answer::all(sent, if *answer == Answer::Done { Ok(()) } else { Err(answer::trouble(answer)) })
    }
}
