//! Random bits, from the system.

/// Random bytes.
pub(crate) fn bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the system has random bytes; without them nothing here is safe");
    bytes
}

/// Any of all numbers, each as likely.
pub(crate) fn number() -> u64 {
    u64::from_ne_bytes(bytes())
}

/// A random UUID in its usual spelling.
pub(crate) fn uuid() -> String {
    let (high, low) = (number(), number());
    let (high, low) = ((high & !0xf000) | 0x4000, (low & !(0b11 << 62)) | (0b10 << 62));
    format!("{:08x}-{:04x}-{:04x}-{:04x}-{:012x}", high >> 32, (high >> 16) & 0xffff, high & 0xffff, low >> 48, low & 0xffff_ffff_ffff)
}
