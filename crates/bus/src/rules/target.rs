//! Targets of rules.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::bus::DeadLetterConfig;
use super::page::page;
use super::validation::Validation;
use super::{Change, Context, Outcome, Rule, State};
use crate::error::AwsError;
use crate::input::{Input, InputTransformer};
use crate::retry::RetryPolicy;
use crate::target::Service;
use watchfire_model::arn::Arn;

/// A target as AWS writes it. Parameters of kinds that are not served here are kept as they came.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Target {
    /// Its name in the rule.
    pub id: String,
    /// What it is.
    pub arn: String,
    /// A role for AWS's own targets.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role_arn: Option<String>,
    /// What it gets, always the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub input: Option<String>,
    /// What it gets: the part at a path.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub input_path: Option<String>,
    /// What it gets: a filled template.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub input_transformer: Option<InputTransformer>,
    /// For queues.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sqs_parameters: Option<SqsParameters>,
    /// For API destinations.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub http_parameters: Option<HttpTargetParameters>,
    /// Where events go that cannot be delivered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dead_letter_config: Option<DeadLetterConfig>,
    /// How long it is tried.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_policy: Option<RetryPolicy>,
    /// Everything else.
    #[serde(flatten)]
    pub more: Map<String, Value>,
}

/// Of queues with an order.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct SqsParameters {
    /// Messages of one group stay in order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message_group_id: Option<String>,
}

/// What a target adds to the requests of its API destination.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct HttpTargetParameters {
    /// For the stars in the URL, in order.
    pub path_parameter_values: Vec<String>,
    /// Headers.
    pub header_parameters: BTreeMap<String, String>,
    /// Parts of the query.
    pub query_string_parameters: BTreeMap<String, String>,
}

impl Target {
    /// What it gets of an event.
    ///
    /// # Errors
    /// What PutTargets answers.
    pub fn input(&self) -> Result<Input, AwsError> {
        let input = Input::new(&self.id, self.input.as_deref(), self.input_path.as_deref(), self.input_transformer.as_ref());
        input.map_err(|fault| AwsError::validation(fault.to_string()))
    }

    /// The queue for what cannot be delivered.
    pub fn dead_letters(&self) -> Option<&str> {
        self.dead_letter_config.as_ref()?.arn.as_deref()
    }

    fn check(&self) -> Result<(), AwsError> {
        let policy = self.retry_policy.unwrap_or_default();
        let wide = |number: Option<u32>| number.map(i64::from);
        Validation::default()
            .name(&self.id, "targets.1.member.id", 64)
            .length(&self.arn, "targets.1.member.arn", 1, 1600)
            .range(wide(policy.maximum_retry_attempts), "targets.1.member.retryPolicy.maximumRetryAttempts", 0, 185)
            .range(wide(policy.maximum_event_age_in_seconds), "targets.1.member.retryPolicy.maximumEventAgeInSeconds", 60, 86_400)
            .done()?;
        let Some(arn) = Arn::parse(&self.arn) else {
            return Err(AwsError::validation(format!(
                "Parameter {} is not valid. Reason: Provided Arn is not in correct format.",
                self.arn
            )));
        };
        let group = self.sqs_parameters.as_ref().and_then(|sqs| sqs.message_group_id.as_ref());
        if arn.service == "sqs" && arn.resource.ends_with(".fifo") && group.is_none() {
            return Err(AwsError::validation(format!("Parameter(s) SqsParameters must be specified for target: {}.", self.id)));
        }
        self.input().map(|_| ())
    }

