//! The only door to AWS: credentials, regions, object storage, and calls of services as values.
//!
//! [`connect`] reads what every AWS tool reads (environment, profiles, SSO, web identity, container and instance roles,
//! `AWS_ENDPOINT_URL`) and gives an [`Aws`]. [`S3::open`] gives a [`Store`]: one bucket, listed in pages, read whole, by ranges
//! in the background, or as a stream. Calls are synchronous; the crate owns two input/output threads behind them, so nothing
//! here may be called from inside an async task.
//!
//! A [`Call`] is a value, {service, region, operation, parameters}, that [`Aws::call`] sends; [`Aws::assume`] gives the same connection
//! as a role of another account.
//!
//! Every call is repeated with growing pauses while the other side is busy or the line breaks, moves to the bucket's own region
//! when the answer names it, and fails with an [`Error`] that says what to do next.
//!
//! ```no_run
//! let aws = watchfire_aws::connect()?;
//! let store = aws.s3().open("my-trail-bucket");
//! for page in store.list("AWSLogs/") {
//!     for entry in page?.objects {
//!         let content = store.get(&entry.key)?;
//!         println!("{} {}", entry.key, content.len());
//!     }
//! }
//! # Ok::<(), watchfire_aws::Error>(())
//! ```
//!
//! Keys are carried byte for byte. This is why the bucket is not behind the `object_store` crate: its paths cannot express
//! `logs//AWSLogs/…`, which CloudTrail writes when a trail's prefix ends in a slash, and one such key fails the whole listing;
//! nor does it pass on the region that a redirect names. The lake chooses its keys and does use it: an [`Access`] says where a bucket
//! is, and gives keys from the same chain.
//!
//! Not here: what the operations of services mean. A service is an entry in a table (`call/service.rs`), an operation is a name.

mod assume;
mod call;
mod connect;
mod credentials;
mod endpoint;
mod error;
mod exchange;
mod fault;
mod http;
mod retry;
mod s3;
mod sign;
mod workers;

pub use call::Call;
pub use connect::{Aws, Keys, Settings, connect};
pub use error::Error;
pub use retry::Retry;
pub use s3::{Access, Entry, Fetch, Page, Pages, S3, Session, Store, Stream};
