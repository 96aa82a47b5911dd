//! The SQL that the field writes, in the words of the engine.
//!
//! People bring the queries of AWS's Athena, CloudTrail Lake and security guides. [`translate`] turns one such statement into the tree and
//! text that DataFusion plans, or says in a [`Diagnostic`] what is wrong and where; [`explain`] does the same for what the engine says
//! about it later. [`Names`] tells which tables there are and what their columns hold.
//!
//! ```
//! use watchfire_query::{Column, Kind, Names, translate};
//!
//! let columns = vec![Column::new("eventtime", Kind::Moment), Column::new("requestparameters", Kind::JsonText)];
//! let names = Names::new().with("cloudtrail", columns);
//! let sql = "SELECT requestParameters['bucketName'] AS bucket FROM $EDS_ID WHERE eventTime > '2021-03-01 00:00:00'";
//! let translated = translate(sql, &names).expect("a query");
//! let expected = "SELECT element_at(requestparameters, 'bucketName') AS bucket FROM cloudtrail WHERE eventtime > '2021-03-01T00:00:00Z'";
//! assert_eq!(translated.sql, expected);
//! assert!(translate("DROP TABLE cloudtrail", &names).is_err());
//! ```
//!
//! # What is read, and what becomes of it
//!
//! - **Statements.** `SELECT`, `WITH`, `VALUES`, `TABLE`, set operations, `EXPLAIN [ANALYZE]`, `SHOW TABLES`, `SHOW COLUMNS`,
//!   `SHOW DATABASES`, `DESCRIBE`; one at a time, comments and a semicolon at the end are fine. Everything else is refused with advice.
//! - **Tables.** A known name, whatever database and catalogue stand before it. Any name with `cloudtrail` in it, an event data store's id
//!   or ARN, `$EDS_ID`, `eds_id`, `event_data_store_ID` and placeholders of guides such as `<event-data-store-ID>` mean `cloudtrail`, and
//!   the written name stays usable as a qualifier. Tables of Security Lake mean ours of the same source and version. `WITH` tables come
//!   first.
//! - **Names** are lower case in the engine; quotes and backticks do not change that. Quoted headings of the outermost `SELECT` keep
//!   theirs. A field is named by its last name, as in Trino; twins get a number.
//! - **Times.** `eventtime` is text ([`Kind::Moment`]). Literals, `TIMESTAMP '…'`, `from_iso8601_timestamp('…')`,
//!   `now() - interval '7' day` and whatever else does not depend on the row become such text, so that files can be ruled out by it; beside values that depend on the
//!   row, and in functions over timestamps, it is read as a timestamp. A day alone, `'2021-03-01'`, is compared as the text it is.
//! - **Partitions.** `timestamp` has slashes, `day` has dashes, and literals are brought to that; `day = '01'` is the day of the month;
//!   `date`, `dt`, `date_partition` and their like are columns of ours that hold the same where there are no such columns. Numbers beside text columns become text, months with two digits.
//! - **Access.** `json['key']`, `json.key` and `map['key']` are `element_at`; fields of structures that stand in lists, lambdas or outer
//!   queries are taken in brackets; lists count from one.
//! - **Lists.** `CROSS JOIN UNNEST`, its comma form, `LEFT JOIN … ON TRUE`, `WITH ORDINALITY`, several lists, maps, rows that come apart:
//!   the table becomes a subquery that unnests in its `SELECT`. `EXISTS` over a list and `any_match`, `all_match`, `none_match`, `filter`,
//!   `transform` become the engine's functions with lambdas. An `UNNEST` that reads no column is a subquery of its own.
//! - **Casts** from and to JSON, `TRY`, `IF`, `FETCH FIRST`, `approx_percentile`, `ORDER BY … DESC` with nulls last, `_col1`.
//!
//! # What the engine must have
//!
//! Functions of Trino under their own names. They answer null rather than fail where `TRY` would have to catch them: only casts are made
//! to. Over and above: [`REQUIRED_FUNCTIONS`]. Statements with lambdas must be handed over as trees.
//!
//! # What it does not do
//!
//! It plans and runs nothing, knows no function's types, and does not look for unknown columns: the engine does. It reads statements up to
//! the limits that stand beside [`STATEMENT_BYTES_MAX`], on a stack of two MiB.

mod balance;
mod blame;
mod bounds;
mod build;
mod clauses;
mod diagnostic;
mod dialect;
mod explain;
mod forms;
mod hint;
mod immediate;
mod instant;
mod lex;
mod names;
mod refuse;
mod rewrite;
mod scope;
mod show;
mod source;
mod suggest;
mod translate;
mod types;

pub use bounds::{CHAIN_TOKENS_MAX, CONDITIONS_MAX, NESTING_MAX, SET_OPERATIONS_MAX, STATEMENT_BYTES_MAX};
pub use diagnostic::{Code, Diagnostic, Place};
pub use explain::explain;
pub use names::{Column, Computed, Kind, Names, Table};
pub use suggest::suggest;
pub use translate::{Translated, translate};

/// Functions that the translation puts in and that neither Trino nor DataFusion has, with what they are to do. Null gives null.
pub const REQUIRED_FUNCTIONS: [(&str, &str); 8] = [
    ("json_to_array", "(text) → list of text: the elements of a JSON array, each as JSON; null for anything else"),
    ("json_to_text_array", "(text) → list of text: the same, scalars as plain text"),
    ("json_to_map", "(text) → map of text to text: the members of a JSON object, each value as JSON; null for anything else"),
    ("json_to_text_map", "(text) → map of text to text: the same, scalars as plain text"),
    ("to_json", "(any) → text: the value as JSON"),
    ("ip_in_network", "(text, text) → boolean: whether the network, `10.0.0.0/8`, holds the address; null where the second is no address"),
    ("json_member", "(text, text) → text: the member of a JSON object whose name is this in whatever case, scalars as plain text"),
    ("ip_order", "(text) → text: sorts as the addresses do; null where it is no address"),
];
