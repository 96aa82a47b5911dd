use proptest::prelude::*;
use serde_json::{Value, json};
use watchfire_model::EventTime;

use super::Filters;
use crate::asff::Asff;
use crate::attribute::Attribute;
use crate::sample::{asff, document};

const NOW: EventTime = EventTime(1_772_442_840_000 + 3 * 86_400_000);

fn hold(filters: Value, document: &Asff) -> bool {
    Filters::read(&filters).unwrap_or_else(|error| panic!("{filters}: {error}")).hold(document, NOW)
}

#[test]
fn each_kind_of_comparison() {
    let mut value = document("finding-7", 1);
    value["Confidence"] = json!(42);
    value["Network"] = json!({"SourceIpV4": "198.51.100.77", "DestinationIpV6": "2001:db8::1", "SourcePort": 443});
    value["UserDefinedFields"] = json!({"owner": "alice in wonderland"});
    value["Sample"] = json!(true);
    let document = Asff::read(value).unwrap();
    for (name, asked, expect) in [
        ("Id", json!([{"Value": "finding-7", "Comparison": "EQUALS"}]), true),
        ("Id", json!([{"Value": "Finding-7"}]), false),
        ("Id", json!([{"Value": "finding", "Comparison": "PREFIX"}]), true),
        ("Id", json!([{"Value": "inding", "Comparison": "PREFIX"}]), false),
        ("Id", json!([{"Value": "finding", "Comparison": "PREFIX_NOT_EQUALS"}]), false),
        ("Id", json!([{"Value": "x", "Comparison": "NOT_EQUALS"}, {"Value": "finding-7", "Comparison": "NOT_EQUALS"}]), false),
        ("Id", json!([{"Value": "x", "Comparison": "NOT_EQUALS"}, {"Value": "y", "Comparison": "PREFIX_NOT_EQUALS"}]), true),
        ("Id", json!([{"Value": "find", "Comparison": "PREFIX"}, {"Value": "finding-7", "Comparison": "NOT_EQUALS"}]), false),
        ("Title", json!([{"Value": "titl", "Comparison": "CONTAINS"}]), true),
        ("Title", json!([{"Value": "titl", "Comparison": "CONTAINS_WORD"}]), false),
        ("Title", json!([{"Value": "TITLE", "Comparison": "CONTAINS_WORD"}]), true),
        ("Title", json!([{"Value": "title", "Comparison": "NOT_CONTAINS"}]), false),
        ("NoteText", json!([{"Value": "x", "Comparison": "NOT_EQUALS"}]), true),
        ("NoteText", json!([{"Value": "x", "Comparison": "CONTAINS"}]), false),
        ("Confidence", json!([{"Gte": 42, "Lte": 42.0}]), true),
        ("Confidence", json!([{"Gt": 42}]), false),
        ("Confidence", json!([{"Lt": 10}, {"Eq": 42}]), true),
        ("Criticality", json!([{"Gte": 0}]), false),
        ("UpdatedAt", json!([{"Start": "2026-03-02T09:15:00Z", "End": "2026-03-02T09:15:00.000+00:00"}]), true),
        ("UpdatedAt", json!([{"End": "2026-03-02T09:14:59Z"}]), false),
        ("UpdatedAt", json!([{"DateRange": {"Value": 3, "Unit": "DAYS"}}]), true),
        ("UpdatedAt", json!([{"DateRange": {"Value": 3, "Unit": "DAYS", "Comparison": "OLDER_THAN"}}]), false),
        ("UpdatedAt", json!([{"DateRange": {"Value": 2, "Comparison": "OLDER_THAN"}}]), true),
        ("NetworkSourceIpV4", json!([{"Cidr": "198.51.100.64/26"}]), true),
        ("NetworkSourceIpV4", json!([{"Cidr": "198.51.100.0/26"}]), false),
        ("NetworkSourceIpV4", json!([{"Cidr": "0.0.0.0/0"}]), true),
        ("NetworkSourceIpV4", json!([{"Cidr": "198.51.100.77"}]), true),
        ("NetworkDestinationIpV6", json!([{"Cidr": "2001:db8::/32"}]), true),
        ("NetworkDestinationIpV6", json!([{"Cidr": "10.0.0.0/8"}]), false),
        ("UserDefinedFields", json!([{"Key": "owner", "Value": "alice", "Comparison": "CONTAINS"}]), true),
        ("UserDefinedFields", json!([{"Key": "owner", "Value": "alice"}]), false),
        ("UserDefinedFields", json!([{"Key": "other", "Value": "alice", "Comparison": "NOT_EQUALS"}]), true),
        ("ResourceTags", json!([{"Key": "team", "Value": "red", "Comparison": "EQUALS"}]), true),
        ("Sample", json!([{"Value": true}]), true),
        ("Keyword", json!([{"Value": "WONDERland"}]), true),
        ("Keyword", json!([{"Value": "nowhere"}]), false),
        ("SeverityNormalized", json!([{"Gte": 70}]), true),
    ] {
        assert_eq!(hold(json!({ name: asked }), &document), expect, "{name} {asked}");
    }
    assert!(hold(json!({}), &document) && hold(Value::Null, &document));
    assert!(!hold(json!({"Id": [{"Value": "finding-7"}], "Confidence": [{"Lt": 1}]}), &document));
}

