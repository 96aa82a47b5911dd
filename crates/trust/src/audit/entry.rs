//! Entries.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;
use sha2::{Digest as _, Sha256};
use watchfire_model::EventTime;

use crate::{Caller, Digest};

/// How it went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// It was done.
    Done,
    /// It was not allowed, or who it was could not be proved.
    Refused,
    /// It was allowed and did not work.
    Failed,
}

impl Outcome {
    /// All of them.
    pub const ALL: [Outcome; 3] = [Outcome::Done, Outcome::Refused, Outcome::Failed];

    /// The word for it, as it is kept.
    pub fn as_str(self) -> &'static str {
        match self {
            Outcome::Done => "done",
            Outcome::Refused => "refused",
            Outcome::Failed => "failed",
        }
    }

    /// The outcome that a word stands for.
    pub fn parse(word: &str) -> Option<Outcome> {
        Outcome::ALL.into_iter().find(|outcome| outcome.as_str() == word)
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

/// What else there is to say: the text of a JSON object, kept and hashed as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Details(String);

/// Details are a sentence or a few fields; what is longer belongs elsewhere.
const DETAILS_BYTES_MAX: usize = 16 * 1024;

/// The text cannot be details.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("details of an audit entry are a JSON object of at most {DETAILS_BYTES_MAX} bytes on one line")]
pub struct NoDetails;

impl Details {
    /// Nothing else.
    pub fn none() -> Details {
        Details("{}".to_owned())
    }

    /// Fields and their texts. What is too long is cut, and says so.
    pub fn of<'f>(fields: impl IntoIterator<Item = (&'f str, String)>) -> Details {
        let members: serde_json::Map<_, _> = fields.into_iter().map(|(name, text)| (name.to_owned(), shortened(text).into())).collect();
        let text = serde_json::Value::Object(members).to_string();
        match text.len() <= DETAILS_BYTES_MAX {
            true => Details(text),
            false => Details(r#"{"cut":"the details were too long"}"#.to_owned()),
        }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Details {
    type Err = NoDetails;

    fn from_str(text: &str) -> Result<Details, NoDetails> {
        let is_object = text.starts_with('{') && !text.contains(['\n', '\r']) && serde_json::from_str::<&RawValue>(text).is_ok();
        if is_object && text.len() <= DETAILS_BYTES_MAX { Ok(Details(text.to_owned())) } else { Err(NoDetails) }
    }
}

/// Longest text of one field, in bytes: names, ids and ARNs are shorter; what somebody typed may be anything.
const FIELD_BYTES_MAX: usize = 1024;

fn shortened(mut text: String) -> String {
    if text.len() > FIELD_BYTES_MAX {
        text.truncate(text.floor_char_boundary(FIELD_BYTES_MAX));
        text.push('…');
    }
    text
}

/// Something that was done, or tried: an entry before it has its place in the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Act {
    at: EventTime,
    actor: String,
    address: String,
    action: String,
    object: String,
    outcome: Outcome,
    details: Details,
}

impl Act {
    /// A caller did something: a noun and a verb, such as `user.add` or `session.open`.
    pub fn new(caller: &Caller, action: &str, at: EventTime) -> Act {
        Act::by(&format!("{} ({})", caller.name(), caller.proof()), action, at)
    }

    /// Somebody whose name is not known, or only claimed, tried something.
    pub fn by(actor: &str, action: &str, at: EventTime) -> Act {
        Act {
            at,
            actor: shortened(actor.to_owned()),
            address: String::new(),
            action: shortened(action.to_owned()),
            object: String::new(),
            outcome: Outcome::Done,
            details: Details::none(),
        }
    }

    /// From where.
    pub fn from(mut self, address: Option<IpAddr>) -> Act {
        self.address = address.map(|address| address.to_string()).unwrap_or_default();
        self
    }

    /// To what: a name, an id, an ARN.
    pub fn on(mut self, object: impl fmt::Display) -> Act {
        self.object = shortened(object.to_string());
        self
    }

    /// How it went; done, unless it is said.
    pub fn went(mut self, outcome: Outcome) -> Act {
        self.outcome = outcome;
        self
    }

    /// What else there is to say.
    pub fn with(mut self, details: Details) -> Act {
        self.details = details;
        self
    }

    /// The entry that it is after another; the first one after none.
    pub fn after(self, head: Option<Head>) -> Entry {
        let (number, previous) = head.map_or((1, Digest([0; 32])), |head| (head.number + 1, head.hash));
        let Act { at, actor, address, action, object, outcome, details } = self;
        let mut entry = Entry { number, at, actor, address, action, object, outcome, details, previous, hash: previous };
        entry.hash = entry.computed();
        entry
    }
}

/// An entry of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its place, from 1, without gaps.
    pub number: u64,
    /// When.
    pub at: EventTime,
    /// Who, and how that was proved: `alice (session)`.
    pub actor: String,
    /// From where; empty for this machine's command line.
    pub address: String,
    /// What was done.
    pub action: String,
    /// To what; may be empty.
    pub object: String,
    /// How it went.
    pub outcome: Outcome,
    /// What else there is to say.
    pub details: Details,
    /// The hash of the entry before; zeros for the first.
    pub previous: Digest,
    /// Of all of the above.
    pub hash: Digest,
}

