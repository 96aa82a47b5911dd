//! Keys of a role in this or another account.

use std::sync::Arc;
use std::time::Duration;

use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider, future};
use aws_smithy_types::date_time::{DateTime, Format};
use serde_json::{Value, json};

use crate::credentials::Keyring;
use crate::exchange::Wire;
use crate::{Aws, Call};

/// A role that may be assumed: whose keys to ask for.
#[derive(Debug)]
struct Role {
    /// Who asks.
    wire: Arc<Wire>,
    arn: String,
    external_id: Option<String>,
    session_name: String,
}

/// An hour: what a role allows unless it was told otherwise, and the most when one role assumes another.
const SESSION: Duration = Duration::from_secs(3600);

impl Aws {
    /// The same connection as a role. Its keys are asked for at the first call, and again in time before they end or when AWS calls them
    /// expired. `session_name` is what CloudTrail shows of each call: 2 to 64 letters, digits and `+=,.@-`.
    #[must_use]
    pub fn assume(&self, role_arn: &str, external_id: Option<&str>, session_name: &str) -> Aws {
        let role = Role {
            wire: Arc::clone(&self.wire),
            arn: role_arn.to_owned(),
            external_id: external_id.map(str::to_owned),
            session_name: session_name.to_owned(),
        };
        let keyring = Arc::new(Keyring::new(Some(SharedCredentialsProvider::new(role)), None));
        Aws { workers: self.workers.clone(), wire: Arc::new(Wire { keyring, ..Wire::clone(&self.wire) }) }
    }
}

impl Role {
    async fn keys(&self) -> Result<Credentials, CredentialsError> {
        let mut parameters = json!({ "RoleArn": self.arn, "RoleSessionName": self.session_name, "DurationSeconds": SESSION.as_secs() });
        if let Some(external_id) = &self.external_id {
            parameters["ExternalId"] = external_id.as_str().into();
        }
        let answer = self.wire.send(&Call::new("sts", "AssumeRole", parameters)).await.map_err(|error| {
            // What to do about it is said once, by the error of the call that needs the keys.
            let text = error.to_string();
            CredentialsError::provider_error(text.split("\nhint:").next().unwrap_or_default().to_owned())
        })?;
        credentials(&answer).ok_or_else(|| CredentialsError::provider_error("sts AssumeRole: an answer without keys"))
    }
}

fn credentials(answer: &Value) -> Option<Credentials> {
    let keys = answer.get("Credentials")?;
    let text = |name: &str| keys.get(name).and_then(Value::as_str);
    let expiry = DateTime::from_str(text("Expiration")?, Format::DateTime).ok()?.try_into().ok()?;
    let token = text("SessionToken")?.to_owned();
    Some(Credentials::new(text("AccessKeyId")?, text("SecretAccessKey")?, Some(token), Some(expiry), "role"))
}

impl ProvideCredentials for Role {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(self.keys())
    }
}
