//! The lake's records before the judges: at a glance first, whole where that does not decide.

use std::collections::{BTreeSet, VecDeque};
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

use watchfire_decode::Input;
use watchfire_detect::Glance;
use watchfire_lake::{Lake, Line, LiveFile, OF_EACH_ROW, shown};
use watchfire_model::{Finding, Slot};
use watchfire_watch::{Engine, Gathered, Looked, Scope, Worker};

use super::BacktestOptions;
use crate::scan::threads;

/// What the judges said.
pub(super) struct Judged {
    /// Findings of the whole set, those of rules that were not asked for among them.
    pub findings: Vec<Finding>,
    /// Records that a rule may match.
    pub records: u64,
    /// Records in the table.
    pub total: u64,
}

/// Judges the records of a span by some rules. `told` are those among them whose own findings are wanted.
pub(super) fn judge(
    engine: &Arc<Engine>,
    judged: &BTreeSet<usize>,
    told: &BTreeSet<usize>,
    options: &BacktestOptions,
) -> anyhow::Result<Judged> {
    let threads = threads(options.threads);
    let table = options.lake.table()?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(threads).enable_all().build()?;
    let (gathered, total) = runtime.block_on(async {
        let lake = Lake::open(&table).await?;
        let mut files = lake.files_of(options.from, options.to)?;
        // The largest first: the last to be read are short.
        files.sort_unstable_by_key(|file| std::cmp::Reverse(file.bytes));
        let glance = engine.glance(judged, told, shown(), &OF_EACH_ROW);
        let fields = glance.fields().collect();
        let reading = Arc::new(Reading { files: Mutex::new(files.into()), glance, fields, source: "lake".into(), lake });
        let scope = Scope { from: options.from, to: options.to, ..Scope::default() };
        let workers: Vec<_> =
            (0..threads).map(|_| tokio::spawn(Arc::clone(&reading).work(Worker::new(engine.clone(), scope.clone(), threads)))).collect();
        let mut whole: Option<Gathered> = None;
        for worker in workers {
            let part = worker.await??;
            match &mut whole {
                Some(whole) => whole.join(part, engine),
                None => whole = Some(part),
            }
        }
        anyhow::Ok((whole.expect("there is a worker"), reading.lake.status()?.rows))
    })?;
    let records = gathered.counts.records;
    let rejected = gathered.rejects.total();
    anyhow::ensure!(rejected == 0, "bug: {rejected} rows of the lake came back as no record");
    let (findings, _) = gathered.findings(engine)?;
    Ok(Judged { findings, records, total })
}

/// What all threads share.
struct Reading {
    lake: Lake,
    files: Mutex<VecDeque<LiveFile>>,
    glance: Glance,
    fields: Vec<Slot>,
    source: Arc<str>,
}

impl Reading {
    async fn work(self: Arc<Self>, mut worker: Worker) -> anyhow::Result<Gathered> {
        while let Some(file) = self.next() {
            let open = self.look(&mut worker, &file).await?;
            if !open.is_empty() {
                self.read(&mut worker, &file, &open).await?;
            }
            worker.error().map_or(Ok(()), Err)?;
        }
        Ok(worker.finish())
    }

    fn next(&self) -> Option<LiveFile> {
        self.files.lock().unwrap_or_else(PoisonError::into_inner).pop_front()
    }

    /// Looks at all rows of a file: those that a glance does not decide.
    async fn look(&self, worker: &mut Worker, file: &LiveFile) -> anyhow::Result<Vec<Range<usize>>> {
        let mut open: Vec<Range<usize>> = Vec::new();
        let mut glances = self.lake.glance(file, &self.fields).await?;
        let mut line = Line::default();
        while let Some(rows) = glances.next().await? {
            for run in rows.runs() {
                let looked = if run.is_odd { Looked::Unsure } else { worker.look(&self.glance, &line.of_run(&rows, &run)) };
                let here = rows.first() + run.rows.start..rows.first() + run.rows.end;
                match (looked, open.last_mut()) {
                    (Looked::Nothing, _) => {}
                    (Looked::Sure, _) => run.rows.for_each(|row| worker.give(&self.source, &line.of_row(&rows, row))),
                    (Looked::Unsure, Some(last)) if last.end == here.start => last.end = here.end,
                    (Looked::Unsure, _) => open.push(here),
                }
            }
        }
        Ok(open)
    }

    /// Judges some rows of a file as `scan` judges a log.
    async fn read(&self, worker: &mut Worker, file: &LiveFile, rows: &[Range<usize>]) -> anyhow::Result<()> {
        let mut records = self.lake.records(file, rows).await?;
        while let Some(texts) = records.next().await? {
            worker.take(&self.source, Input::Bytes(texts.join("\n").as_bytes()), None);
        }
        Ok(())
    }
}
