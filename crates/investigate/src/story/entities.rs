//! By whom, to what, from where.

use std::collections::{BTreeMap, BTreeSet};

use watchfire_model::{EntityKind, Finding, Severity};

use super::sentences::loud;
use crate::sessions::Chain;
use crate::text::{counted, listed, number, plain};
use crate::{Dimension, Triage, moment, name};

/// Names given in one sentence; the rest is a number.
const NAMES_MAX: usize = 3;

/// How many findings speak of each entity of these kinds, and the most urgent of them.
fn by_entity<'a>(findings: &[&'a Finding], kinds: &[EntityKind]) -> Vec<(&'a str, usize, Severity)> {
    let mut counts: BTreeMap<&str, (usize, Severity)> = BTreeMap::new();
    for finding in findings {
        let ids: BTreeSet<&str> = finding.entities.iter().filter(|entity| kinds.contains(&entity.kind)).map(|entity| &*entity.id).collect();
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
                    let findings = counted(*count as u64, "finding", "findings");
                    format!("{} with {findings} (up to {worst})", name::identity(id))
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
    format!(" The trail of sessions begins with {} and goes on with {}.", name::identity(chain.identity), steps.join(", then "))
}

pub(super) fn to_what(triage: &Triage<'_>) -> String {
    let findings = loud(triage.findings);
    let resources = without_doubles(by_entity(&findings, &[EntityKind::Resource]));
    let accounts = by_entity(&findings, &[EntityKind::Account]);
    let regions = by_entity(&findings, &[EntityKind::Region]);
    if resources.is_empty() && accounts.is_empty() {
        return String::new();
    }
    let mut text = String::new();
    if !resources.is_empty() {
        let words: Vec<String> = resources.iter().take(NAMES_MAX + 2).map(|(id, ..)| name::resource(id)).collect();
        let rest = resources.len() - words.len();
        let rest = if rest > 0 { format!(", and {} more", number(rest as u64)) } else { String::new() };
        text = format!("{} touched: {}{rest}. ", counted(resources.len() as u64, "resource is", "resources are"), words.join(", "));
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

/// The same thing often stands twice, by its name and by its ARN.
fn without_doubles(mut rows: Vec<(&str, usize, Severity)>) -> Vec<(&str, usize, Severity)> {
    let arns: BTreeSet<&str> =
        rows.iter().filter(|(id, ..)| id.starts_with("arn:")).filter_map(|(id, ..)| id.rsplit([':', '/']).next()).collect();
    rows.retain(|(id, ..)| id.starts_with("arn:") || !arns.contains(id));
    rows
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
                format!(" and {} in all, first at {}", counted(row.seen.count, "record", "records"), moment::stamp(row.seen.first))
            });
            format!("{} ({}{all})", plain(id, 60), counted(*count as u64, "finding", "findings"))
        })
        .collect();
    let rest = addresses.len().saturating_sub(NAMES_MAX);
    let rest = if rest > 0 { format!("; {} further addresses", number(rest as u64)) } else { String::new() };
    format!("The calls came from {}{rest}.", listed(&words))
}
