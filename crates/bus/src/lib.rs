//! The event bus.
//!
//! Not here: nothing yet.
//!
//! ```
//! ```

pub mod arn;
mod chance;
pub mod deliver;
mod error;
pub mod event;
pub mod input;
mod instant;
mod json;
mod patterns;
pub mod retry;
pub mod rules;
pub mod schedule;
pub mod target;

pub use chance::Chance;
pub use error::AwsError;
pub use instant::Instant;
pub use patterns::{Matcher, PatternFault, Patterns};
