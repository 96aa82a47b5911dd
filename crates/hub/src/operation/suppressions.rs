//! Suppressions, which are our own.

use serde_json::{Map, Value, json};
use watchfire_model::EventTime;

use super::{Context, Outcome, listing, needed, optional, standing, uuid};
use crate::Failure;
use crate::automation::Stamp;
use crate::error::{AwsError, Code};
use crate::kept::Kept;
use crate::query::{Found, Query};
use crate::suppression::{ReadySuppression, Suppression};

/// Suppressions that there may be: each is asked about every finding.
const SUPPRESSIONS_MAX: usize = 1000;

/// Findings that are looked at together.
const BATCH: usize = 500;

/// Findings that a dry run names.
const NAMED_MAX: usize = 100;

/// Makes a suppression and gives the findings that are there their status.
pub(super) fn create<K: Kept>(kept: &mut K, members: &Map<String, Value>, context: &mut Context<'_>) -> Outcome<K> {
    let ready = read(members, context)?;
    if kept.suppressions().map_err(Failure::Kept)?.len() >= SUPPRESSIONS_MAX {
        let message = format!("There are {SUPPRESSIONS_MAX} suppressions already");
        return Err(AwsError { code: Code::LimitExceeded, message }.into());
    }
    kept.set_suppression(ready.suppression()).map_err(Failure::Kept)?;
    let standing = standing(kept).map_err(Failure::Kept)?;
    let mut suppressed: u64 = 0;
    let mut query = Query::latest(ready.criteria().clone(), BATCH);
    loop {
        let found = kept.find(&query, context.now).map_err(Failure::Kept)?;
        for (_, held) in &found.items {
            let mut held = held.clone();
            let entries = standing.suppress(&mut held, context.now);
            if !entries.is_empty() {
                kept.hold(&held, &entries).map_err(Failure::Kept)?;
                suppressed += 1;
            }
        }
        let Some(last) = behind(&query, &found) else { break };
        query = last;
    }
    Ok(json!({ "Id": ready.suppression().id, "Suppressed": suppressed }).into())
}

/// Which findings a suppression would give their status, without making it.
pub(super) fn test<K: Kept>(kept: &mut K, members: &Map<String, Value>, context: &mut Context<'_>) -> Outcome<K> {
    let ready = read(members, context)?;
    let (mut count, mut named) = (0u64, Vec::new());
    let mut query = Query::latest(ready.criteria().clone(), BATCH);
    loop {
        let found = kept.find(&query, context.now).map_err(Failure::Kept)?;
        let would = ready.dry_run(found.items.iter().map(|(_, held)| held), context.now);
        count += would.len() as u64;
        let room = NAMED_MAX - named.len();
        named.extend(would.into_iter().take(room).map(|at| json!(found.items[at].1.key())));
        let Some(last) = behind(&query, &found) else { break };
        query = last;
    }
    Ok(json!({ "Count": count, "Findings": named }).into())
}

fn behind(query: &Query, found: &Found) -> Option<Query> {
    let (number, last) = found.items.last().filter(|_| found.is_more)?;
    Some(Query { after: Some(query.place(&last.document, *number)), ..query.clone() })
}

/// Forgets a suppression; its findings are new again.
pub(super) fn delete<K: Kept>(kept: &mut K, members: &Map<String, Value>, context: &mut Context<'_>) -> Outcome<K> {
    let id: String = needed(members, "Id")?;
    if !kept.suppressions().map_err(Failure::Kept)?.iter().any(|one| one.id == id) {
        return Err(AwsError { code: Code::ResourceNotFound, message: format!("There is no suppression {id}") }.into());
    }
    kept.remove_suppression(&id).map_err(Failure::Kept)?;
    let released = release(kept, &id, context.now).map_err(Failure::Kept)?;
    Ok(json!({ "Id": id, "Released": released }).into())
}

/// All, with whether their time is over.
pub(super) fn list<K: Kept>(kept: &mut K, members: &Map<String, Value>, context: &mut Context<'_>) -> Outcome<K> {
    let mut all = kept.suppressions().map_err(Failure::Kept)?;
    all.sort_by(|a, b| (a.created_at, &a.id).cmp(&(b.created_at, &b.id)));
    let shown = |one: Suppression| {
        let is_active = one.is_active(context.now);
        let mut value = json!(one);
        value["IsActive"] = is_active.into();
        value
    };
    let (page, next) = listing::page(all.into_iter().map(shown).collect(), members)?;
    Ok(listing::with_token(json!({ "Suppressions": page }), next).into())
}

/// Gives findings back whose suppression is over; how many. To be called now and then: nothing else happens at that moment.
///
/// # Errors
/// The fault of what is kept.
pub fn sweep<K: Kept>(kept: &mut K, now: EventTime) -> Result<u64, K::Error> {
    let mut released = 0;
    for one in kept.suppressions()?.iter().filter(|one| !one.is_active(now)) {
        released += release(kept, &one.id, now)?;
    }
    Ok(released)
}

/// Gives back the findings of a suppression that is over or gone.
fn release<K: Kept>(kept: &mut K, id: &str, now: EventTime) -> Result<u64, K::Error> {
    let standing = standing(kept)?;
    let mut released = 0;
    loop {
        let batch = kept.suppressed_by(id, BATCH)?;
        if batch.is_empty() {
            return Ok(released);
        }
        for mut held in batch {
            let entries = standing.suppress(&mut held, now);
            kept.hold(&held, &entries)?;
            released += 1;
        }
    }
}

fn read(members: &Map<String, Value>, context: &mut Context<'_>) -> Result<ReadySuppression, AwsError> {
    let suppression = Suppression {
        id: uuid(context.chance),
        name: needed(members, "Name")?,
        criteria: needed(members, "Criteria")?,
        owner: needed(members, "Owner")?,
        reason: needed(members, "Reason")?,
        expires_at: optional(members, "ExpiresAt")?,
        created_at: Stamp(context.now),
    };
    let ready = suppression.ready()?;
    match ready.suppression().is_active(context.now) {
        true => Ok(ready),
        false => Err(AwsError::invalid("ExpiresAt is past")),
    }
}
