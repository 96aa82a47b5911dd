//! Delta tables and the SQL over them.

pub mod function;
