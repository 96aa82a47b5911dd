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
