//! The slow, obvious evaluator of EventBridge's patterns: every choice of values is tried, nothing is compiled or remembered.
//!
//! It shares with the matcher how JSON is read and which texts are addresses, and no more.

use std::cmp::Ordering;
use std::net::IpAddr;

use crate::event_pattern::EventPattern;
use crate::event_pattern::address::literal;
use crate::event_pattern::json::{self, Kind, Member, Value};

/// How deep patterns and events may be nested here.
const DEPTH_MAX: usize = 1000;

/// Whether an event satisfies a pattern, both as JSON texts. Nothing when the pattern is not valid or the event is no JSON object.
pub fn matches(pattern: &str, event: &str) -> Option<bool> {
    EventPattern::parse(pattern).ok()?;
    let (pattern, event) = (json::parse(pattern, DEPTH_MAX).ok()?, json::parse(event, DEPTH_MAX).ok()?);
    let (Kind::Object(asked), Kind::Object(_)) = (&pattern.kind, &event.kind) else { return None };
    let mut flat = Flat::default();
    flat.value(None, &event, &[]);
    let mut branches = expand("", asked, vec![Vec::new()]);
    for branch in &mut branches {
        branch.sort_by_key(|(path, _)| path.encode_utf16().collect::<Vec<_>>());
    }
    Some(branches.iter().any(|branch| choose(branch, &[], &flat.leaves)))
}

/// The elements of arrays through which a value is reached: array and index.
type Places = Vec<(usize, usize)>;

struct Leaf<'e> {
    path: String,
    value: &'e Kind,
    places: Places,
}

#[derive(Default)]
struct Flat<'e> {
    leaves: Vec<Leaf<'e>>,
    arrays: usize,
}

impl<'e> Flat<'e> {
    fn value(&mut self, path: Option<&str>, value: &'e Value, places: &[(usize, usize)]) {
        match &value.kind {
            Kind::Object(members) => {
                for member in members {
                    let below = path.map_or(member.name.to_string(), |path| format!("{path}.{}", member.name));
                    self.value(Some(&below), &member.value, places);
                }
            }
            Kind::Array(items) => {
                let array = self.arrays;
                self.arrays += 1;
                for (index, item) in items.iter().enumerate() {
                    let is_element = matches!(item.kind, Kind::Object(_) | Kind::Array(_));
                    let inside: Places = places.iter().copied().chain(is_element.then_some((array, index))).collect();
                    self.value(path, item, &inside);
                }
            }
            scalar => {
                self.leaves.push(Leaf { path: path.unwrap_or_default().to_owned(), value: scalar, places: places.to_vec() });
            }
        }
    }
}

type Branch<'p> = Vec<(String, &'p [Value])>;

fn expand<'p>(prefix: &str, members: &'p [Member], mut branches: Vec<Branch<'p>>) -> Vec<Branch<'p>> {
    for (at, member) in members.iter().enumerate() {
        if members.iter().skip(at + 1).any(|later| later.name == member.name) {
            continue;
        }
        let path = if prefix.is_empty() { member.name.to_string() } else { format!("{prefix}{}", member.name) };
        match &member.value.kind {
            Kind::Array(items) if &*member.name == "$or" => {
                let mut all = Vec::new();
                for item in items {
                    if let Kind::Object(inner) = &item.kind {
                        all.extend(expand(prefix, inner, branches.clone()));
                    }
                }
                branches = all;
            }
            Kind::Array(items) => {
                for branch in &mut branches {
                    branch.retain(|(earlier, _)| *earlier != path);
                    branch.push((path.clone(), items));
                }
            }
            Kind::Object(inner) => branches = expand(&format!("{path}."), inner, branches),
            _ => {}
        }
    }
    branches
}

