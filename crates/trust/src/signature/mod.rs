//! Signatures, version 4, as AWS's own tools make them: read, and checked against what they should be.
//!
//! The facts are those of the AWS documentation, "Create a signed AWS API request" and "Authenticating Requests (AWS Signature Version
//! 4)"; where it leaves something open, what botocore signs decides.

mod authorization;
mod canonical;
mod encode;
mod fault;
mod instant;
mod replay;
mod signed;

pub use fault::{AwsRefusal, Dialect, SignatureFault};
pub use replay::Replays;
pub use signed::{SKEW_MAX, Signed};
