//! How a predicate is asked of a record: the cheapest way that can tell. Most need no tree, so that most records never get one.

use watchfire_model::{Record, Slot, scalar_text};

use super::context::PathNumber;
use super::index::{Index, Place};
use crate::derive::{Derived, aws_service_call};
use crate::path::Root;
use crate::predicate::{Predicate, Subject, Test};

/// One predicate's way.
#[derive(Debug, Clone, Copy)]
pub(super) enum Way {
    /// The field is there or not: quicker to look than to remember.
    Presence(Slot),
    /// The verdict is remembered with the field's value.
    Remembered(Place),
    /// The field's text, which hardly ever returns.
    Text(Slot),
    /// The judgement on the identity alone.
    AwsServiceCall,
    /// Trees and the other judgements.
    Parsed(Option<PathNumber>),
}

impl Way {
    pub(super) fn of(id: usize, predicate: &Predicate, path: Option<PathNumber>, index: &Index) -> Way {
        let Subject::Path(path_of) = &predicate.subject else { return Way::Parsed(path) };
        match (path_of.root, &predicate.test) {
            _ if let Some(place) = index.place_of(id) => Way::Remembered(place),
            (Root::Slot(slot), Test::Exists) if path_of.steps.is_empty() => Way::Presence(slot),
            (Root::Slot(slot), Test::Text(_)) if path_of.steps.is_empty() => Way::Text(slot),
            (Root::Derived(Derived::AwsServiceCall), Test::Text(_)) => Way::AwsServiceCall,
            _ => Way::Parsed(path),
        }
    }
}

/// Whether a field holds anything.
#[inline]
pub(super) fn is_present(record: &Record<'_>, slot: Slot) -> bool {
    record.json(slot).is_some_and(|json| !json.starts_with('n'))
}

/// Whether a field's scalar satisfies a test; nothing when it is no scalar.
#[inline]
pub(super) fn text_holds(record: &Record<'_>, slot: Slot, test: &Test) -> Option<bool> {
    let Some(json) = record.json(slot) else { return Some(false) };
    if json.starts_with(['{', '[']) {
        return None;
    }
    Some(scalar_text(json).is_some_and(|text| test.scalar(&text)))
}

/// Whether the judgement that AWS itself called satisfies a test.
#[inline]
pub(super) fn service_call_holds(record: &Record<'_>, test: &Test) -> bool {
    aws_service_call::judge(record) && test.scalar("true")
}
