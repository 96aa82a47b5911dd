//! Sigma's parsed form into [`Expr`] over shared [`Predicate`]s.

mod check;
mod near;
mod problem;
mod values;

use std::collections::BTreeMap;

use hashbrown::HashMap;
use rsigma_parser::{
    ArrayQuantifier, ConditionExpr, Detection, DetectionItem, Detections, Modifier, Quantifier, SelectorPattern, SigmaValue,
    detection_name_matches,
};
use watchfire_model::Schema;

use crate::expr::{Expr, PredicateId};
use crate::path::{Path, Root};
use crate::predicate::{Predicate, Subject, Test};
use crate::rule::Lists;
pub(crate) use near::nearest;
pub(crate) use problem::{Problem, unknown_field};
pub(crate) use values::asks_text;

/// Predicates, each once.
#[derive(Debug, Default)]
pub(crate) struct Interner {
    pub(crate) predicates: Vec<Predicate>,
    ids: HashMap<Predicate, PredicateId, foldhash::fast::FixedState>,
}

impl Interner {
    pub(crate) fn intern(&mut self, predicate: Predicate) -> PredicateId {
        let next = PredicateId(self.predicates.len() as u32);
        *self.ids.entry(predicate).or_insert_with_key(|predicate| {
            self.predicates.push(predicate.clone());
            next
        })
    }
}

/// Lowers the detections of one rule or filter.
pub(crate) struct Lowering<'a> {
    pub(crate) schema: &'a Schema,
    pub(crate) lists: &'a Lists,
    pub(crate) interner: &'a mut Interner,
    pub(crate) problems: Vec<Problem>,
}

/// Whether fields are looked up in the record or in one array element.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scope {
    Record,
    Element,
}

