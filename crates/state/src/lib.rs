//! The small mutable truth: positions, findings.
