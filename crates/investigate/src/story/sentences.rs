//! One function for each question a responder asks.

use std::collections::{BTreeMap, BTreeSet};

use watchfire_model::{EntityKind, Finding, Severity};

use crate::attack::tactic_name;
use crate::sessions::Chain;
use crate::text::{counted, listed, number, plain, unstopped};
use crate::{Dimension, Triage, moment, name};

/// Names given in one sentence; the rest is a number.
const NAMES_MAX: usize = 3;

/// Findings told one by one; the rest is in the list.
const TOLD_MAX: usize = 3;

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
    for finding in most_urgent(triage.findings).into_iter().take(TOLD_MAX) {
        text.push_str(&format!(
            " {} ({}, {}{}).",
            sentence(finding),
            finding.severity,
            moment::stamp(finding.time),
            if finding.count > 1 { format!(", {} times", number(finding.count)) } else { String::new() },
        ));
    }
    text.push_str(&order_of_tactics(triage.findings));
    text
}

/// Low findings are told only where there is nothing else.
fn loud(findings: &[Finding]) -> Vec<&Finding> {
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
    plain(unstopped(said), 280).into_owned()
}

/// `In the order of the attack: Discovery (09:02), then Persistence (09:14)`, by the first finding of each tactic.
fn order_of_tactics(findings: &[Finding]) -> String {
    let mut first: BTreeMap<&str, _> = BTreeMap::new();
    for finding in loud(findings) {
        for tactic in &finding.attack.tactics {
            let time = first.entry(tactic.as_str()).or_insert(finding.time);
            *time = (*time).min(finding.time);
        }
    }
    if first.len() < 2 {
        return String::new();
    }
    let mut order: Vec<_> = first.into_iter().map(|(tactic, time)| (time, tactic)).collect();
    order.sort_unstable();
    let words: Vec<String> = order
        .iter()
        .map(|(time, tactic)| format!("{} ({})", plain(tactic_name(tactic), 40), moment::hour(*time)))
        .collect();
    format!(" In order of time: {}.", words.join(", then "))
}

/// How many findings speak of each entity of these kinds, and the most urgent of them.
fn by_entity<'a>(findings: &[&'a Finding], kinds: &[EntityKind]) -> Vec<(&'a str, usize, Severity)> {
    let mut counts: BTreeMap<&str, (usize, Severity)> = BTreeMap::new();
    for finding in findings {
        let ids: BTreeSet<&str> =
            finding.entities.iter().filter(|entity| kinds.contains(&entity.kind)).map(|entity| &*entity.id).collect();
        for id in ids {
            let (count, worst) = counts.entry(id).or_insert((0, Severity::Informational));
            *count += 1;
            *worst = (*worst).max(finding.severity);
        }
    }
    let mut rows: Vec<_> = counts.into_iter().map(|(id, (count, worst))| (id, count, worst)).collect();
    rows.sort_by(|a, b| (b.2, b.1).cmp(&(a.2, a.1)).then(a.0.cmp(b.0)));
    rows
}

pub(super) fn whom(triage: &Triage<'_>) -> String {
    let findings = loud(triage.findings);
    let principals = by_entity(&findings, &[EntityKind::Principal]);
    let mut text = match principals.as_slice() {
        [] if findings.is_empty() => return busiest_caller(triage),
        [] => return "The findings name nobody.".to_owned(),
        [(only, count, _)] => format!(
            "Everything goes back to {}{}, with {}.",
            name::identity(only),
            in_account(only),
            counted(*count as u64, "finding", "findings")
        ),
        many => {
            let words: Vec<String> = many
                .iter()
                .take(NAMES_MAX)
                .map(|(id, count, worst)| {
                    format!("{} ({}, up to {worst})", name::identity(id), counted(*count as u64, "finding", "findings"))
                })
                .collect();
            let rest = many.len().saturating_sub(NAMES_MAX);
            let rest = if rest > 0 { format!("; {} more have findings", number(rest as u64)) } else { String::new() };
            format!("{} identities stand out: {}{rest}.", number(many.len() as u64), listed(&words))
        }
    };
    let chains = triage.sessions.chains(triage.findings);
    // The longest trail is the one a reader would not find alone.
    let depth = |chain: &&Chain<'_>| chain.links.iter().filter(|l| !l.findings.is_empty()).map(|l| l.depth).max();
    let loud = chains.iter().filter(|chain| chain.worst >= Some(Severity::Medium) && chain.links.len() > 1);
    if let Some(chain) = loud.rev().max_by_key(depth) {
        text.push_str(&chain_in_words(chain));
    }
    text
}

