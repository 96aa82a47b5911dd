//! The SQL that the field writes, in the words of the engine.

mod bounds;
mod build;
mod diagnostic;
mod dialect;
mod explain;
mod instant;
mod lex;
mod names;
mod refuse;
mod rewrite;
mod scope;
mod show;
mod source;
mod suggest;
mod translate;
mod types;

pub use bounds::{CHAIN_TOKENS_MAX, NESTING_MAX, STATEMENT_BYTES_MAX};
pub use diagnostic::{Code, Diagnostic, Place};
pub use explain::explain;
pub use names::{Column, Kind, Names, Table};
pub use suggest::suggest;
pub use translate::{Translated, translate};
