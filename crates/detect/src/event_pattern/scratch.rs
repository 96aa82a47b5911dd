//! One event under judgement, and what is remembered from one event to the next.

use std::sync::Arc;

use smallvec::SmallVec;

use super::consistency::{Step, can_choose};
use super::found::{Finds, WHOLE};
use super::gate::{self, Bits, Opened};
use super::matcher::{Condition, EventMatcher, Predicate};
use crate::matcher::{Current, Memory};

/// A matcher's working memory; one per thread.
#[derive(Debug, Default)]
pub struct EventScratch {
    owner: Option<Arc<()>>,
    event: u32,
    pub(super) finds: Finds,
    memories: Vec<Option<Box<Memory>>>,
    memory_count: usize,
    /// Per predicate: the event for which it was asked, and what it came to.
    truth: Vec<(u32, Truth)>,
    visited: Vec<u32>,
    hit: Vec<u32>,
    candidates: Vec<u32>,
    undecided: Vec<u32>,
    /// What values of each gate leave open.
    opened: Vec<Opened>,
}

/// What a predicate comes to on an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Truth {
    /// It does not hold.
    Not,
    /// It holds whatever array elements others choose.
    Holds,
    /// A value satisfies it, in an array element.
    InElement,
    /// Every value of the field stands in some array element: whether it is absent depends on which are chosen.
    MayBeAbsent,
}

/// Fields of which values are remembered, at most: each costs some memory per thread.
const MEMORIES_MAX: usize = 256;

impl EventScratch {
    pub(super) fn begin(&mut self, matcher: &EventMatcher) {
        let is_owner = self.owner.as_ref().is_some_and(|owner| Arc::ptr_eq(owner, &matcher.identity));
        if !is_owner || self.event == u32::MAX {
            *self = EventScratch {
                owner: Some(matcher.identity.clone()),
                finds: Finds::new(matcher.fields.len()),
                memories: (0..matcher.fields.len()).map(|_| None).collect(),
                truth: vec![(0, Truth::Not); matcher.predicates.len()],
                visited: vec![0; matcher.conditions.len()],
                hit: vec![0; matcher.pattern_count()],
                opened: matcher.gates.iter().map(|_| Opened::default()).collect(),
                ..EventScratch::default()
            };
        }
        self.event += 1;
        self.finds.begin(self.event);
        self.candidates.clear();
        self.undecided.clear();
    }

    /// Calls `hit` with every pattern that the event satisfies; gives those that could not be decided.
    pub(super) fn judge_all(&mut self, matcher: &EventMatcher, text: &str, mut hit: impl FnMut(usize)) -> &[u32] {
        let gates = self.gates(matcher, text);
        self.point(&matcher.always, &gates);
        for &field in &matcher.anchored {
            self.look_up(matcher, field, text, &gates);
        }
        let candidates = std::mem::take(&mut self.candidates);
        for &candidate in &candidates {
            let at = candidate as usize;
            let condition = &matcher.conditions[at];
            match self.holds(matcher, condition, text) {
                Some(false) => {}
                Some(true) => {
                    for &rule in &condition.rules {
                        if std::mem::replace(&mut self.hit[rule as usize], self.event) != self.event {
                            hit(rule as usize);
                        }
                    }
                }
                None => self.undecided.extend_from_slice(&condition.rules),
            }
        }
        self.candidates = candidates;
        if !self.undecided.is_empty() {
            let (hit, event) = (&self.hit, self.event);
            self.undecided.retain(|rule| hit[*rule as usize] != event);
            self.undecided.sort_unstable();
            self.undecided.dedup();
        }
        &self.undecided
    }

    /// What the event's values leave open, as far as that is known.
    fn gates(&mut self, matcher: &EventMatcher, text: &str) -> SmallVec<[Bits; 2]> {
        let mut all = SmallVec::new();
        for (at, gate) in matcher.gates.iter().enumerate() {
            match *self.finds.of_field(gate.field) {
                [] => all.push(Opened::without_value(gate)),
                [number] => {
                    let (Current::Number(seen) | Current::Pointless(seen)) = self.remembered(matcher, gate.field, number, text) else {
                        continue;
                    };
                    let Some(memory) = self.memories[gate.field as usize].as_mut() else { continue };
                    let json = self.finds.json(&self.finds.values[number as usize], text);
                    all.extend(self.opened[at].by_value(gate, memory, seen, &matcher.predicates, json));
                }
                _ => {}
            }
        }
        all
    }

    /// Adds conditions to the candidates: each once, and only what the gates leave open.
    fn point(&mut self, conditions: &[u32], gates: &[Bits]) {
        for &condition in conditions {
            let at = condition as usize;
            if gates.iter().all(|bits| gate::is_open(bits, at)) && self.visited[at] != self.event {
                self.visited[at] = self.event;
                self.candidates.push(condition);
            }
        }
    }

