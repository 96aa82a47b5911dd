//! Where events go: one file a kind of target. Each says what request it makes of deliveries and how it judges the answer; nothing is
//! sent here. To add one: a file beside these, and a line in [`Settings`].

mod answer;
mod api_destination;
mod aws;
mod bus;
mod document;
mod elasticsearch;
mod eventbridge;
mod lambda;
mod log;
mod mail;
mod notice;
mod oauth;
mod pace;
mod pager_duty;
mod request;
mod service;
mod slack;
mod sns;
mod splunk;
mod sqs;
mod sumo_logic;
mod teams;
mod webhook;

use serde::{Deserialize, Serialize};
use watchfire_model::EventTime;

use crate::event::Event;
use crate::retry::Failure;
use crate::rules::HttpTargetParameters;

pub use answer::{Answer, Trouble};
pub use api_destination::ApiDestination;
pub use bus::Bus;
pub use document::Mapping;
pub use elasticsearch::Elasticsearch;
pub use eventbridge::EventBridge;
pub use lambda::Lambda;
pub use log::Log;
pub use mail::Mail;
pub use oauth::{Token, token, token_request};
pub use pace::Pace;
pub use pager_duty::PagerDuty;
pub use request::{AwsCall, HttpRequest, Message, Request};
pub use service::Service;
pub use slack::Slack;
pub use sns::Sns;
pub use splunk::Splunk;
pub use sqs::Sqs;
pub use sumo_logic::SumoLogic;
pub use teams::Teams;
pub use webhook::Webhook;

/// What a target is told of a delivery.
#[derive(Debug, Clone, Copy)]
pub struct Letter<'a> {
    /// The delivery's id: the same whenever the same event comes to the same target.
    pub id: &'a str,
    /// The event.
    pub event: &'a Event,
    /// What the target gets of it.
    pub payload: &'a str,
    /// The rule that matched.
    pub rule_arn: &'a str,
    /// What the target adds to requests of an API destination.
    pub http: Option<&'a HttpTargetParameters>,
    /// The group of a queue with an order.
    pub message_group: Option<&'a str>,
    /// The attributes of a dead letter; none for other deliveries.
    pub attributes: &'a [(String, String)],
    /// The time of the attempt.
    pub now: EventTime,
}

/// What came of a delivery.
pub type Verdict = Result<(), Failure>;

/// A kind of target.
pub trait Kind: Send + Sync {
    /// Deliveries that go into one request.
    fn batch_max(&self) -> usize {
        1
    }

    /// The request for some deliveries, at least one and at most [`Kind::batch_max`].
    ///
    /// # Errors
    /// They cannot be sent so, now or ever.
    fn request(&self, letters: &[Letter<'_>]) -> Result<Request, Failure>;

    /// What the answer says of each of `sent` deliveries, in their order.
    fn judge(&self, sent: usize, answer: &Answer, now: EventTime) -> Vec<Verdict>;

    /// The question whether what was sent has safely arrived, where the target wants to be asked: to be repeated until
    /// [`Kind::is_confirmed`], and taken for a timeout when that takes too long.
    fn confirmation(&self, _answer: &Answer) -> Option<Request> {
        None
    }

    /// Whether the answer to that question says yes.
    fn is_confirmed(&self, _answer: &Answer) -> bool {
        true
    }
}

macro_rules! settings {
    ($($(#[$doc:meta])* $kind:ident;)*) => {
        /// The targets that there are, as configuration writes them: `kind` and the kind's own members.
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
        #[serde(tag = "kind", rename_all = "snake_case")]
        pub enum Settings {
            $($(#[$doc])* $kind(Box<$kind>),)*
        }

        impl Settings {
            /// The kind, to be asked for requests and verdicts.
            pub fn kind(&self) -> &dyn Kind {
                match self {
                    $(Settings::$kind(settings) => &**settings,)*
                }
            }
        }

        $(
            impl From<$kind> for Settings {
                fn from(settings: $kind) -> Settings {
                    Settings::$kind(Box::new(settings))
                }
            }
        )*
    };
}

settings! {
    /// An API destination with its connection.
    ApiDestination;
    /// A bus of this program.
    Bus;
    /// Elasticsearch or OpenSearch.
    Elasticsearch;
    /// A bus at AWS.
    EventBridge;
    /// A function at AWS.
    Lambda;
    /// A file.
    Log;
    /// A message to people.
    Mail;
    /// PagerDuty.
    PagerDuty;
    /// A channel of Slack.
    Slack;
    /// A topic at AWS.
    Sns;
    /// Splunk's HTTP event collector.
    Splunk;
    /// A queue at AWS.
    Sqs;
    /// An HTTP source of Sumo Logic.
    SumoLogic;
    /// A channel of Microsoft Teams.
    Teams;
    /// A URL of anybody, with a signature.
    Webhook;
}

#[cfg(test)]
mod tests;
