//! How things look in a terminal, and as JSON.

pub mod backtest;
pub mod diagnostics;
pub mod explain;
pub mod findings;
pub mod ingested;
pub mod log;
pub mod progress;
pub mod proof;
pub mod rejects;
pub mod rows;
pub mod rules;
pub mod stored;
pub mod summary;
mod table;

use std::io::Write;

use serde::Serialize;

/// Prints values as one JSON document or a line each. Text of logs is data here, escaped by JSON itself.
pub fn json<T: Serialize>(lines: bool, values: &[T]) -> anyhow::Result<()> {
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    if lines {
        for value in values {
            serde_json::to_writer(&mut out, value).map_err(std::io::Error::from)?;
            out.write_all(b"\n")?;
        }
    } else {
        serde_json::to_writer_pretty(&mut out, values).map_err(std::io::Error::from)?;
        out.write_all(b"\n")?;
    }
    out.flush()?;
    Ok(())
}

/// Prints one piece of text; a closed or full output is an error like any other.
pub fn text(text: &str) -> anyhow::Result<()> {
    let mut out = anstream::AutoStream::auto(std::io::stdout().lock());
    writeln!(out, "{text}")?;
    out.flush()?;
    Ok(())
}

/// Text from a log, safe to print: control characters and direction overrides could rewrite a terminal.
pub fn safe(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}') { '\u{fffd}' } else { c })
        .collect()
}
