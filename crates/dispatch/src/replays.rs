//! Archived events that come to their bus again.

use watchfire_bus::Instant;
use watchfire_bus::deliver::{Origin, Seen};
use watchfire_bus::event::{Event, EventId};
use watchfire_bus::rules::{Change, Replay, ReplayState};
use watchfire_bus::store::StoreError;
use watchfire_model::EventTime;

use crate::engine::Engine;

/// Events that are taken in at once.
const EVENTS_MAX: usize = 500;

/// Brings the replays that there are one step on, each a minute of its events' time, and says whether there is more to do.
pub(crate) fn step(engine: &Engine) -> Result<bool, StoreError> {
    let active = |replay: &&Replay| matches!(replay.state, ReplayState::Starting | ReplayState::Running | ReplayState::Cancelling);
    let replays: Vec<(String, Replay)> = {
        let state = engine.rules.state();
        state.replays.iter().filter(|(_, replay)| active(replay)).map(|(name, replay)| (name.clone(), replay.clone())).collect()
    };
    for (name, replay) in &replays {
        let until = if engine.rules.state().archives.contains_key(&replay.archive) {
            match replay.window() {
                Some((from, until)) => Some(bring(engine, name, replay, from, until)?),
                // Told to stop, or nothing was left.
                None => Some(replay.event_end.0),
            }
        } else {
            None
        };
        advance(engine, name, until)?;
    }
    Ok(!replays.is_empty())
}

/// Brings back the events between two instants, and says until when nothing is left to bring.
fn bring(engine: &Engine, name: &str, replay: &Replay, from: EventTime, until: EventTime) -> Result<EventTime, StoreError> {
    // Minutes without events are passed over at once.
    let next = engine.store.next_archived(&replay.archive, from)?;
    match next {
        None => return Ok(replay.event_end.0),
        Some(next) if next >= until => return Ok(next.min(replay.event_end.0)),
        Some(_) => {}
    }
    let mut after: Option<(EventTime, EventId)> = None;
    loop {
        let found = engine.store.archived(&replay.archive, from, until, after.as_ref(), EVENTS_MAX)?;
        let Some(last) = found.last() else { return Ok(until) };
        after = Some((last.time, last.id.clone()));
        let again: Vec<Event> = found.iter().map(|event| event.replayed(name)).collect();
        let origin = Origin { hops: 0, only_rules: &replay.rules };
        let seen: Vec<Seen<'_>> = again.iter().map(|event| Seen { bus: &replay.bus, event, origin }).collect();
        engine.accept(&seen)?;
        if found.len() < EVENTS_MAX {
            return Ok(until);
        }
        if engine.is_stopping() {
            // Not all of this minute: it begins anew after the next start, with the same ids.
            return Ok(from);
        }
    }
}

/// Writes down how far a replay is; without an instant its archive is gone. It may have been told to stop meanwhile.
fn advance(engine: &Engine, name: &str, until: Option<EventTime>) -> Result<(), StoreError> {
    let now = engine.clock().now();
    engine.rules.change(&*engine.store, |state| {
        let Some(replay) = state.replays.get(name) else { return Vec::new() };
        let next = match until {
            Some(until) => replay.advanced(until, now),
            None => Replay {
                state: ReplayState::Failed,
                reason: Some(format!("Archive {} does not exist.", replay.archive)),
                ended: Some(Instant(now)),
                ..replay.clone()
            },
        };
        vec![Change::Replay { name: name.to_owned(), now: Some(Box::new(next)) }]
    })
}
