//! The bus for callers of the API.

use watchfire_bus::AwsError;
use watchfire_bus::deliver::{Delivery, DeliveryId, Origin, Seen};
use watchfire_bus::event::{PutRequest, PutResponse, security_hub_document};
use watchfire_bus::store::{DeliveryFilter, DeliveryPage, StoreError, Tally};
use watchfire_dispatch::{Bus, Error};
use watchfire_hub::asff::Asff;
use watchfire_model::arn::{DEFAULT_BUS, Home};
use watchfire_server::outside::bus::Bus as Served;

use crate::ingest::now;

/// The bus for callers of the API.
pub(super) struct BusDesk {
    pub bus: Bus,
    pub home: Home,
}

impl Served for BusDesk {
    fn call(&self, operation: &str, body: &str) -> Result<String, AwsError> {
        self.bus.call(operation, body)
    }

    fn put(&self, request: PutRequest) -> Result<PutResponse, AwsError> {
        self.bus.put(request)
    }

    fn deliveries(&self, filter: &DeliveryFilter) -> Result<DeliveryPage, StoreError> {
        self.bus.deliveries(filter).map_err(failed)
    }

    fn delivery(&self, id: &str) -> Result<Option<Delivery>, StoreError> {
        delivery_id(id).map_or(Ok(None), |id| self.bus.delivery(&id).map_err(failed))
    }

    fn redrive(&self, id: &str) -> Result<bool, StoreError> {
        delivery_id(id).map_or(Ok(false), |id| self.bus.redrive(&id).map_err(failed))
    }

    fn redrive_all(&self) -> Result<u64, StoreError> {
        self.bus.redrive_all(None).map_err(failed)
    }

    fn findings_changed(&self, documents: &[Asff]) -> Result<(), StoreError> {
        let events: Vec<_> = documents.iter().map(|document| security_hub_document(document, &self.home, now())).collect();
        let seen: Vec<Seen<'_>> = events.iter().map(|event| Seen { bus: DEFAULT_BUS, event, origin: Origin::default() }).collect();
        self.bus.accept(&seen).map(drop).map_err(failed)
    }

    fn tally(&self) -> Result<Vec<Tally>, StoreError> {
        let health = self.bus.health().map_err(failed)?;
        let tally = |target: watchfire_dispatch::TargetHealth| Tally {
            target: target.target,
            due: target.queued,
            delivered: target.delivered,
            dead: target.dead,
        };
        Ok(health.targets.into_iter().map(tally).collect())
    }
}

/// A text as the id of a delivery; none where it cannot be one.
fn delivery_id(text: &str) -> Option<DeliveryId> {
    serde_json::from_value(serde_json::Value::String(text.to_owned())).ok()
}

fn failed(error: Error) -> StoreError {
    StoreError::new(error)
}
