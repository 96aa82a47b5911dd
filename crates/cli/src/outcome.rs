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
            anstream::eprintln!("error: {}", told(&error));
            ExitCode::from(2)
        }
    }
}

/// An error with its causes, as far as it does not name them itself.
fn told(error: &anyhow::Error) -> String {
    let mut text = String::new();
    for cause in error.chain().map(ToString::to_string) {
        if text.is_empty() {
            text = cause;
        } else if !text.contains(&cause) {
            // What to do stands last, whatever caused it.
            let at = text.find("\n").unwrap_or(text.len());
            text.insert_str(at, &format!(": {cause}"));
        }
    }
    text
}

/// Whether somebody downstream had enough.
pub fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error.chain().filter_map(|cause| cause.downcast_ref::<io::Error>()).any(|error| error.kind() == io::ErrorKind::BrokenPipe)
}

#[cfg(test)]
mod tests {
    use anyhow::anyhow;

    use super::told;

    #[test]
    fn causes_are_told_once_and_hints_stay_last() {
        let deep = anyhow!("disk full").context("writing a: disk full").context("not done\n  hint: free some");
        assert_eq!(told(&deep), "not done: writing a: disk full\n  hint: free some");
        assert_eq!(told(&anyhow!("b\n  hint: c").context("a")), "a: b\n  hint: c");
        assert_eq!(told(&anyhow!("alone")), "alone");
    }
}
