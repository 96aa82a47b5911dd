//! Evidence: the record as text, with the fields that made it match lit.

use maud::{Markup, html as markup};
use serde_json::Value;
use watchfire_model::{Evidence, MatchedPredicate};

use crate::text::number;

use super::{json, parts};

/// A record longer than this is shown as its beginning, unparsed. CloudTrail's own limit is 256 KB.
const RECORD_BYTES_MAX: usize = 1024 * 1024;

/// `as_before`: the same conditions held as for the record before, and need no second table.
pub(super) fn evidence(evidence: &Evidence, as_before: bool) -> Markup {
    markup! {
        div.evidence.as-before[as_before] {
            @if !as_before && !evidence.matched.is_empty() { (predicates(&evidence.matched)) }
            details.record {
                summary { "Record" @if as_before { " with the same values" } @if !evidence.event_id.is_empty() { (parts::id(&evidence.event_id)) } }
                (record(evidence))
            }
        }
    }
}

fn predicates(matched: &[MatchedPredicate]) -> Markup {
    markup! {
        div.scroll { table.predicates {
            caption { "What made it match" }
            thead { tr { th scope="col" { "Field" } th scope="col" { "Test" } th scope="col" { "Expected" } th scope="col" { "Actual" } } }
            tbody {
                @for predicate in matched.iter().take(40) {
                    tr {
                        th scope="row" { (parts::line(&predicate.field, 200)) }
                        td { (parts::line(&predicate.operator, 60)) }
                        td { (parts::line(&predicate.expected, 300)) }
                        td { mark { @if json::is_secret(&predicate.field) { (json::hidden(&predicate.actual)) } @else { (parts::line(&predicate.actual, 300)) } } }
                    }
                }
            }
        } }
        @if matched.len() > 40 { p.note { (number(matched.len() as u64 - 40)) " more conditions held." } }
    }
}

fn record(evidence: &Evidence) -> Markup {
    if evidence.record.len() > RECORD_BYTES_MAX {
        return markup! { pre { (parts::line(&evidence.record, 4000)) } };
    }
    match serde_json::from_str::<Value>(&evidence.record) {
        Ok(value) => json::lit(&value, &evidence.matched),
        Err(_) => markup! { pre { (parts::line(&evidence.record, 4000)) } },
    }
}
