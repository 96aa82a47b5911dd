//! What the crate promises, seen from outside: one binary, a module a promise.

mod correlating;
mod derived;
mod diagnostics;
mod event_patterns;
mod events;
mod golden;
mod matching;
mod rules;
mod sql;