    /// Why a target cannot be served, though its form is right.
    fn trouble(&self, state: &State) -> Option<FailedEntry> {
        let arn = Arn::parse(&self.arn)?;
        let (kind, name) = arn.resource.split_once('/').unwrap_or_default();
        let at_home = arn.is_at(&state.home);
        let is_there = match kind {
            "event-bus" if at_home => state.buses.contains_key(name),
            "api-destination" if at_home => state.destinations.values().any(|destination| destination.arn == self.arn),
            _ => true,
        };
        let fail = |code, message| Some(FailedEntry { target_id: self.id.clone(), error_code: code, error_message: message });
        if !is_there {
            return fail("ResourceNotFoundException", format!("{} does not exist.", self.arn));
        }
        match Service::of(&self.arn) {
            Some(_) => None,
            None => fail("ValidationException", format!("Targets like {} are not served here.", self.arn)),
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Put {
    rule: String,
    event_bus_name: Option<String>,
    targets: Vec<Target>,
}

/// What became of targets of a request.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Failed {
    failed_entry_count: usize,
    failed_entries: Vec<FailedEntry>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct FailedEntry {
    target_id: String,
    error_code: &'static str,
    error_message: String,
}

fn failed(failed_entries: Vec<FailedEntry>) -> Failed {
    Failed { failed_entry_count: failed_entries.len(), failed_entries }
}

/// Targets of one request.
const TARGETS_MAX: usize = 10;

pub(super) fn put(state: &State, request: Put, _: &mut Context<'_>) -> Outcome<Failed> {
    Validation::default().name(&request.rule, "rule", 64).count(request.targets.len(), "targets", 1, TARGETS_MAX).done()?;
    let (bus, _) = state.bus(request.event_bus_name.as_deref())?;
    let rule = state.rule(&bus, &request.rule)?;
    let mut targets = rule.targets.clone();
    let mut failures = Vec::new();
    for target in request.targets {
        target.check()?;
        if let Some(trouble) = target.trouble(state) {
            failures.push(trouble);
            continue;
        }
        match targets.iter_mut().find(|known| known.id == target.id) {
            Some(known) => *known = target,
            None => targets.push(target),
        }
    }
    let most = state.quotas.targets_per_rule;
    if targets.len() > most {
        return Err(AwsError::limit(format!("The requested resource exceeds the maximum number allowed: {most} targets of one rule.")));
    }
    targets.sort_by(|one, other| one.id.cmp(&other.id));
    Ok((changed(bus, request.rule, rule, targets), failed(failures)))
}

fn changed(bus: String, name: String, rule: &Rule, targets: Vec<Target>) -> Vec<Change> {
    if targets == rule.targets {
        return vec![];
    }
    vec![Change::Rule { bus, name, now: Some(Box::new(Rule { targets, ..rule.clone() })) }]
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Remove {
    rule: String,
    event_bus_name: Option<String>,
    ids: Vec<String>,
}

pub(super) fn remove(state: &State, request: Remove, _: &mut Context<'_>) -> Outcome<Failed> {
    Validation::default().count(request.ids.len(), "ids", 1, 100).done()?;
    let (bus, _) = state.bus(request.event_bus_name.as_deref())?;
    let rule = state.rule(&bus, &request.rule)?;
    let unknown = request.ids.iter().filter(|id| !rule.targets.iter().any(|target| target.id == **id));
    let failures = unknown.map(|id| FailedEntry {
        target_id: id.clone(),
        error_code: "ResourceNotFoundException",
        error_message: format!("Rule {} does not have a target with the Id {id}.", request.rule),
    });
    let failures = failures.collect();
    let targets = rule.targets.iter().filter(|target| !request.ids.contains(&target.id)).cloned().collect();
    Ok((changed(bus, request.rule, rule, targets), failed(failures)))
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct List {
    rule: String,
    event_bus_name: Option<String>,
    limit: Option<i64>,
    next_token: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Listed {
    targets: Vec<Target>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

pub(super) fn list(state: &State, request: List, _: &mut Context<'_>) -> Outcome<Listed> {
    let (bus, _) = state.bus(request.event_bus_name.as_deref())?;
    let rule = state.rule(&bus, &request.rule)?;
    let all = rule.targets.iter().map(|target| (&target.id, target));
    let (found, next_token) = page(all, request.limit, request.next_token.as_deref())?;
    Ok((vec![], Listed { targets: found.into_iter().map(|(_, target)| target.clone()).collect(), next_token }))
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ByTarget {
    target_arn: String,
    event_bus_name: Option<String>,
    limit: Option<i64>,
    next_token: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Names {
    rule_names: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

pub(super) fn rules(state: &State, request: ByTarget, _: &mut Context<'_>) -> Outcome<Names> {
    let (bus, _) = state.bus(request.event_bus_name.as_deref())?;
    let all = state.rules_of(&bus).filter(|(_, rule)| rule.targets.iter().any(|target| target.arn == request.target_arn));
    let (found, next_token) = page(all, request.limit, request.next_token.as_deref())?;
    Ok((vec![], Names { rule_names: found.into_iter().map(|(name, _)| name.clone()).collect(), next_token }))
}
