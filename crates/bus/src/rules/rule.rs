//! Rules.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::page::{begins, page};
use super::tag::{self, Tag};
use super::validation::Validation;
use super::{Change, Context, Empty, Outcome, State, Target};
use crate::error::AwsError;
use crate::instant::Instant;
use crate::patterns;
use crate::schedule::Schedule;
use watchfire_model::arn::DEFAULT_BUS;

/// A rule with its targets.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Rule {
    /// What it looks for.
    pub event_pattern: Option<String>,
    /// When it runs by itself.
    pub schedule_expression: Option<String>,
    /// Whether it is in force.
    pub state: RuleState,
    /// What people say about it.
    pub description: Option<String>,
    /// A role, kept for those who ask for it again.
    pub role_arn: Option<String>,
    /// When its schedule was put; a rate counts from here.
    pub since: Instant,
    /// Its tags.
    pub tags: BTreeMap<String, String>,
    /// Where its events go, by the targets' ids.
    pub targets: Vec<Target>,
}

/// Whether a rule is in force.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum RuleState {
    /// For all events but those of management calls that only read.
    Enabled,
    /// No.
    Disabled,
    /// For all events.
    EnabledWithAllCloudtrailManagementEvents,
}

const STATES: [&str; 3] = ["ENABLED", "DISABLED", "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"];

