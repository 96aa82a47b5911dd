//! Deliveries that go into one request.

use std::collections::BTreeMap;

use watchfire_bus::deliver::{Delivery, Parcel};

/// Bytes of events in one request of several: receivers take a megabyte, and the form adds to it.
const BYTES_MAX: usize = 700 << 10;

/// Deliveries of one target, at least one.
#[derive(Debug, Default)]
pub(crate) struct Batch {
    pub(crate) target: String,
    pub(crate) deliveries: Vec<Delivery>,
}

/// Puts deliveries together by target, as many as `most` says of it, in their order. Dead letters travel alone: they have attributes.
pub(crate) fn batches(deliveries: Vec<Delivery>, mut most: impl FnMut(&str) -> usize) -> Vec<Batch> {
    let mut by_target: BTreeMap<String, Vec<Delivery>> = BTreeMap::new();
    for delivery in deliveries {
        by_target.entry(delivery.target.arn.clone()).or_default().push(delivery);
    }
    let mut all = Vec::new();
    for (target, deliveries) in by_target {
        let most = most(&target).max(1);
        let (mut open, mut bytes): (Vec<Delivery>, usize) = (Vec::new(), 0);
        for delivery in deliveries {
            let alone = delivery.parcel != Parcel::Event;
            let is_full = open.len() >= most || bytes + delivery.event.len() > BYTES_MAX || alone;
            if is_full && !open.is_empty() {
                all.push(Batch { target: target.clone(), deliveries: std::mem::take(&mut open) });
                bytes = 0;
            }
            bytes += if alone { BYTES_MAX } else { delivery.event.len() };
            open.push(delivery);
        }
        all.push(Batch { target, deliveries: open });
    }
    all
}
