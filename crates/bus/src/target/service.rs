//! What an ARN names, and the target behind it.

use std::collections::BTreeMap;

use super::{ApiDestination, Bus, EventBridge, Lambda, Log, Settings, Sns, Sqs};
use crate::retry::{ErrorCode, Failure};
use crate::rules::State;
use watchfire_model::arn::Arn;

/// What kind of thing an ARN names, of the kinds that are served.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Service {
    /// A bus, here or at AWS.
    Bus,
    /// An API destination.
    ApiDestination,
    /// A queue.
    Sqs,
    /// A topic.
    Sns,
    /// A function.
    Lambda,
    /// A group of logs: a file here.
    Logs,
    /// A target of our own configuration: `arn:aws:watchfire:<region>:<account>:target/<name>`.
    Own,
}

impl Service {
    /// What an ARN names; `None` when it is none, or of a kind that is not served.
    pub fn of(arn: &str) -> Option<Service> {
        let arn = Arn::parse(arn)?;
        match (arn.service, arn.resource.split(['/', ':']).next()?) {
            ("events", "event-bus") => Some(Service::Bus),
            ("events", "api-destination") => Some(Service::ApiDestination),
            ("sqs", _) => Some(Service::Sqs),
            ("sns", _) => Some(Service::Sns),
            ("lambda", "function") => Some(Service::Lambda),
            ("logs", "log-group") => Some(Service::Logs),
            ("watchfire", "target") => Some(Service::Own),
            _ => None,
        }
    }
}

impl Settings {
    /// The target behind an ARN: what the state has, what AWS has, or one of our own by its name. An API destination that needs a token
    /// comes without one; see [`ApiDestination::with_token`].
    ///
    /// # Errors
    /// There is no such target.
    pub fn of(arn: &str, state: &State, own: &BTreeMap<String, Settings>) -> Result<Settings, Failure> {
        let missing = || Failure::never(ErrorCode::NoResource, format!("there is no target {arn}"));
        let parts = Arn::parse(arn).ok_or_else(missing)?;
        let after = |sign: char| parts.resource.split_once(sign).map(|(_, name)| name).unwrap_or_default();
        match Service::of(arn).ok_or_else(missing)? {
            Service::Bus if parts.is_at(&state.home) => {
                let name = after('/');
                state.buses.get(name).map(|_| Bus { name: name.to_owned() }.into()).ok_or_else(missing)
            }
            Service::Bus => Ok(EventBridge { arn: arn.to_owned() }.into()),
            Service::ApiDestination => {
                let destination = state.destinations.values().find(|destination| destination.arn == arn).ok_or_else(missing)?;
                let connection = state.connections.values().find(|connection| connection.arn == destination.connection_arn);
                Ok(ApiDestination { destination: destination.clone(), connection: connection.ok_or_else(missing)?.clone(), token: None }
                    .into())
            }
            Service::Sqs => Ok(Sqs { arn: arn.to_owned() }.into()),
            Service::Sns => Ok(Sns { arn: arn.to_owned() }.into()),
            Service::Lambda => Ok(Lambda { arn: arn.to_owned() }.into()),
            Service::Logs => Ok(Log { path: log_path(after(':')).ok_or_else(missing)? }.into()),
            Service::Own => own.get(after('/')).cloned().ok_or_else(missing),
        }
    }
}

/// A file for a group of logs: its name in parts that lead nowhere else.
fn log_path(group: &str) -> Option<String> {
    let name = group.strip_suffix(":*").unwrap_or(group);
    let plain = |part: &&str| !part.is_empty() && !part.chars().all(|letter| letter == '.');
    let kept: String =
        name.chars().map(|letter| if letter.is_ascii_alphanumeric() || "/._-".contains(letter) { letter } else { '_' }).collect();
    let parts: Vec<&str> = kept.split('/').filter(plain).collect();
    (!parts.is_empty()).then(|| format!("{}.jsonl", parts.join("/")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_of_logs_stay_in_their_folder() {
        assert_eq!(log_path("/aws/events/x:*").as_deref(), Some("aws/events/x.jsonl"));
        assert_eq!(log_path("../../etc/./pass wd").as_deref(), Some("etc/pass_wd.jsonl"));
        assert_eq!(log_path("../.."), None);
    }
}
