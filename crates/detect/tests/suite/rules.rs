//! Random Sigma rules, as YAML text, over the vocabulary of [`crate::events`].

use proptest::prelude::*;
use serde_json::{Map, Value, json};

use crate::events::{WORDS, number, word};

/// A rule's or filter's text, and whether it uses array matching.
#[derive(Debug, Clone)]
pub struct Text {
    pub yaml: String,
}

const FIELDS: [&str; 27] = [
    "eventName",
    "eventName",
    "eventSource",
    "errorCode",
    "userAgent",
    "sourceIPAddress",
    "eventTime",
    "readOnly",
    "userIdentity",
    "userIdentity.arn",
    "userIdentity.type",
    "userIdentity.inScopeOf.a",
    "userIdentity.sessionContext.attributes.mfaAuthenticated",
    "requestParameters",
    "requestParameters.a",
    "requestParameters.b",
    "requestParameters.a.b",
    "requestParameters.a.b.x",
    "requestParameters.items",
    "requestParameters.items.x",
    "requestParameters.policyDocument",
    "requestParameters.policyDocument.Statement.Effect",
    "requestParameters.policyDocument.Statement.Action",
    "resources.ARN",
    "resources.type",
    "unknownField",
    "unknownField.a",
];

const INDEXED: [&str; 5] = [
    "requestParameters.items[0]",
    "requestParameters.items[-1].x",
    "resources[0].ARN",
    "requestParameters.a[1]",
    r"requestParameters.k\[0\]",
];

const ARRAYS: [&str; 7] = [
    "requestParameters.items",
    "requestParameters.a",
    "requestParameters.policyDocument.Statement",
    "requestParameters.policyDocument.Statement.Action",
    "resources",
    "unknownField",
    "requestParameters.b.items",
];

const MEMBERS: [&str; 8] = ["a", "b", "x", "a.b", "ARN", "type", "Effect", "Action"];

fn pick(words: &'static [&'static str]) -> impl Strategy<Value = String> + Clone {
    prop::sample::select(words).prop_map(str::to_owned)
}

/// A text value of a rule: a word, with wildcards and escapes around or inside.
fn pattern() -> impl Strategy<Value = String> {
    prop_oneof![
        5 => word(),
        1 => word().prop_map(|text| format!("{text}*")),
        1 => word().prop_map(|text| format!("*{text}")),
        1 => word().prop_map(|text| format!("*{text}*")),
        1 => (word(), word()).prop_map(|(a, b)| format!("{a}*{b}")),
        1 => prop::sample::select(vec!["*", "?", "??", "a?c", "?*", r"\*", r"a\?", r"\\*", "g?tobject", "get*", "*:*", "A*C", "aB\\*c", "**"]).prop_map(str::to_owned),
    ]
}

fn text_value() -> impl Strategy<Value = Value> {
    prop_oneof![7 => pattern().prop_map(Value::from), 2 => number(), 1 => any::<bool>().prop_map(Value::from), 1 => Just(Value::Null)]
}

/// One value or a list of them.
fn values(value: impl Strategy<Value = Value> + Clone + 'static) -> BoxedStrategy<Value> {
    prop_oneof![3 => value.clone(), 3 => prop::collection::vec(value, 1..4).prop_map(Value::from)].boxed()
}

fn of(words: &'static [&'static str]) -> BoxedStrategy<Value> {
    values(prop::sample::select(words).prop_map(Value::from))
}

/// Modifiers that compare texts; the plain ones more often.
const TEXT_MODIFIERS: [&str; 19] = [
    "",
    "",
    "",
    "",
    "|cased",
    "|contains",
    "|contains",
    "|startswith",
    "|endswith",
    "|contains|cased",
    "|startswith|cased",
    "|endswith|cased",
    "|contains|all",
    "|all",
    "|windash",
    "|contains|windash",
    "|wide",
    "|contains|utf16",
    "|utf16be",
];

