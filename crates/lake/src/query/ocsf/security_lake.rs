//! The tables of Security Lake: one a source of logs and a version of it, with all classes in one table. Version 1.0 speaks OCSF
//! 1.0.0-rc.2, version 2.0 speaks OCSF 1.1.0; changes of users are Account Change (3001) in both.

use super::events::{failed, of_api_call, of_sign_in, of_user_call, sign_in, user_management};
use super::{Field, OcsfTable, flag, list, map, number, text};

/// Which records a source holds.
macro_rules! data_events {
    ($service:literal) => {
        concat!("eventcategory = 'Data' AND eventsource = '", $service, "'")
    };
}

const MANAGEMENT: &str = "(eventcategory IS NULL OR eventcategory NOT IN ('Data', 'Insight', 'NetworkActivity'))";

const fn source(name: &'static str, doc: &'static str, rows: &'static str, fields: &'static [&'static [Field]]) -> OcsfTable {
    OcsfTable { name, doc, rows, fields }
}

pub(super) const TABLES: &[OcsfTable] = &[
    source(
        "cloud_trail_mgmt_2_0",
        "Management events as in Security Lake, source version 2 (OCSF 1.1.0); …_cloud_trail_mgmt_2_0 means it.",
        MANAGEMENT,
        VERSION_2,
    ),
    source(
        "s3_data_2_0",
        "Data events of S3 as in Security Lake, source version 2 (OCSF 1.1.0); …_s3_data_2_0 means it.",
        data_events!("s3.amazonaws.com"),
        VERSION_2,
    ),
    source(
        "lambda_execution_2_0",
        "Data events of Lambda as in Security Lake, source version 2 (OCSF 1.1.0); …_lambda_execution_2_0 means it.",
        data_events!("lambda.amazonaws.com"),
        VERSION_2,
    ),
    source(
        "cloud_trail_mgmt_1_0",
        "Management events as in Security Lake, source version 1 (OCSF 1.0.0-rc.2); …_cloud_trail_mgmt_1_0 means it.",
        MANAGEMENT,
        VERSION_1,
    ),
    source(
        "s3_data_1_0",
        "Data events of S3 as in Security Lake, source version 1 (OCSF 1.0.0-rc.2); …_s3_data_1_0 means it.",
        data_events!("s3.amazonaws.com"),
        VERSION_1,
    ),
    source(
        "lambda_execution_1_0",
        "Data events of Lambda as in Security Lake, source version 1 (OCSF 1.0.0-rc.2); …_lambda_execution_1_0 means it.",
        data_events!("lambda.amazonaws.com"),
        VERSION_1,
    ),
];

const VERSION_1: &[&[Field]] = &[CLASS, BOTH, ONLY_1, PARTITIONS];
const VERSION_2: &[&[Field]] = &[CLASS, BOTH, ONLY_2, PARTITIONS];

/// One thing for each class.
macro_rules! by_class {
    ($sign_in:expr, $user:expr, $call:expr) => {
        concat!("CASE WHEN ", sign_in!(), " THEN ", $sign_in, " WHEN ", user_management!(), " THEN ", $user, " ELSE ", $call, " END")
    };
}

/// The activity in the numbers of its class. Account Change has 6 for what is gone, 3 for a password, 7 to 11 for policies and factors,
/// and none for credentials.
macro_rules! activity {
    () => {
        by_class!(of_sign_in!(), of_user_call!("1", "6", "3", "7", "8", "10", "11", "99", "99"), of_api_call!())
    };
}

/// The activity in a word.
macro_rules! activity_name {
    () => {
        by_class!(
            "CASE WHEN eventname IN ('ConsoleLogin', 'CredentialVerification') THEN 'Logon' ELSE 'Other' END",
            of_user_call!(
                "'Create'",
                "'Delete'",
                "'Password Change'",
                "'Attach Policy'",
                "'Detach Policy'",
                "'MFA Factor Enable'",
                "'MFA Factor Disable'",
                "'Other'",
                "'Other'"
            ),
            "CASE WHEN readonly = 'true' THEN 'Read' WHEN regexp_like(eventname, '^(Create|Run|Generate|Allocate|Import)') THEN 'Create' \
             WHEN regexp_like(eventname, '^(Delete|Terminate|Release)') THEN 'Delete' WHEN eventname IS NULL THEN 'Other' ELSE 'Update' END"
        )
    };
}

/// The class of a record.
macro_rules! class_name {
    () => {
        by_class!("'Authentication'", "'Account Change'", "'API Activity'")
    };
}

const CLASS: &[Field] = &[
    number("class_uid", by_class!("3002", "3001", "6003"), "3002 authentication, 3001 account change, 6003 API activity."),
    text("class_name", class_name!(), "The class in words."),
    number("category_uid", by_class!("3", "3", "6"), "3 identity and access management, 6 application activity."),
    text(
        "category_name",
        by_class!("'Identity & Access Management'", "'Identity & Access Management'", "'Application Activity'"),
        "The category in words.",
    ),
    number("activity_id", activity!(), "What was done, in the numbers of the class."),
    text("activity_name", activity_name!(), "What was done, in a word."),
    number("type_uid", concat!(by_class!("300200", "300100", "600300"), " + ", activity!()), "Class and activity in one number."),
    text("type_name", concat!(class_name!(), " || ': ' || ", activity_name!()), "Class and activity in words."),
    number("severity_id", "1", "Always 1, informational."),
    text("severity", "'Informational'", "Always informational."),
    number("status_id", concat!("CASE WHEN ", failed!(), " THEN 2 ELSE 1 END"), "1 success, 2 failure."),
    text("status", concat!("CASE WHEN ", failed!(), " THEN 'Failure' ELSE 'Success' END"), "Whether it succeeded, in a word."),
];

/// What both versions say in the same words.
const BOTH: &[Field] = &[
    number("time", "CAST(try_from_iso8601_timestamp(eventtime) AS bigint)", "When it happened, in milliseconds since 1970."),
    text("time_dt", "eventtime", "When it happened, in ISO 8601; filters on it rule out files."),
    text("metadata.uid", "eventid", "Id of the record."),
    text("metadata.product.name", "'CloudTrail'", "Always CloudTrail."),
    text("metadata.product.vendor_name", "'AWS'", "Always AWS."),
    text("metadata.product.version", "eventversion", "Version of the record's format."),
    text("metadata.product.feature.name", "coalesce(eventcategory, 'Management')", "Management, Data or Insight."),
    text("cloud.provider", "'AWS'", "Always AWS."),
    text("cloud.region", "awsregion", "Region of the call."),
    text("api.operation", "eventname", "API that was called."),
    text("api.service.name", "eventsource", "Service that was called."),
    text("api.version", "apiversion", "Version of the API."),
    text("api.request.uid", "requestid", "Id of the request."),
    text("api.response.error", "errorcode", "Error of the call."),
    text("api.response.message", "errormessage", "Error of the call, in words."),
    text("http_request.user_agent", "useragent", "Program that made the call."),
    text("src_endpoint.ip", "CASE WHEN is_private_ip(sourceipaddress) IS NOT NULL THEN sourceipaddress END", "Address of the caller."),
    text("src_endpoint.domain", "CASE WHEN is_private_ip(sourceipaddress) IS NULL THEN sourceipaddress END", "Service in its place."),
    text("src_endpoint.uid", "vpcendpointid", "VPC endpoint of the call."),
    text("actor.invoked_by", "useridentity['invokedby']", "Service that made the call."),
    text(
        "actor.idp.name",
        "coalesce(useridentity['sessioncontext']['webidfederationdata']['federatedprovider'], useridentity['identityprovider'])",
        "Identity provider that vouched for the caller.",
    ),
    text("actor.session.issuer", "useridentity['sessioncontext']['sessionissuer']['arn']", "Role or user whose session it is."),
    text("actor.user.name", "useridentity['username']", "Name of the caller."),
    text("actor.user.type", "useridentity['type']", "Kind of identity of the caller."),
    text("actor.user.credential_uid", "useridentity['accesskeyid']", "Access key of the call."),
    text("dst_endpoint.svc_name", "json_extract_scalar(additionaleventdata, '$.LoginTo')", "Page that was signed in to."),
    text("tls.version", "tlsdetails['tlsversion']", "TLS version of the call."),
    text("tls.cipher", "tlsdetails['ciphersuite']", "Cipher suite of the call."),
];

/// Who is acted upon: the user that a call names, or who is signed in then.
macro_rules! user_name {
    () => {
        "coalesce(json_extract_scalar(requestparameters, '$.userName'), useridentity['username'])"
    };
}

macro_rules! user_arn {
    () => {
        "coalesce(json_extract_scalar(responseelements, '$.assumedRoleUser.arn'), json_extract_scalar(responseelements, '$.user.arn'), \
         useridentity['arn'])"
    };
}

/// What stands in `unmapped` in both versions.
macro_rules! leftovers {
    () => {
        "'additionalEventData', additionaleventdata, 'eventType', eventtype, 'readOnly', readonly, 'managementEvent', \
         managementevent, 'recipientAccountId', recipientaccountid, 'sharedEventID', sharedeventid, 'serviceEventDetails', \
         serviceeventdetails, 'sessionCredentialFromConsole', sessioncredentialfromconsole, 'edgeDeviceDetails', edgedevicedetails, \
         'addendum', addendum, 'insightDetails', insightdetails"
    };
}

/// The words of source version 1.
const ONLY_1: &[Field] = &[
    text("metadata.version", "'1.0.0-rc.2'", "Version of OCSF."),
    list("metadata.profiles", "make_array('cloud')", "Profiles of OCSF."),
    text("actor.user.uuid", "useridentity['arn']", "ARN of the caller."),
    text("actor.user.uid", "useridentity['principalid']", "Unique id of the caller."),
    text("actor.user.account_uid", "useridentity['accountid']", "Account of the caller."),
    text("actor.session.created_time", "useridentity['sessioncontext']['attributes']['creationdate']", "When the session was opened."),
    flag("actor.session.mfa", "useridentity['sessioncontext']['attributes']['mfaauthenticated'] = 'true'", "Opened with a second factor."),
    text("identity.user.uuid", "useridentity['arn']", "As actor.user.uuid, in the words of the first release."),
    text("identity.user.uid", "useridentity['principalid']", "As actor.user.uid."),
    text("identity.user.name", "useridentity['username']", "As actor.user.name."),
    text("identity.user.type", "useridentity['type']", "As actor.user.type."),
    text("identity.user.credential_uid", "useridentity['accesskeyid']", "As actor.user.credential_uid."),
    text("identity.user.account_uid", "useridentity['accountid']", "As actor.user.account_uid."),
    text("identity.session.issuer", "useridentity['sessioncontext']['sessionissuer']['arn']", "As actor.session.issuer."),
    text("identity.invoked_by", "useridentity['invokedby']", "As actor.invoked_by."),
    text("user.name", user_name!(), "Name of the user who is signed in or managed."),
    text("user.uuid", user_arn!(), "ARN of the user who is signed in or managed."),
    flag("mfa", "json_extract_scalar(additionaleventdata, '$.MFAUsed') = 'Yes'", "Whether a second factor was used."),
    text("ref_event_uid", "eventid", "Id of the record."),
    list(
        "resources",
        "array_transform(resources, r -> named_struct('uid', r['arn'], 'account_uid', r['accountid'], 'type', r['type']))",
        "What the call touched: uid, account_uid and type of each.",
    ),
    map(
        "unmapped",
        concat!("flattened('requestParameters', requestparameters, 'responseElements', responseelements, ", leftovers!(), ")"),
        "What no field of the class holds, under dotted paths such as requestParameters.userName; objects and arrays also as JSON text.",
    ),
];

/// The words of source version 2.
const ONLY_2: &[Field] = &[
    text("metadata.version", "'1.1.0'", "Version of OCSF."),
    list("metadata.profiles", "make_array('cloud', 'datetime')", "Profiles of OCSF."),
    text("metadata.event_code", "eventtype", "Kind of record, such as AwsApiCall."),
    text("metadata.log_version", "eventversion", "Version of the record's format."),
    text("metadata.correlation_uid", "sharedeventid", "Id that the two accounts of one call share."),
    text("cloud.account.uid", "recipientaccountid", "Account that received the record."),
    text("api.request.data", "requestparameters", "Parameters of the request, as JSON text."),
    text("api.response.data", "responseelements", "Elements of the response, as JSON text."),
    text("actor.user.uid", "useridentity['arn']", "ARN of the caller."),
    text("actor.user.uid_alt", "useridentity['principalid']", "Unique id of the caller."),
    text("actor.user.account.uid", "useridentity['accountid']", "Account of the caller."),
    text("actor.session.uid", "nullif(split_part(useridentity['principalid'], ':', 2), '')", "Name of the session."),
    text("actor.session.created_time_dt", "useridentity['sessioncontext']['attributes']['creationdate']", "When the session was opened."),
    flag(
        "actor.session.is_mfa",
        "useridentity['sessioncontext']['attributes']['mfaauthenticated'] = 'true'",
        "Opened with a second factor.",
    ),
    text(
        "session.uid",
        "nullif(split_part(json_extract_scalar(responseelements, '$.assumedRoleUser.arn'), '/', 3), '')",
        "Session that was issued.",
    ),
    text("session.expiration_time_dt", "json_extract_scalar(responseelements, '$.credentials.expiration')", "When it ends, as logged."),
    text("user.name", user_name!(), "Name of the user who is signed in or managed."),
    text("user.uid", user_arn!(), "ARN of the user who is signed in or managed."),
    text("policy.uid", "json_extract_scalar(requestparameters, '$.policyArn')", "Policy that was attached or detached."),
    flag("is_mfa", "json_extract_scalar(additionaleventdata, '$.MFAUsed') = 'Yes'", "Whether a second factor was used."),
    flag("is_remote", "true", "Always: AWS is reached from afar."),
    list(
        "resources",
        "array_transform(resources, r -> named_struct('uid', r['arn'], 'type', r['type'], 'owner', \
         named_struct('account', named_struct('uid', r['accountid']))))",
        "What the call touched: uid, type and owner.account.uid of each.",
    ),
    map(
        "unmapped",
        concat!("flattened(", leftovers!(), ")"),
        "What no field of the class holds, under dotted paths such as additionalEventData.MFAUsed; objects and arrays also as JSON text.",
    ),
];

const PARTITIONS: &[Field] = &[
    text("accountid", "account", "Account of the log, as Security Lake partitions by it."),
    text("region", "region", "Region of the log, as Security Lake partitions by it."),
    text("eventday", "replace(day, '-', '')", "Day of the record, 20260302, as Security Lake partitions by it."),
];