    /// Adds the conditions that a field's values point to.
    fn look_up(&mut self, matcher: &EventMatcher, field: u32, text: &str, gates: &[Bits]) {
        let asked = &matcher.fields[field as usize];
        let count = self.finds.of_field(field).len();
        if count > 0 {
            self.point(&asked.present, gates);
        }
        for at in 0..if asked.values.is_empty() { 0 } else { count } {
            let number = self.finds.of_field(field)[at];
            match self.remembered(matcher, field, number, text) {
                Current::Number(seen) => {
                    let Some(memory) = self.memories[field as usize].take() else { continue };
                    self.point(memory.candidates(seen), gates);
                    self.memories[field as usize] = Some(memory);
                }
                Current::Pointless(_) => {}
                Current::NotLookedUp | Current::Absent | Current::Unremembered => {
                    let conditions = asked.values.conditions(self.finds.json(&self.finds.values[number as usize], text));
                    self.point(&conditions, gates);
                }
            }
        }
    }

    /// Where a value stands in the memory of its field; to be used before the next value is looked up.
    fn remembered(&mut self, matcher: &EventMatcher, field: u32, number: u32, text: &str) -> Current {
        let found = self.finds.values[number as usize];
        let asked = &matcher.fields[field as usize];
        let memory = &mut self.memories[field as usize];
        if memory.is_none() && !asked.is_id && self.memory_count < MEMORIES_MAX {
            *memory = Some(Box::default());
            self.memory_count += 1;
        }
        let Some(memory) = memory else { return Current::Unremembered };
        if let Some((current, generation)) = found.memory
            && generation == memory.generation()
        {
            return current;
        }
        let current = memory.find(self.finds.json(&found, text), &asked.values);
        self.finds.values[number as usize].memory = Some((current, memory.generation()));
        current
    }

    /// Whether a value satisfies a predicate, its field's absence aside.
    fn fits(&mut self, matcher: &EventMatcher, predicate: &Predicate, number: u32, text: &str) -> bool {
        let current = self.remembered(matcher, predicate.field, number, text);
        let json = self.finds.json(&self.finds.values[number as usize], text);
        let mut judge = || predicate.alternatives.hold_on(json);
        match current {
            Current::Number(seen) | Current::Pointless(seen) => {
                match self.memories[predicate.field as usize].as_mut().and_then(|memory| memory.seen(seen)) {
                    Some(seen) => seen.verdict(predicate.number, &mut judge),
                    None => judge(),
                }
            }
            Current::NotLookedUp | Current::Absent | Current::Unremembered => judge(),
        }
    }

    fn truth(&mut self, matcher: &EventMatcher, id: u32, text: &str) -> Truth {
        let (event, known) = self.truth[id as usize];
        if event == self.event {
            return known;
        }
        let truth = self.judge(matcher, &matcher.predicates[id as usize], text);
        self.truth[id as usize] = (self.event, truth);
        truth
    }

    fn judge(&mut self, matcher: &EventMatcher, predicate: &Predicate, text: &str) -> Truth {
        let count = self.finds.of_field(predicate.field).len();
        if count == 0 {
            return if predicate.alternatives.absent { Truth::Holds } else { Truth::Not };
        }
        let any_whole = self.finds.any_whole(predicate.field);
        if predicate.alternatives.absent && !any_whole {
            return Truth::MayBeAbsent;
        }
        let mut truth = Truth::Not;
        for at in 0..count {
            let number = self.finds.of_field(predicate.field)[at];
            let is_whole = self.finds.values[number as usize].element == WHOLE;
            if (is_whole || truth == Truth::Not) && self.fits(matcher, predicate, number, text) {
                if is_whole {
                    return Truth::Holds;
                }
                truth = Truth::InElement;
                if !any_whole {
                    break;
                }
            }
        }
        truth
    }

    /// Whether a condition holds; nothing when that takes too long to tell.
    fn holds(&mut self, matcher: &EventMatcher, condition: &Condition, text: &str) -> Option<bool> {
        let (mut in_elements, mut may_be_absent) = (0, false);
        for &term in &condition.quickest {
            match self.truth(matcher, term, text) {
                Truth::Not => return Some(false),
                Truth::Holds => {}
                Truth::InElement => in_elements += 1,
                Truth::MayBeAbsent => may_be_absent = true,
            }
        }
        if !may_be_absent && in_elements < 2 {
            return Some(true);
        }
        self.choose(matcher, condition, may_be_absent, text)
    }

    #[cold]
    fn choose(&mut self, matcher: &EventMatcher, condition: &Condition, may_be_absent: bool, text: &str) -> Option<bool> {
        let mut steps: Vec<(u32, Vec<u32>, bool)> = Vec::new();
        for &term in &condition.terms {
            let predicate = &matcher.predicates[term as usize];
            let truth = self.truth(matcher, term, text);
            let numbers = self.finds.of_field(predicate.field).to_vec();
            if numbers.is_empty() || (truth == Truth::Holds && !may_be_absent) {
                continue;
            }
            let fitting = numbers.into_iter().filter(|number| self.fits(matcher, predicate, *number, text)).collect();
            steps.push((predicate.field, fitting, truth == Truth::MayBeAbsent));
        }
        let finds = &self.finds;
        let step = |(field, fitting, absent): (u32, Vec<u32>, bool)| Step { fitting, absent: absent.then(|| finds.of_field(field)) };
        let steps: Vec<Step<'_>> = steps.into_iter().map(step).collect();
        can_choose(&steps, finds)
    }
}
