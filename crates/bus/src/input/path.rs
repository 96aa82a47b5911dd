//! Paths into an event: the part of JSONPath that EventBridge has.

use std::fmt;
use std::str::FromStr;

use crate::json;

/// A path such as `$.detail.items[0].name`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Path(Vec<Step>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Step {
    /// `.name`
    Member(String),
    /// `[3]`
    Element(usize),
    /// `[*]` or `.*`: all elements, or all values of an object.
    All,
}

/// A text is no path.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PathFault {
    /// The first letter is missing.
    #[error("a path begins with $")]
    NoDollar,
    /// Something else at a place counted in bytes.
    #[error("not a path at position {0}: expected .name, [number] or [*]")]
    At(usize),
    /// More letters than allowed.
    #[error("longer than {0} letters")]
    TooLong(usize),
}

impl FromStr for Path {
    type Err = PathFault;

    fn from_str(text: &str) -> Result<Path, PathFault> {
        let mut rest = text.strip_prefix('$').ok_or(PathFault::NoDollar)?;
        let mut steps = Vec::new();
        while !rest.is_empty() {
            let (step, after) = step(rest).ok_or(PathFault::At(text.len() - rest.len()))?;
            steps.push(step);
            rest = after;
        }
        Ok(Path(steps))
    }
}

/// The first step of a text and what comes after it.
fn step(text: &str) -> Option<(Step, &str)> {
    if let Some(rest) = text.strip_prefix('.') {
        if let Some(rest) = rest.strip_prefix('*') {
            return Some((Step::All, rest));
        }
        let plain = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '-' | '/');
        let end = rest.find(|letter| !plain(letter)).unwrap_or(rest.len());
        return (end > 0).then(|| (Step::Member(rest[..end].to_owned()), &rest[end..]));
    }
    let (inside, rest) = text.strip_prefix('[')?.split_once(']')?;
    match inside {
        "*" => Some((Step::All, rest)),
        _ if inside.bytes().all(|byte| byte.is_ascii_digit()) => Some((Step::Element(inside.parse().ok()?), rest)),
        _ => None,
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("$")?;
        self.0.iter().try_for_each(|step| match step {
            Step::Member(name) => write!(f, ".{name}"),
            Step::Element(number) => write!(f, "[{number}]"),
            Step::All => f.write_str("[*]"),
        })
    }
}

impl Path {
    /// The JSON text at the path, in the spelling it came with. A path with a star gives the array of all it finds, which may be empty.
    pub fn find(&self, text: &str) -> Option<String> {
        let mut found = vec![text];
        let mut many = false;
        for step in &self.0 {
            found = found.into_iter().flat_map(|text| one_step(step, text)).collect();
            many |= *step == Step::All;
        }
        match many {
            true => Some(format!("[{}]", found.join(","))),
            false => found.pop().map(str::to_owned),
        }
    }
}

fn one_step<'t>(step: &Step, text: &'t str) -> Vec<&'t str> {
    match (step, json::shape(text)) {
        (Step::Member(name), json::Shape::Object) => json::member(text, name).into_iter().collect(),
        (Step::Element(number), json::Shape::Array) => json::elements(text).and_then(|all| all.get(*number).copied()).into_iter().collect(),
        (Step::All, json::Shape::Array) => json::elements(text).unwrap_or_default(),
        (Step::All, json::Shape::Object) => json::members(text).unwrap_or_default().into_iter().map(|(_, value)| value).collect(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_keep_their_spelling() {
        let text = r#"{"detail-type":"x","detail":{"n":1.0,"list":[{"a":1},{"a":"two"},{"b":3}],"a/b":{"c_d":null}}}"#;
        let find = |path: &str| path.parse::<Path>().unwrap().find(text);
        for (path, expect) in [
            ("$.detail.n", Some("1.0")),
            ("$.detail-type", Some("\"x\"")),
            ("$.detail.list[1]", Some("{\"a\":\"two\"}")),
            ("$.detail.list[*].a", Some("[1,\"two\"]")),
            ("$.detail.list.*.b", Some("[3]")),
            ("$.detail.list[*].none", Some("[]")),
            ("$.detail.a/b.c_d", Some("null")),
            ("$.detail.list[3]", None),
            ("$.detail.none", None),
            ("$.detail.n.deeper", None),
            ("$.detail[0]", None),
            ("$", Some(text)),
        ] {
            assert_eq!(find(path).as_deref(), expect, "{path}");
            assert_eq!(path.parse::<Path>().unwrap().to_string(), path.replace(".*", "[*]"));
        }
    }

    #[test]
    fn what_is_no_path_is_said() {
        let says = |path: &str| path.parse::<Path>().unwrap_err();
        assert_eq!(says("detail"), PathFault::NoDollar);
        for (path, at) in
            [("$detail", 1), ("$.", 1), ("$.a..b", 3), ("$.a[x]", 3), ("$.a[1", 3), ("$.a['b']", 3), ("$.a b", 3), ("$.a[]", 3)]
        {
            let expect = if path == "$.a[]" { Some(3) } else { Some(at) };
            match (path.parse::<Path>(), expect) {
                (Err(PathFault::At(found)), Some(at)) => assert_eq!(found, at, "{path}"),
                other => panic!("{path}: {other:?}"),
            }
        }
        assert_eq!(says("$.a[99999999999999999999999999]"), PathFault::At(3));
    }
}
