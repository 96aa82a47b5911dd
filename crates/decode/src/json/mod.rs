//! Reading JSON text in one pass: it is checked, split and measured, never turned into a tree.
//!
//! [`tokens`] finds quotes, brackets, commas, colons and bare words 64 bytes at a time; [`scanner`] walks from one to the next,
//! checks the grammar and notes where the fields of a [`Keys`] table stand. As in the paper "Parsing Gigabytes of JSON per
//! Second" (Langdale, Lemire), but in safe code and with the places of fields instead of a tree.

mod block;
mod keys;
mod scalar;
mod scanner;
mod stop;
mod tokens;

pub(crate) use keys::Keys;
pub(crate) use scanner::{Found, Scanner};
pub(crate) use stop::{Stop, Why};
