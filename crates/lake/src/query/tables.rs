//! What there is to ask, for people.

use super::{ocsf, view};
use crate::schema::Described;
use crate::table::TABLE;

/// A table or view and its columns.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct TableDoc {
    /// Its name in SQL.
    pub name: &'static str,
    /// What it holds, in one line.
    pub doc: &'static str,
    /// Its columns, with the fields of structures behind them.
    pub columns: Vec<Described>,
}

/// Every table that statements may read.
pub fn tables() -> Vec<TableDoc> {
    let doc = "CloudTrail records, one row each; any name with cloudtrail in it means this table.";
    let cloudtrail = TableDoc { name: TABLE, doc, columns: view::describe() };
    let ocsf = ocsf::tables().map(|table| TableDoc { name: table.name, doc: table.doc, columns: table.describe() });
    std::iter::once(cloudtrail).chain(ocsf).collect()
}
