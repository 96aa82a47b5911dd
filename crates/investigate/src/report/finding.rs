//! Findings in full, grouped by severity.

use maud::{Markup, html as markup};
use watchfire_model::{EntityKind, Finding, Severity};

use crate::Triage;
use crate::attack::{tactic_name, technique};
use crate::text::{counted, number, unstopped};

use super::story::commands;
use super::{FINDINGS_BYTES_MAX, FINDINGS_MAX, evidence, parts};

/// Records shown of one finding.
const EVIDENCE_MAX: usize = 3;

/// Occurrences listed of one finding.
const OCCURRENCES_MAX: usize = 40;

/// Entities listed of one kind.
const ENTITIES_MAX: usize = 6;

/// User agents are long and alike.
const AGENTS_MAX: usize = 2;

/// Findings above this stand open; the rest opens at a click, and all open on paper.
const OPEN_FROM: Severity = Severity::High;

/// Open findings beyond this number make a wall of text.
const OPEN_MAX: usize = 12;

pub(super) fn section(triage: &Triage<'_>, order: &[usize]) -> Markup {
    if triage.findings.is_empty() {
        return Markup::default();
    }
    let (groups, left_out) = groups(triage, order);
    markup! {
        section #findings aria-labelledby="findings-h" {
            h2 #findings-h { "Findings" }
            @for (severity, findings) in groups {
                div.group.(parts::severity_class(severity)) {
                    h3.group-h #(severity.as_str()) {
                        (parts::mark(severity)) (severity.as_str()) span.count { (number(triage.severity_count(severity) as u64)) }
                    }
                    @for finding in findings { (finding) }
                }
            }
            @if left_out > 0 {
                p.note {
                    (counted(left_out as u64, "less urgent finding is", "less urgent findings are"))
                    " not shown in full to keep this file readable; the list of findings as JSON lines is complete."
                }
            }
        }
    }
}

/// Each severity's findings, made until the limits of number and size are reached, and how many were left out.
fn groups(triage: &Triage<'_>, order: &[usize]) -> (Vec<(Severity, Vec<Markup>)>, usize) {
    let mut groups: Vec<(Severity, Vec<Markup>)> = Vec::new();
    let mut bytes = 0;
    for (place, number_of) in order.iter().enumerate() {
        if place >= FINDINGS_MAX || bytes > FINDINGS_BYTES_MAX {
            return (groups, order.len() - place);
        }
        let Some(finding) = triage.findings.get(*number_of) else { continue };
        let made = one(finding, *number_of, place < OPEN_MAX && finding.severity >= OPEN_FROM);
        bytes += made.0.len();
        match groups.last_mut() {
            Some((severity, group)) if *severity == finding.severity => group.push(made),
            _ => groups.push((finding.severity, vec![made])),
        }
    }
    (groups, 0)
}

fn one(finding: &Finding, number_of: usize, open: bool) -> Markup {
    markup! {
        details.finding.(parts::severity_class(finding.severity)) id={ "f" (number_of) } open[open] {
            summary {
                (parts::mark(finding.severity))
                div {
                    h4 { (parts::line(&finding.title, 200)) @if finding.count > 1 { span.times { "× " (number(finding.count)) } } }
                    p { (parts::prose(unstopped(&finding.summary), 500)) "." }
                    p.time { (parts::when(finding.time)) @if finding.last_time != finding.time { " – " (parts::when(finding.last_time)) } }
                }
            }
            div.body {
                (meaning(finding))
                (facts(finding))
                (proof(finding))
                (occurrences(finding))
            }
        }
    }
}

fn meaning(finding: &Finding) -> Markup {
    markup! {
        div.meaning {
            @if !finding.next.is_empty() {
                h5 { "Next steps" }
                ol { @for step in finding.next.iter().take(20) { li { (commands(step)) } } }
            }
            @if !finding.why.is_empty() { h5 { "Why it matters" } p { (parts::prose(&finding.why, 2000)) } }
            @if !finding.normal.is_empty() { h5 { "What is normal" } p { (parts::prose(&finding.normal, 2000)) } }
            @if !finding.benign_causes.is_empty() {
                h5 { "Known benign causes" }
                ul { @for cause in finding.benign_causes.iter().take(20) { li { (commands(cause)) } } }
            }
        }
    }
}

