//! Records for the findings of correlations. A signal carries no text, so the few records that a reader wants to see are fetched
//! from their sources when all is known.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use hashbrown::HashSet;
use watchfire_detect::{Meta, RuleKind, Scratch, referee};
use watchfire_model::{Entity, Evidence, Finding, Record, cloudtrail};

use crate::Engine;
use crate::draft::{EVIDENCE_MAX, kept};
use crate::event::parsed;
use crate::{entity, summary};

/// Which records to fetch from which source.
pub type Wanted = BTreeMap<Arc<str>, HashSet<Arc<str>>>;

/// The records that findings without evidence need, from at most so many sources: the first of each finding, most urgent findings
/// first; then the last ones, as far as they cost no further source.
pub fn wanted(findings: &[Finding], sources_max: usize) -> Wanted {
    let mut wanted = Wanted::new();
    let bare: Vec<&Finding> = findings.iter().filter(|finding| finding.evidence.is_empty()).collect();
    for record in bare.iter().filter_map(|finding| finding.records.first()) {
        if wanted.len() < sources_max || wanted.contains_key(&record.source) {
            wanted.entry(record.source.clone()).or_default().insert(record.event_id.clone());
        }
    }
    for record in bare.iter().flat_map(|finding| finding.records.iter().rev().take(EVIDENCE_MAX - 1)) {
        if let Some(ids) = wanted.get_mut(&record.source) {
            ids.insert(record.event_id.clone());
        }
    }
    wanted
}

/// Gives a fetched record to every finding that lacks it, with what matched in it.
pub fn attach(findings: &mut [Finding], record: &Record<'_>, engine: &Engine, scratch: &mut Scratch) {
    let Some(event_id) = record.text(cloudtrail::EVENT_ID) else { return };
    let (event, Some(text)) = (parsed(record.raw()), kept(record.raw())) else { return };
    let mut matching = Vec::new();
    engine.matcher.matches(record, scratch, |rule| matching.push(rule));
    for finding in findings.iter_mut().filter(|finding| finding.evidence.len() < EVIDENCE_MAX) {
        let known = finding.evidence.iter().any(|evidence| *evidence.event_id == *event_id);
        if known || !finding.records.iter().any(|occurrence| *occurrence.event_id == *event_id) {
            continue;
        }
        let Some((at, meta)) = correlation_of(finding, engine) else { continue };
        let rules = engine.rules.base_rules([RuleKind::Correlation(at)]);
        let matched = matching.iter().find(|rule| rules.contains(rule));
        let matched = matched.map(|rule| referee::matched(&engine.rules.rules[*rule], &event)).unwrap_or_default();
        finding.evidence.push(Evidence { event_id: event_id.as_ref().into(), record: text.clone(), matched });
        let order = |id: &str| finding.records.iter().position(|occurrence| *occurrence.event_id == *id);
        finding.evidence.sort_by_key(|evidence| order(&evidence.event_id));
        let mut entities: BTreeSet<_> = finding.entities.drain(..).collect();
        entity::of_record(record, &entity::Actor::of(record), &mut |kind, id| {
            entities.insert(Entity { kind, id: id.into() });
        });
        finding.entities = entities.into_iter().collect();
        summary::fill(finding, meta);
    }
}

fn correlation_of<'e>(finding: &Finding, engine: &'e Engine) -> Option<(usize, &'e Meta)> {
    let named = engine.rules.correlations.iter().enumerate();
    named.map(|(at, correlation)| (at, &correlation.meta)).find(|(_, meta)| meta.id == finding.rule && meta.name == finding.name)
}
