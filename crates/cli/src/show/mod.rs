//! How things look in a terminal, and as JSON.

pub mod backtest;
pub mod csv;
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

use std::borrow::Cow;
use std::io::Write;

use serde::Serialize;

/// Prints values as one JSON document or a line each. Text of logs is data here; see [`escaped`].
pub fn json<T: Serialize>(lines: bool, values: &[T]) -> anyhow::Result<()> {
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    if lines {
        for value in values {
            writeln!(out, "{}", escaped(&serde_json::to_string(value)?))?;
        }
    } else {
        writeln!(out, "{}", escaped(&serde_json::to_string_pretty(values)?))?;
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

/// Text from a log, safe to print.
pub fn safe(text: &str) -> String {
    text.chars().map(|c| if is_harmful(c) { '\u{fffd}' } else { c }).collect()
}

/// JSON with the same values that does a terminal no harm: JSON itself escapes only some control characters.
pub fn escaped(json: &str) -> Cow<'_, str> {
    // Line feeds between members are no text.
    let is_harmful = |c: char| is_harmful(c) && c != '\n';
    if (json.is_ascii() && !json.contains('\x7f')) || !json.contains(is_harmful) {
        return Cow::Borrowed(json);
    }
    let mut text = String::with_capacity(json.len() + 16);
    for c in json.chars() {
        if is_harmful(c) {
            c.encode_utf16(&mut [0; 2]).iter().for_each(|unit| text += &format!("\\u{unit:04x}"));
        } else {
            text.push(c);
        }
    }
    Cow::Owned(text)
}

/// Whether a character could rewrite a terminal, or make text look like other text: control characters, separators of lines, marks and
/// overrides of direction, and what is invisible.
fn is_harmful(c: char) -> bool {
    let is_mark =
        matches!(c, '\u{61c}' | '\u{200b}' | '\u{200e}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}');
    c.is_control() || is_mark || matches!(c, '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_rewrites_a_terminal() {
        let hostile = "a\u{1b}[2J\u{9b}31m\u{7f}\u{202e}b\u{200f}\u{e0041}\u{feff}é🦀";
        assert_eq!(safe(hostile), "a\u{fffd}[2J\u{fffd}31m\u{fffd}\u{fffd}b\u{fffd}\u{fffd}\u{fffd}é🦀");
        let json = serde_json::to_string_pretty(&[hostile]).expect("JSON");
        assert!(escaped(&json).chars().all(|c| !is_harmful(c) || c == '\n'), "{}", escaped(&json));
        assert_eq!(serde_json::from_str::<Vec<String>>(&escaped(&json)).expect("JSON"), [hostile]);
        assert!(matches!(escaped("[\n  \"é\"\n]"), Cow::Borrowed(_)));
    }
}
