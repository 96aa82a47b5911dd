//! One event on its way to one target.

use std::fmt;

use serde::{Deserialize, Serialize};
use watchfire_model::EventTime;

use crate::event::{Event, EventId, NotAnEvent};
use crate::input::{Surroundings, Unfit};
use crate::instant::Instant;
use crate::retry::{DeadLetter, ErrorCode, Failure};
use crate::rules::Target;
use crate::target::Letter;

/// The id of a delivery, made of the event, the rule, the target and the replay: the same event for the same target has the same.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DeliveryId(EventId);

impl DeliveryId {
    pub(super) fn of(event: &Event, rule_arn: &str, target: &str) -> DeliveryId {
        let replay = event.replay_name.as_deref().unwrap_or_default();
        DeliveryId(EventId::of("delivery", &[event.id.as_str(), rule_arn, target, replay]))
    }

    fn of_letter(&self) -> DeliveryId {
        DeliveryId(EventId::of("dead letter", &[self.as_str()]))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl fmt::Display for DeliveryId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// One event on its way to one target. It holds the target as it was when the event was matched: later changes do not touch it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Delivery {
    /// Its id.
    pub id: DeliveryId,
    /// The event's id.
    pub event_id: EventId,
    /// The event's envelope as JSON.
    pub event: String,
    /// The rule that matched.
    pub rule_arn: String,
    /// Its name.
    pub rule_name: String,
    /// Where the event goes.
    pub target: Target,
    /// What is brought there.
    pub parcel: Parcel,
    /// How many buses the event went through before this one.
    pub hops: u8,
    /// When the bus took the event in.
    pub since: Instant,
    /// Attempts made.
    pub attempts: u32,
    /// What came of the last, where it failed.
    pub failure: Option<Failure>,
    /// Where it stands.
    pub stage: Stage,
}

/// What is brought to a target.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Parcel {
    /// The event, in the form the target asks for.
    Event,
    /// A message for its dead-letter queue.
    DeadLetter(DeadLetter),
}

/// Where a delivery stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "stage", rename_all = "snake_case")]
pub enum Stage {
    /// To be tried from an instant on.
    Due {
        /// When.
        at: Instant,
    },
    /// Done.
    Delivered {
        /// When.
        at: Instant,
    },
    /// Given up. The letter is here too, so that what was given up can be read and brought on its way again without any queue.
    Dead {
        /// When.
        at: Instant,
        /// What went, or would have gone, to the dead-letter queue.
        letter: DeadLetter,
    },
}

impl Delivery {
    /// When it is due, where it is.
    pub fn due(&self) -> Option<EventTime> {
        match self.stage {
            Stage::Due { at } => Some(at.0),
            _ => None,
        }
    }

    /// The event.
    ///
    /// # Errors
    /// The ledger gave back another text than it got.
    pub fn event(&self) -> Result<Event, NotAnEvent> {
        Event::from_json(&self.event)
    }

    /// What the target gets: the event in its form, or the body of the dead letter.
    ///
    /// # Errors
    /// A failure that no other attempt mends.
    pub fn payload(&self) -> Result<String, Failure> {
        let letter = match &self.parcel {
            Parcel::Event => None,
            Parcel::DeadLetter(letter) => Some(letter.body.clone()),
        };
        if let Some(body) = letter {
            return Ok(body);
        }
        let broken = |says: String| Failure::never(ErrorCode::InternalError, says);
        let event = self.event().map_err(|fault| broken(fault.to_string()))?;
        let input = self.target.input().map_err(|fault| broken(fault.message))?;
        let around = Surroundings { rule_arn: &self.rule_arn, rule_name: &self.rule_name, ingestion_time: self.since.0 };
        input.apply(&event, &around).map_err(|unfit: Unfit| Failure::never(ErrorCode::InvalidInput, unfit.to_string()))
    }

    /// What a target is told of it, with the [`event`](Delivery::event) and the [`payload`](Delivery::payload).
    pub fn letter<'a>(&'a self, event: &'a Event, payload: &'a str, now: EventTime) -> Letter<'a> {
        let attributes = match &self.parcel {
            Parcel::Event => &[][..],
            Parcel::DeadLetter(letter) => &letter.attributes,
        };
        let group = self.target.sqs_parameters.as_ref().and_then(|sqs| sqs.message_group_id.as_deref());
        let http = self.target.http_parameters.as_ref();
        Letter { id: self.id.as_str(), event, payload, rule_arn: &self.rule_arn, http, message_group: group, attributes, now }
    }

    /// The delivery of a dead letter to the target's queue, where it has one. A letter's own delivery has none.
    pub(super) fn with_letter(&self, letter: &DeadLetter, now: EventTime) -> Option<Delivery> {
        let queue = self.target.dead_letters().filter(|_| self.parcel == Parcel::Event)?;
        let bare = Target {
            arn: queue.to_owned(),
            role_arn: None,
            input: None,
            input_path: None,
            input_transformer: None,
            sqs_parameters: None,
            http_parameters: None,
            dead_letter_config: None,
            retry_policy: None,
            more: serde_json::Map::new(),
            ..self.target.clone()
        };
        Some(Delivery {
            id: self.id.of_letter(),
            target: bare,
            parcel: Parcel::DeadLetter(letter.clone()),
            since: Instant(now),
            attempts: 0,
            failure: None,
            stage: Stage::Due { at: Instant(now) },
            ..self.clone()
        })
    }

    /// A delivery that was given up, on its way again: its attempts and its age begin anew.
    pub(super) fn redriven(self, now: EventTime) -> Delivery {
        Delivery { attempts: 0, since: Instant(now), stage: Stage::Due { at: Instant(now) }, ..self }
    }
}
