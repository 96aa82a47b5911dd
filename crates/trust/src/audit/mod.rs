//! The audit log: who did what, each entry holding the SHA-256 of the one before, so that none can be changed, taken out, put in between
//! or moved without breaking the chain. What the chain cannot show by itself is that its end is missing or that all of it was written
//! anew; for that a [`Head`] is remembered, in the state and, better, somewhere else.

mod chain;
mod entry;

pub use chain::{Breach, Break, Verifier, verify};
pub use entry::{Act, Details, Entry, Head, NoDetails, Outcome};
