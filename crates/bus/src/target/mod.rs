//! Where events go.

use crate::arn::Arn;

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
    /// A group of logs.
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
