//! Buses.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use watchfire_model::EventTime;

use super::page::{begins, page};
use super::tag::{self, Tag};
use super::validation::Validation;
use super::{Change, Context, Empty, Outcome, State};
use crate::error::AwsError;
use crate::instant::Instant;
use watchfire_model::arn::DEFAULT_BUS;

/// A bus.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Bus {
    /// What people say about it.
    pub description: Option<String>,
    /// A key of KMS, kept for those who ask for it again.
    pub kms_key_identifier: Option<String>,
    /// Where events go that cannot be handed on.
    pub dead_letter_config: Option<DeadLetterConfig>,
    /// When it was made.
    pub created: Instant,
    /// When it last changed.
    pub modified: Instant,
    /// Its tags.
    pub tags: BTreeMap<String, String>,
}

/// A dead-letter queue.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct DeadLetterConfig {
    /// The queue.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub arn: Option<String>,
}

/// The members of a bus that requests may give.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Create {
    name: String,
    event_source_name: Option<String>,
    #[serde(flatten)]
    members: Members,
    tags: Option<Vec<Tag>>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Members {
    description: Option<String>,
    kms_key_identifier: Option<String>,
    dead_letter_config: Option<DeadLetterConfig>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Described {
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    arn: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    event_bus_arn: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    kms_key_identifier: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    dead_letter_config: Option<DeadLetterConfig>,
    #[serde(skip_serializing_if = "Option::is_none")]
    creation_time: Option<Instant>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_modified_time: Option<Instant>,
}

fn described(state: &State, name: &str, bus: &Bus) -> Described {
    let known = |time: Instant| (time.0 != EventTime(0)).then_some(time);
    Described {
        name: Some(name.to_owned()),
        arn: Some(state.home.bus_arn(name)),
        event_bus_arn: None,
        description: bus.description.clone(),
        kms_key_identifier: bus.kms_key_identifier.clone(),
        dead_letter_config: bus.dead_letter_config.clone(),
        creation_time: known(bus.created),
        last_modified_time: known(bus.modified),
    }
}

pub(super) fn create(state: &State, request: Create, context: &mut Context<'_>) -> Outcome<Described> {
    let (name, members) = (request.name, request.members);
    Validation::default().name(&name, "name", 256).optional(members.description.as_deref(), "description", 512).done()?;
    if let Some(source) = request.event_source_name {
        return Err(AwsError::not_found(format!("Event source {source} does not exist.")));
    }
    if state.buses.contains_key(&name) {
        return Err(AwsError::exists(format!("Event bus {name} already exists.")));
    }
    if state.buses.len() >= state.quotas.buses {
        return Err(AwsError::limit(format!(
            "The requested resource exceeds the maximum number allowed: {} event buses.",
            state.quotas.buses
        )));
    }
    let now = Instant(context.now);
    let bus = Bus {
        description: members.description,
        kms_key_identifier: members.kms_key_identifier,
        dead_letter_config: members.dead_letter_config,
        created: now,
        modified: now,
        tags: tag::added(&BTreeMap::new(), request.tags.unwrap_or_default())?,
    };
    let whole = described(state, &name, &bus);
    let response = Described { event_bus_arn: whole.arn, name: None, arn: None, creation_time: None, last_modified_time: None, ..whole };
    Ok((vec![Change::Bus { name, now: Some(bus) }], response))
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Update {
    name: Option<String>,
    #[serde(flatten)]
    members: Members,
}

pub(super) fn update(state: &State, request: Update, context: &mut Context<'_>) -> Outcome<Described> {
    let (name, bus) = state.bus(request.name.as_deref())?;
    let members = request.members;
    Validation::default().optional(members.description.as_deref(), "description", 512).done()?;
    let bus = Bus {
        description: members.description.or_else(|| bus.description.clone()),
        kms_key_identifier: members.kms_key_identifier.or_else(|| bus.kms_key_identifier.clone()),
        dead_letter_config: members.dead_letter_config.or_else(|| bus.dead_letter_config.clone()),
        modified: Instant(context.now),
        ..bus.clone()
    };
    let response = Described { creation_time: None, last_modified_time: None, ..described(state, &name, &bus) };
    Ok((vec![Change::Bus { name, now: Some(bus) }], response))
}

pub(super) fn delete(state: &State, request: super::Named, _: &mut Context<'_>) -> Outcome<Empty> {
    let name = state.home.bus_name(Some(&request.name)).to_owned();
    if name == DEFAULT_BUS {
        return Err(AwsError::validation("Cannot delete event bus default."));
    }
    if state.rules_of(&name).next().is_some() {
        return Err(AwsError::validation(format!("Event bus {name} can't be deleted since it has rules.")));
    }
    let there = state.buses.contains_key(&name);
    Ok((there.then_some(Change::Bus { name, now: None }).into_iter().collect(), Empty {}))
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Describe {
    name: Option<String>,
}

pub(super) fn describe(state: &State, request: Describe, _: &mut Context<'_>) -> Outcome<Described> {
    let (name, bus) = state.bus(request.name.as_deref())?;
    Ok((vec![], described(state, &name, bus)))
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct List {
    name_prefix: Option<String>,
    limit: Option<i64>,
    next_token: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Listed {
    event_buses: Vec<Described>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

pub(super) fn list(state: &State, request: List, _: &mut Context<'_>) -> Outcome<Listed> {
    let all = state.buses.iter().filter(|(name, _)| begins(name, request.name_prefix.as_deref()));
    let (found, next_token) = page(all, request.limit, request.next_token.as_deref())?;
    let event_buses = found.into_iter().map(|(name, bus)| described(state, name, bus)).collect();
    Ok((vec![], Listed { event_buses, next_token }))
}
