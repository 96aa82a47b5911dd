//! Field paths: how a rule's dotted text reaches into a record.

use std::borrow::Cow;
use std::sync::Arc;

use watchfire_model::{Record, Schema, Slot};

use crate::derive::Derived;
use crate::tree::{Node, inner_json, scalar_text};

/// One step of a path.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Step {
    /// A member of an object.
    Member(Box<str>),
    /// An element of an array by position; negative counts from the end.
    Index(i64),
}

impl Step {
    fn name(&self) -> Option<&str> {
        match self {
            Step::Member(name) => Some(name),
            Step::Index(_) => None,
        }
    }
}

/// Where a path begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Root {
    /// A field with a place of its own in every record.
    Slot(Slot),
    /// A field no table names: the whole record is walked.
    Record,
    /// A judgement made from the record.
    Derived(Derived),
}

/// A field path, resolved against a source's table once, when rules are compiled.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Path {
    /// The text in the rule.
    pub(crate) text: Arc<str>,
    /// Where it begins.
    pub(crate) root: Root,
    /// What is left to walk from there.
    pub(crate) steps: Box<[Step]>,
}

impl Path {
    /// Resolves the text of a rule against a table.
    pub(crate) fn resolve(text: &str, schema: &Schema) -> Path {
        let full: Arc<str> = text.into();
        if let Some(derived) = Derived::of_path(text) {
            return Path { text: full, root: Root::Derived(derived), steps: Box::default() };
        }
        let steps = steps(text);
        let names: Vec<&str> = steps.iter().map_while(Step::name).collect();
        let known = (1..=names.len()).rev().find_map(|taken| Some((schema.field(&names.get(..taken)?.join("."))?.slot, taken)));
        match known {
            Some((slot, taken)) => Path { text: full, root: Root::Slot(slot), steps: steps.iter().skip(taken).cloned().collect() },
            None => Path { text: full, root: Root::Record, steps },
        }
    }

    /// The text of a field that stands plainly in a record: `None` where this takes more than a look, `Some(None)` where it is absent.
    #[inline]
    pub(crate) fn plain_text<'r>(&self, record: &Record<'r>) -> Option<Option<Cow<'r, str>>> {
        let Root::Slot(slot) = self.root else { return None };
        if !self.steps.is_empty() {
            return None;
        }
        match record.json(slot) {
            None => Some(None),
            Some(json) if json.starts_with(['{', '[']) => None,
            Some(json) => Some(scalar_text(json)),
        }
    }

    /// A path inside one array element.
    pub(crate) fn inside_element(text: &str) -> Path {
        Path { text: text.into(), root: Root::Record, steps: steps(text) }
    }
}

/// Splits `a.b[2].c`; brackets that the parser escaped are part of a name.
fn steps(text: &str) -> Box<[Step]> {
    let mut steps = Vec::new();
    for segment in text.split('.') {
        let indexed = segment.strip_suffix(']').filter(|head| !head.ends_with('\\')).and_then(|head| {
            let (name, index) = head.rsplit_once('[')?;
            if name.ends_with('\\') { None } else { Some((name, index.parse::<i64>().ok()?)) }
        });
        let member = |name: &str| Step::Member(name.replace("\\[", "[").replace("\\]", "]").into());
        match indexed {
            Some((name, index)) => steps.extend([member(name), Step::Index(index)]),
            None => steps.push(member(segment)),
        }
    }
    steps.into()
}

/// Visits every node that the steps reach from a node: arrays stand for each of their elements, JSON kept as text is entered, and a
/// member name may itself hold dots. Stops, true, when `visit` says so. What is reached at the end is not unfolded.
pub(crate) fn walk(node: &Node<'_>, steps: &[Step], visit: &mut dyn FnMut(&Node<'_>) -> bool) -> bool {
    let Some((step, rest)) = steps.split_first() else {
        return visit(node);
    };
    match (node, step) {
        (Node::Array(items), Step::Index(index)) => {
            let at = if *index < 0 { items.len().checked_sub(index.unsigned_abs() as usize) } else { Some(*index as usize) };
            at.and_then(|at| items.get(at)).is_some_and(|item| walk(item, rest, visit))
        }
        (Node::Array(items), Step::Member(_)) => items.iter().any(|item| walk(item, steps, visit)),
        (Node::Object(_), Step::Member(name)) => {
            node.member(name).is_some_and(|member| walk(member, rest, visit)) || walk_dotted_member(node, name, rest, visit)
        }
        (Node::Text(text), _) => inner_json(text)
            .is_some_and(|json| Node::parse(&json).is_some_and(|inner| !matches!(inner, Node::Text(_)) && walk(&inner, steps, visit))),
        _ => false,
    }
}

/// `requestParameters.tags.cost.center` where the key is `cost.center`.
fn walk_dotted_member(node: &Node<'_>, first: &str, rest: &[Step], visit: &mut dyn FnMut(&Node<'_>) -> bool) -> bool {
    let Node::Object(members) = node else { return false };
    if !members.iter().any(|(key, _)| key.len() > first.len() && key.starts_with(first) && key.as_bytes().get(first.len()) == Some(&b'.')) {
        return false;
    }
    let mut name = first.to_owned();
    for (at, step) in rest.iter().enumerate() {
        let Step::Member(part) = step else { return false };
        name.push('.');
        name.push_str(part);
        if node.member(&name).is_some_and(|member| walk(member, rest.get(at + 1..).unwrap_or_default(), visit)) {
            return true;
        }
    }
    false
}

/// Visits what predicates judge at a reached node: each element of an array, otherwise the node itself.
pub(crate) fn values(node: &Node<'_>, visit: &mut dyn FnMut(&Node<'_>) -> bool) -> bool {
    match node {
        Node::Array(items) => items.iter().any(|item| values(item, visit)),
        other => visit(other),
    }
}
