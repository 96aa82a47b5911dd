//! Who a connection says we are: its secrets, and what AWS writes of them.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::connection::{Connection, ConnectionState};
use super::http_parameters::HttpParameters;
use super::validation::Validation;
use crate::error::AwsError;

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

    pub(super) fn state(&self) -> ConnectionState {
        match self {
            Authorization::OAuth(_) => ConnectionState::Authorizing,
            Authorization::Nobody { .. } => ConnectionState::Deauthorized,
            _ => ConnectionState::Authorized,
        }
    }
}

/// The secrets and other parameters as AWS writes them; in responses without secrets.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct AuthParameters {
    #[serde(skip_serializing_if = "Option::is_none")]
    basic_auth_parameters: Option<Basic>,
    #[serde(rename = "OAuthParameters", skip_serializing_if = "Option::is_none")]
    oauth_parameters: Option<OAuth>,
    #[serde(skip_serializing_if = "Option::is_none")]
    api_key_auth_parameters: Option<ApiKey>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) invocation_http_parameters: Option<HttpParameters>,
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
    /// Whether they say who we are.
    pub(super) fn says_who(&self) -> bool {
        self.basic_auth_parameters.is_some() || self.api_key_auth_parameters.is_some() || self.oauth_parameters.is_some()
    }

    pub(super) fn authorization(&self, kind: &str) -> Result<Authorization, AwsError> {
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
    pub(super) fn shown(connection: &Connection) -> AuthParameters {
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

/// AWS's words for the kinds.
pub(super) const KINDS: [&str; 3] = ["BASIC", "OAUTH_CLIENT_CREDENTIALS", "API_KEY"];
