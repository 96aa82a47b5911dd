//! The OCSF tables: the same records in the words of the Open Cybersecurity Schema Framework, as views.
//!
//! One line of data a field: its dotted path, its expression over the `cloudtrail` view, its meaning. Fields that share a front become a
//! structure. The columns `account_id`, `region` and `eventday` stand beside them as in Security Lake; filters on them rule out files.

use datafusion::common::Result;
use datafusion::datasource::ViewTable;
use datafusion::prelude::SessionContext;

use crate::schema::Described;

/// A view: the class it is of, the records it takes, its fields.
pub(super) struct OcsfTable {
    pub name: &'static str,
    pub doc: &'static str,
    /// Which records.
    rows: &'static str,
    /// Fields of this class.
    own: &'static [Field],
}

struct Field {
    path: &'static str,
    kind: &'static str,
    sql: &'static str,
    doc: &'static str,
}

const fn text(path: &'static str, sql: &'static str, doc: &'static str) -> Field {
    Field { path, kind: "string", sql, doc }
}

const fn number(path: &'static str, sql: &'static str, doc: &'static str) -> Field {
    Field { path, kind: "bigint", sql, doc }
}

const fn flag(path: &'static str, sql: &'static str, doc: &'static str) -> Field {
    Field { path, kind: "boolean", sql, doc }
}

/// The calls that are authentication.
const SIGN_IN: &str = "eventname IN ('ConsoleLogin', 'SwitchRole', 'GetSigninToken', 'AssumeRole', 'AssumeRoleWithSAML', \
    'AssumeRoleWithWebIdentity', 'AssumeRoot', 'GetSessionToken', 'GetFederationToken', 'CredentialVerification')";

const NOT_SIGN_IN: &str = "(eventname IS NULL OR eventname NOT IN ('ConsoleLogin', 'SwitchRole', 'GetSigninToken', 'AssumeRole', \
    'AssumeRoleWithSAML', 'AssumeRoleWithWebIdentity', 'AssumeRoot', 'GetSessionToken', 'GetFederationToken', 'CredentialVerification'))";

/// The views, in the order in which they are listed.
pub(super) static TABLES: &[OcsfTable] = &[
    OcsfTable {
        name: "ocsf_api_activity",
        doc: "API calls as OCSF class 6003, one row each; sign-ins stand in ocsf_authentication.",
        rows: NOT_SIGN_IN,
        own: API_ACTIVITY,
    },
    OcsfTable {
        name: "ocsf_authentication",
        doc: "Sign-ins, role switches and issued sessions as OCSF class 3002, one row each.",
        rows: SIGN_IN,
        own: AUTHENTICATION,
    },
];

const ACTIVITY: &str = "CASE WHEN readonly = 'true' THEN 2 \
    WHEN regexp_like(eventname, '^(Create|Run|Generate|Allocate|Import)') THEN 1 \
    WHEN regexp_like(eventname, '^(Delete|Terminate|Release)') THEN 4 WHEN eventname IS NULL THEN 99 ELSE 3 END";

const API_ACTIVITY: &[Field] = &[
    number("activity_id", ACTIVITY, "1 create, 2 read, 3 update, 4 delete, 99 other."),
    number("class_uid", "6003", "API Activity."),
    number("category_uid", "6", "Application Activity."),
    number(
        "type_uid",
        "600300 + CASE WHEN readonly = 'true' THEN 2 WHEN regexp_like(eventname, '^(Create|Run|Generate|Allocate|Import)') THEN 1 \
         WHEN regexp_like(eventname, '^(Delete|Terminate|Release)') THEN 4 WHEN eventname IS NULL THEN 99 ELSE 3 END",
        "Class and activity in one number.",
    ),
    number("status_id", "CASE WHEN errorcode IS NULL THEN 1 ELSE 2 END", "1 success, 2 failure."),
    text("status", "CASE WHEN errorcode IS NULL THEN 'Success' ELSE 'Failure' END", "Whether the call succeeded, in a word."),
];

const LOGON: &str =
    "CASE WHEN eventname IN ('ConsoleLogin', 'CredentialVerification') THEN 1 WHEN eventname = 'SwitchRole' THEN 7 ELSE 3 END";

