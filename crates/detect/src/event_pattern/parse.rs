//! From the text of a pattern to its branches: fields and their alternatives, with every `$or` multiplied out.

use std::sync::Arc;

use hashbrown::HashMap;

use super::alternatives::Alternatives;
use super::error::PatternError;
use super::json::{self, Kind, Member, Value};
use super::operator;

/// Branches that `$or` may multiply to. Source: the quota of EventBridge.
const BRANCHES_MAX: u64 = 1000;

/// Fields of one branch; the limit of AWS's own matcher.
const FIELDS_MAX: usize = 256;

/// How deep the objects of a pattern may be nested.
const DEPTH_MAX: usize = 128;

/// A field and what is asked of it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Field {
    /// All keys down to it, joined by dots.
    pub(crate) path: Arc<str>,
    /// What it may be.
    pub(crate) alternatives: Arc<Alternatives>,
}

/// Fields of which all must agree, in the order of their paths' UTF-16 units: in that order AWS's matcher chooses values.
pub(crate) type Branch = Vec<Field>;

/// Reads a pattern. An event satisfies it when it satisfies a branch.
pub(super) fn branches(text: &str) -> Result<Vec<Branch>, PatternError> {
    let value = json::parse(text, DEPTH_MAX).map_err(|fault| PatternError::new(fault.at, fault.says))?;
    let Kind::Object(members) = &value.kind else { return Err(PatternError::new(value.at, "Filter is not an object")) };
    let mut count = 1;
    count_branches(members, &mut count)?;
    let mut branches = object(&value, "", members, vec![Vec::new()])?;
    for branch in &mut branches {
        branch.sort_by(|a, b| a.path.encode_utf16().cmp(b.path.encode_utf16()));
    }
    Ok(branches)
}

/// Members of which each key is written once: of double keys the last one counts, where it stands.
fn lasting(members: &[Member]) -> impl Iterator<Item = &Member> {
    let last: HashMap<&str, usize> = members.iter().enumerate().map(|(at, member)| (&*member.name, at)).collect();
    members.iter().enumerate().filter(move |(at, member)| last.get(&*member.name) == Some(at)).map(|(_, member)| member)
}

/// The product of the lengths of all `$or`, before anything is multiplied out.
fn count_branches(members: &[Member], count: &mut u64) -> Result<(), PatternError> {
    for member in lasting(members) {
        match &member.value.kind {
            Kind::Object(inner) => count_branches(inner, count)?,
            Kind::Array(items) if &*member.name == "$or" => {
                *count = count.saturating_mul(items.len().max(1) as u64);
                if *count > BRANCHES_MAX {
                    let reason = format!("More than {BRANCHES_MAX} branches of $or relationships");
                    return Err(PatternError::new(member.at, reason));
                }
                for item in items {
                    if let Kind::Object(inner) = &item.kind {
                        count_branches(inner, count)?;
                    }
                }
            }
            _ => {}
        }
    }
    Ok(())
}

/// Adds what an object asks to every branch so far.
fn object(value: &Value, prefix: &str, members: &[Member], mut branches: Vec<Branch>) -> Result<Vec<Branch>, PatternError> {
    if members.is_empty() {
        return Err(PatternError::new(value.at, "Empty objects are not allowed"));
    }
    for member in lasting(members) {
        let path = || if prefix.is_empty() { member.name.to_string() } else { format!("{}{}", prefix, member.name) };
        match &member.value.kind {
            _ if &*member.name == "$or" => branches = or(&member.value, prefix, &branches)?,
            Kind::Object(inner) => branches = object(&member.value, &(path() + "."), inner, branches)?,
            Kind::Array(items) => {
                let field = Field { path: path().into(), alternatives: operator::alternatives(&member.value, items)?.into() };
                branches.iter_mut().try_for_each(|branch| put(branch, &field, member.at))?;
            }
            _ => return Err(PatternError::new(member.value.at, format!("\"{}\" must be an object or an array", member.name))),
        }
    }
    Ok(branches)
}

/// What is written later replaces what was written earlier.
fn put(branch: &mut Branch, field: &Field, at: usize) -> Result<(), PatternError> {
    branch.retain(|earlier| earlier.path != field.path);
    branch.push(field.clone());
    if branch.len() > FIELDS_MAX {
        return Err(PatternError::new(at, format!("More than {FIELDS_MAX} fields")));
    }
    Ok(())
}

fn or(value: &Value, prefix: &str, branches: &[Branch]) -> Result<Vec<Branch>, PatternError> {
    let items = match &value.kind {
        Kind::Array(items) => items.as_slice(),
        _ => &[],
    };
    let mut all = Vec::new();
    for item in items {
        let Kind::Object(members) = &item.kind else {
            return Err(PatternError::new(item.at, "Only JSON object is allowed in array of $or relationship."));
        };
        if let Some(member) = members.iter().find(|member| is_reserved(&member.name)) {
            return Err(PatternError::new(member.at, format!("{} is reserved and names no field in $or", member.name)));
        }
        all.extend(object(item, prefix, members, branches.to_vec())?);
    }
    if items.len() < 2 {
        return Err(PatternError::new(value.at, "There must have at least 2 Objects in $or relationship."));
    }
    Ok(all)
}

/// Names that AWS keeps for operators.
fn is_reserved(name: &str) -> bool {
    matches!(
        name,
        "exactly"
            | "prefix"
            | "suffix"
            | "equals-ignore-case"
            | "wildcard"
            | "anything-but"
            | "numeric"
            | "exists"
            | "cidr"
            | "regex"
            | "not-wildcard"
            | "date-after"
            | "date-on-or-after"
            | "date-before"
            | "date-on-or-before"
            | "in-date-range"
            | "ip-address-in-range"
            | "ip-address-not-in-range"
    )
}
