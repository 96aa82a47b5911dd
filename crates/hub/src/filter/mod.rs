//! Filters of findings: what GetFindings, insights, automation rules and suppressions ask for.

mod comparison;
mod read;
#[cfg(test)]
mod tests;

use serde_json::{Map, Value};
use watchfire_model::EventTime;

pub use comparison::{Cidr, Comparison, DateComparison, MapComparison, NumberComparison, Operator, TextComparison};

use crate::AwsError;
use crate::asff::Asff;
use crate::attribute::{Attribute, Kind};

/// Attributes of one filter, and values of one attribute, at most.
const ATTRIBUTES_MAX: usize = 10;
const VALUES_MAX: usize = 20;

/// Conditions that hold together. Of each attribute the positive comparisons are alternatives and the negative ones all hold; a
/// finding without a value passes the negative ones.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Filters {
    conditions: Vec<Condition>,
    given: Map<String, Value>,
}

/// What is asked of one attribute.
#[derive(Debug, Clone, PartialEq)]
pub struct Condition {
    /// The attribute.
    pub attribute: &'static Attribute,
    /// The comparisons, at least one.
    pub comparisons: Vec<Comparison>,
}

impl Filters {
    /// Reads AWS's `AwsSecurityFindingFilters`.
    ///
    /// # Errors
    /// An attribute or comparison that is not known or not in order.
    pub fn read(value: &Value) -> Result<Filters, AwsError> {
        Filters::read_bounded(value, ATTRIBUTES_MAX)
    }

    /// Reads AWS's `AutomationRulesFindingFilters`: fewer attributes, but as many of them as one likes.
    ///
    /// # Errors
    /// As of [`Filters::read`], and attributes that rules cannot ask for.
    pub fn read_criteria(value: &Value) -> Result<Filters, AwsError> {
        let filters = Filters::read_bounded(value, usize::MAX)?;
        match filters.conditions.iter().find(|condition| !condition.attribute.is_criterion) {
            Some(condition) => Err(AwsError::invalid(format!("{} cannot be a criterion of a rule", condition.attribute.name))),
            None => Ok(filters),
        }
    }

    fn read_bounded(value: &Value, attributes_max: usize) -> Result<Filters, AwsError> {
        let given = match value {
            Value::Null => Map::new(),
            Value::Object(given) => given.clone(),
            _ => return Err(AwsError::invalid("Filters have to be an object")),
        };
        let mut conditions = Vec::new();
        for (name, asked) in given.iter().filter(|(_, asked)| !asked.is_null()) {
            let attribute = Attribute::of(name).ok_or_else(|| AwsError::invalid(format!("There is no filter {name}")))?;
            let asked = asked.as_array().ok_or_else(|| AwsError::invalid(format!("{name} has to be a list")))?;
            if asked.len() > VALUES_MAX {
                return Err(AwsError::invalid(format!("{name} has more than {VALUES_MAX} values")));
            }
            if !asked.is_empty() {
                conditions.push(Condition { attribute, comparisons: read::comparisons(attribute, asked)? });
            }
        }
        if conditions.len() > attributes_max {
            return Err(AwsError::invalid(format!("There are more than {attributes_max} attributes")));
        }
        Ok(Filters { conditions, given })
    }

    /// Whether a document passes.
    pub fn hold(&self, document: &Asff, now: EventTime) -> bool {
        self.conditions.iter().all(|condition| condition.holds(document, now))
    }

    /// What is asked.
    pub fn conditions(&self) -> &[Condition] {
        &self.conditions
    }

    /// As it was given.
    pub fn given(&self) -> &Map<String, Value> {
        &self.given
    }

    /// Whether every finding passes.
    pub fn is_empty(&self) -> bool {
        self.conditions.is_empty()
    }
}

impl Condition {
    /// Whether a document passes.
    pub fn holds(&self, document: &Asff, now: EventTime) -> bool {
        let (negative, positive): (Vec<_>, Vec<_>) = self.comparisons.iter().partition(|comparison| comparison.is_negative());
        let is_met = |comparison: &Comparison| self.is_met(comparison, document, now);
        let some = positive.is_empty() || positive.into_iter().any(is_met);
        some && !negative.into_iter().any(is_met)
    }

    /// Whether a value is as a comparison asks; of a negative one, as it asks not to be.
    fn is_met(&self, comparison: &Comparison, document: &Asff, now: EventTime) -> bool {
        match self.attribute.kind {
            Kind::Keyword => comparison::any_text(document, comparison),
            _ => self.attribute.any(document, &mut |value| comparison.is_met(value, now)),
        }
    }
}