const AUTHENTICATION: &[Field] = &[
    number("activity_id", LOGON, "1 logon, 3 session issued, 7 account switch."),
    number("class_uid", "3002", "Authentication."),
    number("category_uid", "3", "Identity and Access Management."),
    number(
        "type_uid",
        "300200 + CASE WHEN eventname IN ('ConsoleLogin', 'CredentialVerification') THEN 1 WHEN eventname = 'SwitchRole' THEN 7 ELSE 3 END",
        "Class and activity in one number.",
    ),
    number(
        "status_id",
        "CASE WHEN errorcode IS NOT NULL OR json_extract_scalar(responseelements, '$.ConsoleLogin') = 'Failure' THEN 2 ELSE 1 END",
        "1 success, 2 failure.",
    ),
    text(
        "status",
        "CASE WHEN errorcode IS NOT NULL OR json_extract_scalar(responseelements, '$.ConsoleLogin') = 'Failure' THEN 'Failure' \
         ELSE 'Success' END",
        "Whether the sign-in succeeded, in a word.",
    ),
    text(
        "user.uid",
        "coalesce(json_extract_scalar(responseelements, '$.assumedRoleUser.arn'), useridentity['arn'])",
        "ARN of who is signed in then: the session of an assumed role.",
    ),
    text("user.name", "useridentity['username']", "Name of the user."),
    text("user.type", "useridentity['type']", "Kind of identity."),
    text("user.account.uid", "useridentity['accountid']", "Account of the identity."),
    flag("is_mfa", "json_extract_scalar(additionaleventdata, '$.MFAUsed') = 'Yes'", "Whether a second factor was used."),
    flag("is_remote", "true", "Always: AWS is reached from afar."),
    text("dst_endpoint.svc_name", "json_extract_scalar(additionaleventdata, '$.LoginTo')", "Page that was signed in to."),
];

/// The fields that every class has.
const COMMON: &[Field] = &[
    number("time", "CAST(try_from_iso8601_timestamp(eventtime) AS bigint)", "When it happened, in milliseconds since 1970."),
    text("time_dt", "eventtime", "When it happened, in ISO 8601; filters on it rule out files."),
    number("severity_id", "1", "Always 1, informational: findings are graver, records are not."),
    text("metadata.uid", "eventid", "Id of the record."),
    text("metadata.event_code", "eventtype", "Kind of record, such as AwsApiCall."),
    text("metadata.log_version", "eventversion", "Version of the record's format."),
    text("metadata.correlation_uid", "sharedeventid", "Id that the two accounts of one call share."),
    text("metadata.version", "'1.8.0'", "Version of OCSF."),
    text("metadata.product.name", "'CloudTrail'", "Always CloudTrail."),
    text("metadata.product.vendor_name", "'AWS'", "Always AWS."),
    text("metadata.product.feature.name", "eventcategory", "Category of the record, such as Management."),
    text("cloud.provider", "'AWS'", "Always AWS."),
    text("cloud.region", "awsregion", "Region of the call."),
    text("cloud.account.uid", "recipientaccountid", "Account that received the record."),
    text("api.operation", "eventname", "API that was called."),
    text("api.service.name", "eventsource", "Service that was called."),
    text("api.version", "apiversion", "Version of the API."),
    text("api.request.uid", "requestid", "Id of the request."),
    text("api.request.data", "requestparameters", "Parameters of the request, as JSON text."),
    text("api.response.data", "responseelements", "Elements of the response, as JSON text."),
    text("api.response.error", "errorcode", "Error of the call."),
    text("api.response.message", "errormessage", "Error of the call, in words."),
    text("actor.user.uid", "useridentity['arn']", "ARN of the caller."),
    text("actor.user.uid_alt", "useridentity['principalid']", "Unique id of the caller."),
    text("actor.user.name", "useridentity['username']", "Name of the caller."),
    text("actor.user.type", "useridentity['type']", "Kind of identity of the caller."),
    text("actor.user.account.uid", "useridentity['accountid']", "Account of the caller."),
    text("actor.user.credential_uid", "useridentity['accesskeyid']", "Access key of the call."),
    text("actor.session.issuer", "useridentity['sessioncontext']['sessionissuer']['arn']", "Role or user whose session it is."),
    text("actor.session.created_time_dt", "useridentity['sessioncontext']['attributes']['creationdate']", "When the session was opened."),
    flag(
        "actor.session.is_mfa",
        "useridentity['sessioncontext']['attributes']['mfaauthenticated'] = 'true'",
        "Whether the session was opened with a second factor.",
    ),
    text("actor.session.uid", "nullif(split_part(useridentity['principalid'], ':', 2), '')", "Name of the session."),
    text(
        "actor.idp.name",
        "coalesce(useridentity['sessioncontext']['webidfederationdata']['federatedprovider'], useridentity['identityprovider'])",
        "Identity provider that vouched for the caller.",
    ),
    text("actor.invoked_by", "useridentity['invokedby']", "Service that made the call."),
    text("src_endpoint.ip", "CASE WHEN is_private_ip(sourceipaddress) IS NOT NULL THEN sourceipaddress END", "Address of the caller."),
    text(
        "src_endpoint.domain",
        "CASE WHEN is_private_ip(sourceipaddress) IS NULL THEN sourceipaddress END",
        "Service in place of an address.",
    ),
    text("src_endpoint.uid", "vpcendpointid", "VPC endpoint of the call."),
    text("http_request.user_agent", "useragent", "Program that made the call."),
    text("tls.version", "tlsdetails['tlsversion']", "TLS version of the call."),
    text("tls.cipher", "tlsdetails['ciphersuite']", "Cipher suite of the call."),
    Field { path: "resources", kind: "array<struct>", sql: "resources", doc: "What the call touched: arn, accountid and type of each." },
    text(
        "unmapped",
        "to_json(named_struct('sessionCredentialFromConsole', sessioncredentialfromconsole, 'edgeDeviceDetails', edgedevicedetails, \
         'addendum', addendum, 'serviceEventDetails', serviceeventdetails, 'additionalEventData', additionaleventdata, \
         'insightDetails', insightdetails, 'eventContext', eventcontext, 'extra', extra))",
        "What no field of the class holds, as JSON text.",
    ),
    text("account_id", "account", "Account of the log, as Security Lake partitions by it."),
    text("region", "region", "Region of the log, as Security Lake partitions by it."),
    text("eventday", "replace(day, '-', '')", "Day of the record, 20260302, as Security Lake partitions by it."),
];

