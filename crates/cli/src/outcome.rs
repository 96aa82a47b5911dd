//! What a command came to, as an exit code: 0 done, 1 the answer is bad news, 2 it could not be done.

use std::io;
use std::process::ExitCode;

/// A command that was carried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Done, and nothing to worry about, or nobody asked.
    Done,
    /// Done, and the answer is bad news: `--fail-on`, a failed check.
    BadNews,
    /// Not done, and the reason was told already.
    Refused,
}

/// Exit code, with the error told on stderr. A closed pipe is quiet success: the reader had enough.
pub fn exit(result: anyhow::Result<Outcome>) -> ExitCode {
    match result {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::BadNews) => ExitCode::from(1),
        Ok(Outcome::Refused) => ExitCode::from(2),
        Err(error) if is_closed_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            anstream::eprintln!("error: {error:#}");
            ExitCode::from(2)
        }
    }
}

/// Whether somebody downstream had enough.
pub fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error.chain().filter_map(|cause| cause.downcast_ref::<io::Error>()).any(|error| error.kind() == io::ErrorKind::BrokenPipe)
}
