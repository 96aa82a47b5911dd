//! Delta tables and the SQL over them.
