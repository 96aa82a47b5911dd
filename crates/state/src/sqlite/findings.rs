//! Upserting the findings of an epoch.

use std::collections::BTreeSet;

use rusqlite::{CachedStatement, Transaction, params};
use watchfire_model::{Entity, EventTime};

use super::column::{kind_of, kind_rank};
use super::evidence::EvidenceTable;
use super::fault::Fault;
use super::hub::{Ours, Own};
use super::occurrences::Occurrences;
use super::row::{FindingRow, Rows};
use crate::{EpochId, KeyedFinding, Phrase};

/// Different entities kept of one finding, the first by kind and name: as many as the engines give.
const ENTITIES_MAX: usize = 100;

/// Joins findings to those that are kept.
pub(super) struct Findings<'t> {
    epoch: EpochId,
    at: EventTime,
    rows: Rows<'t>,
    occurrences: Occurrences<'t>,
    entities: Entities<'t>,
    evidence: EvidenceTable<'t>,
    hub: Ours<'t>,
}

impl<'t> Findings<'t> {
    pub(super) fn new(
        transaction: &'t Transaction<'t>,
        epoch: EpochId,
        at: EventTime,
        occurrences_max: u64,
    ) -> Result<Findings<'t>, Fault> {
        Ok(Findings {
            epoch,
            at,
            rows: Rows::new(transaction)?,
            occurrences: Occurrences::new(transaction, occurrences_max)?,
            entities: Entities::new(transaction)?,
            evidence: EvidenceTable::new(transaction)?,
            hub: Ours::new(transaction, epoch, at)?,
        })
    }

    /// Joins all; how many are new or changed comes back.
    pub(super) fn join(&mut self, findings: &[KeyedFinding], phrase: Phrase<'_>) -> Result<u64, Fault> {
        let mut changed = 0;
        for keyed in findings {
            changed += u64::from(self.join_one(keyed, phrase)?);
        }
        Ok(changed)
    }

    fn join_one(&mut self, keyed: &KeyedFinding, phrase: Phrase<'_>) -> Result<bool, Fault> {
        let told = FindingRow::of(&keyed.finding);
        let (key, before, created, is_new) = match self.rows.find(keyed)? {
            Some((key, row, created)) => (key, row, created, false),
            None => (self.rows.add(keyed, &told, self.epoch, self.at)?, told.clone(), self.at, true),
        };
        let mut row = before.clone();
        row.join(told);
        self.occurrences.join(key, &keyed.finding, &mut row)?;
        let mut changed = self.entities.join(key, &keyed.finding.entities)?;
        changed |= self.evidence.join(key, &keyed.finding)?;
        if !is_new && (changed || row != before) {
            let entities = self.entities.of(key)?.into_iter().collect();
            row.word(&keyed.finding, entities, self.evidence.earliest(key)?, phrase);
        }
        changed |= row != before;
        if changed {
            self.rows.set(key, &row, self.epoch, self.at)?;
        }
        if changed || is_new {
            let entities = self.entities.of(key)?.into_iter().collect();
            let finding = row.known(&keyed.finding, entities);
            let came_again = !is_new && row.count > before.count;
            self.hub.tell(&Own { key, id: keyed.id().to_string(), created, finding: &finding, came_again })?;
        }
        Ok(changed || is_new)
    }
}

/// The table of entities.
struct Entities<'t> {
    find: CachedStatement<'t>,
    add: CachedStatement<'t>,
    remove: CachedStatement<'t>,
}

impl<'t> Entities<'t> {
    fn new(transaction: &'t Transaction<'t>) -> Result<Entities<'t>, Fault> {
        Ok(Entities {
            find: transaction.prepare_cached("SELECT kind, id FROM entity WHERE finding = ?1")?,
            add: transaction.prepare_cached("INSERT INTO entity (finding, kind, id) VALUES (?1, ?2, ?3)")?,
            remove: transaction.prepare_cached("DELETE FROM entity WHERE finding = ?1 AND kind = ?2 AND id = ?3")?,
        })
    }

    /// Those of a finding.
    fn of(&mut self, key: i64) -> Result<BTreeSet<Entity>, Fault> {
        let mut known = BTreeSet::new();
        let mut rows = self.find.query([key])?;
        while let Some(row) = rows.next()? {
            known.insert(Entity { kind: kind_of(row.get(0)?)?, id: row.get_ref(1)?.as_str()?.into() });
        }
        Ok(known)
    }

    /// Whether anything changed.
    fn join(&mut self, key: i64, told: &[Entity]) -> Result<bool, Fault> {
        if told.is_empty() {
            return Ok(false);
        }
        let known = self.of(key)?;
        let joined: BTreeSet<&Entity> = known.iter().chain(told).collect();
        let kept: BTreeSet<&Entity> = joined.into_iter().take(ENTITIES_MAX).collect();
        let mut changed = false;
        for entity in kept.iter().filter(|entity| !known.contains(**entity)) {
            self.add.execute(params![key, kind_rank(entity.kind), &*entity.id])?;
            changed = true;
        }
        for entity in known.iter().filter(|entity| !kept.contains(entity)) {
            self.remove.execute(params![key, kind_rank(entity.kind), &*entity.id])?;
            changed = true;
        }
        Ok(changed)
    }
}