impl RuleState {
    fn of(word: &str) -> RuleState {
        match word {
            "DISABLED" => RuleState::Disabled,
            "ENABLED" => RuleState::Enabled,
            _ => RuleState::EnabledWithAllCloudtrailManagementEvents,
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Put {
    name: String,
    event_bus_name: Option<String>,
    event_pattern: Option<String>,
    schedule_expression: Option<String>,
    state: Option<String>,
    description: Option<String>,
    role_arn: Option<String>,
    tags: Option<Vec<Tag>>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct RuleArn {
    rule_arn: String,
}

pub(super) fn put(state: &State, request: Put, context: &mut Context<'_>) -> Outcome<RuleArn> {
    Validation::default()
        .name(&request.name, "name", 64)
        .one_of(request.state.as_deref(), "state", &STATES)
        .optional(request.description.as_deref(), "description", 512)
        .optional(request.event_pattern.as_deref(), "eventPattern", 4096)
        .optional(request.schedule_expression.as_deref(), "scheduleExpression", 256)
        .done()?;
    let (bus, _) = state.bus(request.event_bus_name.as_deref())?;
    let pattern = request.event_pattern.filter(|pattern| !pattern.is_empty());
    let schedule = request.schedule_expression.filter(|schedule| !schedule.is_empty());
    if pattern.is_none() && schedule.is_none() {
        return Err(AwsError::validation("Parameter(s) EventPattern or ScheduleExpression must be specified."));
    }
    if let Some(schedule) = &schedule {
        if bus != DEFAULT_BUS {
            return Err(AwsError::validation("ScheduleExpression is supported only on the default event bus."));
        }
        schedule.parse::<Schedule>().map_err(|fault| AwsError::validation(fault.to_string()))?;
    }
    if let Some(pattern) = &pattern {
        check_pattern(state, pattern)?;
    }
    let before = state.rule(&bus, &request.name).ok();
    if before.is_none() && state.rules_of(&bus).count() >= state.quotas.rules_per_bus {
        let most = state.quotas.rules_per_bus;
        return Err(AwsError::limit(format!("The requested resource exceeds the maximum number allowed: {most} rules on one event bus.")));
    }
    let same_schedule = before.filter(|before| before.schedule_expression == schedule);
    let rule = Rule {
        since: same_schedule.map_or(Instant(context.now), |before| before.since),
        event_pattern: pattern,
        schedule_expression: schedule,
        state: request.state.map_or(state.quotas.rule_state, |word| RuleState::of(&word)),
        description: request.description,
        role_arn: request.role_arn,
        tags: match before {
            Some(before) => before.tags.clone(),
            None => tag::added(&BTreeMap::new(), request.tags.unwrap_or_default())?,
        },
        targets: before.map(|before| before.targets.clone()).unwrap_or_default(),
    };
    let rule_arn = state.home.rule_arn(&bus, &request.name);
    Ok((vec![Change::Rule { bus, name: request.name, now: Some(Box::new(rule)) }], RuleArn { rule_arn }))
}

/// Whether a pattern is one, and short enough.
pub(super) fn check_pattern(state: &State, pattern: &str) -> Result<(), AwsError> {
    let most = state.quotas.pattern_letters;
    if pattern.chars().count() > most {
        return Err(AwsError::limit(format!("The event pattern is longer than the maximum allowed: {most} characters.")));
    }
    patterns::parse(pattern).map(|_| ()).map_err(AwsError::pattern)
}

/// A rule given by name and bus.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct OnBus {
    name: String,
    event_bus_name: Option<String>,
}

pub(super) fn delete(state: &State, request: OnBus, _: &mut Context<'_>) -> Outcome<Empty> {
    let (bus, _) = state.bus(request.event_bus_name.as_deref())?;
    match state.rule(&bus, &request.name) {
        Ok(rule) if !rule.targets.is_empty() => Err(AwsError::validation("Rule can't be deleted since it has targets.")),
        Ok(_) => Ok((vec![Change::Rule { bus, name: request.name, now: None }], Empty {})),
        Err(_) => Ok((vec![], Empty {})),
    }
}

pub(super) fn enable(state: &State, request: OnBus, _: &mut Context<'_>) -> Outcome<Empty> {
    switch(state, request, RuleState::Enabled)
}

pub(super) fn disable(state: &State, request: OnBus, _: &mut Context<'_>) -> Outcome<Empty> {
    switch(state, request, RuleState::Disabled)
}

fn switch(state: &State, request: OnBus, to: RuleState) -> Outcome<Empty> {
    let (bus, _) = state.bus(request.event_bus_name.as_deref())?;
    let rule = Rule { state: to, ..state.rule(&bus, &request.name)?.clone() };
    Ok((vec![Change::Rule { bus, name: request.name, now: Some(Box::new(rule)) }], Empty {}))
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Described {
    name: String,
    arn: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    event_pattern: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    schedule_expression: Option<String>,
    state: RuleState,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    role_arn: Option<String>,
    event_bus_name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    created_by: Option<String>,
}

fn described(state: &State, bus: &str, name: &str, rule: &Rule) -> Described {
    Described {
        name: name.to_owned(),
        arn: state.home.rule_arn(bus, name),
        event_pattern: rule.event_pattern.clone(),
        schedule_expression: rule.schedule_expression.clone(),
        state: rule.state,
        description: rule.description.clone(),
        role_arn: rule.role_arn.clone(),
        event_bus_name: bus.to_owned(),
        created_by: None,
    }
}

pub(super) fn describe(state: &State, request: OnBus, _: &mut Context<'_>) -> Outcome<Described> {
    let (bus, _) = state.bus(request.event_bus_name.as_deref())?;
    let rule = state.rule(&bus, &request.name)?;
    Ok((vec![], Described { created_by: Some(state.home.account.clone()), ..described(state, &bus, &request.name, rule) }))
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct List {
    name_prefix: Option<String>,
    event_bus_name: Option<String>,
    limit: Option<i64>,
    next_token: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Listed {
    rules: Vec<Described>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

pub(super) fn list(state: &State, request: List, _: &mut Context<'_>) -> Outcome<Listed> {
    let (bus, _) = state.bus(request.event_bus_name.as_deref())?;
    let all = state.rules_of(&bus).filter(|(name, _)| begins(name, request.name_prefix.as_deref()));
    let (found, next_token) = page(all, request.limit, request.next_token.as_deref())?;
    let rules = found.into_iter().map(|(name, rule)| described(state, &bus, name, rule)).collect();
    Ok((vec![], Listed { rules, next_token }))
}
