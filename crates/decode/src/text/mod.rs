//! The text of one document, or of many behind each other: windows of it are cut into values, values judged, damage stepped over.

mod damage;
mod document;
mod envelope;
mod window;

pub(crate) use window::TextReader;
