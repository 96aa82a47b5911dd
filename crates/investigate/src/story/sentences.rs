//! What happened, when, and how sure that is.

use std::collections::{BTreeMap, BTreeSet};

use watchfire_model::{Finding, Severity};

use crate::attack::tactic_name;
use crate::text::{counted, listed, number, prose, unstopped};
use crate::{Dimension, Triage, moment};

/// Findings told one by one; the rest is in the list.
const TOLD_MAX: usize = 5;

pub(super) fn headline(triage: &Triage<'_>) -> String {
    let count = |severity| triage.severity_count(severity) as u64;
    let (critical, high, medium) = (count(Severity::Critical), count(Severity::High), count(Severity::Medium));
    if triage.tally.total().is_none() && triage.findings.is_empty() {
        return "No record was read, so nothing can be said.".to_owned();
    }
    if triage.findings.is_empty() {
        return "Nothing was noticed.".to_owned();
    }
    let urgent: Vec<String> = [(critical, "critical"), (high, "high")]
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, word)| format!("{} {word}", number(count)))
        .collect();
    let noun = if critical + high == 1 { "finding" } else { "findings" };
    match (critical, high, medium) {
        (1.., ..) => format!("{} {noun}: somebody should act on this now.", listed(&urgent)),
        (0, 1.., _) => format!("{} {noun}: somebody should look now.", listed(&urgent)),
        (0, 0, 1..) => {
            format!("Nothing urgent; {} to look at today.", counted(medium, "medium finding", "medium findings"))
        }
        _ => format!("Nothing urgent; {} of low weight.", counted(triage.findings.len() as u64, "finding", "findings")),
    }
}

pub(super) fn what(triage: &Triage<'_>) -> String {
    let rules = counted(triage.rules, "rule", "rules");
    let records = counted(triage.tally.total().map_or(0, |total| total.count), "record", "records");
    if triage.findings.is_empty() {
        return format!(
            "{rules} looked at {records} and none matched. That is no proof of peace: a rule sees only what the logs hold, \
             and calls that were not logged (data events, other regions, other accounts) leave no trace here."
        );
    }
    let matched = triage.findings.iter().map(|finding| finding.count).sum();
    let mut text = format!(
        "{rules} looked at {records}; {} on {}.",
        if triage.findings.len() == 1 {
            "one finding rests".to_owned()
        } else {
            format!("{} findings rest", number(triage.findings.len() as u64))
        },
        counted(matched, "of them", "of them"),
    );
    text.push_str(&order_of_tactics(triage.findings));
    text
}

/// The most urgent findings in a sentence each, one of each rule.
pub(super) fn most_urgent_told(findings: &[Finding]) -> Vec<String> {
    let mut told = BTreeSet::new();
    let each_rule = most_urgent(findings).into_iter().filter(|finding| told.insert(&*finding.name));
    let words = each_rule.take(TOLD_MAX).map(|finding| {
        let times = if finding.count > 1 { format!(", {} times", number(finding.count)) } else { String::new() };
        format!("{} ({}, {}{times}).", sentence(finding), finding.severity, moment::stamp(finding.time))
    });
    words.collect()
}

/// Low findings are told only where there is nothing else.
pub(super) fn loud(findings: &[Finding]) -> Vec<&Finding> {
    let loud: Vec<&Finding> = findings.iter().filter(|finding| finding.severity >= Severity::Medium).collect();
    if loud.is_empty() { findings.iter().collect() } else { loud }
}

fn most_urgent(findings: &[Finding]) -> Vec<&Finding> {
    let mut order = loud(findings);
    order.sort_by(|a, b| b.severity.cmp(&a.severity).then((a.time, &a.name).cmp(&(b.time, &b.name))));
    order
}

fn sentence(finding: &Finding) -> String {
    let said = if finding.summary.trim().is_empty() { &*finding.title } else { &finding.summary };
    prose(unstopped(said), 280)
}

/// ` In order of time: Discovery (09:02), Persistence and Impact (09:14).`, by the first finding of each tactic. Of a
/// finding with several tactics only the first counts: a correlation names all that it could serve.
fn order_of_tactics(findings: &[Finding]) -> String {
    let mut first: BTreeMap<&str, _> = BTreeMap::new();
    for finding in loud(findings) {
        if let Some(tactic) = finding.attack.tactics.first() {
            let time = first.entry(tactic.as_str()).or_insert(finding.time);
            *time = (*time).min(finding.time);
        }
    }
    if first.len() < 2 {
        return String::new();
    }
    let mut order: Vec<_> = first.into_iter().map(|(tactic, time)| (time, tactic)).collect();
    order.sort_unstable();
    let mut minutes: Vec<(String, Vec<String>)> = Vec::new();
    for (time, tactic) in order {
        let (minute, tactic) = (moment::hour(time), prose(tactic_name(tactic), 40));
        match minutes.last_mut() {
            Some((last, tactics)) if *last == minute => tactics.push(tactic),
            _ => minutes.push((minute, vec![tactic])),
        }
    }
    let words: Vec<String> = minutes.iter().map(|(minute, tactics)| format!("{} ({minute})", listed(tactics))).collect();
    format!(" In order of time: {}.", words.join(", then "))
}

pub(super) fn when(triage: &Triage<'_>) -> String {
    let findings = loud(triage.findings);
    let mut text = String::new();
    let first = findings.iter().map(|finding| finding.time).min();
    let last = findings.iter().map(|finding| finding.last_time).max();
    if let (Some(first), Some(last)) = (first, last) {
        text = format!("It happened {}", moment::between(first, last));
        if last > first {
            text.push_str(&format!(", over {}", moment::span(last.millis().saturating_sub(first.millis()))));
        }
        text.push_str(". ");
    }
    if let Some(total) = triage.tally.total() {
        text.push_str(&format!("The logs hold records {}.", moment::between(total.first, total.last)));
    }
    text.trim_end().to_owned()
}

pub(super) fn how_sure(triage: &Triage<'_>) -> String {
    let mut sentences = Vec::new();
    let findings = loud(triage.findings);
    if !findings.is_empty() {
        let all = findings.len();
        let kept = findings.iter().filter(|finding| !finding.evidence.is_empty()).count();
        sentences.push(if kept == all {
            "Every finding keeps a record it rests on, with the conditions that held.".to_owned()
        } else {
            format!(
                "{} of {all} findings keep a record they rest on; the others name the records but do not hold them.",
                number(kept as u64)
            )
        });
        let doubtful = findings.iter().filter(|finding| !finding.benign_causes.is_empty()).count();
        if doubtful > 0 {
            let who = if doubtful == all { "All of them".to_owned() } else { format!("{} of them", number(doubtful as u64)) };
            sentences.push(format!("{who} name known benign causes: rule these out first."));
        }
    }
    if triage.rejects.total() > 0 {
        sentences.push(format!(
            "{} could not be read, so something may be missing.",
            counted(triage.rejects.total(), "piece of text", "pieces of text")
        ));
    }
    if triage.inputs.pruned > 0 {
        sentences.push(format!("{} left out as asked.", counted(triage.inputs.pruned, "object was", "objects were")));
    }
    let crowded = Dimension::ALL.into_iter().any(|dimension| triage.tally.others(dimension).is_some());
    if crowded || triage.sessions.dropped() > 0 {
        sentences.push("Some counts reached a limit and leave out the least busy names.".to_owned());
    }
    if sentences.is_empty() && triage.tally.total().is_some() {
        sentences.push("Everything that was given could be read.".to_owned());
    }
    sentences.join(" ")
}
