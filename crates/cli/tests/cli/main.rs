//! The binary as a user meets it: arguments in, text and exit codes out.

mod bad_input;
mod bucket;
mod crash;
mod demo;
mod engines;
mod events;
mod findings;
mod full_disk;
mod hostile;
mod ingest;
mod lake;
mod others;
mod output;
mod query;
mod real_logs;
mod rules;
mod s3;
mod s3_faults;
mod s3_lake;
mod scenarios;
mod serve;
mod shapes;
mod support;
mod table;
mod versions;
