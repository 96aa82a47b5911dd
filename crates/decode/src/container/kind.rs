//! What an object is, by its first bytes.

/// Bytes that tell: a tar header is one block, and its magic stands at 257.
pub(super) const HEAD_BYTES: usize = 512;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Gzip,
    Zstd,
    Zip,
    Tar,
    /// Anything else: if it is no text, the text reader says so.
    Text,
}

impl Kind {
    pub fn of(head: &[u8]) -> Kind {
        match head {
            [0x1f, 0x8b, 8, ..] => Kind::Gzip,
            // A frame, or a frame to skip before one.
            [0x28, 0xb5, 0x2f, 0xfd, ..] | [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => Kind::Zstd,
            // A member, an empty archive, a part of a split one.
            [b'P', b'K', 3, 4, ..] | [b'P', b'K', 5, 6, ..] | [b'P', b'K', 7, 8, ..] => Kind::Zip,
            _ if head.get(257..262) == Some(b"ustar") => Kind::Tar,
            _ => Kind::Text,
        }
    }
}
