//! EventBridge's event patterns: parsed as the service parses them, and many asked of an event at once.
//!
//! The way of a pattern: text → [`EventPattern::parse`] → [`EventMatcher::compile`] → [`EventMatcher::matches`] on the JSON text of an
//! event, or [`EventMatcher::matches_call`] on a CloudTrail record. [`crate::referee::event_pattern`] says slowly and obviously what the
//! matcher must say. Decision 0010 tells what patterns and rules share.
//!
//! ```
//! use watchfire_detect::event_pattern::{CallEvent, EventMatcher, EventPattern, EventScratch};
//!
//! let pattern = EventPattern::parse(r#"{"source": ["aws.ec2"], "detail": {"eventName": [{"prefix": "Run"}]}}"#)?;
//! assert!(pattern.matches(r#"{"source": "aws.ec2", "detail": {"eventName": "RunInstances"}}"#).expect("an event"));
//!
//! let matcher = EventMatcher::compile([&pattern]);
//! let record = r#"{"eventSource": "ec2.amazonaws.com", "eventName": "RunInstances", "eventType": "AwsApiCall"}"#;
//! let (mut scratch, mut matched) = (EventScratch::default(), Vec::new());
//! let undecided = matcher
//!     .matches_call(&CallEvent { record, id: "3f25" }, &mut scratch, |pattern| matched.push(pattern))
//!     .expect("a record");
//! assert!(undecided.is_empty());
//! assert_eq!(matched, [0]);
//!
//! let error = EventPattern::parse(r#"{"source": "aws.ec2"}"#).expect_err("no array");
//! assert_eq!(error.to_string(), r#"Event pattern is not valid. Reason: "source" must be an object or an array"#);
//! # Ok::<(), watchfire_detect::event_pattern::PatternError>(())
//! ```

pub(crate) mod address;
mod alternatives;
mod anchor;
mod cases;
mod compile;
mod consistency;
mod envelope;
mod error;
mod found;
mod gate;
mod ignore_case;
pub(crate) mod json;
mod keys;
mod matcher;
mod number;
mod operator;
mod parse;
mod scan;
mod scratch;

pub use cases::{CaseError, CaseFile, CaseOutcome, Expected, PatternCase};
pub use envelope::{CallEvent, EnvelopeError, call_event_text, check_envelope};
pub use error::PatternError;
pub use matcher::EventMatcher;
pub use scan::EventError;
pub use scratch::EventScratch;

use parse::Branch;

/// Characters that a pattern may have. Source: the API model of PutRule; the default quota is half of that. Not enforced here.
pub const PATTERN_CHARS_MAX: usize = 4096;

/// A valid pattern.
#[derive(Debug, Clone)]
pub struct EventPattern {
    branches: Vec<Branch>,
}

impl EventPattern {
    /// Reads a pattern. The text is strict JSON; of a key written twice the last one counts.
    pub fn parse(text: &str) -> Result<EventPattern, PatternError> {
        Ok(EventPattern { branches: parse::branches(text)? })
    }

    /// Whether an event, given as JSON text, satisfies the pattern. For more than one pattern or event, compile an [`EventMatcher`].
    pub fn matches(&self, event: &str) -> Result<bool, EventError> {
        let mut matched = false;
        EventMatcher::compile([self]).matches(event, &mut EventScratch::default(), |_| matched = true)?;
        Ok(matched)
    }

    /// How many branches `$or` makes of it.
    pub fn branch_count(&self) -> usize {
        self.branches.len()
    }
}
