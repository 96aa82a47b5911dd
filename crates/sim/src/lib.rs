//! A living organisation under a seed: labelled CloudTrail with attack stories.
//!
//! [`write()`] makes a folder as AWS would deliver it: gzipped files of records, account by account, region by region, day
//! by day. People, pipelines, workloads, auditors and AWS itself go about their work in it; the chosen [`Story`]s are
//! told in between, and `truth.jsonl` says which records belong to them. Benign and malicious records come from the same
//! call templates, so only behaviour tells them apart.
//!
//! ```
//! use watchfire_sim::{Plan, Story};
//!
//! let out = std::env::temp_dir().join(format!("watchfire-sim-{}", std::process::id()));
//! let plan = Plan { seed: 7, records: 2_000, days: 2, stories: vec![Story::TrustBackdoor], ..Plan::default() };
//! let written = watchfire_sim::write(&plan, &out, &|_records| {})?;
//! assert_eq!(written.records, 2_000);
//! assert!(out.join("AWSLogs").is_dir() && out.join("truth.jsonl").is_file());
//! std::fs::remove_dir_all(&out)?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The same plan gives the same bytes, whatever the number of threads: every file grows from a generator whose seed is
//! derived from the plan's seed and the file's place ([`Plan`] → `world` → `schedule` → `file`).
//!
//! What it deliberately does not do: it calls no AWS, keeps no state of the resources it names beyond what a story needs,
//! and simulates no other log than CloudTrail.

#![cfg_attr(test, allow(clippy::unwrap_used))]

mod agent;
mod call;
mod error;
mod file;
mod fill;
mod place;
mod plan;
mod random;
mod record;
mod routine;
mod schedule;
mod session;
mod stamp;
mod story;
mod telling;
mod template;
mod truth;
mod world;
mod write;

pub use error::Error;
pub use plan::Plan;
pub use story::Story;
pub use write::{Written, write};
