//! What an object is, by its first bytes.

use watchfire_model::RejectReason;

/// Bytes that tell: a tar header is one block, and its magic stands at 257.
pub(super) const HEAD_BYTES: usize = 512;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Gzip,
    Zstd,
    Zip,
    Tar,
    /// Known, and not read.
    Foreign(Foreign),
    /// Anything else: if it is no text, the text reader says so.
    Text,
}

/// A format that is not read, and what helps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Foreign {
    pub reason: RejectReason,
    pub detail: &'static str,
}

const fn foreign(reason: RejectReason, detail: &'static str) -> Kind {
    Kind::Foreign(Foreign { reason, detail })
}

impl Kind {
    pub fn of(head: &[u8]) -> Kind {
        match head {
            [0x1f, 0x8b, 8, ..] => Kind::Gzip,
            // A frame, or a frame to skip before one.
            [0x28, 0xb5, 0x2f, 0xfd, ..] | [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => Kind::Zstd,
            // A member, an empty archive, a part of a split one.
            [b'P', b'K', 3, 4, ..] | [b'P', b'K', 5, 6, ..] | [b'P', b'K', 7, 8, ..] => Kind::Zip,
            // The mark of 32-bit text begins like that of 16-bit text.
            [0xff, 0xfe, 0, 0, ..] | [0, 0, 0xfe, 0xff, ..] => foreign(RejectReason::NotUtf8, "UTF-32 text: convert to UTF-8"),
            [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => foreign(RejectReason::NotUtf8, "UTF-16 text: convert to UTF-8"),
            [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => foreign(RejectReason::BrokenCompression, "xz compression: decompress it first"),
            // Behind the size of its blocks: the mark of a block, or of the end.
            [b'B', b'Z', b'h', b'1'..=b'9', 0x31, 0x41, 0x59, 0x26, ..] | [b'B', b'Z', b'h', b'1'..=b'9', 0x17, 0x72, 0x45, 0x38, ..] => {
                foreign(RejectReason::BrokenCompression, "bzip2 compression: decompress it first")
            }
            [b'7', b'z', 0xbc, 0xaf, 0x27, 0x1c, ..] => foreign(RejectReason::BrokenArchive, "7z archive: unpack it first"),
            _ if head.get(257..262) == Some(b"ustar") => Kind::Tar,
            _ => Kind::Text,
        }
    }
}
