//! Security Hub: REST with JSON, the operation by method and path.

use http::request::Parts as Head;
use watchfire_hub::operation::{Context, Operation, Request, route};
use watchfire_trust::Permission;
use watchfire_trust::audit::Act;

use super::{Fault, Outcome, Signed};
use crate::{findings, trail};

/// The operation that a request means.
pub(super) fn read(head: &Head, body: &str) -> Result<Request, Fault> {
    let (path, query) = (head.uri.path(), head.uri.query().unwrap_or_default());
    let request = route(head.method.as_str(), path, query, body);
    let request = request.map_err(|error| Fault::new(error.code.as_str(), error.status(), error.message))?;
    request.ok_or_else(|| {
        let message = format!("Security Hub has no operation {} {path}, or Watchfire does not have it.", head.method);
        Fault::new("ResourceNotFoundException", 404, message)
    })
}

/// What an operation needs.
pub(super) fn permission(operation: &Operation) -> Permission {
    match operation.name {
        "BatchImportFindings" => Permission::ImportFindings,
        name if name.contains("AutomationRule") && operation.is_writing => Permission::AutomateFindings,
        name if (name.contains("Hub") || name.contains("Product")) && operation.is_writing => Permission::ManageSettings,
        _ if operation.is_writing => Permission::TriageFindings,
        _ => Permission::ReadFindings,
    }
}

pub(super) fn call(signed: &Signed<'_>, request: &Request) -> Outcome {
    let (app, caller) = (signed.app, &signed.admitted.caller);
    let mut chance = crate::chance::number;
    let mut context = Context { now: app.now(), home: &app.parts.home, caller: caller.name(), chance: &mut chance };
    let answer = findings::carry_out(app, request, &mut context).map_err(|refused| match refused {
        findings::Refused::Aws(error) => Fault::new(error.code.as_str(), error.status(), error.message.clone()),
        findings::Refused::Failed(error) => {
            tracing::error!(%error, operation = request.operation.name, "findings cannot be read or kept");
            Fault::new("InternalException", 500, "The findings cannot be read or kept; the service's log says why.")
        }
    })?;
    if request.operation.is_writing {
        let act = Act::new(caller, &format!("securityhub.{}", request.operation.name), app.now());
        trail::write(app, act.from(Some(signed.peer.ip())).on(findings::object_of(&request.members)));
    }
    Ok(answer)
}

#[cfg(test)]
mod tests {
    use watchfire_hub::operation::OPERATIONS;

    use super::*;

    #[test]
    fn operations_need_what_they_do() {
        let needing = |needed: Permission| -> Vec<&str> {
            OPERATIONS.iter().filter(|operation| permission(operation) == needed).map(|operation| operation.name).collect()
        };
        assert_eq!(needing(Permission::ImportFindings), ["BatchImportFindings"]);
        assert_eq!(
            needing(Permission::AutomateFindings),
            ["BatchDeleteAutomationRules", "BatchUpdateAutomationRules", "CreateAutomationRule"]
        );
        let settings = needing(Permission::ManageSettings);
        assert_eq!(settings.len(), 5, "{settings:?}");
        assert!(OPERATIONS.iter().all(|operation| operation.is_writing != (permission(operation) == Permission::ReadFindings)));
    }
}
