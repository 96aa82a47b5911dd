//! What happens by the clock: schedules, replays, forgetting.

use std::time::Duration;

use watchfire_bus::rules::Change;
use watchfire_bus::store::{StageKind, StoreError};
use watchfire_model::EventTime;

use crate::engine::Engine;
use crate::replays;

/// Longest sleep.
const SLEEP_MAX: Duration = Duration::from_secs(60);

/// A run of a schedule that fell into a time when the bus was off, or held up, is made up for when it is no older than this; older ones
/// are not, as at AWS.
const LATE_MAX: i64 = 5 * 60_000;

/// Between two rounds of forgetting.
const FORGET_EVERY: i64 = 10 * 60_000;

/// What the thread remembers between its rounds.
pub(crate) struct Chores {
    /// Until when schedules have run.
    scheduled: EventTime,
    forgotten: Option<EventTime>,
}

impl Chores {
    /// Where the bus stopped.
    pub(crate) fn new(engine: &Engine) -> Result<Chores, StoreError> {
        let now = engine.clock().now();
        let scheduled = engine.store.scheduled_until()?.unwrap_or(now).min(now);
        Ok(Chores { scheduled, forgotten: None })
    }

    /// Rounds until the bus stops.
    pub(crate) fn run(&mut self, engine: &Engine) {
        while !engine.is_stopping() {
            let wait = self.round(engine).unwrap_or_else(|error| {
                tracing::error!(%error, "schedules and replays cannot go on");
                Duration::from_secs(1)
            });
            if !wait.is_zero() {
                engine.chores.sleep(wait);
            }
        }
    }

    /// One round, and how long until the next.
    fn round(&mut self, engine: &Engine) -> Result<Duration, StoreError> {
        let now = engine.clock().now();
        self.schedules(engine, now)?;
        let is_busy = replays::step(engine)?;
        if self.forgotten.is_none_or(|last| (now.millis() - last.millis()).abs() >= FORGET_EVERY) {
            forget(engine, now)?;
            self.forgotten = Some(now);
        }
        if is_busy {
            return Ok(Duration::ZERO);
        }
        let next = engine.rules.book().next_run(self.scheduled).map_or(i64::MAX, |run| run.millis());
        let millis = next.saturating_sub(engine.clock().now().millis());
        Ok(Duration::from_millis(u64::try_from(millis).unwrap_or(1).max(1)).min(SLEEP_MAX))
    }

    /// Makes the runs since the last round. Where a clock was set back they are made again: they have the same ids.
    fn schedules(&mut self, engine: &Engine, now: EventTime) -> Result<(), StoreError> {
        let after = self.scheduled.min(now).max(EventTime(now.millis().saturating_sub(LATE_MAX)));
        let book = engine.rules.book();
        let runs = book.runs(after, now);
        let has_run = runs.rules > 0;
        if has_run {
            let accepted = engine.courier.write(runs)?;
            engine.told(&accepted);
        }
        // Written down when something ran, or will: a bus without schedules leaves the disk alone.
        if has_run || (book.next_run(now).is_some() && now.millis() - self.scheduled.millis() >= LATE_MAX / 2) {
            engine.store.set_scheduled_until(now)?;
        }
        self.scheduled = now;
        Ok(())
    }
}

/// Forgets what need not be kept any longer, and counts what archives hold.
fn forget(engine: &Engine, now: EventTime) -> Result<(), StoreError> {
    let ago = |span: Duration| EventTime(now.millis().saturating_sub(i64::try_from(span.as_millis()).unwrap_or(i64::MAX)));
    let delivered = engine.store.forget_deliveries(StageKind::Delivered, ago(engine.settings.keep_delivered))?;
    let dead = engine.store.forget_deliveries(StageKind::Dead, ago(engine.settings.keep_dead))?;
    if delivered + dead > 0 {
        tracing::info!(delivered, dead, "old deliveries are forgotten");
    }
    let archives: Vec<_> = engine.rules.state().archives.iter().map(|(name, archive)| (name.clone(), archive.keeps_from(now))).collect();
    for (name, keeps_from) in archives {
        if let Some(before) = keeps_from {
            engine.store.forget_archived(&name, before)?;
        }
        count_archive(engine, &name)?;
    }
    Ok(())
}

/// Brings the count that an archive shows up to date.
pub(crate) fn count_archive(engine: &Engine, name: &str) -> Result<(), StoreError> {
    let weight = engine.store.weigh(name)?;
    engine.rules.change(&*engine.store, |state| {
        let Some(archive) = state.archives.get(name) else { return Vec::new() };
        if (archive.event_count, archive.size_bytes) == (weight.events, weight.bytes) {
            return Vec::new();
        }
        let archive = watchfire_bus::rules::Archive { event_count: weight.events, size_bytes: weight.bytes, ..archive.clone() };
        vec![Change::Archive { name: name.to_owned(), now: Some(archive) }]
    })
}
