//! The SQL that the field writes, in the words of the engine.
