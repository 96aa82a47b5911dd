//! The row of a finding: everything of it that is one value.

use rusqlite::{CachedStatement, Transaction, params};
use watchfire_model::{Entity, EventTime, Evidence, Finding};

use super::column::{Words, json, severity_rank};
use super::fault::Fault;
use crate::{EpochId, FindingId, KeyedFinding, Phrase};

/// What the row says, apart from its key and its dates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct FindingRow {
    severity: i64,
    name: String,
    finding_type: String,
    title: String,
    words: String,
    summary: Summary,
    first: i64,
    last: i64,
    pub(super) count: u64,
    pub(super) kept: u64,
    pub(super) omitted: u64,
}

/// The sentence of a finding, and the record it speaks of.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Summary {
    time: i64,
    event_id: String,
    count: u64,
    text: String,
    next: String,
}

impl Summary {
    fn of(finding: &Finding) -> Summary {
        let (time, event_id) = finding.records.first().map_or((finding.time, ""), |record| (record.time, &record.event_id));
        Summary {
            time: time.millis(),
            event_id: event_id.to_owned(),
            count: finding.count,
            text: finding.summary.clone(),
            next: json(&finding.next),
        }
    }

    /// Of two the one that speaks of the earliest record is kept, then the one that knew more.
    fn order(&self) -> (i64, &str, std::cmp::Reverse<u64>, &str, &str) {
        (self.time, &self.event_id, std::cmp::Reverse(self.count), &self.text, &self.next)
    }
}

impl FindingRow {
    /// As an epoch tells it, with nothing counted yet.
    pub(super) fn of(finding: &Finding) -> FindingRow {
        FindingRow {
            severity: severity_rank(finding.severity),
            name: finding.name.to_string(),
            finding_type: finding.finding_type.to_string(),
            title: finding.title.to_string(),
            words: json(&Words::of(finding)),
            summary: Summary::of(finding),
            first: finding.records.first().map_or(finding.time, |record| record.time).millis(),
            last: finding.last_time.millis(),
            count: 0,
            kept: 0,
            omitted: 0,
        }
    }

    /// Joins what an epoch tells. What stands in the rule is taken from the latest: people mend rules.
    pub(super) fn join(&mut self, other: FindingRow) {
        if other.summary.order() < self.summary.order() {
            self.summary = other.summary;
        }
        self.first = self.first.min(other.first);
        self.last = self.last.max(other.last);
        self.severity = other.severity;
        self.name = other.name;
        self.finding_type = other.finding_type;
        self.title = other.title;
        self.words = other.words;
    }

    /// Words the finding from all that is known of it; what stands in the rule is as `told` has it.
    pub(super) fn word(&mut self, told: &Finding, entities: Vec<Entity>, earliest: Option<Evidence>, phrase: Phrase<'_>) {
        let mut known = self.known(told, entities);
        known.evidence.extend(earliest);
        phrase(&mut known);
        self.summary.next = json(&known.next);
        self.summary.text = known.summary;
    }

    /// What is known of the finding, without records; what stands in the rule is as `told` has it.
    pub(super) fn known(&self, told: &Finding, entities: Vec<Entity>) -> Finding {
        Finding {
            rule: told.rule.clone(),
            name: told.name.clone(),
            finding_type: told.finding_type.clone(),
            severity: told.severity,
            title: told.title.clone(),
            summary: self.summary.text.clone(),
            time: EventTime(self.first),
            last_time: EventTime(self.last),
            count: self.count,
            entities,
            records: Vec::new(),
            records_omitted: self.count,
            attack: told.attack.clone(),
            why: told.why.clone(),
            normal: told.normal.clone(),
            benign_causes: told.benign_causes.clone(),
            next: serde_json::from_str(&self.summary.next).unwrap_or_default(),
            evidence: Vec::new(),
        }
    }

    /// Counts records that are not kept.
    pub(super) fn omit(&mut self, records: u64) {
        self.omitted = self.omitted.saturating_add(records);
        self.count = self.count.saturating_add(records);
    }
}

