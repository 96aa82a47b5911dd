//! The columns by which findings are looked for: one list of attributes and columns.

use rusqlite::types::Value;
use watchfire_hub::asff::Asff;
use watchfire_hub::attribute::{Attribute, SortValue};

/// A column that holds an attribute of which a finding has one value. It holds what the finding is sorted by.
pub(super) struct Column {
    pub(super) attribute: &'static str,
    pub(super) name: &'static str,
}

const fn column(attribute: &'static str, name: &'static str) -> Column {
    Column { attribute, name }
}

/// Every column but the words of severities, which are sorted by their number.
pub(super) const COLUMNS: &[Column] = &[
    column("ProductArn", "product"),
    column("Id", "id"),
    column("WorkflowStatus", "workflow"),
    column("RecordState", "record_state"),
    column("SeverityNormalized", "severity"),
    column("AwsAccountId", "account"),
    column("Region", "region"),
    column("GeneratorId", "generator"),
    column("Title", "title"),
    column("ProductName", "product_name"),
    column("CompanyName", "company"),
    column("VerificationState", "verification"),
    column("ComplianceStatus", "compliance"),
    column("Confidence", "confidence"),
    column("Criticality", "criticality"),
    column("CreatedAt", "created"),
    column("UpdatedAt", "updated"),
    column("FirstObservedAt", "first_observed"),
    column("LastObservedAt", "last_observed"),
];

/// Attributes of which a finding has several values. Their places are written in files: only ever add at the end.
pub(super) const LISTS: &[&str] = &["Type", "ResourceId", "ResourceType", "ComplianceSecurityControlId"];

/// The column that an attribute is compared by.
pub(super) fn compared_by(attribute: &Attribute) -> Option<&'static str> {
    if attribute.name == "SeverityLabel" {
        return Some("label");
    }
    COLUMNS.iter().find(|column| column.attribute == attribute.name).map(|column| column.name)
}

/// The column that findings are sorted by.
pub(super) fn sorted_by(attribute: &Attribute) -> Option<&'static str> {
    if attribute.name == "SeverityLabel" {
        return Some("severity");
    }
    compared_by(attribute)
}

/// The place of an attribute in the list of those with several values.
pub(super) fn list_of(attribute: &Attribute) -> Option<i64> {
    LISTS.iter().position(|name| *name == attribute.name).map(|at| at as i64)
}

/// What stands in the columns, in their order, and then the word of the severity.
pub(super) fn values(document: &Asff) -> Vec<Value> {
    let of = |column: &Column| {
        let attribute = Attribute::of(column.attribute).expect("columns are of attributes");
        sql(attribute.sort_value(document))
    };
    let label = document.text("Severity.Label").unwrap_or_default().to_owned();
    COLUMNS.iter().map(of).chain([Value::from(label)]).collect()
}

/// The values of the lists: place and value, sorted.
pub(super) fn listed(document: &Asff) -> Vec<(i64, String)> {
    let of = |(at, name): (usize, &&str)| {
        let attribute = Attribute::of(name).expect("lists are of attributes");
        attribute.texts(document).into_iter().map(move |text| (at as i64, text)).collect::<Vec<_>>()
    };
    let mut all: Vec<(i64, String)> = LISTS.iter().enumerate().flat_map(of).collect();
    all.sort_unstable();
    all
}

pub(super) fn sql(value: SortValue) -> Value {
    match value {
        SortValue::Number(number) => Value::from(number),
        SortValue::Text(text) => Value::from(text),
    }
}

#[cfg(test)]
mod tests {
    use watchfire_hub::attribute::ATTRIBUTES;

    use super::*;

    #[test]
    fn whatever_sorts_has_a_column() {
        for attribute in ATTRIBUTES.iter().filter(|attribute| attribute.is_sortable) {
            assert!(sorted_by(attribute).is_some(), "{}", attribute.name);
        }
        assert!(COLUMNS.iter().all(|column| Attribute::of(column.attribute).is_some()));
        assert!(LISTS.iter().all(|name| Attribute::of(name).is_some()));
    }
}