fn busiest_caller(triage: &Triage<'_>) -> String {
    let rows = triage.tally.rows(Dimension::Principal);
    match rows.first() {
        Some(row) => format!(
            "{} called; the busiest was {} with {}.",
            counted(rows.len() as u64, "identity", "identities"),
            name::identity(row.text),
            counted(row.seen.count, "record", "records")
        ),
        None => String::new(),
    }
}

fn in_account(arn: &str) -> String {
    name::account(arn).map(|account| format!(" in account {account}")).unwrap_or_default()
}

/// The longest way from the identity to a session with a finding.
fn chain_in_words(chain: &Chain<'_>) -> String {
    let Some(end) = chain
        .links
        .iter()
        .enumerate()
        .filter(|(_, link)| !link.findings.is_empty())
        .max_by_key(|(place, link)| (link.depth, std::cmp::Reverse(*place)))
        .map(|(place, _)| place)
    else {
        return String::new();
    };
    let mut steps = Vec::new();
    let mut depth = usize::MAX;
    for link in chain.links.iter().take(end + 1).rev() {
        if link.depth < depth {
            depth = link.depth;
            if !link.opened_by.is_empty() {
                steps.push(format!("{} as {}", plain(link.opened_by, 60), name::identity(link.principal)));
            }
        }
    }
    steps.reverse();
    if steps.is_empty() {
        return String::new();
    }
    format!(
        " The trail of sessions begins with {} and goes on with {}.",
        name::identity(chain.identity),
        steps.join(", then ")
    )
}

pub(super) fn to_what(triage: &Triage<'_>) -> String {
    let findings = loud(triage.findings);
    let resources = by_entity(&findings, &[EntityKind::Resource]);
    let accounts = by_entity(&findings, &[EntityKind::Account]);
    let regions = by_entity(&findings, &[EntityKind::Region]);
    if resources.is_empty() && accounts.is_empty() {
        return String::new();
    }
    let mut text = String::new();
    if !resources.is_empty() {
        let words: Vec<String> =
            resources.iter().take(NAMES_MAX + 2).map(|(id, ..)| plain(id, 120).into_owned()).collect();
        let rest = resources.len() - words.len();
        let rest = if rest > 0 { format!(", and {} more", number(rest as u64)) } else { String::new() };
        text = format!(
            "{} touched: {}{rest}. ",
            counted(resources.len() as u64, "resource is", "resources are"),
            words.join(", ")
        );
    }
    let place = |rows: &[(&str, usize, Severity)], one: &str, many: &str| match rows {
        [] => String::new(),
        [(only, ..)] => format!("{one} {}", plain(only, 60)),
        rows => format!("{} {many}", number(rows.len() as u64)),
    };
    let places: Vec<String> = [place(&accounts, "account", "accounts"), place(&regions, "region", "regions")]
        .into_iter()
        .filter(|words| !words.is_empty())
        .collect();
    if !places.is_empty() {
        text.push_str(&format!("The findings lie in {}.", listed(&places)));
    }
    text.trim_end().to_owned()
}

pub(super) fn from_where(triage: &Triage<'_>) -> String {
    let findings = loud(triage.findings);
    let addresses = by_entity(&findings, &[EntityKind::Address]);
    if addresses.is_empty() {
        return String::new();
    }
    let known = triage.tally.rows(Dimension::Address);
    let words: Vec<String> = addresses
        .iter()
        .take(NAMES_MAX)
        .map(|(id, count, _)| {
            let all = known.iter().find(|row| row.text == *id).map_or(String::new(), |row| {
                format!(
                    " and {} in all, first at {}",
                    counted(row.seen.count, "record", "records"),
                    moment::stamp(row.seen.first)
                )
            });
            format!("{} ({}{all})", plain(id, 60), counted(*count as u64, "finding", "findings"))
        })
        .collect();
    let rest = addresses.len().saturating_sub(NAMES_MAX);
    let rest = if rest > 0 { format!("; {} further addresses", number(rest as u64)) } else { String::new() };
    format!("The calls came from {}{rest}.", listed(&words))
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
        let kept = findings.iter().filter(|finding| !finding.evidence.is_empty()).count();
        sentences.push(format!(
            "{} of {} keep the record they rest on, with the conditions that held.",
            number(kept as u64),
            counted(findings.len() as u64, "finding", "findings")
        ));
        let doubtful = findings.iter().filter(|finding| !finding.benign_causes.is_empty()).count();
        if doubtful > 0 {
            sentences.push(format!("{} name benign causes to rule out first.", number(doubtful as u64)));
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
