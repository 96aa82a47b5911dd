//! What all threads of the bus share.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock, mpsc};
use std::time::Duration;

use watchfire_bus::deliver::{Accepted, Courier, Delivery, Origin, Scratch, Seen};
use watchfire_bus::event::Event;
use watchfire_bus::retry::Failure;
use watchfire_bus::rules::State;
use watchfire_bus::store::{Store, StoreError};
use watchfire_bus::target;

use crate::bell::Bell;
use crate::health::Pulse;
use crate::in_flight::InFlight;
use crate::paces::Paces;
use crate::rules::Rules;
use crate::sender::Sender;
use crate::settings::BATCHES;
use crate::tokens::Tokens;
use crate::{Clock, Error, Outside, Settings};

/// A delivery that nobody settles within this is sent again. Longer than the longest attempt: a place in a line, a call, a confirmation.
const LOAN: Duration = Duration::from_secs(600);

/// What all threads of the bus share.
pub(crate) struct Engine {
    pub(crate) settings: Settings,
    pub(crate) store: Arc<dyn Store>,
    pub(crate) courier: Courier<Arc<dyn Store>>,
    pub(crate) rules: Rules,
    pub(crate) in_flight: InFlight,
    pub(crate) pulse: Pulse,
    /// Rings when something may be due, or a target has room again.
    pub(crate) due: Bell,
    /// Rings when schedules or replays have changed.
    pub(crate) chores: Bell,
    pub(crate) stopping: AtomicBool,
    /// Whether the last try to write down what came of attempts failed.
    pub(crate) ledger_fails: AtomicBool,
    targets: RwLock<BTreeMap<String, target::Settings>>,
    clock: Arc<dyn Clock>,
    sender: Sender,
    tokens: Tokens,
    paces: Paces,
    finished: mpsc::Sender<Finished>,
    scratches: Mutex<Vec<Scratch>>,
}

/// What came of an attempt.
#[derive(Debug)]
pub(crate) struct Finished {
    pub(crate) target: String,
    pub(crate) attempts: Vec<(Delivery, Result<(), Failure>)>,
}

impl Engine {
    /// Loads what was kept. What comes of attempts is told to the receiver.
    pub(crate) fn new(store: Arc<dyn Store>, settings: Settings, outside: Outside) -> Result<(Engine, mpsc::Receiver<Finished>), Error> {
        let rules = Rules::load(State::new(settings.home.clone(), settings.quotas), &*store)?;
        let (finished, receiver) = mpsc::channel();
        let engine = Engine {
            courier: Courier::new(Arc::clone(&store), settings.backoff, LOAN),
            store,
            rules,
            in_flight: InFlight::new(settings.requests_max.max(1)),
            pulse: Pulse::default(),
            due: Bell::default(),
            chores: Bell::default(),
            stopping: AtomicBool::new(false),
            ledger_fails: AtomicBool::new(false),
            targets: RwLock::new(settings.targets.clone()),
            clock: outside.clock,
            sender: Sender::new(&settings, outside.aws)?,
            tokens: Tokens::default(),
            paces: Paces::default(),
            finished,
            scratches: Mutex::default(),
            settings,
        };
        Ok((engine, receiver))
    }

    pub(crate) fn clock(&self) -> &dyn Clock {
        &*self.clock
    }

    pub(crate) fn sender(&self) -> &Sender {
        &self.sender
    }

    pub(crate) fn tokens(&self) -> &Tokens {
        &self.tokens
    }

    pub(crate) fn paces(&self) -> &Paces {
        &self.paces
    }

    pub(crate) fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::Acquire)
    }

    /// Chance for ids and waits.
    pub(crate) fn chance() -> impl FnMut() -> u64 {
        || fastrand::u64(..)
    }

    /// Exchanges our own targets.
    pub(crate) fn set_targets(&self, targets: BTreeMap<String, target::Settings>) {
        *self.targets.write().unwrap_or_else(PoisonError::into_inner) = targets;
        self.due.ring();
    }

    /// The target behind an ARN.
    pub(crate) fn settings_of(&self, arn: &str) -> Result<target::Settings, Failure> {
        let own = self.targets.read().unwrap_or_else(PoisonError::into_inner);
        target::Settings::of(arn, &self.rules.state(), &own)
    }

    /// How many deliveries go into a request to a target.
    pub(crate) fn batch_max(&self, arn: &str) -> usize {
        self.settings_of(arn).map_or(1, |settings| settings.kind().batch_max()).max(1)
    }

    /// How many requests to a target may begin now.
    pub(crate) fn room(&self, arn: &str, batch_max: usize) -> usize {
        let most = if batch_max > 1 { BATCHES } else { self.settings.requests_per_target.max(1) };
        self.in_flight.room(arn, most)
    }

    /// Takes events in.
    pub(crate) fn accept(&self, seen: &[Seen<'_>]) -> Result<Accepted, StoreError> {
        let mut scratch = self.scratches.lock().unwrap_or_else(PoisonError::into_inner).pop().unwrap_or_default();
        let accepted = self.courier.accept(&self.rules.book(), seen, self.clock.now(), &mut scratch);
        self.scratches.lock().unwrap_or_else(PoisonError::into_inner).push(scratch);
        let accepted = accepted?;
        self.told(&accepted);
        Ok(accepted)
    }

    /// Counts what was taken in, and wakes whoever sends it.
    pub(crate) fn told(&self, accepted: &Accepted) {
        self.pulse.count(|counts| {
            counts.accepted += accepted.deliveries as u64;
            counts.undecided += accepted.undecided as u64;
        });
        if accepted.undecided > 0 {
            tracing::warn!(
                undecided = accepted.undecided,
                "patterns could not be decided: too many arrays of one name, or nested too deep"
            );
        }
        if accepted.deliveries > 0 {
            self.due.ring();
        }
    }

    /// Takes in an event that another bus of this program hands on.
    pub(crate) fn accept_one(&self, bus: &str, event: &Event, hops: u8) -> Result<(), StoreError> {
        self.accept(&[Seen { bus, event, origin: Origin { hops, only_rules: &[] } }]).map(|_| ())
    }

    /// Hands over what came of an attempt.
    pub(crate) fn finish(&self, finished: Finished) {
        // The receiver is gone when the bus has stopped: what was sent is sent again after the next start, with the same id.
        let _ = self.finished.send(finished);
    }
}
