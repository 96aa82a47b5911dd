//! Credentials, held until shortly before they expire.

use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider};
use tokio::sync::Mutex;

use crate::error::with_causes;

/// A role's keys are renewed while they still work, so that a slow renewal or a skewed clock stops nothing.
const RENEWED_BEFORE_END: Duration = Duration::from_secs(5 * 60);

/// The standard chain, asked once rather than for every call.
#[derive(Debug)]
pub(crate) struct Keyring {
    provider: Option<SharedCredentialsProvider>,
    /// For errors: the chain passes over a profile that does not exist without a word.
    profile: Option<String>,
    /// Held while renewing: a hundred waiting calls make one renewal.
    held: Mutex<Option<Credentials>>,
}

impl Keyring {
    pub(crate) fn new(provider: Option<SharedCredentialsProvider>, profile: Option<String>) -> Self {
        Keyring { provider, profile, held: Mutex::new(None) }
    }

    /// Keys that work now, or the chain's reasons for having none.
    pub(crate) async fn get(&self) -> Result<Credentials, String> {
        let mut held = self.held.lock().await;
        if let Some(credentials) = held.as_ref().filter(|credentials| lasts(credentials, RENEWED_BEFORE_END)) {
            return Ok(credentials.clone());
        }
        let Some(provider) = &self.provider else {
            return Err("no source of credentials is configured".to_owned());
        };
        match provider.provide_credentials().await {
            Ok(credentials) => {
                tracing::debug!(expires = ?credentials.expiry(), "credentials loaded");
                *held = Some(credentials.clone());
                Ok(credentials)
            }
            Err(error) => match held.as_ref().filter(|credentials| lasts(credentials, Duration::ZERO)) {
                Some(credentials) => Ok(credentials.clone()),
                None => Err(self.reason(&error)),
            },
        }
    }

    fn reason(&self, error: &CredentialsError) -> String {
        let text = with_causes(error);
        let text = text.trim_start_matches("an error occurred while loading credentials: ").trim_end_matches('.');
        match &self.profile {
            Some(profile) => format!("no credentials from profile {profile:?} or elsewhere: {text}"),
            None => format!("no credentials: {text}"),
        }
    }

    /// Forgets keys that AWS calls expired.
    pub(crate) async fn forget(&self, access_key: &str) {
        let mut held = self.held.lock().await;
        if held.as_ref().is_some_and(|credentials| credentials.access_key_id() == access_key) {
            *held = None;
        }
    }
}

fn lasts(credentials: &Credentials, span: Duration) -> bool {
    credentials.expiry().is_none_or(|end| end > SystemTime::now() + span)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU64, Ordering};

    use aws_credential_types::provider::future;

    use super::*;

    /// Gives keys that last as long as told, each set with its own number.
    #[derive(Debug, Clone)]
    struct Source(Arc<AtomicU64>, Duration);

    impl ProvideCredentials for Source {
        fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
        where
            Self: 'a,
        {
            let number = self.0.fetch_add(1, Ordering::Relaxed);
            let expiry = Some(SystemTime::now() + self.1);
            future::ProvideCredentials::ready(Ok(Credentials::new(format!("key{number}"), "secret", None, expiry, "test")))
        }
    }

    #[tokio::test]
    async fn keys_are_asked_for_once_until_they_near_their_end() {
        for (lasting, asked) in [(3600, 1), (60, 3)] {
            let source = Source(Arc::default(), Duration::from_secs(lasting));
            let keyring = Keyring::new(Some(SharedCredentialsProvider::new(source.clone())), None);
            for _ in 0..3 {
                keyring.get().await.expect("keys");
            }
            assert_eq!(source.0.load(Ordering::Relaxed), asked, "lasting {lasting} s");
        }
    }

    #[tokio::test]
    async fn keys_called_expired_are_forgotten() {
        let keyring = Keyring::new(Some(SharedCredentialsProvider::new(Source(Arc::default(), Duration::from_secs(3600)))), None);
        keyring.get().await.expect("keys");
        keyring.forget("another").await;
        assert_eq!(keyring.get().await.expect("keys").access_key_id(), "key0");
        keyring.forget("key0").await;
        assert_eq!(keyring.get().await.expect("keys").access_key_id(), "key1");
    }
}
