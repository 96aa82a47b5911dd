//! One record under judgement: what was parsed of it so far.

use std::borrow::Cow;
use std::cell::OnceCell;

use watchfire_model::{Record, Slot};

use crate::derive::{Derived, Facts};
use crate::path::{Path, Root, values, walk};
use crate::predicate::{Predicate, Subject, Test};
use crate::rule::Lists;
use crate::tree::{Node, scalar_text};

/// Fields that are parsed into a tree once a record; rules reach into few others.
const TREES: usize = 8;

/// A record with the trees and judgements made from it on demand.
pub(crate) struct Context<'r> {
    record: Record<'r>,
    lists: &'r Lists,
    trees: [OnceCell<(Slot, Option<Node<'r>>)>; TREES],
    whole: OnceCell<Option<Node<'r>>>,
    facts: OnceCell<Facts<'r>>,
    derived: [OnceCell<Vec<String>>; Derived::ALL.len()],
}

impl<'r> Context<'r> {
    pub(crate) fn new(record: &Record<'r>, lists: &'r Lists) -> Context<'r> {
        Context {
            record: *record,
            lists,
            trees: [const { OnceCell::new() }; TREES],
            whole: OnceCell::new(),
            facts: OnceCell::new(),
            derived: [const { OnceCell::new() }; Derived::ALL.len()],
        }
    }

    /// Whether a predicate holds.
    pub(crate) fn holds(&self, predicate: &Predicate) -> bool {
        match &predicate.subject {
            Subject::Anywhere => self.whole().is_some_and(|node| node.any_scalar(&mut |text| predicate.test.scalar(text))),
            Subject::Element => false,
            Subject::Path(path) => match path.root {
                Root::Derived(derived) => self.derived_holds(derived, &predicate.test),
                Root::Slot(slot) if path.steps.is_empty() => self.slot_holds(slot, &predicate.test),
                _ => self.reach(path, &mut |node| predicate.test.node(node, &|other| self.texts(other))),
            },
        }
    }

    /// Every scalar text at a path, in order, at most [`TEXTS_MAX`].
    pub(crate) fn texts(&self, path: &Path) -> Vec<String> {
        const TEXTS_MAX: usize = 256;
        let mut texts = Vec::new();
        if let Root::Derived(derived) = path.root {
            return self.derived(derived).clone();
        }
        self.reach(path, &mut |node| {
            values(node, &mut |value| {
                texts.extend(value.scalar().map(Cow::into_owned));
                texts.len() >= TEXTS_MAX
            })
        });
        texts
    }

    /// A field with a place of its own, judged without a tree when it is a scalar.
    fn slot_holds(&self, slot: Slot, test: &Test) -> bool {
        let Some(json) = self.record.json(slot) else { return false };
        match (json.as_bytes().first(), test) {
            (Some(b'n') | None, _) => false,
            (_, Test::Exists) => true,
            (Some(b'{' | b'['), _) | (_, Test::Field { .. } | Test::Element { .. }) => {
                self.tree(slot, &mut |node| test.node(node, &|other| self.texts(other)))
            }
            _ => scalar_text(json).is_some_and(|text| test.scalar(&text)),
        }
    }

    fn reach(&self, path: &Path, visit: &mut dyn FnMut(&Node<'_>) -> bool) -> bool {
        match path.root {
            Root::Slot(slot) => self.tree(slot, &mut |node| walk(node, &path.steps, visit)),
            Root::Record => self.whole().is_some_and(|node| walk(node, &path.steps, visit)),
            Root::Derived(_) => false,
        }
    }

    fn tree(&self, slot: Slot, visit: &mut dyn FnMut(&Node<'_>) -> bool) -> bool {
        let parse = || self.record.json(slot).and_then(Node::parse);
        for place in &self.trees {
            let (held, node) = place.get_or_init(|| (slot, parse()));
            if *held == slot {
                return node.as_ref().is_some_and(visit);
            }
        }
        parse().is_some_and(|node| visit(&node))
    }

    fn whole(&self) -> Option<&Node<'r>> {
        self.whole.get_or_init(|| Node::parse(self.record.raw())).as_ref()
    }

    fn derived(&self, derived: Derived) -> &Vec<String> {
        self.derived[derived as usize].get_or_init(|| derived.values(self.facts.get_or_init(|| Facts::of(&self.record, self.lists))))
    }

    fn derived_holds(&self, derived: Derived, test: &Test) -> bool {
        let values = self.derived(derived);
        match test {
            Test::Exists => !values.is_empty(),
            test => values.iter().any(|value| test.node(&Node::Text(Cow::Borrowed(value)), &|other| self.texts(other))),
        }
    }
}
