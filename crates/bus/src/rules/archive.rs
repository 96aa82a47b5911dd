//! Archives: events of a bus that are kept to be replayed.

use serde::{Deserialize, Serialize};
use watchfire_model::EventTime;

use super::page::{begins, page};
use super::rule::check_pattern;
use super::validation::Validation;
use super::{Change, Context, Empty, Outcome, State};
use crate::error::AwsError;
use crate::instant::Instant;
use watchfire_model::arn::Arn;

/// An archive.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Archive {
    /// The bus, by name; for good.
    pub bus: String,
    /// What people say about it.
    pub description: Option<String>,
    /// Which events it keeps; all where it does not say.
    pub event_pattern: Option<String>,
    /// Days it keeps them; 0 is for ever.
    pub retention_days: u32,
    /// Whether it takes events in.
    pub state: ArchiveState,
    /// When it was made.
    pub created: Instant,
    /// How many events it holds, as of the last count.
    pub event_count: u64,
    /// How large they are, as of the last count.
    pub size_bytes: u64,
    /// A key of KMS, kept for those who ask for it again.
    pub kms_key_identifier: Option<String>,
}

impl Archive {
    /// From when on it keeps events at an instant; `None` where it keeps them for ever. What was taken in before may be removed.
    pub fn keeps_from(&self, now: EventTime) -> Option<EventTime> {
        let days = i64::from(self.retention_days);
        (days > 0).then(|| EventTime(now.millis().saturating_sub(days * 86_400_000)))
    }
}

/// Where an archive stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ArchiveState {
    /// It takes events in.
    Enabled,
    /// It does not.
    Disabled,
}

const STATES: [&str; 6] = ["ENABLED", "DISABLED", "CREATING", "UPDATING", "CREATE_FAILED", "UPDATE_FAILED"];

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Create {
    archive_name: String,
    event_source_arn: String,
    description: Option<String>,
    event_pattern: Option<String>,
    retention_days: Option<i64>,
    kms_key_identifier: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Made {
    archive_arn: String,
    state: ArchiveState,
    creation_time: Instant,
}

/// Days that fit the API's integer.
const DAYS_MAX: i64 = i32::MAX as i64;

pub(super) fn create(state: &State, request: Create, context: &mut Context<'_>) -> Outcome<Made> {
    Validation::default()
        .name(&request.archive_name, "archiveName", 48)
        .optional(request.description.as_deref(), "description", 512)
        .optional(request.event_pattern.as_deref(), "eventPattern", 4096)
        .range(request.retention_days, "retentionDays", 0, DAYS_MAX)
        .done()?;
    let (bus, _) = state.bus(Some(&request.event_source_arn))?;
    if state.archives.contains_key(&request.archive_name) {
        return Err(AwsError::exists(format!("Archive {} already exists.", request.archive_name)));
    }
    if let Some(pattern) = &request.event_pattern {
        check_pattern(state, pattern)?;
    }
    let archive = Archive {
        bus,
        description: request.description,
        event_pattern: request.event_pattern,
        retention_days: days(request.retention_days),
        state: ArchiveState::Enabled,
        created: Instant(context.now),
        event_count: 0,
        size_bytes: 0,
        kms_key_identifier: request.kms_key_identifier,
    };
    let made = made(state, &request.archive_name, &archive);
    Ok((vec![Change::Archive { name: request.archive_name, now: Some(archive) }], made))
}

fn days(given: Option<i64>) -> u32 {
    given.and_then(|days| u32::try_from(days).ok()).unwrap_or_default()
}

fn arn(state: &State, name: &str) -> String {
    state.home.arn(format_args!("archive/{name}"))
}

fn made(state: &State, name: &str, archive: &Archive) -> Made {
    Made { archive_arn: arn(state, name), state: archive.state, creation_time: archive.created }
}

fn find<'s>(state: &'s State, name: &str) -> Result<&'s Archive, AwsError> {
    state.archives.get(name).ok_or_else(|| AwsError::not_found(format!("Archive {name} does not exist.")))
}

