//! A JSON text as a tree that borrows from it: what a predicate on a nested path walks.

use std::borrow::Cow;
use std::fmt::{self, Write};

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

use crate::surrogate;

/// One JSON value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Node<'t> {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number, kept as JSON writes it back.
    Number(serde_json::Number),
    /// A string without its escapes.
    Text(Cow<'t, str>),
    /// An array.
    Array(Vec<Node<'t>>),
    /// An object, members in the order written.
    Object(Vec<(Cow<'t, str>, Node<'t>)>),
}

impl<'t> Node<'t> {
    /// Parses one JSON text; nothing when it is none.
    pub(crate) fn parse(text: &'t str) -> Option<Node<'t>> {
        let mended = || Some(serde_json::from_str::<Node<'_>>(&surrogate::mended(text)?).ok()?.owned());
        serde_json::from_str(text).ok().or_else(mended)
    }

    /// The same, borrowing nothing.
    fn owned<'o>(self) -> Node<'o> {
        let text = |text: Cow<'_, str>| Cow::Owned(text.into_owned());
        match self {
            Node::Null => Node::Null,
            Node::Bool(value) => Node::Bool(value),
            Node::Number(number) => Node::Number(number),
            Node::Text(value) => Node::Text(text(value)),
            Node::Array(items) => Node::Array(items.into_iter().map(Node::owned).collect()),
            Node::Object(members) => Node::Object(members.into_iter().map(|(key, node)| (text(key), node.owned())).collect()),
        }
    }

    /// The member of that name; the last one where it was written twice, as everywhere in this house.
    pub(crate) fn member(&self, name: &str) -> Option<&Node<'t>> {
        match self {
            Node::Object(members) => members.iter().rev().find(|(key, _)| key == name).map(|(_, node)| node),
            _ => None,
        }
    }

    /// What text predicates see: scalars as text, objects and arrays as compact JSON, null as nothing.
    pub(crate) fn scalar(&self) -> Option<Cow<'_, str>> {
        match self {
            Node::Null => None,
            Node::Bool(true) => Some(Cow::Borrowed("true")),
            Node::Bool(false) => Some(Cow::Borrowed("false")),
            Node::Text(text) => Some(Cow::Borrowed(text)),
            other => Some(Cow::Owned(other.to_string())),
        }
    }

    /// Visits every scalar below, depth first; stops when `visit` says so.
    pub(crate) fn any_scalar(&self, visit: &mut dyn FnMut(&str) -> bool) -> bool {
        match self {
            Node::Null => false,
            Node::Array(items) => items.iter().any(|item| item.any_scalar(visit)),
            Node::Object(members) => members.iter().any(|(_, item)| item.any_scalar(visit)),
            scalar => scalar.scalar().is_some_and(|text| visit(&text)),
        }
    }
}

/// The text of a scalar that stands in a record. Numbers that no 64 bits hold come in the form in which a tree has them.
pub(crate) fn scalar_text(json: &str) -> Option<Cow<'_, str>> {
    const DIGITS_SURE: usize = 18;
    let is_long_number = json.len() > DIGITS_SURE && json.starts_with(|c: char| c == '-' || c.is_ascii_digit());
    if is_long_number || json == "-0" {
        return Node::parse(json)?.scalar().map(|text| Cow::Owned(text.into_owned()));
    }
    let mended = || Some(Cow::Owned(Node::parse(json)?.scalar()?.into_owned()));
    watchfire_model::scalar_text(json).or_else(|| if json.starts_with('"') { mended() } else { None })
}

/// The JSON that a text holds, when it is a JSON document kept as text (a policy), plain or URL-encoded.
pub(crate) fn inner_json(text: &str) -> Option<Cow<'_, str>> {
    let trimmed = text.trim_start();
    if trimmed.starts_with(['{', '[']) {
        return Some(Cow::Borrowed(trimmed));
    }
    let encoded = trimmed.get(..3)?;
    if encoded.eq_ignore_ascii_case("%7B") || encoded.eq_ignore_ascii_case("%5B") {
        return percent_decode(trimmed).map(Cow::Owned);
    }
    None
}

