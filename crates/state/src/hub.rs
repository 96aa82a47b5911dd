//! What callers need of the hub: all findings, ours and those that others sent, as Security Hub knows them.

use watchfire_hub::asff::Asff;
use watchfire_hub::attribute::Attribute;
use watchfire_hub::filter::Filters;
use watchfire_hub::held::Held;
use watchfire_hub::history::Source;
use watchfire_hub::import::Told;
use watchfire_hub::query::{Found, Query};
use watchfire_hub::{Answer, AwsError, Context, Request};
use watchfire_model::EventTime;
use watchfire_model::arn::Home;

use crate::{Error, FindingId};

/// The hub. Findings of our own rules are in it as soon as their epoch is committed; the workflow status of a finding is the one it has
/// here. Automation rules and suppressions run in the same transaction as what they are asked about.
pub trait HubStore: Send + Sync {
    /// Carries out an operation of the `securityhub` API, whole or not at all. Operations that only read wait for no writer.
    ///
    /// # Errors
    /// The inner one is the caller's fault and is to be answered; the outer one is that of the file.
    fn hub(&self, request: &Request, context: &mut Context<'_>) -> Result<Result<Answer, AwsError>, Error>;

    /// Takes in findings, all in one transaction: what an import of files does. Those that are new or changed come back as they are now.
    fn hub_import(&self, documents: Vec<Asff>, source: &Source, now: EventTime) -> Result<Vec<Asff>, Error>;

    /// The same, each with whose it is.
    fn hub_tell(&self, told: Vec<Told>, now: EventTime) -> Result<Vec<Asff>, Error>;

    /// A page of findings: an export asks one after the other, each [behind](watchfire_hub::query::Query::after) the one before.
    fn hub_find(&self, query: &Query, now: EventTime) -> Result<Found, Error>;

    /// How many findings that pass have each value of an attribute: the most first, then by value; so many at most.
    fn hub_count(
        &self,
        filters: &Filters,
        attribute: &'static Attribute,
        limit: usize,
        now: EventTime,
    ) -> Result<Vec<(String, u64)>, Error>;

    /// One of our own findings as the hub has it.
    fn hub_finding(&self, id: FindingId) -> Result<Option<Held>, Error>;

    /// Our own findings that the last epoch to change them was this one, so many behind the place given, and the place to go on from.
    fn hub_changed(&self, epoch: crate::EpochId, after: u64, limit: usize) -> Result<(Vec<Held>, Option<u64>), Error>;

    /// Gives findings back whose suppression is over; how many. Epochs do it too; this is for times when none comes.
    fn hub_sweep(&self, now: EventTime) -> Result<u64, Error>;

    /// Where findings are told that name no account and no region of their own.
    fn hub_home(&self) -> Result<Home, Error>;

    /// Says where that is. Findings that are told already stay where they are.
    fn set_hub_home(&self, home: &Home) -> Result<(), Error>;
}