fn choose(fields: &[(String, &[Value])], chosen: &[(usize, usize)], leaves: &[Leaf<'_>]) -> bool {
    let Some(((path, items), rest)) = fields.split_first() else { return true };
    let agrees = |leaf: &&Leaf<'_>| leaf.places.iter().all(|(array, index)| chosen.iter().all(|(a, i)| a != array || i == index));
    let here: Vec<&Leaf<'_>> = leaves.iter().filter(|leaf| leaf.path == *path).filter(agrees).collect();
    let may_be_absent = items.iter().any(|item| matches!(operator(item), Some(("exists", Kind::Bool(false)))));
    if may_be_absent && here.is_empty() && choose(rest, chosen, leaves) {
        return true;
    }
    here.iter().any(|leaf| {
        let joined: Places = chosen.iter().chain(&leaf.places).copied().collect();
        items.iter().any(|item| fits(item, leaf.value)) && choose(rest, &joined, leaves)
    })
}

/// The operator of a match expression and its operand.
fn operator(item: &Value) -> Option<(&str, &Kind)> {
    match &item.kind {
        Kind::Object(members) => members.last().map(|member| (&*member.name, &member.value.kind)),
        _ => None,
    }
}

fn fits(item: &Value, leaf: &Kind) -> bool {
    let Some((name, operand)) = operator(item) else { return equal(&item.kind, leaf) };
    match (name, operand, leaf) {
        ("exactly", operand, leaf) => equal(operand, leaf),
        ("exists", Kind::Bool(wanted), _) => *wanted,
        ("numeric", Kind::Array(bounds), Kind::Number(number)) => {
            bounds.chunks(2).all(|bound| matches!(bound, [operator, value] if compares(number, operator, value)))
        }
        ("cidr", Kind::Text(network), Kind::Text(text)) => in_network(network, text),
        ("anything-but", Kind::Array(items), leaf) => !items.iter().any(|item| equal(&item.kind, leaf)),
        ("anything-but", Kind::Object(members), leaf) => {
            let Some(Member { name, value, .. }) = members.last() else { return false };
            let items = if let Kind::Array(items) = &value.kind { items.as_slice() } else { std::slice::from_ref(value) };
            !items.iter().any(|item| text_fits(name, &item.kind, leaf))
        }
        ("anything-but", operand, leaf) => !equal(operand, leaf),
        (name, operand, leaf) => text_fits(name, operand, leaf),
    }
}

fn text_fits(name: &str, operand: &Kind, leaf: &Kind) -> bool {
    let Kind::Text(text) = leaf else { return false };
    match (name, operand) {
        ("prefix", Kind::Text(begin)) => text.starts_with(&**begin),
        ("suffix", Kind::Text(end)) => text.ends_with(&**end),
        ("wildcard", Kind::Text(pattern)) => wildcard_fits(&pattern.chars().collect::<Vec<_>>(), &text.chars().collect::<Vec<_>>()),
        ("equals-ignore-case", Kind::Text(wanted)) => rests(wanted, text).contains(&""),
        ("prefix", Kind::Object(members)) => members.last().is_some_and(|wanted| match &wanted.value.kind {
            Kind::Text(wanted) => !rests(wanted, text).is_empty(),
            _ => false,
        }),
        ("suffix", Kind::Object(members)) => members.last().is_some_and(|wanted| match &wanted.value.kind {
            Kind::Text(wanted) => (0..=text.len()).filter_map(|at| text.get(at..)).any(|tail| rests(wanted, tail).contains(&"")),
            _ => false,
        }),
        _ => false,
    }
}

fn equal(wanted: &Kind, leaf: &Kind) -> bool {
    match (wanted, leaf) {
        (Kind::Text(wanted), Kind::Text(text)) => wanted == text || (literal(wanted).is_some() && literal(wanted) == literal(text)),
        (Kind::Number(wanted), Kind::Number(number)) => match (Decimal::comparable(wanted), Decimal::comparable(number)) {
            (Some(wanted), Some(number)) => wanted.order(&number) == Ordering::Equal,
            (None, None) => wanted == number,
            _ => false,
        },
        (wanted, leaf) => wanted == leaf,
    }
}

/// What is left of a text after another in any case, for every way to read it so.
fn rests<'t>(wanted: &str, text: &'t str) -> Vec<&'t str> {
    let Some(c) = wanted.chars().next() else { return vec![text] };
    let tail = wanted.strip_prefix(c).unwrap_or_default();
    let forms = [c.to_lowercase().to_string(), c.to_uppercase().to_string()];
    forms.iter().filter_map(|form| text.strip_prefix(form.as_str())).flat_map(|rest| rests(tail, rest)).collect()
}

