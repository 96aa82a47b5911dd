//! Drives the engines over batches, keeps their state, publishes findings.
