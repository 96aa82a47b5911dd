//! BatchUpdateFindings.

use std::collections::HashSet;

use serde_json::{Map, Value, json};

use super::{Context, Done, Outcome, list};
use crate::AwsError;
use crate::Failure;
use crate::asff::{Asff, FindingKey};
use crate::history::{Closeness, Entry, Source};
use crate::kept::Kept;
use crate::triage::Triage;

/// Findings of one update, at most.
const FINDINGS_MAX: usize = 100;

/// Sets fields of findings. Fields that are not in order refuse all of it; findings that are not there are told, the others are done.
pub(super) fn findings<K: Kept>(kept: &mut K, members: &Map<String, Value>, context: &mut Context<'_>) -> Outcome<K> {
    let keys: Vec<FindingKey> = list(members, "FindingIdentifiers", FINDINGS_MAX)?;
    let fields = Value::Object(members.clone());
    let triage: Triage =
        serde_json::from_value(fields).map_err(|error| AwsError::invalid(format!("The update cannot be read: {error}")))?;
    triage.check()?;
    if triage.is_empty() {
        return Err(AwsError::invalid("The update sets nothing").into());
    }
    let (mut processed, mut unprocessed, mut changed) = (Vec::new(), Vec::new(), Vec::new());
    let mut seen = HashSet::new();
    for key in keys {
        let done = match seen.insert(key.clone()) {
            true => one(kept, &key, &triage, context).map_err(Failure::Kept)?,
            false => Err(("DuplicatedFindingIdentifier", "The request names the finding twice")),
        };
        match done {
            Ok(document) => {
                changed.extend(document);
                processed.push(json!(key));
            }
            Err((code, message)) => unprocessed.push(json!({ "FindingIdentifier": key, "ErrorCode": code, "ErrorMessage": message })),
        }
    }
    Ok(Done { answer: json!({ "ProcessedFindings": processed, "UnprocessedFindings": unprocessed }), changed })
}

/// Why a finding was not updated: AWS's code and words.
type Refused = (&'static str, &'static str);

/// What the finding is now, where it changed.
fn one<K: Kept>(kept: &mut K, key: &FindingKey, triage: &Triage, context: &Context<'_>) -> Result<Result<Option<Asff>, Refused>, K::Error> {
    let Some(before) = kept.held(key)? else { return Ok(Err(("FindingNotFound", "There is no such finding"))) };
    let mut held = before.clone();
    triage.apply(&mut held, context.now);
    if !held.document.fits() {
        return Ok(Err(("FindingSizeExceeded", "The finding would be larger than 240 KB")));
    }
    if held == before {
        return Ok(Ok(None));
    }
    let entry = Entry::between(&before.document, &held.document, Closeness::All, Source::person(context.caller), context.now);
    kept.hold(&held, entry.as_slice())?;
    Ok(Ok(Some(held.document)))
}
