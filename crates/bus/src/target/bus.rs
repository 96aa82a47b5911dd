//! Another bus of this program.

use serde::{Deserialize, Serialize};
use watchfire_model::EventTime;

use super::{Answer, Kind, Letter, Request, Verdict, answer};
use crate::retry::{ErrorCode, Failure};

/// Another bus of this program. It gets the event itself, with its id; from there it goes to no third bus.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bus {
    /// Its name.
    pub name: String,
}

impl Kind for Bus {
    fn request(&self, letters: &[Letter<'_>]) -> Result<Request, Failure> {
        let [letter, ..] = letters else { return Err(Failure::never(ErrorCode::InternalError, "nothing to send")) };
        Ok(Request::Publish { bus: self.name.clone(), event: Box::new(letter.event.clone()) })
    }

    fn judge(&self, sent: usize, answer: &Answer, _: EventTime) -> Vec<Verdict> {
        answer::all(sent, if *answer == Answer::Done { Ok(()) } else { Err(answer::trouble(answer)) })
    }
}
