//! `derived.aws_service_call`

use watchfire_model::{Record, Slot, cloudtrail};

/// Names under which the console calls for a signed-in person: such a call is the person's own.
pub(crate) const CONSOLE: [&str; 3] = ["signin.amazonaws.com", "console.amazonaws.com", "AWS Internal"];

/// The fields that are looked at.
pub(super) const FIELDS: [Slot; 3] = [cloudtrail::USER_IDENTITY_TYPE, cloudtrail::USER_IDENTITY_INVOKED_BY, cloudtrail::SOURCE_IP_ADDRESS];

/// All that the text of one of these fields says of who called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Word {
    /// Nothing.
    Other,
    /// The identity is AWS itself.
    Itself,
    /// The identity is one that people sign in with.
    Person,
    /// The name of a service that calls for itself.
    Service,
    /// How AWS signs some of its calls, and the console those of a person.
    Internal,
}

impl Word {
    pub(crate) fn of(text: &str) -> Word {
        match text {
            "AWSService" => Word::Itself,
            "IAMUser" | "Root" => Word::Person,
            "AWS Internal" => Word::Internal,
            name if name.ends_with(".amazonaws.com") && !CONSOLE.contains(&name) => Word::Service,
            _ => Word::Other,
        }
    }
}

/// CloudTrail shows AWS's own calls by the identity's type, by `invokedBy`, or by a service name in place of an address.
/// `invokedBy` may also be a person's call that a service carried on (CloudFormation): that is meant to count, the console is not.
pub(crate) fn judge(record: &Record<'_>) -> bool {
    let [caller, names @ ..] = FIELDS.map(|slot| record.text(slot).map_or(Word::Other, |text| Word::of(&text)));
    let is_named = |word| names.contains(&word);
    caller == Word::Itself || is_named(Word::Service) || (caller != Word::Person && is_named(Word::Internal))
}