impl Lowering<'_> {
    /// The condition of a rule: any of its condition lines.
    pub(crate) fn detections(&mut self, detections: &Detections) -> Expr {
        let named = self.named(detections.named.iter(), Scope::Record);
        for (name, _) in detections.named.iter().filter(|(_, detection)| check::is_empty(detection)) {
            self.problems.push(Problem {
                code: "bad_detection",
                needle: name.clone(),
                message: format!("the selection {name:?} asks nothing"),
                help: "give it at least one field, or remove it".to_owned(),
                fatal: true,
            });
        }
        if detections.timeframe.is_some() {
            self.problems.push(Problem {
                code: "bad_detection",
                needle: "timeframe".to_owned(),
                message: "`timeframe` has no meaning in a rule".to_owned(),
                help: "write a correlation over this rule".to_owned(),
                fatal: false,
            });
        }
        for condition in &detections.conditions {
            check::selections(condition, &named, &mut self.problems);
        }
        // A selection whose name is misspelt in the condition is told of once.
        if self.problems.iter().all(|problem| problem.code != "unknown_selection") {
            check::unused(detections, &mut self.problems);
        }
        Expr::any(detections.conditions.iter().map(|condition| combine(condition, &named)).collect())
    }

    /// In order of name, so that the same rule always lowers to the same form.
    fn named<'d>(&mut self, named: impl Iterator<Item = (&'d String, &'d Detection)>, scope: Scope) -> BTreeMap<String, Expr> {
        let sorted: BTreeMap<&String, &Detection> = named.collect();
        sorted.into_iter().map(|(name, detection)| (name.clone(), self.detection(detection, scope))).collect()
    }

    fn detection(&mut self, detection: &Detection, scope: Scope) -> Expr {
        match detection {
            Detection::AllOf(items) => Expr::all(items.iter().map(|item| self.item(item, scope)).collect()),
            Detection::AnyOf(parts) => Expr::any(parts.iter().map(|part| self.detection(part, scope)).collect()),
            Detection::And(parts) => Expr::all(parts.iter().map(|part| self.detection(part, scope)).collect()),
            Detection::Keywords(values) => {
                let field = rsigma_parser::FieldSpec::new(None, Vec::new());
                self.item(&DetectionItem { field, values: values.clone() }, scope)
            }
            Detection::ArrayMatch { field, quantifier, body } => self.array(field, *quantifier, body, scope),
            Detection::Conditional { named, condition } => {
                let named = self.named(named.iter(), scope);
                combine(condition, &named)
            }
        }
    }

    /// Every quantifier comes down to "some element": all = some, and none that fails; none = not some.
    fn array(&mut self, field: &str, quantifier: ArrayQuantifier, body: &Detection, scope: Scope) -> Expr {
        let mut inner = Interner::default();
        let expr = {
            let mut lowering = Lowering { schema: self.schema, lists: self.lists, interner: &mut inner, problems: Vec::new() };
            let expr = lowering.detection(body, Scope::Element);
            self.problems.append(&mut lowering.problems);
            expr
        };
        let subject = self.subject(Some(field), scope);
        let predicates: Box<[Predicate]> = inner.predicates.into();
        let mut some = |expr: Expr| {
            let test = Test::Element { expr: Box::new(expr), predicates: predicates.clone() };
            Expr::Predicate(self.interner.intern(Predicate { subject: subject.clone(), test }))
        };
        match quantifier {
            ArrayQuantifier::Any => some(expr),
            ArrayQuantifier::None => some(expr).negated(),
            ArrayQuantifier::AllOrEmpty => some(expr.negated()).negated(),
            ArrayQuantifier::All => Expr::all(vec![some(Expr::Constant(true)), some(expr.negated()).negated()]),
        }
    }

    fn subject(&mut self, field: Option<&str>, scope: Scope) -> Subject {
        match (field, scope) {
            (None, Scope::Record) => Subject::Anywhere,
            (None, Scope::Element) => Subject::Element,
            (Some(field), Scope::Element) => Subject::Path(Path::inside_element(field)),
            (Some(field), Scope::Record) => Subject::Path(self.path(field)),
        }
    }

    /// Resolves a field of the record; a field the source does not have is a problem, not silence.
    fn path(&mut self, field: &str) -> Path {
        let path = Path::resolve(field, self.schema);
        if path.root == Root::Record {
            self.problems.push(unknown_field(field, self.schema));
        }
        path
    }

    fn predicate(&mut self, subject: &Subject, test: Test) -> Expr {
        Expr::Predicate(self.interner.intern(Predicate { subject: subject.clone(), test }))
    }

    /// One `field|modifiers: values`.
    fn item(&mut self, item: &DetectionItem, scope: Scope) -> Expr {
        let is_keyword = item.field.is_keyword() && scope == Scope::Record;
        if let Err(problem) = check::item(item, is_keyword) {
            self.problems.push(problem);
            return Expr::Constant(false);
        }
        if scope == Scope::Record {
            check::event_sources(item, &mut self.problems);
        }
        let has = |modifier: Modifier| item.field.has_modifier(modifier);
        let subject = self.subject(item.field.name.as_deref(), scope);
        let expr = if has(Modifier::Exists) {
            let wanted = matches!(item.values.first(), Some(SigmaValue::Bool(true)));
            let exists = self.predicate(&subject, Test::Exists);
            if wanted { exists } else { exists.negated() }
        } else if item.values.is_empty() {
            self.predicate(&subject, Test::Exists).negated()
        } else if has(Modifier::All) {
            self.all_values(&subject, item)
        } else {
            self.values(&subject, item, &item.values)
        };
        if has(Modifier::Neq) { expr.negated() } else { expr }
    }
}

/// A Sigma condition over lowered selections. Names were checked by the parser; an unknown one can only be false.
fn combine(condition: &ConditionExpr, named: &BTreeMap<String, Expr>) -> Expr {
    match condition {
        ConditionExpr::And(parts) => Expr::all(parts.iter().map(|part| combine(part, named)).collect()),
        ConditionExpr::Or(parts) => Expr::any(parts.iter().map(|part| combine(part, named)).collect()),
        ConditionExpr::Not(part) => combine(part, named).negated(),
        ConditionExpr::Identifier(name) => named.get(name).cloned().unwrap_or(Expr::Constant(false)),
        ConditionExpr::Selector { quantifier, pattern } => {
            let chosen: Vec<Expr> = named
                .iter()
                .filter(|(name, _)| match pattern {
                    SelectorPattern::Them => !name.starts_with('_'),
                    SelectorPattern::Pattern(pattern) => detection_name_matches(pattern, name),
                })
                .map(|(_, expr)| expr.clone())
                .collect();
            match quantifier {
                Quantifier::Any => Expr::any(chosen),
                Quantifier::All if chosen.is_empty() => Expr::Constant(false),
                Quantifier::All => Expr::all(chosen),
                Quantifier::Count(count) => Expr::at_least(usize::try_from(*count).unwrap_or(usize::MAX), chosen),
            }
        }
    }
}
