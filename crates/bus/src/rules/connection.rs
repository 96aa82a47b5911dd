//! Connections: how API destinations say who we are.

use std::fmt;

use serde::{Deserialize, Serialize};

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

/// A text that is never shown. It is written where the state is kept, and left out of every response and message.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Secret(pub String);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// Who we are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Authorization {
    /// A user and a password.
    Basic {
        /// The user.
        username: String,
        /// The password.
        password: Secret,
    },
    /// A header with a key.
    ApiKey {
        /// The header.
        name: String,
        /// The key.
        value: Secret,
    },
    /// A token that is fetched with a client's id and secret.
    OAuth(OAuthClient),
    /// Nobody: the secrets were taken away.
    Nobody {
        /// What it was, in AWS's word.
        was: String,
    },
}

/// A client of OAuth.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OAuthClient {
    /// Where tokens come from.
    pub endpoint: String,
    /// `GET`, `POST` or `PUT`.
    pub method: String,
    /// Its id.
    pub id: String,
    /// Its secret.
    pub secret: Secret,
    /// What goes into the request for a token besides.
    pub parameters: Option<HttpParameters>,
}

/// Parts of a request.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct HttpParameters {
    /// Headers.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub header_parameters: Vec<Parameter>,
    /// Parts of the query.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub query_string_parameters: Vec<Parameter>,
    /// Members of the body.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub body_parameters: Vec<Parameter>,
}

/// One part of a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Parameter {
    /// Its name.
    pub key: String,
    /// Its text, a secret to be careful.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<Secret>,
    /// Whether it is left out when somebody asks.
    #[serde(default)]
    pub is_value_secret: bool,
}

/// Parts of one kind.
const PARAMETERS_MAX: usize = 100;

impl HttpParameters {
    fn shown(&self) -> HttpParameters {
        let all = |parameters: &[Parameter]| {
            let shown = parameters.iter().map(|one| Parameter { value: one.value.clone().filter(|_| !one.is_value_secret), ..one.clone() });
            shown.collect()
        };
        HttpParameters {
            header_parameters: all(&self.header_parameters),
            query_string_parameters: all(&self.query_string_parameters),
            body_parameters: all(&self.body_parameters),
        }
    }

    fn check(&self, validation: &mut Validation, at: &str) {
        let lists = [("header", &self.header_parameters), ("queryString", &self.query_string_parameters), ("body", &self.body_parameters)];
        for (name, list) in lists {
            validation.count(list.len(), &format!("{at}.{name}Parameters"), 0, PARAMETERS_MAX);
        }
    }
}

/// The secrets and other parameters as AWS writes them; in responses without secrets.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct AuthParameters {
    #[serde(skip_serializing_if = "Option::is_none")]
    basic_auth_parameters: Option<Basic>,
    #[serde(rename = "OAuthParameters", skip_serializing_if = "Option::is_none")]
    oauth_parameters: Option<OAuth>,
    #[serde(skip_serializing_if = "Option::is_none")]
    api_key_auth_parameters: Option<ApiKey>,
    #[serde(skip_serializing_if = "Option::is_none")]
    invocation_http_parameters: Option<HttpParameters>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Basic {
    username: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    password: Option<Secret>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ApiKey {
    api_key_name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    api_key_value: Option<Secret>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct OAuth {
    client_parameters: Client,
    authorization_endpoint: String,
    http_method: String,
    #[serde(rename = "OAuthHttpParameters", skip_serializing_if = "Option::is_none")]
    oauth_http_parameters: Option<HttpParameters>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Client {
    #[serde(rename = "ClientID")]
    id: String,
    #[serde(rename = "ClientSecret", skip_serializing_if = "Option::is_none")]
    secret: Option<Secret>,
}

impl AuthParameters {
    fn authorization(&self, kind: &str) -> Result<Authorization, AwsError> {
        let missing = |at: &str| Validation::default().needed(false, at).done().expect_err("it is missing");
        match kind {
            "BASIC" => {
                let basic = self.basic_auth_parameters.as_ref().ok_or_else(|| missing("authParameters.basicAuthParameters"))?;
                let password = basic.password.clone().ok_or_else(|| missing("authParameters.basicAuthParameters.password"))?;
                Ok(Authorization::Basic { username: basic.username.clone(), password })
            }
            "API_KEY" => {
                let key = self.api_key_auth_parameters.as_ref().ok_or_else(|| missing("authParameters.apiKeyAuthParameters"))?;
                let value = key.api_key_value.clone().ok_or_else(|| missing("authParameters.apiKeyAuthParameters.apiKeyValue"))?;
                Ok(Authorization::ApiKey { name: key.api_key_name.clone(), value })
            }
            _ => {
                let oauth = self.oauth_parameters.as_ref().ok_or_else(|| missing("authParameters.oAuthParameters"))?;
                let at = "authParameters.oAuthParameters.clientParameters.clientSecret";
                Validation::default()
                    .one_of(Some(&oauth.http_method), "authParameters.oAuthParameters.httpMethod", &["GET", "POST", "PUT"])
                    .done()?;
                Ok(Authorization::OAuth(OAuthClient {
                    endpoint: oauth.authorization_endpoint.clone(),
                    method: oauth.http_method.clone(),
                    id: oauth.client_parameters.id.clone(),
                    secret: oauth.client_parameters.secret.clone().ok_or_else(|| missing(at))?,
                    parameters: oauth.oauth_http_parameters.clone(),
                }))
            }
        }
    }

    /// Without secrets.
    fn shown(connection: &Connection) -> AuthParameters {
        let invocation_http_parameters = connection.invocation.as_ref().map(HttpParameters::shown);
        let shown = AuthParameters { invocation_http_parameters, ..AuthParameters::default() };
        match &connection.authorization {
            Authorization::Basic { username, .. } => {
                AuthParameters { basic_auth_parameters: Some(Basic { username: username.clone(), password: None }), ..shown }
            }
            Authorization::ApiKey { name, .. } => {
                AuthParameters { api_key_auth_parameters: Some(ApiKey { api_key_name: name.clone(), api_key_value: None }), ..shown }
            }
            Authorization::OAuth(client) => {
                let oauth = OAuth {
                    client_parameters: Client { id: client.id.clone(), secret: None },
                    authorization_endpoint: client.endpoint.clone(),
                    http_method: client.method.clone(),
                    oauth_http_parameters: client.parameters.as_ref().map(HttpParameters::shown),
                };
                AuthParameters { oauth_parameters: Some(oauth), ..shown }
            }
            Authorization::Nobody { .. } => shown,
        }
    }
}

const KINDS: [&str; 3] = ["BASIC", "OAUTH_CLIENT_CREDENTIALS", "API_KEY"];

impl Authorization {
    /// AWS's word for its kind.
    pub fn kind(&self) -> &str {
        match self {
            Authorization::Basic { .. } => "BASIC",
            Authorization::ApiKey { .. } => "API_KEY",
            Authorization::OAuth(_) => "OAUTH_CLIENT_CREDENTIALS",
            Authorization::Nobody { was } => was,
        }
    }

    fn state(&self) -> ConnectionState {
        match self {
            Authorization::OAuth(_) => ConnectionState::Authorizing,
            Authorization::Nobody { .. } => ConnectionState::Deauthorized,
            _ => ConnectionState::Authorized,
        }
    }
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
    let speaks = |given: &AuthParameters| {
        given.basic_auth_parameters.is_some() || given.api_key_auth_parameters.is_some() || given.oauth_parameters.is_some()
    };
    let authorization = match given {
        Some(given) if speaks(given) || kind != before.authorization.kind() => given.authorization(kind)?,
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
