//! Reading JSON text in one pass: it is checked, split and measured, never turned into a tree.
//!
//! [`strings`] finds where strings end, 64 bytes at a time (as simdjson does: "Parsing Gigabytes of JSON per Second", Langdale
//! and Lemire); [`scanner`] walks over everything else byte by byte, checks the grammar and notes where the fields of a [`Keys`]
//! table stand. Strings are three bytes of four in a log, and their ends are the only thing that has to be searched for.

mod block;
mod keys;
mod scalar;
mod scanner;
mod stop;
mod strings;

pub(crate) use keys::Keys;
pub(crate) use scanner::{Found, Scanner, skip_space};
pub(crate) use stop::{Stop, Why};
