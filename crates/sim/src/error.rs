//! What can go wrong: a plan that cannot be carried out, or a disk that refuses.

use std::path::PathBuf;

/// Why nothing, or not everything, was written.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The plan contradicts itself: change it.
    #[error("the plan cannot be carried out: {0}")]
    Plan(String),
    /// The output folder already holds logs, which would mix with the new ones: choose another.
    #[error("{} already holds logs", .0.display())]
    OutputInUse(PathBuf),
    /// The file system refused.
    #[error("could not write {}", path.display())]
    Write {
        /// The file or folder that could not be written.
        path: PathBuf,
        /// What the file system said.
        source: std::io::Error,
    },
    /// No story has this name.
    #[error("there is no story named `{0}`")]
    UnknownStory(String),
}
