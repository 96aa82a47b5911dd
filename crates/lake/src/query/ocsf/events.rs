//! Which calls belong to which class, as pieces of SQL. They are macros because constants are put together of them.

/// The calls that are authentication.
macro_rules! sign_in {
    () => {
        "eventname IN ('ConsoleLogin', 'SwitchRole', 'GetSigninToken', 'AssumeRole', 'AssumeRoleWithSAML', 'AssumeRoleWithWebIdentity', \
         'AssumeRoot', 'GetSessionToken', 'GetFederationToken', 'CredentialVerification')"
    };
}

/// The calls that change an IAM user.
macro_rules! user_management {
    () => {
        "(eventsource = 'iam.amazonaws.com' AND eventname IN ('CreateUser', 'UpdateUser', 'DeleteUser', 'ChangePassword', \
         'CreateLoginProfile', 'UpdateLoginProfile', 'DeleteLoginProfile', 'CreateAccessKey', 'UpdateAccessKey', 'DeleteAccessKey', \
         'AttachUserPolicy', 'DetachUserPolicy', 'PutUserPolicy', 'DeleteUserPolicy', 'PutUserPermissionsBoundary', \
         'DeleteUserPermissionsBoundary', 'EnableMFADevice', 'ResyncMFADevice', 'DeactivateMFADevice', 'UploadSSHPublicKey', \
         'UpdateSSHPublicKey', 'DeleteSSHPublicKey', 'UploadSigningCertificate', 'UpdateSigningCertificate', 'DeleteSigningCertificate', \
         'CreateServiceSpecificCredential', 'UpdateServiceSpecificCredential', 'ResetServiceSpecificCredential', \
         'DeleteServiceSpecificCredential', 'TagUser', 'UntagUser'))"
    };
}

/// Rows of none of these; a record without a name is of none.
macro_rules! not_in {
    ($($rows:expr),+) => {
        concat!("NOT (", $("coalesce(", $rows, ", false)", " OR ",)+ "false)")
    };
}

/// The number of what a call does to a user: made, gone, password, policy on and off, factor on and off, credential on and off; 99 for
/// anything else.
macro_rules! of_user_call {
    ($made:literal, $gone:literal, $password:literal, $on:literal, $off:literal, $factor:literal, $no_factor:literal, $key:literal, $no_key:literal) => {
        concat!(
            "CASE WHEN eventname = 'CreateUser' THEN ",
            $made,
            " WHEN eventname = 'DeleteUser' THEN ",
            $gone,
            " WHEN eventname IN ('ChangePassword', 'UpdateLoginProfile') THEN ",
            $password,
            " WHEN eventname IN ('AttachUserPolicy', 'PutUserPolicy', 'PutUserPermissionsBoundary') THEN ",
            $on,
            " WHEN eventname IN ('DetachUserPolicy', 'DeleteUserPolicy', 'DeleteUserPermissionsBoundary') THEN ",
            $off,
            " WHEN eventname = 'EnableMFADevice' THEN ",
            $factor,
            " WHEN eventname = 'DeactivateMFADevice' THEN ",
            $no_factor,
            " WHEN eventname IN ('CreateLoginProfile', 'CreateAccessKey', 'UploadSSHPublicKey', 'UploadSigningCertificate', ",
            "'CreateServiceSpecificCredential') THEN ",
            $key,
            " WHEN eventname IN ('DeleteLoginProfile', 'DeleteAccessKey', 'DeleteSSHPublicKey', 'DeleteSigningCertificate', ",
            "'DeleteServiceSpecificCredential') THEN ",
            $no_key,
            " ELSE 99 END"
        )
    };
}

/// The number of what an API call does: 1 create, 2 read, 3 update, 4 delete, 99 not known.
macro_rules! of_api_call {
    () => {
        "CASE WHEN readonly = 'true' THEN 2 WHEN regexp_like(eventname, '^(Create|Run|Generate|Allocate|Import)') THEN 1 \
         WHEN regexp_like(eventname, '^(Delete|Terminate|Release)') THEN 4 WHEN eventname IS NULL THEN 99 ELSE 3 END"
    };
}

/// The number of what a sign-in does: 1 logon, 3 session issued, 7 account switch.
macro_rules! of_sign_in {
    () => {
        "CASE WHEN eventname IN ('ConsoleLogin', 'CredentialVerification') THEN 1 WHEN eventname = 'SwitchRole' THEN 7 ELSE 3 END"
    };
}

/// Whether a call or sign-in failed.
macro_rules! failed {
    () => {
        "(errorcode IS NOT NULL OR coalesce(json_extract_scalar(responseelements, '$.ConsoleLogin') = 'Failure', false))"
    };
}

pub(super) use {failed, not_in, of_api_call, of_sign_in, of_user_call, sign_in, user_management};
