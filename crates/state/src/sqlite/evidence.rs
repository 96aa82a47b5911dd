//! The records kept whole: the earliest of a finding, whatever epoch brought them.

use std::collections::BTreeSet;
use std::sync::Arc;

use rusqlite::{CachedStatement, Transaction, params};
use watchfire_model::{EventTime, Evidence, Finding};

use super::column::matched_text;
use super::fault::Fault;

/// Records kept whole in one finding: as many as the engines give.
const EVIDENCE_MAX: usize = 3;

/// The table of evidence.
pub(super) struct EvidenceTable<'t> {
    find: CachedStatement<'t>,
    add: CachedStatement<'t>,
    set: CachedStatement<'t>,
    remove: CachedStatement<'t>,
    earliest: CachedStatement<'t>,
}

impl<'t> EvidenceTable<'t> {
    pub(super) fn new(transaction: &'t Transaction<'t>) -> Result<EvidenceTable<'t>, Fault> {
        Ok(EvidenceTable {
            find: transaction.prepare_cached("SELECT time, event_id FROM evidence WHERE finding = ?1")?,
            add: transaction
                .prepare_cached("INSERT INTO evidence (finding, time, event_id, record, matched) VALUES (?1, ?2, ?3, ?4, ?5)")?,
            set: transaction.prepare_cached(
                "UPDATE evidence SET record = ?4, matched = ?5 WHERE finding = ?1 AND time = ?2 AND event_id = ?3
                 AND (record > ?4 OR (record = ?4 AND matched <> ?5))",
            )?,
            earliest: transaction
                .prepare_cached("SELECT event_id, record FROM evidence WHERE finding = ?1 ORDER BY time, event_id LIMIT 1")?,
            remove: transaction.prepare_cached("DELETE FROM evidence WHERE finding = ?1 AND time = ?2 AND event_id = ?3")?,
        })
    }

    /// The earliest record of a finding, without what matched in it.
    pub(super) fn earliest(&mut self, key: i64) -> Result<Option<Evidence>, Fault> {
        let mut rows = self.earliest.query([key])?;
        let Some(row) = rows.next()? else { return Ok(None) };
        Ok(Some(Evidence { event_id: row.get_ref(0)?.as_str()?.into(), record: row.get(1)?, matched: Vec::new() }))
    }

    /// Whether anything changed.
    pub(super) fn join(&mut self, key: i64, finding: &Finding) -> Result<bool, Fault> {
        if finding.evidence.is_empty() {
            return Ok(false);
        }
        let mut known: BTreeSet<(EventTime, Arc<str>)> = BTreeSet::new();
        let mut rows = self.find.query([key])?;
        while let Some(row) = rows.next()? {
            known.insert((EventTime(row.get(0)?), row.get_ref(1)?.as_str()?.into()));
        }
        drop(rows);
        let told = placed(finding);
        let places: BTreeSet<_> = told.iter().map(|(time, evidence)| (*time, evidence.event_id.clone())).collect();
        let kept: BTreeSet<_> = known.union(&places).take(EVIDENCE_MAX).cloned().collect();
        let mut written = known.clone();
        let mut changed = false;
        for (time, evidence) in told {
            let place = (time, evidence.event_id.clone());
            let columns = params![key, time.millis(), &*evidence.event_id, evidence.record, matched_text(&evidence.matched)];
            if written.contains(&place) {
                changed |= self.set.execute(columns)? > 0;
            } else if kept.contains(&place) {
                changed |= self.add.execute(columns)? > 0;
                written.insert(place);
            }
        }
        for (time, event_id) in known.difference(&kept) {
            changed |= self.remove.execute(params![key, time.millis(), &**event_id])? > 0;
        }
        Ok(changed)
    }
}

/// Evidence does not say when it happened; the occurrence with its id does. Both stand in order of time, and no two pieces of evidence
/// are of the same time and id.
fn placed(finding: &Finding) -> Vec<(EventTime, &Evidence)> {
    let mut before: Option<(EventTime, &str)> = None;
    let mut placed = Vec::new();
    for evidence in &finding.evidence {
        let mut same = finding.records.iter().filter(|record| record.event_id == evidence.event_id).map(|record| record.time);
        let later = same.clone().find(|time| before.is_none_or(|before| (*time, &*evidence.event_id) > before));
        let time = later.or_else(|| same.next()).unwrap_or(finding.time);
        before = Some((time, &evidence.event_id));
        placed.push((time, evidence));
    }
    placed
}