/// Stands before what is hashed, so that it is never taken for something else.
const DOMAIN: &[u8] = b"watchfire audit 1\n";

impl Entry {
    /// The hash that it should have: SHA-256 over [`DOMAIN`], the previous hash, number and time as 8 bytes each with the highest first,
    /// and then actor, address, action, object, outcome and details, each as UTF-8 after its length in 8 bytes. No two entries have the
    /// same serialisation.
    pub fn computed(&self) -> Digest {
        let mut hash = Sha256::new();
        hash.update(DOMAIN);
        hash.update(self.previous.0);
        hash.update(self.number.to_be_bytes());
        hash.update(self.at.millis().to_be_bytes());
        for text in [&self.actor, &self.address, &self.action, &self.object, self.outcome.as_str(), self.details.as_str()] {
            hash.update((text.len() as u64).to_be_bytes());
            hash.update(text.as_bytes());
        }
        Digest(hash.finalize().into())
    }

    /// What to remember of the log while this is its last entry.
    pub fn head(&self) -> Head {
        Head { number: self.number, hash: self.hash }
    }
}

/// One JSON object, as exports and the API show it.
impl Serialize for Entry {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let details: &RawValue = serde_json::from_str(self.details.as_str()).map_err(serde::ser::Error::custom)?;
        let mut fields = serializer.serialize_struct("Entry", 10)?;
        fields.serialize_field("number", &self.number)?;
        fields.serialize_field("time", &self.at.to_string())?;
        fields.serialize_field("actor", &self.actor)?;
        fields.serialize_field("address", &self.address)?;
        fields.serialize_field("action", &self.action)?;
        fields.serialize_field("object", &self.object)?;
        fields.serialize_field("outcome", self.outcome.as_str())?;
        fields.serialize_field("details", details)?;
        fields.serialize_field("previous", &self.previous.to_string())?;
        fields.serialize_field("hash", &self.hash.to_string())?;
        fields.end()
    }
}

/// What the log's end is, or was: enough to notice that it was cut or written anew. Spelled `17:ba78…`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// The last entry's number.
    pub number: u64,
    /// The last entry's hash.
    pub hash: Digest,
}

impl fmt::Display for Head {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}:{}", self.number, self.hash)
    }
}

impl Head {
    /// Reads what [`Display`](fmt::Display) writes.
    pub fn parse(text: &str) -> Option<Head> {
        let (number, hash) = text.split_once(':')?;
        Some(Head { number: number.parse().ok().filter(|number| *number > 0)?, hash: Digest::parse(hash)? })
    }
}
