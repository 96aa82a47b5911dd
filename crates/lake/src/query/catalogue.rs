//! The tables of a session. Views are planned when a statement first names them: most statements name none.

use std::collections::BTreeMap;
use std::sync::Arc;

use datafusion::arrow::datatypes::SchemaRef;
use datafusion::catalog::TableProvider;
use datafusion::common::{DataFusionError, Result};
use datafusion::prelude::SessionContext;
use datafusion::sql::sqlparser::ast::Statement;
use tokio::sync::Mutex;
use watchfire_query::{Column, Diagnostic, Kind, Names, Translated, translate};

use super::{names, ocsf};
use crate::table::TABLE;

/// The tables that statements may name, and the session that has them.
pub(super) struct Catalogue {
    pub context: SessionContext,
    cloudtrail: SchemaRef,
    /// The columns of each view that was planned so far.
    planned: Mutex<BTreeMap<&'static str, SchemaRef>>,
    /// All tables, of the views only what can be said without planning them.
    names: Arc<Names>,
}

/// Why a statement has no translation.
pub(super) enum Refusal {
    /// It is wrong.
    Statement(Diagnostic),
    /// A view cannot be planned.
    View(DataFusionError),
}

impl Catalogue {
    /// Over a session that has `cloudtrail`.
    pub fn new(context: SessionContext, cloudtrail: SchemaRef) -> Catalogue {
        let names = Arc::new(named(&cloudtrail, &BTreeMap::new()));
        Catalogue { context, cloudtrail, planned: Mutex::default(), names }
    }

    /// The tables and columns, as far as they are known without planning a view.
    pub fn names(&self) -> &Arc<Names> {
        &self.names
    }

    /// A statement in the engine's words, with the names that it was read with. The views that it names are known to the session then.
    pub async fn translate(&self, sql: &str) -> std::result::Result<(Translated, Arc<Names>), Refusal> {
        let first = translate(sql, &self.names);
        let wanted = match &first {
            Ok(translated) if lists_tables(translated) => Some(Vec::new()),
            Ok(translated) => {
                Some(translated.tables.clone()).filter(|tables| ocsf::tables().any(|view| tables.iter().any(|name| name == view.name)))
            }
            // What is wrong is said with all that can be known.
            Err(_) => Some(Vec::new()),
        };
        match (wanted, first) {
            (None, Ok(translated)) => Ok((translated, Arc::clone(&self.names))),
            (wanted, _) => {
                let names = Arc::new(self.plan(&wanted.unwrap_or_default()).await.map_err(Refusal::View)?);
                let translated = translate(sql, &names).map_err(Refusal::Statement)?;
                Ok((translated, names))
            }
        }
    }

    /// Plans the views of these names, or all when there are none, and gives what is known then.
    async fn plan(&self, tables: &[String]) -> Result<Names> {
        let mut planned = self.planned.lock().await;
        for view in ocsf::tables().filter(|view| tables.is_empty() || tables.iter().any(|name| name == view.name)) {
            if !planned.contains_key(view.name) {
                let provider = view.view(self.context.clone()).await?;
                planned.insert(view.name, provider.schema());
                self.context.register_table(view.name, Arc::new(provider))?;
            }
        }
        Ok(named(&self.cloudtrail, &planned))
    }
}

/// Whether a statement asks which tables there are.
fn lists_tables(translated: &Translated) -> bool {
    matches!(translated.statement, Statement::ShowTables { .. }) || translated.sql.to_ascii_lowercase().contains("information_schema")
}

fn named(cloudtrail: &SchemaRef, planned: &BTreeMap<&'static str, SchemaRef>) -> Names {
    let mut names = names::names(&[(TABLE, cloudtrail.as_ref())]);
    for view in ocsf::tables() {
        let columns = match planned.get(view.name) {
            Some(schema) => names::columns(schema),
            None => view.columns().into_iter().map(|name| Column::new(name, Kind::Unknown)).collect(),
        };
        names = names.with(view.name, columns);
    }
    names
}
