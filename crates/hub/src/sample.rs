//! Documents to test with.

use serde_json::{Value, json};

use crate::asff::{Asff, FindingKey};

pub const PRODUCT: &str = "arn:aws:securityhub:eu-central-1:111122223333:product/111122223333/default";

/// A finding of a minute.
pub fn document(id: &str, minute: i64) -> Value {
    let at = watchfire_model::EventTime(1_772_442_840_000 + minute * 60_000).to_string();
    json!({
        "SchemaVersion": "2018-10-08", "Id": id, "ProductArn": PRODUCT, "GeneratorId": "gen", "AwsAccountId": "111122223333",
        "Types": ["TTPs/Discovery"], "CreatedAt": "2026-03-02T09:14:00Z", "UpdatedAt": at, "Severity": {"Label": "HIGH"},
        "Title": "A title", "Description": "What happened",
        "Resources": [{"Type": "AwsS3Bucket", "Id": "arn:aws:s3:::b", "Region": "eu-central-1", "Tags": {"team": "red"}}],
    })
}

pub fn asff(id: &str, minute: i64) -> Asff {
    Asff::read(document(id, minute)).expect("a finding")
}

pub fn key(id: &str) -> FindingKey {
    FindingKey { id: id.to_owned(), product_arn: PRODUCT.to_owned() }
}
