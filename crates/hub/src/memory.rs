//! Everything kept in memory, in the most obvious way: what tests compare with, and what a demonstration needs.

use std::collections::BTreeMap;
use std::convert::Infallible;

use watchfire_model::EventTime;

use crate::asff::FindingKey;
use crate::attribute::Attribute;
use crate::automation::AutomationRule;
use crate::filter::Filters;
use crate::held::Held;
use crate::history::Entry;
use crate::insight::Insight;
use crate::kept::{Kept, Settings, Span};
use crate::query::{Found, Query};
use crate::suppression::Suppression;

/// All that the hub keeps, gone with the process.
#[derive(Debug, Clone, Default)]
pub struct Memory {
    findings: BTreeMap<FindingKey, (i64, Held, Vec<Entry>)>,
    rules: BTreeMap<String, AutomationRule>,
    insights: BTreeMap<String, Insight>,
    suppressions: BTreeMap<String, Suppression>,
    settings: Option<Settings>,
}

type Answer<T> = Result<T, Infallible>;

impl Kept for Memory {
    type Error = Infallible;

    fn held(&self, key: &FindingKey) -> Answer<Option<Held>> {
        Ok(self.findings.get(key).map(|(_, held, _)| held.clone()))
    }

    fn hold(&mut self, held: &Held, entries: &[Entry]) -> Answer<()> {
        let number = self.findings.len() as i64 + 1;
        let (_, kept, history) = self.findings.entry(held.key()).or_insert_with(|| (number, held.clone(), Vec::new()));
        kept.clone_from(held);
        history.extend_from_slice(entries);
        Ok(())
    }

    fn find(&self, query: &Query, now: EventTime) -> Answer<Found> {
        let passing = self.findings.values().filter(|(_, held, _)| query.filters.hold(&held.document, now));
        let mut placed: Vec<_> = passing.map(|(number, held, _)| (query.place(&held.document, *number), held)).collect();
        placed.retain(|(place, _)| query.after.as_ref().is_none_or(|after| query.compare(place, after).is_gt()));
        placed.sort_by(|(a, _), (b, _)| query.compare(a, b));
        let is_more = placed.len() > query.limit;
        placed.truncate(query.limit);
        Ok(Found { items: placed.into_iter().map(|(place, held)| (place.number, held.clone())).collect(), is_more })
    }

    fn count_by(&self, filters: &Filters, attribute: &'static Attribute, limit: usize, now: EventTime) -> Answer<Vec<(String, u64)>> {
        let mut counts: BTreeMap<String, u64> = BTreeMap::new();
        for (_, held, _) in self.findings.values().filter(|(_, held, _)| filters.hold(&held.document, now)) {
            for text in attribute.texts(&held.document) {
                *counts.entry(text).or_default() += 1;
            }
        }
        Ok(most(counts, limit))
    }

    fn suppressed_by(&self, suppression: &str, limit: usize) -> Answer<Vec<Held>> {
        let held = self.findings.values().map(|(_, held, _)| held);
        Ok(held.filter(|held| held.suppression.as_deref() == Some(suppression)).take(limit).cloned().collect())
    }

    fn history(&self, key: &FindingKey, span: Span) -> Answer<Vec<Entry>> {
        let entries = self.findings.get(key).into_iter().flat_map(|(_, _, history)| history.iter().rev());
        let within = entries.filter(|entry| span.from.is_none_or(|from| entry.at >= from) && span.to.is_none_or(|to| entry.at <= to));
        Ok(within.skip(span.passed).take(span.limit).cloned().collect())
    }

    fn rules(&self) -> Answer<Vec<AutomationRule>> {
        Ok(self.rules.values().cloned().collect())
    }

    fn set_rule(&mut self, rule: &AutomationRule) -> Answer<()> {
        self.rules.insert(rule.rule_arn.clone(), rule.clone());
        Ok(())
    }

    fn remove_rule(&mut self, arn: &str) -> Answer<()> {
        self.rules.remove(arn);
        Ok(())
    }

    fn insights(&self) -> Answer<Vec<Insight>> {
        Ok(self.insights.values().cloned().collect())
    }

    fn set_insight(&mut self, insight: &Insight) -> Answer<()> {
        self.insights.insert(insight.insight_arn.clone(), insight.clone());
        Ok(())
    }

    fn remove_insight(&mut self, arn: &str) -> Answer<()> {
        self.insights.remove(arn);
        Ok(())
    }

    fn suppressions(&self) -> Answer<Vec<Suppression>> {
        Ok(self.suppressions.values().cloned().collect())
    }

    fn set_suppression(&mut self, suppression: &Suppression) -> Answer<()> {
        self.suppressions.insert(suppression.id.clone(), suppression.clone());
        Ok(())
    }

    fn remove_suppression(&mut self, id: &str) -> Answer<()> {
        self.suppressions.remove(id);
        Ok(())
    }

    fn settings(&self) -> Answer<Option<Settings>> {
        Ok(self.settings.clone())
    }

    fn set_settings(&mut self, settings: &Settings) -> Answer<()> {
        self.settings = Some(settings.clone());
        Ok(())
    }
}

/// The greatest counts, then by value.
pub fn most(counts: BTreeMap<String, u64>, limit: usize) -> Vec<(String, u64)> {
    let mut counts: Vec<(String, u64)> = counts.into_iter().collect();
    counts.sort_by(|(a, a_count), (b, b_count)| b_count.cmp(a_count).then_with(|| a.cmp(b)));
    counts.truncate(limit);
    counts
}
