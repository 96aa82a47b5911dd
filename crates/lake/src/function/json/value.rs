//! What a JSON value says, as text.

use std::borrow::Cow;

/// The text of a string, number or truth value; none for null, objects and arrays.
pub(in crate::function) fn scalar_text(value: &str) -> Option<Cow<'_, str>> {
    match value.as_bytes().first()? {
        b'{' | b'[' | b'n' => None,
        b'"' => Some(unescape(value.get(1..value.len().checked_sub(1)?)?)),
        _ => Some(Cow::Borrowed(value)),
    }
}

/// As `scalar_text`, and objects and arrays as compact JSON.
pub(in crate::function) fn any_text(value: &str) -> Option<Cow<'_, str>> {
    if value.starts_with(['{', '[']) { Some(compact(value)) } else { scalar_text(value) }
}

/// A value without white space between its parts.
pub(in crate::function) fn compact(value: &str) -> Cow<'_, str> {
    if !value.starts_with(['{', '[']) || !value.contains([' ', '\t', '\n', '\r']) {
        return Cow::Borrowed(value);
    }
    let (mut inside, mut escaped) = (false, false);
    let kept = value.chars().filter(|&letter| {
        if inside {
            inside = escaped || letter != '"';
            escaped = !escaped && letter == '\\';
            return true;
        }
        inside = letter == '"';
        !matches!(letter, ' ' | '\t' | '\n' | '\r')
    });
    Cow::Owned(kept.collect())
}

/// What a string between its quotes says. Halves of a surrogate pair that stand alone become U+FFFD.
pub(in crate::function) fn unescape(raw: &str) -> Cow<'_, str> {
    if !raw.contains('\\') {
        return Cow::Borrowed(raw);
    }
    let mut said = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some((plain, escape)) = rest.split_once('\\') {
        said.push_str(plain);
        let letter = escape.chars().next();
        rest = escape.get(letter.map_or(0, char::len_utf8)..).unwrap_or_default();
        match letter {
            Some('b') => said.push('\u{8}'),
            Some('f') => said.push('\u{c}'),
            Some('n') => said.push('\n'),
            Some('r') => said.push('\r'),
            Some('t') => said.push('\t'),
            Some('u') => {
                let (letter, after) = unicode(rest);
                said.push(letter);
                rest = after;
            }
            Some(other) => said.push(other),
            None => {}
        }
    }
    said.push_str(rest);
    Cow::Owned(said)
}

/// The letter of `XXXX` or of `XXXX\uXXXX`.
fn unicode(rest: &str) -> (char, &str) {
    let unit = |text: &str| text.get(..4).and_then(|digits| u32::from_str_radix(digits, 16).ok());
    let after = rest.get(4..).unwrap_or_default();
    let Some(first) = unit(rest) else { return (char::REPLACEMENT_CHARACTER, after) };
    if (0xd800..0xdc00).contains(&first)
        && let Some(second) = after.strip_prefix("\\u").and_then(unit)
        && (0xdc00..0xe000).contains(&second)
    {
        let letter = char::from_u32(0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00));
        return (letter.unwrap_or(char::REPLACEMENT_CHARACTER), after.get(6..).unwrap_or_default());
    }
    (char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER), after)
}
