//! One thread's way through a group of rows.

use std::ops::Range;
use std::sync::Arc;

use watchfire_decode::Input;
use watchfire_detect::{Kinds, Verdict};
use watchfire_lake::{DataFile, Glanced, Glances, KindTables, Line};
use watchfire_model::Slot;
use watchfire_watch::{Gathered, Own, Worker};

use super::judge::Question;

/// Reads rows and has them judged.
pub(super) struct Reader {
    worker: Worker,
    kinds: Kinds,
    tables: KindTables,
    line: Line,
    /// The kinds of the row at hand, the rules that match it, the fields that decide what becomes of that.
    row: Vec<u32>,
    matched: Vec<usize>,
    keeps: Vec<Slot>,
}

/// Rows that a glance does not decide, by their numbers in the group.
#[derive(Default)]
struct Open {
    /// Those that some fields decide.
    partly: Vec<(Range<usize>, Arc<Verdict>)>,
    /// The batches that these stand in.
    batches: Vec<Glanced>,
    /// Those of which the whole record is needed.
    whole: Vec<Range<usize>>,
}

impl Reader {
    pub fn new(worker: Worker) -> Reader {
        Reader {
            worker,
            kinds: Kinds::default(),
            tables: KindTables::default(),
            line: Line::default(),
            row: Vec::new(),
            matched: Vec::new(),
            keeps: Vec::new(),
        }
    }

    /// What was gathered.
    pub fn finish(self) -> Gathered {
        self.worker.finish()
    }

    /// Judges a group of rows.
    pub async fn read(&mut self, question: &Question, file: &DataFile, group: usize) -> anyhow::Result<()> {
        let mut glances = file.glance(group, &question.fields, &question.others)?;
        let mut open = Open::default();
        while let Some(rows) = glances.next().await? {
            let before = open.partly.len();
            self.look(question, &rows, &mut open);
            if open.partly.len() > before {
                open.batches.push(rows);
            }
        }
        let rows = |(rows, _): &(Range<usize>, _)| rows.len();
        let (partly, whole) = (open.partly.iter().map(rows).sum::<usize>(), open.whole.iter().map(Range::len).sum::<usize>());
        tracing::debug!(file = file.path(), group, partly, whole, "looked at");
        if partly > 0 {
            self.judge(question, file, group, &open).await?;
        }
        if whole > 0 {
            self.judge_whole(question, file, group, &open.whole).await?;
        }
        self.worker.error().map_or(Ok(()), |error| Err(error.into()))
    }

    /// Looks at rows; those that a glance does not decide stay open.
    fn look(&mut self, question: &Question, rows: &Glanced, open: &mut Open) {
        let Reader { worker, kinds, tables, line, row, .. } = self;
        let glance = &question.glance;
        let runs = rows.runs(&question.asked, tables, |at, text| kinds.kind(glance, at, text));
        for run in runs.iter() {
            let here = rows.first() + run.rows.start..rows.first() + run.rows.end;
            if run.is_odd {
                extend(&mut open.whole, here);
                continue;
            }
            runs.kinds(run.rows.start, row);
            let verdict = kinds.look(glance, row, || line.of(&[(rows, run.rows.start)], &question.asked));
            match &verdict.needs {
                _ if verdict.rules.is_empty() => {}
                Some(_) if verdict.is_sure => {
                    for part in rows.alike(run.rows, &verdict.keeps) {
                        give(worker, verdict, &question.source, rows, part, line);
                    }
                }
                Some(_) => open.partly.push((here, verdict.clone())),
                None => extend(&mut open.whole, here),
            }
        }
    }

    /// Judges rows by what the rules that may match them need.
    async fn judge(&mut self, question: &Question, file: &DataFile, group: usize, open: &Open) -> anyhow::Result<()> {
        let mut columns = Vec::new();
        for slot in &question.others {
            columns.extend(Column::open(*slot, file, group, &open.partly)?);
        }
        let mut batches = open.batches.iter().peekable();
        for (range, verdict) in &open.partly {
            let needs = verdict.needs.as_deref().unwrap_or_default();
            while batches.next_if(|batch| range.start >= batch.first() + batch.rows()).is_some() {}
            let batch = batches.peek().expect("the batch of an open row was kept");
            for row in range.clone() {
                for column in columns.iter_mut().filter(|column| needs.contains(&column.slot)) {
                    column.advance().await?;
                }
                let more = columns.iter().filter(|column| needs.contains(&column.slot)).filter_map(Column::part);
                let parts: Vec<(&Glanced, usize)> = std::iter::once((*batch, row - batch.first())).chain(more).collect();
                self.judge_row(question, verdict, &parts);
            }
        }
        Ok(())
    }

