//! Kinds of texts: those of a field that no condition tells apart. A few kinds stand for thousands of names, keys and addresses, so
//! that most records are of a combination that was looked at before.

use std::sync::Arc;

use hashbrown::HashMap;
use watchfire_model::{Record, Slot};

use super::Glance;
use crate::derive::{Derived, aws_service_call};
use crate::matcher::Scratch;
use crate::path::{Path, Root};
use crate::predicate::{Predicate, Subject, Test};

/// What conditions ask of a field's text.
#[derive(Debug)]
pub(super) enum Question {
    /// Whether it satisfies a test.
    Test(Test),
    /// What it says of who called.
    Caller,
    /// What it is, letter by letter: it is compared with another field.
    Itself,
}

/// What predicates about texts ask of each field. One that asks whether a field is there at all asks nothing of its text.
pub(super) fn questions(predicates: &[&Predicate]) -> Vec<(Slot, Vec<Question>)> {
    let mut questions: std::collections::BTreeMap<Slot, Vec<Question>> = Default::default();
    for Predicate { subject, test } in predicates {
        let Subject::Path(path) = subject else { continue };
        match (path.root, test) {
            (Root::Derived(Derived::AwsServiceCall), _) => {
                Derived::AwsServiceCall.fields().iter().for_each(|slot| questions.entry(*slot).or_default().push(Question::Caller));
            }
            (Root::Slot(slot), Test::Exists) => drop(questions.entry(slot).or_default()),
            (Root::Slot(slot), Test::Field { other, .. }) => {
                let slots = [Some(slot), of_slot(other)];
                slots.into_iter().flatten().for_each(|slot| questions.entry(slot).or_default().push(Question::Itself));
            }
            (Root::Slot(slot), test) => questions.entry(slot).or_default().push(Question::Test(test.clone())),
            (Root::Record | Root::Derived(_), _) => {}
        }
    }
    questions.into_iter().collect()
}

fn of_slot(path: &Path) -> Option<Slot> {
    if let Root::Slot(slot) = path.root { Some(slot) } else { None }
}

/// What a look says of records of one combination of kinds. Fields come in the order of their places.
#[derive(Debug)]
pub struct Verdict {
    /// Positions of the rules that may match.
    pub rules: Box<[usize]>,
    /// All of them do, and the fields in sight are all that they give to correlations.
    pub is_sure: bool,
    /// Those that may not match after all.
    pub open: Box<[usize]>,
    /// The fields that decide whether those do.
    pub asks: Box<[Slot]>,
    /// The fields that decide what becomes of matches, as far as fields do.
    pub keeps: Box<[Slot]>,
    /// All of these; nothing when only the whole record decides.
    pub needs: Option<Box<[Slot]>>,
}

/// One thread's memory of the kinds it met. A kind's number never comes to stand for another one.
#[derive(Debug, Default)]
pub struct Kinds {
    fields: Vec<Field>,
    verdicts: HashMap<Vec<u32>, Arc<Verdict>, foldhash::fast::FixedState>,
    scratch: Scratch,
}

#[derive(Debug, Default)]
struct Field {
    by_text: HashMap<Box<str>, u32, foldhash::fast::FixedState>,
    by_answers: HashMap<Box<[u8]>, u32, foldhash::fast::FixedState>,
    /// Kinds so far; 0 is the kind of records without the field.
    count: u32,
}

/// Texts of one field that are remembered; past that the memory begins anew: some 20 MB.
const TEXTS_MAX: usize = 128 * 1024;

/// Combinations that are remembered, some 150 bytes each.
const VERDICTS_MAX: usize = 128 * 1024;

impl Kinds {
    /// The kind of a text of the field at this place among those [`asked`](Glance::asked) for; never 0, which is for its absence.
    pub fn kind(&mut self, glance: &Glance, at: usize, text: &str) -> u32 {
        if self.fields.len() < glance.questions.len() {
            self.fields.resize_with(glance.questions.len(), Field::default);
        }
        let (Some(field), Some((_, questions))) = (self.fields.get_mut(at), glance.questions.get(at)) else { return 0 };
        if questions.is_empty() {
            return 1;
        }
        if let Some(kind) = field.by_text.get(text) {
            return *kind;
        }
        if field.by_text.len() >= TEXTS_MAX {
            field.by_text.clear();
            field.by_answers.clear();
        }
        let answers = answers(questions, text);
        let count = &mut field.count;
        let kind = *field.by_answers.entry(answers).or_insert_with(|| {
            *count += 1;
            *count
        });
        field.by_text.insert(text.into(), kind);
        kind
    }

    /// What a look says of records of these kinds; `record` is one of them, asked for when the combination is new.
    pub fn look<'r>(&mut self, glance: &Glance, kinds: &[u32], record: impl FnOnce() -> Record<'r>) -> &Arc<Verdict> {
        if self.verdicts.len() >= VERDICTS_MAX {
            self.verdicts.clear();
        }
        let scratch = &mut self.scratch;
        self.verdicts.entry_ref(kinds).or_insert_with(|| glance.look(&record(), scratch).into())
    }
}

/// All that conditions can learn of a text.
fn answers(questions: &[Question], text: &str) -> Box<[u8]> {
    let mut answers = Vec::new();
    let (mut bits, mut count) = (0, 0);
    for question in questions {
        match question {
            Question::Test(test) => {
                bits |= u8::from(test.scalar(text)) << count;
                count += 1;
            }
            Question::Caller => answers.push(aws_service_call::Word::of(text) as u8),
            Question::Itself => answers.extend(text.bytes()),
        }
        if count == u8::BITS {
            answers.push(bits);
            (bits, count) = (0, 0);
        }
    }
    answers.push(bits);
    answers.into()
}
