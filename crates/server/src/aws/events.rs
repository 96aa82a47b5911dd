//! EventBridge: JSON 1.1, the operation in `X-Amz-Target`.

use watchfire_trust::Permission;
use watchfire_trust::audit::Act;

use super::{Fault, Outcome, Signed};
use crate::trail;

/// What an operation needs. What is unknown is told so to whoever may read.
pub(super) fn permission(operation: &str) -> Permission {
    let is_reading = ["Describe", "List", "Test"].iter().any(|word| operation.starts_with(word));
    match operation {
        "PutEvents" => Permission::PutEvents,
        _ if is_reading || !watchfire_bus::rules::OPERATIONS.contains(&operation) => Permission::ReadBus,
        _ if operation.contains("Connection") || operation.contains("ApiDestination") => Permission::WriteConnections,
        _ => Permission::WriteBus,
    }
}

pub(super) fn call(signed: &Signed<'_>, operation: &str) -> Outcome {
    let bus = &signed.app.parts.bus;
    let fault = |error: watchfire_bus::AwsError| Fault::new(error.code, error.status(), error.message.clone());
    if operation == "PutEvents" {
        let request = serde_json::from_str(signed.body)
            .map_err(|error| Fault::new("SerializationException", 400, format!("The request cannot be read: {error}")))?;
        let response = bus.put(request).map_err(fault)?;
        return serde_json::to_string(&response).map_err(|error| Fault::new("InternalException", 500, error.to_string()));
    }
    let answer = bus.call(operation, signed.body).map_err(fault)?;
    if permission(operation) != Permission::ReadBus {
        let object = named(signed.body).unwrap_or_default();
        let act = Act::new(&signed.admitted.caller, &format!("events.{operation}"), signed.app.now());
        trail::write(signed.app, act.from(Some(signed.peer.ip())).on(object));
    }
    Ok(answer)
}

/// The name of what a request is about.
fn named(body: &str) -> Option<String> {
    let members: serde_json::Value = serde_json::from_str(body).ok()?;
    let name = ["Name", "Rule", "ArchiveName", "ReplayName", "ResourceARN"].into_iter().find_map(|name| members[name].as_str())?;
    match members["EventBusName"].as_str() {
        Some(bus) => Some(format!("{bus}/{name}")),
        None => Some(name.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every operation needs what it does; spelled out so that a new one is looked at.
    #[test]
    fn operations_need_what_they_do() {
        for operation in watchfire_bus::rules::OPERATIONS {
            let needed = permission(operation);
            let is_reading = ["Describe", "List", "Test"].iter().any(|word| operation.starts_with(word));
            let is_secret = operation.contains("Connection") || operation.contains("ApiDestination");
            let expect = match (is_reading, is_secret) {
                (true, _) => Permission::ReadBus,
                (false, true) => Permission::WriteConnections,
                (false, false) => Permission::WriteBus,
            };
            assert_eq!(needed, expect, "{operation}");
        }
        assert_eq!(permission("PutEvents"), Permission::PutEvents);
        assert_eq!(permission("PutPermission"), Permission::ReadBus);
    }
}
