//! Whether all is well, and in numbers.

/// Knows how the node does.
pub trait Vitals: Send + Sync {
    /// Why the node cannot do its work now; empty when it can. Asked by `/readyz`.
    fn unready(&self) -> Vec<String>;

    /// The node's own numbers for `/metrics`; read when they are asked for.
    fn families(&self) -> Vec<Family>;
}

/// One metric with its samples.
#[derive(Debug, Clone, PartialEq)]
pub struct Family {
    /// Its name, `watchfire_<noun>_<unit>`, with `_total` where it only grows.
    pub name: &'static str,
    /// One sentence.
    pub help: &'static str,
    /// How it behaves.
    pub kind: FamilyKind,
    /// One sample for each set of labels.
    pub samples: Vec<Sample>,
}

/// How a metric behaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FamilyKind {
    /// It only grows.
    Counter,
    /// It goes up and down.
    Gauge,
}

/// One number.
#[derive(Debug, Clone, PartialEq)]
pub struct Sample {
    /// Names and values; the values may be any text.
    pub labels: Vec<(&'static str, String)>,
    /// The number.
    pub value: f64,
}
