//! What calls of AWS have in common.

use serde_json::Value;

use super::{AwsCall, Request};
use crate::retry::{ErrorCode, Failure};
use watchfire_model::arn::Arn;

/// A call in the region that an ARN names.
pub(super) fn call(arn: &str, service: &'static str, operation: &'static str, parameters: Value) -> Result<Request, Failure> {
    let region = Arn::parse(arn).map(|parts| parts.region.to_owned()).filter(|region| !region.is_empty());
    let region = region.ok_or_else(|| Failure::never(ErrorCode::NoResource, format!("{arn} names no region")))?;
    Ok(Request::Aws(AwsCall { service, region, operation, parameters }))
}
