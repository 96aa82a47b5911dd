//! Percent-encoding as signatures have it: every byte but `A-Z a-z 0-9 - . _ ~` as `%` and two capital digits.

/// Encodes bytes; a slash stays where `keep_slash`.
pub(super) fn encode(bytes: &[u8], keep_slash: bool, to: &mut Vec<u8>) {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    for byte in bytes {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => to.push(*byte),
            b'/' if keep_slash => to.push(b'/'),
            _ => to.extend([b'%', DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]]),
        }
    }
}

/// Decodes a part of a query as forms have it: `+` is a space. A `%` that is not followed by two digits is itself.
pub(super) fn decode(text: &str) -> Vec<u8> {
    let bytes = text.as_bytes();
    let (mut at, mut decoded) = (0, Vec::with_capacity(bytes.len()));
    while let Some(byte) = bytes.get(at) {
        let pair = bytes.get(at + 1).zip(bytes.get(at + 2)).and_then(|(high, low)| Some(digit(*high)? << 4 | digit(*low)?));
        match (byte, pair) {
            (b'%', Some(value)) => {
                decoded.push(value);
                at += 3;
                continue;
            }
            (b'+', _) => decoded.push(b' '),
            _ => decoded.push(*byte),
        }
        at += 1;
    }
    decoded
}

fn digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ways() {
        let encoded = |bytes: &[u8], keep_slash| {
            let mut text = Vec::new();
            encode(bytes, keep_slash, &mut text);
            String::from_utf8(text).expect("ASCII")
        };
        assert_eq!(encoded("a b/é%~".as_bytes(), false), "a%20b%2F%C3%A9%25~");
        assert_eq!(encoded(b"/a%20b", true), "/a%2520b");
        assert_eq!(decode("a+b%2f%C3%A9%zz%4"), "a b/é%zz%4".as_bytes());
        let all: Vec<u8> = (0..=255).collect();
        assert_eq!(decode(&encoded(&all, false)), all);
    }
}
