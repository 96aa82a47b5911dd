//! Where the fields of a record are in Athena's table.

use crate::derive::DOCUMENTS;
use crate::path::{Path, Root, Step};

use super::write::literal;

/// Columns that hold one text, in CloudTrail's spelling; the table writes them in lower case.
const TEXTS: [&str; 45] = [
    "eventVersion",
    "userIdentity.type",
    "userIdentity.principalId",
    "userIdentity.arn",
    "userIdentity.accountId",
    "userIdentity.invokedBy",
    "userIdentity.accessKeyId",
    "userIdentity.userName",
    "userIdentity.onBehalfOf.userId",
    "userIdentity.onBehalfOf.identityStoreArn",
    "userIdentity.sessionContext.attributes.mfaAuthenticated",
    "userIdentity.sessionContext.attributes.creationDate",
    "userIdentity.sessionContext.sessionIssuer.type",
    "userIdentity.sessionContext.sessionIssuer.principalId",
    "userIdentity.sessionContext.sessionIssuer.arn",
    "userIdentity.sessionContext.sessionIssuer.accountId",
    "userIdentity.sessionContext.sessionIssuer.userName",
    "userIdentity.sessionContext.ec2RoleDelivery",
    "userIdentity.sessionContext.webIdFederationData.federatedProvider",
    "eventTime",
    "eventSource",
    "eventName",
    "awsRegion",
    "sourceIPAddress",
    "userAgent",
    "errorCode",
    "errorMessage",
    "requestID",
    "eventID",
    "readOnly",
    "eventType",
    "apiVersion",
    "recipientAccountId",
    "sharedEventID",
    "vpcEndpointId",
    "vpcEndpointAccountId",
    "eventCategory",
    "addendum.reason",
    "addendum.updatedFields",
    "addendum.originalRequestID",
    "addendum.originalEventID",
    "sessionCredentialFromConsole",
    "tlsDetails.tlsVersion",
    "tlsDetails.cipherSuite",
    "tlsDetails.clientProvidedHostHeader",
];

/// Columns that hold others.
const STRUCTS: [&str; 7] = [
    "userIdentity",
    "userIdentity.onBehalfOf",
    "userIdentity.sessionContext",
    "userIdentity.sessionContext.attributes",
    "userIdentity.sessionContext.sessionIssuer",
    "addendum",
    "tlsDetails",
];

/// Columns that hold JSON as text.
const JSONS: [&str; 5] = ["requestParameters", "responseElements", "additionalEventData", "serviceEventDetails", "edgeDeviceDetails"];

/// A place in the table.
pub(super) enum Place {
    /// One text.
    Text(String),
    /// A struct: it is there or not.
    Struct(String),
    /// JSON text in a column, and the way on from there.
    Json(String, Vec<Step>),
    /// The resources, and a member of each.
    Resources(Option<&'static str>),
}

/// The place of a field.
pub(super) fn of(path: &Path) -> Result<Place, String> {
    let text = &*path.text;
    let is = |known: &&&str| **known == text;
    if let Root::Derived(_) = path.root {
        return Err(format!("{text} is a judgement that SQL cannot make"));
    }
    if let Some(column) = TEXTS.iter().find(is) {
        return Ok(Place::Text(column.to_ascii_lowercase()));
    }
    if let Some(column) = STRUCTS.iter().find(is) {
        return Ok(Place::Struct(column.to_ascii_lowercase()));
    }
    if let Some(column) =
        JSONS.iter().find(|column| text == **column || text.strip_prefix(**column).is_some_and(|rest| rest.starts_with(['.', '['])))
    {
        return Ok(Place::Json(column.to_ascii_lowercase(), path.steps.to_vec()));
    }
    match text.strip_prefix("resources") {
        Some("") => Ok(Place::Resources(None)),
        Some(member) => {
            resource_member(member.trim_start_matches('.')).map(|member| Place::Resources(Some(member))).ok_or_else(|| absent(text))
        }
        None => Err(absent(text)),
    }
}

/// The table's name of a member of a resource.
pub(super) fn resource_member(name: &str) -> Option<&'static str> {
    match name {
        "ARN" => Some("arn"),
        "accountId" => Some("accountid"),
        "type" => Some("type"),
        _ => None,
    }
}

pub(super) fn absent(field: &str) -> String {
    format!("{field} has no column in the Athena table")
}

/// The values that steps reach in a JSON text, as an array of JSON; at the end arrays are spread into their elements where asked.
pub(super) fn nodes(json: &str, steps: &[Step], spread: bool) -> String {
    let is_document = |step: &Step| matches!(step, Step::Member(name) if DOCUMENTS.contains(&&**name));
    // A document that is asked for itself is a text to compare; only what lies below it is looked for inside.
    if let Some(at) = steps.iter().position(is_document).filter(|at| at + 1 < steps.len()) {
        let (outer, inner) = steps.split_at(at + 1);
        return nodes(&document(json, outer), inner, spread);
    }
    let path = path_text(steps) + if spread { "[*]" } else { "" };
    format!("CAST(json_parse(json_query({json}, {} WITH ARRAY WRAPPER)) AS ARRAY(JSON))", literal(&path))
}

/// The values that steps reach, as an array of texts; a null has none.
pub(super) fn texts(json: &str, steps: &[Step]) -> String {
    format!("transform({}, j -> COALESCE(json_extract_scalar(j, '$'), NULLIF(json_format(j), 'null')))", nodes(json, steps, true))
}

/// The elements of a document kept as text.
pub(super) fn elements(json: &str, steps: &[Step]) -> String {
    let is_document = matches!(steps.last(), Some(Step::Member(name)) if DOCUMENTS.contains(&&**name));
    if is_document { nodes(&document(json, steps), &[], true) } else { nodes(json, steps, true) }
}

/// A document as JSON text, whether it was kept as an object, as text or as URL-encoded text.
fn document(json: &str, steps: &[Step]) -> String {
    let path = literal(&path_text(steps));
    format!(
        "element_at(transform(ARRAY[COALESCE(json_value({json}, {path}), json_query({json}, {path}))], d -> IF(regexp_like(d, '^\\s*%(7B|5B|7b|5b)'), url_decode(replace(d, '+', '%2B')), d)), 1)"
    )
}

/// Steps as an SQL/JSON path; lax, so that arrays on the way mean any element.
fn path_text(steps: &[Step]) -> String {
    let step = |step: &Step| match step {
        Step::Member(name) => format!(".\"{}\"", name.replace('"', "\"\"")),
        Step::Index(-1) => "[last]".to_owned(),
        Step::Index(index) if *index < 0 => format!("[last - {}]", index.unsigned_abs() - 1),
        Step::Index(index) => format!("[{index}]"),
    };
    format!("lax ${}", steps.iter().map(step).collect::<String>())
}
