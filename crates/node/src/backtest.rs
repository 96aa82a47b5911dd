//! Rules over the records of the lake: what they would have found.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use futures::StreamExt;
use watchfire_decode::Input;
use watchfire_detect::{Meta, Necessary, RuleKind, RuleSet};
use watchfire_lake::{Day, Lake, Location, SessionLimits, session, to_json};
use watchfire_model::{EntityKind, EventTime, Finding};
use watchfire_watch::{Engine, Gathered, Scope, Worker};

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

/// Runs the chosen rules of a set over the lake; all of them when `chosen` is empty. What they cannot hold on is not read.
///
/// # Errors
/// When there is no lake, it cannot be read, or a name is no rule's.
pub fn backtest(set: RuleSet, chosen: &[String], options: &BacktestOptions) -> anyhow::Result<Backtest> {
    let tested = chosen_metas(&set, chosen)?;
    let necessary = set.necessary(base_rules(&set, &tested));
    let engine = Arc::new(Engine::new(set));
    let (findings, judged, total) = judge(&engine, &necessary, options)?;
    let mut rules: Vec<Tested> = tested
        .iter()
        .map(|(_, meta)| {
            told(meta, &findings.iter().filter(|finding| finding.name == meta.name && finding.rule == meta.id).collect::<Vec<_>>())
        })
        .collect();
    rules.sort_by(|a, b| (b.hits, &a.name).cmp(&(a.hits, &b.name)));
    Ok(Backtest { rules, judged, total })
}

/// The same with exceptions (Sigma filters) in the second set: what they take away from the first.
///
/// # Errors
/// As [`backtest`].
pub fn backtest_exception(set: RuleSet, with: RuleSet, chosen: &[String], options: &BacktestOptions) -> anyhow::Result<Backtest> {
    let mut before = backtest(set, chosen, options)?;
    let after = backtest(with, chosen, options)?;
    for tested in &mut before.rules {
        let Some(kept) = after.rules.iter().find(|kept| kept.rule == tested.rule && kept.name == tested.name) else { continue };
        let examples = tested.examples.iter().filter(|example| !kept.examples.contains(example)).cloned().collect();
        let (hits, findings) = (tested.hits.saturating_sub(kept.hits), tested.findings.saturating_sub(kept.findings));
        tested.removed = Some(Removed { hits, findings, examples });
    }
    Ok(before)
}

type Chosen = Vec<(RuleKind, Meta)>;

fn chosen_metas(set: &RuleSet, chosen: &[String]) -> anyhow::Result<Chosen> {
    let rules = set.rules.iter().enumerate().map(|(at, rule)| (RuleKind::Rule(at), &rule.meta, rule.quiet));
    let correlations = set.correlations.iter().enumerate();
    let correlations = correlations.map(|(at, rule)| (RuleKind::Correlation(at), &rule.meta, rule.quiet));
    let all: Vec<_> = rules.chain(correlations).collect();
    let is_named = |meta: &Meta, name: &str| *meta.name == *name || *meta.id == *name;
    for name in chosen {
        match all.iter().find(|(_, meta, _)| is_named(meta, name)) {
            None => anyhow::bail!("no rule {name:?} is loaded\n  hint: `watchfire rules list TEXT` finds names"),
            Some((.., true)) => anyhow::bail!("{name} only feeds correlations and finds nothing alone\n  hint: name the correlation"),
            Some(_) => {}
        }
    }
    let wanted =
        all.into_iter().filter(|(_, meta, quiet)| if chosen.is_empty() { !quiet } else { chosen.iter().any(|name| is_named(meta, name)) });
    Ok(wanted.map(|(kind, meta, _)| (kind, meta.clone())).collect())
}

/// The rules that judge records for the chosen ones: themselves, or what their correlations stand on.
fn base_rules(set: &RuleSet, chosen: &Chosen) -> BTreeSet<usize> {
    let mut rules = BTreeSet::new();
    let mut open: Vec<RuleKind> = chosen.iter().map(|(kind, _)| *kind).collect();
    let mut seen = BTreeSet::new();
    while let Some(kind) = open.pop() {
        match kind {
            RuleKind::Rule(at) => drop(rules.insert(at)),
            RuleKind::Correlation(at) if seen.insert(at) => {
                open.extend(set.correlations.get(at).into_iter().flat_map(|correlation| correlation.parts.iter().copied()));
            }
            RuleKind::Correlation(_) => {}
        }
    }
    rules
}

/// Reads the rows that matter and judges them as `scan` judges a log: findings, how many were judged, how many there are.
fn judge(engine: &Arc<Engine>, necessary: &Necessary, options: &BacktestOptions) -> anyhow::Result<(Vec<Finding>, u64, u64)> {
    let threads = if options.threads > 0 { options.threads } else { std::thread::available_parallelism().map_or(1, usize::from) };
    let table = options.lake.table()?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(threads).enable_all().build()?;
    let (gathered, total) = runtime.block_on(read(engine, necessary, &table, options, threads))?;
    let judged = gathered.counts.records;
    let rejected = gathered.rejects.total();
    anyhow::ensure!(rejected == 0, "bug: {rejected} rows of the lake came back as no record");
    let (findings, _) = gathered.findings(engine)?;
    Ok((findings, judged, total))
}

async fn read(
    engine: &Arc<Engine>,
    necessary: &Necessary,
    table: &Location,
    options: &BacktestOptions,
    threads: usize,
) -> anyhow::Result<(Gathered, u64)> {
    let lake = Lake::open(table).await?;
    let total = lake.status()?.rows;
    let session = session(SessionLimits { threads: Some(threads), ..SessionLimits::default() })?;
    let streams = lake.candidates(&session, necessary, options.from, options.to).await?;
    let scope = Scope { from: options.from, to: options.to, ..Scope::default() };
    let source: Arc<str> = "lake".into();
    let workers = streams.into_iter().map(|mut rows| {
        let mut worker = Worker::new(engine.clone(), scope.clone(), threads);
        let source = source.clone();
        tokio::spawn(async move {
            while let Some(batch) = rows.next().await {
                let text = to_json(&batch?)?.join("\n");
                worker.take(&source, Input::Bytes(text.as_bytes()), None);
            }
            worker.error().map_or(Ok(worker.finish()), |error| Err(anyhow::Error::from(error)))
        })
    });
    let mut whole: Option<Gathered> = None;
    for part in workers.collect::<Vec<_>>() {
        let part = part.await??;
        match &mut whole {
            Some(whole) => whole.join(part, engine),
            None => whole = Some(part),
        }
    }
    let empty = || Worker::new(engine.clone(), Scope::default(), 1).finish();
    Ok((whole.unwrap_or_else(empty), total))
}

/// What one rule's findings come to.
fn told(meta: &Meta, findings: &[&Finding]) -> Tested {
    let mut days: BTreeMap<String, u64> = BTreeMap::new();
    let mut principals: BTreeMap<Arc<str>, u64> = BTreeMap::new();
    for finding in findings {
        for record in &finding.records {
            *days.entry(Day(record.time.millis().div_euclid(DAY_MILLIS) as i32).to_string()).or_default() += 1;
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

const DAY_MILLIS: i64 = 24 * 60 * 60 * 1000;
