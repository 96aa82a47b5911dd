//! What becomes of a delivery after an attempt.

use watchfire_model::EventTime;

use super::{Delivery, Stage};
use crate::chance::Chance;
use crate::instant::Instant;
use crate::retry::{Backoff, DeadLetter, Exhausted, Failure, Retry};

/// A delivery after an attempt, and the delivery of its dead letter where there is one.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// What the delivery is now.
    pub delivery: Delivery,
    /// A dead letter on its way.
    pub letter: Option<Delivery>,
}

/// Judges an attempt: done, again later, or given up. A wait that the target asks for is kept where it is longer than ours; where the
/// next attempt would come after the event's age is over, there is none.
pub fn step(delivery: Delivery, result: Result<(), Failure>, backoff: &Backoff, now: EventTime, chance: &mut dyn Chance) -> Step {
    let attempts = delivery.attempts.saturating_add(1);
    let Err(failure) = result else {
        let stage = Stage::Delivered { at: Instant(now) };
        return Step { delivery: Delivery { attempts, failure: None, stage, ..delivery }, letter: None };
    };
    let asked = match failure.retry {
        Retry::Never => return given_up(Delivery { attempts, ..delivery }, failure, None, now),
        Retry::Later => std::time::Duration::ZERO,
        Retry::After(wait) => wait,
    };
    let wait = backoff.wait(attempts, chance).max(asked);
    let at = EventTime(now.millis().saturating_add(i64::try_from(wait.as_millis()).unwrap_or(i64::MAX)));
    let policy = delivery.target.retry_policy.unwrap_or_default();
    match policy.exhausted(attempts, delivery.since.0, at) {
        Some(limit) => given_up(Delivery { attempts, ..delivery }, failure, Some(limit), now),
        None => {
            let stage = Stage::Due { at: Instant(at) };
            Step { delivery: Delivery { attempts, failure: Some(failure), stage, ..delivery }, letter: None }
        }
    }
}

fn given_up(delivery: Delivery, failure: Failure, limit: Option<Exhausted>, now: EventTime) -> Step {
    let letter = DeadLetter::new(&delivery.event, &delivery.rule_arn, &delivery.target.arn, &failure, limit, delivery.attempts);
    let on_its_way = delivery.with_letter(&letter, now);
    let stage = Stage::Dead { at: Instant(now), letter };
    Step { delivery: Delivery { failure: Some(failure), stage, ..delivery }, letter: on_its_way }
}
