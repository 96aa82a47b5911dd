//! What every class of OCSF 1.8.0 says of a CloudTrail record.

use super::{Field, flag, list, number, text};

/// The fields that every class has.
pub(super) const COMMON: &[Field] = &[
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
    list("resources", "resources", "What the call touched: arn, accountid and type of each."),
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

