//! The two threads around the attempts: one lends what is due, one writes down what came of it.

use std::collections::HashMap;
use std::sync::atomic::Ordering;
use std::sync::{Arc, mpsc};
use std::time::Duration;

use tokio::runtime::Handle;
use watchfire_bus::deliver::{Delivery, Settled};

use crate::attempt::{Pending, attempt};
use crate::batch::batches;
use crate::engine::{Engine, Finished};

/// Longest sleep: should somebody forget to ring, this is how late it gets.
const SLEEP_MAX: Duration = Duration::from_secs(30);

/// Shortest sleep when nothing could be lent although something is due.
const SLEEP_MIN: Duration = Duration::from_millis(5);

/// The wait after the store failed.
const AFTER_FAILURE: Duration = Duration::from_secs(1);

/// Deliveries that one target is lent at once.
const LENT_MAX: usize = 1000;

/// Lends what is due and has it sent, until the bus stops.
pub(crate) fn lend(engine: &Arc<Engine>, runtime: &Handle) {
    while !engine.is_stopping() {
        // What each target takes is looked up once a round, in `share`, and holds for the round.
        let mut sizes: HashMap<String, usize> = HashMap::new();
        let mut left = engine.in_flight.left();
        let mut share = |target: &str| {
            let size = engine.batch_max(target);
            sizes.insert(target.to_owned(), size);
            let requests = engine.room(target, size).min(left);
            left -= requests;
            requests.saturating_mul(size).min(LENT_MAX)
        };
        let lent = engine.courier.take(engine.clock().now(), &mut share);
        match lent {
            Ok(due) if due.is_empty() => engine.due.sleep(nap(engine)),
            Ok(due) => begin(engine, runtime, due, &sizes),
            Err(error) => {
                tracing::error!(%error, "what is due cannot be read");
                engine.due.sleep(AFTER_FAILURE);
            }
        }
    }
}

fn begin(engine: &Arc<Engine>, runtime: &Handle, due: Vec<Delivery>, sizes: &HashMap<String, usize>) {
    for batch in batches(due, |target| sizes.get(target).copied().unwrap_or(1)) {
        runtime.spawn(attempt(Pending::new(Arc::clone(engine), batch)));
    }
}

/// How long nothing will be due to a target that has room.
fn nap(engine: &Engine) -> Duration {
    let mut is_open = |target: &str| engine.room(target, engine.batch_max(target)) > 0;
    match engine.store.next_due(&mut is_open) {
        Ok(Some(at)) => {
            let millis = at.millis().saturating_sub(engine.clock().now().millis());
            Duration::from_millis(u64::try_from(millis).unwrap_or_default()).clamp(SLEEP_MIN, SLEEP_MAX)
        }
        Ok(None) => SLEEP_MAX,
        Err(error) => {
            tracing::error!(%error, "what is due next cannot be read");
            AFTER_FAILURE
        }
    }
}

/// Attempts that are written down in one step.
const SETTLED_MAX: usize = 2000;

/// Writes down what came of attempts, many at once where many have come, until nobody can send any more.
pub(crate) fn settle(engine: &Arc<Engine>, finished: &mpsc::Receiver<Finished>) {
    while let Some(all) = next(engine, finished) {
        let now = engine.clock().now();
        for one in &all {
            one.attempts.iter().for_each(|(_, verdict)| engine.pulse.note(&one.target, verdict, now));
        }
        write(engine, &all);
        all.iter().for_each(|one| engine.in_flight.end(&one.target));
        engine.due.ring();
    }
}

/// The next attempts, when there are some; none when the bus has stopped and nothing is under way.
fn next(engine: &Engine, finished: &mpsc::Receiver<Finished>) -> Option<Vec<Finished>> {
    /// How often it is looked whether the bus has stopped.
    const LOOK_EVERY: Duration = Duration::from_millis(50);
    let first = loop {
        match finished.recv_timeout(LOOK_EVERY) {
            Ok(first) => break first,
            Err(mpsc::RecvTimeoutError::Timeout) if engine.is_stopping() && engine.in_flight.count(None) == 0 => return None,
            Err(mpsc::RecvTimeoutError::Timeout) => {}
            Err(mpsc::RecvTimeoutError::Disconnected) => return None,
        }
    };
    let mut count = first.attempts.len();
    let mut all = vec![first];
    while count < SETTLED_MAX {
        let Ok(more) = finished.try_recv() else { break };
        count += more.attempts.len();
        all.push(more);
    }
    Some(all)
}

/// Repeated until it is done or the bus stops: nothing new is lent meanwhile, for what is under way is bounded. What is never written is
/// sent again.
fn write(engine: &Engine, all: &[Finished]) {
    let attempts: Vec<_> = all.iter().flat_map(|one| one.attempts.iter().cloned()).collect();
    loop {
        match engine.courier.settle(attempts.clone(), engine.clock().now(), &mut Engine::chance()) {
            Ok(settled) => {
                engine.ledger_fails.store(false, Ordering::Release);
                return count(engine, &settled);
            }
            Err(error) => {
                engine.ledger_fails.store(true, Ordering::Release);
                tracing::error!(%error, attempts = attempts.len(), "what came of attempts cannot be written down");
            }
        }
        if engine.is_stopping() {
            return;
        }
        std::thread::sleep(AFTER_FAILURE);
    }
}

fn count(engine: &Engine, settled: &[Settled]) {
    engine.pulse.count(|counts| {
        for one in settled {
            match one {
                Settled::Delivered => counts.delivered += 1,
                Settled::Again { .. } => counts.postponed += 1,
                Settled::Dead { .. } => counts.dead += 1,
            }
        }
    });
}