    fn judge_row(&mut self, question: &Question, verdict: &Verdict, parts: &[(&Glanced, usize)]) {
        let Reader { worker, line, matched, keeps, .. } = self;
        let is_held = parts.first().is_some_and(|(batch, row)| worker.holds(batch.own(*row).0.parse().ok()));
        if !is_held {
            return;
        }
        matched.clear();
        matched.extend(verdict.rules.iter().filter(|rule| !verdict.open.contains(rule)));
        if !verdict.open.is_empty() {
            worker.judge(&verdict.open, &line.with_own(parts, &verdict.asks), matched);
        }
        if !matched.is_empty() {
            question.glance.keeps(matched, keeps);
            worker.keep(matched, &question.source, &line.with_own(parts, keeps));
        }
    }

    /// Judges rows as `scan` judges a log.
    async fn judge_whole(&mut self, question: &Question, file: &DataFile, group: usize, rows: &[Range<usize>]) -> anyhow::Result<()> {
        let mut records = file.records(group, rows)?;
        while let Some(texts) = records.next().await? {
            self.worker.take(&question.source, Input::Bytes(texts.join("\n").as_bytes()), None);
        }
        Ok(())
    }
}

/// A column of some rows of a group, row by row.
struct Column {
    slot: Slot,
    glances: Glances,
    /// The rows at hand, and which of them is the one.
    at: Option<(Glanced, usize)>,
}

impl Column {
    /// The column of a field, of the rows that need it; nothing when none does.
    fn open(slot: Slot, file: &DataFile, group: usize, partly: &[(Range<usize>, Arc<Verdict>)]) -> anyhow::Result<Option<Column>> {
        let mut rows: Vec<Range<usize>> = Vec::new();
        let needs = |verdict: &Verdict| verdict.needs.as_ref().is_some_and(|needs| needs.contains(&slot));
        partly.iter().filter(|(_, verdict)| needs(verdict)).for_each(|(range, _)| extend(&mut rows, range.clone()));
        if rows.is_empty() {
            return Ok(None);
        }
        Ok(Some(Column { slot, glances: file.more(group, slot, &rows)?, at: None }))
    }

    /// Goes to the next row.
    async fn advance(&mut self) -> anyhow::Result<()> {
        match &mut self.at {
            Some((batch, row)) if *row + 1 < batch.rows() => *row += 1,
            at => {
                let batch = self.glances.next().await?;
                *at = Some((batch.ok_or_else(|| anyhow::anyhow!("a data file has fewer rows than it states"))?, 0));
            }
        }
        Ok(())
    }

    fn part(&self) -> Option<(&Glanced, usize)> {
        self.at.as_ref().map(|(batch, row)| (batch, *row))
    }
}

/// Gives rows that are alike to the correlations of the rules that match them.
fn give(worker: &mut Worker, verdict: &Verdict, source: &Arc<str>, rows: &Glanced, part: Range<usize>, line: &mut Line) {
    let first = part.start;
    let each = part.map(|row| rows.own(row)).map(|(time, event_id)| Own { time: time.parse().ok(), event_id });
    let held: Vec<Own<'_>> = each.filter(|own| worker.holds(own.time)).collect();
    if !held.is_empty() {
        worker.give(&verdict.rules, source, &line.of(&[(rows, first)], &verdict.keeps), held.iter().copied());
    }
}

/// Adds rows to those before them.
fn extend(ranges: &mut Vec<Range<usize>>, rows: Range<usize>) {
    match ranges.last_mut() {
        Some(last) if last.end == rows.start => last.end = rows.end,
        _ => ranges.push(rows),
    }
}
