//! Connections lie sealed where there is a key: their secrets are no use to who copies the file alone.

use rusqlite::Connection;
use watchfire_trust::{SealKey, Sealed, Secret};

use super::super::fault::Fault;

/// What stands before the hexadecimal digits of something sealed. No JSON begins so.
const MARK: &str = "sealed:";

/// What is kept of a text under a name.
pub(super) fn closed(connection: &Connection, key: &SealKey, name: &str, text: String) -> Result<String, Fault> {
    let nonce: [u8; 24] = connection.query_row("SELECT randomblob(24)", [], |row| row.get(0))?;
    let sealed = key.seal(&Secret::new(text), name, nonce);
    let digits: String = sealed.as_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(format!("{MARK}{digits}"))
}

/// The text again; one that was kept before there was a key is as it is.
pub(super) fn opened(key: Option<&SealKey>, name: &str, kept: &str) -> Result<String, Fault> {
    let Some(digits) = kept.strip_prefix(MARK) else { return Ok(kept.to_owned()) };
    let Some(key) = key else { return Err(said(format!("the {name} is sealed, and no key was given"))) };
    let pair = |at: usize| u8::from_str_radix(digits.get(at..at + 2)?, 16).ok();
    let bytes: Option<Vec<u8>> = (0..digits.len()).step_by(2).map(pair).collect();
    let bytes = bytes.ok_or_else(|| Fault::Damage(format!("the {name} is no sealed text")))?;
    let open = key.open(&Sealed::new(bytes), name).map_err(|error| said(format!("the {name}: {error}\nhint: {}", error.hint())))?;
    Ok(open.reveal().to_owned())
}

fn said(text: String) -> Fault {
    Fault::World(std::io::Error::other(text))
}
