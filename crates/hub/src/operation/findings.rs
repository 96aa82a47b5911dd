//! BatchImportFindings, GetFindings, GetFindingHistory.

use serde_json::{Map, Value, json};
use watchfire_model::EventTime;

use super::{Context, Done, Outcome, listing, needed, optional, standing};
use crate::asff::{Asff, FindingKey};
use crate::error::{AwsError, Code};
use crate::filter::Filters;
use crate::history::{Entry, Source};
use crate::import::{self, Import, Standing, Told, Whose};
use crate::kept::{Kept, Span};
use crate::query::Query;

/// Findings of one import, at most.
const FINDINGS_MAX: usize = 100;

/// Takes in findings; each for itself: one that is not in order is told, the others are kept.
pub(super) fn import<K: Kept>(kept: &mut K, members: &Map<String, Value>, context: &mut Context<'_>) -> Outcome<K> {
    let given: Vec<Value> = super::list(members, "Findings", FINDINGS_MAX)?;
    let standing = standing(kept).map_err(crate::Failure::Kept)?;
    let (mut changed, mut failed, mut succeeded) = (Vec::new(), Vec::new(), 0);
    for value in given {
        let id = value.get("Id").and_then(Value::as_str).unwrap_or("unknown").to_owned();
        match Asff::read(value) {
            Err(fault) => failed.push(json!({ "Id": id, "ErrorCode": "InvalidInput", "ErrorMessage": fault.says.join("; ") })),
            Ok(document) => {
                let told = Told { document, source: Source::provider(context.caller), whose: Whose::Provider };
                changed.extend(take_in(kept, told, &standing, context.now).map_err(crate::Failure::Kept)?);
                succeeded += 1;
            }
        }
    }
    let answer = json!({ "FailedCount": failed.len(), "SuccessCount": succeeded, "FailedFindings": failed });
    Ok(Done { answer, changed })
}

/// Takes in one finding; what it is now comes back where it changed.
///
/// # Errors
/// The fault of what is kept.
pub fn take_in<K: Kept>(kept: &mut K, told: Told, standing: &Standing, now: EventTime) -> Result<Option<Asff>, K::Error> {
    let known = kept.held(&told.document.key())?;
    match import::import(known.as_ref(), told, standing, now) {
        Import::Stale => Ok(None),
        Import::Kept { held, entries, .. } => {
            kept.hold(&held, &entries)?;
            Ok(Some(held.document))
        }
    }
}

/// A page of findings.
pub(super) fn get<K: Kept>(kept: &mut K, members: &Map<String, Value>, context: &mut Context<'_>) -> Outcome<K> {
    let filters = Filters::read(members.get("Filters").unwrap_or(&Value::Null))?;
    let token: Option<String> = optional(members, "NextToken")?;
    let query = Query::latest(filters, listing::limit(members)?)
        .sorted(members.get("SortCriteria").unwrap_or(&Value::Null))?
        .behind(token.as_deref())?;
    let found = kept.find(&query, context.now).map_err(crate::Failure::Kept)?;
    let token = query.token(&found);
    let findings: Vec<Value> = found.items.into_iter().map(|(_, held)| held.document.into_value()).collect();
    Ok(listing::with_token(json!({ "Findings": findings }), token).into())
}

/// What became of a finding, the latest first.
pub(super) fn history<K: Kept>(kept: &mut K, members: &Map<String, Value>, _: &mut Context<'_>) -> Outcome<K> {
    let key: FindingKey = needed(members, "FindingIdentifier")?;
    let (limit, passed) = (listing::limit(members)?, listing::passed(members)?);
    let span = Span { from: instant(members, "StartTime")?, to: instant(members, "EndTime")?, passed, limit: limit + 1 };
    if kept.held(&key).map_err(crate::Failure::Kept)?.is_none() {
        return Err(AwsError { code: Code::InvalidInput, message: format!("There is no finding {key}") }.into());
    }
    let mut entries = kept.history(&key, span).map_err(crate::Failure::Kept)?;
    let next = (entries.len() > limit).then(|| listing::token(passed.saturating_add(limit)));
    entries.truncate(limit);
    let records: Vec<Value> = entries.iter().map(|entry| record(&key, entry)).collect();
    Ok(listing::with_token(json!({ "Records": records }), next).into())
}

fn record(key: &FindingKey, entry: &Entry) -> Value {
    json!({
        "FindingIdentifier": key,
        "UpdateTime": entry.at.to_string(),
        "FindingCreated": entry.is_new,
        "UpdateSource": { "Type": entry.source.kind, "Identity": entry.source.identity },
        "Updates": entry.updates,
    })
}

/// An instant, as text or in seconds.
fn instant(members: &Map<String, Value>, name: &str) -> Result<Option<EventTime>, AwsError> {
    let time = match members.get(name) {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::String(text)) => text.parse().ok(),
        Some(value) => value.as_f64().filter(|seconds| seconds.abs() < 1e12).map(|seconds| EventTime((seconds * 1000.0) as i64)),
    };
    time.map(Some).ok_or_else(|| AwsError::invalid(format!("{name} is no instant")))
}
