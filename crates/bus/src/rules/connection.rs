//! Connections: how API destinations say who we are.

use serde::{Deserialize, Serialize};

use super::authorization::{AuthParameters, Authorization, KINDS};
use super::http_parameters::HttpParameters;
use super::page::{begins, page};
use super::validation::Validation;
use super::{Change, Context, Named, Outcome, State};
use crate::error::AwsError;
use crate::instant::Instant;

/// A connection with its secrets.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Connection {
    /// Its ARN; the id in it is made when it is.
    pub arn: String,
    /// Where AWS would keep the secrets; nothing is there.
    pub secret_arn: String,
    /// What people say about it.
    pub description: Option<String>,
    /// Who we are.
    pub authorization: Authorization,
    /// What goes into every request.
    pub invocation: Option<HttpParameters>,
    /// Where it stands.
    pub state: ConnectionState,
    /// When it was made.
    pub created: Instant,
    /// When it last changed.
    pub modified: Instant,
    /// When it was last authorised.
    pub authorized: Option<Instant>,
}

/// Where a connection stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ConnectionState {
    /// A token is being fetched.
    Authorizing,
    /// Ready.
    Authorized,
    /// Its secrets were taken away.
    Deauthorized,
    /// On its way out.
    Deleting,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Create {
    name: String,
    description: Option<String>,
    authorization_type: String,
    auth_parameters: AuthParameters,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Made {
    connection_arn: String,
    connection_state: ConnectionState,
    creation_time: Instant,
    last_modified_time: Instant,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_authorized_time: Option<Instant>,
}

fn made(connection: &Connection) -> Made {
    Made {
        connection_arn: connection.arn.clone(),
        connection_state: connection.state,
        creation_time: connection.created,
        last_modified_time: connection.modified,
        last_authorized_time: connection.authorized,
    }
}

pub(super) fn create(state: &State, request: Create, context: &mut Context<'_>) -> Outcome<Made> {
    let mut validation = Validation::default();
    validation.name(&request.name, "name", 64).one_of(Some(&request.authorization_type), "authorizationType", &KINDS);
    validation.optional(request.description.as_deref(), "description", 512);
    if let Some(invocation) = &request.auth_parameters.invocation_http_parameters {
        invocation.check(&mut validation, "authParameters.invocationHttpParameters");
    }
    validation.done()?;
    if state.connections.contains_key(&request.name) {
        return Err(AwsError::exists(format!("Connection {} already exists.", request.name)));
    }
    if state.connections.len() >= state.quotas.connections {
        let most = state.quotas.connections;
        return Err(AwsError::limit(format!("The requested resource exceeds the maximum number allowed: {most} connections.")));
    }
    let authorization = request.auth_parameters.authorization(&request.authorization_type)?;
    let (name, now) = (request.name, Instant(context.now));
    let (id, secret_id) = (context.chance.uuid(), context.chance.uuid());
    let secret = format!("secret:events!connection/{name}/{secret_id}-{}", &context.chance.uuid()[..6]);
    let connection = Connection {
        arn: state.home.arn(format_args!("connection/{name}/{id}")),
        secret_arn: state.home.arn_of("secretsmanager", secret),
        description: request.description,
        state: authorization.state(),
        authorized: Some(now),
        authorization,
        invocation: request.auth_parameters.invocation_http_parameters,
        created: now,
        modified: now,
    };
    let response = Made { last_authorized_time: None, ..made(&connection) };
    Ok((vec![Change::Connection { name, now: Some(Box::new(connection)) }], response))
}

fn find<'s>(state: &'s State, name: &str) -> Result<&'s Connection, AwsError> {
    let missing = || AwsError::not_found(format!("Failed to describe the connection(s). Connection '{name}' does not exist."));
    state.connections.get(name).ok_or_else(missing)
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Update {
    name: String,
    description: Option<String>,
    authorization_type: Option<String>,
    auth_parameters: Option<AuthParameters>,
}

