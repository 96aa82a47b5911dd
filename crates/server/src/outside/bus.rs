//! Events, the rules about them, and deliveries.

use watchfire_bus::AwsError;
use watchfire_bus::deliver::Delivery;
use watchfire_bus::event::{PutRequest, PutResponse};
use watchfire_bus::store::{DeliveryFilter, DeliveryPage, StoreError, Tally};
use watchfire_hub::asff::Asff;

/// Runs the bus.
pub trait Bus: Send + Sync {
    /// Carries out an operation of AWS's `events` API, all but PutEvents, by its name and the JSON text of its request. What it changed
    /// is kept before this returns.
    ///
    /// # Errors
    /// AWS's error; nothing changed.
    fn call(&self, operation: &str, body: &str) -> Result<String, AwsError>;

    /// Takes in events that users hand in. Those with an id in the answer, and their deliveries, survive any crash from then on.
    ///
    /// # Errors
    /// AWS's error for the whole request.
    fn put(&self, request: PutRequest) -> Result<PutResponse, AwsError>;

    /// Deliveries, the last written first.
    ///
    /// # Errors
    /// They cannot be read, or the token is none that was given out.
    fn deliveries(&self, filter: &DeliveryFilter) -> Result<DeliveryPage, StoreError>;

    /// One delivery; none when there is none of this id.
    ///
    /// # Errors
    /// It cannot be read.
    fn delivery(&self, id: &str) -> Result<Option<Delivery>, StoreError>;

    /// Brings a delivery that was given up on its way again; false when it was not given up, or is not there.
    ///
    /// # Errors
    /// It cannot be kept.
    fn redrive(&self, id: &str) -> Result<bool, StoreError>;

    /// Brings everything that was given up on its way again, and says how many deliveries that were.
    ///
    /// # Errors
    /// It cannot be kept; some may be on their way.
    fn redrive_all(&self) -> Result<u64, StoreError>;

    /// Offers findings that people or providers changed to the rules, as `Security Hub Findings - Imported`.
    ///
    /// # Errors
    /// The deliveries that follow from it cannot be kept.
    fn findings_changed(&self, documents: &[Asff]) -> Result<(), StoreError>;

    /// How many deliveries stand where, by target.
    ///
    /// # Errors
    /// It cannot be read.
    fn tally(&self) -> Result<Vec<Tally>, StoreError>;
}
