//! Whether values of several fields stand in one and the same element of every array they share.
//!
//! Fields are decided in the order of their paths. What was chosen so far is a set of array elements; a value agrees with it when none
//! of the elements it was reached through has a neighbour in the set. A field that may be absent is absent when no value of it agrees.

use hashbrown::HashSet;
use smallvec::SmallVec;

use super::found::Finds;

/// One field.
#[derive(Debug)]
pub(super) struct Step<'f> {
    /// Numbers of its values that satisfy an alternative, in the order of the text.
    pub(super) fitting: Vec<u32>,
    /// All its values, where it may be absent.
    pub(super) absent: Option<&'f [u32]>,
}

/// Elements chosen so far, by number.
type Chosen = SmallVec<[u32; 8]>;

/// Values looked at for one rule on one event. An event with many arrays of one name can ask for more than any time allows.
const LOOKS_MAX: u32 = 200_000;

/// Whether a value can be chosen for every field; nothing when that took too long to tell.
pub(super) fn can_choose(steps: &[Step<'_>], finds: &Finds) -> Option<bool> {
    let mut looks = 0;
    let mut all: HashSet<Chosen, foldhash::fast::FixedState> = HashSet::default();
    all.insert(Chosen::new());
    for (at, step) in steps.iter().enumerate() {
        let later = steps.get(at + 1..).unwrap_or_default();
        let mut next = HashSet::default();
        for chosen in &all {
            agreeing(chosen, &step.fitting, finds, &mut looks, &mut |value| {
                next.insert(joined(chosen, value, later, finds));
                later.is_empty()
            })?;
            if let Some(values) = step.absent {
                let mut is_absent = true;
                agreeing(chosen, values, finds, &mut looks, &mut |_| {
                    is_absent = false;
                    true
                })?;
                if is_absent {
                    next.insert(chosen.clone());
                }
            }
            if later.is_empty() && !next.is_empty() {
                return Some(true);
            }
        }
        if next.is_empty() {
            return Some(false);
        }
        all = next;
    }
    Some(true)
}

/// Visits the values that agree with what was chosen, until `visit` says so. Nothing when there were too many to look at.
fn agreeing(chosen: &Chosen, values: &[u32], finds: &Finds, looks: &mut u32, visit: &mut dyn FnMut(u32) -> bool) -> Option<()> {
    let mut at = 0;
    'values: while let Some(&value) = values.get(at) {
        *looks += 1;
        if *looks > LOOKS_MAX {
            return None;
        }
        for &element in chosen {
            let (Some(element), Some(found)) = (finds.elements.get(element as usize), finds.values.get(value as usize)) else { continue };
            let Some(array) = finds.arrays.get(element.array as usize) else { continue };
            let is_inside = (array.first..array.end).contains(&value) && !(element.first..element.end).contains(&value);
            if !is_inside {
                continue;
            }
            if array.has_scalars {
                let is_element = finds.chain(found.element).any(|other| finds.elements[other as usize].array == element.array);
                if is_element {
                    at += 1;
                    continue 'values;
                }
                continue;
            }
            let resume = if value < element.first { element.first } else { array.end };
            at += values.get(at..).unwrap_or_default().partition_point(|value| *value < resume);
            continue 'values;
        }
        if visit(value) {
            return Some(());
        }
        at += 1;
    }
    Some(())
}

/// What is chosen once a value is: without the elements of arrays that no later field has a value in.
fn joined(chosen: &Chosen, value: u32, later: &[Step<'_>], finds: &Finds) -> Chosen {
    let mut all: Chosen = chosen.clone();
    if let Some(found) = finds.values.get(value as usize) {
        all.extend(finds.chain(found.element));
    }
    all.retain(|element| {
        let Some(array) = finds.elements.get(*element as usize).and_then(|element| finds.arrays.get(element.array as usize)) else {
            return false;
        };
        let touches = |values: &[u32]| {
            let from = values.partition_point(|value| *value < array.first);
            values.get(from).is_some_and(|value| *value < array.end)
        };
        later.iter().any(|step| touches(&step.fitting) || step.absent.is_some_and(touches))
    });
    all.sort_unstable();
    all.dedup();
    all
}
