//! Who called what from where, and which APIs were called by whom: the tables of `scan summary`.

use serde::Serialize;
use watchfire_model::EventTime;

use crate::dangerous::{Danger, danger};
use crate::tally::{Dimension, Tally};

/// Names listed in one row; the count beside them is complete.
const NAMES_MAX: usize = 8;

/// One caller: a session issuer with all its sessions, or a principal without one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WhoRow<'a> {
    /// ARN of the role or user behind the sessions, or the principal.
    pub who: &'a str,
    /// Records.
    pub count: u64,
    /// Records of failed calls.
    pub errors: u64,
    /// Records of refused calls.
    pub refused: u64,
    /// Records of calls meant to change something.
    pub writes: u64,
    /// First record.
    pub first: EventTime,
    /// Last record.
    pub last: EventTime,
    /// Distinct APIs.
    pub apis: u64,
    /// Distinct addresses.
    pub addresses: u64,
    /// Distinct regions.
    pub regions: u64,
    /// Dangerous APIs that succeeded, by name; a few of them.
    pub dangerous: Vec<&'a str>,
    /// Distinct dangerous APIs that succeeded.
    pub dangerous_count: u64,
    /// Whether the distinct counts are lower bounds, because a limit was reached.
    pub at_least: bool,
}

/// One API.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ApiRow<'a> {
    /// `eventSource:eventName`.
    pub api: &'a str,
    /// Records.
    pub count: u64,
    /// Records of failed calls.
    pub errors: u64,
    /// Records of refused calls.
    pub refused: u64,
    /// First record.
    pub first: EventTime,
    /// Last record.
    pub last: EventTime,
    /// Distinct callers, as in [`WhoRow`].
    pub callers: u64,
    /// Distinct addresses.
    pub addresses: u64,
    /// What the API does for an attacker, where it does.
    pub danger: Option<Danger>,
    /// Whether the distinct counts are lower bounds, because a limit was reached.
    pub at_least: bool,
}

/// Every caller, busiest first.
pub fn who(tally: &Tally) -> Vec<WhoRow<'_>> {
    let apis: Vec<(&str, bool)> = tally.table(Dimension::Api).rows().map(|(text, _)| (text, danger(text).is_some())).collect();
    let at_least = tally.who_api.is_full() || tally.who_address.is_full() || tally.who_region.is_full();
    let mut rows: Vec<WhoRow<'_>> = tally
        .who
        .rows()
        .map(|(who, seen)| WhoRow {
            who,
            count: seen.count,
            errors: seen.errors,
            refused: seen.refused,
            writes: seen.writes,
            first: seen.first,
            last: seen.last,
            apis: 0,
            addresses: 0,
            regions: 0,
            dangerous: Vec::new(),
            dangerous_count: 0,
            at_least,
        })
        .collect();
    for (who, api_ok) in tally.who_api.iter() {
        let Some(row) = rows.get_mut(who as usize) else { continue };
        // An API that both failed and succeeded for this caller has two pairs; count it at the successful one.
        let succeeded = api_ok & 1 == 1;
        if !succeeded && tally.who_api.contains(who, api_ok | 1) {
            continue;
        }
        row.apis += 1;
        if succeeded && let Some((api, true)) = apis.get((api_ok >> 1) as usize) {
            row.dangerous.push(api);
        }
    }
    for (who, _) in tally.who_address.iter() {
        rows.get_mut(who as usize).into_iter().for_each(|row| row.addresses += 1);
    }
    for (who, _) in tally.who_region.iter() {
        rows.get_mut(who as usize).into_iter().for_each(|row| row.regions += 1);
    }
    for row in &mut rows {
        row.dangerous_count = row.dangerous.len() as u64;
        row.dangerous.sort_unstable_by_key(|api| (danger(api), *api));
        row.dangerous.truncate(NAMES_MAX);
    }
    rows.sort_unstable_by(|a, b| b.count.cmp(&a.count).then(a.who.cmp(b.who)));
    rows
}

/// Every API, busiest first.
pub fn apis(tally: &Tally) -> Vec<ApiRow<'_>> {
    let at_least = tally.who_api.is_full() || tally.api_address.is_full();
    let mut rows: Vec<ApiRow<'_>> = tally
        .table(Dimension::Api)
        .rows()
        .map(|(api, seen)| ApiRow {
            api,
            count: seen.count,
            errors: seen.errors,
            refused: seen.refused,
            first: seen.first,
            last: seen.last,
            callers: 0,
            addresses: 0,
            danger: danger(api),
            at_least,
        })
        .collect();
    for (who, api_ok) in tally.who_api.iter() {
        let counted_elsewhere = api_ok & 1 == 0 && tally.who_api.contains(who, api_ok | 1);
        if let (false, Some(row)) = (counted_elsewhere, rows.get_mut((api_ok >> 1) as usize)) {
            row.callers += 1;
        }
    }
    for (api, _) in tally.api_address.iter() {
        rows.get_mut(api as usize).into_iter().for_each(|row| row.addresses += 1);
    }
    rows.sort_unstable_by(|a, b| b.count.cmp(&a.count).then(a.api.cmp(b.api)));
    rows
}
