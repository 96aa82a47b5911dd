//! Sigma's value transformations. Source: the Sigma modifiers appendix of specification 2.1.

/// How a text becomes UTF-16.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Utf16 {
    /// Little endian (`wide`, `utf16le`).
    Little,
    /// Big endian (`utf16be`).
    Big,
    /// Little endian after a byte order mark (`utf16`).
    Marked,
}

/// The bytes of a text in UTF-16.
pub(crate) fn utf16(text: &str, form: Utf16) -> Vec<u8> {
    let units = text.encode_utf16();
    match form {
        Utf16::Little => units.flat_map(u16::to_le_bytes).collect(),
        Utf16::Big => units.flat_map(u16::to_be_bytes).collect(),
        Utf16::Marked => [0xFF, 0xFE].into_iter().chain(units.flat_map(u16::to_le_bytes)).collect(),
    }
}

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Base64 with padding.
pub(crate) fn base64(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let group =
            u32::from(chunk[0]) << 16 | u32::from(chunk.get(1).copied().unwrap_or(0)) << 8 | u32::from(chunk.get(2).copied().unwrap_or(0));
        for at in 0..4 {
            let digit = ALPHABET[(group >> (18 - 6 * at) & 63) as usize];
            text.push(if at <= chunk.len() { char::from(digit) } else { '=' });
        }
    }
    text
}

/// The three texts that the bytes may appear as inside a longer base64 text: digits that also depend on neighbours are cut off.
pub(crate) fn base64_offsets(bytes: &[u8]) -> Vec<String> {
    (0..3usize)
        .map(|shift| {
            let shifted: Vec<u8> = std::iter::repeat_n(b' ', shift).chain(bytes.iter().copied()).collect();
            let encoded = base64(&shifted);
            let from = [0, 2, 3][shift];
            let cut = [0, 3, 2][shifted.len() % 3];
            encoded.get(from..encoded.len() - cut).unwrap_or_default().to_owned()
        })
        .collect()
}

/// The characters that command lines accept in place of a dash.
const DASHES: [char; 5] = ['-', '/', '–', '—', '―'];

/// More switches than this in one value would multiply into too many variants. The first ones are then varied each by itself with the
/// rest as written, and all together, as people write them: one kind of dash throughout.
const SWITCHES_MAX: usize = 4;

/// Every spelling of a command line switch: a dash or slash that begins a word may be any of the dashes.
pub(crate) fn windash(text: &str) -> Vec<String> {
    let chars: Vec<char> = text.chars().collect();
    let word = |c: Option<&char>| c.is_some_and(|c| c.is_alphanumeric() || *c == '_');
    let switches: Vec<usize> = (0..chars.len())
        .filter(|&at| matches!(chars[at], '-' | '/') && !word(at.checked_sub(1).and_then(|at| chars.get(at))) && word(chars.get(at + 1)))
        .collect();
    let uniform = DASHES.map(|dash| {
        let mut variant = chars.clone();
        switches.iter().for_each(|&at| variant[at] = dash);
        variant
    });
    let mut variants = vec![chars];
    for &at in switches.iter().take(SWITCHES_MAX) {
        variants = variants
            .into_iter()
            .flat_map(|variant| {
                DASHES.map(|dash| {
                    let mut variant = variant.clone();
                    variant[at] = dash;
                    variant
                })
            })
            .collect();
    }
    if switches.len() > SWITCHES_MAX {
        let unseen: Vec<_> = uniform.into_iter().filter(|variant| !variants.contains(variant)).collect();
        variants.extend(unseen);
    }
    variants.into_iter().map(|variant| variant.into_iter().collect()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_follows_rfc_4648() {
        for (plain, encoded) in [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("foobar", "Zm9vYmFy")] {
            assert_eq!(base64(plain.as_bytes()), encoded);
        }
    }

    #[test]
    fn offsets_are_found_inside_longer_texts() {
        for before in ["", "x", "xy", "xyz"] {
            for after in ["", "z", "zz", "zzz"] {
                let encoded = base64(format!("{before}http://evil{after}").as_bytes());
                let found = base64_offsets(b"http://evil").iter().any(|offset| encoded.contains(offset.as_str()));
                assert!(found, "{before:?} {after:?}");
            }
        }
    }

    #[test]
    fn every_dash_of_a_switch_is_tried() {
        assert_eq!(windash("a -x").len(), 5);
        assert_eq!(windash("a-x"), ["a-x"]);
        assert!(windash("/c -e").contains(&"-c –e".to_owned()));
    }

    #[test]
    fn many_switches_are_varied_together() {
        let written = "x -a -b /c -d -e -f -g";
        let variants = windash(written);
        for dash in DASHES {
            let uniform = written.replace(['-', '/'], &dash.to_string());
            assert!(variants.contains(&uniform), "{uniform}");
        }
        assert!(variants.contains(&written.to_owned()));
        assert!(variants.contains(&"x /a -b /c -d -e -f -g".to_owned()));
        let once: std::collections::BTreeSet<_> = variants.iter().collect();
        assert_eq!(once.len(), variants.len());
    }
}
