//! How urgent a finding is, as a word and as a number.

use serde_json::{Map, Value};

/// The words, the least urgent first, each with the least number of its range.
pub const LABELS: [(&str, i64); 5] = [("INFORMATIONAL", 0), ("LOW", 1), ("MEDIUM", 40), ("HIGH", 70), ("CRITICAL", 90)];

/// The number that a word stands for.
pub fn normalized_of(label: &str) -> Option<i64> {
    LABELS.iter().find(|(word, _)| *word == label).map(|(_, number)| *number)
}

/// The word of a number from 0 to 100.
pub fn label_of(normalized: i64) -> &'static str {
    LABELS.iter().rev().find(|(_, least)| *least <= normalized).map_or("INFORMATIONAL", |(word, _)| word)
}

/// Gives a `Severity` both word and number. The word wins where they do not belong together.
pub(crate) fn complete(severity: &mut Map<String, Value>) {
    let number = severity.get("Normalized").and_then(Value::as_i64);
    let label = severity.get("Label").and_then(Value::as_str).map(str::to_owned);
    match (label, number) {
        (Some(label), Some(number)) if label_of(number) == label => {}
        (Some(label), _) => {
            severity.insert("Normalized".to_owned(), normalized_of(&label).unwrap_or(0).into());
        }
        (None, Some(number)) => {
            severity.insert("Label".to_owned(), label_of(number).into());
        }
        (None, None) => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn words_and_numbers() {
        for (number, label) in [(0, "INFORMATIONAL"), (1, "LOW"), (39, "LOW"), (40, "MEDIUM"), (69, "MEDIUM"), (70, "HIGH"), (89, "HIGH")] {
            assert_eq!(label_of(number), label, "{number}");
        }
        assert_eq!((label_of(90), label_of(100), normalized_of("HIGH"), normalized_of("high")), ("CRITICAL", "CRITICAL", Some(70), None));
        for (given, expect) in [
            (json!({"Label": "HIGH"}), json!({"Label": "HIGH", "Normalized": 70})),
            (json!({"Normalized": 75}), json!({"Normalized": 75, "Label": "HIGH"})),
            (json!({"Label": "LOW", "Normalized": 75}), json!({"Label": "LOW", "Normalized": 1})),
            (json!({"Label": "HIGH", "Normalized": 75}), json!({"Label": "HIGH", "Normalized": 75})),
            (json!({"Product": 5.0}), json!({"Product": 5.0})),
        ] {
            let mut map = given.as_object().cloned().unwrap();
            complete(&mut map);
            assert_eq!(Value::from(map), expect);
        }
    }
}
