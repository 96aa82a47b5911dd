//! HTTP: the API under `/api/v1` with its OpenAPI text, endpoints that speak as AWS's `events` and `securityhub` do, pushes of logs,
//! metrics, the status page.
//!
//! Main types: [`Server`] (bound, then served), [`Settings`] (where and how it listens), [`Parts`] (what a node lends it), the traits in
//! [`outside`] (what only a node knows, one file a noun), [`live::Live`] (the stream on which the node publishes).
//!
//! ```
//! use watchfire_server::live::{Live, Topic};
//! use watchfire_server::{Limits, Settings, Tls};
//!
//! let settings = Settings { tls: Tls::Generated { folder: "tls".into() }, ..Settings::default() };
//! assert!(settings.listen.ip().is_loopback() && Limits::default().lines_max > 0);
//!
//! let live = Live::new("run1");
//! let mut following = live.follow(None);
//! live.publish(Topic::Finding, r#"{"title": "somebody stopped the trail"}"#);
//! let message = following.receiver.try_recv().expect("it was published");
//! assert_eq!((message.topic, live.id(&message).as_str()), (Topic::Finding, "run1-1"));
//! ```
//!
//! # What a node does
//!
//! It implements [`Search`](outside::search::Search), [`Sources`](outside::sources::Sources), [`Intake`](outside::intake::Intake),
//! [`Rules`](outside::rules::Rules), [`Bus`](outside::bus::Bus) and [`Vitals`](outside::vitals::Vitals); all are called from threads that
//! may block. It makes one [`Live`](live::Live) and publishes findings, records that pass by, deliveries and changes of sources on it as
//! JSON. Then `Server::bind(settings, parts).await`, which refuses addresses beyond this machine without TLS, and
//! `server.serve(shutdown).await`; between the two, [`Server::address`] tells the port that was found.
//!
//! # The way of a request
//!
//! A line is taken in within bounds of number and time (`line/`). `handle.rs` is the way of every request: the name it calls (against DNS
//! rebinding), who calls (`auth.rs` asks the gate of `watchfire_trust`), the body within the route's bound, the handler on a thread that may
//! block, the headers of every answer. `api/` has one file a noun, each with its routes: method, path, permission, bound, handler and
//! description stand in one place, and the OpenAPI document is made of them. Requests that AWS's tools sign go to `aws/` whatever their path.
//!
//! Not here: where anything is kept (`state`), what is decided about it (`trust`, `hub`, `bus`), reading logs, detecting, sending.

mod answer;
mod api;
mod app;
mod auth;
mod aws;
mod body;
mod call;
mod chance;
mod error;
mod findings;
mod handle;
mod harmless;
mod host;
mod line;
pub mod live;
mod metrics;
mod names;
mod openapi;
pub mod outside;
mod page;
mod parts;
mod problem;
mod push;
mod route;
mod server;
mod settings;
mod stop;
mod trail;
mod who;

#[cfg(test)]
mod tests;

pub use error::Error;
pub use parts::Parts;
pub use server::Server;
pub use settings::{Limits, Settings, Tls};
pub use stop::Stop;
