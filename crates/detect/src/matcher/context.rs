//! One record under judgement: what was parsed of it so far.

use std::borrow::Cow;
use std::cell::{OnceCell, RefCell};
use std::rc::Rc;

use hashbrown::HashMap;
use watchfire_model::{Record, Slot};

use crate::derive::{Derived, Facts, Values};
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
    derived: [OnceCell<Values>; Derived::ALL.len()],
    /// Texts at nested paths that were asked about.
    texts: RefCell<Vec<(PathNumber, Rc<[String]>)>>,
}

/// The number of a nested path among all that a matcher's predicates ask about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PathNumber(u32);

/// Numbers the nested paths of predicates whose tests see texts: those share what they find there.
pub(super) fn number_paths(predicates: &[Predicate]) -> Vec<Option<PathNumber>> {
    let mut numbers: HashMap<&Path, u32> = HashMap::new();
    let mut number = |path| {
        let next = numbers.len() as u32;
        PathNumber(*numbers.entry(path).or_insert(next))
    };
    predicates.iter().map(|predicate| nested_texts(predicate).map(&mut number)).collect()
}

/// The nested path whose texts alone decide a predicate.
fn nested_texts(predicate: &Predicate) -> Option<&Path> {
    match (&predicate.subject, &predicate.test) {
        (Subject::Path(path), Test::Text(_) | Test::Number(..) | Test::Cidr(_) | Test::Time(..)) => {
            (!path.steps.is_empty() && !matches!(path.root, Root::Derived(_))).then_some(path)
        }
        _ => None,
    }
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
            texts: RefCell::default(),
        }
    }

    /// Whether a predicate holds; `number` is that of its path, where it has one.
    pub(crate) fn holds(&self, predicate: &Predicate, number: Option<PathNumber>) -> bool {
        match &predicate.subject {
            Subject::Path(path) if let Some(number) = number => {
                self.shared_texts(number, path).iter().any(|text| predicate.test.scalar(text))
            }
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
            return self.derived(derived).texts().map(str::to_owned).collect();
        }
        self.reach(path, &mut |node| {
            values(node, &mut |value| {
                texts.extend(value.scalar().map(Cow::into_owned));
                texts.len() >= TEXTS_MAX
            })
        });
        texts
    }

    /// The first scalar text at a path.
    pub(crate) fn first_text(&self, path: &Path) -> Option<Cow<'r, str>> {
        self.texts(path).into_iter().next().map(Cow::Owned)
    }

    /// Every scalar text at a path, found once a record.
    fn shared_texts(&self, number: PathNumber, path: &Path) -> Rc<[String]> {
        if let Some((_, texts)) = self.texts.borrow().iter().find(|(known, _)| *known == number) {
            return texts.clone();
        }
        let mut found = Vec::new();
        self.reach(path, &mut |node| {
            values(node, &mut |value| {
                found.extend(value.scalar().map(Cow::into_owned));
                false
            })
        });
        let texts: Rc<[String]> = found.into();
        self.texts.borrow_mut().push((number, texts.clone()));
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

    fn derived(&self, derived: Derived) -> &Values {
        self.derived[derived as usize].get_or_init(|| derived.values(self.facts.get_or_init(|| Facts::of(&self.record, self.lists))))
    }

    fn derived_holds(&self, derived: Derived, test: &Test) -> bool {
        let values = self.derived(derived);
        match test {
            Test::Exists => values.texts().next().is_some(),
            test => values.texts().any(|value| test.node(&Node::Text(Cow::Borrowed(value)), &|other| self.texts(other))),
        }
    }
}
