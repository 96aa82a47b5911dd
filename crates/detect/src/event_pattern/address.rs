//! Addresses and networks as texts.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The address that a text is: four decimal numbers, or hexadecimal digits and colons. Nothing else that some parser takes.
pub(crate) fn literal(text: &str) -> Option<IpAddr> {
    const LITERAL_BYTES_MAX: usize = 39;
    if text.len() > LITERAL_BYTES_MAX || !text.bytes().all(|byte| byte.is_ascii_hexdigit() || matches!(byte, b'.' | b':')) {
        return None;
    }
    if text.contains(':') {
        return text.parse::<Ipv6Addr>().ok().filter(|_| !text.contains('.')).map(IpAddr::V6);
    }
    text.parse::<Ipv4Addr>().ok().map(IpAddr::V4)
}

/// Reads `address/bits`: bits beyond the mask do not count. The error is EventBridge's reason.
pub(super) fn network(text: &str) -> Result<(IpAddr, u8), String> {
    let mut parts = text.split('/');
    let (Some(address), Some(bits), None) = (parts.next(), parts.next(), parts.next()) else {
        return Err("Malformed CIDR, one '/' required".into());
    };
    let bits: i32 = bits.parse().map_err(|_| "Malformed CIDR, mask bits must be an integer".to_owned())?;
    let bits = u8::try_from(bits.min(i32::from(u8::MAX))).map_err(|_| "Malformed CIDR, mask bits must not be negative".to_owned())?;
    match literal(address) {
        Some(IpAddr::V4(_)) if bits >= 32 => Err("IPv4 mask bits must be < 32".into()),
        Some(IpAddr::V6(_)) if bits >= 128 => Err("IPv6 mask bits must be < 128".into()),
        Some(address) => Ok((address, bits)),
        None if address.split('.').count() == 4 && address.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') => {
            Err(format!("Invalid IP address: {address}"))
        }
        None => Err(format!("Nonstandard IP address: {address}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_literals_are_addresses() {
        for text in ["10.0.0.1", "::1", "2001:DB8::1", "::", "0:0:0:0:0:0:0:1"] {
            assert!(literal(text).is_some(), "{text}");
        }
        for text in [
            "10.0.0",
            "010.0.0.1",
            "1.2.3.4.5",
            "256.0.0.1",
            ":",
            "1:2",
            "::ffff:10.0.0.1",
            "fe80::1%eth0",
            "",
            " ::1",
            "cafe",
            "1.2.3.4/8",
        ] {
            assert!(literal(text).is_none(), "{text}");
        }
    }

    #[test]
    fn networks_are_refused_as_the_service_refuses_them() {
        assert!(network("10.1.2.3/8").is_ok() && network("::/0").is_ok() && network("2001:db8::/127").is_ok());
        for (text, reason) in [
            ("10.0.0.1", "Malformed CIDR, one '/' required"),
            ("10.0.0.0/8/9", "Malformed CIDR, one '/' required"),
            ("10.0.0.0/", "Malformed CIDR, mask bits must be an integer"),
            ("10.0.0.0/32", "IPv4 mask bits must be < 32"),
            ("10.0.0.0/999999", "IPv4 mask bits must be < 32"),
            ("10.0.0.0/-1", "Malformed CIDR, mask bits must not be negative"),
            ("::1/128", "IPv6 mask bits must be < 128"),
            ("300.0.0.0/8", "Invalid IP address: 300.0.0.0"),
            ("host/8", "Nonstandard IP address: host"),
        ] {
            assert_eq!(network(text), Err(reason.to_owned()), "{text}");
        }
    }
}
