//! Deliveries of the bus: on their way, done, given up.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use watchfire_bus::deliver::{Delivery, Parcel, Stage};
use watchfire_bus::store::{DeliveryFilter, StageKind, StoreError};
use watchfire_trust::Permission;

use crate::answer::{self, Page, limit_usual};
use crate::call::Call;
use crate::problem::Problem;
use crate::route::{Outcome, Route};
use crate::trail;

pub(super) fn routes() -> Vec<Route> {
    const TAG: &str = "deliveries";
    vec![
        Route::get("/api/v1/deliveries", list)
            .needs(Permission::ReadStatus)
            .told(TAG, "Lists deliveries, the last changed first. Those that were given up are the dead letters.")
            .query::<Wanted>()
            .gives::<Page<Shown>>(),
        Route::get("/api/v1/deliveries/counts", counts)
            .needs(Permission::ReadStatus)
            .told(TAG, "Counts deliveries by target and stage.")
            .gives::<Counts>(),
        Route::get("/api/v1/deliveries/{id}", one)
            .needs(Permission::ReadStatus)
            .told(TAG, "Shows a delivery with its event.")
            .etag()
            .gives::<Whole>(),
        Route::post("/api/v1/deliveries/redrive", redrive_all)
            .needs(Permission::SteerStatus)
            .told(TAG, "Brings everything that was given up on its way again.")
            .gives::<Redriven>(),
        Route::post("/api/v1/deliveries/{id}/redrive", redrive)
            .needs(Permission::SteerStatus)
            .told(TAG, "Brings a delivery that was given up on its way again.")
            .gives::<Redriven>(),
    ]
}

/// Which deliveries.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Wanted {
    /// Where they stand.
    stage: Option<StageWord>,
    /// The ARN of the rule.
    rule: Option<String>,
    /// The ARN of the target.
    target: Option<String>,
    /// The id of the event.
    event: Option<String>,
    /// Items in a page, at most.
    #[serde(default = "limit_usual")]
    #[schemars(range(min = 1, max = 1000))]
    limit: u32,
    /// Where to go on: `next` of the page before.
    cursor: Option<String>,
}

/// Where a delivery stands.
#[derive(Clone, Copy, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum StageWord {
    /// On its way.
    Due,
    /// Done.
    Delivered,
    /// Given up.
    Dead,
}

/// A delivery.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Shown {
    /// Its id.
    pub id: String,
    /// The id of the event.
    pub event_id: String,
    /// The ARN of the rule that matched.
    pub rule_arn: String,
    /// The name of the rule that matched.
    pub rule: String,
    /// The ARN of the target.
    pub target_arn: String,
    /// The id of the target in its rule.
    pub target_id: String,
    /// Whether it carries the event, or what became of it to a dead-letter queue.
    pub is_dead_letter: bool,
    /// `due`, `delivered` or `dead`.
    pub stage: &'static str,
    /// When it will be tried, was delivered, or was given up.
    pub time: String,
    /// When the bus took the event in.
    pub since: String,
    /// Attempts that were made.
    pub attempts: u32,
    /// What came of the last, where it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure: Option<String>,
}

impl From<&Delivery> for Shown {
    fn from(delivery: &Delivery) -> Shown {
        Shown {
            id: delivery.id.to_string(),
            event_id: delivery.event_id.as_str().to_owned(),
            rule_arn: delivery.rule_arn.clone(),
            rule: delivery.rule_name.clone(),
            target_arn: delivery.target.arn.clone(),
            target_id: delivery.target.id.clone(),
            is_dead_letter: matches!(delivery.parcel, Parcel::DeadLetter(_)),
            stage: delivery.stage.kind().as_str(),
            time: delivery.stage.at().to_string(),
            since: delivery.since.0.to_string(),
            attempts: delivery.attempts,
            failure: delivery.failure.as_ref().map(ToString::to_string),
        }
    }
}

