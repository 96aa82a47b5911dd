//! The file that `watchfire init` writes: every setting with its meaning, all of them as they are when nothing is said.

use std::io::Write;
use std::path::Path;

use anyhow::{Context, bail};

/// The text: each setting commented out stands for itself.
pub fn sample() -> &'static str {
    include_str!("watchfire.toml")
}

/// Writes the file where there is none.
///
/// # Errors
/// When there is one already, or it cannot be written.
pub fn init(file: &Path) -> anyhow::Result<()> {
    let made = std::fs::OpenOptions::new().write(true).create_new(true).open(file);
    let mut made = match made {
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
            bail!("{} is there already and stays as it is\n  hint: `watchfire serve --check` says whether it is right", file.display())
        }
        made => made.with_context(|| format!("cannot write {}", file.display()))?,
    };
    made.write_all(sample().as_bytes()).with_context(|| format!("cannot write {}", file.display()))
}
