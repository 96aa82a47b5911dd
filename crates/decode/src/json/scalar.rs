//! Numbers and the three words.

use super::stop::{Stop, Why};

/// The end of the number or word that begins at `start`.
#[inline]
pub(crate) fn scalar_end(text: &[u8], start: usize) -> Result<usize, Stop> {
    let rest = text.get(start..).unwrap_or_default();
    let length = match rest {
        [b't', ..] => word(rest, b"true"),
        [b'f', ..] => word(rest, b"false"),
        [b'n', ..] => word(rest, b"null"),
        [b'-' | b'0'..=b'9', ..] => number(rest),
        [] => Length::Open,
        _ => Length::Wrong,
    };
    match length {
        Length::Known(length) => match rest.get(length) {
            Some(b',' | b'}' | b']' | b' ' | b'\n' | b'\r' | b'\t') => Ok(start + length),
            None => Err(Stop { at: text.len(), why: Why::Incomplete }),
            Some(_) => Err(Stop::unexpected(text, start, "a value was expected")),
        },
        Length::Open => Err(Stop { at: text.len(), why: Why::Incomplete }),
        Length::Wrong => Err(Stop::unexpected(text, start, "a value was expected")),
    }
}

enum Length {
    Known(usize),
    /// The text ends before the scalar may.
    Open,
    Wrong,
}

#[inline]
fn word(rest: &[u8], word: &'static [u8]) -> Length {
    if rest.starts_with(word) {
        Length::Known(word.len())
    } else if word.starts_with(rest) {
        Length::Open
    } else {
        Length::Wrong
    }
}

fn number(rest: &[u8]) -> Length {
    let digits = |from: usize| rest.iter().skip(from).take_while(|byte| byte.is_ascii_digit()).count();
    let mut at = usize::from(rest.first() == Some(&b'-'));
    match (rest.get(at), digits(at)) {
        (None, _) => return Length::Open,
        (Some(b'0'), _) => at += 1,
        (_, 0) => return Length::Wrong,
        (_, count) => at += count,
    }
    if rest.get(at) == Some(&b'.') {
        at += 1;
        match digits(at) {
            0 if at == rest.len() => return Length::Open,
            0 => return Length::Wrong,
            count => at += count,
        }
    }
    if matches!(rest.get(at), Some(b'e' | b'E')) {
        at += 1;
        at += usize::from(matches!(rest.get(at), Some(b'+' | b'-')));
        match digits(at) {
            0 if at == rest.len() => return Length::Open,
            0 => return Length::Wrong,
            count => at += count,
        }
    }
    Length::Known(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scalars_as_serde_json_sees_them() {
        let texts = [
            "0", "-0", "10", "01", "-", "+1", "1.", "1.5", ".5", "1e5", "1E+5", "1e", "1e-", "1.5e-07", "true", "tru", "nulll", "null",
            "false", "False", "NaN", "-x", "1x", "--1", "0x10", "1_0", "\u{1}", "é",
        ];
        for text in texts {
            let closed = format!("{text},");
            let expect = serde_json::from_str::<&serde_json::value::RawValue>(text).is_ok();
            assert_eq!(scalar_end(closed.as_bytes(), 0).is_ok(), expect, "{text}");
        }
    }

    #[test]
    fn an_open_end_is_no_fault() {
        for text in ["", "-", "1", "1.", "1e", "1e+", "tr", "true", "n"] {
            assert_eq!(scalar_end(text.as_bytes(), 0), Err(Stop { at: text.len(), why: Why::Incomplete }), "{text}");
        }
    }
}