#[test]
fn lists_are_excluded_by_any_value() {
    let mut document = asff("f", 1);
    document.set("Resources", Some(json!([{"Type": "AwsIamRole", "Id": "1"}, {"Type": "AwsIamPolicy", "Id": "2"}])));
    let filters =
        json!({"ResourceType": [{"Value": "AwsIam", "Comparison": "PREFIX"}, {"Value": "AwsIamPolicy", "Comparison": "NOT_EQUALS"}]});
    assert!(!hold(filters, &document));
}

#[test]
fn what_is_not_in_order_is_refused() {
    for filters in [
        json!([]),
        json!({"Nothing": []}),
        json!({"Id": {"Value": "x"}}),
        json!({"Id": ["x"]}),
        json!({"Id": [{"Comparison": "EQUALS"}]}),
        json!({"Id": [{"Value": " "}]}),
        json!({"Id": [{"Value": "x", "Comparison": "LIKE"}]}),
        json!({"Id": [{"Value": "x"}, {"Value": "y", "Comparison": "NOT_EQUALS"}]}),
        json!({"Title": [{"Value": "x", "Comparison": "CONTAINS"}, {"Value": "y", "Comparison": "NOT_CONTAINS"}]}),
        json!({"Confidence": [{}]}),
        json!({"Confidence": [{"Gte": "1"}]}),
        json!({"UpdatedAt": [{}]}),
        json!({"UpdatedAt": [{"Start": "today"}]}),
        json!({"UpdatedAt": [{"DateRange": {"Value": -1}}]}),
        json!({"UpdatedAt": [{"DateRange": {"Value": 1, "Unit": "HOURS"}}]}),
        json!({"NetworkSourceIpV4": [{"Cidr": "198.51.100.0/33"}]}),
        json!({"UserDefinedFields": [{"Value": "x"}]}),
        json!({"UserDefinedFields": [{"Key": "k", "Value": "x", "Comparison": "PREFIX"}]}),
        json!({"Id": vec![json!({"Value": "x"}); 21]}),
    ] {
        assert!(Filters::read(&filters).is_err(), "{filters}");
    }
    assert!(Filters::read_criteria(&json!({"Region": [{"Value": "x"}]})).is_err());
    assert!(Filters::read_criteria(&json!({"Title": [{"Value": "x", "Comparison": "CONTAINS_WORD"}]})).is_ok());
}

/// The obvious evaluator of texts: every value by hand, every word of AWS spelled out.
fn referee(values: &[String], asked: &[(String, String)]) -> bool {
    let has = |comparison: &str, value: &str| {
        values.iter().any(|one| match comparison {
            "EQUALS" | "NOT_EQUALS" => one == value,
            "PREFIX" | "PREFIX_NOT_EQUALS" => one.len() >= value.len() && &one.as_bytes()[..value.len()] == value.as_bytes(),
            _ => (0..one.len()).any(|at| one.as_bytes()[at..].starts_with(value.as_bytes())),
        })
    };
    let forbidden = asked.iter().filter(|(comparison, _)| comparison.contains("NOT")).any(|(comparison, value)| has(comparison, value));
    let wanted: Vec<_> = asked.iter().filter(|(comparison, _)| !comparison.contains("NOT")).collect();
    !forbidden && (wanted.is_empty() || wanted.iter().any(|(comparison, value)| has(comparison, value)))
}

proptest! {
    #[test]
    fn texts_agree_with_the_referee(
        ids in prop::collection::vec("[ab]{1,3}", 1..4),
        asked in prop::collection::vec((prop::sample::select(vec!["EQUALS", "PREFIX", "NOT_EQUALS", "PREFIX_NOT_EQUALS", "CONTAINS", "NOT_CONTAINS"]), "[ab]{1,2}"), 1..5),
    ) {
        let mut document = asff("f", 1);
        let resources: Vec<Value> = ids.iter().map(|id| json!({"Type": "Other", "Id": id})).collect();
        document.set("Resources", Some(resources.into()));
        let asked: Vec<(String, String)> = asked.into_iter().map(|(comparison, value)| (comparison.to_owned(), value)).collect();
        let given: Vec<Value> = asked.iter().map(|(comparison, value)| json!({"Value": value, "Comparison": comparison})).collect();
        if let Ok(filters) = Filters::read(&json!({ "ResourceId": given })) {
            prop_assert_eq!(filters.hold(&document, NOW), referee(&ids, &asked));
        }
    }

    /// Whatever is asked, there is an answer or an error.
    #[test]
    fn any_filter_is_read_or_refused(name in prop::sample::select(crate::attribute::ATTRIBUTES.iter().map(|one| one.name).collect::<Vec<_>>()), text in any::<String>(), number in any::<f64>()) {
        prop_assert!(Attribute::of(name).is_some());
        for one in [json!({"Value": text, "Key": text, "Cidr": text, "Start": text}), json!({"Gte": number}), json!({"DateRange": {"Value": number}})] {
            if let Ok(filters) = Filters::read(&json!({ name: [one] })) {
                filters.hold(&asff("f", 1), NOW);
            }
        }
    }
}
