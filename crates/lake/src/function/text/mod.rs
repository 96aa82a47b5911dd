//! Functions over text and bytes.

mod bytes;
mod compare;
mod format;
mod number;
mod split;
mod url;

use super::kind::{Gives, Kind};
use super::scalar::Scalar;

/// The functions of this family.
pub(super) const FUNCTIONS: &[&[Scalar]] =
    &[split::FUNCTIONS, url::FUNCTIONS, bytes::FUNCTIONS, compare::FUNCTIONS, format::FUNCTIONS, number::FUNCTIONS];

/// A function from a text to a text.
const fn of_text(name: &'static str, signature: &'static str, meaning: &'static str) -> Scalar {
    Scalar { name, signature, meaning, takes: &[Kind::Text], gives: Gives::Text, ..Scalar::PLAIN }
}