/// A delivery with its event.
#[derive(Serialize, JsonSchema)]
struct Whole {
    #[serde(flatten)]
    shown: Shown,
    /// The event's envelope.
    event: serde_json::Value,
    /// What a dead-letter queue is told, where it was given up.
    #[serde(skip_serializing_if = "Option::is_none")]
    attributes: Option<serde_json::Map<String, serde_json::Value>>,
}

/// How many deliveries there are.
#[derive(Serialize, JsonSchema)]
struct Counts {
    /// On their way.
    due: u64,
    /// Done, as far as they are remembered.
    delivered: u64,
    /// Given up, as far as they are remembered.
    dead: u64,
    /// The same by target.
    targets: Vec<TargetCounts>,
}

/// How many deliveries of a target there are.
#[derive(Serialize, JsonSchema)]
struct TargetCounts {
    /// The ARN of the target.
    target_arn: String,
    /// On their way.
    due: u64,
    /// Done, as far as they are remembered.
    delivered: u64,
    /// Given up, as far as they are remembered.
    dead: u64,
}

/// How many deliveries are on their way again.
#[derive(Serialize, JsonSchema)]
struct Redriven {
    /// So many.
    redriven: u64,
}

fn unreadable(error: StoreError) -> Problem {
    Problem::failed("deliveries cannot be read or kept", error)
}

fn list(call: &Call) -> Outcome {
    let wanted: Wanted = call.query()?;
    let filter = DeliveryFilter {
        stage: wanted.stage.map(|stage| match stage {
            StageWord::Due => StageKind::Due,
            StageWord::Delivered => StageKind::Delivered,
            StageWord::Dead => StageKind::Dead,
        }),
        target: wanted.target,
        rule: wanted.rule,
        event: wanted.event,
        limit: answer::limit(wanted.limit)?,
        token: wanted.cursor.as_deref().map(answer::cursor_text).transpose()?,
    };
    let is_asked_on = filter.token.is_some();
    let page = call.app.parts.bus.deliveries(&filter).map_err(|error| match is_asked_on {
        true => Problem::unfit(format!("the page after this cursor cannot be read: {error}")),
        false => unreadable(error),
    })?;
    answer::json(&Page { items: page.items.iter().map(Shown::from).collect(), next: page.next.as_deref().map(answer::cursor) })
}

fn one(call: &Call) -> Outcome {
    let id = call.part("id");
    let found = call.app.parts.bus.delivery(id).map_err(unreadable)?;
    let delivery = found.ok_or_else(|| Problem::not_found(format!("there is no delivery {id}")))?;
    let attributes = match &delivery.stage {
        Stage::Dead { letter, .. } => Some(&letter.attributes),
        _ => None,
    };
    let attributes = attributes.map(|attributes| attributes.iter().map(|(name, text)| (name.clone(), text.clone().into())).collect());
    let event = serde_json::from_str(&delivery.event).map_err(|error| Problem::failed("the event of this delivery is damaged", error))?;
    answer::thing(call, &Whole { shown: Shown::from(&delivery), event, attributes })
}

fn counts(call: &Call) -> Outcome {
    let targets = call.app.parts.bus.tally().map_err(unreadable)?;
    let mut counts = Counts { due: 0, delivered: 0, dead: 0, targets: Vec::new() };
    for tally in targets {
        counts.due += tally.due;
        counts.delivered += tally.delivered;
        counts.dead += tally.dead;
        let (target_arn, due, delivered, dead) = (tally.target, tally.due, tally.delivered, tally.dead);
        counts.targets.push(TargetCounts { target_arn, due, delivered, dead });
    }
    answer::json(&counts)
}

fn redrive(call: &Call) -> Outcome {
    let id = call.part("id");
    if !call.app.parts.bus.redrive(id).map_err(unreadable)? {
        return Err(Problem::not_found(format!("no delivery {id} was given up")));
    }
    trail::note(call, "delivery.redrive", id)?;
    answer::json(&Redriven { redriven: 1 })
}

fn redrive_all(call: &Call) -> Outcome {
    let redriven = call.app.parts.bus.redrive_all().map_err(unreadable)?;
    trail::note(call, "delivery.redrive", format_args!("{redriven} deliveries"))?;
    answer::json(&Redriven { redriven })
}
