//! One attempt: some deliveries of one target, from the request to what came of each.

use std::sync::Arc;
use std::time::Duration;

use watchfire_bus::deliver::Delivery;
use watchfire_bus::event::Event;
use watchfire_bus::retry::{ErrorCode, Failure};
use watchfire_bus::target::{Answer, ApiDestination, Kind, Letter, Request, Settings, Trouble};

use crate::batch::Batch;
use crate::engine::{Engine, Finished};
use crate::sender::{Trust, blocking};

/// Between two questions whether something has arrived, and how long they are asked.
const CONFIRM_EVERY: Duration = Duration::from_secs(1);
const CONFIRM_MAX: Duration = Duration::from_secs(60);

/// Longest keeping of a bus's event by another.
const PUBLISH_MAX: Duration = Duration::from_secs(30);

type Verdict = Result<(), Failure>;

/// Makes the attempt.
pub(crate) async fn attempt(mut pending: Pending) {
    let verdicts = judge(&pending.engine, &pending.batch.deliveries).await;
    pending.verdicts = Some(verdicts);
}

/// Deliveries that are owed a verdict: what came of them is handed over when this ends, in whatever way.
pub(crate) struct Pending {
    engine: Arc<Engine>,
    batch: Batch,
    verdicts: Option<Vec<Verdict>>,
}

impl Pending {
    /// Counts as under way from now on.
    pub(crate) fn new(engine: Arc<Engine>, batch: Batch) -> Pending {
        engine.in_flight.begin(&batch.target);
        Pending { engine, batch, verdicts: None }
    }
}

impl Drop for Pending {
    fn drop(&mut self) {
        let Batch { target, deliveries } = std::mem::take(&mut self.batch);
        let broken = || vec![Err(Failure::later(ErrorCode::InternalError, "the attempt was broken off")); deliveries.len()];
        let verdicts = self.verdicts.take().unwrap_or_else(broken);
        self.engine.finish(Finished { target, attempts: deliveries.into_iter().zip(verdicts).collect() });
    }
}

/// What comes of each of some deliveries.
async fn judge(engine: &Arc<Engine>, deliveries: &[Delivery]) -> Vec<Verdict> {
    let all = |failure: Failure| vec![Err(failure); deliveries.len()];
    let Some(first) = deliveries.first() else { return Vec::new() };
    let settings = match engine.settings_of(&first.target.arn) {
        Ok(settings) => settings,
        Err(failure) => return all(failure),
    };
    let settings = match ready(engine, settings).await {
        Ok(settings) => settings,
        Err(failure) => return all(failure),
    };
    // Those that cannot be put into the target's form fail by themselves; the others go together.
    let filled: Vec<Result<(Event, String), Failure>> = deliveries.iter().map(fill).collect();
    let mut sent = send(engine, &settings, deliveries, &filled).await.into_iter();
    let verdict = |filled: &Result<(Event, String), Failure>| match filled {
        Err(failure) => Err(failure.clone()),
        Ok(_) => sent.next().unwrap_or_else(|| Err(Failure::later(ErrorCode::InternalError, "nothing is known of it"))),
    };
    filled.iter().map(verdict).collect()
}

fn fill(delivery: &Delivery) -> Result<(Event, String), Failure> {
    let event = delivery.event().map_err(|fault| Failure::never(ErrorCode::InternalError, fault.to_string()))?;
    Ok((event, delivery.payload()?))
}

/// The target with its token, when its turn has come.
async fn ready(engine: &Arc<Engine>, settings: Settings) -> Result<Settings, Failure> {
    let Settings::ApiDestination(destination) = settings else { return Ok(settings) };
    let destination = match destination.lacks_token(engine.clock().now()).cloned() {
        Some(client) => {
            let connection = destination.connection.arn.clone();
            let token = engine.tokens().get(&connection, &client, engine.sender(), engine.clock()).await?;
            ApiDestination::with_token(*destination, token)
        }
        None => *destination,
    };
    if let Some(rate) = destination.destination.rate {
        let wait = engine.paces().take(&destination.destination.arn, rate, engine.clock().now());
        tokio::time::sleep(wait).await;
    }
    Ok(destination.into())
}

/// Sends what could be filled; the verdicts are those of these alone.
async fn send(
    engine: &Arc<Engine>,
    settings: &Settings,
    deliveries: &[Delivery],
    filled: &[Result<(Event, String), Failure>],
) -> Vec<Verdict> {
    let now = engine.clock().now();
    let pairs = deliveries.iter().zip(filled);
    let letters: Vec<Letter<'_>> =
        pairs.filter_map(|(delivery, filled)| filled.as_ref().ok().map(|(event, payload)| delivery.letter(event, payload, now))).collect();
    if letters.is_empty() {
        return Vec::new();
    }
    let kind = settings.kind();
    let request = match kind.request(&letters) {
        Ok(request) => request,
        Err(failure) => return vec![Err(failure); letters.len()],
    };
    let trust = if matches!(settings, Settings::ApiDestination(_)) { Trust::Api } else { Trust::Configured };
    let answer = match request {
        Request::Publish { bus, event } => publish(engine, bus, *event, deliveries.first().map_or(0, |one| one.hops)).await,
        request => engine.sender().send(request, trust).await,
    };
    let mut verdicts = kind.judge(letters.len(), &answer, engine.clock().now());
    if let Settings::ApiDestination(destination) = settings
        && destination.is_token_refused(&answer)
        && let Some(token) = &destination.token
    {
        engine.tokens().forget(&destination.connection.arn, token).await;
    }
    if verdicts.iter().any(Result::is_ok)
        && let Err(failure) = confirm(engine, kind, &answer, trust).await
    {
        verdicts.iter_mut().filter(|verdict| verdict.is_ok()).for_each(|verdict| *verdict = Err(failure.clone()));
    }
    verdicts
}

/// Hands an event to another bus of this program, with one hop more.
async fn publish(engine: &Arc<Engine>, bus: String, event: Event, hops: u8) -> Answer {
    let engine = Arc::clone(engine);
    let accept = move || match engine.accept_one(&bus, &event, hops.saturating_add(1)) {
        Ok(()) => Answer::Done,
        Err(error) => Answer::Trouble(Trouble::Local(error.to_string())),
    };
    blocking(PUBLISH_MAX, accept).await
}

/// Asks, where the target wants to be asked, until it says that what was sent has safely arrived.
async fn confirm(engine: &Arc<Engine>, kind: &dyn Kind, answer: &Answer, trust: Trust) -> Verdict {
    let Some(question) = kind.confirmation(answer) else { return Ok(()) };
    let ask = async {
        loop {
            tokio::time::sleep(CONFIRM_EVERY).await;
            let says = engine.sender().send(question.clone(), trust).await;
            if kind.is_confirmed(&says) {
                return;
            }
        }
    };
    let late = |_| Failure::later(ErrorCode::Timeout, "the target took it and did not confirm that it is safe");
    tokio::time::timeout(CONFIRM_MAX, ask).await.map_err(late)
}
