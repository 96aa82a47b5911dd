//! Standard input that goes on: what is read goes to the spool first, so that a crash loses nothing of it.

use std::io::{BufRead, BufReader, Read};
use std::sync::Arc;
use std::time::Duration;

use crate::{Error, Spool};

/// Bytes read at once, at most.
const READ_BYTES: usize = 1 << 20;

/// A line that is longer is cut; the decoder then rejects both parts and says so.
const LINE_BYTES_MAX: usize = 32 << 20;

/// How soon to try again when the spool is full.
const PAUSE: Duration = Duration::from_millis(200);

/// Reads whole lines into the spool until the input ends, as fast as there is room.
pub(crate) fn start(input: impl Read + Send + 'static, spool: Arc<Spool>, source: String) -> std::io::Result<()> {
    std::thread::Builder::new().name("stdin".to_owned()).spawn(move || {
        if let Err(error) = read(input, &spool, &source) {
            tracing::error!(source, %error, "standard input is not read any further");
        }
    })?;
    Ok(())
}

fn read(input: impl Read, spool: &Spool, source: &str) -> Result<(), Error> {
    let mut input = BufReader::with_capacity(READ_BYTES, input);
    let mut begun = Vec::new();
    loop {
        let read = match input.fill_buf() {
            Ok(read) => read,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
            Err(cause) => {
                append(spool, source, &begun)?;
                return Err(Error::Disk { place: "standard input".to_owned(), cause });
            }
        };
        let length = read.len();
        if length == 0 {
            return append(spool, source, &begun);
        }
        begun.extend_from_slice(read);
        input.consume(length);
        let whole = begun.iter().rposition(|byte| *byte == b'\n').map(|end| end + 1);
        let whole = whole.or((begun.len() >= LINE_BYTES_MAX).then_some(begun.len()));
        if let Some(end) = whole {
            append(spool, source, &begun[..end])?;
            begun.drain(..end);
        }
    }
}

/// Waits for room: a slow disk slows whoever writes.
fn append(spool: &Spool, source: &str, lines: &[u8]) -> Result<(), Error> {
    if lines.trim_ascii().is_empty() {
        return Ok(());
    }
    loop {
        match spool.append(source, lines) {
            Err(Error::Full { .. }) => std::thread::sleep(PAUSE),
            outcome => return outcome,
        }
    }
}
