//! What the `events` API keeps and does: buses, rules, targets, archives, replays, connections, API destinations, tags.
//!
//! Every operation is a pure function from the [`State`] and a request to [`Change`]s and a response, or to AWS's error. [`call`] finds
//! the operation by its name and speaks AWS's JSON, so that an HTTP layer only has to route. Whoever holds the state keeps the changes
//! first and applies them then: an operation happened whole or not at all.

mod archive;
mod authorization;
mod bus;
mod connection;
mod destination;
mod http_parameters;
mod page;
mod pattern;
mod replay;
mod rule;
mod state;
mod tag;
mod target;
mod validation;

use serde::{Deserialize, Serialize};
use watchfire_model::EventTime;

use crate::chance::Chance;
use crate::error::AwsError;

pub use archive::{Archive, ArchiveState};
pub use authorization::{Authorization, OAuthClient, Secret};
pub use bus::{Bus, DeadLetterConfig};
pub use connection::{Connection, ConnectionState};
pub use destination::Destination;
pub use http_parameters::{HttpParameters, Parameter};
pub use replay::{Replay, ReplayState};
pub use rule::{Rule, RuleState};
pub use state::{Change, Quotas, State};
pub use tag::Tag;
pub use target::{HttpTargetParameters, SqsParameters, Target};

/// What an operation needs besides the state and the request.
pub struct Context<'a> {
    /// The time of the call.
    pub now: EventTime,
    /// For ids.
    pub chance: &'a mut dyn Chance,
}

/// What an operation changes and answers.
type Outcome<R> = Result<(Vec<Change>, R), AwsError>;

/// An answer without members.
#[derive(Debug, Serialize)]
struct Empty {}

/// A name alone.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Named {
    name: String,
}

macro_rules! operations {
    ($($name:literal => $function:path;)*) => {
        /// The operations that [`call`] knows, sorted.
        pub const OPERATIONS: &[&str] = &[$($name),*];

        fn dispatch(state: &State, operation: &str, body: &str, context: &mut Context<'_>) -> Outcome<String> {
            match operation {
                $($name => {
                    let (changes, response) = $function(state, read(body)?, context)?;
                    Ok((changes, serde_json::to_string(&response).expect("responses have a JSON form")))
                })*
                _ => Err(AwsError { code: "UnknownOperationException", message: format!("The operation {operation} is not known here.") }),
            }
        }
    };
}

operations! {
    "CancelReplay" => replay::cancel;
    "CreateApiDestination" => destination::create;
    "CreateArchive" => archive::create;
    "CreateConnection" => connection::create;
    "CreateEventBus" => bus::create;
    "DeauthorizeConnection" => connection::deauthorize;
    "DeleteApiDestination" => destination::delete;
    "DeleteArchive" => archive::delete;
    "DeleteConnection" => connection::delete;
    "DeleteEventBus" => bus::delete;
    "DeleteRule" => rule::delete;
    "DescribeApiDestination" => destination::describe;
    "DescribeArchive" => archive::describe;
    "DescribeConnection" => connection::describe;
    "DescribeEventBus" => bus::describe;
    "DescribeReplay" => replay::describe;
    "DescribeRule" => rule::describe;
    "DisableRule" => rule::disable;
    "EnableRule" => rule::enable;
    "ListApiDestinations" => destination::list;
    "ListArchives" => archive::list;
    "ListConnections" => connection::list;
    "ListEventBuses" => bus::list;
    "ListReplays" => replay::list;
    "ListRuleNamesByTarget" => target::rules;
    "ListRules" => rule::list;
    "ListTagsForResource" => tag::list;
    "ListTargetsByRule" => target::list;
    "PutRule" => rule::put;
    "PutTargets" => target::put;
    "RemoveTargets" => target::remove;
    "StartReplay" => replay::start;
    "TagResource" => tag::add;
    "TestEventPattern" => pattern::test;
    "UntagResource" => tag::remove;
    "UpdateApiDestination" => destination::update;
    "UpdateArchive" => archive::update;
    "UpdateConnection" => connection::update;
    "UpdateEventBus" => bus::update;
}

/// Carries out an operation that is given by AWS's name and the JSON text of its request (`X-Amz-Target: AWSEvents.<operation>`).
/// PutEvents is not among them: it changes no state, see [`put_events`](crate::event::put_events).
///
/// # Errors
/// AWS's error; nothing changes then.
pub fn call(state: &State, operation: &str, body: &str, context: &mut Context<'_>) -> Result<(Vec<Change>, String), AwsError> {
    dispatch(state, operation, if body.trim().is_empty() { "{}" } else { body }, context)
}

/// Reads a request. A member that has to be there and is not is said in the words of AWS's model checks.
fn read<'b, T: Deserialize<'b>>(body: &'b str) -> Result<T, AwsError> {
    serde_json::from_str(body).map_err(|fault| {
        let text = fault.to_string();
        let missing = text.strip_prefix("missing field `").and_then(|rest| rest.split_once('`')).map(|(name, _)| name);
        match missing {
            Some(name) => {
                let at: String = name.chars().take(1).flat_map(char::to_lowercase).chain(name.chars().skip(1)).collect();
                validation::Validation::default().needed(false, &at).done().expect_err("a member is missing")
            }
            None => AwsError { code: "SerializationException", message: format!("The request cannot be read: {text}") },
        }
    })
}

#[cfg(test)]
mod tests;
