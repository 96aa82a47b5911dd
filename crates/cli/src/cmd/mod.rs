//! One command, one file: its options and its run.

pub mod demo;
pub mod query;
pub mod rules;
pub mod scan;
pub mod schema;
pub mod simulate;
