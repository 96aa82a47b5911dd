//! Trying again: how often, how long, when; and what is written when it is given up.

mod backoff;
mod dead_letter;
mod failure;
mod policy;

pub use backoff::{Backoff, after_answer};
pub use dead_letter::{DeadLetter, Exhausted};
pub use failure::{ErrorCode, Failure, Retry};
pub use policy::RetryPolicy;
