//! The event bus.
//!
//! Not here: nothing yet.
//!
//! ```
//! ```

pub mod arn;
mod chance;
mod error;
pub mod event;
mod instant;
mod json;
mod patterns;

pub use chance::Chance;
pub use error::AwsError;
pub use instant::Instant;
pub use patterns::{Matcher, PatternFault, Patterns};