/// The archive an ARN names, with its name.
pub(super) fn by_arn<'s>(state: &'s State, given: &str) -> Result<(&'s String, &'s Archive), AwsError> {
    let parts = Arn::parse(given).filter(|parts| parts.is_at(&state.home));
    let name = parts.and_then(|parts| parts.resource.strip_prefix("archive/"));
    let found = name.and_then(|name| state.archives.get_key_value(name));
    let short = name.unwrap_or(given);
    found.ok_or_else(|| AwsError::validation(format!("Parameter EventSourceArn is not valid. Reason: Archive {short} does not exist.")))
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Update {
    archive_name: String,
    description: Option<String>,
    event_pattern: Option<String>,
    retention_days: Option<i64>,
    kms_key_identifier: Option<String>,
}

pub(super) fn update(state: &State, request: Update, _: &mut Context<'_>) -> Outcome<Made> {
    let archive = find(state, &request.archive_name)?;
    let given = request.description.is_some() || request.event_pattern.is_some() || request.retention_days.is_some();
    if !given {
        return Err(AwsError::validation("At least one of EventPattern, RetentionDays or Description must be specified."));
    }
    Validation::default()
        .optional(request.description.as_deref(), "description", 512)
        .range(request.retention_days, "retentionDays", 0, DAYS_MAX)
        .done()?;
    if let Some(pattern) = &request.event_pattern {
        check_pattern(state, pattern)?;
    }
    let archive = Archive {
        description: request.description.or_else(|| archive.description.clone()),
        event_pattern: request.event_pattern.or_else(|| archive.event_pattern.clone()),
        retention_days: request.retention_days.map_or(archive.retention_days, |given| days(Some(given))),
        kms_key_identifier: request.kms_key_identifier.or_else(|| archive.kms_key_identifier.clone()),
        ..archive.clone()
    };
    let made = made(state, &request.archive_name, &archive);
    Ok((vec![Change::Archive { name: request.archive_name, now: Some(archive) }], made))
}

/// An archive given by name.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ByName {
    archive_name: String,
}

pub(super) fn delete(state: &State, request: ByName, _: &mut Context<'_>) -> Outcome<Empty> {
    find(state, &request.archive_name)?;
    Ok((vec![Change::Archive { name: request.archive_name, now: None }], Empty {}))
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Described {
    #[serde(skip_serializing_if = "Option::is_none")]
    archive_arn: Option<String>,
    archive_name: String,
    event_source_arn: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    event_pattern: Option<String>,
    state: ArchiveState,
    retention_days: u32,
    size_bytes: u64,
    event_count: u64,
    creation_time: Instant,
}

/// As a list shows it.
fn listed(state: &State, name: &str, archive: &Archive) -> Described {
    Described {
        archive_arn: None,
        archive_name: name.to_owned(),
        event_source_arn: state.home.bus_arn(&archive.bus),
        description: None,
        event_pattern: None,
        state: archive.state,
        retention_days: archive.retention_days,
        size_bytes: archive.size_bytes,
        event_count: archive.event_count,
        creation_time: archive.created,
    }
}

pub(super) fn describe(state: &State, request: ByName, _: &mut Context<'_>) -> Outcome<Described> {
    let archive = find(state, &request.archive_name)?;
    let described = Described {
        archive_arn: Some(arn(state, &request.archive_name)),
        description: archive.description.clone(),
        event_pattern: archive.event_pattern.clone(),
        ..listed(state, &request.archive_name, archive)
    };
    Ok((vec![], described))
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct List {
    name_prefix: Option<String>,
    event_source_arn: Option<String>,
    state: Option<String>,
    limit: Option<i64>,
    next_token: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Listed {
    archives: Vec<Described>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

pub(super) fn list(state: &State, request: List, _: &mut Context<'_>) -> Outcome<Listed> {
    Validation::default().one_of(request.state.as_deref(), "state", &STATES).done()?;
    let bus = request.event_source_arn.as_deref().map(|arn| state.bus(Some(arn))).transpose()?.map(|(name, _)| name);
    let word = |archive: &Archive| if archive.state == ArchiveState::Enabled { "ENABLED" } else { "DISABLED" };
    let all = state.archives.iter().filter(|(name, archive)| {
        begins(name, request.name_prefix.as_deref())
            && bus.as_ref().is_none_or(|bus| *bus == archive.bus)
            && request.state.as_deref().is_none_or(|state| state == word(archive))
    });
    let (found, next_token) = page(all, request.limit, request.next_token.as_deref())?;
    let archives = found.into_iter().map(|(name, archive)| listed(state, name, archive)).collect();
    Ok((vec![], Listed { archives, next_token }))
}
