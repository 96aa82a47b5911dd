//! What a node lends to the server.

use std::sync::Arc;

use watchfire_model::EventTime;
use watchfire_model::arn::Home;
use watchfire_state::State;
use watchfire_trust::{PasswordCost, SealKey};

use crate::live::Live;
use crate::outside::bus::Bus;
use crate::outside::intake::Intake;
use crate::outside::rules::Rules;
use crate::outside::search::Search;
use crate::outside::sources::Sources;
use crate::outside::vitals::Vitals;

/// What a node lends to the server.
#[derive(Clone)]
pub struct Parts {
    /// Findings, users, sessions, the audit log.
    pub state: Arc<State>,
    /// SQL over the lake.
    pub search: Arc<dyn Search>,
    /// The sources of logs.
    pub sources: Arc<dyn Sources>,
    /// Where pushed batches go.
    pub intake: Arc<dyn Intake>,
    /// The detections.
    pub rules: Arc<dyn Rules>,
    /// The bus.
    pub bus: Arc<dyn Bus>,
    /// The node's own numbers.
    pub vitals: Arc<dyn Vitals>,
    /// The live stream, on which the node publishes.
    pub live: Arc<Live>,
    /// The account and region that Watchfire's own ARNs stand in.
    pub home: Home,
    /// What secrets of access keys are sealed with: the key file beside the state.
    pub seal: SealKey,
    /// How dear a guess of a password is.
    pub password_cost: PasswordCost,
    /// The time.
    pub clock: Arc<dyn Fn() -> EventTime + Send + Sync>,
}