fn wildcard_fits(pattern: &[char], text: &[char]) -> bool {
    match (pattern, text) {
        ([], []) => true,
        (['*', rest @ ..], _) => (0..=text.len()).any(|at| wildcard_fits(rest, &text[at..])),
        (['\\', escaped, rest @ ..], [c, tail @ ..]) | ([escaped, rest @ ..], [c, tail @ ..]) => escaped == c && wildcard_fits(rest, tail),
        _ => false,
    }
}

fn in_network(network: &str, text: &str) -> bool {
    let Some((base, bits)) = network.split_once('/') else { return false };
    let bits: usize = bits.parse().unwrap_or_default();
    let binary = |address| match address {
        IpAddr::V4(address) => format!("{:032b}", u32::from(address)),
        IpAddr::V6(address) => format!("{:0128b}", u128::from(address)),
    };
    match (literal(base).map(binary), literal(text).map(binary)) {
        (Some(base), Some(address)) => base.len() == address.len() && base[..bits] == address[..bits],
        _ => false,
    }
}

fn compares(number: &str, operator: &Value, bound: &Value) -> bool {
    let (Kind::Text(operator), Kind::Number(bound)) = (&operator.kind, &bound.kind) else { return false };
    let (Some(number), Some(bound)) = (Decimal::comparable(number), Decimal::comparable(bound)) else { return false };
    let order = number.order(&bound);
    match &**operator {
        "=" => order.is_eq(),
        "<" => order.is_lt(),
        "<=" => order.is_le(),
        ">" => order.is_gt(),
        ">=" => order.is_ge(),
        _ => false,
    }
}

/// A decimal number: `0.digits × 10^power`, the first digit no zero.
#[derive(Debug, PartialEq, Eq)]
struct Decimal {
    negative: bool,
    digits: String,
    power: i64,
}

impl Decimal {
    fn parse(text: &str) -> Decimal {
        let (mantissa, exponent) = text.trim_start_matches('-').split_once(['e', 'E']).unwrap_or((text.trim_start_matches('-'), "0"));
        let point = mantissa.find('.').unwrap_or(mantissa.len());
        let all = mantissa.replace('.', "");
        let zeros = all.len() - all.trim_start_matches('0').len();
        let digits = all.trim_matches('0').to_owned();
        if digits.is_empty() {
            return Decimal { negative: false, digits, power: 0 };
        }
        let exponent = exponent.parse::<i64>().unwrap_or(i64::from(i32::MAX));
        Decimal { negative: text.starts_with('-'), digits, power: exponent.saturating_add(point as i64 - zeros as i64) }
    }

    /// The number, when a double is written exactly so.
    fn comparable(text: &str) -> Option<Decimal> {
        let decimal = Decimal::parse(text);
        let double: f64 = text.parse().ok()?;
        (double.is_finite() && Decimal::parse(&format!("{double:?}")) == decimal).then_some(decimal)
    }

    fn order(&self, other: &Decimal) -> Ordering {
        let sign = |number: &Decimal| match (number.digits.is_empty(), number.negative) {
            (true, _) => 0,
            (_, true) => -1,
            (_, false) => 1,
        };
        let size = self.power.cmp(&other.power).then_with(|| self.digits.cmp(&other.digits));
        sign(self).cmp(&sign(other)).then(match sign(self) {
            0 => Ordering::Equal,
            -1 => size.reverse(),
            _ => size,
        })
    }
}
