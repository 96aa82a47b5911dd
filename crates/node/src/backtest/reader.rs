//! One thread's way through a group of rows.

use std::ops::Range;
use std::sync::Arc;

use watchfire_decode::Input;
use watchfire_detect::{Kinds, Verdict};
use watchfire_lake::{DataFile, Glanced, KindTables, Line, alike};
use watchfire_model::{EventTime, Slot};
use watchfire_watch::{Gathered, Own, Worker};

use super::cursor::Cursor;
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
    /// Rows that count, with their times.
    held: Vec<(usize, Option<EventTime>)>,
}

/// Rows of which a glance does not tell all, by their numbers in the group.
#[derive(Default)]
struct Open {
    /// Those that some fields decide, or of which only such fields are still wanted.
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
            held: Vec::new(),
        }
    }

    /// What was gathered.
    pub fn finish(self) -> Gathered {
        self.worker.finish()
    }

    /// Judges a group of rows.
    pub async fn read(&mut self, question: &Question, file: &DataFile, group: usize) -> anyhow::Result<()> {
        let mut glances = file.glance(group, &question.asked).await?;
        let mut open = Open::default();
        while let Some(rows) = glances.next().await? {
            let before = open.partly.len();
            self.look(question, &rows, &mut open);
            if open.partly.len() > before {
                open.batches.push(rows);
            }
        }
        let partly: usize = open.partly.iter().map(|(rows, _)| rows.len()).sum();
        if partly > 0 {
            let odd = self.settle(question, file, group, &open).await?;
            open.whole.extend(odd);
            open.whole.sort_unstable_by_key(|rows| rows.start);
        }
        let whole: usize = open.whole.iter().map(Range::len).sum();
        tracing::debug!(file = file.path(), group, partly, whole, "looked at");
        if whole > 0 {
            self.judge_whole(question, file, group, &open.whole).await?;
        }
        self.worker.error().map_or(Ok(()), |error| Err(error.into()))
    }

    /// Looks at rows; those that a glance does not decide stay open.
    fn look(&mut self, question: &Question, rows: &Glanced, open: &mut Open) {
        let Reader { kinds, tables, line, row, .. } = self;
        let glance = &question.glance;
        let runs = rows.runs(&question.asked, tables, |at, text| kinds.kind(glance, at, text));
        for run in runs.iter() {
            let here = rows.first() + run.rows.start..rows.first() + run.rows.end;
            if run.is_odd {
                extend(&mut open.whole, here, 0);
                continue;
            }
            runs.kinds(run.rows.start, row);
            let verdict = kinds.look(glance, row, || line.of(&[(rows, run.rows.start)], &question.asked));
            match &verdict.needs {
                _ if verdict.rules.is_empty() => {}
                Some(_) => open.partly.push((here, verdict.clone())),
                None => extend(&mut open.whole, here, 0),
            }
        }
    }

    /// Reads what is still wanted of rows, and judges them by it where they are not decided. Gives back those of which the whole record is
    /// needed after all.
    async fn settle(&mut self, question: &Question, file: &DataFile, group: usize, open: &Open) -> anyhow::Result<Vec<Range<usize>>> {
        let rows = |is_wanted: &dyn Fn(&Verdict) -> bool| {
            let mut rows: Vec<Range<usize>> = Vec::new();
            open.partly.iter().filter(|(_, verdict)| is_wanted(verdict)).for_each(|(range, _)| extend(&mut rows, range.clone(), GAP));
            rows
        };
        let needs = |verdict: &Verdict, slot: Slot| !verdict.is_sure && verdict.needs.as_ref().is_some_and(|needs| needs.contains(&slot));
        let mut rest = Cursor::open(file, group, &question.rest, &question.others, rows(&|_| true)).await?;
        let mut columns = Vec::new();
        for slot in &question.others {
            let rows = rows(&|verdict| needs(verdict, *slot));
            if !rows.is_empty() {
                columns.push((*slot, Cursor::open(file, group, &[*slot], &[], rows).await?));
            }
        }
        let mut whole = Vec::new();
        let mut batches = open.batches.iter().peekable();
        for (range, verdict) in &open.partly {
            while batches.next_if(|batch| range.start >= batch.first() + batch.rows()).is_some() {}
            let batch = batches.peek().expect("the batch of an open row was kept");
            let mut row = range.start;
            while row < range.end {
                let (more, at, there) = rest.seek(row).await?;
                let (is_odd, count) = more.odd(at, there.min(range.end - row));
                if is_odd {
                    whole.push(row..row + count);
                    row += count;
                    continue;
                }
                if verdict.is_sure {
                    self.give(question, verdict, &[(more, at), (batch, row - batch.first())], count);
                    row += count;
                    continue;
                }
                for offset in 0..count {
                    let mut parts = vec![(more, at + offset), (*batch, row + offset - batch.first())];
                    for (_, column) in columns.iter_mut().filter(|(slot, _)| needs(verdict, *slot)) {
                        let (texts, at, _) = column.seek(row + offset).await?;
                        parts.push((texts, at));
                    }
                    self.judge_row(question, verdict, &parts);
                }
                row += count;
            }
        }
        Ok(whole)
    }

    /// Gives rows to the correlations of the rules that match them. They are so many, and alike in what was asked; the first of `parts` has
    /// their times and ids.
    fn give(&mut self, question: &Question, verdict: &Verdict, parts: &[(&Glanced, usize)], count: usize) {
        let Reader { worker, line, held, .. } = self;
        let Some((own, first)) = parts.first() else { return };
        for part in alike(parts, count, &verdict.keeps) {
            held.clear();
            let start = part.start;
            held.extend(part.filter_map(|row| {
                let time = own.own(first + row).0.parse().ok();
                worker.holds(time).then_some((row, time))
            }));
            if !held.is_empty() {
                let parts: Vec<(&Glanced, usize)> = parts.iter().map(|(part, first)| (*part, first + start)).collect();
                let each = held.iter().map(|(row, time)| Own { time: *time, event_id: own.own(first + row).1 });
                worker.give(&verdict.rules, &question.source, &line.of(&parts, &verdict.keeps), each);
            }
        }
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

/// Rows between two that are wanted, up to which they are read along: skipping them would take longer.
const GAP: usize = 16;

/// Adds rows to those before them, and what lies between when that is little.
fn extend(ranges: &mut Vec<Range<usize>>, rows: Range<usize>, gap: usize) {
    match ranges.last_mut() {
        Some(last) if rows.start - last.end <= gap => last.end = rows.end,
        _ => ranges.push(rows),
    }
}
