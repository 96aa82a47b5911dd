//! The columns of the `cloudtrail` table, one row each: CloudTrail's members as the documented Athena table names and nests them.

use watchfire_model::cloudtrail;

/// How a member stands in its column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// A JSON string as its text.
    Text,
    /// A JSON boolean as the text `true` or `false`, as Athena has it.
    Flag,
    /// The JSON text of a value whose shape depends on the API called.
    Json,
    /// An object of known members.
    Struct(&'static [Column]),
    /// An array of objects of known members.
    List(&'static [Column]),
    /// An object of texts under keys that nobody knows beforehand.
    Texts,
}

/// One column, or one field of a struct column.
#[derive(Debug, PartialEq, Eq)]
pub struct Column {
    /// The member's name in the record; the column has it in lower case.
    pub member: &'static str,
    /// How it stands in the column.
    pub shape: Shape,
    /// One line of meaning; empty where the model's own table says it.
    doc: &'static str,
}

impl Column {
    /// The column's name in SQL.
    pub fn name(&self) -> String {
        self.member.to_ascii_lowercase()
    }

    /// One line of meaning of the column at this dotted path of members.
    pub fn doc(&self, path: &str) -> &'static str {
        match cloudtrail::SCHEMA.field(path) {
            Some(field) if self.doc.is_empty() => field.doc,
            _ => self.doc,
        }
    }

    /// The fields inside, when there are any.
    pub fn fields(&self) -> &'static [Column] {
        match self.shape {
            Shape::Struct(fields) | Shape::List(fields) => fields,
            Shape::Text | Shape::Flag | Shape::Json | Shape::Texts => &[],
        }
    }
}

const fn text(member: &'static str) -> Column {
    Column { member, shape: Shape::Text, doc: "" }
}

const fn explained(member: &'static str, doc: &'static str) -> Column {
    Column { member, shape: Shape::Text, doc }
}

const fn flag(member: &'static str) -> Column {
    Column { member, shape: Shape::Flag, doc: "" }
}

const fn json(member: &'static str) -> Column {
    Column { member, shape: Shape::Json, doc: "" }
}

const fn fields(member: &'static str, fields: &'static [Column], doc: &'static str) -> Column {
    Column { member, shape: Shape::Struct(fields), doc }
}

/// The column of everything that no other column can hold.
pub const EXTRA: &str = "extra";

/// What [`EXTRA`] is for.
pub const EXTRA_DOC: &str =
    "What no other column can hold, as JSON text under its dotted path: members AWS added later, values of an unusual type, nulls.";

/// The column the table is partitioned by.
pub const DAY: &str = "day";

/// What [`DAY`] is for.
pub const DAY_DOC: &str = "Day of eventtime in UTC, by which the table is partitioned; 1970-01-01 when eventtime is no time.";

/// The columns that hold members of the record, in the order of the documented table.
pub static COLUMNS: &[Column] = &[
    text("eventVersion"),
    fields("userIdentity", USER_IDENTITY, ""),
    text("eventTime"),
    text("eventSource"),
    text("eventName"),
    text("awsRegion"),
    text("sourceIPAddress"),
    text("userAgent"),
    text("errorCode"),
    text("errorMessage"),
    json("requestParameters"),
    json("responseElements"),
    json("additionalEventData"),
    text("requestID"),
    text("eventID"),
    flag("readOnly"),
    Column { member: "resources", shape: Shape::List(RESOURCE), doc: "" },
    text("eventType"),
    text("apiVersion"),
    text("recipientAccountId"),
    json("serviceEventDetails"),
    text("sharedEventID"),
    text("vpcEndpointId"),
    text("vpcEndpointAccountId"),
    text("eventCategory"),
    fields("addendum", ADDENDUM, ""),
    text("sessionCredentialFromConsole"),
    json("edgeDeviceDetails"),
    fields("tlsDetails", TLS_DETAILS, ""),
    flag("managementEvent"),
    json("insightDetails"),
    json("eventContext"),
];

const USER_IDENTITY: &[Column] = &[
    text("type"),
    text("principalId"),
    text("arn"),
    text("accountId"),
    text("invokedBy"),
    text("accessKeyId"),
    text("userName"),
    fields("onBehalfOf", ON_BEHALF_OF, ""),
    fields("sessionContext", SESSION_CONTEXT, ""),
    text("identityProvider"),
    text("credentialId"),
    fields("inScopeOf", IN_SCOPE_OF, ""),
];

const ON_BEHALF_OF: &[Column] = &[
    explained("userId", "Identity Center's id of the user."),
    explained("identityStoreArn", "ARN of the identity store that knows the user."),
];

const IN_SCOPE_OF: &[Column] = &[
    explained("issuerType", "Kind of resource the credentials were issued to."),
    explained("credentialsIssuedTo", "Resource the credentials were issued to."),
    explained("sourceArn", "ARN of the resource that made the call through the service."),
    explained("sourceAccount", "Account of the resource that made the call through the service."),
];

const SESSION_CONTEXT: &[Column] = &[
    fields("attributes", SESSION_ATTRIBUTES, ""),
    fields("sessionIssuer", SESSION_ISSUER, ""),
    text("ec2RoleDelivery"),
    fields("webIdFederationData", WEB_ID_FEDERATION_DATA, ""),
    text("sourceIdentity"),
];

const SESSION_ATTRIBUTES: &[Column] = &[text("mfaAuthenticated"), text("creationDate")];

const SESSION_ISSUER: &[Column] = &[text("type"), text("principalId"), text("arn"), text("accountId"), text("userName")];

const WEB_ID_FEDERATION_DATA: &[Column] = &[text("federatedProvider"), Column { member: "attributes", shape: Shape::Texts, doc: "" }];

const RESOURCE: &[Column] = &[
    explained("ARN", "ARN of the resource."),
    explained("accountId", "Account that owns the resource."),
    explained("type", "Type of the resource, such as AWS::S3::Object."),
];

const ADDENDUM: &[Column] = &[
    explained("reason", "Why the record came late or changed."),
    explained("updatedFields", "Fields that the addendum changed."),
    explained("originalRequestID", "Request id of the original record."),
    explained("originalEventID", "Event id of the original record."),
];

const TLS_DETAILS: &[Column] = &[text("tlsVersion"), text("cipherSuite"), text("clientProvidedHostHeader")];

/// Columns whose smallest and largest values each file states, so that whole files are passed over: those that responders ask by.
pub static STATED: &[&str] = &[
    "eventtime",
    "eventsource",
    "eventname",
    "awsregion",
    "sourceipaddress",
    "errorcode",
    "recipientaccountid",
    "useridentity.type",
    "useridentity.principalid",
    "useridentity.arn",
    "useridentity.accountid",
    "useridentity.invokedby",
    "useridentity.accesskeyid",
    "useridentity.username",
];

/// Columns with a bloom filter: identifiers with so many values that smallest and largest rule nothing out.
pub static BLOOMED: &[&str] = &["eventid", "sourceipaddress", "useridentity.accesskeyid", "useridentity.arn"];

/// The order of rows within a file. All that one principal did stands together, then by access key, so that a key, a principal or
/// an account touches a run of pages in few row groups; below that one API after the other, which puts alike request parameters
/// side by side (they compress best so); then time. Time itself is pruned by day, and by the pages of each run.
pub static ORDER: &[&str] =
    &["recipientaccountid", "useridentity.arn", "useridentity.accesskeyid", "eventsource", "eventname", "eventtime", "eventid"];