impl OcsfTable {
    fn fields(&self) -> impl Iterator<Item = &'static Field> {
        self.own.iter().chain(COMMON)
    }

    /// The view, made over the session's `cloudtrail`.
    pub fn view(&'static self, context: SessionContext) -> impl Future<Output = Result<ViewTable>> + Send {
        let fields: Vec<(&str, &str)> = self.fields().map(|field| (field.path, field.sql)).collect();
        let columns: Vec<String> = grouped(&fields).into_iter().map(|(name, sql)| format!("{sql} AS \"{name}\"")).collect();
        let sql = format!("SELECT {} FROM cloudtrail WHERE {}", columns.join(", "), self.rows);
        async move { Ok(ViewTable::new(context.state().create_logical_plan(&sql).await?, None)) }
    }

    /// Its columns for people.
    pub fn describe(&self) -> Vec<Described> {
        self.fields().map(|field| Described { name: field.path.to_owned(), kind: field.kind, doc: field.doc }).collect()
    }
}

/// Fields that share the front of their paths, as one structure each; in the order in which they are first met.
fn grouped(fields: &[(&str, &str)]) -> Vec<(String, String)> {
    let mut groups: Vec<(&str, Vec<(&str, &str)>)> = Vec::new();
    for (path, sql) in fields {
        let (front, rest) = path.split_once('.').unwrap_or((path, ""));
        match groups.iter_mut().find(|(name, _)| *name == front) {
            Some((_, inside)) => inside.push((rest, sql)),
            None => groups.push((front, vec![(rest, sql)])),
        }
    }
    let one = |(name, inside): (&str, Vec<(&str, &str)>)| {
        let sql = match inside.as_slice() {
            [("", sql)] => (*sql).to_owned(),
            _ => {
                let parts: Vec<String> = grouped(&inside).into_iter().map(|(name, sql)| format!("'{name}', {sql}")).collect();
                format!("named_struct({})", parts.join(", "))
            }
        };
        (name.to_owned(), sql)
    };
    groups.into_iter().map(one).collect()
}
