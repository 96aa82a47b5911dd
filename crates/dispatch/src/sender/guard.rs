//! Which addresses may be reached.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::Trust;
use crate::Error;

/// Decides which addresses requests may reach. Whoever may make an API destination could otherwise have this machine ask for what only
/// this machine may see: the keys of its role, services behind its firewall.
///
/// The internet may be reached. The machine itself, private and shared networks, and networks for documentation and tests may not by
/// URLs that came through the API; by URLs of the configuration they may. Link-local addresses, among them those at which clouds hand
/// out keys, and multicast may not by anybody. What is allowed by name is an exception: a network or a host for what is private, an
/// address by itself for everything.
#[derive(Debug, Clone, Default)]
pub struct Guard {
    allowed: Vec<Allowed>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Allowed {
    /// The first so many bits of an address.
    Net(IpAddr, u8),
    Host(String),
}

/// Why an address is not reached.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{host} is {kind}, and is not reached unless the configuration allows it")]
pub struct Refusal {
    /// What was asked for.
    pub host: String,
    /// What kind of address it has.
    pub kind: &'static str,
}

/// What kind of place an address is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Public,
    /// Reachable for those who are trusted.
    Private(&'static str),
    /// Reachable for nobody.
    Special(&'static str),
}

impl Guard {
    /// A guard with exceptions: `10.0.0.0/8`, `127.0.0.1`, `fd00:ec2::254`, `siem.internal`.
    ///
    /// # Errors
    /// One of them is none of these.
    pub fn new<S: AsRef<str>>(allowed: &[S]) -> Result<Guard, Error> {
        let allowed = allowed.iter().map(|text| Allowed::parse(text.as_ref())).collect::<Result<_, _>>()?;
        Ok(Guard { allowed })
    }

    /// Whether an address may be reached, which a host has, or which is the host.
    ///
    /// # Errors
    /// It may not.
    pub fn check(&self, host: &str, address: IpAddr, trust: Trust) -> Result<(), Refusal> {
        let address = plain(address);
        let refused = |kind| Err(Refusal { host: host.to_owned(), kind });
        match kind_of(address) {
            Kind::Public => Ok(()),
            Kind::Private(_) if trust == Trust::Configured => Ok(()),
            Kind::Private(_) if self.allowed.iter().any(|allowed| allowed.has(host, address)) => Ok(()),
            Kind::Special(_) if self.allowed.iter().any(|allowed| allowed.is(address)) => Ok(()),
            Kind::Private(kind) | Kind::Special(kind) => refused(kind),
        }
    }
}

impl Allowed {
    fn parse(text: &str) -> Result<Allowed, Error> {
        let wrong = || Error::Settings {
            what: format!("{text:?} is no network, address or host that could be allowed"),
            hint: "write 10.0.0.0/8, 10.1.2.3 or siem.internal",
        };
        if let Some((address, bits)) = text.split_once('/') {
            let address: IpAddr = address.parse().map_err(|_| wrong())?;
            let bits: u8 = bits.parse().map_err(|_| wrong())?;
            return if bits <= width(address) { Ok(Allowed::Net(address, bits)) } else { Err(wrong()) };
        }
        if let Ok(address) = text.parse::<IpAddr>() {
            let address = plain(address);
            return Ok(Allowed::Net(address, width(address)));
        }
        let is_host = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte));
        if is_host { Ok(Allowed::Host(text.to_ascii_lowercase())) } else { Err(wrong()) }
    }

    fn has(&self, host: &str, address: IpAddr) -> bool {
        match self {
            Allowed::Net(net, bits) => begins_alike(*net, address, *bits),
            Allowed::Host(name) => host.trim_end_matches('.').eq_ignore_ascii_case(name),
        }
    }

    /// Whether exactly this address is meant.
    fn is(&self, address: IpAddr) -> bool {
        matches!(self, Allowed::Net(net, bits) if *bits == width(address) && *net == address)
    }
}

