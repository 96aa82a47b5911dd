//! What was read, what could not be read, and the words used.

use maud::{Markup, html as markup};

use crate::Triage;
use crate::text::{bytes, counted, number};

use super::parts;

/// Places listed.
const PLACES_MAX: usize = 20;

pub(super) fn rejects(triage: &Triage<'_>) -> Markup {
    let mut reasons = triage.rejects.by_reason();
    reasons.sort_by_key(|(reason, count, _)| (std::cmp::Reverse(*count), *reason));
    markup! {
        section #rejects aria-labelledby="rejects-h" {
            h2 #rejects-h { "Rejects" }
            @if reasons.is_empty() {
                p.note { "Everything that was given could be read." }
            } @else {
                p.hint { "Text that could not become a record. Nothing is dropped without a count." }
                @for (reason, count, samples) in reasons {
                    details.reject {
                        summary { h3 { (reason.code()) } span.count { (number(count)) } }
                        ul {
                            @for sample in samples {
                                li {
                                    p { (parts::line(&sample.detail, 300)) }
                                    p.arn { (parts::line(&sample.source, 300)) " · byte " (number(sample.offset)) }
                                    @if !sample.excerpt.is_empty() { pre { (parts::line(&String::from_utf8_lossy(&sample.excerpt), 240)) } }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

pub(super) fn inputs(triage: &Triage<'_>) -> Markup {
    let inputs = triage.inputs;
    let seconds = inputs.duration.as_secs_f64();
    let speed = if seconds > 0.0 { (inputs.records as f64 / seconds) as u64 } else { 0 };
    let facts = [
        ("Objects", number(inputs.objects)),
        ("Left out as asked", number(inputs.pruned)),
        ("Records", number(inputs.records)),
        ("Seen before", number(inputs.duplicates)),
        ("Bytes stored", bytes(inputs.bytes_read)),
        ("Bytes inflated", bytes(inputs.bytes_inflated)),
        ("Rejects", number(triage.rejects.total())),
        ("Rules", number(triage.rules)),
        ("Threads", number(inputs.threads as u64)),
        ("Time", format!("{seconds:.2} s")),
        ("Speed", if speed > 0 { format!("{} records/s", number(speed)) } else { "–".to_owned() }),
    ];
    markup! {
        section #inputs aria-labelledby="inputs-h" {
            h2 #inputs-h { "What was read, and how" }
            @if !inputs.places.is_empty() {
                ul.places {
                    @for place in inputs.places.iter().take(PLACES_MAX) { li { (parts::id(place)) } }
                    @if inputs.places.len() > PLACES_MAX { li { "and " (number((inputs.places.len() - PLACES_MAX) as u64)) " more places" } }
                }
            }
            @if !inputs.narrowed.is_empty() {
                p { "Narrowed to: " @for word in &inputs.narrowed { span.tag { (parts::line(word, 160)) } " " } }
            }
            dl.facts {
                @for (name, value) in facts { div { dt { (name) } dd { (value) } } }
            }
            @if inputs.records == 0 { p.note { "No record was read from " (counted(inputs.objects, "object", "objects")) "." } }
        }
    }
}

pub(super) fn glossary() -> Markup {
    markup! {
        section.glossary aria-label="Glossary" {
            p {
                "An " em { "event" } " happened; a " em { "record" } " is a log's text about it; a " em { "reject" } " is text that could not "
                "become a record; a " em { "rule" } " says what to look for; a " em { "finding" } " is what a rule says about records; an "
                em { "occurrence" } " is one record of a finding; a call is " em { "refused" } " when the caller was not allowed, and "
                em { "failed" } " when it ended in any error."
            }
        }
    }
}
