//! The small mutable truth beside the lake: which objects were read, what was found, what could not be read. One SQLite file,
//! `state.db` in the data folder.
//!
//! Main types: [`State`] (the file), [`Store`] (what callers need of it, whatever holds it), [`Epoch`] (what becomes true together),
//! [`Mark`] (an object as a listing shows it), [`StoredFinding`] (a finding with its id and status).
//!
//! ```
//! use watchfire_model::EventTime;
//! use watchfire_state::{Epoch, Mark, Object, State, Store};
//!
//! # fn main() -> Result<(), watchfire_state::Error> {
//! let state = State::in_memory()?;
//! let mark = Mark { name: "logs/a.json.gz", size: 812, fingerprint: "etag-1" };
//! assert_eq!(state.unseen(&[mark])?, [0]);
//!
//! let mut epoch = Epoch::new(state.begin_epoch()?, EventTime(1_772_442_847_000));
//! epoch.objects.push(Object { name: mark.name.into(), size: mark.size, fingerprint: mark.fingerprint.into(), records: 3, rejects: 0 });
//! state.commit_epoch(&epoch)?;
//! assert!(state.is_seen(mark)?);
//! # Ok(())
//! # }
//! ```
//!
//! What holds: an epoch is in the file whole or not at all; committing one again changes nothing; a finding does not show in which
//! order, or how often, its occurrences came. Time is passed in.
//!
//! Not here: records (the lake has them), reading objects, making findings, cases and deliveries.

mod epoch;
mod error;
mod finding;
mod hub;
mod listing;
mod sqlite;
mod store;
mod trust;

pub use epoch::{Committed, CommittedEpoch, Epoch, EpochCounts, EpochId, Mark, Object};
pub use error::Error;
pub use finding::{FindingId, FindingStatus, KeyedFinding, StatusChange, StoredFinding};
pub use hub::HubStore;
pub use listing::{Filter, Order, Page, RejectCount, RejectSample};
pub use sqlite::{Backup, Checked, Claim, Restored, Settings, State};
pub use store::{Home, Numbers, Phrase, Problem, Pruned, Store};
pub use trust::{AuditFilter, TrustFault, TrustStore};
