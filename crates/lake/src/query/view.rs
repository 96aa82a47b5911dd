//! The `cloudtrail` view: every column of the table, its day as text, and the columns by which Athena tables are usually partitioned.

use std::sync::Arc;

use datafusion::arrow::datatypes::{DataType, Field, Schema};
use datafusion::catalog::TableProvider;
use datafusion::common::{Result, ScalarValue};
use datafusion::datasource::{ViewTable, provider_as_source};
use datafusion::functions::expr_fn::{left, replace, substring};
use datafusion::logical_expr::{Expr, LogicalPlanBuilder, cast, col, lit};

use super::days::Days;
use crate::Error;
use crate::columns::DAY;
use crate::schema::{Described, file_schema};
use crate::table::{Lake, TABLE};

/// The columns that the view has over and above the table, with their meaning. They cost nothing: each is another column in other words.
pub(super) const PARTITIONS: &[(&str, &str)] = &[
    ("account", "Account of the log, as partitions of Athena tables name it; recipientaccountid."),
    ("region", "Region of the log, as partitions of Athena tables name it; awsregion."),
    ("timestamp", "Day of eventtime in UTC, written 2026/03/02, as partitions of Athena tables have it."),
    ("year", "Year of eventtime in UTC, four digits."),
    ("month", "Month of eventtime in UTC, two digits."),
];

/// The columns of the view.
pub(super) fn describe() -> Vec<Described> {
    let mut lines = crate::schema::describe();
    let day = lines.pop_if(|line| line.name == DAY);
    lines.extend(PARTITIONS.iter().map(|(name, doc)| Described { name: (*name).to_owned(), kind: "string", doc }));
    lines.extend(day.map(|day| Described { kind: "string", ..day }));
    lines
}

/// The view over a table.
pub(super) async fn cloudtrail(lake: &Lake, context: &datafusion::prelude::SessionContext) -> Result<ViewTable, Error> {
    let days = lake.files()?.iter().map(|file| file.day).collect();
    let provider = Arc::new(Days::new(lake.provider_in(context).await?, days));
    view(provider).map_err(|error| Error::datafusion("making the view cloudtrail", error))
}

fn view(provider: Arc<Days>) -> Result<ViewTable> {
    let schema = provider.schema();
    let plain = schema.fields().iter().filter(|field| field.name() != DAY);
    let mut columns: Vec<Expr> = plain.map(|field| whole(field)).collect();
    columns.extend(missing(&schema)?);
    columns.extend(PARTITIONS.iter().filter_map(|(name, _)| Some(partition(name)?.alias(*name))));
    columns.push(day().alias(DAY));
    let plan = LogicalPlanBuilder::scan(TABLE, provider_as_source(provider), None)?.project(columns)?.build()?;
    Ok(ViewTable::new(plan, None))
}

/// A column with all fields that this version knows: a table of an older version lacks some.
fn whole(field: &Field) -> Expr {
    match file_schema().field_with_name(field.name()) {
        Ok(ours) if lacks(field.data_type(), ours.data_type()) => cast(col(field.name()), ours.data_type().clone()).alias(field.name()),
        _ => col(field.name()),
    }
}

fn lacks(theirs: &DataType, ours: &DataType) -> bool {
    match (theirs, ours) {
        (DataType::Struct(theirs), DataType::Struct(ours)) => ours.iter().any(|field| match theirs.find(field.name()) {
            Some((_, their)) => lacks(their.data_type(), field.data_type()),
            None => true,
        }),
        (DataType::List(theirs), DataType::List(ours)) => lacks(theirs.data_type(), ours.data_type()),
        _ => false,
    }
}

/// The columns that a table of an older version lacks: nothing is in them.
fn missing(schema: &Schema) -> Result<Vec<Expr>> {
    let ours = file_schema();
    let lacking = ours.fields().iter().filter(|field| schema.field_with_name(field.name()).is_err());
    lacking.map(|field| Ok(lit(ScalarValue::try_new_null(field.data_type())?).alias(field.name()))).collect()
}

fn partition(name: &str) -> Option<Expr> {
    Some(match name {
        "account" => col("recipientaccountid"),
        "region" => col("awsregion"),
        "timestamp" => replace(day(), lit("-"), lit("/")),
        "year" => left(day(), lit(4)),
        "month" => substring(day(), lit(6), lit(2)),
        _ => return None,
    })
}

/// The day as text.
fn day() -> Expr {
    cast(col(DAY), DataType::Utf8)
}