pub(super) fn update(state: &State, request: Update, context: &mut Context<'_>) -> Outcome<Made> {
    let before = find(state, &request.name)?;
    let mut validation = Validation::default();
    validation.one_of(request.authorization_type.as_deref(), "authorizationType", &KINDS);
    validation.optional(request.description.as_deref(), "description", 512).done()?;
    let kind = request.authorization_type.as_deref().unwrap_or(before.authorization.kind());
    let given = request.auth_parameters.as_ref();
    let authorization = match given {
        Some(given) if given.says_who() || kind != before.authorization.kind() => given.authorization(kind)?,
        None if kind != before.authorization.kind() => AuthParameters::default().authorization(kind)?,
        _ => before.authorization.clone(),
    };
    let now = Instant(context.now);
    let connection = Connection {
        description: request.description.or_else(|| before.description.clone()),
        state: authorization.state(),
        authorized: if authorization.state() == ConnectionState::Authorized { Some(now) } else { before.authorized },
        authorization,
        invocation: request.auth_parameters.and_then(|given| given.invocation_http_parameters).or_else(|| before.invocation.clone()),
        modified: now,
        ..before.clone()
    };
    let response = made(&connection);
    Ok((vec![Change::Connection { name: request.name, now: Some(Box::new(connection)) }], response))
}

pub(super) fn deauthorize(state: &State, request: Named, context: &mut Context<'_>) -> Outcome<Made> {
    let before = find(state, &request.name)?;
    let authorization = Authorization::Nobody { was: before.authorization.kind().to_owned() };
    let now = Instant(context.now);
    let connection = Connection { state: authorization.state(), authorization, invocation: None, modified: now, ..before.clone() };
    let response = made(&connection);
    Ok((vec![Change::Connection { name: request.name, now: Some(Box::new(connection)) }], response))
}

pub(super) fn delete(state: &State, request: Named, _: &mut Context<'_>) -> Outcome<Made> {
    let connection = find(state, &request.name)?;
    let response = Made { connection_state: ConnectionState::Deleting, ..made(connection) };
    Ok((vec![Change::Connection { name: request.name, now: None }], response))
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Described {
    name: String,
    #[serde(flatten)]
    made: Made,
    authorization_type: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    secret_arn: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    auth_parameters: Option<AuthParameters>,
}

/// As a list shows it.
fn listed(name: &str, connection: &Connection) -> Described {
    Described {
        name: name.to_owned(),
        made: made(connection),
        authorization_type: connection.authorization.kind().to_owned(),
        description: None,
        secret_arn: None,
        auth_parameters: None,
    }
}

pub(super) fn describe(state: &State, request: Named, _: &mut Context<'_>) -> Outcome<Described> {
    let connection = find(state, &request.name)?;
    let described = Described {
        description: connection.description.clone(),
        secret_arn: Some(connection.secret_arn.clone()),
        auth_parameters: Some(AuthParameters::shown(connection)),
        ..listed(&request.name, connection)
    };
    Ok((vec![], described))
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct List {
    name_prefix: Option<String>,
    connection_state: Option<String>,
    limit: Option<i64>,
    next_token: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Listed {
    connections: Vec<Described>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

pub(super) fn list(state: &State, request: List, _: &mut Context<'_>) -> Outcome<Listed> {
    let word = |connection: &Connection| serde_json::to_value(connection.state).unwrap_or_default();
    let all = state.connections.iter().filter(|(name, connection)| {
        let state = request.connection_state.as_deref();
        begins(name, request.name_prefix.as_deref()) && state.is_none_or(|state| word(connection) == *state)
    });
    let (found, next_token) = page(all, request.limit, request.next_token.as_deref())?;
    Ok((vec![], Listed { connections: found.into_iter().map(|(name, connection)| listed(name, connection)).collect(), next_token }))
}
