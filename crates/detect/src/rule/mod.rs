//! Rule files into a [`RuleSet`]: every rule that could be read, and a diagnostic for everything that could not.

mod correlation;
mod diagnostic;
mod lists;
mod load;
mod locate;
mod meta;
mod parsing;
mod proof;

use std::collections::BTreeSet;
use std::sync::Arc;

pub(crate) use correlation::{field_for, key_position, value_fields};
pub use diagnostic::{Diagnostic, Weight};
pub use lists::Lists;
pub use load::RuleText;
pub use meta::Meta;
pub use proof::{Case, CaseEvent};
pub use watchfire_model::Severity as Level;

use crate::expr::Expr;
use crate::predicate::Predicate;

/// One Sigma rule: what to say, and the condition in lowered form.
#[derive(Debug)]
pub struct Rule {
    /// What to say about a match.
    pub meta: Meta,
    /// The parsed Sigma text; what the referee evaluates.
    pub sigma: Arc<rsigma_parser::SigmaRule>,
    /// Filters that apply to it, by position in [`RuleSet::filters`].
    pub filters: Vec<Arc<rsigma_parser::FilterRule>>,
    /// The values of its placeholders.
    pub lists: Arc<Lists>,
    /// The condition, filters included.
    pub(crate) expr: Expr,
    /// The rule speaks only through a correlation that names it.
    pub quiet: bool,
}

/// A Sigma correlation with its rules found.
#[derive(Debug)]
pub struct Correlation {
    /// What to say when it fires.
    pub meta: Meta,
    /// The parsed Sigma text.
    pub sigma: Arc<rsigma_parser::CorrelationRule>,
    /// What it correlates, in the order named.
    pub parts: Vec<RuleKind>,
    /// It speaks only through another correlation that names it.
    pub quiet: bool,
}

/// What a correlation refers to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RuleKind {
    /// A rule, by position in [`RuleSet::rules`].
    Rule(usize),
    /// A correlation, by position in [`RuleSet::correlations`].
    Correlation(usize),
}

/// A Sigma filter: a condition added to the rules it names.
#[derive(Debug)]
pub struct Filter {
    /// The parsed Sigma text.
    pub sigma: Arc<rsigma_parser::FilterRule>,
    /// File it came from.
    pub file: Arc<str>,
}

/// All rules of one source, ready to compile.
#[derive(Debug, Default)]
pub struct RuleSet {
    /// Rules of this source.
    pub rules: Vec<Rule>,
    /// Correlations over them.
    pub correlations: Vec<Correlation>,
    /// Filters that were applied.
    pub filters: Vec<Filter>,
    /// Everything that was wrong or will not be answered.
    pub diagnostics: Vec<Diagnostic>,
    /// Rules that ask for another log source, counted per source.
    pub other_sources: std::collections::BTreeMap<String, usize>,
    /// The values of placeholders, and what derived fields know of the organisation (`own_accounts`).
    pub lists: Arc<Lists>,
    /// All predicates of the rules, shared.
    pub(crate) predicates: Vec<Predicate>,
}

impl RuleSet {
    /// Positions of the rules that judge records for these: themselves, or what their correlations stand on.
    pub fn base_rules(&self, kinds: impl IntoIterator<Item = RuleKind>) -> BTreeSet<usize> {
        let mut rules = BTreeSet::new();
        let mut open: Vec<RuleKind> = kinds.into_iter().collect();
        let mut seen = BTreeSet::new();
        while let Some(kind) = open.pop() {
            match kind {
                RuleKind::Rule(at) => drop(rules.insert(at)),
                RuleKind::Correlation(at) if seen.insert(at) => {
                    open.extend(self.correlations.get(at).into_iter().flat_map(|correlation| correlation.parts.iter().copied()));
                }
                RuleKind::Correlation(_) => {}
            }
        }
        rules
    }
}
