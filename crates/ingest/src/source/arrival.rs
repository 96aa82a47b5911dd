//! What a source brings.

use std::sync::Arc;

use watchfire_aws::Store;
use watchfire_model::EventTime;

use crate::listing::Location;
use crate::{Listing, Object, Unreadable};

/// By what a source knows again what it brought. Means nothing to another source, nor after a restart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Receipt(pub(crate) u64);

/// One object to read, or bytes in hand, and how to speak of it afterwards.
#[derive(Debug, Clone)]
pub struct Arrival {
    /// By what to tell the source.
    pub receipt: Receipt,
    /// What to read. Its source is what the reader hands it out by.
    pub object: Object,
    /// Where objects in S3 are read from.
    pub(crate) store: Option<Store>,
}

/// What became of an arrival.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Everything in it is durable, or was already; rejects in it are counted.
    Durable,
    /// It could not be read, or not be kept. What happens next is the source's decision: to bring it again, to give it up.
    Failed(Unreadable),
}

impl Arrival {
    /// A file.
    pub(crate) fn local(receipt: Receipt, object: Object) -> Arrival {
        Arrival { receipt, object, store: None }
    }

    /// An object in a bucket.
    pub(crate) fn stored(receipt: Receipt, object: Object, store: Store) -> Arrival {
        Arrival { receipt, object, store: Some(store) }
    }

    /// Bytes in hand, with a name for people.
    pub(crate) fn held(receipt: Receipt, source: Arc<str>, bytes: Vec<u8>, time: Option<EventTime>) -> Arrival {
        let (length, location) = (Some(bytes.len() as u64), Location::Held(bytes.into()));
        Arrival { receipt, object: Object { source, bytes: length, fingerprint: None, time, location }, store: None }
    }
}

impl Listing {
    /// What a reader reads of arrivals, of one source or of several. An object that arrived more than once is read once: whoever settles
    /// does so for every receipt with its source.
    pub fn of(arrivals: Vec<Arrival>) -> Listing {
        let mut listing = Listing::default();
        for Arrival { mut object, store, .. } in arrivals {
            if let Some(store) = store {
                let known = listing.stores.iter().position(|known| known.is_clone_of(&store));
                let index = known.unwrap_or_else(|| {
                    listing.stores.push(store);
                    listing.stores.len() - 1
                });
                object.location = Location::Store(u32::try_from(index).expect("fewer buckets than that"));
            }
            listing.objects.push(object);
        }
        listing.finish();
        listing
    }
}