/// Modifiers with values that they may have.
fn asked() -> BoxedStrategy<(String, Value)> {
    let text = (prop::sample::select(TEXT_MODIFIERS.to_vec()), values(text_value().boxed()));
    let coded =
        ["|base64", "|base64|contains", "|base64offset|contains", "|wide|base64offset|contains", "|utf16|base64", "|windash|base64"];
    let coded = (prop::sample::select(coded.to_vec()), of(&["GetObject", "a", "-x", "é", ""]));
    let regex = (
        prop::sample::select(vec!["|re", "|re|i", "|re|m|s", "|re|i|all"]),
        of(&["^a", "get.*t$", "(?=a)aé", r"(.)\1", r"^\d+$", "", "[A-Z]", "é|ß", r"\*", "i"]),
    );
    let network = (Just("|cidr"), of(&["10.0.0.0/8", "10.0.0.0/16", "10.0.0.5/32", "fe80::/10", "2001:db8::/32", "0.0.0.0/0", "::/0"]));
    let listed = (
        prop::sample::select(vec![
            "|expand",
            "|contains|expand",
            "|startswith|expand",
            "|expand|cased",
            "|contains|all|expand",
            "|all|expand",
        ]),
        of(&["%words%", "%empty%", "x%words%", "%words%%words%", "100%"]),
    );
    let networks_listed = (Just("|cidr|expand"), of(&["%networks%", "%empty%"]));
    let numeric = prop_oneof![4 => number(), 1 => prop::sample::select(vec!["5", "1.5", "1e3"]).prop_map(Value::from)];
    let compared = (prop::sample::select(vec!["|lt", "|lte", "|gt", "|gte"]), values(numeric.boxed()));
    let part = (
        prop::sample::select(vec![
            "|minute",
            "|hour",
            "|day",
            "|week",
            "|month",
            "|year",
            "|hour|gte",
            "|lt|minute",
            "|day|lte",
            "|year|gt",
        ]),
        values(prop::sample::select(vec![14, 5, 9, 23, 2, 31, 10, 1, 3, 12, 2026, 2024]).prop_map(Value::from)),
    );
    let exists = (Just("|exists"), any::<bool>().prop_map(Value::from));
    let referred = (
        prop::sample::select(vec!["|fieldref", "|fieldref|contains", "|fieldref|startswith", "|fieldref|endswith", "|fieldref|cased"]),
        of(&FIELDS),
    );
    let nothing = (prop::sample::select(vec!["", "|contains", "|all"]), Just(json!([])));
    let any = prop_oneof![
        8 => text, 1 => coded, 2 => regex, 2 => network, 2 => listed, 1 => networks_listed, 2 => compared, 1 => part, 2 => exists, 2 => referred,
        1 => nothing,
    ];
    (any, prop::bool::weighted(0.12))
        .prop_map(|((modifiers, value), neq)| (format!("{modifiers}{}", if neq { "|neq" } else { "" }), value))
        .boxed()
}

fn map(fields: BoxedStrategy<String>) -> BoxedStrategy<Value> {
    prop::collection::vec((fields, asked()), 1..4)
        .prop_map(|items| {
            Value::Object(items.into_iter().map(|(field, (modifiers, value))| (format!("{field}{modifiers}"), value)).collect())
        })
        .boxed()
}

/// What is asked of one array element.
fn body() -> BoxedStrategy<Value> {
    let basic = map(pick(&MEMBERS).boxed());
    let nested = map(pick(&MEMBERS).boxed()).prop_map(|inner| json!({"items[any]": inner}));
    let extended =
        (basic.clone(), basic.clone(), prop::sample::select(vec!["one and not two", "1 of them", "not (one or two)", "all of them"]))
            .prop_map(|(one, two, condition)| json!({"one": one, "two": two, "condition": condition}));
    let bare = asked().prop_map(|(modifiers, value)| json!({format!(".{modifiers}"): value}));
    prop_oneof![4 => basic, 1 => nested, 2 => extended, 1 => bare].boxed()
}

fn array_items() -> BoxedStrategy<Map<String, Value>> {
    let quantifier = || prop::sample::select(vec!["any", "any", "all", "none", "all_or_empty"]);
    let of_body = (pick(&ARRAYS), quantifier(), body()).prop_map(|(field, quantifier, body)| (format!("{field}[{quantifier}]"), body));
    let of_values = (pick(&ARRAYS), quantifier(), asked())
        .prop_map(|(field, quantifier, (modifiers, value))| (format!("{field}[{quantifier}]{modifiers}"), value));
    prop::collection::vec(prop_oneof![3 => of_body, 2 => of_values], 1..3).prop_map(|items| items.into_iter().collect()).boxed()
}

