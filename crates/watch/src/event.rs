//! A record's text as a tree, for sentences and evidence.

use serde_json::Value;

/// The record; null when it is no JSON. Half of a surrogate pair, which JSON can write and no text can hold, becomes U+FFFD: nobody
/// makes a finding speechless with it.
pub(crate) fn parsed(text: &str) -> Value {
    serde_json::from_str(text).or_else(|_| serde_json::from_str(&mended(text))).unwrap_or_default()
}

/// The text with U+FFFD in place of lone surrogates.
fn mended(text: &str) -> String {
    let mut mended = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, escape)) = rest.find('\\').and_then(|at| rest.split_at_checked(at)) {
        mended.push_str(before);
        let is_pair = || matches!(escape.get(6..).and_then(unit), Some(0xdc00..=0xdfff));
        let length = match unit(escape) {
            Some(0xd800..=0xdbff) if is_pair() => 12,
            Some(0xd800..=0xdfff) => {
                mended.push('\u{fffd}');
                rest = &escape[6..];
                continue;
            }
            Some(_) => 6,
            None => escape.chars().take(2).map(char::len_utf8).sum(),
        };
        mended.push_str(&escape[..length]);
        rest = &escape[length..];
    }
    mended + rest
}

/// The unit of UTF-16 that an escape stands for, when the text begins with one.
fn unit(text: &str) -> Option<u16> {
    let digits = text.strip_prefix("\\u")?.get(..4)?;
    digits.bytes().all(|byte| byte.is_ascii_hexdigit()).then(|| u16::from_str_radix(digits, 16).ok())?
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn halves_of_pairs_do_not_hide_the_rest() {
        let text = r#"{"a":"x\ud800y","b":"\udc00\ud83e\udd80\\ud800","c":"\ud800\ud800\u0041","d":"\"\ud8"}"#;
        assert_eq!(parsed(text), json!(null), "an escape that is cut is no JSON");
        let text = r#"{"a":"x\ud800y","b":"\udc00\ud83e\udd80\\ud800","c":"\ud800\ud800\u0041","d":"\"ä"}"#;
        let expected = json!({"a": "x\u{fffd}y", "b": "\u{fffd}🦀\\ud800", "c": "\u{fffd}\u{fffd}A", "d": "\"ä"});
        assert_eq!(parsed(text), expected);
        assert_eq!(mended("\\"), "\\");
        assert_eq!(mended("\\ä\\u"), "\\ä\\u");
    }
}
