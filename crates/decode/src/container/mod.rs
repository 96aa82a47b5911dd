//! What text comes wrapped in: compressions and archives, each inside others.

mod fault;
mod gzip;
mod kind;
mod metered;
mod opener;
mod tar;
mod zip;
mod zstd;

pub(crate) use opener::{Opener, Workshop};
