//! API destinations: where HTTP requests go, and by which connection.

use serde::{Deserialize, Serialize};

use super::page::{begins, page};
use super::validation::Validation;
use super::{Change, ConnectionState, Context, Empty, Named, Outcome, State};
use crate::error::AwsError;
use crate::instant::Instant;

/// An API destination.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Destination {
    /// Its ARN; the id in it is made when it is.
    pub arn: String,
    /// What people say about it.
    pub description: Option<String>,
    /// The connection it uses.
    pub connection_arn: String,
    /// The URL, with stars in its path for what targets put there.
    pub endpoint: String,
    /// The method.
    pub method: String,
    /// Requests a second, where it is bounded.
    pub rate: Option<u32>,
    /// When it was made.
    pub created: Instant,
    /// When it last changed.
    pub modified: Instant,
}

const METHODS: [&str; 7] = ["POST", "GET", "HEAD", "OPTIONS", "PUT", "PATCH", "DELETE"];

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Create {
    name: String,
    #[serde(flatten)]
    members: Members,
}

/// What may be given; all of it is needed at first but for the description and the rate.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Members {
    description: Option<String>,
    connection_arn: Option<String>,
    invocation_endpoint: Option<String>,
    http_method: Option<String>,
    invocation_rate_limit_per_second: Option<i64>,
}

impl Members {
    fn check(&self, state: &State, name: &str) -> Result<(), AwsError> {
        Validation::default()
            .name(name, "name", 64)
            .optional(self.description.as_deref(), "description", 512)
            .optional(self.invocation_endpoint.as_deref(), "invocationEndpoint", 2048)
            .one_of(self.http_method.as_deref(), "httpMethod", &METHODS)
            .range(self.invocation_rate_limit_per_second, "invocationRateLimitPerSecond", 1, i64::from(u32::MAX))
            .done()?;
        if let Some(endpoint) = self.invocation_endpoint.as_deref().filter(|endpoint| !is_endpoint(endpoint)) {
            let says =
                format!("Parameter {endpoint} is not valid. Reason: the endpoint of an API destination is an https:// URL with a host.");
            return Err(AwsError::validation(says));
        }
        match self.connection_arn.as_deref() {
            Some(arn) if !state.connections.values().any(|connection| connection.arn == arn) => {
                Err(AwsError::not_found(format!("Connection '{arn}' does not exist.")))
            }
            _ => Ok(()),
        }
    }
}

/// Whether a text is the URL of an API destination. Plain HTTP is taken for this machine alone, where nobody listens in between.
fn is_endpoint(text: &str) -> bool {
    let plain =
        text.bytes().all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'"' | b'<' | b'>' | b'\\' | b'^' | b'`' | b'{' | b'|' | b'}'));
    let host = |rest: &str| rest.split(['/', '?', '#']).next().unwrap_or_default().to_owned();
    let own = |host: &str| matches!(host.rsplit_once(':').map_or(host, |(name, _)| name), "localhost" | "127.0.0.1" | "[::1]");
    let right = match (text.strip_prefix("https://"), text.strip_prefix("http://")) {
        (Some(rest), _) => !host(rest).is_empty() && !host(rest).contains(['@', '*']),
        (_, Some(rest)) => own(&host(rest)),
        _ => false,
    };
    plain && right
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Made {
    api_destination_arn: String,
    api_destination_state: &'static str,
    creation_time: Instant,
    last_modified_time: Instant,
}

fn made(state: &State, destination: &Destination) -> Made {
    let mut connections = state.connections.values().filter(|connection| connection.arn == destination.connection_arn);
    let active = connections.any(|connection| connection.state != ConnectionState::Deauthorized);
    Made {
        api_destination_arn: destination.arn.clone(),
        api_destination_state: if active { "ACTIVE" } else { "INACTIVE" },
        creation_time: destination.created,
        last_modified_time: destination.modified,
    }
}

