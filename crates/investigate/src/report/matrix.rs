//! The ATT&CK matrix: tactics in order, techniques noticed under each.

use std::collections::{BTreeMap, BTreeSet};

use maud::{Markup, html as markup};
use watchfire_model::{Finding, Severity};

use crate::Triage;
use crate::attack::{TACTICS, tactic_name, technique};
use crate::text::{counted, number};

use super::parts;

/// Techniques listed under one tactic; more are invented ids.
const TECHNIQUES_MAX: usize = 40;

/// Tactics beyond ATT&CK's own that are listed.
const UNKNOWN_TACTICS_MAX: usize = 8;

/// Findings and their most urgent severity, by technique.
type Column = BTreeMap<String, (u64, Severity)>;

pub(super) fn section(triage: &Triage<'_>) -> Markup {
    if triage.findings.is_empty() {
        return Markup::default();
    }
    let columns = columns(triage.findings);
    let known = TACTICS.iter().map(|(slug, _)| *slug);
    let unknown = columns.keys().map(String::as_str).filter(|slug| TACTICS.iter().all(|(known, _)| known != slug));
    let tactics: Vec<&str> = known.chain(unknown.take(UNKNOWN_TACTICS_MAX)).collect();
    let without = triage.findings.iter().filter(|f| f.attack.tactics.is_empty() && f.attack.techniques.is_empty()).count();
    markup! {
        section #attack aria-labelledby="attack-h" {
            h2 #attack-h { "ATT&CK" }
            p.hint { "Tactics in the order of MITRE ATT&CK, with the techniques noticed and how many findings speak of each." }
            ol.matrix {
                @for tactic in tactics {
                    (tactic_cell(tactic, columns.get(tactic)))
                }
            }
            @if without > 0 {
                p.note { (counted(without as u64, "finding has", "findings have")) " no place in ATT&CK." }
            }
        }
    }
}

fn tactic_cell(tactic: &str, column: Option<&Column>) -> Markup {
    markup! {
        li.none[column.is_none()] {
            h3 { (parts::line(tactic_name(tactic), 60)) }
            @match column {
                None => p { "–" span.unheard { "nothing noticed" } },
                Some(column) => ul {
                    @for (id, (count, severity)) in column.iter().take(TECHNIQUES_MAX) {
                        li.(parts::severity_class(*severity)) {
                            (parts::mark(*severity))
                            span { @match technique(id) {
                                Some((name, _)) => { (name) " " small { (id) } }
                                None if id.is_empty() => "No technique named",
                                None => (parts::line(id, 40)),
                            } }
                            b { (number(*count)) span.unheard { " findings, up to " (severity.as_str()) } }
                        }
                    }
                },
            }
        }
    }
}

/// A rule names tactics and techniques side by side. A technique goes under those of the rule's tactics that are its own;
/// where none is, under its own when the rule names none, else under the rule's.
fn columns(findings: &[Finding]) -> BTreeMap<String, Column> {
    let mut columns: BTreeMap<String, Column> = BTreeMap::new();
    for finding in findings {
        let tactics: BTreeSet<&str> = finding.attack.tactics.iter().map(String::as_str).collect();
        let mut empty = tactics.clone();
        let mut places: BTreeSet<(&str, String)> = BTreeSet::new();
        for id in &finding.attack.techniques {
            let id = id.to_ascii_uppercase();
            let own = technique(&id).map_or(&[][..], |(_, own)| own);
            let both: Vec<&str> = own.iter().copied().filter(|tactic| tactics.contains(tactic)).collect();
            let chosen = match (both.is_empty(), tactics.is_empty()) {
                (false, _) => both,
                (true, true) => own.iter().copied().take(1).collect(),
                (true, false) => tactics.iter().copied().collect(),
            };
            for tactic in chosen {
                empty.remove(tactic);
                places.insert((tactic, id.clone()));
            }
        }
        places.extend(empty.into_iter().map(|tactic| (tactic, String::new())));
        for (tactic, id) in places {
            let (count, worst) = columns.entry(tactic.to_owned()).or_default().entry(id).or_insert((0, finding.severity));
            *count += 1;
            *worst = (*worst).max(finding.severity);
        }
    }
    columns
}
