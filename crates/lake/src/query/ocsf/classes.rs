//! One table a class, in OCSF 1.8.0.

use super::events::{failed, not_in, of_api_call, of_sign_in, of_user_call, sign_in, user_management};
use super::record::RECORD;
use super::{Field, OcsfTable, flag, number, text};

pub(super) const TABLES: &[OcsfTable] = &[
    OcsfTable {
        name: "ocsf_api_activity",
        doc: "API calls as OCSF class 6003, one row each; sign-ins stand in ocsf_authentication, changes of users in ocsf_user_management.",
        rows: not_in!(sign_in!(), user_management!()),
        fields: &[API_ACTIVITY, RECORD],
    },
    OcsfTable {
        name: "ocsf_authentication",
        doc: "Sign-ins, role switches and issued sessions as OCSF class 3002, one row each.",
        rows: sign_in!(),
        fields: &[AUTHENTICATION, RECORD],
    },
    OcsfTable {
        name: "ocsf_user_management",
        doc: "Changes of IAM users, their keys, passwords, factors and policies as OCSF class 3007, one row each.",
        rows: user_management!(),
        fields: &[USER_MANAGEMENT, RECORD],
    },
];

const API_ACTIVITY: &[Field] = &[
    number("activity_id", of_api_call!(), "1 create, 2 read, 3 update, 4 delete, 99 other."),
    number("class_uid", "6003", "API Activity."),
    number("category_uid", "6", "Application Activity."),
    number("type_uid", concat!("600300 + ", of_api_call!()), "Class and activity in one number."),
    number("status_id", "CASE WHEN errorcode IS NULL THEN 1 ELSE 2 END", "1 success, 2 failure."),
    text("status", "CASE WHEN errorcode IS NULL THEN 'Success' ELSE 'Failure' END", "Whether the call succeeded, in a word."),
];

const AUTHENTICATION: &[Field] = &[
    number("activity_id", of_sign_in!(), "1 logon, 3 session issued, 7 account switch."),
    number("class_uid", "3002", "Authentication."),
    number("category_uid", "3", "Identity and Access Management."),
    number("type_uid", concat!("300200 + ", of_sign_in!()), "Class and activity in one number."),
    number("status_id", concat!("CASE WHEN ", failed!(), " THEN 2 ELSE 1 END"), "1 success, 2 failure."),
    text("status", concat!("CASE WHEN ", failed!(), " THEN 'Failure' ELSE 'Success' END"), "Whether the sign-in succeeded, in a word."),
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

const USER_MANAGEMENT: &[Field] = &[
    number(
        "activity_id",
        of_user_call!("1", "3", "8", "10", "11", "12", "13", "18", "19"),
        "1 create, 3 delete, 8 password change, 10 attach, 11 detach, 12 and 13 factor on and off, 18 and 19 credentials added and removed.",
    ),
    number("class_uid", "3007", "User Management."),
    number("category_uid", "3", "Identity and Access Management."),
    number(
        "type_uid",
        concat!("300700 + ", of_user_call!("1", "3", "8", "10", "11", "12", "13", "18", "19")),
        "Class and activity in one number.",
    ),
    number("status_id", "CASE WHEN errorcode IS NULL THEN 1 ELSE 2 END", "1 success, 2 failure."),
    text("status", "CASE WHEN errorcode IS NULL THEN 'Success' ELSE 'Failure' END", "Whether the call succeeded, in a word."),
    text(
        "user.uid",
        "coalesce(json_extract_scalar(responseelements, '$.user.arn'), CASE WHEN json_extract_scalar(requestparameters, '$.userName') IS NULL \
         THEN useridentity['arn'] END)",
        "ARN of the user who is managed, when the record says it.",
    ),
    text(
        "user.name",
        "coalesce(json_extract_scalar(requestparameters, '$.userName'), useridentity['username'])",
        "Name of the user who is managed; the caller's own where the call names none.",
    ),
    text("user.account.uid", "recipientaccountid", "Account of the user."),
    text(
        "user.credential_uid",
        "coalesce(json_extract_scalar(responseelements, '$.accessKey.accessKeyId'), json_extract_scalar(requestparameters, '$.accessKeyId'))",
        "Access key that was made, changed or removed.",
    ),
    text("policy.uid", "json_extract_scalar(requestparameters, '$.policyArn')", "Policy that was attached or detached."),
];
