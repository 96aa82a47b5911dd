//! Rules over the records of the lake: what they would have found.

mod cursor;
mod judge;
mod reader;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use watchfire_detect::{Meta, RuleKind, RuleSet};
use watchfire_lake::Day;
use watchfire_model::{EntityKind, EventTime, Finding};
use watchfire_watch::Engine;

use self::judge::{Judged, judge};
use crate::LakePlace;

/// What to test, and on what.
#[derive(Debug, Clone, Default)]
pub struct BacktestOptions {
    /// Where the lake is.
    pub lake: LakePlace,
    /// Only what happened at or after this time.
    pub from: Option<EventTime>,
    /// Only what happened at or before this time.
    pub to: Option<EventTime>,
    /// Threads; 0 for one a core.
    pub threads: usize,
}

/// What a backtest came to.
#[derive(Debug)]
pub struct Backtest {
    /// What each tested rule found, most hits first; rules that found nothing come last.
    pub rules: Vec<Tested>,
    /// Records that could matter and were judged.
    pub judged: u64,
    /// Records in the table.
    pub total: u64,
}

/// What one rule would have found.
#[derive(Debug, Clone, serde::Serialize)]
pub struct Tested {
    /// Its id.
    pub rule: Arc<str>,
    /// Its name.
    pub name: Arc<str>,
    /// Its title.
    pub title: Arc<str>,
    /// Records that its findings rest on.
    pub hits: u64,
    /// Findings: one for each account and identity.
    pub findings: usize,
    /// Hits of each day, as far as their records are listed.
    pub days: BTreeMap<String, u64>,
    /// Hits of each principal, most first.
    pub principals: Vec<(Arc<str>, u64)>,
    /// Some findings in a sentence each.
    pub examples: Vec<String>,
    /// What an exception takes away; nothing when none was tried.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub removed: Option<Removed>,
}

/// What an exception takes away.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Removed {
    /// Hits.
    pub hits: u64,
    /// Findings that are gone.
    pub findings: usize,
    /// Some of them in a sentence each.
    pub examples: Vec<String>,
}

/// Sentences told of one rule.
const EXAMPLES: usize = 3;

/// Principals told of one rule.
const PRINCIPALS: usize = 10;

/// Runs the chosen rules of a set over the lake; all that make findings when `chosen` is empty. What they cannot match is not read.
///
/// # Errors
/// When there is no lake, it cannot be read, or a name is no rule's.
pub fn backtest(set: RuleSet, chosen: &[String], options: &BacktestOptions) -> anyhow::Result<Backtest> {
    let (tested, judged) = test(set, chosen, options)?;
    let mut rules: Vec<Tested> = tested.iter().map(|(meta, findings)| told(meta, findings)).collect();
    rules.sort_by(|a, b| (b.hits, &a.name).cmp(&(a.hits, &b.name)));
    Ok(Backtest { rules, judged: judged.records, total: judged.total })
}

/// The same with exceptions (Sigma filters) in the second set: what they take away from the first.
///
/// # Errors
/// As [`backtest`].
pub fn backtest_exception(set: RuleSet, with: RuleSet, chosen: &[String], options: &BacktestOptions) -> anyhow::Result<Backtest> {
    let (before, judged) = test(set, chosen, options)?;
    let (after, _) = test(with, chosen, options)?;
    let kept: HashMap<_, _> = after.iter().map(|(meta, findings)| ((&meta.id, &meta.name), findings.as_slice())).collect();
    let tested = |(meta, findings): &Findings| {
        let kept = kept.get(&(&meta.id, &meta.name)).copied().unwrap_or_default();
        Tested { removed: Some(removed(findings, kept)), ..told(meta, findings) }
    };
    let mut rules: Vec<Tested> = before.iter().map(tested).collect();
    rules.sort_by(|a, b| (b.hits, &a.name).cmp(&(a.hits, &b.name)));
    Ok(Backtest { rules, judged: judged.records, total: judged.total })
}

/// What an exception took away: findings that share no record with one that stays are gone.
fn removed(before: &[Finding], after: &[Finding]) -> Removed {
    let hits = |findings: &[Finding]| findings.iter().map(|finding| finding.count).sum::<u64>();
    let stays: HashSet<&str> = after.iter().flat_map(|finding| &finding.records).map(|record| &*record.event_id).collect();
    let is_gone = |finding: &&Finding| !finding.records.iter().any(|record| stays.contains(&*record.event_id));
    let gone: Vec<&Finding> = before.iter().filter(is_gone).collect();
    Removed {
        hits: hits(before).saturating_sub(hits(after)),
        findings: gone.len(),
        examples: gone.iter().map(|finding| finding.summary.clone()).take(EXAMPLES).collect(),
    }
}

