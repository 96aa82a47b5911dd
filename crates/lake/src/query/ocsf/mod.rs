//! The OCSF tables: the same records in the words of the Open Cybersecurity Schema Framework, as views.
//!
//! One line of data a field: its dotted path, its expression over the `cloudtrail` view, its meaning. Fields that share a front become a
//! structure. One table a class in OCSF 1.8.0 stands in `classes`; the tables of Security Lake, which hold all classes of one source in
//! the words of an older OCSF, in `security_lake`. The partitions of Security Lake stand beside the fields; filters on them rule out files.

mod classes;
mod events;
mod record;
mod security_lake;

use datafusion::common::Result;
use datafusion::common::config::Dialect;
use datafusion::datasource::ViewTable;
use datafusion::prelude::SessionContext;

use crate::schema::Described;

/// A view: the class it is of, the records it takes, its fields.
pub(super) struct OcsfTable {
    pub name: &'static str,
    pub doc: &'static str,
    /// Which records.
    rows: &'static str,
    /// Its fields, in order.
    fields: &'static [&'static [Field]],
}

struct Field {
    path: &'static str,
    kind: &'static str,
    sql: &'static str,
    doc: &'static str,
}

impl Field {
    /// The column that it stands in.
    fn front(&self) -> &'static str {
        self.path.split('.').next().unwrap_or(self.path)
    }
}

const fn text(path: &'static str, sql: &'static str, doc: &'static str) -> Field {
    Field { path, kind: "string", sql, doc }
}

const fn number(path: &'static str, sql: &'static str, doc: &'static str) -> Field {
    Field { path, kind: "bigint", sql, doc }
}

const fn flag(path: &'static str, sql: &'static str, doc: &'static str) -> Field {
    Field { path, kind: "boolean", sql, doc }
}

const fn list(path: &'static str, sql: &'static str, doc: &'static str) -> Field {
    Field { path, kind: "array<struct>", sql, doc }
}

const fn map(path: &'static str, sql: &'static str, doc: &'static str) -> Field {
    Field { path, kind: "map<string,string>", sql, doc }
}

/// The views, in the order in which they are listed.
pub(super) fn tables() -> impl Iterator<Item = &'static OcsfTable> {
    classes::TABLES.iter().chain(security_lake::TABLES)
}

impl OcsfTable {
    fn fields(&self) -> impl Iterator<Item = &'static Field> {
        self.fields.iter().copied().flatten()
    }

    /// The view, made over the session's `cloudtrail`.
    pub fn view(&'static self, context: SessionContext) -> impl Future<Output = Result<ViewTable>> + Send {
        let fields: Vec<(&str, &str)> = self.fields().map(|field| (field.path, field.sql)).collect();
        let columns: Vec<String> = grouped(&fields).into_iter().map(|(name, sql)| format!("{sql} AS \"{name}\"")).collect();
        let sql = format!("SELECT {} FROM cloudtrail WHERE {}", columns.join(", "), self.rows);
        async move {
            let state = context.state();
            // The engine's own dialect has no lambdas.
            let statement = state.sql_to_statement(&sql, &Dialect::DuckDB)?;
            Ok(ViewTable::new(state.statement_to_plan(statement).await?, None))
        }
    }

    /// The names of its columns, in order.
    pub fn columns(&self) -> Vec<&'static str> {
        let mut fronts: Vec<&str> = Vec::new();
        for front in self.fields().map(Field::front) {
            if !fronts.contains(&front) {
                fronts.push(front);
            }
        }
        fronts
    }

    /// Its columns for people.
    pub fn describe(&self) -> Vec<Described> {
        let fronts: Vec<&str> = self.fields().map(Field::front).collect();
        let mut fields: Vec<&Field> = self.fields().collect();
        fields.sort_by_key(|field| fronts.iter().position(|front| *front == field.front()));
        fields.iter().map(|field| Described { name: field.path.to_owned(), kind: field.kind, doc: field.doc }).collect()
    }
}

/// Fields that share the front of their paths, as one structure each; in the order in which they are first met.
fn grouped(fields: &[(&str, &str)]) -> Vec<(String, String)> {
    let mut groups: Vec<(&str, Vec<(&str, &str)>)> = Vec::new();
    for (path, sql) in fields {
        let (front, rest) = path.split_once('.').unwrap_or((path, ""));
        match groups.iter_mut().find(|(name, _)| *name == front) {
            Some((_, inside)) => inside.push((rest, sql)),
            None => groups.push((front, vec![(rest, sql)])),
        }
    }
    let one = |(name, inside): (&str, Vec<(&str, &str)>)| {
        let sql = match inside.as_slice() {
            [("", sql)] => (*sql).to_owned(),
            _ => {
                let parts: Vec<String> = grouped(&inside).into_iter().map(|(name, sql)| format!("'{name}', {sql}")).collect();
                format!("named_struct({})", parts.join(", "))
            }
        };
        (name.to_owned(), sql)
    };
    groups.into_iter().map(one).collect()
}
