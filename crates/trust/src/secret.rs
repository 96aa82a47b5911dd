//! Texts that only their owner may see, and how they are spelled.

use std::fmt;

use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

/// A text that only its owner may see: printed as dots, wiped when it is dropped, compared in constant time.
#[derive(Clone)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Keeps a text.
    pub fn new(text: impl Into<String>) -> Secret {
        Secret(Zeroizing::new(text.into()))
    }

    /// The text. Whoever asks shows it to its owner, or computes with it.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Secret(…)")
    }
}

impl PartialEq for Secret {
    fn eq(&self, other: &Secret) -> bool {
        is_same(self.0.as_bytes(), other.0.as_bytes())
    }
}

impl Eq for Secret {}

/// Whether two texts are the same, in a time that depends on their lengths alone.
pub(crate) fn is_same(one: &[u8], other: &[u8]) -> bool {
    one.ct_eq(other).into()
}

/// A SHA-256. What is kept of a secret of 256 random bits, and what links the audit log.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest(pub [u8; 32]);

impl Digest {
    /// Of some bytes.
    pub fn of(bytes: impl AsRef<[u8]>) -> Digest {
        Digest(Sha256::digest(bytes).into())
    }

    /// The first half: enough to tell apart what nobody can choose freely.
    pub(crate) fn half(self) -> u128 {
        u128::from_be_bytes(std::array::from_fn(|at| self.0[at]))
    }

    /// Reads the 64 digits that [`Display`](fmt::Display) writes.
    pub fn parse(text: &str) -> Option<Digest> {
        from_hex(text).map(Digest)
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(formatter, "{byte:02x}"))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Digest({self})")
    }
}

/// Bytes of twice as many hexadecimal digits, lower case.
pub(crate) fn from_hex<const N: usize>(text: &str) -> Option<[u8; N]> {
    let digit = |byte: u8| match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    };
    let text = text.as_bytes();
    let mut bytes = [0; N];
    if text.len() != 2 * N {
        return None;
    }
    for (byte, pair) in bytes.iter_mut().zip(text.chunks_exact(2)) {
        *byte = digit(pair[0])? << 4 | digit(pair[1])?;
    }
    Some(bytes)
}

/// Letters and digits that do not depend on case.
pub(crate) const BASE32_LOWER: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";
/// The same in capitals, as AWS writes the ids of access keys.
pub(crate) const BASE32_UPPER: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
/// The alphabet of AWS's secret keys.
pub(crate) const BASE64: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Spells bytes with letters of an alphabet whose size is a power of two, the highest bits first, without padding.
pub(crate) fn spell(bytes: &[u8], alphabet: &[u8]) -> String {
    let bits = alphabet.len().trailing_zeros();
    let (mut held, mut count, mut text) = (0u32, 0, String::new());
    for byte in bytes {
        held = held << 8 | u32::from(*byte);
        count += 8;
        while count >= bits {
            count -= bits;
            text.push(char::from(alphabet[(held >> count) as usize & (alphabet.len() - 1)]));
        }
        held &= (1 << count) - 1;
    }
    if count > 0 {
        text.push(char::from(alphabet[(held << (bits - count)) as usize & (alphabet.len() - 1)]));
    }
    text
}

/// Reads base64 of RFC 4648 with its padding, as HTTP's Basic authentication has it.
pub(crate) fn from_base64(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    let body = text.trim_end_matches('=');
    let (mut held, mut count, mut bytes) = (0u32, 0, Zeroizing::new(Vec::with_capacity(text.len())));
    for letter in body.bytes() {
        held = held << 6 | u32::try_from(BASE64.iter().position(|other| *other == letter)?).ok()?;
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((held >> count) as u8);
            held &= (1 << count) - 1;
        }
    }
    (text.len() - body.len() < 3 && count < 6 && held == 0).then_some(bytes)
}

/// A secret of 256 random bits that its holder presents: a prefix, 52 letters and digits, and 7 more that are the CRC-32 of what stands
/// before them. The checksum lets secret scanners tell it from other text, and catches a slip of the hand before anything is looked up.
pub(crate) fn bearer(prefix: &str, random: [u8; 32]) -> Secret {
    let mut text = format!("{prefix}{}", spell(&random, BASE32_LOWER));
    text.push_str(&checksum(&text));
    Secret::new(text)
}

/// Whether a text has the form of such a secret, and its checksum is right.
pub(crate) fn is_bearer(prefix: &str, text: &str) -> bool {
    let Some(rest) = text.strip_prefix(prefix) else { return false };
    let is_spelled = rest.len() == BEARER_LETTERS + CHECKSUM_LETTERS && rest.bytes().all(|byte| BASE32_LOWER.contains(&byte));
    is_spelled && {
        let (body, sum) = text.split_at(text.len() - CHECKSUM_LETTERS);
        checksum(body) == sum
    }
}

const BEARER_LETTERS: usize = 52;
const CHECKSUM_LETTERS: usize = 7;

fn checksum(text: &str) -> String {
    spell(&crc32(text.as_bytes()).to_be_bytes(), BASE32_LOWER)
}

/// The CRC-32 of IEEE 802.3, as zip and PNG have it.
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0, |sum: u32, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| if sum & 1 == 1 { sum >> 1 ^ 0xedb8_8320 } else { sum >> 1 })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spelling_is_that_of_the_standards() {
        assert_eq!(spell(b"foobar", BASE32_UPPER), "MZXW6YTBOI", "RFC 4648, section 10");
        assert_eq!(spell(b"fooba", BASE64), "Zm9vYmE");
        for text in ["", "f", "fo", "foo", "foob", "fooba", "foobar"] {
            assert_eq!(from_base64(&spell(text.as_bytes(), BASE64)).as_deref(), Some(&text.as_bytes().to_vec()));
        }
        assert_eq!(from_base64("Zm9vYg==").as_deref(), Some(&b"foob".to_vec()));
        assert!(["Zm9vYh==", "Z", "Zm9v====", "Zm9\n", "Zm=v"].iter().all(|text| from_base64(text).is_none()));
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926, "the check value of the catalogue of CRCs");
        assert_eq!(Digest::of("abc").to_string(), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", "FIPS 180-4");
    }

    #[test]
    fn every_slip_of_the_hand_is_noticed() {
        let secret = bearer("wf_", [0xa7; 32]);
        let text = secret.reveal();
        assert!(is_bearer("wf_", text) && !is_bearer("wfs_", text));
        for at in 0..text.len() {
            for letter in ["a", "7", "_", "é"] {
                let slipped = format!("{}{letter}{}", &text[..at], &text[at + 1..]);
                assert!(slipped == text || !is_bearer("wf_", &slipped), "{slipped}");
            }
            assert!(!is_bearer("wf_", &text[..at]));
        }
    }

    #[test]
    fn hex_leads_back() {
        let digest = Digest::of("x");
        assert_eq!(Digest::parse(&digest.to_string()), Some(digest));
        assert_eq!(Digest::parse(&digest.to_string().to_uppercase()), None);
        assert_eq!(Digest::parse("é"), None);
    }

    #[test]
    fn debug_shows_no_secret() {
        assert_eq!(format!("{:?}", Secret::new("hunter2")), "Secret(…)");
        assert!(Secret::new("a") == Secret::new("a") && Secret::new("a") != Secret::new("b"));
    }
}
