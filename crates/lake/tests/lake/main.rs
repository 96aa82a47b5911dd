//! The lake against real, odd and hostile logs, several writers, and damage.
#![allow(clippy::unwrap_used)]

mod damage;
mod epochs;
mod logs;
mod maintenance;
mod queries;
mod rows;
mod statements;
