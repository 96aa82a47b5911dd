//! What the server needs and only the node has, one file a noun. All of it is called from threads that may block.

pub mod bus;
pub mod intake;
pub mod rules;
pub mod search;
pub mod sources;
pub mod vitals;
