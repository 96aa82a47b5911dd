//! The lake's records before the judges: at a glance first, then what the rules that may match need, whole where that does not decide.

use std::collections::{BTreeSet, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

use watchfire_detect::Glance;
use watchfire_lake::{DataFile, Lake, LiveFile, readable, shown};
use watchfire_model::{Finding, Slot, cloudtrail};
use watchfire_watch::{Engine, Gathered, Scope, Worker};

use super::BacktestOptions;
use super::reader::Reader;
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
        let glance = engine.glance(judged, told, shown(), readable());
        let tasks = Mutex::new(files.into_iter().map(Task::File).collect());
        let reading = Arc::new(Reading { tasks, question: Question::new(glance, judged), lake });
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

/// What is asked of every row.
pub(super) struct Question {
    pub glance: Glance,
    /// The fields that decide what a glance says.
    pub asked: Vec<Slot>,
    /// Those that are read together of rows that stay open: time, id, and all others of few texts that any rule may need.
    pub rest: Vec<Slot>,
    /// Those that any rule may need besides, each read by itself.
    pub others: Vec<Slot>,
    /// Where records are said to come from.
    pub source: Arc<str>,
}

impl Question {
    fn new(glance: Glance, judged: &BTreeSet<usize>) -> Question {
        let needed: BTreeSet<Slot> = judged.iter().filter_map(|rule| glance.needs(*rule)).flatten().collect();
        let own = [cloudtrail::EVENT_TIME, cloudtrail::EVENT_ID];
        let asked: Vec<Slot> = glance.asked().collect();
        let needed = needed.into_iter().chain(glance.fields()).chain(own).filter(|slot| !asked.contains(slot));
        let needed: BTreeSet<Slot> = needed.collect();
        let (rest, others) = needed.into_iter().partition(|slot| own.contains(slot) || shown().contains(slot));
        Question { asked, rest, others, glance, source: "lake".into() }
    }
}

/// Something to read.
enum Task {
    File(LiveFile),
    /// A group of rows of a file that has several.
    Group(Arc<DataFile>, usize),
}

/// What all threads share.
struct Reading {
    lake: Lake,
    tasks: Mutex<VecDeque<Task>>,
    question: Question,
}

impl Reading {
    async fn work(self: Arc<Self>, worker: Worker) -> anyhow::Result<Gathered> {
        let mut reader = Reader::new(worker);
        while let Some(task) = self.next() {
            let (file, group) = match task {
                Task::File(file) => (Arc::new(self.lake.open_file(&file).await?), 0),
                Task::Group(file, group) => (file, group),
            };
            if group == 0 {
                let mut tasks = self.tasks.lock().unwrap_or_else(PoisonError::into_inner);
                (1..file.groups()).for_each(|group| tasks.push_front(Task::Group(file.clone(), group)));
            }
            if group < file.groups() {
                reader.read(&self.question, &file, group).await?;
            }
        }
        Ok(reader.finish())
    }

    fn next(&self) -> Option<Task> {
        self.tasks.lock().unwrap_or_else(PoisonError::into_inner).pop_front()
    }
}