fn width(address: IpAddr) -> u8 {
    if address.is_ipv4() { 32 } else { 128 }
}

fn begins_alike(net: IpAddr, address: IpAddr, bits: u8) -> bool {
    let number = |address: IpAddr| match address {
        IpAddr::V4(address) => u128::from(u32::from(address)) << 96,
        IpAddr::V6(address) => u128::from(address),
    };
    let mask = if bits == 0 { 0 } else { u128::MAX << (128 - u32::from(bits)) };
    net.is_ipv4() == address.is_ipv4() && (number(net) ^ number(address)) & mask == 0
}

/// An IPv4 address where one is meant: packets to these IPv6 addresses end at it.
fn plain(address: IpAddr) -> IpAddr {
    let IpAddr::V6(six) = address else { return address };
    let parts = six.segments();
    let four = |high: u16, low: u16| IpAddr::V4(Ipv4Addr::from((u32::from(high) << 16) | u32::from(low)));
    match parts {
        [0, 0, 0, 0, 0, 0, 0, 0 | 1] => address,
        // Mapped, compatible and translated, NAT64, 6to4.
        [0, 0, 0, 0, 0, 0xffff, high, low] | [0, 0, 0, 0, 0, 0, high, low] | [0, 0, 0, 0, 0xffff, 0, high, low] => four(high, low),
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] => four(high, low),
        [0x2002, high, low, ..] => four(high, low),
        _ => address,
    }
}

fn kind_of(address: IpAddr) -> Kind {
    match address {
        IpAddr::V4(address) => kind_of_four(address),
        IpAddr::V6(address) => kind_of_six(address),
    }
}

/// Source: IANA's registry of special-purpose IPv4 addresses.
fn kind_of_four(address: Ipv4Addr) -> Kind {
    match address.octets() {
        [169, 254, ..] => Kind::Special("a link-local address, at which clouds hand out keys"),
        [0, ..] => Kind::Special("no address of a host"),
        [224..=239, ..] => Kind::Special("a multicast address"),
        [240..=255, ..] => Kind::Special("a reserved or broadcast address"),
        [127, ..] => Kind::Private("this machine"),
        [10, ..] | [172, 16..=31, ..] | [192, 168, ..] => Kind::Private("an address of a private network"),
        [100, 64..=127, ..] => Kind::Private("an address shared behind a provider's translation"),
        // Alibaba's metadata service is 100.100.100.200, in the range above; Oracle's is 192.0.0.192.
        [192, 0, 0, _] | [192, 0, 2, _] | [192, 88, 99, _] | [198, 18..=19, ..] | [198, 51, 100, _] | [203, 0, 113, _] => {
            Kind::Private("an address for protocols, documentation or tests")
        }
        _ => Kind::Public,
    }
}

