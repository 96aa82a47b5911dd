//! The audit log.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use watchfire_state::{AuditFilter, TrustStore};
use watchfire_trust::Permission;
use watchfire_trust::audit::Head;

use super::fault;
use crate::answer::{self, Page, limit_usual};
use crate::call::Call;
use crate::problem::Problem;
use crate::route::{Outcome, Route};

pub(in crate::api) fn routes() -> Vec<Route> {
    vec![
        Route::get("/api/v1/audit", audit)
            .needs(Permission::ReadAudit)
            .told("audit", "Lists what was done, the latest first.")
            .query::<AuditQuery>()
            .gives::<Page<EntryView>>(),
        Route::get("/api/v1/audit/verify", verify)
            .needs(Permission::ReadAudit)
            .told("audit", "Says whether the audit log is whole: no entry changed, missing or put in.")
            .query::<Remembered>()
            .gives::<Verified>(),
    ]
}

/// Which entries.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct AuditQuery {
    /// Whose name begins so.
    actor: Option<String>,
    /// Whose action is this, or begins so where it ends with a dot.
    action: Option<String>,
    /// Items in a page, at most.
    #[serde(default = "limit_usual")]
    #[schemars(range(min = 1, max = 1000))]
    limit: u32,
    /// Where to go on: `next` of the page before.
    cursor: Option<String>,
}

/// An entry of the audit log.
#[derive(Serialize, JsonSchema)]
struct EntryView {
    /// Its place, from 1, without gaps.
    number: u64,
    /// When.
    time: String,
    /// Who, and how that was proved.
    actor: String,
    /// From where; empty for this machine's command line.
    address: String,
    /// What was done.
    action: String,
    /// To what.
    object: String,
    /// `done`, `refused` or `failed`.
    outcome: &'static str,
    /// What else there is to say.
    details: Map<String, Value>,
    /// The hash of the entry before.
    previous: String,
    /// Of all of the above.
    hash: String,
}

fn audit(call: &Call) -> Outcome {
    let query: AuditQuery = call.query()?;
    let limit = answer::limit(query.limit)?;
    let beside = query.cursor.as_deref().map(answer::cursor_text).transpose()?.map(|text| text.parse::<u64>());
    let beside = beside.transpose().map_err(|_| Problem::unfit("the cursor is not one of an earlier answer"))?;
    let filter = AuditFilter { beside, limit: limit + 1, actor: query.actor, action: query.action, ..AuditFilter::default() };
    let mut entries = call.app.parts.state.audit(&filter).map_err(fault)?;
    let is_more = entries.len() > limit;
    entries.truncate(limit);
    let next = entries.last().filter(|_| is_more).map(|entry| answer::cursor(&entry.number.to_string()));
    let items = entries.into_iter().map(|entry| EntryView {
        number: entry.number,
        time: entry.at.to_string(),
        details: serde_json::from_str(entry.details.as_str()).unwrap_or_default(),
        outcome: entry.outcome.as_str(),
        previous: entry.previous.to_string(),
        hash: entry.hash.to_string(),
        actor: entry.actor,
        address: entry.address,
        action: entry.action,
        object: entry.object,
    });
    answer::json(&Page { items: items.collect(), next })
}

/// An end of the log that was noted down.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Remembered {
    /// `head` of an earlier answer: the log must still have it.
    head: Option<String>,
}

/// Whether the log is whole.
#[derive(Serialize, JsonSchema)]
struct Verified {
    /// Whether it is.
    is_whole: bool,
    /// Its end, to be noted down elsewhere; absent when it is empty or broken.
    #[serde(skip_serializing_if = "Option::is_none")]
    head: Option<String>,
    /// Where it is broken, and how.
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<String>,
}

fn verify(call: &Call) -> Outcome {
    let query: Remembered = call.query()?;
    let remembered = query.head.map(|head| Head::parse(&head).ok_or_else(|| Problem::unfit("head is not one of an earlier answer")));
    let remembered: Vec<Head> = remembered.transpose()?.into_iter().collect();
    let verified = match call.app.parts.state.verify_audit(&remembered).map_err(fault)? {
        Ok(head) => Verified { is_whole: true, head: head.map(|head| head.to_string()), problem: None },
        Err(broken) => Verified { is_whole: false, head: None, problem: Some(broken.to_string()) },
    };
    answer::json(&verified)
}
