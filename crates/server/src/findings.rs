//! Operations over findings, whoever asks for them: one place where they are carried out and told on.

use watchfire_hub::AwsError;
use watchfire_hub::asff::Asff;
use watchfire_hub::operation::{Answer, Context, Request};
use watchfire_state::HubStore;

use crate::app::App;
use crate::live::Topic;

/// Why an operation was not carried out.
#[derive(Debug)]
pub(crate) enum Refused {
    /// The request, or what it asks for.
    Aws(AwsError),
    /// What is kept could not be read or written.
    Failed(watchfire_state::Error),
}

/// Carries out an operation of the hub; what it changed goes to the bus and to the live stream. The JSON text of the answer comes back.
pub(crate) fn carry_out(app: &App, request: &Request, context: &mut Context<'_>) -> Result<String, Refused> {
    let done = app.parts.state.hub(request, context).map_err(Refused::Failed)?;
    let Answer { body, changed } = done.map_err(Refused::Aws)?;
    tell(app, &changed);
    Ok(body)
}

/// Tells the bus and the live stream of findings that changed.
pub(crate) fn tell(app: &App, changed: &[Asff]) {
    if changed.is_empty() {
        return;
    }
    if let Err(error) = app.parts.bus.findings_changed(changed) {
        tracing::error!(%error, findings = changed.len(), "the bus was not told of findings that changed");
    }
    for document in changed {
        let row = crate::api::findings::Row::of(document, &app.parts.home);
        if let Ok(json) = serde_json::to_string(&row) {
            app.parts.live.publish(Topic::Finding, &json);
        }
    }
}

/// What an operation is about, for the audit log.
pub(crate) fn object_of(members: &serde_json::Map<String, serde_json::Value>) -> String {
    let text = |name: &str| members.get(name).and_then(serde_json::Value::as_str).map(str::to_owned);
    let count = |name: &str| members.get(name).and_then(serde_json::Value::as_array).map(Vec::len);
    let named = ["Id", "InsightArn", "RuleName", "Name", "ProductArn", "ProductSubscriptionArn"].into_iter().find_map(text);
    let counted =
        ["Findings", "FindingIdentifiers", "AutomationRulesArns", "UpdateAutomationRulesRequestItems"].into_iter().find_map(count);
    named.or_else(|| counted.map(|count| format!("{count} items"))).unwrap_or_default()
}
