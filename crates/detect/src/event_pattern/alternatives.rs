//! What a pattern asks of one field: its alternatives, judged on one value at a time.

use std::borrow::Cow;
use std::net::IpAddr;

use super::address;
use super::ignore_case::AnyCase;
use super::number::{Numeral, Range};
use crate::predicate::{Pattern, TextTest, contains};
use crate::tree::scalar_text;

/// The alternatives in a field's array.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Alternatives {
    /// The field may be absent.
    pub(crate) absent: bool,
    /// Or have a value that fits any of these texts, case counting.
    pub(crate) texts: TextTest,
    /// Or one that satisfies any of these.
    pub(crate) others: Box<[Alternative]>,
}

/// One alternative that is more than a text with wildcards.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Alternative {
    /// A text that is this address.
    Address(IpAddr),
    /// A text that is an address in this network.
    Network(IpAddr, u8),
    /// A text, ignoring case.
    AnyCase(AnyCase),
    /// A number.
    Number(Numeral),
    /// A number in a range.
    Range(Range),
    /// `true` or `false`.
    Bool(bool),
    /// `null`.
    Null,
    /// Any value.
    Present,
    /// Any value that satisfies none of these.
    Except(Box<Alternatives>),
}

/// A value of an event.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Leaf<'t> {
    Null,
    Bool(bool),
    Number(&'t str),
    Text(Cow<'t, str>),
}

impl<'t> Leaf<'t> {
    /// Reads a JSON scalar.
    pub(crate) fn read(json: &'t str) -> Leaf<'t> {
        match json.as_bytes().first() {
            Some(b'"') => Leaf::Text(scalar_text(json).unwrap_or(Cow::Borrowed(json))),
            Some(b't') => Leaf::Bool(true),
            Some(b'f') => Leaf::Bool(false),
            Some(b'-' | b'0'..=b'9') => Leaf::Number(json),
            _ => Leaf::Null,
        }
    }
}

/// Alternatives while they are read.
#[derive(Debug, Default)]
pub(super) struct Gathered {
    pub(super) absent: bool,
    pub(super) texts: Vec<Pattern>,
    pub(super) others: Vec<Alternative>,
}

impl Gathered {
    /// A string: an address where it is one.
    pub(super) fn exactly(&mut self, text: &str) {
        match address::literal(text) {
            Some(address) => self.others.push(Alternative::Address(address)),
            None => self.texts.push(Pattern::Exact(text.into())),
        }
    }

    pub(super) fn finish(self) -> Alternatives {
        Alternatives { absent: self.absent, texts: TextTest::patterns(self.texts, true), others: self.others.into() }
    }
}

impl Alternatives {
    /// Whether a value, given as JSON text, satisfies any of them.
    pub(crate) fn hold_on(&self, json: &str) -> bool {
        self.hold(&Leaf::read(json))
    }

    /// Whether a value satisfies any of them.
    pub(crate) fn hold(&self, leaf: &Leaf<'_>) -> bool {
        let fits = match leaf {
            Leaf::Text(text) => !self.texts.patterns.is_empty() && self.texts.holds(text),
            _ => false,
        };
        fits || self.others.iter().any(|alternative| alternative.holds(leaf))
    }
}

impl Alternative {
    fn holds(&self, leaf: &Leaf<'_>) -> bool {
        match (self, leaf) {
            (Alternative::Present, _) | (Alternative::Null, Leaf::Null) => true,
            (Alternative::Except(these), leaf) => !these.hold(leaf),
            (Alternative::Address(wanted), Leaf::Text(text)) => address::literal(text) == Some(*wanted),
            (Alternative::Network(network, bits), Leaf::Text(text)) => {
                address::literal(text).is_some_and(|address| contains(&(*network, *bits), address))
            }
            (Alternative::AnyCase(wanted), Leaf::Text(text)) => wanted.fits(text),
            (Alternative::Number(wanted), Leaf::Number(json)) => Numeral::parse(json) == *wanted,
            (Alternative::Range(range), Leaf::Number(json)) => match Numeral::parse(json) {
                Numeral::Value(value) => range.holds(value),
                Numeral::Text(_) => false,
            },
            (Alternative::Bool(wanted), Leaf::Bool(value)) => wanted == value,
            _ => false,
        }
    }
}