/// Source: IANA's registry of special-purpose IPv6 addresses.
fn kind_of_six(address: Ipv6Addr) -> Kind {
    /// Where AWS hands out keys, by IPv6; inside the private range.
    const AWS_METADATA: [u16; 8] = [0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254];
    match address.segments() {
        AWS_METADATA => Kind::Special("the address at which AWS hands out keys"),
        [0, 0, 0, 0, 0, 0, 0, 0] => Kind::Special("no address of a host"),
        [0, 0, 0, 0, 0, 0, 0, 1] => Kind::Private("this machine"),
        [0xfe80..=0xfebf, ..] => Kind::Special("a link-local address"),
        [0xff00..=0xffff, ..] => Kind::Special("a multicast address"),
        [0xfc00..=0xfdff, ..] | [0xfec0..=0xfeff, ..] => Kind::Private("an address of a private network"),
        [0x64, 0xff9b, 1, ..] | [0x100, 0, 0, 0, ..] | [0x2001, 0..=0x1ff, ..] | [0x2001, 0xdb8, ..] | [0x3fff, 0..=0xfff, ..] => {
            Kind::Private("an address for protocols, documentation or tests")
        }
        [0x2000..=0x3fff, ..] => Kind::Public,
        // Nothing else is given out.
        _ => Kind::Special("a reserved address"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(guard: &Guard, address: &str, trust: Trust) -> bool {
        guard.check(address, address.parse().expect(address), trust).is_err()
    }

    #[test]
    fn nobody_reaches_what_hands_out_keys() {
        let wide = Guard::new(&["0.0.0.0/0", "::/0", "metadata.internal"]).expect("networks");
        for address in [
            "169.254.169.254",
            "169.254.170.2",
            "::ffff:169.254.169.254",
            "::169.254.169.254",
            "64:ff9b::a9fe:a9fe",
            "2002:a9fe:a9fe::1",
            "fd00:ec2::254",
            "fe80::1",
            "0.0.0.0",
            "::",
            "224.0.0.1",
            "255.255.255.255",
            "ff02::1",
            "4000::1",
        ] {
            assert!(refused(&wide, address, Trust::Api) && refused(&wide, address, Trust::Configured), "{address}");
        }
        let named = Guard::new(&["169.254.169.254"]).expect("an address");
        assert!(!refused(&named, "169.254.169.254", Trust::Api) && !refused(&named, "::ffff:169.254.169.254", Trust::Api));
        assert!(refused(&named, "169.254.170.2", Trust::Api));
    }

    #[test]
    fn private_is_for_those_who_are_trusted() {
        let (none, some) = (Guard::default(), Guard::new(&["10.1.0.0/16", "::1", "siem.internal"]).expect("networks"));
        for address in
            ["127.0.0.1", "127.9.9.9", "10.1.2.3", "172.31.0.1", "192.168.0.1", "100.64.0.1", "100.100.100.200", "::1", "fd12::1"]
        {
            assert!(refused(&none, address, Trust::Api), "{address}");
            assert!(!refused(&none, address, Trust::Configured), "{address}");
        }
        assert!(
            !refused(&some, "10.1.2.3", Trust::Api) && !refused(&some, "::ffff:10.1.2.3", Trust::Api) && !refused(&some, "::1", Trust::Api)
        );
        assert!(refused(&some, "10.2.2.3", Trust::Api) && refused(&some, "127.0.0.1", Trust::Api));
        let ten = "10.9.9.9".parse().expect("an address");
        assert!(some.check("SIEM.internal.", ten, Trust::Api).is_ok() && some.check("x.siem.internal", ten, Trust::Api).is_err());
        let link_local = "169.254.1.1".parse().expect("an address");
        assert!(some.check("siem.internal", link_local, Trust::Api).is_err());
    }

    #[test]
    fn the_internet_is_open() {
        for address in ["8.8.8.8", "172.15.0.1", "172.32.0.1", "100.63.0.1", "100.128.0.1", "2606:4700::1111", "64:ff9b::808:808"] {
            assert!(!refused(&Guard::default(), address, Trust::Api), "{address}");
        }
    }

    #[test]
    fn what_is_allowed_is_checked() {
        for wrong in ["", "10.0.0.0/33", "::/129", "a b", "10.0.0.0/x", "http://x"] {
            assert!(Guard::new(&[wrong]).is_err(), "{wrong}");
        }
    }

    proptest::proptest! {
        /// Every way to write an IPv4 address as an IPv6 one is judged as the address itself.
        #[test]
        fn one_address_one_verdict(number: u32) {
            let four = Ipv4Addr::from(number);
            let [a, b, c, d] = four.octets();
            let (high, low) = (u16::from_be_bytes([a, b]), u16::from_be_bytes([c, d]));
            let said = Guard::default().check("h", four.into(), Trust::Api).is_ok();
            let others = [four.to_ipv6_mapped(), Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, high, low), Ipv6Addr::new(0x2002, high, low, 0, 0, 0, 0, 1)];
            for six in others {
                proptest::prop_assert_eq!(Guard::default().check("h", six.into(), Trust::Api).is_ok(), said, "{}", six);
            }
        }
    }
}