/// A rule and what it found.
type Findings = (Meta, Vec<Finding>);

/// Each chosen rule with its findings, and how much was judged.
fn test(mut set: RuleSet, chosen: &[String], options: &BacktestOptions) -> anyhow::Result<(Vec<Findings>, Judged)> {
    let kinds = choose(&mut set, chosen)?;
    let told = kinds.iter().filter_map(|kind| if let RuleKind::Rule(at) = kind { Some(*at) } else { None }).collect();
    let (base, metas) = (set.base_rules(kinds.iter().copied()), kinds.iter().map(|kind| meta_of(&set, *kind).clone()).collect::<Vec<_>>());
    let mut judged = judge(&Arc::new(Engine::new(set)), &base, &told, options)?;
    let mut by_rule: HashMap<(Arc<str>, Arc<str>), Vec<Finding>> = HashMap::new();
    for finding in std::mem::take(&mut judged.findings) {
        by_rule.entry((finding.rule.clone(), finding.name.clone())).or_default().push(finding);
    }
    let tested = metas.into_iter().map(|meta| {
        let findings = by_rule.remove(&(meta.id.clone(), meta.name.clone())).unwrap_or_default();
        (meta, findings)
    });
    Ok((tested.collect(), judged))
}

fn meta_of(set: &RuleSet, kind: RuleKind) -> &Meta {
    match kind {
        RuleKind::Rule(at) => &set.rules[at].meta,
        RuleKind::Correlation(at) => &set.correlations[at].meta,
    }
}

/// The rules that are tested. One that only feeds correlations speaks for itself when it is named.
fn choose(set: &mut RuleSet, chosen: &[String]) -> anyhow::Result<Vec<RuleKind>> {
    let all = (0..set.rules.len()).map(RuleKind::Rule).chain((0..set.correlations.len()).map(RuleKind::Correlation)).collect::<Vec<_>>();
    let is_named = |kind: RuleKind, name: &str| {
        let meta = meta_of(set, kind);
        *meta.name == *name || *meta.id == *name
    };
    if let Some(name) = chosen.iter().find(|name| !all.iter().any(|kind| is_named(*kind, name))) {
        anyhow::bail!("no rule {name:?} is loaded\n  hint: `watchfire rules list TEXT` finds names");
    }
    let is_quiet = |kind: RuleKind| match kind {
        RuleKind::Rule(at) => set.rules[at].quiet,
        RuleKind::Correlation(at) => set.correlations[at].quiet,
    };
    let is_chosen = |kind: &RuleKind| if chosen.is_empty() { !is_quiet(*kind) } else { chosen.iter().any(|name| is_named(*kind, name)) };
    let kinds: Vec<RuleKind> = all.into_iter().filter(is_chosen).collect();
    for kind in &kinds {
        match *kind {
            RuleKind::Rule(at) => set.rules[at].quiet = false,
            RuleKind::Correlation(at) => set.correlations[at].quiet = false,
        }
    }
    Ok(kinds)
}

/// What one rule's findings come to.
fn told(meta: &Meta, findings: &[Finding]) -> Tested {
    let mut days: BTreeMap<String, u64> = BTreeMap::new();
    let mut principals: BTreeMap<Arc<str>, u64> = BTreeMap::new();
    for finding in findings {
        for record in &finding.records {
            *days.entry(Day::of(record.time).to_string()).or_default() += 1;
        }
        if let Some(principal) = finding.entities.iter().find(|entity| entity.kind == EntityKind::Principal) {
            *principals.entry(principal.id.clone()).or_default() += finding.count;
        }
    }
    let mut principals: Vec<_> = principals.into_iter().collect();
    principals.sort_by(|(a, a_hits), (b, b_hits)| (b_hits, a).cmp(&(a_hits, b)));
    principals.truncate(PRINCIPALS);
    Tested {
        rule: meta.id.clone(),
        name: meta.name.clone(),
        title: meta.title.clone(),
        hits: findings.iter().map(|finding| finding.count).sum(),
        findings: findings.len(),
        days,
        principals,
        examples: findings.iter().map(|finding| finding.summary.clone()).take(EXAMPLES).collect(),
        removed: None,
    }
}
