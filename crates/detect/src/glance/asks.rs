//! Which fields a condition, or a part of one, asks for.

use watchfire_model::Slot;

use crate::expr::Expr;
use crate::path::{Path, Root};
use crate::predicate::{Predicate, Subject, Test};

/// How deep a reader of fields can look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Depth {
    /// At texts that stand in a field by themselves.
    Texts,
    /// Into fields as well: members of a request, judgements about it.
    Members,
}

/// The weakest condition on known predicates that a condition implies; below a negation the strongest that implies it.
pub(super) fn bound(expr: &Expr, weakest: bool, is_known: &dyn Fn(&Expr) -> bool) -> Expr {
    let parts = |parts: &[Expr]| parts.iter().map(|part| bound(part, weakest, is_known)).collect::<Vec<_>>();
    match expr {
        Expr::Constant(value) => Expr::Constant(*value),
        Expr::Predicate(id) if is_known(expr) => Expr::Predicate(*id),
        Expr::Predicate(_) => Expr::Constant(weakest),
        Expr::Not(part) => bound(part, !weakest, is_known).negated(),
        Expr::And(all) => Expr::all(parts(all)),
        Expr::Or(any) => Expr::any(parts(any)),
        Expr::AtLeast(n, among) => {
            let among = parts(among);
            let held = among.iter().filter(|part| **part == Expr::Constant(true)).count();
            let open = among.into_iter().filter(|part| !matches!(part, Expr::Constant(_))).collect();
            Expr::at_least(n.saturating_sub(held), open)
        }
    }
}

/// Calls `field` with the fields that decide a predicate; false when it looks at more than fields with a place, or deeper.
pub(super) fn fields_of(predicate: &Predicate, depth: Depth, field: &mut dyn FnMut(Slot)) -> bool {
    let Subject::Path(path) = &predicate.subject else { return false };
    fields_of_path(path, depth, field) && fields_of_test(&predicate.test, depth, field)
}

fn fields_of_test(test: &Test, depth: Depth, field: &mut dyn FnMut(Slot)) -> bool {
    match test {
        Test::Exists | Test::Text(_) | Test::Number(..) | Test::Cidr(_) | Test::Time(..) => true,
        Test::Field { other, .. } => fields_of_path(other, depth, field),
        // What is asked of an element stands in the field itself, but for what it is compared with.
        Test::Element { predicates, .. } => {
            depth == Depth::Members && predicates.iter().all(|predicate| fields_of_test(&predicate.test, depth, field))
        }
    }
}

/// The same of a path.
pub(super) fn fields_of_path(path: &Path, depth: Depth, field: &mut dyn FnMut(Slot)) -> bool {
    match path.root {
        Root::Slot(slot) if path.steps.is_empty() || depth == Depth::Members => field(slot),
        Root::Derived(derived) if derived.is_of_texts() || depth == Depth::Members => derived.fields().iter().copied().for_each(field),
        Root::Slot(_) | Root::Record | Root::Derived(_) => return false,
    }
    true
}
