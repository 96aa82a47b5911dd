//! The place of the pattern language: it is compiled and matched elsewhere, the bus only asks.

/// A text is no pattern.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct PatternFault(
    /// The reason in AWS's words, such as `Empty arrays are not allowed`.
    pub String,
);

/// The language of event patterns.
pub trait Patterns {
    /// Says why a text is no pattern.
    ///
    /// # Errors
    /// The reason, in AWS's words.
    fn check(&self, pattern: &str) -> Result<(), PatternFault>;

    /// Makes one matcher of many patterns, each of which has passed [`Patterns::check`].
    ///
    /// # Errors
    /// The reason, where one of them is no pattern after all.
    fn compile(&self, patterns: &[&str]) -> Result<Box<dyn Matcher>, PatternFault>;
}

/// Compiled patterns. A pattern's verdict depends on no other pattern.
pub trait Matcher: Send + Sync {
    /// The numbers of the patterns that match the JSON text of an event, ascending.
    fn matching(&self, event: &str) -> Vec<usize>;
}

/// The plainest language there is: lists of exact values. For tests of this crate.
#[cfg(test)]
pub(crate) mod plain {
    use serde_json::Value;

    use super::*;

    pub struct Plain;

    struct All(Vec<Value>);

    impl Patterns for Plain {
        fn check(&self, pattern: &str) -> Result<(), PatternFault> {
            match serde_json::from_str(pattern) {
                Ok(Value::Object(object)) if object.is_empty() => Err(PatternFault("Empty objects are not allowed".to_owned())),
                Ok(Value::Object(_)) => Ok(()),
                _ => Err(PatternFault("Filter is not an object".to_owned())),
            }
        }

        fn compile(&self, patterns: &[&str]) -> Result<Box<dyn Matcher>, PatternFault> {
            Ok(Box::new(All(patterns.iter().map(|text| serde_json::from_str(text).unwrap()).collect())))
        }
    }

    impl Matcher for All {
        fn matching(&self, event: &str) -> Vec<usize> {
            let event: Value = serde_json::from_str(event).unwrap();
            (0..self.0.len()).filter(|number| holds(&self.0[*number], &event)).collect()
        }
    }

    fn holds(pattern: &Value, event: &Value) -> bool {
        match pattern {
            Value::Object(fields) => fields.iter().all(|(name, pattern)| event.get(name).is_some_and(|event| holds(pattern, event))),
            Value::Array(values) => values.contains(event),
            _ => false,
        }
    }
}