pub(super) fn create(state: &State, request: Create, context: &mut Context<'_>) -> Outcome<Made> {
    let (name, members) = (request.name, request.members);
    Validation::default()
        .needed(members.connection_arn.is_some(), "connectionArn")
        .needed(members.invocation_endpoint.is_some(), "invocationEndpoint")
        .needed(members.http_method.is_some(), "httpMethod")
        .done()?;
    if state.destinations.contains_key(&name) {
        return Err(AwsError::exists(format!("An api-destination '{name}' already exists.")));
    }
    members.check(state, &name)?;
    if state.destinations.len() >= state.quotas.destinations {
        let most = state.quotas.destinations;
        return Err(AwsError::limit(format!("The requested resource exceeds the maximum number allowed: {most} API destinations.")));
    }
    let now = Instant(context.now);
    let destination = Destination {
        arn: state.home.arn(format_args!("api-destination/{name}/{}", context.chance.uuid())),
        description: members.description,
        connection_arn: members.connection_arn.unwrap_or_default(),
        endpoint: members.invocation_endpoint.unwrap_or_default(),
        method: members.http_method.unwrap_or_default(),
        rate: rate(members.invocation_rate_limit_per_second),
        created: now,
        modified: now,
    };
    let response = made(state, &destination);
    Ok((vec![Change::Destination { name, now: Some(Box::new(destination)) }], response))
}

fn rate(given: Option<i64>) -> Option<u32> {
    given.and_then(|rate| u32::try_from(rate).ok())
}

fn find<'s>(state: &'s State, name: &str) -> Result<&'s Destination, AwsError> {
    let missing = || AwsError::not_found(format!("Failed to describe the api-destination(s). An api-destination '{name}' does not exist."));
    state.destinations.get(name).ok_or_else(missing)
}

pub(super) fn update(state: &State, request: Create, context: &mut Context<'_>) -> Outcome<Made> {
    let before = find(state, &request.name)?;
    let members = request.members;
    members.check(state, &request.name)?;
    let destination = Destination {
        description: members.description.or_else(|| before.description.clone()),
        connection_arn: members.connection_arn.unwrap_or_else(|| before.connection_arn.clone()),
        endpoint: members.invocation_endpoint.unwrap_or_else(|| before.endpoint.clone()),
        method: members.http_method.unwrap_or_else(|| before.method.clone()),
        rate: rate(members.invocation_rate_limit_per_second).or(before.rate),
        modified: Instant(context.now),
        ..before.clone()
    };
    let response = made(state, &destination);
    Ok((vec![Change::Destination { name: request.name, now: Some(Box::new(destination)) }], response))
}

pub(super) fn delete(state: &State, request: Named, _: &mut Context<'_>) -> Outcome<Empty> {
    find(state, &request.name)?;
    Ok((vec![Change::Destination { name: request.name, now: None }], Empty {}))
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Described {
    name: String,
    #[serde(flatten)]
    made: Made,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    connection_arn: String,
    invocation_endpoint: String,
    http_method: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    invocation_rate_limit_per_second: Option<u32>,
}

fn described(state: &State, name: &str, destination: &Destination) -> Described {
    Described {
        name: name.to_owned(),
        made: made(state, destination),
        description: destination.description.clone(),
        connection_arn: destination.connection_arn.clone(),
        invocation_endpoint: destination.endpoint.clone(),
        http_method: destination.method.clone(),
        invocation_rate_limit_per_second: destination.rate,
    }
}

pub(super) fn describe(state: &State, request: Named, _: &mut Context<'_>) -> Outcome<Described> {
    let destination = find(state, &request.name)?;
    Ok((vec![], described(state, &request.name, destination)))
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct List {
    name_prefix: Option<String>,
    connection_arn: Option<String>,
    limit: Option<i64>,
    next_token: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Listed {
    api_destinations: Vec<Described>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

pub(super) fn list(state: &State, request: List, _: &mut Context<'_>) -> Outcome<Listed> {
    let all = state.destinations.iter().filter(|(name, destination)| {
        let connection = request.connection_arn.as_deref();
        begins(name, request.name_prefix.as_deref()) && connection.is_none_or(|arn| arn == destination.connection_arn)
    });
    let (found, next_token) = page(all, request.limit, request.next_token.as_deref())?;
    let api_destinations = found.into_iter().map(|(name, destination)| described(state, name, destination)).collect();
    Ok((vec![], Listed { api_destinations, next_token }))
}