fn selection(arrays: bool) -> BoxedStrategy<Value> {
    let derived = pick(&["derived.aws_service_call", "derived.foreign_account", "derived.policy_admin", "derived.self_target"]);
    let mut fields = vec![(12, pick(&FIELDS).boxed()), (1, derived.boxed())];
    if arrays {
        fields.push((3, pick(&INDEXED).boxed()));
    }
    let fields = prop::strategy::Union::new_weighted(fields).boxed();
    let plain = map(fields);
    let keyword = prop_oneof![5 => pattern().prop_map(Value::from), 1 => number(), 1 => any::<bool>().prop_map(Value::from)];
    let keywords = prop::collection::vec(keyword, 1..3).prop_map(Value::from);
    let keyed =
        (prop::sample::select(vec!["|all", "|contains", "|re", "|cased"]), prop::collection::vec(pick(&["a", "Get", "é", "22"]), 1..3))
            .prop_map(|(modifiers, words)| json!({modifiers: words}));
    let maps = prop::collection::vec(plain.clone(), 1..3).prop_map(Value::from);
    let all = prop_oneof![8 => plain.clone(), 2 => maps, 1 => keywords, 1 => keyed];
    if !arrays {
        return all.boxed();
    }
    let mixed = (array_items(), plain).prop_map(|(mut arrays, plain)| {
        arrays.extend(plain.as_object().cloned().unwrap_or_default());
        Value::Object(arrays)
    });
    prop_oneof![2 => all, 3 => array_items().prop_map(Value::Object), 2 => mixed].boxed()
}

/// A condition over `sel_a`, `sel_b`, `other`, `_hidden`.
fn condition() -> BoxedStrategy<String> {
    let leaf = pick(&[
        "sel_a",
        "sel_b",
        "other",
        "_hidden",
        "1 of sel_*",
        "all of sel_*",
        "all of them",
        "1 of them",
        "2 of them",
        "2 of *",
        "any of *_b",
        "3 of them",
    ]);
    leaf.prop_recursive(3, 8, 3, |inner| {
        prop_oneof![
            2 => inner.clone().prop_map(|inner| format!("not ({inner})")),
            1 => inner.clone().prop_map(|inner| format!("not {inner}")),
            3 => (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("{a} and {b}")),
            3 => (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("{a} or {b}")),
            2 => (inner.clone(), inner).prop_map(|(a, b)| format!("({a} or {b})")),
        ]
    })
    .boxed()
}

fn detection(arrays: bool) -> BoxedStrategy<Map<String, Value>> {
    let conditions =
        prop_oneof![4 => condition().prop_map(Value::from), 1 => prop::collection::vec(condition(), 1..3).prop_map(Value::from)];
    let named = (selection(arrays), selection(arrays), selection(arrays), selection(arrays));
    (named, conditions)
        .prop_map(|((a, b, other, hidden), condition)| {
            let members = [("sel_a", a), ("sel_b", b), ("other", other), ("_hidden", hidden), ("condition", condition)];
            members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
        })
        .boxed()
}

/// A whole rule.
pub fn rule() -> impl Strategy<Value = Text> {
    any::<bool>().prop_flat_map(|arrays| {
        detection(arrays).prop_map(move |detection| {
            let version = if arrays { 3 } else { 2 };
            let rule = json!({"title": "A rule", "sigma-version": version, "logsource": {"product": "aws", "service": "cloudtrail"}, "detection": detection});
            Text { yaml: yaml_serde::to_string(&rule).expect("YAML") }
        })
    })
}

/// A filter over all rules, or over the one in the first file.
pub fn filter() -> impl Strategy<Value = Text> {
    (detection(false), any::<bool>()).prop_map(|(mut filter, all)| {
        filter.insert("rules".to_owned(), if all { json!("any") } else { json!(["r0"]) });
        let filter = json!({"title": "A filter", "logsource": {"product": "aws", "service": "cloudtrail"}, "filter": filter});
        Text { yaml: yaml_serde::to_string(&filter).expect("YAML") }
    })
}

/// Values of the placeholders that rules use.
pub fn lists() -> watchfire_detect::Lists {
    let mut lists = watchfire_detect::Lists::default();
    lists.set("words", WORDS.iter().filter(|word| !word.is_empty()).take(6).map(|word| (*word).to_owned()).collect());
    lists.set("networks", vec!["10.0.0.0/8".to_owned(), "fe80::/10".to_owned()]);
    lists.set("empty", Vec::new());
    lists.set("own_accounts", vec!["111122223333".to_owned()]);
    lists
}
