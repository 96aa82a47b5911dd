//! Whether a table has the columns this version writes: one of an older version lacks some, one of a newer version has others.

use deltalake_core::kernel::{DataType, StructType};

use super::commit::is_overtaken;
use super::{Committed, Lake};
use crate::Error;
use crate::columns::DAY;
use crate::schema::delta_columns;

/// How a table's columns differ from ours.
#[derive(Debug, Default)]
struct Difference {
    /// Ours that the table lacks.
    lacking: Vec<String>,
    /// The table's that we do not know.
    unknown: Vec<String>,
    /// Columns of another type.
    other: Vec<String>,
}

impl Lake {
    /// Refuses a table that is none of ours: other columns under our names, or parted by something else than days.
    pub(super) fn check_shape(&self) -> Result<(), Error> {
        let wrong = |reason: String| Error::Location { location: self.location().into(), reason };
        let state = self.table.snapshot().map_err(|error| self.place.failed(error))?;
        let partitions = state.metadata().partition_columns();
        if *partitions != [DAY] {
            return Err(wrong(format!("this Delta table is partitioned by {partitions:?}; a lake's table is by {DAY}")));
        }
        match self.difference()?.other.as_slice() {
            [] => Ok(()),
            [column, ..] => Err(wrong(format!("column {column} of this Delta table is of another type than a lake's"))),
        }
    }

    /// Adds the columns that a table of an older version lacks.
    pub(crate) async fn widen(&mut self) -> Result<Option<Committed>, Error> {
        let lacking = self.difference()?.lacking;
        if lacking.is_empty() {
            return Ok(None);
        }
        tracing::info!(columns = lacking.len(), "adding columns to a table of an older version");
        match self.table.clone().add_columns().with_fields(delta_columns()).await {
            Ok(table) => self.table = table,
            Err(error) if is_overtaken(&error) => return Ok(Some(Committed::Overtaken)),
            Err(error) => return Err(self.place.failed(error)),
        }
        self.place.make_commit_durable(self.version())?;
        Ok(Some(Committed::At(self.version())))
    }

    /// Refuses to rewrite files of a table with columns that this version would leave out.
    pub(crate) fn refuse_unknown_columns(&self) -> Result<(), Error> {
        match self.difference()?.unknown.first() {
            None => Ok(()),
            Some(column) => Err(Error::Newer {
                location: self.location().into(),
                reason: format!("column {column} would be lost from files that are rewritten"),
            }),
        }
    }

    fn difference(&self) -> Result<Difference, Error> {
        let state = self.table.snapshot().map_err(|error| self.place.failed(error))?;
        let ours = StructType::try_new(delta_columns()).expect("columns have different names");
        let mut difference = Difference::default();
        difference.compare("", &ours, state.schema().as_ref());
        Ok(difference)
    }
}

impl Difference {
    fn compare(&mut self, path: &str, ours: &StructType, theirs: &StructType) {
        for field in ours.fields() {
            let name = format!("{path}{}", field.name());
            match theirs.field(field.name()) {
                None => self.lacking.push(name),
                Some(their) => self.compare_types(name, field.data_type(), their.data_type()),
            }
        }
        let unknown = theirs.fields().filter(|field| ours.field(field.name()).is_none());
        self.unknown.extend(unknown.map(|field| format!("{path}{}", field.name())));
    }

    fn compare_types(&mut self, name: String, ours: &DataType, theirs: &DataType) {
        match (ours, theirs) {
            (DataType::Struct(ours), DataType::Struct(theirs)) => self.compare(&format!("{name}."), ours, theirs),
            (DataType::Array(ours), DataType::Array(theirs)) => self.compare_types(name, ours.element_type(), theirs.element_type()),
            (DataType::Map(ours), DataType::Map(theirs))
                if ours.key_type() == theirs.key_type() && ours.value_type() == theirs.value_type() => {}
            (ours, theirs) if ours == theirs => {}
            _ => self.other.push(name),
        }
    }
}
