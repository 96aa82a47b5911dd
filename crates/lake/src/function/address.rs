//! Functions over network addresses in text. What is no address, such as the name of a service in `sourceipaddress`, gives null.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use datafusion::arrow::array::ArrayRef;
use datafusion::common::Result;

use super::call::{Bad, Call, Outcome, Texts};
use super::kind::{Gives, Kind};
use super::scalar::Scalar;

const fn of_address(name: &'static str, signature: &'static str, meaning: &'static str) -> Scalar {
    Scalar { name, signature, meaning, takes: &[Kind::Text], gives: Gives::Text, ..Scalar::PLAIN }
}

/// The functions of this family.
pub(super) const FUNCTIONS: &[Scalar] = &[
    Scalar {
        takes: &[Kind::Text, Kind::Integer],
        fails: true,
        run: ip_prefix,
        ..of_address("ip_prefix", "ip_prefix(address, bits)", "the network of an address with so many leading bits, such as 10.1.0.0/16")
    },
    Scalar { run: |call| edge(call, false), ..of_address("ip_subnet_min", "ip_subnet_min(network)", "the first address of a network") },
    Scalar { run: |call| edge(call, true), ..of_address("ip_subnet_max", "ip_subnet_max(network)", "the last address of a network") },
    Scalar {
        aliases: &["ip_in_network"],
        takes: &[Kind::Text, Kind::Text],
        gives: Gives::Boolean,
        fails: true,
        run: is_within,
        ..of_address("is_subnet_of", "is_subnet_of(network, address)", "whether an address or network lies in a network such as 10.0.0.0/8")
    },
    Scalar {
        run: ip_order,
        ..of_address("ip_order", "ip_order(address)", "a text that sorts as addresses do, such as 10.2.0.1 before 10.10.0.1; IPv4 first")
    },
    Scalar {
        gives: Gives::Boolean,
        run: is_private_ip,
        ..of_address(
            "is_private_ip",
            "is_private_ip(address)",
            "whether an address is private, loopback, link-local or shared, so not of the internet",
        )
    },
];

/// A network: its bits as 128, and how many of them count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Network {
    bits: u128,
    length: u32,
    is_v4: bool,
}

impl Network {
    /// Reads `10.0.0.0/8`, `2001:db8::/32`, or one address.
    fn read(text: &str) -> Option<Network> {
        let (address, length) = match text.trim().split_once('/') {
            Some((address, length)) if length.bytes().all(|byte| byte.is_ascii_digit()) => (address, Some(length.parse::<u32>().ok()?)),
            Some(_) => return None,
            None => (text.trim(), None),
        };
        let (bits, width, is_v4) = match read_address(address)? {
            IpAddr::V4(v4) => (u128::from(v4.to_bits()) << 96, 32, true),
            IpAddr::V6(v6) => (v6.to_bits(), 128, false),
        };
        let length = length.unwrap_or(width);
        (length <= width).then(|| Network { bits: bits & mask(length), length, is_v4 })
    }

    fn holds(self, other: Network) -> bool {
        self.is_v4 == other.is_v4 && other.length >= self.length && other.bits & mask(self.length) == self.bits
    }

    fn address(self, last: bool) -> IpAddr {
        let bits = if last { self.bits | !mask(self.length) } else { self.bits };
        if self.is_v4 { Ipv4Addr::from_bits((bits >> 96) as u32).into() } else { Ipv6Addr::from_bits(bits).into() }
    }
}

/// An address; an IPv4 address that is written as IPv6 is the IPv4 address.
fn read_address(text: &str) -> Option<IpAddr> {
    text.parse::<IpAddr>().ok().map(|address| address.to_canonical())
}

fn mask(length: u32) -> u128 {
    u128::MAX.checked_shl(128 - length).unwrap_or(0)
}

/// The networks of an argument; a constant is read once, and must be one.
struct Networks<'a> {
    texts: Texts<'a>,
    last: Option<(&'a str, Option<Network>)>,
}

impl<'a> Networks<'a> {
    fn at(&mut self, row: usize) -> Outcome<Network> {
        let Some(text) = self.texts.at(row) else { return Ok(None) };
        if self.last.as_ref().is_none_or(|(last, _)| *last != text) {
            self.last = Some((text, Network::read(text)));
        }
        match (&self.last, &self.texts) {
            (Some((_, None)), Texts::Same(_)) => Bad::because(format!(
                "'{}' is not a network such as 10.0.0.0/8; to look for a text within a text write strpos(text, part) > 0",
                text.chars().take(60).collect::<String>()
            )),
            (Some((_, network)), _) => Ok(*network),
            (None, _) => Ok(None),
        }
    }
}

/// Whether the second argument lies within the network that the first one is.
pub(super) fn is_within(call: &Call<'_>) -> Result<ArrayRef> {
    let mut networks = Networks { texts: call.texts(0)?, last: None };
    let addresses = call.texts(1)?;
    call.give_booleans(|row| {
        let (Some(network), Some(address)) = (networks.at(row)?, addresses.at(row).and_then(Network::read)) else { return Ok(None) };
        Ok(Some(network.holds(address)))
    })
}

fn ip_prefix(call: &Call<'_>) -> Result<ArrayRef> {
    let (addresses, lengths) = (call.texts(0)?, call.integers(1)?);
    call.give_texts(|row| {
        let (Some(address), Some(length)) = (addresses.at(row).and_then(read_address), lengths.at(row)) else { return Ok(None) };
        match Network::read(&format!("{address}/{length}")) {
            Some(network) => Ok(Some(format!("{}/{length}", network.address(false)))),
            None => Bad::because(format!("{length} is no number of leading bits for {address}")),
        }
    })
}

fn edge(call: &Call<'_>, last: bool) -> Result<ArrayRef> {
    let networks = call.texts(0)?;
    call.give_texts(|row| Ok(networks.at(row).and_then(Network::read).map(|network| network.address(last).to_string())))
}

fn ip_order(call: &Call<'_>) -> Result<ArrayRef> {
    let addresses = call.texts(0)?;
    call.give_texts(|row| {
        let network = addresses.at(row).and_then(Network::read);
        Ok(network.map(|network| format!("{}{:032x}/{:03}", if network.is_v4 { 4 } else { 6 }, network.bits, network.length)))
    })
}

fn is_private_ip(call: &Call<'_>) -> Result<ArrayRef> {
    let addresses = call.texts(0)?;
    call.give_booleans(|row| Ok(addresses.at(row).and_then(read_address).map(is_private)))
}

fn is_private(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => {
            let shared = v4.octets()[0] == 100 && v4.octets()[1] & 0xc0 == 64;
            v4.is_private() || v4.is_loopback() || v4.is_link_local() || v4.is_unspecified() || shared
        }
        IpAddr::V6(v6) => v6.is_loopback() || v6.is_unspecified() || v6.is_unique_local() || v6.is_unicast_link_local(),
    }
}
