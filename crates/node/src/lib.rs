//! Configuration, wiring and the running loops; the only crate that knows everyone.
