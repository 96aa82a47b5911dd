//! One command, one file: its options and its run.

pub mod audit;
pub mod backtest;
pub mod demo;
pub mod events;
pub mod findings;
pub mod ingest;
pub mod init;
pub mod lake;
pub mod query;
pub mod rules;
pub mod scan;
pub mod schema;
pub mod serve;
pub mod simulate;
pub mod state;
pub mod user;
