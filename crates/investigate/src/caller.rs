//! Who made a call, and whether it was refused, read from a record's own fields.

use std::borrow::Cow;

use watchfire_model::{Record, Slot, cloudtrail as ct};

/// The caller's name: its ARN where it has one, else the AWS service, else the id or name that is left.
#[inline]
pub(crate) fn principal<'a>(record: &Record<'a>) -> Option<Cow<'a, str>> {
    if let Some(arn) = present(record, ct::USER_IDENTITY_ARN) {
        return Some(arn);
    }
    const NAMES: [Slot; 6] = [
        ct::USER_IDENTITY_INVOKED_BY,
        ct::USER_IDENTITY_PRINCIPAL_ID,
        ct::USER_IDENTITY_USER_NAME,
        ct::USER_IDENTITY_CREDENTIAL_ID,
        ct::USER_IDENTITY_ACCOUNT_ID,
        ct::USER_IDENTITY_TYPE,
    ];
    NAMES.into_iter().find_map(|slot| present(record, slot))
}

/// The account a record belongs to.
#[inline]
pub(crate) fn account<'a>(record: &Record<'a>) -> Option<Cow<'a, str>> {
    present(record, ct::RECIPIENT_ACCOUNT_ID).or_else(|| present(record, ct::USER_IDENTITY_ACCOUNT_ID))
}

/// A text field that says something.
#[inline]
pub(crate) fn present<'a>(record: &Record<'a>, slot: Slot) -> Option<Cow<'a, str>> {
    record.text(slot).filter(|text| !text.is_empty())
}

/// Why a call failed: the error code, or the message where a sign-in gives only that.
#[inline]
pub(crate) fn failure<'a>(record: &Record<'a>) -> Option<Cow<'a, str>> {
    present(record, ct::ERROR_CODE).or_else(|| present(record, ct::ERROR_MESSAGE))
}

/// Whether an error says that the caller was not allowed, rather than that the call was wrong or too fast.
pub(crate) fn is_refusal(error: &str) -> bool {
    const WORDS: [&str; 9] = [
        "AccessDenied",
        "Unauthorized",
        "UnauthorizedOperation",
        "NotAuthorized",
        "Forbidden",
        "AuthFailure",
        "Failed authentication",
        "InvalidClientTokenId",
        "OptInRequired",
    ];
    WORDS.iter().any(|word| error.contains(word))
}
