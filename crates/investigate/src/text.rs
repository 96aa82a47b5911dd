//! Log text made fit to be shown, and numbers made fit to be read.

use std::borrow::Cow;

/// One line of log text: control and direction characters shown by name, cut after `chars_max` characters.
///
/// Escaping for HTML is not done here: the templates do it for every text. This takes out what escaping leaves in:
/// characters that move a terminal's cursor, that turn the reading direction, or that cannot be seen.
pub(crate) fn plain(text: &str, chars_max: usize) -> Cow<'_, str> {
    let (shown, rest) = match text.char_indices().nth(chars_max) {
        Some((end, _)) => (text.get(..end).unwrap_or(text), text.len() - end),
        None => (text, 0),
    };
    if rest == 0 && !shown.chars().any(is_unseen) {
        return Cow::Borrowed(shown);
    }
    let mut out = String::with_capacity(shown.len() + 24);
    shown.chars().for_each(|c| push_seen(&mut out, c));
    if rest > 0 {
        out.push_str(&format!("… ({} more)", bytes(rest as u64)));
    }
    Cow::Owned(out)
}

/// A paragraph that a rule's author wrote over several lines, as one.
pub(crate) fn prose(text: &str, chars_max: usize) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    plain(&words.join(" "), chars_max).into_owned()
}

fn push_seen(out: &mut String, c: char) {
    match u32::from(c) {
        code @ 0..=0x1f => out.push(char::from_u32(0x2400 + code).unwrap_or('\u{fffd}')),
        0x7f => out.push('\u{2421}'),
        code if is_unseen(c) => out.push_str(&format!("⟨U+{code:04X}⟩")),
        _ => out.push(c),
    }
}

fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180e}'
            | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

/// The text's beginning, at most `bytes_max` long, ending on a character.
#[inline]
pub(crate) fn cut(text: &str, bytes_max: usize) -> &str {
    if text.len() <= bytes_max {
        return text;
    }
    let end = (0..=bytes_max).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
    text.get(..end).unwrap_or("")
}

/// `12,345`.
pub(crate) fn number(value: u64) -> String {
    let digits = value.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// `1 record`, `12,345 records`.
pub(crate) fn counted(value: u64, one: &str, many: &str) -> String {
    format!("{} {}", number(value), if value == 1 { one } else { many })
}

/// `41.2 MB`, in powers of ten.
pub(crate) fn bytes(value: u64) -> String {
    const UNITS: [&str; 5] = ["bytes", "kB", "MB", "GB", "TB"];
    let mut scaled = value as f64;
    let mut unit = 0;
    while scaled >= 1000.0 && unit + 1 < UNITS.len() {
        scaled /= 1000.0;
        unit += 1;
    }
    let name = UNITS.get(unit).copied().unwrap_or_default();
    if unit == 0 { format!("{value} {name}") } else { format!("{scaled:.1} {name}") }
}

/// `a`, `a and b`, `a, b and c`.
pub(crate) fn listed(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [one] => one.clone(),
        [head @ .., last] => format!("{} and {last}", head.join(", ")),
    }
}

/// A text as the body of a sentence: without white space around it and without its own full stop.
pub(crate) fn unstopped(text: &str) -> &str {
    text.trim().trim_end_matches(['.', ' '])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unseen_characters_are_named() {
        assert_eq!(plain("a\u{202e}b\0c\n\u{7f}", 99), "a⟨U+202E⟩b␀c␊␡");
        assert_eq!(plain("plain — ünïcode", 99), "plain — ünïcode");
    }

    #[test]
    fn long_text_is_cut_on_a_character() {
        assert_eq!(plain("éééé", 2), "éé… (4 bytes more)");
        assert_eq!([cut("éé", 4), cut("éé", 3), cut("éé", 1)], ["éé", "é", ""]);
    }

    #[test]
    fn prose_is_one_line() {
        assert_eq!(prose(" a\n  b\tc \n", 99), "a b c");
    }

    #[test]
    fn numbers_are_grouped() {
        assert_eq!(
            (number(0), number(999), number(1000), number(1_234_567)),
            ("0".into(), "999".into(), "1,000".into(), "1,234,567".into())
        );
        assert_eq!(bytes(41_234_000), "41.2 MB");
    }
}
