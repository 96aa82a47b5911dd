//! JSON whose escapes name half a character. Services cut long texts in the middle of a surrogate pair (`"\ud83d"` without its
//! other half); JSON's grammar allows that, Unicode does not, and a strict parser refuses the whole value. One cut emoji must not
//! hide a request from every rule.

/// The text with each lone half replaced by U+FFFD; nothing when it has none.
pub(crate) fn mended(text: &str) -> Option<String> {
    let mut mended = String::new();
    let (mut copied, mut at) = (0, 0);
    while let Some(found) = memchr::memchr(b'\\', text.as_bytes().get(at..)?) {
        at += found;
        let Some(unit) = unit(text, at) else {
            at += 2;
            continue;
        };
        let is_pair = matches!(unit, 0xD800..=0xDBFF) && matches!(self::unit(text, at + 6), Some(0xDC00..=0xDFFF));
        if is_pair {
            at += 12;
            continue;
        }
        if matches!(unit, 0xD800..=0xDFFF) {
            mended.push_str(text.get(copied..at)?);
            mended.push_str("\\ufffd");
            copied = at + 6;
        }
        at += 6;
    }
    if copied == 0 {
        return None;
    }
    mended.push_str(text.get(copied..)?);
    Some(mended)
}

/// The UTF-16 unit that an escape at this byte names.
fn unit(text: &str, at: usize) -> Option<u16> {
    let digits = text.get(at..at + 6)?.strip_prefix("\\u")?;
    u16::from_str_radix(digits, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_lone_halves_are_replaced() {
        for whole in [r#""plain""#, r#""\ud83d\ude00""#, r#""\\ud83d""#, r#""a\n\"é""#, "", r"\", r"\u12"] {
            assert_eq!(mended(whole), None, "{whole}");
        }
        assert_eq!(mended(r#""a\ud83d""#).as_deref(), Some(r#""a\ufffd""#));
        assert_eq!(mended(r#""\ude00\ud83d\ud83d\ude00""#).as_deref(), Some(r#""\ufffd\ufffd\ud83d\ude00""#));
        assert_eq!(mended(r#""\\\ud83dx""#).as_deref(), Some(r#""\\\ufffdx""#));
    }
}
