//! What the bus needs kept beside its deliveries: its rules, what archives hold, how far schedules and replays are.
//!
//! [`Store`] is that and the [`Ledger`] in one, so that whoever runs the bus needs one thing. `watchfire_state` keeps it in a file.

use watchfire_model::EventTime;

use crate::deliver::{Delivery, Ledger, Stage};
use crate::event::{Event, EventId};
use crate::rules::Change;

/// Something could not be kept or read.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The page token is not one that was given out.
    #[error("not a page token: {0:?}")]
    BadToken(String),
    /// The disk, the database.
    #[error(transparent)]
    Failed(Box<dyn std::error::Error + Send + Sync>),
}

impl StoreError {
    /// What the store says.
    pub fn new(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> StoreError {
        StoreError::Failed(source.into())
    }
}

/// An event that an archive keeps.
#[derive(Debug, Clone, PartialEq)]
pub struct Archived {
    /// The archive by name.
    pub archive: String,
    /// When the bus took the event in: its keeping counts from there.
    pub at: EventTime,
    /// The event; replays go by its own time.
    pub event: Event,
}

/// Where a delivery stands, without when and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StageKind {
    /// On its way.
    Due,
    /// Done.
    Delivered,
    /// Given up.
    Dead,
}

impl StageKind {
    /// All of them.
    pub const ALL: [StageKind; 3] = [StageKind::Due, StageKind::Delivered, StageKind::Dead];

    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            StageKind::Due => "due",
            StageKind::Delivered => "delivered",
            StageKind::Dead => "dead",
        }
    }
}

impl Stage {
    /// Which one it is.
    pub fn kind(&self) -> StageKind {
        match self {
            Stage::Due { .. } => StageKind::Due,
            Stage::Delivered { .. } => StageKind::Delivered,
            Stage::Dead { .. } => StageKind::Dead,
        }
    }

    /// When it will be tried, was delivered, or was given up.
    pub fn at(&self) -> EventTime {
        match self {
            Stage::Due { at } | Stage::Delivered { at } | Stage::Dead { at, .. } => at.0,
        }
    }
}

/// Which deliveries; what is not given does not matter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliveryFilter {
    /// Where they stand.
    pub stage: Option<StageKind>,
    /// The target's ARN.
    pub target: Option<String>,
    /// The rule, by ARN or name.
    pub rule: Option<String>,
    /// The event's id.
    pub event: Option<String>,
    /// How many, at most.
    pub limit: usize,
    /// Where to go on: what the page before gave as its next.
    pub token: Option<String>,
}

impl Default for DeliveryFilter {
    fn default() -> DeliveryFilter {
        DeliveryFilter { stage: None, target: None, rule: None, event: None, limit: 100, token: None }
    }
}

/// Some deliveries, the last written first.
#[derive(Debug, Clone, PartialEq)]
pub struct DeliveryPage {
    /// They.
    pub items: Vec<Delivery>,
    /// What to ask the next page with; none after the last.
    pub next: Option<String>,
}

/// How many deliveries of a target stand where.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    /// The target's ARN.
    pub target: String,
    /// On their way.
    pub due: u64,
    /// Done, as far as they are remembered.
    pub delivered: u64,
    /// Given up, as far as they are remembered.
    pub dead: u64,
}

/// How much an archive holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Weight {
    /// Events.
    pub events: u64,
    /// Bytes of their texts.
    pub bytes: u64,
}

/// Everything the bus needs kept. Each call happens whole or not at all.
pub trait Store: Ledger + Send + Sync {
    /// All that was kept and is not gone, to be applied to an empty [`State`](crate::rules::State).
    ///
    /// # Errors
    /// It cannot be read.
    fn changes(&self) -> Result<Vec<Change>, StoreError>;

    /// Keeps what things became, under their [keys](Change::key), and forgets those that are gone.
    ///
    /// # Errors
    /// Nothing was kept.
    fn keep(&self, changes: &[Change]) -> Result<(), StoreError>;

    /// Events of an archive by their own time, from an instant until before another, in the order of time and id, after a place in that
    /// order, at most so many.
    ///
    /// # Errors
    /// They cannot be read.
    fn archived(
        &self,
        archive: &str,
        from: EventTime,
        until: EventTime,
        after: Option<&(EventTime, EventId)>,
        most: usize,
    ) -> Result<Vec<Event>, StoreError>;

    /// The time of the first event of an archive from an instant on: what lies between needs no looking at.
    ///
    /// # Errors
    /// It cannot be read.
    fn next_archived(&self, archive: &str, from: EventTime) -> Result<Option<EventTime>, StoreError>;

    /// Forgets what an archive took in before an instant, and says how many events that were.
    ///
    /// # Errors
    /// It cannot be written; some may be forgotten.
    fn forget_archived(&self, archive: &str, before: EventTime) -> Result<u64, StoreError>;

    /// How much an archive holds.
    ///
    /// # Errors
    /// It cannot be read.
    fn weigh(&self, archive: &str) -> Result<Weight, StoreError>;

    /// Deliveries, the last written first.
    ///
    /// # Errors
    /// They cannot be read, or the token is none that was given out.
    fn deliveries(&self, filter: &DeliveryFilter) -> Result<DeliveryPage, StoreError>;

    /// How many deliveries stand where, by target.
    ///
    /// # Errors
    /// It cannot be read.
    fn tallies(&self) -> Result<Vec<Tally>, StoreError>;

    /// Forgets deliveries that came to a stage before an instant, and says how many. What is on its way is never forgotten.
    ///
    /// # Errors
    /// It cannot be written; some may be forgotten.
    fn forget_deliveries(&self, stage: StageKind, before: EventTime) -> Result<u64, StoreError>;

    /// Until when schedules have run.
    ///
    /// # Errors
    /// It cannot be read.
    fn scheduled_until(&self) -> Result<Option<EventTime>, StoreError>;

    /// Writes down until when schedules have run.
    ///
    /// # Errors
    /// It was not written.
    fn set_scheduled_until(&self, until: EventTime) -> Result<(), StoreError>;
}