/// Reads and writes rows.
pub(super) struct Rows<'t> {
    transaction: &'t Transaction<'t>,
    find: CachedStatement<'t>,
    add: CachedStatement<'t>,
    set: CachedStatement<'t>,
}

impl<'t> Rows<'t> {
    pub(super) fn new(transaction: &'t Transaction<'t>) -> Result<Rows<'t>, Fault> {
        let find = transaction.prepare_cached(
            "SELECT key, severity, name, type, title, words, summary_time, summary_event, summary_count, summary, next,
                    first, last, count, kept, omitted, rule, about, created
             FROM finding WHERE id = ?1",
        )?;
        let add = transaction.prepare_cached(
            "INSERT INTO finding (id, rule, about, epoch, created, updated, severity, name, type, title, words, summary_time,
                    summary_event, summary_count, summary, next, first, last, count, kept, omitted)
             VALUES (?1, ?2, ?3, ?4, ?5, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, 0, 0, 0)",
        )?;
        let set = transaction.prepare_cached(
            "UPDATE finding SET epoch = ?2, updated = ?3, severity = ?4, name = ?5, type = ?6, title = ?7, words = ?8, summary_time = ?9,
                    summary_event = ?10, summary_count = ?11, summary = ?12, next = ?13, first = ?14, last = ?15, count = ?16,
                    kept = ?17, omitted = ?18
             WHERE key = ?1",
        )?;
        Ok(Rows { transaction, find, add, set })
    }

    /// The row of a finding, with its key and when it was first known.
    pub(super) fn find(&mut self, keyed: &KeyedFinding) -> Result<Option<(i64, FindingRow, EventTime)>, Fault> {
        let id = keyed.id();
        let mut rows = self.find.query([id.to_string()])?;
        let Some(row) = rows.next()? else { return Ok(None) };
        let (rule, about) = (row.get_ref(16)?.as_str()?, row.get_ref(17)?.as_str_or_null()?);
        if rule != &*keyed.finding.rule || about != keyed.about.as_deref() {
            return Err(Fault::Damage(format!("finding {id} is kept under another key than its own")));
        }
        let summary = Summary { time: row.get(6)?, event_id: row.get(7)?, count: row.get(8)?, text: row.get(9)?, next: row.get(10)? };
        let known = FindingRow {
            severity: row.get(1)?,
            name: row.get(2)?,
            finding_type: row.get(3)?,
            title: row.get(4)?,
            words: row.get(5)?,
            summary,
            first: row.get(11)?,
            last: row.get(12)?,
            count: row.get(13)?,
            kept: row.get(14)?,
            omitted: row.get(15)?,
        };
        Ok(Some((row.get(0)?, known, EventTime(row.get(18)?))))
    }

    /// Adds a row on which nothing is counted; its key comes back.
    pub(super) fn add(&mut self, keyed: &KeyedFinding, row: &FindingRow, epoch: EpochId, at: EventTime) -> Result<i64, Fault> {
        let (id, summary): (FindingId, _) = (keyed.id(), &row.summary);
        self.add.execute(params![
            id.to_string(),
            &*keyed.finding.rule,
            keyed.about.as_deref(),
            epoch.0,
            at.millis(),
            row.severity,
            row.name,
            row.finding_type,
            row.title,
            row.words,
            summary.time,
            summary.event_id,
            summary.count,
            summary.text,
            summary.next,
            row.first,
            row.last,
        ])?;
        Ok(self.transaction.last_insert_rowid())
    }

    /// Writes a row anew.
    pub(super) fn set(&mut self, key: i64, row: &FindingRow, epoch: EpochId, at: EventTime) -> Result<(), Fault> {
        let summary = &row.summary;
        self.set.execute(params![
            key,
            epoch.0,
            at.millis(),
            row.severity,
            row.name,
            row.finding_type,
            row.title,
            row.words,
            summary.time,
            summary.event_id,
            summary.count,
            summary.text,
            summary.next,
            row.first,
            row.last,
            row.count,
            row.kept,
            row.omitted,
        ])?;
        Ok(())
    }
}
