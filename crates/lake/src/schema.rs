//! The table's schema, for Arrow and for Delta, derived from [`COLUMNS`].

use std::sync::{Arc, LazyLock};

use datafusion::arrow::datatypes::{DataType, Field, Fields, Schema, SchemaRef};
use deltalake_core::kernel::{ArrayType, DataType as DeltaType, MapType, MetadataValue, StructField, StructType};

use crate::columns::{COLUMNS, Column, DAY, DAY_DOC, EXTRA, EXTRA_DOC, Shape};

static FILE_SCHEMA: LazyLock<SchemaRef> = LazyLock::new(|| {
    let mut fields: Vec<Field> = COLUMNS.iter().map(arrow_field).collect();
    fields.push(Field::new(EXTRA, texts_type(), true));
    Arc::new(Schema::new(fields))
});

/// The columns of a data file: all but `day`, which is in the file's path.
pub fn file_schema() -> SchemaRef {
    FILE_SCHEMA.clone()
}

fn arrow_field(column: &Column) -> Field {
    Field::new(column.name(), arrow_type(column), true)
}

/// The Arrow type of a column.
pub(crate) fn arrow_type(column: &Column) -> DataType {
    match column.shape {
        Shape::Text | Shape::Flag | Shape::Json => DataType::Utf8,
        Shape::Struct(fields) => DataType::Struct(struct_fields(fields)),
        Shape::List(fields) => DataType::List(list_item(fields)),
        Shape::Texts => texts_type(),
    }
}

/// The fields of a struct column.
pub(crate) fn struct_fields(fields: &[Column]) -> Fields {
    fields.iter().map(arrow_field).collect()
}

/// What a list column holds. The name is the one Parquet and Delta expect.
pub(crate) fn list_item(fields: &[Column]) -> Arc<Field> {
    Arc::new(Field::new("element", DataType::Struct(struct_fields(fields)), true))
}

/// What a map of texts holds: key and value.
pub(crate) fn entry_fields() -> Fields {
    Fields::from(vec![Field::new("key", DataType::Utf8, false), Field::new("value", DataType::Utf8, true)])
}

/// The entries of a map of texts.
pub(crate) fn entries_field() -> Arc<Field> {
    Arc::new(Field::new("key_value", DataType::Struct(entry_fields()), false))
}

fn texts_type() -> DataType {
    DataType::Map(entries_field(), false)
}

/// The table's columns as Delta has them, each with its meaning as comment.
pub fn delta_columns() -> Vec<StructField> {
    let mut fields: Vec<StructField> =
        COLUMNS.iter().map(|column| commented(column.name(), delta_type(column), column.doc(column.member))).collect();
    fields.push(commented(EXTRA, delta_texts(), EXTRA_DOC));
    fields.push(commented(DAY, DeltaType::DATE, DAY_DOC));
    fields
}

fn commented(name: impl Into<String>, kind: DeltaType, doc: &str) -> StructField {
    StructField::nullable(name, kind).with_metadata([("comment", MetadataValue::String(doc.into()))])
}

/// The Delta type of a column. Fields inside carry no comments: in Arrow those would be part of the column's type, which then were
/// another one than the data files have.
fn delta_type(column: &Column) -> DeltaType {
    let inner = |fields: &[Column]| {
        let fields = fields.iter().map(|field| StructField::nullable(field.name(), delta_type(field)));
        DeltaType::from(StructType::try_new(fields).expect("the fields of a struct have different names"))
    };
    match column.shape {
        Shape::Text | Shape::Flag | Shape::Json => DeltaType::STRING,
        Shape::Struct(fields) => inner(fields),
        Shape::List(fields) => ArrayType::new(inner(fields), true).into(),
        Shape::Texts => delta_texts(),
    }
}

fn delta_texts() -> DeltaType {
    MapType::new(DeltaType::STRING, DeltaType::STRING, true).into()
}

/// One line of the table's description.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Described {
    /// Dotted name of the column, as SQL names it.
    pub name: String,
    /// Its type, in Athena's words.
    pub kind: &'static str,
    /// One line of meaning.
    pub doc: &'static str,
}

/// The `cloudtrail` table, column by column with the fields of structs behind them: what a `schema` command prints.
pub fn describe() -> Vec<Described> {
    let mut lines = Vec::new();
    COLUMNS.iter().for_each(|column| describe_into(column, "", "", &mut lines));
    lines.push(Described { name: EXTRA.into(), kind: "map<string,string>", doc: EXTRA_DOC });
    lines.push(Described { name: DAY.into(), kind: "date", doc: DAY_DOC });
    lines
}

fn describe_into(column: &Column, path: &str, name: &str, lines: &mut Vec<Described>) {
    let (path, name) = (format!("{path}{}", column.member), format!("{name}{}", column.name()));
    let kind = match column.shape {
        Shape::Text | Shape::Flag => "string",
        Shape::Json => "string (JSON)",
        Shape::Struct(_) => "struct",
        Shape::List(_) => "array<struct>",
        Shape::Texts => "map<string,string>",
    };
    let doc = column.doc(&path);
    let (path, name_inside) = (path + ".", format!("{name}."));
    lines.push(Described { name, kind, doc });
    column.fields().iter().for_each(|field| describe_into(field, &path, &name_inside, lines));
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use watchfire_model::{Kind, cloudtrail};

    use super::*;

    #[test]
    fn every_column_has_one_name_and_a_meaning() {
        let lines = describe();
        let names: HashSet<&str> = lines.iter().map(|line| line.name.as_str()).collect();
        assert_eq!(names.len(), lines.len());
        for line in &lines {
            assert!(line.doc.ends_with('.'), "{} has no meaning: {:?}", line.name, line.doc);
        }
    }

    #[test]
    fn every_field_of_the_model_has_a_column() {
        let names: HashSet<String> = describe().into_iter().map(|line| line.name).collect();
        for field in cloudtrail::SCHEMA.fields {
            assert!(names.contains(&field.path.to_ascii_lowercase()), "{} has no column", field.path);
        }
        let flags = COLUMNS.iter().filter(|column| column.shape == Shape::Flag).count();
        assert_eq!(flags, cloudtrail::SCHEMA.fields.iter().filter(|field| field.kind == Kind::Bool).count());
    }

    #[test]
    fn arrow_and_delta_agree() {
        use deltalake_core::kernel::engine::arrow_conversion::TryIntoArrow;
        let delta = StructType::try_new(delta_columns()).expect("names differ");
        let arrow: Schema = (&delta).try_into_arrow().expect("convertible");
        let kinds =
            |schema: &Schema| schema.fields().iter().map(|field| format!("{} {}", field.name(), field.data_type())).collect::<Vec<_>>();
        let mut ours = kinds(&file_schema());
        ours.push("day Date32".into());
        assert_eq!(ours, kinds(&arrow));
    }
}
