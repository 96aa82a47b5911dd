//! Replays: archived events that come to their bus again.

use serde::{Deserialize, Serialize};
use watchfire_model::EventTime;

use super::archive;
use super::page::{begins, page};
use super::validation::Validation;
use super::{Change, Context, Outcome, State};
use crate::error::AwsError;
use crate::instant::Instant;

/// A replay.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Replay {
    /// The archive, by name.
    pub archive: String,
    /// The bus, by name: the one the archive is of.
    pub bus: String,
    /// ARNs of the rules it feeds; all where it names none.
    pub rules: Vec<String>,
    /// What people say about it.
    pub description: Option<String>,
    /// From when on, by the events' own time.
    pub event_start: Instant,
    /// Until before when.
    pub event_end: Instant,
    /// Until before when everything has been replayed.
    pub replayed: Option<Instant>,
    /// Where it stands.
    pub state: ReplayState,
    /// Why it stands there, where that is not plain.
    pub reason: Option<String>,
    /// When it began.
    pub started: Instant,
    /// When it came to its end.
    pub ended: Option<Instant>,
}

/// Where a replay stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ReplayState {
    /// Asked for.
    Starting,
    /// At work.
    Running,
    /// Told to stop.
    Cancelling,
    /// All is replayed.
    Completed,
    /// Stopped.
    Cancelled,
    /// Broken off.
    Failed,
}

const STATES: [&str; 6] = ["STARTING", "RUNNING", "CANCELLING", "COMPLETED", "CANCELLED", "FAILED"];

impl ReplayState {
    /// The word of the API.
    pub fn as_str(self) -> &'static str {
        STATES[self as usize]
    }

    fn is_active(self) -> bool {
        matches!(self, ReplayState::Starting | ReplayState::Running | ReplayState::Cancelling)
    }
}

/// A replay works through the events' time in steps of a minute.
const STEP: i64 = 60_000;

impl Replay {
    /// The events to bring back next: from an instant until before another, at most a minute of the events' own time. `None` when
    /// nothing is left or it is told to stop. Whoever runs the replay hands them to the bus and then calls [`Replay::advanced`]; what
    /// was handed over twice because of a crash between the two has the same ids.
    pub fn window(&self) -> Option<(EventTime, EventTime)> {
        if !matches!(self.state, ReplayState::Starting | ReplayState::Running) {
            return None;
        }
        let from = self.replayed.unwrap_or(self.event_start).0;
        let minute_end = (from.millis().div_euclid(STEP) + 1) * STEP;
        (from < self.event_end.0).then(|| (from, EventTime(minute_end.min(self.event_end.0.millis()))))
    }

