//! Tokens of OAuth, fetched once and kept until they end.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use watchfire_bus::retry::Failure;
use watchfire_bus::rules::OAuthClient;
use watchfire_bus::target::{Request, Token, token, token_request};

use crate::Clock;
use crate::sender::{Sender, Trust};

/// The tokens of connections, by the connection's ARN. Whoever needs one waits while another fetches it.
#[derive(Default)]
pub(crate) struct Tokens(Mutex<HashMap<String, Arc<tokio::sync::Mutex<Option<Held>>>>>);

/// A token, and whose it is: a connection that was changed has another client.
struct Held {
    client: OAuthClient,
    token: Token,
}

/// Connections whose tokens are kept; the bus has no more.
const CONNECTIONS_MAX: usize = 3000;

impl Tokens {
    fn of(&self, connection: &str) -> Arc<tokio::sync::Mutex<Option<Held>>> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= CONNECTIONS_MAX && !all.contains_key(connection) {
            all.clear();
        }
        Arc::clone(all.entry(connection.to_owned()).or_default())
    }

    /// The token of a connection, fetched where there is none that is good.
    pub(crate) async fn get(&self, connection: &str, client: &OAuthClient, sender: &Sender, clock: &dyn Clock) -> Result<Token, Failure> {
        let place = self.of(connection);
        let mut held = place.lock().await;
        let good = |held: &&Held| held.client == *client && held.token.until.0 > clock.now();
        if let Some(held) = held.as_ref().filter(good) {
            return Ok(held.token.clone());
        }
        let answer = sender.send(Request::Http(token_request(client)?), Trust::Api).await;
        let fetched = token(&answer, clock.now())?;
        *held = Some(Held { client: client.clone(), token: fetched.clone() });
        Ok(fetched)
    }

    /// Forgets a token that was refused, unless another has been fetched meanwhile.
    pub(crate) async fn forget(&self, connection: &str, refused: &Token) {
        let place = self.of(connection);
        let mut held = place.lock().await;
        if held.as_ref().is_some_and(|held| held.token == *refused) {
            *held = None;
        }
    }
}
