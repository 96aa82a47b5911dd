//! One question about one field of a record.

pub(crate) mod encode;
mod number;
mod pattern;
mod text;

use std::net::IpAddr;

pub(crate) use number::Number;
pub(crate) use pattern::{Anchoring, Pattern, Piece};
pub(crate) use text::{TextTest, fold};

use crate::expr::Expr;
use crate::path::{Path, values};
use crate::tree::{Node, inner_json};

/// What a predicate looks at.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Subject {
    /// The values at a path.
    Path(Path),
    /// Every scalar of the record.
    Anywhere,
    /// The current element of an array match.
    Element,
}

/// One question.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Predicate {
    /// What it looks at.
    pub(crate) subject: Subject,
    /// What it asks.
    pub(crate) test: Test,
}

/// How two numbers compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Compare {
    Equal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// How a text relates to the text of another field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Relation {
    Equals,
    Contains,
    StartsWith,
    EndsWith,
}

/// A part of a timestamp.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum TimePart {
    Minute,
    Hour,
    Day,
    Week,
    Month,
    Year,
}

/// What is asked.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Test {
    /// Present and not null.
    Exists,
    /// Any value as text satisfies it.
    Text(TextTest),
    /// Any value as number compares so.
    Number(Compare, Number),
    /// Any value is an address in one of the networks: network address, prefix length.
    Cidr(Box<[(IpAddr, u8)]>),
    /// Any value is a time whose part compares so.
    Time(TimePart, Compare, Number),
    /// Any value relates so to any value of another field.
    Field { other: Path, relation: Relation, cased: bool },
    /// Some element of the array at the path satisfies a condition of its own predicates.
    Element { expr: Box<Expr>, predicates: Box<[Predicate]> },
}

impl Test {
    /// Whether one scalar, given as text, satisfies the test. Tests that need more than one value are not asked here.
    pub(crate) fn scalar(&self, text: &str) -> bool {
        match self {
            Test::Exists => true,
            Test::Text(test) => test.holds(text),
            Test::Number(compare, number) => Number::parse(text).is_some_and(|value| value.compares(*compare, number)),
            Test::Cidr(networks) => text.parse().is_ok_and(|address: IpAddr| networks.iter().any(|network| contains(network, address))),
            Test::Time(part, compare, wanted) => time_part(text, *part).is_some_and(|part| part.compares(*compare, wanted)),
            Test::Field { .. } | Test::Element { .. } => false,
        }
    }

    /// Whether a node reached by a path satisfies the test; `other` yields the values of the field referred to.
    pub(crate) fn node(&self, node: &Node<'_>, other: &dyn Fn(&Path) -> Vec<String>) -> bool {
        match self {
            Test::Exists => !matches!(node, Node::Null),
            Test::Element { expr, predicates } => any_element(node, expr, predicates, other),
            Test::Field { other: path, relation, cased } => {
                let others = other(path);
                !others.is_empty()
                    && values(node, &mut |value| {
                        value.scalar().is_some_and(|text| others.iter().any(|other| relates(&text, other, *relation, *cased)))
                    })
            }
            test => values(node, &mut |value| value.scalar().is_some_and(|text| test.scalar(&text))),
        }
    }
}

/// Whether a network, given by address and prefix length, holds an address of its family.
pub(crate) fn contains((network, prefix): &(IpAddr, u8), address: IpAddr) -> bool {
    match (network, address) {
        (IpAddr::V4(network), IpAddr::V4(address)) => {
            let shift = 32 - u32::from(*prefix);
            u32::from(*network).checked_shr(shift).unwrap_or(0) == u32::from(address).checked_shr(shift).unwrap_or(0)
        }
        (IpAddr::V6(network), IpAddr::V6(address)) => {
            let shift = 128 - u32::from(*prefix);
            u128::from(*network).checked_shr(shift).unwrap_or(0) == u128::from(address).checked_shr(shift).unwrap_or(0)
        }
        _ => false,
    }
}

fn time_part(text: &str, part: TimePart) -> Option<Number> {
    let instant: jiff::Timestamp = text.parse().ok()?;
    let time = instant.to_zoned_datetime(jiff::tz::TimeZone::UTC);
    Some(Number::Whole(match part {
        TimePart::Minute => time.minute().into(),
        TimePart::Hour => time.hour().into(),
        TimePart::Day => time.day().into(),
        TimePart::Week => time.date().iso_week_date().week().into(),
        TimePart::Month => time.month().into(),
        TimePart::Year => time.year().into(),
    }))
}

/// Whether two texts relate so.
pub(crate) fn relates(text: &str, other: &str, relation: Relation, cased: bool) -> bool {
    if !cased {
        return relates(&fold(text), &fold(other), relation, true);
    }
    match relation {
        Relation::Equals => text == other,
        Relation::Contains => text.contains(other),
        Relation::StartsWith => text.starts_with(other),
        Relation::EndsWith => text.ends_with(other),
    }
}

/// A lone object counts as an array of one: AWS writes a policy's single statement without brackets.
fn any_element(node: &Node<'_>, expr: &Expr, predicates: &[Predicate], other: &dyn Fn(&Path) -> Vec<String>) -> bool {
    let holds =
        |item: &Node<'_>| expr.holds(&mut |id| predicates.get(id.0 as usize).is_some_and(|predicate| predicate.element(item, other)));
    match node {
        Node::Array(items) => items.iter().any(holds),
        Node::Null => false,
        Node::Text(text) => match inner_json(text).as_deref().and_then(Node::parse) {
            Some(inner @ (Node::Array(_) | Node::Object(_))) => any_element(&inner, expr, predicates, other),
            _ => holds(node),
        },
        lone => holds(lone),
    }
}

impl Predicate {
    /// Whether it holds on one array element.
    fn element(&self, item: &Node<'_>, other: &dyn Fn(&Path) -> Vec<String>) -> bool {
        match &self.subject {
            Subject::Element => self.test.node(item, other),
            Subject::Anywhere => item.any_scalar(&mut |text| self.test.scalar(text)),
            Subject::Path(path) => crate::path::walk(item, &path.steps, &mut |node| self.test.node(node, other)),
        }
    }
}