    /// The replay after everything before an instant came back, or after it was found out that it is told to stop. With nothing left
    /// before the end, pass the end.
    pub fn advanced(&self, until: EventTime, now: EventTime) -> Replay {
        let replayed = Some(Instant(until).max(self.replayed.unwrap_or(self.event_start)));
        let ended = Some(Instant(now));
        match self.state {
            ReplayState::Cancelling => Replay { state: ReplayState::Cancelled, ended, ..self.clone() },
            state if !state.is_active() => self.clone(),
            _ if until >= self.event_end.0 => Replay { state: ReplayState::Completed, replayed, ended, ..self.clone() },
            _ => Replay { state: ReplayState::Running, replayed, ..self.clone() },
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Start {
    replay_name: String,
    description: Option<String>,
    event_source_arn: String,
    event_start_time: Instant,
    event_end_time: Instant,
    destination: Destination,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Destination {
    arn: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    filter_arns: Vec<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Started {
    replay_arn: String,
    state: ReplayState,
    #[serde(skip_serializing_if = "Option::is_none")]
    replay_start_time: Option<Instant>,
}

pub(super) fn start(state: &State, request: Start, context: &mut Context<'_>) -> Outcome<Started> {
    let name = request.replay_name;
    Validation::default().name(&name, "replayName", 64).optional(request.description.as_deref(), "description", 512).done()?;
    if state.replays.contains_key(&name) {
        return Err(AwsError::exists(format!("Replay {name} already exists.")));
    }
    let (bus, _) = state.bus(Some(&request.destination.arn))?;
    let (archive_name, archive) = archive::by_arn(state, &request.event_source_arn)?;
    let invalid = |member: &str, reason: &str| Err(AwsError::validation(format!("Parameter {member} is not valid. Reason: {reason}")));
    if archive.bus != bus {
        return invalid("Destination.Arn", "Cross event bus replay is not permitted.");
    }
    if request.event_start_time >= request.event_end_time {
        return invalid("EventEndTime", "EventStartTime must be before EventEndTime.");
    }
    let active = state.replays.values().filter(|replay| replay.state.is_active()).count();
    if active >= state.quotas.active_replays {
        return Err(AwsError::limit(format!("The requested resource exceeds the maximum number allowed: {active} active replays.")));
    }
    let replay = Replay {
        archive: archive_name.clone(),
        bus,
        rules: request.destination.filter_arns,
        description: request.description,
        event_start: request.event_start_time,
        event_end: request.event_end_time,
        replayed: None,
        state: ReplayState::Starting,
        reason: None,
        started: Instant(context.now),
        ended: None,
    };
    let started = Started { replay_arn: arn(state, &name), state: replay.state, replay_start_time: Some(replay.started) };
    Ok((vec![Change::Replay { name, now: Some(Box::new(replay)) }], started))
}

fn arn(state: &State, name: &str) -> String {
    state.home.arn(format_args!("replay/{name}"))
}

fn find<'s>(state: &'s State, name: &str) -> Result<&'s Replay, AwsError> {
    state.replays.get(name).ok_or_else(|| AwsError::not_found(format!("Replay {name} does not exist.")))
}

/// A replay given by name.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ByName {
    replay_name: String,
}

pub(super) fn cancel(state: &State, request: ByName, _: &mut Context<'_>) -> Outcome<Started> {
    let name = request.replay_name;
    let replay = find(state, &name)?;
    if !matches!(replay.state, ReplayState::Starting | ReplayState::Running) {
        return Err(AwsError::status_not_allowed(format!("Replay {name} is not in a valid state for this operation.")));
    }
    let replay = Replay { state: ReplayState::Cancelling, ..replay.clone() };
    let answer = Started { replay_arn: arn(state, &name), state: replay.state, replay_start_time: None };
    Ok((vec![Change::Replay { name, now: Some(Box::new(replay)) }], answer))
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Described {
    #[serde(skip_serializing_if = "Option::is_none")]
    replay_arn: Option<String>,
    replay_name: String,
    event_source_arn: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    destination: Option<Destination>,
    event_start_time: Instant,
    event_end_time: Instant,
    #[serde(skip_serializing_if = "Option::is_none")]
    event_last_replayed_time: Option<Instant>,
    state: ReplayState,
    #[serde(skip_serializing_if = "Option::is_none")]
    state_reason: Option<String>,
    replay_start_time: Instant,
    #[serde(skip_serializing_if = "Option::is_none")]
    replay_end_time: Option<Instant>,
}

/// As a list shows it.
fn listed(state: &State, name: &str, replay: &Replay) -> Described {
    Described {
        replay_arn: None,
        replay_name: name.to_owned(),
        event_source_arn: state.home.arn(format_args!("archive/{}", replay.archive)),
        description: None,
        destination: None,
        event_start_time: replay.event_start,
        event_end_time: replay.event_end,
        event_last_replayed_time: replay.replayed,
        state: replay.state,
        state_reason: replay.reason.clone(),
        replay_start_time: replay.started,
        replay_end_time: replay.ended,
    }
}

pub(super) fn describe(state: &State, request: ByName, _: &mut Context<'_>) -> Outcome<Described> {
    let replay = find(state, &request.replay_name)?;
    let described = Described {
        replay_arn: Some(arn(state, &request.replay_name)),
        description: replay.description.clone(),
        destination: Some(Destination { arn: state.home.bus_arn(&replay.bus), filter_arns: replay.rules.clone() }),
        ..listed(state, &request.replay_name, replay)
    };
    Ok((vec![], described))
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct List {
    name_prefix: Option<String>,
    state: Option<String>,
    event_source_arn: Option<String>,
    limit: Option<i64>,
    next_token: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Listed {
    replays: Vec<Described>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

pub(super) fn list(state: &State, request: List, _: &mut Context<'_>) -> Outcome<Listed> {
    Validation::default().one_of(request.state.as_deref(), "state", &STATES).done()?;
    let archive = request.event_source_arn.as_deref().map(|arn| arn.rsplit('/').next().unwrap_or_default());
    let all = state.replays.iter().filter(|(name, replay)| {
        begins(name, request.name_prefix.as_deref())
            && request.state.as_deref().is_none_or(|state| state == replay.state.as_str())
            && archive.is_none_or(|archive| archive == replay.archive)
    });
    let (found, next_token) = page(all, request.limit, request.next_token.as_deref())?;
    let replays = found.into_iter().map(|(name, replay)| listed(state, name, replay)).collect();
    Ok((vec![], Listed { replays, next_token }))
}
