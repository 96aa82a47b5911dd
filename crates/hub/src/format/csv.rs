//! Findings as a table, quoted as RFC 4180 says.

use crate::asff::Asff;
use crate::attribute::Attribute;

/// Attributes that make the columns; several values are joined by `; `.
const COLUMNS: [&str; 20] = [
    "SeverityLabel",
    "WorkflowStatus",
    "RecordState",
    "UpdatedAt",
    "CreatedAt",
    "FirstObservedAt",
    "LastObservedAt",
    "AwsAccountId",
    "Region",
    "Title",
    "Description",
    "ResourceType",
    "ResourceId",
    "Type",
    "GeneratorId",
    "ProductName",
    "ComplianceStatus",
    "NoteText",
    "ProductArn",
    "Id",
];

/// The names of the columns.
pub(super) fn head() -> String {
    format!("{}\r\n", COLUMNS.join(","))
}

/// A finding.
pub(super) fn line(document: &Asff) -> String {
    let cells = COLUMNS.iter().map(|name| {
        let texts = Attribute::of(name).map(|attribute| attribute.texts(document)).unwrap_or_default();
        cell(&texts.join("; "))
    });
    format!("{}\r\n", cells.collect::<Vec<_>>().join(","))
}

/// A text in quotes where it needs them. One that a spreadsheet would take for a formula gets an apostrophe before it: findings hold
/// texts of attackers.
fn cell(text: &str) -> String {
    // Control characters would reach the terminal of whoever looks at the file.
    let text = &text.replace(|c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t'), "\u{fffd}");
    let guard = if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { "'" } else { "" };
    match text.contains(['"', ',', '\n', '\r']) {
        true => format!("\"{guard}{}\"", text.replace('"', "\"\"")),
        false => format!("{guard}{text}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::asff;

    #[test]
    fn hostile_texts_stay_texts() {
        assert_eq!(cell("=cmd|' /C calc'!A0"), "'=cmd|' /C calc'!A0");
        assert_eq!(cell("a \"b\", c\n"), "\"a \"\"b\"\", c\n\"");
        assert_eq!(cell("-1,2"), "\"'-1,2\"");
        assert_eq!(cell("a\u{1b}[2Jb\u{9b}"), "a\u{fffd}[2Jb\u{fffd}");
        let mut document = asff("f", 1);
        document.set("Title", Some("@SUM(A1)".into()));
        let line = line(&document);
        assert!(
            line.starts_with("HIGH,,,2026-03-02T09:15:00Z,") && line.contains(",'@SUM(A1),") && line.ends_with("/default,f\r\n"),
            "{line}"
        );
        assert_eq!(line.matches(',').count(), head().matches(',').count());
    }
}
