//! Why a scan ended before the value did.

/// The place and the reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stop {
    /// Byte offset in the scanned text.
    pub at: usize,
    /// What was met there.
    pub why: Why,
}

/// What ended the scan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Why {
    /// The text is no JSON; what was expected instead.
    Broken(&'static str),
    /// The text ends inside the value: more of it may follow.
    Incomplete,
    /// The value nests deeper than the limit.
    TooDeep,
    /// Not a fault: the object is a wrapper, and its array of elements begins here.
    Wrapper,
}

impl Stop {
    /// The text at `at` cannot stand there, unless it is only the end of what has been read so far.
    #[cold]
    #[inline(never)]
    pub fn unexpected(text: &[u8], at: usize, wanted: &'static str) -> Stop {
        let why = match text.get(at) {
            None => Why::Incomplete,
            Some(byte) if *byte < 0x20 => Why::Broken("a control character stands where it may not"),
            Some(b'\\') => Why::Broken("a wrong escape"),
            Some(_) => Why::Broken(wanted),
        };
        Stop { at, why }
    }

    /// One bracket too many inside each other.
    #[cold]
    #[inline(never)]
    pub fn too_deep(at: usize) -> Stop {
        Stop { at, why: Why::TooDeep }
    }
}