fn percent_decode(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, tail)) = rest.split_first() {
        rest = tail;
        match (byte, tail) {
            (b'%', [high, low, tail @ ..]) => {
                let digit = |byte: &u8| char::from(*byte).to_digit(16);
                let value = digit(high)? * 16 + digit(low)?;
                bytes.push(u8::try_from(value).ok()?);
                rest = tail;
            }
            (other, _) => bytes.push(other),
        }
    }
    String::from_utf8(bytes).ok()
}

impl fmt::Display for Node<'_> {
    /// Compact JSON.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Node::Null => f.write_str("null"),
            Node::Bool(value) => write!(f, "{value}"),
            Node::Number(number) => write!(f, "{number}"),
            Node::Text(text) => write_quoted(f, text),
            Node::Array(items) => {
                f.write_char('[')?;
                for (at, item) in items.iter().enumerate() {
                    if at > 0 {
                        f.write_char(',')?;
                    }
                    write!(f, "{item}")?;
                }
                f.write_char(']')
            }
            Node::Object(members) => {
                f.write_char('{')?;
                for (at, (key, item)) in members.iter().enumerate() {
                    if at > 0 {
                        f.write_char(',')?;
                    }
                    write_quoted(f, key)?;
                    write!(f, ":{item}")?;
                }
                f.write_char('}')
            }
        }
    }
}

fn write_quoted(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    f.write_str(&serde_json::to_string(text).map_err(|_| fmt::Error)?)
}

impl<'de> Deserialize<'de> for Node<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct NodeVisitor;
        impl<'de> Visitor<'de> for NodeVisitor {
            type Value = Node<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a JSON value")
            }
            fn visit_unit<E>(self) -> Result<Node<'de>, E> {
                Ok(Node::Null)
            }
            fn visit_bool<E>(self, value: bool) -> Result<Node<'de>, E> {
                Ok(Node::Bool(value))
            }
            fn visit_i64<E>(self, value: i64) -> Result<Node<'de>, E> {
                Ok(Node::Number(value.into()))
            }
            fn visit_u64<E>(self, value: u64) -> Result<Node<'de>, E> {
                Ok(Node::Number(value.into()))
            }
            fn visit_f64<E>(self, value: f64) -> Result<Node<'de>, E> {
                Ok(serde_json::Number::from_f64(value).map_or(Node::Null, Node::Number))
            }
            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Node<'de>, E> {
                Ok(Node::Text(Cow::Borrowed(text)))
            }
            fn visit_str<E>(self, text: &str) -> Result<Node<'de>, E> {
                Ok(Node::Text(Cow::Owned(text.to_owned())))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Node<'de>, A::Error> {
                let mut items = Vec::new();
                while let Some(item) = seq.next_element()? {
                    items.push(item);
                }
                Ok(Node::Array(items))
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Node<'de>, A::Error> {
                let mut members = Vec::new();
                while let Some((Key(key), node)) = map.next_entry::<Key<'de>, Node<'de>>()? {
                    members.push((key, node));
                }
                Ok(Node::Object(members))
            }
        }
        deserializer.deserialize_any(NodeVisitor)
    }
}

/// An object key, borrowed where it has no escapes.
struct Key<'de>(Cow<'de, str>);

impl<'de> Deserialize<'de> for Key<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct KeyVisitor;
        impl<'de> Visitor<'de> for KeyVisitor {
            type Value = Key<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object key")
            }
            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Key<'de>, E> {
                Ok(Key(Cow::Borrowed(text)))
            }
            fn visit_str<E>(self, text: &str) -> Result<Key<'de>, E> {
                Ok(Key(Cow::Owned(text.to_owned())))
            }
        }
        deserializer.deserialize_str(KeyVisitor)
    }
}
