//! Secrets that have to be known again, encrypted while they lie on the disk.

use std::fmt;

use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};
use zeroize::Zeroizing;

use crate::Secret;
use crate::secret::{Digest, from_hex};

/// The key that secrets are sealed with: 256 random bits, in a file beside the state that only its owner may read. A copy of the state
/// alone gives no secret away.
#[derive(Clone)]
pub struct SealKey {
    key: Zeroizing<[u8; 32]>,
    mark: [u8; 4],
}

/// What the file holds: this, a space, and 64 hexadecimal digits.
const FILE_HEADING: &str = "watchfire-seal-1";

impl SealKey {
    /// Of random bytes.
    pub fn new(random: [u8; 32]) -> SealKey {
        let key = Zeroizing::new(random);
        let marked = Digest::of([b"watchfire seal mark".as_slice(), key.as_slice()].concat());
        let mark = [marked.0[0], marked.0[1], marked.0[2], marked.0[3]];
        SealKey { key, mark }
    }

    /// Reads the text of a key file.
    ///
    /// # Errors
    /// [`SealError::NoKey`].
    pub fn parse(text: &str) -> Result<SealKey, SealError> {
        let digits = text.trim().strip_prefix(FILE_HEADING).and_then(|rest| rest.strip_prefix(' '));
        digits.and_then(from_hex).map(SealKey::new).ok_or(SealError::NoKey)
    }

    /// The text of its file.
    pub fn to_file(&self) -> Secret {
        let digits: String = self.key.iter().map(|byte| format!("{byte:02x}")).collect();
        Secret::new(format!("{FILE_HEADING} {digits}\n"))
    }

    /// Seals a secret under a name: XChaCha20-Poly1305, whose nonces are long enough to be drawn at random. What is sealed under one name
    /// does not open under another.
    pub fn seal(&self, secret: &Secret, name: &str, nonce: [u8; 24]) -> Sealed {
        let payload = Payload { msg: secret.reveal().as_bytes(), aad: name.as_bytes() };
        let cipher = XChaCha20Poly1305::new((&*self.key).into());
        let text = cipher.encrypt(&XNonce::from(nonce), payload).expect("a secret is shorter than the cipher's 256 GiB");
        Sealed([&[VERSION], self.mark.as_slice(), &nonce, &text].concat())
    }

    /// Opens what was sealed under a name.
    ///
    /// # Errors
    /// [`SealError::OtherKey`], [`SealError::Broken`].
    pub fn open(&self, sealed: &Sealed, name: &str) -> Result<Secret, SealError> {
        let (head, text) = sealed.0.split_at_checked(HEAD_BYTES).ok_or(SealError::Broken)?;
        if head[0] != VERSION {
            return Err(SealError::Broken);
        }
        if head[1..5] != self.mark {
            return Err(SealError::OtherKey);
        }
        let nonce: [u8; 24] = head[5..].try_into().expect("the head is a version, a mark and a nonce");
        let cipher = XChaCha20Poly1305::new((&*self.key).into());
        let opened = cipher.decrypt(&XNonce::from(nonce), Payload { msg: text, aad: name.as_bytes() });
        let opened = Zeroizing::new(opened.map_err(|_| SealError::Broken)?);
        std::str::from_utf8(&opened).map(Secret::new).map_err(|_| SealError::Broken)
    }
}

/// The form of what is sealed: a byte for the version, four that tell the key, the nonce, the text with its tag.
const VERSION: u8 = 1;
const HEAD_BYTES: usize = 1 + 4 + 24;

impl fmt::Debug for SealKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("SealKey(…)")
    }
}

/// A sealed secret.
#[derive(Clone, PartialEq, Eq)]
pub struct Sealed(Vec<u8>);

impl Sealed {
    /// Takes the bytes that were kept; [`SealKey::open`] judges them.
    pub fn new(bytes: Vec<u8>) -> Sealed {
        Sealed(bytes)
    }

    /// The bytes to keep.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Sealed {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Sealed(…)")
    }
}

/// Why a seal does not open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// The text is no key file's.
    #[error("this is no key file of watchfire: it holds \"{FILE_HEADING}\" and 64 hexadecimal digits")]
    NoKey,
    /// It was sealed with another key.
    #[error("the secret was sealed with another key file than this one")]
    OtherKey,
    /// It is damaged, or of another name.
    #[error("the sealed secret is damaged")]
    Broken,
}

impl SealError {
    /// What a person can try.
    pub fn hint(&self) -> &'static str {
        match self {
            SealError::NoKey | SealError::OtherKey => "put back the key file that belongs to this state, or issue new access keys",
            SealError::Broken => "issue a new access key and remove this one",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seals_open_with_their_key_and_name_alone() {
        let (key, other) = (SealKey::new([1; 32]), SealKey::new([2; 32]));
        let sealed = key.seal(&Secret::new("wJalr"), "AKWFA", [7; 24]);
        assert_eq!(key.open(&sealed, "AKWFA").map(|secret| secret.reveal().to_owned()), Ok("wJalr".to_owned()));
        assert_eq!(key.open(&sealed, "AKWFB"), Err(SealError::Broken));
        assert_eq!(other.open(&sealed, "AKWFA"), Err(SealError::OtherKey));
        for at in 0..sealed.0.len() {
            let mut bytes = sealed.0.clone();
            bytes[at] ^= 1;
            assert!(key.open(&Sealed::new(bytes), "AKWFA").is_err(), "byte {at}");
            assert!(key.open(&Sealed::new(sealed.0[..at].to_vec()), "AKWFA").is_err(), "the first {at} bytes");
        }
    }

    #[test]
    fn key_files_lead_back() {
        let key = SealKey::new([0xab; 32]);
        let file = key.to_file();
        let read = SealKey::parse(file.reveal()).expect("our own");
        let sealed = key.seal(&Secret::new("s"), "n", [0; 24]);
        assert!(read.open(&sealed, "n").is_ok());
        for no in ["", "watchfire-seal-1", "watchfire-seal-1 ab", &file.reveal().replace('1', "2"), &file.reveal().to_uppercase()] {
            assert_eq!(SealKey::parse(no).err(), Some(SealError::NoKey), "{no:?}");
        }
        assert!(!format!("{key:?} {sealed:?} {file:?}").contains("ab"));
    }
}