fn facts(finding: &Finding) -> Markup {
    let kinds = [
        (EntityKind::Principal, "Principal"),
        (EntityKind::SessionIssuer, "Role or user behind it"),
        (EntityKind::AccessKey, "Access key"),
        (EntityKind::Address, "Address"),
        (EntityKind::Resource, "Resource"),
        (EntityKind::Account, "Account"),
        (EntityKind::Region, "Region"),
        (EntityKind::UserAgent, "User agent"),
    ];
    markup! {
        dl.facts-of {
            @if finding.count > 1 {
                dt { "First" } dd { (parts::when(finding.time)) }
                dt { "Last" } dd { (parts::when(finding.last_time)) }
                dt { "Records" } dd { (number(finding.count)) }
            }
            @for (kind, title) in kinds {
                @let ids: Vec<&str> = finding.entities.iter().filter(|e| e.kind == kind).map(|e| &*e.id).collect();
                @if !ids.is_empty() {
                    dt { (title) }
                    dd { (entities(kind, &ids)) }
                }
            }
            @if !finding.attack.tactics.is_empty() || !finding.attack.techniques.is_empty() {
                dt { "ATT&CK" }
                dd {
                    @for tactic in finding.attack.tactics.iter().take(8) { div { (parts::line(tactic_name(tactic), 60)) } }
                    @for id in finding.attack.techniques.iter().take(8) {
                        @let id = id.to_ascii_uppercase();
                        div { (parts::line(&id, 40)) @if let Some((name, _)) = technique(&id) { " " (name) } }
                    }
                }
            }
            dt { "Type" } dd { (parts::line(&finding.finding_type, 200)) }
            dt { "Rule" } dd { (parts::line(&finding.name, 200)) @if finding.name != finding.rule { div { (parts::id(&finding.rule)) } } }
        }
    }
}

fn entities(kind: EntityKind, ids: &[&str]) -> Markup {
    let most = if kind == EntityKind::UserAgent { AGENTS_MAX } else { ENTITIES_MAX };
    markup! {
        @for id in ids.iter().take(most) {
            div { @if kind == EntityKind::UserAgent { (parts::line(id, 140)) } @else { (parts::id(id)) } }
        }
        @if ids.len() > most { div { "and " (number((ids.len() - most) as u64)) " more" } }
    }
}

fn proof(finding: &Finding) -> Markup {
    let rest = finding.evidence.len().saturating_sub(EVIDENCE_MAX);
    markup! {
        div.proof {
            h5 { "Evidence" }
            @if finding.evidence.is_empty() { p.note { "No record was kept for this finding; see the occurrences." } }
            @for (place, one) in finding.evidence.iter().take(EVIDENCE_MAX).enumerate() {
                @let before = place.checked_sub(1).and_then(|place| finding.evidence.get(place));
                (evidence::evidence(one, before.is_some_and(|before| before.matched == one.matched)))
            }
            @if rest > 0 { p.note { (counted(rest as u64, "further record is", "further records are")) " kept in the list of findings." } }
        }
    }
}

fn occurrences(finding: &Finding) -> Markup {
    let shown = finding.records.len().min(OCCURRENCES_MAX);
    let rest = finding.count.max(finding.records.len() as u64) - shown as u64;
    markup! {
        @if !finding.records.is_empty() {
            details.occurrences {
                summary { "Occurrences " span.count { (number(finding.count)) } }
                div.scroll { table {
                    caption.unheard { "Occurrences, oldest first" }
                    thead { tr { th scope="col" { "Time" } th scope="col" { "Event id" } th scope="col" { "Read from" } } }
                    tbody {
                        @for occurrence in finding.records.iter().take(shown) {
                            tr {
                                td { (parts::when(occurrence.time)) }
                                td { (parts::id(&occurrence.event_id)) }
                                td { (parts::line(&occurrence.source, 400)) }
                            }
                        }
                    }
                } }
                @if shown > 6 { p.note.on-paper { "The first six are printed." } }
                @if rest > 0 { p.note { (number(rest)) " more are in the list of findings." } }
            }
        }
    }
}
